/* status.c - the kind, the size, the identity and more of an open file. */
#include "platform/windows/internal.h"

#include <stdlib.h>
#include <wchar.h>

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
