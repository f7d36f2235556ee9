/* crc32c.c - the checksum of journals: CRC-32C. */
#include "base/crc32c.h"

#include <string.h>

#if defined(__GNUC__) && defined(__x86_64__)
#define HAVE_CRC_INSTRUCTION 1
#include <nmmintrin.h>
#endif

/* The remainder of each half byte. The bits of the polynomial are reversed. */
static const uint32_t half_bytes[16] = {
    0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1, 0x417b1dbc, 0x5125dad3, 0x61c69362, 0x7198540d,
    0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9, 0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
};

uint32_t crc32c_portable(uint32_t crc, const void *bytes, size_t length)
{
    const unsigned char *at = bytes;
    crc = ~crc;
    for (size_t i = 0; i < length; i++) {
        crc ^= at[i];
        crc = (crc >> 4) ^ half_bytes[crc & 15];
        crc = (crc >> 4) ^ half_bytes[crc & 15];
    }
    return ~crc;
}

#if defined(HAVE_CRC_INSTRUCTION)
__attribute__((target("sse4.2"))) static uint32_t
crc32c_instruction(uint32_t crc, const void *bytes, size_t length)
{
    const unsigned char *at = bytes;
    uint64_t state = (uint32_t)~crc;
    for (; length >= 8; length -= 8, at += 8) {
        uint64_t word;
        memcpy(&word, at, 8);
        state = _mm_crc32_u64(state, word);
    }
    for (; length > 0; length--)
        state = _mm_crc32_u8((uint32_t)state, *at++);
    return ~(uint32_t)state;
}

uint32_t crc32c(uint32_t crc, const void *bytes, size_t length)
{
    return __builtin_cpu_supports("sse4.2") ? crc32c_instruction(crc, bytes, length)
                                            : crc32c_portable(crc, bytes, length);
}
#else
uint32_t crc32c(uint32_t crc, const void *bytes, size_t length)
{
    return crc32c_portable(crc, bytes, length);
}
#endif
