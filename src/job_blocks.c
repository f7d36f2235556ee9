/* job_blocks.c - whole blocks that the file system puts in or takes out, and whether it has. */
#include "job.h"

#include <string.h>

enum file_blocks_result job_move_blocks(struct job *job, struct error *error)
{
    const struct journal_header *header = &job->journal->header;
    struct file *file = job->mapping->file;
    enum file_blocks_result result =
        header->blocks == BLOCKS_INSERT
            ? file_insert_blocks(file, header->blocks_offset, header->blocks_length, error)
            : file_cut_blocks(file, header->blocks_offset, header->blocks_length, error);
    if (result == FILE_BLOCKS_DONE)
        job->mapping->size = job->new_size;
    return result;
}

/* What will stand where the witness stands when blocks are in (zeros), or out. */
static bool read_successor(const struct job *job, unsigned char *bytes, uint32_t length,
                           struct error *error)
{
    const struct journal_header *header = &job->journal->header;
    uint64_t source = header->blocks_offset + header->blocks_length;
    memset(bytes, 0, length);
    return header->blocks == BLOCKS_INSERT ||
           mapping_read(job->mapping, source, bytes,
                        (size_t)minimum_u64(length, header->old_size - source), error);
}

bool job_witness_blocks(struct job *job, struct error *error)
{
    const struct journal_header *header = &job->journal->header;
    unsigned char successor[TAIL_WITNESS];
    struct journal_tail record = {.number = 1, .kind = TAIL_BLOCKS};
    record.offset = header->blocks_offset;
    record.size = header->old_size;
    record.witness_length = (uint32_t)minimum_u64(TAIL_WITNESS, record.size - record.offset);
    if (!mapping_read(job->mapping, record.offset, record.witness, record.witness_length, error) ||
        !read_successor(job, successor, record.witness_length, error))
        return false;
    return memcmp(successor, record.witness, record.witness_length) == 0 ||
           journal_publish_tail(job->journal, &record, error);
}

bool job_blocks_moved(const struct job *job, const struct journal_tail *tail, bool *moved,
                      struct error *error)
{
    const struct journal_header *header = &job->journal->header;
    unsigned char bytes[TAIL_WITNESS];
    uint64_t size = job->mapping->size;
    /* Without a witness the bytes do not tell; others may only have made the file longer. */
    *moved = header->blocks == BLOCKS_INSERT ? size >= header->new_size : size < header->old_size;
    if (tail->number == 0 || size < tail->offset + tail->witness_length)
        return true;
    if (!mapping_read(job->mapping, tail->offset, bytes, tail->witness_length, error))
        return false;
    *moved = memcmp(bytes, tail->witness, tail->witness_length) != 0;
    return true;
}
