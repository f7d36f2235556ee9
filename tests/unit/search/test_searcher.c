/*
 * test_searcher.c - a searcher against a slow, obvious reference, with every
 * kernel that this machine can run.
 */
#include "search_reference.h"

#include "search/kernel.h"

/* Fast against slow. */

static void searcher_forward(const void *searcher, struct search_span *span,
                             struct search_list *list)
{
    search_forward(searcher, span, list);
}

static void searcher_backward(const void *searcher, struct search_span *span,
                              struct search_list *list)
{
    search_backward(searcher, span, list);
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
        compare_ways(searcher_forward, slow_way_forward, searcher, given, random_part(given, false),
                     kernel);
        compare_ways(searcher_backward, slow_way_backward, searcher, given,
                     random_part(given, false), kernel);
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

/* So many that a set of their first bytes is made. */
static void hundreds_of_needles(void)
{
    for (unsigned long round = unit_rounds(150); round; round--)
        compare_random(unit_below(2000), unit_below(64), 64 + unit_below(MANY_NEEDLES - 63),
                       1 + unit_below(14));
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
        size_t first = border, last = border;
        while (first < length && given.span[first] != byte)
            first++;
        while (last-- > 0 && given.span[last] != byte)
            continue;
        const char *kernel;
        for (size_t j = 0; (kernel = search_kernel_name(j)) != NULL; j++) {
            search_use_kernel(kernel);
            CHECK(search_byte_forward(given.span, length, border, byte) == first);
            CHECK(search_byte_backward(given.span, border, byte) == last);
        }
        release_case(&given);
    }
    search_use_kernel(NULL);
}

/* A set of bytes, now and then of more shapes than a filter has; dense in the text or rare. */
static void random_set(bool set[256], bool of_shapes)
{
    unsigned limit = 1 + (unsigned)unit_below(255);
    for (unsigned byte = 0; byte < 256; byte++)
        set[byte] = of_shapes ? unit_below(2) : byte < limit;
}

struct class_case {
    struct class_filter filter;
    bool sets[CLASS_PLACES][256];
};

static void random_classes(struct class_case *classes)
{
    struct class_filter *filter = &classes->filter;
    unsigned count = 1 + (unsigned)unit_below(CLASS_PLACES);
    unsigned run = count == 1 ? 1 + (unsigned)unit_below(CLASS_RUN) : 1;
    class_filter_init(filter, run);
    filter->width = run;
    for (unsigned i = 0; i < count; i++) {
        random_set(classes->sets[i], unit_below(4) == 0);
        class_filter_add(filter, classes->sets[i]);
        filter->offset[i] = run > 1 ? 0 : unit_below(40);
        if (filter->offset[i] >= filter->width)
            filter->width = filter->offset[i] + 1;
    }
}

static bool holds_sets(const struct class_case *classes, const unsigned char *at)
{
    const struct class_filter *filter = &classes->filter;
    bool holds = true;
    for (unsigned i = 0; i < filter->count; i++)
        holds = holds && classes->sets[i][at[filter->offset[i]]];
    for (unsigned i = 0; i < filter->run; i++)
        holds = holds && classes->sets[0][at[filter->offset[0] + i]];
    return holds;
}

static void check_classes(const struct class_case *classes, const unsigned char *span, size_t from,
                          size_t until)
{
    const struct class_filter *filter = &classes->filter;
    const struct search_kernel *kernel = search_kernel_chosen();
    size_t first = from, last = until;
    for (size_t i = from; i < until; i++) {
        bool holds = holds_sets(classes, span + i),
             accepts = class_filter_accepts(filter, span + i);
        CHECK(filter->exact ? accepts == holds : accepts || !holds);
    }
    while (first < until && !class_filter_accepts(filter, span + first))
        first++;
    while (last > from && !class_filter_accepts(filter, span + last - 1))
        last--;
    last = last > from ? last - 1 : SIZE_MAX;
    if (kernel->class_forward)
        CHECK(kernel->class_forward(filter, span, from, until) == first);
    if (kernel->class_backward && filter->run == 1)
        CHECK(kernel->class_backward(filter, span, from, until) == last);
}

static void classes_of_bytes(void)
{
    struct random_case given = {.count = 0};
    for (unsigned long round = unit_rounds(5000); round; round--) {
        struct class_case classes;
        const char *kernel;
        size_t length = 80 + unit_below(600);
        random_classes(&classes);
        make_span(&given, length, unit_below(64), 256);
        /* Runs of what the first set holds. */
        for (size_t i = 0, left = 0; i<length; i++, left -= left> 0) {
            if (left == 0 && unit_below(50) == 0)
                left = 1 + unit_below(2 * CLASS_RUN);
            if (left > 0)
                while (!classes.sets[0][given.span[i]] && unit_below(200))
                    given.span[i] = random_byte(256);
        }
        size_t until = unit_below(length - classes.filter.width + 2);
        size_t from = unit_below(until + 1);
        for (size_t j = 0; (kernel = search_kernel_name(j)) != NULL; j++) {
            search_use_kernel(kernel);
            check_classes(&classes, given.span, from, until);
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
    {"hundreds of needles are found", hundreds_of_needles},
    {"several long needles", several_long_needles},
    {"big spans", big_spans},
    {"the first, the last and the number of a byte", single_bytes},
    {"where bytes are of a set, single ones and in runs", classes_of_bytes},
    {"a searcher knows its lengths and whether zeros match", lengths_and_zeros},
    {"kernels are chosen by name, unknown ones refused", kernels_by_name},
};
UNIT_MAIN(cases)
