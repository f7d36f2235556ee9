/* shell_words.c - a line split into words, quoted as in a POSIX shell. */
#include "script/shell_words.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- meaning of a byte ----------------------------------------------------------------------- */

enum meaning {
    MEANS_NOTHING,   /* a quote, a backslash, part of a comment, or an escaped newline */
    MEANS_ITSELF,    /* part of the current word */
    MEANS_BACKSLASH, /* part of the current word, as is the backslash before it */
    MEANS_BLANK,     /* separates words */
    MEANS_END,       /* ends the command */
};

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

/* POSIX removes an escaped newline before it splits words, so it does not begin one. */
static enum meaning read_escaped(struct shell_scan *scan, char byte)
{
    scan->escaped = false;
    if (byte == '\n')
        return MEANS_NOTHING;
    scan->in_word = true;
    return scan->quote && !strchr("$`\"\\", byte) ? MEANS_BACKSLASH : MEANS_ITSELF;
}

static enum meaning read_quoted(struct shell_scan *scan, char byte)
{
    if (byte == scan->quote) {
        scan->quote = 0;
        return MEANS_NOTHING;
    }
    scan->escaped = byte == '\\' && scan->quote == '"';
    return scan->escaped ? MEANS_NOTHING : MEANS_ITSELF;
}

static enum meaning read_plain(struct shell_scan *scan, char byte)
{
    if (is_blank(byte)) {
        scan->in_word = false;
        return byte == '\n' ? MEANS_END : MEANS_BLANK;
    }
    scan->in_comment = byte == '#' && !scan->in_word;
    scan->escaped = byte == '\\';
    if (scan->in_comment || scan->escaped)
        return MEANS_NOTHING;
    scan->in_word = true;
    if (byte != '\'' && byte != '"')
        return MEANS_ITSELF;
    scan->quote = byte;
    scan->opened = scan->at;
    return MEANS_NOTHING;
}

/* Updates the state for one byte; the caller advances scan->at. */
static enum meaning read_byte(struct shell_scan *scan, char byte)
{
    if (scan->in_comment) {
        scan->in_comment = byte != '\n';
        return scan->in_comment ? MEANS_NOTHING : MEANS_END;
    }
    if (scan->escaped)
        return read_escaped(scan, byte);
    return scan->quote ? read_quoted(scan, byte) : read_plain(scan, byte);
}

/* Outside quotes, bytes are taken in runs. This table says which kinds of run a byte ends. */
enum { ENDS_RUN = 1 /* of bytes of one word */, ENDS_PLAIN = 2 /* of words and blanks */ };
static const unsigned char ends[256] = {
    [0] = ENDS_RUN,
    [' '] = ENDS_RUN,
    ['\t'] = ENDS_RUN,
    ['\r'] = ENDS_RUN,
    ['\n'] = ENDS_RUN | ENDS_PLAIN,
    ['\''] = ENDS_RUN | ENDS_PLAIN,
    ['"'] = ENDS_RUN | ENDS_PLAIN,
    ['\\'] = ENDS_RUN | ENDS_PLAIN,
    ['#'] = ENDS_PLAIN,
};

/* The number of bytes before the first one that ends a run of the kinds `what` (ENDS_ bits). */
static size_t length_to_end(const char *text, size_t length, unsigned what)
{
    size_t at = 0;
    while (at < length && !(ends[(unsigned char)text[at]] & what))
        at++;
    return at;
}

/* The number of bytes before `last`, or `length` if there is none. */
static size_t length_until(const char *text, size_t length, char last)
{
    const char *end = memchr(text, last, length);
    return end ? (size_t)(end - text) : length;
}

/* Length of the run of bytes from scan->at that all belong to the same comment or word. */
static size_t run_length(const struct shell_scan *scan, const char *text, size_t length)
{
    const char *from = text + scan->at;
    size_t left = length - scan->at, run = 0;
    if (scan->in_comment || scan->quote == '\'')
        return length_until(from, left, scan->in_comment ? '\n' : '\'');
    if (scan->escaped || !scan->in_word)
        return 0;
    if (scan->quote)
        while (run < left && from[run] != '"' && from[run] != '\\')
            run++;
    else
        run = length_to_end(from, left, ENDS_RUN);
    return run;
}

/* Skips words and blanks up to the next quote, backslash, comment or newline. */
static void skip_plain(struct shell_scan *scan, const char *text, size_t length)
{
    if (scan->in_comment || scan->escaped || scan->quote)
        return;
    size_t run = length_to_end(text + scan->at, length - scan->at, ENDS_PLAIN);
    scan->at += run;
    if (run > 0)
        scan->in_word = !is_blank(text[scan->at - 1]);
}

bool shell_scan_end(struct shell_scan *scan, const char *text, size_t length)
{
    while (scan->at < length) {
        scan->at += run_length(scan, text, length);
        skip_plain(scan, text, length);
        if (scan->at == length)
            break;
        if (read_byte(scan, text[scan->at]) == MEANS_END)
            return true;
        scan->at++;
    }
    return false;
}

uint64_t shell_count_newlines(const char *text, size_t length)
{
    uint64_t count = 0;
    const char *end = text + length;
    while (text < end && (text = memchr(text, '\n', (size_t)(end - text))) != NULL) {
        count++;
        text++;
    }
    return count;
}

/* ---- words ----------------------------------------------------------------------------------- */

/* shell_words_split() has reserved the room. */
static void keep_byte(struct shell_words *words, char byte)
{
    words->bytes.data[words->bytes.length++] = (unsigned char)byte;
}

static bool begin_word(struct shell_words *words, struct error *error)
{
    if (words->count == words->capacity) {
        size_t capacity = words->capacity ? 2 * words->capacity : 16;
        size_t size = capacity * sizeof *words->items;
        const char **items =
            capacity <= SIZE_MAX / sizeof *items ? realloc(words->items, size) : NULL;
        if (!items)
            return error_memory(error, size);
        words->items = items;
        words->capacity = capacity;
    }
    words->items[words->count++] = (const char *)words->bytes.data + words->bytes.length;
    return true;
}

static bool refuse_nul(struct error *error)
{
    return error_set(error, "there is a NUL in the line");
}

static bool keep_run(struct shell_words *words, const char *run, size_t length, struct error *error)
{
    if (length > 0 && memchr(run, 0, length))
        return refuse_nul(error);
    if (length > 0)
        memcpy(words->bytes.data + words->bytes.length, run, length);
    words->bytes.length += length;
    return true;
}

/* Reads one byte and begins, extends or ends a word. */
static bool split_byte(struct shell_words *words, struct shell_scan *scan, char byte,
                       struct error *error)
{
    bool was_in_word = scan->in_word, was_escaped = scan->escaped;
    enum meaning meaning = read_byte(scan, byte);
    if (!was_in_word && scan->in_word && words->count == 1)
        words->rest = scan->at - was_escaped;
    if (!was_in_word && scan->in_word && !begin_word(words, error))
        return false;
    if (was_in_word && !scan->in_word)
        keep_byte(words, 0);
    scan->at++;
    if (meaning != MEANS_ITSELF && meaning != MEANS_BACKSLASH)
        return true;
    if (byte == 0)
        return refuse_nul(error);
    if (meaning == MEANS_BACKSLASH)
        keep_byte(words, '\\');
    keep_byte(words, byte);
    return true;
}

static bool refuse_open(const struct shell_scan *scan, const char *text, uint64_t first_line,
                        struct error *error)
{
    if (!scan->quote)
        return error_set(error, "nothing follows the last backslash");
    if (first_line == 0)
        return error_set(error, "a %c is not closed", scan->quote);
    return error_set(error, "the %c opened in line %" PRIu64 " is not closed", scan->quote,
                     first_line + shell_count_newlines(text, scan->opened));
}

/* Fast path: the words before the first quote, backslash or comment; `*at` is their end. */
static bool split_plain(struct shell_words *words, const char *text, size_t length, size_t *at,
                        struct error *error)
{
    for (;;) {
        while (*at < length && is_blank(text[*at]))
            ++*at;
        size_t run = length_to_end(text + *at, length - *at, ENDS_RUN), end = *at + run;
        if (run == 0 || text[*at] == '#' || (end < length && !is_blank(text[end])))
            return true;
        if (words->count == 1)
            words->rest = *at;
        if (!begin_word(words, error))
            return false;
        memcpy(words->bytes.data + words->bytes.length, text + *at, run);
        words->bytes.length += run;
        keep_byte(words, 0);
        *at = end;
    }
}

static bool split(struct shell_words *words, const char *text, size_t length, uint64_t first_line,
                  struct error *error)
{
    struct shell_scan scan = {0};
    if (!split_plain(words, text, length, &scan.at, error))
        return false;
    while (scan.at < length) {
        size_t run = run_length(&scan, text, length);
        if (!scan.in_comment && !keep_run(words, text + scan.at, run, error))
            return false;
        scan.at += run;
        if (scan.at < length && !split_byte(words, &scan, text[scan.at], error))
            return false;
    }
    if (scan.quote || scan.escaped)
        return refuse_open(&scan, text, first_line, error);
    if (scan.in_word)
        keep_byte(words, 0);
    return true;
}

bool shell_words_split(struct shell_words *words, const char *text, size_t length,
                       uint64_t first_line, struct error *error)
{
    words->bytes.length = 0;
    words->count = 0;
    words->rest = length;
    /* A word is no longer than its source text, and its NUL takes the place of the separator. */
    return buffer_reserve(&words->bytes, length + 1, error) &&
           split(words, text, length, first_line, error);
}

void shell_words_release(struct shell_words *words)
{
    buffer_release(&words->bytes);
    free(words->items);
    *words = (struct shell_words){0};
}
