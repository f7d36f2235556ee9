/*
 * test_linear_time.c - the ways of searching whose time is linear, each on its own
 * against the slow reference; and that a searcher turns to them in time.
 */
#include "search_reference.h"
#include "search/searcher.h"

static void set_error_aside(struct error *error)
{
    *error = (struct error){.status = STATUS_DONE};
}

/* A way in both directions. */
struct way {
    const char *name;
    search_way *forward, *backward;
    const void *to_go_forward;
    const void *to_go_backward;
};

static void compare(const struct way *way, const struct random_case *given)
{
    compare_ways(way->forward, slow_way_forward, way->to_go_forward, given,
                 random_part(given, true), way->name);
    compare_ways(way->backward, slow_way_backward, way->to_go_backward, given,
                 random_part(given, true), way->name);
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

static void go_two_way_forward(const void *way, struct search_span *span, struct search_list *list)
{
    two_way_forward(way, span, list);
}

static void go_two_way_backward(const void *way, struct search_span *span, struct search_list *list)
{
    two_way_backward(way, span, list);
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

static void go_automaton_forward(const void *way, struct search_span *span,
                                 struct search_list *list)
{
    automaton_forward(way, span, list);
}

static void go_automaton_backward(const void *way, struct search_span *span,
                                  struct search_list *list)
{
    automaton_backward(way, span, list);
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

/* Needles longer than AUTOMATON_PREFIX_MOST, of which only beginnings are in it. */
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

static void go_searcher_forward(const void *way, struct search_span *span, struct search_list *list)
{
    search_forward(way, span, list);
}

static void go_searcher_backward(const void *way, struct search_span *span,
                                 struct search_list *list)
{
    search_backward(way, span, list);
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
        CHECK(searcher->table.count > 0);
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
    struct search_span up = {span, 0, HOSTILE, HOSTILE}, down = up;
    struct search_list forward = list_of(matches, HOSTILE, overlapping), backward = forward;
    struct searcher *searcher = searcher_new(needles, count, false, &error);
    if (!searcher)
        abort();
    search_forward(searcher, &up, &forward);
    search_backward(searcher, &down, &backward);
    CHECK_SAY(forward.work < 2 * HOSTILE && backward.work < 2 * HOSTILE,
              "(%s, %zu needles: %" PRIu64 " forward, %" PRIu64 " backward)", kernel, count,
              forward.work, backward.work);
    searcher_free(searcher);
    return forward.work + backward.work;
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
        CHECK(check_work(needles + 1, 1, span, false, kernel) > NEEDLE / NEEDLE_CHUNK);
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
    {"the table decides about what the filter of many needles accepts", many_needles},
    {"hostile bytes take work in proportion to their number", work_is_linear},
};
UNIT_MAIN(cases)
