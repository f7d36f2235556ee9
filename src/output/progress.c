/* progress.c - a progress bar on standard error. */
#include "output/progress.h"
#include "base/checked.h"
#include "platform/platform.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_AFTER 1.0 /* seconds */
#define DRAWN_EVERY 0.2

/* ---- the bar --------------------------------------------------------------------------------- */

static void begin_bar(struct progress_bar *bar, enum when when)
{
    bar->wanted = when != WHEN_NEVER;
    bar->anywhere = when == WHEN_ALWAYS;
    if (!bar->wanted)
        return;
    bar->began = platform_seconds();
    bar->next = bar->began + (when == WHEN_ALWAYS ? 0 : FIRST_AFTER);
}

static void write_error(const char *text)
{
    /* The work does not fail because its progress cannot be shown. */
    (void)stream_write(STREAM_ERROR, text, strlen(text), NULL);
}

/* Whether to draw the bar now. */
static bool is_due(struct progress_bar *bar, double now)
{
    if (!bar->wanted || now < bar->next)
        return false;
    bar->next = now + DRAWN_EVERY;
    bar->terminal = stream_is_terminal(STREAM_ERROR);
    bar->wanted = bar->anywhere || bar->terminal;
    return bar->wanted;
}

/*
 * On a terminal the cursor then stands at the start of the line. A terminal that is made narrower
 * may break the line in two: the cursor stays in front of both, and \033[J clears both.
 */
static void draw(struct progress_bar *bar, double now)
{
    char line[PROGRESS_LINE], shown[PROGRESS_LINE + 8];
    bar->state.seconds = now - bar->began;
    progress_line(&bar->state, stream_columns(STREAM_ERROR), line);
    snprintf(shown, sizeof shown, bar->terminal ? "\r%s\033[J\r" : "%s\n", line);
    if (bar->terminal && !bar->shown)
        stream_clear_at_signal(STREAM_ERROR, true);
    bar->shown = true;
    write_error(shown);
}

static void wipe(struct progress_bar *bar)
{
    if (bar->shown && bar->terminal) {
        write_error(STREAM_CLEAR);
        stream_clear_at_signal(STREAM_ERROR, false);
    }
    bar->shown = false;
}

/* ---- several FILEs --------------------------------------------------------------------------- */

struct progress_files {
    struct monitor *monitor; /* guards everything below */
    struct progress_bar bar;
    double parts;    /* the sum of the parts that are done of FILEs under way */
    unsigned hidden; /* calls of progress_files_hide() that were not ended */
};

struct progress_files *progress_files_new(const char *work, uint64_t count, enum when when)
{
    if (when == WHEN_NEVER || (when == WHEN_AUTO && !stream_is_terminal(STREAM_ERROR)))
        return NULL;
    struct progress_files *files = calloc(1, sizeof *files);
    struct monitor *monitor = monitor_new();
    if (!files || !monitor) {
        free(files);
        monitor_free(monitor);
        return NULL;
    }
    files->monitor = monitor;
    files->bar.state = (struct progress_state){.work = work, .all_files = count, .part = -1};
    begin_bar(&files->bar, when);
    return files;
}

void progress_files_free(struct progress_files *files)
{
    if (!files)
        return;
    wipe(&files->bar);
    monitor_free(files->monitor);
    free(files);
}

/* Called inside the monitor. The part never shrinks: FILEs end between two calls. */
static void draw_files(struct progress_files *files)
{
    struct progress_state *state = &files->bar.state;
    double now = platform_seconds();
    if (files->hidden > 0 || !is_due(&files->bar, now))
        return;
    if (state->all_files != UINT64_MAX && state->all_files > 0) {
        double part = ((double)state->files + files->parts) / (double)state->all_files;
        state->part = part > 1 ? 1 : part > state->part ? part : state->part;
    }
    draw(&files->bar, now);
}

void progress_files_count(struct progress_files *files)
{
    if (!files)
        return;
    monitor_enter(files->monitor);
    files->bar.state.files++;
    draw_files(files);
    monitor_leave(files->monitor);
}

void progress_files_hide(struct progress_files *files, enum stream stream)
{
    if (!files)
        return;
    monitor_enter(files->monitor);
    files->hidden++;
    if (stream_is_terminal(stream))
        wipe(&files->bar);
    monitor_leave(files->monitor);
}

void progress_files_show(struct progress_files *files)
{
    if (!files)
        return;
    monitor_enter(files->monitor);
    files->hidden--;
    monitor_leave(files->monitor);
}

/* Adds what was done of a FILE since the last call; `ended`: it is under way no more. */
static void add(struct progress *progress, uint64_t done, bool ended)
{
    struct progress_files *files = progress->files;
    double total = (double)maximum_u64(progress->total, 1);
    if (done < progress->done)
        return;
    monitor_enter(files->monitor);
    files->bar.state.bytes += done - progress->done;
    if (ended)
        files->parts -= (double)progress->done / total;
    else
        files->parts += (double)(done - progress->done) / total;
    progress->done = done;
    draw_files(files);
    monitor_leave(files->monitor);
}

/* ---- one FILE -------------------------------------------------------------------------------- */

void progress_begin(struct progress *progress, const struct progress_plan *plan)
{
    *progress = (struct progress){.total = plan->total, .files = plan->files};
    if (plan->files)
        return;
    progress->bar.state = (struct progress_state){.work = plan->work, .file = plan->file};
    begin_bar(&progress->bar, plan->total > 0 ? plan->when : WHEN_NEVER);
}

void progress_update(struct progress *progress, uint64_t done)
{
    struct progress_bar *bar = &progress->bar;
    done = minimum_u64(done, progress->total);
    if (progress->files)
        add(progress, done, false);
    if (!bar->wanted)
        return;
    double now = platform_seconds();
    if (!is_due(bar, now))
        return;
    bar->state.bytes = done;
    bar->state.total = progress->total;
    bar->state.part = (double)done / (double)maximum_u64(progress->total, 1);
    draw(bar, now);
}

void progress_make_way(struct progress *progress)
{
    if (progress->bar.shown && stream_is_terminal(STREAM_OUTPUT))
        wipe(&progress->bar);
}

void progress_end(struct progress *progress)
{
    if (progress->files)
        add(progress, maximum_u64(progress->done, progress->total), true);
    wipe(&progress->bar);
}
