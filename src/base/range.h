/*
 * range.h - numbers, positions and ranges as a user writes them.
 *
 * Pure: no system calls. A range is checked once, here, against the size of the file. All other
 * code works with file-absolute offsets that are known to be valid.
 */
#ifndef MMTOOL_RANGE_H
#define MMTOOL_RANGE_H

#include "base/checked.h"
#include "base/diag.h"

/* Bytes [start, end), file-absolute; start <= end <= OFFSET_MAX. */
struct range {
    uint64_t start;
    uint64_t end;
};

static inline uint64_t range_length(struct range range)
{
    return range.end - range.start;
}

/* An offset in a file whose size and lines are not known yet. */
struct position {
    uint64_t value; /* bytes from the start, or back from the end; or the number of a line */
    bool from_end;  /* "-N" and "end" (value 0), "L-N" */
    bool is_line;   /* "LN" and "L-N": the start of a line; `value` is at least 1 */
};

/*
 * A range as it was written, before the size of the file is known. Lines can only be found by
 * reading the file: mapping/positions.h turns them into offsets. The functions below that resolve
 * positions and ranges take none.
 */
struct range_spec {
    enum {
        RANGE_TO_POSITION, /* A:B, A, :B, : (a missing side is the start or the end of the file) */
        RANGE_OF_LENGTH,   /* A+N */
    } kind;
    struct position start;
    struct position end; /* for RANGE_TO_POSITION */
    uint64_t length;     /* for RANGE_OF_LENGTH; bytes */
    bool end_given;      /* an end was written: "A:", "A:B", "A+N", but not "A" */
    bool is_position;    /* written as "A" alone, which may also mean a position */
};

/* A whole file. */
#define RANGE_ALL ((struct range_spec){.end = {0, true, false}})

enum number_result {
    NUMBER_GOOD,
    NUMBER_MALFORMED,
    NUMBER_TOO_LARGE, /* well formed, but more than 64 bits */
};

/*
 * Reads `length` characters, which must be one number without a sign: decimal, 0x, 0o or 0b. A
 * decimal number may have a suffix: K M G T P E, also in lower case, or KiB ... are powers of 1024,
 * kB MB GB TB PB EB powers of 1000. Accepts all 64-bit values, also those that are too large for
 * an offset. Sets `*number` only for NUMBER_GOOD.
 */
enum number_result number_scan(const char *text, size_t length, uint64_t *number);

/* As number_scan(), but a number above OFFSET_MAX is too large. */
enum number_result number_scan_offset(const char *text, size_t length, uint64_t *number);

/*
 * Set the error for NUMBER_MALFORMED and NUMBER_TOO_LARGE; return false. `what` names the thing
 * ("position", "count").
 */
bool number_malformed(const char *text, size_t length, const char *what, struct error *error);
bool number_too_large(const char *text, size_t length, const char *what, struct error *error);

/* As number_scan(), but reports errors, also for numbers greater than OFFSET_MAX. */
bool number_parse_span(const char *text, size_t length, const char *what, uint64_t *number,
                       struct error *error);
bool number_parse(const char *text, const char *what, uint64_t *number, struct error *error);

/* The longest text of number_format(): 0b, 64 digits, NUL. */
enum { NUMBER_TEXT_MAX = 2 + 64 + 1 };

/*
 * Writes `number` in a form that number_scan() reads: decimal, or with the prefix 0x, 0o or 0b if
 * `radix` is 16, 8 or 2. Returns the length without the NUL.
 */
size_t number_format(uint64_t number, unsigned radix, char out[NUMBER_TEXT_MAX]);

/* Parses N, -N, "end", LN or L-N; "-0" is the end too. */
bool position_parse(const char *text, struct position *position, struct error *error);

/*
 * Parses A:B, A:, :B, :, A+N or A. Does not check whether the end is before the start: that depends
 * on the size of the file. The error for a range in the notation of another program, such as 10-15
 * or 10..15, tells how it is written here.
 */
bool range_parse(const char *text, struct range_spec *spec, struct error *error);

/*
 * Sets `*offset` to the offset of `position` in a file of `size` bytes. A position before the start
 * is an error. One past the end is not, because an edit may extend the file: callers check it.
 */
bool position_resolve(struct position position, uint64_t size, uint64_t *offset,
                      struct error *error);

/*
 * Resolves a range as a Python slice does: parts outside the file are cut off, which is never an
 * error. A range that ends before it starts is empty, at its start. A+N, which Python lacks, first
 * counts N bytes from A and is then cut: in 10 bytes, -12+5 is 0 to 3.
 */
struct range range_resolve_clamped(const struct range_spec *spec, uint64_t size);

/*
 * Whether the end is before the start, as written or after both are clamped to the file. A reader
 * takes such a range as empty; for a search it holds no match at all, not even an empty one.
 */
bool range_is_inverted(const struct range_spec *spec, uint64_t size);

/* Whether the start or the end is a line. */
bool range_has_lines(const struct range_spec *spec);

/*
 * How many bytes from the start of the file the range needs: it resolves the same for all files of
 * at least this size. UINT64_MAX if it depends on the end of the file, or on where a line starts.
 * Of a range from a line to an offset, one byte more: it tells if the range ends before it starts.
 */
uint64_t range_reach(const struct range_spec *spec);

/*
 * Resolves a range that must lie within the file and must not end before it starts. Else an error
 * that gives the numbers.
 */
bool range_resolve_strict(const struct range_spec *spec, uint64_t size, struct range *range,
                          struct error *error);

/*
 * Sets the error for `length` bytes at `offset` that pass the end of `size` bytes; false. `hint` is
 * appended to the message.
 */
bool range_passes_end(uint64_t length, uint64_t offset, uint64_t size, const char *hint,
                      struct error *error);

#endif
