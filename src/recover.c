/* recover.c - finishes what a killed edit left, or takes it back. */
#include "recover.h"
#include "job.h"

/* The blocks go in or out before the first step; the size tells whether they did. */
static bool resume_blocks(struct job *job, struct error *error)
{
    const struct journal_header *header = &job->journal->header;
    uint64_t size = job->mapping->size;
    bool done =
        header->blocks == BLOCKS_NONE ||
        (header->blocks == BLOCKS_INSERT ? size >= header->new_size : size < header->old_size);
    return done ||
           job_move_blocks(job->mapping, header->new_size, header->blocks, header->blocks_offset,
                           header->blocks_length, error) == FILE_BLOCKS_DONE;
}

/* Of the sizes that the file has in the course of the edit, the one it has now, or more. */
static bool check_recoverable(const struct job *job, struct error *error)
{
    const struct journal_header *header = &job->journal->header;
    uint64_t size = job->mapping->size;
    uint64_t least = header->blocks == BLOCKS_INSERT ? header->old_size : job->working_size;
    if (size >= least || size == header->new_size)
        return true;
    return error_set(
        error,
        "an edit was interrupted and another program has cut the file since (size %llu, "
        "%llu expected): the edit cannot be finished; remove the journal %s to accept "
        "the file as it is",
        (unsigned long long)size, (unsigned long long)least, place_path(job->journal->place));
}

static bool forward(struct job *job, const struct edit_list *edits, uint64_t first, bool published,
                    struct error *error)
{
    const struct journal_header *header = &job->journal->header;
    if (!plan_init(&job->plan, edits, header->start_size, header->window, header->zero_piece,
                   header->merge_gap, error))
        return false;
    job->new_size = header->new_size;
    job->working_size = maximum_u64(job->plan.new_size, header->start_size);
    if (!check_recoverable(job, error))
        return false;
    /* A file system that cannot, or has no room: then nothing has changed, and nothing will. */
    if (!resume_blocks(job, error))
        return recover_rollback(job->mapping, job->journal, error);
    if (!job_prepare(job, error))
        return false;
    /* Cut to its new size, the file is done but for the journal. */
    if (job->mapping->size == job->new_size && job->new_size < job->working_size)
        return journal_remove(job->journal, job->mapping, error);
    return job_run(job, first, published, error);
}

bool recover_forward(struct mapping *mapping, struct journal *journal, struct error *error)
{
    struct job job = {.mapping = mapping, .journal = journal, .durable = journal->header.durable};
    struct buffer bytes = {0};
    struct edit_list edits;
    uint64_t first;
    bool published;
    bool done = journal_load(journal, &bytes, &edits, &first, &published, error);
    if (done) {
        platform_signals_hold();
        done = forward(&job, &edits, first, published, error);
        platform_signals_restore();
        edit_list_release(&edits);
    }
    job_release(&job);
    buffer_release(&bytes);
    return done;
}

/* Whether the file's bytes from `offset` on are those of a growth that nothing was stored in. */
static bool is_only_zeros(struct mapping *mapping, uint64_t offset, bool *zeros,
                          struct error *error)
{
    unsigned char bytes[16384];
    *zeros = true;
    while (*zeros && offset < mapping->size) {
        struct range data, rest = {offset, mapping->size};
        if (!mapping_next_data(mapping, rest, &data, error))
            return false;
        size_t length = (size_t)minimum_u64(sizeof bytes, range_length(data));
        if (!mapping_read(mapping, data.start, bytes, length, error))
            return false;
        for (size_t i = 0; i < length && *zeros; i++)
            *zeros = bytes[i] == 0;
        offset = data.start + length;
    }
    return true;
}

bool recover_rollback(struct mapping *mapping, struct journal *journal, struct error *error)
{
    uint64_t old_size = journal->header.old_size;
    bool grew = mapping->size > old_size && mapping->size <= journal->header.new_size;
    /* What is not zeros was appended by another program since. */
    if (grew && !is_only_zeros(mapping, old_size, &grew, error))
        return false;
    return (!grew || mapping_resize(mapping, old_size, error)) &&
           journal_remove(journal, mapping, error);
}
