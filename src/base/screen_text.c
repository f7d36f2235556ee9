/* screen_text.c - bytes as text that is safe to print on a terminal. */
#include "base/screen_text.h"
#include "base/escape.h"

#include <string.h>

/* ---- one character --------------------------------------------------------------------------- */

/* Length of a character that begins with `first`, 0xc2 or more, if it is well-formed. */
static size_t announced_length(unsigned char first)
{
    return first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
}

/* Whether `text` may be an incomplete character that the next bytes complete. */
static bool is_beginning(const unsigned char *text, size_t length)
{
    if (text[0] == '\r')
        return length == 1;
    if (text[0] < 0xc2 || text[0] > 0xf4 || length >= announced_length(text[0]))
        return false;
    for (size_t i = 1; i < length; i++)
        if (text[i] < 0x80 || text[i] > 0xbf)
            return false;
    return true;
}

static bool is_control(uint32_t code_point)
{
    return code_point < 0x20 || (code_point >= 0x7f && code_point <= 0x9f);
}

/*
 * Length of the first character of `text` (at least one byte), and whether it is plain. A byte that
 * begins no character has length 1 and is not plain. 0: the next bytes decide.
 */
static size_t next_length(const unsigned char *text, size_t length, bool *plain)
{
    uint32_t code_point;
    *plain = true;
    if (text[0] == '\n' || text[0] == '\t')
        return 1;
    if (text[0] == '\r' && length > 1 && text[1] == '\n')
        return 2;
    if (is_beginning(text, length))
        return 0;
    size_t got = utf8_decode(text, length, &code_point);
    *plain = got > 0 && !is_control(code_point);
    return got > 0 ? got : 1;
}

/*
 * Length of the plain text at the front. `*next` is the length of the character after it, which is
 * not plain; 0 if there is none or the next bytes decide.
 */
static size_t plain_length(const unsigned char *bytes, size_t length, size_t *next)
{
    size_t at = 0;
    bool plain = true;
    *next = 0;
    while (at < length) {
        if (bytes[at] >= 0x20 && bytes[at] < 0x7f) {
            at++;
            continue;
        }
        *next = next_length(bytes + at, length - at, &plain);
        if (*next == 0 || !plain)
            return at;
        at += *next;
    }
    *next = 0;
    return at;
}

bool screen_text_is_plain(const unsigned char *bytes, size_t length, bool whole)
{
    size_t next;
    size_t plain = plain_length(bytes, length, &next);
    return plain == length || (next == 0 && !whole);
}

/* ---- in parts ----------------------------------------------------------------------------------
 */

/*
 * Shows one character of the held bytes and those that follow. Sets `*taken` to the number of
 * `bytes` used.
 */
static bool show_held(struct screen_text *text, const unsigned char *bytes, size_t length,
                      size_t *taken, struct buffer *out, struct error *error)
{
    unsigned char all[2 * UTF8_MAX];
    bool plain;
    size_t held = text->held_length, more = UTF8_MAX - held;
    more = more < length ? more : length;
    memcpy(all, text->held, held);
    memcpy(all + held, bytes, more);
    size_t shown = next_length(all, held + more, &plain);
    if (shown == 0) { /* all bytes are used up */
        memcpy(text->held, all, text->held_length = held + more);
        *taken = more;
        return true;
    }
    *taken = shown > held ? shown - held : 0;
    text->held_length = held + *taken - shown;
    memcpy(text->held, all + shown, text->held_length);
    return plain ? buffer_append(out, all, shown, error) : escape_append(out, all, shown, error);
}

/* Shows the plain text at the front and the character after it that is not plain. */
static bool show(struct screen_text *text, const unsigned char *bytes, size_t length, size_t *taken,
                 struct buffer *out, struct error *error)
{
    size_t next, plain = plain_length(bytes, length, &next);
    if (!buffer_append(out, bytes, plain, error) || !escape_append(out, bytes + plain, next, error))
        return false;
    *taken = plain + next;
    if (*taken > 0)
        return true;
    memcpy(text->held, bytes, text->held_length = length);
    *taken = length;
    return true;
}

bool screen_text_feed(struct screen_text *text, const unsigned char *bytes, size_t length,
                      struct buffer *out, struct error *error)
{
    for (size_t taken; length > 0; bytes += taken, length -= taken)
        if (!(text->held_length > 0 ? show_held(text, bytes, length, &taken, out, error)
                                    : show(text, bytes, length, &taken, out, error)))
            return false;
    return true;
}

bool screen_text_finish(struct screen_text *text, struct buffer *out, struct error *error)
{
    size_t length = text->held_length;
    text->held_length = 0;
    return escape_append(out, text->held, length, error);
}
