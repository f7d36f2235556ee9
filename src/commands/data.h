/* data.h - DATA, from operands, --from or --typed-from, becomes the new bytes of an edit. */
#ifndef MMTOOL_DATA_H
#define MMTOOL_DATA_H

#include "commands/input.h"
#include "commands/request.h"
#include "edit/pool.h"

/* Where DATA goes; nothing is owned. */
struct data {
    struct pool *pool;
    struct buffer
        *mask; /* for each byte its fixed bits, if some digits of DATA are `?`; or empty */
};

/*
 * Fills an empty pool and mask with the request's DATA: the operands from number `first` on, or the
 * input of --from or --typed-from. The pool then owns the input's mapping. A usage error if both
 * are given, or digits are `?` and an option needs DATA alone.
 */
bool data_take(struct data *data, const struct request *request, size_t first, struct input *input,
               struct error *error);

/* Sets the bits that the mask leaves open, which are 0 in `bytes`, to those of the old bytes. */
void data_keep_digits(unsigned char *bytes, const unsigned char *old_bytes,
                      const struct buffer *mask);

#endif
