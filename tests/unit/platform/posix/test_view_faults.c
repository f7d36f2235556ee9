/* test_view_faults.c - views of files that were cut short or lost pages, on POSIX systems. */
#include "platform/view_fixture.h"

#include <signal.h>
#include <sys/mman.h>
#if defined(__linux__)
#include <sys/vfs.h>
#endif

/* A file of four pages of ones, a view of it from byte 5, and then the file is cut to one page. */
static struct file *cut_file(const char *name, struct view *view, enum view_access access)
{
    size_t size = 4 * platform_page_size();
    unsigned char *ones = malloc(size);
    struct error error;
    struct file *file = scratch_file(name);
    memset(ones, 1, size);
    CHECK(file_write(file, 0, ones, size, &error));
    *view = map(file, 5, size, access);
    CHECK(file_set_size(file, platform_page_size(), &error));
    free(ones);
    return file;
}

static void test_guard_cut(void)
{
    struct error error = {0};
    struct view view, again;
    size_t page = platform_page_size();
    struct file *file = cut_file("cut", &view, VIEW_READ);
    struct sum sum = {view.bytes, view.length, 0};
    bool whole = view_guard(add_up, &sum, &error);
    if (whole) { /* on the heap, where it is the mapping that tells */
        CHECK(sum.total == 4 * page - 5);
        CHECK(!view_map(file, (struct range){5, 4 * page}, VIEW_READ, 0, &again, &error));
    } else {
        CHECK(sum.total == page - 5);
    }
    CHECK(strstr(error.message, "cut short"));
    /* And once more: the handler is still there and the signal not blocked. */
    sum = (struct sum){view.bytes, view.length, 0};
    CHECK(view_guard(add_up, &sum, &error) == whole);
    unmap(&view);
    scratch_close(file);
}

struct guarded {
    const char *name;
    bool passed;
};

/* Others come under their guards, and fault, meanwhile. */
static void add_up_later(void *context)
{
    platform_sleep(0.0005);
    add_up(context);
}

static void cut_in_a_thread(void *context)
{
    struct guarded *guarded = context;
    struct view view;
    struct error error;
    struct file *file = cut_file(guarded->name, &view, VIEW_READ);
    guarded->passed = true;
    for (int i = 0; i < 50; i++) {
        struct sum sum = {view.bytes, view.length, 0};
        bool whole = view_guard(add_up_later, &sum, &error);
        if (!whole && sum.total != platform_page_size() - 5)
            guarded->passed = false;
    }
    unmap(&view);
    scratch_close(file);
}

static void test_guards_of_threads(void)
{
    enum { COUNT = 4 };
    static const char *const names[COUNT] = {"cut0", "cut1", "cut2", "cut3"};
    struct guarded guarded[COUNT];
    struct thread *threads[COUNT];
    struct error error;
    for (int i = 0; i < COUNT; i++) {
        guarded[i] = (struct guarded){names[i], false};
        CHECK(thread_start(cut_in_a_thread, &guarded[i], &threads[i], &error));
    }
    for (int i = 0; i < COUNT; i++) {
        thread_join(threads[i]);
        CHECK(guarded[i].passed);
    }
}

static void touch_nothing(void *context)
{
    *(volatile char *)context = 1;
}

static int fault_outside_of_views(void *context)
{
    struct error error;
    void *nothing = mmap(NULL, 1, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    (void)context;
    (void)view_guard(touch_nothing, nothing, &error);
    return 0;
}

static void test_other_faults(void)
{
    CHECK(!exited_with(in_child(fault_outside_of_views, NULL), 0));
}

static int fault_outside_of_a_guard(void *context)
{
    struct view view;
    struct error error;
    struct sum sum = {(const unsigned char *)"", 1, 0};
    (void)context;
    cut_file("cut", &view, VIEW_READ);
    CHECK(view_guard(add_up, &sum, &error));
    sum = (struct sum){view.bytes, view.length, 0};
    add_up(&sum);
    return 7;
}

static void test_unguarded(void)
{
    int status = in_child(fault_outside_of_a_guard, NULL);
    if (exited_with(status, 7))
        SKIP("views are on the heap");
    /* A sanitizer reports it and exits. */
    CHECK(WIFSIGNALED(status) ? WTERMSIG(status) == SIGBUS : !exited_with(status, 0));
}

static void store_into(void *context)
{
    struct view *view = context;
    memset(view->bytes, 2, view->length);
}

static void test_no_growth(void)
{
    struct view view;
    struct error error = {0};
    struct file *file = cut_file("cut", &view, VIEW_WRITE);
    bool failed = !view_guard(store_into, &view, &error);
    failed = !view_unmap(&view, &error) || failed;
    CHECK(failed && strstr(error.message, "cut short"));
    CHECK(size_of(file) == platform_page_size());
    scratch_close(file);
}

static size_t resident_pages(struct view *view, size_t most)
{
    struct error error = {0};
    size_t count = 0;
    unsigned char *pages = malloc(most + 1);
    memset(pages, 0xee, most + 1);
    CHECK_SAY(view_residency(view, 0, view->length, pages, &error) == RESIDENCY_KNOWN, "%s",
              error.message);
    for (size_t i = 0; i < most; i++) {
        CHECK(pages[i] <= 1);
        count += pages[i] == 1;
    }
    CHECK(pages[most] == 0xee);
    free(pages);
    return count;
}

/* Whether the file system we work in is nothing but page cache. */
static bool is_in_memory(void)
{
#if defined(__linux__)
    struct statfs system;
    return statfs(".", &system) == 0 && ((uint32_t)system.f_type == 0x01021994 /* tmpfs */ ||
                                         (uint32_t)system.f_type == 0x858458f6 /* ramfs */);
#else
    return true;
#endif
}

static void test_residency(void)
{
    enum { PAGES = 16 };
    size_t page = platform_page_size();
    unsigned char *model = malloc(PAGES * page);
    struct error error;
    struct file *file = random_file("file", model, PAGES * page);
    CHECK(file_sync_data(file, &error));
    /* From inside the first page to inside the last: all of them are touched. */
    struct view view = map(file, page - 1, (PAGES - 1) * page + 1, VIEW_READ);
    CHECK(advise(&view, "willneed"));
    CHECK(resident_pages(&view, PAGES) == PAGES);
    CHECK(advise(&view, "dontneed"));
    size_t left = resident_pages(&view, PAGES);
    CHECK(memcmp(view.bytes, model + page - 1, view.length) == 0);
    unmap(&view);
    scratch_close(file);
    free(model);
    if (!host_has_linux_calls())
        SKIP(HOST_NO_LINUX_CALLS);
    if (is_in_memory())
        SKIP("this file system keeps its pages in memory");
    CHECK(left < PAGES); /* the system may be holding on to some just now */
}

static int residency_of_strangers_file(void *context)
{
    unsigned char pages[4];
    struct error error;
    (void)context;
    if (seteuid(12345) != 0)
        return 2;
    struct file *file = scratch_open("/etc/passwd", 0);
    struct view view = map(file, 0, 1, VIEW_READ);
    enum residency_result result = view_residency(&view, 0, 1, pages, &error);
    return result == RESIDENCY_UNKNOWN ? 0 : 1;
}

static void test_residency_unknown(void)
{
    if (!host_has_linux_calls())
        SKIP(HOST_NO_LINUX_CALLS);
    if (geteuid() != 0)
        SKIP("it takes root to become somebody else");
    CHECK(exited_with(in_child(residency_of_strangers_file, NULL), 0));
}

static const struct unit_case cases[] = {
    {"a file cut short under a view is an error", test_guard_cut},
    {"each thread has its own guard", test_guards_of_threads},
    {"a fault outside of views is not taken for one inside", test_other_faults},
    {"without a guard a fault ends the program", test_unguarded},
    {"stores do not make a file grow again that was cut", test_no_growth},
    {"residency counts the pages in memory", test_residency},
    {"residency is unknown for a file of others", test_residency_unknown},
};

int main(void)
{
    scratch_enter();
    int result = unit_main(cases, sizeof cases / sizeof *cases);
    scratch_leave();
    return result;
}
