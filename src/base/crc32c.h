/*
 * crc32c.h - the checksum of journals: CRC-32C (Castagnoli 1993; polynomial 0x1EDC6F41, reflected).
 *
 * Pure. Uses the processor's instruction if it has one, else a table of half bytes. Both give the
 * same result.
 */
#ifndef MMTOOL_CRC32C_H
#define MMTOOL_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/* Returns the checksum of `bytes`, continued from `crc`; `crc` is 0 for the first bytes. */
uint32_t crc32c(uint32_t crc, const void *bytes, size_t length);

/* The same from the table, on any processor; exported for tests. */
uint32_t crc32c_portable(uint32_t crc, const void *bytes, size_t length);

#endif
