/* shell.h - how each shell writes a row of the tables, and what they share. */
#ifndef MMTOOL_SHELL_H
#define MMTOOL_SHELL_H

#include "offer.h"

#include <stdio.h>

/* An operand of a subcommand: FILE, or one after it. */
struct operand_row {
    size_t number; /* 0: FILE */
    const char *name;
    bool optional;
    bool repeats;
    struct offer offer;
};

/* A shell. Its functions write the data of its completion, in this order. */
struct shell {
    const char *name;
    /* The subcommands, and lists of words. */
    void (*begin)(FILE *out);
    /* A row for each option of each group, once for all subcommands that have the group. */
    void (*option)(const struct option *option, const struct option *group, FILE *out);
    void (*begin_operands)(FILE *out); /* or NULL */
    void (*operand)(const struct command *command, const struct operand_row *row, FILE *out);
    void (*end)(FILE *out); /* or NULL */
};

extern const struct shell shell_bash, shell_zsh, shell_fish;

/*
 * Writes text inside single quotes, which all shells read alike, with a backslash before each
 * character of `special`.
 */
void write_quoted(const char *text, const char *special, FILE *out);

bool has_group(const struct command *command, const struct option *group);

/* Writes the names of the subcommands that have a group of options; of all if it is NULL. */
void write_owners(const struct option *group, const char *between, FILE *out);

/* Writes the topics of help that are not subcommands, too. */
void write_topics(const char *between, FILE *out);

/* Writes the words of an offer, with blanks between. */
void write_names(const struct offer *offer, FILE *out);

#endif
