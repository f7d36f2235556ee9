/* progress_line.c - the line that a progress bar draws. */
#include "output/progress_line.h"
#include "base/checked.h"
#include "base/utf8.h"
#include "output/size_text.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum {
    NUMBERS = 128,     /* bytes; the longest numbers */
    WORK_MOST = 20,    /* columns */
    FILE_MOST = 24,    /* likewise */
    NUMBERS_LEAST = 4, /* "100%" */
    BAR_LEAST = 5,     /* columns; a shorter bar tells less than the numbers */
    BAR_BESIDE_NAME = 10,
    BAR_MOST = 40,
    HEAD = WORK_MOST + 1 + FILE_MOST * UTF8_MAX + sizeof "...: ",
};
static_assert(HEAD + BAR_MOST + 3 + NUMBERS < PROGRESS_LINE, "a line holds all its parts");

/* ---- the numbers ----------------------------------------------------------------------------- */

/* "1:02:03", "2:03" */
static void format_time(char *out, size_t size, double seconds)
{
    if (seconds > 359999) /* 99:59:59, the longest that fits */
        seconds = 359999;
    unsigned whole = (unsigned)(seconds + 0.5);
    if (whole >= 3600)
        snprintf(out, size, "%u:%02u:%02u", whole / 3600, whole / 60 % 60, whole % 60);
    else
        snprintf(out, size, "%u:%02u", whole / 60, whole % 60);
}

/* What the numbers can tell. A piece is empty where it is not known. */
enum piece { PERCENT, PERCENT_OF_SIZE, FILES, BYTES, RATE, LEFT, PIECES };

struct numbers {
    char pieces[PIECES][48];
};

static void tell_files(const struct progress_state *state, struct numbers *numbers)
{
    char *files = numbers->pieces[FILES];
    unsigned long long done = state->files;
    if (state->all_files == UINT64_MAX)
        snprintf(files, sizeof *numbers->pieces, "%llu file%s", done, done == 1 ? "" : "s");
    else
        snprintf(files, sizeof *numbers->pieces, "%llu of %llu files", done,
                 (unsigned long long)state->all_files);
    if (state->bytes > 0)
        size_text(numbers->pieces[BYTES], (double)state->bytes);
}

static void tell_part(const struct progress_state *state, struct numbers *numbers)
{
    char size[SIZE_TEXT], left[32];
    double part = state->part, took = state->seconds;
    size_text(size, (double)state->total);
    format_time(left, sizeof left, part > 0 ? took / part - took : 0);
    snprintf(numbers->pieces[PERCENT], sizeof *numbers->pieces, "%3.0f%%", part * 100);
    snprintf(numbers->pieces[PERCENT_OF_SIZE], sizeof *numbers->pieces, "%3.0f%% of %s", part * 100,
             size);
    snprintf(numbers->pieces[LEFT], sizeof *numbers->pieces, "%s left", left);
}

static void tell(const struct progress_state *state, struct numbers *numbers)
{
    char rate[SIZE_TEXT];
    *numbers = (struct numbers){.pieces = {{0}}};
    if (!state->file)
        tell_files(state, numbers);
    if (state->part >= 0)
        tell_part(state, numbers);
    size_text(rate, state->seconds > 0 ? (double)state->bytes / state->seconds : 0);
    if (state->file || state->bytes > 0)
        snprintf(numbers->pieces[RATE], sizeof *numbers->pieces, "%s/s", rate);
}

/* Joins pieces (bits of 1 << enum piece) by commas. Returns the length. */
static size_t join(const struct numbers *numbers, unsigned pieces, char out[NUMBERS])
{
    size_t length = 0;
    out[0] = 0;
    for (unsigned i = 0; i < PIECES; i++)
        if (pieces & 1u << i && numbers->pieces[i][0])
            length += (size_t)snprintf(out + length, NUMBERS - length, "%s%s",
                                       length > 0 ? ", " : "", numbers->pieces[i]);
    return length;
}

/* Writes the most detailed form that fits in `room` columns, or nothing. Returns its length. */
static size_t format_numbers(const struct progress_state *state, size_t room, char out[NUMBERS])
{
    enum { FORMS = 4 };
    static const unsigned one[FORMS] = {1 << PERCENT_OF_SIZE | 1 << RATE | 1 << LEFT,
                                        1 << PERCENT | 1 << LEFT, 1 << PERCENT, 0};
    static const unsigned several[FORMS] = {
        1 << PERCENT | 1 << FILES | 1 << BYTES | 1 << RATE | 1 << LEFT,
        1 << PERCENT | 1 << FILES | 1 << LEFT, 1 << PERCENT | 1 << LEFT, 1 << PERCENT};
    const unsigned *forms = state->file ? one : several;
    struct numbers numbers;
    tell(state, &numbers);
    for (unsigned i = 0; i < FORMS; i++) {
        size_t length = join(&numbers, forms[i], out);
        if (length <= room)
            return length;
    }
    *out = 0;
    return 0;
}

/* ---- the name -------------------------------------------------------------------------------- */

/*
 * The most columns that a terminal takes for a character. Wide characters, which take two, start at
 * U+1100. So this is too much for some others, and never too little, whatever version of Unicode
 * the terminal knows.
 */
static unsigned cells_of(uint32_t code_point)
{
    return code_point < 0x1100 ? 1 : 2;
}

/* Control characters, and invisible ones that change how the characters beside them look. */
static bool is_shown(uint32_t code_point)
{
    return code_point >= 0x20 && (code_point < 0x7f || code_point >= 0xa0) && code_point != 0xad &&
           code_point != 0x61c && !(code_point >= 0x200b && code_point <= 0x200f) &&
           !(code_point >= 0x2028 && code_point <= 0x202e) &&
           !(code_point >= 0x2060 && code_point <= 0x206f) &&
           !(code_point >= 0xfff0 && code_point <= 0xfffb) && code_point != 0xfeff &&
           code_point < 0xe0000;
}

/* Writes a name in at most FILE_MOST columns, with ? for what cannot be shown. Returns columns. */
static size_t format_name(char *out, const char *name)
{
    const unsigned char *in = (const unsigned char *)name;
    size_t left = strlen(name), cells = 0;
    char *room_for_dots = out;
    while (left > 0) {
        uint32_t code_point = 0;
        size_t length = utf8_decode(in, left, &code_point);
        bool shown = length > 0 && is_shown(code_point);
        unsigned more = shown ? cells_of(code_point) : 1;
        if (cells + more > FILE_MOST) {
            memcpy(room_for_dots, "...", 4);
            return FILE_MOST;
        }
        memcpy(out, shown ? (const char *)in : "?", shown ? length : 1);
        out += shown ? length : 1;
        cells += more;
        if (cells <= FILE_MOST - 3)
            room_for_dots = out;
        in += length > 0 ? length : 1;
        left -= length > 0 ? length : 1;
    }
    *out = 0;
    return cells;
}

static const char *last_part(const char *path)
{
    const char *name = path;
    for (; *path; path++)
        if ((*path == '/' || *path == '\\') && path[1])
            name = path + 1;
    return name;
}

/* Writes "find FILE: ". Returns its columns. */
static size_t format_head(char out[HEAD], const struct progress_state *state, bool with_file)
{
    size_t length = (size_t)snprintf(out, WORK_MOST + 1, "%.*s", WORK_MOST, state->work);
    size_t cells = length;
    if (with_file) {
        out[length++] = ' ';
        cells += 1 + format_name(out + length, last_part(state->file));
        length += strlen(out + length);
    }
    memcpy(out + length, ": ", 3);
    return cells + 2;
}

/* ---- the line -------------------------------------------------------------------------------- */

/* Writes "[####......] "; `width` columns are between the brackets. */
static void format_bar(char *out, size_t width, double part)
{
    size_t full = (size_t)(part * (double)width);
    *out++ = '[';
    for (size_t i = 0; i < width; i++)
        *out++ = i < full ? '#' : '.';
    memcpy(out, "] ", 3);
}

void progress_line(const struct progress_state *state, unsigned columns, char line[PROGRESS_LINE])
{
    char head[HEAD], long_head[HEAD], bar[BAR_MOST + 4] = "", numbers[NUMBERS];
    /* Leave the last column free: some terminals move the cursor to the next line there. */
    size_t room = columns > 1 ? columns - 1 : 0, beside = format_head(head, state, false);
    if (beside + NUMBERS_LEAST > room)
        head[beside = 0] = 0;
    size_t numbers_length = format_numbers(state, room - beside, numbers);
    if (state->file && state->part >= 0 && beside > 0) {
        size_t cells = format_head(long_head, state, true);
        if (cells + BAR_BESIDE_NAME + 3 + numbers_length <= room) {
            memcpy(head, long_head, sizeof head);
            beside = cells;
        }
    }
    beside += numbers_length;
    if (state->part >= 0 && beside + BAR_LEAST + 3 <= room)
        format_bar(bar, minimum_size(room - beside - 3, BAR_MOST), state->part);
    snprintf(line, PROGRESS_LINE, "%s%s%s", head, bar, numbers);
}
