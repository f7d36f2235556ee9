/*
 * fuzz_search.c - operands of a search as a user writes them: text, escapes, or hex with free
 * digits; one or several, a line each or a file's bytes; in either case of letters. They are
 * searched for forwards and backwards by every kernel, beside a comparison at each offset.
 */
#include "base/escape.h"
#include "fuzz.h"
#include "scan/pattern.h"
#include "search/search_reference.h"

enum { NEEDLES = 6, NEEDLE_MOST = 40, SPAN_MOST = 600 };

/* The operands, and the needles that they stand for. */
struct written {
    const struct byte_type *type;
    struct random_case slow; /* see search_reference.h; the needles and the span are owned */
    struct buffer texts[NEEDLES];
    struct buffer lines;
    bool as_lines; /* the operands are the lines of a file */
    size_t whole;  /* so many of the last needles are given as the bytes of a file: 0 or 1 */
};

static void append(struct buffer *text, const void *bytes, size_t length)
{
    DEMAND(buffer_append(text, bytes, length, NULL));
}

/* Writes a byte as two digits, of which those that the mask frees are `?`. */
static void append_digits(struct buffer *text, unsigned char byte, unsigned char mask)
{
    char digits[3];
    snprintf(digits, sizeof digits, "%02x", byte);
    for (int i = 0; i < 2; i++)
        if (!(mask >> (4 - 4 * i) & 15))
            digits[i] = '?';
    append(text, digits, 2);
}

/* Writes the needle in the type of the operands. */
static void write_operand(const struct written *written, const struct needle *needle,
                          struct buffer *text)
{
    const char *type = byte_type_name(written->type);
    if (!strcmp(type, "escape"))
        DEMAND(escape_append(text, needle->bytes, needle->length, NULL));
    else if (!strcmp(type, "text"))
        append(text, needle->bytes, needle->length);
    else
        for (size_t i = 0; i < needle->length; i++)
            append_digits(text, needle->bytes[i], needle->mask ? needle->mask[i] : 0xff);
}

static unsigned char make_mask(void)
{
    static const unsigned char masks[] = {0xff, 0xff, 0xff, 0xf0, 0x0f, 0};
    return masks[fuzz_below(sizeof masks)];
}

/* Out of the input, or a part of the span, so that it matches. */
static struct needle make_needle_of(const struct written *written, bool masked)
{
    const struct random_case *slow = &written->slow;
    bool is_text = byte_type_is_text(written->type);
    size_t length = 1 + fuzz_below(NEEDLE_MOST), start = fuzz_below(SPAN_MOST);
    bool copied = length <= slow->length && fuzz_byte() % 2;
    unsigned char *bytes = fuzz_memory(length), *mask = masked ? fuzz_memory(length) : NULL;
    start = copied ? start % (slow->length - length + 1) : 0;
    for (size_t i = 0; i < length; i++) {
        bytes[i] = copied ? slow->span[start + i] : (unsigned char)fuzz_byte();
        if (mask)
            mask[i] = make_mask();
        if (is_text && (bytes[i] == 0 || bytes[i] == '\n'))
            bytes[i] = 'a';
    }
    return (struct needle){bytes, mask, length};
}

/* Bytes of the input, once or again and again with a few others among them. */
static void make_span_of(struct random_case *slow)
{
    size_t period = 1 + fuzz_below(64), length = fuzz_below(SPAN_MOST + 1);
    bool repeated = fuzz_byte() % 2;
    if (!repeated)
        length = fuzz_left / 2 < SPAN_MOST ? fuzz_left / 2 : SPAN_MOST;
    slow->length = length;
    slow->span = fuzz_memory(length);
    for (size_t i = 0; i < length; i++)
        slow->span[i] =
            repeated && i >= period ? slow->span[i - period] : (unsigned char)fuzz_byte();
    for (size_t changes = repeated ? fuzz_below(4) : 0; changes > 0 && length > 0; changes--)
        slow->span[fuzz_below(SPAN_MOST) % length] = (unsigned char)fuzz_byte();
}

static void make_written(struct written *written)
{
    static const char *const types[] = {"text", "escape", "hex"};
    *written = (struct written){.type = byte_type_find(types[fuzz_below(3)], NULL)};
    struct random_case *slow = &written->slow;
    bool masked = !strcmp(byte_type_name(written->type), "hex") && fuzz_byte() % 2;
    slow->ignore_case = fuzz_byte() % 3 == 0;
    slow->count = 1 + fuzz_below(NEEDLES);
    written->as_lines = fuzz_byte() % 3 == 0;
    written->whole = fuzz_byte() % 4 == 0;
    make_span_of(slow);
    for (size_t i = 0; i < slow->count; i++) {
        bool whole = i + written->whole == slow->count;
        slow->needles[i] = make_needle_of(written, masked && !whole);
        write_operand(written, &slow->needles[i], &written->texts[i]);
        append(&written->lines, written->texts[i].data, written->texts[i].length);
        append(&written->lines, "\n", 1);
        append(&written->texts[i], "", 1);
    }
}

static void release_written(struct written *written)
{
    for (size_t i = 0; i < written->slow.count; i++) {
        buffer_release(&written->texts[i]);
        free((void *)written->slow.needles[i].bytes);
        free((void *)written->slow.needles[i].mask);
    }
    free(written->slow.span);
    buffer_release(&written->lines);
}

static void init_pattern(const struct written *written, struct pattern *pattern)
{
    const char *texts[NEEDLES];
    size_t listed = written->slow.count - written->whole;
    const struct needle *last = &written->slow.needles[listed];
    struct pattern_options options = {.type = written->type,
                                      .ignore_case = written->slow.ignore_case};
    struct pattern_operands operands = {.texts = texts};
    size_t lines = written->lines.length;
    if (written->whole) {
        operands.whole = (struct pattern_file){true, "whole", last->bytes, last->length};
        lines -= written->texts[listed].length; /* its NUL stands for its newline */
    }
    for (size_t i = 0; i < listed && !written->as_lines; i++)
        texts[operands.count++] = (const char *)written->texts[i].data;
    if (written->as_lines)
        operands.lines = (struct pattern_file){true, "lines", written->lines.data, lines};
    struct error error = {0};
    bool good = pattern_init(pattern, &operands, &options, &error);
    if (!good)
        fprintf(stderr, "%s\n", error.message);
    DEMAND(good && pattern->searcher && !pattern->has_empty);
}

static void check_facts(const struct random_case *slow, const struct pattern *pattern)
{
    size_t longest = 0, shortest = SIZE_MAX;
    unsigned char zeros[NEEDLE_MOST] = {0};
    bool zero = false;
    for (size_t i = 0; i < slow->count; i++) {
        const struct needle *needle = &slow->needles[i];
        longest = needle->length > longest ? needle->length : longest;
        shortest = needle->length < shortest ? needle->length : shortest;
        zero = zero || needle_stands_at(needle, slow->ignore_case, zeros);
    }
    DEMAND(searcher_longest(pattern->searcher) == longest && pattern->longest == longest);
    DEMAND(searcher_shortest(pattern->searcher) == shortest);
    DEMAND(pattern->matches_zeros == zero);
}

typedef void slow_search(const struct random_case *, struct search_span *, struct search_list *);
typedef void fast_search(const struct searcher *, struct search_span *, struct search_list *);

/* Searches call by call to the end. */
static void compare_searches(const struct random_case *slow, const struct searcher *searcher,
                             struct search_span span, bool backward)
{
    struct search_match slow_matches[64], fast_matches[64];
    slow_search *slow_way = backward ? slow_backward : slow_forward;
    fast_search *fast_way = backward ? search_backward : search_forward;
    size_t capacity = 1 + span.limit % 64;
    bool overlapping = span.from % 2;
    do {
        struct search_span fast = span;
        struct search_list slow_list = list_of(slow_matches, capacity, overlapping);
        struct search_list fast_list = list_of(fast_matches, capacity, overlapping);
        slow_way(slow, &span, &slow_list);
        fast_way(searcher, &fast, &fast_list);
        DEMAND(same_matches(fast_matches, fast_list.count, slow_matches, slow_list.count));
        DEMAND(fast.from == span.from && fast.until == span.until && fast.limit == span.limit);
    } while (span.from < span.until);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct written written;
    fuzz_begin(data, size);
    size_t cut[3], kernels = 0;
    while (search_kernel_name(kernels))
        kernels++;
    size_t kernel = fuzz_byte() % kernels;
    for (int i = 0; i < 3; i++)
        cut[i] = fuzz_byte() % 4 ? (size_t)-1 : fuzz_below(SPAN_MOST);
    make_written(&written);
    const struct random_case *slow = &written.slow;
    size_t limit = cut[0] < slow->length ? cut[0] : slow->length;
    struct search_span span = {slow->span, cut[1] < limit ? cut[1] : 0,
                               cut[2] < limit ? cut[2] : limit, limit};
    struct pattern pattern;
    DEMAND(search_use_kernel(search_kernel_name(kernel)));
    init_pattern(&written, &pattern);
    check_facts(slow, &pattern);
    compare_searches(slow, pattern.searcher, span, false);
    compare_searches(slow, pattern.searcher, span, true);
    pattern_release(&pattern);
    release_written(&written);
    return 0;
}
