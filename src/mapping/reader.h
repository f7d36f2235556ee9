/*
 * reader.h - bytes of a mapping in memory, for reading in any order.
 *
 * The bytes that were read last are kept, so that reading nearby costs nothing.
 */
#ifndef MMTOOL_READER_H
#define MMTOOL_READER_H

#include "mapping.h"
#include "mapping/newlines.h"

/* A zeroed struct with a mapping is an empty reader. */
struct reader {
    const struct mapping *mapping;
    struct code_unit unit; /* see lines.h; the bytes held never end inside one */
    unsigned char *memory; /* owned */
    size_t capacity;       /* of memory */
    const unsigned char *bytes;
    uint64_t first;  /* offset of bytes[0] in the file */
    size_t length;   /* bytes held */
    unsigned change; /* of a stream: incoming.change when they were taken */
    uint64_t asked;  /* reader_rising(): the end of the bytes of the last call, */
    size_t step;     /*   and how many bytes the next read takes */

    struct view view;    /* owned, of `region` */
    struct range region; /* empty: there is no view */
    struct range shown;  /* these bytes are taken from the view */
};

/*
 * The `length` bytes at `offset`, valid until the next call. They are read unless they are held
 * already. NULL and an error if they cannot be read.
 */
const unsigned char *reader_read(struct reader *reader, uint64_t offset, size_t length,
                                 struct error *error);

/*
 * The same for many calls whose offsets rise, as those of a list of edits do. If they are near each
 * other, one read serves many calls: up to READER_MOST bytes, or `length`, if that is more. If they
 * are far apart, each read takes its page. `length` is at least 1, and the bytes are in the
 * mapping.
 */
enum { READER_MOST = 256 * 1024 };
static inline const unsigned char *reader_rising(struct reader *reader, uint64_t offset,
                                                 size_t length, struct error *error);

/*
 * The same, but returns all bytes from `offset` up to `end` that are then held: at least one whole
 * unit, unless `end` comes before that.
 */
const unsigned char *reader_rising_from(struct reader *reader, uint64_t offset, uint64_t end,
                                        size_t *length, struct error *error);

static inline size_t reader_unit(const struct reader *reader)
{
    return reader->unit.more + 1;
}

/*
 * The bytes from `offset` on that are held, up to `end`, which is greater. If not even one whole
 * unit is held, about `step` bytes are read around `offset`.
 */
const unsigned char *reader_from(struct reader *reader, uint64_t offset, uint64_t end, size_t step,
                                 size_t *length, struct error *error);

/*
 * The same for reading forwards only: reads whole pages of the file, from that of `offset` to that
 * of `end`, at most `step` bytes (a multiple of the page size).
 */
const unsigned char *reader_ahead(struct reader *reader, uint64_t offset, uint64_t end, size_t step,
                                  size_t *length, struct error *error);

/* The same backwards: the bytes up to `offset` that are held, from `start` on, which is less. */
const unsigned char *reader_before(struct reader *reader, uint64_t offset, uint64_t start,
                                   size_t step, size_t *length, struct error *error);

/*
 * Shows a range through a view instead of copying it. Such bytes change when other programs write
 * them, and may be touched only under view_guard(). Bytes outside the range are read as before. On
 * failure nothing has changed.
 *
 * `region` contains the range and is mapped as a whole, unless the view of the last call contains
 * the range, too: a view costs only address space, but to map one makes other threads wait.
 */
bool reader_show(struct reader *reader, struct range range, struct range region,
                 struct error *error);
/* Goes back to reads, also after a fault, and drops the pages of the range: see view_drop(). */
void reader_hide(struct reader *reader);

/* Forgets the held bytes of a stream that have moved. The other functions call it first. */
void reader_follow(struct reader *reader);

void reader_release(struct reader *reader);

/* reader_rising() of bytes that are not held. */
const unsigned char *reader_rise(struct reader *reader, uint64_t offset, size_t length,
                                 struct error *error);

static inline const unsigned char *reader_rising(struct reader *reader, uint64_t offset,
                                                 size_t length, struct error *error)
{
    if (reader->change != reader->mapping->incoming.change || offset < reader->first ||
        offset - reader->first > reader->length ||
        length > reader->length - (size_t)(offset - reader->first))
        return reader_rise(reader, offset, length, error);
    reader->asked = offset + length;
    return reader->bytes + (offset - reader->first);
}

#endif
