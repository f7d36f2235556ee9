/* dead_ends.c - remembers threads that lead to no match. */
#include "regex/dead_ends.h"

#include <stdlib.h>
#include <string.h>

enum {
    MOST = 1024, /* more than the square of the logarithm of any text */
    MEMORY = 1 << 20,
};

void regex_dead_ends_init(struct regex_dead_ends *dead_ends, const struct regex_program *program)
{
    *dead_ends = (struct regex_dead_ends){.words = program->count / 64 + 1};
}

void regex_dead_ends_release(struct regex_dead_ends *dead_ends)
{
    free(dead_ends->rows);
    free(dead_ends->ends);
    *dead_ends = (struct regex_dead_ends){.words = dead_ends->words};
}

/*
 * Allocates on first use, because few expressions need it. Without memory nothing is remembered,
 * which is only slower.
 */
static bool allocate(struct regex_dead_ends *dead_ends)
{
    size_t capacity = MEMORY / sizeof(uint64_t) / dead_ends->words;
    if (dead_ends->rows)
        return true;
    capacity = capacity < MOST ? capacity : MOST;
    dead_ends->ends = calloc(capacity, sizeof *dead_ends->ends);
    dead_ends->rows = calloc(capacity, dead_ends->words * sizeof(uint64_t));
    if (!dead_ends->ends || !dead_ends->rows) {
        regex_dead_ends_release(dead_ends);
        return false;
    }
    for (size_t i = 0; i < capacity; i++)
        dead_ends->ends[i].threads = dead_ends->rows + i * dead_ends->words;
    dead_ends->capacity = capacity;
    return true;
}

uint64_t regex_dead_ends_next(struct regex_dead_ends *dead_ends, uint64_t place, uint64_t step)
{
    size_t i = dead_ends->known;
    while (i > 0 && dead_ends->ends[i - 1].place <= place)
        i--;
    if (i > 0 && dead_ends->ends[i - 1].place - place < step)
        return dead_ends->ends[i - 1].place;
    return step < UINT64_MAX - place ? place + step : UINT64_MAX;
}

static bool is_known(const struct regex_dead_end *end, const struct regex_threads *threads)
{
    for (uint32_t i = 0; i < threads->count; i++) {
        uint32_t item = threads->items[i];
        if (item != DFA_THREADS_BORDER && !(end->threads[item / 64] >> (item % 64) & 1))
            return false;
    }
    return true;
}

bool regex_dead_ends_visit(struct regex_dead_ends *dead_ends, uint64_t place,
                           const struct regex_threads *threads)
{
    for (size_t i = dead_ends->known; i > 0 && dead_ends->ends[i - 1].place <= place; i--)
        if (dead_ends->ends[i - 1].place == place && is_known(&dead_ends->ends[i - 1], threads))
            return true;
    if (!allocate(dead_ends) || dead_ends->known + dead_ends->tried == dead_ends->capacity)
        return false;
    struct regex_dead_end *end = &dead_ends->ends[dead_ends->capacity - ++dead_ends->tried];
    end->place = place;
    memset(end->threads, 0, dead_ends->words * sizeof(uint64_t));
    for (uint32_t i = 0; i < threads->count; i++) {
        uint32_t item = threads->items[i];
        if (item != DFA_THREADS_BORDER)
            end->threads[item / 64] |= UINT64_C(1) << (item % 64);
    }
    return false;
}

static void unite(struct regex_dead_ends *dead_ends, struct regex_dead_end *to,
                  const struct regex_dead_end *from)
{
    for (size_t i = 0; i < dead_ends->words; i++)
        to->threads[i] |= from->threads[i];
}

/* Moves the entry tried last to the known ones. */
static void make_known(struct regex_dead_ends *dead_ends)
{
    struct regex_dead_end *ends = dead_ends->ends;
    struct regex_dead_end *tried = &ends[dead_ends->capacity - dead_ends->tried];
    size_t i = dead_ends->known;
    while (i > 0 && ends[i - 1].place < tried->place)
        i--;
    if (i > 0 && ends[i - 1].place == tried->place) {
        unite(dead_ends, &ends[i - 1], tried);
        return;
    }
    /* The entry moves into the list with its row; the spare row after the list takes its place. */
    struct regex_dead_end moved = *tried, spare = ends[dead_ends->known];
    memmove(&ends[i + 1], &ends[i], (dead_ends->known - i) * sizeof *ends);
    ends[i] = moved;
    if (tried != &ends[dead_ends->known])
        *tried = spare;
    dead_ends->known++;
}

void regex_dead_ends_settle(struct regex_dead_ends *dead_ends, uint64_t match)
{
    for (; dead_ends->tried > 0; dead_ends->tried--)
        if (dead_ends->ends[dead_ends->capacity - dead_ends->tried].place > match)
            make_known(dead_ends);
    /* Entries before the next search are useless to it. */
    while (dead_ends->known > 0 && dead_ends->ends[dead_ends->known - 1].place <= match)
        dead_ends->known--;
}

void regex_dead_ends_drop(struct regex_dead_ends *dead_ends)
{
    dead_ends->tried = 0;
}

void regex_dead_ends_forget(struct regex_dead_ends *dead_ends)
{
    dead_ends->known = dead_ends->tried = 0;
}
