/*
 * change_display.h - shows a change to people: what goes and what comes, with context.
 *
 * The changes are given one by one, in rising order. Those in plain UTF-8 text are shown as lines,
 * as diff -u does, the others as rows of a dump. Memory is bounded, whatever the changes.
 */
#ifndef MMTOOL_CHANGE_DISPLAY_H
#define MMTOOL_CHANGE_DISPLAY_H

#include "commands/change_hunks.h"

struct change_display {
    struct change_hunks hunks;
    struct change_gap *gaps; /* in the lines under way; owned */
    size_t count;
    uint64_t ended; /* the end of the last gap before these */
    uint64_t taken; /* changes */
};

/* Whether the request wants changes to be shown, not an edit script. */
bool change_display_is_wanted(const struct request *request);

/* False and an error if the options that choose the form contradict others. */
bool change_display_check(const struct request *request, struct error *error);

/* hunks.old_side, hunks.new_side and hunks.base are then set by the caller. */
bool change_display_init(struct change_display *display, struct output *output,
                         const struct request *request, struct error *error);
void change_display_release(struct change_display *display);

/* Takes the next change. */
bool change_display_take(struct change_display *display, struct range old_part,
                         struct range new_part, struct error *error);

/* Whether further changes will only be counted: the screen is full. */
static inline bool change_display_is_full(const struct change_display *display)
{
    return display->hunks.screen.full;
}

/* Ends the list. `more` changes were not given. */
bool change_display_end(struct change_display *display, uint64_t more, struct error *error);

#endif
