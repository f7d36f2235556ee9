/* Tests of the row of pieces, against an array with one entry a byte. */
#include "base/checked.h"
#include "edit/overlay_row.h"
#include "unit.h"

enum { OLD_SIZE = 5000, MOST = 400000 };

/* A byte by where it comes from: the number of a kind, and the offset there. */
struct origin {
    enum piece_kind kind;
    uint64_t offset;
};

struct model {
    struct origin bytes[MOST];
    uint64_t length;
};

static struct origin origin_in(const struct overlay_piece *piece, uint64_t offset)
{
    struct origin origin = {piece->kind, 0};
    if (piece->kind == PIECE_OLD)
        origin.offset = piece->source + offset;
    if (piece->kind == PIECE_POOL)
        origin.offset = piece->source + (piece->phase + offset) % piece->period;
    return origin;
}

static void model_replace(struct model *model, uint64_t offset, uint64_t old_length,
                          const struct overlay_piece *piece)
{
    struct origin *at = model->bytes + offset;
    memmove(at + piece->length, at + old_length,
            (size_t)(model->length - offset - old_length) * sizeof *at);
    for (uint64_t i = 0; i < piece->length; i++)
        at[i] = origin_in(piece, i);
    model->length = model->length - old_length + piece->length;
}

static bool same_origin(struct origin a, struct origin b)
{
    return a.kind == b.kind && a.offset == b.offset;
}

/* The bytes of a piece that are others than the model's. */
static uint64_t count_wrong(const struct model *model, const struct overlay_position *place)
{
    uint64_t wrong = 0;
    for (uint64_t i = 0; i < place->piece->length; i++)
        wrong += !same_origin(origin_in(place->piece, i), model->bytes[place->start + i]);
    return wrong;
}

/* Every piece, from any offset on, one behind the other to the end. Returns how many there are. */
static uint64_t check_from(const struct overlay_row *row, const struct model *model,
                           uint64_t offset)
{
    struct overlay_position place;
    uint64_t count = 0, end = offset;
    CHECK_SAY(row->length == model->length, "%" PRIu64 " not %" PRIu64, row->length, model->length);
    if (row->length != model->length || offset >= row->length) {
        CHECK(!overlay_row_find(row, offset, &place));
        return 0;
    }
    CHECK(overlay_row_find(row, offset, &place));
    CHECK(place.start <= offset && offset < place.start + place.piece->length);
    end = place.start;
    do {
        CHECK(place.start == end && place.piece->length > 0);
        CHECK(count_wrong(model, &place) == 0);
        end += place.piece->length;
        count++;
    } while (overlay_row_next(row, &place));
    CHECK_SAY(end == row->length, "%" PRIu64 " not %" PRIu64, end, row->length);
    return count;
}

static void replace(struct overlay_row *row, struct model *model, uint64_t offset,
                    uint64_t old_length, struct overlay_piece piece)
{
    struct error error = {0};
    CHECK(overlay_row_reserve(row, 1, &error));
    overlay_row_replace(row, offset, old_length, &piece);
    model_replace(model, offset, old_length, &piece);
}

static void begin(struct overlay_row *row, struct model *model, uint64_t old_size)
{
    *row = (struct overlay_row){0};
    model->length = 0;
    replace(row, model, 0, 0, (struct overlay_piece){.kind = PIECE_OLD, .length = old_size});
}

static struct overlay_piece random_piece(uint64_t most)
{
    struct overlay_piece piece = {
        .kind = unit_below(4) == 0 ? PIECE_ZEROS : PIECE_POOL,
        .source = unit_below(1000),
        .length = unit_below(most + 1),
    };
    piece.period = piece.length;
    if (piece.length > 1 && unit_below(3) == 0)
        piece.period = 1 + unit_below(piece.length);
    return piece;
}

/* Places in ascending or descending order, or at random. */
static uint64_t next_place(int order, uint64_t before, uint64_t length)
{
    if (length == 0)
        return 0;
    if (order == 0)
        return before + unit_below(5) <= length ? before : 0;
    if (order == 1)
        return before >= 5 && before <= length ? before - unit_below(5) : length;
    return unit_below(length + 1);
}

static void edit_at_random(struct model *model, unsigned edits, uint64_t most_old,
                           uint64_t most_new)
{
    struct overlay_row row;
    uint64_t at = 0;
    begin(&row, model, unit_below(OLD_SIZE));
    for (unsigned i = 0; i < edits; i++) {
        at = next_place((int)(i / 64 % 3), at, model->length);
        uint64_t old_length = unit_below(minimum_u64(most_old, model->length - at) + 1);
        struct overlay_piece piece = random_piece(most_new);
        replace(&row, model, at, old_length, piece);
        at += piece.length;
        if (unit_below(50) == 0)
            check_from(&row, model, unit_below(model->length + 1));
    }
    check_from(&row, model, 0);
    overlay_row_release(&row);
}

static struct model *new_model(void)
{
    struct model *model = malloc(sizeof *model);
    if (!model)
        abort();
    return model;
}

static void test_random(void)
{
    struct model *model = new_model();
    for (unsigned long round = unit_rounds(60); round > 0; round--) {
        edit_at_random(model, 400, 12, 12);    /* of all lengths */
        edit_at_random(model, 1500, 3, 9);     /* it grows */
        edit_at_random(model, 1500, 9, 3);     /* it shrinks to nothing, again and again */
        edit_at_random(model, 100, 5000, 900); /* many pieces go at once */
    }
    free(model);
}

/* So many pieces that the tree has four levels; then they all go, from anywhere. */
static void test_deep(void)
{
    struct model *model = new_model();
    struct overlay_row row;
    begin(&row, model, OLD_SIZE);
    for (unsigned i = 0; i < 120000; i++) {
        struct overlay_piece piece = {
            .kind = PIECE_POOL, .source = 2 * i, .period = 1, .length = 1};
        uint64_t at = i < 40000 ? i : i < 80000 ? 0 : unit_below(model->length + 1);
        overlay_row_reserve(&row, 1, &(struct error){0});
        overlay_row_replace(&row, at, 0, &piece);
        model_replace(model, at, 0, &piece);
    }
    CHECK_SAY(row.depth >= 3, "%u", row.depth);
    CHECK(check_from(&row, model, 0) > 100000);
    for (uint64_t length; (length = model->length) > 0;) {
        uint64_t at = unit_below(length), gone = minimum_u64(length - at, 1 + length / 100);
        replace(&row, model, at, gone, (struct overlay_piece){0});
        if (unit_below(20) == 0)
            check_from(&row, model, unit_below(length));
    }
    replace(&row, model, 0, 0, random_piece(9));
    check_from(&row, model, 0);
    overlay_row_release(&row);
    free(model);
}

/* What one reserve gave is enough for any edits, wherever they are. */
static void test_reserve(void)
{
    static const unsigned counts[] = {1, 2, 7, 40, 300, 5000};
    struct model *model = new_model();
    for (unsigned long round = unit_rounds(30); round > 0; round--) {
        struct overlay_row row;
        unsigned order = (unsigned)unit_below(3);
        begin(&row, model, OLD_SIZE);
        for (unsigned i = 0; i < sizeof counts / sizeof *counts; i++) {
            CHECK(overlay_row_reserve(&row, counts[i], &(struct error){0}));
            for (unsigned j = 0; j < counts[i]; j++) {
                struct overlay_piece piece = random_piece(3);
                uint64_t at = order == 0 ? row.length : order == 1 ? 0 : unit_below(row.length + 1);
                uint64_t old_length = unit_below(minimum_u64(2, row.length - at) + 1);
                overlay_row_replace(&row, at, old_length, &piece);
                model_replace(model, at, old_length, &piece);
            }
        }
        check_from(&row, model, 0);
        overlay_row_release(&row);
    }
    free(model);
}

/* Edits in order of offset fill the nodes, from either end. */
static void test_order(void)
{
    enum { EDITS = 20000, GAP = 2 };
    for (int backward = 0; backward < 2; backward++) {
        struct overlay_row row = {0};
        struct overlay_piece all = {.kind = PIECE_OLD, .length = EDITS * GAP + 1};
        struct overlay_position place;
        uint64_t pieces = 1;
        CHECK(overlay_row_reserve(&row, 1, &(struct error){0}));
        overlay_row_replace(&row, 0, 0, &all);
        for (uint64_t i = 0; i < EDITS; i++) {
            struct overlay_piece piece = {.kind = PIECE_POOL, .source = 2 * i, .period = 1};
            piece.length = 1;
            CHECK(overlay_row_reserve(&row, 1, &(struct error){0}));
            overlay_row_replace(&row, GAP * (backward ? EDITS - 1 - i : i) + 1, 1, &piece);
        }
        CHECK(overlay_row_find(&row, 0, &place));
        while (overlay_row_next(&row, &place))
            pieces++;
        CHECK(pieces == 2 * EDITS + 1);
        CHECK_SAY(row.nodes < pieces / 12, "%" PRIu64 " nodes", row.nodes);
        overlay_row_release(&row);
    }
}

/* Bytes one behind the other, and what was put in and taken out again, leave no pieces behind. */
static void test_joins(void)
{
    struct model *model = new_model();
    struct overlay_row row;
    begin(&row, model, OLD_SIZE);
    for (unsigned i = 0; i < 3000; i++)
        replace(&row, model, 1000 + i, 1,
                (struct overlay_piece){.kind = PIECE_POOL, .source = i, .period = 1, .length = 1});
    CHECK(check_from(&row, model, 0) == 3);
    for (unsigned i = 0; i < 1000; i++) {
        uint64_t at = unit_below(model->length);
        replace(&row, model, at, 0, (struct overlay_piece){.kind = PIECE_ZEROS, .length = 7});
        replace(&row, model, at, 7, (struct overlay_piece){0});
    }
    CHECK(check_from(&row, model, 0) == 3);
    for (unsigned i = 0; i < 100; i++)
        replace(&row, model, i, 1, (struct overlay_piece){.kind = PIECE_ZEROS, .length = 2});
    CHECK(check_from(&row, model, 0) == 4);
    overlay_row_release(&row);
    free(model);
}

/* Repeated bytes of which one turn is left, from the middle on, do not go on in what was put into
 * the pool behind them. */
static void test_turned(void)
{
    struct overlay_piece twice = {.kind = PIECE_POOL, .period = 4, .length = 8};
    struct overlay_piece next = {.kind = PIECE_POOL, .source = 4, .period = 3, .length = 3};
    struct model *model = new_model();
    struct overlay_row row;
    begin(&row, model, 10);
    replace(&row, model, 5, 0, twice);
    replace(&row, model, 10, 3, (struct overlay_piece){0});
    replace(&row, model, 5, 1, (struct overlay_piece){0});
    replace(&row, model, 9, 0, next);
    CHECK(check_from(&row, model, 0) == 4);
    overlay_row_release(&row);
    free(model);
}

static const struct unit_case cases[] = {
    {"replacing ranges of the row is replacing ranges of an array", test_random},
    {"a row of a hundred thousand pieces, made and emptied", test_deep},
    {"reserved memory is enough for all edits that it was reserved for", test_reserve},
    {"edits in order of offset leave full nodes behind", test_order},
    {"pieces that go on from one another are one", test_joins},
    {"bytes that are repeated and cut are none that go on", test_turned},
};

UNIT_MAIN(cases)
