/*
 * fuzz_regex.c - expressions and texts out of the input, the longest or the shortest matches,
 * beside the naive matcher; and the input itself as an expression, searched for in two ways.
 */
#include "fuzz.h"
#include "regex/last_match.h"
#include "regex/regex_reference.h"

struct piece {
    const unsigned char *bytes;
    size_t length;
    size_t size;
    unsigned char *copy;
};

static const unsigned char *piece_span(void *context, uint64_t offset, bool backward,
                                       uint64_t *first, size_t *length)
{
    struct piece *piece = context;
    size_t start = (size_t)offset / piece->size * piece->size;
    size_t more = piece->length - start;
    (void)backward;
    *first = start;
    *length = more < piece->size ? more : piece->size;
    free(piece->copy);
    piece->copy = fuzz_copy(piece->bytes + start, *length);
    return piece->copy;
}

static void compare_groups(const struct naive *naive, const struct naive_text *naive_text,
                           struct regex_matcher *matcher, const struct regex_text *text,
                           const struct regex_match *match)
{
    struct regex_match groups[REGEX_GROUPS];
    struct naive_group naive_group[NAIVE_GROUPS];
    DEMAND(regex_groups(matcher, text, match, groups) == REGEX_FOUND);
    for (int i = 0; i < NAIVE_GROUPS; i++)
        naive_group[i] = (struct naive_group){-1, -1};
    naive_groups(naive, naive->root, naive_text, (int)match->start, (int)match->end, naive_group);
    for (int i = 1; i < NAIVE_GROUPS; i++) {
        if (naive_group[i].start < 0)
            DEMAND(groups[i].start == UINT64_MAX);
        else
            DEMAND(groups[i].start == (uint64_t)naive_group[i].start &&
                   groups[i].end == (uint64_t)naive_group[i].end);
    }
}

/* All matches from the left with their groups, as splice --all takes them. */
static void compare_forward(const struct naive *naive, const struct naive_text *naive_text,
                            struct regex_matcher *matcher, const struct regex_text *text)
{
    struct regex_match match;
    int start, end, from = 0;
    while (from <= naive_text->length) {
        bool found = naive_find(naive, naive_text, from, naive_text->length, &start, &end);
        DEMAND((regex_find(matcher, text, (uint64_t)from, text->end, &match) == REGEX_FOUND) ==
               found);
        if (!found)
            return;
        DEMAND(match.start == (uint64_t)start && match.end == (uint64_t)end);
        compare_groups(naive, naive_text, matcher, text, &match);
        from = end + (start == end);
    }
}

/* Where the line ends that holds `place`: at its newline, or behind the text. */
static int line_end(const struct naive_text *text, int place)
{
    while (place < text->length && text->bytes[place] != '\n')
        place++;
    return place;
}

/* The lines in which matches begin, three in a call, as find -cl takes them. */
static void compare_lines(const struct naive *naive, const struct naive_text *naive_text,
                          struct regex_matcher *matcher, const struct regex_text *text)
{
    struct regex_match matches[3];
    enum regex_result result = REGEX_FOUND;
    size_t count = 0;
    uint64_t at = 0;
    int start = 0, end = 0, from = 0;
    for (size_t next = 0;; next++) {
        bool found = from <= naive_text->length &&
                     naive_find(naive, naive_text, from, naive_text->length, &start, &end);
        if (next == count && result == REGEX_FOUND) {
            struct regex_list list = {matches, 3, 0, REGEX_BY_LINE};
            result = regex_find_several(matcher, text, &at, text->end, &list);
            count = list.count;
            next = 0;
        }
        DEMAND((next < count) == found);
        if (!found)
            return;
        DEMAND(matches[next].start >= (uint64_t)from && matches[next].end <= text->end &&
               matches[next].start <= matches[next].end &&
               line_end(naive_text, (int)matches[next].start) == line_end(naive_text, start));
        from = line_end(naive_text, start) + 1;
    }
}

/* All matches from the right. */
static void compare_backward(const struct naive *naive, const struct naive_text *naive_text,
                             struct regex_matcher *matcher, const struct regex_text *text)
{
    struct regex_match match;
    int start, end, limit = naive_text->length;
    while (limit >= 0) {
        bool found = naive_find_last(naive, naive_text, 0, limit, &start, &end);
        DEMAND((last_match(matcher, text, 0, (uint64_t)limit, &match) == REGEX_FOUND) == found);
        if (!found)
            return;
        DEMAND(match.start == (uint64_t)start && match.end == (uint64_t)end);
        limit = start == limit ? limit - 1 : start;
    }
}

static void compare(const struct naive *naive, const struct naive_text *naive_text,
                    struct regex_matcher *matcher, size_t size, bool by_line)
{
    struct piece piece = {naive_text->bytes, (size_t)naive_text->length, size, NULL};
    struct regex_text text = {piece_span, &piece, 0, (uint64_t)naive_text->length};
    compare_forward(naive, naive_text, matcher, &text);
    compare_backward(naive, naive_text, matcher, &text);
    if (by_line)
        compare_lines(naive, naive_text, matcher, &text);
    free(piece.copy);
}

/* Lets both find the shortest match, or only matches at some offsets. */
static struct regex_choice random_choice(struct naive *naive)
{
    unsigned kind = (unsigned)fuzz_byte() % 6;
    struct regex_choice choice = {.shortest = kind % 3 == 0};
    if (kind % 2)
        choice.align = (struct alignment){1 + fuzz_byte() % 5, fuzz_byte() % 8};
    naive->shortest = choice.shortest;
    naive->starts = 0;
    for (uint64_t place = 0; place < 64; place++)
        if (alignment_allows(&choice.align, place))
            naive->starts |= UINT64_C(1) << place;
    return choice;
}

/* Demands that two matchers, with little and with much memory and room, find the same. */
static void compare_matchers(struct regex_matcher *matchers[2], const struct regex_text texts[2])
{
    uint64_t from = 0, length = texts[0].end;
    for (;;) {
        struct regex_match matches[2];
        enum regex_result results[2];
        for (int i = 0; i < 2; i++)
            results[i] = regex_find(matchers[i], &texts[i], from, length, &matches[i]);
        DEMAND(results[0] == results[1]);
        if (results[0] != REGEX_FOUND)
            return;
        DEMAND(matches[0].start == matches[1].start && matches[0].end == matches[1].end);
        uint64_t end = matches[0].end;
        DEMAND(matches[0].start >= from && end >= matches[0].start && end <= length);
        /* Of the matches that end there or before, this one or a later one starts last. */
        DEMAND(last_match(matchers[0], &texts[0], from, end, &matches[1]) == REGEX_FOUND);
        DEMAND(matches[1].start >= matches[0].start);
        DEMAND(matches[1].start > matches[0].start || matches[1].end == end);
        from = end + (matches[0].start == end);
        if (from > length)
            return;
    }
}

/* The input as an expression, and as the text in which it is searched for. */
static void any_expression(const uint8_t *data, size_t size)
{
    struct error error = {0};
    struct regex *regex = regex_new(data, size, size % 2, &error);
    if (!regex) {
        DEMAND_ERROR(error);
        return;
    }
    size_t length = size < NAIVE_TEXT ? size : NAIVE_TEXT;
    struct piece pieces[2] = {{data, length, 1, NULL}, {data, length, 16, NULL}};
    struct regex_text texts[2];
    struct regex_matcher *matchers[2];
    struct regex_choice choice = {.shortest = size % 3 == 0};
    for (size_t i = 0; i < 2; i++) {
        texts[i] = (struct regex_text){piece_span, &pieces[i], 0, length};
        matchers[i] = regex_matcher_new(regex, i, &error);
        DEMAND(matchers[i]);
        regex_matcher_choose(matchers[i], &choice);
    }
    compare_matchers(matchers, texts);
    for (int i = 0; i < 2; i++) {
        regex_matcher_free(matchers[i]);
        free(pieces[i].copy);
    }
    regex_free(regex);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct naive naive;
    struct error error;
    unsigned char bytes[NAIVE_TEXT];
    any_expression(data, size);
    fuzz_begin(data, size);
    int leaves = 1 + (int)fuzz_byte() % 12;
    if (size % 4 == 3)
        naive_make_words(&naive, fuzz_byte);
    else
        naive_make(&naive, leaves, false, fuzz_byte);
    size_t memory = fuzz_byte() % 2, span = 1 + (size_t)fuzz_byte() % 16;
    struct regex_choice choice = random_choice(&naive);
    struct naive_text text = {bytes, 0};
    while (text.length < NAIVE_TEXT && fuzz_left > 0)
        bytes[text.length++] = naive.words && fuzz_left % 4 > 0
                                   ? (unsigned char)"qqzZ"[fuzz_byte() % 4]
                                   : naive_bytes[fuzz_byte() % NAIVE_TEXT_ALL];
    struct regex *regex =
        regex_new((const unsigned char *)naive.written, naive.length, naive.fold, &error);
    if (!regex) {
        DEMAND(strstr(error.message, "too large") != NULL);
        return 0;
    }
    struct regex_matcher *matcher = regex_matcher_new(regex, memory, &error);
    if (matcher) {
        regex_matcher_choose(matcher, &choice);
        compare(&naive, &text, matcher, span,
                !regex_matches_newline(regex) && choice.align.step == 0);
    }
    regex_matcher_free(matcher);
    regex_free(regex);
    return 0;
}
