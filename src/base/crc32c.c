/* crc32c.c - the checksum of journals: CRC-32C. */
#include "base/crc32c.h"

#include "base/processor.h"

#include <string.h>

#if defined(__GNUC__) && defined(__x86_64__)
#define HAVE_CRC_INSTRUCTION 1
#include <nmmintrin.h>
#include <wmmintrin.h>
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

/*
 * The instruction takes three cycles, and one can begin in each: so three thirds of a block are
 * summed at once. A sum is moved over the bytes after it by a multiplication by x^(8 * bytes),
 * modulo the polynomial: carry-less by x^(8 * bytes - 33), which the instruction completes. After
 * V. Gopal et al., "Fast CRC Computation for iSCSI Polynomial Using CRC32 Instruction", Intel,
 * 2011.
 */
enum { THIRD = 1024 };
#define OVER_ONE_THIRD  0x170076fau /* x^(8 * THIRD - 33), its bits reversed */
#define OVER_TWO_THIRDS 0xa51b6135u /* x^(16 * THIRD - 33) */

__attribute__((target("sse4.2,pclmul"))) static uint64_t move_over(uint64_t state, uint32_t power)
{
    __m128i product = _mm_clmulepi64_si128(_mm_cvtsi64_si128((long long)state),
                                           _mm_cvtsi64_si128((long long)power), 0);
    return _mm_crc32_u64(0, (uint64_t)_mm_cvtsi128_si64(product));
}

__attribute__((target("sse4.2,pclmul"))) static uint64_t sum_block(uint64_t state,
                                                                   const unsigned char *block)
{
    uint64_t second = 0, third = 0, words[3];
    for (size_t i = 0; i < THIRD; i += 8) {
        memcpy(&words[0], block + i, 8);
        memcpy(&words[1], block + THIRD + i, 8);
        memcpy(&words[2], block + 2 * THIRD + i, 8);
        state = _mm_crc32_u64(state, words[0]);
        second = _mm_crc32_u64(second, words[1]);
        third = _mm_crc32_u64(third, words[2]);
    }
    return move_over(state, OVER_TWO_THIRDS) ^ move_over(second, OVER_ONE_THIRD) ^ third;
}

static uint32_t crc32c_in_thirds(uint32_t crc, const void *bytes, size_t length)
{
    const unsigned char *at = bytes;
    uint64_t state = (uint32_t)~crc;
    for (; length >= (size_t)3 * THIRD; length -= (size_t)3 * THIRD, at += (size_t)3 * THIRD)
        state = sum_block(state, at);
    return crc32c_instruction(~(uint32_t)state, at, length);
}

uint32_t crc32c(uint32_t crc, const void *bytes, size_t length)
{
    if (!processor_has(PROCESSOR_SSE4_2))
        return crc32c_portable(crc, bytes, length);
    return processor_has(PROCESSOR_PCLMUL) ? crc32c_in_thirds(crc, bytes, length)
                                           : crc32c_instruction(crc, bytes, length);
}
#else
uint32_t crc32c(uint32_t crc, const void *bytes, size_t length)
{
    return crc32c_portable(crc, bytes, length);
}
#endif
