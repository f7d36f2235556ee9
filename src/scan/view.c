/*
 * view.c - decides which chunks are searched in a view, and falls back to reads.
 *
 * A read copies: 70 to 100 us a MiB, search included. A view causes a page fault for
 * each block of the page cache, or for each 64 KiB if blocks are smaller (Linux 6.18;
 * more figures in tests/bench/README.md):
 *
 *   blocks of      2 MiB   256 KiB   128 KiB   64 KiB and less, and tmpfs
 *   us a MiB       35-45        50        58   75-130
 *   faults a MiB  0.5-1.5        4         8   16
 *
 * The size of the blocks depends on the kernel, the file system, and how the bytes came
 * into memory. So one chunk is searched in a view, and the number of its page faults
 * decides for the chunks after it. While bytes come from the disk only reads are used,
 * because the kernel reads ahead further for them.
 *
 * If a view faults (the file was cut short, the disk failed), its chunk is searched
 * again by reads, which report the error.
 */
#include "scan/internal.h"

enum {
    VIEW_MOST = 8 * 1024 * 1024,                        /* views half as long: 1.5 times the time */
    REGION = SIZE_MAX > UINT32_MAX ? 1 << 30 : 1 << 24, /* bytes mapped at once */
    FIRST_VIEW =
        4 * 1024 * 1024,      /* bytes before the first view: short searches have ended by then */
    GROWTH = 8,               /* a chunk is at most 1/GROWTH of all chunks before it ... */
    SHARE = 8,                /* ... and 1/SHARE of what is left, so that threads end together */
    MOST_FAULTS = 12,         /* page faults a MiB; with more, reads are faster */
    PAUSE = 64 * 1024 * 1024, /* bytes before the next try after a view that did not pay */
};

/* ---- the choice ------------------------------------------------------------------------------ */

void view_choice_init(struct view_choice *choice, const struct scan *scan)
{
    *choice = (struct view_choice){0};
    if (range_length(scan->range) > FIRST_VIEW) /* else no view is tried */
        choice->disk_reads = platform_disk_reads();
    choice->most = scan->view_most > 0 ? scan->view_most : VIEW_MOST;
}

uint64_t view_choice_length(const struct chunks *chunks)
{
    const struct view_choice *choice = &chunks->choice;
    if (chunks->scan->chunk_length > 0 || choice->known == SCAN_VIEWS_ON_TRIAL ||
        chunks->handed_out < maximum_u64(choice->pause, FIRST_VIEW) || chunks->overhang > VIEW_MOST)
        return 0;
    uint64_t all = range_length(chunks->scan->range);
    uint64_t left = all - minimum_u64(all, chunks->handed_out);
    uint64_t length = minimum_u64(chunks->handed_out / GROWTH, left / SHARE);
    length = minimum_u64(maximum_u64(length, SCAN_VIEW_ALIGNMENT), choice->most);
    return length - length % SCAN_VIEW_ALIGNMENT;
}

bool view_choice_was_open(const struct chunks *chunks)
{
    const struct mapping *mapping = chunks->scan->mapping;
    return mapping->view_mapped || chunks->scan->view_all || chunks->handed_out >= FIRST_VIEW ||
           mapping_is_sparse(mapping); /* holes are not read */
}

/* Whether the process has read from the disk since the last call. */
static bool is_cold(struct view_choice *choice)
{
    uint64_t reads = platform_disk_reads();
    bool cold = reads != choice->disk_reads;
    choice->disk_reads = reads;
    return cold;
}

bool view_choice_takes(struct chunks *chunks, struct range starts)
{
    struct view_choice *choice = &chunks->choice;
    starts.end = minimum_u64(starts.end, chunks->scan->range.end);
    if (starts.start >= starts.end || range_length(starts) < SCAN_VIEW_ALIGNMENT)
        return false;
    if (is_cold(choice) || !mapping_prefers_view(chunks->scan->mapping, starts)) {
        choice->pause = chunks->handed_out + PAUSE;
        return false;
    }
    if (choice->known == SCAN_VIEWS_UNTRIED)
        choice->known = SCAN_VIEWS_ON_TRIAL;
    return true;
}

/*
 * The longest chunk whose matches one task can hold. The merge searches the rest of a longer one,
 * in one thread.
 */
static uint64_t length_held(const struct scan *scan, const struct task *task)
{
    struct range starts = task->chunk.starts;
    if (task->count == task->most)
        return scan->backward ? starts.end - task->covered : task->covered - starts.start;
    return task->text_full ? range_length(starts) / 2 : UINT64_MAX;
}

void view_choice_learn(struct chunks *chunks, const struct task *task)
{
    struct view_choice *choice = &chunks->choice;
    if (!task->chunk.in_view)
        return;
    choice->known = SCAN_VIEWS_PAY;
    if (task->view_cost) {
        choice->known = SCAN_VIEWS_UNTRIED;
        choice->pause = chunks->handed_out + PAUSE;
    }
    choice->most = minimum_u64(choice->most, length_held(chunks->scan, task));
}

/* ---- the search ------------------------------------------------------------------------------ */

struct guarded {
    struct finder *finder;
    struct task *task;
    uint64_t at;
    bool done;
};

static void search_guarded(void *context)
{
    struct guarded *guarded = context;
    guarded->done = finder_search_plain(guarded->finder, guarded->task, guarded->at);
}

/* The bytes to map: those of a chunk, and of the chunks that follow in the scan's direction. */
static struct range region_of(const struct scan *scan, struct range bytes)
{
    if (!view_is_shared()) /* mapping reads all bytes */
        return bytes;
    if (scan->backward)
        bytes.start -= minimum_u64(bytes.start, REGION);
    else
        bytes.end += minimum_u64(scan->range.end - bytes.end, REGION);
    return bytes;
}

static bool is_dear(uint64_t faults, struct range bytes)
{
    return faults > MOST_FAULTS * (range_length(bytes) >> 20);
}

bool finder_search(struct finder *finder, struct task *task, uint64_t at, struct error *error)
{
    struct guarded guarded = {finder, task, at, false};
    struct range bytes = finder_reach(finder, &task->chunk);
    finder->error = error;
    task->view_cost = false;
    if (!task->chunk.in_view ||
        !reader_show(&finder->reader, bytes, region_of(finder->scan, bytes), NULL))
        return finder_search_plain(finder, task, at);
    uint64_t before = platform_page_faults();
    bool whole = view_guard(search_guarded, &guarded, NULL);
    uint64_t faults = platform_page_faults() - before;
    task->view_cost = !whole || is_dear(faults - task->own_faults, task->chunk.starts);
    reader_hide(&finder->reader);
    return whole ? guarded.done : finder_search_plain(finder, task, at);
}
