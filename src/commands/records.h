/* records.h - operands that are lines of records, where --type lists fields. */
#ifndef MMTOOL_RECORDS_H
#define MMTOOL_RECORDS_H

#include "base/record.h"

/*
 * Appends the bytes of each operand: one record, or one for each of its lines. An error names the
 * operand and the line where there are several.
 */
bool records_encode(const struct record *record, const char *const *operands, size_t count,
                    const struct record_bytes *out, struct error *error);

#endif
