/*
 * bench_regex.c - how fast expressions are matched over a log in memory.
 *
 *   bench_regex [MIB [EXPRESSION...]]      prints GB/s forwards and backwards
 *   bench_regex FILE [EXPRESSION...]       the same over a file's bytes
 *   bench_regex MIB --write                writes the log to stdout, for other tools
 */
#include "regex/regex.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *const expressions[] = {
    "ERROR [0-9]+",
    "[a-z]+Exception",
    "(?i)connection (lost|reset)",
    "timeout|refused|denied|corrupt|overflow",
    "(timeout|refused) after [0-9]+ms",
    "[0-9a-f]{16}",
    "\\d+us",
    "[A-Z][a-z]+ [A-Z][a-z]+",
    "^2024.*ERROR",
    "status=5[0-9][0-9]$",
    "\\bpanic\\b",
    "(\\w+)@(\\w+)\\.com",
    ".*",
    "\\w+",
    "no such words",
};

/* splitmix64, as in unit.h: the log is the same each time. */
static uint64_t random_state = 1;

static uint64_t random_number(void)
{
    uint64_t z = (random_state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static unsigned below(unsigned limit)
{
    return (unsigned)(random_number() % limit);
}

static const char *any_of(const char *const *words, unsigned count)
{
    return words[below(count)];
}

/* One line; about one in a hundred is an error, one in a thousand something rare. */
static int log_line(char *line, size_t size)
{
    static const char *const components[] = {"scheduler", "http.server", "storage",  "auth",
                                             "replica",   "cache",       "compactor"};
    static const char *const messages[] = {
        "request served from the page cache",      "flushed segment to disk",
        "user session renewed for client",         "snapshot transferred to follower",
        "background compaction of level finished", "configuration reloaded without changes"};
    static const char *const rare[] = {
        "ERROR 1042 java.io.ioException: connection reset by peer",
        "ERROR 7 connection refused after 250ms", "panic in handler: index overflow",
        "mail from Admin Root root@example.com denied", "took 1834us, digest 0123456789abcdef"};
    unsigned kind = below(1000);
    const char *message = kind < 5 ? rare[kind] : any_of(messages, 6);
    const char *level = kind < 10 ? "WARN" : "INFO";
    return snprintf(line, size, "2024-%02u-%02uT%02u:%02u:%02u.%03uZ %s [%s] %s id=%u status=%u\n",
                    1 + below(12), 1 + below(28), below(24), below(60), below(60), below(1000),
                    level, any_of(components, 7), message, below(1000000),
                    200 + 100 * below(2) + below(7));
}

static unsigned char *make_log(size_t length)
{
    unsigned char *bytes = malloc(length);
    if (!bytes)
        return NULL;
    for (size_t used = 0; used < length;) {
        char line[256];
        size_t more = (size_t)log_line(line, sizeof line);
        more = more < length - used ? more : length - used;
        memcpy(bytes + used, line, more);
        used += more;
    }
    return bytes;
}

static unsigned char *read_file(const char *path, uint64_t *length)
{
    FILE *file = fopen(path, "rb");
    unsigned char *bytes = NULL;
    long size = file && fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
    if (size > 0 && fseek(file, 0, SEEK_SET) == 0)
        bytes = malloc((size_t)size);
    if (bytes)
        *length = fread(bytes, 1, (size_t)size, file);
    if (file)
        fclose(file);
    return bytes;
}

struct log {
    const unsigned char *bytes;
    uint64_t length;
};

/* Windows as a scan would give them. */
static const unsigned char *log_span(void *context, uint64_t offset, bool backward, uint64_t *first,
                                     size_t *length)
{
    enum { WINDOW = 1 << 20 };
    const struct log *log = context;
    (void)backward;
    *first = offset / WINDOW * WINDOW;
    *length = (size_t)(log->length - *first < WINDOW ? log->length - *first : WINDOW);
    return log->bytes + *first;
}

static uint64_t find_all(struct regex_matcher *matcher, const struct regex_text *text)
{
    uint64_t count = 0;
    struct regex_match match;
    for (uint64_t at = 0; at <= text->end; count++) {
        if (regex_find(matcher, text, at, text->end, &match) != REGEX_FOUND)
            break;
        at = match.end > match.start ? match.end : match.end + 1;
    }
    return count;
}

static uint64_t find_all_backward(struct regex_matcher *matcher, const struct regex_text *text)
{
    uint64_t count = 0;
    struct regex_match matches[256];
    struct regex_bounds bounds = {0, text->end + 1, text->end};
    struct regex_list list = {.matches = matches, .capacity = 256};
    enum regex_result result;
    do {
        result = regex_find_last(matcher, text, &bounds, &list);
        count += list.count;
    } while (result == REGEX_FOUND);
    return count;
}

/* Of the processor, so that other programs disturb less. */
static double seconds(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

static void measure(const char *expression, struct log *log)
{
    struct error error = {0};
    struct regex *regex =
        regex_new((const unsigned char *)expression, strlen(expression), false, &error);
    struct regex_matcher *matcher = regex ? regex_matcher_new(regex, 0, &error) : NULL;
    if (!matcher) {
        fprintf(stderr, "%s: %s\n", expression, error.message);
        regex_free(regex);
        return;
    }
    struct regex_text text = {log_span, log, 0, log->length};
    double start = seconds();
    uint64_t count = find_all(matcher, &text);
    double middle = seconds();
    find_all_backward(matcher, &text);
    double end = seconds();
    printf("%-42s %9" PRIu64 " %7.3f GB/s %7.3f GB/s\n", expression, count,
           (double)log->length / (middle - start) / 1e9,
           (double)log->length / (end - middle) / 1e9);
    fflush(stdout);
    regex_matcher_free(matcher);
    regex_free(regex);
}

int main(int argc, char **argv)
{
    struct log log = {.length = (uint64_t)(argc > 1 ? strtoul(argv[1], NULL, 10) : 64) << 20};
    unsigned char *bytes =
        log.length > 0 ? make_log((size_t)log.length) : read_file(argv[1], &log.length);
    if (!bytes)
        return 1;
    log.bytes = bytes;
    if (argc > 2 && strcmp(argv[2], "--write") == 0) {
        fwrite(bytes, 1, (size_t)log.length, stdout);
    } else {
        printf("%-42s %9s %12s %12s\n", "", "matches", "forward", "backward");
        for (int i = 2; i < argc; i++)
            measure(argv[i], &log);
        for (size_t i = 0; argc <= 2 && i < sizeof expressions / sizeof *expressions; i++)
            measure(expressions[i], &log);
    }
    free(bytes);
    return 0;
}
