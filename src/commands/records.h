/* records.h - operands that are lines of records, where --type lists fields. */
#ifndef MMTOOL_RECORDS_H
#define MMTOOL_RECORDS_H

#include "base/record.h"
#include "edit/list.h"

/*
 * Appends the bytes of each operand: one record, or one for each of its lines. An error names the
 * operand and the line where there are several.
 */
bool records_encode(const struct record *record, const char *const *operands, size_t count,
                    const struct record_bytes *out, struct error *error);

/*
 * Appends the edits that write records, which lie in the pool from its start on, over `old`: whole
 * records. Skipped bytes are in no edit.
 */
bool records_add_edits(const struct record *record, struct range old, struct edit_list *edits,
                       struct error *error);

#endif
