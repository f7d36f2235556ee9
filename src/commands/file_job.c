/* file_job.c - works on one of several FILEs as the command alone would. */
#include "base/io_buffer.h"
#include "commands/change_display.h"
#include "commands/files.h"
#include "commands/report.h"
#include "output/name.h"

#include <stdlib.h>
#include <string.h>

struct file_worker {
    struct output_sink sink; /* the first member: a pointer to it is one to the worker */
    struct files *files;
    struct file_job *job;    /* worked on now */
    struct output *output;   /* of the job; owned */
    struct output_name name; /* of the job's FILE; owned */
    struct buffer lines;     /* output with a name in front of each line; owned */
    bool names_lines;        /* each line of output gets the name */
    bool at_line;            /* the next byte begins a line */
    bool drops;              /* output is not wanted: only the name may be printed */
    struct place *neighbour; /* of the FILE before; owned, or NULL: see age_neighbour() */
    uint64_t reading;        /* of the jobs that may use it */
    double neighbour_since;  /* when its directory was opened, or before; in seconds */
    bool ending;             /* the command has ended: no hurry to print the rest */
};

/* ---- output ---------------------------------------------------------------------------------- */

static bool add_lines(struct file_worker *worker, const unsigned char *bytes, size_t length,
                      struct error *error)
{
    const struct output_name *name = &worker->name;
    while (length > 0) {
        const unsigned char *newline = memchr(bytes, '\n', length);
        size_t part = newline ? (size_t)(newline - bytes) + 1 : length;
        if (!buffer_reserve(&worker->lines, output_name_length(name) + part, error))
            return false;
        if (worker->at_line)
            worker->lines.length =
                (size_t)((unsigned char *)output_name_put(
                             name, ':', (char *)worker->lines.data + worker->lines.length) -
                         worker->lines.data);
        worker->at_line = newline != NULL;
        if (!buffer_append(&worker->lines, bytes, part, error))
            return false;
        bytes += part;
        length -= part;
    }
    return true;
}

/* An output_sink. */
static bool take(struct output_sink *sink, struct output *output, const void *bytes, size_t length,
                 struct error *error)
{
    struct file_worker *worker = (struct file_worker *)sink;
    struct file_turns_part part = {bytes, length, output->keeping, output->locked, !worker->ending};
    if (worker->drops)
        part.length = 0;
    if (worker->names_lines && part.length > 0) {
        worker->lines.length = 0;
        if (!add_lines(worker, bytes, length, error))
            return false;
        part.bytes = worker->lines.data;
        part.length = worker->lines.length;
    }
    return file_turns_write(worker->files->turns, worker->job, &part, error);
}

/* Whether `read` prints the file's bytes as they are: they bear no name unless it is asked for. */
static bool prints_raw(const struct request *request)
{
    const struct byte_type *type = request->type;
    bool prints_file = request->command->traits & COMMAND_PRINTS_FILE;
    bool as_text = request->record || (type && !byte_type_is_text(type));
    return prints_file && !request->dump && !as_text && !request->lines_given;
}

static void begin_output(struct file_worker *worker, const struct request *request)
{
    bool named = request->with_filename ||
                 (request_has_files(request) && !request->no_filename && !prints_raw(request));
    bool prints_json = request->json && !request->size_only;
    bool each_result = request->command->traits & COMMAND_SEARCHES || prints_json;
    output_init(worker->output);
    worker->output->sink = &worker->sink;
    worker->output->name = named && each_result ? &worker->name : NULL;
    bool shows = request->dry_run && change_display_is_wanted(request);
    worker->names_lines = named && !each_result && !shows;
    worker->at_line = true;
    worker->drops = request->names != NAMES_NONE;
    worker->ending = false;
}

/* --names: the name, if FILE has a match, or has none. */
static bool print_name(struct file_worker *worker, const struct request *request,
                       struct error *error)
{
    struct output *output = worker->output;
    const struct output_name *name = &worker->name;
    bool wanted =
        worker->job->status == (request->names == NAMES_WITH_MATCH ? STATUS_DONE : STATUS_NO);
    worker->drops = worker->names_lines = false;
    if (!wanted)
        return true;
    const char end = request->null ? '\0' : '\n';
    if (!request->json)
        return output_bytes(output, name->text.data, name->text.length, error) &&
               output_bytes(output, &end, 1, error);
    return output_bytes(output, "{", 1, error) &&
           output_bytes(output, name->member.data, name->member.length - 1, error) &&
           output_bytes(output, "}", 1, error) && output_bytes(output, &end, 1, error);
}

/* Prints the rest. The lock is not held any more, so there is no hurry. */
static bool end_output(struct file_worker *worker, const struct request *request,
                       struct error *error)
{
    struct output *output = worker->output;
    worker->ending = true;
    if (worker->names_lines && !output_begin_line(output, error))
        return false;
    if (request->names != NAMES_NONE &&
        (!output_flush(output, error) || !print_name(worker, request, error)))
        return false;
    return output_flush(output, error);
}

/* ---- one FILE -------------------------------------------------------------------------------- */

/* Another command line error would be the same for every FILE: it ends them all. */
static void take_error(struct file_worker *worker, const struct request *request,
                       const struct error *error)
{
    worker->job->status = error->status;
    if (error->usage)
        file_turns_fail(worker->files->turns, error);
    else if (!error->silent && error->message[0])
        report_error(request, error);
}

static bool check_name(const struct file_job *job, const struct request *request,
                       struct error *error)
{
    if (job->problem.status != STATUS_DONE) {
        *error = job->problem;
        return false;
    }
    return strcmp(request->file, "-") != 0 || request->command->access == COMMAND_READS_STREAM ||
           error_set(error, "standard input can be read and searched only; a file of that name is "
                            "./-");
}

/*
 * Files of one directory are opened in it as it is held open. Whoever lists a name expects the
 * directory that has its path then, so names that came later do not use it, nor after a moment.
 */
static void age_neighbour(struct file_worker *worker)
{
    const double moment = 0.1;
    double now = platform_seconds();
    if (worker->reading == worker->job->reading && now - worker->neighbour_since < moment)
        return;
    place_free(worker->neighbour);
    worker->neighbour = NULL;
    worker->reading = worker->job->reading;
    worker->neighbour_since = now;
}

static bool run(struct file_worker *worker, struct request *request, struct error *error)
{
    struct files *files = worker->files;
    struct mapping mapping = {0};
    struct inputs inputs;
    struct session session = {.request = request,
                              .mapping = &mapping,
                              .output = worker->output,
                              .journal_dir = files->journal_dir,
                              .inputs = &inputs,
                              .neighbour = &worker->neighbour};
    inputs_lend(&files->inputs, &inputs);
    session.pattern = files->has_pattern ? &files->pattern : NULL;
    file_turns_wait_alone(files->turns, worker->job);
    age_neighbour(worker);
    bool done = session_run_on_file(&session, request, error);
    worker->job->replaced = session.replaced;
    return inputs_end(&inputs, done, error);
}

/* The request for one FILE; its undo path is owned. */
static bool init_request(struct file_worker *worker, struct request *request, struct error *error)
{
    struct file_job *job = worker->job;
    const struct request *given = worker->files->request;
    *request = *given;
    request->file = (const char *)job->name.data;
    request->messages = &job->messages;
    request->progress_files = worker->files->progress;
    if (!request->progress_files)
        request->progress = WHEN_NEVER;
    request->threads = job->threads;
    request->quiet = given->quiet || given->names != NAMES_NONE;
    request->undo = NULL;
    if (given->undo && request_has_files(given))
        return (request->undo = undo_name(given->undo, request->file, error));
    request->undo = given->undo;
    return true;
}

static void release_request(const struct file_worker *worker, struct request *request)
{
    if (request->undo != worker->files->request->undo)
        free((void *)request->undo);
}

static void work(struct file_worker *worker)
{
    struct request request;
    struct error error, output_error;
    error_clear(&error);
    error_clear(&output_error);
    worker->job->status = STATUS_DONE;
    bool done = init_request(worker, &request, &error) &&
                check_name(worker->job, &request, &error) &&
                output_name_set(&worker->name, request.file,
                                (struct output_name_form){request.json, request.null}, &error);
    begin_output(worker, &request);
    done = done && run(worker, &request, &error);
    if (!done)
        take_error(worker, &request, &error);
    if (!end_output(worker, &request, &output_error) && done)
        take_error(worker, &request, &output_error);
    release_request(worker, &request);
    progress_files_count(worker->files->progress);
    file_turns_finish(worker->files->turns, worker->job);
}

/* ---- the worker ------------------------------------------------------------------------------ */

struct file_worker *file_worker_new(struct files *files, struct error *error)
{
    struct file_worker *worker = calloc(1, sizeof *worker);
    if (!worker) {
        error_memory(error, sizeof *worker);
        return NULL;
    }
    worker->sink.take = take;
    worker->files = files;
    worker->output = io_buffer_new(sizeof *worker->output, error);
    if (worker->output)
        return worker;
    free(worker);
    return NULL;
}

void file_worker_free(struct file_worker *worker)
{
    if (!worker)
        return;
    place_free(worker->neighbour);
    output_name_release(&worker->name);
    buffer_release(&worker->lines);
    io_buffer_free(worker->output);
    free(worker);
}

void file_worker_run(struct file_worker *worker)
{
    while ((worker->job = file_turns_begin(worker->files->turns)))
        work(worker);
}
