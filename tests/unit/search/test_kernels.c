/*
 * test_kernels.c - the scans of each kernel against filter_accepts(), one offset at a
 * time, with filters of every kind and width, whether a searcher would choose them or not.
 */
#include "search/search.h"
#include "search/kernel.h"
#include "unit.h"

enum { MOST_BYTES = 700, MOST_OFFSET = 40 };

/* Bytes that end where their allocation ends, so that ASan sees overruns. */
struct bytes {
    unsigned char *allocation;
    unsigned char *span;
    size_t readable; /* offsets that the filter may be asked about */
};

/* All bytes, or only a few of each half, so that filters accept often enough. */
static unsigned char random_byte(bool few)
{
    return few ? (unsigned char)("abcpqrs1\xe1\xf2"[unit_below(10)]) : (unsigned char)unit_random();
}

static struct bytes make_bytes(size_t readable, size_t alignment, size_t reach)
{
    size_t length = readable ? readable + reach : 0;
    size_t size = alignment + length;
    struct bytes made = {malloc(size ? size : 1), NULL, readable};
    bool few = unit_below(4) > 0;
    if (!made.allocation)
        abort();
    made.span = made.allocation + alignment;
    for (size_t i = 0; i < length; i++)
        made.span[i] = random_byte(few);
    return made;
}

/* Takes a byte into a bucket at a place, as each lookup sees it. */
static void accept(struct filter *filter, size_t place, unsigned bucket, unsigned char byte)
{
    unsigned char bit = (unsigned char)(1u << bucket);
    filter->low[place][byte & 15] |= bit;
    filter->high[place][byte >> 4] |= bit;
    filter->sevens[place][byte & 0x7f] |= bit;
    filter->bytes[place][byte] |= bit;
}

static struct filter random_fingerprint(enum filter_kind kind, size_t width)
{
    struct filter filter = {.kind = kind, .width = width};
    for (size_t i = 0; i < width; i++) {
        filter.offset[i] = unit_below(MOST_OFFSET);
        for (unsigned bucket = 0; bucket < FILTER_BUCKETS; bucket++)
            for (size_t count = unit_below(4); count; count--) {
                unsigned char byte = random_byte(unit_below(8) > 0);
                accept(&filter, i, bucket, kind == FILTER_LOW_FINGERPRINT ? byte & 0x7f : byte);
            }
    }
    return filter;
}

static struct filter random_pair(enum filter_kind kind)
{
    struct filter filter = {.kind = kind};
    for (size_t i = 0; i < 2; i++) {
        filter.offset[i] = unit_below(MOST_OFFSET);
        filter.mask[i] = kind == FILTER_MASKED_PAIR ? (unsigned char)unit_random() : 0xff;
        filter.value[i] = random_byte(true) & filter.mask[i];
    }
    if (kind == FILTER_BYTE) {
        filter.offset[1] = filter.offset[0];
        filter.value[1] = filter.value[0];
    }
    return filter;
}

/* A fingerprint may accept more than its bytes, for a kernel sees them by parts. */
static bool is_right(const struct filter *filter, bool accepted, bool reported)
{
    bool is_fingerprint =
        filter->kind == FILTER_FINGERPRINT || filter->kind == FILTER_LOW_FINGERPRINT;
    return is_fingerprint ? reported || !accepted : reported == accepted;
}

static void check_block(const struct filter *filter, const struct bytes *bytes, uint64_t bits,
                        size_t block, size_t from, size_t until, const char *what)
{
    for (size_t i = from; i < until; i++) {
        bool reported = i >= block && i - block < FILTER_BLOCK && (bits >> (i - block) & 1);
        CHECK_SAY(is_right(filter, filter_accepts(filter, bytes->span + i), reported),
                  "(%s, kind %d, width %zu, %zu offsets, %zu in [%zu, %zu))", what,
                  (int)filter->kind, filter->width, bytes->readable, i, from, until);
    }
}

/* Each call tells all of what it passed: up to the end of the block that it returns. */
static void check_forward(const struct search_kernel *kernel, const struct filter *filter,
                          const struct bytes *bytes, size_t from, size_t until)
{
    while (from < until) {
        size_t block = until;
        struct filter_span span = {bytes->span, bytes->readable, from, until};
        uint64_t bits = kernel->forward[filter->kind](filter, &span, &block);
        size_t end = bits && until - block > FILTER_BLOCK ? block + FILTER_BLOCK : until;
        CHECK(!bits || block + lowest_bit(bits) >= from);
        CHECK(!bits || block + highest_bit(bits) < until);
        check_block(filter, bytes, bits, block, from, end, kernel->name);
        from = end;
    }
}

static void check_backward(const struct search_kernel *kernel, const struct filter *filter,
                           const struct bytes *bytes, size_t from, size_t until)
{
    while (from < until) {
        size_t block = from;
        struct filter_span span = {bytes->span, bytes->readable, from, until};
        uint64_t bits = kernel->backward[filter->kind](filter, &span, &block);
        size_t end = bits && block > from ? block : from;
        CHECK(!bits || block + lowest_bit(bits) >= from);
        CHECK(!bits || block + highest_bit(bits) < until);
        check_block(filter, bytes, bits, block, end, until, kernel->name);
        until = end;
    }
}

/* By each kernel that has such a filter. */
static void check_filter(const struct filter *filter, size_t readable, size_t alignment)
{
    size_t reach = 0;
    for (size_t i = 0; i < FILTER_WIDTH; i++)
        reach = filter->offset[i] > reach ? filter->offset[i] : reach;
    struct bytes bytes = make_bytes(readable, alignment, reach);
    size_t from = unit_below(2) ? 0 : unit_below(readable + 1);
    size_t until = from + (unit_below(2) ? readable - from : unit_below(readable - from + 1));
    const char *name;
    for (size_t i = 0; (name = search_kernel_name(i)) != NULL; i++) {
        search_use_kernel(name);
        const struct search_kernel *kernel = search_kernel_chosen();
        if (!kernel->forward[filter->kind])
            continue;
        check_forward(kernel, filter, &bytes, from, until);
        check_backward(kernel, filter, &bytes, from, until);
    }
    search_use_kernel(NULL);
    free(bytes.allocation);
}

static void check_fingerprints(enum filter_kind kind, size_t widest)
{
    for (size_t width = 1; width <= widest; width++)
        for (size_t alignment = 0; alignment < 64; alignment++)
            for (unsigned long round = unit_rounds(20); round; round--) {
                struct filter filter = random_fingerprint(kind, width);
                check_filter(&filter, unit_below(MOST_BYTES), alignment);
            }
}

static void fingerprints_of_bytes(void)
{
    check_fingerprints(FILTER_FINGERPRINT, FILTER_WIDTH);
}

static void fingerprints_of_low_nibbles(void)
{
    check_fingerprints(FILTER_LOW_FINGERPRINT, FILTER_WIDTH);
}

static void probes(void)
{
    for (size_t alignment = 0; alignment < 64; alignment++)
        for (unsigned long round = unit_rounds(20); round; round--)
            for (int kind = FILTER_BYTE; kind <= FILTER_MASKED_PAIR; kind++) {
                struct filter filter = random_pair((enum filter_kind)kind);
                check_filter(&filter, unit_below(MOST_BYTES), alignment);
            }
}

static void every_length(void)
{
    for (size_t length = 0; length <= 300; length++) {
        struct filter fingerprint =
            random_fingerprint(FILTER_FINGERPRINT, 1 + unit_below(FILTER_WIDTH));
        struct filter low =
            random_fingerprint(FILTER_LOW_FINGERPRINT, 1 + unit_below(FILTER_WIDTH));
        struct filter pair = random_pair(FILTER_PAIR);
        check_filter(&fingerprint, length, unit_below(64));
        check_filter(&low, length, unit_below(64));
        check_filter(&pair, length, unit_below(64));
    }
}

static void kinds_that_kernels_have(void)
{
    const char *name;
    for (size_t i = 0; (name = search_kernel_name(i)) != NULL; i++) {
        search_use_kernel(name);
        const struct search_kernel *kernel = search_kernel_chosen();
        for (int kind = 0; kind < FILTER_KINDS; kind++) {
            bool has = kind != FILTER_LOW_FINGERPRINT || kernel->by_nibbles;
            CHECK((kernel->forward[kind] != NULL) == has);
            CHECK((kernel->backward[kind] != NULL) == has);
        }
    }
    search_use_kernel(NULL);
}

static const struct unit_case cases[] = {
    {"a fingerprint passes no offset whose bytes it accepts", fingerprints_of_bytes},
    {"a fingerprint of low nibbles neither", fingerprints_of_low_nibbles},
    {"a byte and pairs tell exactly the offsets they accept", probes},
    {"filters at every length", every_length},
    {"only kernels that look up nibbles have fingerprints of low ones", kinds_that_kernels_have},
};
UNIT_MAIN(cases)
