/* search.c - compiles needles into a searcher. */
#include "search/search.h"

#include "search/choose.h"
#include "search/searcher.h"

#include <stdlib.h>

/* If the filter accepts a greater share of offsets than this, the automaton alone is faster. */
#define USELESS_RATE 0.25

/* With fewer needles, comparing those of a bucket is as fast as a look at the table. */
enum { TABLE_LEAST = 64 };

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

static bool compile_needles(struct searcher *searcher, const struct needle *needles,
                            bool ignore_case, struct error *error)
{
    size_t count = searcher->count;
    if (count >= UINT32_MAX || !total_length(needles, count, &searcher->total))
        return error_set(error, "the patterns are too many or too long (%zu)", count);
    searcher->bytes = malloc(2 * searcher->total);
    searcher->needles = calloc(count, sizeof *searcher->needles);
    if (!searcher->bytes || !searcher->needles)
        return error_memory(error, 2 * searcher->total + count * sizeof *searcher->needles);
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

/* A short needle is compared in a few steps, so comparing takes linear time anyway. */
static bool compile_one(struct searcher *searcher, struct error *error)
{
    const struct search_needle *needle = &searcher->needles[0];
    choose_pair(&searcher->filter, needle);
    searcher->filter_proves = pair_proves(&searcher->filter, needle);
    if (needle->length <= NEEDLE_CHUNK || !(needle->exact || needle->folded))
        return true;
    searcher->has_two_way = true;
    return two_way_init(&searcher->forward, needle, false, error) &&
           two_way_init(&searcher->backward, needle, true, error);
}

/* Sorts the needles into their buckets. Within a bucket they stay longest first. */
static void fill_buckets(struct searcher *searcher, const unsigned char *bucket_of)
{
    size_t filled = 0;
    for (unsigned bucket = 0; bucket < FILTER_BUCKETS; bucket++) {
        searcher->bucket_start[bucket] = filled;
        for (size_t i = 0; i < searcher->count; i++)
            if (bucket_of[i] == bucket)
                searcher->bucket_needles[filled++] = &searcher->needles[i];
    }
    searcher->bucket_start[FILTER_BUCKETS] = filled;
}

static bool compile_fingerprint(struct searcher *searcher, double *rate, struct error *error)
{
    size_t count = searcher->count;
    searcher->bucket_needles = calloc(count, sizeof *searcher->bucket_needles);
    struct fingerprint_result result = {.bucket_of = malloc(count)};
    if (!searcher->bucket_needles || !result.bucket_of) {
        free(result.bucket_of);
        return error_memory(error, count * (sizeof *searcher->bucket_needles + 1));
    }
    bool chosen = choose_fingerprint(&searcher->filter, searcher->needles, count,
                                     searcher->kernel->by_nibbles, &result, error);
    if (chosen)
        fill_buckets(searcher, result.bucket_of);
    free(result.bucket_of);
    *rate = result.rate;
    return chosen;
}

static bool compile_several(struct searcher *searcher, struct error *error)
{
    bool all_exact = true, all_folded = true;
    double rate = 0;
    if (!compile_fingerprint(searcher, &rate, error))
        return false;
    for (size_t i = 0; i < searcher->count; i++) {
        all_exact = all_exact && searcher->needles[i].exact;
        all_folded = all_folded && searcher->needles[i].folded;
    }
    if (!all_exact && !all_folded)
        return true;
    if (searcher->count >= TABLE_LEAST &&
        !needle_table_init(&searcher->table, searcher->needles, searcher->count, error))
        return false;
    searcher->scans_table =
        searcher->table.count > 0 && (rate > USELESS_RATE || !searcher->kernel->class_forward);
    searcher->filter_is_useless = rate > USELESS_RATE && !searcher->scans_table;
    searcher->automaton = automaton_new(searcher->needles, searcher->count, NULL, error);
    return searcher->automaton != NULL;
}

struct searcher *searcher_new(const struct needle *needles, size_t count, bool ignore_case,
                              struct error *error)
{
    struct searcher *searcher = calloc(1, sizeof *searcher);
    if (!searcher) {
        error_memory(error, sizeof *searcher);
        return NULL;
    }
    searcher->count = count;
    searcher->kernel = search_kernel_chosen();
    if (!compile_needles(searcher, needles, ignore_case, error) ||
        !(count == 1 ? compile_one(searcher, error) : compile_several(searcher, error))) {
        searcher_free(searcher);
        return NULL;
    }
    return searcher;
}

void searcher_free(struct searcher *searcher)
{
    if (!searcher)
        return;
    two_way_release(&searcher->forward);
    two_way_release(&searcher->backward);
    automaton_free(searcher->automaton);
    needle_table_release(&searcher->table);
    free(searcher->bucket_needles);
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

bool searcher_matches_newline(const struct searcher *searcher)
{
    for (size_t i = 0; i < searcher->count; i++)
        if (needle_matches_newline(&searcher->needles[i]))
            return true;
    return false;
}
