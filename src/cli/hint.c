/* hint.c - the beginner's mistake behind a command that failed, and the command that was meant. */
#include "cli/hint.h"
#include "cli/commands.h"
#include "cli/hint_files.h"
#include "platform/platform.h"

#include <stdio.h>
#include <string.h>

enum { ESCAPED = 100 };

static bool is_bounded_range(const char *text)
{
    return strpbrk(text, ":+") && hint_is_range(text);
}

static bool searches(const struct command_line *line)
{
    return line->request->command->traits & COMMAND_SEARCHES;
}

static bool in_script(const struct command_line *line)
{
    return line->first == 1;
}

/* The name of the first operand after FILE, without alternatives. */
static int operand_name(const struct command_line *line, const char **name)
{
    const struct operand *operand = command_operand(line->request, 0);
    *name = operand ? operand->name : "";
    return (int)strcspn(*name, "|.");
}

/* ---- "-l 2" ---------------------------------------------------------------------------------- */

/* An option whose value is optional has none, and what was meant for it became an operand. */
static bool hint_value(const struct command_line *line, struct error *error)
{
    struct suggestion meant;
    for (size_t i = 0; i < command_line_count(line); i++) {
        int index;
        if (!command_line_option_before(line, i, &index))
            continue;
        bool is_letter = line->argv[index][1] != '-';
        suggestion_begin(&meant, line);
        suggestion_add_joined(&meant, line, index, is_letter ? "" : "=");
        error_usage(error, "%s takes its value %s%s", line->argv[index],
                    is_letter ? "without a blank" : "after \"=\"", suggestion_end(&meant));
        return true;
    }
    return false;
}

/* ---- PATTERN in several words ---------------------------------------------------------------- */

static bool is_hex_word(const char *text)
{
    size_t length = strlen(text);
    return length > 0 && length % 2 == 0 && strspn(text, "0123456789abcdefABCDEF?") == length;
}

static bool is_hex(const struct command_line *line)
{
    const struct byte_type *type = line->request->type;
    return type && !strcmp(byte_type_name(type), "hex");
}

/* Whether operands [first, end) may be the words of one PATTERN. */
static bool are_words(const struct command_line *line, size_t first, size_t end)
{
    for (size_t i = first; i < end; i++)
        if (is_hex(line) && !is_hex_word(command_line_operand(line, i)))
            return false;
    return end > first;
}

/* Whether the text is a range, or an attempt to write one. */
static bool resembles_range(const char *text)
{
    struct error error = {0};
    struct range_spec spec;
    return range_parse(text, &spec, &error) || text[strcspn(text, ":+")] ||
           !strstr(error.message, "is not a position or range");
}

/* Adds the operands [first, end), with blanks between, as one. */
static void add_words(struct suggestion *meant, const struct command_line *line, size_t first,
                      size_t end)
{
    char words[SUGGESTION_TEXT];
    size_t used = 0;
    for (size_t i = first; i < end && used < sizeof words; i++)
        used += (size_t)snprintf(words + used, sizeof words - used, "%s%s", i > first ? " " : "",
                                 command_line_operand(line, i));
    meant->fits = meant->fits && used < sizeof words;
    suggestion_add(meant, words);
}

/* PATTERN was not quoted: its other words became RANGE, and more. */
static bool hint_words(const struct command_line *line, struct error *error)
{
    struct suggestion meant;
    size_t count = command_line_count(line), first = !in_script(line), end = count;
    if (!searches(line) || request_has_pattern(line->request) || line->request->from)
        return false;
    if (end > first + 2 && is_bounded_range(command_line_operand(line, end - 1)))
        end--;
    if (end < first + 2 || !are_words(line, first, end) ||
        (!is_hex(line) && resembles_range(command_line_operand(line, first + 1))))
        return false;
    suggestion_begin(&meant, line);
    suggestion_add_options(&meant, line);
    if (first > 0)
        suggestion_add(&meant, command_line_operand(line, 0));
    add_words(&meant, line, first, end);
    if (end < count)
        suggestion_add(&meant, command_line_operand(line, end));
    error_usage(error, "quote a PATTERN of several words%s", suggestion_end(&meant));
    return true;
}

/* The same with a PATTERN or BYTES that is the value of an option: its second word became FILE. */
static bool hint_option_words(const struct command_line *line, struct error *error)
{
    const struct request *request = line->request;
    struct suggestion meant;
    char words[SUGGESTION_TEXT];
    int at = line->first;
    while (at < line->argc && line->argv[at] != request->file)
        at++;
    if (!is_hex(line) || !is_hex_word(request->file) || at <= line->first ||
        !is_hex_word(line->argv[at - 1]))
        return false;
    size_t used = (size_t)snprintf(words, sizeof words, "%s", line->argv[at - 1]);
    suggestion_begin(&meant, line);
    for (int i = line->first; i < at - 1; i++)
        suggestion_add_word(&meant, line->argv[i]);
    for (; at < line->argc && is_hex_word(line->argv[at]) && used < sizeof words; at++)
        used += (size_t)snprintf(words + used, sizeof words - used, " %s", line->argv[at]);
    meant.fits = meant.fits && used < sizeof words;
    suggestion_add_word(&meant, words);
    for (; at < line->argc; at++)
        suggestion_add_word(&meant, line->argv[at]);
    error_usage(error, "quote the bytes%s", suggestion_end(&meant));
    return true;
}

/* ---- RANGE as two numbers -------------------------------------------------------------------- */

static bool is_position(const char *text)
{
    struct position position;
    return position_parse(text, &position, NULL);
}

/* "10 20": the second number is one operand too many. */
static bool hint_two_numbers(const struct command_line *line, struct error *error)
{
    const struct request *request = line->request;
    struct suggestion meant;
    size_t count = command_line_count(line), most = command_most_operands(request->command);
    if (most == 0 || request->operands.count != most + 1 ||
        request->command->operands[most - 1].kind != OPERAND_RANGE)
        return false;
    const char *start = command_line_operand(line, count - 2);
    const char *end = command_line_operand(line, count - 1);
    char range[SUGGESTION_TEXT];
    if (!is_position(start) || !is_position(end))
        return false;
    snprintf(range, sizeof range, "%s:%s", start, end);
    suggestion_begin(&meant, line);
    suggestion_add_options(&meant, line);
    for (size_t i = 0; i < count - 2; i++)
        suggestion_add(&meant, command_line_operand(line, i));
    suggestion_add(&meant, range);
    error_usage(error, "RANGE is one operand, from:to or from+length%s", suggestion_end(&meant));
    return true;
}

/* ---- FILE behind the other operands ---------------------------------------------------------- */

/* Whether an operand cannot be what it stands for, but is the name of a file. */
static bool is_misplaced_file(const struct command_line *line, size_t number)
{
    const char *text = command_line_operand(line, number);
    const struct operand *operand = command_operand(line->request, number - 1);
    struct position position;
    switch (operand ? operand->kind : OPERAND_NONE) {
    case OPERAND_SCRIPT:
    case OPERAND_FILE:
        return false;
    case OPERAND_DATA:
        return number == 1 && hint_exists(text);
    case OPERAND_RANGE:
        return !hint_is_range(text) && hint_exists(text);
    case OPERAND_POSITION:
        return !position_parse(text, &position, NULL) && hint_exists(text);
    default:
        return hint_exists(text);
    }
}

static size_t first_misplaced_file(const struct command_line *line)
{
    size_t count = command_line_count(line);
    for (size_t i = 1; i < count; i++)
        if (is_misplaced_file(line, i))
            return i;
    return 0;
}

static bool hint_order(const struct command_line *line, struct error *error)
{
    struct suggestion meant;
    size_t file = first_misplaced_file(line), count = command_line_count(line);
    const char *name;
    if (file == 0)
        return false;
    bool one_pattern = searches(line) && !request_has_pattern(line->request) && file > 1;
    if (one_pattern && !are_words(line, 0, file))
        return false;
    suggestion_begin(&meant, line);
    suggestion_add_options(&meant, line);
    suggestion_add(&meant, command_line_operand(line, file));
    if (one_pattern)
        add_words(&meant, line, 0, file);
    for (size_t i = one_pattern ? file : 0; i < count; i++)
        if (i != file)
            suggestion_add(&meant, command_line_operand(line, i));
    int length = operand_name(line, &name);
    error_usage(error, "FILE comes before %.*s%s", length, name, suggestion_end(&meant));
    return true;
}

/* ---- a pipe without "-" ---------------------------------------------------------------------- */

/* Completes the message by the command that reads standard input. */
static bool hint_pipe(const struct command_line *line, struct error *error)
{
    const struct request *request = line->request;
    struct suggestion meant;
    bool compares = request->command->traits & COMMAND_COMPARES;
    if (in_script(line) || request->command->access != COMMAND_READS_STREAM ||
        request_has_files(request) || (compares && !request->file) || !stream_input_is_piped())
        return false;
    suggestion_begin(&meant, line);
    suggestion_add_options(&meant, line);
    if (!compares)
        suggestion_add(&meant, "-");
    for (size_t i = 0; i < command_line_count(line); i++)
        suggestion_add(&meant, command_line_operand(line, i));
    if (compares)
        suggestion_add(&meant, "-");
    const struct operand *operand = command_operand(request, 0);
    if (!request->file && operand && !operand->optional)
        suggestion_add_plain(&meant, operand->name);
    return hint_append(error, "write - for standard input", &meant);
}

/* FILE was left out, and RANGE has become FILE or PATTERN. */
static bool hint_piped_range(const struct command_line *line, struct error *error)
{
    size_t count = command_line_count(line);
    const char *last = command_line_operand(line, count - 1);
    char escaped[ESCAPED];
    if (count != (searches(line) && !request_has_pattern(line->request) ? 2 : 1) ||
        !is_bounded_range(last))
        return false;
    error_usage(error, "there is no FILE \"%s\"",
                diag_escape(escaped, sizeof escaped, line->request->file));
    return hint_pipe(line, error);
}

/* "sort f | mmtool write f 0" or "... splice -p a f": both messages begin alike. */
bool hint_data(const struct command_line *line, struct error *error)
{
    const struct request *request = line->request;
    struct suggestion meant;
    if (!error->no_data || in_script(line) || request_has_files(request) ||
        !stream_input_is_piped())
        return false;
    suggestion_begin(&meant, line);
    suggestion_add_options(&meant, line);
    suggestion_add_plain(&meant, "--from=-");
    suggestion_add(&meant, request->file);
    for (size_t i = 0; i < request->operands.count; i++)
        suggestion_add(&meant, request->operands.items[i]);
    (void)hint_append(error, "to take it from standard input", &meant);
    return false;
}

/* ---- when a command has failed --------------------------------------------------------------- */

bool hint_missing(const struct command_line *line, struct error *error)
{
    if (!hint_value(line, error))
        (void)hint_pipe(line, error);
    return false;
}

bool hint_too_many(const struct command_line *line, struct error *error)
{
    (void)(hint_value(line, error) || (!in_script(line) && hint_files(line, error)) ||
           hint_words(line, error) || hint_two_numbers(line, error));
    return false;
}

/* Whether FILE is a file that should be there, and is not: not one that cannot be looked at. */
static bool is_missing(const struct request *request)
{
    struct file *file;
    if (request->create || !strcmp(request->file, "-") || !strncmp(request->file, "shm:", 4) ||
        hint_exists(request->file))
        return false;
    enum file_open_result result = file_open(request->file, FILE_OPEN_NO_WAIT, &file, NULL);
    (void)file_close(file, NULL);
    return result == FILE_MISSING || result == FILE_FAILED;
}

/* Whether an operand that is a range for this subcommand is none. */
static bool is_range_malformed(const struct request *request)
{
    const char *range = command_operand_of(request, OPERAND_RANGE);
    return range && !hint_is_range(range);
}

/* "write 0 x": the position has become FILE, and DATA the position. */
static bool hint_no_file(const struct command_line *line, struct error *error)
{
    const struct request *request = line->request;
    return hint_is_range(request->file) && is_range_malformed(request) &&
           !command_is_incomplete(request, "FILE is", error);
}

bool hint_failed(const struct command_line *line, struct error *error)
{
    const struct request *request = line->request;
    bool starts_over = request_has_files(request) || !request->file || request->list;
    if (error->status != STATUS_FAILED || error->signal || starts_over)
        return false;
    if (is_missing(request))
        (void)(hint_value(line, error) || hint_files(line, error) ||
               hint_option_words(line, error) || hint_order(line, error) ||
               hint_piped_range(line, error) || hint_no_file(line, error));
    else if (is_range_malformed(request))
        (void)(hint_files(line, error) || hint_words(line, error));
    else
        (void)hint_data(line, error);
    return false;
}
