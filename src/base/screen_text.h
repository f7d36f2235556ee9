/*
 * screen_text.h - bytes as text that a terminal shows and does not obey.
 *
 * Plain is well-formed UTF-8 of characters that print, with tabs, newlines and the
 * carriage return in front of a newline. All else, control characters among it, is
 * shown as escape.h writes it. Pure.
 */
#ifndef MMTOOL_SCREEN_TEXT_H
#define MMTOOL_SCREEN_TEXT_H

#include "base/buffer.h"
#include "base/utf8.h"

/*
 * Whether the bytes are plain. Unless they are `whole`, more are to follow, and a
 * character that is not complete at their end counts as one that will be.
 */
bool screen_text_is_plain(const unsigned char *bytes, size_t length, bool whole);

/* What has been fed and cannot be shown before more is known. To begin with all zeros. */
struct screen_text {
    unsigned char held[UTF8_MAX];
    size_t held_length;
};

/* Appends the text of the bytes, which may be given in pieces of any size, to `out`. */
bool screen_text_feed(struct screen_text *text, const unsigned char *bytes, size_t length,
                      struct buffer *out, struct error *error);

/* Nothing more comes: appends what is left. */
bool screen_text_finish(struct screen_text *text, struct buffer *out, struct error *error);

#endif
