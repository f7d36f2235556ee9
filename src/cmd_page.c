/* cmd_page.c - advise and flush: what is done to the pages of a range. */
#include "command.h"
#include "names.h"
#include "residency.h"
#include "report.h"

#include <stdio.h>

/* A view this long fits the address space: a longer range is done in steps. */
#define VIEW_STEP ((uint64_t)1 << (sizeof(size_t) > 4 ? 40 : 28))

typedef bool page_work(struct view *view, int value, struct error *error);

/* Maps the range, step by step, and does the work on each view. */
static bool for_each_view(const struct mapping *mapping, struct range range, page_work *work,
                          int value, struct error *error)
{
    while (range.start < range.end) {
        struct range step = {range.start,
                             range.start + minimum_u64(VIEW_STEP, range_length(range))};
        struct view view;
        struct error late = {0};
        if (!mapping_view(mapping, step, VIEW_READ, &view, error))
            return false;
        bool done = work(&view, value, error);
        if (!view_unmap(&view, &late) && done) {
            *error = late;
            done = false;
        }
        if (!done)
            return false;
        range.start = step.end;
    }
    return true;
}

/* ---- advise --------------------------------------------------------------------------------- */

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

/* Rounded to pages, the range would lose bytes that the user did not name. */
static bool check_whole_pages(const struct mapping *mapping, struct range range,
                              struct error *error)
{
    uint64_t page = platform_page_size();
    if (range.start % page == 0 && (range.end % page == 0 || range.end == mapping->size))
        return true;
    return error_set(error,
                     "advice that destroys works on whole pages of %llu bytes, and %llu to %llu "
                     "is no range of them",
                     (unsigned long long)page, (unsigned long long)range.start,
                     (unsigned long long)range.end);
}

/* `remove` frees the blocks of a file: the view must be one that may store. */
static bool advise_destructive(const struct mapping *mapping, struct range range, int value,
                               struct error *error)
{
    struct view view;
    struct error late = {0};
    if (!check_whole_pages(mapping, range, error) ||
        !mapping_view(mapping, range, VIEW_WRITE, &view, error))
        return false;
    bool done = view_advise(&view, 0, view.length, value, error);
    if (!view_unmap(&view, &late) && done) {
        *error = late;
        return false;
    }
    return done;
}

static bool whole_or_range(const struct session *session, size_t operand, struct range *range,
                           struct error *error)
{
    const struct string_list *operands = &session->request->operands;
    const char *text = operands->count > operand ? operands->items[operand] : ":";
    return mapping_range(session->mapping, text, range, error);
}

/* ---- how much is in memory ------------------------------------------------------------------ */

static bool print_json(struct output *output, struct range range, const struct residency *residency,
                       struct error *error)
{
    char map[RESIDENCY_CELLS + 1];
    residency_map(residency, map);
    return output_format(
        output, error,
        "{\"start\":%llu,\"end\":%llu,\"resident\":%llu,\"pages\":%llu,\"resident_pages\":%llu,"
        "\"map\":\"%s\",\"pages_per_cell\":%llu}\n",
        (unsigned long long)range.start, (unsigned long long)range.end,
        (unsigned long long)residency->resident, (unsigned long long)residency->pages,
        (unsigned long long)residency->resident_pages, map,
        (unsigned long long)residency->cell_pages);
}

static bool print_text(struct output *output, struct range range, const struct residency *residency,
                       struct error *error)
{
    char map[RESIDENCY_CELLS + 1];
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
    if (!residency_of(session->mapping, range, &residency, error))
        return false;
    if (!residency.known)
        return output_text(session->output, json ? "{\"resident\":null}\n" : "resident: unknown\n",
                           error);
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

/* ---- before and after ----------------------------------------------------------------------- */

/* Bytes that are in memory, or that wait to be written; false where the system does not tell. */
typedef bool measure(const struct mapping *mapping, struct range range, uint64_t *bytes);

static bool resident_bytes(const struct mapping *mapping, struct range range, uint64_t *bytes)
{
    struct residency residency;
    struct error ignored = {0};
    bool known = residency_of(mapping, range, &residency, &ignored) && residency.known;
    *bytes = known ? residency.resident : 0;
    return known;
}

static bool dirty_bytes(const struct mapping *mapping, struct range range, uint64_t *bytes)
{
    struct range there = {range.start + mapping->base, range.end + mapping->base};
    return !mapping->spooled && file_dirty_bytes(mapping->file, there, bytes);
}

/* What a piece of work on pages did, for --verbose. */
struct effect {
    const struct session *session;
    const char *what;
    measure *ask;
    struct range range;
    uint64_t before;
    bool known;
};

static void effect_begin(struct effect *effect)
{
    effect->known = effect->session->request->verbose &&
                    effect->ask(effect->session->mapping, effect->range, &effect->before);
}

static void effect_say(const struct effect *effect)
{
    char text[160];
    uint64_t after = 0;
    const struct request *request = effect->session->request;
    if (!request->verbose)
        return;
    if (effect->known && effect->ask(effect->session->mapping, effect->range, &after))
        snprintf(text, sizeof text, "%s: %llu byte%s before, %llu after (of %llu)", effect->what,
                 (unsigned long long)effect->before, diag_plural(effect->before),
                 (unsigned long long)after, (unsigned long long)range_length(effect->range));
    else
        snprintf(text, sizeof text, "%s: this system does not tell", effect->what);
    report_notice(request, text);
}

static bool give_advice(struct session *session, const struct platform_name *advice,
                        struct range range, struct error *error)
{
    struct effect effect = {session, "in memory", resident_bytes, range, 0, false};
    effect_begin(&effect);
    bool done = advice->destructive
                    ? advise_destructive(session->mapping, range, advice->value, error)
                    : for_each_view(session->mapping, range, advise_view, advice->value, error);
    if (done)
        effect_say(&effect);
    return done;
}

bool cmd_advise(struct session *session, struct error *error)
{
    const struct request *request = session->request;
    struct range range;
    if (request->list)
        return list_advice(session->output, error);
    if (request->resident)
        return cmd_status(session, error);
    if (request->operands.count == 0)
        return error_usage(error, "an operand is missing: mmtool advise FILE ADVICE [RANGE]");
    const struct platform_name *advice =
        names_find_advice(request->operands.items[0], request->force, error);
    return advice && whole_or_range(session, 1, &range, error) &&
           give_advice(session, advice, range, error);
}

/* ---- flush ---------------------------------------------------------------------------------- */

static bool flush_view(struct view *view, int flags, struct error *error)
{
    return view_flush(view, 0, view->length, (unsigned)flags, error);
}

bool cmd_flush(struct session *session, struct error *error)
{
    const struct request *request = session->request;
    struct effect effect = {session, "waiting to be written", dirty_bytes, {0, 0}, 0, false};
    unsigned flags = request->async ? VIEW_FLUSH_ASYNC : VIEW_FLUSH_WAIT;
    if (request->invalidate)
        flags |= VIEW_FLUSH_INVALIDATE;
    if (!whole_or_range(session, 0, &effect.range, error))
        return false;
    if (session->overlay) /* nothing of it is in the file yet */
        return true;
    effect_begin(&effect);
    if (!for_each_view(session->mapping, effect.range, flush_view, (int)flags, error))
        return false;
    effect_say(&effect);
    return true;
}
