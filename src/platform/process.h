/*
 * process.h - this machine and this process: standard streams, threads, signals.
 */
#ifndef MMTOOL_PLATFORM_PROCESS_H
#define MMTOOL_PLATFORM_PROCESS_H

#include "platform/file.h"

/* ---- the machine ----------------------------------------------------------------------------- */

size_t platform_page_size(void);
size_t platform_granularity(void);  /* what a mapping's offset is a multiple of, bytes */
unsigned platform_processors(void); /* that this process may run on */
uint64_t platform_memory(void);     /* bytes the machine has; SIZE_MAX: not known */
uint64_t platform_user(void);       /* the effective user; see file_status.owner */
double platform_seconds(void);      /* a monotonic clock */
/* Fills `bytes` with random bytes that nobody can guess. */
bool platform_random(void *bytes, size_t length, struct error *error);
/* A user for messages, "NAME, user 1000", escaped; empty if the system cannot tell. */
void platform_describe_user(uint64_t user, char *text, size_t size);
/* The system calls that this build was made for: "POSIX with Linux calls", "POSIX", "Windows". */
const char *platform_name(void);
/* The C library, and whether it is linked in: "glibc 2.36, static"; empty if neither is known. */
void platform_describe_library(char *text, size_t size);
const char *platform_environment(const char *name); /* UTF-8, or NULL */

/* ---- standard streams ------------------------------------------------------------------------ */

enum stream { STREAM_OUTPUT, STREAM_ERROR };
enum stream_result { STREAM_OK, STREAM_CLOSED_PIPE, STREAM_FAILED };
/* Writes all bytes. STREAM_CLOSED_PIPE: the reader has closed its end. */
enum stream_result stream_write(enum stream stream, const void *bytes, size_t length,
                                struct error *error);
/*
 * Copies bytes of a regular file to the stream inside the kernel. Returns how many, from the start
 * of the range on: less than all, or 0, where the system cannot (the stream is no regular file, or
 * another system than Linux) or fails. Write the rest with stream_write(), which reports the error.
 */
uint64_t stream_copy_file(enum stream stream, struct file *file, struct range range);
/* Whether a write may wait for a reader: of a pipe, a socket, and on Linux a terminal. */
bool stream_may_block(enum stream stream);
/*
 * Opens a pipe or terminal a second time, for file_write_ready() only; false for others, or if the
 * system cannot. file_write_ready() writes until all is written, an error occurs, or the reader
 * takes nothing for `patience` seconds, and returns how many bytes were written. stream_write()
 * will report the error.
 */
bool stream_open_ready(enum stream stream, struct file **file);
size_t file_write_ready(struct file *file, const void *bytes, size_t length, double patience);
/* Whether the reader is known to be gone, without a write. */
bool stream_is_deserted(enum stream stream);
bool stream_is_terminal(enum stream stream);
/* Whether standard input is a pipe, a socket or a file: no terminal and no other device. */
bool stream_input_is_piped(void);
unsigned stream_columns(enum stream stream); /* 80 where unknown */
unsigned stream_lines(enum stream stream);   /* of the terminal's window; 24 where unknown */
/* Moves the cursor of a terminal to the start of its line, and clears that line and those below. */
#define STREAM_CLEAR "\r\033[J"
/* While on, a signal that ends the process writes STREAM_CLEAR to the stream first. */
void stream_clear_at_signal(enum stream stream, bool on);

/* ---- threads --------------------------------------------------------------------------------- */

struct thread;
struct monitor; /* a mutex with one condition */

bool thread_start(void (*body)(void *context), void *context, struct thread **thread,
                  struct error *error);
void thread_join(struct thread *thread);
struct monitor *monitor_new(void); /* NULL when memory is short */
void monitor_free(struct monitor *monitor);
void monitor_enter(struct monitor *monitor);
void monitor_leave(struct monitor *monitor);
void monitor_wait(struct monitor *monitor);     /* between enter and leave */
void monitor_wake_all(struct monitor *monitor); /* likewise */

/* ---- the process ----------------------------------------------------------------------------- */

/*
 * To be called first. Makes the standard streams binary, and turns SIGPIPE and SIGXFSZ into errors
 * of the write.
 */
void platform_begin(void);
/* On Windows replaces the arguments by UTF-8 ones. */
void platform_arguments(int *argc, char ***argv);
/* Until platform_signals_restore(), SIGINT, SIGTERM and SIGHUP only set a flag. */
void platform_signals_hold(void);
void platform_signals_restore(void);
/* Holds the signals until keep(false): until then platform_signals_restore() does nothing. */
void platform_signals_keep(bool keep);
int platform_signal_pending(void); /* its number, or 0 */
/*
 * Runs a command with the system's shell, waits for it, and gives its exit status (128 + N for
 * signal N). It inherits the standard streams; its environment variable MMTOOL_MAP is a path of
 * `file`.
 */
bool platform_run_command(const char *command, struct file *file, int *status, struct error *error);
/*
 * Shows a manual page of section 1 with the user's pager, and waits for its end. The page is an
 * installed one, or lies beside `program` (argv[0]), in the share/man of its prefix or in the man
 * of its build directory. False if there is none, or no program that shows it.
 */
bool platform_show_manual(const char *page, const char *program);
/*
 * Writes `argument` as it is typed into the system's usual shell, control characters escaped. False
 * if it does not fit.
 */
bool platform_quote(const char *argument, char *out, size_t size);
/* Ends the process as if the signal had killed it. */
void platform_end_by_signal(int signal);
void platform_end_by_closed_pipe(void);
void platform_sleep(double seconds);

#endif
