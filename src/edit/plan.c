/* plan.c - cuts a list of edits into steps of one pass over the file. */
#include "edit/plan.h"

/* One piece of the new file. */
struct piece {
    enum { PIECE_OLD, PIECE_POOL, PIECE_ZEROS } kind;
    uint64_t destination;
    uint64_t length;
    uint64_t source; /* in the old file or in the pool */
    uint64_t period; /* PIECE_POOL */
    enum plan_phase phase;
    bool rewrite; /* false for a kept piece that does not move */
};

static inline enum plan_phase phase_of(uint64_t new_offset, uint64_t old_offset)
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
        piece->source = edit_old_end(before);
        piece->destination = edit_new_end(before);
    }
    if (index < plan->edits->count)
        end = edit_reader_get(reader, index)->offset;
    piece->kind = PIECE_OLD;
    piece->length = end - piece->source;
    piece->period = 0;
    piece->phase = phase_of(piece->destination, piece->source);
    piece->rewrite = piece->phase != PLAN_DEFERRED;
}

/* The phase of the new bytes of an edit that is not an EDIT_COPY. */
static inline enum plan_phase new_phase(const struct edit *edit)
{
    enum plan_phase after = phase_of(edit_new_end(edit), edit_old_end(edit));
    return after == PLAN_DEFERRED ? phase_of(edit->new_offset, edit->offset) : after;
}

static inline void new_piece(const struct edit *edit, struct piece *piece)
{
    piece->destination = edit->new_offset;
    piece->length = edit->new_length;
    piece->source = edit->source;
    piece->period = edit->period;
    piece->rewrite = true;
    piece->phase = new_phase(edit);
    piece->kind = edit->kind == EDIT_ZEROS ? PIECE_ZEROS : PIECE_POOL;
    if (edit->kind == EDIT_COPY) {
        piece->kind = PIECE_OLD;
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
    uint64_t end = edit_old_end(&edits->last);
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
    cursor->moved = cursor->patched = cursor->replayed = 0;
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
    if (piece->kind != PIECE_OLD || !piece->rewrite)
        return;
    uint64_t start = piece->source + offset;
    span->start = minimum_u64(span->start, start);
    span->end = maximum_u64(span->end, start + length);
}

/* A step that is being collected. */
struct gathering {
    uint64_t taken;     /* bytes so far, */
    uint64_t unchanged; /*   and those of them at its end that are not rewritten */
    struct source_span sources;
};

/*
 * Whether an edit and the kept piece before it join the step as a whole, so that they need not be
 * looked at as two pieces. `kept` is the length of that piece, `kept_phase` its phase.
 */
static inline bool joins_whole(const struct plan_sizes *sizes, enum plan_phase phase,
                               const struct edit *edit, uint64_t kept, enum plan_phase kept_phase,
                               uint64_t room)
{
    uint64_t first = phase == PLAN_RIGHT ? edit->new_length : kept;
    if (kept_phase == PLAN_DEFERRED ? kept > sizes->merge_gap : kept_phase != phase)
        return false;
    if (edit->kind == EDIT_COPY ||
        (edit->kind == EDIT_ZEROS && edit->new_length >= sizes->zero_min))
        return false;
    return kept <= room && edit->new_length <= room - kept && first < room &&
           new_phase(edit) == phase;
}

/*
 * Takes edits of the decoded block, from the current piece on, with the kept pieces before them, as
 * long as both join the step as a whole; true if that were all that the block has in the direction
 * of the phase. There may be millions: what is counted stays in registers.
 */
static inline bool gather_block(struct plan_cursor *cursor, struct gathering *step,
                                enum plan_phase phase)
{
    const bool backward = phase == PLAN_RIGHT;
    const struct plan_sizes sizes = cursor->plan->sizes;
    const struct edit *edits = cursor->reader.edits;
    const struct edit *outside = edit_reader_before_block(&cursor->reader);
    uint64_t first = cursor->piece / 2 / EDIT_BLOCK * EDIT_BLOCK;
    uint64_t count = minimum_u64(cursor->plan->edits->count - first, EDIT_BLOCK);
    uint64_t room = sizes.write_max - step->taken, unchanged = step->unchanged;
    uint64_t patched = 0, moved = 0;
    struct source_span sources = step->sources;
    uint64_t begin = cursor->piece / 2 - first, at = begin;
    /* Piece 0 stays where it is. Going on, it was passed before; going back, it ends the phase: see
     * next_piece(). Beyond either end of the block `at` is not below `count`. */
    uint64_t last = backward && first == 0 ? 1 : 0;
    for (; at < count && at >= last; at += backward ? (uint64_t)-1 : 1) {
        const struct edit *edit = &edits[at], *before = at > 0 ? edit - 1 : outside;
        uint64_t source = edit_old_end(before), kept = edit->offset - source;
        enum plan_phase kept_phase = phase_of(edit_new_end(before), source);
        if (!joins_whole(&sizes, phase, edit, kept, kept_phase, room))
            break;
        room -= kept + edit->new_length;
        patched += edit->new_length;
        unchanged = backward && kept_phase == PLAN_DEFERRED ? kept : 0;
        if (kept_phase == PLAN_DEFERRED)
            continue;
        moved += kept;
        sources.start = minimum_u64(sources.start, source);
        sources.end = maximum_u64(sources.end, source + kept);
    }
    step->taken = sizes.write_max - room;
    step->unchanged = unchanged;
    step->sources = sources;
    cursor->patched += patched;
    cursor->moved += moved;
    cursor->piece += 2 * (at - begin);
    return at >= count;
}

/* Takes edits with the kept pieces before them, as long as both join the step as a whole. */
static void gather_edits(struct plan_cursor *cursor, struct gathering *step)
{
    uint64_t count = cursor->plan->edits->count;
    enum plan_phase phase = cursor->phase;
    if (cursor->within > 0 || cursor->piece % 2 != (phase == PLAN_RIGHT))
        return;
    bool whole = true;
    while (whole && cursor->piece / 2 < count) {
        (void)edit_reader_get(&cursor->reader, cursor->piece / 2);
        whole = phase == PLAN_LEFT    ? gather_block(cursor, step, PLAN_LEFT)
                : phase == PLAN_RIGHT ? gather_block(cursor, step, PLAN_RIGHT)
                                      : gather_block(cursor, step, PLAN_DEFERRED);
    }
}

/* Takes from the current piece as much as the step can hold; false if it cannot join. */
static bool gather_piece(struct plan_cursor *cursor, struct gathering *step)
{
    const struct plan *plan = cursor->plan;
    struct piece piece;
    get_piece(plan, &cursor->reader, cursor->piece, &piece);
    if (!joins(cursor, &piece))
        return false;
    uint64_t left = piece.length - cursor->within;
    uint64_t take = minimum_u64(left, plan->sizes.write_max - step->taken);
    uint64_t offset = cursor->phase == PLAN_RIGHT ? left - take : cursor->within;
    add_source(&step->sources, &piece, offset, take);
    step->taken += take;
    step->unchanged = piece.rewrite ? 0 : step->unchanged + take;
    if (piece.kind != PIECE_OLD)
        cursor->patched += take;
    else if (piece.rewrite)
        cursor->moved += take;
    cursor->within += take;
    if (take == left)
        next_piece(cursor);
    return true;
}

/*
 * Collects a step: takes bytes from the current piece and from those that follow in the direction
 * of the phase, until the step is full or a piece cannot join. The cursor is left behind the last
 * byte taken. A step does not end with an unchanged gap.
 */
static uint64_t gather(struct plan_cursor *cursor, struct source_span *sources)
{
    enum plan_phase phase = cursor->phase;
    uint64_t most = cursor->plan->sizes.write_max;
    struct gathering step = {.sources = {UINT64_MAX, 0}};
    do
        gather_edits(cursor, &step);
    while (step.taken < most && gather_piece(cursor, &step) && cursor->phase == phase &&
           step.taken < most);
    *sources = step.sources;
    return step.taken - step.unchanged;
}

static bool replay(struct plan_cursor *cursor, struct plan_step *step)
{
    if (cursor->replayed == cursor->plan->step_count)
        return false;
    *step = cursor->plan->steps[cursor->replayed++];
    return true;
}

bool plan_cursor_next(struct plan_cursor *cursor, struct plan_step *step)
{
    struct piece piece;
    if (cursor->plan->steps)
        return replay(cursor, step);
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
        struct source_span sources;
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
