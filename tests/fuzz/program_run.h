/*
 * program_run.h - runs commands in this process, on files in a directory of their own, and while
 * memory is short: for fuzz_program.c.
 *
 * The linker gives this program the calls for memory of the others (--wrap), so that one can fail.
 */
#ifndef MMTOOL_PROGRAM_RUN_H
#define MMTOOL_PROGRAM_RUN_H

#if !defined(_GNU_SOURCE)
#define _GNU_SOURCE 1 /* mkdtemp() */
#endif
#include "cli.h"
#include "commands/command.h"
#include "fuzz.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <unistd.h>

/* ---- memory ---------------------------------------------------------------------------------- */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
char *__wrap_strdup(const char *text);

static atomic_ulong asked;    /* calls for memory in this command */
static unsigned long failing; /* the first of them that fails; 0: none */
static bool for_ever;         /* all later ones fail, too */

static bool fails(void)
{
    unsigned long number = atomic_fetch_add(&asked, 1) + 1;
    return failing != 0 && (number == failing || (for_ever && number > failing));
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *memory, size_t size)
{
    return fails() ? NULL : __real_realloc(memory, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    return fails() ? NULL : __real_aligned_alloc(alignment, size);
}

char *__wrap_strdup(const char *text)
{
    return fails() ? NULL : __real_strdup(text);
}

/* ---- files ----------------------------------------------------------------------------------- */

static char directory[200];
static const char *const names[] = {"f", "other", "script", "back"};
enum { NAMES = sizeof names / sizeof *names, PATH_MOST = 240 };

static const char *path_of(const char *name)
{
    static char paths[4][PATH_MOST];
    static unsigned next;
    char *path = paths[next++ % 4];
    snprintf(path, PATH_MOST, "%s/%s", directory, name);
    return path;
}

static void leave(void)
{
    for (int i = 0; i < NAMES; i++)
        unlink(path_of(names[i]));
    rmdir(directory);
}

/* Makes a directory for the files, the first time. */
static void enter(void)
{
    const char *parent = getenv("TMPDIR");
    if (directory[0])
        return;
    snprintf(directory, sizeof directory, "%s/mmtool-fuzz-XXXXXX", parent ? parent : "/tmp");
    DEMAND(mkdtemp(directory));
    atexit(leave);
}

static void put_file(const char *name, const void *bytes, size_t length)
{
    FILE *file = fopen(path_of(name), "wb");
    DEMAND(file);
    DEMAND(length == 0 || fwrite(bytes, 1, length, file) == length);
    DEMAND(fclose(file) == 0);
}

static bool file_is(const char *name, const void *bytes, size_t length)
{
    static unsigned char found[1 << 16];
    FILE *file = fopen(path_of(name), "rb");
    DEMAND(file);
    size_t count = fread(found, 1, sizeof found, file);
    fclose(file);
    return fuzz_same(found, count, bytes, length);
}

/* Nothing but our files is in the directory. */
static void check_names(void)
{
    DIR *all = opendir(directory);
    const struct dirent *entry;
    DEMAND(all);
    while ((entry = readdir(all)) != NULL) {
        bool known = !strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..");
        for (int i = 0; i < NAMES; i++)
            known = known || !strcmp(entry->d_name, names[i]);
        if (!known)
            fprintf(stderr, "left behind: %s\n", entry->d_name);
        DEMAND(known);
    }
    closedir(all);
}

static int lowest_descriptor(void)
{
    int descriptor = open("/dev/null", O_RDONLY);
    DEMAND(descriptor >= 0 && close(descriptor) == 0);
    return descriptor;
}

/* ---- a command ------------------------------------------------------------------------------- */

enum { WORDS = 40, WORD_MOST = 400 };

struct line {
    char words[WORDS][WORD_MOST];
    size_t count;
};

static struct buffer printed; /* what the last command printed */
static struct error failure;  /* its error */

static void add_word(struct line *line, const char *format, ...) MMTOOL_PRINTF(2, 3);
static void add_word(struct line *line, const char *format, ...)
{
    va_list arguments;
    DEMAND(line->count < WORDS);
    va_start(arguments, format);
    int length = vsnprintf(line->words[line->count++], WORD_MOST, format, arguments);
    va_end(arguments);
    DEMAND(length >= 0 && length < WORD_MOST);
}

static bool take_output(struct output_sink *sink, struct output *output, const void *bytes,
                        size_t length, struct error *error)
{
    unsigned long kept = failing;
    (void)sink;
    (void)output;
    failing = 0; /* a full disk is not what is tried here */
    bool good = buffer_append(&printed, bytes, length, error);
    failing = kept;
    return good;
}

/* As main() does. */
static bool run_words(int count, char **words, struct output *output)
{
    struct request request = {0};
    struct error late = {0};
    bool done = false;
    switch (cli_parse(count, words, &request, output, &failure)) {
    case CLI_RUN:
        done =
            run_command(&request, output, &failure) || cli_hint(count, words, &request, &failure);
        break;
    case CLI_ANSWERED:
        done = true;
        break;
    case CLI_FAILED:
        break;
    }
    if (!output_flush(output, &late) && (done || failure.status == STATUS_NO)) {
        failure = late;
        done = false;
    }
    request_release(&request);
    return done;
}

/* The exit status. `first`: the first call for memory that fails; 0: none. */
static int run(const struct line *line, unsigned long first, bool all_later)
{
    static struct output output;
    struct output_sink sink = {take_output};
    char *words[WORDS + 2] = {(char *)"mmtool"};
    for (size_t i = 0; i < line->count; i++)
        words[i + 1] = (char *)line->words[i];
    output_init(&output);
    output.sink = &sink;
    printed.length = 0;
    failure = (struct error){0};
    int before = lowest_descriptor();
    atomic_store(&asked, 0);
    for_ever = all_later;
    failing = first;
    bool done = run_words((int)line->count + 1, words, &output);
    failing = 0;
    if (!done)
        DEMAND(failure.status != STATUS_DONE && !strchr(failure.message, '\n'));
    DEMAND(done || failure.status == STATUS_NO || failure.message[0]);
    DEMAND(lowest_descriptor() == before);
    return done ? STATUS_DONE : (int)failure.status;
}

static void show(const struct line *line, int status, int wanted)
{
    for (size_t i = 0; i < line->count; i++)
        fprintf(stderr, "%s ", line->words[i]);
    fprintf(stderr, "-> %d, wanted %d: %s\n", status, wanted, failure.message);
}

#endif
