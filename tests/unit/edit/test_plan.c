/*
 * test_plan.c - lists of edits and the order of steps, against a slow reference,
 * with a crash at every point of a step and a second crash in the recovery.
 */
#include "edit/list.h"
#include "edit/assembler.h"
#include "edit/plan.h"
#include "unit.h"

enum { MOST = 400 }; /* bytes of a test file, old or new */

/* A random file, a random list of edits, and what must come out. */
struct example {
    unsigned char old[MOST];
    size_t old_size;
    unsigned char pool[MOST];
    size_t pool_size;
    struct edit_list list;
    unsigned char want[2 * MOST];
    size_t want_size;
};

static void want(struct example *example, const void *bytes, size_t length)
{
    memcpy(example->want + example->want_size, bytes, length);
    example->want_size += length;
}

static void want_new(struct example *example, const struct edit *edit)
{
    for (size_t i = 0; i < edit->new_length; i++) {
        unsigned char byte = 0;
        if (edit->kind == EDIT_POOL)
            byte = example->pool[edit->source + i % edit->period];
        else if (edit->kind == EDIT_COPY)
            byte = example->old[edit->source + i];
        want(example, &byte, 1);
    }
}

static void random_edit(struct example *example, struct edit *edit, size_t position)
{
    static const size_t lengths[] = {0, 0, 1, 2, 3, 9, 20};
    size_t left = example->old_size - position;
    edit->offset = position + (left ? unit_below(minimum_u64(left, 25) + 1) : 0);
    edit->old_length = minimum_u64(lengths[unit_below(7)], example->old_size - edit->offset);
    edit->new_length = lengths[unit_below(7)];
    if (unit_below(4) == 0)
        edit->new_length = edit->old_length;
    edit->kind = unit_below(5) == 0 ? EDIT_ZEROS : EDIT_POOL;
    edit->period = edit->new_length;
    if (edit->new_length > 1 && unit_below(4) == 0)
        edit->period = 1 + unit_below(edit->new_length);
    edit->source = unit_below(example->pool_size - edit->period);
}

static void add(struct example *example, struct edit *edit, size_t *position)
{
    struct error error = {0};
    CHECK_SAY(edit_list_append(&example->list, edit, &error), "%s", error.message);
    want(example, example->old + *position, edit->offset - *position);
    want_new(example, edit);
    *position = edit->offset + edit->old_length;
}

static void random_example(struct example *example)
{
    memset(example, 0, sizeof *example);
    edit_list_init(&example->list);
    example->old_size = unit_below(unit_below(3) ? 60 : MOST - 200);
    example->pool_size = 100;
    for (size_t i = 0; i < example->old_size; i++)
        example->old[i] = (unsigned char)unit_random();
    for (size_t i = 0; i < example->pool_size; i++)
        example->pool[i] = (unsigned char)unit_random();
    size_t position = 0;
    if (unit_below(6) == 0 && example->old_size > 0) { /* a move within the file */
        struct edit edit = {.kind = EDIT_COPY};
        edit.new_length = edit.old_length = 1 + unit_below(example->old_size);
        edit.offset = unit_below(example->old_size - edit.old_length + 1);
        edit.source = unit_below(example->old_size - edit.old_length + 1);
        add(example, &edit, &position);
    } else {
        for (uint64_t i = unit_below(8); i > 0 && position + 40 < MOST; i--) {
            struct edit edit = {0};
            random_edit(example, &edit, position);
            if (edit.new_length + edit.old_length > 0)
                add(example, &edit, &position);
        }
    }
    want(example, example->old + position, example->old_size - position);
}

/* The disk of the model: the file, and the journal's progress word and slots. */
struct disk {
    unsigned char file[2 * MOST];
    const struct example *example;
    unsigned char slots[2][MOST];
    uint64_t word; /* steps published */
};

static bool read_old(void *context, uint64_t offset, unsigned char *bytes, size_t length,
                     struct error *error)
{
    (void)error;
    const struct disk *disk = context;
    memcpy(bytes, disk->file + offset, length);
    return true;
}

static bool read_pool(void *context, uint64_t offset, unsigned char *bytes, size_t length,
                      struct error *error)
{
    (void)error;
    const struct disk *disk = context;
    CHECK(offset + length <= disk->example->pool_size);
    memcpy(bytes, disk->example->pool + offset, length);
    return true;
}

enum crash_phase { TORN_SLOT, PUBLISHED, TORN_DESTINATION, CRASH_PHASES };

struct crash {
    uint64_t step;
    enum crash_phase phase;
};

/* What the run is asked to do wrong, so that the test is seen to notice. */
enum mutant { RIGHT, NO_SLOTS, ONE_SLOT, WRONG_ORDER };

static void torn_copy(unsigned char *to, const unsigned char *from, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (unit_below(2))
            to[i] = from[i];
}

/* Does one step as apply/apply.c does it; true if the crash came. */
static bool do_step(struct disk *disk, struct plan_assembler *assembler,
                    const struct plan_step *step, uint64_t number, enum mutant mutant,
                    const struct crash *crash)
{
    struct error error = {0};
    unsigned char bytes[MOST] = {0};
    bool slot = step->needs_slot && mutant != NO_SLOTS;
    unsigned char *at = disk->slots[mutant == ONE_SLOT ? 0 : number % 2];
    bool now = crash && crash->step == number;
    bool redo = disk->word == number + 1;
    if (redo && slot)
        memcpy(bytes, at, step->length);
    else if (step->kind == PLAN_WRITE)
        CHECK(plan_assemble(assembler, step->destination, bytes, step->length, &error));
    if (slot && !redo) {
        if (now && crash->phase == TORN_SLOT) {
            torn_copy(at, bytes, step->length);
            return true;
        }
        memcpy(at, bytes, step->length);
    }
    disk->word = number + 1;
    if (now && crash->phase == PUBLISHED)
        return true;
    if (now && crash->phase == TORN_DESTINATION) {
        torn_copy(disk->file + step->destination, bytes, step->length);
        return true;
    }
    memcpy(disk->file + step->destination, bytes, step->length);
    return false;
}

/* Runs from where the disk stands; true when it came to the end. */
static bool run(struct disk *disk, const struct plan *plan, enum mutant mutant,
                const struct crash *crash)
{
    struct plan_sources sources = {.read_old = read_old, .read_pool = read_pool, .context = disk};
    struct plan_assembler assembler;
    struct error error = {0};
    struct plan_cursor cursor;
    struct plan_step step;
    uint64_t first = disk->word ? disk->word - 1 : 0, number = 0;
    bool crashed = false;
    CHECK(plan_assembler_init(&assembler, plan, sources, 32, &error));
    plan_cursor_init(&cursor, plan);
    if (mutant == WRONG_ORDER) {
        cursor.phase = PLAN_RIGHT;
        cursor.piece = plan->edits->count * 2;
    }
    for (; !crashed && plan_cursor_next(&cursor, &step); number++)
        if (number >= first)
            crashed = do_step(disk, &assembler, &step, number, mutant, crash);
    plan_assembler_release(&assembler);
    return !crashed;
}

static uint64_t count_steps(const struct plan *plan)
{
    struct plan_totals totals;
    plan_count(plan, &totals);
    return totals.steps;
}

/* Keeps all steps of a plan, so that cursors repeat them. The caller frees them. */
static struct plan_step *keep_steps(struct plan *plan, uint64_t count)
{
    struct plan_step *steps = calloc((size_t)count + 1, sizeof *steps);
    struct plan_cursor cursor;
    CHECK(steps != NULL);
    plan_cursor_init(&cursor, plan);
    for (uint64_t i = 0; i <= count; i++)
        CHECK(plan_cursor_next(&cursor, &steps[i]) == (i < count));
    plan->steps = steps;
    plan->step_count = count;
    return steps;
}

/* One crash, perhaps a second one in the recovery, then to the end; is the file the new one? */
static bool survives(const struct example *example, const struct plan *plan, enum mutant mutant,
                     const struct crash *crash, uint64_t steps)
{
    struct disk disk = {.example = example};
    memcpy(disk.file, example->old, example->old_size);
    if (!run(&disk, plan, mutant, crash)) {
        struct crash second = {unit_below(steps), (enum crash_phase)unit_below(CRASH_PHASES)};
        if (unit_below(2) || run(&disk, plan, mutant, &second))
            run(&disk, plan, mutant, NULL);
        else
            run(&disk, plan, mutant, NULL);
    }
    return memcmp(disk.file, example->want, example->want_size) == 0;
}

/* How many of the crash points of `rounds` random examples leave a wrong file. */
static unsigned long try_all(unsigned long rounds, enum mutant mutant, unsigned long *crashes)
{
    static const uint64_t windows[] = {1, 2, 3, 5, 8, 64}, gaps[] = {0, 1, 4, 30};
    unsigned long bad = 0;
    *crashes = 0;
    for (unsigned long i = 0; i < rounds; i++) {
        struct example example;
        struct error error = {0};
        struct plan plan;
        random_example(&example);
        struct plan_sizes sizes = {windows[unit_below(6)], 1 + unit_below(12), gaps[unit_below(4)]};
        CHECK(plan_init(&plan, &example.list, example.old_size, &sizes, &error));
        CHECK(plan.new_size == example.want_size);
        uint64_t steps = count_steps(&plan);
        struct plan_step *kept =
            mutant != WRONG_ORDER && unit_below(2) ? keep_steps(&plan, steps) : NULL;
        bad += !survives(&example, &plan, mutant, NULL, steps);
        for (uint64_t point = 0; point < steps * CRASH_PHASES; point++) {
            if (steps > 12 && unit_below(steps) > 12)
                continue;
            struct crash crash = {point / CRASH_PHASES, (enum crash_phase)(point % CRASH_PHASES)};
            bad += !survives(&example, &plan, mutant, &crash, steps);
            ++*crashes;
        }
        free(kept);
        edit_list_release(&example.list);
    }
    return bad;
}

static void every_crash_point_ends_in_the_new_file(void)
{
    unsigned long crashes, bad = try_all(unit_rounds(4000), RIGHT, &crashes);
    printf("# crash points tried %lu, new %lu, bad %lu\n", crashes, crashes - bad, bad);
    CHECK(bad == 0);
    CHECK(crashes > 1000);
}

/* How --new-inode makes its file: from the old one as it stays, piece by piece. */
static void the_new_file_is_put_together_from_the_old_one(void)
{
    for (unsigned long i = 0; i < unit_rounds(20000); i++) {
        struct example example;
        struct plan_assembler assembler;
        struct plan plan;
        struct error error = {0};
        unsigned char got[2 * MOST];
        random_example(&example);
        struct disk disk = {.example = &example};
        struct plan_sources sources = {
            .read_old = read_old, .read_pool = read_pool, .context = &disk};
        sources.pool = example.pool;
        sources.pool_length = unit_below(example.pool_size + 1);
        memcpy(disk.file, example.old, example.old_size);
        memset(got, 0xa5, sizeof got); /* what is not written is not right by chance */
        struct plan_sizes sizes = {64, 8, 0};
        CHECK(plan_init(&plan, &example.list, example.old_size, &sizes, &error));
        CHECK(plan_assembler_init(&assembler, &plan, sources, 1 + unit_below(64), &error));
        for (size_t at = 0; at < example.want_size;) {
            size_t length = minimum_u64(1 + unit_below(200), example.want_size - at);
            CHECK(plan_assemble(&assembler, at, got + at, length, &error));
            at += length;
        }
        CHECK(memcmp(got, example.want, example.want_size) == 0);
        plan_assembler_release(&assembler);
        edit_list_release(&example.list);
    }
}

/* What the witnesses of a journal rely on: zeros, copies and merged patches included. */
static void no_byte_is_written_by_two_steps(void)
{
    static const uint64_t windows[] = {1, 3, 8, 64}, gaps[] = {0, 1, 4, 30};
    for (unsigned long i = 0; i < unit_rounds(20000); i++) {
        unsigned char writers[2 * MOST] = {0};
        struct example example;
        struct error error = {0};
        struct plan plan;
        struct plan_cursor cursor;
        struct plan_step step;
        random_example(&example);
        struct plan_sizes sizes = {windows[unit_below(4)], 1 + unit_below(12), gaps[unit_below(4)]};
        CHECK(plan_init(&plan, &example.list, example.old_size, &sizes, &error));
        plan_cursor_init(&cursor, &plan);
        while (plan_cursor_next(&cursor, &step)) {
            CHECK(step.source_start <= step.source_end && step.source_end <= plan.old_size);
            for (uint64_t at = 0; at < step.length; at++)
                CHECK(step.destination + at < plan.new_size &&
                      ++writers[step.destination + at] == 1);
        }
        edit_list_release(&example.list);
    }
}

static void mutants_are_caught(void)
{
    static const char *const names[] = {"right", "no slots", "one slot", "wrong order"};
    for (enum mutant mutant = NO_SLOTS; mutant <= WRONG_ORDER; mutant++) {
        unsigned long crashes, bad = try_all(1000, mutant, &crashes);
        printf("# mutant \"%s\": crash points tried %lu, bad %lu\n", names[mutant], crashes, bad);
        CHECK(bad > 0);
    }
}

/* By members: the padding between them may hold anything. */
static bool same_edit(const struct edit *a, const struct edit *b)
{
    return a->offset == b->offset && a->old_length == b->old_length && a->kind == b->kind &&
           a->source == b->source && a->period == b->period && a->new_length == b->new_length &&
           a->new_offset == b->new_offset;
}

static void lists_read_back_from_any_place(void)
{
    struct edit_list list, loaded;
    struct error error = {0};
    static struct edit expected[3000];
    static struct edit_reader reader;
    uint64_t position = 0, pool = 0;
    edit_list_init(&list);
    for (size_t i = 0; i < 3000; i++) {
        struct edit edit = {.offset = position + unit_below(1000), .old_length = unit_below(3)};
        edit.new_length = 1 + unit_below(4);
        edit.period = edit.new_length;
        edit.source = unit_below(2) ? 0 : pool;
        pool += edit.new_length;
        CHECK(edit_list_append(&list, &edit, &error));
        expected[i] = list.last;
        position = edit.offset + edit.old_length;
    }
    CHECK(list.count == 3000);
    struct encoded_edits encoded = {list.encoded.data, list.encoded.length, 3000};
    CHECK(edit_list_load(&loaded, &encoded, position, list.pool_end, &error));
    edit_reader_init(&reader, &loaded);
    for (size_t i = 0; i < 20000; i++) {
        size_t index = unit_below(3000);
        CHECK(same_edit(edit_reader_get(&reader, index), &expected[index]));
    }
    for (size_t i = 0; i < 20000; i++) {
        uint64_t offset = unit_below(position + 10000), found = 3000;
        for (size_t j = 0; j < 3000 && expected[j].new_offset <= offset; j++)
            found = j;
        CHECK(edit_reader_find_new(&reader, offset) == found);
    }
    edit_list_release(&loaded);
    edit_list_release(&list);
}

static void a_damaged_list_is_refused_or_valid(void)
{
    unsigned long refused = 0;
    for (unsigned long i = 0; i < unit_rounds(20000); i++) {
        struct example example;
        struct edit_list loaded;
        struct error error = {0};
        random_example(&example);
        struct buffer *bytes = &example.list.encoded;
        if (bytes->length > 0) {
            bytes->data[unit_below(bytes->length)] ^= (unsigned char)(1u << unit_below(8));
            struct encoded_edits encoded = {bytes->data, bytes->length, example.list.count};
            if (edit_list_load(&loaded, &encoded, example.old_size, example.pool_size, &error)) {
                CHECK(loaded.last.offset + loaded.last.old_length <= example.old_size);
                CHECK(loaded.pool_end <= example.pool_size);
                edit_list_release(&loaded);
            } else {
                refused++;
            }
        }
        edit_list_release(&example.list);
    }
    CHECK(refused > 0);
}

static void overlapping_edits_are_refused(void)
{
    struct edit_list list;
    struct error error = {0};
    struct edit first = {.offset = 10, .old_length = 5}, second = {.offset = 14, .old_length = 1};
    edit_list_init(&list);
    CHECK(edit_list_append(&list, &first, &error));
    CHECK(!edit_list_append(&list, &second, &error));
    CHECK(strstr(error.message, "overlap") != NULL);
    second.offset = 15;
    CHECK(edit_list_append(&list, &second, &error));
    edit_list_release(&list);
}

static void edits_at_the_edge_of_offsets_do_not_wrap(void)
{
    struct edit_list list;
    struct error error = {0};
    struct edit edit = {.offset = OFFSET_MAX, .new_length = 1, .period = 1};
    edit_list_init(&list);
    CHECK(!edit_list_append(&list, &edit, &error));
    edit = (struct edit){.offset = 5, .old_length = UINT64_MAX};
    CHECK(!edit_list_append(&list, &edit, &error));
    edit = (struct edit){.offset = 5, .kind = EDIT_ZEROS, .new_length = OFFSET_MAX};
    CHECK(!edit_list_append(&list, &edit, &error));
    CHECK(list.count == 0);
    edit_list_release(&list);
}

static void an_edit_past_the_end_is_refused(void)
{
    static const struct plan_sizes sizes = {4096, 4096, 0};
    struct edit_list list;
    struct plan plan;
    struct error error = {0};
    const struct edit edit = {.offset = 90, .old_length = 11, .kind = EDIT_ZEROS};
    edit_list_init(&list);
    CHECK(edit_list_append(&list, &edit, &error));
    CHECK(plan_init(&plan, &list, 101, &sizes, &error) && plan.new_size == 90);
    CHECK(!plan_init(&plan, &list, 100, &sizes, &error));
    CHECK_SAY(!strcmp(error.message, "an edit ends at 101, past the end (size 100)"), "%s",
              error.message);
    edit_list_release(&list);
}

static const struct unit_case cases[] = {
    {"every crash point of every random edit ends in the new file",
     every_crash_point_ends_in_the_new_file},
    {"an edit without slots, with one slot or in the wrong order is caught", mutants_are_caught},
    {"the new file is put together from the old one as it stays",
     the_new_file_is_put_together_from_the_old_one},
    {"no byte is written by two steps", no_byte_is_written_by_two_steps},
    {"a list reads back from any place", lists_read_back_from_any_place},
    {"a damaged list is refused, or is a list that fits the file",
     a_damaged_list_is_refused_or_valid},
    {"overlapping edits are refused", overlapping_edits_are_refused},
    {"edits at the edge of offsets do not wrap around", edits_at_the_edge_of_offsets_do_not_wrap},
    {"an edit past the end of the file is refused", an_edit_past_the_end_is_refused},
};
UNIT_MAIN(cases)
