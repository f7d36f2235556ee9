/*
 * test_witness.c - which places of an edit are witnessed, and what they tell: against a slow
 * reference, and against a model of a file that is killed, gone on with and written anew.
 */
#include "unit.h"
#include "journal/witness.h"

/* ---- choosing -------------------------------------------------------------------------------- */

static void add_steps(struct witness_steps *steps, uint64_t count)
{
    witness_steps_init(steps);
    for (uint64_t i = 0; i < count; i++)
        witness_steps_add(steps, &(struct plan_step){.destination = 7 * i, .length = 1 + i % 9});
    witness_steps_end(steps);
}

static void steps_are_spread_evenly_with_the_first_and_the_last(void)
{
    for (uint64_t count = 0; count < 3000; count += count < 150 ? 1 : 1 + unit_below(20)) {
        struct witness_steps steps;
        add_steps(&steps, count);
        CHECK(steps.count <= WITNESS_STEPS);
        CHECK_SAY(count > WITNESS_STEPS || steps.count == count, "%zu of %" PRIu64, steps.count,
                  count);
        if (count == 0)
            continue;
        CHECK(steps.chosen[0].number == 0);
        CHECK(steps.chosen[steps.count - 1].number == count - 1);
        for (size_t i = 0; i < steps.count; i++) {
            const struct witness_step *step = &steps.chosen[i];
            CHECK(step->range.start == 7 * step->number);
            CHECK(range_length(step->range) == 1 + step->number % 9);
            if (i > 0)
                CHECK(step->number > steps.chosen[i - 1].number &&
                      step->number - steps.chosen[i - 1].number <= 1 + count / 8);
        }
    }
}

static void spans_are_the_beginning_the_middle_and_the_end(void)
{
    for (uint64_t length = 0; length < 5000; length++) {
        struct range spans[WITNESS_SPANS], range = {1000, 1000 + length};
        size_t count = witness_spans(range, spans);
        CHECK((count == 0) == (length == 0));
        CHECK(length > WITNESS_BYTES || count <= 1);
        CHECK(length <= 2 * WITNESS_BYTES || count == WITNESS_SPANS);
        for (size_t i = 0; i < count; i++) {
            CHECK(spans[i].start >= range.start && spans[i].end <= range.end);
            CHECK(range_length(spans[i]) > 0 && range_length(spans[i]) <= WITNESS_LOOK);
            CHECK(i == 0 || spans[i].start > spans[i - 1].start);
        }
        if (count > 0)
            CHECK(spans[0].start == range.start && spans[count - 1].end == range.end);
    }
}

static size_t differing(const unsigned char *old, const unsigned char *new, size_t length)
{
    size_t count = 0;
    for (size_t i = 0; i < length; i++)
        count += old[i] != new[i];
    return count;
}

static void the_place_chosen_is_one_that_differs_most(void)
{
    for (unsigned long round = 0; round < unit_rounds(2000); round++) {
        unsigned char old[WITNESS_LOOK], new[WITNESS_LOOK];
        size_t length = 1 + unit_below(unit_below(2) ? WITNESS_LOOK : 70), most = 0;
        uint64_t rarely = 1 + unit_below(100);
        for (size_t i = 0; i < length; i++) {
            old[i] = (unsigned char)unit_random();
            new[i] = unit_below(rarely) ? old[i] : (unsigned char)~old[i];
        }
        size_t place = witness_choose(old, new, length);
        size_t part = length < WITNESS_BYTES ? length : WITNESS_BYTES;
        for (size_t at = 0; at + part <= length; at++) {
            size_t there = differing(old + at, new + at, part);
            most = there > most ? there : most;
        }
        CHECK(place + part <= length);
        CHECK(differing(old + place, new + place, part) == most);
    }
}

/* ---- as bytes -------------------------------------------------------------------------------- */

static struct witness random_witness(void)
{
    struct witness witness = {.step = unit_random(), .offset = unit_random() >> 2};
    witness.length = 1 + unit_below(WITNESS_BYTES);
    for (size_t i = 0; i < witness.length; i++) {
        witness.old[i] = (unsigned char)unit_random();
        witness.new[i] = (unsigned char)unit_random();
    }
    return witness;
}

static bool same_witness(const struct witness *a, const struct witness *b)
{
    return a->step == b->step && a->offset == b->offset && a->length == b->length &&
           memcmp(a->old, b->old, WITNESS_BYTES) == 0 && memcmp(a->new, b->new, WITNESS_BYTES) == 0;
}

static void a_table_comes_back_as_it_was_and_cut_short_is_refused(void)
{
    for (unsigned long round = 0; round < unit_rounds(200); round++) {
        struct witness row[5], back;
        unsigned char bytes[5 * WITNESS_ENCODED];
        size_t count = 1 + unit_below(5), length = 0, before = 0, at = 0;
        for (size_t i = 0; i < count; i++) {
            row[i] = random_witness();
            before = length;
            length += witness_encode(&row[i], bytes + length);
        }
        for (size_t i = 0; i < count; i++)
            CHECK(witness_decode(&back, bytes, length, &at) && same_witness(&back, &row[i]));
        CHECK(at == length);
        for (size_t shorter = before; shorter < length; shorter++) {
            at = before;
            CHECK(!witness_decode(&back, bytes, shorter, &at));
        }
    }
}

static void lengths_and_places_that_do_not_fit_are_refused(void)
{
    unsigned char bytes[WITNESS_ENCODED] = {0};
    struct witness back, witness = random_witness();
    size_t at = 0;
    witness.offset = OFFSET_MAX - witness.length;
    (void)witness_encode(&witness, bytes);
    CHECK(witness_decode(&back, bytes, sizeof bytes, &at));
    const uint64_t offsets[] = {OFFSET_MAX - witness.length + 1, OFFSET_MAX, UINT64_MAX};
    for (size_t i = 0; i < 3; i++) {
        witness.offset = offsets[i];
        (void)witness_encode(&witness, bytes);
        at = 0;
        CHECK(!witness_decode(&back, bytes, sizeof bytes, &at));
    }
    for (unsigned length = 0; length < 256; length++) {
        witness.offset = 0;
        (void)witness_encode(&witness, bytes);
        bytes[16] = (unsigned char)length;
        at = 0;
        CHECK(witness_decode(&back, bytes, sizeof bytes, &at) ==
              (length >= 1 && length <= WITNESS_BYTES));
        bytes[23] = 1; /* a length beyond all */
        at = 0;
        CHECK(!witness_decode(&back, bytes, sizeof bytes, &at));
    }
}

/* ---- judging --------------------------------------------------------------------------------- */

enum { PLACE = 8, STEPS = 12, CUT = 16, ROOM = STEPS * PLACE + CUT };

/* An edit of STEPS steps of PLACE bytes each, and CUT bytes behind them that are cut off. */
struct model {
    unsigned char old[ROOM], new[ROOM], file[ROOM];
    struct witness_progress progress;
};

static void begin(struct model *model)
{
    for (size_t i = 0; i < ROOM; i++) {
        model->old[i] = (unsigned char)unit_below(4); /* now and then old and new are the same */
        model->new[i] = (unsigned char)unit_below(4);
    }
    memcpy(model->file, model->old, ROOM);
    model->progress = (struct witness_progress){.steps = STEPS, .deferred = unit_below(STEPS + 1)};
}

static void do_bytes(struct model *model, uint64_t step, bool torn)
{
    for (size_t i = step * PLACE; i < (step + 1) * PLACE; i++)
        if (!torn || unit_below(2))
            model->file[i] = model->new[i];
}

/* Goes on until a kill, which comes behind `published` steps were begun. */
static void kill_behind(struct model *model, uint64_t published)
{
    uint64_t deferred = model->progress.deferred;
    uint64_t one_by_one = published > deferred ? deferred + 1 : published;
    model->progress.published = one_by_one;
    for (uint64_t i = 0; i + 1 < one_by_one; i++)
        do_bytes(model, i, false);
    if (one_by_one == 0)
        return;
    do_bytes(model, one_by_one - 1, true);
    for (uint64_t i = deferred; published > deferred && i < STEPS; i++)
        do_bytes(model, i, true);
}

static void end(struct model *model)
{
    model->progress.ending = true;
    memcpy(model->file, model->new, STEPS * PLACE);
    for (size_t i = STEPS * PLACE; i < ROOM; i++)
        model->file[i] = (unsigned char)unit_below(4);
}

static struct witness witness_at(const struct model *model, size_t offset, uint64_t step)
{
    struct witness witness = {.step = step, .offset = offset, .length = PLACE};
    memcpy(witness.old, model->old + offset, PLACE);
    memcpy(witness.new, model->new + offset, PLACE);
    return witness;
}

static enum witness_verdict judge(const struct model *model)
{
    struct witness_findings findings;
    witness_findings_init(&findings, &model->progress);
    for (uint64_t i = 0; i < STEPS; i++) {
        struct witness witness = witness_at(model, i * PLACE, i);
        witness_judge(&findings, &witness, model->file + i * PLACE, PLACE);
    }
    struct witness cut = witness_at(model, (size_t)STEPS * PLACE, WITNESS_CUT);
    witness_judge(&findings, &cut, model->file + (size_t)STEPS * PLACE, PLACE);
    return witness_verdict(&findings);
}

/* What a byte may be where the kill came, said the slow way. */
static bool may_be(const struct model *model, size_t at, unsigned char byte)
{
    const struct witness_progress *progress = &model->progress;
    uint64_t step = at / PLACE;
    bool is_old = byte == model->old[at], is_new = byte == model->new[at];
    if (progress->ending)
        return step >= STEPS || is_new;
    if (step >= STEPS || step >= progress->published)
        return is_old || (step < STEPS && progress->published > progress->deferred &&
                          step >= progress->deferred && is_new);
    if (step + 1 == progress->published ||
        (progress->published > progress->deferred && step >= progress->deferred))
        return is_old || is_new;
    return is_new;
}

static void what_a_kill_leaves_is_gone_on_with(void)
{
    for (unsigned long round = 0; round < unit_rounds(20000); round++) {
        struct model model;
        begin(&model);
        kill_behind(&model, unit_below(STEPS + 1));
        if (unit_below(8) == 0)
            end(&model);
        enum witness_verdict verdict = judge(&model);
        CHECK_SAY(verdict != WITNESS_IS_OTHER, "published %" PRIu64, model.progress.published);
        bool none = model.progress.published == 0 && !model.progress.ending;
        CHECK((verdict == WITNESS_IS_OLD) == none);
        if (verdict == WITNESS_IS_NEW)
            CHECK(memcmp(model.file, model.new, STEPS * PLACE) == 0);
    }
}

static void a_byte_that_no_kill_leaves_is_seen(void)
{
    unsigned long seen = 0;
    for (unsigned long round = 0; round < unit_rounds(20000); round++) {
        struct model model;
        begin(&model);
        kill_behind(&model, unit_below(STEPS + 1));
        if (unit_below(8) == 0)
            end(&model);
        size_t at = unit_below(STEPS * PLACE + PLACE);
        model.file[at] = (unsigned char)unit_below(5);
        bool possible = may_be(&model, at, model.file[at]);
        CHECK((judge(&model) == WITNESS_IS_OTHER) == !possible);
        seen += !possible;
    }
    CHECK(seen > 1000);
}

static void a_place_behind_the_end_of_the_file_is_another_file(void)
{
    for (size_t length = 0; length <= PLACE; length++) {
        struct model model;
        struct witness_findings findings;
        begin(&model);
        struct witness witness = witness_at(&model, 0, 0);
        witness_findings_init(&findings, &model.progress);
        witness_judge(&findings, &witness, model.file, length);
        CHECK((witness_verdict(&findings) == WITNESS_IS_OTHER) == (length < PLACE));
        /* But what is cut off may be gone. */
        model.progress.ending = true;
        witness = witness_at(&model, (size_t)STEPS * PLACE, WITNESS_CUT);
        witness_findings_init(&findings, &model.progress);
        witness_judge(&findings, &witness, model.file, length);
        CHECK(witness_verdict(&findings) == WITNESS_IS_NEW);
    }
}

static void a_place_that_is_kept_is_always_old(void)
{
    struct model model;
    begin(&model);
    model.new[0] = (unsigned char)~model.old[0];
    for (uint64_t published = 0; published <= STEPS; published++) {
        struct witness witness = witness_at(&model, 0, WITNESS_KEPT);
        struct witness_findings findings;
        model.progress.published = published;
        model.progress.ending = published == STEPS && unit_below(2);
        witness_findings_init(&findings, &model.progress);
        witness_judge(&findings, &witness, model.old, PLACE);
        CHECK(witness_verdict(&findings) != WITNESS_IS_OTHER);
        witness_judge(&findings, &witness, model.new, PLACE);
        CHECK(witness_verdict(&findings) == WITNESS_IS_OTHER);
    }
}

static const struct unit_case cases[] = {
    {"steps are spread evenly, with the first and the last",
     steps_are_spread_evenly_with_the_first_and_the_last},
    {"spans are the beginning, the middle and the end of a range",
     spans_are_the_beginning_the_middle_and_the_end},
    {"the place chosen is one that differs most", the_place_chosen_is_one_that_differs_most},
    {"a table comes back as it was, and cut short is refused",
     a_table_comes_back_as_it_was_and_cut_short_is_refused},
    {"lengths and places that do not fit are refused",
     lengths_and_places_that_do_not_fit_are_refused},
    {"what a kill leaves is gone on with", what_a_kill_leaves_is_gone_on_with},
    {"a byte that no kill leaves is seen", a_byte_that_no_kill_leaves_is_seen},
    {"a place behind the end of the file makes it another file",
     a_place_behind_the_end_of_the_file_is_another_file},
    {"a place that is kept is always old", a_place_that_is_kept_is_always_old},
};

UNIT_MAIN(cases)
