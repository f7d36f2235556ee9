/* run_command.c - runs a command: its other input first, then FILE, or each of several. */
#include "commands/command.h"
#include "commands/files.h"
#include "commands/input.h"

static bool run_in_stages(struct session *session, struct request *request, struct error *error)
{
    session->stages = request->command->stages;
    bool done =
        session->stages->begin(session, error) && session_run_on_file(session, request, error);
    session->stages->end(session);
    return done;
}

static bool run_with_inputs(struct session *session, struct request *request, struct error *error)
{
    struct inputs inputs = {0};
    session->inputs = &inputs;
    bool done = inputs_take(&inputs, request, session->journal_dir, error) &&
                inputs_end(&inputs, session_run_on_file(session, request, error), error);
    session->inputs = NULL;
    return done;
}

bool run_command(const struct request *given, struct output *output, struct error *error)
{
    struct mapping mapping = {0};
    struct request request = *given;
    request.dry_run = given->dry_run || command_copies(given);
    struct session session = {.request = &request, .mapping = &mapping, .output = output};
    session.journal_dir = session_journal_dir(&request);
    if (request.list) /* a question about the system, not about a file */
        return request.command->run(&session, error);
    if (request.command->access == COMMAND_RECOVERS)
        return request.command->run(&session, error);
    if (!session_check_access(&request, error))
        return false;
    if (files_are_meant(&request))
        return files_run(&request, session.journal_dir, output, error);
    return request.command->stages ? run_in_stages(&session, &request, error)
                                   : run_with_inputs(&session, &request, error);
}
