/*
 * fuzz_edits.c - a list of edits of a file, done step by step as its plan says, with a crash in one
 * of the steps and the recovery behind it; beside a file made anew. The edit scripts that
 * --dry-run and --undo print of it are applied, too.
 */
#include "edit/assembler.h"
#include "edit/script.h"
#include "fuzz.h"

enum { FILE_MOST = 400, POOL = 64, EDITS = 10, NEW_MOST = 40 };

/* A file, the edits of it, and what becomes of it. */
struct example {
    unsigned char old[FILE_MOST], pool[POOL];
    size_t old_size;
    struct edit_list list;
    unsigned char changed[FILE_MOST + EDITS * NEW_MOST];
    size_t new_size;
    struct buffer redo, undo; /* edit scripts; owned */
};

static void append_new(struct example *example, const void *bytes, size_t length)
{
    if (length > 0)
        memcpy(example->changed + example->new_size, bytes, length);
    example->new_size += length;
}

/* The new bytes of an edit, byte by byte. */
static void slow_bytes(const struct example *example, const struct edit *edit, unsigned char *out)
{
    for (size_t i = 0; i < edit->new_length; i++) {
        out[i] = 0;
        if (edit->kind == EDIT_POOL)
            out[i] = example->pool[edit->source + i % edit->period];
        else if (edit->kind == EDIT_COPY)
            out[i] = example->old[edit->source + i];
    }
}

static void print_edit(struct example *example, const struct edit *edit,
                       const unsigned char *changed)
{
    struct edit_short redo = {edit->offset, example->old + edit->offset, (size_t)edit->old_length,
                              changed, (size_t)edit->new_length};
    struct edit_short undo = {example->new_size, changed, (size_t)edit->new_length,
                              example->old + edit->offset, (size_t)edit->old_length};
    DEMAND(edit_script_print_short(&example->redo, &redo, NULL));
    DEMAND(edit_script_print_short(&example->undo, &undo, NULL));
}

static void add(struct example *example, const struct edit *edit, size_t *position)
{
    unsigned char changed[FILE_MOST];
    DEMAND(edit_list_append(&example->list, edit, NULL));
    append_new(example, example->old + *position, (size_t)edit->offset - *position);
    slow_bytes(example, edit, changed);
    if (edit->new_length <= EDIT_SHORT_MOST && edit->old_length <= EDIT_SHORT_MOST &&
        edit->new_length + edit->old_length > 0)
        print_edit(example, edit, changed);
    append_new(example, changed, (size_t)edit->new_length);
    *position = (size_t)(edit->offset + edit->old_length);
}

/* Bytes from elsewhere in the file: such an edit stands alone and has one length. */
static void make_copy(struct example *example)
{
    size_t position = 0,
           most = example->old_size < EDIT_SHORT_MOST ? example->old_size : EDIT_SHORT_MOST;
    struct edit edit = {.kind = EDIT_COPY};
    edit.new_length = edit.old_length = fuzz_below(most + 1);
    size_t places = example->old_size - (size_t)edit.new_length + 1;
    edit.offset = fuzz_below(places);
    edit.source = fuzz_below(places);
    add(example, &edit, &position);
    append_new(example, example->old + position, example->old_size - position);
}

static void make_edit(struct example *example, size_t position, struct edit *edit)
{
    size_t left = example->old_size - position;
    edit->offset = position + fuzz_below((left < 50 ? left : 50) + 1);
    left = example->old_size - (size_t)edit->offset;
    edit->old_length = fuzz_below((left < NEW_MOST ? left : NEW_MOST) + 1);
    edit->new_length = fuzz_byte() % 3 == 0 ? edit->old_length : fuzz_below(NEW_MOST + 1);
    edit->kind = fuzz_byte() % 4 == 0 ? EDIT_ZEROS : EDIT_POOL;
    edit->period = edit->new_length;
    if (edit->new_length > 0 && fuzz_byte() % 4 == 0)
        edit->period = 1 + fuzz_below((size_t)edit->new_length);
    edit->source = fuzz_below((size_t)(POOL - edit->period + 1));
}

static void make_example(struct example *example)
{
    memset(example, 0, sizeof *example);
    edit_list_init(&example->list);
    example->old_size = fuzz_below(FILE_MOST + 1);
    unsigned char step = (unsigned char)fuzz_byte();
    for (size_t i = 0; i < example->old_size; i++)
        example->old[i] = (unsigned char)(i * step + i / 16);
    for (size_t i = 0; i < POOL; i++)
        example->pool[i] = (unsigned char)(0xa0 + i);
    size_t count = fuzz_below(EDITS + 1), position = 0;
    if (count == EDITS) {
        make_copy(example);
        return;
    }
    for (; count > 0; count--) {
        struct edit edit = {0};
        make_edit(example, position, &edit);
        add(example, &edit, &position);
    }
    append_new(example, example->old + position, example->old_size - position);
}

/* ---- in place -------------------------------------------------------------------------------- */

/* The file, and of the journal the slots and the number of steps published. */
struct disk {
    const struct example *example;
    unsigned char file[sizeof((struct example *)0)->changed];
    unsigned char slots[2][FILE_MOST + EDITS * NEW_MOST];
    uint64_t published;
};

static bool read_old(void *context, uint64_t offset, unsigned char *bytes, size_t length,
                     struct error *error)
{
    (void)error;
    const struct disk *disk = context;
    DEMAND(offset <= sizeof disk->file && length <= sizeof disk->file - offset);
    memcpy(bytes, disk->file + offset, length);
    return true;
}

static bool read_pool(void *context, uint64_t offset, unsigned char *bytes, size_t length,
                      struct error *error)
{
    (void)error;
    const struct disk *disk = context;
    DEMAND(offset <= POOL && length <= POOL - offset);
    memcpy(bytes, disk->example->pool + offset, length);
    return true;
}

/* In which step the machine stops, and how many of the step's bytes are written then. */
struct crash {
    uint64_t step; /* UINT64_MAX: in none */
    bool in_slot;  /* while the slot is written, in front of the destination */
    size_t torn;
};

/* Does a step as apply/job_step.c does it; true: the machine stopped. */
static bool do_step(struct disk *disk, struct plan_assembler *assembler,
                    const struct plan_step *step, uint64_t number, const struct crash *crash)
{
    unsigned char bytes[sizeof disk->file] = {0};
    bool now = crash->step == number, again = disk->published == number + 1;
    size_t length = (size_t)step->length, torn = crash->torn < length ? crash->torn : length;
    unsigned char *slot = disk->slots[number % 2];
    if (again && step->needs_slot)
        memcpy(bytes, slot, length);
    else if (step->kind == PLAN_WRITE)
        DEMAND(plan_assemble(assembler, step->destination, bytes, length, NULL));
    if (step->needs_slot && !again) {
        memcpy(slot, bytes, now && crash->in_slot ? torn : length);
        if (now && crash->in_slot)
            return true;
    }
    disk->published = number + 1;
    memcpy(disk->file + step->destination, bytes, now ? torn : length);
    return now;
}

/* Runs from where the disk stands; true: the machine stopped. */
static bool run(struct disk *disk, const struct plan *plan, const struct crash *crash)
{
    struct plan_sources sources = {.read_old = read_old, .read_pool = read_pool, .context = disk};
    struct plan_assembler assembler;
    struct plan_cursor cursor;
    struct plan_step step;
    uint64_t first = disk->published ? disk->published - 1 : 0, number = 0;
    bool stopped = false;
    DEMAND(plan_assembler_init(&assembler, plan, sources, 32, NULL));
    plan_cursor_init(&cursor, plan);
    for (; !stopped && plan_cursor_next(&cursor, &step); number++) {
        DEMAND(step.length > 0 && step.destination <= plan->new_size &&
               step.length <= plan->new_size - step.destination);
        if (number >= first)
            stopped = do_step(disk, &assembler, &step, number, crash);
    }
    plan_assembler_release(&assembler);
    return stopped;
}

static void check_in_place(const struct example *example, const struct plan *plan)
{
    static struct disk disk;
    struct plan_totals totals;
    plan_count(plan, &totals);
    memset(&disk, 0, sizeof disk);
    disk.example = example;
    memcpy(disk.file, example->old, example->old_size);
    for (int crashes = 0; crashes < 2; crashes++) {
        size_t step = fuzz_below(totals.steps < 256 ? (size_t)totals.steps + 1 : 256);
        struct crash crash = {step, fuzz_byte() % 2, fuzz_below(64)};
        if (!run(&disk, plan, &crash))
            break;
    }
    run(&disk, plan, &(struct crash){.step = UINT64_MAX});
    DEMAND(memcmp(disk.file, example->changed, example->new_size) == 0);
}

/* ---- as a script ----------------------------------------------------------------------------- */

/* Applies a script to a file, line by line, without the help of lists. */
static void check_script(const struct buffer *script, struct range old_range, bool is_undo,
                         const struct example *example)
{
    const unsigned char *from = is_undo ? example->changed : example->old;
    const unsigned char *to = is_undo ? example->old : example->changed;
    struct buffer made = {0};
    struct edit_line line;
    size_t position = 0, at = (size_t)old_range.start;
    while (edit_script_next(script->data, script->length, &position, &line, NULL) ==
           EDIT_SCRIPT_LINE) {
        struct buffer old = {0};
        DEMAND(line.offset >= at && line.offset <= old_range.end);
        DEMAND(buffer_append(&made, from + at, (size_t)line.offset - at, NULL));
        DEMAND(edit_field_decode(&line.old_bytes, &old, NULL));
        DEMAND(fuzz_same(old.data, old.length, from + line.offset, (size_t)line.old_bytes.length));
        DEMAND(edit_field_decode(&line.new_bytes, &made, NULL));
        at = (size_t)line.offset + old.length;
        buffer_release(&old);
    }
    DEMAND(position == script->length && at <= old_range.end);
    DEMAND(buffer_append(&made, from + at, (size_t)old_range.end - at, NULL));
    DEMAND(fuzz_same(made.data, made.length, to, is_undo ? example->old_size : example->new_size));
    buffer_release(&made);
}

/* The list as a journal stores it is the same list. */
static void check_stored(const struct example *example)
{
    const struct edit_list *list = &example->list;
    struct encoded_edits stored = {list->encoded.data, list->encoded.length, list->count};
    struct edit_list loaded;
    struct edit_reader a, b;
    DEMAND(edit_list_load(&loaded, &stored, example->old_size, POOL, NULL));
    DEMAND(loaded.count == list->count && loaded.added == list->added &&
           loaded.removed == list->removed && loaded.moves_left == list->moves_left &&
           loaded.moves_right == list->moves_right && loaded.moves_not == list->moves_not);
    edit_reader_init(&a, list);
    edit_reader_init(&b, &loaded);
    for (uint64_t i = 0; i < list->count; i++) {
        const struct edit *one = edit_reader_get(&a, i), *other = edit_reader_get(&b, i);
        DEMAND(one->offset == other->offset && one->old_length == other->old_length &&
               one->kind == other->kind && one->new_length == other->new_length &&
               one->new_offset == other->new_offset);
        DEMAND(edit_reader_find_new(&a, one->new_offset) >= i);
    }
    edit_list_release(&loaded);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct example example;
    struct plan plan;
    fuzz_begin(data, size);
    make_example(&example);
    struct plan_sizes sizes = {1 + fuzz_below(64), 1 + fuzz_below(40), fuzz_below(30)};
    DEMAND(plan_init(&plan, &example.list, example.old_size, &sizes, NULL));
    DEMAND(plan.new_size == example.new_size);
    check_in_place(&example, &plan);
    check_stored(&example);
    check_script(&example.redo, (struct range){0, example.old_size}, false, &example);
    check_script(&example.undo, (struct range){0, example.new_size}, true, &example);
    edit_list_release(&example.list);
    buffer_release(&example.redo);
    buffer_release(&example.undo);
    return 0;
}
