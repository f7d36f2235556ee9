/*
 * platform.h - all that mmtool needs of an operating system.
 *
 * All system calls are behind this header, which includes those of its parts. In reading order:
 *
 *   file.h             open files: status, reads, writes, size, disk blocks
 *   attributes.h       owner, mode, privileges and marks of a file
 *   place.h            names of files, and directories
 *   lock.h             locks, and other programs that have the file open
 *   view.h             a file seen as memory, and what is in memory of it
 *   process.h          this machine and this process: standard streams, threads, signals
 *
 * Meson picks one implementation of each part:
 *
 *   posix/             see posix/internal.h; views are posix/view.c, or posix/view_heap.c (copies
 *                      on the heap, so that sanitizers see overruns)
 *   linux/             what Linux can do beyond POSIX, or linux/none.c: see linux/internal.h
 *   windows/           see windows/internal.h
 *   shared_name.c, uncarried.c, place_common.c
 *                      the same on all systems
 *
 * Mechanism only: what to do when a call fails is decided in mapping.c, journal/ and apply/.
 *
 * Offsets and lengths are bytes from the start of the file, at most OFFSET_MAX. Calls that a signal
 * interrupts are resumed, and short transfers are completed. Functions that return bool fill
 * `error` when they return false, with the cause in the user's words: neither the name of the
 * system call nor that of the file, which the report adds. `error` may be NULL.
 */
#ifndef MMTOOL_PLATFORM_H
#define MMTOOL_PLATFORM_H

#include "base/checked.h"
#include "platform/attributes.h"
#include "platform/file.h"
#include "platform/lock.h"
#include "platform/place.h"
#include "platform/process.h"
#include "platform/view.h"

#endif
