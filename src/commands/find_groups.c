/*
 * find_groups.c - find --line backwards: groups of lines with their context.
 *
 * A group is matching lines whose context touches or overlaps. It is printed in the order of the
 * file, so the lines that match are recorded until the whole group is known. Without context
 * there are no groups.
 *
 * Of a long group only its borders are recorded. When it is printed, it is searched again,
 * forwards. This finds the same lines if no match can contain a newline: whether a line matches
 * then depends on that line alone. If a match can contain a newline, all lines are recorded.
 */
#include "commands/find_lines.h"

enum { GROUP_MOST = 64 * 1024 }; /* bytes that record which lines of a group match */

/* Prints adjacent matching lines, and the context from `*at` to them; `*at` moves to its end. */
static bool print_adjacent(struct line_results *lines, uint64_t *at, struct range adjacent,
                           struct error *error)
{
    if (!line_results_context(lines, (struct range){*at, adjacent.start}, error))
        return false;
    for (*at = adjacent.start; *at < adjacent.end;) {
        struct result_line line = {{*at, 0}, LINE_OF_MATCH, 0};
        if (!line_end(&lines->reader, *at, line_results_limit(lines), &line.range.end, error) ||
            !print_line(lines->results, &lines->reader, &line, error))
            return false;
        *at = line.range.end;
    }
    return true;
}

/* State of the output while a group is searched again. */
struct group {
    struct line_results *lines;
    uint64_t at; /* the next line to print */
};

static enum scan_answer print_again(void *context, const struct scan_batch *batch,
                                    struct error *error)
{
    struct group *group = context;
    struct line_results *lines = group->lines;
    for (size_t i = 0; i < batch->count; i++) {
        struct range line;
        if (batch->matches[i].offset < group->at)
            continue; /* one more match in the same line */
        if (!line_start(&lines->reader, batch->matches[i].offset, group->at, &line.start, error))
            return SCAN_ERROR;
        if (line.start >= lines->matching_end)
            break;
        line.end = line.start + 1;
        if (!print_adjacent(lines, &group->at, line, error))
            return SCAN_ERROR;
    }
    return SCAN_CONTINUE;
}

static bool search_again(struct line_results *lines, uint64_t *at, struct error *error)
{
    const struct results *results = lines->results;
    struct scan scan = *results->scan;
    struct group group = {lines, *at};
    scan.range.start = maximum_u64(scan.range.start, lines->matching.lowest.start);
    scan.range.end = minimum_u64(scan.range.end, lines->matching_end);
    scan.backward = false;
    scan.by_line = true;
    scan.threads = 1;
    scan.pause = NULL;
    bool done = scan_run(&scan, print_again, &group, error);
    *at = group.at;
    return done;
}

bool line_group_print(struct line_results *lines, struct error *error)
{
    uint64_t at;
    struct range adjacent;
    if (line_set_is_empty(&lines->matching))
        return true;
    if (!lines_backward(&lines->reader, (struct range){0, lines->matching.lowest.start},
                        lines->before, &at, error) ||
        !line_results_separate(lines, error))
        return false;
    lines->last_start = at;
    if (lines->search_again && !search_again(lines, &at, error))
        return false;
    while (line_set_take(&lines->matching, &adjacent))
        if (!lines->search_again && !print_adjacent(lines, &at, adjacent, error))
            return false;
    lines->search_again = false;
    return line_results_context(lines, (struct range){at, lines->group_end}, error);
}

/* Whether a forward search finds the same lines as the backward search. */
static bool may_search_again(const struct line_results *lines)
{
    return !lines->results->scan->pattern->matches_newline && reader_unit(&lines->reader) == 1;
}

static bool add_to_group(struct line_results *lines, struct range line, struct error *error)
{
    struct line_set *set = &lines->matching;
    if (line_set_is_empty(set))
        lines->matching_end = line.end;
    if (lines->search_again)
        set->lowest.start = line.start;
    else if (!line_set_add(set, line, error))
        return false;
    if (set->above.length >= GROUP_MOST && may_search_again(lines)) {
        lines->search_again = true;
        set->above.length = 0;
    }
    lines->gap_start = line.start - minimum_u64(line.start, reader_unit(&lines->reader));
    lines->gap_lines = 0;
    return true;
}

/*
 * Whether a line at `at` is too far before the group to belong to it: more lines lie between
 * them than both have context. The count is kept until the group grows, so each line is counted
 * once.
 */
static bool is_apart(struct line_results *lines, uint64_t at, bool *apart, struct error *error)
{
    uint64_t most = lines->before + lines->after, unit = reader_unit(&lines->reader);
    if (lines->gap_start > at)
        at += (lines->gap_start - at) % unit;
    while (lines->gap_lines <= most && lines->gap_start > at) {
        uint64_t start;
        if (!line_start(&lines->reader, lines->gap_start, at, &start, error))
            return false;
        lines->gap_lines += start > at; /* a newline precedes it */
        lines->gap_start = start - minimum_u64(start - at, unit);
    }
    *apart = lines->gap_lines > most;
    return true;
}

static bool begin_group(struct line_results *lines, struct range line, struct error *error)
{
    struct range behind = {line.end, line_results_limit(lines)};
    if (lines->any_printed)
        behind.end = maximum_u64(lines->last_start, behind.start);
    return lines_forward(&lines->reader, behind, lines->after, &lines->group_end, error);
}

bool line_group_take(struct line_results *lines, struct error *error)
{
    struct range line = lines->line;
    bool apart = true, first = line_set_is_empty(&lines->matching);
    if (!line_results_have_context(lines))
        return print_line(lines->results, &lines->reader,
                          &(struct result_line){line, LINE_OF_MATCH, 0}, error);
    if (!first)
        line.end = minimum_u64(line.end, lines->matching.lowest.start);
    if (line.start >= line.end) /* UTF-16: lines at offsets of the other parity cover it */
        return true;
    if (!first && !is_apart(lines, line.end - reader_unit(&lines->reader), &apart, error))
        return false;
    if (apart && (!line_group_print(lines, error) || !begin_group(lines, line, error)))
        return false;
    return add_to_group(lines, line, error);
}

bool line_group_settle(struct line_results *lines, uint64_t at, struct error *error)
{
    bool apart;
    if (line_set_is_empty(&lines->matching))
        return true;
    return is_apart(lines, at, &apart, error) && (!apart || line_group_print(lines, error));
}
