/* run.c - run: a script of subcommands over one mapping. */
#include "commands/change.h"
#include "apply/claim.h"
#include "commands/report.h"
#include "edit/overlay.h"
#include "script/script.h"

#include <inttypes.h>
#include <stdlib.h>

/* What to do after a command: go on, or end the script with success or failure. */
enum next_line { GO_ON, END_DONE, END_FAILED };

/* Puts the line or command number and its first word before the message. */
static void locate(const struct script *script, struct error *error)
{
    char word[48];
    const char *name = script->words.count > 0 ? script->words.items[0] : "";
    if (!error->message[0])
        snprintf(error->message, sizeof error->message, "the answer is no");
    error_prefix(error, "%s %" PRIu64 "%s%s", script->lines.commands ? "command" : "line",
                 script->number, *name ? ": " : "", diag_escape(word, sizeof word, name));
    error->usage = false; /* the help of run would not help */
}

static bool answer(const struct script *script, const char *word, const char *message,
                   struct error *error)
{
    struct output *output = script->outer->output;
    return !script->outer->request->answers ||
           (output_begin_line(output, error) && output_text(output, word, error) &&
            output_text(output, message, error) && output_text(output, "\n", error));
}

/*
 * Decides how to continue. "No" is a normal answer of a search, but the "no" of an edit, like
 * any error, ends the script unless --keep-going is given.
 */
static enum next_line judge(struct script *script, bool done, struct error *error)
{
    const struct request *request = script->outer->request;
    struct error late;
    bool no = !done && error->status == STATUS_NO;
    if (!done && (error->silent || error->signal))
        return END_FAILED;
    error_clear(&late);
    if (done)
        error_clear(error); /* a command that succeeded may have left one */
    if (done || (no && !script_edits(script))) {
        if (answer(script, done ? "ok" : "no", "", &late))
            return GO_ON;
        *error = late;
        return END_FAILED;
    }
    if (!answer(script, no ? "no: " : "error: ", error->message, &late)) {
        *error = late;
        return END_FAILED;
    }
    locate(script, error);
    if (!request->keep_going)
        return END_FAILED;
    report_error(request, error);
    return GO_ON;
}

/* Before a command: a journal does not rest for long, so as to be in nobody's way. */
static bool look_up(struct script *script, struct error *error)
{
    const double moment = 0.01; /* seconds */
    if (!script->resting.file)
        return true;
    return script_lines_are_near(&script->lines, moment) ? !journal_must_stop(error)
                                                         : script_end_rest(script, error);
}

static enum next_line run_line(struct script *script, struct error *error)
{
    if (!look_up(script, error))
        return END_FAILED;
    switch (
        script_lines_next(&script->lines, &script->text, &script->length, &script->number, error)) {
    case SCRIPT_FAILED:
        return END_FAILED;
    case SCRIPT_END:
        return END_DONE;
    case SCRIPT_LINE:
        break;
    }
    bool split = shell_words_split(&script->words, script->text, script->length,
                                   script->lines.commands ? 0 : script->number, error);
    if (!split)
        script->words.count = 0;
    if (split && script->words.count == 0)
        return GO_ON;
    bool done = split && script_command(script, error);
    enum next_line progress = judge(script, done, error);
    struct error late;
    error_clear(&late);
    if (output_flush(script->outer->output, &late))
        return progress;
    *error = late;
    return END_FAILED;
}

/* Runs all commands. The status is that of the last one, or STATUS_FAILED after any error. */
static bool run_lines(struct script *script, struct error *error)
{
    enum status status = STATUS_DONE;
    struct error here;
    for (;;) {
        error_clear(&here);
        enum next_line progress = run_line(script, &here);
        if (progress == END_FAILED) {
            *error = here;
            return false;
        }
        if (progress == END_DONE)
            break;
        if (status != STATUS_FAILED)
            status = here.status;
    }
    if (status == STATUS_DONE)
        return true;
    error_set(error, "%s", "");
    error->status = status;
    return false;
}

/* ---- --atomic -------------------------------------------------------------------------------- */

static bool apply_overlay(struct script *script, struct error *error)
{
    struct change change;
    change_init(&change, script->outer);
    bool done = overlay_finish(script->overlay, &change.edits, &change.pool, error) &&
                change_apply(&change, error);
    return change_release(&change, done, error);
}

/* Makes the edits of an atomic script unless it failed; a last answer "no" is not a failure. */
static bool finish(struct script *script, bool done, struct error *error)
{
    struct error late = {0};
    bool went_well = done || (error->status == STATUS_NO && error->message[0] == 0);
    if (!went_well || !script->overlay || command_copies(script->outer->request))
        return done;
    if (output_check(script->outer->output, &late) && apply_overlay(script, &late))
        return done;
    *error = late;
    return false;
}

/* ---- run ------------------------------------------------------------------------------------- */

static bool check_options(const struct request *request, struct error *error)
{
    bool whole = request->undo || request->new_inode;
    if (request->commands.count > 0 && request->script)
        return error_usage(error, "a SCRIPT does not go with --command");
    if (request->atomic && request->ignore_journal && !request->dry_run)
        return error_usage(error, "--atomic needs the file's lock, which --ignore-journal does "
                                  "without");
    if (whole && !request->atomic)
        return error_usage(error, "--undo and --new-inode apply to one edit: they need --atomic");
    if (request->atomic && request->keep_going)
        return error_usage(error, "--atomic is all or nothing: it does not go with --keep-going");
    return true;
}

static bool open_script(struct session *session, struct error *error)
{
    const struct request *request = session->request;
    struct spool_place place = {session->journal_dir, request->file};
    struct script *script = calloc(1, sizeof *script);
    if (!script)
        return error_memory(error, sizeof *script);
    session->script = script;
    script->outer = session;
    return check_options(request, error) &&
           script_lines_open(&script->lines, request, &place, error) &&
           (!request->atomic ||
            (script_lines_take_all(&script->lines, error) && script_inputs_take(script, error)));
}

static void release_script(struct session *session)
{
    struct script *script = session->script;
    if (!script)
        return;
    journal_end_rest(&script->resting, session->mapping, NULL);
    script_inputs_release(&script->inputs);
    shell_words_release(&script->words);
    script_lines_close(&script->lines);
    free(script);
    session->script = NULL;
}

static bool take_ahead(void *session)
{
    struct session *of_run = session;
    return script_lines_take_ahead(&of_run->script->lines);
}

/*
 * The script is opened before FILE. An atomic script is then read to its end, with the streams
 * that its commands read. While run waits for FILE, it reads the script ahead.
 */
const struct command_stages run_stages = {open_script, take_ahead, release_script};

bool cmd_run(struct session *session, struct error *error)
{
    const struct request *request = session->request;
    struct script *script = session->script;
    bool done = true;
    script->shape = command_shape(request);
    if (request->atomic || request->dry_run)
        done = (script->overlay = overlay_new(session->mapping, error)) != NULL;
    else
        claim_release(session->mapping);
    if (!script->overlay)
        session->resting = &script->resting;
    done = done && run_lines(script, error);
    session->resting = NULL;
    if (!script_end_rest(script, done ? error : NULL))
        done = false;
    done = finish(script, done, error);
    overlay_free(script->overlay);
    return done;
}
