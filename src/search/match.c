/*
 * match.c - finds the matches in a span: filters offsets, sifts them by the table of many
 * needles, then compares needles.
 *
 * The work of comparing is counted in an account. If it costs more than the number of
 * bytes passed allows, the filter is tired: the next stretch of the span is searched by
 * an algorithm that takes linear time for sure. Then the filter is tried again, because
 * bytes that defeat it seldom fill a whole file.
 */
#include "search/searcher.h"
#include "base/checked.h"

enum {
    ALLOWANCE = 256,          /* work that is free in each account */
    ALLOWANCE_SPAN = 1 << 16, /* bytes after which a new account is opened */
    STRETCH_LEAST = 1 << 14,  /* bytes searched in linear time before the filter is tried again */
};

/* The state of one call. A unit of work takes about 2 ns. */
struct matching {
    const struct searcher *searcher;
    struct search_span span; /* what is left to search */
    size_t readable;         /* a match can start in [0, readable): the shortest needle fits */
    struct search_list list; /* its `work` is that of all accounts closed before */
    uint64_t work;           /* of comparisons since the account was opened */
    bool takes_all;          /* every offset that the filter accepts is a match to report */
    bool tired;              /* the filter accepted too often: use linear time next */
    size_t limit;            /* of the bytes that are readable */
    struct needle_candidates candidates; /* with a table: of the current block */
};

/* The first offset at which not even the shortest needle fits before `limit`. */
static size_t starts_before(const struct searcher *searcher, size_t limit)
{
    size_t shortest = searcher_shortest(searcher);
    return limit >= shortest ? limit - shortest + 1 : 0;
}

/* Leaves the candidates unset: there are none before the first block. */
static void matching_start(struct matching *matching, const struct searcher *searcher,
                           const struct search_span *span, const struct search_list *list)
{
    matching->searcher = searcher;
    matching->span = *span;
    matching->limit = span->limit;
    matching->readable = starts_before(searcher, span->limit);
    matching->list = *list;
    matching->work = 0;
    matching->takes_all =
        searcher->filter_proves && (list->overlapping || searcher_longest(searcher) == 1);
    matching->tired = searcher->filter_is_useless;
}

static bool is_full(const struct matching *matching)
{
    return matching->list.count == matching->list.capacity;
}

/* Adds a match to the list. Returns whether the list is full now. */
static inline bool add_match(struct matching *matching, size_t offset, size_t length)
{
    matching->list.matches[matching->list.count++] = (struct search_match){offset, length};
    return is_full(matching);
}

/* Length of the longest of several needles that matches at `offset` within the limit, or 0. */
static size_t longest_of_buckets(struct matching *matching, size_t offset)
{
    const struct searcher *searcher = matching->searcher;
    unsigned buckets = filter_buckets(&searcher->filter, matching->span.bytes + offset);
    size_t longest = 0;
    matching->work += 2;
    for (; buckets; buckets &= buckets - 1) {
        unsigned bucket = lowest_bit(buckets);
        for (size_t i = searcher->bucket_start[bucket]; i < searcher->bucket_start[bucket + 1];
             i++) {
            const struct search_needle *needle = searcher->bucket_needles[i];
            if (needle->length <= longest)
                break;
            matching->work++;
            if (needle->length <= matching->span.limit - offset &&
                needle_matches(needle, matching->span.bytes + offset, &matching->work))
                longest = needle->length;
        }
    }
    return longest;
}

/* Length of the match at `offset`, which the filter has accepted; 0 if there is none. */
static inline size_t match_at(struct matching *matching, size_t offset)
{
    const struct searcher *searcher = matching->searcher;
    if (searcher->table.count > 0)
        return needle_table_longest(
            &searcher->table, matching->candidates.classes[offset - matching->candidates.block],
            matching->span.bytes + offset, matching->span.limit - offset, &matching->work);
    if (searcher->count > 1)
        return longest_of_buckets(matching, offset);
    const struct search_needle *needle = &searcher->needles[0];
    if (needle->length > matching->span.limit - offset)
        return 0;
    if (searcher->filter_proves ||
        needle_matches(needle, matching->span.bytes + offset, &matching->work))
        return needle->length;
    return 0;
}

static void open_account(struct matching *matching)
{
    matching->list.work += matching->work;
    matching->work = 0;
}

/* Sets matching->tired if `passed` bytes do not justify the work and there is another algorithm. */
static inline bool tire(struct matching *matching, size_t passed)
{
    matching->tired = matching->work > passed + ALLOWANCE &&
                      (matching->searcher->has_two_way || matching->searcher->automaton);
    return matching->tired;
}

/*
 * Adds all offsets of a block as matches, until the list is full. Returns the last one
 * added. A search for a frequent byte spends its time here.
 */
static size_t take_forward(struct matching *matching, size_t block, uint64_t bits)
{
    struct search_list *list = &matching->list;
    struct search_match *match = list->matches + list->count, *end = list->matches + list->capacity;
    size_t length = searcher_longest(matching->searcher);
    for (; bits && match < end; bits &= bits - 1)
        *match++ = (struct search_match){block + lowest_bit(bits), length};
    list->count = (size_t)(match - list->matches);
    return match[-1].offset;
}

static size_t take_backward(struct matching *matching, size_t block, uint64_t bits)
{
    struct search_list *list = &matching->list;
    struct search_match *match = list->matches + list->count, *end = list->matches + list->capacity;
    size_t length = searcher_longest(matching->searcher);
    while (bits && match < end) {
        unsigned place = highest_bit(bits);
        bits ^= UINT64_C(1) << place;
        *match++ = (struct search_match){block + place, length};
    }
    list->count = (size_t)(match - list->matches);
    if (!list->overlapping)
        matching->span.limit = match[-1].offset;
    return match[-1].offset;
}

/* Sifts the offsets of a block by the table, if there is one. Returns the bits that are left. */
static inline uint64_t sift(struct matching *matching, size_t block, uint64_t bits)
{
    const struct needle_table *table = &matching->searcher->table;
    if (table->count == 0)
        return bits;
    matching->candidates.block = block;
    matching->candidates.bits = bits;
    needle_table_sift(table, matching->span.bytes, matching->limit, &matching->candidates);
    return matching->candidates.bits;
}

/*
 * The next block with offsets that may start a match, as filter_scan() in kernel.h. Not one
 * function for both directions: it was measured 4 to 5 % slower backward, on AVX2 and in text that
 * does not fit into the cache.
 */
static uint64_t scan_forward(struct matching *matching, struct filter_span *rest, size_t *block)
{
    const struct searcher *searcher = matching->searcher;
    const struct filter *filter = &searcher->filter;
    while (rest->from < rest->until) {
        uint64_t bits = bits_before(minimum_size(rest->until - rest->from, FILTER_BLOCK));
        *block = rest->from;
        if (!searcher->scans_table)
            bits = searcher->kernel->forward[filter->kind](filter, rest, block);
        if (!bits || (bits = sift(matching, *block, bits)) != 0)
            return bits;
        rest->from = *block + FILTER_BLOCK;
    }
    return 0;
}

static uint64_t scan_backward(struct matching *matching, struct filter_span *rest, size_t *block)
{
    const struct searcher *searcher = matching->searcher;
    const struct filter *filter = &searcher->filter;
    while (rest->from < rest->until) {
        *block = rest->until - minimum_size(rest->until - rest->from, FILTER_BLOCK);
        uint64_t bits = bits_before(rest->until - *block);
        if (!searcher->scans_table)
            bits = searcher->kernel->backward[filter->kind](filter, rest, block);
        if (!bits || (bits = sift(matching, *block, bits)) != 0)
            return bits;
        rest->until = minimum_size(rest->until, *block);
    }
    return 0;
}

/*
 * Searches from span.from to `until`. Stops early if the list is full or the search is tired.
 * Returns where the search continues.
 */
static size_t filter_forward(struct matching *matching, size_t until)
{
    struct filter_span rest = {matching->span.bytes, matching->readable, matching->span.from,
                               until};
    size_t from = rest.from, opened = from, block = 0;
    open_account(matching);
    while (from < until) {
        rest.from = from;
        uint64_t bits = scan_forward(matching, &rest, &block);
        if (!bits)
            return until;
        if (matching->takes_all) {
            from = take_forward(matching, block, bits) + 1;
            if (is_full(matching))
                return from;
            bits = 0;
        }
        while (bits) {
            size_t offset = block + lowest_bit(bits), length = match_at(matching, offset);
            bits &= bits - 1;
            if (length) {
                from = offset + (matching->list.overlapping ? 1 : length);
                if (add_match(matching, offset, length))
                    return from;
                bits &= bits_from(from - block);
            }
            if (tire(matching, offset - opened))
                return maximum_size(from, offset + 1);
        }
        from = maximum_size(from, minimum_size(block + FILTER_BLOCK, until));
        if (from - opened > ALLOWANCE_SPAN) {
            opened = from;
            open_account(matching);
        }
    }
    return from;
}

/*
 * The mirror image: searches from span.until down to span.from. In one function for both
 * directions most lines would depend on the direction.
 */
static size_t filter_backward(struct matching *matching)
{
    struct filter_span rest = {matching->span.bytes, matching->readable, matching->span.from,
                               matching->span.until};
    size_t from = rest.from, until = rest.until, opened = until, block = 0;
    open_account(matching);
    while (from < until) {
        rest.until = until;
        uint64_t bits = scan_backward(matching, &rest, &block);
        if (!bits)
            return from;
        if (matching->takes_all) {
            until = take_backward(matching, block, bits);
            if (is_full(matching))
                return until;
            bits = 0;
        }
        while (bits) {
            unsigned place = highest_bit(bits);
            size_t offset = block + place, length = match_at(matching, offset);
            bits ^= UINT64_C(1) << place;
            if (length) {
                until = offset;
                if (!matching->list.overlapping)
                    until = starts_before(matching->searcher, matching->span.limit = offset);
                if (add_match(matching, offset, length))
                    return offset;
                bits &= until > block ? bits_before(until - block) : 0;
            }
            if (tire(matching, opened - offset))
                return minimum_size(until, offset);
        }
        until = maximum_size(minimum_size(until, block), from);
        if (opened - until > ALLOWANCE_SPAN) {
            opened = until;
            open_account(matching);
        }
    }
    return until;
}

/* Bytes to search in linear time: so many that the cost of the start does not matter. */
static size_t stretch_length(const struct searcher *searcher)
{
    return maximum_size(STRETCH_LEAST, searcher->total);
}

static size_t linear_forward(struct matching *matching, size_t until)
{
    const struct searcher *searcher = matching->searcher;
    struct search_span stretch = matching->span;
    stretch.until = stretch.from + minimum_size(until - stretch.from, stretch_length(searcher));
    if (searcher->has_two_way)
        two_way_forward(&searcher->forward, &stretch, &matching->list);
    else
        automaton_forward(searcher->automaton, &stretch, &matching->list);
    matching->tired = searcher->filter_is_useless;
    return stretch.from;
}

static size_t linear_backward(struct matching *matching)
{
    const struct searcher *searcher = matching->searcher;
    struct search_span stretch = matching->span;
    stretch.from =
        stretch.until - minimum_size(stretch.until - stretch.from, stretch_length(searcher));
    if (searcher->has_two_way)
        two_way_backward(&searcher->backward, &stretch, &matching->list);
    else
        automaton_backward(searcher->automaton, &stretch, &matching->list);
    matching->tired = searcher->filter_is_useless;
    matching->span.limit = stretch.limit;
    return stretch.until;
}

void search_forward(const struct searcher *searcher, struct search_span *span,
                    struct search_list *list)
{
    struct matching matching;
    matching_start(&matching, searcher, span, list);
    size_t end = minimum_size(span->until, matching.readable);
    while (matching.span.from < end && !is_full(&matching))
        matching.span.from =
            matching.tired ? linear_forward(&matching, end) : filter_forward(&matching, end);
    open_account(&matching);
    *list = matching.list;
    span->from =
        is_full(&matching) ? matching.span.from : maximum_size(matching.span.from, span->until);
}

void search_backward(const struct searcher *searcher, struct search_span *span,
                     struct search_list *list)
{
    struct matching matching;
    matching_start(&matching, searcher, span, list);
    matching.span.until = minimum_size(span->until, matching.readable);
    while (matching.span.from < matching.span.until && !is_full(&matching))
        matching.span.until =
            matching.tired ? linear_backward(&matching) : filter_backward(&matching);
    open_account(&matching);
    *list = matching.list;
    span->until = is_full(&matching) ? matching.span.until : span->from;
    span->limit = matching.span.limit;
}
