/* recover_print.c - prints what an interrupted edit left, as text or JSON. */
#include "commands/recover_print.h"
#include "output/json.h"

#include <time.h>

/* For each state: its JSON value, its text, and the option that ends it (NULL: none). */
static const struct state_row {
    const char *name, *words, *way;
} states[] = {
    [RECOVER_WHOLE] = {"whole", "whole", NULL},
    [RECOVER_OBSTACLE] = {"obstacle", "whole; something is in the way of the next edit's journal",
                          "--accept --force removes it"},
    [RECOVER_LEFTOVER] = {"leftover", "whole; a journal or a mark is left over",
                          "--finish, or any other command"},
    [RECOVER_UNDO] = {"undo", "whole; its undo script is not in its place yet",
                      "--finish, or any other command"},
    [RECOVER_UNBEGUN] = {"unbegun", "an edit that has not begun is to be taken back",
                         "--back, or any other command"},
    [RECOVER_HALF] = {"unfinished", "an edit is to be finished", "--finish, or any other command"},
    [RECOVER_REWRITTEN] = {"anew", "in the middle of an edit that cannot be finished", "--accept"},
    [RECOVER_DOUBT] = {"doubt", "what was left of an edit is not believed", NULL},
};

/* For each doubt: its JSON value, and what the user can do. */
static const struct doubt_row {
    const char *name, *way;
} doubts[] = {
    [JOURNAL_DOUBT_NONE] = {"none", "--accept --force"},
    [JOURNAL_DOUBT_MISSING] = {"missing", "restore the journal, or --accept --force"},
    [JOURNAL_DOUBT_UNREADABLE] = {"unreadable",
                                  "--finish by a user who may read it, or --accept --force"},
    [JOURNAL_DOUBT_DAMAGED] = {"damaged", "--accept --force"},
    [JOURNAL_DOUBT_FORMAT] = {"version",
                              "--finish with the mmtool that began the edit, or --accept --force"},
    [JOURNAL_DOUBT_UNTRUSTED] = {"untrusted",
                                 "--finish by its owner or root, --finish --force if you "
                                 "trust it, or --accept --force"},
    [JOURNAL_DOUBT_OTHER_FILE] = {"other_file",
                                  "any command on that file, --finish --force if it is this "
                                  "one after all, or --accept --force to remove it"},
    [JOURNAL_DOUBT_COPY] = {"copy", "copy the file again, or --accept --force"},
    [JOURNAL_DOUBT_NOT_A_FILE] = {"not_a_file", "--accept --force removes it"},
    [JOURNAL_DOUBT_SEVERAL] = {"several",
                               "--finish --force takes that one, --accept --force removes it"},
    [JOURNAL_DOUBT_MARK] = {"mark", "--accept --force"},
};

const char *recover_state_name(enum recover_state state)
{
    return states[state].name;
}

const char *recover_state_words(enum recover_state state)
{
    return states[state].words;
}

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

static void print_text(struct printer *printer, const char *name, const char *text)
{
    char escaped[1024];
    struct output *output = printer->output;
    struct error *error = printer->error;
    if (printer->json) {
        if (!output_text(output, ",", error) || !json_member(output, name, text, error))
            printer->failed = true;
        return;
    }
    print_name(printer, name);
    if (!output_text(output, diag_escape(escaped, sizeof escaped, text), error))
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

/* When the journal was created: its birth time, if the file system keeps one. */
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
    platform_describe_user(owner, text, sizeof text);
    if (printer->json)
        print_number(printer, "owner", owner);
    else if (*text)
        print_text(printer, "owner", text);
}

static void print_journal(struct printer *printer, const struct recover_look *look)
{
    const struct journal_header *header = &look->journal.header;
    struct file_status status;
    print_text(printer, "journal", place_path(look->journal.place));
    if (file_get_status(look->journal.file, &status, NULL)) {
        print_owner(printer, status.owner);
        print_time(printer, status.birth);
    }
    if (header->sizes.write_max == 0) /* killed before it wrote a header */
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

bool recover_print(const struct recover_look *look, uint64_t size, bool json, struct output *output,
                   struct error *error)
{
    const struct state_row *row = &states[look->state];
    struct printer printer = {output, json, error, false};
    bool believed = look->state != RECOVER_DOUBT && look->state != RECOVER_OBSTACLE;
    print_state(&printer, row->name, row->words);
    print_number(&printer, "size", size);
    if (look->has_journal)
        print_journal(&printer, look);
    if (!believed)
        print_finding(&printer, &look->finding);
    if (look->steps_known)
        print_steps(&printer, look);
    if (!believed || look->state == RECOVER_REWRITTEN)
        print_text(&printer, "reason", look->reason.message);
    const char *way = look->state == RECOVER_DOUBT ? doubts[look->finding.doubt].way : row->way;
    if (way && !printer.json)
        print_text(&printer, "way", way);
    return !printer.failed && (!printer.json || output_text(printer.output, "}\n", error));
}

bool recover_print_busy(bool json, struct output *output, struct error *error)
{
    struct printer printer = {output, json, error, false};
    print_state(&printer, "busy", "busy: an edit is under way");
    return !printer.failed && (!printer.json || output_text(printer.output, "}\n", error));
}
