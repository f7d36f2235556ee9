/*
 * diff.c - diff: the edit script that makes one file into another, or what that changes.
 *
 * Both files are compared in memory, through views. Of two files of one length the bytes that
 * differ in place are counted, too: the script never stands for more.
 */
#include "commands/change_display.h"
#include "commands/command.h"
#include "compare/compare.h"
#include "edit/script.h"

#include <string.h>

enum {
    TEXT_STEP = 64 * 1024, /* bytes of a side that are printed at once */
    COUNTED_ZEROS = 64,    /* as many new zeros, or more, are printed as +N */
};

struct side {
    const struct mapping *mapping;
    struct view view; /* owned, if `viewed` */
    bool viewed;
    struct compare_text text;
};

struct diffing {
    struct session *session;
    struct side old_side, new_side;
    struct compare_pair pair;
    bool in_place;                 /* print the bytes that differ one by one */
    uint64_t aligned;              /* bytes that the aligned script stands for, of both files, */
    uint64_t differing;            /*   and those that differ in place, of one file */
    size_t old_at, new_at;         /* the end of the last difference */
    uint64_t count;                /* differences printed */
    struct buffer script;          /* owned; printed when there is much of it */
    struct change_display display; /* owned; in place of the script, if it is wanted */
    bool flushed;                  /* the screen is full, and its lines are written */
    struct error *error;
    bool done; /* result of the guarded work */
};

/* ---- both files in memory -------------------------------------------------------------------- */

static uint64_t next_data(const void *context, uint64_t offset)
{
    const struct mapping *mapping = context;
    struct range rest = {offset, mapping->size};
    uint64_t start;
    return mapping_find_data(mapping, rest, &start, NULL) ? start : offset;
}

static bool show_side(struct side *side, struct error *error)
{
    const struct mapping *mapping = side->mapping;
    size_t length;
    if (!checked_size(mapping->size, &length))
        return error_set(error, "%llu bytes do not fit into the address space",
                         (unsigned long long)mapping->size);
    side->text = (struct compare_text){.bytes = mapping_memory(mapping, 0), .length = length};
    if (length == 0)
        side->text.bytes = (const unsigned char *)"";
    if (side->text.bytes)
        return true;
    side->viewed =
        mapping_view(mapping, (struct range){0, mapping->size}, VIEW_READ, &side->view, error);
    side->text.bytes = side->viewed ? side->view.bytes : NULL;
    if (mapping_is_sparse(mapping)) {
        side->text.next_data = next_data;
        side->text.context = mapping;
    }
    return side->viewed;
}

static bool hide_side(struct side *side, struct error *error)
{
    return !side->viewed || view_unmap(&side->view, error);
}

/* ---- the script ------------------------------------------------------------------------------ */

static bool pass_on(struct diffing *diffing, size_t least)
{
    struct buffer *script = &diffing->script;
    if (script->length < least)
        return true;
    bool written =
        output_bytes(diffing->session->output, script->data, script->length, diffing->error);
    script->length = 0;
    return written;
}

static bool print_side(struct diffing *diffing, const struct compare_text *text, size_t start,
                       size_t end)
{
    if (start == end)
        return buffer_append_byte(&diffing->script, EDIT_SCRIPT_NOTHING, diffing->error);
    while (start < end) {
        size_t length = minimum_size(end - start, TEXT_STEP);
        if (!edit_script_print_bytes(&diffing->script, text->bytes + start, length,
                                     diffing->error) ||
            !pass_on(diffing, TEXT_STEP))
            return false;
        start += length;
    }
    return true;
}

static bool are_zeros(const struct compare_text *text, size_t start, size_t end)
{
    const unsigned char *bytes = text->bytes + start;
    return end - start >= COUNTED_ZEROS && bytes[0] == 0 &&
           !memcmp(bytes, bytes + 1, end - start - 1);
}

static bool print_new_side(struct diffing *diffing, const struct compare_gap *gap)
{
    const struct compare_text *text = &diffing->pair.new_text;
    if (are_zeros(text, gap->new_start, gap->new_end))
        return edit_script_print_count(&diffing->script, gap->new_end - gap->new_start,
                                       diffing->error);
    return print_side(diffing, text, gap->new_start, gap->new_end);
}

/* A compare_take(): prints a line. */
static bool print_gap(void *context, const struct compare_gap *gap, struct error *error)
{
    struct diffing *diffing = context;
    struct compare_gap wide = *gap;
    /*
     * A script of one insertion could be applied twice. The byte behind it as context prevents
     * that: it differs from the first new one. Later lines need no context, since a script is
     * applied as a whole or not at all.
     */
    if (diffing->count++ == 0 && gap->old_start == gap->old_end &&
        gap->old_end < diffing->pair.old_text.length) {
        wide.old_end++;
        wide.new_end++;
    }
    /* A script is of the whole file, whatever part of it is seen. */
    uint64_t offset = diffing->session->mapping->base + wide.old_start;
    return edit_script_print_offset(&diffing->script, offset, error) &&
           print_side(diffing, &diffing->pair.old_text, wide.old_start, wide.old_end) &&
           buffer_append_byte(&diffing->script, EDIT_SCRIPT_BLANK, error) &&
           print_new_side(diffing, &wide) &&
           buffer_append_byte(&diffing->script, EDIT_SCRIPT_NEWLINE, error) &&
           pass_on(diffing, TEXT_STEP);
}

/* ---- shown to people ------------------------------------------------------------------------- */

static bool read_side(void *context, uint64_t offset, unsigned char *bytes, size_t length,
                      struct error *error)
{
    const struct compare_text *text = context;
    (void)error;
    memcpy(bytes, text->bytes + offset, length);
    return true;
}

static struct change_side shown_side(struct side *side)
{
    return (struct change_side){
        .size = side->text.length, .read = read_side, .context = &side->text};
}

static bool init_display(struct diffing *diffing)
{
    const struct session *session = diffing->session;
    struct change_hunks *hunks = &diffing->display.hunks;
    if (!change_display_init(&diffing->display, session->output, session->request, diffing->error))
        return false;
    hunks->base = session->mapping->base;
    hunks->old_side = shown_side(&diffing->old_side);
    hunks->new_side = shown_side(&diffing->new_side);
    return true;
}

/* A compare_take(). When the screen is full, the differences that are left are only counted. */
static bool show_gap(void *context, const struct compare_gap *gap, struct error *error)
{
    struct diffing *diffing = context;
    diffing->count++;
    if (change_display_is_full(&diffing->display) && !diffing->flushed) {
        diffing->flushed = true;
        if (!output_flush(diffing->session->output, error))
            return false;
    }
    return change_display_take(&diffing->display, (struct range){gap->old_start, gap->old_end},
                               (struct range){gap->new_start, gap->new_end}, error);
}

/* ---- files of one length --------------------------------------------------------------------- */

/* A compare_take(): counts what the script stands for, and what differs in place. */
static bool count_gap(void *context, const struct compare_gap *gap, struct error *error)
{
    struct diffing *diffing = context;
    (void)error;
    if (diffing->old_at != diffing->new_at) /* else the bytes before are equal in place */
        diffing->differing += compare_count(&diffing->pair, diffing->old_at, gap->old_start);
    diffing->differing += compare_count(&diffing->pair, gap->old_start, gap->old_end);
    diffing->aligned += gap->old_end - gap->old_start + gap->new_end - gap->new_start;
    diffing->old_at = gap->old_end;
    diffing->new_at = gap->new_end;
    return true;
}

/* Whether the script would stand for more bytes than differ in place. */
static bool choose_in_place(struct diffing *diffing)
{
    struct compare_pair pair = diffing->pair;
    pair.take = count_gap;
    if (pair.old_text.length != pair.new_text.length)
        return true;
    if (!compare_texts(&pair, diffing->error))
        return false;
    /* One byte of each side may be added as context. */
    diffing->in_place = diffing->aligned + 2 > 2 * diffing->differing;
    return true;
}

/* ---- the command ----------------------------------------------------------------------------- */

/* One difference is enough: end without a message. */
static bool take_any(void *context, const struct compare_gap *gap, struct error *error)
{
    struct diffing *diffing = context;
    (void)gap;
    diffing->count++;
    return error_no(error, "%s", "");
}

static bool print_differences(struct diffing *diffing)
{
    bool shows = change_display_is_wanted(diffing->session->request);
    if (!choose_in_place(diffing) || (shows && !init_display(diffing)))
        return false;
    diffing->pair.take = shows ? show_gap : print_gap;
    return (diffing->in_place ? compare_in_place : compare_texts)(&diffing->pair, diffing->error) &&
           (shows ? change_display_end(&diffing->display, 0, diffing->error) : pass_on(diffing, 1));
}

/* The body of a view_guard(). */
static void compare(void *context)
{
    struct diffing *diffing = context;
    struct compare_pair *pair = &diffing->pair;
    if (!diffing->session->request->quiet) {
        diffing->done = print_differences(diffing);
        return;
    }
    pair->take = take_any;
    diffing->done = pair->old_text.length != pair->new_text.length
                        ? error_no(diffing->error, "%s", "")
                        : compare_in_place(pair, diffing->error);
}

static bool compare_guarded(struct diffing *diffing, struct error *error)
{
    diffing->error = error;
    diffing->pair = (struct compare_pair){
        .old_text = diffing->old_side.text, .new_text = diffing->new_side.text, .context = diffing};
    bool done = view_guard(compare, diffing, error) && diffing->done;
    buffer_release(&diffing->script);
    change_display_release(&diffing->display);
    return done && (diffing->count == 0 || error_no(error, "%s", ""));
}

static bool compare_mappings(struct session *session, const struct mapping *new_mapping,
                             struct error *error)
{
    struct diffing diffing = {.session = session,
                              .old_side = {.mapping = session->mapping},
                              .new_side = {.mapping = new_mapping}};
    bool done = show_side(&diffing.old_side, error) && show_side(&diffing.new_side, error) &&
                compare_guarded(&diffing, error);
    struct error late = {0};
    bool old_hidden = hide_side(&diffing.old_side, &late);
    if ((hide_side(&diffing.new_side, &late) && old_hidden) || !done)
        return done;
    *error = late;
    return false;
}

bool cmd_diff(struct session *session, struct error *error)
{
    const char *path = command_operand_of(session->request, OPERAND_FILE);
    struct mapping new_mapping = {0};
    struct error late = {0};
    if (!session_open_other(session, path, &new_mapping, error))
        return false;
    bool done = compare_mappings(session, &new_mapping, error);
    if (mapping_close(&new_mapping, &late) || !done)
        return done;
    *error = late;
    return false;
}
