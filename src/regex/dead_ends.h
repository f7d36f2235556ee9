/*
 * dead_ends.h - threads that are known to lead to no match, by where they stand.
 *
 * Behind a match a walk goes on as long as there is hope for a longer one. Where the
 * hope fails far away, the next search would walk there again, and so on: finding all
 * matches would take the square of the text ("a(.|\n)*b|a" on nothing but a's).
 * Reps, "Maximal-Munch Tokenization in Linear Time" (1998), remembers each state at
 * each place from which the hope failed. Here that is kept for a few places only, at
 * distances from the match that double: memory goes with the logarithm of the
 * text, and the time of all searches is at most the bytes of the text times that
 * logarithm (times the instructions of the expression).
 */
#ifndef MMTOOL_REGEX_DEAD_ENDS_H
#define MMTOOL_REGEX_DEAD_ENDS_H

#include "regex/dfa.h"

struct regex_dead_end {
    uint64_t place;
    uint64_t *threads; /* a bit an instruction */
};

struct regex_dead_ends {
    size_t words;                /* of a row of bits */
    uint64_t *rows;              /* all of them, owned; NULL until the first is needed */
    struct regex_dead_end *ends; /* owned; the known ones by falling place, then spare rows */
    size_t capacity, known;
    size_t tried; /* the last so many: places passed since the last match was seen */
};

void regex_dead_ends_init(struct regex_dead_ends *dead_ends, const struct regex_program *program);
void regex_dead_ends_release(struct regex_dead_ends *dead_ends);

/* The next place at which to visit, at `step` bytes behind `place` or sooner. */
uint64_t regex_dead_ends_next(struct regex_dead_ends *dead_ends, uint64_t place, uint64_t step);

/* Whether the threads at this place are all known to fail; else they are tried from now on. */
bool regex_dead_ends_visit(struct regex_dead_ends *dead_ends, uint64_t place,
                           const struct regex_threads *threads);

/* The threads tried behind `match`, where the last match ended, have failed. */
void regex_dead_ends_settle(struct regex_dead_ends *dead_ends, uint64_t match);

/* Forgets what was tried, as nothing is known of how it ended. */
void regex_dead_ends_drop(struct regex_dead_ends *dead_ends);

/* Forgets all: the text is another. */
void regex_dead_ends_forget(struct regex_dead_ends *dead_ends);

#endif
