/* Tests of the pure parts of scripts: a line as words, "." and "match". */
#include "script/expand.h"
#include "script/shell_words.h"
#include "unit.h"

/* ---- words ----------------------------------------------------------------------------------- */

/* The words joined by "|", or the message. */
static const char *split(const char *line, char out[1024])
{
    struct shell_words words = {0};
    struct error error = {0};
    size_t used = 0;
    out[0] = 0;
    if (!shell_words_split(&words, line, strlen(line), 0, &error))
        snprintf(out, 1024, "error: %s", error.message);
    else
        for (size_t i = 0; i < words.count; i++)
            used += (size_t)snprintf(out + used, 1024 - used, "%s%s", i ? "|" : "", words.items[i]);
    shell_words_release(&words);
    return out;
}

static void test_words(void)
{
    static const struct {
        const char *line, *words;
    } rows[] = {
        {"", ""},
        {"  \t ", ""},
        {"read", "read"},
        {" read  5+2\t-x ", "read|5+2|-x"},
        {"write 0 'a b'", "write|0|a b"},
        {"write 0 \"a b\"", "write|0|a b"},
        {"a'b'\"c\"\\d", "abcd"},
        {"''", ""},
        {"x '' y", "x||y"},
        {"'a\"b' \"a'b\"", "a\"b|a'b"},
        {"'a\\nb'", "a\\nb"},
        {"\"\\\"\\\\\\$\\`\\n\"", "\"\\$`\\n"},
        {"a\\ b", "a b"},
        {"a\\\nb", "ab"},
        {"a \\\n b", "a|b"},
        {"a \\\n# b", "a"},
        {"a\\\n# b", "a#|b"},
        {"\\\n", ""},
        {"\"a\\\nb\"", "ab"},
        {"'a\nb'", "a\nb"},
        {"# all of it", ""},
        {"a # b c", "a"},
        {"a#b 'c # d' \\#e", "a#b|c # d|#e"},
        {"$HOME * `x`", "$HOME|*|`x`"},
        {"read\r", "read"},
        {"a 'b", "error: a ' is not closed"},
        {"a \"b", "error: a \" is not closed"},
        {"a \\", "error: nothing follows the last backslash"},
    };
    char out[1024];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        CHECK_SAY(!strcmp(split(rows[i].line, out), rows[i].words), "%s: %s", rows[i].line, out);
}

/* A word in a form that the shell reads back, chosen at random. */
static size_t quote(const char *word, size_t length, char *out)
{
    size_t used = 0;
    if (length == 0 || unit_below(2)) {
        out[used++] = '\'';
        for (size_t i = 0; i < length; i++) {
            if (word[i] == '\'') {
                memcpy(out + used, "'\\''", 4);
                used += 4;
            } else {
                out[used++] = word[i];
            }
        }
        out[used++] = '\'';
        return used;
    }
    bool quotes = unit_below(2);
    if (quotes)
        out[used++] = '"';
    for (size_t i = 0; i < length; i++) {
        if (quotes ? strchr("$`\"\\", word[i]) != NULL : word[i] != '\n') {
            out[used++] = '\\';
            out[used++] = word[i];
        } else if (word[i] == '\n' && !quotes) {
            memcpy(out + used, "'\n'", 3);
            used += 3;
        } else {
            out[used++] = word[i];
        }
    }
    if (quotes)
        out[used++] = '"';
    return used;
}

static void test_words_round_trip(void)
{
    static const char alphabet[] = "ab \t\n'\"\\#$`*\x80";
    for (unsigned long round = unit_rounds(20000); round > 0; round--) {
        char words[4][8], line[256];
        size_t lengths[4], used = 0, count = 1 + unit_below(4);
        for (size_t i = 0; i < count; i++) {
            lengths[i] = unit_below(7);
            for (size_t j = 0; j < lengths[i]; j++)
                words[i][j] = alphabet[unit_below(sizeof alphabet - 1)];
            words[i][lengths[i]] = 0;
            used += quote(words[i], lengths[i], line + used);
            line[used++] = unit_below(2) ? ' ' : '\t';
        }
        struct shell_words found = {0};
        struct error error = {0};
        CHECK(shell_words_split(&found, line, used, 0, &error));
        CHECK_SAY(found.count == count, "%zu of %zu words", found.count, count);
        for (size_t i = 0; i < found.count && i < count; i++)
            CHECK(!strcmp(found.items[i], words[i]));
        shell_words_release(&found);
    }
}

/* Whether a newline behind these bytes ends the command, asked of them all anew. */
static bool is_whole(const char *text, size_t length)
{
    struct shell_words words = {0};
    struct error error = {0};
    bool whole = shell_words_split(&words, text, length, 0, &error);
    shell_words_release(&words);
    return whole;
}

static size_t find_end_anew(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (text[i] == '\n' && is_whole(text, i))
            return i;
    return length;
}

static void test_ends(void)
{
    static const char alphabet[] = "ab \n\n'\"\\#";
    for (unsigned long round = unit_rounds(20000); round > 0; round--) {
        char text[40];
        size_t length = unit_below(sizeof text);
        for (size_t i = 0; i < length; i++)
            text[i] = alphabet[unit_below(sizeof alphabet - 1)];
        struct shell_scan scan = {0};
        bool found = false;
        for (size_t known = 0; !found && known < length;) {
            known += 1 + unit_below(length - known);
            found = shell_scan_end(&scan, text, known);
        }
        size_t right = find_end_anew(text, length);
        CHECK_SAY(scan.at == right && found == (right < length), "%.*s: %zu, not %zu", (int)length,
                  text, scan.at, right);
    }
}

static void test_open_lines(void)
{
    static const struct {
        const char *text, *message;
    } rows[] = {
        {"'", "the ' opened in line 7 is not closed"},
        {"a \"b\n\nc", "the \" opened in line 7 is not closed"},
        {"a 'b\n\nc' \"'\n", "the \" opened in line 9 is not closed"},
        {"a \\\n \"\\\"\n", "the \" opened in line 8 is not closed"},
        {"'a\nb' don't\n#", "the ' opened in line 8 is not closed"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct shell_words words = {0};
        struct error error = {0};
        CHECK(!shell_words_split(&words, rows[i].text, strlen(rows[i].text), 7, &error));
        CHECK_SAY(!strcmp(error.message, rows[i].message), "%s: %s", rows[i].text, error.message);
        shell_words_release(&words);
    }
}

static void test_rest_of_line(void)
{
    static const struct {
        const char *line, *rest;
    } rows[] = {
        {"exec cat \"$X\" # y", "cat \"$X\" # y"},
        {" exec  'a b' c", "'a b' c"},
        {"exec \\x", "\\x"},
        {"exec", ""},
        {"exec ''", "''"},
        {"'ex'ec  \"\"", "\"\""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct shell_words words = {0};
        struct error error = {0};
        CHECK(shell_words_split(&words, rows[i].line, strlen(rows[i].line), 0, &error));
        CHECK_SAY(!strcmp(rows[i].line + words.rest, rows[i].rest), "%s", rows[i].line);
        shell_words_release(&words);
    }
}

static void test_nul(void)
{
    struct shell_words words = {0};
    struct error error = {0};
    CHECK(!shell_words_split(&words, "a\0b", 3, 0, &error));
    shell_words_release(&words);
}

/* ---- places ---------------------------------------------------------------------------------- */

static void test_places(void)
{
    static const struct {
        const char *text, *expanded;
    } rows[] = {
        {".", "100"},           {".:", "100:"},       {":.", ":100"},
        {".+5", "100+5"},       {"+5", "100+5"},      {"3:.", "3:100"},
        {"match", "7+4"},       {"match:", "7:"},     {"match+2", "7+2"},
        {"0:match", "0:7"},     {".:match", "100:7"}, {"5", "5"},
        {"matches", "matches"}, {"..", ".."},         {"", ""},
        {"-3", "-3"},
    };
    struct script_names place = {.position = 100, .matched = true, .match = {7, 11}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char room[SCRIPT_EXPAND_TEXT];
        struct error error = {0};
        const char *text = script_expand(&place, rows[i].text, room, &error);
        CHECK_SAY(text && !strcmp(text, rows[i].expanded), "%s: %s", rows[i].text,
                  text ? text : error.message);
    }
}

static void test_no_match(void)
{
    struct script_names place = {.position = OFFSET_MAX};
    char room[SCRIPT_EXPAND_TEXT], longest[300];
    struct error error = {0};
    CHECK(!script_expand(&place, "match", room, &error));
    CHECK(!script_expand_position(&place, "match", room, &error));
    CHECK(!script_expand(&place, "0:match", room, &error));
    CHECK(script_expand(&place, ".:.", room, &error));
    memset(longest, '1', sizeof longest - 1);
    longest[0] = '.';
    longest[1] = ':';
    longest[sizeof longest - 1] = 0;
    CHECK(!script_expand(&place, longest, room, &error));
}

static const struct unit_case cases[] = {
    {"a line becomes words as in a shell", test_words},
    {"any words, quoted in any way, come back", test_words_round_trip},
    {"the end of a command is found in pieces as in one go", test_ends},
    {"an open quote is told with the line where it was opened", test_open_lines},
    {"the rest of a line stays as it was written", test_rest_of_line},
    {"a NUL in a line is an error", test_nul},
    {"the position and the match stand for their numbers", test_places},
    {"without a match, match is an error", test_no_match},
};

UNIT_MAIN(cases)
