/*
 * data_runs.h - where a sparse file has its data, looked for from behind.
 */
#ifndef MMTOOL_DATA_RUNS_H
#define MMTOOL_DATA_RUNS_H

#include "mapping.h"

/* The most that data_last_span() leaves. */
enum { DATA_SPAN = 1024 * 1024 };

/*
 * A span of at most DATA_SPAN bytes inside `within` behind which there is nothing
 * but holes, and that holds data unless all of `within` is a hole: then it begins
 * where `within` does. The file's map of holes is not walked: a hole of terabytes
 * costs some forty questions.
 */
bool data_last_span(const struct mapping *mapping, struct range within, struct range *span,
                    struct error *error);

#endif
