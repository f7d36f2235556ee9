/*
 * unit.h - a small harness for unit tests; prints TAP.
 *
 * A test program is a table of named cases: each name is a promise, each case a
 * function that CHECKs. Random input comes from unit_random(), seeded from
 * MMTOOL_TEST_SEED or a fixed number that is printed, so a failure can be run
 * again. MMTOOL_TEST_ROUNDS multiplies the rounds of random cases (default 1).
 */
#ifndef MMTOOL_UNIT_H
#define MMTOOL_UNIT_H

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct unit_case {
    const char *name;
    void (*run)(void);
};

/* One translation unit a test program, so plain statics will do. */
static unsigned long unit_failures;
static const char *unit_skipped; /* why the case could not be tried, or NULL */
static uint64_t unit_state;

/* Stops printing, not counting, after many failures of one case. */
#define CHECK(condition) CHECK_SAY(condition, "%s", "")
#define CHECK_SAY(condition, ...)                                                                  \
    do {                                                                                           \
        if (!(condition) && ++unit_failures <= 10) {                                               \
            printf("# %s:%d: failed: %s ", __FILE__, __LINE__, #condition);                        \
            printf(__VA_ARGS__);                                                                   \
            printf("\n");                                                                          \
        }                                                                                          \
    } while (0)

/* Leaves a case that cannot be tried here; `why` is a string literal. */
#define SKIP(why)                                                                                  \
    do {                                                                                           \
        unit_skipped = (why);                                                                      \
        return;                                                                                    \
    } while (0)

/* splitmix64 (Steele, Lea, Flood 2014). */
static inline uint64_t unit_random(void)
{
    uint64_t z = (unit_state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* A random number below `limit`, which is not 0. */
static inline uint64_t unit_below(uint64_t limit)
{
    return unit_random() % limit;
}

/* `rounds`, times MMTOOL_TEST_ROUNDS, which may be a fraction; at least 1. */
static inline unsigned long unit_rounds(unsigned long rounds)
{
    const char *times = getenv("MMTOOL_TEST_ROUNDS");
    double most = times ? (double)rounds * strtod(times, NULL) : (double)rounds;
    return most < 1 ? 1 : (unsigned long)most;
}

static inline int unit_main(const struct unit_case *cases, size_t count)
{
    const char *seed = getenv("MMTOOL_TEST_SEED");
    uint64_t first_state = seed ? strtoull(seed, NULL, 0) : 20240229;
    bool all_passed = true;
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    printf("# seed %" PRIu64 "\n1..%zu\n", first_state, count);
    for (size_t i = 0; i < count; i++) {
        unit_failures = 0;
        unit_skipped = NULL;
        unit_state = first_state;
        cases[i].run();
        printf("%s %zu - %s%s%s\n", unit_failures ? "not ok" : "ok", i + 1, cases[i].name,
               unit_skipped ? " # SKIP " : "", unit_skipped ? unit_skipped : "");
        all_passed = all_passed && unit_failures == 0;
    }
    return all_passed ? 0 : 1;
}

#define UNIT_MAIN(cases)                                                                           \
    int main(void)                                                                                 \
    {                                                                                              \
        return unit_main(cases, sizeof(cases) / sizeof *(cases));                                  \
    }

#endif
