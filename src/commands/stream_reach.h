/*
 * stream_reach.h - how much of a stream a request needs.
 *
 * A stream cannot be read by offset. A request that only goes forward works on the bytes as
 * they arrive. For any other request the stream is first kept in a spool, up to the end of RANGE
 * or --window.
 */
#ifndef MMTOOL_STREAM_REACH_H
#define MMTOOL_STREAM_REACH_H

#include "commands/request.h"
#include "mapping.h"

/* The part of the stream that the request needs: at least its first byte. */
struct stream_part stream_part_of(const struct request *request);

/*
 * Whether the request can be answered while the stream arrives: it does not count from the end,
 * and --window does not set an end, which would have to be checked first.
 */
bool stream_is_forward(const struct request *request);

/* The bytes from the stream's start to the end of RANGE, at least 1; UINT64_MAX: all. */
uint64_t stream_reach_of_range(const char *range);

#endif
