/*
 * diag.h - errors as values, their wording, and the exit status.
 *
 * Code below main() never prints an error and never exits: it fills a struct
 * error and returns false. The one who reports adds the program's, the
 * subcommand's and the file's name, so a message begins with what is wrong:
 * lower case, no full stop, the numbers that matter in parentheses.
 *
 * The folder base: values that all others are made of. It knows no file, no system call and no
 * other folder. In reading order:
 *
 *   diag.c              errors as values, their wording, and the exit status
 *   checked.h           arithmetic on sizes that cannot wrap around unseen
 *   buffer.c            bytes in memory that grow at the end
 *   range.c             numbers, positions and ranges as a user writes them
 *   bytes.c             the TYPE table: bytes as a user writes and reads them
 *   bytes_codec.c       numbers in a type's byte order, and the words of an operand
 *   bytes_number.c      the integer types, signed and unsigned
 *   bytes_float.c       the floating-point types f32 and f64
 *   bytes_text.c        the types whose operand is text: text, escape, hex, UTF-16
 *   hex.c               bytes as pairs of hex digits
 *   escape.c            bytes as C escapes
 *   utf8.c              characters as UTF-8 bytes
 *   screen_text.c       bytes as text that a terminal shows and does not obey
 *   crc32c.c            the checksum of journals
 *   little_endian.h     numbers as bytes, the least significant first
 *   test_variant.h      ways to break the journal, for tests that must notice
 */
#ifndef MMTOOL_DIAG_H
#define MMTOOL_DIAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#if defined(__MINGW_PRINTF_FORMAT) /* stdio.h: there "printf" is one that knows no %zu */
#define MMTOOL_PRINTF(text, first) __attribute__((format(__MINGW_PRINTF_FORMAT, text, first)))
#elif defined(__GNUC__)
#define MMTOOL_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define MMTOOL_PRINTF(text, first)
#endif

/* The exit status, and what it tells a script. */
enum status {
    STATUS_DONE = 0,   /* done, or found */
    STATUS_NO = 1,     /* the answer is no; nothing was changed */
    STATUS_FAILED = 2, /* it could not be done; nothing was changed */
};

struct error {
    enum status status; /* STATUS_DONE until an error is set */
    bool usage;         /* the command line is wrong: the report adds where to look */
    bool silent;        /* nothing to say: the reader of our output went away */
    bool no_space;      /* a disk or a quota is full */
    int signal;         /* the process is to end by this signal; 0 for none */
    char message[768];  /* one line, control characters already escaped */
};

/*
 * Who fills an error may be given NULL by a caller who does not ask why it failed. Functions of
 * other folders that take a struct error allow NULL where their header says so, or where they
 * only hand it on to the functions here.
 */

/* No error, where one is wanted so often that zeroing the message would count. */
static inline void error_clear(struct error *error)
{
    if (!error)
        return;
    error->status = STATUS_DONE;
    error->usage = error->silent = error->no_space = false;
    error->signal = 0;
    error->message[0] = 0;
}

/* Fills `error` (status 2) and returns false, so that `return error_set(...)` reads well. */
bool error_set(struct error *error, const char *format, ...) MMTOOL_PRINTF(2, 3);

/* As error_set(), for a wrong command line. */
bool error_usage(struct error *error, const char *format, ...) MMTOOL_PRINTF(2, 3);

/* As error_set(), for "the answer is no": status 1. */
bool error_no(struct error *error, const char *format, ...) MMTOOL_PRINTF(2, 3);

/* Out of memory; `size` is the number of bytes that were asked for in vain. */
bool error_memory(struct error *error, size_t size);

/* Puts what `format` makes and ": " before the message, and keeps the rest; returns false. */
bool error_prefix(struct error *error, const char *format, ...) MMTOOL_PRINTF(2, 3);

/* Keeps the first of two: `first` becomes `second` unless it has an error already. */
void error_keep_first(struct error *first, const struct error *second);

/*
 * Writes `text` into `out` in a form that is safe on a terminal and one line
 * long: control characters as C escapes, cut with "..." where `size` ends it.
 * Returns `out`, so that it can stand in an argument list.
 */
const char *diag_escape(char *out, size_t size, const char *text);

/* The same for `length` bytes that need not end in a NUL; one among them is shown too. */
const char *diag_escape_span(char *out, size_t size, const void *text, size_t length);

/* What makes a noun plural behind `count`: "s", or "" behind 1. */
const char *diag_plural(uint64_t count);

/* The word in `words` (NULL-terminated) that was most likely meant by `word`, or NULL. */
const char *diag_nearest(const char *word, const char *const *words);

#endif
