/*
 * bench_search.c - how fast the kernels search 64 MiB: GB/s a case, forward and
 * backward. Names of kernels as arguments limit it to those.
 */
#include "search.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SIZE = 64 << 20, ROUNDS = 3, BATCH = 1024 };

struct bench_case {
    const char *name;
    const char *needles; /* separated by '|' */
    bool ignore_case;
    bool masked; /* '?' stands for any byte */
    unsigned char *(*span)(void);
};

/* Time of the processor, which others on the machine disturb less. */
static double now(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

static void *allocate(size_t size)
{
    void *memory = malloc(size);
    if (!memory)
        exit(2);
    return memory;
}

static uint64_t random_state = 1;

/* xorshift64 (Marsaglia 2003). */
static uint64_t random_number(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    return random_state ^= random_state << 17;
}

/* Lines of common words. */
static unsigned char *make_text(void)
{
    static const char *const words[] = {
        "the",   "of",   "and",  "to",     "in",    "a",       "is",      "that", "for",
        "it",    "as",   "was",  "with",   "be",    "by",      "on",      "not",  "he",
        "this",  "are",  "or",   "his",    "from",  "at",      "which",   "but",  "have",
        "an",    "had",  "they", "you",    "were",  "their",   "one",     "all",  "we",
        "can",   "her",  "has",  "there",  "been",  "if",      "more",    "when", "will",
        "would", "who",  "so",   "no",     "error", "Warning", "request", "2024", "127.0.0.1",
        "GET",   "time", "user", "memory", "file",  "Server"};
    unsigned char *text = allocate(SIZE);
    for (size_t i = 0; i < SIZE;) {
        const char *word = words[random_number() % (sizeof words / sizeof *words)];
        for (; *word && i < SIZE; word++)
            text[i++] = (unsigned char)*word;
        if (i < SIZE)
            text[i++] = random_number() % 12 ? ' ' : '\n';
    }
    return text;
}

static unsigned char *make_random(void)
{
    unsigned char *bytes = allocate(SIZE);
    for (size_t i = 0; i < SIZE; i += 8) {
        uint64_t word = random_number();
        memcpy(bytes + i, &word, 8);
    }
    return bytes;
}

static unsigned char *make_a(void)
{
    return memset(allocate(SIZE), 'a', SIZE);
}

#define A_16 "aaaaaaaaaaaaaaaa"
#define A_96 A_16 A_16 A_16 A_16 A_16 A_16

static const struct bench_case cases[] = {
    {"one byte, absent", "~", false, false, make_text},
    {"one byte, everywhere", "e", false, false, make_text},
    {"two bytes, absent", "zq", false, false, make_text},
    {"rare bytes, absent", "Sherlock Holmes", false, false, make_text},
    {"common bytes, absent", "the are tooth", false, false, make_text},
    {"one in 350 bytes", "memory", false, false, make_text},
    {"ignoring case, absent", "sherlock holmes", true, false, make_text},
    {"masked, absent", "\xe8????\x5d\xc3\xcc", false, true, make_random},
    {"nearly all wildcards", "\x90?????", false, true, make_random},
    {"five needles, absent", "Sherlock|Watson|Moriarty|Lestrade|Adler", false, false, make_text},
    {"five, ignoring case", "Sherlock|Watson|Moriarty|Lestrade|Adler", true, false, make_text},
    {"three short ones, present", "GET|error|Warning", false, false, make_text},
    {"forty needles, absent",
     "alpha|bravo|charlie|delta|echo|foxtrot|golf|hotel|india|juliett|kilo|lima|mike|november|"
     "oscar|papa|quebec|romeo|sierra|tango|uniform|victor|whiskey|xray|yankee|zulu|apple|banana|"
     "cherry|damson|elder|figue|grape|hazel|iris|jasmine|kiwi|lemon|mango|nectar",
     false, false, make_text},
    {"forty, in random bytes",
     "alpha|bravo|charlie|delta|echo|foxtrot|golf|hotel|india|juliett|kilo|lima|mike|november|"
     "oscar|papa|quebec|romeo|sierra|tango|uniform|victor|whiskey|xray|yankee|zulu|apple|banana|"
     "cherry|damson|elder|figue|grape|hazel|iris|jasmine|kiwi|lemon|mango|nectar",
     false, false, make_random},
    {"hostile, one", A_96 "b" A_96, false, false, make_a},
    {"hostile, all matches", A_96, false, false, make_a},
    {"hostile, several", A_96 "b" A_96 "|b" A_96 "|ab" A_96, false, false, make_a},
};

enum { MOST_NEEDLES = 64 };

static struct searcher *make_searcher(const struct bench_case *bench)
{
    static char text[4096], mask[4096];
    struct needle needles[MOST_NEEDLES];
    struct error error;
    size_t count = 0;
    snprintf(text, sizeof text, "%s", bench->needles);
    for (char *start = text; start; count++) {
        char *end = strchr(start, '|');
        size_t length = end ? (size_t)(end - start) : strlen(start);
        for (size_t i = 0; i < length; i++)
            mask[start - text + (ptrdiff_t)i] = bench->masked && start[i] == '?' ? 0 : (char)0xff;
        needles[count] = (struct needle){(unsigned char *)start, NULL, length};
        if (bench->masked)
            needles[count].mask = (unsigned char *)mask + (start - text);
        start = end ? end + 1 : NULL;
    }
    return searcher_new(needles, count, bench->ignore_case, &error);
}

static size_t all_forward(const struct searcher *searcher, const unsigned char *span)
{
    static struct search_match matches[BATCH];
    size_t total = 0, next = 0, found;
    do {
        found = search_forward(searcher, span, SIZE, next, SIZE, false, matches, BATCH, &next);
        total += found;
    } while (found == BATCH);
    return total;
}

static size_t all_backward(const struct searcher *searcher, const unsigned char *span)
{
    static struct search_match matches[BATCH];
    size_t total = 0, until = SIZE, limit = SIZE, found;
    do {
        found =
            search_backward(searcher, span, limit, 0, until, false, matches, BATCH, &until, &limit);
        total += found;
    } while (found == BATCH);
    return total;
}

static double best_speed(size_t (*search)(const struct searcher *, const unsigned char *),
                         const struct searcher *searcher, const unsigned char *span, size_t *found)
{
    double best = 1e9;
    for (int round = 0; round < ROUNDS; round++) {
        double start = now();
        *found = search(searcher, span);
        double took = now() - start;
        best = took < best ? took : best;
    }
    return SIZE / best / 1e9;
}

static void run_count(const char *kernel, const unsigned char *span)
{
    double best = 1e9;
    size_t count = 0;
    for (int round = 0; round < ROUNDS; round++) {
        double start = now();
        count += search_count_byte(span, SIZE, '\n');
        double took = now() - start;
        best = took < best ? took : best;
    }
    printf("%-9s %-26s %7.2f %9s %10zu\n", kernel, "count of a byte", SIZE / best / 1e9, "",
           count / ROUNDS);
}

static void run_case(const struct bench_case *bench, const char *kernel, const unsigned char *span)
{
    size_t found, found_backward;
    struct searcher *searcher = make_searcher(bench);
    if (!searcher)
        exit(2);
    double forward = best_speed(all_forward, searcher, span, &found);
    double backward = best_speed(all_backward, searcher, span, &found_backward);
    printf("%-9s %-26s %7.2f %9.2f %10zu\n", kernel, bench->name, forward, backward, found);
    searcher_free(searcher);
}

static bool is_wanted(const char *kernel, int count, char **names)
{
    for (int i = 1; i < count; i++)
        if (strcmp(names[i], kernel) == 0)
            return true;
    return count < 2;
}

int main(int argc, char **argv)
{
    unsigned char *(*made)(void) = NULL;
    unsigned char *span = NULL;
    const char *kernel;
    printf("%-9s %-26s %7s %9s %10s\n", "kernel", "case", "forward", "backward", "matches");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (made != cases[i].span) {
            free(span);
            made = cases[i].span;
            span = made();
        }
        for (size_t k = 0; (kernel = search_kernel_name(k)) != NULL; k++)
            if (is_wanted(kernel, argc, argv) && search_use_kernel(kernel)) {
                if (i == 0)
                    run_count(kernel, span);
                run_case(&cases[i], kernel, span);
            }
    }
    free(span);
    return 0;
}
