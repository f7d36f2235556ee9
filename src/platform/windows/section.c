/* section.c - bytes of shared memory, and names for the mappings of files. */
#include "platform/windows/internal.h"

#include <string.h>

bool windows_section_copy(struct file *file, uint64_t offset, void *out, const void *in,
                          size_t length, struct error *error)
{
    size_t delta = (size_t)(offset % platform_granularity());
    uint64_t start = offset - delta;
    if (length == 0)
        return true;
    unsigned char *base = MapViewOfFile(file->section, out ? FILE_MAP_READ : FILE_MAP_WRITE,
                                        (DWORD)(start >> 32), (DWORD)start, length + delta);
    if (!base)
        return windows_error_doing(error, GetLastError(),
                                   "mapping %zu bytes at %" PRIu64 " of shared memory", length,
                                   offset);
    if (out)
        memcpy(out, base + delta, length);
    else
        memcpy(base + delta, in, length);
    UnmapViewOfFile(base);
    return true;
}

/* ---- a name for a mapping -------------------------------------------------------------------- */

bool windows_tag_error(const char *tag, DWORD code, struct error *error)
{
    char shown[128];
    const char *why = windows_words(code, shown, sizeof shown);
    char words[128];
    if (code == ERROR_ALREADY_EXISTS)
        why = "a program has a mapping of that name, which shm:NAME shows";
    else if (code == ERROR_INVALID_HANDLE)
        why = "it is the name of something else than memory";
    else if (code == ERROR_FILE_INVALID)
        why = "an empty file has no mapping";
    else if (code == ERROR_BAD_EXE_FORMAT)
        why = "such a file has no mapping";
    return error_set(error, "the tag \"%s\" cannot be used: %s",
                     diag_escape(words, sizeof words, tag), why);
}

/* If a mapping of that name exists, Windows opens it, even of another file: that is an error here.
 */
static DWORD take_tag(struct file *file)
{
    DWORD protection = file->writable ? PAGE_READWRITE : PAGE_READONLY;
    SetLastError(ERROR_SUCCESS);
    file->tagged = CreateFileMappingW(file->handle, NULL, protection, 0, 0, file->tag);
    DWORD code = GetLastError();
    if (code == ERROR_ALREADY_EXISTS)
        windows_drop_tag(file);
    return file->tagged ? ERROR_SUCCESS : code;
}

bool file_set_tag(struct file *file, const char *tag, struct error *error)
{
    if (file->section)
        return error_set(error, "shared memory has a name already");
    if (!shared_name_check(tag, error) || !(file->tag = windows_wide(tag, error)))
        return false;
    DWORD code = take_tag(file);
    return code == ERROR_SUCCESS || windows_tag_error(tag, code, error);
}

void windows_drop_tag(struct file *file)
{
    if (file->tagged)
        CloseHandle(file->tagged);
    file->tagged = NULL;
}

/* Ignores an error: another program may still have the old section open, and its name in use. An
 * empty file cannot have a section. */
void windows_take_tag(struct file *file)
{
    if (file->tag)
        (void)take_tag(file);
}
