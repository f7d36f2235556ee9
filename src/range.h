/*
 * range.h - numbers, positions and ranges as a user writes them.
 *
 * Pure: no system calls. A range is checked once, here, against the size it
 * lies in; everything behind works with file-absolute offsets that are right.
 */
#ifndef MMTOOL_RANGE_H
#define MMTOOL_RANGE_H

#include "checked.h"
#include "diag.h"

/* Bytes from `start` up to, not including, `end`; file-absolute; start <= end <= OFFSET_MAX. */
struct range {
    uint64_t start;
    uint64_t end;
};

static inline uint64_t range_length(struct range range)
{
    return range.end - range.start;
}

/* A place in a file whose size is not known yet. */
struct position {
    uint64_t value; /* bytes from the start, or back from the end */
    bool from_end;  /* "-N" and "end" (value 0) */
};

/* A range as it was written. */
struct range_spec {
    enum {
        RANGE_TO_POSITION, /* A:B, A, :B, : (what is left out is filled in) */
        RANGE_OF_LENGTH,   /* A+N */
    } kind;
    struct position start;
    struct position end;  /* of RANGE_TO_POSITION */
    uint64_t length;      /* of RANGE_OF_LENGTH */
    bool end_given;       /* the end was written: "A:", "A:B", "A+N", not a bare "A" */
    bool is_position;     /* written as a bare "A", which can also be a position */
};

/* A whole file. */
#define RANGE_ALL ((struct range_spec){.end = {0, true}})

/*
 * A number: decimal, 0x, 0o or 0b; a decimal one may have a suffix (K, KiB,
 * kB ...). What does not fit an offset is an error. `what` names the thing in
 * messages ("position", "count").
 */
bool number_parse(const char *text, const char *what, uint64_t *number, struct error *error);

/* N, -N or "end". */
bool position_parse(const char *text, struct position *position, struct error *error);

/* A:B, A+N or A, with parts left out as cli allows. */
bool range_parse(const char *text, struct range_spec *spec, struct error *error);

/*
 * The offset of `position` in a file of `size` bytes. Before the start is an
 * error; past the end is for the caller to judge (an edit may extend the file).
 */
bool position_resolve(struct position position, uint64_t size, uint64_t *offset,
                      struct error *error);

/* As a Python slice: whatever lies outside is cut off; never an error. */
struct range range_resolve_clamped(const struct range_spec *spec, uint64_t size);

/* Must lie wholly inside, start before end: else an error that names the numbers. */
bool range_resolve_strict(const struct range_spec *spec, uint64_t size, struct range *range,
                          struct error *error);

#endif
