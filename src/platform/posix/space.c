/*
 * space.c - the disk blocks under a file: reserve, free, find, insert, cut.
 *
 * fallocate(2) is only on Linux. Other systems use POSIX calls, or write zeros.
 */
#include "platform/linux/internal.h"

#include "base/io_buffer.h"

#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

/* lseek() fails with EINVAL for an unknown `whence`, as on a file system without holes. */
#if !defined(SEEK_DATA)
#define SEEK_DATA (-1)
#define SEEK_HOLE (-1)
#endif

bool file_get_free_space(struct file *file, uint64_t *bytes)
{
    struct statvfs counts;
    *bytes = UINT64_MAX;
    if (fstatvfs(file->descriptor, &counts) != 0 || counts.f_blocks == 0)
        return false;
    return checked_multiply((uint64_t)counts.f_bavail, (uint64_t)counts.f_frsize, bytes);
}

/* ---- reserving and zeroing ------------------------------------------------------------------- */

/* 0, or an errno. */
static int reserve(struct file *file, struct range range, bool keep_size)
{
#if defined(__FreeBSD__) || defined(__NetBSD__)
    int code;
    do
        code = keep_size ? EOPNOTSUPP
                         : posix_fallocate(file->descriptor, (off_t)range.start,
                                           (off_t)range_length(range));
    while (code == EINTR);
    return code;
#else
    return linux_change_blocks(file->descriptor,
                               keep_size ? LINUX_RESERVE_KEEP_SIZE : LINUX_RESERVE, range.start,
                               range_length(range));
#endif
}

static bool make_zeros(struct file *file, struct range range)
{
    uint64_t length = range_length(range);
    return linux_change_blocks(file->descriptor, LINUX_MAKE_HOLE, range.start, length) == 0 ||
           linux_change_blocks(file->descriptor, LINUX_MAKE_ZEROS, range.start, length) == 0;
}

/* The file system lacks the call, or (EINVAL) lacks it for this alignment or kind of file. */
static bool is_unsupported(int code)
{
    return code == EOPNOTSUPP || code == ENOTSUP || code == ENOSYS || code == EINVAL ||
           code == ENODEV;
}

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

static bool is_zeros(const unsigned char *bytes, size_t length)
{
    return length == 0 || (bytes[0] == 0 && memcmp(bytes, bytes + 1, length - 1) == 0);
}

/* Whether the bytes at `offset`, where the growth began, are zeros: else another program appended
 * them just before. */
static bool is_ours(struct file *file, uint64_t offset)
{
    unsigned char bytes[64];
    size_t got;
    return file_read(file, offset, bytes, sizeof bytes, &got, NULL) && is_zeros(bytes, got);
}

/*
 * Frees the blocks that a failed reservation got behind the end of the file. Does nothing if it got
 * none: setting the size changes the file's times. Does not cut off bytes that other programs have
 * appended. An error here is ignored, so that the caller reports the first one.
 */
static bool undo_growth(struct file *file, const struct file_status *before, uint64_t end)
{
    struct file_status now;
    if (file_get_status(file, &now, NULL) && now.size <= end &&
        (now.size != before->size || now.allocated != before->allocated) &&
        is_ours(file, before->size))
        (void)file_set_size(file, before->size, NULL);
    return false;
}

/* Writes zeros over the zeros of the growth, so that it gets blocks. Keeps bytes that are not zero:
 * other programs appended them. */
static bool fill_growth(struct file *file, struct range growth, struct error *error)
{
    const size_t chunk = 256 * 1024;
    unsigned char *bytes = io_buffer_new(chunk, error);
    bool done = bytes;
    while (done && growth.start < growth.end) {
        size_t length = (size_t)minimum_u64(chunk, range_length(growth)), got;
        done = file_read(file, growth.start, bytes, length, &got, error) &&
               (!is_zeros(bytes, got) || file_write(file, growth.start, bytes, got, error));
        growth.start += length;
    }
    io_buffer_free(bytes);
    return done;
}

/* The fallback of file_allocate(). Sets the size first: other programs then append behind it. */
static bool allocate_by_writing(struct file *file, struct range range, bool keep_size,
                                const struct file_status *before, struct error *error)
{
    struct range behind = {maximum_u64(range.start, before->size), range.end};
    uint64_t size;
    if (keep_size || range.end <= before->size)
        return true;
    if (file_get_newest_size(file, &size, error) &&
        (size >= range.end || file_set_size(file, range.end, error)) &&
        fill_growth(file, behind, error))
        return true;
    return undo_growth(file, before, range.end);
}

bool file_allocate(struct file *file, struct range range, bool keep_size, bool *reserved,
                   struct error *error)
{
    struct file_status before;
    *reserved = true;
    if (range_length(range) == 0)
        return true;
    if (!keep_size && !file_get_status(file, &before, error))
        return false;
    int code = reserve(file, range, keep_size);
    if (code == 0)
        return true;
    *reserved = false;
    if (keep_size && !file_get_status(file, &before, error))
        return false;
    if (is_unsupported(code))
        return allocate_by_writing(file, range, keep_size, &before, error);
    posix_error_doing(error, code, "reserving %" PRIu64 " byte%s at %" PRIu64, range_length(range),
                      diag_plural(range_length(range)), range.start);
    return range.end > before.size ? undo_growth(file, &before, range.end) : false;
}

bool file_zero(struct file *file, struct range range, struct error *error)
{
    /* If neither a hole nor zeros can be made, report the error of the write. */
    return range_length(range) == 0 || make_zeros(file, range) || write_zeros(file, range, error);
}

/* ---- holes ----------------------------------------------------------------------------------- */

static bool find_data(struct file *file, uint64_t offset, uint64_t size, struct range *data)
{
    off_t start = lseek(file->descriptor, (off_t)offset, SEEK_DATA);
    if (start < 0) {
        *data = (struct range){errno == ENXIO ? size : offset, size};
        return true;
    }
    data->start = minimum_u64((uint64_t)start, size);
    off_t end = lseek(file->descriptor, start, SEEK_HOLE);
    data->end = end < 0 ? size : minimum_u64((uint64_t)end, size);
    /* Another program changed the file, or the file system is wrong: take all as data. */
    if (data->end <= data->start)
        data->end = size;
    return true;
}

bool file_next_data(struct file *file, uint64_t offset, uint64_t size, struct range *data,
                    struct error *error)
{
    if (offset >= size) {
        *data = (struct range){size, size};
        return true;
    }
    if (!file->borrowed)
        return find_data(file, offset, size, data);
    /* Keep the offset: other processes may share it if this is standard input. */
    off_t before = lseek(file->descriptor, 0, SEEK_CUR);
    bool found = find_data(file, offset, size, data);
    if (before >= 0 && lseek(file->descriptor, before, SEEK_SET) < 0)
        return posix_error_doing(error, errno, "going back to %" PRIu64, (uint64_t)before);
    return found;
}

bool file_find_data(struct file *file, uint64_t offset, uint64_t size, uint64_t *start,
                    struct error *error)
{
    struct range data;
    if (offset >= size || file->borrowed) {
        bool found = file_next_data(file, offset, size, &data, error);
        *start = data.start;
        return found;
    }
    off_t there = lseek(file->descriptor, (off_t)offset, SEEK_DATA);
    *start = there >= 0 ? minimum_u64((uint64_t)there, size) : errno == ENXIO ? size : offset;
    return true;
}

/* ---- whole blocks ---------------------------------------------------------------------------- */

bool file_moves_blocks(struct file *file)
{
    return posix_file_system_is(file, LINUX_MOVES_BLOCKS);
}

static enum file_blocks_result blocks_result(int code, const char *doing, struct range range,
                                             struct error *error)
{
    if (code == 0)
        return FILE_BLOCKS_DONE;
    posix_error_doing(error, code, "%s %" PRIu64 " bytes at %" PRIu64, doing, range_length(range),
                      range.start);
    return is_unsupported(code) ? FILE_BLOCKS_UNSUPPORTED : FILE_BLOCKS_FAILED;
}

enum file_blocks_result file_insert_blocks(struct file *file, uint64_t offset, uint64_t length,
                                           struct error *error)
{
    int code = linux_change_blocks(file->descriptor, LINUX_INSERT, offset, length);
    return blocks_result(code, "inserting", (struct range){offset, offset + length}, error);
}

enum file_blocks_result file_cut_blocks(struct file *file, uint64_t offset, uint64_t length,
                                        struct error *error)
{
    int code = linux_change_blocks(file->descriptor, LINUX_CUT, offset, length);
    return blocks_result(code, "cutting", (struct range){offset, offset + length}, error);
}
