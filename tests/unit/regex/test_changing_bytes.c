/*
 * test_changing_bytes.c - searches of bytes that another thread changes meanwhile.
 *
 * As happens to a mapped file. What is found is anyone's guess, but it lies inside,
 * comes in order, and the search ends; ASan sees each byte outside.
 */
#include "platform/platform.h"
#include "last_match.h"
#include "search/search_reference.h"

#include <stdatomic.h>

enum { LENGTH = 3000, BATCH = 40 };

struct scribbler {
    unsigned char *bytes;
    atomic_bool ended;
};

/* Its own generator: unit_random() is the other thread's. */
static void scribble(void *context)
{
    struct scribbler *scribbler = context;
    uint64_t state = 1;
    while (!atomic_load(&scribbler->ended))
        for (unsigned i = 0; i < 1000; i++) {
            state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
            size_t place = (size_t)(state >> 40) % LENGTH;
            ((volatile unsigned char *)scribbler->bytes)[place] =
                (unsigned char)("ab\nB"[state >> 33 & 3]);
        }
}

static struct thread *start_scribbling(struct scribbler *scribbler, unsigned char *bytes)
{
    struct thread *thread = NULL;
    struct error error;
    scribbler->bytes = bytes;
    atomic_init(&scribbler->ended, false);
    CHECK_SAY(thread_start(scribble, scribbler, &thread, &error), "%s", error.message);
    return thread;
}

static void stop_scribbling(struct scribbler *scribbler, struct thread *thread)
{
    atomic_store(&scribbler->ended, true);
    if (thread)
        thread_join(thread);
}

/* ---- byte strings ---------------------------------------------------------------------------- */

static void search_up(const struct searcher *searcher, const unsigned char *span, bool overlapping)
{
    struct search_match found[BATCH];
    struct search_span rest = {span, 0, LENGTH, LENGTH};
    size_t free_from = 0, calls = 0;
    while (rest.from < LENGTH) {
        struct search_list list = {found, BATCH, 0, overlapping, 0};
        size_t from = rest.from;
        search_forward(searcher, &rest, &list);
        CHECK(list.count <= BATCH && rest.from > from && ++calls <= LENGTH);
        for (size_t i = 0; i < list.count; i++) {
            CHECK(found[i].offset >= free_from && found[i].length <= LENGTH - found[i].offset);
            free_from = found[i].offset + (overlapping ? 1 : found[i].length);
        }
        if (rest.from <= from)
            return;
    }
}

static void search_down(const struct searcher *searcher, const unsigned char *span,
                        bool overlapping)
{
    struct search_match found[BATCH];
    struct search_span rest = {span, 0, LENGTH, LENGTH};
    size_t before = LENGTH;
    while (rest.until > 0) {
        struct search_list list = {found, BATCH, 0, overlapping, 0};
        size_t until = rest.until, end = rest.limit;
        search_backward(searcher, &rest, &list);
        CHECK(list.count <= BATCH && rest.until < until && rest.limit <= end);
        for (size_t i = 0; i < list.count; i++) {
            CHECK(found[i].offset < before && found[i].offset + found[i].length <= LENGTH);
            CHECK(overlapping || found[i].offset + found[i].length <= end);
            before = found[i].offset;
            end = overlapping ? LENGTH : before;
        }
        if (rest.until >= until)
            return;
    }
}

static void search_with(const char *kernel, struct random_case *given)
{
    struct error error;
    CHECK(search_use_kernel(kernel));
    struct searcher *searcher = searcher_new(given->needles, given->count, unit_below(2), &error);
    for (int round = 0; round < 4; round++) {
        search_up(searcher, given->span, round & 1);
        search_down(searcher, given->span, round & 1);
    }
    searcher_free(searcher);
}

static void strings(void)
{
    static const size_t longest[] = {1, 3, 20, 400};
    struct scribbler scribbler;
    unsigned char *bytes = allocate(LENGTH);
    memset(bytes, 'a', LENGTH);
    struct thread *thread = start_scribbling(&scribbler, bytes);
    for (unsigned long i = unit_rounds(500); i > 0; i--) {
        struct random_case given = {.span = bytes, .length = LENGTH};
        make_needles(&given, 1 + unit_below(unit_below(2) ? 1 : 20), longest[unit_below(4)], 2);
        const char *kernel;
        for (size_t k = 0; (kernel = search_kernel_name(k)) != NULL; k++)
            search_with(kernel, &given);
        release_case(&given);
    }
    search_use_kernel(NULL);
    stop_scribbling(&scribbler, thread);
    free(bytes);
}

/* ---- expressions ----------------------------------------------------------------------------- */

struct text {
    unsigned char *bytes;
    bool changes; /* with each span, where no other thread changes it */
};

/* Spans of random size, as a file gives them. */
static const unsigned char *part(void *context, uint64_t offset, bool backward, uint64_t *first,
                                 size_t *length)
{
    const struct text *text = context;
    size_t most = backward ? (size_t)offset + 1 : LENGTH - (size_t)offset;
    *length = 1 + (size_t)unit_below(text->changes && most > 50 ? 50 : most);
    *first = backward ? offset + 1 - *length : offset;
    for (int i = 0; text->changes && i < 20; i++)
        text->bytes[unit_below(LENGTH)] = (unsigned char)"ab\nB"[unit_below(4)];
    return text->bytes + *first;
}

static void find_all(struct regex_matcher *matcher, const struct regex_text *text)
{
    struct regex_match match, groups[REGEX_GROUPS];
    uint64_t from = 0;
    while (from <= LENGTH && regex_find(matcher, text, from, LENGTH, &match) == REGEX_FOUND) {
        CHECK(match.start >= from && match.start <= match.end && match.end <= LENGTH);
        CHECK(regex_groups(matcher, text, &match, groups) == REGEX_FOUND);
        for (int i = 1; i < REGEX_GROUPS; i++)
            CHECK(groups[i].start == UINT64_MAX ||
                  (groups[i].start >= match.start && groups[i].start <= groups[i].end &&
                   groups[i].end <= match.end));
        from = match.end + (match.end == match.start);
    }
}

static void find_all_backward(struct regex_matcher *matcher, const struct regex_text *text)
{
    struct regex_match match;
    uint64_t limit = LENGTH;
    while (last_match(matcher, text, 0, limit, &match) == REGEX_FOUND) {
        CHECK(match.start <= match.end && match.end <= limit);
        if (match.start == 0)
            return;
        limit = match.start < limit ? match.start : limit - 1;
    }
}

static void match_all(struct text *bytes, unsigned long rounds)
{
    static const char *const all[] = {"ab",
                                      "(a+)(b+)",
                                      "(a|b)*a",
                                      "^(a*)(b*)$",
                                      "a(.|\n)*b|a",
                                      "\\b(a+)\\b",
                                      "(aa|aaa)+b",
                                      "b{3,}(a)",
                                      "(a?)b",
                                      "\n+^(a|ab)(b*)",
                                      "(ab|ba)*\n",
                                      "bab[^b]*aba",
                                      "(?i)(b)a(b)",
                                      "\\b|aa",
                                      "^|b+",
                                      "(a|ab)(c|bcd)*([ab]{3})(b*)",
                                      "([ab]*)(bab)([aB]*)(a{2})"};
    for (unsigned long i = rounds; i > 0; i--) {
        struct error error;
        const char *expression = all[i % (sizeof all / sizeof *all)];
        struct regex *regex =
            regex_new((const unsigned char *)expression, strlen(expression), false, &error);
        struct regex_matcher *matcher = regex_matcher_new(regex, unit_below(2) * 4096, &error);
        struct regex_text text = {part, bytes, 0, LENGTH};
        find_all(matcher, &text);
        find_all_backward(matcher, &text);
        regex_matcher_free(matcher);
        regex_free(regex);
    }
}

static void expressions(void)
{
    struct scribbler scribbler;
    struct text text = {allocate(LENGTH), false};
    memset(text.bytes, 'a', LENGTH);
    struct thread *thread = start_scribbling(&scribbler, text.bytes);
    match_all(&text, unit_rounds(150));
    stop_scribbling(&scribbler, thread);
    free(text.bytes);
}

/* The same, but as often as it can be, and the same each time. */
static void other_spans(void)
{
    struct text text = {allocate(LENGTH), true};
    memset(text.bytes, 'a', LENGTH);
    match_all(&text, unit_rounds(300));
    free(text.bytes);
}

static const struct unit_case cases[] = {
    {"strings in bytes that change stay inside, in order, and the search ends", strings},
    {"so do expressions and their groups", expressions},
    {"and where bytes change from span to span", other_spans},
};

UNIT_MAIN(cases)
