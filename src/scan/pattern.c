/* pattern.c - compiles the operands of a search. */
#include "scan/pattern_operands.h"

#include <stdlib.h>
#include <string.h>

/* The operands as bytes, one after the other, with their masks. */
struct needles {
    struct buffer bytes;
    struct buffer masks;   /* of text there are none */
    struct buffer lengths; /* of size_t, of each operand that is not empty */
    size_t count;          /* of operands, empty ones too */
    bool has_empty;        /* an operand is empty */
    uint64_t empty_line;   /* the first one that is a line of a file; 0: none */
};

static void needles_release(struct needles *needles)
{
    buffer_release(&needles->bytes);
    buffer_release(&needles->masks);
    buffer_release(&needles->lengths);
}

/*
 * Lets an ASCII letter in UTF-16 match either case. Other types of several bytes hold
 * numbers: a byte that looks like a letter is only part of one.
 */
static void fold_units(const struct byte_type *type, const struct buffer *bytes,
                       struct buffer *masks)
{
    size_t low = byte_type_is_big_endian(type);
    if (!byte_type_is_utf16(type))
        return;
    for (size_t at = 0; at + 1 < bytes->length; at += 2) {
        unsigned char letter = bytes->data[at + low] | 0x20;
        if (bytes->data[at + 1 - low] == 0 && letter >= 'a' && letter <= 'z')
            masks->data[at + low] = 0xdf;
    }
}

static bool encode_one(struct needles *needles, struct operand_reader *reader,
                       const struct written_operand *operand, struct error *error)
{
    size_t before = needles->bytes.length;
    struct buffer *masks = byte_type_is_text(reader->type) ? NULL : &needles->masks;
    if (!operand_reader_encode(reader, operand, &needles->bytes, masks, error))
        return false;
    size_t length = needles->bytes.length - before;
    needles->count++;
    if (length > 0)
        return buffer_append(&needles->lengths, &length, sizeof length, error);
    needles->has_empty = true;
    if (needles->empty_line == 0)
        needles->empty_line = reader->line;
    return true;
}

static bool encode_all(struct needles *needles, const struct pattern_operands *operands,
                       const struct pattern_options *options, struct error *error)
{
    struct operand_reader reader = {.operands = operands, .type = options->type};
    struct written_operand operand;
    bool encoded = true;
    while (encoded && operand_reader_next(&reader, &operand))
        encoded =
            encode_one(needles, &reader, &operand, error) || operand_reader_locate(&reader, error);
    operand_reader_release(&reader);
    if (encoded && options->ignore_case && byte_type_size(options->type) > 1)
        fold_units(options->type, &needles->bytes, &needles->masks);
    return encoded;
}

/* The needles point into the buffers, which must have stopped moving. */
static struct needle *point_at(const struct needles *needles, size_t count, struct error *error)
{
    const size_t *lengths = (const void *)needles->lengths.data;
    struct needle *items = calloc(count, sizeof *items);
    if (!items) {
        error_memory(error, count * sizeof *items);
        return NULL;
    }
    for (size_t i = 0, start = 0; i < count; start += lengths[i++]) {
        items[i].bytes = needles->bytes.data + start;
        items[i].mask = needles->masks.length > 0 ? needles->masks.data + start : NULL;
        items[i].length = lengths[i];
    }
    return items;
}

static bool compile_needles(struct pattern *pattern, const struct needles *needles,
                            const struct pattern_options *options, struct error *error)
{
    size_t count = needles->lengths.length / sizeof(size_t);
    bool fold_bytes = options->ignore_case && byte_type_size(options->type) == 1;
    struct needle *items = point_at(needles, count, error);
    if (!items)
        return false;
    pattern->searcher = searcher_new(items, count, fold_bytes, error);
    free(items);
    if (!pattern->searcher)
        return false;
    pattern->longest = searcher_longest(pattern->searcher);
    pattern->matches_zeros = searcher_matches_zeros(pattern->searcher);
    pattern->matches_newline = searcher_matches_newline(pattern->searcher);
    return true;
}

static bool compile_strings(struct pattern *pattern, const struct needles *needles,
                            const struct pattern_options *options, struct error *error)
{
    pattern->has_empty = needles->has_empty;
    pattern->empty_line = needles->empty_line;
    pattern->matches_nothing = needles->count == 0;
    if (pattern->matches_nothing)
        return true;
    if (!needles->has_empty)
        return compile_needles(pattern, needles, options, error);
    pattern->matches_zeros = pattern->matches_empty = true;
    return needles->count == 1 || needles->empty_line > 0 ||
           error_usage(error, "an empty pattern matches everywhere: it can only stand alone");
}

static bool init_strings(struct pattern *pattern, const struct pattern_operands *operands,
                         const struct pattern_options *options, struct error *error)
{
    struct needles needles = {0};
    bool compiled = encode_all(&needles, operands, options, error) &&
                    compile_strings(pattern, &needles, options, error);
    needles_release(&needles);
    return compiled;
}

/* ---- expressions ----------------------------------------------------------------------------- */

static bool append_text(struct buffer *bytes, const char *text, struct error *error)
{
    return buffer_append(bytes, text, strlen(text), error);
}

/*
 * Appends an operand. One of several gets parentheses, and is checked on its own, so that an error
 * counts positions in that operand.
 */
static bool append_expression(struct buffer *joined, const struct written_operand *operand,
                              bool is_only, bool ignore_case, struct error *error)
{
    if (is_only)
        return operand->length == 0 ||
               buffer_append(joined, operand->bytes, operand->length, error);
    if (!append_text(joined, joined->length > 0 ? "|(?:" : "(?:", error))
        return false;
    size_t start = joined->length;
    return (operand->length == 0 ||
            buffer_append(joined, operand->bytes, operand->length, error)) &&
           regex_check(joined->data + start, joined->length - start, ignore_case, error) &&
           append_text(joined, ")", error);
}

/* Joins the operands to one expression that matches any of them: "(?:A)|(?:B)". */
static bool join_expressions(struct pattern *pattern, struct buffer *joined,
                             const struct pattern_operands *operands,
                             const struct pattern_options *options, struct error *error)
{
    struct operand_reader reader = {.operands = operands, .type = options->type};
    struct written_operand operand;
    bool is_only = operands->count + operands->whole.given == 1 && !operands->lines.given;
    bool done = true;
    pattern->matches_nothing = true;
    while (done && operand_reader_next(&reader, &operand)) {
        pattern->matches_nothing = false;
        pattern->has_empty = pattern->has_empty || operand.length == 0;
        if (operand.length == 0 && pattern->empty_line == 0)
            pattern->empty_line = reader.line;
        done = append_expression(joined, &operand, is_only, options->ignore_case, error) ||
               operand_reader_locate(&reader, error);
    }
    operand_reader_release(&reader);
    return done;
}

/* Searching for a few strings is faster than any regex automaton. */
static bool search_as_strings(struct pattern *pattern, struct error *error)
{
    if (!regex_searcher(pattern->regex, &pattern->searcher, error))
        return false;
    if (pattern->searcher) {
        pattern->longest = searcher_longest(pattern->searcher);
        pattern->groups = pattern->regex;
        pattern->regex = NULL;
    }
    return true;
}

static bool init_expressions(struct pattern *pattern, const struct pattern_operands *operands,
                             const struct pattern_options *options, struct error *error)
{
    struct buffer joined = {0};
    bool is_joined = join_expressions(pattern, &joined, operands, options, error);
    if (is_joined && !pattern->matches_nothing)
        pattern->regex = regex_new(joined.data ? joined.data : (const unsigned char *)"",
                                   joined.length, options->ignore_case, error);
    buffer_release(&joined);
    if (!pattern->regex)
        return is_joined && pattern->matches_nothing;
    pattern->matches_empty = regex_matches_empty(pattern->regex);
    pattern->matches_newline = regex_matches_newline(pattern->regex);
    pattern->matches_zeros = pattern->matches_empty || regex_matches_zero(pattern->regex);
    /* A searcher finds the longest string. */
    pattern->shortest = options->shortest && !regex_has_one_length(pattern->regex);
    if (pattern->shortest || search_as_strings(pattern, error))
        return true;
    pattern_release(pattern);
    return false;
}

bool pattern_init(struct pattern *pattern, const struct pattern_operands *operands,
                  const struct pattern_options *options, struct error *error)
{
    *pattern = (struct pattern){0};
    return options->regex ? init_expressions(pattern, operands, options, error)
                          : init_strings(pattern, operands, options, error);
}

void pattern_release(struct pattern *pattern)
{
    searcher_free(pattern->searcher);
    regex_free(pattern->regex);
    regex_free(pattern->groups);
    *pattern = (struct pattern){0};
}
