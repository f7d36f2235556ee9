/* directory.c - the names in a directory. */
#include "platform/windows/internal.h"

#include <stdlib.h>

static bool visit_name(bool (*visit)(void *context, const char *name), void *context,
                       const wchar_t *wide)
{
    char *name = windows_utf8(wide);
    bool goes_on = !name || visit(context, name);
    free(name);
    return goes_on;
}

/* The pattern of all names in a directory, to be freed; NULL with an error. */
static wchar_t *pattern_of(const char *path, struct error *error)
{
    wchar_t *directory = windows_path(path, error);
    wchar_t *pattern = directory ? windows_join(directory, L"*") : NULL;
    if (directory && !pattern)
        error_memory(error, strlen(path) + 2);
    free(directory);
    return pattern;
}

enum directory_result directory_list(const char *path,
                                     bool (*visit)(void *context, const char *name), void *context,
                                     struct error *error)
{
    WIN32_FIND_DATAW entry;
    wchar_t *pattern = pattern_of(path, error);
    if (!pattern)
        return DIRECTORY_FAILED;
    HANDLE search = FindFirstFileW(pattern, &entry);
    DWORD code = GetLastError();
    free(pattern);
    if (search == INVALID_HANDLE_VALUE) {
        windows_error(error, code);
        bool missing = code == ERROR_FILE_NOT_FOUND || code == ERROR_PATH_NOT_FOUND;
        return missing ? DIRECTORY_MISSING : DIRECTORY_FAILED;
    }
    bool goes_on = true;
    do
        goes_on = visit_name(visit, context, entry.cFileName);
    while (goes_on && FindNextFileW(search, &entry));
    code = goes_on ? GetLastError() : ERROR_NO_MORE_FILES;
    FindClose(search);
    if (code == ERROR_NO_MORE_FILES)
        return DIRECTORY_LISTED;
    windows_error(error, code);
    return DIRECTORY_FAILED;
}
