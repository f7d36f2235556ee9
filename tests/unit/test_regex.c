/* test_regex.c - the promises of regex.h. */
#include "regex_walk.h"

#include "libc_regex.h"
#include "regex_naive.h"
#include "unit.h"

/* --- Texts in pieces --- */

/*
 * A text cut into pieces; the piece in hand is a heap copy of its exact size, so
 * that a sanitizer sees what is read beside it or after the next call.
 */
struct pieces {
    const unsigned char *bytes;
    uint64_t base; /* the offset of the first byte */
    size_t length;
    size_t piece; /* bytes a piece, or 0: of random size */
    size_t calls;
    size_t fail_at; /* the number of the call that fails; 0: none */
    unsigned char *copy;
};

static const unsigned char *pieces_span(void *context, uint64_t offset, bool backward,
                                        uint64_t *first, size_t *length)
{
    struct pieces *pieces = context;
    (void)backward;
    CHECK(offset >= pieces->base && offset - pieces->base < pieces->length);
    free(pieces->copy);
    pieces->copy = NULL;
    if (++pieces->calls == pieces->fail_at)
        return NULL;
    size_t at = (size_t)(offset - pieces->base), start, end;
    if (pieces->piece > 0) {
        start = at / pieces->piece * pieces->piece;
        end = start + pieces->piece;
    } else {
        size_t before = unit_below(9);
        start = at > before ? at - before : 0;
        end = at + 1 + unit_below(9);
    }
    if (end > pieces->length)
        end = pieces->length;
    *first = pieces->base + start;
    *length = end - start;
    pieces->copy = malloc(*length);
    memcpy(pieces->copy, pieces->bytes + start, *length);
    return pieces->copy;
}

static struct regex_text text_of(struct pieces *pieces)
{
    return (struct regex_text){pieces_span, pieces, pieces->base, pieces->base + pieces->length};
}

static struct pieces pieces_of(const void *bytes, size_t length, size_t piece)
{
    return (struct pieces){.bytes = bytes, .length = length, .piece = piece};
}

/* --- Compiling --- */

static struct regex *compile_bytes(const char *expression, size_t length, bool fold)
{
    struct error error = {0};
    struct regex *regex = regex_new((const unsigned char *)expression, length, fold, &error);
    CHECK_SAY(regex != NULL, "%s: %s", expression, error.message);
    return regex;
}

static struct regex_matcher *matcher_of(const struct regex *regex, size_t memory)
{
    struct error error = {0};
    struct regex_matcher *matcher = regex_matcher_new(regex, memory, &error);
    CHECK(matcher != NULL);
    return matcher;
}

/* --- Against the naive matcher --- */

struct trial {
    struct naive naive;
    unsigned char bytes[NAIVE_TEXT];
    struct naive_text text;
    struct regex *regex;
    struct regex_matcher *matcher;
    struct pieces pieces;
};

static void random_text(struct trial *trial, int longest)
{
    int kinds = trial->naive.posix ? NAIVE_TEXT_POSIX : NAIVE_TEXT_ALL;
    trial->text = (struct naive_text){trial->bytes, (int)unit_below((uint64_t)longest + 1)};
    for (int i = 0; i < trial->text.length; i++)
        trial->bytes[i] = naive_bytes[unit_below((uint64_t)kinds)];
    trial->pieces = pieces_of(trial->bytes, (size_t)trial->text.length, unit_below(17));
    trial->pieces.base = unit_below(2) ? 0 : UINT64_C(1) << 40;
    regex_matcher_forget(trial->matcher);
}

static void trial_start(struct trial *trial, int size)
{
    naive_make(&trial->naive, size, false, unit_random);
    trial->regex = compile_bytes(trial->naive.written, trial->naive.length, trial->naive.fold);
    trial->matcher = matcher_of(trial->regex, unit_below(3) ? 0 : 1);
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
    enum regex_advance advance = regex_matches_newline(trial->regex)
                                     ? (enum regex_advance)unit_below(2)
                                     : (enum regex_advance)unit_below(3);
    struct regex_match matches[5];
    size_t count = 0, next = 0, capacity = 1 + unit_below(5);
    enum regex_result result = REGEX_FOUND;
    int from = (int)unit_below((uint64_t)trial->text.length + 1), start = 0, end = 0;
    int until = from + (int)unit_below((uint64_t)(trial->text.length - from) + 1);
    uint64_t base = trial->pieces.base, at = base + (uint64_t)from;
    for (bool found = true; found; next++) {
        found = from <= until && naive_find(&trial->naive, &trial->text, from, until, &start, &end);
        if (next == count && result == REGEX_FOUND) {
            result = regex_find_several(trial->matcher, &text, &at, base + (uint64_t)until, advance,
                                        matches, capacity, &count);
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

static void check_find_last(struct trial *trial)
{
    struct regex_text text = text_of(&trial->pieces);
    uint64_t base = trial->pieces.base;
    int limit = (int)unit_below((uint64_t)trial->text.length + 1);
    int from = unit_below(2) ? 0 : (int)unit_below((uint64_t)limit + 1), start = 0, end = 0;
    struct regex_match match = {0, 0};
    enum regex_result result = regex_find_last(trial->matcher, &text, base + (uint64_t)from,
                                               base + (uint64_t)limit, &match);
    bool found = naive_find_last(&trial->naive, &trial->text, from, limit, &start, &end);
    CHECK_SAY((result == REGEX_FOUND) == found, "%s in [%d,%d]", trial->naive.written, from, limit);
    if (found && result == REGEX_FOUND)
        CHECK_SAY(match.start - base == (uint64_t)start && match.end - base == (uint64_t)end,
                  "%s: %" PRIu64 "-%" PRIu64 " is %d-%d", trial->naive.written, match.start - base,
                  match.end - base, start, end);
}

static bool same_group(const struct regex_match *group, const struct naive_group *naive,
                       uint64_t base)
{
    if (naive->start < 0)
        return group->start == UINT64_MAX;
    return group->start == base + (uint64_t)naive->start &&
           group->end == base + (uint64_t)naive->end;
}

static void check_groups(struct trial *trial)
{
    struct regex_text text = text_of(&trial->pieces);
    uint64_t base = trial->pieces.base;
    struct regex_match match, groups[REGEX_GROUPS];
    struct naive_group naive[NAIVE_GROUPS];
    if (regex_find(trial->matcher, &text, base, text.end, &match) != REGEX_FOUND)
        return;
    naive[0] = (struct naive_group){(int)(match.start - base), (int)(match.end - base)};
    for (int i = 1; i < NAIVE_GROUPS; i++)
        naive[i] = (struct naive_group){-1, -1};
    naive_groups(&trial->naive, trial->naive.root, &trial->text, naive[0].start, naive[0].end,
                 naive);
    CHECK(regex_groups(trial->matcher, &text, &match, groups) == REGEX_FOUND);
    for (int i = 0; i < NAIVE_GROUPS; i++)
        CHECK_SAY(same_group(&groups[i], &naive[i], base),
                  "%s group %d: %" PRId64 "-%" PRId64 " is %d-%d", trial->naive.written, i,
                  (int64_t)(groups[i].start - base), (int64_t)(groups[i].end - base),
                  naive[i].start, naive[i].end);
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

static void test_groups(void)
{
    random_trials(check_groups, 10000, 12);
    random_trials(check_groups, 1000, 40);
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

/* --- Syntax --- */

struct example {
    const char *expression;
    const char *text;
    int start, end; /* of the first match; -1: there is none */
};

static void check_example(const struct example *example)
{
    struct regex *regex = compile_bytes(example->expression, strlen(example->expression), false);
    if (!regex)
        return;
    struct regex_matcher *matcher = matcher_of(regex, 0);
    struct pieces pieces = pieces_of(example->text, strlen(example->text), 3);
    struct regex_text text = text_of(&pieces);
    struct regex_match match = {0, 0};
    enum regex_result result = regex_find(matcher, &text, 0, text.end, &match);
    CHECK_SAY((result == REGEX_FOUND) == (example->start >= 0), "%s on %s", example->expression,
              example->text);
    if (result == REGEX_FOUND)
        CHECK_SAY(match.start == (uint64_t)example->start && match.end == (uint64_t)example->end,
                  "%s on %s: %" PRIu64 "-%" PRIu64, example->expression, example->text, match.start,
                  match.end);
    free(pieces.copy);
    regex_matcher_free(matcher);
    regex_free(regex);
}

static void test_syntax(void)
{
    static const struct example examples[] = {
        {"", "abc", 0, 0},
        {"b+", "abbbc", 1, 4},
        {"x[ac]*bc|ab", "xabc", 0, 4},
        {"[ab]+xax", "1abxaxax", 1, 6},
        {"[x]*xax", "axxaxax", 1, 5},
        {"a|ab|abc", "xabcd", 1, 4},
        {"(a|)b", "cb", 1, 2},
        {"a||b", "cb", 0, 0},
        {"()", "b", 0, 0},
        {"x{2,3}", "xxxxx", 0, 3},
        {"x{,2}y", "xxxy", 1, 4},
        {"x{2,}", "yxyxxxx", 3, 7},
        {"x{0}y", "xy", 1, 2},
        {"{\"k\":", "a{\"k\":1}", 1, 6},
        {"a{b", "a{b", 0, 3},
        {"a{,}", "a{,}", 0, 4},
        {"x}]", "x}]", 0, 3},
        {"^b", "ab\nb", 3, 4},
        {"a$", "ab\na\nb", 3, 4},
        {"\\Ab", "ab\nb", -1, 0},
        {"\\Aa", "ab", 0, 1},
        {"b\\z", "b\nb", 2, 3},
        {"\\bcat\\b", "concat cat", 7, 10},
        {"\\Bcat", "cat concat", 7, 10},
        {"a.b", "a\nb axb", 4, 7},
        {"a[^x]b", "a\nb ayb", 4, 7},
        {"a\\Wb", "a\nb a-b", 4, 7},
        {"a[\\W\\n]b", "a\nb", 0, 3},
        {"a\\sb", "a\nb", 0, 3},
        {"[]x]+", "a]x]", 1, 4},
        {"[^]x]+", "]ax", 1, 2},
        {"[a-]+", "b-a-", 1, 4},
        {"[\\]\\\\.]+", "a]\\.", 1, 4},
        {"[[:alpha:]_]+[[:digit:]]", "1ab_2", 1, 5},
        {"[[:word:]]+", "-a_1-", 1, 4},
        {"[[.-.]a]+", "x-a", 1, 3},
        {"[+--]+", "a+,-.", 1, 4},
        {"\\x41\\x2e\\.", "A..", 0, 3},
        {"\\t\\r\\f\\v\\a", "a\t\r\f\v\a", 1, 6},
        {"(?i)eRR[o]r", "an ERROR", 3, 8},
        {"(?i)[^a]", "Ab", 1, 2},
        {"x((?i)ab)c", "xABC xABc", 5, 9},
        {"x(?i:ab)c", "xABC xaBc", 5, 9},
        {"(?:ab)+", "cababa", 1, 5},
        {"(?i)(?i)k", "K", 0, 1},
        {"(?:^)*a", "a", 0, 1},
        {"()()()()()()()()()(\\b){2}a", " a", 1, 2},
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++)
        check_example(&examples[i]);
}

static void test_errors(void)
{
    static const struct {
        const char *expression;
        const char *message;
    } errors[] = {
        {"*a", "character 1: there is nothing to repeat"},
        {"a|*", "character 3: there is nothing to repeat"},
        {"(+a)", "character 2: there is nothing to repeat"},
        {"{2}", "character 1: there is nothing to repeat"},
        {"^*", "character 2: there is nothing to repeat but an anchor"},
        {"a**", "character 3: a repeat of a repeat is not supported without parentheses"},
        {"a{2}{3}", "character 5: a repeat of a repeat is not supported without parentheses"},
        {"a*?", "character 3: a non-greedy repeat is not supported: the longest match is found"},
        {"a{2}?", "character 5: a non-greedy repeat is not supported: the longest match is found"},
        {"a++", "character 3: a possessive repeat is not supported"},
        {"a{3,2}", "character 2: the repeat's bounds are the wrong way round"},
        {"a)", "character 2: ')' closes nothing"},
        {"x(a", "character 2: '(' is never closed"},
        {"x[a", "character 2: '[' is never closed"},
        {"[]", "character 1: '[' is never closed"},
        {"[^]", "character 1: '[' is never closed"},
        {"[b-a]", "character 2: the range runs backwards"},
        {"[\\d-a]", "character 2: a class cannot be the end of a range"},
        {"[[:no:]]", "character 2: there is no class of that name"},
        {"[[:alpha", "character 2: '[:' is never closed"},
        {"[[.ab.]]", "character 2: a collating element of more than one byte is not supported"},
        {"[\\b]", "character 2: this escape means nothing in brackets"},
        {"a\\", "character 2: a backslash ends the expression"},
        {"[\\", "character 2: a backslash ends the expression"},
        {"\\x4", "character 1: \\x needs two hex digits"},
        {"\\x{41}", "character 1: \\x needs two hex digits"},
        {"\\012", "character 1: an octal escape is not supported; \\xHH is"},
        {"(a)\\1", "character 4: a back-reference is not supported"},
        {"\\pL", "character 1: Unicode is not supported: \\p"},
        {"\\Z", "character 1: \\Z is not supported; \\z is the end of the text"},
        {"\\<a", "character 1: \\< is not supported; \\b is a word's edge"},
        {"\\q", "character 1: \\q is not supported"},
        {"(?=a)", "character 1: look-ahead is not supported"},
        {"(?<!a)", "character 1: look-behind is not supported"},
        {"(?<n>a)", "character 1: a named group is not supported"},
        {"(?P<n>a)", "character 1: a named group is not supported"},
        {"a(?i)b", "character 2: (?i) may stand only at the start of the expression or of a group"},
        {"(?m)a",
         "character 1: of the forms '(?...' only (?i), (?i:...) and (?:...) are supported"},
    };
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
        const char *expression = errors[i].expression;
        struct error error = {0};
        char expected[256];
        snprintf(expected, sizeof expected, "regular expression, %s", errors[i].message);
        struct regex *regex =
            regex_new((const unsigned char *)expression, strlen(expression), false, &error);
        CHECK_SAY(regex == NULL, "%s", expression);
        CHECK_SAY(error.usage && error.status == STATUS_FAILED, "%s", expression);
        CHECK_SAY(strcmp(error.message, expected) == 0, "%s: %s", expression, error.message);
        regex_free(regex);
    }
}

static void test_too_large(void)
{
    static const char *const expressions[] = {"a{50001}", "(a{1000}){1000}", "((a{99}){99}){99}",
                                              "(((((a{999}){999}){999}){999}){999}){999}"};
    for (size_t i = 0; i < sizeof expressions / sizeof *expressions; i++) {
        struct error error = {0};
        CHECK(!regex_new((const unsigned char *)expressions[i], strlen(expressions[i]), false,
                         &error));
        CHECK_SAY(strstr(error.message, "too large") != NULL, "%s", error.message);
    }
    char deep[600];
    struct error error = {0};
    memset(deep, '(', sizeof deep);
    CHECK(!regex_new((const unsigned char *)deep, sizeof deep, false, &error));
    CHECK_SAY(strstr(error.message, "nested too deeply") != NULL, "%s", error.message);
}

static void test_any_bytes(void)
{
    /* No expression may do harm, whatever its bytes; special ones are the likelier. */
    static const char likely[] = "()[]{}|*+?^$\\.-,:ab019dwsxnBAz=!<P\0\n";
    for (unsigned long round = 0; round < unit_rounds(30000); round++) {
        size_t length = unit_below(14);
        unsigned char *expression = malloc(length ? length : 1);
        for (size_t i = 0; i < length; i++)
            expression[i] = unit_below(10) ? (unsigned char)likely[unit_below(sizeof likely - 1)]
                                           : (unsigned char)unit_random();
        struct error error = {0};
        struct regex *regex = regex_new(expression, length, unit_below(2), &error);
        CHECK((regex == NULL) == (error.status == STATUS_FAILED));
        free(expression);
        regex_free(regex);
    }
}

static void test_properties(void)
{
    static const struct {
        const char *expression;
        bool empty, newline, zero;
    } properties[] = {
        {"a", false, false, false},    {"a*", true, false, false},
        {"^$", true, false, false},    {"a|b?", true, false, false},
        {".", false, false, true},     {"[^a]", false, false, true},
        {"\\s", false, true, false},   {"a\\n", false, true, false},
        {"\\x00", false, false, true}, {"a\\n{0}", false, false, false},
    };
    for (size_t i = 0; i < sizeof properties / sizeof *properties; i++) {
        const char *expression = properties[i].expression;
        struct regex *regex = compile_bytes(expression, strlen(expression), false);
        CHECK_SAY(regex_matches_empty(regex) == properties[i].empty, "%s", expression);
        CHECK_SAY(regex_matches_newline(regex) == properties[i].newline, "%s", expression);
        CHECK_SAY(regex_matches_zero(regex) == properties[i].zero, "%s", expression);
        regex_free(regex);
    }
}

static void test_unreadable(void)
{
    struct regex *regex = compile_bytes("(a+)(b*)c", 9, false);
    struct regex_matcher *matcher = matcher_of(regex, 0);
    bool found = false;
    for (size_t fail_at = 1; !found; fail_at++) {
        struct pieces pieces = pieces_of("..aaaabbbbc..", 13, 2);
        struct regex_text text = text_of(&pieces);
        struct regex_match match = {0, 0}, groups[REGEX_GROUPS];
        pieces.fail_at = fail_at;
        enum regex_result result = regex_find(matcher, &text, 0, text.end, &match);
        if (result == REGEX_FOUND)
            result = regex_groups(matcher, &text, &match, groups);
        if (result == REGEX_FOUND)
            result = regex_find_last(matcher, &text, 0, text.end, &match);
        found = result == REGEX_FOUND;
        CHECK(found || (result == REGEX_UNREADABLE && pieces.calls == fail_at));
        CHECK(found || fail_at < 100);
        free(pieces.copy);
    }
    regex_matcher_free(matcher);
    regex_free(regex);
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

/* --- Cost --- */

struct whole {
    const unsigned char *bytes;
    size_t length;
};

static const unsigned char *whole_span(void *context, uint64_t offset, bool backward,
                                       uint64_t *first, size_t *length)
{
    const struct whole *whole = context;
    (void)offset;
    (void)backward;
    *first = 0;
    *length = whole->length;
    return whole->bytes;
}

enum direction { FORWARD, BACKWARD, GROUPS };

/* What finding all matches in the text costs, by regex_matcher_work(). */
static uint64_t work_of(const char *expression, size_t memory, const unsigned char *bytes,
                        size_t length, enum direction direction)
{
    struct regex *regex = compile_bytes(expression, strlen(expression), false);
    struct regex_matcher *matcher = matcher_of(regex, memory);
    struct whole whole = {bytes, length};
    struct regex_text text = {whole_span, &whole, 0, length};
    struct regex_match match, groups[REGEX_GROUPS];
    uint64_t at = direction == BACKWARD ? length : 0;
    for (;;) {
        enum regex_result result = direction == BACKWARD
                                       ? regex_find_last(matcher, &text, 0, at, &match)
                                       : regex_find(matcher, &text, at, length, &match);
        if (result != REGEX_FOUND || match.start == match.end)
            break;
        if (direction == GROUPS)
            CHECK(regex_groups(matcher, &text, &match, groups) == REGEX_FOUND);
        at = direction == BACKWARD ? match.start : match.end;
    }
    uint64_t work = regex_matcher_work(matcher);
    regex_matcher_free(matcher);
    regex_free(regex);
    return work;
}

/* Twice the text must cost little more than twice the work. */
static void check_linear(const char *expression, size_t memory, const char *repeated,
                         enum direction direction)
{
    enum { LENGTH = 1 << 15 };
    unsigned char *bytes = malloc(2 * LENGTH);
    size_t length = strlen(repeated);
    for (size_t i = 0; i < 2 * LENGTH; i++)
        bytes[i] = (unsigned char)repeated[i % length];
    uint64_t once = work_of(expression, memory, bytes, LENGTH, direction);
    uint64_t twice = work_of(expression, memory, bytes, 2 * LENGTH, direction);
    CHECK_SAY(twice <= once * 5 / 2 + 10000, "%s on %s: %" PRIu64 ", %" PRIu64, expression,
              repeated, once, twice);
    free(bytes);
}

static void test_hostile(void)
{
    static const struct {
        const char *expression, *repeated;
    } hostile[] = {
        {"(a*)*b", "a"},
        {"(a|aa)+$", "a"},
        {"(a|aa)+x", "a"},
        {"(x+x+)+y", "x"},
        {".{1000}x", "abcdefg x"},
        {"((a{1,9}){1,9}){1,9}b", "aac"},
        {"(.*)(.*)(.*)(.*)(.*)[^a]", "a"},
        {"a.{20}b", "abcbabaacbca"},
        {"[ab]*a[ab]{12}c", "abaabbbabaabaabbabba"},
        {"(\\s|a)*b", "a \n"},
        {"\\b(\\w+\\s)*z", "ab c "},
        {"abc", "abd"},
        {"[a-f]+[0-9]", "abcdefg1"},
        /* A match is seen at once, a longer one hoped for to the end, again and again. */
        {"a(.|\n)*b|a", "a"},
        {"a(.|\n)*b|a|c(.|\n)*d|c", "accaacacc\n"},
        {"(a|b)(.|\n)*(xyz){3}|[ab]{1,3}", "abaababbab\n"},
        {".*[^A-Z]|[A-Z]", "ABCD"},
        {"\\b(a(.|\n)*z\\b|a)", "a a"},
        {"a|a(.|\n){100}b(.|\n)*z", "abab"},
    };
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
        for (size_t memory = 0; memory <= 1; memory++) {
            check_linear(hostile[i].expression, memory, hostile[i].repeated, FORWARD);
            check_linear(hostile[i].expression, memory, hostile[i].repeated, BACKWARD);
        }
    }
}

static void test_linear_groups(void)
{
    check_linear("(a*)*b?", 0, "a", GROUPS);
    check_linear("((a|ab)(c|bcd)?)*", 0, "abcd", GROUPS);
    check_linear("(a|a.*b|\\n)*", 0, "abab\n", GROUPS);
    check_linear("(\\w+) (\\w+)\\n", 0, "left right\n", GROUPS);
    check_linear("((a|aa)*(aaa)*)*", 0, "a", GROUPS);
}

static void test_small_memory(void)
{
    /* The table is emptied, given up and taken up again on the way; the answer stays. */
    enum { LENGTH = 600000 };
    unsigned char *bytes = malloc(LENGTH);
    for (size_t i = 0; i < LENGTH; i++)
        bytes[i] = i % 18 == 0 ? 'c' : "ab"[unit_below(2)];
    memcpy(bytes + LENGTH - 20, "abbbbbbbbbbbbbbbbbbc", 20);
    struct regex *regex = compile_bytes("a[ab]{18}[^ab]", 14, false);
    struct whole whole = {bytes, LENGTH};
    struct regex_text text = {whole_span, &whole, 0, LENGTH};
    struct regex_matcher *matcher = matcher_of(regex, 1);
    struct regex_match match = {0, 0};
    matcher->forward.marks_start = false; /* no skipping */
    matcher->general_until = UINT64_MAX;
    CHECK(regex_find(matcher, &text, 0, LENGTH, &match) == REGEX_FOUND);
    CHECK(match.start == LENGTH - 20 && match.end == LENGTH);
    CHECK(matcher->forward.flushes > 3);
    regex_matcher_free(matcher);
    regex_free(regex);
    free(bytes);
}

/* --- Skipping --- */

/* Words with now and then a byte that breaks them; long enough for skipping to pause and resume. */
static void fill_words(unsigned char *bytes, size_t length)
{
    static const char *const words[] = {"abc", "abcabc",     "foobar",       "FooBar",
                                        "x1",  "0123456789", "deadbeefcafe", "-",
                                        "foo", "\n",         "Ab Ab",        "zz@zz.com"};
    size_t used = 0;
    unsigned dense = 1 + (unsigned)unit_below(40), row = 0;
    while (used < length) {
        /* Words come in rows, so that they have words for neighbours. */
        row = row > 0 ? row - 1 : unit_below(dense) ? 0 : (unsigned)unit_below(5);
        const char *word = row == 0 ? "......." : words[unit_below(12)];
        if (unit_below(3000) == 0)
            dense = 1 + (unsigned)unit_below(40);
        for (; *word && used < length; word++)
            bytes[used++] = (unsigned char)*word;
        if (used < length)
            bytes[used++] = unit_below(12) ? ' ' : '\n';
    }
}

/* All matches found by `matcher`, mixed into one number. */
static uint64_t digest_of(struct regex_matcher *matcher, struct pieces *pieces, bool backward)
{
    struct regex_text text = text_of(pieces);
    struct regex_match match;
    uint64_t digest = 0, at = backward ? text.end : text.start, count = 0;
    while ((backward ? regex_find_last(matcher, &text, text.start, at, &match)
                     : regex_find(matcher, &text, at, text.end, &match)) == REGEX_FOUND) {
        digest = (digest ^ match.start ^ match.end << 32) * UINT64_C(0x9e3779b97f4a7c15);
        count++;
        at = backward ? match.start : match.end;
        if (match.start == match.end && at == (backward ? text.start : text.end))
            break;
        if (match.start == match.end)
            at += backward ? UINT64_MAX : 1;
    }
    return digest + count;
}

/* The same matches with all that skips and guesses, and without. */
static void compare_skipping(const struct regex *regex, const char *expression,
                             unsigned char *bytes, size_t length)
{
    const size_t sizes[] = {0, 37, 4096, length};
    struct regex_matcher *skipping = matcher_of(regex, 0), *plain = matcher_of(regex, 0);
    fill_words(bytes, length);
    struct pieces pieces = pieces_of(bytes, length, sizes[unit_below(4)]);
    plain->forward.marks_start = plain->backward.marks_start = false;
    plain->general_until = UINT64_MAX;
    for (int backward = 0; backward < 2; backward++)
        CHECK_SAY(digest_of(skipping, &pieces, backward) == digest_of(plain, &pieces, backward),
                  "%s %s", expression, backward ? "backward" : "forward");
    free(pieces.copy);
    regex_matcher_free(skipping);
    regex_matcher_free(plain);
}

static void test_skipping(void)
{
    static const char *const expressions[] = {"foo[a-z]+",
                                              "[a-z]+bar",
                                              "(?i)foobar",
                                              "(foo|zz)bar?",
                                              "[a-z]+@[a-z]+",
                                              "[a-z]{2}bar",
                                              "[0-9a-f]{8}",
                                              "[A-Z][a-z]+",
                                              "\\bfoo\\b",
                                              "^foo",
                                              "com$",
                                              "foo\\s+foo",
                                              "abc(abc|zz)",
                                              "[0-9]{10}",
                                              "\\s-\\s",
                                              "\\d+x1|foo\\d*z|bar\\W",
                                              "(?i)ab ab|zz@",
                                              "(foobar\\s){1,9}",
                                              "[a-z.]+\\.com$",
                                              "x1[^x]*x1",
                                              "-[ .\n]*-",
                                              "foo.*abc",
                                              "(\\w+ )?foobar\\b",
                                              " (-?foobar)",
                                              "-( foobar)+ x1",
                                              "B",
                                              "[0-5A-F]{3}|bar",
                                              "[A-Z][a-z]",
                                              "[A-Z]{2,}[.]",
                                              "([a-z]+) foo",
                                              "[. ]+foobar$",
                                              "[0-9-]+(ab|zz)",
                                              "[0-4]{2}\\D",
                                              "foo[a-z .]*bar",
                                              "[a-z.]+( foo| abcd?|@)$",
                                              "[a-z]+(-foo|\\.zz|x1)",
                                              "\\w(?i: foo| bar | ab)\\b",
                                              "(abc|zz)[a-z ]+@ ?-\\d?foobar"};
    enum { LENGTH = 100000 };
    unsigned char *bytes = malloc(LENGTH);
    const char *kernel;
    for (size_t k = 0; (kernel = search_kernel_name(k)) != NULL; k++) {
        CHECK(search_use_kernel(kernel));
        for (size_t i = 0; i < sizeof expressions / sizeof *expressions; i++) {
            struct regex *regex = compile_bytes(expressions[i], strlen(expressions[i]), false);
            CHECK_SAY(regex->literals[0].searcher || regex->classes[0], "%s", expressions[i]);
            for (unsigned long round = 0; round < unit_rounds(1); round++)
                compare_skipping(regex, expressions[i], bytes, LENGTH);
            regex_free(regex);
        }
    }
    search_use_kernel(NULL);
    free(bytes);
}

static void test_random_skipping(void)
{
    enum { LENGTH = 3000 };
    unsigned char *bytes = malloc(LENGTH);
    for (unsigned long round = 0; round < unit_rounds(600); round++) {
        struct naive naive;
        naive_make(&naive, 1 + (int)unit_below(10), false, unit_random);
        struct regex *regex = compile_bytes(naive.written, naive.length, naive.fold);
        compare_skipping(regex, naive.written, bytes, LENGTH);
        regex_free(regex);
    }
    free(bytes);
}

static void test_literal_at_border(void)
{
    /* A short string lies inside a piece, a longer one begins before it and sticks out. */
    struct regex *regex = compile_bytes("cb|bcbb", 7, false);
    struct regex_matcher *matcher = matcher_of(regex, 0);
    CHECK(regex->literals[0].searcher != NULL);
    for (size_t size = 1; size < 20; size++) {
        struct pieces pieces = pieces_of("......... bcbb..bcbb", 20, size);
        struct regex_text text = text_of(&pieces);
        struct regex_match match = {0, 0};
        CHECK(regex_find(matcher, &text, 0, text.end, &match) == REGEX_FOUND);
        CHECK_SAY(match.start == 10 && match.end == 14, "%zu: %" PRIu64, size, match.start);
        free(pieces.copy);
    }
    regex_matcher_free(matcher);
    regex_free(regex);
}

static void test_far_literal(void)
{
    /* Only the first of the equal strings has the byte before it that tells. */
    static const char bytes[] = "....- foobar foobar foobar foobar x1..............";
    struct regex *regex = compile_bytes("-( foobar)+ x1", 14, false);
    struct regex_matcher *matcher = matcher_of(regex, 0);
    struct whole whole = {(const unsigned char *)bytes, sizeof bytes - 1};
    struct regex_text text = {whole_span, &whole, 0, sizeof bytes - 1};
    struct regex_match match = {0, 0};
    CHECK(regex->literals[0].searcher != NULL);
    CHECK(regex_find_last(matcher, &text, 0, text.end, &match) == REGEX_FOUND);
    CHECK(match.start == 4 && match.end == 36);
    CHECK(regex_find(matcher, &text, 0, text.end, &match) == REGEX_FOUND);
    CHECK(match.start == 4 && match.end == 36);
    regex_matcher_free(matcher);
    regex_free(regex);
}

static void test_choice_of_literals(void)
{
    /* Whichever string the text is full of, the other is looked for. */
    enum { HALF = 1 << 20 };
    static const char *const words[] = {"Zebra 12 ", "Yak 12 "};
    unsigned char *bytes = malloc(2 * HALF);
    for (size_t i = 0; i < 2 * HALF; i++) {
        const char *word = words[i >= HALF];
        bytes[i] = (unsigned char)word[i % strlen(word)];
    }
    struct regex *regex = compile_bytes("Zebra [0-9]+ Yak", 16, false);
    struct regex_matcher *matcher = matcher_of(regex, 0);
    struct whole whole = {bytes, 2 * HALF};
    struct regex_text text = {whole_span, &whole, 0, 2 * HALF};
    struct regex_match match = {0, 0};
    CHECK(regex->literals_count == 2);
    CHECK(regex_find(matcher, &text, 0, 10, &match) == REGEX_NONE);
    const struct regex_literals *first = matcher->forward.literals;
    CHECK(regex_find(matcher, &text, HALF, HALF + 10, &match) == REGEX_NONE);
    CHECK(matcher->forward.literals == first); /* for now */
    regex_matcher_forget(matcher);
    CHECK(regex_find(matcher, &text, HALF, HALF + 10, &match) == REGEX_NONE);
    CHECK(matcher->forward.literals != first);
    memcpy(bytes + HALF, "Zebra 3 Yak", 11);
    CHECK(regex_find(matcher, &text, HALF, text.end, &match) == REGEX_FOUND);
    CHECK(match.start == HALF && match.end == HALF + 11);
    regex_matcher_free(matcher);
    regex_free(regex);
    free(bytes);
}

static const struct unit_case cases[] = {
    {"the leftmost-longest match is found", test_find},
    {"all matches are found, one after the other", test_find_all},
    {"several matches are found in one call, or a place in each line", test_find_several},
    {"the match that starts last is found", test_find_last},
    {"groups are those of POSIX's rule", test_groups},
    {"groups where implementations disagree", test_known_groups},
    {"libc finds the same matches", test_libc},
    {"the syntax is the one told", test_syntax},
    {"a wrong expression is named by position and reason", test_errors},
    {"an expression too large is refused", test_too_large},
    {"any bytes can be an expression", test_any_bytes},
    {"what an expression can match is known", test_properties},
    {"a text that cannot be read is told", test_unreadable},
    {"hostile expressions stay linear", test_hostile},
    {"groups are linear in the match", test_linear_groups},
    {"little memory changes nothing", test_small_memory},
    {"skipping changes nothing", test_skipping},
    {"skipping changes nothing with any expression", test_random_skipping},
    {"a literal across a border goes before one inside", test_literal_at_border},
    {"the literal is searched for that the text is not full of", test_choice_of_literals},
    {"a literal far from the match's end is no reason to skip it", test_far_literal},
};

UNIT_MAIN(cases)
