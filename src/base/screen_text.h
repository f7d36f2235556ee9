/*
 * screen_text.h - bytes as text that is safe to print on a terminal.
 *
 * Pure. Plain text is well-formed UTF-8 of printable characters, tabs, newlines, and carriage
 * returns before a newline. All other bytes, such as control characters, are shown as escapes of
 * escape.h.
 */
#ifndef MMTOOL_SCREEN_TEXT_H
#define MMTOOL_SCREEN_TEXT_H

#include "base/buffer.h"
#include "base/utf8.h"

/*
 * Whether the bytes are plain. If they are not `whole`, more bytes follow, and an incomplete
 * character at the end counts as plain.
 */
bool screen_text_is_plain(const unsigned char *bytes, size_t length, bool whole);

/* Bytes that were fed but cannot be shown before the next ones are known. Zeroed at the start. */
struct screen_text {
    unsigned char held[UTF8_MAX];
    size_t held_length;
};

/* Appends the text of the bytes to `out`. Bytes may be fed in parts of any size. */
bool screen_text_feed(struct screen_text *text, const unsigned char *bytes, size_t length,
                      struct buffer *out, struct error *error);

/* Call after the last part: appends the text of the bytes that are still held. */
bool screen_text_finish(struct screen_text *text, struct buffer *out, struct error *error);

#endif
