/* report.c - one line on standard error. */
#include "commands/report.h"
#include "base/buffer.h"
#include "commands/command.h"
#include "journal/privileges.h"
#include "platform/platform.h"

#include <stdio.h>
#include <string.h>

enum { LINE = 3072, NAME = 512 };

/* Appends text, cut to fit, so that the line still ends with a newline. */
static void append(char *line, const char *text)
{
    size_t used = strlen(line), length = strlen(text);
    size_t room = LINE - 2 - used;
    length = length < room ? length : room;
    memcpy(line + used, text, length);
    line[used + length] = 0;
}

/* "mmtool: SUBCOMMAND: FILE: text" */
static void start_line(char *line, const struct request *request, bool with_file, const char *text)
{
    char file[NAME];
    line[0] = 0;
    append(line, "mmtool: ");
    if (request->command) {
        append(line, request->command->name);
        append(line, ": ");
    }
    if (with_file && request->file && *request->file) {
        append(line, diag_escape(file, sizeof file, request->file));
        append(line, ": ");
    }
    append(line, text);
    append(line, "\n");
}

static void write_line(const struct request *request, const char *line)
{
    if (!request->messages || !buffer_append(request->messages, line, strlen(line), NULL))
        (void)stream_write(STREAM_ERROR, line, strlen(line), NULL);
}

void report_error(const struct request *request, const struct error *error)
{
    char line[LINE];
    start_line(line, request, !error->usage, error->message);
    if (error->usage) {
        append(line, "Try 'mmtool ");
        append(line, request->command ? request->command->name : "");
        append(line, request->command ? " --help'.\n" : "--help'.\n");
    }
    write_line(request, line);
}

void report_notice(const struct request *request, const char *text)
{
    char line[LINE];
    start_line(line, request, true, text);
    write_line(request, line);
}

void report_lost(const struct request *request, unsigned lost)
{
    char text[PRIVILEGES_TEXT];
    privileges_tell(lost, text, sizeof text);
    if (*text)
        report_notice(request, text);
}

void report_progress(const struct request *request, uint64_t total, struct progress *progress)
{
    const struct progress_plan plan = {
        .work = request->command->name,
        .file = request->file ? request->file : "",
        .total = total,
        .when = request->progress,
        .files = request->progress_files,
    };
    progress_begin(progress, &plan);
}
