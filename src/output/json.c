/* json.c - JSON strings from bytes that are given in parts. */
#include "output/json.h"

#include <string.h>

/* The short escapes of control characters: the letter after the backslash, by code. */
static const char short_escapes[0x20] = {
    ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};

static bool add_ascii(struct output *output, unsigned char byte, struct error *error)
{
    if (byte == '"' || byte == '\\')
        return output_bytes(output, (char[]){'\\', (char)byte}, 2, error);
    if (byte >= 0x20)
        return output_bytes(output, &byte, 1, error);
    if (short_escapes[byte])
        return output_bytes(output, (char[]){'\\', short_escapes[byte]}, 2, error);
    return output_format(output, error, "\\u%04x", byte);
}

static bool is_plain(unsigned char byte)
{
    return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
}

static bool add_damaged(struct json_string *string, struct output *output, struct error *error)
{
    string->damaged = true;
    return output_text(output, "\\ufffd", error);
}

/* Whether more bytes could complete a character. */
static bool is_beginning(const unsigned char *bytes, size_t length)
{
    unsigned char tried[UTF8_MAX];
    uint32_t code_point;
    size_t whole = bytes[0] >= 0xf0 ? 4 : bytes[0] >= 0xe0 ? 3 : bytes[0] >= 0xc2 ? 2 : 0;
    if (length >= whole)
        return false;
    /*
     * After some first bytes the second byte has a smaller range: try the lowest and the highest.
     */
    for (unsigned char last = 0x80; last <= 0xbf; last += 0x3f) {
        memset(tried, last, sizeof tried);
        memcpy(tried, bytes, length);
        if (utf8_decode(tried, whole, &code_point) == whole)
            return true;
    }
    return false;
}

/*
 * Writes the first character, or U+FFFD for a byte that begins none. Returns the number of bytes
 * taken; 0 if more bytes are needed, -1 for an error.
 */
static int take_one(struct json_string *string, struct output *output, const unsigned char *bytes,
                    size_t length, struct error *error)
{
    uint32_t code_point;
    size_t taken = 1;
    bool done;
    if (bytes[0] < 0x80) {
        done = add_ascii(output, bytes[0], error);
    } else if ((taken = utf8_decode(bytes, length, &code_point)) > 0) {
        done = output_bytes(output, bytes, taken, error);
    } else if (is_beginning(bytes, length)) {
        return 0;
    } else {
        taken = 1;
        done = add_damaged(string, output, error);
    }
    return done ? (int)taken : -1;
}

/* Completes the held character with bytes of a new part. Sets `*used` to the number taken. */
static bool complete_held(struct json_string *string, struct output *output,
                          const unsigned char *bytes, size_t length, size_t *used,
                          struct error *error)
{
    *used = 0;
    while (string->held_length > 0) {
        int taken = take_one(string, output, string->held, string->held_length, error);
        if (taken < 0)
            return false;
        if (taken > 0) {
            string->held_length -= (size_t)taken;
            memmove(string->held, string->held + taken, string->held_length);
        } else if (*used < length) {
            string->held[string->held_length++] = bytes[(*used)++];
        } else {
            break;
        }
    }
    return true;
}

bool json_string_add(struct json_string *string, struct output *output, const unsigned char *bytes,
                     size_t length, struct error *error)
{
    size_t at;
    if (!complete_held(string, output, bytes, length, &at, error))
        return false;
    while (at < length) {
        size_t plain = at;
        while (plain < length && is_plain(bytes[plain]))
            plain++;
        if (plain > at && !output_bytes(output, bytes + at, plain - at, error))
            return false;
        at = plain;
        if (at == length)
            break;
        int taken = take_one(string, output, bytes + at, length - at, error);
        if (taken < 0)
            return false;
        if (taken == 0)
            break;
        at += (size_t)taken;
    }
    if (at < length) {
        string->held_length = length - at;
        memcpy(string->held, bytes + at, string->held_length);
    }
    return true;
}

bool json_string_end(struct json_string *string, struct output *output, struct error *error)
{
    while (string->held_length-- > 0)
        if (!add_damaged(string, output, error))
            return false;
    string->held_length = 0;
    return true;
}

/* ,"key_hex":"616263" */
static bool add_hex_member(struct output *output, const char *key, const char *text,
                           struct error *error)
{
    if (!output_format(output, error, ",\"%s_hex\":\"", key))
        return false;
    for (; *text; text++)
        if (!output_format(output, error, "%02x", (unsigned char)*text))
            return false;
    return output_text(output, "\"", error);
}

bool json_member(struct output *output, const char *key, const char *text, struct error *error)
{
    struct json_string string = {0};
    return output_format(output, error, "\"%s\":\"", key) &&
           json_string_add(&string, output, (const unsigned char *)text, strlen(text), error) &&
           json_string_end(&string, output, error) && output_text(output, "\"", error) &&
           (!string.damaged || add_hex_member(output, key, text, error));
}
