/*
 * find_dump_groups.c - find --dump backwards: groups of rows.
 *
 * Matches whose rows touch or overlap are a group. It is printed in the order of the file, so its
 * matches are kept until one comes that does not belong to it. A group of very many matches is
 * printed in parts, so that memory does not grow with it.
 */
#include "commands/find_dump.h"

#include <stdlib.h>
#include <string.h>

enum { GROUP_MOST = 64 * 1024 }; /* matches */

static bool add(struct dump_results *dump, const struct match *match, struct error *error)
{
    if (dump->group_count == dump->group_capacity) {
        size_t capacity = dump->group_capacity > 0 ? 2 * dump->group_capacity : 16;
        struct match *grown = realloc(dump->group, capacity * sizeof *grown);
        if (!grown)
            return error_memory(error, capacity * sizeof *grown);
        dump->group = grown;
        dump->group_capacity = capacity;
    }
    dump->group[dump->group_count++] = *match;
    return true;
}

static const struct match *lowest(const struct dump_results *dump)
{
    return &dump->group[dump->group_count - 1];
}

/* Prints the group's rows from `start` on. */
static bool print_from(struct dump_results *dump, uint64_t start, struct error *error)
{
    dump_rows_restart(dump, start);
    for (size_t i = dump->group_count; i-- > 0;)
        if (!dump_rows_take(dump, &dump->group[i], error))
            return false;
    return dump_rows_until(dump, UINT64_MAX, error);
}

bool dump_group_print(struct dump_results *dump, struct error *error)
{
    if (dump->group_count == 0)
        return true;
    if (!print_from(dump, 0, error))
        return false;
    dump->limit = dump_rows_start(dump, lowest(dump));
    dump->group_count = 0;
    return true;
}

/* Prints the rows in which no more matches can start, and keeps the matches of the lowest row. */
static bool print_part(struct dump_results *dump, struct error *error)
{
    uint64_t row = dump_row_of(dump, lowest(dump)->offset), end = row + dump->layout.columns;
    size_t left = dump->group_count;
    if (!print_from(dump, end, error))
        return false;
    while (left > 0 && dump->group[left - 1].offset < end)
        left--;
    dump->group_count -= left;
    memmove(dump->group, dump->group + left, dump->group_count * sizeof *dump->group);
    dump->limit = end;
    return true;
}

bool dump_group_take(struct dump_results *dump, const struct match *match, struct error *error)
{
    if (dump->group_count > 0 && dump_rows_end(dump, match) < dump_rows_start(dump, lowest(dump)) &&
        !dump_group_print(dump, error))
        return false;
    return add(dump, match, error) && (dump->group_count < GROUP_MOST || print_part(dump, error));
}
