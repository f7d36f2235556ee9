/* page.c - advise and flush: work on the pages of a range. */
#include "commands/command.h"
#include "commands/page_effect.h"
#include "commands/report.h"
#include "journal/privileges.h"
#include "mapping/names.h"
#include "mapping/positions.h"
#include "mapping/residency.h"
#include "output/name.h"

#include <string.h>

/* A view of this length fits the address space. A longer range is worked on in steps. */
#define VIEW_STEP ((uint64_t)1 << (sizeof(size_t) > 4 ? 40 : 28))

/* The work on each part of a range. */
struct page_work {
    enum view_access access; /* of the views */
    bool (*on_view)(struct view *view, int value, struct error *error);
    /* Used if the file cannot be mapped; NULL: that is an error. */
    bool (*on_file)(const struct mapping *mapping, struct range range, int value,
                    struct error *error);
    int value; /* passed to both: the advice, or flags of a flush */
};

static bool work_on_part(const struct mapping *mapping, struct range part,
                         const struct page_work *work, struct error *error)
{
    struct view view;
    struct error late = {0};
    if (!mapping_view(mapping, part, work->access, &view, error))
        return view.unsupported && work->on_file &&
               work->on_file(mapping, part, work->value, error);
    bool done = work->on_view(&view, work->value, error);
    if (view_unmap(&view, &late) || !done)
        return done;
    *error = late;
    return false;
}

static bool work_on_range(const struct mapping *mapping, struct range range,
                          const struct page_work *work, struct error *error)
{
    while (range.start < range.end) {
        struct range part = {range.start,
                             range.start + minimum_u64(VIEW_STEP, range_length(range))};
        if (!work_on_part(mapping, part, work, error))
            return false;
        range.start = part.end;
    }
    return true;
}

/* ---- advise ---------------------------------------------------------------------------------- */

static bool list_advice(struct output *output, struct error *error)
{
    for (const struct platform_name *row = platform_advice(); row->name; row++)
        if (row->available && !output_format(output, error, "%-20s%s%s\n", row->name, row->summary,
                                             row->destructive ? " (needs --force)" : ""))
            return false;
    return true;
}

static bool advise_view(struct view *view, int value, struct error *error)
{
    return view_advise(view, 0, view->length, value, error);
}

/* Destructive advice must not be rounded to pages: it would destroy bytes outside the range. */
static bool check_whole_pages(const struct mapping *mapping, struct range range,
                              struct error *error)
{
    uint64_t page = platform_page_size();
    if (range.start % page == 0 && (range.end % page == 0 || range.end == mapping->size))
        return true;
    return error_set(error,
                     "destructive advice works on whole pages of %llu bytes: the range "
                     "%llu:%llu does not begin and end at pages",
                     (unsigned long long)page, (unsigned long long)range.start,
                     (unsigned long long)range.end);
}

/* `remove` frees the blocks of a file, so the kernel wants a writable view. */
static bool destroy(const struct mapping *mapping, struct range range, int value,
                    struct error *error)
{
    struct view view;
    struct error late = {0};
    if (!mapping_view(mapping, range, VIEW_WRITE, &view, error))
        return false;
    bool done = view_advise(&view, 0, view.length, value, error);
    if (!view_unmap(&view, &late) && done) {
        *error = late;
        return false;
    }
    return done;
}

/* Destructive advice changes the file, so the file loses privileges as it does by a write. */
static bool advise_destructive(const struct session *session, struct range range, int value,
                               struct error *error)
{
    const struct mapping *mapping = session->mapping;
    struct file_privileges before;
    if (!check_whole_pages(mapping, range, error) ||
        !file_get_privileges(mapping->file, &before, error))
        return false;
    bool done = destroy(mapping, range, value, error);
    report_lost(session->request, privileges_restore(mapping->file, &before, ~0u));
    return done;
}

static bool whole_or_range(const struct session *session, size_t operand, struct range *range,
                           struct error *error)
{
    const struct string_list *operands = &session->request->operands;
    const char *text = operands->count > operand ? operands->items[operand] : ":";
    return positions_range(session->mapping, NULL, text, range, error);
}

/* ---- how much is in memory ------------------------------------------------------------------- */

static bool print_json(struct output *output, struct range range, const struct residency *residency,
                       struct error *error)
{
    char map[RESIDENCY_MOST_CELLS + 1];
    residency_map(residency, map);
    return output_begin_object(output, error) &&
           output_format(output, error,
                         "\"start\":%llu,\"end\":%llu,\"resident\":%llu,\"pages\":%llu,\"resident_"
                         "pages\":%llu,"
                         "\"map\":\"%s\",\"pages_per_cell\":%llu}\n",
                         (unsigned long long)range.start, (unsigned long long)range.end,
                         (unsigned long long)residency->resident,
                         (unsigned long long)residency->pages,
                         (unsigned long long)residency->resident_pages, map,
                         (unsigned long long)residency->cell_pages);
}

static bool print_text(struct output *output, struct range range, const struct residency *residency,
                       struct error *error)
{
    char map[RESIDENCY_MOST_CELLS + 1];
    residency_map(residency, map);
    return output_format(
        output, error,
        "resident: %llu of %llu bytes\npages: %llu of %llu\nmap: [%s]\n"
        "pages per cell: %llu\n",
        (unsigned long long)residency->resident, (unsigned long long)range_length(range),
        (unsigned long long)residency->resident_pages, (unsigned long long)residency->pages, map,
        (unsigned long long)residency->cell_pages);
}

static bool print_status(struct session *session, struct range range, struct error *error)
{
    bool json = session->request->json;
    struct residency residency;
    if (!residency_of(session->mapping, range, RESIDENCY_CELLS, &residency, error))
        return false;
    if (!residency.known)
        return json ? output_begin_object(session->output, error) &&
                          output_text(session->output, "\"resident\":null}\n", error)
                    : output_text(session->output, "resident: unknown\n", error);
    return json ? print_json(session->output, range, &residency, error)
                : print_text(session->output, range, &residency, error);
}

static bool cmd_status(struct session *session, struct error *error)
{
    struct range range;
    if (session->request->operands.count > 1)
        return error_usage(error, "--status gives no advice: it takes only a RANGE");
    return whole_or_range(session, 0, &range, error) && print_status(session, range, error);
}

static bool is_of_huge_pages(const struct platform_name *advice)
{
    static const char *const names[] = {"hugepage", "nohugepage", "collapse"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(advice->name, names[i]))
            return true;
    return false;
}

static bool apply_advice(const struct session *session, const struct platform_name *advice,
                         struct range range, struct error *error)
{
    const struct mapping *mapping = session->mapping;
    bool stores = names_advice_stores(advice->name);
    if (stores && !mapping->writable)
        return error_set(error, "\"%s\" needs the right to write the file", advice->name);
    if (advice->destructive)
        return advise_destructive(session, range, advice->value, error);
    struct page_work work = {
        .access = stores ? VIEW_WRITE : VIEW_READ, .on_view = advise_view, .value = advice->value};
    return work_on_range(mapping, range, &work, error);
}

static bool give_advice(struct session *session, const struct platform_name *advice,
                        struct range range, struct error *error)
{
    struct page_effect residency, huge_pages;
    page_effect_begin(&residency, session, EFFECT_RESIDENCY, range);
    if (is_of_huge_pages(advice))
        page_effect_begin(&huge_pages, session, EFFECT_HUGE_PAGES, range);
    if (!apply_advice(session, advice, range, error))
        return false;
    page_effect_say(&residency);
    if (is_of_huge_pages(advice))
        page_effect_say(&huge_pages);
    return true;
}

bool cmd_advise(struct session *session, struct error *error)
{
    const struct request *request = session->request;
    struct range range;
    if (request->list)
        return list_advice(session->output, error);
    if (request->status)
        return cmd_status(session, error);
    const struct platform_name *advice =
        names_find_advice(request->operands.items[0], request->force, error);
    return advice && whole_or_range(session, 1, &range, error) &&
           give_advice(session, advice, range, error);
}

/* ---- flush ----------------------------------------------------------------------------------- */

static bool flush_view(struct view *view, int flags, struct error *error)
{
    return view_flush(view, 0, view->length, (unsigned)flags, error);
}

/* Flushes the whole file: no system call flushes a part of it and waits. */
static bool flush_file(const struct mapping *mapping, struct range range, int flags,
                       struct error *error)
{
    struct range there = {range.start + mapping->base, range.end + mapping->base};
    if (!(flags & VIEW_FLUSH_ASYNC))
        return file_sync_data(mapping->file, error);
    file_start_writing(mapping->file, there);
    return true;
}

bool cmd_flush(struct session *session, struct error *error)
{
    const struct request *request = session->request;
    struct page_effect effect;
    struct range range;
    struct page_work work = {
        .access = VIEW_READ,
        .on_view = flush_view,
        .on_file = flush_file,
        .value = request->async ? VIEW_FLUSH_ASYNC : VIEW_FLUSH_WAIT,
    };
    if (request->invalidate)
        work.value |= VIEW_FLUSH_INVALIDATE;
    if (!whole_or_range(session, 0, &range, error))
        return false;
    if (session->overlay) /* the file has none of the edits yet */
        return true;
    page_effect_begin(&effect, session, EFFECT_DIRTY, range);
    if (!work_on_range(session->mapping, range, &work, error))
        return false;
    page_effect_say(&effect);
    return true;
}
