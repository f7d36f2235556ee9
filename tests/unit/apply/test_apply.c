/* test_apply.c - edits of every shape and their undo scripts, against the file made in memory. */
#define _GNU_SOURCE
#include "edit_example.h"

#include "apply/recover.h"
#include "base/escape.h"
#include "edit/script.h"
#include "journal/internal.h"
#include "journal/undo_file.h"

/* Counts the names in the directory that are none of the test's own. */
static bool count_name(void *context, const char *name)
{
    static const char *const known[] = {".", "..", "file", "undo"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (!strcmp(name, known[i]))
            return true;
    printf("# left behind: %s\n", name);
    ++*(unsigned *)context;
    return true;
}

static unsigned left_behind(void)
{
    unsigned count = 0;
    struct error error = {0};
    CHECK(directory_list(".", count_name, &count, &error) != DIRECTORY_FAILED);
    return count;
}

/* ---- undo scripts ---------------------------------------------------------------------------- */

/* Appends what an edit script makes of these bytes; false if it is no script for them. */
static bool run_script(const struct buffer *script, const unsigned char *bytes, size_t length,
                       struct buffer *out)
{
    struct error error = {0};
    struct edit_line line;
    size_t position = 0;
    uint64_t at = 0;
    enum edit_script_result result;
    while ((result = edit_script_next(script->data, script->length, &position, &line, &error)) ==
           EDIT_SCRIPT_LINE) {
        struct buffer old = {0};
        if (line.offset < at || line.old_bytes.length > length - line.offset ||
            !edit_field_decode(&line.old_bytes, &old, &error))
            return false;
        bool there = line.old_bytes.kind == EDIT_FIELD_COUNT || old.length == 0 ||
                     !memcmp(old.data, bytes + line.offset, old.length);
        buffer_release(&old);
        if (!there || !buffer_append(out, bytes + at, (size_t)(line.offset - at), &error) ||
            !edit_field_decode(&line.new_bytes, out, &error))
            return false;
        at = line.offset + line.old_bytes.length;
    }
    return result == EDIT_SCRIPT_END && buffer_append(out, bytes + at, length - (size_t)at, &error);
}

/* Whether the script in "undo" makes the old file of the new one. */
static void check_undo(void)
{
    struct buffer script = {0}, back = {0};
    struct error error = {0};
    struct file *file = scratch_open("undo", 0);
    size_t size = (size_t)size_of(file), got;
    CHECK(buffer_reserve(&script, size + 1, &error));
    CHECK(file_read(file, 0, script.data, size, &got, &error) && got == size);
    script.length = size;
    scratch_close(file);
    CHECK(run_script(&script, example.want, example.want_size, &back));
    CHECK(back.length == example.old_size &&
          (back.length == 0 || !memcmp(back.data, example.old, back.length)));
    buffer_release(&script);
    buffer_release(&back);
}

/* ---- edits ----------------------------------------------------------------------------------- */

static void check_report(const struct apply_report *report, const struct apply_options *options)
{
    CHECK(report->old_size == example.old_size && report->new_size == example.want_size);
    CHECK(report->left.status == STATUS_DONE && report->undo_failure.status == STATUS_DONE);
    CHECK(report->lost == 0 && (!options->no_journal || !report->journaled));
}

static void apply_to(struct mapping *mapping, struct apply_options *options)
{
    struct apply_report report;
    struct undo_file undo = {0};
    struct error error = {0};
    bool with_undo = unit_below(3) == 0;
    if (with_undo) {
        CHECK(undo_file_init(&undo, "undo", mapping, &error));
        options->undo = &undo;
    }
    bool done = apply_edits(mapping, &example.list, &example.pool, options, &report, &error);
    CHECK_SAY(done, "%s", error.message);
    CHECK(mapping->size == example.want_size);
    check_report(&report, options);
    CHECK(file_has(example.want, example.want_size));
    if (with_undo)
        check_undo();
    options->undo = NULL;
    undo_file_release(&undo);
}

static void edits_are_done_and_leave_nothing(void)
{
    for (unsigned long round = 0; round < unit_rounds(120); round++) {
        struct mapping mapping;
        struct apply_options options = {
            .durable = unit_below(16) == 0,
            .no_journal = unit_below(5) == 0,
            .allocate = unit_below(4) == 0,
        };
        example_random();
        example_open(&mapping);
        mapping.in_use = unit_below(6) == 0; /* others may append: growth and cut take more care */
        apply_to(&mapping, &options);
        CHECK(mapping_close(&mapping, &(struct error){0}));
        CHECK(left_behind() == 0);
        example_release();
    }
}

/* As a script does: each edit takes over the journal of the one before. */
static void edits_of_a_script_share_a_journal(void)
{
    for (unsigned long round = 0; round < unit_rounds(12); round++) {
        struct mapping mapping;
        struct journal resting = {0};
        struct apply_options options = {.resting = &resting};
        struct error error = {0};
        example_random();
        example_open(&mapping);
        for (unsigned i = 0; i < 6; i++) {
            apply_to(&mapping, &options);
            memcpy(example.old, example.want, minimum_size(example.want_size, EXAMPLE_OLD));
            example.old_size = example.want_size;
            edit_list_release(&example.list);
            example.want_size = 0;
            if (example.old_size == 0 || example.old_size > EXAMPLE_OLD)
                break;
            example_edits(1 + unit_below(3), 5000, (int)unit_below(4) - 1);
        }
        journal_end_rest(&resting, &mapping, &error);
        CHECK_SAY(error.status == STATUS_DONE, "%s", error.message);
        CHECK(mapping_close(&mapping, &error));
        CHECK(left_behind() == 0);
        example_release();
    }
}

/* A journal that rests is mapped at its front only; the new bytes of a long patch go behind it. */
static void a_long_patch_of_a_script_fits_no_view(void)
{
    struct mapping mapping;
    struct journal resting = {0};
    struct apply_options options = {.resting = &resting};
    example_begin(EXAMPLE_OLD, false);
    example_open(&mapping);
    const uint64_t lengths[] = {100, 100, EXAMPLE_OLD - 10, 100};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        uint64_t at = 0;
        struct edit patch = {.offset = 7, .old_length = lengths[i], .new_length = lengths[i]};
        patch.period = patch.new_length;
        patch.source = 1000 * i;
        example_add(&patch, &at);
        example_end_list(at);
        apply_to(&mapping, &options);
        memcpy(example.old, example.want, EXAMPLE_OLD);
        edit_list_release(&example.list);
        example.want_size = 0;
    }
    journal_end_rest(&resting, &mapping, NULL);
    CHECK(mapping_close(&mapping, NULL));
    CHECK(left_behind() == 0);
    example_release();
}

/* By inode and birth, unless it is a device. */
static void a_journal_knows_its_file(void)
{
    struct mapping mapping;
    uint64_t identity, birth;
    example_begin(100, false);
    example_open(&mapping);
    journal_identify(&mapping, &identity, &birth);
    CHECK(identity == mapping.status.identity && birth == mapping.status.birth);
    struct journal_header header = {.identity = identity, .birth = birth};
    CHECK(journal_compare(&header, &mapping) == JOURNAL_IDENTITY_SAME);
    header.identity++;
    CHECK(journal_compare(&header, &mapping) == JOURNAL_IDENTITY_UNSURE);
    mapping.status.birth = 7;
    header.birth = 8;
    CHECK(journal_compare(&header, &mapping) == JOURNAL_IDENTITY_OTHER);
    header.birth = 0; /* not every file system knows it */
    CHECK(journal_compare(&header, &mapping) == JOURNAL_IDENTITY_UNSURE);
    header.identity--;
    CHECK(journal_compare(&header, &mapping) == JOURNAL_IDENTITY_SAME);
    header.birth = 8;
    mapping.status.birth = 0;
    CHECK(journal_compare(&header, &mapping) == JOURNAL_IDENTITY_SAME);
    CHECK(mapping_close(&mapping, &(struct error){0}));
    example_release();
}

static bool fits(enum journal_state state, uint64_t size)
{
    const struct mapping mapping = {.size = size};
    struct journal journal = {.header = {.state = state, .old_size = 100, .new_size = 200}};
    return recover_fits(&mapping, &journal);
}

static void a_journal_that_changes_no_byte_fits_by_size(void)
{
    CHECK(fits(JOURNAL_PRE, 100) && fits(JOURNAL_PRE, 200) && !fits(JOURNAL_PRE, 99));
    CHECK(fits(JOURNAL_DONE, 100) && !fits(JOURNAL_DONE, 99));
}

/* The file is whole and marked; the edit died before it renamed the script. */
static void a_script_that_only_a_mark_knows_is_renamed(void)
{
    struct mapping mapping;
    struct undo_file undo = {0};
    struct error error = {0};
    struct file *script;
    example_begin(100, false);
    example_open(&mapping);
    bool marks = host_has_marks("file");
    if (marks) {
        CHECK(undo_file_init(&undo, "undo", &mapping, &error));
        CHECK(undo_file_create(&undo, &script, &error));
        scratch_close(script);
        CHECK(journal_mark_undo(mapping.file, &undo, &error));
        undo_file_release(&undo);
    }
    CHECK(mapping_close(&mapping, &error));
    example_release();
    if (!marks)
        SKIP("files cannot be marked here");
    example_open(&mapping);
    CHECK_SAY(!strcmp(example_notice.text,
                      "the end of an interrupted edit, its undo script, was seen to"),
              "%s", example_notice.text);
    CHECK(mapping_close(&mapping, &error));
    example_open(&mapping);
    CHECK(!*example_notice.text && mapping_close(&mapping, &error));
    scratch_close(scratch_open("undo", 0));
    host_remove("undo");
    CHECK(left_behind() == 0);
}

static bool is_hole(const struct file_status *status)
{
    return status->allocated < status->size;
}

/* A file of holes stays one: moved, shifted and with zeros put in. */
static void holes_stay_holes(void)
{
    enum { SIZE = 1 << 20, DATA = 4096 };
    static const unsigned char zeros[16 * DATA];
    scratch_sparse("file", zeros, sizeof zeros);
    if (!host_tells_holes("file"))
        SKIP("holes are not told here");
    for (int shift = -1; shift <= 1; shift++) {
        struct mapping mapping;
        struct apply_options options = {.no_journal = false};
        struct file_status status = {0};
        struct error error = {0};
        uint64_t at = 0;
        example_begin(SIZE, false);
        memset(example.old + DATA, 0, SIZE - 2 * DATA);
        scratch_sparse("file", example.old, SIZE);
        struct edit edit = {.offset = 10,
                            .old_length = shift < 0 ? 7 : 0,
                            .new_length = shift > 0 ? 7 : 0,
                            .period = shift > 0 ? 7 : 0};
        if (shift == 0)
            edit = (struct edit){.offset = 300000, .kind = EDIT_ZEROS, .new_length = 200000};
        example_add(&edit, &at);
        example_end_list(at);
        example_open(&mapping);
        apply_to(&mapping, &options);
        CHECK(file_get_status(mapping.file, &status, &error) && is_hole(&status));
        CHECK(mapping_close(&mapping, &error));
        example_release();
    }
}

static const struct unit_case cases[] = {
    {"edits of every shape are done, can be undone, and leave nothing",
     edits_are_done_and_leave_nothing},
    {"edits of a script share a journal", edits_of_a_script_share_a_journal},
    {"a long patch of a script fits no view", a_long_patch_of_a_script_fits_no_view},
    {"a journal knows its file by inode and birth", a_journal_knows_its_file},
    {"a journal that changes no byte fits by size", a_journal_that_changes_no_byte_fits_by_size},
    {"an undo script that only a mark knows is renamed",
     a_script_that_only_a_mark_knows_is_renamed},
    {"holes stay holes", holes_stay_holes},
};

int main(void)
{
    platform_begin();
    scratch_enter();
    int result = unit_main(cases, sizeof cases / sizeof *cases);
    scratch_leave();
    return result;
}
