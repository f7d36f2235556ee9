/* cmd_page.c - advise and flush: what is done to the pages of a range. */
#include "command.h"

#include <string.h>

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

static bool same_name(const char *word, const char *name)
{
    for (; *word && *name; word++, name++) {
        char lower = *word >= 'A' && *word <= 'Z' ? (char)(*word - 'A' + 'a') : *word;
        if (lower != *name)
            return false;
    }
    return *word == *name;
}

static bool starts_with_prefix(const char *word)
{
    char prefix[6] = {0};
    for (size_t i = 0; i < 5 && word[i]; i++)
        prefix[i] = word[i];
    return same_name(prefix, "madv_");
}

static bool unknown_advice(const char *word, struct error *error)
{
    enum { MOST = 64 };
    const char *names[MOST + 1];
    char escaped[100];
    size_t count = 0;
    for (const struct platform_name *row = platform_advice(); row->name && count < MOST; row++)
        names[count++] = row->name;
    names[count] = NULL;
    const char *nearest = diag_nearest(word, names);
    diag_escape(escaped, sizeof escaped, word);
    return error_usage(error, "unknown advice \"%s\"%s%s%s (mmtool advise --list prints all)",
                       escaped, nearest ? ": did you mean " : "", nearest ? nearest : "",
                       nearest ? "?" : "");
}

/* The row of an advice by name, with or without MADV_, in any case; it can be used here. */
static const struct platform_name *find_advice(const char *word, bool force, struct error *error)
{
    const struct platform_name *row = platform_advice();
    word += starts_with_prefix(word) ? 5 : 0;
    while (row->name && !same_name(word, row->name))
        row++;
    if (!row->name) {
        unknown_advice(word, error);
        return NULL;
    }
    if (!row->available) {
        error_set(error, "this system has no advice \"%s\"", row->name);
        return NULL;
    }
    if (row->destructive && !force) {
        error_set(error, "\"%s\" destroys data; --force would do it", row->name);
        return NULL;
    }
    return row;
}

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

bool cmd_advise(struct session *session, struct error *error)
{
    const struct request *request = session->request;
    struct range range;
    if (request->list)
        return list_advice(session->output, error);
    const struct platform_name *advice =
        find_advice(request->operands.items[0], request->force, error);
    if (!advice || !whole_or_range(session, 1, &range, error))
        return false;
    if (advice->destructive)
        return advise_destructive(session->mapping, range, advice->value, error);
    return for_each_view(session->mapping, range, advise_view, advice->value, error);
}

/* ---- flush ---------------------------------------------------------------------------------- */

static bool flush_view(struct view *view, int flags, struct error *error)
{
    return view_flush(view, 0, view->length, (unsigned)flags, error);
}

bool cmd_flush(struct session *session, struct error *error)
{
    const struct request *request = session->request;
    unsigned flags = request->async ? VIEW_FLUSH_ASYNC : VIEW_FLUSH_WAIT;
    struct range range;
    if (request->invalidate)
        flags |= VIEW_FLUSH_INVALIDATE;
    return whole_or_range(session, 0, &range, error) &&
           for_each_view(session->mapping, range, flush_view, (int)flags, error);
}
