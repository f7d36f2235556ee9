/* recover.c - recover: shows, finishes, takes back or accepts an interrupted edit. */
#include "apply/claim.h"
#include "apply/recover.h"
#include "apply/recover_accept.h"
#include "apply/recover_parts.h"
#include "commands/command.h"
#include "commands/recover_print.h"
#include "commands/report.h"
#include "journal/privileges.h"

#include <stdio.h>

/* ---- --show, --back, --accept ---------------------------------------------------------------- */

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
 * One of --show, --back and --accept. `check` tells whether it is possible and changes nothing.
 * `go` does it, with the journal open for writing; NULL: there is nothing to do.
 */
struct way {
    unsigned flags; /* of the mapping */
    bool (*check)(struct session *session, struct recover_look *look, struct error *error);
    bool (*go)(struct session *session, struct recover_look *look, struct error *error);
};

static bool show(struct session *session, struct recover_look *look, struct error *error)
{
    return recover_print(look, session->mapping->size, session->request->json, session->output,
                         error) &&
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
        return error_set(error, "there is no edit to take back: the file is whole");
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
    if (look->state == RECOVER_LEFTOVER) /* seen only by a user who may write FILE */
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
    static const char *const words[] = {[RECOVER_PART_OLD] = "old",
                                        [RECOVER_PART_NEW] = "new",
                                        [RECOVER_PART_NEITHER] = "neither",
                                        [RECOVER_PART_UNKNOWN] = "unknown"};
    struct session *session = context;
    return output_format(session->output, error, "%llu+%llu %s\n", (unsigned long long)range.start,
                         (unsigned long long)range_length(range), words[part]);
}

/*
 * Prints which ranges of the file are old, new, neither or unknown. Stores the number of bytes
 * that are neither or unknown in *doubtful.
 */
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
        return *doubtful == 0 || print_part(session, growth, RECOVER_PART_NEITHER, error);
    }
    if (!recover_parts_tell(session->mapping, &look->journal, &parts, error))
        return false;
    *doubtful = parts.bytes[RECOVER_PART_NEITHER] + parts.bytes[RECOVER_PART_UNKNOWN];
    return true;
}

static bool insist(const struct session *session, const char *why, struct error *error)
{
    return session->request->force ||
           error_set(error, "%s: --force accepts the file as it is", why);
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
    case RECOVER_REWRITTEN:
        break;
    }
    if (!tell_parts(session, look, &doubtful, &cause))
        return insist(session, cause.message, error);
    /* Flush the report before changing anything. */
    if (!output_flush(session->output, error))
        return false;
    snprintf(text, sizeof text, "%llu bytes are neither as before the edit nor as after it",
             (unsigned long long)doubtful);
    return doubtful == 0 || insist(session, text, error);
}

static bool accept(struct session *session, struct recover_look *look, struct error *error)
{
    if (!recover_accept(look, session->mapping, session->journal_dir, error))
        return false;
    if (look->journal.kept)
        report_notice(session->request, "its mark cannot be removed here: the journal stays "
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

/* Looks at one leftover and handles it as the options say. */
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

/* There may be several: named by the mark, beside the file, and in the journals' directory. */
static bool follow_to_the_end(struct session *session, const struct way *way, struct error *error)
{
    enum { MOST = 8 };
    bool ended = false;
    for (int i = 0; i < MOST && !ended; i++)
        if (!follow_once(session, way, &ended, error))
            return false;
    return ended || error_set(error, "leftovers of an edit reappear each time they are removed");
}

/* One lock covers all looks, so that they see the same state. */
static bool follow(struct session *session, const struct way *way, struct error *error)
{
    struct error late = {0};
    bool busy;
    if (!claim(session, way->flags, true, &busy, error)) {
        if (busy && !way->go)
            (void)recover_print_busy(session->request->json, session->output, &late);
        return false;
    }
    bool done = follow_to_the_end(session, way, error);
    if (mapping_close(session->mapping, &late) || !done)
        return done;
    *error = late;
    return false;
}

/* Does what the next command would do. */
static bool finish(struct session *session, struct error *error)
{
    bool busy;
    return claim(session, MAPPING_WRITE, false, &busy, error) &&
           mapping_close(session->mapping, error);
}

/* FILE does not exist, but something has its journal's name. */
static bool end_orphan(const struct request *request, const struct place *journal, uint64_t owner,
                       struct error *error)
{
    char path[300], file[160];
    if (request->accept && request->force)
        return recover_clear(journal, NULL, owner, error);
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

/* Rejects contradictory options, and options without effect. */
bool recover_check(const struct request *request, struct error *error)
{
    int ways = request->show + request->finish + request->back + request->accept;
    if (ways > 1)
        return error_usage(error, "--show, --finish, --back and --accept do not go together");
    if (request->force && (request->show || ways == 0))
        return error_usage(error, "--force goes with --finish, --back and --accept");
    return !request->json || request->show || ways == 0 ||
           error_usage(error, "--json goes with --show");
}
