/*
 * test_scan.c - scans of real files give what a search of the same bytes in memory gives,
 * whatever the windows, the threads and the holes. So do scans of a stream, however
 * it arrives.
 */
#define _GNU_SOURCE
#include "regex/last_match.h"
#include "scan/scan.h"
#include "scratch_files.h"
#include "search/search_reference.h"

enum { BLOCK = 4096, MOST_LENGTH = 6 * BLOCK };

struct result {
    struct match matches[2 * MOST_LENGTH + 2];
    size_t count;
    size_t most; /* stop behind so many */
};
static struct result expected, got;
static struct mapping streamed;

static const struct random_case *searched;
static size_t texts;

/* A scan_text(): the place of a match, and its bytes. */
static bool describe_match(const void *context, const struct scan_found *found, struct buffer *text,
                           struct error *error)
{
    struct match match = {found->offset, found->length};
    CHECK(context == &texts);
    return buffer_append(text, &match, sizeof match, error) &&
           buffer_append(text, found->bytes, found->length, error);
}

/* What was said of match `i`, if anything, is true. */
static void check_description(const struct scan_batch *batch, size_t i)
{
    size_t start = scan_text_start(batch, i), end = batch->text_ends[i];
    struct match match = batch->matches[i], told;
    CHECK(start <= end);
    if (start == end)
        return;
    texts++;
    memcpy(&told, batch->text + start, sizeof told);
    start += sizeof told;
    CHECK(told.offset == match.offset && told.length == match.length);
    CHECK(end - start == match.length);
    CHECK(!memcmp(searched->span + match.offset, batch->text + start, end - start));
}

static enum scan_answer collect(void *context, const struct scan_batch *batch, struct error *error)
{
    struct result *result = context;
    for (size_t i = 0; i < batch->count; i++) {
        if (batch->text_ends)
            check_description(batch, i);
        if (result->count == sizeof result->matches / sizeof *result->matches) {
            error_set(error, "more matches than places");
            return SCAN_ERROR;
        }
        result->matches[result->count++] = batch->matches[i];
        if (result->count == result->most)
            return SCAN_STOP;
    }
    return SCAN_CONTINUE;
}

/* ---- files ----------------------------------------------------------------------------------- */

/* Some blocks of the span become zeros. */
static void make_holes(struct random_case *given)
{
    for (size_t start = 0; start < given->length; start += BLOCK) {
        size_t length = given->length - start < BLOCK ? given->length - start : BLOCK;
        if (unit_below(2))
            memset(given->span + start, 0, length);
    }
}

static bool is_zero(const unsigned char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (bytes[i])
            return false;
    return true;
}

/* A file of the span's bytes, with holes where whole blocks are zeros. */
static void write_file(const struct random_case *given)
{
    struct error error;
    struct file *file = scratch_file("f"); /* a file cut to nothing would be flushed when closed */
    CHECK(file_set_size(file, given->length, &error));
    for (size_t start = 0; start < given->length; start += BLOCK) {
        size_t length = given->length - start < BLOCK ? given->length - start : BLOCK;
        if (!is_zero(given->span + start, length))
            CHECK(file_write(file, start, given->span + start, length, &error));
    }
    CHECK(file_close(file, &error));
}

/* ---- the comparison -------------------------------------------------------------------------- */

static void random_scan(struct scan *scan, const struct random_case *given)
{
    static const size_t windows[] = {1, 2, 7, 64, 500, BLOCK, 0};
    size_t a = unit_below(given->length + 1), b = unit_below(given->length + 1);
    scan->range = (struct range){a < b ? a : b, a < b ? b : a};
    if (unit_below(2))
        scan->range = (struct range){0, given->length};
    scan->backward = unit_below(2);
    scan->overlapping = unit_below(3) == 0;
    scan->threads = 1 + (unsigned)unit_below(4);
    if (unit_below(3) == 0)
        scan->align = (struct alignment){1 + unit_below(unit_below(2) ? 5 : 40), unit_below(9)};

    scan->chunk_length = windows[unit_below(sizeof windows / sizeof *windows)];
    if (given->length > 2000 && scan->chunk_length > 0 && scan->chunk_length < 64)
        scan->chunk_length = 64 + scan->chunk_length;
    scan->view_all = scan->chunk_length >= 64 && unit_below(2);
    searched = given;
    scan->text = !scan->backward && unit_below(2) ? describe_match : NULL;
    scan->text_context = &texts;
    got.count = 0;
    got.most = unit_below(4) ? SIZE_MAX : 1 + unit_below(5);
}

static void check_scan(const struct scan *scan)
{
    struct error error = {0};
    CHECK_SAY(scan_run(scan, collect, &got, &error), "%s", error.message);
    if (expected.count > got.most)
        expected.count = got.most;
    bool same = got.count == expected.count;
    for (size_t i = 0; same && i < got.count; i++)
        same = got.matches[i].offset == expected.matches[i].offset &&
               got.matches[i].length == expected.matches[i].length;
    CHECK_SAY(same,
              "(%zu matches, not %zu; %" PRIu64 ":%" PRIu64 " backward %d overlapping %d threads "
              "%u window %zu views %d)",
              got.count, expected.count, scan->range.start, scan->range.end, scan->backward,
              scan->overlapping, scan->threads, scan->chunk_length, scan->view_all);
}

static void scan_file(struct scan *scan)
{
    struct mapping mapping;
    struct error error = {0};
    CHECK_SAY(mapping_open(&mapping, "f", 0, &error), "%s", error.message);
    scan->mapping = &mapping;
    check_scan(scan);
    CHECK(mapping_close(&mapping, &error));
}

/* The same bytes as a stream that is held. */
static void scan_spool(struct scan *scan, const struct random_case *given)
{
    struct mapping mapping = {.is_held = true, .size = given->length};
    mapping.held = (struct buffer){given->span, given->length, given->length};
    scan->mapping = &mapping;
    check_scan(scan);
}

/* What comes next of a stream comes in reads of another length. */
static bool change_read_most(void *context, uint64_t at, struct error *error)
{
    (void)context;
    (void)at;
    (void)error;
    struct incoming *incoming = &streamed.incoming;
    incoming->read_most = 1 + unit_below(unit_below(2) ? 4 : 300);
    return true;
}

/* The file as a stream, of which a part is held. */
static void begin_stream(struct scan *scan)
{
    struct error error;
    streamed = (struct mapping){.path = "f", .file = scratch_open("f", 0)};
    struct stream_part part = {
        .first = unit_below(2) ? scan->range.start : 0, /* a file can seek */
        .most = unit_below(2) && !scan->by_line ? scan->range.end : UINT64_MAX,
        .least = UINT64_MAX,
        .lines = scan->by_line,
    };
    CHECK(mapping_take_stream(&streamed, MAPPING_AS_IT_COMES, &part, &error));
    CHECK(change_read_most(NULL, 0, &error));
    scan->mapping = scan->stream = &streamed;
    scan->pause = change_read_most;
}

static void end_stream(void)
{
    struct error error;
    CHECK(mapping_close(&streamed, &error));
}

/* A range that reaches to the end may be said to reach on: where the end is, is not known. */
static void scan_as_it_comes(struct scan *scan, const struct random_case *given)
{
    if (scan->range.end == given->length && unit_below(2))
        scan->range.end = OFFSET_MAX;
    begin_stream(scan);
    check_scan(scan);
    end_stream();
}

/* The same bytes in one of the forms in which they can be had. */
static void scan_bytes(struct scan *scan, const struct random_case *given)
{
    if (given->length > 0 && unit_below(8) == 0) {
        scan_spool(scan, given);
        return;
    }
    write_file(given);
    if (!scan->backward && unit_below(2))
        scan_as_it_comes(scan, given);
    else
        scan_file(scan);
}

/* ---- byte strings ---------------------------------------------------------------------------- */

/* One search for each allowed offset. */
static void slow_aligned(const struct random_case *given, const struct scan *scan,
                         const struct search_span *all, struct search_list *list)
{
    size_t from = all->from, limit = all->limit;
    for (size_t i = all->from; i < all->until; i++) {
        size_t offset = scan->backward ? all->until - 1 - (i - all->from) : i;
        struct search_span one = {given->span, offset, offset + 1, limit};
        size_t before = list->count;
        if (!alignment_allows(&scan->align, offset) || offset < from || offset >= limit)
            continue;
        slow_forward(given, &one, list);
        if (list->count == before || scan->overlapping)
            continue;
        if (scan->backward)
            limit = offset;
        else
            from = offset + list->matches[before].length;
    }
}

static void expect_strings(const struct random_case *given, const struct scan *scan)
{
    static struct search_match found[MOST_LENGTH + 1];
    size_t start = (size_t)scan->range.start, end = (size_t)scan->range.end;
    struct search_span span = {given->span, start, end, end};
    struct search_list list = list_of(found, MOST_LENGTH + 1, scan->overlapping);
    if (scan->align.step > 0)
        slow_aligned(given, scan, &span, &list);
    else if (scan->backward)
        slow_backward(given, &span, &list);
    else
        slow_forward(given, &span, &list);
    expected.count = list.count;
    for (size_t i = 0; i < expected.count; i++)
        expected.matches[i] = (struct match){found[i].offset, found[i].length};
}

static void compare_strings(size_t length, size_t alphabet, size_t needles, size_t longest,
                            bool holes)
{
    struct random_case given;
    struct error error;
    struct pattern pattern = {0};
    struct scan scan = {.pattern = &pattern};
    make_span(&given, length, 0, alphabet);
    if (holes)
        make_holes(&given);
    make_needles(&given, needles, longest, alphabet);
    pattern.searcher = searcher_new(given.needles, given.count, given.ignore_case, &error);
    pattern.longest = searcher_longest(pattern.searcher);
    pattern.matches_zeros = searcher_matches_zeros(pattern.searcher);
    pattern.matches_newline = searcher_matches_newline(pattern.searcher);
    random_scan(&scan, &given);
    expect_strings(&given, &scan);
    scan_bytes(&scan, &given);
    searcher_free(pattern.searcher);
    release_case(&given);
}

static void small_files(void)
{
    for (unsigned long i = unit_rounds(1500); i > 0; i--)
        compare_strings(unit_below(400), 1 + unit_below(3), 1 + unit_below(3), 1 + unit_below(9),
                        false);
}

static void sparse_files(void)
{
    for (unsigned long i = unit_rounds(300); i > 0; i--)
        compare_strings(1 + unit_below(MOST_LENGTH), unit_below(2) ? 256 : 2, 1 + unit_below(2),
                        1 + unit_below(unit_below(4) ? 5 : 3 * BLOCK), true);
}

/* Hardly any match, of which the next chunks know nothing, ends at a chunk's border. */
static void runs_of_one_byte(void)
{
    for (unsigned long i = unit_rounds(500); i > 0; i--)
        compare_strings(unit_below(1500), 1, 1 + unit_below(2), 1 + unit_below(40), false);
    CHECK(texts > 0);
}

/* ---- expressions ----------------------------------------------------------------------------- */

static const unsigned char *whole_span(void *context, uint64_t offset, bool backward,
                                       uint64_t *first, size_t *length)
{
    const struct random_case *given = context;
    (void)offset;
    (void)backward;
    *first = 0;
    *length = given->length;
    return given->span;
}

/* Match by match over all of the bytes in memory. */
static void expect_forward(struct regex_matcher *matcher, const struct regex_text *text,
                           const struct scan *scan)
{
    struct regex_match match;
    uint64_t from = scan->range.start;
    while (from <= scan->range.end &&
           regex_find(matcher, text, from, scan->range.end, &match) == REGEX_FOUND) {
        expected.matches[expected.count++] = (struct match){match.start, match.end - match.start};
        from = scan->overlapping ? match.start + 1 : match.end + (match.end == match.start);
    }
}

static void reverse_expected(void)
{
    for (size_t i = 0; i < expected.count / 2; i++) {
        struct match match = expected.matches[i];
        expected.matches[i] = expected.matches[expected.count - 1 - i];
        expected.matches[expected.count - 1 - i] = match;
    }
}

/* From the end: of the matches at all places that end by the limit, the one that starts last. */
static void expect_backward(struct regex_matcher *matcher, const struct regex_text *text,
                            const struct scan *scan)
{
    struct regex_match match;
    uint64_t from = scan->range.start, limit = scan->range.end, before = limit + 1;
    while (before > from && last_match(matcher, text, from, limit, &match) == REGEX_FOUND) {
        if (match.start >= before) {
            if (limit-- == from)
                break;
            continue;
        }
        expected.matches[expected.count++] = (struct match){match.start, match.end - match.start};
        before = limit = match.start;
    }
}

static void expect_expression(struct random_case *given, const struct scan *scan)
{
    struct error error;
    struct regex_text text = {whole_span, given, 0, scan->range.end};
    const struct pattern *pattern = scan->pattern;
    const struct regex *regex = pattern->regex ? pattern->regex : pattern->groups;
    struct regex_matcher *matcher = regex_matcher_new(regex, 0, &error);
    struct regex_choice choice = {scan->align, pattern->shortest};
    regex_matcher_choose(matcher, &choice);
    expected.count = 0;
    if (scan->backward && !scan->overlapping)
        expect_backward(matcher, &text, scan);
    else
        expect_forward(matcher, &text, scan);
    if (scan->backward && scan->overlapping)
        reverse_expected();
    regex_matcher_free(matcher);
}

static void compare_expression(const char *expression, size_t length, size_t alphabet, bool holes)
{
    struct random_case given = {0};
    struct error error = {0};
    struct pattern pattern;
    struct scan scan = {.pattern = &pattern};
    struct pattern_options options = {byte_type_find("text", &error), false, true,
                                      unit_below(3) == 0};
    make_span(&given, length, 0, alphabet);
    if (holes)
        make_holes(&given);
    CHECK_SAY(pattern_init(&pattern, &(struct pattern_operands){.texts = &expression, .count = 1},
                           &options, &error),
              "%s", error.message);
    random_scan(&scan, &given);
    expect_expression(&given, &scan);
    scan_bytes(&scan, &given);
    pattern_release(&pattern);
    release_case(&given);
}

static const char *const expressions[] = {
    "a",       "a*",      "ab|b",    "^a*$",       "(a|b)*c",    "a(.|\n)*c|a", "b+",
    "$",       "\\b",     "[^a]+b",  "a.*b",       "(aa|aaa)+b", "c(.|\n)*a",   "(?i)B",
    "",        "a\\zb|b", "^b*",     "b{3,}",      "\n+^a",      "a(b|c)*a",    "(b|\\n)*a$",
    "c.{20,}", "^\\z",    "a|bc|ab", "(?i)a|(B)c?"};

static void small_texts(void)
{
    for (unsigned long i = unit_rounds(1500); i > 0; i--)
        compare_expression(expressions[unit_below(sizeof expressions / sizeof *expressions)],
                           unit_below(300), unit_below(3) ? 3 : 0, false);
}

static void sparse_texts(void)
{
    for (unsigned long i = unit_rounds(300); i > 0; i--)
        compare_expression(expressions[unit_below(sizeof expressions / sizeof *expressions)],
                           1 + unit_below(MOST_LENGTH), unit_below(2) ? 3 : 0, true);
}

/* ---- lines ----------------------------------------------------------------------------------- */

static size_t line_of(const struct random_case *given, uint64_t offset)
{
    size_t line = 0;
    for (size_t i = 0; i < offset; i++)
        line += given->span[i] == '\n';
    return line;
}

struct lines {
    const struct random_case *given;
    size_t lines[MOST_LENGTH + 1]; /* in which a match was reported */
    size_t count;
    uint64_t between;    /* matches left out */
    unsigned long texts; /* since the start */
    unsigned long left_out;
};
static struct lines lines;

/* Where the line begins, and its bytes. */
static bool describe(const void *context, const struct scan_found *found, struct buffer *text,
                     struct error *error)
{
    CHECK(context == &lines);
    return buffer_append(text, &found->offset, sizeof found->offset, error) &&
           buffer_append(text, found->bytes, found->length, error);
}

/* What was said of match `i`, if anything, is said of the line in which it begins. */
static void check_text(struct lines *into, const struct scan_batch *batch, size_t i)
{
    const struct random_case *given = into->given;
    size_t start = i > 0 ? batch->text_ends[i - 1] : batch->text_start, end = batch->text_ends[i];
    uint64_t offset;
    CHECK(start <= end);
    if (start == end)
        return;
    into->texts++;
    CHECK(end - start >= sizeof offset);
    memcpy(&offset, batch->text + start, sizeof offset);
    start += sizeof offset;
    CHECK(line_of(given, offset) == line_of(given, batch->matches[i].offset));
    CHECK(offset == 0 || given->span[offset - 1] == '\n');
    CHECK(given->span[offset + (end - start)] == '\n');
    CHECK(!memcmp(given->span + offset, batch->text + start, end - start));
}

static enum scan_answer collect_lines(void *context, const struct scan_batch *batch,
                                      struct error *error)
{
    struct lines *into = context;
    (void)error;
    for (size_t i = 0; i < batch->count; i++) {
        size_t line = line_of(into->given, batch->matches[i].offset);
        bool again = into->count > 0 && into->lines[into->count - 1] == line;
        CHECK(!again || i == 0);
        if (batch->text_ends)
            check_text(into, batch, i);
        if (i + 1 == batch->count)
            into->between += batch->between;
        if (!again)
            into->lines[into->count++] = line;
    }
    if (batch->next_line > 0) {
        uint64_t last = batch->matches[batch->count - 1].offset;
        CHECK(batch->next_line > last && into->given->span[batch->next_line - 1] == '\n');
        CHECK(line_of(into->given, batch->next_line - 1) == line_of(into->given, last));
    }
    return SCAN_CONTINUE;
}

/* The lines of all the matches in `expected`, one after the other. */
static void check_lines(struct scan *scan, const struct random_case *given)
{
    struct mapping mapping;
    struct error error = {0};
    size_t count = 0;
    bool same = true;
    lines.given = given;
    lines.count = 0;
    lines.between = 0;
    scan->by_line = true;
    scan->count_lines = unit_below(3) == 0;
    scan->text = !scan->count_lines && unit_below(2) ? describe : NULL;
    scan->text_context = &lines;
    write_file(given);
    if (unit_below(2)) {
        begin_stream(scan);
    } else {
        CHECK(mapping_open(&mapping, "f", 0, &error));
        scan->mapping = &mapping;
    }
    CHECK_SAY(scan_run(scan, collect_lines, &lines, &error), "%s", error.message);
    CHECK(mapping_close(scan->stream ? scan->stream : &mapping, &error));
    for (size_t i = 0; i < expected.count; i++) {
        size_t line = line_of(given, expected.matches[i].offset);
        if (i > 0 && line == line_of(given, expected.matches[i - 1].offset))
            continue;
        same = same && (scan->count_lines || (count < lines.count && lines.lines[count] == line));
        count++;
    }
    uint64_t counted = lines.count + lines.between;
    lines.left_out += lines.between;
    CHECK(scan->count_lines || lines.between == 0);
    CHECK_SAY(same && count == counted,
              "(%" PRIu64 " lines, not %zu; %" PRIu64 ":%" PRIu64
              " threads %u window %zu views %d)",
              counted, count, scan->range.start, scan->range.end, scan->threads, scan->chunk_length,
              scan->view_all);
}

static void random_lines(struct random_case *given, struct pattern *pattern, bool expression)
{
    struct scan scan = {.pattern = pattern};
    random_scan(&scan, given);
    scan.backward = false;
    scan.align = (struct alignment){0, 0};
    if (expression)
        expect_expression(given, &scan);
    else
        expect_strings(given, &scan);
    check_lines(&scan, given);
}

static void first_of_each_line(void)
{
    static const char *const within[] = {"a",   "a*",   "^a*$",   "(a|b)*c", "$",
                                         "\\b", "a.*b", "[^a]+B", "^"};
    for (unsigned long i = unit_rounds(400); i > 0; i--) {
        struct random_case given = {0};
        struct pattern pattern = {0};
        struct error error;
        make_span(&given, unit_below(unit_below(2) ? 60 : 2000), 0, 0);
        make_needles(&given, 1 + unit_below(3), 1 + unit_below(2), 0);
        pattern.searcher = searcher_new(given.needles, given.count, given.ignore_case, &error);
        pattern.longest = searcher_longest(pattern.searcher);
        pattern.matches_zeros = searcher_matches_zeros(pattern.searcher);
        if (!searcher_matches_newline(pattern.searcher))
            random_lines(&given, &pattern, false);
        pattern_release(&pattern);
        const char *operand = within[i % (sizeof within / sizeof *within)];
        struct pattern_options options = {.type = byte_type_find("text", &error), .regex = true};
        CHECK(pattern_init(&pattern, &(struct pattern_operands){.texts = &operand, .count = 1},
                           &options, &error) &&
              !pattern.matches_newline);
        random_lines(&given, &pattern, true);
        pattern_release(&pattern);
        release_case(&given);
    }
    CHECK(lines.texts > 0 && lines.left_out > 0);
}

/* Each chunk begins in a line whose match, in the chunk before, overlaps the first of its own. */
static void lines_across_borders(void)
{
    enum { LINE = 7, COUNT = 2000 };
    struct random_case given = {
        .length = (size_t)LINE * COUNT,
        .needles = {{(const unsigned char *)"aa", NULL, 2}},
        .count = 1,
    };
    struct error error = {0};
    struct pattern pattern = {.searcher = searcher_new(given.needles, 1, false, &error),
                              .longest = 2};
    given.span = malloc(given.length);
    for (size_t i = 0; i < COUNT; i++)
        memcpy(given.span + i * LINE, "b.aaa.\n", LINE);
    for (size_t window = 64; window < 64 + LINE; window++)
        for (unsigned i = 0; i < 12; i++) {
            struct scan scan = {.pattern = &pattern, .range = {0, given.length}};
            scan.chunk_length = window;
            scan.threads = 2 + i % 3;
            expect_strings(&given, &scan);
            check_lines(&scan, &given);
        }
    pattern_release(&pattern);
    free(given.span);
}

/* ---- the way of the walk --------------------------------------------------------------------- */

struct pauses {
    unsigned long count;
    uint64_t last;
    size_t matches;
    unsigned long most; /* fail behind so many */
};

static enum scan_answer count_matches(void *context, const struct scan_batch *batch,
                                      struct error *error)
{
    struct pauses *pauses = context;
    (void)error;
    pauses->matches += batch->count;
    return SCAN_CONTINUE;
}

static bool count_pauses(void *context, uint64_t at, struct error *error)
{
    struct pauses *pauses = context;
    pauses->last = at;
    return ++pauses->count < pauses->most || error_set(error, "enough");
}

static void pauses_come(void)
{
    struct random_case given;
    make_span(&given, MOST_LENGTH, 0, 2);
    write_file(&given);
    for (unsigned threads = 1; threads <= 4; threads++) {
        struct pauses pauses = {.most = 3};
        struct error error = {0};
        struct mapping mapping;
        struct pattern pattern;
        const char *operand = "ab";
        struct pattern_options options = {.type = byte_type_find("text", &error)};
        CHECK(mapping_open(&mapping, "f", 0, &error));
        CHECK(pattern_init(&pattern, &(struct pattern_operands){.texts = &operand, .count = 1},
                           &options, &error));
        struct scan scan = {.mapping = &mapping,
                            .pattern = &pattern,
                            .range = {0, MOST_LENGTH},
                            .threads = threads,
                            .chunk_length = 100,
                            .pause = count_pauses};
        CHECK(!scan_run(&scan, count_matches, &pauses, &error));
        CHECK(!strcmp(error.message, "enough"));
        CHECK(pauses.count == 3 && pauses.last < MOST_LENGTH / 2);
        pattern_release(&pattern);
        CHECK(mapping_close(&mapping, &error));
    }
    given.count = 0;
    release_case(&given);
}

/* Cuts the file at the first pause. */
static bool cut_file(void *context, uint64_t at, struct error *error)
{
    struct pauses *pauses = context;
    (void)at;
    (void)error;
    if (pauses->count++ == 0)
        scratch_cut("f", pauses->last);
    return true;
}

/* A scan of a file of MOST_LENGTH bytes, which is cut to `size` while it goes on. */
static void scan_cut_file(const char *operand, bool regex, uint64_t size, unsigned way)
{
    struct error error = {0};
    struct mapping mapping;
    struct pauses pauses = {.last = size};
    struct pattern pattern;
    struct pattern_options options = {.type = byte_type_find("text", &error), .regex = regex};
    CHECK(mapping_open(&mapping, "f", 0, &error));
    CHECK(pattern_init(&pattern, &(struct pattern_operands){.texts = &operand, .count = 1},
                       &options, &error));
    struct scan scan = {.mapping = &mapping,
                        .pattern = &pattern,
                        .range = {0, MOST_LENGTH},
                        .threads = 1 + (way & 3),
                        .view_all = way & 4,
                        .chunk_length = 1000,
                        .pause = cut_file};
    CHECK(!scan_run(&scan, count_matches, &pauses, &error));
    CHECK_SAY(strstr(error.message, "cut short") != NULL, "%s", error.message);
    pattern_release(&pattern);
    CHECK(mapping_close(&mapping, &error));
}

static void cut_short(void)
{
    struct random_case given;
    make_span(&given, MOST_LENGTH, 0, 2);
    given.span[MOST_LENGTH - 1] = 'a'; /* so that the last block is no hole */
    unsigned ways = host_cuts_viewed_files() ? 8 : 4;
    for (unsigned way = 0; way < ways; way++) {
        write_file(&given);
        scan_cut_file("xyz", false, 0, way);
        write_file(&given);
        scan_cut_file("ab", false, MOST_LENGTH / 2, way);
        write_file(&given);
        scan_cut_file("a+b", true, MOST_LENGTH / 2, way);
        write_file(&given); /* the rest of the page is zeros in a view: no fault */
        scan_cut_file("xyz", false, MOST_LENGTH - 1, way);
    }
    given.count = 0;
    release_case(&given);
}

static const struct unit_case cases[] = {
    {"strings in small files, whatever the window and the threads", small_files},
    {"strings in sparse files", sparse_files},
    {"chains of matches from border to border", runs_of_one_byte},
    {"expressions in small files, whatever the window and the threads", small_texts},
    {"expressions in sparse files", sparse_texts},
    {"the first match of each line, if that is enough", first_of_each_line},
    {"a line with a match across a border counts once", lines_across_borders},
    {"pauses come while there are results, and can end the scan", pauses_come},
    {"a file cut short under the scan is an error", cut_short},
};

int main(void)
{
    scratch_enter();
    int status = unit_main(cases, sizeof cases / sizeof *cases);
    scratch_leave();
    return status;
}
