/*
 * test_find_sorted.c - the bisection of find --sorted gives what a walk from line to line gives,
 * and reads little.
 */
#define _GNU_SOURCE
#include "scratch_files.h"

#include "commands/find.h"

enum { BLOCK = 4096, MOST_LENGTH = 64 * BLOCK, MOST_LINES = 64 };

/* ---- files of sorted lines ------------------------------------------------------------------- */

struct text {
    unsigned char bytes[MOST_LENGTH];
    size_t length;
};

static int compare_lines(const void *a, const void *b)
{
    const struct buffer *left = a, *right = b;
    size_t shorter = left->length < right->length ? left->length : right->length;
    int order = shorter > 0 ? memcmp(left->data, right->data, shorter) : 0;
    return order != 0 ? order : (left->length > right->length) - (left->length < right->length);
}

/* Few bytes differ, and lines are alike, short, long, or hold zeros enough for a hole. */
static void random_line(struct buffer *line, size_t most)
{
    static const unsigned char bytes[] = {'a', 'b', 0xff, 0, 1};
    struct error error;
    size_t length = unit_below(unit_below(4) ? 6 : 3 * BLOCK) % most;
    size_t zeros_at = unit_below(4) ? length : unit_below(length + 1);
    for (size_t i = 0; i < length; i++)
        CHECK(
            buffer_append_byte(line, i > 4 ? bytes[unit_below(2)] : bytes[unit_below(5)], &error));
    if (length > zeros_at)
        memset(line->data + zeros_at, 0, (length - zeros_at) * 7 / 8);
}

static void random_text(struct text *text)
{
    struct buffer lines[MOST_LINES] = {{0}};
    size_t count = unit_below(MOST_LINES), most = unit_below(3) ? MOST_LENGTH / MOST_LINES : 20;
    for (size_t i = 0; i < count; i++)
        random_line(&lines[i], most);
    qsort(lines, count, sizeof *lines, compare_lines);
    text->length = 0;
    for (size_t i = 0; i < count; i++) {
        if (lines[i].length > 0)
            memcpy(text->bytes + text->length, lines[i].data, lines[i].length);
        text->length += lines[i].length;
        text->bytes[text->length++] = '\n';
        buffer_release(&lines[i]);
    }
    text->length -= text->length > 0 && unit_below(3) == 0; /* no newline at the end */
}

/* ---- the reference --------------------------------------------------------------------------- */

static uint64_t walk_lines(const struct text *text, struct range range,
                           const struct buffer *pattern)
{
    while (range.start < range.end) {
        size_t room = (size_t)range_length(range);
        unsigned char *start = (unsigned char *)text->bytes + range.start;
        unsigned char *newline = memchr(start, '\n', room);
        struct buffer line = {start, newline ? (size_t)(newline - start) : room, 0};
        if (compare_lines(&line, pattern) >= 0)
            break;
        range.start += line.length + (newline != NULL);
    }
    return range.start;
}

/* Part of a line, or what is a little less or more. */
static void random_pattern(const struct text *text, struct buffer *pattern)
{
    struct error error;
    size_t at = unit_below(text->length + 1), length = unit_below(unit_below(2) ? 8 : 2 * BLOCK);
    while (at > 0 && text->bytes[at - 1] != '\n')
        at--;
    pattern->length = 0;
    while (at < text->length && text->bytes[at] != '\n' && pattern->length < length)
        CHECK(buffer_append_byte(pattern, text->bytes[at++], &error));
    if (unit_below(3) == 0)
        CHECK(buffer_append_byte(pattern, unit_below(2) ? 'b' : 0, &error));
}

static void check_patterns(const struct text *text, uint64_t first)
{
    struct mapping mapping;
    struct mapping_shape shape = {0};
    struct range_spec reader = RANGE_ALL;
    struct buffer pattern = {0};
    struct error error = {0};
    reader.start.value = first;
    CHECK_SAY(mapping_open(&mapping, "f", 0, &error), "%s", error.message);
    CHECK_SAY(mapping_set_window(&mapping, &reader, &error), "%s", error.message);
    CHECK_SAY(mapping_shape(&mapping, &shape, &error), "%s", error.message);
    for (int i = 0; i < 20; i++) {
        struct range range = {0, mapping.size};
        struct reader held = {.mapping = &mapping};
        uint64_t line = 0;
        random_pattern(text, &pattern);
        if (unit_below(3) == 0)
            range.end = unit_below(mapping.size + 1);
        CHECK_SAY(sorted_line(&held, range, &pattern, &line, &error), "%s", error.message);
        uint64_t expected =
            walk_lines(text, (struct range){first + range.start, first + range.end}, &pattern);
        CHECK_SAY(first + line == expected, "(%" PRIu64 ", not %" PRIu64 ")", first + line,
                  expected);
        reader_release(&held);
    }
    buffer_release(&pattern);
    CHECK(mapping_close(&mapping, &error));
}

static void random_files(void)
{
    static struct text text;
    for (unsigned long i = 0; i < unit_rounds(300); i++) {
        uint64_t first = 0;
        random_text(&text);
        scratch_sparse("f", text.bytes, text.length);
        if (unit_below(3) == 0) {
            first = unit_below(text.length + 1);
            while (first < text.length && first > 0 && text.bytes[first - 1] != '\n')
                first++; /* what is left of a line need not be in order */
        }
        check_patterns(&text, first);
    }
}

/* ---- how much is read ------------------------------------------------------------------------ */

/* A file that is nowhere: lines of WIDTH bytes that say their number. */
enum { WIDTH = 64 };

struct reads {
    unsigned long count;
    uint64_t bytes;
};

static bool read_numbered(const void *context, uint64_t offset, void *bytes, size_t length,
                          struct error *error)
{
    struct reads *reads = (struct reads *)context;
    unsigned char *out = bytes;
    char line[WIDTH + 1];
    (void)error;
    reads->count++;
    reads->bytes += length;
    for (size_t i = 0; i < length; i++) {
        if (i == 0 || (offset + i) % WIDTH == 0)
            snprintf(line, sizeof line, "%0*" PRIu64 "\n", WIDTH - 1, (offset + i) / WIDTH);
        out[i] = (unsigned char)line[(offset + i) % WIDTH];
    }
    return true;
}

static void few_reads(void)
{
    struct reads reads = {0};
    struct mapping_overlay overlay = {read_numbered, &reads};
    struct mapping mapping = {.size = (uint64_t)1 << 40, .overlay = &overlay};
    for (unsigned long i = 0; i < unit_rounds(100); i++) {
        struct reader reader = {.mapping = &mapping};
        struct error error = {0};
        struct range whole = {0, mapping.size};
        uint64_t line = 0, wanted = unit_below(mapping.size / WIDTH + 1);
        char text[WIDTH];
        struct buffer pattern = {(unsigned char *)text, WIDTH - 1, 0};
        snprintf(text, sizeof text, "%0*" PRIu64, WIDTH - 1, wanted);
        reads = (struct reads){0};
        CHECK(sorted_line(&reader, whole, &pattern, &line, &error));
        CHECK_SAY(line == wanted * WIDTH, "%" PRIu64, line);
        /* 2^26 blocks of 16 KiB: a page for each halving, then the block, in parts perhaps. */
        CHECK_SAY(reads.count <= 30 && reads.bytes <= 128 * 1024, "(%lu reads, %" PRIu64 " bytes)",
                  reads.count, reads.bytes);
        reader_release(&reader);
    }
}

static const struct unit_case cases[] = {
    {"random sorted files, with holes, long lines, readers", random_files},
    {"a terabyte takes a page for each halving", few_reads},
};

int main(void)
{
    scratch_enter();
    int result = unit_main(cases, sizeof cases / sizeof *cases);
    scratch_leave();
    return result;
}
