/*
 * open.c - opens and closes files.
 *
 * Files are opened with SHARE_ALL, so that other programs can have them open at the same time. If
 * another program does not share the file, the result is FILE_BUSY.
 */
#include "platform/windows/internal.h"

#include <sddl.h>
#include <stdlib.h>
#include <wchar.h>

SECURITY_DESCRIPTOR *windows_private_descriptor(void)
{
    PSECURITY_DESCRIPTOR descriptor = NULL;
    const wchar_t *text = L"D:P(A;;FA;;;OW)(A;;FA;;;SY)(A;;FA;;;BA)";
    if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(text, SDDL_REVISION_1, &descriptor,
                                                              NULL))
        return NULL; /* the file gets the rights that its directory gives */
    return descriptor;
}

static DWORD disposition(unsigned flags)
{
    if (!(flags & FILE_OPEN_CREATE))
        return OPEN_EXISTING;
    return flags & FILE_OPEN_EXCLUSIVE ? CREATE_NEW : OPEN_ALWAYS;
}

/* FILE_FLAG_BACKUP_SEMANTICS: also opens a directory, so that the caller can name it in a message.
 */
static HANDLE create(const wchar_t *path, unsigned flags, DWORD options)
{
    SECURITY_ATTRIBUTES security = {.nLength = sizeof security};
    DWORD access = flags & FILE_OPEN_WRITE ? GENERIC_READ | GENERIC_WRITE : GENERIC_READ;
    if (flags & FILE_OPEN_PRIVATE)
        security.lpSecurityDescriptor = windows_private_descriptor();
    HANDLE handle = CreateFileW(path, access, SHARE_ALL, &security, disposition(flags),
                                FILE_ATTRIBUTE_NORMAL | FILE_FLAG_BACKUP_SEMANTICS | options, NULL);
    DWORD code = GetLastError();
    LocalFree(security.lpSecurityDescriptor);
    SetLastError(code);
    return handle;
}

static FILE_ATTRIBUTE_TAG_INFO tag_of(HANDLE handle)
{
    FILE_ATTRIBUTE_TAG_INFO tag = {0};
    GetFileInformationByHandleEx(handle, FileAttributeTagInfo, &tag, sizeof tag);
    return tag;
}

static bool is_link(HANDLE handle)
{
    FILE_ATTRIBUTE_TAG_INFO tag = tag_of(handle);
    return tag.FileAttributes & FILE_ATTRIBUTE_REPARSE_POINT &&
           IsReparseTagNameSurrogate(tag.ReparseTag);
}

static bool is_other_reparse_point(HANDLE handle)
{
    return tag_of(handle).FileAttributes & FILE_ATTRIBUTE_REPARSE_POINT && !is_link(handle);
}

/*
 * To refuse a link, opens the reparse point itself. If that is not a link (a file in the cloud, a
 * compressed file), opens the file again in the usual way.
 */
static HANDLE open_handle(const wchar_t *path, unsigned flags)
{
    bool follow = !(flags & (FILE_OPEN_EXCLUSIVE | FILE_OPEN_REGULAR));
    HANDLE handle = create(path, flags, follow ? 0 : FILE_FLAG_OPEN_REPARSE_POINT);
    if (handle == INVALID_HANDLE_VALUE || follow || !is_other_reparse_point(handle))
        return handle;
    CloseHandle(handle);
    return create(path, flags & ~(unsigned)FILE_OPEN_EXCLUSIVE, 0);
}

static bool is_directory(const wchar_t *path)
{
    DWORD attributes = GetFileAttributesW(path);
    return attributes != INVALID_FILE_ATTRIBUTES && attributes & FILE_ATTRIBUTE_DIRECTORY;
}

/* Whether the parent of `path` is a file, not a directory. */
static bool is_below_file(const wchar_t *path)
{
    size_t length = wcslen(path);
    wchar_t *parent = wcsdup(path);
    while (parent && length > 0 && path[length - 1] != L'\\' && path[length - 1] != L'/')
        length--;
    bool below = false;
    if (parent && length > 1) {
        parent[length - 1] = 0;
        below = GetFileAttributesW(parent) != INVALID_FILE_ATTRIBUTES && !is_directory(parent);
    }
    free(parent);
    return below;
}

/* Windows has one error for a long name and for invalid characters; Wine has one for a long name
 * and for a missing file. */
static bool has_long_name(const wchar_t *path)
{
    enum { LONGEST = 255 };
    for (size_t length; *path; path += length + (path[length] != 0))
        if ((length = wcscspn(path, L"\\/")) > LONGEST)
            return true;
    return false;
}

static enum file_open_result open_failure(const wchar_t *path, DWORD code, struct error *error)
{
    windows_error(error, code);
    switch (code) {
    case ERROR_PATH_NOT_FOUND:
        if (is_below_file(path))
            error_set(error, "a part of the path is not a directory");
        return FILE_FAILED;
    case ERROR_FILE_NOT_FOUND:
        return FILE_MISSING;
    case ERROR_FILE_EXISTS:
    case ERROR_ALREADY_EXISTS:
        windows_error(error, ERROR_FILE_EXISTS);
        return FILE_EXISTS;
    case ERROR_ACCESS_DENIED:
        if (!is_directory(path))
            return FILE_NOT_ALLOWED;
        windows_error(error, ERROR_DIRECTORY);
        return FILE_FAILED;
    case ERROR_NETWORK_ACCESS_DENIED:
    case ERROR_PRIVILEGE_NOT_HELD:
    case ERROR_WRITE_PROTECT:
        return FILE_NOT_ALLOWED;
    case ERROR_SHARING_VIOLATION:
    case ERROR_DELETE_PENDING:
        return FILE_BUSY;
    default:
        return FILE_FAILED;
    }
}

static enum file_open_result refuse(HANDLE handle, const char *why, struct error *error)
{
    CloseHandle(handle);
    error_set(error, "%s", why);
    return FILE_FAILED;
}

struct file *windows_new_file(HANDLE handle, bool writable, bool borrowed, struct error *error)
{
    struct file *file = calloc(1, sizeof *file);
    if (!file)
        error_memory(error, sizeof *file);
    else
        *file = (struct file){.handle = handle, .borrowed = borrowed, .writable = writable};
    return file;
}

static enum file_open_result open_checked(const wchar_t *path, unsigned flags, HANDLE *handle,
                                          struct error *error)
{
    *handle = open_handle(path, flags);
    if (*handle == INVALID_HANDLE_VALUE) {
        DWORD code = GetLastError();
        return open_failure(path, has_long_name(path) ? ERROR_FILENAME_EXCED_RANGE : code, error);
    }
    if (flags & FILE_OPEN_REGULAR && is_link(*handle))
        return refuse(*handle, "it is a symbolic link", error);
    if (flags & FILE_OPEN_WRITE && tag_of(*handle).FileAttributes & FILE_ATTRIBUTE_DIRECTORY)
        return refuse(*handle, "it is a directory", error);
    return FILE_OPENED;
}

enum file_open_result windows_open(const wchar_t *path, unsigned flags, struct file **file,
                                   struct error *error)
{
    *file = NULL;
    if (!*path) {
        error_set(error, "the file name is empty");
        return FILE_FAILED;
    }
    /* Allocate before the open: that may create a file, which must not be left behind. */
    struct file *opened =
        windows_new_file(INVALID_HANDLE_VALUE, flags & FILE_OPEN_WRITE, false, error);
    enum file_open_result result =
        opened ? open_checked(path, flags, &opened->handle, error) : FILE_FAILED;
    if (result == FILE_OPENED)
        *file = opened;
    else
        free(opened);
    return result;
}

enum file_open_result file_open(const char *path, unsigned flags, struct file **file,
                                struct error *error)
{
    *file = NULL;
    wchar_t *wide = windows_path(path, error);
    if (!wide)
        return FILE_FAILED;
    enum file_open_result result = windows_open(wide, flags, file, error);
    free(wide);
    return result;
}

/*
 * Opens a file a second time: reads would move the offset of the first handle, which other
 * processes share.
 */
bool file_open_standard_input(struct file **file, struct error *error)
{
    HANDLE input = GetStdHandle(STD_INPUT_HANDLE);
    *file = NULL;
    if (!input || input == INVALID_HANDLE_VALUE)
        return error_set(error, "standard input is closed");
    HANDLE own = INVALID_HANDLE_VALUE;
    if (GetFileType(input) == FILE_TYPE_DISK)
        own = ReOpenFile(input, GENERIC_READ, SHARE_ALL, 0);
    bool borrowed = own == INVALID_HANDLE_VALUE;
    *file = windows_new_file(borrowed ? input : own, false, borrowed, error);
    if (!*file && !borrowed)
        CloseHandle(own);
    return *file;
}

bool file_close(struct file *file, struct error *error)
{
    if (!file)
        return true;
    file_unlock(file);
    windows_drop_tag(file);
    bool closed = file->borrowed || CloseHandle(file->section ? file->section : file->handle);
    DWORD code = GetLastError();
    free(file->tag);
    free(file);
    return closed || windows_error_doing(error, code, "closing");
}
