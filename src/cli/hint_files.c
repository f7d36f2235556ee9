/* hint_files.c - several FILEs where the subcommand takes one, as a glob makes them. */
#include "cli/hint_files.h"
#include "cli/commands.h"
#include "platform/platform.h"

#include <stdio.h>
#include <string.h>

enum { ESCAPED = 100, MOST_NAMES = 6 };

bool hint_exists(const char *path)
{
    uint64_t device, identity;
    return *path && file_identify(path, &device, &identity);
}

bool hint_is_range(const char *text)
{
    struct range_spec spec;
    return range_parse(text, &spec, NULL);
}

/* ---- the operands of which a command is made ------------------------------------------------- */

/* Those that are FILEs, and those that are not: at most two of them are of use. */
struct sorted_operands {
    size_t files;
    const char *others[2];
    size_t other_count;
};

static struct sorted_operands sort_operands(const struct command_line *line)
{
    struct sorted_operands sorted = {0};
    for (size_t i = 0; i < command_line_count(line); i++) {
        const char *text = command_line_operand(line, i);
        if (hint_exists(text))
            sorted.files++;
        else if (sorted.other_count++ < 2)
            sorted.others[sorted.other_count - 1] = text;
    }
    return sorted;
}

static void add_value(struct suggestion *meant, const char *option, const char *value)
{
    char text[SUGGESTION_TEXT];
    int length = snprintf(text, sizeof text, "--%s=%s", option, value);
    meant->fits = meant->fits && length < SUGGESTION_TEXT;
    suggestion_add_word(meant, text);
}

/* Adds PATTERN, RANGE, ADVICE and DATA as --files wants them. False if that is not known. */
static bool add_others(struct suggestion *meant, const struct command_line *line,
                       const struct sorted_operands *sorted)
{
    const struct request *request = line->request;
    const struct operand *next = command_operand(request, 0);
    size_t used = 0;
    if (next && next->kind == OPERAND_ADVICE && sorted->other_count > 0)
        suggestion_add(meant, sorted->others[used++]);
    suggestion_add_plain(meant, "--files");
    if (next && next->kind == OPERAND_PATTERN && sorted->other_count > 0) {
        suggestion_add_plain(meant, "-p");
        suggestion_add_word(meant, sorted->others[used++]);
    }
    if (used < sorted->other_count && used < 2 && hint_is_range(sorted->others[used]) &&
        command_has_option(request->command, "within"))
        add_value(meant, "within", sorted->others[used++]);
    if (used < sorted->other_count && used < 2 && command_has_option(request->command, "with"))
        add_value(meant, "with", sorted->others[used++]);
    return used == sorted->other_count;
}

static void add_files(struct suggestion *meant, const struct command_line *line, size_t files)
{
    size_t named = 0, most = files > MOST_NAMES ? 2 : files;
    for (size_t i = 0; named < most && i < command_line_count(line); i++) {
        if (!hint_exists(command_line_operand(line, i)))
            continue;
        suggestion_add(meant, command_line_operand(line, i));
        named++;
    }
    if (named < files)
        suggestion_add_plain(meant, "...");
}

/* ---- the messages ---------------------------------------------------------------------------- */

static bool hint_one_file(const struct command_line *line, struct error *error)
{
    const struct request *request = line->request;
    char escaped[ESCAPED];
    if (!hint_exists(request->file) || request->operands.count == 0 ||
        !hint_exists(request->operands.items[0]) || request->command->access == COMMAND_RUNS ||
        request->command->traits & COMMAND_COMPARES)
        return false;
    error_usage(error, "\"%s\" is a second FILE: %s works on one at a time",
                diag_escape(escaped, sizeof escaped, request->operands.items[0]),
                request->command->name);
    return true;
}

bool hint_files(const struct command_line *line, struct error *error)
{
    struct sorted_operands sorted = sort_operands(line);
    struct suggestion meant;
    if (sorted.files < 2)
        return false;
    if (!command_has_option(line->request->command, "files"))
        return hint_one_file(line, error);
    suggestion_begin(&meant, line);
    suggestion_add_options(&meant, line);
    bool known = add_others(&meant, line, &sorted);
    add_files(&meant, line, sorted.files);
    error_usage(error, "several FILEs need --files%s",
                known ? suggestion_end(&meant) : ": every operand is then a FILE");
    return true;
}

bool hint_pattern(const struct command_line *line, struct error *error)
{
    const struct request *request = line->request;
    struct sorted_operands sorted = sort_operands(line);
    struct suggestion meant;
    if (!request->files || !(request->command->traits & COMMAND_SEARCHES) ||
        request_has_pattern(request) || sorted.files == 0 || sorted.other_count != 1)
        return false;
    suggestion_begin(&meant, line);
    suggestion_add_options(&meant, line);
    suggestion_add_plain(&meant, "-p");
    suggestion_add_word(&meant, sorted.others[0]);
    add_files(&meant, line, sorted.files);
    return error_usage(error, "with --files the PATTERN is an option%s", suggestion_end(&meant));
}

bool hint_append(struct error *error, const char *text, struct suggestion *meant)
{
    char cause[sizeof error->message];
    memcpy(cause, error->message, sizeof cause);
    error_usage(error, "%.300s; %s%s", cause, text, suggestion_end(meant));
    return true;
}
