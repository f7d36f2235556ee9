/* substitute.c - search and replace: the matches of a pattern become edits. */
#include "commands/substitute.h"
#include "commands/data.h"
#include "commands/patterns.h"
#include "commands/replacement.h"
#include "commands/substitute_cstring.h"
#include "journal/journal.h"
#include "mapping/positions.h"
#include "mapping/reader.h"
#include "scan/pattern.h"
#include "scan/scan.h"

#include <limits.h>
#include <string.h>

struct substitution {
    struct change *change;
    struct range within;
    uint64_t most;                   /* matches to replace */
    struct replacement *replacement; /* --regex with groups in DATA; else NULL */
    uint64_t data_offset;            /* in the pool, of the replacement; without groups 0 */
    uint64_t data_length;            /* of the replacement */
    uint64_t pad_offset;             /* in the pool, of the padding byte or unit */
    size_t pad_length;               /* bytes of the padding */
    size_t unit;                     /* bytes of one value of TYPE; padding is whole units */
    bool same;                       /* DATA equals every match: no edit is needed */
    struct reader old;               /* of the matches, where DATA keeps digits of them */
    struct cstring string;           /* --cstring: the one in which the last match lies */
};

static bool too_long(const struct substitution *substitution, const struct match *match,
                     struct error *error)
{
    return error_set(
        error,
        "the replacement is %llu byte%s long, the match at %llu only %llu; nothing was "
        "changed",
        (unsigned long long)substitution->data_length, diag_plural(substitution->data_length),
        (unsigned long long)match->offset, (unsigned long long)match->length);
}

static bool not_whole_units(const struct substitution *substitution, const struct match *match,
                            struct error *error)
{
    return error_set(error,
                     "%llu of %llu bytes are left of the match at %llu: they are not whole units "
                     "of %zu bytes; nothing was changed",
                     (unsigned long long)(match->length - substitution->data_length),
                     (unsigned long long)match->length, (unsigned long long)match->offset,
                     substitution->unit);
}

/* Adds an edit that puts the replacement in place of `old`. */
static bool add_data(struct substitution *substitution, struct range old, struct error *error)
{
    struct change *change = substitution->change;
    uint64_t length = substitution->data_length;
    if (!substitution->replacement && length != change->data_size) /* --repeat */
        return change_add(change, change_pool_edit(change, old, length), error);
    return edit_list_append_pool(&change->edits, old, substitution->data_offset, length, error);
}

/* DATA with the digits of the match where it has a `?`. */
static bool keep_digits(struct substitution *substitution, const struct match *match,
                        struct error *error)
{
    struct change *change = substitution->change;
    struct buffer *pool = &change->pool.bytes;
    size_t length = change->mask.length;
    if (match->length != length)
        return error_set(error,
                         "a ? in DATA keeps a digit of the match: DATA is %zu byte%s long, the "
                         "match at %llu %llu; nothing was changed",
                         length, diag_plural(length), (unsigned long long)match->offset,
                         (unsigned long long)match->length);
    const unsigned char *old_bytes =
        reader_rising(&substitution->old, match->offset, length, error);
    if (!old_bytes || !buffer_reserve(pool, length, error))
        return false;
    substitution->data_offset = pool->length;
    memcpy(pool->data + pool->length, pool->data, length); /* DATA stands at the start */
    data_keep_digits(pool->data + pool->length, old_bytes, &change->mask);
    pool->length += length;
    return true;
}

/* With groups, or digits that are kept, the replacement differs from match to match. */
static bool expand(struct substitution *substitution, const struct match *match,
                   struct error *error)
{
    struct buffer *pool = &substitution->change->pool.bytes;
    if (substitution->change->mask.length > 0)
        return keep_digits(substitution, match, error);
    if (!substitution->replacement)
        return true;
    substitution->data_offset = pool->length;
    if (!replacement_expand(substitution->replacement, match, pool, error))
        return false;
    substitution->data_length = pool->length - substitution->data_offset;
    return true;
}

/* The replacement, padded to the length of the match. */
static bool replace_padded(struct substitution *substitution, const struct match *match,
                           struct error *error)
{
    struct change *change = substitution->change;
    uint64_t length = substitution->data_length;
    struct range front = {match->offset, match->offset + length};
    struct edit pad = {
        .offset = front.end,
        .old_length = match->length - length,
        .kind = EDIT_POOL,
        .source = substitution->pad_offset,
        .period = substitution->pad_length,
        .new_length = match->length - length,
    };
    return add_data(substitution, front, error) && change_add(change, pad, error);
}

/* Whether the replacement fits the match, for --pad and --cstring. */
static bool check_length(const struct substitution *substitution, const struct match *match,
                         struct error *error)
{
    if (substitution->data_length > match->length)
        return too_long(substitution, match, error);
    return (match->length - substitution->data_length) % substitution->unit == 0 ||
           not_whole_units(substitution, match, error);
}

static bool replace_in_string(struct substitution *substitution, const struct match *match,
                              unsigned zero, struct error *error)
{
    struct range old = {match->offset, match->offset + match->length};
    if (!check_length(substitution, match, error) ||
        !cstring_begin(&substitution->string, old, zero, error))
        return false;
    cstring_shorten(&substitution->string, match->length - substitution->data_length);
    return add_data(substitution, old, error);
}

/* `zero`: see cstring_begin(). */
static bool replace(struct substitution *substitution, const struct match *match, unsigned zero,
                    struct error *error)
{
    const struct request *request = substitution->change->session->request;
    struct range old = {match->offset, match->offset + match->length};
    if (substitution->same)
        return true;
    if (!expand(substitution, match, error))
        return false;
    if (request->cstring)
        return replace_in_string(substitution, match, zero, error);
    if (!request->pad)
        return add_data(substitution, old, error);
    return check_length(substitution, match, error) && replace_padded(substitution, match, error);
}

static enum scan_answer take_matches(void *context, const struct scan_batch *batch,
                                     struct error *error)
{
    struct substitution *substitution = context;
    struct change *change = substitution->change;
    for (size_t i = 0; i < batch->count; i++) {
        if (change->replaced == substitution->most)
            return SCAN_STOP;
        unsigned zero = batch->zeros ? batch->zeros[i] : SCAN_ZERO_UNKNOWN;
        if (!replace(substitution, &batch->matches[i], zero, error))
            return SCAN_ERROR;
        change->replaced++;
    }
    return change->replaced == substitution->most ? SCAN_STOP : SCAN_CONTINUE;
}

static uint64_t most_matches(const struct request *request)
{
    if (request->max_count_given)
        return request->max_count;
    return request->all ? UINT64_MAX : 1;
}

/* Padding follows DATA in the pool; change_pool_edit() must not count it as DATA. */
static bool set_pad(struct substitution *substitution, struct error *error)
{
    struct change *change = substitution->change;
    const struct request *request = change->session->request;
    if (!request->pad)
        return true;
    if (request->cstring)
        return error_usage(error, "--pad does not go with --cstring");
    if (change->pool.has_file)
        return error_usage(error, "--pad does not go with --from or --typed-from: give DATA as an "
                                  "operand");
    const struct byte_type *type = request->type;
    struct buffer *pool = &change->pool.bytes;
    substitution->pad_offset = pool->length;
    bool done = type && byte_type_is_utf16(type)
                    ? byte_type_append(type, request->pad_value, pool, error)
                    : buffer_append_byte(pool, (unsigned char)request->pad_value, error);
    substitution->pad_length = pool->length - (size_t)substitution->pad_offset;
    return done;
}

/* With several FILEs signals are held during the search, too. */
static bool take_pause(void *context, uint64_t at, struct error *error)
{
    (void)context;
    (void)at;
    return !journal_must_stop(error);
}

/* Bytes of a view. Larger views would save little time, and count as memory of an edit. */
enum { VIEW_MOST = 2 * 1024 * 1024 };

static bool scan_all(struct substitution *substitution, const struct pattern *pattern,
                     struct error *error)
{
    const struct request *request = substitution->change->session->request;
    struct scan scan = {
        .mapping = substitution->change->mapping,
        .pattern = pattern,
        .range = substitution->within,
        .align = substitution->change->session->request->align,
        .zeros = request->cstring && substitution->unit == 1,
        .view_most = VIEW_MOST,
        .threads = (unsigned)minimum_u64(request->threads, UINT_MAX),
        .pause = take_pause,
    };
    return substitution->most == 0 || (scan_run(&scan, take_matches, substitution, error) &&
                                       cstring_end(&substitution->string, error));
}

/* ---- DATA with a regular expression ---------------------------------------------------------- */

static const struct regex *regex_of(const struct pattern *pattern)
{
    return pattern->regex ? pattern->regex : pattern->groups;
}

/*
 * Takes DATA out of the pool and decodes its escapes. Without groups the decoded bytes go
 * back into the pool.
 */
static bool parse_data(struct change *change, const struct regex *regex,
                       struct replacement *replacement, struct error *error)
{
    struct buffer *pool = &change->pool.bytes;
    if (!replacement_parse(replacement, pool->data, pool->length, regex_group_count(regex), error))
        return false;
    buffer_release(pool);
    change->data_size = 0;
    if (replacement_has_groups(replacement))
        return change->session->request->repeat == 1 ||
               error_usage(error, "--repeat does not go with groups in DATA");
    *pool = replacement->bytes;
    replacement->bytes = (struct buffer){0};
    change->data_size = pool->length;
    return true;
}

/*
 * Whether every match equals DATA. Then no edit is needed and the file's times stay. A single
 * plain pattern answers this without a search.
 */
static bool is_same(const struct change *change, const struct byte_type *type, bool *same,
                    struct error *error)
{
    const struct request *request = change->session->request;
    const struct buffer *data = &change->pool.bytes;
    struct buffer bytes = {0}, mask = {0};
    *same = false;
    if (change->mask.length > 0 || request->patterns.count != 1 || request->patterns_from ||
        request->regex || request->ignore_case || request->repeat != 1 || change->pool.has_file)
        return true;
    bool done = bytes_encode_masked(type, request->patterns.items[0], &bytes, &mask, error);
    *same = done && bytes.length == change->data_size && bytes.length > 0 &&
            memcmp(bytes.data, data->data, bytes.length) == 0;
    for (size_t i = 0; *same && i < mask.length; i++)
        *same = mask.data[i] == 0xff;
    buffer_release(&bytes);
    buffer_release(&mask);
    return done;
}

static bool scan_with_data(struct substitution *substitution, const struct pattern *pattern,
                           const struct byte_type *type, struct error *error)
{
    struct change *change = substitution->change;
    return change_data_length(change, &substitution->data_length, error) &&
           set_pad(substitution, error) && is_same(change, type, &substitution->same, error) &&
           scan_all(substitution, pattern, error);
}

static bool scan_expression(struct substitution *substitution, const struct pattern *pattern,
                            const struct byte_type *type, struct error *error)
{
    struct change *change = substitution->change;
    const struct regex *regex = regex_of(pattern);
    struct replacement replacement = {0};
    bool done = parse_data(change, regex, &replacement, error);
    if (done && replacement_has_groups(&replacement)) {
        substitution->replacement = &replacement;
        done = replacement_begin(&replacement, regex, change->mapping, substitution->within, error);
    }
    done = done && scan_with_data(substitution, pattern, type, error);
    substitution->replacement = NULL;
    replacement_release(&replacement);
    return done;
}

static bool empty_pattern(const struct substitution *substitution, const struct pattern *pattern,
                          struct error *error)
{
    const char *name = substitution->change->session->request->patterns_from;
    char quoted[200];
    error_usage(error, "an empty pattern cannot be replaced");
    return pattern->empty_line > 0 &&
           error_prefix(error, "--patterns-from=%s:%llu", diag_escape(quoted, sizeof quoted, name),
                        (unsigned long long)pattern->empty_line);
}

static bool substitute_pattern(struct substitution *substitution, const struct pattern *pattern,
                               const struct byte_type *type, struct error *error)
{
    if (pattern->has_empty)
        return empty_pattern(substitution, pattern, error);
    return regex_of(pattern) && !request_has_source(substitution->change->session->request)
               ? scan_expression(substitution, pattern, type, error)
               : scan_with_data(substitution, pattern, type, error);
}

bool substitute(struct change *change, struct error *error)
{
    struct session *session = change->session;
    const struct request *request = session->request;
    struct substitution substitution = {.change = change, .most = most_matches(request)};
    const struct byte_type *type = request->type;
    struct pattern pattern;
    substitution.within = (struct range){0, change->mapping->size};
    if (!type && !(type = byte_type_find("text", error)))
        return false;
    substitution.unit = byte_type_size(type);
    substitution.old.mapping = change->mapping;
    cstring_init(&substitution.string, change->mapping, &change->edits, substitution.unit);
    if (request->within && !positions_range(change->mapping, request->type, request->within,
                                            &substitution.within, error))
        return false;
    if (!patterns_compile(session, &request->patterns, type, &pattern, error))
        return false;
    bool done = substitute_pattern(&substitution, &pattern, type, error);
    cstring_release(&substitution.string);
    reader_release(&substitution.old);
    patterns_release(session, &pattern);
    session->replaced = change->replaced;
    return done;
}
