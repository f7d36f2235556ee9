/*
 * shell_words.h - a line split into words, quoted as in a POSIX shell.
 *
 * Pure. Blanks separate words; '...' keeps everything; "..." keeps everything but
 * a backslash before one of $ ` " \ ; a backslash outside of quotes keeps the next
 * byte. `#` at the start of a word begins a comment. Nothing is expanded: $, `, *
 * and the like are ordinary bytes. (POSIX.1-2017, Shell Command Language, 2.2 and 2.3.)
 */
#ifndef MMTOOL_SHELL_WORDS_H
#define MMTOOL_SHELL_WORDS_H

#include "buffer.h"

/* The words of a line; zeroed it is empty. */
struct shell_words {
    struct buffer bytes; /* the words' bytes, a NUL behind each */
    const char **items;  /* pointers into bytes; owned */
    size_t count, capacity;
    size_t rest; /* where in the line the second word begins, as it was written */
};

/*
 * Splits `length` bytes, no newline among them but inside quotes. The words are
 * good until the next call. A quote that is not closed, or a NUL, is an error.
 */
bool shell_words_split(struct shell_words *words, const char *line, size_t length,
                       struct error *error);

/* Whether a quote is still open at the end of the line, so that the next one belongs to it. */
bool shell_words_is_open(const char *line, size_t length);

void shell_words_release(struct shell_words *words);

#endif
