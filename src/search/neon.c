/* neon.c - the kernel for 64-bit ARM processors, all of which have NEON. */
#include "search/kernel.h"

#include <arm_neon.h>

#define VECTORS    4
#define HAS_LOOKUP 1

typedef uint8x16_t vector;
typedef uint8x16_t flags; /* a byte is not 0 if true */

static inline vector vector_load(const unsigned char *at)
{
    return vld1q_u8(at);
}

static inline vector vector_splat(unsigned char byte)
{
    return vdupq_n_u8(byte);
}

static inline vector vector_and(vector a, vector b)
{
    return vandq_u8(a, b);
}

static inline flags flags_equal(vector a, vector b)
{
    return vceqq_u8(a, b);
}

static inline flags flags_and(flags a, flags b)
{
    return vandq_u8(a, b);
}

static inline flags flags_or(flags a, flags b)
{
    return vorrq_u8(a, b);
}

static inline bool flags_any(flags a)
{
    return vmaxvq_u32(vreinterpretq_u32_u8(a)) != 0;
}

/* Takes one bit of each byte and adds neighbours until eight bytes hold all 64 bits. */
static inline uint64_t flags_bits(const flags parts[VECTORS])
{
    static const unsigned char places[16] = {1, 2, 4, 8, 16, 32, 64, 128,
                                             1, 2, 4, 8, 16, 32, 64, 128};
    vector place = vld1q_u8(places), bits[VECTORS];
    for (int i = 0; i < VECTORS; i++)
        bits[i] = vandq_u8(vtstq_u8(parts[i], parts[i]), place);
    vector pairs = vpaddq_u8(vpaddq_u8(bits[0], bits[1]), vpaddq_u8(bits[2], bits[3]));
    return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(pairs, pairs)), 0);
}

static inline vector vector_table(const unsigned char *bytes)
{
    return vld1q_u8(bytes);
}

static inline vector vector_lookup(vector table, vector indexes)
{
    return vqtbl1q_u8(table, indexes);
}

static inline vector vector_low_lookup(vector table, vector v)
{
    return vqtbl1q_u8(table, vandq_u8(v, vdupq_n_u8(0x8f)));
}

static inline vector vector_low_nibbles(vector v)
{
    return vandq_u8(v, vdupq_n_u8(0x0f));
}

static inline vector vector_high_nibbles(vector v)
{
    return vshrq_n_u8(v, 4);
}

static inline flags flags_nonzero(vector v)
{
    return v;
}

#include "search/kernel.inc"

const struct search_kernel search_kernel_neon = KERNEL("neon");
