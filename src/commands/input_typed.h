/* input_typed.h - the values of --typed-from, written in TYPE, become bytes. */
#ifndef MMTOOL_INPUT_TYPED_H
#define MMTOOL_INPUT_TYPED_H

#include "base/record.h"
#include "mapping.h"
#include "mapping/spool.h"

/*
 * Reads an open file or stream to its end, and replaces its bytes by those that its text stands
 * for: the values of a type (NULL: text), or, if `record` is not NULL, a record for each line, in
 * which skipped bytes are 0. An error names line and column; the mapping is still to be closed.
 */
bool input_encode(struct mapping *mapping, const struct byte_type *type,
                  const struct record *record, const struct spool_place *place,
                  struct error *error);

/*
 * The same for a long file of text in UTF-16, without a copy of the bytes: they are encoded when
 * they are read, so the file must not be edited meanwhile. Returns whether that could be done; if
 * not, the mapping is as it was. encoded_hide() takes it back.
 */
bool input_encode_late(struct mapping *mapping, const struct byte_type *type);

#endif
