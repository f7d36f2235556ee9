/*
 * json.h - strings of JSON, made of bytes that come in pieces.
 */
#ifndef MMTOOL_JSON_H
#define MMTOOL_JSON_H

#include "base/utf8.h"
#include "output/output.h"

/* A string under way. Zeroed at its start. */
struct json_string {
    unsigned char held[UTF8_MAX]; /* a character that is not complete yet */
    size_t held_length;
    bool damaged; /* some bytes were no UTF-8: each stands there as U+FFFD */
};

/* The inside of a string, without its quotes: json_string_end() after the last piece. */
bool json_string_add(struct json_string *string, struct output *output, const unsigned char *bytes,
                     size_t length, struct error *error);
bool json_string_end(struct json_string *string, struct output *output, struct error *error);

#endif
