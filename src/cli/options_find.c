/* options_find.c - the options of find and rfind, and those of splice that search and replace. */
#include "cli/commands.h"
#include "cli/options_rows.h"

#include <string.h>

static bool set_as(struct request *request, const struct option *option, const char *value,
                   struct error *error)
{
    const struct byte_type *type = byte_type_find(value, error);
    if (!type)
        return false;
    if (request->as && request->as != type)
        return error_usage(error, "two different types are given with --%s", option->name);
    request->as = type;
    return true;
}

static bool set_max_count(struct request *request, const struct option *option, const char *value,
                          struct error *error)
{
    request->max_count_given = true;
    return options_set_number(request, option, value, error);
}

enum { CONTEXT_BOTH, CONTEXT_AFTER, CONTEXT_BEFORE };

static bool set_context(struct request *request, const struct option *option, const char *value,
                        struct error *error)
{
    uint64_t lines;
    if (!number_parse(value, option->name, &lines, error))
        return false;
    request->line = request->context_given = true;
    switch (option->value) {
    case CONTEXT_AFTER:
        request->lines_after = lines;
        request->after_given = true;
        return true;
    case CONTEXT_BEFORE:
        request->lines_before = lines;
        request->before_given = true;
        return true;
    }
    /* As in grep, -A and -B take precedence over -C, in any order. */
    if (!request->after_given)
        request->lines_after = lines;
    if (!request->before_given)
        request->lines_before = lines;
    return true;
}

static const char *const without[] = {"without", NULL};

static bool set_names(struct request *request, const struct option *option, const char *value,
                      struct error *error)
{
    size_t index;
    request->names = value ? NAMES_WITHOUT_MATCH : NAMES_WITH_MATCH;
    return !value || option_find_word(option, value, strlen(value), &index, error);
}

static bool set_pad(struct request *request, const struct option *option, const char *value,
                    struct error *error)
{
    request->pad = true;
    request->pad_value = 0;
    return !value || number_parse(value, option->name, &request->pad_value, error);
}

const struct option options_find[] = {
    FLAG("all", 'a', all, "every match, not overlapping", .title = OPTION_FINDS),
    FLAG("overlapping", 0, overlapping, "every match, overlapping ones too"),
    {"max-count", 'm', ARGUMENT_REQUIRED, "N", "stop after N matches (implies --all)",
     .set = set_max_count, .offset = offsetof(struct request, max_count)},
    FLAG("ignore-case", 'i', ignore_case, "ASCII letters match either case"),
    FLAG("regex", 'E', regex, "PATTERN is a regular expression over bytes"),
    {"pattern", 'p', ARGUMENT_REQUIRED, "PATTERN", "a pattern; repeatable: a match of any of them",
     .repeats = true, .offset = offsetof(struct request, patterns)},
    {"from", 'f', ARGUMENT_REQUIRED, "FILE[@RANGE]",
     "PATTERN is the bytes of a file (-: standard input)", .kind = VALUE_FILE,
     .set = options_set_once, .offset = offsetof(struct request, from)},
    FLAG("count", 'c', count, "print only the number of matches (implies --all)",
         .title = OPTION_PRINTS),
    FLAG("quiet", 'q', quiet, "print nothing; the exit status tells"),
    FLAG("range", 'r', print_range, "print OFFSET+LENGTH"),
    FLAG("only-matching", 'o', only_matching, "print the bytes that match"),
    {"as", 0, ARGUMENT_REQUIRED, "TYPE", "with --only-matching: print the bytes in TYPE",
     .kind = VALUE_TYPE, .set = set_as},
    FLAG("line-number", 'n', number, "print the line's number in place of the offset"),
    FLAG("line", 'l', line, "print OFFSET: and the line, each line once"),
    {"after-context", 'A', ARGUMENT_REQUIRED, "N", "print N lines after it, too (implies --line)",
     .set = set_context, .value = CONTEXT_AFTER},
    {"before-context", 'B', ARGUMENT_REQUIRED, "N", "print N lines before it, too (the same)",
     .set = set_context, .value = CONTEXT_BEFORE},
    {"context", 'C', ARGUMENT_REQUIRED, "N", "print N lines on both sides, too (the same)",
     .set = set_context, .value = CONTEXT_BOTH},
    {"color", 0, ARGUMENT_REQUIRED, NULL, "colour the matches of --line, --only-matching, --dump",
     .kind = VALUE_WORD, .words = options_when, .set = options_set_when,
     .offset = offsetof(struct request, color)},
    FLAG("null", 'z', null, "end each result with NUL instead of a newline"),
    FLAG("json", 'j', json, "print each result as a JSON object"),
    {"radix", 0, ARGUMENT_REQUIRED, NULL, "the base in which offsets are printed",
     .kind = VALUE_WORD, .words = options_radixes, .set = options_set_radix},
    END,
};

const struct option options_sorted[] = {
    FLAG("sorted", 0, sorted, "bisect sorted lines for the first one not less than PATTERN",
         .title = OPTION_FINDS),
    END,
};

const struct option options_names[] = {
    {"names", 0, ARGUMENT_OPTIONAL, NULL, "print only the names of files with a match, or without",
     .kind = VALUE_WORD, .words = without, .set = set_names, .title = OPTION_FILES},
    END,
};

const struct option options_splice[] = {
    {"pattern", 'p', ARGUMENT_REQUIRED, "PATTERN", "replace what matches; repeatable: any of them",
     .repeats = true, .offset = offsetof(struct request, patterns), .title = OPTION_FINDS},
    FLAG("all", 'a', all, "replace every match, not only the first"),
    {"max-count", 'm', ARGUMENT_REQUIRED, "N", "replace the first N matches", .set = set_max_count,
     .offset = offsetof(struct request, max_count)},
    FLAG("regex", 'E', regex, "PATTERN is an expression; DATA may have \\0 to \\9"),
    FLAG("ignore-case", 'i', ignore_case, "ASCII letters match either case"),
    {"within", 0, ARGUMENT_REQUIRED, "RANGE",
     "look for matches in this range only; with several FILEs, the RANGE", .set = options_set_once,
     .offset = offsetof(struct request, within)},
    {"pad", 0, ARGUMENT_OPTIONAL, "BYTE", "fill up a shorter replacement with BYTE (0)",
     .set = set_pad, .title = OPTION_CHANGES},
    FLAG("cstring", 0, cstring, "keep the length of the NUL-terminated string around a match"),
    FLAG("delete", 0, deletes, "delete the match or the RANGE; there is no DATA"),
    {"edits", 0, ARGUMENT_REQUIRED, "SCRIPT", "do the edits of a script (-: standard input)",
     .kind = VALUE_FILE, .set = options_set_once, .offset = offsetof(struct request, edits)},
    FLAG("allow-empty", 0, allow_empty, "let DATA that a stream brings be empty, and delete"),
    END,
};
