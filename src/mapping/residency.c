/* residency.c - how much of a file is in memory, and where. */
#include "mapping/residency.h"

#include <stdlib.h>

/* Bytes of the view that one call asks about. */
#define VIEW_BYTES ((uint64_t)1 << 28)

/* A count under way. Offsets are those in the file, not those in the window. */
struct survey {
    const struct mapping *mapping;
    struct residency *residency;
    uint64_t page;       /* bytes */
    uint64_t first_page; /* number of the page that contains range.start */
    uint64_t next_page;  /* number of the first page that is not counted yet */
    unsigned char *answers;
};

static void count_page(struct survey *survey, uint64_t number)
{
    struct residency *residency = survey->residency;
    if (number < survey->next_page)
        return;
    residency->resident_pages++;
    residency->cells[(number - survey->first_page) / residency->cell_pages]++;
}

static void count_answers(struct survey *survey, struct range part)
{
    uint64_t number = part.start / survey->page;
    for (size_t i = 0; number * survey->page < part.end; i++, number++) {
        uint64_t start = maximum_u64(part.start, number * survey->page);
        uint64_t end = minimum_u64(part.end, (number + 1) * survey->page);
        if (survey->answers[i] & 1) {
            survey->residency->resident += end - start;
            count_page(survey, number);
        }
    }
    survey->next_page = maximum_u64(survey->next_page, number);
}

static bool ask(struct survey *survey, struct range part, struct error *error)
{
    struct view view;
    uint64_t base = survey->mapping->base;
    struct range seen = {part.start - base, part.end - base};
    if (!mapping_view(survey->mapping, seen, VIEW_READ, &view, error)) {
        survey->residency->known = !view.unsupported;
        return view.unsupported;
    }
    enum residency_result result = view_residency(&view, 0, view.length, survey->answers, error);
    (void)view_unmap(&view, NULL);
    if (result == RESIDENCY_KNOWN)
        count_answers(survey, part);
    if (result == RESIDENCY_UNKNOWN)
        survey->residency->known = false;
    return result != RESIDENCY_FAILED;
}

/* An extent of data, in parts that end where pages end. */
static bool ask_extent(struct survey *survey, struct range extent, struct error *error)
{
    while (extent.start < extent.end && survey->residency->known) {
        uint64_t stop = (extent.start / survey->page) * survey->page + VIEW_BYTES;
        struct range part = {extent.start, minimum_u64(stop, extent.end)};
        if (!ask(survey, part, error))
            return false;
        extent.start = part.end;
    }
    return true;
}

/* Adds an extent of data to the cells. */
static void add_data(struct residency *residency, struct range extent)
{
    while (extent.start < extent.end) {
        size_t cell = (size_t)((extent.start - residency->first) / residency->cell_bytes);
        uint64_t end = residency->first + (cell + 1) * residency->cell_bytes;
        end = minimum_u64(end, extent.end);
        residency->data[cell] += end - extent.start;
        extent.start = end;
    }
}

static bool ask_all(struct survey *survey, struct range range, struct error *error)
{
    uint64_t base = survey->mapping->base;
    while (range.start < range.end) {
        struct range data;
        if (!mapping_next_data(survey->mapping, range, &data, error))
            return false;
        struct range extent = {data.start + base, data.end + base};
        add_data(survey->residency, extent);
        if (!ask_extent(survey, extent, error))
            return false;
        range.start = data.end;
    }
    return true;
}

/* The cells of `most` or fewer for the pages of the range. */
static void set_cells(struct survey *survey, struct range range, size_t most)
{
    struct residency *residency = survey->residency;
    uint64_t last = (range.end - 1) / survey->page;
    survey->first_page = survey->next_page = range.start / survey->page;
    residency->range = range;
    residency->pages = last - survey->first_page + 1;
    residency->cell_pages = (residency->pages + most - 1) / most;
    residency->cell_bytes = residency->cell_pages * survey->page;
    residency->first = survey->first_page * survey->page;
    residency->cell_count =
        (size_t)((residency->pages + residency->cell_pages - 1) / residency->cell_pages);
}

bool residency_of(const struct mapping *mapping, struct range range, size_t most,
                  struct residency *residency, struct error *error)
{
    struct survey survey = {.mapping = mapping, .residency = residency};
    survey.page = platform_page_size();
    *residency = (struct residency){.known = true, .cell_pages = 1};
    residency->known = !mapping->overlay;
    if (range_length(range) == 0 || mapping->overlay)
        return true;
    set_cells(&survey, (struct range){range.start + mapping->base, range.end + mapping->base},
              most);
    size_t answers = (size_t)(VIEW_BYTES / survey.page) + 2;
    survey.answers = malloc(answers);
    bool done = survey.answers ? ask_all(&survey, range, error) : error_memory(error, answers);
    free(survey.answers);
    return done;
}

static char cell_of(uint64_t there, uint64_t all)
{
    return there == all ? '#' : there > 0 ? '+' : '.';
}

void residency_data_map(const struct residency *residency, char text[RESIDENCY_MOST_CELLS + 1])
{
    for (size_t i = 0; i < residency->cell_count; i++) {
        uint64_t start = residency->first + i * residency->cell_bytes;
        struct range cell = {maximum_u64(start, residency->range.start),
                             minimum_u64(start + residency->cell_bytes, residency->range.end)};
        text[i] = cell_of(residency->data[i], range_length(cell));
    }
    text[residency->cell_count] = 0;
}

void residency_map(const struct residency *residency, char text[RESIDENCY_MOST_CELLS + 1])
{
    for (size_t i = 0; i < residency->cell_count; i++) {
        uint64_t before = i * residency->cell_pages;
        uint64_t pages = minimum_u64(residency->cell_pages, residency->pages - before);
        text[i] = cell_of(residency->cells[i], pages);
    }
    text[residency->cell_count] = 0;
}
