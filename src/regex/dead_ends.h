/*
 * dead_ends.h - remembers threads that lead to no match.
 *
 * After a match a walk continues as long as a longer match is possible. If that fails far away, the
 * next search would walk there again, and so on: finding all matches would take quadratic time
 * ("a(.|\n)*b|a" on text of a's only). Reps, "Maximal-Munch Tokenization in Linear Time" (1998),
 * remembers for each offset the states that have failed there. Here that is kept for a few offsets
 * only, at distances from the match that double. So memory grows with the logarithm of the text,
 * and the time of all searches is at most the length of the text times that logarithm (times the
 * instructions of the expression).
 */
#ifndef MMTOOL_REGEX_DEAD_ENDS_H
#define MMTOOL_REGEX_DEAD_ENDS_H

#include "regex/dfa.h"

struct regex_dead_end {
    uint64_t place;
    uint64_t *threads; /* one bit for each instruction */
};

struct regex_dead_ends {
    size_t words;                /* words in a row of bits */
    uint64_t *rows;              /* all of them, owned; NULL until the first is needed */
    struct regex_dead_end *ends; /* owned; known ones by descending offset, then spare rows */
    size_t capacity, known;
    size_t tried; /* that many at the end: offsets passed since the last match */
};

void regex_dead_ends_init(struct regex_dead_ends *dead_ends, const struct regex_program *program);
void regex_dead_ends_release(struct regex_dead_ends *dead_ends);

/* The next offset to visit: at most `step` bytes after `place`. */
uint64_t regex_dead_ends_next(struct regex_dead_ends *dead_ends, uint64_t place, uint64_t step);

/* Whether all threads at this offset are known to fail. If not, they count as tried from now on. */
bool regex_dead_ends_visit(struct regex_dead_ends *dead_ends, uint64_t place,
                           const struct regex_threads *threads);

/* Remembers that the threads tried after `match`, where the last match ended, have failed. */
void regex_dead_ends_settle(struct regex_dead_ends *dead_ends, uint64_t match);

/* Forgets what was tried, because its result is not known. */
void regex_dead_ends_drop(struct regex_dead_ends *dead_ends);

/* Forgets everything: to be called before another text is searched. */
void regex_dead_ends_forget(struct regex_dead_ends *dead_ends);

#endif
