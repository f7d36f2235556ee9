/*
 * bench_memory.c - how long it takes to read 1 GiB of memory and do nothing with it, by one
 * thread and by as many as there are processors.
 *
 * No search of a file in the page cache can take less than the second figure, nor another
 * program's of one thread less than the first.
 */
#include "platform/platform.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIZE = 1 << 30, PIECE = 1 << 20, ROUNDS = 15, MOST_THREADS = 64 };

static uint64_t *memory;
static atomic_size_t next_piece;
static atomic_uint_least64_t result; /* so that nothing is left out */

static void read_pieces(void *context)
{
    uint64_t sums[8] = {0};
    size_t piece;
    (void)context;
    while ((piece = atomic_fetch_add(&next_piece, 1)) < SIZE / PIECE) {
        const uint64_t *words = memory + piece * (PIECE / sizeof *words);
        for (size_t i = 0; i < PIECE / sizeof *words; i += 8)
            for (size_t j = 0; j < 8; j++)
                sums[j] |= words[i + j];
    }
    for (size_t j = 0; j < 8; j++)
        atomic_fetch_or(&result, sums[j]);
}

static double read_all(unsigned threads)
{
    struct thread *started[MOST_THREADS];
    struct error error;
    double start = platform_seconds();
    atomic_store(&next_piece, 0);
    for (unsigned i = 1; i < threads; i++)
        if (!thread_start(read_pieces, NULL, &started[i], &error))
            exit(2);
    read_pieces(NULL);
    for (unsigned i = 1; i < threads; i++)
        thread_join(started[i]);
    return platform_seconds() - start;
}

static int compare(const void *a, const void *b)
{
    double first = *(const double *)a, second = *(const double *)b;
    return (first > second) - (first < second);
}

static void measure(unsigned threads)
{
    double seconds[ROUNDS];
    for (int i = 0; i < ROUNDS; i++)
        seconds[i] = read_all(threads);
    qsort(seconds, ROUNDS, sizeof *seconds, compare);
    printf("%u thread%s: best %.1f ms, median %.1f ms\n", threads, threads == 1 ? "" : "s",
           seconds[0] * 1e3, seconds[ROUNDS / 2] * 1e3);
}

int main(void)
{
    unsigned threads = platform_processors();
    memory = malloc(SIZE);
    if (!memory)
        return 2;
    memset(memory, 1, SIZE);
    measure(1);
    if (threads > 1)
        measure(threads < MOST_THREADS ? threads : MOST_THREADS);
    free(memory);
    return 0;
}
