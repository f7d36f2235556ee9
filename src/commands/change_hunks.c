/* change_hunks.c - changes near each other are shown together, with unchanged bytes around them. */
#include "commands/change_hunks.h"
#include "base/checked.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool change_hunks_init(struct change_hunks *hunks, struct output *output,
                       const struct request *request, struct error *error)
{
    *hunks = (struct change_hunks){.base = 0};
    change_screen_init(&hunks->screen, output, request);
    hunks->gaps = malloc(CHANGE_GROUP_MOST * sizeof *hunks->gaps);
    return hunks->gaps || error_memory(error, CHANGE_GROUP_MOST * sizeof *hunks->gaps);
}

void change_hunks_release(struct change_hunks *hunks)
{
    change_screen_release(&hunks->screen);
    change_side_release(&hunks->old_side);
    change_side_release(&hunks->new_side);
    free(hunks->gaps);
    *hunks = (struct change_hunks){.base = 0};
}

/* ---- headers --------------------------------------------------------------------------------- */

/* Writes a shift with its sign. */
static void format_shift(char *text, size_t size, uint64_t shift)
{
    bool back = shift > OFFSET_MAX;
    snprintf(text, size, "%c%llu", back ? '-' : '+', (unsigned long long)(back ? -shift : shift));
}

static bool print_header(struct change_hunks *hunks, uint64_t start, struct error *error)
{
    char text[128], shift[24];
    unsigned long long offset = hunks->base + start;
    format_shift(shift, sizeof shift, hunks->shift);
    if (hunks->shift == 0)
        snprintf(text, sizeof text, "@@ 0x%llx @@", offset);
    else
        snprintf(text, sizeof text, "@@ 0x%llx -> 0x%llx (%s) @@", offset, offset + hunks->shift,
                 shift);
    hunks->told = hunks->shift;
    return change_screen_line(&hunks->screen, '@', text, error);
}

/* Says that unchanged bytes have another offset than before from here on. */
static bool tell_shift(struct change_hunks *hunks, struct error *error)
{
    char text[64], shift[24];
    if (!hunks->form->tells_shift || hunks->told == hunks->shift)
        return true;
    format_shift(shift, sizeof shift, hunks->shift);
    snprintf(text, sizeof text, "@@ %s from here on @@", shift);
    hunks->told = hunks->shift;
    return change_screen_line(&hunks->screen, '@', text, error);
}

/* ---- hunks ----------------------------------------------------------------------------------- */

static bool print_context(struct change_hunks *hunks, struct range range, struct error *error)
{
    struct change_part part = {' ', &hunks->old_side, range, range.start, NULL, 0};
    if (range_length(range) == 0)
        return true;
    hunks->printed_to = range.end;
    return tell_shift(hunks, error) && hunks->form->print(hunks, &part, error);
}

/* Prints the context behind the last group, up to `limit`. */
static bool close_hunk(struct change_hunks *hunks, uint64_t limit, struct error *error)
{
    struct range behind = {hunks->printed_to, limit};
    if (!hunks->open)
        return true;
    hunks->open = false;
    return hunks->form->trail(hunks, behind, &behind.end, error) &&
           print_context(hunks, behind, error);
}

/* Whether the screen has no room for a header, context, and a row or line of each side. */
static bool is_nearly_full(const struct change_hunks *hunks)
{
    return hunks->shown > 0 && hunks->screen.lines_left < 1 + hunks->form->context + 2;
}

static bool open_hunk(struct change_hunks *hunks, uint64_t start, struct error *error)
{
    struct range before = {hunks->printed_to, start};
    if (is_nearly_full(hunks)) {
        hunks->screen.full = true;
        return true;
    }
    hunks->open = true;
    return hunks->form->lead(hunks, before, &before.start, error) &&
           print_header(hunks, before.start, error) && print_context(hunks, before, error);
}

/* Prints what is between the last group and the next. */
static bool approach(struct change_hunks *hunks, uint64_t start, struct error *error)
{
    struct range between = {hunks->printed_to, start};
    bool near = false;
    if (hunks->open && !hunks->form->is_near(hunks, between, &near, error))
        return false;
    return near ? print_context(hunks, between, error)
                : close_hunk(hunks, start, error) && open_hunk(hunks, start, error);
}

static bool print_sides(struct change_hunks *hunks, const struct change_gap *last,
                        struct error *error)
{
    struct range group = hunks->group;
    struct change_part old_part = {'-',         &hunks->old_side, group,
                                   group.start, hunks->gaps,      hunks->count};
    struct change_part new_part = old_part;
    new_part.sign = '+';
    new_part.side = &hunks->new_side;
    new_part.range.start += hunks->shift;
    hunks->shift = last->new_part.end - last->old_part.end;
    new_part.range.end += hunks->shift;
    return hunks->form->print(hunks, &old_part, error) &&
           hunks->form->print(hunks, &new_part, error);
}

static bool print_group(struct change_hunks *hunks, struct error *error)
{
    if (hunks->count == 0 || hunks->screen.full)
        return true;
    const struct change_gap *last = &hunks->gaps[hunks->count - 1];
    if (!approach(hunks, hunks->group.start, error) || !print_sides(hunks, last, error))
        return false;
    hunks->printed_to = hunks->group.end;
    if (!hunks->screen.full)
        hunks->shown = last->number;
    hunks->count = 0;
    return true;
}

/*
 * A group of another form begins. Whole lines are shown, also if their last bytes are in the first
 * row behind them; rows are cut where a line begins.
 */
static bool change_to(struct change_hunks *hunks, const struct change_form *form,
                      struct range *group, struct error *error)
{
    const struct change_form *before = hunks->form;
    hunks->form = before ? before : form;
    if (hunks->form == form)
        return true;
    if (hunks->count > 0 && before->joins)
        group->start = maximum_u64(group->start, hunks->group.end);
    if (!change_hunks_end(hunks, group->start, error))
        return false;
    hunks->form = form;
    return true;
}

/*
 * Whether a group goes on with the gaps of `next`. Lines that only touch it do not make it so long
 * that some of them would not be shown.
 */
static bool goes_on(const struct change_hunks *hunks, struct range next, size_t count)
{
    uint64_t most = CHANGE_GROUP_MOST;
    if (next.start >= hunks->group.end)
        most = minimum_u64(most, 2 * hunks->screen.ends);
    return hunks->count > 0 && next.start < hunks->group.end + hunks->form->joins &&
           hunks->count + count <= most;
}

bool change_hunks_add(struct change_hunks *hunks, const struct change_form *form,
                      struct range group, const struct change_gap *gaps, size_t count,
                      struct error *error)
{
    if (!change_to(hunks, form, &group, error))
        return false;
    if (hunks->screen.full)
        return true;
    if (!goes_on(hunks, group, count)) {
        /* A row that is shared with a full group is cut. */
        hunks->group.end = minimum_u64(hunks->group.end, gaps->old_part.start);
        if (!print_group(hunks, error))
            return false;
        hunks->group.start = maximum_u64(group.start, hunks->printed_to);
    }
    hunks->group.end = group.end;
    memcpy(hunks->gaps + hunks->count, gaps, count * sizeof *gaps);
    hunks->count += count;
    return true;
}

bool change_hunks_end(struct change_hunks *hunks, uint64_t limit, struct error *error)
{
    hunks->group.end = minimum_u64(hunks->group.end, limit);
    return print_group(hunks, error) && (hunks->screen.full || close_hunk(hunks, limit, error));
}
