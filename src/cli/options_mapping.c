/* options_mapping.c - how the file is mapped: --access, --map, --prot, --window, --advise, --tag.
 */
#include "cli/commands.h"
#include "mapping/names.h"

#include <stddef.h>
#include <string.h>

static const char *const accesses[] = {
    [ACCESS_READ - 1] = "read", [ACCESS_WRITE - 1] = "write", [ACCESS_COPY - 1] = "copy", NULL};

static bool set_access(struct request *request, const struct option *option, const char *value,
                       struct error *error)
{
    size_t index;
    if (request->prot_given)
        return error_usage(error, "--access and --prot say the same thing");
    if (!option_find_word(option, value, strlen(value), &index, error))
        return false;
    request->access = (enum access)(index + 1);
    return true;
}

static bool set_map(struct request *request, const struct option *option, const char *value,
                    struct error *error)
{
    request->map_given = true;
    return names_parse_map(value, option_field(request, option), error);
}

enum { PROT_READS, PROT_WRITES, PROT_EXECUTES };
static const char *const prots[] = {
    [PROT_READS] = "read", [PROT_WRITES] = "write", [PROT_EXECUTES] = "exec", NULL};

/* Writable memory is readable on every machine, so "write" implies "read". */
static bool set_prot(struct request *request, const struct option *option, const char *value,
                     struct error *error)
{
    bool given[sizeof prots / sizeof *prots] = {false};
    if (request->access != ACCESS_DEFAULT)
        return error_usage(error, "--access and --prot say the same thing");
    request->prot_given = true;
    for (const char *word = value;; word++) {
        size_t length = strcspn(word, ","), index;
        if (!option_find_word(option, word, length, &index, error))
            return false;
        given[index] = true;
        word += length;
        if (*word == 0)
            break;
    }
    if (given[PROT_EXECUTES])
        request->map_flags |= VIEW_EXECUTE;
    request->access = given[PROT_WRITES] ? ACCESS_WRITE : ACCESS_READ;
    return true;
}

static bool set_advice(struct request *request, const struct option *option, const char *value,
                       struct error *error)
{
    const struct platform_name *row = names_find_advice(value, true, error);
    if (!row)
        return false;
    if (row->destructive)
        return error_usage(error, "\"%s\" destroys data; only the subcommand advise does it",
                           row->name);
    *(const struct platform_name **)option_field(request, option) = row;
    return true;
}

static bool set_window(struct request *request, const struct option *option, const char *value,
                       struct error *error)
{
    if (request->window_given)
        return error_usage(error, "--window is given twice");
    request->window_given = true;
    return range_parse(value, &request->window, error) || error_prefix(error, "--%s", option->name);
}

const struct option options_mapping[] = {
    {"access", 0, ARGUMENT_REQUIRED, NULL,
     "how the file is mapped; under copy an edit is a dry run", .kind = VALUE_WORD,
     .words = accesses, .set = set_access, .title = OPTION_MAPS},
    {"map", 0, ARGUMENT_REQUIRED, "FLAG[,FLAG]", "MAP_* flags by name: shared, private, populate",
     .kind = VALUE_MAP_FLAGS, .set = set_map, .offset = offsetof(struct request, map_flags)},
    {"prot", 0, ARGUMENT_REQUIRED, NULL, "PROT_* by name", .kind = VALUE_WORDS, .words = prots,
     .set = set_prot},
    {"window", 0, ARGUMENT_REQUIRED, "RANGE", "map this part only; offsets count from its start",
     .set = set_window},
    {"advise", 0, ARGUMENT_REQUIRED, "ADVICE", "MADV_* advice for the mapping",
     .kind = VALUE_ADVICE, .set = set_advice, .offset = offsetof(struct request, map_advice)},
    {"tag", 0, ARGUMENT_REQUIRED, "NAME", "on Windows: the mapping's name for other programs",
     .set = options_set_once, .offset = offsetof(struct request, tag)},
    {"progress", 0, ARGUMENT_REQUIRED, NULL, "a bar while long work goes on (auto: on a terminal)",
     .kind = VALUE_WORD, .words = options_when, .set = options_set_when,
     .offset = offsetof(struct request, progress), .title = OPTION_GENERAL},
    {.name = NULL},
};
