/* pattern.c - compiles the operands of a search. */
#include "scan/pattern.h"

#include <stdlib.h>
#include <string.h>

/* The operands as bytes, one after the other, with their masks. */
struct needles {
    struct buffer bytes;
    struct buffer masks;
    struct needle *items;
    size_t count;
};

static void needles_release(struct needles *needles)
{
    buffer_release(&needles->bytes);
    buffer_release(&needles->masks);
    free(needles->items);
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

static bool encode_all(struct needles *needles, const char *const *operands, size_t count,
                       const struct pattern_options *options, struct error *error)
{
    needles->items = calloc(count, sizeof *needles->items);
    if (!needles->items)
        return error_memory(error, count * sizeof *needles->items);
    needles->count = count;
    for (size_t i = 0; i < count; i++) {
        size_t before = needles->bytes.length;
        if (!bytes_encode_masked(options->type, operands[i], &needles->bytes, &needles->masks,
                                 error))
            return false;
        needles->items[i].length = needles->bytes.length - before;
    }
    if (options->ignore_case && byte_type_size(options->type) > 1)
        fold_units(options->type, &needles->bytes, &needles->masks);
    /* The buffers have stopped moving: point into them. */
    for (size_t i = 0, start = 0; i < count; start += needles->items[i++].length) {
        if (needles->items[i].length == 0)
            continue;
        needles->items[i].bytes = needles->bytes.data + start;
        needles->items[i].mask = needles->masks.data + start;
    }
    return true;
}

static bool compile_strings(struct pattern *pattern, const struct needles *needles,
                            const struct pattern_options *options, struct error *error)
{
    for (size_t i = 0; i < needles->count; i++) {
        if (needles->items[i].length > 0)
            continue;
        pattern->matches_zeros = pattern->matches_empty = true;
        return needles->count == 1 ||
               error_usage(error, "an empty pattern matches everywhere: it can only stand alone");
    }
    bool fold_bytes = options->ignore_case && byte_type_size(options->type) == 1;
    pattern->searcher = searcher_new(needles->items, needles->count, fold_bytes, error);
    if (!pattern->searcher)
        return false;
    pattern->longest = searcher_longest(pattern->searcher);
    pattern->matches_zeros = searcher_matches_zeros(pattern->searcher);
    pattern->matches_newline = searcher_matches_newline(pattern->searcher);
    return true;
}

static bool init_strings(struct pattern *pattern, const char *const *operands, size_t count,
                         const struct pattern_options *options, struct error *error)
{
    struct needles needles = {0};
    bool compiled = encode_all(&needles, operands, count, options, error) &&
                    compile_strings(pattern, &needles, options, error);
    needles_release(&needles);
    return compiled;
}

/* ---- expressions ----------------------------------------------------------------------------- */

/* Compiles an operand on its own, so that an error counts positions in that operand. */
static bool check_expression(const struct buffer *bytes, size_t start, bool ignore_case,
                             struct error *error)
{
    struct regex *regex = regex_new(bytes->data + start, bytes->length - start, ignore_case, error);
    regex_free(regex);
    return regex != NULL;
}

static bool append_text(struct buffer *bytes, const char *text, struct error *error)
{
    return buffer_append(bytes, text, strlen(text), error);
}

/* Joins the operands to one expression that matches any of them: "(?:A)|(?:B)". */
static bool join_expressions(struct buffer *joined, const char *const *operands, size_t count,
                             const struct pattern_options *options, struct error *error)
{
    for (size_t i = 0; i < count; i++) {
        if (count > 1 && !append_text(joined, i > 0 ? "|(?:" : "(?:", error))
            return false;
        size_t start = joined->length;
        if (!bytes_encode(options->type, operands[i], joined, error))
            return false;
        if (count > 1 && (!check_expression(joined, start, options->ignore_case, error) ||
                          !append_text(joined, ")", error)))
            return false;
    }
    return true;
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

static bool init_expressions(struct pattern *pattern, const char *const *operands, size_t count,
                             const struct pattern_options *options, struct error *error)
{
    struct buffer joined = {0};
    if (join_expressions(&joined, operands, count, options, error))
        pattern->regex = regex_new(joined.data ? joined.data : (const unsigned char *)"",
                                   joined.length, options->ignore_case, error);
    buffer_release(&joined);
    if (!pattern->regex)
        return false;
    pattern->matches_empty = regex_matches_empty(pattern->regex);
    pattern->matches_newline = regex_matches_newline(pattern->regex);
    pattern->matches_zeros = pattern->matches_empty || regex_matches_zero(pattern->regex);
    if (search_as_strings(pattern, error))
        return true;
    pattern_release(pattern);
    return false;
}

bool pattern_init(struct pattern *pattern, const char *const *operands, size_t count,
                  const struct pattern_options *options, struct error *error)
{
    *pattern = (struct pattern){0};
    return options->regex ? init_expressions(pattern, operands, count, options, error)
                          : init_strings(pattern, operands, count, options, error);
}

void pattern_release(struct pattern *pattern)
{
    searcher_free(pattern->searcher);
    regex_free(pattern->regex);
    regex_free(pattern->groups);
    *pattern = (struct pattern){0};
}
