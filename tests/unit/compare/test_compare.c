/* test_compare.c - the differences of two byte strings. */
#include "compare/compare.h"
#include "unit.h"

enum { MOST = 1 << 21 };

/* What a comparison reported, checked as it comes. */
struct report {
    const struct compare_pair *pair;
    size_t old_at, new_at; /* the end of the last difference */
    size_t old_bytes, new_bytes, gaps;
};

static unsigned char *new_text(size_t length)
{
    unsigned char *text = malloc(length > 0 ? length : 1);
    if (!text)
        exit(1);
    return text;
}

static bool equal_bytes(const struct compare_pair *pair, size_t old_at, size_t new_at,
                        size_t length)
{
    return length == 0 ||
           !memcmp(pair->old_text.bytes + old_at, pair->new_text.bytes + new_at, length);
}

/* Whether an insertion or deletion could stand one byte further to the right. */
static bool may_slide(const struct compare_pair *pair, const struct compare_gap *gap)
{
    const struct compare_text *old_text = &pair->old_text, *new_text_ = &pair->new_text;
    if (gap->old_end == old_text->length || gap->new_end == new_text_->length)
        return false;
    if (gap->old_start == gap->old_end)
        return new_text_->bytes[gap->new_start] == new_text_->bytes[gap->new_end] &&
               old_text->bytes[gap->old_end] == new_text_->bytes[gap->new_end];
    if (gap->new_start == gap->new_end)
        return old_text->bytes[gap->old_start] == old_text->bytes[gap->old_end] &&
               old_text->bytes[gap->old_end] == new_text_->bytes[gap->new_end];
    return false;
}

static bool take(void *context, const struct compare_gap *gap, struct error *error)
{
    struct report *report = context;
    const struct compare_pair *pair = report->pair;
    size_t old_length = gap->old_end - gap->old_start, new_length = gap->new_end - gap->new_start;
    (void)error;
    CHECK(gap->old_start >= report->old_at && gap->new_start >= report->new_at);
    CHECK(gap->old_start - report->old_at == gap->new_start - report->new_at);
    CHECK(report->gaps == 0 || gap->old_start > report->old_at);
    CHECK(old_length > 0 || new_length > 0);
    CHECK(equal_bytes(pair, report->old_at, report->new_at, gap->old_start - report->old_at));
    for (size_t i = 0; old_length == new_length && i < old_length; i++)
        CHECK(pair->old_text.bytes[gap->old_start + i] != pair->new_text.bytes[gap->new_start + i]);
    CHECK(!may_slide(pair, gap));
    report->old_at = gap->old_end;
    report->new_at = gap->new_end;
    report->old_bytes += old_length;
    report->new_bytes += new_length;
    report->gaps++;
    return true;
}

static struct report compare(const void *old_bytes, size_t old_length, const void *new_bytes,
                             size_t new_length)
{
    struct error error = {0};
    struct report report = {0};
    struct compare_pair pair = {.old_text = {.bytes = old_bytes, .length = old_length},
                                .new_text = {.bytes = new_bytes, .length = new_length},
                                .take = take,
                                .context = &report};
    report.pair = &pair;
    CHECK_SAY(compare_texts(&pair, &error), "%s", error.message);
    CHECK(old_length - report.old_at == new_length - report.new_at);
    CHECK(equal_bytes(&pair, report.old_at, report.new_at, old_length - report.old_at));
    return report;
}

/* The length of the longest common subsequence, by the table of all prefixes. */
static size_t common_length(const unsigned char *a, size_t a_length, const unsigned char *b,
                            size_t b_length)
{
    static size_t row[512];
    memset(row, 0, sizeof row);
    for (size_t i = 0; i < a_length; i++) {
        size_t before = 0;
        for (size_t k = 1; k <= b_length; k++) {
            size_t above = row[k];
            row[k] = a[i] == b[k - 1] ? before + 1 : row[k] > row[k - 1] ? row[k] : row[k - 1];
            before = above;
        }
    }
    return row[b_length];
}

static void short_strings_have_the_shortest_script(void)
{
    unsigned char a[20], b[20];
    for (unsigned long round = 0; round < unit_rounds(100000); round++) {
        size_t a_length = unit_below(20), b_length = unit_below(20);
        uint64_t letters = 1 + unit_below(4);
        for (size_t i = 0; i < a_length; i++)
            a[i] = (unsigned char)('a' + unit_below(letters));
        for (size_t i = 0; i < b_length; i++)
            b[i] = (unsigned char)('a' + unit_below(letters));
        struct report report = compare(a, a_length, b, b_length);
        size_t common = common_length(a, a_length, b, b_length);
        CHECK_SAY(report.old_bytes + report.new_bytes == a_length + b_length - 2 * common,
                  "%.*s %.*s: %zu %zu, %zu common", (int)a_length, a, (int)b_length, b,
                  report.old_bytes, report.new_bytes, common);
    }
}

static size_t random_text(unsigned char *text, size_t most, uint64_t letters)
{
    size_t length = unit_below(most);
    for (size_t i = 0; i < length; i++)
        text[i] = (unsigned char)unit_below(letters);
    return length;
}

/* Copies with random changes; returns the new length, and in *cost the bytes that they touch. */
static size_t change(unsigned char *out, const unsigned char *text, size_t length,
                     uint64_t distance, size_t *cost)
{
    size_t used = 0, at = 0;
    *cost = 0;
    while (at < length) {
        size_t keep = 1 + unit_below(2 * distance), touched = unit_below(40);
        keep = keep < length - at ? keep : length - at;
        memcpy(out + used, text + at, keep);
        used += keep;
        at += keep;
        uint64_t kind = unit_below(3);
        if (kind != 0) { /* insert */
            for (size_t i = 0; i < touched; i++)
                out[used++] = (unsigned char)unit_random();
            *cost += touched;
        }
        if (kind != 1) { /* delete */
            size_t gone = touched < length - at ? touched : length - at;
            at += gone;
            *cost += gone;
        }
    }
    return used;
}

static void changes_are_found_in_texts_of_all_sizes(void)
{
    unsigned char *old_text = new_text(MOST), *changed = new_text(8 * (size_t)MOST);
    for (unsigned long round = 0; round < unit_rounds(300); round++) {
        size_t cost, most = (size_t)1 << (1 + unit_below(21));
        size_t length = random_text(old_text, most, round % 3 ? 256 : 2);
        size_t new_length = change(changed, old_text, length, 20 + unit_below(5000), &cost);
        struct report report = compare(old_text, length, changed, new_length);
        /* Close to what was done: by chance, edges of changed parts may be found otherwise. */
        if (round % 3)
            CHECK_SAY(report.old_bytes + report.new_bytes <= cost + cost / 20 + 8,
                      "length %zu, %zu for %zu", length, report.old_bytes + report.new_bytes, cost);
    }
    free(old_text);
    free(changed);
}

static void random_strings_have_nothing_in_common(void)
{
    unsigned char *a = new_text(MOST), *b = new_text(MOST);
    for (unsigned long round = 0; round < unit_rounds(30); round++) {
        size_t a_length = random_text(a, (size_t)1 << (1 + unit_below(21)), 1 + unit_below(256));
        size_t b_length = random_text(b, (size_t)1 << (1 + unit_below(21)), 1 + unit_below(256));
        struct report report = compare(a, a_length, b, b_length);
        CHECK(report.old_bytes <= a_length && report.new_bytes <= b_length);
    }
    free(a);
    free(b);
}

/* Blocks of random bytes in another order: the heaviest part of them stays. */
static void blocks_that_moved(void)
{
    enum { BLOCK = 100000 };
    unsigned char *a = new_text(3 * (size_t)BLOCK), *b = new_text(3 * (size_t)BLOCK);
    for (size_t i = 0; i < 3 * (size_t)BLOCK; i++)
        a[i] = (unsigned char)unit_random();
    memcpy(b, a + BLOCK, 2 * (size_t)BLOCK); /* the first block moves to the end */
    memcpy(b + 2 * (size_t)BLOCK, a, BLOCK);
    struct report report = compare(a, 3 * (size_t)BLOCK, b, 3 * (size_t)BLOCK);
    CHECK_SAY(report.old_bytes == BLOCK && report.new_bytes == BLOCK, "%zu %zu", report.old_bytes,
              report.new_bytes);
    report = compare(a, 3 * (size_t)BLOCK, a + BLOCK, 2 * (size_t)BLOCK);
    CHECK(report.old_bytes == BLOCK && report.new_bytes == 0);
    report = compare(a, 2 * (size_t)BLOCK, a, 3 * (size_t)BLOCK);
    CHECK(report.old_bytes == 0 && report.new_bytes == BLOCK && report.gaps == 1);
    free(a);
    free(b);
}

/* A table of addresses that all grow by the same number: bytes change, none come or go. */
static void a_table_of_numbers_that_changed(void)
{
    enum { COUNT = 20000 };
    uint64_t *a = (uint64_t *)(void *)new_text(COUNT * sizeof *a);
    uint64_t *b = (uint64_t *)(void *)new_text(COUNT * sizeof *b);
    size_t differ = 0;
    for (size_t i = 0; i < COUNT; i++) {
        a[i] = UINT64_C(0x400000) + 56 * i;
        b[i] = a[i] + 0x1230;
    }
    for (size_t i = 0; i < COUNT * sizeof *a; i++)
        differ += ((unsigned char *)a)[i] != ((unsigned char *)b)[i];
    struct report report = compare(a, COUNT * sizeof *a, b, COUNT * sizeof *b);
    CHECK_SAY(report.new_bytes <= differ, "%zu of %zu", report.new_bytes, differ);
    free(a);
    free(b);
}

static bool count_gap(void *context, const struct compare_gap *gap, struct error *error)
{
    (void)error;
    *(size_t *)context += gap->new_end - gap->new_start;
    return true;
}

static void in_place_reports_each_byte_that_differs(void)
{
    unsigned char *a = new_text(MOST), *b = new_text(MOST);
    for (unsigned long round = 0; round < unit_rounds(100); round++) {
        struct error error = {0};
        size_t length = random_text(a, (size_t)1 << (1 + unit_below(18)), 256), differ = 0;
        size_t reported = 0;
        memcpy(b, a, length);
        for (size_t i = unit_below(100); i < length; i += 1 + unit_below(1000)) {
            b[i]++;
            differ++;
        }
        struct compare_pair pair = {.old_text = {.bytes = a, .length = length},
                                    .new_text = {.bytes = b, .length = length},
                                    .take = count_gap,
                                    .context = &reported};
        CHECK(compare_in_place(&pair, &error) && reported == differ);
    }
    free(a);
    free(b);
}

static bool refuse(void *context, const struct compare_gap *gap, struct error *error)
{
    (void)context;
    (void)gap;
    return error_set(error, "enough");
}

static void taking_may_end_the_comparison(void)
{
    struct error error = {0};
    struct compare_pair pair = {.old_text = {.bytes = (const unsigned char *)"abc", .length = 3},
                                .new_text = {.bytes = (const unsigned char *)"xbz", .length = 3},
                                .take = refuse};
    CHECK(!compare_texts(&pair, &error) && !strcmp(error.message, "enough"));
}

/* ---- holes ----------------------------------------------------------------------------------- */

static size_t questions;

/* All bytes from 1 MiB up to the last 4096 are a hole. */
static uint64_t next_data(const void *context, uint64_t offset)
{
    const struct compare_text *text = context;
    questions++;
    return offset < 1 << 20 ? offset : maximum_u64(offset, text->length - 4096);
}

static void holes_are_not_read(void)
{
    enum { LENGTH = 64 << 20 };
    unsigned char *a = calloc(LENGTH, 1), *b = calloc(LENGTH, 1);
    struct report report = {0};
    struct compare_pair pair = {.old_text = {.bytes = a, .length = LENGTH, .next_data = next_data},
                                .new_text = {.bytes = b, .length = LENGTH, .next_data = next_data},
                                .take = take,
                                .context = &report};
    struct error error = {0};
    if (!a || !b)
        exit(1);
    pair.old_text.context = &pair.old_text;
    pair.new_text.context = &pair.new_text;
    report.pair = &pair;
    b[100] = 1;
    b[LENGTH - 5] = 1;
    CHECK(compare_texts(&pair, &error) && report.gaps == 2 && report.new_bytes == 2);
    CHECK_SAY(questions > 0 && questions < 100, "%zu", questions);
    free(a);
    free(b);
}

static const struct unit_case cases[] = {
    {"short strings have the shortest script", short_strings_have_the_shortest_script},
    {"changes are found in texts of all sizes", changes_are_found_in_texts_of_all_sizes},
    {"random strings have nothing in common", random_strings_have_nothing_in_common},
    {"blocks that moved are found where most bytes stay", blocks_that_moved},
    {"a table of numbers that changed is changed in place", a_table_of_numbers_that_changed},
    {"in place, each byte that differs is reported", in_place_reports_each_byte_that_differs},
    {"taking a difference may end the comparison", taking_may_end_the_comparison},
    {"holes of both files are not read", holes_are_not_read},
};

UNIT_MAIN(cases)
