/* decimal.h - integers as decimal digits, fast enough for millions of offsets. */
#ifndef MMTOOL_DECIMAL_H
#define MMTOOL_DECIMAL_H

#include <stddef.h>
#include <stdint.h>

enum { DECIMAL_MAX = 20 };

/* Writes the digits, without a NUL behind them. Returns their number, at least 1. */
size_t decimal_write(uint64_t number, char out[DECIMAL_MAX]);

#endif
