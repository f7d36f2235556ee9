/* options_rows.h - how rows of options are written. */
#ifndef MMTOOL_CLI_OPTIONS_ROWS_H
#define MMTOOL_CLI_OPTIONS_ROWS_H

#include "cli/commands.h"

#include <stddef.h>

/* Behind the summary may stand members by their name. */
#define FLAG(name, letter, member, ...)                                                            \
    {                                                                                              \
        name, letter, ARGUMENT_NONE, NULL, __VA_ARGS__, .offset = offsetof(struct request, member) \
    }
#define END                                                                                        \
    {                                                                                              \
        .name = NULL                                                                               \
    }

#endif
