/*
 * match.c - finds the matches in a span: the filter proposes, the needles decide.
 *
 * The work of comparing is counted. Where it exceeds what the bytes passed would
 * pay for, a stretch of the span is searched in the way that is linear for
 * certain; then the filter gets another chance, for hostile bytes seldom fill a file.
 */
#include "search/searcher.h"
#include "base/checked.h"

enum {
    ALLOWANCE = 256,          /* work that is free */
    ALLOWANCE_SPAN = 1 << 16, /* bytes after which all accounts are closed */
    STRETCH_LEAST = 1 << 14,  /* bytes searched in the linear way before the next try */
};

/* One call: where matches go, and the work done. Work is about 2 ns, a byte's worth. */
struct run {
    const struct searcher *searcher;
    const unsigned char *span;
    size_t limit;    /* matches end here at the latest; a search backward moves it */
    size_t readable; /* offsets at which the shortest needle would end by the first limit */
    bool overlapping;
    bool takes_all; /* each offset that the filter accepts is a match, whatever the others are */
    bool tired;     /* the filter fired too often */
    struct search_match *matches;
    size_t capacity;
    size_t found;
    uint64_t work;        /* of comparisons since the account was opened */
    uint64_t closed_work; /* of all accounts before it */
};

/* The end of the offsets at which the shortest needle would end by `limit`. */
static size_t starts_before(const struct searcher *searcher, size_t limit)
{
    size_t shortest = searcher_shortest(searcher);
    return limit >= shortest ? limit - shortest + 1 : 0;
}

static struct run run_start(const struct searcher *searcher, const unsigned char *span,
                            size_t limit, bool overlapping, struct search_match *matches,
                            size_t capacity)
{
    return (struct run){
        .searcher = searcher,
        .span = span,
        .limit = limit,
        .readable = starts_before(searcher, limit),
        .overlapping = overlapping,
        .takes_all = searcher->filter_proves && (overlapping || searcher_longest(searcher) == 1),
        .tired = searcher->filter_is_useless,
        .matches = matches,
        .capacity = capacity,
    };
}

/* Of several needles the longest at `offset` that ends by the limit, or 0. */
static size_t longest_of_buckets(struct run *run, size_t offset)
{
    const struct searcher *searcher = run->searcher;
    unsigned buckets = filter_buckets(&searcher->filter, run->span + offset);
    size_t longest = 0;
    run->work += 2;
    for (; buckets; buckets &= buckets - 1) {
        unsigned bucket = lowest_bit(buckets);
        for (size_t i = searcher->bucket_start[bucket]; i < searcher->bucket_start[bucket + 1];
             i++) {
            const struct search_needle *needle = searcher->bucket_needles[i];
            if (needle->length <= longest)
                break;
            run->work++;
            if (needle->length <= run->limit - offset &&
                needle_matches(needle, run->span + offset, &run->work))
                longest = needle->length;
        }
    }
    return longest;
}

/* The same where needles are so many that it costs less to read the bytes behind `offset`. */
static size_t longest_by_automaton(struct run *run, size_t offset)
{
    struct search_match match;
    size_t until, limit;
    run->work += 2 + minimum_size(searcher_longest(run->searcher), PREFIX_MOST);
    size_t found = automaton_backward(run->searcher->automaton, run->span, run->limit, offset,
                                      offset + 1, true, &match, 1, &until, &limit);
    return found ? match.length : 0;
}

/* Length of the match at `offset`, which the filter accepted, or 0. */
static inline size_t match_at(struct run *run, size_t offset)
{
    const struct searcher *searcher = run->searcher;
    if (searcher->buckets_are_long)
        return longest_by_automaton(run, offset);
    if (searcher->count > 1)
        return longest_of_buckets(run, offset);
    const struct search_needle *needle = &searcher->needles[0];
    if (needle->length > run->limit - offset)
        return 0;
    if (searcher->filter_proves || needle_matches(needle, run->span + offset, &run->work))
        return needle->length;
    return 0;
}

static void open_account(struct run *run)
{
    run->closed_work += run->work;
    run->work = 0;
}

/* Whether the work done is more than `passed` bytes are worth, and there is another way. */
static inline bool is_too_much(const struct run *run, size_t passed)
{
    return run->work > passed + ALLOWANCE &&
           (run->searcher->has_two_way || run->searcher->automaton);
}

/*
 * Takes all offsets of a block as matches, as far as there is room; returns the
 * last one. Files full of matches of one byte spend their time here.
 */
static size_t take_forward(struct run *run, size_t block, uint64_t bits)
{
    struct search_match *match = run->matches + run->found, *end = run->matches + run->capacity;
    size_t length = searcher_longest(run->searcher);
    for (; bits && match < end; bits &= bits - 1)
        *match++ = (struct search_match){block + lowest_bit(bits), length};
    run->found = (size_t)(match - run->matches);
    return match[-1].offset;
}

static size_t take_backward(struct run *run, size_t block, uint64_t bits)
{
    struct search_match *match = run->matches + run->found, *end = run->matches + run->capacity;
    size_t length = searcher_longest(run->searcher);
    while (bits && match < end) {
        unsigned place = highest_bit(bits);
        bits ^= UINT64_C(1) << place;
        *match++ = (struct search_match){block + place, length};
    }
    run->found = (size_t)(match - run->matches);
    if (!run->overlapping)
        run->limit = match[-1].offset;
    return match[-1].offset;
}

/* Goes from `from` to `until`, or to where the array is full or the run is tired; returns where. */
static size_t filter_forward(struct run *run, size_t from, size_t until)
{
    const struct filter *filter = &run->searcher->filter;
    filter_scan *scan = run->searcher->kernel->forward[filter->kind];
    size_t opened = from, block = 0;
    open_account(run);
    while (from < until) {
        uint64_t bits = scan(filter, run->span, run->readable, from, until, &block);
        if (!bits)
            return until;
        if (run->takes_all) {
            from = take_forward(run, block, bits) + 1;
            if (run->found == run->capacity)
                return from;
            bits = 0;
        }
        while (bits) {
            size_t offset = block + lowest_bit(bits), length = match_at(run, offset);
            bits &= bits - 1;
            if (length) {
                run->matches[run->found++] = (struct search_match){offset, length};
                from = offset + (run->overlapping ? 1 : length);
                bits &= bits_from(from - block);
                if (run->found == run->capacity)
                    return from;
            }
            run->tired = is_too_much(run, offset - opened);
            if (run->tired)
                return maximum_size(from, offset + 1);
        }
        from = maximum_size(from, minimum_size(block + BLOCK, until));
        if (from - opened > ALLOWANCE_SPAN) {
            opened = from;
            open_account(run);
        }
    }
    return from;
}

/* The same to the left: from `until` down to `from`. */
static size_t filter_backward(struct run *run, size_t from, size_t until)
{
    const struct filter *filter = &run->searcher->filter;
    filter_scan *scan = run->searcher->kernel->backward[filter->kind];
    size_t opened = until, block = 0;
    open_account(run);
    while (from < until) {
        uint64_t bits = scan(filter, run->span, run->readable, from, until, &block);
        if (!bits)
            return from;
        if (run->takes_all) {
            until = take_backward(run, block, bits);
            if (run->found == run->capacity)
                return until;
            bits = 0;
        }
        while (bits) {
            unsigned place = highest_bit(bits);
            size_t offset = block + place, length = match_at(run, offset);
            bits ^= UINT64_C(1) << place;
            if (length) {
                run->matches[run->found++] = (struct search_match){offset, length};
                until = offset;
                if (!run->overlapping)
                    until = starts_before(run->searcher, run->limit = offset);
                if (run->found == run->capacity)
                    return offset;
                bits &= until > block ? bits_before(until - block) : 0;
            }
            run->tired = is_too_much(run, opened - offset);
            if (run->tired)
                return minimum_size(until, offset);
        }
        until = maximum_size(minimum_size(until, block), from);
        if (opened - until > ALLOWANCE_SPAN) {
            opened = until;
            open_account(run);
        }
    }
    return until;
}

/* Long enough for what the linear way does at its start not to matter. */
static size_t stretch_length(const struct searcher *searcher)
{
    return maximum_size(STRETCH_LEAST, searcher->total);
}

static size_t linear_forward(struct run *run, size_t from, size_t until)
{
    const struct searcher *searcher = run->searcher;
    struct search_match *matches = run->matches + run->found;
    size_t capacity = run->capacity - run->found, next;
    until = from + minimum_size(until - from, stretch_length(searcher));
    if (searcher->has_two_way)
        run->found += two_way_forward(&searcher->forward, run->span, run->limit, from, until,
                                      run->overlapping, matches, capacity, &next);
    else
        run->found += automaton_forward(searcher->automaton, run->span, run->limit, from, until,
                                        run->overlapping, matches, capacity, &next);
    run->tired = searcher->filter_is_useless;
    return next;
}

static size_t linear_backward(struct run *run, size_t from, size_t until)
{
    const struct searcher *searcher = run->searcher;
    struct search_match *matches = run->matches + run->found;
    size_t capacity = run->capacity - run->found, next;
    from = until - minimum_size(until - from, stretch_length(searcher));
    if (searcher->has_two_way)
        run->found += two_way_backward(&searcher->backward, run->span, run->limit, from, until,
                                       run->overlapping, matches, capacity, &next, &run->limit);
    else
        run->found += automaton_backward(searcher->automaton, run->span, run->limit, from, until,
                                         run->overlapping, matches, capacity, &next, &run->limit);
    run->tired = searcher->filter_is_useless;
    return next;
}

size_t search_forward_counting(const struct searcher *searcher, const unsigned char *span,
                               size_t length, size_t from, size_t until, bool overlapping,
                               struct search_match *matches, size_t capacity, size_t *next,
                               uint64_t *work)
{
    struct run run = run_start(searcher, span, length, overlapping, matches, capacity);
    size_t end = minimum_size(until, run.readable);
    while (from < end && run.found < capacity)
        from = run.tired ? linear_forward(&run, from, end) : filter_forward(&run, from, end);
    *next = run.found < capacity ? maximum_size(from, until) : from;
    *work += run.closed_work + run.work;
    return run.found;
}

size_t search_backward_counting(const struct searcher *searcher, const unsigned char *span,
                                size_t limit, size_t from, size_t until, bool overlapping,
                                struct search_match *matches, size_t capacity, size_t *next_until,
                                size_t *next_limit, uint64_t *work)
{
    struct run run = run_start(searcher, span, limit, overlapping, matches, capacity);
    until = minimum_size(until, run.readable);
    while (from < until && run.found < capacity)
        until = run.tired ? linear_backward(&run, from, until) : filter_backward(&run, from, until);
    *next_until = run.found < capacity ? from : until;
    *next_limit = run.limit;
    *work += run.closed_work + run.work;
    return run.found;
}

size_t search_forward(const struct searcher *searcher, const unsigned char *span, size_t length,
                      size_t from, size_t until, bool overlapping, struct search_match *matches,
                      size_t capacity, size_t *next)
{
    uint64_t work = 0;
    return search_forward_counting(searcher, span, length, from, until, overlapping, matches,
                                   capacity, next, &work);
}

size_t search_backward(const struct searcher *searcher, const unsigned char *span, size_t limit,
                       size_t from, size_t until, bool overlapping, struct search_match *matches,
                       size_t capacity, size_t *next_until, size_t *next_limit)
{
    uint64_t work = 0;
    return search_backward_counting(searcher, span, limit, from, until, overlapping, matches,
                                    capacity, next_until, next_limit, &work);
}
