/*
 * last_data.h - the last data in a sparse file.
 */
#ifndef MMTOOL_LAST_DATA_H
#define MMTOOL_LAST_DATA_H

#include "mapping.h"

/* The longest span of last_data_span(), in bytes. */
enum { LAST_DATA_SPAN = 1024 * 1024 };

/*
 * A span of at most LAST_DATA_SPAN bytes inside `within` that contains its last data: behind the
 * span there are only holes. If all of `within` is a hole, the span is empty, at its start. A
 * binary search: for a hole of terabytes the system is asked about forty times.
 */
bool last_data_span(const struct mapping *mapping, struct range within, struct range *span,
                    struct error *error);

#endif
