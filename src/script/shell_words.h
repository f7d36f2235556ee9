/*
 * shell_words.h - a line split into words, quoted as in a POSIX shell.
 *
 * Pure. Costs time and memory in proportion to the line. Blanks separate words; '...' keeps
 * everything; "..." keeps everything but a backslash before one of $ ` " \ ; a backslash outside of
 * quotes keeps the next byte. `#` at the start of a word begins a comment. Nothing is expanded: $,
 * `, * and the like are ordinary bytes. (POSIX.1-2017, Shell Command Language, 2.2 and 2.3.)
 */
#ifndef MMTOOL_SHELL_WORDS_H
#define MMTOOL_SHELL_WORDS_H

#include "base/buffer.h"

/* The words of a line; zeroed it is empty. */
struct shell_words {
    struct buffer bytes; /* the words' bytes, a NUL behind each */
    const char **items;  /* pointers into bytes; owned */
    size_t count, capacity;
    size_t rest; /* offset of the second word in the source line */
};

/*
 * Splits `length` bytes, no newline among them but where a quote or a backslash
 * keeps it. The words are good until the next call. A quote that is not closed, or
 * a NUL, is an error, which names the line where the quote was opened if the line
 * that the bytes begin in has a number (0: it has none).
 */
bool shell_words_split(struct shell_words *words, const char *text, size_t length,
                       uint64_t first_line, struct error *error);

/* State of a scan over the text of a command. Zeroed: at the first byte. */
struct shell_scan {
    size_t at;       /* bytes looked at */
    size_t opened;   /* where the quote that is open, or was last, begins */
    char quote;      /* the open one, ' or ", or 0 */
    bool escaped;    /* the last byte was a backslash that concerns the next one */
    bool in_word;    /* the word at hand has begun; an empty '' is a word too */
    bool in_comment; /* which the next newline ends */
};

/*
 * Looks at the bytes from scan->at on for the newline that ends the command, and
 * leaves scan->at there. False: it is not among them, and scan->at is `length`;
 * called again with more bytes behind the same ones, it goes on from there, so that
 * all calls together look at each byte once.
 */
bool shell_scan_end(struct shell_scan *scan, const char *text, size_t length);

/* How many newlines there are. */
uint64_t shell_count_newlines(const char *text, size_t length);

void shell_words_release(struct shell_words *words);

#endif
