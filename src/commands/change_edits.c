/* change_edits.c - shows a list of edits of a file to people. */
#include "commands/change_edits.h"
#include "apply/edit_sides.h"
#include "commands/change_display.h"
#include "edit/assembler.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    SCRATCH = 64 * 1024, /* of the assembler */
    AFFIX_MOST = 1024,   /* equal bytes at either end of an edit that are looked for */
};

struct showing {
    struct change *change;
    struct change_display display;
    struct edit_sides sides;
    struct plan plan;
    struct plan_assembler assembler;
    struct edit_reader reader;
    const struct edit *edit;
};

/* ---- the sides ------------------------------------------------------------------------------- */

static bool read_old(void *context, uint64_t offset, unsigned char *bytes, size_t length,
                     struct error *error)
{
    const struct showing *showing = context;
    return mapping_read(showing->change->mapping, offset, bytes, length, error);
}

static bool read_pool(void *context, uint64_t offset, unsigned char *bytes, size_t length,
                      struct error *error)
{
    struct showing *showing = context;
    return pool_read(&showing->change->pool, offset, bytes, length, error);
}

static bool read_new(void *context, uint64_t offset, unsigned char *bytes, size_t length,
                     struct error *error)
{
    struct showing *showing = context;
    return plan_assemble(&showing->assembler, offset, bytes, length, error);
}

static bool set_sides(struct showing *showing, struct error *error)
{
    static const struct plan_sizes sizes = {SCRATCH, SCRATCH, SCRATCH};
    struct change *change = showing->change;
    struct change_hunks *hunks = &showing->display.hunks;
    struct plan_sources sources = {.read_old = read_old, .read_pool = read_pool};
    const struct buffer *pool = &change->pool.bytes;
    sources.context = showing;
    sources.pool = pool->data ? pool->data : (const unsigned char *)"";
    sources.pool_length = pool->length;
    showing->sides.old.mapping = change->mapping;
    showing->sides.pool = &change->pool;
    edit_reader_init(&showing->reader, &change->edits);
    if (!plan_init(&showing->plan, &change->edits, change->mapping->size, &sizes, error) ||
        !plan_assembler_init(&showing->assembler, &showing->plan, sources, SCRATCH, error))
        return false;
    hunks->base = change->mapping->base;
    hunks->old_side =
        (struct change_side){.size = showing->plan.old_size, .read = read_old, .context = showing};
    hunks->new_side =
        (struct change_side){.size = showing->plan.new_size, .read = read_new, .context = showing};
    return true;
}

/* ---- edits ----------------------------------------------------------------------------------- */

/* The part [start, end) of an edit's old side, and [start, new_end) of its new one. */
static bool take_part(struct showing *showing, uint64_t start, uint64_t end, uint64_t new_end,
                      struct error *error)
{
    uint64_t old_at = showing->edit->offset, new_at = showing->edit->new_offset;
    return change_display_take(&showing->display, (struct range){old_at + start, old_at + end},
                               (struct range){new_at + start, new_at + new_end}, error);
}

static bool take_runs(struct showing *showing, struct error *error)
{
    uint64_t at = 0;
    struct range run;
    edit_sides_begin(&showing->sides);
    while (edit_sides_next(&showing->sides, showing->edit, &at, &run, error)) {
        if (range_length(run) == 0 || change_display_is_full(&showing->display))
            return range_length(run) == 0 ||
                   take_part(showing, run.start, showing->edit->old_length,
                             showing->edit->new_length, error);
        if (!take_part(showing, run.start, run.end, run.end, error))
            return false;
    }
    return false;
}

/* How many bytes at the start of both sides are equal, and how many behind these at the end. */
static bool find_affixes(struct showing *showing, size_t *before, size_t *behind,
                         struct error *error)
{
    const struct edit *edit = showing->edit;
    uint64_t least = minimum_u64(edit->old_length, edit->new_length);
    size_t length = (size_t)minimum_u64(least, AFFIX_MOST);
    uint64_t old_end = edit->offset + edit->old_length;
    uint64_t new_end = edit->new_offset + edit->new_length;
    struct change_side *old_side = &showing->display.hunks.old_side;
    struct change_side *new_side = &showing->display.hunks.new_side;
    *before = *behind = 0;
    if (length == 0)
        return true;
    const unsigned char *a =
        change_side_bytes(old_side, (struct range){edit->offset, edit->offset + length}, error);
    const unsigned char *b = change_side_bytes(
        new_side, (struct range){edit->new_offset, edit->new_offset + length}, error);
    while (a && b && *before < length && a[*before] == b[*before])
        ++*before;
    length = (size_t)minimum_u64(least - *before, AFFIX_MOST);
    a = a ? change_side_bytes(old_side, (struct range){old_end - length, old_end}, error) : NULL;
    b = b ? change_side_bytes(new_side, (struct range){new_end - length, new_end}, error) : NULL;
    while (a && b && *behind < length && a[length - 1 - *behind] == b[length - 1 - *behind])
        ++*behind;
    return a && b;
}

static bool take_edit(struct showing *showing, struct error *error)
{
    const struct edit *edit = showing->edit;
    size_t before, behind;
    if (edit->old_length == edit->new_length)
        return take_runs(showing, error);
    return find_affixes(showing, &before, &behind, error) &&
           take_part(showing, before, edit->old_length - behind, edit->new_length - behind, error);
}

static bool take_edits(struct showing *showing, struct error *error)
{
    uint64_t count = showing->change->edits.count, i = 0;
    for (; i < count && !change_display_is_full(&showing->display); i++) {
        showing->edit = edit_reader_get(&showing->reader, i);
        if (!take_edit(showing, error))
            return false;
    }
    return change_display_end(&showing->display, count - i, error);
}

/* Of several FILEs, each one's rows follow its name. */
static bool print_name(const struct change *change, struct change_screen *screen,
                       struct error *error)
{
    const struct request *request = change->session->request;
    bool named = request->with_filename || (request_has_files(request) && !request->no_filename);
    char name[512], text[sizeof name + 8];
    if (!named || change->edits.count == 0)
        return true;
    snprintf(text, sizeof text, "diff %s", diag_escape(name, sizeof name, request->file));
    return change_screen_line(screen, '@', text, error);
}

bool change_edits_show(struct change *change, struct error *error)
{
    struct showing *showing = calloc(1, sizeof *showing);
    if (!showing)
        return error_memory(error, sizeof *showing);
    showing->change = change;
    bool done = change_display_init(&showing->display, change->session->output,
                                    change->session->request, error) &&
                set_sides(showing, error) &&
                print_name(change, &showing->display.hunks.screen, error) &&
                take_edits(showing, error);
    change_display_release(&showing->display);
    edit_sides_release(&showing->sides);
    plan_assembler_release(&showing->assembler);
    free(showing);
    return done;
}
