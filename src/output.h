/*
 * output.h - standard output: its buffer and its final check.
 *
 * No result is ever lost silently: every function returns false with an error
 * when the output cannot be written, and output_flush() at the end tells the
 * rest. A reader that went away is an error with `silent` set.
 */
#ifndef MMTOOL_OUTPUT_H
#define MMTOOL_OUTPUT_H

#include "buffer.h"
#include "diag.h"

#include <stddef.h>
#include <stdint.h>

enum { OUTPUT_BUFFER = 64 * 1024 };

struct output {
    unsigned char bytes[OUTPUT_BUFFER];
    size_t length;
    double next_look; /* for output_pause(): when, in seconds */
};

void output_init(struct output *output);
bool output_bytes(struct output *output, const void *bytes, size_t length, struct error *error);
bool output_text(struct output *output, const char *text, struct error *error);
bool output_format(struct output *output, struct error *error, const char *format, ...)
    MMTOOL_PRINTF(3, 4);
/* A number in base 10, or with its prefix in base 16, 8 or 2. */
bool output_number(struct output *output, uint64_t number, unsigned radix, struct error *error);
/* Writes out what is buffered. */
bool output_flush(struct output *output, struct error *error);
/* The same, and now and then a look whether somebody still reads what was written. */
bool output_pause(struct output *output, struct error *error);

#endif
