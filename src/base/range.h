/*
 * range.h - numbers, positions and ranges as a user writes them.
 *
 * Pure: no system calls. A range is checked once, here, against the size it
 * lies in; everything behind works with file-absolute offsets that are right.
 */
#ifndef MMTOOL_RANGE_H
#define MMTOOL_RANGE_H

#include "base/checked.h"
#include "base/diag.h"

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
    struct position end; /* of RANGE_TO_POSITION */
    uint64_t length;     /* of RANGE_OF_LENGTH */
    bool end_given;      /* the end was written: "A:", "A:B", "A+N", not a bare "A" */
    bool is_position;    /* written as a bare "A", which can also be a position */
};

/* A whole file. */
#define RANGE_ALL ((struct range_spec){.end = {0, true}})

enum number_result {
    NUMBER_GOOD,
    NUMBER_MALFORMED,
    NUMBER_TOO_LARGE, /* well written, but more than 64 bits */
};

/*
 * Reads `length` characters that must be one number without a sign: decimal, 0x,
 * 0o or 0b; a decimal one may have a suffix: K M G T P E or KiB ... are powers of
 * 1024, kB MB GB TB PB EB powers of 1000. Any 64 bits will do, for the few who
 * take more than an offset. `*number` is set only by NUMBER_GOOD.
 */
enum number_result number_scan(const char *text, size_t length, uint64_t *number);

/* Words NUMBER_MALFORMED; returns false. `what` names the thing ("position", "count"). */
bool number_malformed(const char *text, size_t length, const char *what, struct error *error);

/* As number_scan(), but what does not fit an offset is an error. */
bool number_parse_span(const char *text, size_t length, const char *what, uint64_t *number,
                       struct error *error);
bool number_parse(const char *text, const char *what, uint64_t *number, struct error *error);

/* The longest that number_format() writes: 0b, 64 digits, NUL. */
enum { NUMBER_TEXT_MAX = 2 + 64 + 1 };

/*
 * Writes `number` as number_scan() reads it: decimal, or behind 0x, 0o, 0b for
 * `radix` 16, 8, 2. Returns the length without the NUL.
 */
size_t number_format(uint64_t number, unsigned radix, char out[NUMBER_TEXT_MAX]);

/* N, -N or "end"; "-0" is the end too. */
bool position_parse(const char *text, struct position *position, struct error *error);

/* A:B, A:, :B, :, A+N or A. An end before the start is for the resolution to judge. */
bool range_parse(const char *text, struct range_spec *spec, struct error *error);

/*
 * The offset of `position` in a file of `size` bytes. Before the start is an
 * error; past the end is for the caller to judge (an edit may extend the file).
 */
bool position_resolve(struct position position, uint64_t size, uint64_t *offset,
                      struct error *error);

/*
 * As a Python slice: whatever lies outside is cut off; never an error. A range
 * that ends before it starts is empty, at its start. A+N, which Python does not
 * have, is N bytes from A first and cut second: of 10 bytes, -12+5 is 0 to 3.
 */
struct range range_resolve_clamped(const struct range_spec *spec, uint64_t size);

/* Whether the end lies before the start, both cut off at the ends of the file: what is empty
 * for a reader holds no match for a search, not even that of nothing. */
bool range_is_inverted(const struct range_spec *spec, uint64_t size);

/*
 * Bytes from the start that the range needs, whatever the size turns out to be:
 * of so many it resolves as of more. UINT64_MAX if it depends on the end.
 */
uint64_t range_reach(const struct range_spec *spec);

/* Must lie wholly inside, start not behind end: else an error that names the numbers. */
bool range_resolve_strict(const struct range_spec *spec, uint64_t size, struct range *range,
                          struct error *error);

/* The error of `length` bytes at `offset` that do not fit into `size`; `hint` follows. */
bool range_passes_end(uint64_t length, uint64_t offset, uint64_t size, const char *hint,
                      struct error *error);

#endif
