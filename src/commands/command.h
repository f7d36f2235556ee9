/*
 * command.h - a subcommand: a row of the table in cli/commands.c.
 *
 * The rows feed the parser, the help, the shell completions (completions/generate.c), the manual
 * (man/generate.c) and the dump that tests compare with it. To add a subcommand: write NAME.c with
 * a function of type command_run, declare it here, add a row in cli/commands.c and a page
 * man/mmtool-NAME.1.in. To add an option: add a field to struct request, a row to a group in
 * cli/options.c or cli/options_mapping.c, and its description to man/options.mdoc.
 *
 * The folder commands: one file for each subcommand, and the code that they share. It may use
 * all folders above it in the map of main.c. It knows neither script/ nor argv. In reading order:
 *
 *   request.c           releases a request
 *   command.c           looks up operands and options in a row of the command table
 *   run_command.c       runs a command: its other input first, then FILE, or each of several
 *   session.c           opens and locks FILE, runs the subcommand, and closes FILE
 *   files.c             a command on several FILEs: see files.h
 *   file_list.c         their names: operands, or a list of any length
 *   file_turns.c        their results in the order of the names
 *   file_job.c          works on one of them
 *   undo_name.c         the name of a FILE's undo script in a directory of them
 *   report.c            one line on standard error
 *   read.c              read: bytes of a file, raw, as text, or as a dump
 *   find.c              find and rfind: where a pattern matches
 *   find_print.c        prints a match, or the number of matches
 *   find_line.c         prints a line
 *   find_place.c        where a result is, as text or JSON, and what ends it
 *   find_bytes.c        bytes of the file in a result: as they are, in a TYPE, in JSON
 *   find_number.c       find --line-number: the numbers of lines
 *   find_marks.c        find --line: the matches in a line, coloured or as JSON
 *   find_lines.c        find --line: the lines in which matches begin, with context
 *   find_dump.c         find --dump: the rows around matches
 *   find_dump_rows.c    find --dump: prints rows, in ascending order
 *   find_dump_groups.c  find --dump backwards: groups of rows
 *   find_groups.c       find --line backwards: groups of lines with their context
 *   find_context.c      find --line: context lines and separators, in both directions
 *   find_sorted.c       find --sorted: the first line not less than a pattern, by bisection
 *   line_set.c          a compact set of lines
 *   edit.c              write, move and resize: each makes a list of edits
 *   splice.c            splice: by range, by pattern, by script
 *   substitute.c        search and replace: the matches of a pattern become edits
 *   substitute_cstring.c  keeps the length of strings that end in NUL
 *   replacement.c       DATA of a search and replace by expression
 *   edit_load.c         an edit script becomes a list of edits
 *   page.c              advise and flush: work on the pages of a range
 *   page_effect.c       the state of a range before and after
 *   info.c              info: size, blocks, holes, residency, locks and journal of a file
 *   info_print.c        prints them
 *   diff.c              diff: the edit script that makes one file into another
 *   recover.c           recover: shows, finishes, takes back or accepts an interrupted edit
 *   recover_print.c     prints what an interrupted edit left, as text or JSON
 *   input.c             the other files that a command reads: --from, --edits, --patterns-from
 *   input_typed.c       the values of --typed-from become bytes
 *   patterns.c          the patterns of a search: from operands, options and files
 *   stream_reach.c      how much of a stream a request needs
 *   data.c              DATA becomes the new bytes of an edit
 *   records.c           operands that are lines of records, where --type lists fields
 *   change.c            one command's change of a file
 *   change_display.c    shows changes to people, as lines of text or rows of a dump
 *   change_side.c       bytes of the file before or after these changes
 *   change_screen.c     the lines that are left on the screen, and colours
 *   change_hunks.c      changes near each other, with what is around them
 *   change_rows.c       hunks as rows of a dump
 *   change_lines.c      hunks as lines of text
 *   change_edits.c      shows what --dry-run would change
 *   expect.c            --expect: edits only if the file holds the expected bytes
 *   replace_file.c      --new-inode: the edited bytes in a new file, renamed over the old
 *   foreign.c           the subcommand for a word that other programs have
 */
#ifndef MMTOOL_COMMAND_H
#define MMTOOL_COMMAND_H

#include "base/diag.h"
#include "commands/request.h"
#include "mapping.h"
#include "output/output.h"

struct command_stages;
struct inputs;
struct overlay;
struct pattern;
struct script;

/* The state that a subcommand works with; run_command() owns all of it. */
struct session {
    const struct request *request;
    struct mapping *mapping;
    struct output *output;
    const char *journal_dir; /* or NULL */
    struct inputs *inputs;   /* what was read before FILE was opened; or NULL */
    struct overlay *overlay; /* takes edits in place of the file; or NULL; not owned */
    struct script *script;   /* of run; or NULL */
    struct journal *resting; /* of the script's last edit: see journal_rest(); or NULL; not owned */
    const struct command_stages *stages; /* of run, also for the commands of its script; or NULL */
    struct range touched;                /* the range that read printed or write wrote */
    bool matched;                        /* find or rfind found a match */
    struct range match;                  /* the last match that find or rfind reported */
    const struct pattern *pattern;       /* of the request, compiled already; or NULL; not owned */
    uint64_t replaced;                   /* matches that splice replaced */
    struct place **neighbour;            /* of an earlier FILE: see struct mapping; or NULL */
    bool busy; /* of COMMAND_LOOKS: another command has FILE's lock, so this one has none */
    struct error unmended; /* of COMMAND_LOOKS: why an unfinished edit was left; fails at the end */
};

/*
 * Does the work. On false, `error` says why; the answer "no" is an error of
 * STATUS_NO with an empty message.
 */
typedef bool command_run(struct session *session, struct error *error);

enum argument_kind { ARGUMENT_NONE, ARGUMENT_REQUIRED, ARGUMENT_OPTIONAL };

struct option;
/* Stores an option's value (NULL where there is none) in the request. */
typedef bool option_setter(struct request *request, const struct option *option, const char *value,
                           struct error *error);

/* What the value of an option is. */
enum value_kind {
    VALUE_TEXT,  /* a number, a range, bytes: nothing that completions could list */
    VALUE_WORD,  /* one of option->words */
    VALUE_WORDS, /* some of them, with commas between */
    VALUE_FILE,
    VALUE_DIRECTORY,
    VALUE_TYPE,      /* one of byte_type_names() */
    VALUE_ADVICE,    /* one of platform_advice(), but none that destroys data */
    VALUE_MAP_FLAGS, /* some of platform_map_flags(), with commas between */
};

/* The titles of options in help, in their order there. */
enum option_title {
    OPTION_SAME, /* that of the option before; OPTION_GENERAL for the first one of a group */
    OPTION_FINDS,
    OPTION_DOES,
    OPTION_BYTES,
    OPTION_CHANGES,
    OPTION_PRINTS,
    OPTION_EDITS,
    OPTION_FILES,
    OPTION_MAPS,
    OPTION_GENERAL,
};

struct option {
    const char *name; /* without the dashes; NULL ends a group */
    char letter;      /* 0: none; never a digit */
    enum argument_kind argument;
    const char *value_name; /* for help: "N", "TYPE"; unused if there are words */
    const char *summary;    /* one line, lower case */
    enum value_kind kind;
    const char *const *words; /* of VALUE_WORD and VALUE_WORDS, NULL-terminated; else NULL */
    bool repeats;             /* each value is added to a string_list */
    option_setter *set;       /* NULL: add to the list, store true in a bool, or store the string */
    size_t offset;            /* of the field in struct request; unused by some setters */
    int value;                /* argument of the setter */
    enum option_title title;
};

enum { COMMAND_MOST_GROUPS = 14 };

/* How a subcommand opens FILE. */
enum command_access {
    COMMAND_READS,        /* a path */
    COMMAND_READS_STREAM, /* a path or "-" */
    COMMAND_CHANGES,      /* a path, for writing */
    COMMAND_RUNS,         /* a path, for writing if it may be written */
    COMMAND_RECOVERS,     /* a path, which it opens itself: it must see an unfinished edit */
};

/* The kind of an operand after FILE. */
enum operand_kind {
    OPERAND_NONE, /* ends the operands of a row */
    OPERAND_POSITION,
    OPERAND_RANGE, /* or a position, where the subcommand takes one */
    OPERAND_SIZE,
    OPERAND_PATTERN,
    OPERAND_ADVICE,
    OPERAND_SCRIPT,
    OPERAND_FILE, /* another file, read as FILE is */
    OPERAND_DATA, /* this operand and all after it */
};

/* Options with which an operand is not given. */
enum operand_absent {
    OPERAND_ABSENT_WITH_PATTERNS = 1, /* --pattern or --patterns-from */
    OPERAND_ABSENT_WITH_EDITS = 2,
    OPERAND_ABSENT_WITH_STATUS = 4,
    OPERAND_ABSENT_WITH_UNLINK = 8,
    OPERAND_ABSENT_WITH_FROM = 16,
};

struct operand {
    enum operand_kind kind;
    const char *name; /* in usage lines */
    bool optional;
    unsigned absent; /* bits of enum operand_absent */
};

enum { COMMAND_MOST_OPERANDS = 3 }; /* including the row that ends them */

enum command_trait {
    COMMAND_SEARCHES = 1,    /* sets `match` in a script; releases the lock before slow output */
    COMMAND_FORWARD = 2,     /* can work forward over a stream */
    COMMAND_AT_POSITION = 4, /* in a script, without a position: works at the file position */
    COMMAND_RECORDS = 32,    /* --type may list the fields of records */
    COMMAND_COMPARES = 16,   /* works on two files: not in a script */
    COMMAND_LOOKS = 64, /* reports a lock, and an edit that cannot be finished; not by --size */
    COMMAND_PRINTS_FILE = 8, /* holds the lock until its output is written: one state of FILE */
};

/* Rejects contradictions between options and operands that only this subcommand has. */
typedef bool command_check(const struct request *request, struct error *error);

struct command {
    const char *name;    /* NULL ends the table */
    const char *file;    /* what usage lines call FILE; NULL: FILE */
    const char *summary; /* one line */
    struct operand operands[COMMAND_MOST_OPERANDS];
    const char *usage;    /* help: FILE and operands, if they do not fit in one line; or NULL */
    const char *detail;   /* help: how operands are read; one line, or wrapped; or NULL */
    const char *examples; /* help: a line each; -h has the first four */
    const char *brief;    /* the options that -h has, with blanks between */
    enum command_access access;
    unsigned traits; /* bits of enum command_trait */
    command_run *run;
    command_check *check;                             /* or NULL */
    const struct option *groups[COMMAND_MOST_GROUPS]; /* NULL-terminated */
    const struct command_stages *stages;              /* or NULL */
};

/* What a subcommand does while FILE is not open. */
struct command_stages {
    /* Called before FILE is opened. `end` is called afterwards, even if `begin` failed. */
    bool (*begin)(struct session *session, struct error *error);
    /* Called repeatedly while another program holds FILE's lock; false: there was nothing to do. */
    bool (*wait)(void *session);
    /* Called after FILE was closed, or could not be opened. */
    void (*end)(struct session *session);
};

command_run cmd_read, cmd_find, cmd_rfind, cmd_write, cmd_move, cmd_resize, cmd_splice, cmd_advise,
    cmd_flush, cmd_info, cmd_diff, cmd_recover;
command_check splice_check, recover_check;

/* The row of that name in a table, or NULL. */
const struct command *command_find(const struct command *table, const char *name);

enum { COMMAND_OPERANDS_TEXT = 80 };
/* The operands as in a usage line: "PATTERN [RANGE]". Returns `text`. */
const char *command_operands_text(const struct command *command, char text[COMMAND_OPERANDS_TEXT]);

/* The most operands after FILE (SIZE_MAX: any number), whatever the options. */
size_t command_most_operands(const struct command *command);

/*
 * The usage error "WHAT missing: mmtool SUBCOMMAND FILE OPERANDS", where `what` is the subject and
 * its verb; false.
 */
bool command_is_incomplete(const struct request *request, const char *what, struct error *error);

/* False and a usage error if the request has too few operands, or too many. */
bool command_check_operands(const struct request *request, struct error *error);

/* Describes operand `number` (from 0) of the request, even if not given; NULL after the last. */
const struct operand *command_operand(const struct request *request, size_t number);

/* The text of the request's operand of that kind; NULL if it is not given. */
const char *command_operand_of(const struct request *request, enum operand_kind kind);

/* Whether the subcommand has an option of this name, without dashes. */
bool command_has_option(const struct command *command, const char *name);

/* How the request wants the file mapped. */
struct mapping_shape command_shape(const struct request *request);

/* Whether edits stay in this process and never reach the file: --access=copy, --map=private. */
bool command_copies(const struct request *request);

/* --journal-dir, else MMTOOL_JOURNAL_DIR; or NULL. */
const char *session_journal_dir(const struct request *request);

/* False and an error if --access, --map and --prot contradict the command. */
bool session_check_access(const struct request *request, struct error *error);

/*
 * Opens FILE, runs the command on it and closes it. The session's other input has been read
 * already. `request` is the session's.
 */
bool session_run_on_file(struct session *session, struct request *request, struct error *error);

/*
 * Runs a command of a script on the script's open mapping. Reads the command's input (unless
 * session->inputs has it already), claims the file again, because another program may have
 * edited it since, runs the command, and releases the claim. With an overlay the claim is held
 * for the whole script.
 */
bool session_run_in_script(struct session *session, const struct mapping_shape *shape,
                           struct error *error);

/* Only claims the file again and shapes the mapping, so that its size is current. */
bool session_reclaim(struct session *session, const struct mapping_shape *shape,
                     struct error *error);

/*
 * Opens another file as FILE was opened for reading: a shared lock, and an unfinished edit is
 * finished first. An error names the file. The caller closes the mapping.
 */
bool session_open_other(const struct session *session, const char *path, struct mapping *mapping,
                        struct error *error);

/* Does what all subcommands share: opens FILE, runs, closes, checks the output. */
bool run_command(const struct request *request, struct output *output, struct error *error);

#endif
