/*
 * fuzz.h - what the fuzzers share. Each fuzzer is one file, fuzz_NAME.c, with one function, which
 * is called with bytes that libFuzzer invents, or by replay.c with those that are kept in
 * corpus/NAME.
 *
 * A fuzzer makes a case out of the bytes and compares fast code with slow, obvious code. Numbers
 * are read from the bytes in little-endian order on every processor, so that an input means the
 * same everywhere. Behind the end of the input all bytes are 0.
 */
#ifndef MMTOOL_FUZZ_H
#define MMTOOL_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A fuzzer is one translation unit, so statics will do. */
static const uint8_t *fuzz_at;
static size_t fuzz_left;

/* What must hold; else the input is a find. */
#define DEMAND(condition)                                                                          \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition);         \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

static inline void fuzz_begin(const uint8_t *data, size_t size)
{
    fuzz_at = data;
    fuzz_left = size;
}

static inline uint64_t fuzz_byte(void)
{
    if (fuzz_left == 0)
        return 0;
    fuzz_left--;
    return *fuzz_at++;
}

/* A number of that many bytes, at most 8. */
static inline uint64_t fuzz_number(unsigned bytes)
{
    uint64_t number = 0;
    for (unsigned i = 0; i < bytes; i++)
        number |= fuzz_byte() << (8 * i);
    return number;
}

/* A number below `limit`, which is at least 1 and at most 65536. */
static inline size_t fuzz_below(size_t limit)
{
    return (size_t)(fuzz_number(limit > 256 ? 2 : 1) % limit);
}

/* Any number of 64 bits, small ones as often as large ones. */
static inline uint64_t fuzz_any_number(void)
{
    unsigned shift = (unsigned)fuzz_byte() % 64;
    return fuzz_number(8) >> shift;
}

static inline void *fuzz_memory(size_t size)
{
    void *memory = malloc(size > 0 ? size : 1);
    if (!memory)
        abort();
    return memory;
}

/* A copy that ends where its memory ends, so that a read behind it is seen. */
static inline unsigned char *fuzz_copy(const void *bytes, size_t length)
{
    unsigned char *copy = fuzz_memory(length);
    return length > 0 ? memcpy(copy, bytes, length) : copy;
}

/* The next bytes of the input, at most `most`, as a copy with a NUL behind it. */
static inline char *fuzz_text(size_t most, size_t *length)
{
    size_t count = fuzz_left < most ? fuzz_left : most;
    char *text = fuzz_memory(count + 1);
    if (count > 0)
        memcpy(text, fuzz_at, count);
    text[count] = 0;
    fuzz_at += count;
    fuzz_left -= count;
    *length = count;
    return text;
}

/* An error that was set has one line of text. */
#define DEMAND_ERROR(error)                                                                        \
    DEMAND((error).status != 0 && (error).message[0] != 0 && !strchr((error).message, '\n'))

static inline bool fuzz_same(const void *a, size_t a_length, const void *b, size_t b_length)
{
    return a_length == b_length && (a_length == 0 || memcmp(a, b, a_length) == 0);
}

#endif
