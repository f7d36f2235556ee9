/* kernel.c - chooses a kernel; searches for a single byte. */
#include "search/kernel.h"

#include "base/processor.h"
#include "search/search.h"

#include <stdatomic.h>
#include <string.h>

#if defined(SEARCH_X86)
static bool has_sse2(void)
{
    return processor_has(PROCESSOR_SSE2);
}

static bool has_ssse3(void)
{
    return processor_has(PROCESSOR_SSSE3);
}
#endif

#if defined(SEARCH_AVX)
static bool has_avx2(void)
{
    return processor_has(PROCESSOR_AVX2 | PROCESSOR_POPCNT);
}

static bool has_avx512(void)
{
    return has_avx2() && processor_has(PROCESSOR_AVX512F | PROCESSOR_AVX512BW);
}

static bool has_vbmi(void)
{
    return has_avx512() && processor_has(PROCESSOR_AVX512VBMI);
}
#endif

static bool has_what_c_needs(void)
{
    return true;
}

/* Best first. */
// clang-format off
static const struct {
    const struct search_kernel *kernel;
    bool (*usable)(void);
} kernels[] = {
#if defined(SEARCH_AVX)
    {&search_kernel_vbmi, has_vbmi},
    {&search_kernel_avx512, has_avx512},
    {&search_kernel_avx2, has_avx2},
#endif
#if defined(SEARCH_X86)
    {&search_kernel_ssse3, has_ssse3},
    {&search_kernel_sse2, has_sse2},
#endif
#if defined(SEARCH_NEON)
    {&search_kernel_neon, has_what_c_needs},
#endif
    {&search_kernel_portable, has_what_c_needs},
};
// clang-format on

enum { KERNELS = sizeof kernels / sizeof *kernels };

/*
 * The kernel in use: NULL until first needed, then the best, or the one that a test or
 * benchmark chose. The only global state of this folder: searching for a newline is too
 * short to ask the processor for its features each time.
 */
static _Atomic(const struct search_kernel *) chosen;

static const struct search_kernel *choose(void)
{
    size_t i = 0;
    while (!kernels[i].usable())
        i++;
    atomic_store_explicit(&chosen, kernels[i].kernel, memory_order_relaxed);
    return kernels[i].kernel;
}

const struct search_kernel *search_kernel_chosen(void)
{
    const struct search_kernel *kernel = atomic_load_explicit(&chosen, memory_order_relaxed);
    return kernel ? kernel : choose();
}

const char *search_kernel_name(size_t index)
{
    for (size_t i = 0; i < KERNELS; i++)
        if (kernels[i].usable() && index-- == 0)
            return kernels[i].kernel->name;
    return NULL;
}

const char *search_kernel_built(size_t index)
{
    return index < KERNELS ? kernels[index].kernel->name : NULL;
}

bool search_use_kernel(const char *name)
{
    if (!name) {
        atomic_store(&chosen, NULL);
        return true;
    }
    for (size_t i = 0; i < KERNELS; i++)
        if (strcmp(kernels[i].kernel->name, name) == 0 && kernels[i].usable()) {
            atomic_store(&chosen, kernels[i].kernel);
            return true;
        }
    return false;
}

/* Leaves the fingerprint tables uninitialized: clearing them takes longer than most searches. */
static void set_byte(struct filter *filter, unsigned char byte)
{
    filter->kind = FILTER_BYTE;
    for (int i = 0; i < 2; i++) {
        filter->offset[i] = 0;
        filter->value[i] = byte;
        filter->mask[i] = 0xff;
    }
}

size_t search_byte_forward(const unsigned char *span, size_t length, size_t from,
                           unsigned char byte)
{
    struct filter filter;
    size_t block;
    if (from >= length)
        return length;
    if (length < FILTER_BLOCK) { /* too short for a kernel */
        const unsigned char *found = memchr(span + from, byte, length - from);
        return found ? (size_t)(found - span) : length;
    }
    set_byte(&filter, byte);
    struct filter_span rest = {span, length, from, length};
    uint64_t bits = search_kernel_chosen()->forward[FILTER_BYTE](&filter, &rest, &block);
    return bits ? block + lowest_bit(bits) : length;
}

size_t search_byte_backward(const unsigned char *span, size_t until, unsigned char byte)
{
    struct filter filter;
    size_t block;
    if (until < FILTER_BLOCK) {
        while (until > 0 && span[until - 1] != byte)
            until--;
        return until - 1;
    }
    set_byte(&filter, byte);
    struct filter_span rest = {span, until, 0, until};
    uint64_t bits = search_kernel_chosen()->backward[FILTER_BYTE](&filter, &rest, &block);
    return bits ? block + highest_bit(bits) : SIZE_MAX;
}
