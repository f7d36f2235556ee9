/*
 * lines.h - the commands of a script, one after the other: from a file or
 * stream as they come in, or from the command line.
 *
 * They can also be taken ahead, to the end or as far as they have come, so that who feeds
 * the stream need not wait for what holds up the commands: kept as mapping/spool.h says.
 */
#ifndef MMTOOL_SCRIPT_LINES_H
#define MMTOOL_SCRIPT_LINES_H

#include "base/buffer.h"
#include "commands/request.h"
#include "mapping/spool.h"
#include "platform/platform.h"
#include "script/shell_words.h"

struct script_lines {
    const struct string_list *commands; /* NULL: from the file */
    struct file *file;                  /* owned */
    bool from_input;                    /* it is standard input */
    struct spool ahead;                 /* bytes taken ahead; owned */
    uint64_t taken;                     /* of `ahead`, moved on to the buffer */
    bool all_ahead;                     /* the file has no more */
    struct buffer buffer;               /* owned */
    size_t start;                       /* of what was not handed out yet */
    struct shell_scan scan;             /* for the end of the command that begins there */
    uint64_t line;                      /* number of the next line, from 1 */
    bool at_end;
};

enum script_result { SCRIPT_LINE, SCRIPT_END, SCRIPT_FAILED };

/*
 * From the request's commands if there are any, else from its script, a path (NULL or "-":
 * standard input). What is taken ahead goes to `place` if it is much.
 */
bool script_lines_open(struct script_lines *lines, const struct request *request,
                       const struct spool_place *place, struct error *error);

/* Takes all that there is to come. Then the script can be gone through more than once. */
bool script_lines_take_all(struct script_lines *lines, struct error *error);

/* Begins anew, behind script_lines_take_all(). */
void script_lines_rewind(struct script_lines *lines);

/* Takes what has come, without waiting; true if that was anything. */
bool script_lines_take_ahead(struct script_lines *lines);

/*
 * The next command: a line, with those behind it that an open quote takes in. It
 * is good until the next call; `*number` is that of its first line. Reads no
 * further than it must, so that a program can answer what a command has printed.
 * Each byte is looked at once, however small the pieces that it comes in; memory is
 * that of the longest command, and of what came with its end.
 */
enum script_result script_lines_next(struct script_lines *lines, const char **text, size_t *length,
                                     uint64_t *number, struct error *error);

void script_lines_close(struct script_lines *lines);

#endif
