/* patterns.h - the patterns of find, rfind and splice: from operands, options and files. */
#ifndef MMTOOL_PATTERNS_H
#define MMTOOL_PATTERNS_H

#include "commands/command.h"
#include "scan/pattern.h"

/*
 * Compiles `texts` (PATTERN, or those of --pattern), the lines of --patterns-from and, where it
 * is a pattern, --from. Call it when FILE is locked. With several FILEs the pattern
 * was compiled before them, and is used again. Release it with patterns_release().
 */
bool patterns_compile(struct session *session, const struct string_list *texts,
                      const struct byte_type *type, struct pattern *pattern, struct error *error);

void patterns_release(const struct session *session, struct pattern *pattern);

/*
 * Appends the bytes of a single pattern, which is `text`, or --from if that is NULL. In text of a
 * type that has masks, `?` is an error.
 */
bool patterns_encode_one(struct session *session, const char *text, const struct byte_type *type,
                         struct buffer *bytes, struct error *error);

#endif
