/*
 * arguments.c - the command line, cut into arguments.
 *
 * By the rules of Microsoft's C library ("Parsing C command-line arguments"), but
 * in UTF-8 and without putting in the names that a wildcard matches. The system
 * has CommandLineToArgvW() for it, in a library that takes most of the time of
 * this program's start with windows and fonts.
 */
#include "platform/windows/internal.h"

#include <stdlib.h>
#include <wchar.h>

static bool is_blank(wchar_t character)
{
    return character == L' ' || character == L'\t';
}

/* The program's name: quotes group, and nothing else is special. Returns where it ends. */
static const wchar_t *read_program(const wchar_t *at, wchar_t *out)
{
    bool quoted = false;
    for (; *at && (quoted || !is_blank(*at)); at++) {
        if (*at == L'"')
            quoted = !quoted;
        else
            *out++ = *at;
    }
    *out = 0;
    return at;
}

/*
 * An argument. In front of a quote two backslashes stand for one, and an odd one
 * makes the quote a letter; elsewhere a backslash is a backslash. Two quotes
 * inside of quotes are one.
 */
static const wchar_t *read_argument(const wchar_t *at, wchar_t *out)
{
    bool quoted = false;
    while (*at && (quoted || !is_blank(*at))) {
        size_t slashes = wcsspn(at, L"\\");
        at += slashes;
        size_t kept = *at == L'"' ? slashes / 2 : slashes;
        wmemset(out, L'\\', kept);
        out += kept;
        if (*at != L'"') {
            if (*at && (quoted || !is_blank(*at)))
                *out++ = *at++;
        } else if (slashes % 2 || (quoted && at[1] == L'"')) {
            at += slashes % 2 ? 1 : 2;
            *out++ = L'"';
        } else {
            at++;
            quoted = !quoted;
        }
    }
    *out = 0;
    return at;
}

/* `room` holds any argument of the line. */
static bool read_all(const wchar_t *at, wchar_t *room, char **texts, int *count)
{
    at = read_program(at, room);
    *count = 0;
    for (;;) {
        if (!(texts[(*count)++] = windows_utf8(room)))
            return false;
        while (is_blank(*at))
            at++;
        if (!*at)
            return true;
        at = read_argument(at, room);
    }
}

char **windows_arguments(const wchar_t *line, int *count)
{
    size_t length = wcslen(line);
    wchar_t *room = calloc(length + 1, sizeof *room);
    char **texts = calloc(length / 2 + 3, sizeof *texts); /* every second letter, and NULL */
    bool read = room && texts && read_all(line, room, texts, count);
    free(room);
    return read ? texts : NULL;
}
