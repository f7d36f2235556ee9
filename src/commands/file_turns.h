/*
 * file_turns.h - the results of several FILEs in the order of their names.
 *
 * Several threads work on FILEs, each on one at a time (a job). The job of the first name that is
 * not done has its turn: its output goes straight to standard output. The output of later jobs is
 * held until their turn: in memory, and when FILE_TURNS_MEMORY bytes are held by all, in temporary
 * files, or the job waits. The number of jobs that are begun before their turn is limited.
 */
#ifndef MMTOOL_FILE_TURNS_H
#define MMTOOL_FILE_TURNS_H

#include "base/buffer.h"
#include "commands/file_list.h"
#include "output/output.h"

enum {
    FILE_TURNS_AHEAD = 256, /* jobs begun and not settled */
    FILE_TURNS_MEMORY = 32 * 1024 * 1024,
};

/* A FILE to work on. */
struct file_job {
    uint64_t number;      /* in the order of the names, from 0 on */
    struct buffer name;   /* NUL-terminated; owned */
    uint64_t reading;     /* names of one number were known at the same time */
    struct error problem; /* why it is not the name of a FILE, if the status is not STATUS_DONE */
    unsigned threads;     /* that may search this FILE */
    uint64_t device, identity; /* of the file; see file_turns_wait_alone() */
    bool identified;
    bool ended;             /* worked on; not settled yet */
    bool printed;           /* some of its output went to standard output */
    struct buffer held;     /* output before its turn; owned */
    struct file *held_file; /* output after `held`; owned, or NULL */
    uint64_t held_in_file;
    struct buffer messages; /* for standard error; owned */
    enum status status;     /* result */
    uint64_t replaced;      /* matches that splice replaced */
};

struct file_turns;

/* Counts the result of a job, in the order of the names. False: no more jobs are to be begun. */
typedef bool file_turns_settle(void *context, const struct file_job *job);

/* How the jobs are to be done. */
struct file_turns_plan {
    struct file_list *list;  /* not owned */
    struct output *output;   /* standard output; not owned */
    unsigned threads;        /* of all jobs */
    const char *journal_dir; /* for temporary files; or NULL; not owned */
    bool must_wait;          /* a job waits for its turn rather than hold output in a file */
    bool ordered_edits;      /* two jobs on one file are done in their order */
    const char *between;     /* printed between the output of two jobs; or NULL; not owned */
    size_t between_length;   /* bytes of it */
    struct progress_files *progress; /* hidden while results are printed; or NULL; not owned */
    file_turns_settle *settle;
    void *context;
};

/* NULL and an error if memory is short. */
struct file_turns *file_turns_new(const struct file_turns_plan *plan, struct error *error);
/* Ends when all jobs have ended. False and the error that ended them all, if there was one. */
bool file_turns_end(struct file_turns *turns, struct error *error);

/* The next job, which the caller works on and ends; NULL: there is none. */
struct file_job *file_turns_begin(struct file_turns *turns);
/* Ends a job, and settles it and those after it if it is its turn. */
void file_turns_finish(struct file_turns *turns, struct file_job *job);

/*
 * Before a job opens its file to edit it: waits until no job before it works on the same file,
 * whatever its name.
 */
void file_turns_wait_alone(struct file_turns *turns, struct file_job *job);

/* Output of a running job. */
struct file_turns_part {
    const void *bytes;
    size_t length;
    bool keeping;        /* a lock is held: see output_keep() */
    struct file *locked; /* likewise */
    bool flush;          /* the reader should see it now, if it is the job's turn */
};

/*
 * Prints or holds output of a job. False if it cannot be written, or no more is wanted; then
 * error->silent is set, and the job ends as soon as it can.
 */
bool file_turns_write(struct file_turns *turns, struct file_job *job,
                      const struct file_turns_part *part, struct error *error);

/* Ends all jobs with an error. The first one stands. */
void file_turns_fail(struct file_turns *turns, const struct error *error);

#endif
