/* progress.c - a bar on standard error while long work goes on. */
#include "progress.h"
#include "platform/platform.h"

#include <stdio.h>
#include <string.h>

#define FIRST_AFTER 1.0 /* seconds */
#define DRAWN_EVERY 0.2

enum { LINE = 256, BAR_MOST = 40, BESIDE_BAR = 48 };

void progress_begin(struct progress *progress, const char *name, uint64_t total, enum when when)
{
    *progress = (struct progress){.name = name, .total = total};
    if (when == WHEN_NEVER || total == 0)
        return;
    progress->terminal = stream_is_terminal(STREAM_ERROR);
    progress->wanted = when == WHEN_ALWAYS || progress->terminal;
    if (!progress->wanted)
        return;
    progress->began = platform_seconds();
    progress->next = progress->began + (when == WHEN_ALWAYS ? 0 : FIRST_AFTER);
}

static void write_error(const char *text)
{
    struct error ignored;
    (void)stream_write(STREAM_ERROR, text, strlen(text), &ignored);
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
    if (seconds > 359999) /* 99:59:59: as good as never */
        seconds = 359999;
    unsigned whole = (unsigned)(seconds + 0.5);
    if (whole >= 3600)
        snprintf(out, size, "%u:%02u:%02u", whole / 3600, whole / 60 % 60, whole % 60);
    else
        snprintf(out, size, "%u:%02u", whole / 60, whole % 60);
}

/* "[####......] " as wide as the terminal has room for, or nothing. */
static void format_bar(char *out, double part)
{
    unsigned columns = stream_columns(STREAM_ERROR);
    unsigned width = columns > BESIDE_BAR ? columns - BESIDE_BAR : 0;
    width = width < BAR_MOST ? width : BAR_MOST;
    *out = 0;
    if (width < 5)
        return;
    unsigned full = (unsigned)(part * width);
    *out++ = '[';
    for (unsigned i = 0; i < width; i++)
        *out++ = i < full ? '#' : '.';
    memcpy(out, "] ", 3);
}

static void draw(struct progress *progress, uint64_t done, double now)
{
    char line[LINE], bar[BAR_MOST + 4], size[32], rate[32], left[32];
    double part = (double)done / (double)progress->total, took = now - progress->began;
    format_bar(bar, part);
    format_bytes(size, sizeof size, (double)progress->total);
    format_bytes(rate, sizeof rate, took > 0 ? (double)done / took : 0);
    format_time(left, sizeof left, part > 0 ? took / part - took : 0);
    snprintf(line, sizeof line, "%s%s: %s%3.0f%% of %s, %s/s, %s left%s",
             progress->terminal ? "\r" : "", progress->name, bar, part * 100, size, rate, left,
             progress->terminal ? "\033[K" : "\n");
    write_error(line);
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
    draw(progress, done < progress->total ? done : progress->total, now);
}

void progress_wipe(struct progress *progress)
{
    if (progress->shown && progress->terminal)
        write_error("\r\033[K");
    progress->shown = false;
}
