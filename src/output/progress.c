/* progress.c - a progress bar on standard error. */
#include "output/progress.h"
#include "base/checked.h"
#include "platform/platform.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define FIRST_AFTER 1.0 /* seconds */
#define DRAWN_EVERY 0.2

enum {
    LINE = 128, /* the longest text of the numbers */
    NAME_MOST = 20,
    NUMBERS_LEAST = 4, /* "100%" */
    BAR_LEAST = 5,     /* columns; a shorter bar tells less than the numbers */
    BAR_MOST = 40,
};
static_assert(NAME_MOST + 2 + BAR_MOST + 3 + LINE < PROGRESS_LINE, "a line holds all its parts");

void progress_begin(struct progress *progress, const char *name, uint64_t total, enum when when)
{
    *progress = (struct progress){.name = name, .total = total};
    progress->wanted = when != WHEN_NEVER && total > 0;
    if (!progress->wanted)
        return;
    progress->anywhere = when == WHEN_ALWAYS;
    progress->began = platform_seconds();
    progress->next = progress->began + (when == WHEN_ALWAYS ? 0 : FIRST_AFTER);
}

static void write_error(const char *text)
{
    /* The work does not fail because its progress cannot be shown. */
    (void)stream_write(STREAM_ERROR, text, strlen(text), NULL);
}

/* "12.3 GiB" */
static void format_bytes(char *out, size_t size, double bytes)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    size_t unit = 0;
    while (bytes >= 1000 && unit + 1 < sizeof units / sizeof *units) {
        bytes /= 1024;
        unit++;
    }
    snprintf(out, size, unit > 0 ? "%.1f %s" : "%.0f %s", bytes, units[unit]);
}

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

/* Writes "[####......] "; `width` columns are between the brackets. */
static void format_bar(char *out, unsigned width, double part)
{
    unsigned full = (unsigned)(part * width);
    *out++ = '[';
    for (unsigned i = 0; i < width; i++)
        *out++ = i < full ? '#' : '.';
    memcpy(out, "] ", 3);
}

/* Writes the numbers after the bar: the most detailed form that fits in `room` columns, or none. */
static void format_numbers(char *out, unsigned room, const struct progress *progress, double part,
                           double took)
{
    char size[32], rate[32], left[32];
    double total = (double)progress->total;
    format_bytes(size, sizeof size, total);
    format_bytes(rate, sizeof rate, took > 0 ? part * total / took : 0);
    format_time(left, sizeof left, part > 0 ? took / part - took : 0);
    int length = snprintf(out, LINE, "%3.0f%% of %s, %s/s, %s left", part * 100, size, rate, left);
    if (length > (int)room)
        length = snprintf(out, LINE, "%3.0f%%, %s left", part * 100, left);
    if (length > (int)room)
        length = snprintf(out, LINE, "%3.0f%%", part * 100);
    if (length > (int)room)
        *out = 0;
}

void progress_format(const struct progress *progress, uint64_t done, double took, unsigned columns,
                     char line[PROGRESS_LINE])
{
    char name[NAME_MOST + 3], bar[BAR_MOST + 4] = "", numbers[LINE];
    double part = (double)done / (double)progress->total;
    /* Leave the last column free: some terminals move the cursor to the next line there. */
    unsigned room = columns > 1 ? columns - 1 : 0;
    snprintf(name, sizeof name, "%.*s: ", NAME_MOST, progress->name);
    unsigned beside = (unsigned)strlen(name);
    if (beside + NUMBERS_LEAST > room)
        name[beside = 0] = 0;
    format_numbers(numbers, room - beside, progress, part, took);
    beside += (unsigned)strlen(numbers);
    if (beside + BAR_LEAST + 3 <= room)
        format_bar(bar, (unsigned)minimum_u64(room - beside - 3, BAR_MOST), part);
    snprintf(line, PROGRESS_LINE, "%s%s%s", name, bar, numbers);
}

static void draw(struct progress *progress, uint64_t done, double now)
{
    char line[PROGRESS_LINE], shown[PROGRESS_LINE + 8];
    progress_format(progress, done, now - progress->began, stream_columns(STREAM_ERROR), line);
    if (progress->terminal)
        snprintf(shown, sizeof shown, "\r%s\033[K", line);
    else
        snprintf(shown, sizeof shown, "%s\n", line);
    write_error(shown);
    progress->shown = true;
}

void progress_update(struct progress *progress, uint64_t done)
{
    if (!progress->wanted)
        return;
    double now = platform_seconds();
    if (now < progress->next)
        return;
    progress->next = now + DRAWN_EVERY;
    progress->terminal = stream_is_terminal(STREAM_ERROR);
    progress->wanted = progress->anywhere || progress->terminal;
    if (!progress->wanted)
        return;
    draw(progress, done < progress->total ? done : progress->total, now);
}

void progress_wipe(struct progress *progress)
{
    if (progress->shown && progress->terminal)
        write_error("\r\033[K");
    progress->shown = false;
}
