/*
 * size_text.h - a number of bytes for people.
 *
 * Pure.
 */
#ifndef MMTOOL_SIZE_TEXT_H
#define MMTOOL_SIZE_TEXT_H

#include <stddef.h>

enum { SIZE_TEXT = 32 };
/* Writes "12.3 GiB", or "123 B". Returns `out`. */
const char *size_text(char out[SIZE_TEXT], double bytes);

#endif
