/*
 * view.c - views as mapped sections, and the guard around the use of them.
 *
 * A mapping starts at a multiple of the allocation granularity (64 KiB), so it may begin before the
 * bytes of the view. A section larger than its file would grow the file: a range past the end is an
 * error.
 */
#include "platform/windows/view.h"

#include <stdlib.h>

/* ---- where views are ------------------------------------------------------------------------- */

/* The exception handler of any thread reads the list, under a lock that readers share. */
struct slot {
    const unsigned char *start;
    const unsigned char *end;
};
static struct slot slots[64];
static SRWLOCK slots_lock = SRWLOCK_INIT;
enum { SLOT_COUNT = sizeof slots / sizeof *slots };

/* A view that finds no free slot is still guarded against in-page errors. */
static void remember(const unsigned char *base, size_t length)
{
    AcquireSRWLockExclusive(&slots_lock);
    for (size_t i = 0; base && i < SLOT_COUNT; i++)
        if (!slots[i].start) {
            slots[i] = (struct slot){base, base + length};
            break;
        }
    ReleaseSRWLockExclusive(&slots_lock);
}

static void forget(const unsigned char *base)
{
    AcquireSRWLockExclusive(&slots_lock);
    for (size_t i = 0; base && i < SLOT_COUNT; i++)
        if (slots[i].start == base)
            slots[i] = (struct slot){NULL, NULL};
    ReleaseSRWLockExclusive(&slots_lock);
}

static bool is_in_view(const unsigned char *address)
{
    bool found = false;
    AcquireSRWLockShared(&slots_lock);
    for (size_t i = 0; i < SLOT_COUNT; i++)
        found = found || (slots[i].start && address >= slots[i].start && address < slots[i].end);
    ReleaseSRWLockShared(&slots_lock);
    return found;
}

/* ---- mapping --------------------------------------------------------------------------------- */

static bool map_failure(struct range range, DWORD code, struct error *error)
{
    /* The file cannot be mapped: a device, a pipe. */
    if (code == ERROR_BAD_EXE_FORMAT || code == ERROR_FILE_INVALID)
        code = ERROR_INVALID_PARAMETER;
    return windows_error_doing(error, code, "mapping %" PRIu64 " bytes at %" PRIu64,
                               range_length(range), range.start);
}

static bool check_range(struct file *file, struct range range, size_t delta, struct error *error)
{
    uint64_t size = range.end;
    if (range_length(range) > PTRDIFF_MAX - delta)
        return error_set(error, "too much for this machine's address space (%" PRIu64 " bytes)",
                         range_length(range));
    if (file && !file_get_size(file, &size, error))
        return false;
    return range.end <= size ||
           error_set(error,
                     "the file's bytes could not be accessed: it was cut short by another program "
                     "(mapping %" PRIu64 " bytes at %" PRIu64 ", size %" PRIu64 ")",
                     range_length(range), range.start, size);
}

static bool check_flags(struct file *file, uint64_t flags, struct error *error)
{
    if (file && flags & MAP_FLAG_ANONYMOUS)
        return error_set(error, "anonymous memory cannot show a file");
    return !(flags & MAP_FLAG_SHARED && flags & MAP_FLAG_PRIVATE) ||
           error_set(error, "a mapping is shared or private, not both");
}

/* The caller's flags decide. If they do not say shared or private, `access` does. */
static bool stays_here(enum view_access access, uint64_t flags)
{
    return flags & MAP_FLAG_PRIVATE || (access == VIEW_COPY && !(flags & MAP_FLAG_SHARED));
}

static DWORD section_protection(struct file *file, enum view_access access, uint64_t flags)
{
    bool execute = flags & VIEW_EXECUTE;
    if (file && access == VIEW_READ)
        return execute ? PAGE_EXECUTE_READ : PAGE_READONLY;
    if (file && stays_here(access, flags))
        return execute ? PAGE_EXECUTE_WRITECOPY : PAGE_WRITECOPY;
    return execute ? PAGE_EXECUTE_READWRITE : PAGE_READWRITE;
}

static DWORD view_rights(enum view_access access, uint64_t flags)
{
    DWORD execute = flags & VIEW_EXECUTE ? FILE_MAP_EXECUTE : 0;
    if (access == VIEW_READ)
        return FILE_MAP_READ | execute;
    return (stays_here(access, flags) ? FILE_MAP_COPY : FILE_MAP_READ | FILE_MAP_WRITE) | execute;
}

/* Opens the file again with the right to execute it, which file_open() does not ask for. */
static HANDLE runnable(struct file *file)
{
    DWORD rights = GENERIC_READ | GENERIC_EXECUTE | (file->writable ? GENERIC_WRITE : 0);
    return ReOpenFile(file->handle, rights, SHARE_ALL, 0);
}

static HANDLE make_section(HANDLE handle, uint64_t size, DWORD protection)
{
    return CreateFileMappingW(handle, NULL, protection, (DWORD)(size >> 32), (DWORD)size, NULL);
}

/* To be closed. NULL with GetLastError(). */
static HANDLE section_of(struct file *file, size_t length, enum view_access access, uint64_t flags)
{
    DWORD protection = section_protection(file, access, flags);
    if (!file)
        return make_section(INVALID_HANDLE_VALUE, length, protection);
    if (!(flags & VIEW_EXECUTE))
        return make_section(file->handle, 0, protection); /* 0: as large as the file */
    HANDLE handle = runnable(file);
    if (handle == INVALID_HANDLE_VALUE)
        return NULL;
    HANDLE section = make_section(handle, 0, protection);
    DWORD code = GetLastError();
    CloseHandle(handle);
    SetLastError(code);
    return section;
}

/* NULL with GetLastError(). Closes the section's handle: the mapping keeps the section. */
static void *map_section(struct file *file, uint64_t offset, size_t length, enum view_access access,
                         uint64_t flags)
{
    bool shared_memory = file && file->section;
    HANDLE section = shared_memory ? file->section : section_of(file, length, access, flags);
    if (!section)
        return NULL;
    void *base = MapViewOfFile(section, view_rights(access, flags), (DWORD)(offset >> 32),
                               (DWORD)offset, length);
    DWORD code = GetLastError();
    if (!shared_memory)
        CloseHandle(section);
    SetLastError(code);
    return base;
}

static void prefetch(unsigned char *start, size_t length)
{
    WIN32_MEMORY_RANGE_ENTRY entry = {start, length};
    if (length > 0)
        (void)PrefetchVirtualMemory(GetCurrentProcess(), 1, &entry, 0);
}

bool view_map(struct file *file, struct range range, enum view_access access, uint64_t flags,
              struct view *view, struct error *error)
{
    static unsigned char nothing; /* an empty view's address: never NULL, never touched */
    size_t delta = file ? (size_t)(range.start % platform_granularity()) : 0;
    size_t length = (size_t)range_length(range);
    unsigned char *base = NULL;
    *view = (struct view){.bytes = &nothing};
    if (!check_flags(file, flags, error))
        return false;
    if (range_length(range) > 0) {
        if (!check_range(file, range, delta, error))
            return false;
        base = map_section(file, file ? range.start - delta : 0, length + delta, access, flags);
        if (!base)
            return map_failure(range, GetLastError(), error);
        remember(base, length + delta);
        if (flags & MAP_FLAG_POPULATE)
            prefetch(base, length + delta);
    }
    *view = (struct view){
        .bytes = base ? base + delta : &nothing,
        .length = length,
        .base = base,
        .base_length = base ? length + delta : 0,
        .file = file,
        .offset = range.start,
        .access = access,
    };
    return true;
}

bool view_unmap(struct view *view, struct error *error)
{
    unsigned char *base = view->base;
    forget(base); /* before another mapping can get these addresses */
    *view = (struct view){0};
    return !base || UnmapViewOfFile(base) ||
           windows_error_doing(error, GetLastError(), "unmapping");
}

/*
 * FlushViewOfFile() sends the dirty pages to the disk but does not flush the disk's cache;
 * FlushFileBuffers() does. Mappings, reads and writes share one cache: there is nothing to
 * invalidate.
 */
bool view_flush(struct view *view, size_t start, size_t end, unsigned flags, struct error *error)
{
    if (start >= end)
        return true;
    if (!FlushViewOfFile(view->bytes + start, end - start))
        return windows_error_doing(error, GetLastError(), "flushing %zu bytes", end - start);
    return flags & VIEW_FLUSH_ASYNC || !view->file || file_sync_data(view->file, error);
}

/* ---- advice and residency -------------------------------------------------------------------- */

struct span {
    const unsigned char *start;
    size_t length;
};

static void touch_pages(void *context)
{
    const struct span *span = context;
    for (size_t i = 0; i < span->length; i += platform_page_size())
        (void)*(const volatile unsigned char *)(span->start + i);
    (void)*(const volatile unsigned char *)(span->start + span->length - 1);
}

bool view_advise(struct view *view, size_t start, size_t end, int advice, struct error *error)
{
    struct span span = {view->bytes + start, end - start};
    if (advice != ADVICE_NORMAL && advice != ADVICE_WILLNEED && advice != ADVICE_POPULATE_READ)
        return error_set(error, "Windows has no such advice (number %d)", advice);
    if (start >= end || advice == ADVICE_NORMAL)
        return true;
    prefetch(view->bytes + start, end - start);
    return advice == ADVICE_WILLNEED || view_guard(touch_pages, &span, error);
}

uint64_t platform_page_faults(void)
{
    return 0;
}

uint64_t platform_disk_reads(void)
{
    return 0;
}

/* ---- the guard ------------------------------------------------------------------------------- */

/*
 * The registers at the start of view_guard(). The exception handler replaces the thread's registers
 * by them, and Windows continues the thread there. So there is no jump out of a handler, and no
 * unwinding of frames without unwind data.
 */
struct guard {
    CONTEXT context;
    volatile bool failed;
};

/* The TLS slot of each thread's innermost guard, which a handler can read at any time. */
static DWORD guard_slot;

/*
 * In-page error: a page cannot be read. Wine reports that as a misaligned access, which the
 * processor itself never reports in our setup. An access violation in a view is a fault of the
 * file, too; anywhere else it is a bug in mmtool and must not be reported as an error of the file.
 */
static bool is_ours(const EXCEPTION_RECORD *record)
{
    switch (record->ExceptionCode) {
    case EXCEPTION_IN_PAGE_ERROR:
    case EXCEPTION_DATATYPE_MISALIGNMENT:
        return true;
    case EXCEPTION_ACCESS_VIOLATION:
        return record->NumberParameters >= 2 &&
               is_in_view((const void *)record->ExceptionInformation[1]);
    default:
        return false;
    }
}

static LONG CALLBACK on_exception(EXCEPTION_POINTERS *exception)
{
    struct guard *guard = TlsGetValue(guard_slot);
    if (!guard || guard->failed || !is_ours(exception->ExceptionRecord))
        return EXCEPTION_CONTINUE_SEARCH;
    guard->failed = true;
    *exception->ContextRecord = guard->context;
    return EXCEPTION_CONTINUE_EXECUTION;
}

/* Once for all threads. The handler stays: other threads may be in a guard at any time. */
static bool catch_exceptions(void)
{
    static INIT_ONCE once = INIT_ONCE_STATIC_INIT;
    BOOL first;
    if (!InitOnceBeginInitialize(&once, 0, &first, NULL))
        return false;
    if (!first)
        return true;
    guard_slot = TlsAlloc();
    bool caught = guard_slot != TLS_OUT_OF_INDEXES && AddVectoredExceptionHandler(1, on_exception);
    InitOnceComplete(&once, caught ? 0 : INIT_ONCE_INIT_FAILED, NULL);
    return caught;
}

bool view_guard(void (*body)(void *context), void *context, struct error *error)
{
    struct guard guard = {.failed = false};
    if (!catch_exceptions())
        return error_memory(error, sizeof guard);
    struct guard *volatile outer = TlsGetValue(guard_slot);
    RtlCaptureContext(&guard.context); /* after a fault the thread continues here */
    if (!guard.failed) {
        TlsSetValue(guard_slot, &guard);
        body(context);
    }
    TlsSetValue(guard_slot, outer);
    if (!guard.failed)
        return true;
    return error_set(error,
                     "the file's bytes could not be accessed: its disk, or the connection to "
                     "it, failed, or another program cut it short");
}

bool view_is_shared(void)
{
    return true;
}
