/*
 * fuzz_words.c - the text of a `run` script: where its commands end, their words as the shell has
 * them, and "." and "match" in positions and ranges; beside a reader that looks at one byte at a
 * time.
 */
#include "fuzz.h"
#include "script/expand.h"
#include "script/shell_words.h"

enum { TEXT_MOST = 400 };

/* The words with a NUL behind each, as the slow reader has them. */
struct slow_words {
    char bytes[TEXT_MOST + 8];
    size_t length, count;
};

static void put(struct slow_words *words, char byte)
{
    DEMAND(words->length < sizeof words->bytes);
    words->bytes[words->length++] = byte;
}

/* Takes a backslash and what follows; false: nothing does. */
static bool slow_backslash(const char *text, size_t length, size_t *at, char quote,
                           struct slow_words *words)
{
    if (*at + 1 == length)
        return false;
    char next = text[++*at];
    if (quote == '"' && !strchr("$`\"\\\n", next))
        put(words, '\\');
    if (next != '\n')
        put(words, next);
    return true;
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

static void end_word(struct slow_words *words, bool *in_word)
{
    if (*in_word)
        put(words, 0);
    words->count += *in_word;
    *in_word = false;
}

/*
 * Words of POSIX.1-2017, Shell Command Language, 2.2 and 2.3, without expansions. False if a
 * newline behind the text would not end the command, since a quote or a backslash keeps it.
 */
static bool slow_split(const char *text, size_t length, struct slow_words *words)
{
    bool in_word = false, is_comment = false;
    char quote = 0;
    for (size_t at = 0; at < length && !is_comment; at++) {
        char byte = text[at];
        if (byte == '\\' && quote != '\'') {
            in_word = in_word || (at + 1 < length && text[at + 1] != '\n');
            if (!slow_backslash(text, length, &at, quote, words))
                return false;
        } else if (quote ? byte == quote : byte == '\'' || byte == '"') {
            quote = quote ? 0 : byte;
            in_word = true;
        } else if (!quote && is_blank(byte)) {
            end_word(words, &in_word);
        } else if (!quote && byte == '#' && !in_word) {
            is_comment = true;
        } else {
            put(words, byte);
            in_word = true;
        }
    }
    end_word(words, &in_word);
    return !quote;
}

static void check_words(const char *text, size_t length)
{
    struct shell_words words = {0};
    struct slow_words slow = {0};
    struct error error = {0};
    bool good = shell_words_split(&words, text, length, 1, &error);
    if (!good)
        DEMAND_ERROR(error);
    if (!memchr(text, 0, length)) {
        DEMAND(good == slow_split(text, length, &slow));
        DEMAND(!good || words.count == slow.count);
    }
    const char *at = slow.bytes;
    for (size_t i = 0; good && i < slow.count; i++) {
        DEMAND(strcmp(words.items[i], at) == 0);
        at += strlen(at) + 1;
    }
    shell_words_release(&words);
}

/* The commands one by one: their ends, found in parts of the text and in all of it. */
static void check_ends(const char *text, size_t length, size_t part)
{
    struct shell_scan scan = {0}, at_once = {0};
    bool found = false;
    if (length == 0)
        return;
    for (size_t known = 0; !found && known < length;) {
        known = known + part < length ? known + part : length;
        found = shell_scan_end(&scan, text, known);
    }
    DEMAND(found == shell_scan_end(&at_once, text, length));
    DEMAND(scan.at == at_once.at);
    size_t slow = 0;
    while (slow < length &&
           !(text[slow] == '\n' && slow_split(text, slow, &(struct slow_words){.count = 0})))
        slow++;
    DEMAND(scan.at == slow && found == (slow < length));
    check_words(text, scan.at);
    if (slow < length)
        check_ends(text + slow + 1, length - slow - 1, part);
}

/* ---- names ----------------------------------------------------------------------------------- */

/* Appends one end of a range; the names are those of the start of what they stand for. */
static void slow_end(const struct script_names *names, const char *text, size_t length, char *out,
                     size_t room)
{
    size_t used = strlen(out);
    bool is_match = length == 5 && memcmp(text, "match", 5) == 0;
    if (is_match || (length == 1 && *text == '.'))
        snprintf(out + used, room - used, "%llu",
                 (unsigned long long)(is_match ? names->match.start : names->position));
    else
        snprintf(out + used, room - used, "%.*s", (int)length, text);
}

static void slow_expand(const struct script_names *names, const char *text, char *out, size_t room)
{
    const char *border = strpbrk(text, ":+");
    out[0] = 0;
    if (!strcmp(text, "match")) {
        snprintf(out, room, "%llu+%llu", (unsigned long long)names->match.start,
                 (unsigned long long)range_length(names->match));
    } else if (!border) {
        slow_end(names, text, strlen(text), out, room);
    } else {
        if (text[0] == '+')
            slow_end(names, ".", 1, out, room);
        else
            slow_end(names, text, (size_t)(border - text), out, room);
        snprintf(out + strlen(out), room - strlen(out), "%c", *border);
        slow_end(names, border + 1, strlen(border + 1), out, room);
    }
}

static void check_names(const char *text, const struct script_names *names)
{
    char room[SCRIPT_EXPAND_TEXT], slow[TEXT_MOST + 100];
    struct error error = {0};
    const char *border = strpbrk(text, ":+");
    size_t first = border ? (size_t)(border - text) : strlen(text);
    bool asks =
        (first == 5 && !memcmp(text, "match", 5)) || (border && !strcmp(border + 1, "match"));
    const char *expanded = script_expand(names, text, room, &error);
    if (!expanded) {
        DEMAND_ERROR(error);
        DEMAND((asks && !names->matched) || strlen(text) >= SCRIPT_EXPAND_TEXT - NUMBER_TEXT_MAX);
        return;
    }
    DEMAND(!asks || names->matched);
    slow_expand(names, text, slow, sizeof slow);
    DEMAND(strcmp(expanded, slow) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct script_names names = {0};
    size_t length;
    fuzz_begin(data, size);
    size_t part = 1 + fuzz_below(20);
    names.matched = fuzz_byte() % 4 > 0;
    names.position = fuzz_any_number() & OFFSET_MAX;
    names.match.start = names.position / 3;
    names.match.end = names.match.start + names.position / 5;
    char *text = fuzz_text(TEXT_MOST, &length);
    unsigned char *copy = fuzz_copy(text, length);
    check_names(text, &names);
    check_ends((const char *)copy, length, part);
    free(copy);
    free(text);
    return 0;
}
