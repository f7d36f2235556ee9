/*
 * stream_reach.h - how much of a stream a request needs.
 *
 * A stream has no offsets. A request that goes forward takes its bytes as they come;
 * for any other they are kept in memory before anything is done with them, as far as
 * RANGE or --window says.
 */
#ifndef MMTOOL_STREAM_REACH_H
#define MMTOOL_STREAM_REACH_H

#include "commands/request.h"
#include "mapping.h"

/* The bytes that the request can see, at least the first one. */
struct stream_part stream_part_of(const struct request *request);

/*
 * Whether the request can be answered while a stream comes: nothing in it counts from the end,
 * and no window has to be there whole before anything is said of it.
 */
bool stream_is_forward(const struct request *request);

/* How many bytes from the start a RANGE alone needs, at least 1; UINT64_MAX: all. */
uint64_t stream_reach_of_range(const char *range);

#endif
