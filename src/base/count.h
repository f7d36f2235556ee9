/*
 * count.h - how often a byte occurs.
 *
 * Plain C, in a form that compilers turn into vector instructions.
 */
#ifndef MMTOOL_COUNT_H
#define MMTOOL_COUNT_H

#include <stddef.h>

/* How many of the bytes are `byte`. */
size_t count_byte(const unsigned char *bytes, size_t length, unsigned char byte);

/* How many of the pairs of bytes are `first` and `second`. `length` is even. */
size_t count_pair(const unsigned char *bytes, size_t length, unsigned char first,
                  unsigned char second);

#endif
