/*
 * space.c - the disk clusters under a file: reserve, free, find.
 *
 * A file that is neither sparse nor compressed gets its clusters when its size is set. That is
 * checked afterwards: on network file systems and Wine it may not be so.
 */
#include "platform/windows/internal.h"

#include "base/io_buffer.h"

#include <stdlib.h>
#include <string.h>

static bool write_zeros(struct file *file, struct range range, struct error *error)
{
    const size_t chunk = 256 * 1024;
    void *zeros = calloc(1, chunk);
    if (!zeros)
        return error_memory(error, chunk);
    bool written = true;
    while (written && range.start < range.end) {
        size_t length = (size_t)minimum_u64(chunk, range_length(range));
        written = file_write(file, range.start, zeros, length, error);
        range.start += length;
    }
    free(zeros);
    return written;
}

/* ---- reserve --------------------------------------------------------------------------------- */

static bool is_thin(struct file *file)
{
    FILE_BASIC_INFO basic = {0};
    return !GetFileInformationByHandleEx(file->handle, FileBasicInfo, &basic, sizeof basic) ||
           basic.FileAttributes & (FILE_ATTRIBUTE_SPARSE_FILE | FILE_ATTRIBUTE_COMPRESSED);
}

static uint64_t allocation_of(struct file *file)
{
    FILE_STANDARD_INFO standard = {0};
    GetFileInformationByHandleEx(file->handle, FileStandardInfo, &standard, sizeof standard);
    return (uint64_t)standard.AllocationSize.QuadPart;
}

static bool is_reserved(struct file *file, uint64_t end)
{
    return !is_thin(file) && allocation_of(file) >= end;
}

/* Reserves clusters up to `end`. Those behind the end of the file are freed when the last handle is
 * closed. */
static DWORD set_allocation(struct file *file, uint64_t end)
{
    FILE_ALLOCATION_INFO wanted = {.AllocationSize.QuadPart = (LONGLONG)end};
    if (is_thin(file) || allocation_of(file) >= end)
        return ERROR_SUCCESS;
    return SetFileInformationByHandle(file->handle, FileAllocationInfo, &wanted, sizeof wanted)
               ? ERROR_SUCCESS
               : GetLastError();
}

/* Takes back a failed growth. Ignores errors, so that the caller reports the first one. */
static bool undo_growth(struct file *file, uint64_t size)
{
    uint64_t now = size;
    if (!file_get_size(file, &now, NULL) || now != size)
        (void)windows_set_end(file, size); /* only if needed: it changes the file's time */
    return false;
}

static bool grow(struct file *file, uint64_t size, struct range range, bool *reserved,
                 struct error *error)
{
    struct range behind = {maximum_u64(range.start, size), range.end};
    DWORD code = windows_set_end(file, range.end);
    if (code != ERROR_SUCCESS)
        return windows_error_doing(error, code, "reserving %" PRIu64 " bytes at %" PRIu64,
                                   range_length(range), range.start);
    *reserved = is_reserved(file, range.end);
    return *reserved || write_zeros(file, behind, error);
}

bool file_allocate(struct file *file, struct range range, bool keep_size, bool *reserved,
                   struct error *error)
{
    uint64_t size;
    *reserved = true;
    if (range_length(range) == 0)
        return true;
    if (!file_get_size(file, &size, error))
        return false;
    if (file->section)
        return range.end <= size || keep_size || file_set_size(file, range.end, error);
    /* Clusters can only be reserved from the start up to an offset. For a range behind the end that
     * would include the gap before the range, which must stay a hole. */
    DWORD code =
        range.start <= size || !keep_size ? set_allocation(file, range.end) : ERROR_SUCCESS;
    if (code != ERROR_SUCCESS && !windows_is_unsupported(code))
        return windows_error_doing(error, code, "reserving %" PRIu64 " bytes at %" PRIu64,
                                   range_length(range), range.start);
    if (range.end > size && !keep_size)
        return grow(file, size, range, reserved, error) || undo_growth(file, size);
    *reserved = is_reserved(file, range.end);
    return true;
}

/* ---- holes ----------------------------------------------------------------------------------- */

/* Makes a hole in a sparse file, and zeros in others: does not make them sparse. */
static bool make_zeros(struct file *file, struct range range)
{
    FILE_ZERO_DATA_INFORMATION zero = {
        .FileOffset.QuadPart = (LONGLONG)range.start,
        .BeyondFinalZero.QuadPart = (LONGLONG)range.end,
    };
    DWORD got;
    return DeviceIoControl(file->handle, FSCTL_SET_ZERO_DATA, &zero, sizeof zero, NULL, 0, &got,
                           NULL);
}

static bool is_zero(const unsigned char *bytes, size_t length)
{
    return length == 0 || (bytes[0] == 0 && memcmp(bytes, bytes + 1, length - 1) == 0);
}

/* Skips bytes that are zeros already: they may be a hole on the system below (Wine, a server). */
static bool write_missing_zeros(struct file *file, struct range range, struct error *error)
{
    enum { CHUNK = 64 * 1024 };
    unsigned char *bytes = io_buffer_new(CHUNK, error);
    bool done = bytes;
    while (done && range.start < range.end) {
        size_t length = (size_t)minimum_u64(CHUNK, range_length(range)), got;
        struct range chunk = {range.start, range.start + length};
        done = file_read(file, chunk.start, bytes, length, &got, error) &&
               ((got == length && is_zero(bytes, length)) || write_zeros(file, chunk, error));
        range.start = chunk.end;
    }
    io_buffer_free(bytes);
    return done;
}

bool file_zero(struct file *file, struct range range, struct error *error)
{
    return range_length(range) == 0 || make_zeros(file, range) ||
           write_missing_zeros(file, range, error);
}

bool file_find_data(struct file *file, uint64_t offset, uint64_t size, uint64_t *start,
                    struct error *error)
{
    struct range data;
    bool found = file_next_data(file, offset, size, &data, error);
    *start = data.start;
    return found;
}

bool file_next_data(struct file *file, uint64_t offset, uint64_t size, struct range *data,
                    struct error *error)
{
    (void)error;
    *data = (struct range){minimum_u64(offset, size), size};
    if (offset >= size)
        return true;
    FILE_ALLOCATED_RANGE_BUFFER found = {0}, within = {
                                                 .FileOffset.QuadPart = (LONGLONG)offset,
                                                 .Length.QuadPart = (LONGLONG)(size - offset),
                                             };
    DWORD got = 0;
    if (!DeviceIoControl(file->handle, FSCTL_QUERY_ALLOCATED_RANGES, &within, sizeof within, &found,
                         sizeof found, &got, NULL) &&
        GetLastError() != ERROR_MORE_DATA)
        return true; /* the file system does not tell: take all as data */
    if (got < sizeof found) {
        data->start = size;
        return true;
    }
    uint64_t start = (uint64_t)found.FileOffset.QuadPart;
    uint64_t end = start + (uint64_t)found.Length.QuadPart;
    *data = (struct range){minimum_u64(maximum_u64(start, offset), size), minimum_u64(end, size)};
    /* Another program changed the file, or the file system is wrong: take all as data. */
    if (data->end <= data->start)
        *data = (struct range){offset, size};
    return true;
}
