/*
 * windows_shared.c - memory as files.
 *
 * Windows' named memory (a section of the page file) is no file: it has no
 * offsets to read or write at and no size to change, and it is gone with the last
 * program that has it open. So there is none by name here. Memory without a name
 * is a file for the moment, which the system keeps in its cache if it can.
 */
#include "windows_internal.h"

#include <stdlib.h>

enum file_open_result file_open_shared(const char *name, unsigned flags, struct file **file,
                                       struct error *error)
{
    (void)name;
    (void)flags;
    *file = NULL;
    error_set(error, "Windows has no shared memory that outlives its programs; use a file");
    return FILE_FAILED;
}

bool file_unlink_shared(const char *name, struct error *error)
{
    (void)name;
    return error_set(error, "Windows has no shared memory that outlives its programs");
}

bool file_shared_path(const char *name, char *path, size_t size)
{
    (void)name;
    (void)path;
    (void)size;
    return false;
}

static HANDLE open_temporary(struct error *error)
{
    wchar_t directory[MAX_PATH + 1], path[MAX_PATH + 1];
    DWORD length = GetTempPathW(MAX_PATH + 1, directory);
    HANDLE handle = INVALID_HANDLE_VALUE;
    if (length > 0 && length <= MAX_PATH && GetTempFileNameW(directory, L"mmt", 0, path))
        handle =
            CreateFileW(path, GENERIC_READ | GENERIC_WRITE | DELETE, SHARE_ALL, NULL, CREATE_ALWAYS,
                        FILE_ATTRIBUTE_TEMPORARY | FILE_FLAG_DELETE_ON_CLOSE, NULL);
    if (handle == INVALID_HANDLE_VALUE)
        windows_error_doing(error, GetLastError(), "making anonymous memory");
    return handle;
}

bool file_open_anonymous(uint64_t size, struct file **file, struct error *error)
{
    HANDLE handle = open_temporary(error);
    struct error ignored = {0};
    *file = NULL;
    if (handle == INVALID_HANDLE_VALUE)
        return false;
    *file = calloc(1, sizeof **file);
    if (!*file) {
        CloseHandle(handle);
        return error_memory(error, sizeof **file);
    }
    **file = (struct file){.handle = handle, .writable = true};
    if (file_set_size(*file, size, error))
        return true;
    (void)file_close(*file, &ignored);
    *file = NULL;
    return false;
}

bool platform_run_command(const char *command, struct file *file, int *status, struct error *error)
{
    (void)command;
    (void)file;
    (void)status;
    return error_set(error, "Windows cannot show an open file to another command by a path");
}
