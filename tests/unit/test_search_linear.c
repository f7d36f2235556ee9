/*
 * test_search_linear.c - the ways of searching whose time is linear, each on its own
 * against the slow reference; and that a searcher turns to them in time.
 */
#include "search_reference.h"
#include "search/searcher.h"

static void set_error_aside(struct error *error)
{
    *error = (struct error){.status = STATUS_DONE};
}

/* A way to search: what a test compares with the reference. */
struct way {
    const char *name;
    size_t (*forward)(const void *way, const unsigned char *span, size_t length, size_t from,
                      size_t until, bool overlapping, struct search_match *matches, size_t capacity,
                      size_t *next);
    size_t (*backward)(const void *way, const unsigned char *span, size_t limit, size_t from,
                       size_t until, bool overlapping, struct search_match *matches,
                       size_t capacity, size_t *next_until, size_t *next_limit);
    const void *to_go_forward;
    const void *to_go_backward;
};

static void compare_forward(const struct way *way, const struct random_case *given, size_t from,
                            size_t until, size_t capacity, bool overlapping)
{
    struct search_match fast[MOST_MATCHES], slow[MOST_MATCHES];
    do {
        size_t next_fast = 0, next_slow = 0;
        size_t count_slow = slow_forward(given, given->length, from, until, overlapping, slow,
                                         capacity, &next_slow);
        size_t count_fast = way->forward(way->to_go_forward, given->span, given->length, from,
                                         until, overlapping, fast, capacity, &next_fast);
        CHECK_SAY(same_matches(fast, count_fast, slow, count_slow) && next_fast == next_slow,
                  "(%s forward, %zu bytes, [%zu, %zu): %zu, not %zu matches, next %zu, not %zu)",
                  way->name, given->length, from, until, count_fast, count_slow, next_fast,
                  next_slow);
        from = next_slow;
    } while (from < until);
}

static void compare_backward(const struct way *way, const struct random_case *given, size_t from,
                             size_t until, size_t capacity, bool overlapping)
{
    struct search_match fast[MOST_MATCHES], slow[MOST_MATCHES];
    size_t limit = given->length;
    do {
        size_t until_fast = 0, until_slow = 0, limit_fast = 0, limit_slow = 0;
        size_t count_slow = slow_backward(given, limit, from, until, overlapping, slow, capacity,
                                          &until_slow, &limit_slow);
        size_t count_fast = way->backward(way->to_go_backward, given->span, limit, from, until,
                                          overlapping, fast, capacity, &until_fast, &limit_fast);
        CHECK_SAY(same_matches(fast, count_fast, slow, count_slow) && until_fast == until_slow &&
                      limit_fast == limit_slow,
                  "(%s backward, limit %zu, [%zu, %zu): %zu, not %zu matches, until %zu, not %zu, "
                  "limit %zu, not %zu)",
                  way->name, limit, from, until, count_fast, count_slow, until_fast, until_slow,
                  limit_fast, limit_slow);
        until = until_slow;
        limit = limit_slow;
    } while (until > from);
}

static void compare(const struct way *way, const struct random_case *given)
{
    size_t length = given->length;
    size_t from = unit_below(2) ? 0 : unit_below(length + 1);
    size_t until = unit_below(2) ? length : unit_below(length + 1);
    size_t capacity = 1 + unit_below(unit_below(2) ? 4 : MOST_MATCHES);
    bool overlapping = unit_below(2);
    compare_forward(way, given, from, until, capacity, overlapping);
    compare_backward(way, given, from, until, capacity, overlapping);
}

/* Compiles the needles of a case, longest first, without masks. */
static unsigned char *compile(const struct random_case *given, struct search_needle *compiled)
{
    size_t total = 0, used = 0, count = 0;
    for (size_t i = 0; i < given->count; i++)
        total += 2 * given->needles[i].length;
    unsigned char *storage = allocate(total);
    for (size_t length = total; length > 0; length--)
        for (size_t i = 0; i < given->count; i++)
            if (given->needles[i].length == length) {
                needle_compile(&compiled[count++], &given->needles[i], given->ignore_case,
                               storage + used);
                used += 2 * length;
            }
    return storage;
}

static void drop_masks(struct random_case *given)
{
    for (size_t i = 0; i < given->count; i++) {
        free((void *)given->needles[i].mask);
        given->needles[i].mask = NULL;
    }
}

static void make_case(struct random_case *given, size_t length, size_t count, size_t longest)
{
    static const size_t alphabets[] = {0, 1, 2, 3, 20, 256};
    size_t alphabet = alphabets[unit_below(sizeof alphabets / sizeof *alphabets)];
    make_span(given, length, unit_below(8), alphabet);
    make_needles(given, count, longest, alphabet);
    drop_masks(given);
}

/* The two-way algorithm. */

static size_t go_two_way_forward(const void *way, const unsigned char *span, size_t length,
                                 size_t from, size_t until, bool overlapping,
                                 struct search_match *matches, size_t capacity, size_t *next)
{
    return two_way_forward(way, span, length, from, until, overlapping, matches, capacity, next);
}

static size_t go_two_way_backward(const void *way, const unsigned char *span, size_t limit,
                                  size_t from, size_t until, bool overlapping,
                                  struct search_match *matches, size_t capacity, size_t *next_until,
                                  size_t *next_limit)
{
    return two_way_backward(way, span, limit, from, until, overlapping, matches, capacity,
                            next_until, next_limit);
}

static void compare_two_way(const struct random_case *given)
{
    struct two_way forward, backward;
    struct search_needle needle;
    struct error error;
    set_error_aside(&error);
    unsigned char *storage = compile(given, &needle);
    if (!two_way_init(&forward, &needle, false, &error) ||
        !two_way_init(&backward, &needle, true, &error))
        abort();
    compare(&(struct way){"two-way", go_two_way_forward, go_two_way_backward, &forward, &backward},
            given);
    two_way_release(&forward);
    two_way_release(&backward);
    free(storage);
}

static void two_way_finds_all(void)
{
    for (unsigned long round = unit_rounds(20000); round; round--) {
        struct random_case given;
        make_case(&given, unit_below(300), 1, 1 + unit_below(unit_below(2) ? 8 : 100));
        compare_two_way(&given);
        release_case(&given);
    }
}

/* The automaton. */

static size_t go_automaton_forward(const void *way, const unsigned char *span, size_t length,
                                   size_t from, size_t until, bool overlapping,
                                   struct search_match *matches, size_t capacity, size_t *next)
{
    return automaton_forward(way, span, length, from, until, overlapping, matches, capacity, next);
}

static size_t go_automaton_backward(const void *way, const unsigned char *span, size_t limit,
                                    size_t from, size_t until, bool overlapping,
                                    struct search_match *matches, size_t capacity,
                                    size_t *next_until, size_t *next_limit)
{
    return automaton_backward(way, span, limit, from, until, overlapping, matches, capacity,
                              next_until, next_limit);
}

/* With rows of transitions for all of its states, for some, or for the root alone. */
static void compare_automaton(const struct random_case *given)
{
    struct search_needle needles[MANY_NEEDLES];
    const struct automaton_bounds bounds = {256 << unit_below(12), 257 << unit_below(12)};
    struct error error;
    set_error_aside(&error);
    unsigned char *storage = compile(given, needles);
    struct automaton *automaton =
        automaton_new(needles, given->count, unit_below(4) ? &bounds : NULL, &error);
    if (!automaton)
        abort();
    compare(&(struct way){"automaton", go_automaton_forward, go_automaton_backward, automaton,
                          automaton},
            given);
    automaton_free(automaton);
    free(storage);
}

static void random_automata(unsigned long rounds, size_t length, size_t count, size_t longest)
{
    for (; rounds; rounds--) {
        struct random_case given;
        make_case(&given, unit_below(length), 1 + unit_below(count), 1 + unit_below(longest));
        if (given.ignore_case || unit_below(2))
            compare_automaton(&given);
        release_case(&given);
    }
}

static void automaton_finds_all(void)
{
    random_automata(unit_rounds(4000), 300, 6, 10);
    random_automata(unit_rounds(400), 3000, MOST_NEEDLES, 60);
}

/* Needles longer than PREFIX_MOST, of which only beginnings are in it. */
static void automaton_of_beginnings(void)
{
    struct random_case given;
    make_span(&given, 30000, 0, 256);
    given.ignore_case = false;
    given.count = MOST_NEEDLES;
    for (size_t i = 0; i < MOST_NEEDLES; i++) {
        unsigned char *bytes = allocate(1500);
        size_t length = 1100 + unit_below(400), start = unit_below(30000 - length);
        memcpy(bytes, given.span + start, length);
        if (unit_below(2))
            bytes[length - 1] ^= 1;
        given.needles[i] = (struct needle){bytes, NULL, length};
    }
    compare_automaton(&given);
    release_case(&given);
}

/* Many needles. */

static size_t go_searcher_forward(const void *way, const unsigned char *span, size_t length,
                                  size_t from, size_t until, bool overlapping,
                                  struct search_match *matches, size_t capacity, size_t *next)
{
    return search_forward(way, span, length, from, until, overlapping, matches, capacity, next);
}

static size_t go_searcher_backward(const void *way, const unsigned char *span, size_t limit,
                                   size_t from, size_t until, bool overlapping,
                                   struct search_match *matches, size_t capacity,
                                   size_t *next_until, size_t *next_limit)
{
    return search_backward(way, span, limit, from, until, overlapping, matches, capacity,
                           next_until, next_limit);
}

static void make_many(struct random_case *given)
{
    make_span(given, 1000 + unit_below(2000), 0, 256);
    given->ignore_case = unit_below(2);
    given->count = MANY_NEEDLES;
    for (size_t i = 0; i < MANY_NEEDLES; i++) {
        size_t length = 4 + unit_below(5);
        unsigned char *bytes = allocate(length);
        memcpy(bytes, given->span + unit_below(given->length - length), length);
        if (unit_below(3))
            bytes[unit_below(length)] ^= 1;
        given->needles[i] = (struct needle){bytes, NULL, length};
    }
}

static void many_needles(void)
{
    for (unsigned long round = unit_rounds(30); round; round--) {
        struct random_case given;
        struct error error;
        set_error_aside(&error);
        make_many(&given);
        struct searcher *searcher =
            searcher_new(given.needles, given.count, given.ignore_case, &error);
        if (!searcher)
            abort();
        CHECK(searcher->buckets_are_long);
        searcher->filter_is_useless = false;
        compare(&(struct way){"searcher", go_searcher_forward, go_searcher_backward, searcher,
                              searcher},
                &given);
        compare_automaton(&given);
        searcher_free(searcher);
        release_case(&given);
    }
}

/* Work. */

static unsigned char *repeat(const char *bytes, size_t length)
{
    unsigned char *memory = allocate(length);
    for (size_t i = 0, period = strlen(bytes); i < length; i++)
        memory[i] = (unsigned char)bytes[i % period];
    return memory;
}

enum { HOSTILE = 1 << 20, NEEDLE = 5000 };

/* Returns the work of both directions together. */
static uint64_t check_work(const struct needle *needles, size_t count, const unsigned char *span,
                           bool overlapping, const char *kernel)
{
    static struct search_match matches[HOSTILE];
    struct error error;
    set_error_aside(&error);
    size_t next, limit;
    uint64_t forward = 0, backward = 0;
    struct searcher *searcher = searcher_new(needles, count, false, &error);
    if (!searcher)
        abort();
    search_forward_counting(searcher, span, HOSTILE, 0, HOSTILE, overlapping, matches, HOSTILE,
                            &next, &forward);
    search_backward_counting(searcher, span, HOSTILE, 0, HOSTILE, overlapping, matches, HOSTILE,
                             &next, &limit, &backward);
    CHECK_SAY(forward < 2 * HOSTILE && backward < 2 * HOSTILE,
              "(%s, %zu needles: %" PRIu64 " forward, %" PRIu64 " backward)", kernel, count,
              forward, backward);
    searcher_free(searcher);
    return forward + backward;
}

static void work_is_linear(void)
{
    const char *kernel;
    unsigned char *span = repeat("abaab", HOSTILE);
    unsigned char *plain = repeat("abaab", NEEDLE), *at_end = repeat("abaab", NEEDLE);
    unsigned char *at_start = repeat("abaab", NEEDLE), *in_the_middle = repeat("abaab", NEEDLE);
    at_end[NEEDLE - 1] ^= 3;
    at_start[0] ^= 3;
    in_the_middle[NEEDLE / 2] ^= 3;
    const struct needle needles[] = {{plain, NULL, NEEDLE},
                                     {at_end, NULL, NEEDLE},
                                     {at_start, NULL, NEEDLE},
                                     {in_the_middle, NULL, NEEDLE}};
    for (size_t i = 0; (kernel = search_kernel_name(i)) != NULL; i++) {
        search_use_kernel(kernel);
        for (size_t j = 0; j < 4; j++)
            check_work(needles + j, 1, span, unit_below(2), kernel);
        CHECK(check_work(needles + 1, 1, span, false, kernel) > NEEDLE / NEEDLE_PIECE);
        check_work(needles + 1, 3, span, false, kernel);
        check_work(needles, 4, span, true, kernel);
    }
    search_use_kernel(NULL);
    free(span);
    free(plain);
    free(at_end);
    free(at_start);
    free(in_the_middle);
}

static const struct unit_case cases[] = {
    {"two-way finds what the reference finds", two_way_finds_all},
    {"the automaton finds what the reference finds", automaton_finds_all},
    {"an automaton of beginnings finds whole needles", automaton_of_beginnings},
    {"the automaton decides about what the filter of many needles accepts", many_needles},
    {"hostile bytes take work in proportion to their number", work_is_linear},
};
UNIT_MAIN(cases)
