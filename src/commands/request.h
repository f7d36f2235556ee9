/*
 * request.h - a parsed command line: cli.c hands it to a subcommand.
 *
 * Strings point into argv. Positions and ranges depend on the size of the file and are still
 * text; everything else has been checked.
 */
#ifndef MMTOOL_REQUEST_H
#define MMTOOL_REQUEST_H

#include "base/bytes.h"
#include "base/range.h"
#include "output/progress.h"

struct command;

/* A list of strings, in the order given; the array is owned by the request. */
struct string_list {
    const char **items;
    size_t count;
};

struct platform_name;

enum access { ACCESS_DEFAULT, ACCESS_READ, ACCESS_WRITE, ACCESS_COPY };

struct output;
struct request;

enum cli_result {
    CLI_RUN,      /* the request is to be run */
    CLI_ANSWERED, /* help or the like was printed */
    CLI_FAILED,   /* `error` says what is wrong */
};

/*
 * Reads one command of a script, which begins with the name of a subcommand, FILE
 * being that of `outer`, the request of the script itself. Help goes to `output`; NULL: it
 * is not printed. The request points into `words`, and is released whatever the result.
 */
typedef enum cli_result cli_line_parser(const char *const *words, size_t count,
                                        const struct request *outer, struct request *request,
                                        struct output *output, struct error *error);

struct request {
    const struct command *command;
    const char *file;
    struct string_list operands; /* behind FILE */

    /* bytes */
    const struct byte_type *type; /* NULL: not given, text */
    const char *from;             /* --from: FILE[@RANGE] */
    uint64_t repeat;              /* copies of DATA; 1 unless given */
    bool allow_empty;             /* DATA of a stream may be empty, and delete */
    const char *expect;           /* in the form that --type says */

    /* read */
    bool dump;
    bool lines_given;
    bool lines_from_end; /* --lines=-N */
    uint64_t lines;
    bool whole_lines;
    unsigned radix; /* 10, 16, 8 or 2 */
    bool radix_given;
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
    bool print_range;
    bool null;
    bool line;
    uint64_t lines_before, lines_after; /* of context */
    bool before_given, after_given;     /* by options of their own */
    bool context_given;                 /* by any option, be it 0 */
    bool sorted;
    uint64_t threads; /* 0: one a processor */

    /* write, move, resize, splice */
    bool extend;
    bool fill;
    bool create;
    bool allocate;
    bool unlink;
    const char *edits;  /* an edit script */
    const char *within; /* RANGE of a search and replace */
    bool pad;
    uint64_t pad_value; /* a byte; of UTF-16 a unit */
    bool cstring;
    bool deletes; /* --delete stands in place of DATA */

    /* all that change bytes */
    bool durable;
    bool no_journal;
    bool wait;
    uint64_t wait_seconds; /* UINT64_MAX: as long as it takes */
    bool flush, flush_async;
    bool verbose;
    bool dry_run;
    bool new_inode;
    const char *undo;

    /* all */
    const char *journal_dir;
    bool ignore_journal;

    /* all: the mapping */
    enum access access;
    bool prot_given; /* `access` is what --prot comes to */
    bool map_given;
    uint64_t map_flags;                     /* as view_map() takes them */
    const struct platform_name *map_advice; /* or NULL */
    bool window_given;
    struct range_spec window; /* if window_given */
    const char *tag;          /* the mapping's name on Windows, or NULL */
    enum when progress;       /* of the bar */

    /* advise, flush, info */
    bool list;
    bool resident; /* advise --status */
    bool force;
    bool async;
    bool invalidate;
    bool size_only;
    bool json;

    /* recover: the first of them unless another is given */
    bool show;
    bool finish;
    bool back;
    bool accept;

    /* run */
    const char *script;          /* its path; NULL or "-": standard input */
    struct string_list commands; /* --command, in place of a script */
    bool keep_going;
    bool anonymous; /* memory in place of FILE ... */
    uint64_t anonymous_size;
    bool atomic;
    bool answers;
    cli_line_parser *parse_line; /* of its commands: cli.c lends it, which knows this file */
    const struct command *table; /* where its commands are found, likewise */

    bool help;
};

#define REQUEST_DEFAULTS ((struct request){.repeat = 1, .radix = 10})

/* Frees what a request owns, its lists. */
void request_release(struct request *request);

#endif
