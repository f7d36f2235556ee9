/*
 * buffer.h - a growable array of bytes.
 *
 * A zeroed struct is an empty buffer. The owner of the struct releases it. A function that fails
 * leaves the buffer as it was.
 */
#ifndef MMTOOL_BUFFER_H
#define MMTOOL_BUFFER_H

#include "base/diag.h"

#include <stddef.h>

struct buffer {
    unsigned char *data; /* owned; NULL before the first byte is reserved */
    size_t length;       /* bytes in use */
    size_t capacity;     /* bytes allocated */
};

/* Makes room for `more` bytes after those in use. */
bool buffer_reserve(struct buffer *buffer, size_t more, struct error *error);

/* Appends `length` bytes; `bytes` must not lie inside the buffer. */
bool buffer_append(struct buffer *buffer, const void *bytes, size_t length, struct error *error);

bool buffer_append_byte(struct buffer *buffer, unsigned char byte, struct error *error);

/* Frees the bytes and leaves an empty buffer. */
void buffer_release(struct buffer *buffer);

#endif
