/* offer.h - what completions can offer for the value of an option, or for an operand. */
#ifndef MMTOOL_OFFER_H
#define MMTOOL_OFFER_H

#include "commands/command.h"

enum offer_kind {
    OFFER_NOTHING, /* a number, a range, bytes */
    OFFER_FILES,
    OFFER_DIRECTORIES,
    OFFER_WORD,  /* one of the words */
    OFFER_WORDS, /* some of them, with commas between */
};

struct offer_word {
    const char *name;
    const char *summary; /* or NULL */
};

enum { OFFER_MOST_WORDS = 64 };

struct offer {
    enum offer_kind kind;
    const char *list; /* a name for the words if they have summaries; else NULL */
    struct offer_word words[OFFER_MOST_WORDS];
    size_t count;
};

struct offer offer_of_option(const struct option *option);
struct offer offer_of_operand(const struct operand *operand);

/* The advice that this system has, with or without what destroys data. */
struct offer offer_of_advice(bool destructive);

struct offer offer_of_map_flags(void);

#endif
