/*
 * recover_print.h - prints what an interrupted edit left, as text or JSON. The manual lists the
 * words.
 */
#ifndef MMTOOL_RECOVER_PRINT_H
#define MMTOOL_RECOVER_PRINT_H

#include "apply/recover_look.h"
#include "output/output.h"

/* `size` is the current size of the file. */
bool recover_print(const struct recover_look *look, uint64_t size, bool json, struct output *output,
                   struct error *error);

/* A state as `recover --show` names it in JSON, and in words. */
const char *recover_state_name(enum recover_state state);
const char *recover_state_words(enum recover_state state);

/* Prints that another program has the file locked, so that its state is unknown. */
bool recover_print_busy(bool json, struct output *output, struct error *error);

#endif
