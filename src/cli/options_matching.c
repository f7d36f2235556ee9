/* options_matching.c - options of find, rfind and splice: which of the possible matches they take.
 */
#include "cli/commands.h"

#include <stddef.h>
#include <string.h>

/* N or N+K. */
static bool set_align(struct request *request, const struct option *option, const char *value,
                      struct error *error)
{
    char step[64];
    const char *plus = strchr(value, '+');
    size_t length = plus ? (size_t)(plus - value) : strlen(value);
    request->align.first = 0;
    if (length >= sizeof step)
        return number_parse(value, option->name, &request->align.step, error);
    memcpy(step, value, length);
    step[length] = 0;
    if (!number_parse(step, option->name, &request->align.step, error) ||
        (plus && !number_parse(plus + 1, option->name, &request->align.first, error)))
        return false;
    if (request->align.step == 1 && request->align.first == 0)
        request->align.step = 0; /* all offsets */
    else if (request->align.step == 0)
        return error_usage(error, "--align=N finds a match at every N-th offset: N is at least 1");
    return true;
}

const struct option options_matching[] = {
    {"patterns-from", 0, ARGUMENT_REQUIRED, "FILE",
     "the patterns are a file's lines (-: standard input)", .kind = VALUE_FILE,
     .set = options_set_once, .offset = offsetof(struct request, patterns_from),
     .title = OPTION_FINDS},
    {"align", 0, ARGUMENT_REQUIRED, "N[+K]", "only matches at offsets K, K+N, K+2N ...; K is 0",
     .set = set_align},
    {"shortest", 0, ARGUMENT_NONE, NULL, "with --regex: of the matches at one offset the shortest",
     .offset = offsetof(struct request, shortest)},
    {.name = NULL},
};
