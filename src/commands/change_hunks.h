/*
 * change_hunks.h - changes near each other are shown together, with unchanged bytes around them.
 *
 * A gap is what one change replaces. Gaps in one row, or in lines that touch, are a group: what
 * goes, then what comes. Groups with few unchanged rows or lines between them are a hunk. A header
 * begins each hunk.
 *
 * All offsets are in the file before the change, unless a name says otherwise.
 */
#ifndef MMTOOL_CHANGE_HUNKS_H
#define MMTOOL_CHANGE_HUNKS_H

#include "commands/change_screen.h"
#include "commands/change_side.h"

/* Bytes before and after the change. The bytes between two gaps are equal on both sides. */
struct change_gap {
    struct range old_part, new_part;
    uint64_t number; /* of changes up to the end of the gap */
};

/* A part of one side to be printed: context, what goes, or what comes. */
struct change_part {
    char sign; /* ' ', '-' or '+' */
    struct change_side *side;
    struct range range;            /* in that side */
    uint64_t beside;               /* the offset of the old byte that its first row begins beside */
    const struct change_gap *gaps; /* all that lie in the range */
    size_t count;                  /* of gaps; 0: context */
};

struct change_hunks;

/* Rows or lines. The functions have an error only if bytes cannot be read or printed. */
struct change_form {
    /* Whether `between`, from one group to the next, is short enough for one hunk. */
    bool (*is_near)(struct change_hunks *hunks, struct range between, bool *near,
                    struct error *error);
    /* Where the context before a group starts; all of `before` may be shown. */
    bool (*lead)(struct change_hunks *hunks, struct range before, uint64_t *start,
                 struct error *error);
    /* Where the context behind a group ends; all of `behind` may be shown. */
    bool (*trail)(struct change_hunks *hunks, struct range behind, uint64_t *end,
                  struct error *error);
    bool (*print)(struct change_hunks *hunks, const struct change_part *part, struct error *error);
    unsigned context; /* rows or lines on each side of a group */
    bool joins;       /* groups that touch are one */
    bool tells_shift; /* offsets are printed: a line says when those of both sides part */
};

extern const struct change_form change_rows_form, change_lines_form;

/* The rows with the bytes of a range, or with the place of an insertion. */
struct range change_rows_around(const struct change_hunks *hunks, struct range range);

enum { CHANGE_GROUP_MOST = 1024 }; /* gaps */

struct change_hunks {
    struct change_screen screen;
    struct change_side old_side, new_side;
    uint64_t base;  /* added to offsets that are printed */
    uint64_t shown; /* changes that were printed */

    const struct change_form *form; /* of the group and of the hunk; or NULL */
    struct change_gap *gaps;        /* of the group; owned */
    size_t count;
    struct range group; /* the rows or lines with these gaps */

    bool open;           /* a hunk is under way */
    uint64_t printed_to; /* its end so far: a later hunk does not begin before it */
    uint64_t shift;      /* from an offset there to that in the new file, modulo 2^64 */
    uint64_t told;       /* the shift that was printed last */
};

/* `old_side` and `new_side` are then set by the caller. */
bool change_hunks_init(struct change_hunks *hunks, struct output *output,
                       const struct request *request, struct error *error);
void change_hunks_release(struct change_hunks *hunks);

/* Adds `count` gaps, at most CHANGE_GROUP_MOST, that lie in `group`, behind all others. */
bool change_hunks_add(struct change_hunks *hunks, const struct change_form *form,
                      struct range group, const struct change_gap *gaps, size_t count,
                      struct error *error);

/* Prints what is held, and the context behind it: that before `limit`. */
bool change_hunks_end(struct change_hunks *hunks, uint64_t limit, struct error *error);

/* The part of a gap that lies on the side of a sign. */
static inline struct range change_gap_part(const struct change_gap *gap, char sign)
{
    return sign == '+' ? gap->new_part : gap->old_part;
}

#endif
