/*
 * files.h - a command on several FILEs: a loop around what a command does on one.
 *
 *   file_list.c     the names: operands, or a list of any length
 *   file_turns.c    results in the order of the names, whatever thread was first
 *   file_job.c      works on one FILE as the command alone would
 *   files.c         starts the threads, and sums up
 */
#ifndef MMTOOL_FILES_H
#define MMTOOL_FILES_H

#include "commands/command.h"
#include "commands/file_turns.h"
#include "commands/input.h"
#include "scan/pattern.h"

/* What all FILEs share. */
struct files {
    const struct request *request;
    const char *journal_dir;
    struct inputs inputs;   /* read before the first FILE; owned */
    struct pattern pattern; /* owned, if has_pattern */
    bool has_pattern;
    struct file_turns *turns;
    struct progress_files *progress; /* or NULL; owned */
    /* Results in order. Only the thread that settles a job changes them; read at the end. */
    uint64_t count, matched, failed, printed, replaced;
};

/* Whether files_run() runs the request: it is on several FILEs, or its results bear names. */
bool files_are_meant(const struct request *request);

/* Runs the command. The error of STATUS_FAILED has no message if the errors of FILEs were reported.
 */
bool files_run(const struct request *request, const char *journal_dir, struct output *output,
               struct error *error);

/* ---- file_job.c ------------------------------------------------------------------------------ */

struct file_worker;

/* Works on one FILE at a time, in one thread. NULL and an error if memory is short. */
struct file_worker *file_worker_new(struct files *files, struct error *error);
void file_worker_free(struct file_worker *worker);
/* Works on FILEs until there are no more. */
void file_worker_run(struct file_worker *worker);

/* ---- undo_name.c ----------------------------------------------------------------------------- */

/*
 * The path of the undo script of FILE in a directory, to be freed: its name is FILE as written, but
 * % is %25, / is %2F, a dot in front is %2E, and what Windows does not allow in names is in hex
 * likewise. So no two FILEs have one name, and FILE can be read off it. NULL and an error if memory
 * is short.
 */
char *undo_name(const char *directory, const char *file, struct error *error);

#endif
