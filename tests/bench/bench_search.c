/*
 * bench_search.c - how fast the kernels search, forward and backward: GB/s a case,
 * of 64 MiB, which come from memory, and of 256 KiB searched again and again, which
 * stay in the processor's cache as what a scan has just read does. Names of kernels
 * as arguments limit it to those; an argument "case=TEXT" to cases with that in their name.
 */
#include "search/search.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SIZE = 64 << 20, CACHED_SIZE = 256 << 10, ROUNDS = 3, CACHED_ROUNDS = 9, BATCH = 1024 };

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

/* Lines as tests/bench/bench.py makes them, which hold few different bytes. */
static unsigned char *make_log(void)
{
    static const char *const words[] = {"GET",     "POST",       "/index.html", "/api/v1/items",
                                        "timeout", "cache miss", "ok"};
    unsigned char *log = allocate(SIZE);
    char line[128];
    for (unsigned i = 0, filled = 0; filled < SIZE; i = (i + 1) % 60000) {
        int length =
            snprintf(line, sizeof line, "Nov 22 07:%02u:%02u host%u app[%u]: request %07u %s\n",
                     i / 60 % 60, i % 60, i % 17, i * 31 % 9999, i, words[i * 7919 % 7]);
        for (int j = 0; j < length && filled < SIZE; j++)
            log[filled++] = (unsigned char)line[j];
    }
    return log;
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
    {"two needles, absent", "Sherlock|Watson", false, false, make_text},
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
    {"eight needles, in a log",
     "alpha beta|nosuchword|qwertyuiop|zxcvbnm,|lorem ipsum|dolor sit|amet consec|tetur adip",
     false, false, make_log},
    {"eight, ignoring case",
     "alpha beta|nosuchword|qwertyuiop|zxcvbnm,|lorem ipsum|dolor sit|amet consec|tetur adip", true,
     false, make_log},
    {"rare bytes, in a log", "Sherlock Holmes", false, false, make_log},
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

struct measured {
    const struct searcher *searcher;
    const unsigned char *span;
    size_t length;
};

typedef size_t search_function(const struct measured *measured);

static size_t all_forward(const struct measured *measured)
{
    static struct search_match matches[BATCH];
    struct search_span span = {measured->span, 0, measured->length, measured->length};
    struct search_list list;
    size_t total = 0;
    do {
        list = (struct search_list){.matches = matches, .capacity = BATCH};
        search_forward(measured->searcher, &span, &list);
        total += list.count;
    } while (list.count == BATCH);
    return total;
}

static size_t all_backward(const struct measured *measured)
{
    static struct search_match matches[BATCH];
    struct search_span span = {measured->span, 0, measured->length, measured->length};
    struct search_list list;
    size_t total = 0;
    do {
        list = (struct search_list){.matches = matches, .capacity = BATCH};
        search_backward(measured->searcher, &span, &list);
        total += list.count;
    } while (list.count == BATCH);
    return total;
}

/* GB/s of the best of `rounds` rounds, each of SIZE bytes or a little less. */
static double best_speed(search_function *search, const struct measured *measured, int rounds,
                         size_t *found)
{
    double best = 1e9;
    size_t repeats = SIZE / measured->length;
    for (int round = 0; round < rounds; round++) {
        double start = now();
        for (size_t i = 0; i < repeats; i++)
            *found = search(measured);
        double took = now() - start;
        best = took < best ? took : best;
    }
    return (double)(repeats * measured->length) / best / 1e9;
}

static void print_row(const char *kernel, const char *name, search_function *const search[2],
                      const struct searcher *searcher, const unsigned char *span)
{
    struct measured whole = {searcher, span, SIZE}, cached = {searcher, span, CACHED_SIZE};
    size_t found = 0, ignored = 0;
    printf("%-9s %-26s", kernel, name);
    for (int i = 0; i < 2; i++)
        printf(" %9.2f", search[i] ? best_speed(search[i], &whole, ROUNDS, &found) : 0.0);
    for (int i = 0; i < 2; i++)
        printf(" %9.2f", search[i] ? best_speed(search[i], &cached, CACHED_ROUNDS, &ignored) : 0.0);
    printf(" %10zu\n", found);
}

static void run_case(const struct bench_case *bench, const char *kernel, const unsigned char *span)
{
    struct searcher *searcher = make_searcher(bench);
    if (!searcher)
        exit(2);
    print_row(kernel, bench->name, (search_function *const[]){all_forward, all_backward}, searcher,
              span);
    searcher_free(searcher);
}

/* Kernels by their names; cases, which begin with "case=", by a part of theirs. */
static bool is_wanted(const char *name, bool is_case, int count, char **arguments)
{
    bool limited = false;
    for (int i = 1; i < count; i++) {
        if ((strncmp(arguments[i], "case=", 5) == 0) != is_case)
            continue;
        limited = true;
        if (is_case ? strstr(name, arguments[i] + 5) != NULL : strcmp(name, arguments[i]) == 0)
            return true;
    }
    return !limited;
}

int main(int argc, char **argv)
{
    unsigned char *(*made)(void) = NULL;
    unsigned char *span = NULL;
    const char *kernel;
    printf("%-9s %-26s %9s %9s %9s %9s %10s\n", "kernel", "case", "forward", "backward", "cached",
           "backward", "matches");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (!is_wanted(cases[i].name, true, argc, argv))
            continue;
        if (made != cases[i].span) {
            free(span);
            made = cases[i].span;
            span = made();
        }
        for (size_t k = 0; (kernel = search_kernel_name(k)) != NULL; k++)
            if (is_wanted(kernel, false, argc, argv) && search_use_kernel(kernel))
                run_case(&cases[i], kernel, span);
    }
    free(span);
    return 0;
}
