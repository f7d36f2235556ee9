/* data.h - DATA, from operands or --from, becomes the new bytes of an edit. */
#ifndef MMTOOL_DATA_H
#define MMTOOL_DATA_H

#include "commands/input.h"
#include "commands/request.h"
#include "edit/pool.h"

/*
 * Fills an empty pool with the request's DATA: the operands from number `first` on, or the
 * input of --from. The pool then owns the input's mapping. A usage error if both are given.
 */
bool data_take(struct pool *pool, const struct request *request, size_t first, struct input *input,
               struct error *error);

#endif
