/*
 * shared.c - shared memory by name, and memory without a name, as files.
 *
 * Named memory is a section of the page file, made by CreateFileMapping(). It exists only while a
 * program has it open, and cannot change its size. So mmtool reads and edits it by name but does
 * not create it: that must be done by a program that keeps running, which may be mmtool with
 * --anonymous and --tag. Its `struct file` has a section and no handle.
 */
#include "platform/windows/internal.h"

#include <stdlib.h>
#include <string.h>

static enum file_open_result open_failure(DWORD code, unsigned flags, struct error *error)
{
    if (code == ERROR_FILE_NOT_FOUND && flags & FILE_OPEN_CREATE) {
        error_set(error, "shared memory lives on Windows only while a program has it open, such "
                         "as mmtool run --anonymous=SIZE --tag=NAME");
        return FILE_FAILED;
    }
    if (code == ERROR_FILE_NOT_FOUND) {
        error_set(error, "no such shared memory");
        return FILE_MISSING;
    }
    windows_error_doing(error, code, "opening shared memory");
    return code == ERROR_ACCESS_DENIED ? FILE_NOT_ALLOWED : FILE_FAILED;
}

/* Finds the size by a view of the whole section: a multiple of pages. */
static bool section_size(HANDLE section, uint64_t *size)
{
    MEMORY_BASIC_INFORMATION region = {0};
    void *base = MapViewOfFile(section, FILE_MAP_READ, 0, 0, 0);
    bool known = base && VirtualQuery(base, &region, sizeof region) > 0;
    if (base)
        UnmapViewOfFile(base);
    *size = region.RegionSize;
    return known;
}

static struct file *section_file(HANDLE section, bool writable)
{
    struct file *file = calloc(1, sizeof *file);
    if (file)
        *file =
            (struct file){.handle = INVALID_HANDLE_VALUE, .section = section, .writable = writable};
    return file;
}

enum file_open_result file_open_shared(const char *name, unsigned flags, struct file **file,
                                       struct error *error)
{
    *file = NULL;
    wchar_t *wide = shared_name_check(name, error) ? windows_wide(name, error) : NULL;
    if (!wide)
        return FILE_FAILED;
    DWORD access = flags & FILE_OPEN_WRITE ? FILE_MAP_READ | FILE_MAP_WRITE : FILE_MAP_READ;
    HANDLE section = OpenFileMappingW(access, FALSE, wide);
    DWORD code = GetLastError();
    free(wide);
    if (!section)
        return open_failure(code, flags, error);
    *file = section_file(section, flags & FILE_OPEN_WRITE);
    if (*file && section_size(section, &(*file)->section_size))
        return FILE_OPENED;
    windows_error_doing(error, *file ? GetLastError() : ERROR_NOT_ENOUGH_MEMORY,
                        "opening shared memory");
    free(*file);
    *file = NULL;
    CloseHandle(section);
    return FILE_FAILED;
}

bool file_unlink_shared(const char *name, struct error *error)
{
    struct file *file;
    enum file_open_result result = file_open_shared(name, 0, &file, error);
    (void)file_close(file, NULL);
    return result == FILE_OPENED &&
           error_set(error, "shared memory is removed on Windows when the last program closes it");
}

/* ---- memory without a name, or with a tag ---------------------------------------------------- */

/* A temporary file that Windows keeps in memory if it can, and deletes when it is closed. */
static HANDLE create_temporary(void)
{
    wchar_t directory[MAX_PATH + 1], path[MAX_PATH];
    DWORD length = GetTempPathW(MAX_PATH + 1, directory);
    if (length == 0 || length > MAX_PATH || !GetTempFileNameW(directory, L"mmt", 0, path))
        return INVALID_HANDLE_VALUE;
    return CreateFileW(path, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_DELETE,
                       NULL, CREATE_ALWAYS, FILE_ATTRIBUTE_TEMPORARY | FILE_FLAG_DELETE_ON_CLOSE,
                       NULL);
}

/* NULL with GetLastError(). */
static struct file *make_tagged(const wchar_t *name, uint64_t size)
{
    uint64_t there = size;
    HANDLE section = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE,
                                        (DWORD)(size >> 32), (DWORD)size, name);
    DWORD code = section ? ERROR_NOT_ENOUGH_MEMORY : GetLastError();
    bool large_enough = section && section_size(section, &there) && there >= size;
    struct file *file = large_enough ? section_file(section, true) : NULL;
    if (file) {
        file->section_size = size;
        return file;
    }
    if (section)
        CloseHandle(section);
    SetLastError(there < size ? ERROR_ALREADY_EXISTS : code);
    return NULL;
}

static bool open_tagged(uint64_t size, const char *tag, struct file **file, struct error *error)
{
    if (size == 0)
        return error_set(error, "memory that has a tag has a size");
    wchar_t *wide = shared_name_check(tag, error) ? windows_wide(tag, error) : NULL;
    if (!wide)
        return false;
    *file = make_tagged(wide, size);
    DWORD code = GetLastError();
    free(wide);
    return *file || windows_tag_error(tag, code, error);
}

bool file_open_anonymous(uint64_t size, const char *tag, struct file **file, struct error *error)
{
    *file = NULL;
    if (tag)
        return open_tagged(size, tag, file, error);
    HANDLE handle = create_temporary();
    if (handle == INVALID_HANDLE_VALUE)
        return windows_error_doing(error, GetLastError(), "making anonymous memory");
    *file = calloc(1, sizeof **file);
    if (!*file) {
        CloseHandle(handle);
        return error_memory(error, sizeof **file);
    }
    **file = (struct file){.handle = handle, .writable = true};
    if (file_set_size(*file, size, error))
        return true;
    (void)file_close(*file, NULL);
    *file = NULL;
    return false;
}
