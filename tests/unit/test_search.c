/*
 * test_search.c - the search room against a slow, obvious reference, with every
 * kernel that this machine can run.
 */
#include "search_reference.h"

/* Fast against slow. */

static void compare_forward(const struct random_case *given, const struct searcher *searcher,
                            const char *kernel)
{
    struct search_match fast[MOST_MATCHES], slow[MOST_MATCHES];
    size_t length = unit_below(2) ? given->length : unit_below(given->length + 1);
    size_t from = unit_below(2) ? 0 : unit_below(length + 1);
    size_t until = unit_below(2) ? length : unit_below(length + 1);
    size_t capacity = unit_below(2) ? 1 + unit_below(4) : 1 + unit_below(MOST_MATCHES);
    bool overlapping = unit_below(2);
    do {
        size_t next_fast = 0, next_slow = 0;
        size_t count_slow =
            slow_forward(given, length, from, until, overlapping, slow, capacity, &next_slow);
        size_t count_fast = search_forward(searcher, given->span, length, from, until, overlapping,
                                           fast, capacity, &next_fast);
        CHECK_SAY(same_matches(fast, count_fast, slow, count_slow) && next_fast == next_slow,
                  "(%s, %zu needles, %zu bytes, [%zu, %zu), capacity %zu: %zu, not %zu matches, "
                  "next %zu, not %zu)",
                  kernel, given->count, length, from, until, capacity, count_fast, count_slow,
                  next_fast, next_slow);
        from = next_slow;
    } while (from < until);
}

static void compare_backward(const struct random_case *given, const struct searcher *searcher,
                             const char *kernel)
{
    struct search_match fast[MOST_MATCHES], slow[MOST_MATCHES];
    size_t limit = unit_below(2) ? given->length : unit_below(given->length + 1);
    size_t from = unit_below(2) ? 0 : unit_below(limit + 1);
    size_t until = unit_below(2) ? limit : unit_below(limit + 1);
    size_t capacity = unit_below(2) ? 1 + unit_below(4) : 1 + unit_below(MOST_MATCHES);
    bool overlapping = unit_below(2);
    do {
        size_t until_fast = 0, until_slow = 0, limit_fast = 0, limit_slow = 0;
        size_t count_slow = slow_backward(given, limit, from, until, overlapping, slow, capacity,
                                          &until_slow, &limit_slow);
        size_t count_fast = search_backward(searcher, given->span, limit, from, until, overlapping,
                                            fast, capacity, &until_fast, &limit_fast);
        CHECK_SAY(same_matches(fast, count_fast, slow, count_slow) && until_fast == until_slow &&
                      limit_fast == limit_slow,
                  "(%s, %zu needles, limit %zu, [%zu, %zu), capacity %zu: %zu, not %zu matches, "
                  "until %zu, not %zu, limit %zu, not %zu)",
                  kernel, given->count, limit, from, until, capacity, count_fast, count_slow,
                  until_fast, until_slow, limit_fast, limit_slow);
        until = until_slow;
        limit = limit_slow;
    } while (until > from);
}

/* Each kernel gets the same spans, needles and borders. */
static void compare(const struct random_case *given)
{
    uint64_t state = unit_state;
    const char *kernel;
    for (size_t i = 0; (kernel = search_kernel_name(i)) != NULL; i++) {
        struct error error = {.status = STATUS_DONE};
        unit_state = state;
        CHECK(search_use_kernel(kernel));
        struct searcher *searcher =
            searcher_new(given->needles, given->count, given->ignore_case, &error);
        CHECK(searcher);
        if (!searcher)
            continue;
        compare_forward(given, searcher, kernel);
        compare_backward(given, searcher, kernel);
        searcher_free(searcher);
    }
    search_use_kernel(NULL);
}

static void compare_random(size_t length, size_t alignment, size_t count, size_t longest)
{
    static const size_t alphabets[] = {0, 1, 2, 3, 20, 256};
    size_t alphabet = alphabets[unit_below(sizeof alphabets / sizeof *alphabets)];
    struct random_case given;
    make_span(&given, length, alignment, alphabet);
    make_needles(&given, count, longest, alphabet);
    compare(&given);
    release_case(&given);
}

static void every_alignment_and_length(void)
{
    for (size_t alignment = 0; alignment < 64; alignment++)
        for (size_t length = 0; length <= 200; length++)
            compare_random(length, alignment, 1, 1 + unit_below(20));
}

static void several_at_every_alignment_and_length(void)
{
    for (size_t alignment = 0; alignment < 64; alignment++)
        for (size_t length = 0; length <= 300; length += 1 + unit_below(3))
            compare_random(length, alignment, 2 + unit_below(10), 1 + unit_below(40));
}

static void short_needles(void)
{
    for (unsigned long round = unit_rounds(10000); round; round--)
        compare_random(unit_below(400), unit_below(64), 1, 3);
}

static void long_needles(void)
{
    for (unsigned long round = unit_rounds(1500); round; round--)
        compare_random(unit_below(4000), unit_below(64), 1, 1 + unit_below(1000));
}

static void several_needles(void)
{
    for (unsigned long round = unit_rounds(4000); round; round--)
        compare_random(unit_below(400), unit_below(64), 2 + unit_below(5), 1 + unit_below(12));
}

static void many_needles(void)
{
    for (unsigned long round = unit_rounds(600); round; round--)
        compare_random(unit_below(3000), unit_below(64), 1 + unit_below(MOST_NEEDLES),
                       1 + unit_below(40));
}

static void several_long_needles(void)
{
    for (unsigned long round = unit_rounds(300); round; round--)
        compare_random(unit_below(3000), unit_below(64), 2 + unit_below(3), 1 + unit_below(1000));
}

static void big_spans(void)
{
    for (unsigned long round = unit_rounds(6); round; round--) {
        compare_random(100000 + unit_below(100000), unit_below(64), 1, 1 + unit_below(30));
        compare_random(100000 + unit_below(100000), unit_below(64), 1 + unit_below(6), 8);
    }
}

static void single_bytes(void)
{
    struct random_case given = {.count = 0};
    for (unsigned long round = unit_rounds(10000); round; round--) {
        size_t length = unit_below(500), border = unit_below(length + 1);
        make_span(&given, length, unit_below(64), unit_below(2) ? 256 : 3);
        unsigned char byte = random_byte(unit_below(2) ? 256 : 3);
        size_t first = border, last = border, count = 0;
        while (first < length && given.span[first] != byte)
            first++;
        while (last-- > 0 && given.span[last] != byte)
            continue;
        for (size_t i = 0; i < length; i++)
            count += given.span[i] == byte;
        const char *kernel;
        for (size_t j = 0; (kernel = search_kernel_name(j)) != NULL; j++) {
            search_use_kernel(kernel);
            CHECK(search_byte_forward(given.span, length, border, byte) == first);
            CHECK(search_byte_backward(given.span, border, byte) == last);
            CHECK(search_count_byte(given.span, length, byte) == count);
        }
        release_case(&given);
    }
    search_use_kernel(NULL);
}

static struct searcher *searcher_of(const struct needle *needles, size_t count, bool ignore_case)
{
    struct error error = {.status = STATUS_DONE};
    struct searcher *searcher = searcher_new(needles, count, ignore_case, &error);
    if (!searcher)
        abort();
    return searcher;
}

static void lengths_and_zeros(void)
{
    const unsigned char text[] = "abc", zeros[] = {0, 0x0f}, high[] = {0xff, 0xf0};
    const struct needle needles[] = {{text, NULL, 3}, {zeros, NULL, 1}, {zeros, high, 2}};
    struct searcher *searcher = searcher_of(needles, 3, false);
    CHECK(searcher_longest(searcher) == 3 && searcher_shortest(searcher) == 1);
    CHECK(searcher_matches_zeros(searcher));
    searcher_free(searcher);
    searcher = searcher_of(needles, 1, false);
    CHECK(!searcher_matches_zeros(searcher));
    CHECK(!searcher_matches_newline(searcher));
    searcher_free(searcher);
    searcher = searcher_of(needles + 2, 1, false);
    CHECK(searcher_matches_zeros(searcher));
    CHECK(searcher_matches_newline(searcher)); /* 0f under the mask f0 */
    searcher_free(searcher);
}

static void kernels_by_name(void)
{
    bool portable = false;
    const char *kernel;
    for (size_t i = 0; (kernel = search_kernel_name(i)) != NULL; i++)
        portable = portable || !strcmp(kernel, "portable");
    CHECK(portable);
    CHECK(!search_use_kernel("abacus"));
    CHECK(search_use_kernel(NULL));
}

static const struct unit_case cases[] = {
    {"one needle at every alignment and length", every_alignment_and_length},
    {"several needles at every alignment and length", several_at_every_alignment_and_length},
    {"needles of one to three bytes", short_needles},
    {"long needles", long_needles},
    {"several needles: the longest that fits at each offset", several_needles},
    {"up to forty needles", many_needles},
    {"several long needles", several_long_needles},
    {"big spans", big_spans},
    {"the first, the last and the number of a byte", single_bytes},
    {"a searcher knows its lengths and whether zeros match", lengths_and_zeros},
    {"kernels are chosen by name, unknown ones refused", kernels_by_name},
};
UNIT_MAIN(cases)
