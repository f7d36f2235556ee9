/* test_matches.c - expressions against a naive matcher, and against libc. */
#include "libc_regex.h"
#include "text_pieces.h"
#include "regex_reference.h"
#include "regex/walk.h"
#include "search/search.h"

/* --- Against the naive matcher --- */

struct trial {
    struct naive naive;
    unsigned char bytes[NAIVE_TEXT];
    struct naive_text text;
    struct regex *regex;
    struct regex_matcher *matcher;
    struct regex_choice choice;
    struct pieces pieces;
};

/* The places in the text at which the matcher lets a match start. */
static uint64_t allowed_starts(const struct trial *trial)
{
    uint64_t starts = 0;
    for (uint64_t place = 0; place < 64; place++)
        if (alignment_allows(&trial->choice.align, trial->pieces.base + place))
            starts |= UINT64_C(1) << place;
    return starts;
}

static void random_text(struct trial *trial, int longest)
{
    int kinds = trial->naive.posix ? NAIVE_TEXT_POSIX : NAIVE_TEXT_ALL;
    trial->text = (struct naive_text){trial->bytes, (int)unit_below((uint64_t)longest + 1)};
    bool has_runs = unit_below(2); /* of one byte, which the matcher passes in larger steps */
    for (int i = 0; i < trial->text.length; i++)
        trial->bytes[i] = has_runs && i > 0 && unit_below(16) > 0 ? trial->bytes[i - 1]
                          : trial->naive.words && unit_below(4) > 0
                              ? (unsigned char)"qqzZ"[unit_below(4)]
                              : naive_bytes[unit_below((uint64_t)kinds)];
    trial->pieces = pieces_of(trial->bytes, (size_t)trial->text.length, unit_below(17));
    trial->pieces.base = unit_below(2) ? 0 : UINT64_C(1) << 40;
    trial->naive.starts = allowed_starts(trial);
    regex_matcher_forget(trial->matcher);
}

static void trial_start(struct trial *trial, int size)
{
    if (unit_below(3) == 0)
        naive_make_words(&trial->naive, unit_random);
    else
        naive_make(&trial->naive, size, false, unit_random);
    trial->regex = compile_bytes(trial->naive.written, trial->naive.length, trial->naive.fold);
    trial->matcher = matcher_of(trial->regex, unit_below(3) ? 0 : 1);
    trial->choice.shortest = trial->naive.shortest = unit_below(3) == 0;
    if (unit_below(2))
        trial->choice.align = (struct alignment){1 + unit_below(5), unit_below(7)};
    regex_matcher_choose(trial->matcher, &trial->choice);
}

static void trial_end(struct trial *trial)
{
    free(trial->pieces.copy);
    regex_matcher_free(trial->matcher);
    regex_free(trial->regex);
}

static void check_find(struct trial *trial)
{
    struct regex_text text = text_of(&trial->pieces);
    uint64_t base = trial->pieces.base;
    int from = (int)unit_below((uint64_t)trial->text.length + 1), until = trial->text.length;
    if (unit_below(2))
        until = from + (int)unit_below((uint64_t)(until - from) + 1);
    int start = 0, end = 0;
    struct regex_match match = {0, 0};
    enum regex_result result =
        regex_find(trial->matcher, &text, base + (uint64_t)from, base + (uint64_t)until, &match);
    bool found = naive_find(&trial->naive, &trial->text, from, until, &start, &end);
    CHECK_SAY((result == REGEX_FOUND) == found, "%s in [%d,%d]", trial->naive.written, from, until);
    if (found && result == REGEX_FOUND)
        CHECK_SAY(match.start - base == (uint64_t)start && match.end - base == (uint64_t)end,
                  "%s: %" PRIu64 "-%" PRIu64 " is %d-%d", trial->naive.written, match.start - base,
                  match.end - base, start, end);
}

/* All matches, one after the other: what the matcher remembers of the text must be true. */
static void check_find_all(struct trial *trial)
{
    struct regex_text text = text_of(&trial->pieces);
    uint64_t base = trial->pieces.base;
    int from = 0, start = 0, end = 0;
    struct regex_match match = {0, 0};
    while (from <= trial->text.length) {
        bool found =
            naive_find(&trial->naive, &trial->text, from, trial->text.length, &start, &end);
        enum regex_result result =
            regex_find(trial->matcher, &text, base + (uint64_t)from, text.end, &match);
        CHECK_SAY((result == REGEX_FOUND) == found, "%s from %d", trial->naive.written, from);
        if (!found || result != REGEX_FOUND)
            return;
        CHECK_SAY(match.start - base == (uint64_t)start && match.end - base == (uint64_t)end,
                  "%s from %d: %" PRIu64 "-%" PRIu64 " is %d-%d", trial->naive.written, from,
                  match.start - base, match.end - base, start, end);
        from = end + (start == end);
    }
}

/* Whether two places lie in one line. */
static bool in_one_line(const struct naive_text *text, int a, int b)
{
    for (int i = a < b ? a : b; i < a || i < b; i++)
        if (text->bytes[i] == '\n')
            return false;
    return true;
}

/* Where the search goes on behind a match; behind `until`: nowhere. */
static int advance_from(const struct naive_text *text, enum regex_advance advance, int start,
                        int end, int until)
{
    if (advance != REGEX_BY_LINE)
        return advance == REGEX_APART ? end + (start == end) : start + 1;
    while (start <= until && (start == text->length || text->bytes[start] != '\n'))
        start++;
    return start + 1;
}

/* Several at a time, in any number of calls. */
static void check_find_several(struct trial *trial)
{
    struct regex_text text = text_of(&trial->pieces);
    bool by_line = !regex_matches_newline(trial->regex) && trial->choice.align.step == 0;
    enum regex_advance advance =
        !by_line ? (enum regex_advance)unit_below(2) : (enum regex_advance)unit_below(3);
    struct regex_match matches[5];
    size_t count = 0, next = 0, capacity = 1 + unit_below(5);
    enum regex_result result = REGEX_FOUND;
    int from = (int)unit_below((uint64_t)trial->text.length + 1), start = 0, end = 0;
    int until = from + (int)unit_below((uint64_t)(trial->text.length - from) + 1);
    uint64_t base = trial->pieces.base, at = base + (uint64_t)from;
    for (bool found = true; found; next++) {
        found = from <= until && naive_find(&trial->naive, &trial->text, from, until, &start, &end);
        if (next == count && result == REGEX_FOUND) {
            struct regex_list list = {matches, capacity, 0, advance};
            result = regex_find_several(trial->matcher, &text, &at, base + (uint64_t)until, &list);
            count = list.count;
            next = 0;
        }
        CHECK_SAY((next < count) == found, "%s from %d", trial->naive.written, from);
        if (!found || next >= count)
            return;
        int fast_start = (int)(matches[next].start - base),
            fast_end = (int)(matches[next].end - base);
        bool same = advance == REGEX_BY_LINE
                        ? from <= fast_start && fast_start <= until && fast_start <= fast_end &&
                              in_one_line(&trial->text, start, fast_start) &&
                              in_one_line(&trial->text, start, fast_end)
                        : start == fast_start && end == fast_end;
        CHECK_SAY(same, "%s in [%d,%d], way %d: %d-%d is %d-%d", trial->naive.written, from, until,
                  (int)advance, fast_start, fast_end, start, end);
        from = advance_from(&trial->text, advance, start, end, until);
    }
}

/* The next match within the bounds; an empty one at `before` was the last one found. */
static bool naive_find_within(struct trial *trial, int from, int before, int limit, int *start,
                              int *end)
{
    if (from >= before || from > limit)
        return false;
    bool found = naive_find_last(&trial->naive, &trial->text, from, limit, start, end);
    if (found && *start >= before)
        found = naive_find_last(&trial->naive, &trial->text, from, before - 1, start, end);
    return found;
}

/* All matches backward, in any number of calls. */
static void check_find_last(struct trial *trial)
{
    struct regex_text text = text_of(&trial->pieces);
    uint64_t base = trial->pieces.base;
    int limit = (int)unit_below((uint64_t)trial->text.length + 1);
    int from = unit_below(2) ? 0 : (int)unit_below((uint64_t)limit + 1), start = 0, end = 0;
    int before = limit + (int)unit_below(2);
    struct regex_match matches[5];
    struct regex_list list = {.matches = matches, .capacity = 1 + unit_below(5)};
    struct regex_bounds bounds = {base + (uint64_t)from, base + (uint64_t)before,
                                  base + (uint64_t)limit};
    enum regex_result result = REGEX_FOUND;
    for (size_t next = 0;; next++) {
        bool found = naive_find_within(trial, from, before, limit, &start, &end);
        if (next == list.count && result == REGEX_FOUND) {
            result = regex_find_last(trial->matcher, &text, &bounds, &list);
            next = 0;
        }
        CHECK_SAY((next < list.count) == found, "%s in [%d,%d]", trial->naive.written, from, limit);
        if (!found || next >= list.count)
            return;
        CHECK_SAY(matches[next].start - base == (uint64_t)start &&
                      matches[next].end - base == (uint64_t)end,
                  "%s: %" PRIu64 "-%" PRIu64 " is %d-%d", trial->naive.written,
                  matches[next].start - base, matches[next].end - base, start, end);
        before = limit = start;
    }
}

static bool same_group(const struct regex_match *group, const struct naive_group *naive,
                       uint64_t base)
{
    if (naive->start < 0)
        return group->start == UINT64_MAX;
    return group->start == base + (uint64_t)naive->start &&
           group->end == base + (uint64_t)naive->end;
}

/* Matches whose groups were found in a special way, and checked. */
static unsigned long fixed_count, one_pass_count;

static void check_groups_of(struct trial *trial, const struct regex_match *match,
                            const struct naive_group *naive)
{
    struct regex_text text = text_of(&trial->pieces);
    struct regex_match groups[REGEX_GROUPS];
    uint64_t base = trial->pieces.base;
    CHECK(regex_groups(trial->matcher, &text, match, groups) == REGEX_FOUND);
    for (int i = 0; i < NAIVE_GROUPS; i++)
        CHECK_SAY(same_group(&groups[i], &naive[i], base),
                  "%s group %d: %" PRId64 "-%" PRId64 " is %d-%d", trial->naive.written, i,
                  (int64_t)(groups[i].start - base), (int64_t)(groups[i].end - base),
                  naive[i].start, naive[i].end);
}

static void check_groups(struct trial *trial)
{
    struct regex_text text = text_of(&trial->pieces);
    uint64_t base = trial->pieces.base;
    struct regex_match match;
    struct naive_group naive[NAIVE_GROUPS];
    if (regex_find(trial->matcher, &text, base, text.end, &match) != REGEX_FOUND)
        return;
    naive[0] = (struct naive_group){(int)(match.start - base), (int)(match.end - base)};
    for (int i = 1; i < NAIVE_GROUPS; i++)
        naive[i] = (struct naive_group){-1, -1};
    naive_groups(&trial->naive, trial->naive.root, &trial->text, naive[0].start, naive[0].end,
                 naive);
    check_groups_of(trial, &match, naive);
    bool known = trial->matcher->fixed_groups.known;
    fixed_count += known;
    trial->matcher->fixed_groups.known = false;
    check_groups_of(trial, &match, naive);
    one_pass_count += trial->matcher->one_pass != NULL;
    trial->matcher->fixed_groups.known = known;
}

static void random_trials(void (*check)(struct trial *trial), unsigned long rounds, int longest)
{
    for (unsigned long round = 0; round < unit_rounds(rounds); round++) {
        struct trial trial = {.pieces = {0}};
        trial_start(&trial, 1 + (int)unit_below(10));
        for (int i = 0; i < 8; i++) {
            free(trial.pieces.copy);
            random_text(&trial, longest);
            check(&trial);
        }
        trial_end(&trial);
    }
}

static void test_find(void)
{
    random_trials(check_find, 10000, 24);
    random_trials(check_find, 1000, NAIVE_TEXT);
}

static void test_find_all(void)
{
    random_trials(check_find_all, 3000, 24);
    random_trials(check_find_all, 2000, NAIVE_TEXT);
}

static void test_find_several(void)
{
    random_trials(check_find_several, 6000, 24);
    random_trials(check_find_several, 2000, NAIVE_TEXT);
}

static void test_find_last(void)
{
    random_trials(check_find_last, 10000, 24);
    random_trials(check_find_last, 1000, NAIVE_TEXT);
}

/* Matches so far from each other that a call may end before the next one. */
static void test_find_last_far(void)
{
    enum { LENGTH = 20000, MOST = 20 };
    struct regex *regex = compile_bytes("ab+$", 4, false);
    struct regex_matcher *matcher = matcher_of(regex, 0);
    for (unsigned long round = 0; round < unit_rounds(200); round++) {
        unsigned char bytes[LENGTH + 4];
        memset(bytes, '.', sizeof bytes);
        for (uint64_t i = unit_below(MOST); i > 0; i--)
            memcpy(bytes + unit_below(LENGTH - 4), "abb\n", 4);
        struct pieces pieces = pieces_of(bytes, LENGTH, 1 + unit_below(5000));
        struct regex_text text = text_of(&pieces);
        struct regex_match matches[3];
        struct regex_list list = {.matches = matches, .capacity = 1 + unit_below(3)};
        struct regex_bounds bounds = {0, LENGTH, LENGTH};
        enum regex_result result = REGEX_FOUND;
        size_t at = LENGTH;
        while (result == REGEX_FOUND) {
            result = regex_find_last(matcher, &text, &bounds, &list);
            CHECK(list.count > 0 || result == REGEX_NONE);
            for (size_t i = 0; i < list.count; i++) {
                do
                    at--;
                while (memcmp(bytes + at, "abb\n", 4) != 0);
                CHECK(matches[i].start == at && matches[i].end == at + 3);
            }
        }
        while (at > 0)
            CHECK(memcmp(bytes + --at, "abb\n", 4) != 0);
        free(pieces.copy);
    }
    regex_matcher_free(matcher);
    regex_free(regex);
}

static void test_groups(void)
{
    fixed_count = one_pass_count = 0;
    random_trials(check_groups, 10000, 12);
    random_trials(check_groups, 1000, 40);
    printf("# groups at fixed places: %lu matches, one-pass: %lu\n", fixed_count, one_pass_count);
    CHECK(fixed_count > 100 && one_pass_count > 100);
}

static void test_known_groups(void)
{
    /* Cases that implementations are known to disagree on; the answers are the rule's. */
    static const struct {
        const char *expression, *text;
        int count;
        struct naive_group groups[5];
    } known[] = {
        {"(a*)*", "", 2, {{0, 0}, {0, 0}}},
        {"(a*)*", "aa", 2, {{0, 2}, {0, 2}}},
        {"(a*)+", "b", 2, {{0, 0}, {0, 0}}},
        {"(a|b)*", "", 2, {{0, 0}, {-1, -1}}},
        {"(a|ab)(c|bcd)(d*)", "abcd", 4, {{0, 4}, {0, 2}, {2, 3}, {3, 4}}},
        {"(a*)(ab)*(b*)", "abc", 4, {{0, 2}, {0, 1}, {-1, -1}, {1, 2}}},
        {"((a)|b)*", "ab", 3, {{0, 2}, {1, 2}, {-1, -1}}},
        {"(a|ab|c|bcd){2}", "ababcd", 2, {{0, 4}, {2, 4}}},
        {"(a|ab|c|bcd)*", "ababcd", 2, {{0, 6}, {3, 6}}},
        {"(a*){2,3}", "aa", 2, {{0, 2}, {2, 2}}},
        {"(.?){3}", "ab", 2, {{0, 2}, {2, 2}}},
        {"(^|a){2}", "a", 2, {{0, 1}, {0, 1}}},
        {"(x)?(y){0}z", "z", 3, {{0, 1}, {-1, -1}, {-1, -1}}},
        {"(?:(a)|(b))+", "ab", 3, {{0, 2}, {-1, -1}, {1, 2}}},
        {"(aa|aaa)*(a*)", "aaaaa", 3, {{0, 5}, {3, 5}, {5, 5}}},
        /* One-pass: each byte leaves one way to go on. */
        {"ab([0-9]+)", "ab12", 2, {{0, 4}, {2, 4}}},
        {"([a-z]+)=([0-9]*)(;)?", "ab=;", 4, {{0, 4}, {0, 2}, {3, 3}, {3, 4}}},
        {"((a)|(b)|c)+d", "abcd", 4, {{0, 4}, {2, 3}, {-1, -1}, {-1, -1}}},
        {"(?:(a)|(b)){2,3}(c)", "bac", 4, {{0, 3}, {1, 2}, {-1, -1}, {2, 3}}},
        {"\\b(a+)\\b(.*)$", "aa-b", 3, {{0, 4}, {0, 2}, {2, 4}}},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct regex *regex =
            compile_bytes(known[i].expression, strlen(known[i].expression), false);
        struct regex_matcher *matcher = matcher_of(regex, 0);
        struct pieces pieces = pieces_of(known[i].text, strlen(known[i].text), 2);
        struct regex_text text = text_of(&pieces);
        struct regex_match match = {0, 0}, groups[REGEX_GROUPS] = {{0, 0}};
        CHECK(regex_find(matcher, &text, 0, text.end, &match) == REGEX_FOUND);
        CHECK(regex_groups(matcher, &text, &match, groups) == REGEX_FOUND);
        for (int group = 0; group < known[i].count; group++)
            CHECK_SAY(same_group(&groups[group], &known[i].groups[group], 0),
                      "%s on %s, group %d: %" PRId64 "-%" PRId64, known[i].expression,
                      known[i].text, group, (int64_t)groups[group].start,
                      (int64_t)groups[group].end);
        free(pieces.copy);
        regex_matcher_free(matcher);
        regex_free(regex);
    }
}

/* --- As strings --- */

/* Alternatives, some of them in groups, with letters of one case or of both. */
static size_t write_alternatives(char *expression, size_t count, bool fold)
{
    size_t length = 0, open = 0;
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            expression[length++] = '|';
        if (unit_below(8) == 0) {
            expression[length++] = '(';
            open++;
        }
        for (size_t letters = 1 + unit_below(5); letters > 0; letters--)
            expression[length++] = (fold ? "abAB" : "abc.")[unit_below(3)];
        if (open > 0 && unit_below(4) == 0) {
            expression[length++] = ')';
            open--;
        }
    }
    while (open-- > 0)
        expression[length++] = ')';
    return length;
}

/* The searcher for an expression of many strings finds what the automaton finds. */
static void test_strings(void)
{
    enum { TEXT = 300 };
    static char expression[200 * 10];
    for (unsigned long round = 0; round < unit_rounds(500); round++) {
        bool fold = unit_below(2);
        size_t count = 1 + unit_below(200);
        size_t length = write_alternatives(expression, count, fold);
        struct regex *regex = compile_bytes(expression, length, fold);
        struct regex_matcher *matcher = matcher_of(regex, 0);
        struct searcher *searcher;
        struct error error = {0};
        unsigned char bytes[TEXT];
        for (size_t i = 0; i < TEXT; i++)
            bytes[i] = (unsigned char)"abcdAB"[unit_below(6)];
        struct pieces pieces = pieces_of(bytes, TEXT, 64);
        struct regex_text text = text_of(&pieces);
        struct search_match found[TEXT];
        struct search_span span = {bytes, 0, TEXT, TEXT};
        struct search_list list = {.matches = found, .capacity = TEXT};
        struct regex_match match;
        uint64_t from = 0;
        CHECK(regex_searcher(regex, &searcher, &error) && searcher != NULL);
        search_forward(searcher, &span, &list);
        for (size_t i = 0; i < list.count; i++) {
            CHECK(regex_find(matcher, &text, from, TEXT, &match) == REGEX_FOUND);
            CHECK_SAY(match.start == found[i].offset && match.end - match.start == found[i].length,
                      "%.*s", (int)length, expression);
            from = match.end;
        }
        CHECK(regex_find(matcher, &text, from, TEXT, &match) == REGEX_NONE);
        searcher_free(searcher);
        free(pieces.copy);
        regex_matcher_free(matcher);
        regex_free(regex);
    }
}

/* --- Against libc --- */

static void compare_with_libc(struct trial *trial, const struct libc_regex *libc)
{
    long start = 0, end = 0;
    struct regex_match match = {0, 0};
    char string[NAIVE_TEXT + 1];
    free(trial->pieces.copy);
    random_text(trial, 24);
    memcpy(string, trial->bytes, (size_t)trial->text.length);
    string[trial->text.length] = 0;
    struct regex_text text = text_of(&trial->pieces);
    bool found = libc_regex_find(libc, string, &start, &end);
    enum regex_result result = regex_find(trial->matcher, &text, text.start, text.end, &match);
    CHECK_SAY((result == REGEX_FOUND) == found, "%s on '%s'", trial->naive.written, string);
    if (found && result == REGEX_FOUND)
        CHECK_SAY(match.start - text.start == (uint64_t)start &&
                      match.end - text.start == (uint64_t)end,
                  "%s on '%s': %" PRIu64 "-%" PRIu64 " is %ld-%ld", trial->naive.written, string,
                  match.start - text.start, match.end - text.start, start, end);
}

/* How often the innermost part of repeats in repeats may be copied. */
static unsigned copies(const struct naive *naive, int index)
{
    const struct naive_node *node = &naive->nodes[index];
    unsigned left, right, times;
    switch (node->kind) {
    case NAIVE_SET:
    case NAIVE_LOOK:
        return 1;
    case NAIVE_CONCAT:
    case NAIVE_EITHER:
        left = copies(naive, node->left);
        right = copies(naive, node->right);
        return left > right ? left : right;
    case NAIVE_REPEAT:
        times = (unsigned)(node->maximum == NAIVE_FOREVER ? node->minimum + 1 : node->maximum);
        return copies(naive, node->left) * (times > 2 ? times : 2);
    case NAIVE_GROUP:
        break;
    }
    return copies(naive, node->left);
}

/* glibc 2.36 takes minutes to compile (((((([ab] .)*)+){0,2}){3,4})){3,4}, which has 128. */
enum { LIBC_COPIES = 64 };

static void test_libc(void)
{
    unsigned long pairs = 0;
    for (unsigned long round = 0; round < unit_rounds(7000); round++) {
        struct trial trial = {.pieces = {0}};
        naive_make(&trial.naive, 1 + (int)unit_below(9), true, unit_random);
        if (copies(&trial.naive, trial.naive.root) > LIBC_COPIES)
            continue;
        struct libc_regex *libc = libc_regex_new(trial.naive.written, trial.naive.fold);
        if (!libc)
            continue;
        trial.regex = compile_bytes(trial.naive.written, trial.naive.length, trial.naive.fold);
        trial.matcher = matcher_of(trial.regex, 0);
        for (int i = 0; i < 16; i++, pairs++)
            compare_with_libc(&trial, libc);
        libc_regex_free(libc);
        trial_end(&trial);
    }
    printf("# %lu pairs of expression and text%s\n", pairs,
           pairs ? "" : ": skipped, this libc's extensions are not known");
}

static const struct unit_case cases[] = {
    {"the leftmost-longest match is found", test_find},
    {"all matches are found, one after the other", test_find_all},
    {"several matches are found in one call, or a place in each line", test_find_several},
    {"the match that starts last is found", test_find_last},
    {"matches far from each other are found backward", test_find_last_far},
    {"many alternatives are found as strings", test_strings},
    {"groups are those of POSIX's rule", test_groups},
    {"groups where implementations disagree", test_known_groups},
    {"libc finds the same matches", test_libc},
};

UNIT_MAIN(cases)
