/* undo_name.c - the name of a FILE's undo script in a directory of them. */
#include "base/checked.h"
#include "commands/files.h"

#include <stdlib.h>
#include <string.h>

/* The same on all systems, so that a directory of scripts can be moved from one to another. */
static bool is_plain(unsigned char byte)
{
    return byte >= 0x20 && byte != 0x7f && !strchr("%/\\:*?\"<>|", byte);
}

char *undo_name(const char *directory, const char *file, struct error *error)
{
    static const char digits[] = "0123456789ABCDEF";
    size_t before = strlen(directory), size;
    if (!checked_size((uint64_t)strlen(file) * 3 + before + 2, &size)) {
        error_memory(error, SIZE_MAX);
        return NULL;
    }
    char *name = malloc(size), *to = name;
    if (!name) {
        error_memory(error, size);
        return NULL;
    }
    memcpy(to, directory, before);
    to += before;
    *to++ = '/';
    for (const char *at = file; *at; at++) {
        unsigned char byte = (unsigned char)*at;
        /* A dot in front would hide the script: find(1) names files ./NAME. */
        if (is_plain(byte) && (byte != '.' || at != file)) {
            *to++ = (char)byte;
            continue;
        }
        *to++ = '%';
        *to++ = digits[byte >> 4];
        *to++ = digits[byte & 15];
    }
    *to = 0;
    return name;
}
