/*
 * search_reference.h - the slow, obvious search that the fast ones are held to, and
 * random cases for both. For test programs, one translation unit each.
 */
#ifndef MMTOOL_SEARCH_REFERENCE_H
#define MMTOOL_SEARCH_REFERENCE_H

#include "search/search.h"
#include "unit.h"

enum { MOST_NEEDLES = 40, MANY_NEEDLES = 400, MOST_MATCHES = 1500 };

struct random_case {
    unsigned char *allocation; /* ends where the span ends, so that ASan sees overruns */
    unsigned char *span;
    size_t length;
    struct needle needles[MANY_NEEDLES];
    size_t count;
    bool ignore_case;
};

/* The reference. */

static inline unsigned char lower(unsigned char byte)
{
    return byte >= 'A' && byte <= 'Z' ? byte + 32 : byte;
}

static inline bool is_letter(unsigned char byte)
{
    return lower(byte) >= 'a' && lower(byte) <= 'z';
}

static inline bool needle_stands_at(const struct needle *needle, bool ignore_case,
                                    const unsigned char *at)
{
    for (size_t i = 0; i < needle->length; i++) {
        unsigned char byte = needle->bytes[i], mask = needle->mask ? needle->mask[i] : 0xff;
        bool equal = ignore_case && mask == 0xff ? lower(at[i]) == lower(byte)
                                                 : (at[i] & mask) == (byte & mask);
        if (!equal)
            return false;
    }
    return true;
}

static inline size_t longest_at(const struct random_case *given, size_t offset, size_t limit)
{
    size_t longest = 0;
    for (size_t i = 0; i < given->count; i++) {
        const struct needle *needle = &given->needles[i];
        if (needle->length > longest && offset <= limit && needle->length <= limit - offset &&
            needle_stands_at(needle, given->ignore_case, given->span + offset))
            longest = needle->length;
    }
    return longest;
}

static inline void slow_forward(const struct random_case *given, struct search_span *span,
                                struct search_list *list)
{
    size_t offset = span->from;
    while (offset < span->until && list->count < list->capacity) {
        size_t match = longest_at(given, offset, span->limit);
        if (match)
            list->matches[list->count++] = (struct search_match){offset, match};
        offset += match && !list->overlapping ? match : 1;
    }
    bool ended = list->count < list->capacity && offset < span->until;
    span->from = ended ? span->until : offset;
}

static inline void slow_backward(const struct random_case *given, struct search_span *span,
                                 struct search_list *list)
{
    size_t offset = span->until;
    while (offset > span->from && list->count < list->capacity) {
        size_t match = longest_at(given, --offset, span->limit);
        if (match)
            list->matches[list->count++] = (struct search_match){offset, match};
        if (match && !list->overlapping)
            span->limit = offset;
    }
    span->until = list->count < list->capacity ? span->from : offset;
}

/* Random cases. */

static inline unsigned char random_byte(size_t alphabet)
{
    static const char letters[] = "aAbBcCzZ@`[{ 1\n";
    if (alphabet == 0)
        return (unsigned char)letters[unit_below(sizeof letters)];
    return (unsigned char)((alphabet < 256 ? 'a' : 0) + unit_below(alphabet));
}

static inline void *allocate(size_t size)
{
    void *memory = malloc(size ? size : 1);
    if (!memory)
        abort();
    return memory;
}

static inline void make_span(struct random_case *given, size_t length, size_t alignment,
                             size_t alphabet)
{
    given->allocation = allocate(length + alignment);
    given->span = given->allocation + alignment;
    given->length = length;
    size_t period = unit_below(3) ? length + 1 : 1 + unit_below(70);
    for (size_t i = 0; i < length; i++)
        given->span[i] = i < period ? random_byte(alphabet) : given->span[i - period];
    for (size_t flips = unit_below(4); flips && length; flips--)
        given->span[unit_below(length)] = random_byte(alphabet);
}

/* Mostly a copy of some part of the span, for random ones hardly ever match. */
static inline struct needle make_needle(const struct random_case *given, size_t longest,
                                        size_t alphabet, bool masked)
{
    size_t length = 1 + unit_below(longest);
    unsigned char *bytes = allocate(length), *mask = masked ? allocate(length) : NULL;
    size_t start = given->length > length ? unit_below(given->length - length + 1) : 0;
    bool copy = given->length >= length && unit_below(4);
    for (size_t i = 0; i < length; i++) {
        bytes[i] = copy ? given->span[start + i] : random_byte(alphabet);
        if (mask)
            mask[i] = unit_below(2) ? 0xff : unit_below(2) ? 0xf0 : (unsigned char)unit_random();
        if (given->ignore_case && unit_below(2) && is_letter(bytes[i]))
            bytes[i] ^= 0x20;
    }
    return (struct needle){bytes, mask, length};
}

static inline void make_needles(struct random_case *given, size_t count, size_t longest,
                                size_t alphabet)
{
    static const size_t mask_one_in[] = {1, 2, 8};
    size_t masks = unit_below(2) ? 0 : mask_one_in[unit_below(3)];
    given->ignore_case = unit_below(3) == 0;
    given->count = count;
    for (size_t i = 0; i < count; i++)
        given->needles[i] = make_needle(given, longest, alphabet, masks && !unit_below(masks));
}

static inline void release_case(struct random_case *given)
{
    for (size_t i = 0; i < given->count; i++) {
        free((void *)given->needles[i].bytes);
        free((void *)given->needles[i].mask);
    }
    free(given->allocation);
}

static inline bool same_matches(const struct search_match *a, size_t count_a,
                                const struct search_match *b, size_t count_b)
{
    if (count_a != count_b)
        return false;
    for (size_t i = 0; i < count_a; i++)
        if (a[i].offset != b[i].offset || a[i].length != b[i].length)
            return false;
    return true;
}

/* A way to search: what a test compares with the reference. */
typedef void search_way(const void *way, struct search_span *span, struct search_list *list);

/* A list that holds up to `capacity` matches. */
static inline struct search_list list_of(struct search_match *matches, size_t capacity,
                                         bool overlapping)
{
    return (struct search_list){matches, capacity, 0, overlapping, 0};
}

/* Searches the span in a way that is tested and in the slow one, call by call to the end. */
static inline void compare_ways(search_way *search, search_way *slow_search, const void *way,
                                const struct random_case *given, struct search_span span,
                                const char *name)
{
    struct search_match fast_matches[MOST_MATCHES], slow_matches[MOST_MATCHES];
    size_t capacity = 1 + unit_below(unit_below(2) ? 4 : MOST_MATCHES);
    bool overlapping = unit_below(2);
    do {
        struct search_span fast = span;
        struct search_list fast_list = list_of(fast_matches, capacity, overlapping);
        struct search_list slow_list = list_of(slow_matches, capacity, overlapping);
        search(way, &fast, &fast_list);
        slow_search(given, &span, &slow_list);
        CHECK_SAY(same_matches(fast_matches, fast_list.count, slow_matches, slow_list.count) &&
                      fast.from == span.from && fast.until == span.until &&
                      fast.limit == span.limit,
                  "(%s, %zu needles: %zu, not %zu matches; [%zu, %zu), limit %zu, not [%zu, %zu), "
                  "limit %zu, is left)",
                  name, given->count, fast_list.count, slow_list.count, fast.from, fast.until,
                  fast.limit, span.from, span.until, span.limit);
    } while (span.from < span.until);
}

static inline void slow_way_forward(const void *given, struct search_span *span,
                                    struct search_list *list)
{
    slow_forward(given, span, list);
}

static inline void slow_way_backward(const void *given, struct search_span *span,
                                     struct search_list *list)
{
    slow_backward(given, span, list);
}

static inline struct search_span random_part(const struct random_case *given, bool to_the_end)
{
    size_t limit = to_the_end || unit_below(2) ? given->length : unit_below(given->length + 1);
    size_t from = unit_below(2) ? 0 : unit_below(limit + 1);
    size_t until = unit_below(2) ? limit : unit_below(limit + 1);
    return (struct search_span){given->span, from, until, limit};
}

#endif
