/*
 * fail_memory.c - loaded in front of the C library: memory runs out when it is told to.
 *
 * MMTOOL_FAIL_MEMORY=N: the N-th call that asks for memory fails; N+: and all later ones. The
 * number of calls is written to the file MMTOOL_COUNT_MEMORY at the end. The C library is glibc,
 * which has its own functions under second names.
 */
#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static atomic_ulong calls;
static unsigned long failing; /* the first call to fail; 0: none */
static int for_ever;

__attribute__((constructor)) static void begin(void)
{
    const char *text = getenv("MMTOOL_FAIL_MEMORY");
    failing = text ? strtoul(text, NULL, 10) : 0;
    for_ever = text && strchr(text, '+') != NULL;
    atomic_store(&calls, 0);
}

__attribute__((destructor)) static void end(void)
{
    const char *path = getenv("MMTOOL_COUNT_MEMORY");
    unsigned long count = atomic_load(&calls);
    failing = 0;
    FILE *file = path ? fopen(path, "w") : NULL;
    if (!file)
        return;
    fprintf(file, "%lu\n", count);
    fclose(file);
}

static int fails(void)
{
    unsigned long number = atomic_fetch_add(&calls, 1) + 1;
    int now = failing != 0 && (number == failing || (for_ever && number > failing));
    if (now)
        errno = ENOMEM;
    return now;
}

void *malloc(size_t size)
{
    return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return fails() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
    return fails() ? NULL : __libc_realloc(memory, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return fails() ? NULL : __libc_memalign(alignment, size);
}
