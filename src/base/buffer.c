/* buffer.c - a growable array of bytes. */
#include "base/buffer.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

bool buffer_reserve(struct buffer *buffer, size_t more, struct error *error)
{
    if (more <= buffer->capacity - buffer->length)
        return true;
    if (more > SIZE_MAX / 2 - buffer->length)
        return error_memory(error, more);
    size_t capacity = buffer->capacity ? buffer->capacity : 64;
    while (capacity < buffer->length + more)
        capacity += capacity / 2;
    unsigned char *data = realloc(buffer->data, capacity);
    if (!data)
        return error_memory(error, capacity);
    buffer->data = data;
    buffer->capacity = capacity;
    return true;
}

bool buffer_append(struct buffer *buffer, const void *bytes, size_t length, struct error *error)
{
    if (!buffer_reserve(buffer, length, error))
        return false;
    if (length > 0)
        memcpy(buffer->data + buffer->length, bytes, length);
    buffer->length += length;
    return true;
}

bool buffer_append_byte(struct buffer *buffer, unsigned char byte, struct error *error)
{
    return buffer_append(buffer, &byte, 1, error);
}

void buffer_release(struct buffer *buffer)
{
    free(buffer->data);
    *buffer = (struct buffer){0};
}
