/*
 * unnamed.c - files that are gone when they are closed.
 *
 * Windows deletes them, also when the process is killed. Until then they have a random name, and
 * other programs cannot open them.
 */
#include "platform/windows/internal.h"

#include <stdio.h>
#include <wchar.h>
#include <stdlib.h>

static HANDLE create(const wchar_t *path)
{
    const DWORD options =
        FILE_ATTRIBUTE_TEMPORARY | FILE_ATTRIBUTE_HIDDEN | FILE_FLAG_DELETE_ON_CLOSE;
    SECURITY_ATTRIBUTES security = {.nLength = sizeof security};
    security.lpSecurityDescriptor = windows_private_descriptor();
    HANDLE handle = CreateFileW(path, GENERIC_READ | GENERIC_WRITE | DELETE, 0, &security,
                                CREATE_NEW, options, NULL);
    DWORD code = GetLastError();
    LocalFree(security.lpSecurityDescriptor);
    SetLastError(code);
    return handle;
}

/* The path of a random name in the directory, for system calls; to be freed. */
static wchar_t *random_path(const wchar_t *directory, struct error *error)
{
    uint64_t number;
    wchar_t name[40];
    if (!platform_random(&number, sizeof number, error))
        return NULL;
    swprintf(name, sizeof name / sizeof *name, L".mmtool-%016" PRIx64, number);
    wchar_t *joined = windows_join(directory, name);
    wchar_t *path = joined ? windows_long_path(joined, error) : NULL;
    if (!joined)
        error_memory(error, sizeof name);
    free(joined);
    return path;
}

static bool open_in(const wchar_t *directory, struct file **file, struct error *error)
{
    wchar_t *path = random_path(directory, error);
    if (!path)
        return false;
    HANDLE handle = create(path);
    DWORD code = GetLastError();
    free(path);
    if (handle == INVALID_HANDLE_VALUE)
        return windows_error(error, code);
    *file = windows_new_file(handle, true, false, error);
    if (!*file)
        CloseHandle(handle);
    return *file;
}

static wchar_t *temporary_directory(struct error *error)
{
    wchar_t room[MAX_PATH + 1];
    DWORD length = GetTempPathW(MAX_PATH + 1, room);
    if (length == 0 || length > MAX_PATH) {
        windows_error_doing(error, GetLastError(), "asking for the directory of temporary files");
        return NULL;
    }
    wchar_t *directory = wcsdup(room);
    if (!directory)
        error_memory(error, sizeof room);
    return directory;
}

bool file_open_unnamed(const char *directory, struct file **file, struct error *error)
{
    char shown[128];
    struct error cause = {0};
    *file = NULL;
    wchar_t *wide = directory ? windows_wide(directory, error) : temporary_directory(error);
    if (!wide)
        return false;
    bool opened = open_in(wide, file, &cause);
    free(wide);
    if (opened)
        return true;
    if (!directory)
        directory = "the directory of temporary files";
    return error_set(error, "no temporary file can be made in %s: %s",
                     diag_escape(shown, sizeof shown, directory), cause.message);
}
