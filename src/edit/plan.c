/* plan.c - cuts a list of edits into steps of one pass over the file. */
#include "edit/plan.h"

#include <stdlib.h>
#include <string.h>

/* One piece of the new file. */
struct piece {
    enum { PIECE_KEPT, PIECE_POOL, PIECE_ZEROS } kind;
    uint64_t destination;
    uint64_t length;
    uint64_t source; /* in the old file or in the pool */
    uint64_t period; /* PIECE_POOL */
    enum plan_phase phase;
    bool rewrite; /* false for a kept piece that does not move */
};

static enum plan_phase phase_of(uint64_t new_offset, uint64_t old_offset)
{
    if (new_offset < old_offset)
        return PLAN_LEFT;
    return new_offset > old_offset ? PLAN_RIGHT : PLAN_DEFERRED;
}

static uint64_t piece_count(const struct plan *plan)
{
    return plan->edits->count * 2 + 1;
}

/* The range kept between the edit before number `index` and that edit (or the file's end). */
static inline void kept_piece(const struct plan *plan, struct edit_reader *reader, uint64_t index,
                              struct piece *piece)
{
    uint64_t end = plan->old_size;
    piece->source = 0;
    piece->destination = 0;
    if (index > 0) {
        const struct edit *before = edit_reader_before(reader, index);
        piece->source = before->offset + before->old_length;
        piece->destination = before->new_offset + before->new_length;
    }
    if (index < plan->edits->count)
        end = edit_reader_get(reader, index)->offset;
    piece->kind = PIECE_KEPT;
    piece->length = end - piece->source;
    piece->period = 0;
    piece->phase = phase_of(piece->destination, piece->source);
    piece->rewrite = piece->phase != PLAN_DEFERRED;
}

static inline void new_piece(const struct edit *edit, struct piece *piece)
{
    piece->destination = edit->new_offset;
    piece->length = edit->new_length;
    piece->source = edit->source;
    piece->period = edit->period;
    piece->rewrite = true;
    piece->phase = phase_of(edit->new_offset + edit->new_length, edit->offset + edit->old_length);
    if (piece->phase == PLAN_DEFERRED)
        piece->phase = phase_of(edit->new_offset, edit->offset);
    piece->kind = edit->kind == EDIT_ZEROS ? PIECE_ZEROS : PIECE_POOL;
    if (edit->kind == EDIT_COPY) {
        piece->kind = PIECE_KEPT;
        piece->phase = phase_of(edit->new_offset, edit->source);
        piece->rewrite = piece->phase != PLAN_DEFERRED;
    }
}

/* Piece number `number`: even ones are kept ranges, odd ones the new bytes of an edit. */
static inline void get_piece(const struct plan *plan, struct edit_reader *reader, uint64_t number,
                             struct piece *piece)
{
    if (number % 2)
        new_piece(edit_reader_get(reader, number / 2), piece);
    else
        kept_piece(plan, reader, number / 2, piece);
}

bool plan_init(struct plan *plan, const struct edit_list *edits, uint64_t old_size,
               const struct plan_sizes *sizes, struct error *error)
{
    uint64_t end = edits->last.offset + edits->last.old_length;
    if (end > old_size)
        return error_set(error, "an edit ends at %llu, past the end (size %llu)",
                         (unsigned long long)end, (unsigned long long)old_size);
    *plan = (struct plan){.edits = edits, .old_size = old_size, .sizes = *sizes};
    plan->new_size = edit_list_new_size(edits, old_size);
    if (plan->new_size > OFFSET_MAX)
        return error_set(error, "the file would be too large (%llu bytes)",
                         (unsigned long long)plan->new_size);
    return true;
}

/* ---- steps ----------------------------------------------------------------------------------- */

/* Goes to the first piece of a phase, or of a later one if the list has nothing for it. */
static void enter_phase(struct plan_cursor *cursor, enum plan_phase phase)
{
    const struct edit_list *edits = cursor->plan->edits;
    if (phase == PLAN_LEFT && !edits->moves_left)
        phase = PLAN_RIGHT;
    if (phase == PLAN_RIGHT && !edits->moves_right)
        phase = PLAN_DEFERRED;
    if (phase == PLAN_DEFERRED && !edits->moves_not)
        phase = PLAN_DONE;
    cursor->phase = phase;
    cursor->piece = phase == PLAN_RIGHT ? piece_count(cursor->plan) - 1 : 0;
    cursor->within = 0;
}

void plan_cursor_init(struct plan_cursor *cursor, const struct plan *plan)
{
    cursor->plan = plan;
    cursor->moved = cursor->patched = 0;
    edit_reader_init(&cursor->reader, plan->edits);
    enter_phase(cursor, PLAN_LEFT);
}

static bool is_zero_step(const struct plan *plan, const struct piece *piece)
{
    return piece->kind == PIECE_ZEROS && piece->length >= plan->sizes.zero_min;
}

/* Goes to the next piece, or after the last piece to the next phase. */
static void next_piece(struct plan_cursor *cursor)
{
    bool backward = cursor->phase == PLAN_RIGHT;
    uint64_t last = backward ? 0 : piece_count(cursor->plan) - 1;
    cursor->within = 0;
    if (cursor->piece == last)
        enter_phase(cursor, cursor->phase + 1);
    else
        cursor->piece += backward ? (uint64_t)-1 : 1;
}

/* Finds the next piece of this phase that has bytes left to write. */
static bool find_piece(struct plan_cursor *cursor, struct piece *piece)
{
    while (cursor->phase != PLAN_DONE) {
        get_piece(cursor->plan, &cursor->reader, cursor->piece, piece);
        if (piece->phase == cursor->phase && piece->rewrite && cursor->within < piece->length)
            return true;
        next_piece(cursor);
    }
    return false;
}

/* Whether a piece can join the step that is being collected. */
static bool joins(const struct plan_cursor *cursor, const struct piece *piece)
{
    if (is_zero_step(cursor->plan, piece))
        return false;
    if (piece->rewrite)
        return piece->phase == cursor->phase;
    /* A short gap that does not move is rewritten with its old bytes. */
    return piece->length <= cursor->plan->sizes.merge_gap;
}

/*
 * Extends the range of old bytes that a step reads. The range may hold more than is read. That is
 * safe, because a slot that is not needed does no harm, and it is exact at the end that matters:
 * the one next to the step's destination.
 */
struct source_span {
    uint64_t start;
    uint64_t end;
};

static void add_source(struct source_span *span, const struct piece *piece, uint64_t offset,
                       uint64_t length)
{
    if (piece->kind != PIECE_KEPT || !piece->rewrite)
        return;
    uint64_t start = piece->source + offset;
    span->start = minimum_u64(span->start, start);
    span->end = maximum_u64(span->end, start + length);
}

/*
 * Collects a step: takes bytes from the current piece and from those that follow in the direction
 * of the phase, until the step is full or a piece cannot join. The cursor is left behind the last
 * byte taken. A step does not end with an unchanged gap.
 */
static uint64_t gather(struct plan_cursor *cursor, struct source_span *sources)
{
    const struct plan *plan = cursor->plan;
    enum plan_phase phase = cursor->phase;
    uint64_t taken = 0, unchanged = 0;
    struct piece piece;
    while (cursor->phase == phase && taken < plan->sizes.write_max) {
        get_piece(plan, &cursor->reader, cursor->piece, &piece);
        if (!joins(cursor, &piece))
            break;
        uint64_t left = piece.length - cursor->within;
        uint64_t take = minimum_u64(left, plan->sizes.write_max - taken);
        uint64_t offset = phase == PLAN_RIGHT ? left - take : cursor->within;
        add_source(sources, &piece, offset, take);
        taken += take;
        unchanged = piece.rewrite ? 0 : unchanged + take;
        if (piece.kind != PIECE_KEPT)
            cursor->patched += take;
        else if (piece.rewrite)
            cursor->moved += take;
        cursor->within += take;
        if (take == left)
            next_piece(cursor);
    }
    return taken - unchanged;
}

bool plan_cursor_next(struct plan_cursor *cursor, struct plan_step *step)
{
    struct piece piece;
    if (!find_piece(cursor, &piece))
        return false;
    bool backward = cursor->phase == PLAN_RIGHT;
    uint64_t edge = backward ? piece.destination + piece.length - cursor->within
                             : piece.destination + cursor->within;
    *step = (struct plan_step){.kind = PLAN_WRITE, .phase = cursor->phase};
    if (is_zero_step(cursor->plan, &piece)) {
        step->kind = PLAN_ZERO;
        step->length = piece.length;
        next_piece(cursor);
    } else {
        struct source_span sources = {UINT64_MAX, 0};
        step->length = gather(cursor, &sources);
        uint64_t start = backward ? edge - step->length : edge;
        if (sources.end > 0) {
            step->source_start = sources.start;
            step->source_end = sources.end;
        }
        step->needs_slot = sources.start < start + step->length && sources.end > start;
    }
    step->destination = backward ? edge - step->length : edge;
    return true;
}

void plan_count_step(struct plan_totals *totals, const struct plan_cursor *cursor,
                     const struct plan_step *step)
{
    totals->steps++;
    totals->slots += step->needs_slot;
    *(step->kind == PLAN_ZERO ? &totals->zeroed : &totals->written) += step->length;
    totals->moved = cursor->moved;
    totals->patched = cursor->patched;
}

void plan_count(const struct plan *plan, struct plan_totals *totals)
{
    struct plan_cursor cursor;
    struct plan_step step;
    *totals = (struct plan_totals){0};
    plan_cursor_init(&cursor, plan);
    while (plan_cursor_next(&cursor, &step))
        plan_count_step(totals, &cursor, &step);
}

/* ---- bytes ----------------------------------------------------------------------------------- */

enum { SCRATCH_PAGE = 4096 };

bool plan_assembler_init(struct plan_assembler *assembler, const struct plan *plan,
                         struct plan_sources sources, size_t scratch_size, struct error *error)
{
    assembler->plan = plan;
    assembler->sources = sources;
    edit_reader_init(&assembler->reader, plan->edits);
    edit_reader_init(&assembler->ahead, plan->edits);
    assembler->scratch_size = scratch_size;
    assembler->scratch = malloc(scratch_size + SCRATCH_PAGE);
    return assembler->scratch || error_memory(error, scratch_size + SCRATCH_PAGE);
}

void plan_assembler_release(struct plan_assembler *assembler)
{
    free(assembler->scratch);
    assembler->scratch = NULL;
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

/* Pool bytes [within, within + length) of a piece whose pool range repeats. */
static bool read_pool(struct plan_assembler *assembler, const struct piece *piece, uint64_t within,
                      unsigned char *bytes, size_t length, struct error *error)
{
    size_t done = 0;
    while (done < length) {
        uint64_t phase = (within + done) % piece->period;
        size_t take = (size_t)minimum_u64(piece->period - phase, length - done);
        if (phase == 0 && done >= piece->period) {
            /* One copy is assembled already: copy that instead of reading the pool again. */
            size_t whole = done - (size_t)(done % piece->period);
            take = whole < length - done ? whole : length - done;
            memcpy(bytes + done, bytes + done - whole, take);
        } else if (!assembler->sources.read_pool(assembler->sources.context, piece->source + phase,
                                                 bytes + done, take, error)) {
            return false;
        }
        done += take;
    }
    return true;
}

/* The part of a piece that lies in the wanted bytes. */
struct part {
    struct piece piece;
    uint64_t within; /* of the piece */
    size_t length;
    unsigned char *bytes; /* where it goes */
};

static bool read_new(struct plan_assembler *assembler, const struct part *part, struct error *error)
{
    if (part->piece.kind == PIECE_POOL)
        return read_pool(assembler, &part->piece, part->within, part->bytes, part->length, error);
    memset(part->bytes, 0, part->length);
    return true;
}

/* Fills in that part; false if there is none. */
static bool cut_part(struct range wanted, unsigned char *bytes, struct part *part)
{
    uint64_t start = maximum_u64(part->piece.destination, wanted.start);
    uint64_t end = minimum_u64(part->piece.destination + part->piece.length, wanted.end);
    if (start >= end)
        return false;
    part->within = start - part->piece.destination;
    part->length = (size_t)(end - start);
    part->bytes = bytes ? bytes + (start - wanted.start) : NULL;
    return true;
}

/* Old bytes of several pieces, from one read. */
struct ahead {
    struct range span; /* of the old file */
    uint64_t last;     /* number of the last piece they serve */
    /* If the pieces have one shift, read to the destination directly; else into the scratch. */
    bool in_place;
};

/* Finds how many kept parts, from piece `number` on, one read can bring. */
static struct ahead look_ahead(struct plan_assembler *assembler, uint64_t number, uint64_t start,
                               struct range wanted)
{
    struct ahead ahead = {.last = number, .in_place = true};
    uint64_t end = start, shift = 0;
    struct part part;
    for (uint64_t i = number; i < piece_count(assembler->plan); i++) {
        get_piece(assembler->plan, &assembler->ahead, i, &part.piece);
        if (part.piece.destination >= wanted.end)
            break;
        if (part.piece.kind != PIECE_KEPT || !cut_part(wanted, NULL, &part))
            continue;
        uint64_t source = part.piece.source + part.within;
        if (i > number && (source < end || source + part.length - start > assembler->scratch_size))
            break;
        if (i == number)
            shift = part.piece.destination - part.piece.source;
        ahead.in_place &= part.piece.destination - part.piece.source == shift;
        ahead.last = i;
        end = source + part.length;
    }
    ahead.span = (struct range){start, end};
    return ahead;
}

static bool span_holds(struct range span, uint64_t offset, uint64_t length)
{
    return offset >= span.start && offset < span.end && length <= span.end - offset;
}

/* Reads the kept part of piece `number`, and with it those that follow. */
static bool read_kept(struct plan_assembler *assembler, uint64_t number, const struct part *part,
                      struct range wanted, struct ahead *ahead, struct error *error)
{
    uint64_t source = part->piece.source + part->within;
    /* A later piece may be an EDIT_COPY of these bytes, with another destination. */
    if (number > ahead->last || !span_holds(ahead->span, source, part->length)) {
        *ahead = look_ahead(assembler, number, source, wanted);
        ahead->in_place |= ahead->last == number;
        /* In place, what lies between the kept parts is overwritten by the new bytes that follow.
         */
        unsigned char *bytes = ahead->in_place ? part->bytes : scratch_for(assembler, source);
        if (!assembler->sources.read_old(assembler->sources.context, source, bytes,
                                         (size_t)range_length(ahead->span), error))
            return false;
    }
    if (!ahead->in_place)
        memcpy(part->bytes,
               scratch_for(assembler, ahead->span.start) + (source - ahead->span.start),
               part->length);
    return true;
}

/* The number of the piece that holds `offset` of the new file, or one shortly before it. */
static uint64_t locate(struct plan_assembler *assembler, uint64_t offset)
{
    uint64_t index = edit_reader_find_new(&assembler->reader, offset);
    return index == assembler->plan->edits->count ? 0 : index * 2 + 1;
}

bool plan_assemble(struct plan_assembler *assembler, uint64_t offset, unsigned char *bytes,
                   size_t length, struct error *error)
{
    struct range wanted = {offset, offset + length};
    struct ahead ahead = {.last = 0};
    for (uint64_t number = locate(assembler, offset); number < piece_count(assembler->plan);
         number++) {
        struct part part;
        get_piece(assembler->plan, &assembler->reader, number, &part.piece);
        if (!cut_part(wanted, bytes, &part)) {
            if (part.piece.destination >= wanted.end)
                break;
            continue;
        }
        if (!(part.piece.kind == PIECE_KEPT
                  ? read_kept(assembler, number, &part, wanted, &ahead, error)
                  : read_new(assembler, &part, error)))
            return false;
    }
    return true;
}
