/*
 * request.h - a parsed command line: cli.c hands it to a subcommand.
 *
 * Strings point into argv. Positions and ranges are kept as text, because they depend on the
 * size of the file. Everything else has been checked.
 */
#ifndef MMTOOL_REQUEST_H
#define MMTOOL_REQUEST_H

#include "base/alignment.h"
#include "base/bytes.h"
#include "base/range.h"
#include "base/record.h"
#include "output/dump_row.h"
#include "output/progress.h"

struct command;

/* Strings in the order given. The request owns the array, not the strings. */
struct string_list {
    const char **items;
    size_t count;
};

struct platform_name;

enum access { ACCESS_DEFAULT, ACCESS_READ, ACCESS_WRITE, ACCESS_COPY };

struct buffer;
struct output;
struct request;

/* --names: the names of FILEs are printed in place of results. */
enum names { NAMES_NONE, NAMES_WITH_MATCH, NAMES_WITHOUT_MATCH };

/* How --dry-run and diff print changes. */
enum change_format {
    CHANGE_FORMAT_AUTO,     /* shown on a terminal, else as a script */
    CHANGE_FORMAT_SCRIPT,   /* as an edit script */
    CHANGE_FORMAT_DIFF,     /* shown, on a terminal at most a screenful */
    CHANGE_FORMAT_DIFF_ALL, /* shown, all of them */
};

enum cli_result {
    CLI_RUN,      /* the request is to be run */
    CLI_ANSWERED, /* help or the like was printed */
    CLI_FAILED,   /* `error` says what is wrong */
};

/*
 * Parses one command of a script. words[0] is the name of a subcommand. FILE and some options
 * come from `outer`, the request of run itself. Help is printed to `output`, or not at all if it
 * is NULL. The request points into `words`; call request_release() whatever the result.
 */
typedef enum cli_result cli_line_parser(const char *const *words, size_t count,
                                        const struct request *outer, struct request *request,
                                        struct output *output, struct error *error);

struct request {
    const struct command *command;
    const char *file;
    struct string_list operands; /* after FILE */

    /* several FILEs: cli/several.c makes operands of --within and --with */
    bool files;              /* the operands are FILEs: `file_names` */
    const char *files_from;  /* a list of them, a line each; or NULL */
    const char *files0_from; /* the same, NUL behind each */
    struct string_list file_names;
    struct string_list with; /* DATA */
    enum names names;
    bool with_filename;
    bool no_filename;
    struct buffer *messages; /* takes what goes to standard error; or NULL; not owned */
    struct progress_files *progress_files; /* one bar for all; or NULL; not owned */

    /* bytes */
    const struct byte_type *type; /* NULL: not given, which means text, or `record` */
    struct record *record;        /* --type lists fields; or NULL; owned */
    const char *from;             /* --from: FILE[@RANGE] */
    const char *typed_from;       /* --typed-from: a file of DATA, written in TYPE */
    uint64_t repeat;              /* copies of DATA; 1 unless given */
    bool allow_empty;             /* a stream may bring empty DATA, which deletes */
    bool strict;                  /* bytes that are the new ones already count as others */
    const char *expect;           /* the bytes, written as --type says */

    /* read */
    bool dump;
    struct dump_layout dump_layout; /* but for its colour */
    const char *layout_option;      /* which option changed it; NULL: none */
    uint64_t dump_rows;             /* find: rows on each side of a match */
    bool lines_given;
    bool lines_from_end; /* --lines=-N */
    uint64_t lines;
    bool whole_lines;
    unsigned radix; /* 10, 16, 8 or 2 */
    bool radix_given;
    bool header; /* the types of a record's columns come first */
    enum when color;

    /* find, rfind, splice --pattern */
    bool all;
    bool overlapping;
    bool max_count_given;
    uint64_t max_count;
    bool count;
    bool quiet;
    bool ignore_case;
    bool regex;
    struct string_list patterns;
    bool shortest;
    struct alignment align;
    const char *patterns_from; /* a file with a pattern a line */
    bool print_range;
    bool null;
    bool line;                          /* --line, or context, which implies it */
    bool number;                        /* --line-number */
    bool only_matching;                 /* print the bytes of each match */
    const struct byte_type *as;         /* of these bytes; NULL: not given, which means text */
    uint64_t lines_before, lines_after; /* of context */
    bool before_given, after_given;     /* by -B, by -A */
    bool context_given;                 /* by -A, -B or -C, even if 0 */
    bool sorted;
    uint64_t threads; /* 0: one for each processor */

    /* write, move, resize, splice */
    bool extend;
    bool fill;
    bool create;
    bool allocate;
    bool unlink;
    const char *edits;  /* an edit script */
    const char *within; /* RANGE of a search and replace, or of several FILEs */
    bool pad;
    uint64_t pad_value; /* a byte, or a UTF-16 unit */
    bool cstring;
    bool deletes; /* --delete: there is no DATA */

    /* all that change bytes */
    bool durable;
    bool no_journal;
    bool wait;
    uint64_t wait_seconds; /* UINT64_MAX: without limit */
    bool flush, flush_async;
    bool verbose;
    bool dry_run;
    enum change_format change_format;
    bool new_inode;
    const char *undo;

    /* all */
    const char *journal_dir;
    bool ignore_journal;

    /* all: the mapping */
    enum access access;
    bool prot_given; /* `access` was set by --prot */
    bool map_given;
    uint64_t map_flags;                     /* as view_map() takes them */
    const struct platform_name *map_advice; /* or NULL */
    bool window_given;
    struct range_spec window; /* if window_given */
    const char *tag;          /* the mapping's name on Windows, or NULL */
    enum when progress;       /* when to show the progress bar */

    /* advise, flush, info */
    bool list;
    bool status; /* advise --status */
    bool force;
    bool async;
    bool invalidate;
    bool size_only;
    bool json;

    /* recover: --show if none of them is given */
    bool show;
    bool finish;
    bool back;
    bool accept;

    /* run */
    const char *script;          /* a path; NULL or "-": standard input */
    struct string_list commands; /* --command, instead of a script */
    bool keep_going;
    bool anonymous;          /* works on anonymous memory instead of FILE */
    uint64_t anonymous_size; /* bytes */
    bool atomic;
    bool answers;
    /* Set by cli.c, because script/ may not use it: */
    cli_line_parser *parse_line; /* parses a command of the script */
    const struct command *table; /* the subcommands */

    bool help;
    bool help_is_brief; /* -h */
};

#define REQUEST_DEFAULTS ((struct request){.repeat = 1, .radix = 10, .dump_layout = DUMP_LAYOUT})

/* Whether --pattern or --patterns-from is given. */
static inline bool request_has_pattern(const struct request *request)
{
    return request->patterns.count > 0 || request->patterns_from;
}

/* Whether DATA (or the PATTERN of a search) comes from a file. */
static inline bool request_has_source(const struct request *request)
{
    return request->from || request->typed_from;
}

/* Bytes of the rows that find --dump prints on each side of the rows of a match. */
uint64_t request_dump_around(const struct request *request);

/* Whether FILE is not one operand: with --files, --files-from or --files0-from. */
bool request_has_files(const struct request *request);

/* Frees what the request owns. */
void request_release(struct request *request);

#endif
