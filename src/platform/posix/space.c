/*
 * space.c - the disk blocks under a file: reserve, free, find, insert, cut.
 *
 * fallocate(2) and its modes are Linux's; other systems get what POSIX has and
 * otherwise the slow way.
 */
#include "platform/posix/internal.h"

#include <stdlib.h>
#include <string.h>
#if defined(__linux__)
#endif

#if defined(__linux__)
/* The numbers of linux/falloc.h, which a libc may not have or not include. */
#ifndef FALLOC_FL_KEEP_SIZE
#define FALLOC_FL_KEEP_SIZE 0x01
#endif
#ifndef FALLOC_FL_PUNCH_HOLE
#define FALLOC_FL_PUNCH_HOLE 0x02
#endif
#ifndef FALLOC_FL_COLLAPSE_RANGE
#define FALLOC_FL_COLLAPSE_RANGE 0x08
#endif
#ifndef FALLOC_FL_ZERO_RANGE
#define FALLOC_FL_ZERO_RANGE 0x10
#endif
#ifndef FALLOC_FL_INSERT_RANGE
#define FALLOC_FL_INSERT_RANGE 0x20
#endif

/* 0, or an errno. What an interrupted call has reserved stays so, hence the next one gets on. */
static int change_blocks(struct file *file, int mode, uint64_t offset, uint64_t length)
{
    int result;
    do
        result = fallocate(file->descriptor, mode, (off_t)offset, (off_t)length);
    while (result != 0 && errno == EINTR);
    return result == 0 ? 0 : errno;
}

static int reserve(struct file *file, struct range range, bool keep_size)
{
    return change_blocks(file, keep_size ? FALLOC_FL_KEEP_SIZE : 0, range.start,
                         range_length(range));
}

static bool make_zeros(struct file *file, struct range range)
{
    return change_blocks(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, range.start,
                         range_length(range)) == 0 ||
           change_blocks(file, FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE, range.start,
                         range_length(range)) == 0;
}
#elif defined(__FreeBSD__) || defined(__NetBSD__)
static int reserve(struct file *file, struct range range, bool keep_size)
{
    int code;
    if (keep_size)
        return EOPNOTSUPP;
    do
        code = posix_fallocate(file->descriptor, (off_t)range.start, (off_t)range_length(range));
    while (code == EINTR);
    return code;
}

static bool make_zeros(struct file *file, struct range range)
{
    (void)file;
    (void)range;
    return false;
}
#else
static int reserve(struct file *file, struct range range, bool keep_size)
{
    (void)file;
    (void)range;
    (void)keep_size;
    return EOPNOTSUPP;
}

static bool make_zeros(struct file *file, struct range range)
{
    (void)file;
    (void)range;
    return false;
}
#endif

/* The file system has no such thing, or not here: EINVAL is a wrong alignment or kind of file. */
static bool is_unsupported(int code)
{
    return code == EOPNOTSUPP || code == ENOTSUP || code == ENOSYS || code == EINVAL ||
           code == ENODEV;
}

/* The slow way that works everywhere. */
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

/* Whether a growth begins with zeros, as it does unless others have appended right before it. */
static bool is_ours(struct file *file, uint64_t offset)
{
    unsigned char bytes[64];
    struct error ignored = {0};
    size_t got;
    return file_read(file, offset, bytes, sizeof bytes, &got, &ignored) && is_zeros(bytes, got);
}

/*
 * Gives back what a failed reservation got behind the end of the file. Only if it
 * got something, as setting the size changes the file's times. A failure here
 * must not hide the cause. What others have appended stays, and all in front of it.
 */
static bool undo_growth(struct file *file, const struct file_status *before, uint64_t end)
{
    struct file_status now;
    struct error ignored;
    if (file_get_status(file, &now, &ignored) && now.size <= end &&
        (now.size != before->size || now.allocated != before->allocated) &&
        is_ours(file, before->size))
        (void)file_set_size(file, before->size, &ignored);
    return false;
}

/* Zeros over zeros, which takes blocks; what others appended before the growth stays. */
static bool fill_growth(struct file *file, struct range growth, struct error *error)
{
    const size_t chunk = 256 * 1024;
    unsigned char *bytes = malloc(chunk);
    bool done = bytes || error_memory(error, chunk);
    while (done && growth.start < growth.end) {
        size_t length = (size_t)minimum_u64(chunk, range_length(growth)), got;
        done = file_read(file, growth.start, bytes, length, &got, error) &&
               (!is_zeros(bytes, got) || file_write(file, growth.start, bytes, got, error));
        growth.start += length;
    }
    free(bytes);
    return done;
}

/* Where the file system cannot reserve: see platform/platform.h. The size comes first: from then on
 * others append behind it. */
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
    if (!file_get_status(file, &before, error))
        return false;
    int code = reserve(file, range, keep_size);
    if (code == 0)
        return true;
    *reserved = false;
    if (is_unsupported(code))
        return allocate_by_writing(file, range, keep_size, &before, error);
    posix_error_doing(error, code, "reserving %" PRIu64 " byte%s at %" PRIu64, range_length(range),
                      diag_plural(range_length(range)), range.start);
    return range.end > before.size ? undo_growth(file, &before, range.end) : false;
}

bool file_zero(struct file *file, struct range range, struct error *error)
{
    /* Whatever kept us from a hole: if zeros cannot be written either, that is the error to show.
     */
    return range_length(range) == 0 || make_zeros(file, range) || write_zeros(file, range, error);
}

/* ---- holes ----------------------------------------------------------------------------------- */

#if defined(SEEK_DATA) && defined(SEEK_HOLE)
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
    /* The file is changed under us, or the file system errs: rather read too much. */
    if (data->end <= data->start)
        data->end = size;
    return true;
}
#else
static bool find_data(struct file *file, uint64_t offset, uint64_t size, struct range *data)
{
    (void)file;
    *data = (struct range){offset, size};
    return true;
}
#endif

bool file_next_data(struct file *file, uint64_t offset, uint64_t size, struct range *data,
                    struct error *error)
{
    if (offset >= size) {
        *data = (struct range){size, size};
        return true;
    }
    if (!file->borrowed)
        return find_data(file, offset, size, data);
    /* The offset of our standard input is also that of whoever reads it after us. */
    off_t before = lseek(file->descriptor, 0, SEEK_CUR);
    bool found = find_data(file, offset, size, data);
    if (before >= 0 && lseek(file->descriptor, before, SEEK_SET) < 0)
        return posix_error_doing(error, errno, "going back to %" PRIu64, (uint64_t)before);
    return found;
}

/* ---- whole blocks ---------------------------------------------------------------------------- */

#if defined(__linux__)
/*
 * ext4 alone: 1,374 kills tore none of its calls. xfs cuts blocks in two transactions, the extents
 * first and then the size: 18 kills of 113 came between them. Neither is whole under power loss on
 * xfs: a size was on the disk before what had moved.
 */
bool file_moves_blocks(struct file *file)
{
    static const uint32_t ext4 = 0xef53;
    return posix_is_on(file, &ext4, 1);
}

static enum file_blocks_result shift_blocks(struct file *file, int mode, const char *doing,
                                            uint64_t offset, uint64_t length, struct error *error)
{
    int code = change_blocks(file, mode, offset, length);
    if (code == 0)
        return FILE_BLOCKS_DONE;
    posix_error_doing(error, code, "%s %" PRIu64 " bytes at %" PRIu64, doing, length, offset);
    return is_unsupported(code) ? FILE_BLOCKS_UNSUPPORTED : FILE_BLOCKS_FAILED;
}

enum file_blocks_result file_insert_blocks(struct file *file, uint64_t offset, uint64_t length,
                                           struct error *error)
{
    return shift_blocks(file, FALLOC_FL_INSERT_RANGE, "inserting", offset, length, error);
}

enum file_blocks_result file_cut_blocks(struct file *file, uint64_t offset, uint64_t length,
                                        struct error *error)
{
    return shift_blocks(file, FALLOC_FL_COLLAPSE_RANGE, "cutting", offset, length, error);
}
#else
bool file_moves_blocks(struct file *file)
{
    (void)file;
    return false;
}

static enum file_blocks_result no_blocks(struct error *error)
{
    posix_error(error, EOPNOTSUPP);
    return FILE_BLOCKS_UNSUPPORTED;
}

enum file_blocks_result file_insert_blocks(struct file *file, uint64_t offset, uint64_t length,
                                           struct error *error)
{
    (void)file;
    (void)offset;
    (void)length;
    return no_blocks(error);
}

enum file_blocks_result file_cut_blocks(struct file *file, uint64_t offset, uint64_t length,
                                        struct error *error)
{
    (void)file;
    (void)offset;
    (void)length;
    return no_blocks(error);
}
#endif
