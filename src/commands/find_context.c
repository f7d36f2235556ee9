/* find_context.c - find --line: context lines and separators, in both directions. */
#include "commands/find_lines.h"

bool line_results_separate(struct line_results *lines, struct error *error)
{
    bool needed = lines->any_printed && line_results_have_context(lines);
    lines->any_printed = true;
    return !needed || print_separator(lines->results, error);
}

bool line_results_context(struct line_results *lines, struct range range, struct error *error)
{
    while (range.start < range.end) {
        struct result_line line = {range, LINE_OF_CONTEXT, 0};
        if (!line_end(&lines->reader, range.start, range.end, &line.range.end, error) ||
            !print_line(lines->results, &lines->reader, &line, error))
            return false;
        range.start = line.range.end;
    }
    return true;
}
