/* cmd_recover.c - recover: what an interrupted edit left, and the ways out. */
#include "claim.h"
#include "command.h"
#include "json.h"
#include "privileges.h"
#include "recover.h"
#include "recover_accept.h"
#include "report.h"

#include <string.h>
#include <time.h>

/* ---- showing -------------------------------------------------------------------------------- */

/* A state as a JSON value, in words, and what ends it. */
static const struct state_row {
    const char *name, *words, *way;
} states[] = {
    [RECOVER_WHOLE] = {"whole", "whole", NULL},
    [RECOVER_LEFTOVER] = {"leftover", "whole; a journal, or a mark, is still to be removed",
                          "--finish, or any other command on FILE"},
    [RECOVER_UNDO] = {"undo", "whole; its undo script is not in its place yet",
                      "--finish, or any other command on FILE"},
    [RECOVER_UNBEGUN] = {"unbegun", "an edit that has not begun is to be taken back",
                         "--back, or any other command on FILE"},
    [RECOVER_HALF] = {"unfinished", "an edit is to be finished",
                      "--finish, or any other command on FILE"},
    [RECOVER_DOUBT] = {"doubt", "what was left does not fit", "--accept takes FILE as it is"},
};

struct printer {
    struct output *output;
    bool json;
    struct error *error;
    bool failed;
};

/* "name: " or ,"name": */
static void print_name(struct printer *printer, const char *name)
{
    if (!output_format(printer->output, printer->error, printer->json ? ",\"%s\":" : "%s: ", name))
        printer->failed = true;
}

static void print_end(struct printer *printer)
{
    if (!printer->json && !output_text(printer->output, "\n", printer->error))
        printer->failed = true;
}

static void print_number(struct printer *printer, const char *name, uint64_t value)
{
    print_name(printer, name);
    if (!output_number(printer->output, value, 10, printer->error))
        printer->failed = true;
    print_end(printer);
}

static void print_json(struct printer *printer, const char *text)
{
    struct json_string string = {0};
    struct output *output = printer->output;
    struct error *error = printer->error;
    if (!output_text(output, "\"", error) ||
        !json_string_add(&string, output, (const unsigned char *)text, strlen(text), error) ||
        !json_string_end(&string, output, error) || !output_text(output, "\"", error))
        printer->failed = true;
}

static void print_text(struct printer *printer, const char *name, const char *text)
{
    char escaped[1024];
    print_name(printer, name);
    if (printer->json)
        print_json(printer, text);
    else if (!output_text(printer->output, diag_escape(escaped, sizeof escaped, text),
                          printer->error))
        printer->failed = true;
    print_end(printer);
}

static void print_state(struct printer *printer, const char *name, const char *words)
{
    if (!output_format(printer->output, printer->error,
                       printer->json ? "{\"state\":\"%s\"" : "state: %s\n",
                       printer->json ? name : words))
        printer->failed = true;
}

/* When the journal was made: the file's birth, where the file system keeps that. */
static void print_time(struct printer *printer, uint64_t nanoseconds)
{
    char text[40];
    time_t seconds = (time_t)(nanoseconds / 1000000000u);
    const struct tm *parts = nanoseconds > 0 ? gmtime(&seconds) : NULL;
    if (parts && strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", parts) > 0)
        print_text(printer, "made", text);
}

static void print_journal(struct printer *printer, const struct recover_look *look)
{
    const struct journal_header *header = &look->journal.header;
    struct file_status status;
    struct error ignored = {0};
    print_text(printer, "journal", place_path(look->journal.place));
    if (file_get_status(look->journal.file, &status, &ignored)) {
        print_number(printer, "owner", status.owner);
        print_time(printer, status.birth);
    }
    if (header->window == 0) /* its maker was killed before it wrote one */
        return;
    print_number(printer, printer->json ? "old_size" : "old size", header->old_size);
    print_number(printer, printer->json ? "new_size" : "new size", header->new_size);
}

static void print_steps(struct printer *printer, const struct recover_look *look)
{
    print_number(printer, printer->json ? "steps_done" : "steps done", look->done);
    print_number(printer, "steps", look->steps);
}

static bool print_look(struct session *session, const struct recover_look *look,
                       struct error *error)
{
    const struct state_row *row = &states[look->state];
    struct printer printer = {session->output, session->request->json, error, false};
    print_state(&printer, row->name, row->words);
    print_number(&printer, "size", session->mapping->size);
    if (look->has_journal)
        print_journal(&printer, look);
    if (look->steps_known)
        print_steps(&printer, look);
    if (look->state == RECOVER_DOUBT)
        print_text(&printer, "reason", look->reason.message);
    if (row->way && !printer.json)
        print_text(&printer, "way", row->way);
    return !printer.failed && (!printer.json || output_text(printer.output, "}\n", error));
}

static bool print_busy(struct session *session, struct error *error)
{
    struct printer printer = {session->output, session->request->json, error, false};
    print_state(&printer, "busy", "busy: an edit is under way");
    return !printer.failed && (!printer.json || output_text(printer.output, "}\n", error));
}

/* ---- the ways ------------------------------------------------------------------------------- */

static bool claim(struct session *session, unsigned flags, bool leave_journal, bool *busy,
                  struct error *error)
{
    const struct request *request = session->request;
    struct claim_notice notice;
    const struct claim_options options = {
        .flags = flags,
        .journal_dir = session->journal_dir,
        .leave_journal = leave_journal,
        .wait = request->wait,
        .wait_seconds = request->wait_seconds,
    };
    bool claimed = claim_open(session->mapping, request->file, &options, &notice, error);
    if (notice.text[0])
        report_notice(request, notice.text);
    *busy = notice.busy;
    return claimed;
}

/*
 * A way out. `check` tells whether it can be gone, by a look that changes nothing; `go` goes it,
 * the journal open for writing.
 */
struct way {
    unsigned flags; /* of the mapping */
    bool (*check)(struct session *session, struct recover_look *look, struct error *error);
    bool (*go)(struct session *session, struct recover_look *look, struct error *error);
};

static bool show(struct session *session, struct recover_look *look, struct error *error)
{
    return print_look(session, look, error) &&
           (look->state == RECOVER_WHOLE || error_no(error, "%s", ""));
}

static bool check_back(struct session *session, struct recover_look *look, struct error *error)
{
    (void)session;
    if (look->state == RECOVER_WHOLE)
        return true;
    if (look->state == RECOVER_UNDO || look->state == RECOVER_LEFTOVER)
        return error_set(error, "there is no edit to be taken back: the file is whole");
    return look->goes_back ||
           error_set(error, "the edit cannot be taken back: %s", look->reason.message);
}

static void report_recovery(struct session *session, const char *text,
                            const struct recover_report *report)
{
    char line[1280], lost[PRIVILEGES_TEXT];
    const char *failure = report->undo_failure.message;
    privileges_tell(report->lost, lost, sizeof lost);
    snprintf(line, sizeof line, "%s%s%s%s%s", text, *lost ? "; " : "", lost, *failure ? "; " : "",
             failure);
    report_notice(session->request, line);
}

static bool go_back(struct session *session, struct recover_look *look, struct error *error)
{
    struct recover_report report = {0};
    if (!recover_back(session->mapping, &look->journal, &report, error))
        return false;
    report_recovery(session, "an interrupted edit was taken back", &report);
    return true;
}

static bool check_accept(struct session *session, struct recover_look *look, struct error *error)
{
    bool certain = look->state == RECOVER_WHOLE || look->state == RECOVER_LEFTOVER ||
                   look->state == RECOVER_UNDO;
    return certain || session->request->force ||
           error_set(error, "what of the file is old and what is new cannot be told: --force "
                            "takes it as it is all the same");
}

static bool accept(struct session *session, struct recover_look *look, struct error *error)
{
    return recover_accept(look, session->mapping, error);
}

static const struct way way_show = {0, show, NULL}, way_back = {MAPPING_WRITE, check_back, go_back},
                        way_accept = {MAPPING_WRITE, check_accept, accept};

/* One look at what was left, and what is to be done with it. */
static bool look_and(struct session *session, bool writable,
                     bool act(struct session *session, struct recover_look *look,
                              struct error *error),
                     struct error *error)
{
    struct recover_look look;
    bool done = recover_look(&look, session->mapping, session->journal_dir, writable, error) &&
                ((writable && look.state == RECOVER_WHOLE) || act(session, &look, error));
    recover_look_release(&look);
    return done;
}

/* All looks are under one lock. */
static bool follow(struct session *session, const struct way *way, struct error *error)
{
    struct error late = {0};
    bool busy;
    if (!claim(session, way->flags, true, &busy, error)) {
        if (busy && !way->go)
            (void)print_busy(session, &late);
        return false;
    }
    bool done = look_and(session, false, way->check, error) &&
                (!way->go || look_and(session, true, way->go, error));
    if (mapping_close(session->mapping, &late) || !done)
        return done;
    *error = late;
    return false;
}

/* What the next command would do. */
static bool finish(struct session *session, struct error *error)
{
    bool busy;
    return claim(session, MAPPING_WRITE, false, &busy, error) &&
           mapping_close(session->mapping, error);
}

bool cmd_recover(struct session *session, struct error *error)
{
    const struct request *request = session->request;
    if (request->finish)
        return finish(session, error);
    if (request->back)
        return follow(session, &way_back, error);
    if (request->accept)
        return follow(session, &way_accept, error);
    return follow(session, &way_show, error);
}
