/* info.c - info: size, blocks, holes, residency, locks and journal of a file. */
#include "commands/info.h"
#include "apply/claim.h"
#include "apply/recover.h"

#include <stdlib.h>

/* Goes through the extents of data; the gaps between them are holes. */
static bool gather_holes(const struct mapping *mapping, struct info *info, struct error *error)
{
    uint64_t offset = 0, size = mapping->size;
    while (offset < size) {
        struct range data;
        if (!mapping_next_data(mapping, (struct range){offset, size}, &data, error))
            return false;
        if (data.start > offset) {
            info->hole_count++;
            info->holes += data.start - offset;
        }
        info->data += range_length(data);
        offset = data.end;
    }
    return true;
}

static bool gather_pages(const struct session *session, struct info *info, struct error *error)
{
    const struct mapping *mapping = session->mapping;
    info->residency.known = true;
    return mapping->is_held || residency_of(mapping, (struct range){0, mapping->size},
                                            info_map_cells(session), &info->residency, error);
}

/* Called with the lock held, shared, unless another command edits the file. */
static void gather_journal(const struct session *session, struct info *info)
{
    const struct journal_search search = {
        .mapping = session->mapping,
        .directory = session->journal_dir,
        .fits = recover_fits,
    };
    info->busy = session->busy;
    info->journal_known = info->busy || recover_look(&info->look, &search, &info->trouble);
}

/* The locks of others: ours is given back first. */
static bool gather_locks(const struct session *session, struct info *info, struct error *error)
{
    claim_release(session->mapping);
    return file_list_locks(session->mapping->file, &info->locks, error);
}

/*
 * In a script the file's lock is the script's, and a journal there is one that it keeps from edit
 * to edit: neither is reported. Nor are those of memory.
 */
static bool has_company(const struct session *session)
{
    return !session->script && session->mapping->file && claim_locks(session->mapping) &&
           !session->request->ignore_journal;
}

static bool gather(const struct session *session, struct info *info, struct error *error)
{
    if (!gather_holes(session->mapping, info, error) || !gather_pages(session, info, error))
        return false;
    if (!has_company(session))
        return true;
    gather_journal(session, info);
    return gather_locks(session, info, error);
}

/* What is known was printed. Whether an unfinished edit, or the search for one, makes it an error.
 */
static bool check_journal(const struct session *session, const struct info *info,
                          struct error *error)
{
    if (session->unmended.status == STATUS_DONE && info->trouble.status == STATUS_DONE)
        return true;
    *error = session->unmended.status != STATUS_DONE ? session->unmended : info->trouble;
    return false;
}

bool cmd_info(struct session *session, struct error *error)
{
    if (session->request->size_only)
        return output_number(session->output, session->mapping->size, 10, error) &&
               output_text(session->output, "\n", error);
    struct info *info = calloc(1, sizeof *info);
    if (!info)
        return error_memory(error, sizeof *info);
    bool done = gather(session, info, error) && info_print(session, info, error) &&
                check_journal(session, info, error);
    if (info->journal_known && !info->busy)
        recover_look_release(&info->look);
    free(info);
    return done;
}
