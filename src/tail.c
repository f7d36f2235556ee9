/* tail.c - makes a file shorter while other programs may append to it. */
#include "tail.h"
#include "crc32c.h"
#include "test_variant.h"

#include <stdlib.h>
#include <string.h>

enum { PIECE = WINDOW_SIZE(256 * 1024, 1) };

/* A cut under way. */
struct work {
    const struct tail_cut *cut;
    uint64_t number; /* of the last record */
    uint64_t carried;
    unsigned char *piece; /* owned */
};

static bool begin(struct work *work, const struct tail_cut *cut, struct error *error)
{
    *work = (struct work){.cut = cut, .piece = malloc(PIECE)};
    return work->piece || error_memory(error, PIECE);
}

/*
 * A record supersedes the one before it, and the first of them the steps of the
 * edit: what these have stored must be on the disk first.
 */
static bool publish(struct work *work, struct journal_tail *record, struct error *error)
{
    const struct tail_cut *cut = work->cut;
    record->number = ++work->number;
    return (!cut->durable || FILE_BARRIER(file_sync(cut->mapping->file, true, error))) &&
           (!cut->journal || journal_publish_tail(cut->journal, record, error));
}

/* ---- carrying ------------------------------------------------------------------------------- */

static uint64_t slot_of(const struct tail_cut *cut, uint64_t number)
{
    return journal_slot_start(cut->journal, number, 0);
}

/* The bytes from `from` + carried on, as many as a piece and a slot hold. */
static bool carry_piece(struct work *work, uint64_t rest, struct error *error)
{
    const struct tail_cut *cut = work->cut;
    uint64_t most = cut->journal ? minimum_u64(PIECE, cut->journal->header.window) : PIECE;
    size_t length = (size_t)minimum_u64(rest, most);
    uint64_t destination = cut->to + work->carried;
    struct journal_tail record = {.kind = TAIL_MOVE, .offset = destination, .slot_length = length};
    if (!mapping_read(cut->mapping, cut->from + work->carried, work->piece, length, error))
        return false;
    record.slot_crc = crc32c(0, work->piece, length);
    if (cut->journal &&
        !journal_write(cut->journal, slot_of(cut, work->number + 1), work->piece, length, error))
        return false;
    work->carried += length;
    return publish(work, &record, error) &&
           mapping_write(cut->mapping, destination, work->piece, length, error);
}

static bool carry_again(struct work *work, const struct journal_tail *last, struct error *error)
{
    const struct tail_cut *cut = work->cut;
    uint64_t slot = slot_of(cut, last->number);
    for (uint64_t at = 0; at < last->slot_length;) {
        size_t length = (size_t)minimum_u64(PIECE, last->slot_length - at);
        if (!journal_read(cut->journal, slot + at, work->piece, length, error) ||
            !mapping_write(cut->mapping, last->offset + at, work->piece, length, error))
            return false;
        at += length;
    }
    return true;
}

/* ---- cutting -------------------------------------------------------------------------------- */

static bool announce_cut(struct work *work, struct error *error)
{
    const struct tail_cut *cut = work->cut;
    struct journal_tail record = {.kind = TAIL_CUT, .offset = cut->to + work->carried};
    record.size = cut->from + work->carried;
    record.witness_length = (uint32_t)minimum_u64(TAIL_WITNESS, record.size - record.offset);
    return mapping_read(cut->mapping, record.offset, record.witness, record.witness_length,
                        error) &&
           publish(work, &record, error);
}

/*
 * Whether the bytes that the cut takes away are still there. File systems put zeros
 * behind the new end on the disk before they put the new size there: power loss
 * in between leaves them, so of a durable edit zeros prove nothing.
 */
static bool is_uncut(const struct tail_cut *cut, const struct journal_tail *last, bool *uncut,
                     struct error *error)
{
    unsigned char bytes[TAIL_WITNESS];
    *uncut = true;
    if (!mapping_read(cut->mapping, last->offset, bytes, last->witness_length, error))
        return false;
    for (uint32_t i = 0; i < last->witness_length; i++)
        if (bytes[i] != last->witness[i] && !(cut->durable && bytes[i] == 0))
            *uncut = false;
    return true;
}

static bool cut_away(const struct work *work, struct error *error)
{
    const struct tail_cut *cut = work->cut;
    return mapping_resize(cut->mapping, cut->to + work->carried, error) &&
           (!cut->durable || file_sync(cut->mapping->file, false, error));
}

/* Carries until nobody appends any more, and cuts. */
static bool finish(struct work *work, struct error *error)
{
    const struct tail_cut *cut = work->cut;
    uint64_t size;
    bool announced = false;
    for (;;) {
        if (!file_get_size(cut->mapping->file, &size, error))
            return false;
        uint64_t end = cut->from + work->carried;
        if (size < end)
            return error_set(
                error, "another program cut the file during the edit (size was %llu, is %llu)",
                (unsigned long long)end, (unsigned long long)size);
        if (size == end && announced)
            return cut_away(work, error);
        announced = size == end;
        if (!(announced ? announce_cut(work, error) : carry_piece(work, size - end, error)))
            return false;
    }
}

bool tail_cut(const struct tail_cut *cut, struct error *error)
{
    struct work work;
    bool done = begin(&work, cut, error) && finish(&work, error);
    free(work.piece);
    return done;
}

static bool resume_cut(struct work *work, const struct journal_tail *last, struct error *error)
{
    const struct tail_cut *cut = work->cut;
    uint64_t size;
    bool uncut = false;
    if (!file_get_size(cut->mapping->file, &size, error) ||
        (size >= last->size && !is_uncut(cut, last, &uncut, error)))
        return false;
    work->carried = last->offset - cut->to;
    cut->mapping->size = size;
    return !uncut || finish(work, error);
}

bool tail_resume(const struct tail_cut *cut, const struct journal_tail *last, struct error *error)
{
    struct work work;
    if (last->offset < cut->to)
        return error_set(error, "the journal's last record is damaged");
    bool done = begin(&work, cut, error);
    work.number = last->number;
    if (done && last->kind == TAIL_CUT) {
        done = resume_cut(&work, last, error);
    } else if (done) {
        work.carried = last->offset - cut->to + last->slot_length;
        done = carry_again(&work, last, error) && finish(&work, error);
    }
    free(work.piece);
    return done;
}

/* ---- taking back ---------------------------------------------------------------------------- */

/* Behind the last byte of a range that is not zero; its start if all are. */
static bool find_end(struct mapping *mapping, struct range range, uint64_t *end,
                     struct error *error)
{
    unsigned char bytes[16384];
    *end = range.start;
    while (range.start < range.end) {
        struct range data;
        if (!mapping_next_data(mapping, range, &data, error))
            return false;
        size_t length = (size_t)minimum_u64(sizeof bytes, range_length(data));
        if (!mapping_read(mapping, data.start, bytes, length, error))
            return false;
        for (size_t i = 0; i < length; i++)
            if (bytes[i] != 0)
                *end = data.start + i + 1;
        range.start = data.start + length;
    }
    return true;
}

bool tail_take_back(const struct tail_cut *cut, struct error *error)
{
    uint64_t size, end;
    if (!file_get_size(cut->mapping->file, &size, error))
        return false;
    struct range growth = {cut->to, minimum_u64(size, cut->from)};
    if (growth.start >= growth.end)
        return true;
    if (!find_end(cut->mapping, growth, &end, error))
        return false;
    if (size > cut->from)
        /* Bytes in the growth: it has been taken back, and all this was appended since. */
        return end > cut->to || tail_cut(cut, error);
    /* Bytes in the growth were appended right before it. */
    return (end > cut->to && size < cut->from) || mapping_resize(cut->mapping, end, error);
}
