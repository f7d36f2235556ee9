/*
 * view.c - views as mappings, and the guard around the use of them.
 */
#include "platform/posix/internal.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>

/* ---- where views are ------------------------------------------------------------------------- */

/*
 * The signal handler of any thread reads the slots, so each field is atomic. A view that finds no
 * free slot is still guarded against SIGBUS, but not against SIGSEGV.
 */
struct slot {
    atomic_uintptr_t start;
    atomic_uintptr_t end; /* 0 while the slot is free or being filled */
};
static struct slot slots[64];
enum { SLOT_COUNT = sizeof slots / sizeof *slots };

static void remember(const struct posix_pages *pages)
{
    for (size_t i = 0; pages->base && i < SLOT_COUNT; i++) {
        uintptr_t free_slot = 0;
        if (atomic_compare_exchange_strong(&slots[i].start, &free_slot, (uintptr_t)pages->base)) {
            atomic_store(&slots[i].end, (uintptr_t)pages->base + pages->length);
            return;
        }
    }
}

static void forget(const unsigned char *base)
{
    for (size_t i = 0; base && i < SLOT_COUNT; i++)
        if (atomic_load(&slots[i].start) == (uintptr_t)base) {
            atomic_store(&slots[i].end, 0);
            atomic_store(&slots[i].start, 0);
            return;
        }
}

static bool is_in_view(const void *address)
{
    uintptr_t place = (uintptr_t)address;
    for (size_t i = 0; i < SLOT_COUNT; i++)
        if (place >= atomic_load(&slots[i].start) && place < atomic_load(&slots[i].end))
            return true;
    return false;
}

/* ---- views ----------------------------------------------------------------------------------- */

static struct posix_pages pages_of(const struct view *view)
{
    unsigned char *base = view->base;
    return (struct posix_pages){
        .base = base,
        .length = view->base_length,
        .delta = base ? (size_t)(view->bytes - base) : 0,
    };
}

static struct range range_of(const struct view *view, size_t start, size_t end)
{
    return (struct range){view->offset + start, view->offset + end};
}

bool view_map(struct file *file, struct range range, enum view_access access, uint64_t flags,
              struct view *view, struct error *error)
{
    static unsigned char nothing; /* an empty view's address: never NULL, never touched */
    struct posix_pages pages;
    *view = (struct view){.bytes = &nothing};
    if (!posix_pages_map(file, range, access, flags, &pages, error)) {
        view->unsupported = pages.unsupported;
        return false;
    }
    remember(&pages);
    *view = (struct view){
        .bytes = pages.base ? pages.base + pages.delta : &nothing,
        .length = (size_t)range_length(range),
        .base = pages.base,
        .base_length = pages.length,
        .file = file,
        .offset = range.start,
        .access = access,
    };
    return true;
}

bool view_unmap(struct view *view, struct error *error)
{
    struct posix_pages pages = pages_of(view);
    forget(pages.base); /* before another mapping can get these addresses */
    *view = (struct view){0};
    return posix_pages_unmap(&pages, error);
}

void view_drop(struct view *view, size_t start, size_t end)
{
    struct posix_pages pages = pages_of(view);
    posix_pages_drop(&pages, pages.delta + start, pages.delta + end);
}

bool view_flush(struct view *view, size_t start, size_t end, unsigned flags, struct error *error)
{
    struct posix_pages pages = pages_of(view);
    return posix_pages_flush(&pages, pages.delta + start, pages.delta + end, flags, error) &&
           posix_flush_behind(view->file, range_of(view, start, end), flags, error);
}

bool view_advise(struct view *view, size_t start, size_t end, int advice, struct error *error)
{
    struct posix_pages pages = pages_of(view);
    struct posix_advice part = {
        .pages = &pages,
        .file = view->file,
        .offset = view->offset - pages.delta,
        .start = pages.delta + start,
        .end = pages.delta + end,
        .value = advice,
    };
    return posix_advise(&part, error);
}

enum residency_result view_residency(struct view *view, size_t start, size_t end,
                                     unsigned char *resident, struct error *error)
{
    struct posix_pages pages = pages_of(view);
    return posix_pages_residency(&pages, view->file, pages.delta + start, pages.delta + end,
                                 resident, error);
}

/* ---- the guard ------------------------------------------------------------------------------- */

struct guard {
    sigjmp_buf leave;
};

/* The innermost guard of this thread, or NULL. */
static _Thread_local struct guard *volatile active;

static const int fault_signals[] = {SIGBUS, SIGSEGV};
enum { FAULT_COUNT = sizeof fault_signals / sizeof *fault_signals };
static struct sigaction actions_before[FAULT_COUNT];

/*
 * SIGBUS: a page cannot be read. SIGSEGV in a view: a guard page (advice guard_install). SIGSEGV
 * anywhere else is a bug in mmtool and must not be reported as an error of the file.
 */
static bool is_ours(int number, const siginfo_t *info)
{
    return active && info->si_code > 0 && (number == SIGBUS || is_in_view(info->si_addr));
}

static void on_fault(int number, siginfo_t *info, void *machine)
{
    (void)machine;
    if (is_ours(number, info))
        siglongjmp(active->leave, 1);
    /* Not a fault in a view: restore the earlier handler. It gets the fault, which repeats. */
    for (size_t i = 0; i < FAULT_COUNT; i++)
        if (fault_signals[i] == number)
            sigaction(number, &actions_before[i], NULL);
    if (info->si_code <= 0) /* sent by kill(): does not repeat by itself */
        raise(number);
}

static void catch_faults(void)
{
    /* SA_NODEFER: the handler runs with the signal unblocked, so siglongjmp() need not restore the
       mask. A guard without a fault then makes no system call. */
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_NODEFER};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < FAULT_COUNT; i++)
        sigaction(fault_signals[i], &action, &actions_before[i]);
}

bool view_guard(void (*body)(void *context), void *context, struct error *error)
{
    /* The handlers stay: other threads may be in a guard at any time. */
    static pthread_once_t caught = PTHREAD_ONCE_INIT;
    struct guard guard;
    struct guard *volatile outer = active; /* volatile: read after the jump */
    pthread_once(&caught, catch_faults);
    if (sigsetjmp(guard.leave, 0) == 0) {
        active = &guard;
        body(context);
        active = outer;
        return true;
    }
    active = outer;
    return error_set(error, "the file's bytes could not be accessed: it was cut short by another "
                            "program, or the disk is full or failed");
}

bool view_is_shared(void)
{
    return true;
}
