/*
 * stream_reach.h - how much of a stream a request needs.
 *
 * A stream has no offsets, so its bytes are kept in memory before anything is
 * done with them. One that never ends can be used all the same where RANGE or
 * --window says how far to go.
 */
#ifndef MMTOOL_STREAM_REACH_H
#define MMTOOL_STREAM_REACH_H

#include "request.h"

/* Bytes from its start that the request can see, at least 1; UINT64_MAX: all. */
uint64_t stream_reach(const struct request *request);

/* The same for a RANGE alone. */
uint64_t stream_reach_of_range(const char *range);

#endif
