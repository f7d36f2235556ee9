/* search.c - finds byte strings in a span of memory: the plain way. */
#include "search.h"

#include "search_needle.h"

#include <stdlib.h>

struct searcher {
    struct search_needle *needles; /* longest first */
    size_t count;
    unsigned char *bytes; /* what the needles point to */
    bool matches_zeros;
};

/* Longest first, so that the first match at an offset is the longest. */
static int by_length_down(const void *a, const void *b)
{
    size_t length_a = ((const struct search_needle *)a)->length;
    size_t length_b = ((const struct search_needle *)b)->length;
    return (length_a < length_b) - (length_a > length_b);
}

static bool total_length(const struct needle *needles, size_t count, size_t *total)
{
    *total = 0;
    for (size_t i = 0; i < count; i++) {
        if (needles[i].length > SIZE_MAX / 2 - *total)
            return false;
        *total += needles[i].length;
    }
    return true;
}

static bool compile(struct searcher *searcher, const struct needle *needles, size_t count,
                    bool ignore_case, struct error *error)
{
    size_t total;
    if (!total_length(needles, count, &total))
        return error_memory(error, SIZE_MAX);
    searcher->bytes = malloc(2 * total);
    if (!searcher->bytes)
        return error_memory(error, 2 * total);
    searcher->needles = calloc(count, sizeof *searcher->needles);
    if (!searcher->needles)
        return error_memory(error, sizeof *searcher->needles);
    searcher->count = count;
    unsigned char *storage = searcher->bytes;
    for (size_t i = 0; i < count; i++) {
        needle_compile(&searcher->needles[i], &needles[i], ignore_case, storage);
        storage += 2 * needles[i].length;
        if (needle_matches_zeros(&searcher->needles[i]))
            searcher->matches_zeros = true;
    }
    qsort(searcher->needles, count, sizeof *searcher->needles, by_length_down);
    return true;
}

struct searcher *searcher_new(const struct needle *needles, size_t count, bool ignore_case,
                              struct error *error)
{
    struct searcher *searcher = calloc(1, sizeof *searcher);
    if (!searcher) {
        error_memory(error, sizeof *searcher);
        return NULL;
    }
    if (!compile(searcher, needles, count, ignore_case, error)) {
        searcher_free(searcher);
        return NULL;
    }
    return searcher;
}

void searcher_free(struct searcher *searcher)
{
    if (!searcher)
        return;
    free(searcher->needles);
    free(searcher->bytes);
    free(searcher);
}

size_t searcher_longest(const struct searcher *searcher)
{
    return searcher->needles[0].length;
}

size_t searcher_shortest(const struct searcher *searcher)
{
    return searcher->needles[searcher->count - 1].length;
}

bool searcher_matches_zeros(const struct searcher *searcher)
{
    return searcher->matches_zeros;
}

/* Length of the longest needle at `offset` that ends by `limit`, or 0. */
static size_t match_at(const struct searcher *searcher, const unsigned char *span, size_t offset,
                       size_t limit)
{
    uint64_t work = 0;
    for (size_t i = 0; i < searcher->count; i++) {
        const struct search_needle *needle = &searcher->needles[i];
        if (needle->length <= limit - offset && needle_byte_matches(needle, 0, span[offset]) &&
            needle_matches(needle, span + offset, &work))
            return needle->length;
    }
    return 0;
}

size_t search_forward(const struct searcher *searcher, const unsigned char *span, size_t length,
                      size_t from, size_t until, bool overlapping, struct search_match *matches,
                      size_t capacity, size_t *next)
{
    size_t found = 0, offset = from;
    while (offset < until && offset < length && found < capacity) {
        size_t match = match_at(searcher, span, offset, length);
        if (match != 0)
            matches[found++] = (struct search_match){offset, match};
        offset += match != 0 && !overlapping ? match : 1;
    }
    *next = found < capacity && offset < until ? until : offset;
    return found;
}

size_t search_backward(const struct searcher *searcher, const unsigned char *span, size_t limit,
                       size_t from, size_t until, bool overlapping, struct search_match *matches,
                       size_t capacity, size_t *next_until, size_t *next_limit)
{
    size_t found = 0, offset = until < limit ? until : limit;
    while (offset > from && found < capacity) {
        offset--;
        size_t match = match_at(searcher, span, offset, limit);
        if (match != 0)
            matches[found++] = (struct search_match){offset, match};
        if (match != 0 && !overlapping)
            limit = offset;
    }
    *next_until = found < capacity ? from : offset;
    *next_limit = limit;
    return found;
}

size_t search_byte_forward(const unsigned char *span, size_t length, size_t from,
                           unsigned char byte)
{
    while (from < length && span[from] != byte)
        from++;
    return from < length ? from : length;
}

size_t search_byte_backward(const unsigned char *span, size_t until, unsigned char byte)
{
    while (until > 0 && span[until - 1] != byte)
        until--;
    return until - 1;
}

size_t search_count_byte(const unsigned char *span, size_t length, unsigned char byte)
{
    size_t count = 0;
    for (size_t i = 0; i < length; i++)
        count += span[i] == byte;
    return count;
}

const char *const *search_kernels(void)
{
    static const char *const names[] = {"portable", NULL};
    return names;
}

bool search_use_kernel(const char *name)
{
    return !name || strcmp(name, "portable") == 0;
}
