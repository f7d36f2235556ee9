/*
 * diag.h - errors as values, their wording, and the exit status.
 *
 * Code below main() never prints an error and never exits: it fills a struct
 * error and returns false. The code that reports it adds the names of the program, the
 * subcommand and the file. So a message begins with what is wrong, in lower case, without
 * a full stop, with the numbers that matter in parentheses.
 *
 * The folder base: values that all other folders use. It knows no file, no system call and no
 * other folder. In reading order:
 *
 *   diag.c              errors as values, their wording, and the exit status
 *   checked.h           arithmetic on sizes that reports overflow
 *   copy.h              copies of a few bytes
 *   count.c             how often a byte occurs
 *   buffer.c            a growable array of bytes
 *   io_buffer.c         memory for read() and write(), at the start of a page
 *   decimal.c           integers as decimal digits, fast
 *   eight_bytes.h       eight bytes of a text, looked at as one word
 *   decimal_read.h      decimal digits as an integer, fast
 *   number.c            numbers as a user writes them
 *   range.c             positions and ranges as a user writes them
 *   alignment.h         offsets at which a match may start
 *   bytes.c             the TYPE table: bytes as a user writes and reads them
 *   bytes_encoder.c     values written in a TYPE, in a text that comes in parts, become bytes
 *   bytes_vectors.c     values in a text become bytes, many at once: for which processors
 *   bytes_portable.c    integers, in plain C
 *   bytes_vbmi2.c       by vectors
 *   bytes_avx2.c, bytes_avx2_integers.c  by smaller ones
 *   bytes_marks.h       sets of characters, for these
 *   bytes_codec.c       numbers in a type's byte order, and the words of an operand
 *   bytes_number.c      the integer types, signed and unsigned
 *   bytes_float.c       the floating-point types f32 and f64
 *   bytes_float_part.c  floating-point numbers in a text that comes in parts
 *   nearest.c           the binary floating-point number that is nearest to a decimal
 *   shortest.c          the shortest decimal that reads back as a binary floating-point number
 *   power_of_10.c       powers of ten, as many bits as reading and printing needs
 *   wide.h              products of 128 bits
 *   bytes_text.c        the types whose operand is text: text, escape, hex, UTF-16
 *   bytes_text_part.c   text, escape, hex and UTF-16 in a text that comes in parts
 *   record.c            a TYPE that lists the fields of a record
 *   record_print.c      bytes as records: a line each, tabs between the columns
 *   record_encode.c     lines of columns as the bytes of records
 *   hex.c               bytes as pairs of hex digits
 *   escape.c            bytes as C escapes
 *   escape_print.h      how escape.c prints many bytes; for its vectors and for tests
 *   escape_vbmi2.c      many bytes as C escapes at once, by vectors
 *   utf8.c              characters as UTF-8 bytes
 *   screen_text.c       bytes as text that is safe to print on a terminal
 *   crc32c.c            the checksum of journals
 *   processor.c         which instructions the processor has
 *   little_endian.h     numbers as bytes, the least significant first
 *   test_faults.h       deliberate faults in the journal, for tests that must detect them
 */
#ifndef MMTOOL_DIAG_H
#define MMTOOL_DIAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#if defined(__MINGW_PRINTF_FORMAT) /* from stdio.h: MinGW's "printf" format does not know %zu */
#define MMTOOL_PRINTF(text, first) __attribute__((format(__MINGW_PRINTF_FORMAT, text, first)))
#elif defined(__GNUC__)
#define MMTOOL_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define MMTOOL_PRINTF(text, first)
#endif

/* Exit statuses. They are part of the interface for scripts. */
enum status {
    STATUS_DONE = 0,   /* done, or a match was found */
    STATUS_NO = 1,     /* the answer is no, for example no match; nothing was changed */
    STATUS_FAILED = 2, /* the command failed; nothing was changed */
};

struct error {
    enum status status; /* STATUS_DONE until an error is set */
    bool usage;         /* the command line is wrong: the report says where to find help */
    bool silent;        /* report nothing: the reader of our output has gone */
    bool no_space;      /* a disk or a quota is full */
    bool no_data;       /* DATA is missing from the command line */
    int signal;         /* end the process by raising this signal; 0: none */
    char message[768];  /* one line; control characters are already escaped */
};

/*
 * All functions below accept NULL for an error that the caller does not need. Functions of other
 * folders accept NULL if their header says so, or if they only pass it on to functions that do.
 */

/* Resets to "no error". Does not zero all of the message, because hot paths call it. */
static inline void error_clear(struct error *error)
{
    if (!error)
        return;
    error->status = STATUS_DONE;
    error->usage = error->silent = error->no_space = error->no_data = false;
    error->signal = 0;
    error->message[0] = 0;
}

/* Fills `error` with status 2 and returns false, so that `return error_set(...)` reads well. */
bool error_set(struct error *error, const char *format, ...) MMTOOL_PRINTF(2, 3);

/* As error_set(), for a wrong command line. */
bool error_usage(struct error *error, const char *format, ...) MMTOOL_PRINTF(2, 3);

/* As error_set(), for "the answer is no": status 1. */
bool error_no(struct error *error, const char *format, ...) MMTOOL_PRINTF(2, 3);

/* Marks an error that was set: DATA is missing, which may be what is piped in. Returns false. */
bool error_no_data(struct error *error);

/* Reports lack of memory; `size` is the number of bytes that could not be allocated. */
bool error_memory(struct error *error, size_t size);

/* Puts the formatted text and ": " before the message. Keeps everything else; returns false. */
bool error_prefix(struct error *error, const char *format, ...) MMTOOL_PRINTF(2, 3);

/* Copies `second` to `first` unless `first` holds an error already. */
void error_keep_first(struct error *first, const struct error *second);

/*
 * Writes `text` into `out` as one line that is safe on a terminal: control characters become C
 * escapes, and text that does not fit into `size` ends in "...". Returns `out`, so that it can
 * stand in an argument list.
 */
const char *diag_escape(char *out, size_t size, const char *text);

/* The same for `length` bytes; `text` need not end in a NUL, and NULs in it are shown. */
const char *diag_escape_span(char *out, size_t size, const void *text, size_t length);

/* The plural ending of a noun after `count`: "" for 1, else "s". */
const char *diag_plural(uint64_t count);

/*
 * Returns the entry of `words` (NULL-terminated) that is most similar to `word`, or NULL if none is
 * close.
 */
const char *diag_nearest(const char *word, const char *const *words);

#endif
