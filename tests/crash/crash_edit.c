/*
 * crash_edit.c - the program that the crash harnesses kill: the sources of apply/ and journal/ with
 * small steps, and as little else as possible.
 *
 *   crash_edit [--durable] [--no-journal] [--woken] edit NAME FILE    an edit of edit_case.h
 *   crash_edit recover FILE                                 opens FILE as an editor does
 *
 * --woken: as in a script, after other edits, which write bytes that are there already.
 */
#include "apply/apply.h"
#include "apply/claim.h"
#include "edit_case.h"

#include <stdio.h>
#include <string.h>

static bool fill_pool(struct pool *pool, uint64_t length, struct error *error)
{
    for (uint64_t i = 0; i < length; i++)
        if (!buffer_append_byte(&pool->bytes, case_pool_byte(i), error))
            return false;
    return true;
}

static bool fill_list(struct edit_list *list, const struct edit_case *edit_case,
                      struct error *error)
{
    for (size_t i = 0; i < edit_case->edit_count; i++) {
        const struct case_edit *row = &edit_case->edits[i];
        struct edit edit = {.offset = row->offset, .old_length = row->old_length};
        edit.kind = row->kind;
        edit.source = row->kind == EDIT_POOL ? list->pool_end : row->source;
        edit.period = row->kind == EDIT_POOL ? row->new_length : 0;
        edit.new_length = row->new_length;
        if (!edit_list_append(list, &edit, error))
            return false;
    }
    return true;
}

static bool edit(struct mapping *mapping, const struct edit_case *edit_case,
                 const struct apply_options *options, struct error *error)
{
    struct apply_report report;
    struct edit_list list;
    struct pool pool;
    struct error ignored = {0};
    edit_list_init(&list);
    pool_init(&pool);
    bool done = fill_list(&list, edit_case, error) && fill_pool(&pool, list.pool_end, error) &&
                apply_edits(mapping, &list, &pool, options, &report, error);
    edit_list_release(&list);
    (void)pool_release(&pool, &ignored);
    return done;
}

/* Writes the first bytes of the file again, so that a journal rests and then has its front mapped.
 */
static bool write_again(struct mapping *mapping, const struct apply_options *options,
                        struct error *error)
{
    enum { AGAIN = 5 };
    struct apply_report report;
    struct edit_list list;
    struct pool pool;
    unsigned char bytes[AGAIN];
    edit_list_init(&list);
    pool_init(&pool);
    struct edit edit = {
        .kind = EDIT_POOL, .old_length = AGAIN, .new_length = AGAIN, .period = AGAIN};
    bool done = mapping_read(mapping, 0, bytes, AGAIN, error) &&
                buffer_append(&pool.bytes, bytes, AGAIN, error) &&
                edit_list_append(&list, &edit, error) &&
                apply_edits(mapping, &list, &pool, options, &report, error);
    edit_list_release(&list);
    (void)pool_release(&pool, NULL);
    return done;
}

/* Does the edit; with options->resting as one of several of a script. */
static bool edit_in_turn(struct mapping *mapping, const struct edit_case *edit_case,
                         const struct apply_options *options, struct error *error)
{
    if (!options->resting)
        return edit(mapping, edit_case, options, error);
    bool done = write_again(mapping, options, error) && write_again(mapping, options, error) &&
                edit(mapping, edit_case, options, error);
    journal_end_rest(options->resting, mapping, NULL);
    return done;
}

/* Opens the file, which recovers it, and does the edit if there is one. */
static bool work_on(const char *path, const struct edit_case *edit_case,
                    const struct apply_options *options, struct error *error)
{
    struct claim_options claim = {.flags = MAPPING_WRITE};
    struct claim_notice notice;
    struct mapping mapping = {0};
    struct error late = {0};
    if (!claim_open(&mapping, path, &claim, &notice, error))
        return false;
    bool done = !edit_case || edit_in_turn(&mapping, edit_case, options, error);
    if (mapping_close(&mapping, &late) || !done)
        return done;
    *error = late;
    return false;
}

int main(int argc, char **argv)
{
    struct apply_options options = {0};
    struct journal resting = {0};
    const struct edit_case *edit_case = NULL;
    struct error error = {0};
    platform_begin();
    platform_arguments(&argc, &argv);
    int at = 1;
    for (; at < argc && argv[at][0] == '-'; at++) {
        options.durable |= !strcmp(argv[at], "--durable");
        options.no_journal |= !strcmp(argv[at], "--no-journal");
        if (!strcmp(argv[at], "--woken"))
            options.resting = &resting;
    }
    bool recover = at + 2 == argc && !strcmp(argv[at], "recover");
    if (at + 3 == argc && !strcmp(argv[at], "edit"))
        edit_case = edit_case_find(argv[at + 1]);
    if (!recover && !edit_case) {
        fprintf(stderr,
                "usage: %s [--durable] [--no-journal] [--woken] edit NAME FILE | recover FILE\n",
                argv[0]);
        return 2;
    }
    if (work_on(argv[argc - 1], edit_case, &options, &error))
        return 0;
    fprintf(stderr, "crash_edit: %s\n", error.message);
    return 2;
}
