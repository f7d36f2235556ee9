/*
 * test_failures.c - whichever call of an edit fails: the file is old or new, and nothing is left.
 *
 * Some calls of an edit fail: see failing_calls.h. Then the next command claims the file, which
 * finishes the edit or takes it back; or `recover` looks at it, and accepts it as it is.
 * tests/crash/inject.py does the same from outside, with strace: slower, and without the file
 * systems and the company that are feigned here.
 */
#include "failing_calls.h"

#include "apply/apply.h"
#include "apply/claim.h"
#include "apply/recover.h"
#include "apply/recover_accept.h"
#include "apply/recover_parts.h"
#include "apply/tail.h"
#include "journal/undo_file.h"

/* ---- edits ----------------------------------------------------------------------------------- */

/* A journal with LONG_NEW bytes is written in two pieces, a patch by as many is first compared. */
enum {
    SIZE = 400001,
    NEW_MOST = 300000,
    LONG_SIZE = 1400000,
    LONG_NEW = 1300000,
    FILE_MOST = SIZE + LONG_NEW
};

struct edit_case {
    const char *name;
    struct edit edit; /* the source of a copy, else of the pool */
    size_t size;      /* of the file; 0: SIZE */
    bool from_file;   /* LONG_NEW new bytes */
};

static const struct edit_case edit_cases[] = {
    {.name = "insert", .edit = {.offset = 10, .new_length = 7}},
    {.name = "delete", .edit = {.offset = 10, .old_length = 7}},
    {.name = "insert much", .edit = {.offset = 300000, .new_length = NEW_MOST}},
    {.name = "delete much", .edit = {.offset = 10, .old_length = 300001}},
    {.name = "patch", .edit = {.offset = 4000, .old_length = 290000, .new_length = 290000}},
    {.name = "little patch", .edit = {.offset = 4046, .old_length = 101, .new_length = 101}},
    {.name = "move right",
     .edit = {.offset = 3000,
              .old_length = 300000,
              .new_length = 300000,
              .kind = EDIT_COPY,
              .source = 1001}},
    {.name = "insert blocks", .edit = {.offset = 5000, .new_length = 8192}},
    {.name = "delete blocks", .edit = {.offset = 5000, .old_length = 8192}},
    {.name = "insert zeros", .edit = {.offset = 100, .new_length = 65536, .kind = EDIT_ZEROS}},
    {.name = "append", .edit = {.offset = SIZE, .new_length = 70000}},
    {.name = "grow", .edit = {.offset = SIZE, .new_length = 70000, .kind = EDIT_ZEROS}},
    {.name = "cut", .edit = {.offset = 1000, .old_length = SIZE - 1000}},
    {.name = "insert a file", .edit = {.offset = 10, .new_length = LONG_NEW}, .from_file = true},
    {.name = "patch by a file",
     .edit = {.offset = 1000, .old_length = LONG_NEW, .new_length = LONG_NEW},
     .size = LONG_SIZE,
     .from_file = true},
};
enum { EDIT_CASES = sizeof edit_cases / sizeof *edit_cases };

/* How the edit is asked for. */
enum way { PLAIN, DURABLE, WITH_UNDO, IN_SCRIPT, ELSEWHERE, DURABLE_WITH_UNDO, WAYS };

static const char *const way_names[WAYS] = {"plain",       "--durable",     "--undo",
                                            "in a script", "--journal-dir", "--durable --undo"};

static unsigned char old_bytes[FILE_MOST], new_bytes[FILE_MOST], pool_bytes[LONG_NEW];
static size_t old_size, new_size;

static void write_file(const char *name, const unsigned char *bytes, size_t size)
{
    if (world->sparse) {
        scratch_sparse(name, bytes, size);
        return;
    }
    struct file *file = scratch_file(name);
    CHECK(file_write(file, 0, bytes, size, NULL));
    scratch_close(file);
}

/* New bytes of which those at both ends are what the file has already. */
static void make_pool(const struct edit_case *edit_case)
{
    enum { ALIKE = 300000 };
    size_t offset = (size_t)edit_case->edit.offset;
    fill_random(pool_bytes, LONG_NEW);
    if (edit_case->from_file && edit_case->size > 0) {
        memcpy(pool_bytes, old_bytes + offset, ALIKE);
        memcpy(pool_bytes + LONG_NEW - ALIKE, old_bytes + offset + LONG_NEW - ALIKE, ALIKE);
    }
    if (edit_case->from_file)
        write_file("data", pool_bytes, LONG_NEW);
}

/* Fills new_bytes, piece by piece. */
static void make_new(const struct edit_case *edit_case)
{
    const struct edit *edit = &edit_case->edit;
    size_t offset = (size_t)edit->offset, length = (size_t)edit->new_length;
    old_size = edit_case->size ? edit_case->size : SIZE;
    make_pool(edit_case);
    size_t kept = offset + (size_t)edit->old_length;
    memcpy(new_bytes, old_bytes, offset);
    if (edit->kind == EDIT_ZEROS)
        memset(new_bytes + offset, 0, length);
    else
        memcpy(new_bytes + offset, edit->kind == EDIT_COPY ? old_bytes + edit->source : pool_bytes,
               length);
    memcpy(new_bytes + offset + length, old_bytes + kept, old_size - kept);
    new_size = offset + length + old_size - kept;
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
    write_file("file", old_bytes, old_size);
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

static bool fill_pool(struct pool *pool, const struct edit *edit, struct error *error)
{
    if (edit->new_length < LONG_NEW)
        return buffer_append(&pool->bytes, pool_bytes, (size_t)edit->new_length, error);
    pool->has_file = mapping_open(&pool->file, "data", 0, error);
    pool->file_range = (struct range){0, LONG_NEW};
    return pool->has_file;
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
                (edit.kind != EDIT_POOL || fill_pool(&pool, &edit, error)) &&
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
    const char *const known[] = {".", "..", "file", "back", "journals", "data"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (!strcmp(name, known[i]))
            return true;
    return (world->keeps_names && strstr(name, JOURNAL_SUFFIX)) ||
           (script_may_stay && strstr(name, ".mmtool-undo-"));
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
    CHECK_SAY(file_has(new_bytes, new_size) || (!done && file_has(old_bytes, old_size)),
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

/* Where names stay, an edit that changes nothing first leaves a journal. */
static void begin(enum way way)
{
    static const struct edit same = {.kind = EDIT_COPY, .old_length = 5, .new_length = 5};
    struct error error;
    fail_from(0, ERROR_ONCE);
    make_old();
    if (world->keeps_names)
        CHECK_SAY(do_edit(&same, way == IN_SCRIPT || way == DURABLE ? way : PLAIN, &error), "%s",
                  error.message);
}

/* Makes the edit fail, and its recovery once; returns how many calls there were to fail. */
static unsigned long play(const struct scene *scene)
{
    struct mapping mapping;
    struct error error;
    char text[300];
    describe(scene, text, sizeof text);
    begin(scene->way);
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
                if (edit_cases[i].from_file && j >= LONG_WORLDS)
                    continue;
                make_new(&edit_cases[i]);
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

static bool tell_nothing(void *context, struct range range, enum recover_part part,
                         struct error *error)
{
    (void)error;
    return context && range.start < range.end && part < RECOVER_PART_KINDS;
}

/* Looks at one leftover of a claimed file, tells its parts, and accepts the file as it is. */
static bool accept_one(struct mapping *mapping, enum way way, bool *ended, struct error *error)
{
    struct recover_look look;
    struct recover_parts parts = {.tell = tell_nothing, .context = &parts};
    const struct journal_search search = {.mapping = mapping,
                                          .directory = way == ELSEWHERE ? "journals" : NULL,
                                          .writable = true,
                                          .fits = recover_fits};
    if (!recover_look(&look, &search, error))
        return false;
    *ended = look.state == RECOVER_WHOLE;
    bool told =
        look.state != RECOVER_HALF || recover_parts_tell(mapping, &look.journal, &parts, error);
    bool done = told && recover_accept(&look, mapping, search.directory, error);
    *ended = *ended || look.journal.kept || (done && world->keeps_names);
    recover_look_release(&look);
    return done;
}

/* What `recover --accept` does. */
static bool accept(enum way way, struct error *error)
{
    struct mapping mapping = {0};
    struct claim_options options = {.flags = MAPPING_WRITE, .leave_journal = true};
    struct claim_notice notice;
    bool ended = false, done = true;
    if (!claim_open(&mapping, "file", &options, &notice, error))
        return false;
    for (int i = 0; i < 8 && done && !ended; i++)
        done = accept_one(&mapping, way, &ended, error);
    (void)mapping_close(&mapping, NULL);
    return done && ended;
}

/* Makes the edit fail, and one call of accepting what it left; returns how many calls there were.
 */
static unsigned long play_accept(const struct scene *scene, unsigned long call)
{
    struct error error = {0};
    struct mapping mapping;
    char text[300];
    describe(scene, text, sizeof text);
    begin(scene->way);
    fail_from(scene->edit_call, ERROR_ON);
    (void)do_edit(&scene->edit_case->edit, scene->way, &error);
    script_may_stay = script_may_stay || call > 0; /* its path may be what cannot be read */
    fail_from(call, ERROR_ONCE);
    (void)accept(scene->way, &error);
    unsigned long count = atomic_load(&calls);
    fail_from(0, ERROR_ONCE);
    bool accepted = accept(scene->way, &error);
    CHECK_SAY(accepted, "%s, call %lu of accepting: %s", text, call, error.message);
    bool claimed = claim_as_editor(&mapping, scene->way, &error);
    CHECK_SAY(claimed, "%s, call %lu of accepting: %s", text, call, error.message);
    if (claimed)
        CHECK(mapping_close(&mapping, NULL));
    CHECK_SAY(count_strange() == 0, "%s, call %lu of accepting: something is left", text, call);
    return count;
}

static void try_accept(struct scene scene)
{
    unsigned long count = play(&scene);
    scene.edit_call = count / 2 + unit_below(count / 2 + 1);
    scene.harm = ERROR_ON;
    count = play_accept(&scene, 0);
    unsigned long stride = stride_of(count);
    for (unsigned long call = 1 + unit_below(stride); call <= count; call += stride)
        play_accept(&scene, call);
}

static void any_call_of_accepting_may_fail(void)
{
    for_all(try_accept);
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
    bool is_new = file_has(new_bytes, new_size), is_old = file_has(old_bytes, old_size);
    CHECK(!done || is_new);
    CHECK_SAY(done || is_new || is_old || strstr(error->message, "may hold half an edit"), "%s",
              error->message);
    return count;
}

static void half_an_edit_without_a_journal_is_told(void)
{
    struct error error;
    unsigned long told = 0;
    make_new(&edit_cases[0]);
    for (int durable = 0; durable < 2; durable++) {
        unsigned long count = play_without_journal(durable, 0, &error);
        for (unsigned long call = 1; call <= count; call++) {
            play_without_journal(durable, call, &error);
            told += strstr(error.message, "may hold half an edit") != NULL;
        }
    }
    CHECK_SAY(told > 2, "%lu", told);
}

/* Kills an edit in the middle, and takes the file's mark off, as an edit does that has ended. */
static bool leave_unmarked(void)
{
    const struct edit_case *edit_case = &edit_cases[0];
    struct error error;
    make_new(edit_case);
    make_old();
    fail_from(0, ERROR_ONCE);
    CHECK(do_edit(&edit_case->edit, PLAIN, &error));
    unsigned long half = atomic_load(&calls) * 2 / 3;
    make_old();
    fail_from(half, ERROR_ON);
    CHECK(!do_edit(&edit_case->edit, PLAIN, &error));
    fail_from(0, ERROR_ONCE);
    struct file *file = scratch_open("file", FILE_OPEN_WRITE);
    bool marked = file_remove_mark(file, JOURNAL_MARK, NULL) == MARK_OK;
    scratch_close(file);
    return marked;
}

static bool has_probe(void)
{
    char value[8];
    size_t length = sizeof value;
    struct file *file = scratch_open("file", 0);
    enum mark_result result = file_get_mark(file, JOURNAL_PROBE_MARK, value, &length, NULL);
    scratch_close(file);
    return result != MARK_NONE;
}

/* If they can be, or the disk is only full for them, the missing mark says that the edit ended. */
static void whether_files_can_be_marked_is_asked_by_a_mark(void)
{
    for (int i = MARKS_CAN_BE_SET; i <= MARKS_FIND_THE_DISK_FULL; i++) {
        struct mapping mapping;
        struct error error;
        if (!leave_unmarked())
            SKIP("files cannot be marked here");
        new_marks = i;
        bool claimed = claim_as_editor(&mapping, PLAIN, &error);
        new_marks = MARKS_CAN_BE_SET;
        CHECK_SAY(claimed == (i != MARKS_FAIL), "%d: %s", i, error.message);
        CHECK(count_strange() == (i == MARKS_FAIL));
        CHECK(!has_probe());
        if (claimed)
            CHECK(mapping_close(&mapping, NULL));
    }
}

/* Looks for the end of what others appended; returns how many calls there were to fail. */
static unsigned long find_end(struct mapping *mapping, unsigned long call, enum harm kind)
{
    uint64_t end;
    struct error error = {0};
    fail_from(call, kind);
    bool found = tail_find_end(mapping, (struct range){10, SIZE}, true, &end, &error);
    unsigned long count = atomic_load(&calls);
    fail_from(0, ERROR_ONCE);
    CHECK_SAY(found == (call == 0), "call %lu", call);
    CHECK(error.signal == (call != 0 && kind == INTERRUPTED ? SIGTERM : 0));
    return count;
}

static void an_end_that_cannot_be_read_is_an_error(void)
{
    struct mapping mapping;
    struct error error;
    make_new(&edit_cases[0]);
    make_old();
    CHECK(claim_as_editor(&mapping, PLAIN, &error));
    CHECK(mapping_drop_view(&mapping, &error));
    unsigned long count = find_end(&mapping, 0, ERROR_ONCE);
    CHECK(count > 1);
    for (unsigned long call = 1; call <= count; call++)
        find_end(&mapping, call, ERROR_ONCE);
    for (unsigned long call = 1; call < count; call++)
        find_end(&mapping, call, INTERRUPTED);
    CHECK(mapping_close(&mapping, NULL));
}

static const struct unit_case cases[] = {
    {"whether files can be marked is asked by setting a mark",
     whether_files_can_be_marked_is_asked_by_a_mark},
    {"an end of a growth that cannot be read is an error", an_end_that_cannot_be_read_is_an_error},
    {"half an edit without a journal is told", half_an_edit_without_a_journal_is_told},
    {"any call of an edit may fail: the file is old or new", any_call_of_an_edit_may_fail},
    {"any call of a recovery may fail: the next one goes on", any_call_of_a_recovery_may_fail},
    {"any call of accepting a file may fail: the next one accepts it",
     any_call_of_accepting_may_fail},
};

int main(void)
{
    scratch_enter();
    CHECK(mkdir("journals", 0700) == 0);
    fill_random(old_bytes, FILE_MOST);
    memset(old_bytes + 100000, 0, 120000);
    int status = unit_main(cases, sizeof cases / sizeof *cases);
    scratch_leave();
    return status;
}
