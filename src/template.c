/* template.c - DATA of a search and replace by expression. */
#include "template.h"

#include <stdlib.h>

enum { STEP = 64 * 1024 };

static bool is_special(const unsigned char *text, size_t length, size_t at)
{
    return text[at] == '\\' && at + 1 < length &&
           (text[at + 1] == '\\' || (text[at + 1] >= '0' && text[at + 1] <= '9'));
}

bool template_is_one(const unsigned char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (is_special(text, length, i))
            return true;
    return false;
}

/* A group that does not exist is a slip of the hand: nothing in its place would lose bytes. */
static bool check_groups(const unsigned char *text, size_t length, const struct regex *regex,
                         struct error *error)
{
    uint32_t count = regex_group_count(regex);
    for (size_t i = 0; i < length; i++) {
        if (!is_special(text, length, i))
            continue;
        unsigned char name = text[++i];
        if (name != '\\' && (uint32_t)(name - '0') > count)
            return error_usage(error, "DATA has \\%c, but the expression has %u group%s", name,
                               (unsigned)count, diag_plural(count));
    }
    return true;
}

/* Bytes around `offset` for the matcher; see regex.h. */
static const unsigned char *span(void *context, uint64_t offset, bool backward, uint64_t *first,
                                 size_t *length)
{
    struct template *template = context;
    struct range *held = &template->held;
    if (offset < held->start || offset >= held->end) {
        uint64_t around = backward ? STEP - 16 : 16;
        uint64_t start = offset - minimum_u64(offset, around);
        struct range wanted = {start, minimum_u64(template->range.end, start + STEP)};
        *held = (struct range){0, 0};
        if (!mapping_read(template->mapping, wanted.start, template->bytes,
                          (size_t)range_length(wanted), template->error))
            return NULL;
        *held = wanted;
    }
    *first = held->start;
    *length = (size_t)range_length(*held);
    return template->bytes;
}

bool template_init(struct template *template, const unsigned char *text, size_t length,
                   const struct regex *regex, const struct mapping *mapping, struct range range,
                   struct error *error)
{
    *template = (struct template){.mapping = mapping, .range = range};
    if (!check_groups(text, length, regex, error))
        return false;
    template->bytes = malloc(STEP);
    template->matcher = template->bytes ? regex_matcher_new(regex, 0, error) : NULL;
    if (!template->bytes)
        error_memory(error, STEP);
    if (template->matcher && buffer_append(&template->text, text, length, error))
        return true;
    template_release(template);
    return false;
}

void template_release(struct template *template)
{
    regex_matcher_free(template->matcher);
    buffer_release(&template->text);
    free(template->bytes);
    *template = (struct template){0};
}

static bool append_group(const struct template *template, const struct regex_match *group,
                         struct buffer *out, struct error *error)
{
    size_t length;
    if (group->start == UINT64_MAX || group->start >= group->end)
        return true;
    if (!checked_size(group->end - group->start, &length) || !buffer_reserve(out, length, error))
        return error_set(error, "a group of %llu bytes does not fit in memory",
                         (unsigned long long)(group->end - group->start));
    if (!mapping_read(template->mapping, group->start, out->data + out->length, length, error))
        return false;
    out->length += length;
    return true;
}

static bool append_all(const struct template *template, const struct regex_match *groups,
                       struct buffer *out, struct error *error)
{
    const unsigned char *text = template->text.data;
    size_t length = template->text.length;
    for (size_t i = 0; i < length; i++) {
        bool special = is_special(text, length, i);
        i += special;
        bool done = special && text[i] != '\\'
                        ? append_group(template, &groups[text[i] - '0'], out, error)
                        : buffer_append_byte(out, text[i], error);
        if (!done)
            return false;
    }
    return true;
}

bool template_expand(struct template *template, const struct match *match, struct buffer *out,
                     struct error *error)
{
    struct regex_match groups[REGEX_GROUPS];
    struct regex_match whole = {match->offset, match->offset + match->length};
    struct regex_text text = {span, template, 0, template->range.end};
    size_t before = out->length;
    template->error = error;
    switch (regex_groups(template->matcher, &text, &whole, groups)) {
    case REGEX_FOUND:
        if (append_all(template, groups, out, error))
            return true;
        out->length = before;
        return false;
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
