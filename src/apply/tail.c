/* tail.c - makes a file shorter while other programs may append to it. */
#include "apply/tail.h"
#include "base/crc32c.h"

#include <string.h>

/*
 * So often a cut is announced; each time others have appended meanwhile. With `durable` that takes
 * several waits for the disk.
 */
enum { MOST_ROUNDS = 30, MOST_SERVED_ROUNDS = 1000, MOST_DURABLE_ROUNDS = 3 };

/* A cut under way. */
struct work {
    const struct tail_cut *cut;
    uint64_t number; /* of the last record */
    uint64_t carried;
    bool beneath;      /* what has come since goes behind the cut: it waits in memory */
    size_t held;       /* bytes of that */
    bool served;       /* each look takes as long as a rest */
    bool watches;      /* others append, or may well do so */
    bool expects;      /* they have done so lately */
    double looked;     /* when we looked at the size last */
    double rest_began; /* when one of them appended last; 0: not known */
};

/*
 * Seconds. Who appends at intervals is waited for so long, and rests when nothing has come for so
 * long. What takes us longer than PROMPT means that we were kept from running, and that what was
 * seen before may not hold any more.
 */
static const double LONGEST_WAIT = 0.002, LONGEST_WAITS = 0.02;
static const double SHORTEST_REST = 0.00005, LONGEST_REST = 0.00025, PROMPT = 0.00005;

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

/* ---- carrying -------------------------------------------------------------------------------- */

static uint64_t slot_of(const struct tail_cut *cut, uint64_t number)
{
    return journal_slot_start(cut->journal, number, 0);
}

/* The bytes from `from` + carried on, as many as a piece and a slot hold. */
static bool carry_piece(struct work *work, uint64_t rest, struct error *error)
{
    const struct tail_cut *cut = work->cut;
    uint64_t most = cut->journal ? minimum_u64(TAIL_MEMORY, cut->journal->header.sizes.write_most)
                                 : TAIL_MEMORY;
    size_t length = (size_t)minimum_u64(rest, most);
    uint64_t destination = cut->to + work->carried;
    struct journal_tail record = {.kind = TAIL_MOVE, .offset = destination, .slot_length = length};
    /* A server may tell of bytes that cannot be read yet. */
    if (!file_read(cut->mapping->file, cut->from + work->carried, cut->memory, length, &length,
                   error))
        return false;
    if (length == 0)
        return true;
    record.slot_length = length;
    record.slot_crc = crc32c(0, cut->memory, length);
    if (cut->journal &&
        !journal_write(cut->journal, slot_of(cut, work->number + 1), cut->memory, length, error))
        return false;
    work->carried += length;
    return publish(work, &record, error) &&
           mapping_write(cut->mapping, destination, cut->memory, length, error);
}

static bool carry_again(struct work *work, const struct journal_tail *last, struct error *error)
{
    const struct tail_cut *cut = work->cut;
    uint64_t slot = slot_of(cut, last->number);
    for (uint64_t at = 0; at < last->slot_length;) {
        size_t length = (size_t)minimum_u64(TAIL_MEMORY, last->slot_length - at);
        if (!journal_read(cut->journal, slot + at, cut->memory, length, error) ||
            !mapping_write(cut->mapping, last->offset + at, cut->memory, length, error))
            return false;
        at += length;
    }
    return true;
}

/* ---- cutting --------------------------------------------------------------------------------- */

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

/* Where the file ends if nobody has appended since the last piece was carried, or held. */
static uint64_t end_of(const struct work *work)
{
    return work->cut->from + work->carried + work->held;
}

static bool look(const struct work *work, uint64_t *size, struct error *error)
{
    uint64_t end = end_of(work);
    return file_get_size(work->cut->mapping->file, size, error) &&
           (*size >= end ||
            error_set(error,
                      "another program cut the file during the edit (size was %llu, is %llu)",
                      (unsigned long long)end, (unsigned long long)*size));
}

static bool hold_piece(struct work *work, uint64_t rest, struct error *error)
{
    const struct tail_cut *cut = work->cut;
    if (rest > TAIL_MEMORY - work->held)
        return error_set(error, "another program appends faster than the file can be cut");
    if (!mapping_read(cut->mapping, end_of(work), cut->memory + work->held, (size_t)rest, error))
        return false;
    work->held += (size_t)rest;
    return true;
}

/* What has been appended so far; more may have come when it is done. */
static bool carry(struct work *work, struct error *error)
{
    uint64_t size;
    if (!look(work, &size, error))
        return false;
    if (work->beneath)
        return size == end_of(work) || hold_piece(work, size - end_of(work), error);
    for (uint64_t before = 0; end_of(work) < size && end_of(work) > before;) {
        before = end_of(work);
        if (!carry_piece(work, size - before, error))
            return false;
    }
    return true;
}

/* Whether others have appended since the last piece was carried. */
static bool watch(struct work *work, bool *grown, struct error *error)
{
    double before = work->looked;
    uint64_t size;
    if (!look(work, &size, error))
        return false;
    work->looked = platform_seconds();
    *grown = size > end_of(work);
    if (*grown)
        work->rest_began = work->looked - before < PROMPT ? work->looked : 0;
    return true;
}

/*
 * Waits for the next write of who appends, without sleeping: who does so at intervals, by turns
 * with something else, has just begun to do the latter then.
 */
static bool wait_for_append(struct work *work, struct error *error)
{
    double start = platform_seconds(), last = start;
    bool grown = false;
    work->looked = start;
    while (watch(work, &grown, error)) {
        if (grown && (work->rest_began > 0 || work->looked - start > LONGEST_WAITS))
            return carry(work, error);
        if (grown && !carry(work, error))
            return false;
        if (grown)
            last = work->looked = platform_seconds();
        work->expects = work->looked - last < LONGEST_WAIT;
        if (!work->expects)
            return true;
    }
    return false;
}

static bool is_at_rest(const struct work *work)
{
    double rest = platform_seconds() - work->rest_began;
    return !work->expects || (rest >= SHORTEST_REST && rest <= LONGEST_REST);
}

/*
 * Cuts, unless others have appended since: nothing may stand between the look and the cut. Who is
 * in the middle of a write holds the cut up until it is done: that is waited for before the look.
 */
static bool cut_at_rest(struct work *work, bool *cut, struct error *error)
{
    struct mapping *mapping = work->cut->mapping;
    uint64_t end = work->cut->to + work->carried;
    bool grown = false;
    work->looked = platform_seconds();
    while (work->expects && work->looked - work->rest_began < SHORTEST_REST && !grown)
        if (!watch(work, &grown, error))
            return false;
    double start = work->looked = platform_seconds();
    if (work->watches)
        file_wait_for_writers(mapping->file);
    if (!watch(work, &grown, error))
        return false;
    bool late = work->watches && (work->looked - start >= PROMPT || !is_at_rest(work));
    *cut = !grown && !late;
    return !*cut || mapping_resize(mapping, end, error);
}

/* Carries what has come; and what comes next, if somebody appends and does not rest just now. */
static bool carry_on(struct work *work, struct error *error)
{
    bool waits = work->expects && platform_seconds() - work->rest_began > LONGEST_REST;
    return carry(work, error) && (!waits || wait_for_append(work, error));
}

/*
 * Cuts although others append all the time: what they have since the announcement waits in memory
 * for as long as the cut takes. A kill in between loses that, but never a byte of the edit.
 */
static bool cut_beneath(struct work *work, struct error *error)
{
    struct mapping *mapping = work->cut->mapping;
    bool done = false;
    work->beneath = true;
    for (unsigned round = 0; !done && round <= MOST_ROUNDS; round++) {
        work->watches = work->expects = !work->served && round < MOST_ROUNDS;
        if (!carry_on(work, error) || !cut_at_rest(work, &done, error))
            return false;
    }
    mapping->size += work->held;
    return done ? file_append(mapping->file, work->cut->memory, work->held, error)
                : error_set(error, "another program appends faster than the file can be cut");
}

/* Carries what others append, and cuts as soon as they do not. */
static bool finish(struct work *work, struct error *error)
{
    const struct tail_cut *cut = work->cut;
    bool done = false;
    if (!mapping_prepare_cut(cut->mapping, error) || !carry(work, error))
        return false;
    /* A wait for the disk, or for a server, is longer than any rest. */
    work->served = file_is_served(cut->mapping->file);
    unsigned most = work->served   ? MOST_SERVED_ROUNDS
                    : cut->durable ? MOST_DURABLE_ROUNDS
                                   : MOST_ROUNDS;
    work->watches = !cut->durable && !work->served && (cut->mapping->in_use || work->carried > 0);
    work->expects = work->watches;
    for (unsigned round = 0; !done && round < most; round++)
        if (!carry_on(work, error) || !announce_cut(work, error) ||
            !cut_at_rest(work, &done, error))
            return false;
    return (done || cut_beneath(work, error)) &&
           (!cut->durable || file_sync(cut->mapping->file, false, error));
}

bool tail_cut(const struct tail_cut *cut, struct error *error)
{
    struct work work = {.cut = cut};
    return finish(&work, error);
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
    struct work work = {.cut = cut, .number = last->number};
    if (last->offset < cut->to)
        return error_set(error, "the journal's last record is damaged");
    if (last->kind == TAIL_CUT)
        return resume_cut(&work, last, error);
    work.carried = last->offset - cut->to + last->slot_length;
    return carry_again(&work, last, error) && finish(&work, error);
}

/* ---- taking back ----------------------------------------------------------------------------- */

bool tail_find_end(struct mapping *mapping, struct range growth, uint64_t *end, struct error *error)
{
    unsigned char bytes[16384];
    *end = growth.start;
    mapping->size = maximum_u64(mapping->size, growth.end);
    while (growth.start < growth.end) {
        struct range data;
        if (!mapping_next_data(mapping, growth, &data, error))
            return false;
        size_t length = (size_t)minimum_u64(sizeof bytes, range_length(data));
        if (!mapping_read(mapping, data.start, bytes, length, error))
            return false;
        for (size_t i = 0; i < length; i++)
            if (bytes[i] != 0)
                *end = data.start + i + 1;
        growth.start = data.start + length;
    }
    return true;
}

/* One look at the growth: whether it is taken back, or was. */
static bool try_to_take_back(const struct tail_cut *cut, bool *done, struct error *error)
{
    struct mapping *mapping = cut->mapping;
    uint64_t size, end, now;
    *done = true;
    if (!file_get_size(mapping->file, &size, error))
        return false;
    mapping->size = size;
    struct range growth = {cut->to, minimum_u64(size, cut->from)};
    if (growth.start >= growth.end)
        return true;
    if (!tail_find_end(mapping, growth, &end, error))
        return false;
    if (size > cut->from)
        /* Bytes in the growth: it has been taken back, and all this was appended since. */
        return end > cut->to || tail_cut(cut, error);
    /* Bytes in the growth were appended right before it. */
    if (end > cut->to && size < cut->from)
        return true;
    if (!mapping_prepare_cut(mapping, error) || !file_get_size(mapping->file, &now, error))
        return false;
    *done = now == size;
    return !*done || mapping_resize(mapping, end, error);
}

bool tail_take_back(const struct tail_cut *cut, struct error *error)
{
    bool done = false;
    while (!done)
        if (!try_to_take_back(cut, &done, error))
            return false;
    return true;
}
