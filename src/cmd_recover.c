/* cmd_recover.c - recover: what an interrupted edit left, and the ways out. */
#include "claim.h"
#include "command.h"
#include "json.h"
#include "privileges.h"
#include "recover.h"
#include "recover_accept.h"
#include "recover_tell.h"
#include "report.h"

#include <string.h>
#include <time.h>

/* ---- showing -------------------------------------------------------------------------------- */

/* A state as a JSON value, in words, and what ends it. */
static const struct state_row {
    const char *name, *words, *way;
} states[] = {
    [RECOVER_WHOLE] = {"whole", "whole", NULL},
    [RECOVER_OBSTACLE] = {"obstacle", "whole; something is in the way of the next edit's journal",
                          "--accept --force removes it"},
    [RECOVER_LEFTOVER] = {"leftover", "whole; a journal, or a mark, is still to be removed",
                          "--finish, or any other command"},
    [RECOVER_UNDO] = {"undo", "whole; its undo script is not in its place yet",
                      "--finish, or any other command"},
    [RECOVER_UNBEGUN] = {"unbegun", "an edit that has not begun is to be taken back",
                         "--back, or any other command"},
    [RECOVER_HALF] = {"unfinished", "an edit is to be finished", "--finish, or any other command"},
    [RECOVER_ANEW] = {"anew", "in the middle of an edit that cannot be finished", "--accept"},
    [RECOVER_DOUBT] = {"doubt", "what was left of an edit is not believed", NULL},
};

/* The same of doubts. */
static const struct doubt_row {
    const char *name, *way;
} doubts[] = {
    [DOUBT_NONE] = {"none", "--accept --force"},
    [DOUBT_MISSING] = {"missing", "bring the journal back, or --accept --force"},
    [DOUBT_UNREADABLE] = {"unreadable", "--finish by who may read it, or --accept --force"},
    [DOUBT_DAMAGED] = {"damaged", "--accept --force"},
    [DOUBT_VERSION] = {"version", "--finish by that version, or --accept --force"},
    [DOUBT_UNTRUSTED] = {"untrusted", "--finish by its owner or root, --finish --force if you "
                                      "trust it, or --accept --force"},
    [DOUBT_OTHER_FILE] = {"other_file", "any command on that file, --finish --force if it is this "
                                        "one after all, or --accept --force to remove it"},
    [DOUBT_COPY] = {"copy", "copy the file again, or --accept --force"},
    [DOUBT_NOT_A_FILE] = {"not_a_file", "--accept --force removes it"},
    [DOUBT_SEVERAL] = {"several", "--finish --force takes that one, --accept --force removes it"},
    [DOUBT_MARK] = {"mark", "--accept --force"},
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

static void print_owner(struct printer *printer, uint64_t owner)
{
    char text[120];
    platform_tell_user(owner, text, sizeof text);
    if (printer->json)
        print_number(printer, "owner", owner);
    else if (*text)
        print_text(printer, "owner", text);
}

static void print_journal(struct printer *printer, const struct recover_look *look)
{
    const struct journal_header *header = &look->journal.header;
    struct file_status status;
    struct error ignored = {0};
    print_text(printer, "journal", place_path(look->journal.place));
    if (file_get_status(look->journal.file, &status, &ignored)) {
        print_owner(printer, status.owner);
        print_time(printer, status.birth);
    }
    if (header->window == 0) /* its maker was killed before it wrote one */
        return;
    print_number(printer, printer->json ? "old_size" : "old size", header->old_size);
    print_number(printer, printer->json ? "new_size" : "new size", header->new_size);
}

static void print_finding(struct printer *printer, const struct journal_finding *finding)
{
    if (finding->path[0])
        print_text(printer, "journal", finding->path);
    if (finding->place)
        print_owner(printer, finding->owner);
    if (printer->json)
        print_text(printer, "doubt", doubts[finding->doubt].name);
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
    bool believed = look->state != RECOVER_DOUBT && look->state != RECOVER_OBSTACLE;
    print_state(&printer, row->name, row->words);
    print_number(&printer, "size", session->mapping->size);
    if (look->has_journal)
        print_journal(&printer, look);
    if (!believed)
        print_finding(&printer, &look->finding);
    if (look->steps_known)
        print_steps(&printer, look);
    if (!believed || look->state == RECOVER_ANEW)
        print_text(&printer, "reason", look->reason.message);
    const char *way = look->state == RECOVER_DOUBT ? doubts[look->finding.doubt].way : row->way;
    if (way && !printer.json)
        print_text(&printer, "way", way);
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
        .insistent = request->force,
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
    switch (look->state) {
    case RECOVER_WHOLE:
    case RECOVER_OBSTACLE:
        return true;
    case RECOVER_LEFTOVER:
    case RECOVER_UNDO:
        return error_set(error, "there is no edit to be taken back: the file is whole");
    default:
        return look->goes_back ||
               error_set(error, "the edit cannot be taken back: %s", look->reason.message);
    }
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
    if (look->state == RECOVER_LEFTOVER) /* which only who may write it can tell */
        return journal_remove(&look->journal, session->mapping, error);
    if (!check_back(session, look, error) ||
        !recover_rollback(session->mapping, &look->journal, &report, error))
        return false;
    report_recovery(session, "an interrupted edit was taken back", &report);
    return true;
}

static bool print_part(void *context, struct range range, enum recover_part part,
                       struct error *error)
{
    static const char *const words[] = {[PART_OLD] = "old",
                                        [PART_NEW] = "new",
                                        [PART_NEITHER] = "neither",
                                        [PART_UNKNOWN] = "unknown"};
    struct session *session = context;
    return output_format(session->output, error, "%llu+%llu %s\n", (unsigned long long)range.start,
                         (unsigned long long)range_length(range), words[part]);
}

/* Says what of the file is old and new; how many bytes are neither, or cannot be told. */
static bool tell_parts(struct session *session, struct recover_look *look, uint64_t *doubtful,
                       struct error *error)
{
    struct recover_parts parts = {.tell = print_part, .context = session};
    const struct journal_header *header = &look->journal.header;
    uint64_t size = session->mapping->size;
    *doubtful = 0;
    if (look->state == RECOVER_UNBEGUN) {
        struct range growth = {minimum_u64(header->old_size, size), size};
        *doubtful = range_length(growth);
        return *doubtful == 0 || print_part(session, growth, PART_NEITHER, error);
    }
    if (!recover_tell(session->mapping, &look->journal, &parts, error))
        return false;
    *doubtful = parts.bytes[PART_NEITHER] + parts.bytes[PART_UNKNOWN];
    return true;
}

static bool insist(const struct session *session, const char *why, struct error *error)
{
    return session->request->force ||
           error_set(error, "%s: --force takes the file as it is all the same", why);
}

static bool check_accept(struct session *session, struct recover_look *look, struct error *error)
{
    uint64_t doubtful;
    char text[120];
    struct error cause = {0};
    switch (look->state) {
    case RECOVER_WHOLE:
    case RECOVER_LEFTOVER:
    case RECOVER_UNDO:
        return true;
    case RECOVER_OBSTACLE:
    case RECOVER_DOUBT:
        return insist(session, look->reason.message, error);
    case RECOVER_UNBEGUN:
    case RECOVER_HALF:
    case RECOVER_ANEW:
        break;
    }
    if (!tell_parts(session, look, &doubtful, &cause))
        return insist(session, cause.message, error);
    /* What is told is out before anything is done. */
    if (!output_flush(session->output, error))
        return false;
    snprintf(text, sizeof text, "%llu bytes are neither as before the edit nor as behind it",
             (unsigned long long)doubtful);
    return doubtful == 0 || insist(session, text, error);
}

static bool accept(struct session *session, struct recover_look *look, struct error *error)
{
    if (!recover_accept(look, session->mapping, session->journal_dir, error))
        return false;
    if (look->journal.kept)
        report_notice(session->request, "its mark cannot be taken off here: the journal stays "
                                        "until it can, and counts as done");
    return true;
}

static const struct way way_show = {0, show, NULL}, way_back = {MAPPING_WRITE, check_back, go_back},
                        way_accept = {MAPPING_WRITE, check_accept, accept};

static bool look_at(struct session *session, bool writable, struct recover_look *look,
                    struct error *error)
{
    const struct journal_search search = {
        .mapping = session->mapping,
        .directory = session->journal_dir,
        .writable = writable,
        .insistent = session->request->force && session->request->back,
        .fits = recover_fits,
    };
    return recover_look(look, &search, error);
}

/* Looks at one thing that was left, and does what is to be done with it. */
static bool follow_once(struct session *session, const struct way *way, bool *ended,
                        struct error *error)
{
    struct recover_look look = {0};
    bool done = look_at(session, false, &look, error) && way->check(session, &look, error);
    *ended = !way->go || look.state == RECOVER_WHOLE ||
             (look.state == RECOVER_OBSTACLE && way->go != accept);
    recover_look_release(&look);
    if (!done || *ended)
        return done;
    done = look_at(session, true, &look, error) && way->go(session, &look, error);
    *ended = look.journal.kept;
    recover_look_release(&look);
    return done;
}

/* There may be several: by the mark, by the name, in the journals' directory. */
static bool follow_to_the_end(struct session *session, const struct way *way, struct error *error)
{
    enum { MOST = 8 };
    bool ended = false;
    for (int i = 0; i < MOST && !ended; i++)
        if (!follow_once(session, way, &ended, error))
            return false;
    return ended || error_set(error, "what was left comes again whenever it is removed");
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
    bool done = follow_to_the_end(session, way, error);
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

/* The file is gone, and something has its journal's name. */
static bool end_orphan(const struct request *request, const struct place *journal, uint64_t owner,
                       struct error *error)
{
    char path[300], file[160];
    if (request->accept && request->force)
        return recover_clear(journal, owner, error);
    return error_set(error,
                     "no such file; %s has the name of its journal, or of one that was renamed: "
                     "'mmtool recover --accept --force %s' removes it",
                     diag_escape(path, sizeof path, place_path(journal)),
                     diag_escape(file, sizeof file, request->file));
}

static bool go_way(struct session *session, struct error *error)
{
    const struct request *request = session->request;
    if (request->finish)
        return finish(session, error);
    return follow(session,
                  request->back     ? &way_back
                  : request->accept ? &way_accept
                                    : &way_show,
                  error);
}

bool cmd_recover(struct session *session, struct error *error)
{
    const struct request *request = session->request;
    uint64_t owner;
    struct place *orphan = recover_find_orphan(request->file, &owner);
    bool done = orphan ? end_orphan(request, orphan, owner, error) : go_way(session, error);
    place_free(orphan);
    return done;
}
