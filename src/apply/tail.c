/* tail.c - makes a file shorter while other programs may append to it. */
#include "apply/tail.h"
#include "base/crc32c.h"

#include <string.h>

/*
 * How often the cut is announced before it is made in spite of appends (cut_beneath()). Each round
 * ends because others appended meanwhile. With `durable` a round waits for the disk several times.
 */
enum { MOST_ROUNDS = 30, MOST_SERVED_ROUNDS = 1000, MOST_DURABLE_ROUNDS = 3 };

/* A cut in progress. */
struct work {
    const struct tail_cut *cut;
    uint64_t number;   /* of the last record */
    uint64_t carried;  /* appended bytes that are moved to the new end */
    bool beneath;      /* appended bytes are now kept in memory: see cut_beneath() */
    size_t held;       /* how many are */
    bool served;       /* on a network file system: one look at the size takes long */
    bool watches;      /* others append, or probably will */
    bool expects;      /* others have appended within LONGEST_WAIT */
    double looked;     /* when we last read the size, in seconds */
    double rest_began; /* when another program last appended; 0: not known */
};

/*
 * In seconds. LONGEST_WAIT: how long to wait for the next append of a program that appends at
 * intervals; LONGEST_WAITS: how long in all. A program pauses if it has not appended for
 * SHORTEST_REST, and its next append is not expected before LONGEST_REST. If a look takes longer
 * than PROMPT, this process was not running in between, and what it saw before may be out of date.
 */
static const double LONGEST_WAIT = 0.002, LONGEST_WAITS = 0.02;
static const double SHORTEST_REST = 0.00005, LONGEST_REST = 0.00025, PROMPT = 0.00005;

/*
 * A record replaces the one before it, and the first one replaces the record of the last step. So
 * with `durable` what these have stored must be on the disk first.
 */
static bool publish(struct work *work, struct journal_tail *record, struct error *error)
{
    const struct tail_cut *cut = work->cut;
    record->number = ++work->number;
    return (!cut->durable || test_has_fault(TEST_FAULT_NO_FILE_BARRIER) ||
            file_sync_data(cut->mapping->file, error)) &&
           (!cut->journal || journal_publish_tail(cut->journal, record, error));
}

/* ---- carrying -------------------------------------------------------------------------------- */

static uint64_t slot_of(const struct tail_cut *cut, uint64_t number)
{
    return journal_slot_start(cut->journal, number, 0);
}

/* Moves the next bytes behind from + carried, as many as memory and a slot hold. */
static bool carry_chunk(struct work *work, uint64_t rest, struct error *error)
{
    const struct tail_cut *cut = work->cut;
    uint64_t most =
        cut->journal ? minimum_u64(TAIL_MEMORY, cut->journal->header.sizes.write_max) : TAIL_MEMORY;
    size_t length = (size_t)minimum_u64(rest, most);
    uint64_t destination = cut->to + work->carried;
    struct journal_tail record = {
        .kind = JOURNAL_TAIL_MOVE, .offset = destination, .slot_length = length};
    /* A network file system may report bytes that cannot be read yet. */
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
    struct journal_tail record = {.kind = JOURNAL_TAIL_CUT, .offset = cut->to + work->carried};
    record.size = cut->from + work->carried;
    record.witness_length =
        (uint32_t)minimum_u64(JOURNAL_TAIL_WITNESS, record.size - record.offset);
    return mapping_read(cut->mapping, record.offset, record.witness, record.witness_length,
                        error) &&
           publish(work, &record, error);
}

/*
 * Whether the bytes that the cut removes are still there. File systems write zeros behind the new
 * end to the disk before they write the new size. A power loss in between leaves zeros there, so
 * in a durable edit zeros do not prove that the file was cut.
 */
static bool is_uncut(const struct tail_cut *cut, const struct journal_tail *last, bool *uncut,
                     struct error *error)
{
    unsigned char bytes[JOURNAL_TAIL_WITNESS];
    *uncut = true;
    if (!mapping_read(cut->mapping, last->offset, bytes, last->witness_length, error))
        return false;
    for (uint32_t i = 0; i < last->witness_length; i++)
        if (bytes[i] != last->witness[i] && !(cut->durable && bytes[i] == 0))
            *uncut = false;
    return true;
}

/* The size of the file if nobody has appended since the last chunk was moved or kept. */
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

static bool hold_chunk(struct work *work, uint64_t rest, struct error *error)
{
    const struct tail_cut *cut = work->cut;
    if (rest > TAIL_MEMORY - work->held)
        return error_set(error, "another program appends faster than the file can be cut");
    if (!mapping_read(cut->mapping, end_of(work), cut->memory + work->held, (size_t)rest, error))
        return false;
    work->held += (size_t)rest;
    return true;
}

/* Moves (or keeps) what was appended so far; more may be appended meanwhile. */
static bool carry(struct work *work, struct error *error)
{
    uint64_t size;
    if (!look(work, &size, error))
        return false;
    if (work->beneath)
        return size == end_of(work) || hold_chunk(work, size - end_of(work), error);
    for (uint64_t before = 0; end_of(work) < size && end_of(work) > before;) {
        before = end_of(work);
        if (!carry_chunk(work, size - before, error))
            return false;
    }
    return true;
}

/* Whether others have appended since the last chunk was moved or kept. */
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
 * Waits for the next append without sleeping. A program that appends at intervals has something
 * else to do in between: right after its append is the best moment to cut.
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
 * Cuts, unless others have appended since. Nothing may come between the look at the size and the
 * cut. A program in the middle of a write would delay the cut until the write is done (they take
 * the same lock in the kernel), so such a write is waited for before the look.
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

/* Moves what was appended; if a program appends at intervals, also waits for its next append. */
static bool carry_on(struct work *work, struct error *error)
{
    bool waits = work->expects && platform_seconds() - work->rest_began > LONGEST_REST;
    return carry(work, error) && (!waits || wait_for_append(work, error));
}

/*
 * Cuts although others append all the time: keeps what they append after the announcement in
 * memory, and appends it again after the cut. A kill in between loses these bytes, but none of the
 * edit.
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

/* Moves what others append, and cuts as soon as they pause. */
static bool finish(struct work *work, struct error *error)
{
    const struct tail_cut *cut = work->cut;
    bool done = false;
    if (!mapping_drop_view(cut->mapping, error) || !carry(work, error))
        return false;
    /* Waiting for the disk or a server takes longer than any pause, so do not look for pauses. */
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
           (!cut->durable || file_sync(cut->mapping->file, error));
}

/*
 * The numbers of records continue those of the steps, so that records take the slots in turns, too:
 * the first chunk goes to the slot that the last step did not use. Until the first record is
 * published, recovery stores the last step again from its slot. (One number is left out, because
 * without steps the first would be 0, which means that there is no record.)
 */
bool tail_cut(const struct tail_cut *cut, struct error *error)
{
    struct work work = {.cut = cut, .number = cut->steps + 1};
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
    if (last->kind == JOURNAL_TAIL_CUT)
        return resume_cut(&work, last, error);
    work.carried = last->offset - cut->to + last->slot_length;
    return carry_again(&work, last, error) && finish(&work, error);
}

/* ---- taking back ----------------------------------------------------------------------------- */

bool tail_find_end(struct mapping *mapping, struct range growth, bool may_stop, uint64_t *end,
                   struct error *error)
{
    unsigned char bytes[16384];
    *end = growth.start;
    mapping->size = maximum_u64(mapping->size, growth.end);
    while (growth.start < growth.end) {
        struct range data;
        if ((may_stop && journal_must_stop(error)) ||
            !mapping_next_data(mapping, growth, &data, error))
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

/* One try; `*done`: the growth is taken back now, or was before. */
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
    if (!tail_find_end(mapping, growth, cut->may_stop, &end, error))
        return false;
    if (size > cut->from)
        /* If there are bytes in the growth, it was taken back, and all of this was appended since.
         */
        return end > cut->to || tail_cut(cut, error);
    /* The same if the file is shorter than the growth made it. */
    if (end > cut->to && size < cut->from)
        return true;
    if (!mapping_drop_view(mapping, error) || !file_get_size(mapping->file, &now, error))
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
