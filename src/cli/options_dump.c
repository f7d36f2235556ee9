/* options_dump.c - options of dumps, for read and find. */
#include "cli/commands.h"

#include "base/checked.h"

static bool set_columns(struct request *request, const struct option *option, const char *value,
                        struct error *error)
{
    uint64_t columns;
    if (!number_parse(value, option->name, &columns, error))
        return false;
    if (columns < 1 || columns > DUMP_COLUMNS_MAX)
        return error_usage(error, "--columns is 1 to %d, not %llu", DUMP_COLUMNS_MAX,
                           (unsigned long long)columns);
    request->dump_layout.columns = (size_t)columns;
    request->layout_option = option->name;
    return true;
}

/* More than a row has is a group of all of it. */
static bool set_group(struct request *request, const struct option *option, const char *value,
                      struct error *error)
{
    uint64_t group;
    if (!number_parse(value, option->name, &group, error))
        return false;
    request->dump_layout.group = (size_t)minimum_u64(group, DUMP_COLUMNS_MAX);
    request->layout_option = option->name;
    return true;
}

static bool set_dump(struct request *request, const struct option *option, const char *value,
                     struct error *error)
{
    request->dump = true;
    request->dump_rows = 1;
    return !value || number_parse(value, option->name, &request->dump_rows, error);
}

#define LAYOUT                                                                                     \
    {"columns",                                                                                    \
     0,                                                                                            \
     ARGUMENT_REQUIRED,                                                                            \
     "N",                                                                                          \
     "with --dump: N bytes in a row (16)",                                                         \
     .set = set_columns,                                                                           \
     .title = OPTION_PRINTS},                                                                      \
    {                                                                                              \
        "group", 0, ARGUMENT_REQUIRED, "N",                                                        \
            "with --dump: N bytes between blanks (2); 0: no blanks", .set = set_group              \
    }

const struct option options_read_dump[] = {
    LAYOUT,
    {.name = NULL},
};

const struct option options_find_dump[] = {
    {"dump", 'd', ARGUMENT_OPTIONAL, "ROWS",
     "print the rows of a dump around each match, ROWS (1) on each side", .set = set_dump,
     .title = OPTION_PRINTS},
    LAYOUT,
    {.name = NULL},
};
