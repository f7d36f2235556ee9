/*
 * replay.c - gives a fuzzer the inputs that are kept for it; built by any compiler, run by
 * `meson test`. Prints TAP, a case an input. A fuzzer that finds something ends the program: the
 * last line names the input.
 *
 *   replay_NAME CORPUS...
 *
 * A corpus is a text file. A line that begins in its first column is the name of an input; the
 * lines below it, indented by two blanks, are its bytes as C escapes (base/escape.h), one line's
 * bytes behind the other's. `#` in the first column begins a comment. corpus.py writes such files.
 */
#include "base/escape.h"
#include "fuzz.h"

enum { INDENT = 2, LINE_MOST = 4096 };

/* An input in the making. */
struct input {
    char name[LINE_MOST]; /* empty: none yet */
    struct buffer bytes;
    unsigned number;
};

static void fail(const char *path, const char *what)
{
    printf("Bail out! %s: %s\n", path, what);
    exit(1);
}

/* Appends the bytes of a line: the next escape, or the bytes up to it. */
static void append_escaped(const char *path, struct input *input, const char *text)
{
    const unsigned char *from = (const unsigned char *)text;
    size_t length = strlen(text), at = 0;
    struct error error = {0};
    while (at < length) {
        unsigned char escaped[ESCAPE_MAX];
        size_t plain = strcspn(text + at, "\\");
        bool good = buffer_append(&input->bytes, from + at, plain, &error);
        at += plain;
        size_t count = at < length ? escape_read(from, length, &at, escaped, &error) : 0;
        good = good && buffer_append(&input->bytes, escaped, count, &error);
        if (!good || error.status != STATUS_DONE)
            fail(path, error.message);
    }
}

static void replay(struct input *input)
{
    if (!input->name[0])
        return;
    unsigned char *bytes = fuzz_copy(input->bytes.data, input->bytes.length);
    printf("# %s, %zu bytes\n", input->name, input->bytes.length);
    fflush(stdout);
    LLVMFuzzerTestOneInput(bytes, input->bytes.length);
    printf("ok %u - %s\n", ++input->number, input->name);
    free(bytes);
    input->bytes.length = 0;
}

static void take_line(const char *path, struct input *input, char *line)
{
    line[strcspn(line, "\r\n")] = 0;
    if (line[0] == ' ' && strlen(line) >= INDENT) {
        append_escaped(path, input, line + INDENT);
    } else if (line[0] != 0 && line[0] != '#') {
        replay(input);
        snprintf(input->name, sizeof input->name, "%s", line);
    }
}

static void replay_corpus(const char *path, struct input *input)
{
    char line[LINE_MOST];
    FILE *file = fopen(path, "r");
    if (!file)
        fail(path, "cannot be opened");
    while (fgets(line, sizeof line, file))
        take_line(path, input, line);
    fclose(file);
    replay(input);
    input->name[0] = 0;
}

int main(int argc, char **argv)
{
    static struct input input;
    for (int i = 1; i < argc; i++)
        replay_corpus(argv[i], &input);
    buffer_release(&input.bytes);
    printf("1..%u\n", input.number);
    return input.number == 0;
}
