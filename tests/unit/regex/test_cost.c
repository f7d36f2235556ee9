/* test_cost.c - what expressions cost, and that short cuts change nothing. */
#include "regex/walk.h"

#include "text_pieces.h"
#include "regex_reference.h"

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

enum direction {
    FORWARD,
    BACKWARD,
    GROUPS,
    FORWARD_ALIGNED,
    BACKWARD_ALIGNED,
    FORWARD_SHORTEST,
    BACKWARD_SHORTEST,
    FORWARD_BOTH,
};

static struct regex_choice choice_of(enum direction direction)
{
    struct regex_choice choice = {.shortest = direction >= FORWARD_SHORTEST};
    if (direction == FORWARD_ALIGNED || direction == BACKWARD_ALIGNED || direction == FORWARD_BOTH)
        choice.align = (struct alignment){2, 1};
    return choice;
}

static bool is_backward(enum direction direction)
{
    return direction == BACKWARD || direction == BACKWARD_ALIGNED || direction == BACKWARD_SHORTEST;
}

/* What finding all matches in the text costs, by regex_matcher_work(). */
static uint64_t work_of(const char *expression, size_t memory, const unsigned char *bytes,
                        size_t length, enum direction direction)
{
    struct regex *regex = compile_bytes(expression, strlen(expression), false);
    struct regex_matcher *matcher = matcher_of(regex, memory);
    struct whole whole = {bytes, length};
    struct regex_text text = {whole_span, &whole, 0, length};
    struct regex_match match, groups[REGEX_GROUPS];
    bool backward = is_backward(direction);
    uint64_t at = backward ? length : 0;
    struct regex_choice choice = choice_of(direction);
    regex_matcher_choose(matcher, &choice);
    for (;;) {
        enum regex_result result = backward ? last_match(matcher, &text, 0, at, &match)
                                            : regex_find(matcher, &text, at, length, &match);
        if (result != REGEX_FOUND || match.start == match.end)
            break;
        if (direction == GROUPS)
            CHECK(regex_groups(matcher, &text, &match, groups) == REGEX_FOUND);
        at = backward ? match.start : match.end;
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
        /* A match waits for one that starts before it. */
        {"a(.|\n)*b|c", "ac"},
        {"x.*", "axaxax"},
        {"x.*", "xaxaxa"},
        {"x.*b|a", "xaxaxa"},
        {"[ax]*y|x", "aaax"},
    };
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
        for (size_t memory = 0; memory <= 1; memory++) {
            check_linear(hostile[i].expression, memory, hostile[i].repeated, FORWARD);
            check_linear(hostile[i].expression, memory, hostile[i].repeated, BACKWARD);
            for (int direction = FORWARD_ALIGNED; direction <= FORWARD_BOTH; direction++)
                check_linear(hostile[i].expression, memory, hostile[i].repeated,
                             (enum direction)direction);
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
    while ((backward ? last_match(matcher, &text, text.start, at, &match)
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
    CHECK(last_match(matcher, &text, 0, text.end, &match) == REGEX_FOUND);
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
