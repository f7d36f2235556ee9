/* options_mapping.c - how the file is mapped: --access, --map, --prot, --window, --advise, --tag.
 */
#include "cli/commands.h"
#include "mapping/names.h"

#include <stddef.h>
#include <string.h>

static bool set_access(struct request *request, const struct option *option, const char *value,
                       struct error *error)
{
    static const struct {
        const char *name;
        enum access access;
    } rows[] = {{"read", ACCESS_READ}, {"write", ACCESS_WRITE}, {"copy", ACCESS_COPY}};
    if (request->prot_given)
        return error_usage(error, "--access and --prot say the same thing");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!strcmp(value, rows[i].name)) {
            request->access = rows[i].access;
            return true;
        }
    }
    return error_usage(error, "--%s is read, write or copy", option->name);
}

static bool set_map(struct request *request, const struct option *option, const char *value,
                    struct error *error)
{
    request->map_given = true;
    return names_parse_map(value, option_field(request, option), error);
}

static bool is_word(const char *text, size_t length, const char *word)
{
    return strlen(word) == length && !memcmp(text, word, length);
}

/* Writable memory is readable on every machine, so "write" implies "read". */
static bool set_prot(struct request *request, const struct option *option, const char *value,
                     struct error *error)
{
    bool write = false;
    if (request->access != ACCESS_DEFAULT)
        return error_usage(error, "--access and --prot say the same thing");
    request->prot_given = true;
    for (const char *word = value;; word++) {
        size_t length = strcspn(word, ",");
        if (is_word(word, length, "write"))
            write = true;
        else if (is_word(word, length, "exec"))
            request->map_flags |= VIEW_EXECUTE;
        else if (!is_word(word, length, "read"))
            return error_usage(error, "--%s is a list of read, write and exec", option->name);
        word += length;
        if (*word == 0)
            break;
    }
    request->access = write ? ACCESS_WRITE : ACCESS_READ;
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
    {"access", 0, ARGUMENT_REQUIRED, "read|write|copy",
     "how the file is mapped; under copy an edit is a dry run", set_access, 0, 0},
    {"map", 0, ARGUMENT_REQUIRED, "FLAG[,FLAG]", "MAP_* flags by name: shared, private, populate",
     set_map, offsetof(struct request, map_flags), 0},
    {"prot", 0, ARGUMENT_REQUIRED, "PROT[,PROT]", "PROT_* by name: read, write, exec", set_prot, 0,
     0},
    {"window", 0, ARGUMENT_REQUIRED, "RANGE", "map this part only; offsets count from its start",
     set_window, 0, 0},
    {"advise", 0, ARGUMENT_REQUIRED, "ADVICE", "MADV_* advice for the mapping", set_advice,
     offsetof(struct request, map_advice), 0},
    {"tag", 0, ARGUMENT_REQUIRED, "NAME", "on Windows: the mapping's name for other programs",
     options_set_once, offsetof(struct request, tag), 0},
    {"progress", 0, ARGUMENT_REQUIRED, "auto|always|never",
     "a bar while long work goes on (auto: on a terminal)", options_set_when,
     offsetof(struct request, progress), 0},
    {NULL, 0, ARGUMENT_NONE, NULL, NULL, NULL, 0, 0},
};
