/* search_kernel.c - the choice of a kernel, and what needs nothing but one. */
#include "search_kernel.h"

#include "search.h"

#include <string.h>

#if defined(SEARCH_X86)
static bool has_sse2(void)
{
    return __builtin_cpu_supports("sse2");
}

static bool has_ssse3(void)
{
    return __builtin_cpu_supports("ssse3");
}
#endif

#if defined(SEARCH_AVX)
static bool has_avx2(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt");
}

static bool has_avx512(void)
{
    return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw");
}

static bool has_vbmi(void)
{
    return has_avx512() && __builtin_cpu_supports("avx512vbmi");
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

/* What a test or a benchmark asked for, or NULL. The only state of the search. */
static const struct search_kernel *forced;

const struct search_kernel *search_kernel_chosen(void)
{
    size_t i = 0;
    if (forced)
        return forced;
    while (!kernels[i].usable())
        i++;
    return kernels[i].kernel;
}

const char *search_kernel_name(size_t index)
{
    for (size_t i = 0; i < KERNELS; i++)
        if (kernels[i].usable() && index-- == 0)
            return kernels[i].kernel->name;
    return NULL;
}

bool search_use_kernel(const char *name)
{
    if (!name) {
        forced = NULL;
        return true;
    }
    for (size_t i = 0; i < KERNELS; i++)
        if (strcmp(kernels[i].kernel->name, name) == 0 && kernels[i].usable()) {
            forced = kernels[i].kernel;
            return true;
        }
    return false;
}

size_t search_byte_forward(const unsigned char *span, size_t length, size_t from,
                           unsigned char byte)
{
    const struct filter filter = {.value = {byte, byte}, .mask = {0xff, 0xff}};
    size_t block;
    if (from >= length)
        return length;
    uint64_t bits =
        search_kernel_chosen()->forward[FILTER_BYTE](&filter, span, length, from, length, &block);
    return bits ? block + lowest_bit(bits) : length;
}

size_t search_byte_backward(const unsigned char *span, size_t until, unsigned char byte)
{
    const struct filter filter = {.value = {byte, byte}, .mask = {0xff, 0xff}};
    size_t block;
    uint64_t bits =
        search_kernel_chosen()->backward[FILTER_BYTE](&filter, span, until, 0, until, &block);
    return bits ? block + highest_bit(bits) : SIZE_MAX;
}

size_t search_count_byte(const unsigned char *span, size_t length, unsigned char byte)
{
    return search_kernel_chosen()->count(span, length, byte);
}
