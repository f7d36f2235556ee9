/*
 * encoded.h - a file of UTF-8 whose bytes are read as UTF-16, without a copy of them.
 *
 * The text is looked at in pieces. A first pass over all of it checks that it is UTF-8, and notes
 * where the units of each piece begin. A read then encodes the pieces that it touches. If another
 * program has changed the text in between, so that what is there cannot be what was counted, the
 * read fails, as a read of a file that was cut does; else it gets the characters that are there
 * now. So a read never gives fewer bytes, or any that no text has stood for.
 */
#ifndef MMTOOL_ENCODED_H
#define MMTOOL_ENCODED_H

#include "base/bytes.h"
#include "mapping.h"

/* The state of the reads; several threads may read at once. */
struct encoded;

/*
 * Makes an open regular file one of the UTF-16 that its text stands for, less one newline at the
 * end: changes size and overlay. Does nothing if the text is not UTF-8, is empty, or is changed
 * meanwhile, if a long text is far from ASCII, or memory is short: the caller then has to read it
 * in another way, which tells what is wrong. The mapping owns the state.
 */
bool encoded_show(struct mapping *mapping, const struct byte_type *type);

/* The bytes of the mapping are those of its file again. */
void encoded_hide(struct mapping *mapping);

/* NULL is ignored. */
void encoded_free(struct encoded *encoded);

#endif
