/*
 * recover_print.h - what an interrupted edit left, as text and as JSON: the manual has the words.
 */
#ifndef MMTOOL_RECOVER_PRINT_H
#define MMTOOL_RECOVER_PRINT_H

#include "apply/recover_look.h"
#include "output/output.h"

/* `size` is that of the file now. */
bool recover_print(const struct recover_look *look, uint64_t size, bool json, struct output *output,
                   struct error *error);

/* The file is locked: nothing can be told. */
bool recover_print_busy(bool json, struct output *output, struct error *error);

#endif
