/* help_topics.h - help on what several subcommands share. */
#ifndef MMTOOL_CLI_HELP_TOPICS_H
#define MMTOOL_CLI_HELP_TOPICS_H

#include <stddef.h>

struct help_topic {
    const char *name;    /* NULL ends the table */
    const char *summary; /* one line, for completions */
    const char *text;    /* at most 22 lines of 80 columns; NULL: the help of the subcommand */
};

extern const struct help_topic help_topics[];

/* The topic of that name; NULL if there is none. */
const struct help_topic *help_topic_find(const char *name);

#endif
