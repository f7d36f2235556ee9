/*
 * test_failures.c - whichever call of an edit fails: the file is old or new, and nothing is left.
 *
 * The linker's --wrap sends the calls of the system, and those for memory, through this file, which
 * counts them and lets some fail. Then the next command claims the file, which finishes the edit or
 * takes it back. tests/crash/inject.py does the same from outside, with strace: slower, and without
 * the file systems and the company that are feigned here.
 */
#include "scratch_files.h"

#include "apply/apply.h"
#include "apply/claim.h"
#include "journal/internal.h"
#include "journal/undo_file.h"

#include <stdatomic.h>

/* ---- what fails ------------------------------------------------------------------------------ */

enum harm { ERROR_ONCE, ERROR_ON, FULL_ONCE, FULL_ON, INTERRUPTED, HARMS };

static const char *const harm_names[HARMS] = {"error once", "error from then on", "full once",
                                              "full from then on", "interrupted"};

static atomic_ulong calls;
static unsigned long first_failing; /* 0: none */
static enum harm harm;

static void fail_from(unsigned long first, enum harm kind)
{
    first_failing = first;
    harm = kind;
    atomic_store(&calls, 0);
}

static bool is_failing(enum harm once, enum harm on, unsigned long number)
{
    return (harm == once && number == first_failing) || (harm == on && number >= first_failing);
}

static bool call_fails(void)
{
    unsigned long number = atomic_fetch_add(&calls, 1) + 1;
    return first_failing != 0 &&
           (is_failing(ERROR_ONCE, ERROR_ON, number) || is_failing(FULL_ONCE, FULL_ON, number));
}

static bool fails(struct error *error)
{
    if (!call_fails())
        return false;
    error_set(error, "a call fails");
    if (error)
        error->no_space = harm == FULL_ONCE || harm == FULL_ON;
    return true;
}

/* A function whose last parameter is `error`. */
#define WRAP_BY(fails_now, type, failure, name, parameters, arguments)                             \
    type __real_##name parameters;                                                                 \
    type __wrap_##name parameters;                                                                 \
    type __wrap_##name parameters                                                                  \
    {                                                                                              \
        return fails_now(error) ? (failure) : __real_##name arguments;                             \
    }
#define WRAP(type, failure, name, parameters, arguments)                                           \
    WRAP_BY(fails, type, failure, name, parameters, arguments)

#define WRAP_FILE(name)                                                                            \
    WRAP(bool, false, name, (struct file * file, struct error * error), (file, error))
WRAP_FILE(file_sync)
WRAP_FILE(file_sync_data)
WRAP(bool, false, file_get_status,
     (struct file * file, struct file_status *status, struct error *error), (file, status, error))
WRAP(bool, false, file_get_newest_size, (struct file * file, uint64_t *size, struct error *error),
     (file, size, error))
WRAP(bool, false, file_get_size, (struct file * file, uint64_t *size, struct error *error),
     (file, size, error))
WRAP(bool, false, file_write,
     (struct file * file, uint64_t offset, const void *bytes, size_t length, struct error *error),
     (file, offset, bytes, length, error))
WRAP(bool, false, file_set_size, (struct file * file, uint64_t size, struct error *error),
     (file, size, error))
WRAP(bool, false, file_allocate,
     (struct file * file, struct range range, bool keep_size, bool *reserved, struct error *error),
     (file, range, keep_size, reserved, error))
WRAP(bool, false, file_wait_written, (struct file * file, struct range range, struct error *error),
     (file, range, error))
WRAP(bool, false, file_zero, (struct file * file, struct range range, struct error *error),
     (file, range, error))
WRAP(bool, false, file_next_data,
     (struct file * file, uint64_t offset, uint64_t size, struct range *data, struct error *error),
     (file, offset, size, data, error))
WRAP(enum file_blocks_result, FILE_BLOCKS_FAILED, file_insert_blocks,
     (struct file * file, uint64_t offset, uint64_t length, struct error *error),
     (file, offset, length, error))
WRAP(enum file_blocks_result, FILE_BLOCKS_FAILED, file_cut_blocks,
     (struct file * file, uint64_t offset, uint64_t length, struct error *error),
     (file, offset, length, error))
WRAP(bool, false, file_get_privileges,
     (struct file * file, struct file_privileges *privileges, struct error *error),
     (file, privileges, error))
WRAP(enum lock_result, LOCK_FAILED, file_lock,
     (struct file * file, enum lock_kind kind, struct error *error), (file, kind, error))
WRAP(enum file_open_result, FILE_FAILED, place_open,
     (const struct place *place, unsigned flags, struct file **file, struct error *error),
     (place, flags, file, error))
WRAP(bool, false, place_sync, (struct place * place, struct error *error), (place, error))
WRAP(enum directory_result, DIRECTORY_FAILED, directory_list,
     (const char *path, bool (*visit)(void *context, const char *name), void *context,
      struct error *error),
     (path, visit, context, error))
WRAP(bool, false, platform_random, (void *bytes, size_t length, struct error *error),
     (bytes, length, error))
WRAP(bool, false, view_map,
     (struct file * file, struct range range, enum view_access access, uint64_t flags,
      struct view *view, struct error *error),
     (file, range, access, flags, view, error))

static bool script_may_stay; /* a script that cannot be renamed, looked at or removed */

static bool name_fails(struct error *error)
{
    bool now = fails(error);
    script_may_stay = script_may_stay || now;
    return now;
}

WRAP_BY(name_fails, enum place_use, PLACE_FAILED, place_look,
        (const struct place *place, struct file_status *status, struct error *error),
        (place, status, error))
WRAP_BY(name_fails, bool, false, place_remove, (const struct place *place, struct error *error),
        (place, error))
WRAP_BY(name_fails, bool, false, place_rename,
        (const struct place *from, const struct place *to, struct error *error), (from, to, error))

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_malloc(size_t size)
{
    return call_fails() ? NULL : __real_malloc(size);
}

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size)
{
    return call_fails() ? NULL : __real_calloc(count, size);
}

void *__real_realloc(void *memory, size_t size);
void *__wrap_realloc(void *memory, size_t size);
void *__wrap_realloc(void *memory, size_t size)
{
    return call_fails() ? NULL : __real_realloc(memory, size);
}

int __wrap_platform_signal_pending(void);
int __wrap_platform_signal_pending(void)
{
    bool now = first_failing != 0 && harm == INTERRUPTED && atomic_load(&calls) >= first_failing;
    return now ? SIGTERM : 0;
}

/* ---- where it happens ------------------------------------------------------------------------ */

/* What is feigned of the file system and of other programs. */
struct world {
    const char *name;
    bool short_of_space;  /* hardly any block is free */
    bool copied_on_write; /* overwriting takes new blocks */
    bool in_use;          /* another program has the file open */
    bool without_marks;   /* files have no attributes */
    bool without_moving;  /* of whole blocks */
    bool served;          /* by another machine, whose sizes may be old */
    bool without_views;   /* that other programs see */
    bool unseen_stores;   /* views seem to be shared, but a read does not see a store */
};

static const struct world worlds[] = {
    {.name = "alone"},
    {.name = "without moved blocks", .without_moving = true},
    {.name = "short of space", .short_of_space = true, .without_moving = true},
    {.name = "copied on write", .short_of_space = true, .copied_on_write = true},
    {.name = "in use", .in_use = true, .without_moving = true},
    {.name = "in use, short of space", .in_use = true, .short_of_space = true},
    {.name = "without marks", .without_marks = true, .unseen_stores = true},
    {.name = "served", .served = true, .in_use = true, .without_views = true},
    {.name = "unseen stores", .unseen_stores = true},
};
enum { WORLDS = sizeof worlds / sizeof *worlds };

static const struct world *world = &worlds[0];

bool __real_file_get_free_space(struct file *file, uint64_t *bytes);
bool __wrap_file_get_free_space(struct file *file, uint64_t *bytes);
bool __wrap_file_get_free_space(struct file *file, uint64_t *bytes)
{
    enum { LITTLE = 16 * 1024 * 1024 };
    *bytes = LITTLE;
    return world->short_of_space || __real_file_get_free_space(file, bytes);
}

bool __real_file_is_copied_on_write(struct file *file);
bool __wrap_file_is_copied_on_write(struct file *file);
bool __wrap_file_is_copied_on_write(struct file *file)
{
    return world->copied_on_write || __real_file_is_copied_on_write(file);
}

bool __wrap_file_is_in_use(struct file *file);
bool __wrap_file_is_in_use(struct file *file)
{
    (void)file;
    return world->in_use;
}

bool __real_file_moves_blocks(struct file *file);
bool __wrap_file_moves_blocks(struct file *file);
bool __wrap_file_moves_blocks(struct file *file)
{
    return !world->without_moving && __real_file_moves_blocks(file);
}

bool __real_view_is_shared(void);
bool __wrap_view_is_shared(void);
bool __wrap_view_is_shared(void)
{
    return !world->without_views && __real_view_is_shared();
}

bool __real_file_read(struct file *file, uint64_t offset, void *bytes, size_t length, size_t *got,
                      struct error *error);
bool __wrap_file_read(struct file *file, uint64_t offset, void *bytes, size_t length, size_t *got,
                      struct error *error);
bool __wrap_file_read(struct file *file, uint64_t offset, void *bytes, size_t length, size_t *got,
                      struct error *error)
{
    if (fails(error) || !__real_file_read(file, offset, bytes, length, got, error))
        return false;
    /* Only the probe of a journal's view is read there. */
    if (world->unseen_stores && offset == JOURNAL_PROGRESS_OFFSET + JOURNAL_PROBE_OFFSET)
        memset(bytes, 0, *got);
    return true;
}

bool __wrap_file_is_served(struct file *file);
bool __wrap_file_is_served(struct file *file)
{
    (void)file;
    return world->served;
}

enum mark_result __real_file_get_mark(struct file *file, const char *name, void *value,
                                      size_t *length, struct error *error);
enum mark_result __wrap_file_get_mark(struct file *file, const char *name, void *value,
                                      size_t *length, struct error *error);
enum mark_result __wrap_file_get_mark(struct file *file, const char *name, void *value,
                                      size_t *length, struct error *error)
{
    if (world->without_marks)
        return MARK_UNSUPPORTED;
    return fails(error) ? MARK_FAILED : __real_file_get_mark(file, name, value, length, error);
}

enum mark_result __real_file_set_mark(struct file *file, const char *name, const void *value,
                                      size_t length, struct error *error);
enum mark_result __wrap_file_set_mark(struct file *file, const char *name, const void *value,
                                      size_t length, struct error *error);
enum mark_result __wrap_file_set_mark(struct file *file, const char *name, const void *value,
                                      size_t length, struct error *error)
{
    if (world->without_marks)
        return MARK_UNSUPPORTED;
    return fails(error) ? MARK_FAILED : __real_file_set_mark(file, name, value, length, error);
}

enum mark_result __real_file_remove_mark(struct file *file, const char *name, struct error *error);
enum mark_result __wrap_file_remove_mark(struct file *file, const char *name, struct error *error);
enum mark_result __wrap_file_remove_mark(struct file *file, const char *name, struct error *error)
{
    if (world->without_marks)
        return MARK_UNSUPPORTED;
    return fails(error) ? MARK_FAILED : __real_file_remove_mark(file, name, error);
}

/* ---- edits ----------------------------------------------------------------------------------- */

enum { SIZE = 400001, NEW_MOST = 300000, FILE_MOST = SIZE + NEW_MOST };

struct edit_case {
    const char *name;
    struct edit edit; /* of a file of SIZE bytes; the source of a copy, else of the pool */
};

static const struct edit_case edit_cases[] = {
    {"insert", {.offset = 10, .new_length = 7}},
    {"delete", {.offset = 10, .old_length = 7}},
    {"insert much", {.offset = 300000, .new_length = NEW_MOST}},
    {"delete much", {.offset = 10, .old_length = 300001}},
    {"patch", {.offset = 4000, .old_length = 290000, .new_length = 290000}},
    {"little patch", {.offset = 4046, .old_length = 101, .new_length = 101}},
    {"move right",
     {.offset = 3000,
      .old_length = 300000,
      .new_length = 300000,
      .kind = EDIT_COPY,
      .source = 1001}},
    {"insert blocks", {.offset = 5000, .new_length = 8192}},
    {"delete blocks", {.offset = 5000, .old_length = 8192}},
    {"insert zeros", {.offset = 100, .new_length = 65536, .kind = EDIT_ZEROS}},
    {"append", {.offset = SIZE, .new_length = 70000}},
    {"grow", {.offset = SIZE, .new_length = 70000, .kind = EDIT_ZEROS}},
    {"cut", {.offset = 1000, .old_length = SIZE - 1000}},
};
enum { EDIT_CASES = sizeof edit_cases / sizeof *edit_cases };

/* How the edit is asked for. */
enum way { PLAIN, DURABLE, WITH_UNDO, IN_SCRIPT, ELSEWHERE, DURABLE_WITH_UNDO, WAYS };

static const char *const way_names[WAYS] = {"plain",       "--durable",     "--undo",
                                            "in a script", "--journal-dir", "--durable --undo"};

static unsigned char old_bytes[FILE_MOST], new_bytes[FILE_MOST], pool_bytes[NEW_MOST];
static size_t new_size;

/* Fills new_bytes, piece by piece. */
static void make_new(const struct edit *edit)
{
    size_t offset = (size_t)edit->offset, length = (size_t)edit->new_length;
    size_t kept = offset + (size_t)edit->old_length;
    memcpy(new_bytes, old_bytes, offset);
    if (edit->kind == EDIT_ZEROS)
        memset(new_bytes + offset, 0, length);
    else
        memcpy(new_bytes + offset, edit->kind == EDIT_COPY ? old_bytes + edit->source : pool_bytes,
               length);
    memcpy(new_bytes + offset + length, old_bytes + kept, SIZE - kept);
    new_size = offset + length + SIZE - kept;
}

static bool remove_hidden(void *context, const char *name)
{
    (void)context;
    if (name[0] == '.')
        host_remove(name);
    return true;
}

static void make_old(void)
{
    CHECK(directory_list(".", remove_hidden, NULL, NULL) == DIRECTORY_LISTED);
    script_may_stay = false;
    struct file *file = scratch_file("file");
    CHECK(file_write(file, 0, old_bytes, SIZE, NULL));
    scratch_close(file);
    host_remove("back");
}

static bool claim_as_editor(struct mapping *mapping, enum way way, struct error *error)
{
    struct claim_options options = {.flags = MAPPING_WRITE};
    struct claim_notice notice;
    options.journal_dir = way == ELSEWHERE ? "journals" : NULL;
    *mapping = (struct mapping){0};
    return claim_open(mapping, "file", &options, &notice, error);
}

static bool apply_one(struct mapping *mapping, const struct edit *wanted,
                      const struct apply_options *options, struct error *error)
{
    struct apply_report report;
    struct edit_list list;
    struct pool pool;
    struct edit edit = *wanted;
    edit_list_init(&list);
    pool_init(&pool);
    if (edit.kind == EDIT_POOL)
        edit.period = edit.new_length;
    bool done = edit_list_append(&list, &edit, error) &&
                (edit.kind != EDIT_POOL ||
                 buffer_append(&pool.bytes, pool_bytes, (size_t)edit.new_length, error)) &&
                apply_edits(mapping, &list, &pool, options, &report, error);
    edit_list_release(&list);
    (void)pool_release(&pool, NULL);
    return done;
}

/* As in a script: between edits that write what is there, whose journal rests. */
static bool apply_in_script(struct mapping *mapping, const struct edit *edit,
                            struct apply_options *options, struct error *error)
{
    const struct edit same = {
        .kind = EDIT_COPY, .offset = 5, .old_length = 5, .new_length = 5, .source = 5};
    struct journal resting = {0};
    options->resting = &resting;
    bool done = apply_one(mapping, &same, options, error) &&
                apply_one(mapping, &same, options, error) &&
                apply_one(mapping, edit, options, error);
    journal_end_rest(&resting, mapping, NULL);
    return done;
}

static bool apply_claimed(struct mapping *mapping, const struct edit *edit, enum way way,
                          struct error *error)
{
    struct apply_options options = {.durable = way == DURABLE || way == DURABLE_WITH_UNDO};
    struct undo_file undo = {0};
    bool undoes = way == WITH_UNDO || way == DURABLE_WITH_UNDO, done;
    options.journal_dir = way == ELSEWHERE ? "journals" : NULL;
    options.undo = undoes ? &undo : NULL;
    if (undoes && !undo_file_init(&undo, "back", mapping, error))
        return false;
    done = way == IN_SCRIPT ? apply_in_script(mapping, edit, &options, error)
                            : apply_one(mapping, edit, &options, error);
    undo_file_release(&undo);
    return done;
}

/* A whole command. */
static bool do_edit(const struct edit *edit, enum way way, struct error *error)
{
    struct mapping mapping;
    *error = (struct error){0};
    if (!claim_as_editor(&mapping, way, error))
        return false;
    bool done = apply_claimed(&mapping, edit, way, error);
    (void)mapping_close(&mapping, NULL);
    return done;
}

/* ---- what is left ---------------------------------------------------------------------------- */

static bool is_known(const char *name)
{
    const char *const known[] = {".", "..", "file", "back", "journals"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (!strcmp(name, known[i]))
            return true;
    return script_may_stay && strstr(name, ".mmtool-undo-") != NULL;
}

static bool count_one(void *context, const char *name)
{
    size_t *strange = context;
    *strange += !is_known(name);
    return true;
}

/* How many files there are beside those of the test. */
static size_t count_strange(void)
{
    size_t strange = 0;
    CHECK(directory_list(".", count_one, &strange, NULL) == DIRECTORY_LISTED);
    CHECK(directory_list("journals", count_one, &strange, NULL) == DIRECTORY_LISTED);
    return strange;
}

static bool file_has(const unsigned char *bytes, size_t size)
{
    struct file *file = scratch_open("file", 0);
    bool same = file_is(file, bytes, size);
    scratch_close(file);
    return same;
}

/* The next command, to which nothing fails: the file is old or new, and nothing is beside it. */
static void check_whole(const char *what, enum way way, bool done)
{
    struct mapping mapping;
    struct error error = {0};
    fail_from(0, ERROR_ONCE);
    CHECK_SAY(!done || file_has(new_bytes, new_size), "%s: done, but not new", what);
    bool claimed = claim_as_editor(&mapping, way, &error);
    CHECK_SAY(claimed, "%s: %s", what, error.message);
    if (claimed)
        CHECK(mapping_close(&mapping, NULL));
    CHECK_SAY(file_has(new_bytes, new_size) || (!done && file_has(old_bytes, SIZE)),
              "%s: neither old nor new", what);
    CHECK_SAY(count_strange() == 0, "%s: something is left", what);
}

/* ---- tests ----------------------------------------------------------------------------------- */

struct scene {
    const struct edit_case *edit_case;
    enum way way;
    enum harm harm;
    unsigned long edit_call, claim_call; /* the first to fail; 0: none */
};

static void describe(const struct scene *scene, char *text, size_t size)
{
    snprintf(text, size, "%s, %s, %s, %s, call %lu of the edit, %lu of the next",
             scene->edit_case->name, way_names[scene->way], world->name, harm_names[scene->harm],
             scene->edit_call, scene->claim_call);
}

/* Makes the edit fail, and its recovery once; returns how many calls there were to fail. */
static unsigned long play(const struct scene *scene)
{
    struct mapping mapping;
    struct error error;
    char text[300];
    describe(scene, text, sizeof text);
    fail_from(0, ERROR_ONCE);
    make_old();
    fail_from(scene->edit_call, scene->harm);
    bool done = do_edit(&scene->edit_case->edit, scene->way, &error);
    unsigned long count = atomic_load(&calls);
    if (scene->claim_call > 0) {
        fail_from(scene->claim_call, scene->harm);
        if (claim_as_editor(&mapping, scene->way, &error))
            (void)mapping_close(&mapping, NULL);
        count = atomic_load(&calls);
    }
    check_whole(text, scene->way, done);
    return count;
}

/* So that a round tries few of many calls; the next one tries others. */
static unsigned long stride_of(unsigned long count)
{
    enum { TRIES = 12 };
    return 1 + count / TRIES;
}

/* Tries a scene in which one of its calls fails, or all from there on; and other calls. */
static void try_calls(struct scene scene)
{
    unsigned long count = play(&scene), stride = stride_of(count);
    for (unsigned long call = 1 + unit_below(stride); call <= count; call += stride) {
        scene.edit_call = call;
        scene.harm = (enum harm)unit_below(HARMS);
        play(&scene);
    }
}

static void for_all(void (*try)(struct scene scene))
{
    for (unsigned long round = 0; round < unit_rounds(1); round++)
        for (size_t i = 0; i < EDIT_CASES; i++)
            for (size_t j = 0; j < WORLDS; j++) {
                enum way way = (enum way)unit_below(WAYS);
                world = &worlds[j];
                make_new(&edit_cases[i].edit);
                try((struct scene){.edit_case = &edit_cases[i], .way = way});
            }
    world = &worlds[0];
}

static void any_call_of_an_edit_may_fail(void)
{
    for_all(try_calls);
}

/* Errors from a call on leave most for the next command. */
static void try_recovery(struct scene scene)
{
    unsigned long count = play(&scene);
    scene.edit_call = count / 2 + unit_below(count / 2 + 1);
    scene.harm = ERROR_ON;
    scene.claim_call = 100000; /* none, but counted */
    count = play(&scene);
    unsigned long stride = stride_of(count);
    for (unsigned long call = 1 + unit_below(stride); call <= count; call += stride) {
        scene.claim_call = call;
        play(&scene);
    }
}

static void any_call_of_a_recovery_may_fail(void)
{
    for_all(try_recovery);
}

/* Does the edit without a journal; returns how many calls there were to fail. */
static unsigned long play_without_journal(bool durable, unsigned long call, struct error *error)
{
    struct mapping mapping;
    struct apply_options options = {.no_journal = true, .durable = durable};
    *error = (struct error){0};
    make_old();
    CHECK(claim_as_editor(&mapping, PLAIN, error));
    fail_from(call, ERROR_ONCE);
    bool done = apply_one(&mapping, &edit_cases[0].edit, &options, error);
    unsigned long count = atomic_load(&calls);
    fail_from(0, ERROR_ONCE);
    CHECK(mapping_close(&mapping, NULL));
    bool is_new = file_has(new_bytes, new_size), is_old = file_has(old_bytes, SIZE);
    CHECK(!done || is_new);
    CHECK_SAY(done || is_new || is_old || strstr(error->message, "may hold half an edit"), "%s",
              error->message);
    return count;
}

static void half_an_edit_without_a_journal_is_told(void)
{
    struct error error;
    unsigned long told = 0;
    make_new(&edit_cases[0].edit);
    for (int durable = 0; durable < 2; durable++) {
        unsigned long count = play_without_journal(durable, 0, &error);
        for (unsigned long call = 1; call <= count; call++) {
            play_without_journal(durable, call, &error);
            told += strstr(error.message, "may hold half an edit") != NULL;
        }
    }
    CHECK_SAY(told > 2, "%lu", told);
}

static const struct unit_case cases[] = {
    {"half an edit without a journal is told", half_an_edit_without_a_journal_is_told},
    {"any call of an edit may fail: the file is old or new", any_call_of_an_edit_may_fail},
    {"any call of a recovery may fail: the next one goes on", any_call_of_a_recovery_may_fail},
};

int main(void)
{
    scratch_enter();
    CHECK(mkdir("journals", 0700) == 0);
    fill_random(old_bytes, SIZE);
    fill_random(pool_bytes, NEW_MOST);
    int status = unit_main(cases, sizeof cases / sizeof *cases);
    scratch_leave();
    return status;
}
