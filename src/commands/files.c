/* files.c - a command on several FILEs: starts the threads, and sums up. */
#include "commands/files.h"
#include "commands/patterns.h"
#include "commands/report.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

enum { MOST_THREADS = 256 };

bool files_are_meant(const struct request *request)
{
    return request_has_files(request) || request->with_filename || request->names != NAMES_NONE;
}

static bool edits(const struct request *request)
{
    return request->command->access == COMMAND_CHANGES && !request->dry_run;
}

/* ---- before the first FILE ------------------------------------------------------------------- */

static bool check_input(const struct request *request, struct error *error)
{
    const char *list = request->files_from ? request->files_from : request->files0_from;
    return !inputs_are_standard(request) || !input_is_standard(list) ||
           error_usage(error,
                       "standard input can be either the list of FILEs or the bytes of "
                       "--%s",
                       input_is_standard(request->edits)        ? "edits"
                       : input_is_standard(request->from)       ? "from"
                       : input_is_standard(request->typed_from) ? "typed-from"
                                                                : "patterns-from");
}

/* Undo scripts can be made in the directory of --undo: it is one, and may be searched. */
static bool check_undo(const struct request *request, struct error *error)
{
    struct place *place;
    char quoted[200];
    if (!request->undo || !request_has_files(request))
        return true;
    if (!place_in_directory(request->undo, "file", &place, error))
        return error_prefix(error, "--undo=%s is a directory where there are several FILEs",
                            diag_escape(quoted, sizeof quoted, request->undo));
    place_free(place);
    return true;
}

/* Whether the command compiles a pattern that depends on no FILE. */
static bool wants_pattern(const struct request *request)
{
    bool finds = request->command->traits & COMMAND_SEARCHES;
    return !request->sorted && !request->edits &&
           (request_has_pattern(request) || (finds && request->from));
}

static bool take_pattern(struct files *files, struct error *error)
{
    const struct request *request = files->request;
    const struct byte_type *type = request->type;
    struct mapping none = {0};
    struct session session = {.request = request, .mapping = &none, .inputs = &files->inputs};
    if (!wants_pattern(request))
        return true;
    if (!type && !(type = byte_type_find("text", error)))
        return false;
    files->has_pattern =
        patterns_compile(&session, &request->patterns, type, &files->pattern, error);
    return files->has_pattern;
}

/* ---- results --------------------------------------------------------------------------------- */

/* A file_turns_settle(). With --quiet the first match is enough. */
static bool settle(void *context, const struct file_job *job)
{
    struct files *files = context;
    files->count++;
    files->matched += job->status == STATUS_DONE;
    files->failed += job->status == STATUS_FAILED;
    files->printed += job->status == STATUS_NO;
    files->replaced += job->replaced;
    return !files->request->quiet || job->status != STATUS_DONE;
}

static void say_sum(const struct files *files)
{
    char text[256];
    const struct request *request = files->request;
    uint64_t rest = files->count - files->matched - files->failed;
    if (!request->verbose || request->command->access != COMMAND_CHANGES)
        return;
    snprintf(text, sizeof text,
             "%llu file%s: %llu changed (%llu replaced), %llu without a match, %llu failed",
             (unsigned long long)files->count, diag_plural(files->count),
             (unsigned long long)files->matched, (unsigned long long)files->replaced,
             (unsigned long long)rest, (unsigned long long)files->failed);
    report_notice(request, text);
}

static bool result(const struct files *files, struct error *error)
{
    bool yes = files->request->names == NAMES_WITHOUT_MATCH
                   ? files->count > files->matched + files->failed
                   : files->matched > 0;
    if (files->failed > 0)
        return error_set(error, "%s", "");
    return yes || error_no(error, "%s", "");
}

/* A signal ended the command between two FILEs, or during one, which is then unchanged. */
static void tell_signal(const struct files *files, struct error *error)
{
    int signal = error->signal;
    if (signal == 0)
        return;
    error_set(error, "stopped by signal %d: %llu file%s done", signal,
              (unsigned long long)files->count, files->count == 1 ? " was" : "s were");
    error->signal = signal;
}

/* ---- threads --------------------------------------------------------------------------------- */

static unsigned threads_for(const struct request *request)
{
    uint64_t threads = request->threads > 0 ? request->threads : platform_processors();
    return (unsigned)minimum_u64(threads, MOST_THREADS);
}

static void run_worker(void *context)
{
    file_worker_run(context);
}

/* Starts `count` threads, or as many as can be had, and works in this one, too. */
static bool run_workers(struct files *files, unsigned count, struct error *error)
{
    struct file_worker *own = file_worker_new(files, error);
    struct file_worker *workers[MOST_THREADS];
    struct thread *threads[MOST_THREADS];
    unsigned started = 0;
    if (!own)
        return false;
    for (; started < count; started++) {
        workers[started] = file_worker_new(files, NULL);
        if (workers[started] && thread_start(run_worker, workers[started], &threads[started], NULL))
            continue;
        file_worker_free(workers[started]);
        break;
    }
    file_worker_run(own);
    file_worker_free(own);
    for (unsigned i = 0; i < started; i++) {
        thread_join(threads[i]);
        file_worker_free(workers[i]);
    }
    return true;
}

/* As in grep, a separator stands between the groups of lines of two FILEs, too. */
static bool has_groups(const struct request *request)
{
    return request->context_given && !request->json && !request->count && !request->quiet &&
           request->names == NAMES_NONE;
}

static bool run_all(struct files *files, struct file_list *list, struct output *output,
                    struct error *error)
{
    const struct request *request = files->request;
    struct file_turns_plan plan = {
        .list = list,
        .output = output,
        .threads = threads_for(request),
        .journal_dir = files->journal_dir,
        .must_wait = request->command->traits & COMMAND_PRINTS_FILE,
        .ordered_edits = edits(request),
        .between = has_groups(request) ? (request->null ? "--" : "--\n") : NULL,
        .between_length = 3,
        .progress = files->progress,
        .settle = settle,
        .context = files,
    };
    files->turns = file_turns_new(&plan, error);
    if (!files->turns)
        return false;
    unsigned others = (unsigned)minimum_u64(plan.threads, file_list_left(list));
    bool begun = run_workers(files, others > 0 ? others - 1 : 0, error);
    return file_turns_end(files->turns, error) && begun;
}

/* Signals end the work between two FILEs, once every edit under way has ended. */
static bool run_held(struct files *files, struct file_list *list, struct output *output,
                     struct error *error)
{
    const struct request *request = files->request;
    bool holds = edits(request);
    files->progress =
        progress_files_new(request->command->name, file_list_left(list), request->progress);
    if (holds)
        platform_signals_keep(true);
    bool done = run_all(files, list, output, error);
    if (holds)
        platform_signals_keep(false);
    progress_files_free(files->progress);
    say_sum(files);
    tell_signal(files, error);
    return done && result(files, error);
}

static bool run_prepared(struct files *files, struct output *output, struct error *error)
{
    struct file_list list;
    struct request request = *files->request;
    if (!request_has_files(&request))
        request.file_names = (struct string_list){&request.file, 1};
    if (!take_pattern(files, error))
        return false;
    bool done = file_list_open(&list, &request, error);
    if (done) {
        done = run_held(files, &list, output, error);
        file_list_close(&list);
    }
    if (files->has_pattern)
        pattern_release(&files->pattern);
    return done;
}

bool files_run(const struct request *request, const char *journal_dir, struct output *output,
               struct error *error)
{
    struct files files = {.request = request, .journal_dir = journal_dir};
    if (!check_input(request, error) || !check_undo(request, error) ||
        !inputs_take(&files.inputs, request, journal_dir, error))
        return false;
    return inputs_end(&files.inputs, run_prepared(&files, output, error), error);
}
