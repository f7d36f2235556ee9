/* test_syntax.c - the syntax of expressions, and what is said of wrong ones. */
#include "text_pieces.h"

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
        {"(?s)a.b", "a\nb", 0, 3},
        {"(?s)a.*c", "xa\n\nb\ncd", 1, 7},
        {"(?s)a[^x]b", "a\nb", -1, 0},
        {"(?s:a.)b.", "a\nb\n a\nbc", 5, 9},
        {"((?s)a.)b.", "a\nb\n a\nbc", 5, 9},
        {"(?:(?s)a.|(?:b.))c", "b\nc", 0, 3},
        {"(?m)^b$", "a\nb\nc", 2, 3},
        {"(?is)A.B", "a\nb", 0, 3},
        {"(?si)(?m)A.B", "a\nb", 0, 3},
        {"(?ms:A.B)|x", "A\nB", 0, 3},
        {"(?iiss)A.B", "a\nb", 0, 3},
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
        {"a*?", "character 3: a non-greedy repeat is not supported: the longest match is found, or "
                "with --shortest the shortest"},
        {"a{2}?", "character 5: a non-greedy repeat is not supported: the longest match is found, "
                  "or with --shortest the shortest"},
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
        {"a(?sm)b",
         "character 2: (?sm) may stand only at the start of the expression or of a group"},
        {"(?x)a", "character 1: of the forms '(?...' only (?:...) and the flags i, s and m are "
                  "supported, as in (?i), (?is) and (?i:...)"},
        {"(?-s)a", "character 1: of the forms '(?...' only (?:...) and the flags i, s and m are "
                   "supported, as in (?i), (?is) and (?i:...)"},
        {"(?)a", "character 1: of the forms '(?...' only (?:...) and the flags i, s and m are "
                 "supported, as in (?i), (?is) and (?i:...)"},
        {"(?i", "character 1: of the forms '(?...' only (?:...) and the flags i, s and m are "
                "supported, as in (?i), (?is) and (?i:...)"},
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
        {"(?s).", false, true, true},  {"(?s:a).", false, false, true},
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
            result = last_match(matcher, &text, 0, text.end, &match);
        found = result == REGEX_FOUND;
        CHECK(found || (result == REGEX_UNREADABLE && pieces.calls == fail_at));
        CHECK(found || fail_at < 100);
        free(pieces.copy);
    }
    regex_matcher_free(matcher);
    regex_free(regex);
}

static const struct unit_case cases[] = {
    {"the syntax is the one told", test_syntax},
    {"a wrong expression is named by position and reason", test_errors},
    {"an expression too large is refused", test_too_large},
    {"any bytes can be an expression", test_any_bytes},
    {"what an expression can match is known", test_properties},
    {"a text that cannot be read is told", test_unreadable},
};

UNIT_MAIN(cases)
