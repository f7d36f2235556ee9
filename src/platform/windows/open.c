/*
 * open.c - opening, closing, and the status of an open file.
 *
 * Files are opened with SHARE_ALL, so that other programs can have them open at the same time. If
 * another program does not share the file, the result is FILE_BUSY.
 */
#include "platform/windows/internal.h"

#include <sddl.h>
#include <stdlib.h>
#include <wchar.h>

/* ---- open ------------------------------------------------------------------------------------ */

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

/* ---- status ---------------------------------------------------------------------------------- */

bool windows_is_wine(void)
{
    HMODULE system = GetModuleHandleW(L"ntdll.dll");
    return system && GetProcAddress(system, "wine_get_version");
}

/* Converts units of 100 ns since 1601 to nanoseconds since 1970; 0: earlier, or unknown. */
static uint64_t nanoseconds(FILETIME time)
{
    const uint64_t to_1970 = 116444736000000000u;
    uint64_t ticks = (uint64_t)time.dwHighDateTime << 32 | time.dwLowDateTime;
    return ticks > to_1970 && ticks - to_1970 < OFFSET_MAX / 100 ? (ticks - to_1970) * 100 : 0;
}

static uint64_t birth_of(const BY_HANDLE_FILE_INFORMATION *raw)
{
    /* If Wine knows no birth, it gives the last change: but the birth must stay the same. */
    return windows_is_wine() ? 0 : nanoseconds(raw->ftCreationTime);
}

/* A sparse or compressed file uses less disk than its allocation size says. */
static uint64_t allocated_of(struct file *file, DWORD attributes)
{
    FILE_STANDARD_INFO standard = {0};
    FILE_COMPRESSION_INFO compressed = {0};
    if (attributes & (FILE_ATTRIBUTE_SPARSE_FILE | FILE_ATTRIBUTE_COMPRESSED) &&
        GetFileInformationByHandleEx(file->handle, FileCompressionInfo, &compressed,
                                     sizeof compressed))
        return (uint64_t)compressed.CompressedFileSize.QuadPart;
    GetFileInformationByHandleEx(file->handle, FileStandardInfo, &standard, sizeof standard);
    return (uint64_t)standard.AllocationSize.QuadPart;
}

static uint64_t ask_block_size(struct file *file)
{
    DWORD sectors, bytes, free_clusters, clusters;
    wchar_t *path = windows_path_of(file->handle);
    size_t size = path ? wcslen(path) + 2 : 0;
    wchar_t *volume = size > 0 ? calloc(size, sizeof *volume) : NULL;
    uint64_t block = 4096;
    if (volume && GetVolumePathNameW(path, volume, (DWORD)size) &&
        GetDiskFreeSpaceW(volume, &sectors, &bytes, &free_clusters, &clusters) && sectors > 0)
        block = (uint64_t)sectors * bytes;
    free(volume);
    free(path);
    return block;
}

/* Asks once for each open file: it takes several calls, and the status is read often. */
static uint64_t block_size_of(struct file *file)
{
    if (file->block_size == 0)
        file->block_size = ask_block_size(file);
    return file->block_size;
}

static uint64_t ask_owner(HANDLE handle)
{
    union {
        SECURITY_DESCRIPTOR descriptor;
        unsigned char room[sizeof(SECURITY_DESCRIPTOR) + SECURITY_MAX_SID_SIZE];
    } security;
    PSID owner = NULL;
    BOOL by_default;
    DWORD size;
    bool known = GetKernelObjectSecurity(handle, OWNER_SECURITY_INFORMATION, &security.descriptor,
                                         sizeof security, &size) &&
                 GetSecurityDescriptorOwner(&security.descriptor, &owner, &by_default) && owner;
    return known ? windows_user_number(owner) : 0; /* 0: the file system has no owners */
}

static uint64_t owner_of(struct file *file)
{
    if (!file->owner_known)
        file->owner = ask_owner(file->handle);
    file->owner_known = true;
    return file->owner;
}

static bool device_size(struct file *file, uint64_t *size)
{
    GET_LENGTH_INFORMATION length;
    DWORD got;
    if (!DeviceIoControl(file->handle, IOCTL_DISK_GET_LENGTH_INFO, NULL, 0, &length, sizeof length,
                         &got, NULL))
        return false;
    *size = (uint64_t)length.Length.QuadPart;
    return true;
}

static uint64_t size_of(const BY_HANDLE_FILE_INFORMATION *raw)
{
    return (uint64_t)raw->nFileSizeHigh << 32 | raw->nFileSizeLow;
}

static struct file_status status_of(struct file *file, const BY_HANDLE_FILE_INFORMATION *raw)
{
    bool directory = raw->dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY;
    return (struct file_status){
        .kind = directory ? FILE_DIRECTORY : FILE_REGULAR,
        .size = size_of(raw),
        .allocated = allocated_of(file, raw->dwFileAttributes),
        .block_size = block_size_of(file),
        .device = raw->dwVolumeSerialNumber,
        .identity = (uint64_t)raw->nFileIndexHigh << 32 | raw->nFileIndexLow,
        .birth = birth_of(raw),
        .links = raw->nNumberOfLinks,
        .owner = owner_of(file),
    };
}

/* On Wine standard input has no path, and calls that need a path fail. */
static bool get_borrowed_status(struct file *file, struct file_status *status)
{
    LARGE_INTEGER size;
    if (!file->borrowed || !GetFileSizeEx(file->handle, &size))
        return false;
    *status = (struct file_status){
        .kind = FILE_REGULAR,
        .size = (uint64_t)size.QuadPart,
        .allocated = (uint64_t)size.QuadPart,
        .block_size = 4096,
        .links = 1,
    };
    return true;
}

static struct file_status section_status(const struct file *file)
{
    return (struct file_status){
        .kind = FILE_REGULAR,
        .size = file->section_size,
        .allocated = file->section_size,
        .block_size = platform_page_size(),
        .links = 1,
    };
}

bool file_get_status(struct file *file, struct file_status *status, struct error *error)
{
    BY_HANDLE_FILE_INFORMATION raw;
    if (file->section) {
        *status = section_status(file);
        return true;
    }
    *status = (struct file_status){.kind = FILE_STREAM};
    if (GetFileType(file->handle) != FILE_TYPE_DISK)
        return true;
    if (GetFileInformationByHandle(file->handle, &raw)) {
        *status = status_of(file, &raw);
        return true;
    }
    DWORD code = GetLastError();
    if (get_borrowed_status(file, status))
        return true;
    status->kind = FILE_BLOCK_DEVICE;
    status->block_size = 4096;
    return device_size(file, &status->size) ||
           windows_error_doing(error, code, "asking for the file's status");
}

bool file_get_first_status(struct file *file, struct file_status *status, struct error *error)
{
    return file_get_status(file, status, error);
}

bool file_get_size(struct file *file, uint64_t *size, struct error *error)
{
    LARGE_INTEGER length;
    if (file->section) {
        *size = file->section_size;
        return true;
    }
    if (GetFileSizeEx(file->handle, &length)) {
        *size = (uint64_t)length.QuadPart;
        return true;
    }
    DWORD code = GetLastError();
    return device_size(file, size) ||
           windows_error_doing(error, code, "asking for the file's size");
}

bool file_has_name(struct file *file)
{
    struct file_status status;
    return file_get_status(file, &status, NULL) && status.links > 0;
}

bool file_identify(const char *path, uint64_t *device, uint64_t *identity)
{
    struct file *named;
    struct file_status status;
    if (file_open(path, 0, &named, NULL) != FILE_OPENED)
        return false;
    bool known = file_get_status(named, &status, NULL);
    (void)file_close(named, NULL);
    *device = known ? status.device : 0;
    *identity = known ? status.identity : 0;
    return known;
}

bool file_is_replaced(const struct file_status *opened, const char *path)
{
    uint64_t device, identity;
    return file_identify(path, &device, &identity) &&
           (identity != opened->identity || device != opened->device);
}

bool file_get_newest_size(struct file *file, uint64_t *size, struct error *error)
{
    return file_get_size(file, size, error);
}
