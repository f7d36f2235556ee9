/* options.c - the options of most subcommands, in groups, and how each fills the request. */
#include "cli/commands.h"
#include "cli/options_rows.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

void *option_field(struct request *request, const struct option *option)
{
    return (char *)request + option->offset;
}

bool option_add_string(struct string_list *list, const char *value, struct error *error)
{
    /* Capacities are powers of two, so that the array is full when the count is one. */
    if ((list->count & (list->count - 1)) == 0) {
        size_t capacity = list->count ? 2 * list->count : 1;
        const char **grown = realloc(list->items, capacity * sizeof *grown);
        if (!grown)
            return error_memory(error, capacity * sizeof *grown);
        list->items = grown;
    }
    list->items[list->count++] = value;
    return true;
}

bool option_store(struct request *request, const struct option *option, const char *value,
                  struct error *error)
{
    if (option->set)
        return option->set(request, option, value, error);
    if (option->repeats)
        return option_add_string(option_field(request, option), value, error);
    if (option->argument == ARGUMENT_NONE)
        *(bool *)option_field(request, option) = true;
    else
        *(const char **)option_field(request, option) = value;
    return true;
}

bool options_set_once(struct request *request, const struct option *option, const char *value,
                      struct error *error)
{
    if (*(const char **)option_field(request, option))
        return error_usage(error, "--%s is given twice", option->name);
    *(const char **)option_field(request, option) = value;
    return true;
}

static bool set_undo(struct request *request, const struct option *option, const char *value,
                     struct error *error)
{
    if (!strcmp(value, "-"))
        return error_usage(error, "--undo is saved in a file, not printed; one named - is ./-");
    return options_set_once(request, option, value, error);
}

static bool set_type(struct request *request, const struct option *option, const char *value,
                     struct error *error)
{
    static const char *const shorthands[] = {"text", "hex", "escape"};
    const char *name = value ? value : shorthands[option->value];
    bool is_list = record_is_meant(name);
    const struct byte_type *type = is_list ? NULL : byte_type_find(name, error);
    if (!type && !is_list)
        return false;
    if (request->record || (request->type && request->type != type))
        return error_usage(error, "two different types are given for the bytes");
    if (is_list)
        return (request->record = record_new(name, error)) != NULL;
    request->type = type;
    return true;
}

bool options_set_number(struct request *request, const struct option *option, const char *value,
                        struct error *error)
{
    return number_parse(value, option->name, option_field(request, option), error);
}

static bool set_lines(struct request *request, const struct option *option, const char *value,
                      struct error *error)
{
    request->lines_given = true;
    request->lines = 1;
    request->lines_from_end = value && value[0] == '-';
    return !value ||
           number_parse(value + request->lines_from_end, option->name, &request->lines, error);
}

const char *const options_radixes[] = {"10", "16", "8", "2", NULL};

/* 0x10 is 16, too. */
bool options_set_radix(struct request *request, const struct option *option, const char *value,
                       struct error *error)
{
    uint64_t radix, known;
    if (!number_parse(value, option->name, &radix, error))
        return false;
    for (const char *const *word = option->words; *word; word++) {
        if (number_parse(*word, option->name, &known, error) && known == radix) {
            request->radix = (unsigned)radix;
            return request->radix_given = true;
        }
    }
    return option_word_error(option, value, strlen(value), error);
}

static bool set_threads(struct request *request, const struct option *option, const char *value,
                        struct error *error)
{
    if (!number_parse(value, option->name, &request->threads, error))
        return false;
    return request->threads > 0 || error_usage(error, "--threads is at least 1");
}

static bool set_wait(struct request *request, const struct option *option, const char *value,
                     struct error *error)
{
    request->wait = true;
    request->wait_seconds = UINT64_MAX;
    return !value || number_parse(value, option->name, &request->wait_seconds, error);
}

static const char *const all_of_diff[] = {"all", NULL};

static bool set_diff(struct request *request, const struct option *option, const char *value,
                     struct error *error)
{
    size_t index;
    if (request->change_format == CHANGE_FORMAT_SCRIPT)
        return error_usage(error, "--diff and --script do not go together");
    request->change_format = value ? CHANGE_FORMAT_DIFF_ALL : CHANGE_FORMAT_DIFF;
    return !value || option_find_word(option, value, strlen(value), &index, error);
}

static bool set_script(struct request *request, const struct option *option, const char *value,
                       struct error *error)
{
    (void)option;
    (void)value;
    if (request->change_format > CHANGE_FORMAT_SCRIPT)
        return error_usage(error, "--diff and --script do not go together");
    request->change_format = CHANGE_FORMAT_SCRIPT;
    return true;
}

static const char *const async[] = {"async", NULL};

static bool set_flush(struct request *request, const struct option *option, const char *value,
                      struct error *error)
{
    size_t index;
    request->flush = true;
    request->flush_async = value != NULL;
    return !value || option_find_word(option, value, strlen(value), &index, error);
}

static bool set_anonymous(struct request *request, const struct option *option, const char *value,
                          struct error *error)
{
    request->anonymous = true;
    return number_parse(value, option->name, &request->anonymous_size, error);
}

const char *const options_when[] = {
    [WHEN_AUTO] = "auto", [WHEN_ALWAYS] = "always", [WHEN_NEVER] = "never", NULL};

bool options_set_when(struct request *request, const struct option *option, const char *value,
                      struct error *error)
{
    size_t when;
    if (!option_find_word(option, value, strlen(value), &when, error))
        return false;
    *(enum when *)option_field(request, option) = (enum when)when;
    return true;
}

const struct option options_common[] = {
    {"journal-dir", 0, ARGUMENT_REQUIRED, "DIR",
     "directory for the journal if the file's own is not writable", .kind = VALUE_DIRECTORY,
     .offset = offsetof(struct request, journal_dir), .title = OPTION_GENERAL},
    {"wait", 0, ARGUMENT_OPTIONAL, "SECONDS", "wait for another mmtool that works on the file",
     .set = set_wait},
    FLAG("help", 'h', help, "-h: what most people need, --help: all options"),
    END,
};

const struct option options_type[] = {
    {"type", 't', ARGUMENT_REQUIRED, "TYPE", "how bytes are written and printed (see TYPE below)",
     .kind = VALUE_TYPE, .set = set_type, .title = OPTION_BYTES},
    {"hex", 'x', ARGUMENT_NONE, NULL, "the same as --type=hex", .set = set_type, .value = 1},
    {"escape", 'e', ARGUMENT_NONE, NULL, "the same as --type=escape", .set = set_type, .value = 2},
    END,
};

const struct option options_data[] = {
    {"from", 'f', ARGUMENT_REQUIRED, "FILE[@RANGE]", "take DATA from a file (-: standard input)",
     .kind = VALUE_FILE, .set = options_set_once, .offset = offsetof(struct request, from),
     .title = OPTION_BYTES},
    {"typed-from", 0, ARGUMENT_REQUIRED, "FILE", "take DATA from a file of values, written in TYPE",
     .kind = VALUE_FILE, .set = options_set_once, .offset = offsetof(struct request, typed_from)},
    {"repeat", 0, ARGUMENT_REQUIRED, "N", "repeat DATA N times", .set = options_set_number,
     .offset = offsetof(struct request, repeat)},
    END,
};

const struct option options_expect[] = {
    {"expect", 0, ARGUMENT_REQUIRED, "BYTES", "change only if the bytes there are these",
     .set = options_set_once, .offset = offsetof(struct request, expect), .title = OPTION_CHANGES},
    FLAG("strict", 0, strict, "with --expect or --edits: fail if the new bytes are there already"),
    END,
};

const struct option options_read[] = {
    FLAG("dump", 'd', dump, "rows of offset, hex and text, as xxd prints them",
         .title = OPTION_PRINTS),
    {"lines", 'l', ARGUMENT_OPTIONAL, "N", "N lines (1) from the range's start; -N: its last N",
     .set = set_lines},
    FLAG("whole-lines", 'L', whole_lines, "widen the range to whole lines first"),
    {"radix", 0, ARGUMENT_REQUIRED, NULL, "the base in which numbers are printed",
     .kind = VALUE_WORD, .words = options_radixes, .set = options_set_radix},
    FLAG("header", 0, header, "print the types of a record's fields first"),
    {"color", 0, ARGUMENT_REQUIRED, NULL, "colour the bytes of a dump by class", .kind = VALUE_WORD,
     .words = options_when, .set = options_set_when, .offset = offsetof(struct request, color)},
    END,
};

const struct option options_files[] = {
    FLAG("files", 0, files, "every operand is a FILE (PATTERN etc. are options)",
         .title = OPTION_FILES),
    {"files-from", 0, ARGUMENT_REQUIRED, "LIST", "the FILEs are the lines of LIST (-: stdin)",
     .kind = VALUE_FILE, .set = options_set_once, .offset = offsetof(struct request, files_from)},
    {"files0-from", 0, ARGUMENT_REQUIRED, "LIST", "the same, but NUL is behind each name",
     .kind = VALUE_FILE, .set = options_set_once, .offset = offsetof(struct request, files0_from)},
    FLAG("with-filename", 'H', with_filename, "print FILE: in front of each result"),
    FLAG("no-filename", 0, no_filename, "do not print FILE: in front of results"),
    {"threads", 0, ARGUMENT_REQUIRED, "N", "use at most N threads", .set = set_threads},
    END,
};

/* For subcommands whose RANGE is an operand if there is one FILE. */
const struct option options_within[] = {
    {"within", 0, ARGUMENT_REQUIRED, "RANGE", "the RANGE in each of several FILEs",
     .set = options_set_once, .offset = offsetof(struct request, within), .title = OPTION_FILES},
    END,
};

const struct option options_with[] = {
    {"with", 0, ARGUMENT_REQUIRED, "DATA", "DATA, where there are several FILEs; repeatable",
     .repeats = true, .offset = offsetof(struct request, with), .title = OPTION_FILES},
    END,
};

const struct option options_write[] = {
    FLAG("extend", 0, extend, "let DATA that passes the end grow the file",
         .title = OPTION_CHANGES),
    FLAG("fill", 0, fill, "repeat DATA to fill the RANGE"),
    FLAG("create", 0, create, "create the file if it is missing"),
    END,
};

const struct option options_form[] = {
    {"diff", 0, ARGUMENT_OPTIONAL, NULL, "show rows or lines before and after; all: every change",
     .kind = VALUE_WORD, .words = all_of_diff, .set = set_diff, .title = OPTION_PRINTS},
    {"script", 0, ARGUMENT_NONE, NULL, "print an edit script, also on a terminal",
     .set = set_script},
    {"color", 0, ARGUMENT_REQUIRED, NULL, "colour what goes and what comes", .kind = VALUE_WORD,
     .words = options_when, .set = options_set_when, .offset = offsetof(struct request, color)},
    END,
};

const struct option options_change[] = {
    FLAG("dry-run", 'n', dry_run, "change nothing; print what would change", .title = OPTION_EDITS),
    {"undo", 0, ARGUMENT_REQUIRED, "FILE", "save the edit script that takes the change back",
     .kind = VALUE_FILE, .set = set_undo, .offset = offsetof(struct request, undo)},
    {"flush", 0, ARGUMENT_OPTIONAL, NULL, "flush the file to disk afterwards", .kind = VALUE_WORD,
     .words = async, .set = set_flush},
    FLAG("new-inode", 0, new_inode, "put the result in a new file, renamed over the old one"),
    FLAG("durable", 0, durable, "survive power loss, and return when the edit is on disk"),
    FLAG("no-journal", 0, no_journal, "edit without a journal, not all or nothing"),
    FLAG("verbose", 'v', verbose, "say what was done"),
    END,
};

/* For subcommands that only read FILE. */
const struct option options_look[] = {
    FLAG("ignore-journal", 0, ignore_journal, "show a half-made edit as it is",
         .title = OPTION_MAPS),
    END,
};

const struct option options_resize[] = {
    FLAG("create", 0, create, "create the file if it is missing", .title = OPTION_CHANGES),
    FLAG("allocate", 0, allocate, "reserve disk blocks for the growth"),
    FLAG("unlink", 0, unlink, "remove the shared memory shm:NAME; takes no SIZE"),
    END,
};

const struct option options_advise[] = {
    FLAG("list", 0, list, "print the advice this system knows", .title = OPTION_DOES),
    FLAG("status", 0, status, "print how much is in memory, and a map of where"),
    FLAG("json", 'j', json, "with --status: one JSON object"),
    FLAG("verbose", 'v', verbose, "say how much was in memory before and is after"),
    FLAG("force", 0, force, "allow advice that destroys data"),
    END,
};

const struct option options_flush[] = {
    FLAG("async", 0, async, "start writing, do not wait", .title = OPTION_DOES),
    FLAG("invalidate", 0, invalidate, "drop other mappings' stale copies"),
    FLAG("verbose", 'v', verbose, "say how much was dirty before and is after"),
    END,
};

const struct option options_info[] = {
    FLAG("size", 's', size_only, "print only the size", .title = OPTION_PRINTS),
    FLAG("json", 'j', json, "print one JSON object"),
    END,
};

const struct option options_recover[] = {
    FLAG("show", 0, show, "say what an interrupted edit left; the same as no option",
         .title = OPTION_DOES),
    FLAG("json", 'j', json, "with --show: one JSON object"),
    FLAG("finish", 0, finish, "finish the edit, as the next command would"),
    FLAG("back", 0, back, "take the edit back, while it has changed nothing yet"),
    FLAG("accept", 0, accept, "take the file as it is, and remove what is left"),
    FLAG("force", 0, force, "do it even if what was left is not believed or not known"),
    END,
};

const struct option options_diff[] = {
    FLAG("quiet", 'q', quiet, "print nothing: only the exit status tells if they are equal",
         .title = OPTION_PRINTS),
    END,
};

const struct option options_run[] = {
    {"command", 'c', ARGUMENT_REQUIRED, "COMMAND", "run this command instead of SCRIPT; repeatable",
     .repeats = true, .offset = offsetof(struct request, commands), .title = OPTION_DOES},
    FLAG("keep-going", 'k', keep_going, "continue after an error; the exit status tells"),
    FLAG("atomic", 0, atomic, "do all edits of the script at its end, or none"),
    {"anonymous", 0, ARGUMENT_REQUIRED, "SIZE", "work on SIZE bytes of memory in place of FILE",
     .set = set_anonymous},
    FLAG("answers", 0, answers, "print a line after each command: ok, no or error: ..."),
    END,
};
