/* replacement.c - DATA of a search and replace by regular expression. */
#include "commands/replacement.h"
#include "base/copy.h"
#include "base/escape.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

enum { STEP = 32 * 1024 };

/* ---- parsing DATA ---------------------------------------------------------------------------- */

static bool add_part(struct replacement *replacement, unsigned group, struct error *error)
{
    struct replacement_part part = {replacement->bytes.length, group};
    return buffer_append(&replacement->parts, &part, sizeof part, error);
}

/* Adds a group. One that does not exist is an error: ignoring it would lose bytes. */
static bool parse_group(struct replacement *replacement, unsigned group, unsigned groups,
                        struct error *error)
{
    if (group > groups)
        return error_usage(error, "DATA has \\%u, but the expression has %u group%s", group, groups,
                           diag_plural(groups));
    return add_part(replacement, group, error);
}

static bool refuse_escape(const unsigned char *letter, size_t length, size_t column,
                          struct error *error)
{
    char quoted[UTF8_QUOTED_MAX];
    return error_usage(error,
                       "\\%s at column %zu of DATA is not an escape (with --regex: \\0 to \\9 \\n "
                       "\\t \\r \\a \\f \\v \\xHH, and \\\\ for a backslash)",
                       utf8_quote(quoted, letter, length), column);
}

/* Decodes the escape whose backslash is text[*at]; `*at` moves past it. */
static bool parse_escape(struct replacement *replacement, const unsigned char *text, size_t length,
                         size_t *at, unsigned groups, struct error *error)
{
    unsigned char bytes[ESCAPE_MAX], letter = *at + 1 < length ? text[*at + 1] : '\\';
    if (letter >= '0' && letter <= '9') {
        *at += 2;
        return parse_group(replacement, letter - (unsigned)'0', groups, error);
    }
    if (!memchr("ntrafvx\\", letter, 8))
        return refuse_escape(text + *at + 1, length - *at - 1, *at + 1, error);
    size_t count = escape_read(text, length, at, bytes, error);
    return count > 0 && buffer_append(&replacement->bytes, bytes, count, error);
}

static bool parse_all(struct replacement *replacement, const unsigned char *text, size_t length,
                      unsigned groups, struct error *error)
{
    for (size_t at = 0; at < length;) {
        const unsigned char *backslash = memchr(text + at, '\\', length - at);
        size_t plain = backslash ? (size_t)(backslash - text) - at : length - at;
        if (!buffer_append(&replacement->bytes, text + at, plain, error))
            return false;
        at += plain;
        if (backslash && !parse_escape(replacement, text, length, &at, groups, error))
            return false;
    }
    return add_part(replacement, REPLACEMENT_NO_GROUP, error);
}

bool replacement_parse(struct replacement *replacement, const unsigned char *text, size_t length,
                       unsigned groups, struct error *error)
{
    *replacement = (struct replacement){0};
    if (parse_all(replacement, text, length, groups, error))
        return true;
    replacement_release(replacement);
    return false;
}

/* ---- groups ---------------------------------------------------------------------------------- */

/* Bytes around `offset` for the matcher; see regex/regex.h. */
static const unsigned char *span(void *context, uint64_t offset, bool backward, uint64_t *first,
                                 size_t *length)
{
    struct replacement *replacement = context;
    struct range *held = &replacement->held;
    if (offset < held->start || offset >= held->end) {
        uint64_t around = backward ? STEP - 16 : 16;
        uint64_t start = offset - minimum_u64(offset, around);
        struct range wanted = {start, minimum_u64(replacement->range.end, start + STEP)};
        *held = (struct range){0, 0};
        if (!mapping_read(replacement->mapping, wanted.start, replacement->held_bytes,
                          (size_t)range_length(wanted), replacement->error))
            return NULL;
        *held = wanted;
    }
    *first = held->start;
    *length = (size_t)range_length(*held);
    return replacement->held_bytes;
}

bool replacement_begin(struct replacement *replacement, const struct regex *regex,
                       const struct mapping *mapping, struct range range, struct error *error)
{
    replacement->mapping = mapping;
    replacement->range = range;
    replacement->held_bytes = malloc(STEP);
    if (!replacement->held_bytes)
        return error_memory(error, STEP);
    replacement->matcher = regex_matcher_new(regex, 0, error);
    return replacement->matcher != NULL;
}

void replacement_release(struct replacement *replacement)
{
    regex_matcher_free(replacement->matcher);
    buffer_release(&replacement->bytes);
    buffer_release(&replacement->parts);
    free(replacement->held_bytes);
    *replacement = (struct replacement){0};
}

/* Copies bytes by the part of the file that is held: groups are near each other. */
static bool copy_bytes(struct replacement *replacement, uint64_t offset, unsigned char *to,
                       size_t length)
{
    while (length > 0) {
        uint64_t first;
        size_t held;
        const unsigned char *bytes = span(replacement, offset, false, &first, &held);
        if (!bytes)
            return false;
        size_t part = minimum_size(held - (size_t)(offset - first), length);
        copy_short(to, bytes + (offset - first), part);
        offset += part;
        to += part;
        length -= part;
    }
    return true;
}

static uint64_t group_length(const struct regex_match *group)
{
    return group->start == UINT64_MAX ? 0 : group->end - group->start;
}

/* The bytes of the replacement; false if they are more than fit in memory. */
static bool measure(const struct replacement *replacement, const struct regex_match *groups,
                    size_t *length)
{
    const struct replacement_part *parts = (const void *)replacement->parts.data;
    uint64_t sum = replacement->bytes.length;
    for (size_t i = 0; parts[i].group != REPLACEMENT_NO_GROUP; i++)
        if (!checked_add(sum, group_length(&groups[parts[i].group]), &sum))
            return false;
    return checked_size(sum, length);
}

/* Writes the replacement to `to`. */
static bool write_all(struct replacement *replacement, const struct regex_match *groups,
                      unsigned char *to)
{
    const struct replacement_part *part = (const void *)replacement->parts.data;
    size_t start = 0;
    for (;; part++) {
        if (part->end > start)
            copy_short(to, replacement->bytes.data + start, part->end - start);
        to += part->end - start;
        start = part->end;
        if (part->group == REPLACEMENT_NO_GROUP)
            return true;
        const struct regex_match *group = &groups[part->group];
        size_t length = (size_t)group_length(group);
        if (!copy_bytes(replacement, group->start, to, length))
            return false;
        to += length;
    }
}

static bool append_all(struct replacement *replacement, const struct regex_match *groups,
                       struct buffer *out, struct error *error)
{
    size_t length;
    if (!measure(replacement, groups, &length) || !buffer_reserve(out, length, error))
        return error_set(error, "the replacement of the match at %llu does not fit in memory",
                         (unsigned long long)groups[0].start);
    if (!write_all(replacement, groups, out->data + out->length))
        return false;
    out->length += length;
    return true;
}

bool replacement_expand(struct replacement *replacement, const struct match *match,
                        struct buffer *out, struct error *error)
{
    struct regex_match groups[REGEX_GROUPS];
    struct regex_match whole = {match->offset, match->offset + match->length};
    struct regex_text text = {span, replacement, 0, replacement->range.end};
    replacement->error = error;
    switch (regex_groups(replacement->matcher, &text, &whole, groups)) {
    case REGEX_FOUND:
        return append_all(replacement, groups, out, error);
    case REGEX_NO_MEMORY:
        return error_set(error, "out of memory for the groups of the match at %llu",
                         (unsigned long long)match->offset);
    case REGEX_UNREADABLE:
        return false;
    case REGEX_NONE:
        break;
    }
    return error_set(error, "another program changed the match at %llu meanwhile",
                     (unsigned long long)match->offset);
}
