/* free_space.c - the free space of a disk. */
#include "platform/windows/internal.h"

#include <stdlib.h>
#include <wchar.h>

/* The directory of an open file, with a final backslash; NULL if it is not known. */
static wchar_t *directory_of(HANDLE handle)
{
    DWORD length = GetFinalPathNameByHandleW(handle, NULL, 0, 0);
    wchar_t *path = length > 0 ? calloc((size_t)length + 1, sizeof *path) : NULL;
    wchar_t *slash = NULL;
    if (path && GetFinalPathNameByHandleW(handle, path, length + 1, 0) > 0)
        slash = wcsrchr(path, L'\\');
    if (slash) {
        slash[1] = 0;
        return path;
    }
    free(path);
    return NULL;
}

bool file_get_free_space(struct file *file, uint64_t *bytes)
{
    ULARGE_INTEGER available = {.QuadPart = 0};
    wchar_t *directory = directory_of(file->handle);
    bool known = directory && GetDiskFreeSpaceExW(directory, &available, NULL, NULL);
    free(directory);
    *bytes = known ? (uint64_t)available.QuadPart : UINT64_MAX;
    return known;
}

bool file_wait_written(struct file *file, struct range range, struct error *error)
{
    return range_length(range) == 0 || file_sync_data(file, error);
}
