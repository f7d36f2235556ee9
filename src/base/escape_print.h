/* escape_print.h - how escape.c prints many bytes; for its vectors and for tests. */
#ifndef MMTOOL_ESCAPE_PRINT_H
#define MMTOOL_ESCAPE_PRINT_H

#include "base/escape.h"

/*
 * Prints bytes at the front that need no \xHH to `*out`, and moves it on. Returns their number,
 * which is less than `length` if it meets others, or if few bytes are left. `*out` has room for
 * ESCAPE_MAX * length bytes.
 */
typedef size_t escape_run(const unsigned char *bytes, size_t length, unsigned char **out);

/* With vectors, for processors with AVX-512VBMI2. */
extern escape_run escape_run_vbmi2;

/* The one for this processor; NULL: none. */
escape_run *escape_run_chosen(void);

/* escape_append() by this function; NULL: by plain C alone. */
bool escape_append_by(escape_run *run, struct buffer *text, const unsigned char *bytes,
                      size_t length, struct error *error);

#endif
