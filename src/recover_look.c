/* recover_look.c - what an interrupted edit left, and how far it got. */
#include "recover_look.h"
#include "job.h"

/* Whether blocks that the file system moves before the first step have been moved. */
static bool blocks_moved(const struct recover_look *look, const struct mapping *mapping,
                         const struct journal_tail *tail, bool *moved, struct error *error)
{
    struct mapping seen = *mapping;
    struct journal journal = look->journal;
    const struct job job = {
        .mapping = &seen, .journal = &journal, .new_size = journal.header.new_size};
    *moved = false;
    return journal.header.blocks == BLOCKS_NONE || job_blocks_moved(&job, tail, moved, error);
}

static bool count_steps(struct recover_look *look, const struct edit_list *edits,
                        struct error *error)
{
    const struct journal_header *header = &look->journal.header;
    struct plan plan;
    struct plan_totals totals;
    if (!plan_init(&plan, edits, header->start_size, header->window, header->zero_piece,
                   header->merge_gap, error))
        return false;
    plan_count(&plan, &totals);
    look->steps = totals.steps;
    look->steps_known = true;
    return true;
}

/* How far a journal that was committed got. */
static bool look_at_progress(struct recover_look *look, const struct mapping *mapping,
                             struct error *error)
{
    struct buffer bytes = {0};
    struct edit_list edits;
    struct journal_tail tail;
    uint64_t number;
    bool published, moved = false;
    if (!journal_load(&look->journal, &bytes, &edits, &number, &published, error)) {
        buffer_release(&bytes);
        return false;
    }
    bool known = count_steps(look, &edits, error) &&
                 journal_load_tail(&look->journal, &tail, error) &&
                 (published || blocks_moved(look, mapping, &tail, &moved, error));
    edit_list_release(&edits);
    buffer_release(&bytes);
    if (!known)
        return false;
    bool at_the_end = tail.number > 0 && tail.kind != TAIL_BLOCKS;
    look->done = at_the_end ? look->steps : published ? number : 0;
    look->goes_back = !published && !at_the_end && !moved;
    if (look->done < look->steps + at_the_end || (number == 0 && !published))
        return true;
    return error_set(error, "the journal is damaged: it says that step %llu has begun, of %llu",
                     (unsigned long long)number, (unsigned long long)look->steps);
}

static void look_at_half(struct recover_look *look, const struct mapping *mapping)
{
    look->state = RECOVER_HALF;
    if (!look_at_progress(look, mapping, &look->reason))
        look->state = RECOVER_DOUBT;
    else if (!look->goes_back)
        error_set(&look->reason, "the edit has begun to change the file (%llu of %llu steps)",
                  (unsigned long long)look->done, (unsigned long long)look->steps);
}

bool recover_look(struct recover_look *look, const struct mapping *mapping, const char *directory,
                  bool writable, struct error *error)
{
    const struct journal_search search = {
        .mapping = mapping, .directory = directory, .writable = writable};
    *look = (struct recover_look){0};
    switch (journal_find(&look->journal, &search, &look->finding, &look->reason)) {
    case JOURNAL_ABSENT:
        return true;
    case JOURNAL_LEFTOVER:
    case JOURNAL_WHOLE:
        look->state = RECOVER_LEFTOVER;
        break;
    case JOURNAL_ROLLBACK:
        look->state = RECOVER_UNBEGUN;
        look->goes_back = true;
        break;
    case JOURNAL_FORWARD:
        look_at_half(look, mapping);
        break;
    case JOURNAL_UNDO:
        look->state = RECOVER_UNDO;
        return true;
    case JOURNAL_OBSTACLE:
    case JOURNAL_DOUBTFUL:
        journal_describe_doubt(&look->finding, mapping, &look->reason);
        look->state = RECOVER_DOUBT;
        return true;
    case JOURNAL_ERROR:
        *error = look->reason;
        return false;
    }
    look->has_journal = true;
    return true;
}

void recover_look_release(struct recover_look *look)
{
    journal_close(&look->journal);
    journal_finding_release(&look->finding);
    *look = (struct recover_look){0};
}
