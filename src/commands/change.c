/* change.c - one command's change of a file. */
#include "commands/change.h"
#include "apply/apply.h"
#include "apply/listing.h"
#include "commands/change_display.h"
#include "commands/change_edits.h"
#include "commands/data.h"
#include "commands/expect.h"
#include "commands/replace_file.h"
#include "commands/report.h"
#include "edit/overlay.h"
#include "journal/undo_file.h"

#include <stdio.h>
#include <stdlib.h>

void change_init(struct change *change, struct session *session)
{
    change->session = session;
    change->mapping = session->mapping;
    change->data_size = change->replaced = 0;
    edit_list_init(&change->edits);
    pool_init(&change->pool);
    change->mask = (struct buffer){0};
}

bool change_release(struct change *change, bool done, struct error *error)
{
    struct error late;
    error_clear(&late);
    edit_list_release(&change->edits);
    buffer_release(&change->mask);
    if (pool_release(&change->pool, &late) || !done)
        return done;
    *error = late;
    return false;
}

bool change_add(struct change *change, struct edit edit, struct error *error)
{
    return edit_list_append(&change->edits, &edit, error);
}

bool change_take_data(struct change *change, size_t first, struct error *error)
{
    struct session *session = change->session;
    struct input *input = session->inputs ? &session->inputs->data : NULL;
    struct data data = {&change->pool, &change->mask};
    if (!input_settle(input, change->mapping, error) ||
        !data_take(&data, session->request, first, input, error))
        return false;
    change->data_size = pool_size(&change->pool);
    change->from_stream = input && request_has_source(session->request) && input->from_stream;
    return true;
}

bool change_keep_digits(struct change *change, struct range old, struct error *error)
{
    struct buffer bytes = {0};
    size_t length = change->mask.length;
    if (length == 0)
        return true;
    if (length != range_length(old))
        return error_set(error,
                         "a ? in DATA keeps a digit of the bytes that are replaced: DATA is %zu "
                         "byte%s long, the range %llu",
                         length, diag_plural(length), (unsigned long long)range_length(old));
    bool done = buffer_reserve(&bytes, length, error) &&
                mapping_read(change->mapping, old.start, bytes.data, length, error);
    if (done)
        data_keep_digits(change->pool.bytes.data, bytes.data, &change->mask);
    buffer_release(&bytes);
    return done;
}

bool change_check_empty(const struct change *change, struct error *error)
{
    const struct request *request = change->session->request;
    return !change->from_stream || change->data_size > 0 || request->allow_empty ||
           error_set(error, "--%s=%s brought no bytes, which would delete; --allow-empty lets it",
                     request->from ? "from" : "typed-from",
                     request->from ? request->from : request->typed_from);
}

bool change_data_length(const struct change *change, uint64_t *length, struct error *error)
{
    uint64_t repeat = change->session->request->repeat;
    if (checked_multiply(change->data_size, repeat, length))
        return true;
    return error_set(error, "%llu times DATA of %llu bytes is more than a file can hold",
                     (unsigned long long)repeat, (unsigned long long)change->data_size);
}

struct edit change_pool_edit(const struct change *change, struct range old, uint64_t length)
{
    return (struct edit){
        .offset = old.start,
        .old_length = range_length(old),
        .kind = EDIT_POOL,
        .period = minimum_u64(change->data_size, length),
        .new_length = length,
    };
}

/* ---- --verbose ------------------------------------------------------------------------------- */

static const char *method_of(const struct request *request, const struct apply_report *report)
{
    if (request->new_inode)
        return "by a new file renamed over the old one";
    if (report->journaled)
        return request->durable ? "in place, under a durable journal" : "in place, under a journal";
    return request->no_journal ? "in place, without a journal" : "in place";
}

static void say_what_was_done(const struct change *change, const struct apply_report *report)
{
    const struct request *request = change->session->request;
    char matches[64] = "", blocks[96] = "", text[512];
    if (!request->verbose)
        return;
    if (request_has_pattern(request))
        snprintf(matches, sizeof matches, "%llu replaced; ", (unsigned long long)change->replaced);
    if (report->inserted_blocks > 0)
        snprintf(blocks, sizeof blocks, ", %llu inserted by the file system",
                 (unsigned long long)report->inserted_blocks);
    if (report->cut_blocks > 0)
        snprintf(blocks, sizeof blocks, ", %llu cut by the file system",
                 (unsigned long long)report->cut_blocks);
    snprintf(text, sizeof text, "%s%llu byte%s patched, %llu moved%s; size %llu to %llu; %s",
             matches, (unsigned long long)report->totals.patched,
             diag_plural(report->totals.patched), (unsigned long long)report->totals.moved, blocks,
             (unsigned long long)report->old_size, (unsigned long long)report->new_size,
             method_of(request, report));
    report_notice(request, text);
}

/* ---- applying the edits ---------------------------------------------------------------------- */

static bool flush(struct change *change, struct error *error)
{
    const struct request *request = change->session->request;
    if (!request->flush)
        return true;
    if (request->flush_async) {
        file_start_writing(change->mapping->file, (struct range){0, change->mapping->size});
        return true;
    }
    return file_sync(change->mapping->file, error);
}

/* Adds `base` to the offsets of the edits and of their copy sources. */
static bool shift_edits(struct edit_list *edits, uint64_t base, struct error *error)
{
    struct edit_list shifted;
    struct edit_reader *reader = malloc(sizeof *reader);
    if (!reader)
        return error_memory(error, sizeof *reader);
    bool done = true;
    edit_list_init(&shifted);
    edit_reader_init(reader, edits);
    for (uint64_t i = 0; done && i < edits->count; i++) {
        struct edit edit = *edit_reader_get(reader, i);
        edit.offset += base;
        if (edit.kind == EDIT_COPY)
            edit.source += base;
        done = edit_list_append(&shifted, &edit, error);
    }
    free(reader);
    edit_list_release(done ? edits : &shifted);
    if (done)
        *edits = shifted;
    return done;
}

/* Journals and undo scripts count offsets from the start of the file, not of --window. */
static bool leave_window(struct change *change, struct error *error)
{
    uint64_t base = change->mapping->base;
    mapping_unshape(change->mapping);
    return base == 0 || shift_edits(&change->edits, base, error);
}

static bool init_undo(struct change *change, struct undo_file *undo, struct error *error)
{
    const char *path = change->session->request->undo;
    *undo = (struct undo_file){0};
    return !path || change->edits.count == 0 || undo_file_init(undo, path, change->mapping, error);
}

static bool apply_list(struct change *change, struct undo_file *undo, struct apply_report *report,
                       struct error *error)
{
    const struct request *request = change->session->request;
    struct progress progress;
    struct apply_options options = {
        .progress = &progress,
        .allocate = request->allocate,
        .durable = request->durable,
        .no_journal = request->no_journal,
        .journal_dir = change->session->journal_dir,
        .undo = undo->place ? undo : NULL,
        .resting = change->session->resting,
    };
    report_progress(request, change->mapping->size, &progress);
    bool done =
        request->new_inode
            ? replace_file(change->mapping, &change->edits, &change->pool, &options, report, error)
            : apply_edits(change->mapping, &change->edits, &change->pool, &options, report, error);
    progress_end(&progress);
    return done;
}

static void say_what_is_uncarried(const struct change *change,
                                  const struct file_uncarried *uncarried)
{
    char text[sizeof uncarried->list + 100];
    if (!uncarried->list[0])
        return;
    snprintf(text, sizeof text, "this user may not carry over to the new file: %s",
             uncarried->list);
    report_notice(change->session->request, text);
}

static void say_what_is_left(const struct change *change, const struct error *left)
{
    char text[sizeof left->message + 40];
    snprintf(text, sizeof text, "the edit is done, but %s", left->message);
    report_notice(change->session->request, text);
}

static bool apply_now(struct change *change, struct error *error)
{
    struct apply_report report = {.lost = 0};
    struct undo_file undo;
    if (!leave_window(change, error) || !mapping_follow_growth(change->mapping, error) ||
        !init_undo(change, &undo, error))
        return false;
    bool done = apply_list(change, &undo, &report, error);
    undo_file_release(&undo);
    report_lost(change->session->request, report.lost);
    if (done)
        say_what_is_uncarried(change, &report.uncarried);
    if (!done || !flush(change, error))
        return false;
    say_what_was_done(change, &report);
    if (report.left.status != STATUS_DONE)
        say_what_is_left(change, &report.left);
    return report.undo_failure.status == STATUS_DONE ||
           error_set(error, "the edit is done, but %s", report.undo_failure.message);
}

static bool list_edits(struct change *change, struct error *error)
{
    return change_display_is_wanted(change->session->request)
               ? change_edits_show(change, error)
               : listing_print(change->session->output, change->mapping, &change->edits,
                               &change->pool, error);
}

bool change_apply(struct change *change, struct error *error)
{
    if (change->session->request->dry_run)
        return list_edits(change, error);
    if (change->session->overlay)
        return overlay_add(change->session->overlay, &change->edits, &change->pool, error);
    return apply_now(change, error);
}

void change_say_done_before(const struct change *change)
{
    const struct request *request = change->session->request;
    if (request->verbose)
        report_notice(request, "the new bytes are there already: nothing to do");
}

bool change_done_before(struct change *change, const struct edit *edit)
{
    if (change->mask.length > 0 || /* the new bytes depend on the old ones */
        !expect_was_done(change->session->request, change->mapping, edit, &change->pool))
        return false;
    change_say_done_before(change);
    return true;
}

bool change_apply_expected(struct change *change, struct range there, struct error *error)
{
    switch (expect_check(change->session->request, change->mapping, there, &change->edits,
                         &change->pool, error)) {
    case EXPECT_FOUND:
        return change_apply(change, error);
    case EXPECT_DONE_BEFORE:
        change_say_done_before(change);
        return true;
    case EXPECT_DIFFERENT:
        break;
    }
    return false;
}
