/* job_blocks.c - has the file system insert or cut whole blocks, and finds out whether it did. */
#include "apply/job.h"

#include <string.h>

enum file_blocks_result job_move_blocks(struct job *job, struct error *error)
{
    const struct journal_header *header = &job->journal->header;
    struct file *file = job->mapping->file;
    bool inserts = header->blocks == JOURNAL_BLOCKS_INSERT;
    enum file_blocks_result result =
        inserts ? file_insert_blocks(file, header->blocks_offset, header->blocks_length, error)
                : file_cut_blocks(file, header->blocks_offset, header->blocks_length, error);
    if (result == FILE_BLOCKS_DONE) {
        job->mapping->size = job->new_size;
        job->blocks_in = inserts;
    }
    return result;
}

bool job_reserve_blocks(struct job *job, struct error *error)
{
    const struct journal_header *header = &job->journal->header;
    struct range hole = {header->blocks_offset, header->blocks_offset + header->blocks_length};
    bool reserved;
    return file_allocate(job->mapping->file, hole, true, &reserved, error);
}

bool job_take_blocks_back(struct job *job, struct error *error)
{
    const struct journal_header *header = &job->journal->header;
    if (file_cut_blocks(job->mapping->file, header->blocks_offset, header->blocks_length, error) !=
        FILE_BLOCKS_DONE)
        return false;
    job->mapping->size -= header->blocks_length;
    job->blocks_in = false;
    return true;
}

/* ---- the witness ----------------------------------------------------------------------------- */

enum { CHUNK = 4096, CHUNKS_MOST = 256 };

/* Reads the bytes that will be at `offset` once blocks are inserted (zeros) or cut. */
static bool read_successor(const struct job *job, uint64_t offset, unsigned char *bytes,
                           size_t length, struct error *error)
{
    const struct journal_header *header = &job->journal->header;
    memset(bytes, 0, length);
    return header->blocks == JOURNAL_BLOCKS_INSERT ||
           mapping_read(job->mapping, offset + header->blocks_length, bytes, length, error);
}

/* Up to which offset the file before and after the move of the blocks can be compared. */
static uint64_t comparable_end(const struct journal_header *header)
{
    uint64_t most = header->blocks_offset + (uint64_t)CHUNK * CHUNKS_MOST;
    uint64_t end =
        header->blocks == JOURNAL_BLOCKS_INSERT
            ? minimum_u64(header->blocks_offset + header->blocks_length, header->old_size)
            : header->old_size - header->blocks_length;
    return minimum_u64(end, most);
}

/* Finds the first offset whose byte the move changes; comparable_end() if there is none. */
static bool find_difference(const struct job *job, uint64_t *offset, struct error *error)
{
    const struct journal_header *header = &job->journal->header;
    uint64_t end = comparable_end(header);
    unsigned char now[CHUNK], then[CHUNK];
    for (*offset = header->blocks_offset; *offset < end;) {
        size_t length = (size_t)minimum_u64(CHUNK, end - *offset), at = 0;
        if (!mapping_read(job->mapping, *offset, now, length, error) ||
            !read_successor(job, *offset, then, length, error))
            return false;
        while (at < length && now[at] == then[at])
            at++;
        *offset += at;
        if (at < length)
            return true;
    }
    return true;
}

bool job_witness_blocks(struct job *job, bool *telling, struct error *error)
{
    const struct journal_header *header = &job->journal->header;
    struct journal_tail record = {.number = 1, .kind = JOURNAL_TAIL_BLOCKS};
    uint64_t end = comparable_end(header);
    *telling = false;
    if (!find_difference(job, &record.offset, error))
        return false;
    if (record.offset >= end)
        return true;
    record.size = header->old_size;
    record.witness_length = (uint32_t)minimum_u64(JOURNAL_TAIL_WITNESS, end - record.offset);
    *telling = true;
    return mapping_read(job->mapping, record.offset, record.witness, record.witness_length,
                        error) &&
           journal_publish_tail(job->journal, &record, error);
}

static bool are_zeros(const unsigned char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (bytes[i] != 0)
            return false;
    return true;
}

bool job_blocks_moved(const struct job *job, const struct journal_tail *tail, bool *moved,
                      struct error *error)
{
    const struct journal_header *header = &job->journal->header;
    unsigned char bytes[JOURNAL_TAIL_WITNESS];
    *moved = false;
    if (tail->kind != JOURNAL_TAIL_BLOCKS ||
        job->mapping->size < tail->offset + tail->witness_length)
        return error_set(error, "the journal does not tell whether blocks were moved, or the file "
                                "was cut by another program");
    if (!mapping_read(job->mapping, tail->offset, bytes, tail->witness_length, error))
        return false;
    *moved = memcmp(bytes, tail->witness, tail->witness_length) != 0;
    return !*moved || header->blocks == JOURNAL_BLOCKS_CUT ||
           are_zeros(bytes, tail->witness_length) ||
           error_set(error, "another program has rewritten the file since");
}
