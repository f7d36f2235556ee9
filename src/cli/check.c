/* check.c - options and operands that contradict each other. */
#include "cli/check.h"
#include "commands/change_display.h"
#include "commands/command.h"
#include "commands/input.h"

#include <string.h>

/* With another type, encoded bytes could be read as syntax of the expression. */
static bool check_regex(const struct request *request, struct error *error)
{
    return !request->regex || !request->type || byte_type_is_text(request->type) ||
           error_usage(error,
                       "--regex goes with text only, not with --type=%s: write a byte as \\xHH in "
                       "the expression",
                       byte_type_name(request->type));
}

/* Strings have one length each, and the longest is found. */
static bool check_shortest(const struct request *request, struct error *error)
{
    return !request->shortest || request->regex ||
           error_usage(error, "--shortest applies to matches of an expression: it needs --regex");
}

static bool names_line(const char *range)
{
    struct range_spec spec;
    return range && range_parse(range, &spec, NULL) && range_has_lines(&spec);
}

/* Whether lines, which TYPE says the newlines of, are positions. */
static bool has_line_positions(const struct request *request)
{
    const char *at = request->from ? strrchr(request->from, '@') : NULL;
    return names_line(command_operand_of(request, OPERAND_RANGE)) || names_line(request->within) ||
           names_line(at ? at + 1 : NULL) || range_has_lines(&request->window);
}

/* Whether something other than the bytes of --from is written in TYPE, or read by it. */
static bool type_has_use(const struct request *request)
{
    bool has_units = byte_type_is_utf16(request->type) &&
                     (request->line || request->ignore_case || has_line_positions(request));
    return request->expect || request_has_pattern(request) || has_units;
}

/* A TYPE without another use was meant for the bytes of --from. */
static bool check_from(const struct request *request, struct error *error)
{
    bool searches = request->command->traits & COMMAND_SEARCHES;
    return !request->from || !request->type || type_has_use(request) ||
           error_usage(error,
                       "--from takes raw bytes, not values written as %s: leave --type=%s out, or "
                       "give the values %s",
                       byte_type_name(request->type), byte_type_name(request->type),
                       searches ? "as PATTERN or in --patterns-from"
                                : "as operands or in --typed-from");
}

static bool check_typed_from(const struct request *request, struct error *error)
{
    return !request->typed_from || !request->from ||
           error_usage(error, "DATA is given twice: with --from and with --typed-from");
}

/* The standard input can be read once. */
static bool check_streams(const struct request *request, struct error *error)
{
    bool reads_file = request->file && request->command->access == COMMAND_READS_STREAM;
    const char *file = request->command->file;
    const char *other = command_operand_of(request, OPERAND_FILE);
    const struct {
        const char *name, *value;
    } readers[] = {
        {file ? file : "FILE", reads_file && !strcmp(request->file, "-") ? "-" : NULL},
        {"NEW", other && !strcmp(other, "-") ? other : NULL},
        {"--from", request->from},
        {"--typed-from", request->typed_from},
        {"--patterns-from", request->patterns_from},
        {"--edits", request->edits},
    };
    const char *first = NULL;
    if (!other && !inputs_are_named(request))
        return true;
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
        if (!input_is_standard(readers[i].value))
            continue;
        if (first)
            return error_usage(error, "%s and %s cannot both be the standard input", first,
                               readers[i].name);
        first = readers[i].name;
    }
    return true;
}

/* The number fills one byte, or one unit of UTF-16. */
static bool check_pad(const struct request *request, struct error *error)
{
    bool is_utf16 = request->type && byte_type_is_utf16(request->type);
    unsigned most = is_utf16 ? UINT16_MAX : UINT8_MAX;
    return !request->pad || request->pad_value <= most ||
           error_usage(error, "--pad takes a %s (0 to %u), not %llu",
                       is_utf16 ? "unit of UTF-16" : "byte", most,
                       (unsigned long long)request->pad_value);
}

/* A line could begin or end inside a number of more than one byte. */
static bool check_lines(const struct request *request, struct error *error)
{
    const struct byte_type *type = request->type;
    bool is_wide = type && byte_type_is_number(type) && byte_type_size(type) > 1;
    if (is_wide && (request->lines_given || request->whole_lines))
        return error_usage(error,
                           "--lines and --whole-lines apply to text only: numbers of type %s have "
                           "no lines",
                           byte_type_name(type));
    return !request->sorted || !type || byte_type_size(type) == 1 ||
           error_usage(error, "--sorted compares lines byte by byte: it does not go with --type=%s",
                       byte_type_name(type));
}

static bool check_strict(const struct request *request, struct error *error)
{
    return !request->strict || request->expect || request->edits ||
           error_usage(error, "--strict says how --expect or --edits compares: one of them is "
                              "missing");
}

/* Skipped bytes stay as they are, so they must be there. */
static bool check_skip(const struct request *request, struct error *error)
{
    bool whole = !request->extend && !request->fill && request->repeat == 1;
    if (request->record->skips && request->typed_from && request->expect)
        return error_usage(error, "--expect does not go with --typed-from where the records skip "
                                  "bytes");
    return !request->record->skips || whole ||
           error_usage(error, "skip keeps bytes that are there: it goes with none of --extend, "
                              "--fill and --repeat");
}

static bool check_record(const struct request *request, struct error *error)
{
    if (!request->record)
        return !request->header ||
               error_usage(error, "--header applies to records: it needs a --type that lists their "
                                  "fields");
    if (!(request->command->traits & COMMAND_RECORDS))
        return error_usage(error, "only read and write take a --type that lists fields");
    if (request->from && !request->expect)
        return error_usage(error, "--from takes raw bytes, not records: leave --type out, or give "
                                  "the records as operands or in --typed-from");
    if (request->lines_given || request->whole_lines)
        return error_usage(error, "--lines and --whole-lines apply to text only: records have no "
                                  "lines");
    return check_skip(request, error);
}

bool cli_check(const struct request *request, struct error *error)
{
    return check_record(request, error) && check_regex(request, error) &&
           check_shortest(request, error) && check_typed_from(request, error) &&
           check_from(request, error) && check_streams(request, error) &&
           check_pad(request, error) && check_lines(request, error) &&
           check_strict(request, error) && change_display_check(request, error) &&
           (!request->command->check || request->command->check(request, error));
}
