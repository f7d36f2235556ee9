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
        struct range line = range;
        if (!line_end(&lines->reader, line.start, range.end, &line.end, error) ||
            !print_line(lines->results, &lines->reader, line, LINE_OF_CONTEXT, error))
            return false;
        range.start = line.end;
    }
    return true;
}
