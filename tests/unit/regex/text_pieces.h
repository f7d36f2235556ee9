/* text_pieces.h - a text that a matcher gets in pieces. */
#ifndef MMTOOL_TEXT_PIECES_H
#define MMTOOL_TEXT_PIECES_H

#include "last_match.h"
#include "unit.h"

/*
 * A text cut into pieces; the piece in hand is a heap copy of its exact size, so
 * that a sanitizer sees what is read beside it or after the next call.
 */
struct pieces {
    const unsigned char *bytes;
    uint64_t base; /* the offset of the first byte */
    size_t length;
    size_t piece; /* bytes a piece, or 0: of random size */
    size_t calls;
    size_t fail_at; /* the number of the call that fails; 0: none */
    unsigned char *copy;
};

static inline const unsigned char *pieces_span(void *context, uint64_t offset, bool backward,
                                               uint64_t *first, size_t *length)
{
    struct pieces *pieces = context;
    (void)backward;
    CHECK(offset >= pieces->base && offset - pieces->base < pieces->length);
    free(pieces->copy);
    pieces->copy = NULL;
    if (++pieces->calls == pieces->fail_at)
        return NULL;
    size_t at = (size_t)(offset - pieces->base), start, end;
    if (pieces->piece > 0) {
        start = at / pieces->piece * pieces->piece;
        end = start + pieces->piece;
    } else {
        size_t before = unit_below(9);
        start = at > before ? at - before : 0;
        end = at + 1 + unit_below(9);
    }
    if (end > pieces->length)
        end = pieces->length;
    *first = pieces->base + start;
    *length = end - start;
    pieces->copy = malloc(*length);
    memcpy(pieces->copy, pieces->bytes + start, *length);
    return pieces->copy;
}

static inline struct regex_text text_of(struct pieces *pieces)
{
    return (struct regex_text){pieces_span, pieces, pieces->base, pieces->base + pieces->length};
}

static inline struct pieces pieces_of(const void *bytes, size_t length, size_t piece)
{
    return (struct pieces){.bytes = bytes, .length = length, .piece = piece};
}

static inline struct regex *compile_bytes(const char *expression, size_t length, bool fold)
{
    struct error error = {0};
    struct regex *regex = regex_new((const unsigned char *)expression, length, fold, &error);
    CHECK_SAY(regex != NULL, "%s: %s", expression, error.message);
    return regex;
}

static inline struct regex_matcher *matcher_of(const struct regex *regex, size_t memory)
{
    struct error error = {0};
    struct regex_matcher *matcher = regex_matcher_new(regex, memory, &error);
    CHECK(matcher != NULL);
    return matcher;
}

#endif
