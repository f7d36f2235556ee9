/*
 * crc32c.h - the checksum of journals: CRC-32C (Castagnoli 1993; polynomial 0x1EDC6F41, reflected).
 *
 * Pure. A table of half bytes, or the processor's own instruction where it has
 * one; both give the same.
 */
#ifndef MMTOOL_CRC32C_H
#define MMTOOL_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/* Goes on from `crc`, which is 0 for the first bytes. */
uint32_t crc32c(uint32_t crc, const void *bytes, size_t length);

/* The twin without the processor's help, for tests. */
uint32_t crc32c_portable(uint32_t crc, const void *bytes, size_t length);

#endif
