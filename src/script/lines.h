/*
 * lines.h - reads the commands of a script one after the other: from a file or stream as they
 * arrive, or from the command line.
 *
 * The script can also be read ahead, to its end or as far as it has arrived, so that the program
 * that writes it does not block while the commands have to wait. See mapping/spool.h.
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
    bool from_input;                    /* the file is standard input */
    struct spool ahead;                 /* bytes read ahead; owned */
    uint64_t taken;                     /* bytes of `ahead` that were copied to the buffer */
    bool all_ahead;                     /* the file was read to its end */
    struct buffer buffer;               /* owned */
    size_t start;                       /* in the buffer: the next command begins here */
    struct shell_scan scan;             /* looks for the end of that command */
    uint64_t line;                      /* number of the next line or --command, from 1 */
    bool at_end;
};

enum script_result { SCRIPT_LINE, SCRIPT_END, SCRIPT_FAILED };

/*
 * Opens the request's --command list if it has one, else its script. Bytes that are read ahead
 * go to a file at `place` if they are too many for memory. Call script_lines_close() even after
 * an error.
 */
bool script_lines_open(struct script_lines *lines, const struct request *request,
                       const struct spool_place *place, struct error *error);

/* Reads the script to its end, so that script_lines_rewind() is possible. */
bool script_lines_take_all(struct script_lines *lines, struct error *error);

/* Goes back to the first command. Only after script_lines_take_all(). */
void script_lines_rewind(struct script_lines *lines);

/* Reads what has arrived, without waiting. Returns whether there were any bytes. */
bool script_lines_take_ahead(struct script_lines *lines);

/*
 * The next command: a line, and the lines after it that an open quote includes. `*text` is valid
 * until the next call; `*number` is the number of its first line. Reads no more than it must, so
 * that a program can react to the output of one command before it sends the next. Each byte is
 * scanned once, even if the script arrives in small parts. The buffer holds the longest command
 * and what was read with its end.
 */
enum script_result script_lines_next(struct script_lines *lines, const char **text, size_t *length,
                                     uint64_t *number, struct error *error);

/* Whether script_lines_next() need not wait for longer than `patience` seconds. Waits that long. */
bool script_lines_are_near(const struct script_lines *lines, double patience);
void script_lines_close(struct script_lines *lines);

#endif
