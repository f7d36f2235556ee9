/*
 * file.c - bytes in and out of an open file.
 *
 * All I/O on files with offsets is positioned: an OVERLAPPED gives the offset. The handles are
 * synchronous: a call returns when it is done.
 */
#include "platform/windows/internal.h"

#include <stdlib.h>

/* Limits a transfer to a length that fits a DWORD. */
static DWORD one_transfer(size_t length)
{
    const DWORD most = 1u << 30;
    return length < most ? (DWORD)length : most;
}

static OVERLAPPED at_offset(uint64_t offset)
{
    return (OVERLAPPED){.Offset = (DWORD)offset, .OffsetHigh = (DWORD)(offset >> 32)};
}

static bool check_transfer(const char *doing, uint64_t offset, size_t length, struct error *error)
{
    uint64_t end;
    return checked_add(offset, length, &end) ||
           error_set(error, "past the largest offset of a file (%s %zu bytes at %" PRIu64 ")",
                     doing, length, offset);
}

bool file_read(struct file *file, uint64_t offset, void *bytes, size_t length, size_t *got,
               struct error *error)
{
    unsigned char *out = bytes;
    *got = 0;
    if (!check_transfer("reading", offset, length, error))
        return false;
    if (file->section) {
        uint64_t there = file->section_size - minimum_u64(offset, file->section_size);
        *got = (size_t)minimum_u64(length, there);
        return windows_section_copy(file, offset, bytes, NULL, *got, error);
    }
    while (*got < length) {
        OVERLAPPED place = at_offset(offset + *got);
        DWORD part = 0;
        if (!ReadFile(file->handle, out + *got, one_transfer(length - *got), &part, &place)) {
            DWORD code = GetLastError();
            return code == ERROR_HANDLE_EOF ||
                   windows_error_doing(error, code, "reading %zu bytes at %" PRIu64, length - *got,
                                       offset + *got);
        }
        if (part == 0)
            return true;
        *got += part;
    }
    return true;
}

bool file_read_stream(struct file *file, void *bytes, size_t length, size_t *got,
                      struct error *error)
{
    DWORD part = 0;
    *got = 0;
    if (!ReadFile(file->handle, bytes, one_transfer(length), &part, NULL)) {
        DWORD code = GetLastError();
        /* A pipe without writers is at its end. */
        return code == ERROR_BROKEN_PIPE || code == ERROR_HANDLE_EOF ||
               windows_error_doing(error, code, "reading");
    }
    *got = part;
    return true;
}

bool file_has_input(struct file *file, double patience)
{
    (void)patience;
    DWORD bytes = 0;
    DWORD type = GetFileType(file->handle);
    if (type != FILE_TYPE_PIPE)
        return type == FILE_TYPE_DISK; /* for a console this is not known */
    /* The call fails for a pipe without writers: a read returns at once, at the end. */
    return !PeekNamedPipe(file->handle, NULL, 0, NULL, &bytes, NULL) || bytes > 0;
}

static bool fixed_size(const struct file *file, uint64_t size, struct error *error)
{
    return error_set(error,
                     "shared memory keeps its size on Windows (%" PRIu64 ", not %" PRIu64 ")",
                     file->section_size, size);
}

bool file_write(struct file *file, uint64_t offset, const void *bytes, size_t length,
                struct error *error)
{
    const unsigned char *in = bytes;
    size_t done = 0;
    if (!check_transfer("writing", offset, length, error))
        return false;
    if (file->section)
        return (offset + length <= file->section_size ||
                fixed_size(file, offset + length, error)) &&
               windows_section_copy(file, offset, NULL, bytes, length, error);
    while (done < length) {
        OVERLAPPED place = at_offset(offset + done);
        DWORD part = 0;
        bool written =
            WriteFile(file->handle, in + done, one_transfer(length - done), &part, &place);
        if (!written || part == 0)
            return windows_error_doing(error, written ? ERROR_DISK_FULL : GetLastError(),
                                       "writing %zu bytes at %" PRIu64, length - done,
                                       offset + done);
        done += part;
    }
    return true;
}

/*
 * Only a file with the sparse attribute can have holes. Do not set it for a small growth, of which
 * NTFS would leave nothing out: the attribute stays for good and makes access slower.
 */
static void prepare_hole(struct file *file, uint64_t size)
{
    enum { WORTH_A_HOLE = 128 * 1024 };
    uint64_t old = size;
    DWORD got;
    if (file_get_size(file, &old, NULL) && size > old && size - old >= WORTH_A_HOLE)
        (void)DeviceIoControl(file->handle, FSCTL_SET_SPARSE, NULL, 0, NULL, 0, &got, NULL);
}

bool file_append(struct file *file, const void *bytes, size_t length, struct error *error)
{
    uint64_t size;
    return length == 0 ||
           (file_get_size(file, &size, error) && file_write(file, size, bytes, length, error));
}

DWORD windows_set_end(struct file *file, uint64_t size)
{
    FILE_END_OF_FILE_INFO end = {.EndOfFile.QuadPart = (LONGLONG)size};
    windows_drop_tag(file);
    bool set = SetFileInformationByHandle(file->handle, FileEndOfFileInfo, &end, sizeof end);
    DWORD code = set ? ERROR_SUCCESS : GetLastError();
    windows_take_tag(file);
    return code;
}

bool file_set_size(struct file *file, uint64_t size, struct error *error)
{
    if (size > OFFSET_MAX)
        return windows_error_doing(error, ERROR_FILE_TOO_LARGE, "setting the size to %" PRIu64,
                                   size);
    if (file->section)
        return size == file->section_size || fixed_size(file, size, error);
    prepare_hole(file, size);
    DWORD code = windows_set_end(file, size);
    return code == ERROR_SUCCESS ||
           windows_error_doing(error, code, "setting the size to %" PRIu64, size);
}

/* ---- to the disk ----------------------------------------------------------------------------- */

/* A handle for reading cannot be flushed: opens the file for writing for a moment. */
static DWORD flush_reader(struct file *file)
{
    HANDLE writer = ReOpenFile(file->handle, GENERIC_WRITE, SHARE_ALL, 0);
    if (writer == INVALID_HANDLE_VALUE)
        return GetLastError();
    DWORD code = FlushFileBuffers(writer) ? ERROR_SUCCESS : GetLastError();
    CloseHandle(writer);
    return code;
}

bool file_sync(struct file *file, struct error *error)
{
    if (file->section)
        return true; /* shared memory is not on a disk */
    DWORD code = FlushFileBuffers(file->handle) ? ERROR_SUCCESS : GetLastError();
    if (code == ERROR_ACCESS_DENIED && !file->writable)
        code = flush_reader(file);
    if (code == ERROR_ACCESS_DENIED)
        return error_set(error, "permission denied: Windows flushes only what may be written");
    return code == ERROR_SUCCESS || windows_error_doing(error, code, "waiting for the disk");
}

bool file_sync_data(struct file *file, struct error *error)
{
    return file_sync(file, error);
}

/* ---- attributes ------------------------------------------------------------------------------ */

/* Whether this error means that an attribute cannot be copied here: the copy goes on without it. */
static bool is_tolerated(DWORD code)
{
    return code == ERROR_SUCCESS || code == ERROR_ACCESS_DENIED ||
           code == ERROR_PRIVILEGE_NOT_HELD || code == ERROR_INVALID_OWNER ||
           windows_is_unsupported(code);
}

/* Opens the file again: file_open() does not ask for the right to change the access list. */
static DWORD set_access_list(HANDLE copy, PSECURITY_DESCRIPTOR descriptor)
{
    SECURITY_DESCRIPTOR_CONTROL control = 0;
    DWORD revision;
    HANDLE handle = ReOpenFile(copy, READ_CONTROL | WRITE_DAC, SHARE_ALL, 0);
    if (handle == INVALID_HANDLE_VALUE)
        return GetLastError();
    GetSecurityDescriptorControl(descriptor, &control, &revision);
    bool inherits = !(control & SE_DACL_PROTECTED);
    SECURITY_INFORMATION what =
        DACL_SECURITY_INFORMATION |
        (inherits ? UNPROTECTED_DACL_SECURITY_INFORMATION : PROTECTED_DACL_SECURITY_INFORMATION);
    DWORD code = SetKernelObjectSecurity(handle, what, descriptor) ? ERROR_SUCCESS : GetLastError();
    CloseHandle(handle);
    return code;
}

static DWORD copy_access_list(HANDLE original, HANDLE copy)
{
    DWORD size = 0;
    GetKernelObjectSecurity(original, DACL_SECURITY_INFORMATION, NULL, 0, &size);
    PSECURITY_DESCRIPTOR descriptor = size > 0 ? malloc(size) : NULL;
    DWORD code = ERROR_SUCCESS;
    if (!descriptor ||
        !GetKernelObjectSecurity(original, DACL_SECURITY_INFORMATION, descriptor, size, &size))
        code = GetLastError();
    else
        code = set_access_list(copy, descriptor);
    free(descriptor);
    return code;
}

static DWORD copy_basic(HANDLE original, HANDLE copy)
{
    const DWORD kept = FILE_ATTRIBUTE_HIDDEN | FILE_ATTRIBUTE_SYSTEM | FILE_ATTRIBUTE_ARCHIVE |
                       FILE_ATTRIBUTE_READONLY | FILE_ATTRIBUTE_NOT_CONTENT_INDEXED;
    FILE_BASIC_INFO from, to = {0}; /* times of 0 stay as they are */
    if (!GetFileInformationByHandleEx(original, FileBasicInfo, &from, sizeof from))
        return GetLastError();
    to.FileAttributes = from.FileAttributes & kept;
    if (to.FileAttributes == 0)
        to.FileAttributes = FILE_ATTRIBUTE_NORMAL;
    return SetFileInformationByHandle(copy, FileBasicInfo, &to, sizeof to) ? ERROR_SUCCESS
                                                                           : GetLastError();
}

static bool has_owner_of(struct file *original, struct file *copy)
{
    struct file_status from, to;
    return file_get_status(original, &from, NULL) && file_get_status(copy, &to, NULL) &&
           from.owner == to.owner;
}

bool file_copy_attributes(struct file *original, struct file *copy,
                          struct file_uncarried *uncarried, struct error *error)
{
    *uncarried = (struct file_uncarried){{0}};
    DWORD code = copy_access_list(original->handle, copy->handle);
    if (!is_tolerated(code))
        return windows_error_doing(error, code, "copying the access list");
    if (!has_owner_of(original, copy))
        file_uncarried_add(uncarried, "owner");
    if (code != ERROR_SUCCESS && !windows_is_unsupported(code))
        file_uncarried_add(uncarried, "access list");
    code = copy_basic(original->handle, copy->handle);
    if (!is_tolerated(code))
        return windows_error_doing(error, code, "copying the attributes");
    if (code != ERROR_SUCCESS && !windows_is_unsupported(code))
        file_uncarried_add(uncarried, "attributes");
    return true;
}
