/*
 * io_buffer.h - memory for read() and write(), at the start of a page.
 *
 * On AMD the kernel copies several times slower where the destination is, modulo a page, 1 to 63
 * bytes after the source and not aligned to 64 bytes. Pages of the page cache and of pipes begin at
 * page boundaries, but malloc() returns large blocks 16 bytes after one. So each buffer of more
 * than a few pages that goes to the platform's reads and writes comes from here, unless its owner
 * aligns it with the bytes of the file (mapping/reader.c, apply/job_worker.c, edit/assembler.c).
 */
#ifndef MMTOOL_IO_BUFFER_H
#define MMTOOL_IO_BUFFER_H

#include "base/diag.h"

#include <stddef.h>

/* Divides the page size of every system. */
enum { IO_BUFFER_PAGE = 4096 };

/* `size` bytes, not initialized. The caller frees them. NULL and an error if memory is short. */
void *io_buffer_new(size_t size, struct error *error);

/* NULL is ignored. */
void io_buffer_free(void *buffer);

#endif
