/*
 * fuzz_program.c - the whole program in this process: commands on a small file, beside a model of
 * the file; each again while memory is short. Then an edit is done, or the file is as it was, byte
 * for byte; what only reads prints all, or fails. No command may leave a file, or keep one open.
 */
#include "program_run.h"

/* ---- the model ------------------------------------------------------------------------------- */

enum { FILE_MOST = 4000, DATA_MOST = 12 };

struct model {
    unsigned char bytes[8 * FILE_MOST];
    size_t size;
};

/* What is to come of a command. */
struct wanted {
    int status;
    struct buffer output; /* owned */
};

struct data {
    unsigned char bytes[DATA_MOST];
    size_t length;
};

static struct data make_data(size_t least, size_t most)
{
    struct data data = {.length = least + fuzz_below(most - least + 1)};
    for (size_t i = 0; i < data.length && i < DATA_MOST; i++)
        data.bytes[i] = "ab\n\0"[fuzz_byte() % 4];
    return data;
}

static void add_hex(struct line *line, const char *before, const struct data *data)
{
    char digits[2 * DATA_MOST + 1] = "";
    for (size_t i = 0; i < data->length; i++)
        snprintf(digits + 2 * i, 3, "%02x", data->bytes[i]);
    add_word(line, "%s%s", before, digits);
}

/* Replaces a part; false: the file would become too long for the model. */
static bool replace(struct model *model, size_t at, size_t old_length, const struct data *data)
{
    if (model->size + data->length > sizeof model->bytes)
        return false;
    memmove(model->bytes + at + data->length, model->bytes + at + old_length,
            model->size - at - old_length);
    memcpy(model->bytes + at, data->bytes, data->length);
    model->size += data->length - old_length;
    return true;
}

/* Writes an offset in one of the ways to write it. */
static void position_text(char text[40], const struct model *model, size_t at)
{
    size_t way = fuzz_below(4);
    if (way == 0 && at == model->size)
        snprintf(text, 40, "end");
    else if (way == 1 && at < model->size)
        snprintf(text, 40, "-%zu", model->size - at);
    else
        snprintf(text, 40, way == 2 ? "0x%zx" : "%zu", at);
}

/* A range as words have it; [*start, *end) may lie outside the file. */
static void add_range(struct line *line, const struct model *model, size_t *start, size_t *end)
{
    char first[40], second[40];
    *start = fuzz_below(model->size + 2);
    size_t left = model->size > *start ? model->size - *start : 0;
    *end = *start + fuzz_below((left < 300 ? left : 300) + 2);
    position_text(first, model, *start);
    position_text(second, model, *end);
    if (fuzz_byte() % 2)
        add_word(line, "%s:%s", first, second);
    else
        add_word(line, "%s+%zu", first, *end - *start);
}

static bool is_at(const struct model *model, size_t at, const struct data *data)
{
    return data->length <= model->size - at &&
           memcmp(model->bytes + at, data->bytes, data->length) == 0;
}

/*
 * A maker appends the words of a command but for FILE, which stands where `file` is (NULL: the
 * command is a script's), and does the same to the model. It returns the status.
 */
typedef int maker(struct line *line, const char *file, struct model *model);

static void add_file(struct line *line, const char *file)
{
    add_word(line, "--");
    if (file)
        add_word(line, "%s", file);
}

static int make_write(struct line *line, const char *file, struct model *model)
{
    char text[40];
    size_t at = fuzz_below(model->size + 4);
    struct data data = make_data(1, DATA_MOST);
    bool extends = fuzz_byte() % 3 == 0;
    add_word(line, "-x");
    if (extends)
        add_word(line, "--extend");
    add_file(line, file);
    position_text(text, model, at);
    add_word(line, "%s", text);
    add_hex(line, "", &data);
    if (at + data.length > model->size && !extends)
        return STATUS_FAILED;
    if (at > model->size)
        memset(model->bytes + model->size, 0, at - model->size);
    memcpy(model->bytes + at, data.bytes, data.length);
    model->size = at + data.length > model->size ? at + data.length : model->size;
    return STATUS_DONE;
}

static int make_splice(struct line *line, const char *file, struct model *model)
{
    size_t start, end;
    struct data data = make_data(0, DATA_MOST);
    add_word(line, "-x");
    add_file(line, file);
    add_range(line, model, &start, &end);
    if (data.length > 0)
        add_hex(line, "", &data);
    if (end > model->size)
        return STATUS_FAILED;
    DEMAND(replace(model, start, end - start, &data));
    return STATUS_DONE;
}

static int make_move(struct line *line, const char *file, struct model *model)
{
    char text[40];
    size_t start, end, to = fuzz_below(model->size + 2);
    add_file(line, file);
    position_text(text, model, to);
    add_word(line, "%s", text);
    add_range(line, model, &start, &end);
    if (end > model->size || to + (end - start) > model->size)
        return STATUS_FAILED;
    memmove(model->bytes + to, model->bytes + start, end - start);
    return STATUS_DONE;
}

static int make_resize(struct line *line, const char *file, struct model *model)
{
    size_t way = fuzz_below(4), number = fuzz_below(way == 0 ? model->size + 60 : 80);
    if (file && fuzz_byte() % 4 == 0)
        add_word(line, "--allocate");
    add_file(line, file);
    add_word(line, "%s%zu", way == 1 ? "+" : way == 2 ? "-" : "", number);
    if (way == 2 && number > model->size)
        return STATUS_FAILED;
    size_t size = way == 1 ? model->size + number : way == 2 ? model->size - number : number;
    if (size > model->size)
        memset(model->bytes + model->size, 0, size - model->size);
    model->size = size;
    return STATUS_DONE;
}

static int make_replace(struct line *line, const char *file, struct model *model)
{
    struct data pattern = make_data(1, 3), data = make_data(0, 6);
    size_t count = 0, most = 1 + fuzz_below(3);
    if (model->size < FILE_MOST && fuzz_byte() % 2)
        most = SIZE_MAX;
    add_word(line, "-x");
    if (most == SIZE_MAX)
        add_word(line, "-a");
    else
        add_word(line, "-m%zu", most);
    add_hex(line, "--pattern=", &pattern);
    if (data.length == 0)
        add_word(line, "--delete");
    add_file(line, file);
    if (data.length > 0)
        add_hex(line, "", &data);
    for (size_t at = 0; at < model->size && count < most;) {
        bool found = is_at(model, at, &pattern);
        if (found)
            DEMAND(replace(model, at, pattern.length, &data));
        at += found ? data.length : 1;
        count += found;
    }
    return count > 0 ? STATUS_DONE : STATUS_NO;
}

static const struct {
    const char *name;
    maker *make;
} edits[] = {{"write", make_write},
             {"splice", make_splice},
             {"splice", make_replace},
             {"move", make_move},
             {"resize", make_resize}};

/* One edit, in one of the ways to do it; or several in a script. */
static int make_edit(struct line *line, struct model *model)
{
    static const char *const ways[] = {"",
                                       "",
                                       "--no-journal",
                                       "--durable",
                                       "--new-inode",
                                       "--access=write",
                                       "--map=populate",
                                       "--window=:",
                                       "--flush"};
    const char *way = ways[fuzz_below(sizeof ways / sizeof *ways)];
    size_t kind = fuzz_below(5);
    add_word(line, "%s", edits[kind].name);
    if (*way)
        add_word(line, "%s", way);
    if (fuzz_byte() % 3 == 0)
        add_word(line, "--undo=%s", path_of("back"));
    return edits[kind].make(line, path_of("f"), model);
}

/* The first edit that fails ends the script, and nothing is done. */
static int make_script(struct line *line, struct model *model)
{
    static struct model now;
    int status = STATUS_DONE;
    now = *model;
    add_word(line, "run");
    add_word(line, "--atomic");
    for (size_t count = 1 + fuzz_below(4); count > 0; count--) {
        static struct line command;
        char text[WORD_MOST] = "--command=";
        size_t kind = fuzz_below(5);
        command.count = 0;
        add_word(&command, "%s", edits[kind].name);
        int one = status == STATUS_DONE ? edits[kind].make(&command, NULL, &now) : STATUS_DONE;
        if (status != STATUS_DONE)
            break;
        status = one;
        for (size_t i = 0; i < command.count; i++) {
            size_t used = strlen(text);
            DEMAND((size_t)snprintf(text + used, sizeof text - used, " %s", command.words[i]) <
                   sizeof text - used);
        }
        add_word(line, "%s", text);
    }
    add_word(line, "%s", path_of("f"));
    if (status == STATUS_DONE)
        *model = now;
    return status;
}

/* ---- commands that read ---------------------------------------------------------------------- */

static void want_text(struct wanted *wanted, const void *bytes, size_t length)
{
    DEMAND(buffer_append(&wanted->output, bytes, length, NULL));
}

static void make_read(struct line *line, const struct model *model, struct wanted *wanted)
{
    size_t start, end;
    add_word(line, "read");
    add_file(line, path_of("f"));
    add_range(line, model, &start, &end);
    start = start < model->size ? start : model->size;
    end = end < model->size ? end : model->size;
    want_text(wanted, model->bytes + start, end - start);
}

static void make_find(struct line *line, const struct model *model, struct wanted *wanted)
{
    struct data pattern = make_data(1, 3);
    bool backward = fuzz_byte() % 2, counts = fuzz_byte() % 3 == 0;
    size_t count = 0;
    char text[40];
    add_word(line, "%s", backward ? "rfind" : "find");
    add_word(line, counts ? "-cx" : "-ax");
    add_file(line, path_of("f"));
    add_hex(line, "", &pattern);
    for (size_t i = 0, at = backward ? model->size : 0; i < model->size; i++) {
        size_t here = backward ? model->size - 1 - i : i;
        bool beside = backward ? here + pattern.length <= at : here >= at;
        if (!beside || !is_at(model, here, &pattern))
            continue;
        at = backward ? here : here + pattern.length;
        count++;
        if (!counts)
            want_text(wanted, text, (size_t)snprintf(text, sizeof text, "%zu\n", here));
    }
    if (counts)
        want_text(wanted, text, (size_t)snprintf(text, sizeof text, "%zu\n", count));
    wanted->status = count > 0 ? STATUS_DONE : STATUS_NO;
}

static bool output_is(const struct wanted *wanted)
{
    return fuzz_same(printed.data, printed.length, wanted->output.data, wanted->output.length);
}

static void check_reader(const struct model *model)
{
    static struct line line;
    struct wanted wanted = {0};
    line.count = 0;
    if (fuzz_byte() % 2)
        make_read(&line, model, &wanted);
    else
        make_find(&line, model, &wanted);
    unsigned long first = 1 + fuzz_below(60);
    int status = run(&line, first, fuzz_byte() % 2);
    DEMAND(status == STATUS_FAILED || (status == wanted.status && output_is(&wanted)));
    status = run(&line, 0, false);
    if (status != wanted.status)
        show(&line, status, wanted.status);
    DEMAND(status == wanted.status && output_is(&wanted));
    DEMAND(file_is("f", model->bytes, model->size));
    check_names();
    buffer_release(&wanted.output);
}

/* ---- commands that change -------------------------------------------------------------------- */

/* With too little memory; true: it was done all the same. */
static bool check_short(const struct line *line, const struct model *before,
                        const struct model *after)
{
    unsigned long first = 1 + fuzz_below(90);
    int status = run(line, first, fuzz_byte() % 2);
    bool is_new = file_is("f", after->bytes, after->size);
    bool done = status == STATUS_DONE ||
                (status == STATUS_FAILED && strstr(failure.message, "the edit is done"));
    if (!(done ? is_new : file_is("f", before->bytes, before->size)))
        show(line, status, -1);
    DEMAND(done ? is_new : file_is("f", before->bytes, before->size));
    check_names();
    return done;
}

/* Takes the edit back with the script that it saved, if it did. */
static void check_undo(const struct model *before)
{
    static struct line line;
    line.count = 0;
    if (access(path_of("back"), F_OK) != 0)
        return;
    add_word(&line, "splice");
    add_word(&line, "--edits=%s", path_of("back"));
    add_word(&line, "%s", path_of("f"));
    int status = run(&line, 0, false);
    if (status != STATUS_DONE)
        show(&line, status, STATUS_DONE);
    DEMAND(status == STATUS_DONE && file_is("f", before->bytes, before->size));
}

static void check_edit(struct model *model)
{
    static struct model before;
    static struct line line;
    before = *model;
    line.count = 0;
    int wanted = fuzz_byte() % 3 == 0 ? make_script(&line, model) : make_edit(&line, model);
    if (wanted != STATUS_DONE)
        *model = before;
    unlink(path_of("back"));
    if (check_short(&line, &before, model)) {
        put_file("f", before.bytes, before.size);
        unlink(path_of("back"));
    }
    int status = run(&line, 0, false);
    if (status != wanted || !file_is("f", model->bytes, model->size))
        show(&line, status, wanted);
    DEMAND(status == wanted && file_is("f", model->bytes, model->size));
    check_names();
    check_undo(&before);
    put_file("f", model->bytes, model->size);
}

/* The script of diff makes the one file of the other. */
static void check_diff(struct model *model)
{
    static struct model other;
    static struct line line;
    other = *model;
    for (size_t changes = fuzz_below(4); changes > 0; changes--) {
        struct data data = make_data(0, DATA_MOST);
        size_t at = fuzz_below(other.size + 1), left = other.size - at;
        (void)replace(&other, at, fuzz_below((left < 60 ? left : 60) + 1), &data);
    }
    put_file("other", other.bytes, other.size);
    line.count = 0;
    add_word(&line, "diff");
    add_word(&line, "%s", path_of("f"));
    add_word(&line, "%s", path_of("other"));
    int status = run(&line, 1 + fuzz_below(60), fuzz_byte() % 2);
    bool same = fuzz_same(model->bytes, model->size, other.bytes, other.size);
    DEMAND(status == STATUS_FAILED || status == (same ? STATUS_DONE : STATUS_NO));
    DEMAND(run(&line, 0, false) == (same ? STATUS_DONE : STATUS_NO));
    put_file("script", printed.data, printed.length);
    line.count = 0;
    add_word(&line, "splice");
    add_word(&line, "--edits=%s", path_of("script"));
    add_word(&line, "%s", path_of("f"));
    if (check_short(&line, model, &other))
        put_file("f", model->bytes, model->size);
    DEMAND(run(&line, 0, false) == STATUS_DONE);
    DEMAND(file_is("f", other.bytes, other.size));
    *model = other;
}

static void make_file(struct model *model)
{
    static const size_t most[] = {1, 20, 200, 2000};
    unsigned seed = (unsigned)fuzz_byte();
    model->size = fuzz_below(most[fuzz_below(4)] + 1);
    for (size_t i = 0; i < model->size; i++) {
        seed = seed * 1103515245u + 12345u;
        model->bytes[i] = "ab\n\0"[i < 20 ? fuzz_byte() % 4 : seed >> 16 & 3];
    }
    put_file("f", model->bytes, model->size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct model model;
    enter();
    fuzz_begin(data, size);
    make_file(&model);
    for (int commands = 0; commands < 4 && (commands == 0 || fuzz_left > 0); commands++) {
        size_t kind = fuzz_below(8);
        if (kind < 2)
            check_reader(&model);
        else if (kind == 2)
            check_diff(&model);
        else
            check_edit(&model);
    }
    buffer_release(&printed);
    return 0;
}
