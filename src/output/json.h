/* json.h - JSON strings from bytes that are given in parts. */
#ifndef MMTOOL_JSON_H
#define MMTOOL_JSON_H

#include "base/utf8.h"
#include "output/output.h"

/* The state of a string. Zeroed before its first part. */
struct json_string {
    unsigned char held[UTF8_MAX]; /* an incomplete character */
    size_t held_length;
    bool damaged; /* some bytes were not UTF-8; each was replaced by U+FFFD */
};

/* Adds a part to the string; writes no quotes. Call json_string_end() after the last part. */
bool json_string_add(struct json_string *string, struct output *output, const unsigned char *bytes,
                     size_t length, struct error *error);
bool json_string_end(struct json_string *string, struct output *output, struct error *error);

/*
 * Writes "key":"text". If some bytes of the text are not UTF-8, also "key_hex" with all of them as
 * hex digits.
 */
bool json_member(struct output *output, const char *key, const char *text, struct error *error);

#endif
