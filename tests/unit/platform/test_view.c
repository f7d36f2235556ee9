/* test_view.c - views of files, and the guard around their use. */
#include "view_fixture.h"

enum { FILE_SIZE = 200000 };

/* ---- what a view shows and takes ------------------------------------------------------------- */

static void test_any_offset_and_length(void)
{
    unsigned char *model = malloc(FILE_SIZE);
    struct file *file = random_file("file", model, FILE_SIZE);
    size_t page = platform_page_size();
    const size_t near_pages[] = {0,        1,           page - 1, page, page + 1, 2 * page - 1,
                                 2 * page, 2 * page + 1};
    enum { COUNT = sizeof near_pages / sizeof *near_pages };
    for (size_t i = 0; i < COUNT; i++)
        for (size_t j = 0; j < COUNT; j++) {
            struct view view = map(file, near_pages[i], near_pages[i] + near_pages[j], VIEW_READ);
            CHECK(view.bytes && view.length == near_pages[j]);
            CHECK(memcmp(view.bytes, model + near_pages[i], near_pages[j]) == 0);
            unmap(&view);
        }
    scratch_close(file);
    free(model);
}

static void test_random_stores(void)
{
    unsigned char *model = malloc(FILE_SIZE);
    struct file *file = random_file("file", model, FILE_SIZE);
    struct error error;
    for (unsigned long i = 0; i < unit_rounds(50); i++) {
        uint64_t start = unit_below(FILE_SIZE), end = start + unit_below(FILE_SIZE - start + 1);
        enum view_access access = unit_below(3) ? VIEW_WRITE : VIEW_COPY;
        struct view view = map(file, start, end, access);
        for (int stores = 0; stores < 20 && view.length > 0; stores++) {
            size_t at = unit_below(view.length);
            view.bytes[at] ^= 0x55;
            if (access == VIEW_WRITE)
                model[start + at] ^= 0x55;
        }
        if (unit_below(2)) {
            CHECK(view_flush(&view, 0, view.length, VIEW_FLUSH_WAIT, &error));
            CHECK(file_is(file, model, FILE_SIZE));
        }
        unmap(&view);
        CHECK(file_is(file, model, FILE_SIZE));
    }
    scratch_close(file);
    free(model);
}

static void test_part_flush(void)
{
    unsigned char model[10000];
    struct file *file = random_file("file", model, sizeof model);
    struct error error;
    struct view view = map(file, 3, sizeof model, VIEW_WRITE);
    view.bytes[5000] = model[5003] = 0;
    const unsigned all[] = {VIEW_FLUSH_WAIT, VIEW_FLUSH_ASYNC,
                            VIEW_FLUSH_WAIT | VIEW_FLUSH_INVALIDATE};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        CHECK(view_flush(&view, 5000, 5001, all[i], &error));
    CHECK(file_is(file, model, sizeof model));
    CHECK(view_flush(&view, view.length, view.length, VIEW_FLUSH_WAIT, &error));
    unmap(&view);
    scratch_close(file);
}

static void test_stores_beside_writes(void)
{
    unsigned char model[9000];
    struct file *file = random_file("file", model, sizeof model);
    struct error error;
    struct view view = map(file, 0, sizeof model, VIEW_WRITE);
    view.bytes[10] = model[10] = 0;
    model[20] = model[8000] = 0;
    CHECK(file_write(file, 20, "", 1, &error) && file_write(file, 8000, "", 1, &error));
    unmap(&view);
    CHECK(file_is(file, model, sizeof model));
    scratch_close(file);
}

static void test_anonymous(void)
{
    struct view view = map(NULL, 0, 10000, VIEW_WRITE);
    struct error error;
    for (size_t i = 0; i < view.length; i++)
        CHECK(view.bytes[i] == 0);
    memset(view.bytes, 1, view.length);
    CHECK(view_flush(&view, 0, view.length, VIEW_FLUSH_WAIT, &error));
    CHECK(view.bytes[9999] == 1);
    unmap(&view);
}

static uint64_t map_flag(const char *name)
{
    for (const struct platform_name *row = platform_map_flags(); row->name; row++)
        if (strcmp(row->name, name) == 0 && row->available)
            return (uint64_t)row->value;
    CHECK_SAY(false, "no map flag %s", name);
    return 0;
}

static void test_refusals(void)
{
    struct view view;
    struct error error = {0};
    unsigned char model[100];
    struct file *file = random_file("file", model, sizeof model);
    CHECK(!view_map(file, (struct range){0, OFFSET_MAX}, VIEW_READ, 0, &view, &error));
    CHECK(strstr(error.message, "9223372036854775807"));
    CHECK(!view_map(file, (struct range){0, 100}, VIEW_READ, map_flag("anonymous"), &view, &error));
    scratch_close(file);
    file = scratch_open("file", 0);
    CHECK(!view_map(file, (struct range){0, 100}, VIEW_WRITE, 0, &view, &error));
    CHECK_SAY(strstr(error.message, "permission"), "%s", error.message);
    CHECK(view_map(file, (struct range){0, 100}, VIEW_COPY, 0, &view, &error));
    view.bytes[0] ^= 1;
    unmap(&view);
    CHECK(file_is(file, model, sizeof model));
    scratch_close(file);
}

/* ---- the guard ------------------------------------------------------------------------------- */

static void test_guard_whole(void)
{
    unsigned char model[5000];
    struct error error = {0};
    struct file *file = random_file("file", model, sizeof model);
    struct view view = map(file, 0, sizeof model, VIEW_READ);
    struct sum sum = {view.bytes, view.length, 0}, expected = {model, sizeof model, 0};
    add_up(&expected);
    CHECK(view_guard(add_up, &sum, &error));
    CHECK(sum.total == expected.total);
    unmap(&view);
    scratch_close(file);
}

/* ---- advice ---------------------------------------------------------------------------------- */

static void test_advice(void)
{
    static const char *const usual[] = {"sequential", "random", "dontneed"};
    unsigned char model[10000];
    struct error error = {0};
    struct file *file = random_file("file", model, sizeof model);
    struct view view = map(file, 1, sizeof model, VIEW_WRITE);
    view.bytes[0] = model[1] = 0;
    CHECK(advise(&view, "normal") && advise(&view, "willneed"));
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        CHECK(advice_value(usual[i]) < 0 || advise(&view, usual[i]));
    CHECK(memcmp(view.bytes, model + 1, view.length) == 0); /* dirty pages are kept */
    CHECK(view_advise(&view, 7, 7, advice_value("normal"), &error));
    unmap(&view);
    scratch_close(file);
}

static void test_heeded_advice(void)
{
    unsigned char model[10000];
    struct error error = {0};
    if (!host_heeds_advice())
        SKIP("this system takes any advice and does nothing");
    struct file *file = random_file("file", model, sizeof model);
    struct view view = map(file, 1, sizeof model, VIEW_WRITE);
    CHECK(!view_advise(&view, 0, view.length, 9999, &error));
    if (advice_value("remove") >= 0 && advise(&view, "remove")) {
        CHECK(view.bytes[0] == 0 && view.bytes[view.length - 1] == 0);
        CHECK(size_of(file) == sizeof model);
    }
    unmap(&view);
    scratch_close(file);
}

#if defined(__linux__)
/* Pages of files that this process has in memory. */
static unsigned long file_pages(void)
{
    unsigned long size, resident, shared = 0;
    FILE *statm = fopen("/proc/self/statm", "r");
    CHECK(statm && fscanf(statm, "%lu %lu %lu", &size, &resident, &shared) == 3);
    if (statm)
        fclose(statm);
    return shared;
}

static void test_drop(void)
{
    enum { LENGTH = 8 << 20 };
    if (!view_is_shared())
        SKIP("views are on the heap");
    if (!host_has_linux_calls())
        SKIP(HOST_NO_LINUX_CALLS);
    unsigned char *model = malloc(LENGTH);
    struct file *file = random_file("file", model, LENGTH);
    struct view view = map(file, 0, LENGTH, VIEW_READ);
    CHECK(memcmp(view.bytes, model, LENGTH) == 0);
    unsigned long touched = file_pages(), pages = LENGTH / platform_page_size();
    view_drop(&view, 0, view.length);
    unsigned long dropped = file_pages();
    CHECK_SAY(dropped + pages / 2 < touched, "(%lu pages, then %lu)", touched, dropped);
    CHECK(memcmp(view.bytes, model, LENGTH) == 0);
    view_drop(&view, 1, 1);
    view_drop(&view, LENGTH - 1, LENGTH);
    CHECK(memcmp(view.bytes, model, LENGTH) == 0);
    unmap(&view);
    scratch_close(file);
    free(model);
}
#else
static void test_drop(void)
{
    SKIP("there is no /proc/self/statm to count pages by");
}
#endif

static const struct unit_case cases[] = {
    {"a view may start and end anywhere", test_any_offset_and_length},
    {"stores reach the file, those of a copy do not", test_random_stores},
    {"part of a view can be flushed", test_part_flush},
    {"stores leave alone what was written beside them", test_stores_beside_writes},
    {"memory without a file is zeros", test_anonymous},
    {"what cannot be mapped is refused", test_refusals},
    {"a guarded body runs to its end", test_guard_whole},
    {"harmless advice leaves the bytes alone", test_advice},
    {"bytes dropped are no memory of the process, and come back", test_drop},
    {"other advice is applied or refused", test_heeded_advice},
};

int main(void)
{
    scratch_enter();
    int result = unit_main(cases, sizeof cases / sizeof *cases);
    scratch_leave();
    return result;
}
