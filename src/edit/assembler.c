/* assembler.c - assembles bytes of the file after a list of edits. */
#include "edit/assembler.h"
#include "base/copy.h"

#include <stdlib.h>
#include <string.h>

enum {
    SCRATCH_PAGE = 4096,
    LONG_PART = 8192,   /* a kept range of this length is read by itself */
    READ_LEAST = 16384, /* of old bytes for several kept ranges */
    POOL_LEAST = 4096,  /* of the pool for several edits; */
    POOL_MOST = 65536,  /*   so many if they take it in order */
};

/* Whether edits are short on the average: then kept ranges are read with the bytes between them. */
static bool are_short(const struct edit_list *edits)
{
    return edits->count > 0 && maximum_u64(edits->removed, edits->added) / edits->count < LONG_PART;
}

bool plan_assembler_init(struct plan_assembler *assembler, const struct plan *plan,
                         struct plan_sources sources, size_t scratch_size, struct error *error)
{
    const struct edit_list *edits = plan->edits;
    assembler->plan = plan;
    assembler->sources = sources;
    bool shares = are_short(edits);
    assembler->long_part = shares ? minimum_u64(LONG_PART, scratch_size + 1) : 0;
    assembler->stays = shares && !edits->moves_left && !edits->moves_right;
    edit_reader_init(&assembler->reader, edits);
    assembler->scratch_size = scratch_size;
    assembler->pool_held = (struct range){0, 0};
    assembler->pool_step = POOL_LEAST;
    assembler->pool_bytes =
        shares && edits->pool_end > sources.pool_length ? malloc(POOL_MOST) : NULL;
    assembler->scratch = malloc(scratch_size + SCRATCH_PAGE);
    return assembler->scratch || error_memory(error, scratch_size + SCRATCH_PAGE);
}

void plan_assembler_release(struct plan_assembler *assembler)
{
    free(assembler->scratch);
    free(assembler->pool_bytes);
    assembler->scratch = assembler->pool_bytes = NULL;
}

/*
 * Where in the scratch buffer old bytes from `source` on go: at an address that differs from their
 * offset by 64 modulo the page size, because they copy fast there (see placement_of() in
 * apply/job_step.c).
 */
static unsigned char *scratch_for(const struct plan_assembler *assembler, uint64_t source)
{
    enum { APART = 64 };
    uint64_t present = (uintptr_t)assembler->scratch % SCRATCH_PAGE;
    uint64_t wanted = (source + APART) % SCRATCH_PAGE;
    return assembler->scratch + (size_t)((wanted + SCRATCH_PAGE - present) % SCRATCH_PAGE);
}

/* Bytes being assembled, from left to right. */
struct assembly {
    struct plan_assembler *assembler;
    struct range wanted;  /* in the new file */
    unsigned char *bytes; /* where they go */
    uint64_t position;    /* in the new file: all bytes before it are assembled */
    uint64_t source;      /* in the old file, of the next kept byte */
    struct range held;    /* old bytes in the scratch buffer */
    const unsigned char *held_bytes;
    bool filled; /* the kept bytes are in place */
    struct error *error;
};

static inline unsigned char *target(const struct assembly *assembly)
{
    return assembly->bytes + (assembly->position - assembly->wanted.start);
}

static bool read_old(const struct assembly *assembly, uint64_t source, unsigned char *bytes,
                     size_t length)
{
    const struct plan_sources *sources = &assembly->assembler->sources;
    return sources->read_old(sources->context, source, bytes, length, assembly->error);
}

static inline bool is_held(const struct assembly *assembly, uint64_t source, size_t length)
{
    return source >= assembly->held.start && source < assembly->held.end &&
           length <= assembly->held.end - source;
}

/*
 * Copies short bytes to the target. Where OVER bytes can be read (`readable` of them are there) and
 * overwritten, so many are copied in any case, which takes less time than a decision on the length:
 * what is behind the target is assembled later.
 */
static inline void put_short(const struct assembly *assembly, const unsigned char *from,
                             uint64_t readable, size_t length)
{
    enum { OVER = 64 };
    unsigned char *to = target(assembly);
    if (length <= OVER && readable >= OVER && !assembly->filled &&
        assembly->wanted.end - assembly->position >= OVER)
        memcpy(to, from, OVER);
    else
        copy_short(to, from, length);
}

/*
 * Reads old bytes from `source` on for several kept ranges: as many as are still wanted, since
 * edits are short.
 */
static bool hold(struct assembly *assembly, uint64_t source)
{
    const struct plan_assembler *assembler = assembly->assembler;
    uint64_t left = assembly->wanted.end - assembly->position;
    uint64_t least = minimum_u64(range_length(assembly->wanted), READ_LEAST);
    uint64_t length = minimum_u64(maximum_u64(left, least), assembler->scratch_size);
    length = minimum_u64(length, assembler->plan->old_size - source);
    unsigned char *bytes = scratch_for(assembler, source);
    assembly->held_bytes = bytes;
    assembly->held = (struct range){source, source + length};
    return read_old(assembly, source, bytes, (size_t)length);
}

/* Assembles `length` old bytes from `source` on; `alone`: those that follow are not wanted. */
static inline bool add_old(struct assembly *assembly, uint64_t source, size_t length, bool alone)
{
    bool held = is_held(assembly, source, length);
    if (!held && (alone || length >= assembly->assembler->long_part)) {
        if (!read_old(assembly, source, target(assembly), length))
            return false;
    } else {
        if (!held && !hold(assembly, source))
            return false;
        put_short(assembly, assembly->held_bytes + (source - assembly->held.start),
                  assembly->held.end - source, length);
    }
    assembly->position += length;
    return true;
}

/*
 * Reads bytes of the pool from `source` on for several edits. The pool does not change. False if
 * they cannot be read: fewer may still be.
 */
static bool hold_pool(struct plan_assembler *assembler, uint64_t source)
{
    const struct plan_sources *sources = &assembler->sources;
    struct range *held = &assembler->pool_held;
    /* The bytes of an edit may begin among those that are held and end behind them. */
    bool rises = source >= held->start && source <= held->end + POOL_LEAST;
    assembler->pool_step = rises ? minimum_size(2 * assembler->pool_step, POOL_MOST) : POOL_LEAST;
    uint64_t left = assembler->plan->edits->pool_end - source;
    *held = (struct range){source, source + minimum_u64(assembler->pool_step, left)};
    if (sources->read_pool(sources->context, source, assembler->pool_bytes,
                           (size_t)range_length(*held), NULL))
        return true;
    held->end = held->start;
    return false;
}

static bool read_pool(const struct assembly *assembly, uint64_t source, unsigned char *bytes,
                      size_t length)
{
    struct plan_assembler *assembler = assembly->assembler;
    const struct plan_sources *sources = &assembler->sources;
    const struct range *held = &assembler->pool_held;
    bool is_there = source >= held->start && source + length <= held->end;
    if (!is_there && assembler->pool_bytes && length < POOL_LEAST)
        is_there = hold_pool(assembler, source);
    if (!is_there)
        return sources->read_pool(sources->context, source, bytes, length, assembly->error);
    memcpy(bytes, assembler->pool_bytes + (source - held->start), length);
    return true;
}

/* Assembles bytes of the pool, from `phase` on in a range of it that repeats. */
static bool add_repeated(struct assembly *assembly, const struct edit *edit, uint64_t within,
                         size_t length)
{
    unsigned char *bytes = target(assembly);
    for (size_t done = 0; done < length;) {
        uint64_t phase = (within + done) % edit->period;
        size_t take = (size_t)minimum_u64(edit->period - phase, length - done);
        if (phase == 0 && done >= edit->period) {
            /* One copy is assembled already: copy that instead of reading the pool again. */
            size_t whole = done - (size_t)(done % edit->period);
            take = minimum_size(whole, length - done);
            memcpy(bytes + done, bytes + done - whole, take);
        } else if (!read_pool(assembly, edit->source + phase, bytes + done, take)) {
            return false;
        }
        done += take;
    }
    assembly->position += length;
    return true;
}

/* Assembles the new bytes of an edit from assembly->position on, as many as are wanted. */
static inline bool add_new(struct assembly *assembly, const struct edit *edit)
{
    static const unsigned char zeros[64];
    const struct plan_sources *sources = &assembly->assembler->sources;
    uint64_t within = assembly->position - edit->new_offset;
    size_t length =
        (size_t)minimum_u64(edit->new_length - within, assembly->wanted.end - assembly->position);
    if (length == 0)
        return true;
    if (edit->kind == EDIT_COPY)
        return add_old(assembly, edit->source + within, length, true);
    if (edit->kind == EDIT_ZEROS && length <= sizeof zeros)
        put_short(assembly, zeros, sizeof zeros, length);
    else if (edit->kind == EDIT_ZEROS)
        memset(target(assembly), 0, length);
    else if (edit->source + within + length <= sources->pool_length &&
             within + length <= edit->period)
        put_short(assembly, sources->pool + edit->source + within,
                  sources->pool_length - edit->source - within, length);
    else
        return add_repeated(assembly, edit, within, length);
    assembly->position += length;
    return true;
}

/* Assembles kept bytes up to offset `end` of the old file, as many as are wanted. */
static inline bool add_kept(struct assembly *assembly, uint64_t end)
{
    uint64_t source = assembly->source;
    size_t length = (size_t)minimum_u64(end - source, assembly->wanted.end - assembly->position);
    if (length == 0)
        return true;
    if (!assembly->filled)
        return add_old(assembly, source, length, false);
    assembly->position += length;
    return true;
}

/* Begins with the edit that holds the first wanted byte, or is the last one before it. */
static bool begin(struct assembly *assembly, uint64_t *next)
{
    struct plan_assembler *assembler = assembly->assembler;
    uint64_t count = assembler->plan->edits->count;
    uint64_t index = edit_reader_find_new(&assembler->reader, assembly->position);
    *next = 0;
    if (index == count)
        return true;
    const struct edit *edit = edit_reader_get(&assembler->reader, index);
    uint64_t end = edit_new_end(edit);
    *next = index + 1;
    assembly->source = edit_old_end(edit) + (maximum_u64(assembly->position, end) - end);
    return assembly->position >= end || add_new(assembly, edit);
}

/* If no byte moves, all wanted bytes that are left are read where they go, to be overwritten. */
static bool fill(struct assembly *assembly)
{
    assembly->filled = assembly->assembler->stays && assembly->position < assembly->wanted.end;
    return !assembly->filled || read_old(assembly, assembly->position, target(assembly),
                                         (size_t)(assembly->wanted.end - assembly->position));
}

bool plan_assemble(struct plan_assembler *assembler, uint64_t offset, unsigned char *bytes,
                   size_t length, struct error *error)
{
    const struct plan *plan = assembler->plan;
    struct assembly assembly = {
        .assembler = assembler,
        .wanted = {offset, offset + length},
        .bytes = bytes,
        .position = offset,
        .source = offset,
        .error = error,
    };
    uint64_t next;
    if (!begin(&assembly, &next) || !fill(&assembly))
        return false;
    for (; assembly.position < assembly.wanted.end; next++) {
        if (next == plan->edits->count)
            return add_kept(&assembly, plan->old_size);
        const struct edit *edit = edit_reader_get(&assembler->reader, next);
        if (!add_kept(&assembly, edit->offset) ||
            (assembly.position < assembly.wanted.end && !add_new(&assembly, edit)))
            return false;
        assembly.source = edit_old_end(edit);
    }
    return true;
}
