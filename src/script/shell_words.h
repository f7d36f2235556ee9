/*
 * shell_words.h - a line split into words, quoted as in a POSIX shell.
 *
 * Pure. Time and memory are linear in the length of the line. Blanks separate words. '...' keeps
 * every byte. "..." keeps every byte but a backslash before one of $ ` " \ . Outside quotes a
 * backslash keeps the next byte. `#` at the start of a word begins a comment. Nothing is
 * expanded: $, ` and * are ordinary bytes. (POSIX.1-2017, Shell Command Language, 2.2 and 2.3.)
 */
#ifndef MMTOOL_SHELL_WORDS_H
#define MMTOOL_SHELL_WORDS_H

#include "base/buffer.h"

/* The words of a line. A zeroed struct is empty. */
struct shell_words {
    struct buffer bytes; /* the words, each with a NUL at its end; owned */
    const char **items;  /* pointers into bytes; owned */
    size_t count, capacity;
    size_t rest; /* offset of the second word in the source line */
};

/*
 * Splits the `length` bytes of one command; newlines may be in them only where a quote or a
 * backslash keeps them. The words are valid until the next call. A NUL and an open quote are
 * errors. `first_line` is the line number of the first byte, so that the error can name the line
 * of the quote; 0: there are no line numbers.
 */
bool shell_words_split(struct shell_words *words, const char *text, size_t length,
                       uint64_t first_line, struct error *error);

/* State of a scan over the text of a command. Zeroed: at the first byte. */
struct shell_scan {
    size_t at;       /* bytes scanned */
    size_t opened;   /* offset of the last opening quote */
    char quote;      /* the open quote, ' or ", or 0 */
    bool escaped;    /* the last byte was a backslash that escapes the next one */
    bool in_word;    /* a word has begun; an empty '' is a word too */
    bool in_comment; /* up to the next newline */
};

/*
 * Searches for the newline that ends the command, from scan->at on, and leaves scan->at there.
 * Returns false if there is none; scan->at is then `length`. Called again with the same bytes
 * and more after them, it continues there, so that each byte is scanned once.
 */
bool shell_scan_end(struct shell_scan *scan, const char *text, size_t length);

/* The number of newlines in `text`. */
uint64_t shell_count_newlines(const char *text, size_t length);

void shell_words_release(struct shell_words *words);

#endif
