/* session.c - opens and locks FILE, runs the subcommand, and closes FILE. */
#include "apply/claim.h"
#include "commands/command.h"
#include "commands/input.h"
#include "commands/report.h"
#include "commands/stream_reach.h"
#include "mapping/names.h"
#include "mapping/positions.h"

#include <string.h>

/* A script that takes no lock can only read. */
static bool script_may_write(const struct request *request)
{
    return request->command->access == COMMAND_RUNS && request->access != ACCESS_READ &&
           !request->dry_run && !request->new_inode && !request->ignore_journal;
}

static bool gives_storing_advice(const struct request *request)
{
    const char *advice = command_operand_of(request, OPERAND_ADVICE);
    return advice && names_advice_stores(advice);
}

static bool opens_for_writing(const struct request *request)
{
    bool edits = request->command->access == COMMAND_CHANGES;
    bool in_place = edits && !request->dry_run && !request->new_inode;
    bool asked = request->access == ACCESS_WRITE && !request->dry_run;
    /* Destructive advice changes the file. */
    return in_place || asked || script_may_write(request) || request->force ||
           gives_storing_advice(request);
}

static unsigned open_flags(const struct request *request)
{
    bool edits = request->command->access == COMMAND_CHANGES;
    unsigned flags = request->ignore_journal ? MAPPING_PATIENT : 0;
    if (request->command->access == COMMAND_READS_STREAM)
        flags |= MAPPING_STREAMS;
    if (flags & MAPPING_STREAMS && stream_is_forward(request))
        flags |= MAPPING_AS_IT_COMES;
    if (edits)
        flags |= MAPPING_EDIT;
    if (opens_for_writing(request))
        flags |= MAPPING_WRITE;
    if (edits && command_has_option(request->command, "create") && !request->unlink)
        flags |= request->create ? MAPPING_CREATE : MAPPING_MAY_CREATE;
    return flags;
}

const char *session_journal_dir(const struct request *request)
{
    const char *directory = request->journal_dir;
    return directory ? directory : platform_environment("MMTOOL_JOURNAL_DIR");
}

static struct claim_options claim_options(const struct session *session)
{
    const struct request *request = session->request;
    return (struct claim_options){
        .flags = open_flags(request),
        .journal_dir = session->journal_dir,
        .ignore_journal = request->ignore_journal,
        .part = stream_part_of(request),
        .passing = request->command->traits & COMMAND_SEARCHES,
        .wait = request->wait,
        .wait_seconds = request->wait_seconds,
    };
}

static struct claim_options session_claim_options(struct session *session)
{
    struct claim_options options = claim_options(session);
    if (session->stages) {
        options.while_waiting = session->stages->wait;
        options.waiting_context = session;
    }
    options.resting = session->resting;
    options.neighbour = session->neighbour;
    return options;
}

bool command_copies(const struct request *request)
{
    return request->access == ACCESS_COPY || names_map_is_private(request->map_flags);
}

bool session_check_access(const struct request *request, struct error *error)
{
    bool changes = request->command->access == COMMAND_CHANGES;
    bool private = names_map_is_private(request->map_flags);
    if (request->access == ACCESS_WRITE && private && !request->prot_given)
        return error_usage(error, "a private mapping has no write access: --access=copy");
    if (request->ignore_journal && request->force)
        return error_usage(error, "--force needs the file's lock, which --ignore-journal does "
                                  "without");
    if (changes && request->access == ACCESS_READ && !request->dry_run)
        return error_set(error, "an edit needs write access, and --%s=read is given",
                         request->prot_given ? "prot" : "access");
    return true;
}

struct mapping_shape command_shape(const struct request *request)
{
    struct mapping_shape shape = {0};
    bool edits = request->command->access == COMMAND_CHANGES;
    bool writes = request->access == ACCESS_WRITE ||
                  (edits && request->access == ACCESS_DEFAULT && !request->dry_run);
    shape.use_view = request->access != ACCESS_DEFAULT || request->map_given || request->map_advice;
    shape.map_flags = request->map_flags;
    shape.access = command_copies(request) ? VIEW_COPY : writes ? VIEW_WRITE : VIEW_READ;
    shape.advised = request->map_advice != NULL;
    shape.advice = shape.advised ? request->map_advice->value : 0;
    return shape;
}

/* Anonymous memory got its tag when it was opened. */
static bool set_tag(struct session *session, struct error *error)
{
    const char *tag = session->request->tag;
    if (!tag || session->mapping->anonymous)
        return true;
    if (session->mapping->is_held)
        return error_set(error, "--tag is the name of a mapping, and a stream has none");
    return file_set_tag(session->mapping->file, tag, error);
}

/* Resolves --window against the size and the lines that the file has under the lock. */
static bool set_window(struct session *session, struct error *error)
{
    const struct request *request = session->request;
    struct mapping *mapping = session->mapping;
    struct range_spec window = request->window;
    struct positions_kept nothing = {0};
    if (!request->window_given)
        return true;
    if (!positions_await(mapping, request->type, POSITIONS_REJECT, &nothing, &window, error) ||
        !positions_settle(mapping, request->type, POSITIONS_REJECT, &window, error))
        return error_prefix(error, "--window");
    return mapping_skip(mapping, window.start.value, error) &&
           mapping_set_window(mapping, &window, error);
}

/*
 * Holds output back while the lock is held, so that a slow reader of results does not
 * delay other editors. Bytes of the file are not held back, as there may be too many: the lock is
 * then kept until they are written. A script that is not atomic releases its lock at once.
 */
static void keep_output(struct session *session)
{
    const struct request *request = session->request;
    bool holds = request->command->access != COMMAND_RUNS || request->atomic || request->dry_run;
    bool prints_file = request->command->traits & COMMAND_PRINTS_FILE;
    if (holds && !prints_file && !request->ignore_journal && claim_locks(session->mapping))
        output_keep(session->output, session->mapping->file, session->journal_dir);
}

static bool run_claimed(struct session *session, struct error *error)
{
    struct error close_error = {0};
    struct mapping_shape shape = command_shape(session->request);
    keep_output(session);
    bool done = set_tag(session, error) && set_window(session, error) &&
                mapping_shape(session->mapping, &shape, error) &&
                session->request->command->run(session, error);
    output_release(session->output);
    if (!done || session->request->dry_run)
        mapping_remove_created(session->mapping);
    if (mapping_close(session->mapping, &close_error) || !done)
        return done;
    *error = close_error;
    return false;
}

static bool claim_and_say(struct mapping *mapping, const struct request *request,
                          const struct claim_options *options, bool renew, struct error *error)
{
    struct claim_notice notice;
    bool claimed = renew ? claim_renew(mapping, options, &notice, error)
                         : claim_open(mapping, request->file, options, &notice, error);
    if (notice.text[0])
        report_notice(request, notice.text);
    return claimed;
}

/* A script need not edit: if the file may not be written, open it for reading. */
static bool open_for_run(struct mapping *mapping, struct request *request,
                         struct claim_options *options, struct error *error)
{
    if (request->anonymous) {
        request->no_journal = true; /* the memory ends with the process: nothing to recover */
        return mapping_open_anonymous(mapping, request->anonymous_size, request->tag, error);
    }
    if (claim_and_say(mapping, request, options, false, error))
        return true;
    bool cannot_edit = mapping->not_allowed || mapping->status.size_unknown;
    bool may_look = cannot_edit && request->access == ACCESS_DEFAULT;
    options->flags &= ~(unsigned)MAPPING_WRITE;
    return may_look && claim_and_say(mapping, request, options, false, error);
}

bool session_reclaim(struct session *session, const struct mapping_shape *shape,
                     struct error *error)
{
    const struct request *request = session->request;
    if (session->overlay)
        return true;
    struct claim_options options = session_claim_options(session);
    mapping_unshape(session->mapping);
    return claim_and_say(session->mapping, request, &options, true, error) &&
           mapping_shape(session->mapping, shape, error);
}

static bool run_taken(struct session *session, const struct mapping_shape *shape,
                      struct error *error)
{
    const struct request *request = session->request;
    bool edits = opens_for_writing(request);
    if (!session_check_access(request, error))
        return false;
    if (edits && !session->overlay && request->ignore_journal)
        return error_set(error, "with --ignore-journal no lock is held: the script can only read");
    if (edits && !session->overlay && !session->mapping->writable)
        return error_set(error, "the file may not be written: the script can only read it");
    if (session->overlay)
        return request->command->run(session, error);
    bool done = session_reclaim(session, shape, error);
    keep_output(session);
    done = done && request->command->run(session, error);
    output_release(session->output);
    claim_release(session->mapping);
    return done;
}

static bool run_with_own_inputs(struct session *session, const struct mapping_shape *shape,
                                struct error *error)
{
    struct inputs inputs = {0};
    session->inputs = &inputs;
    bool done = inputs_take(&inputs, session->request, session->journal_dir, error) &&
                run_taken(session, shape, error);
    session->inputs = NULL;
    return inputs_end(&inputs, done, error);
}

bool session_run_in_script(struct session *session, const struct mapping_shape *shape,
                           struct error *error)
{
    /* Most lines of a script name no inputs: zero no room for them. */
    if (!session->inputs && inputs_are_named(session->request))
        return run_with_own_inputs(session, shape, error);
    return (!session->inputs ||
            inputs_take(session->inputs, session->request, session->journal_dir, error)) &&
           run_taken(session, shape, error);
}

bool session_open_other(const struct session *session, const char *path, struct mapping *mapping,
                        struct error *error)
{
    struct request request = *session->request;
    struct claim_options options = claim_options(session);
    char quoted[200];
    request.file = path; /* for notices */
    return claim_and_say(mapping, &request, &options, false, error) ||
           error_prefix(error, "%s", diag_escape(quoted, sizeof quoted, path));
}

/*
 * For commands that report what is wrong with a file. If another command edits it, the file is
 * opened without a lock. If an unfinished edit cannot be finished, it is left, and
 * session->unmended says why.
 */
static bool open_to_look(struct session *session, struct claim_options *options,
                         struct error *error)
{
    struct mapping *mapping = session->mapping;
    const char *path = session->request->file;
    struct claim_notice notice;
    bool claimed = claim_open(mapping, path, options, &notice, error);
    if (notice.text[0])
        report_notice(session->request, notice.text);
    if (claimed)
        return true;
    if (notice.busy) {
        error_clear(error);
        session->busy = options->ignore_journal = true;
        options->flags |= MAPPING_PATIENT;
        return claim_open(mapping, path, options, &notice, error);
    }
    struct error again = {0};
    options->leave_journal = true;
    if (!claim_open(mapping, path, options, &notice, &again))
        return false;
    session->unmended = *error;
    error_clear(error);
    return true;
}

static bool open_session(struct session *session, struct request *request, struct error *error)
{
    struct claim_options options = session_claim_options(session);
    if (request->command->access == COMMAND_RUNS)
        return open_for_run(session->mapping, request, &options, error);
    if (request->command->traits & COMMAND_LOOKS && !request->size_only && !request->ignore_journal)
        return open_to_look(session, &options, error);
    return claim_and_say(session->mapping, request, &options, false, error);
}

bool session_run_on_file(struct session *session, struct request *request, struct error *error)
{
    return open_session(session, request, error) && run_claimed(session, error);
}
