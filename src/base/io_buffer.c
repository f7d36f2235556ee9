/* io_buffer.c - memory for read() and write(), at the start of a page. */
#include "base/io_buffer.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The address that malloc() returned is kept before the buffer; some systems free no other. */
enum { OVERHEAD = sizeof(void *) + IO_BUFFER_PAGE - 1 };

void *io_buffer_new(size_t size, struct error *error)
{
    unsigned char *block = size <= SIZE_MAX - OVERHEAD ? malloc(size + OVERHEAD) : NULL;
    if (!block) {
        error_memory(error, size);
        return NULL;
    }
    uintptr_t first = (uintptr_t)block + sizeof(void *);
    unsigned char *buffer = block + sizeof(void *) + (0 - first) % IO_BUFFER_PAGE;
    memcpy(buffer - sizeof(void *), &block, sizeof block);
    return buffer;
}

void io_buffer_free(void *buffer)
{
    void *block;
    if (!buffer)
        return;
    memcpy(&block, (unsigned char *)buffer - sizeof(void *), sizeof block);
    free(block);
}
