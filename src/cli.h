/* cli.h - argv becomes a request; help and the dump of the tables. */
#ifndef MMTOOL_CLI_H
#define MMTOOL_CLI_H

#include "output.h"
#include "request.h"

enum cli_result {
    CLI_RUN,      /* the request is to be run */
    CLI_ANSWERED, /* help or the like was printed */
    CLI_FAILED,   /* `error` says what is wrong */
};

/*
 * Reads the arguments behind the program's name. The request points into `argv`
 * and is released by request_release() whatever the result. `request->command`
 * is set as soon as it is known, for messages.
 */
enum cli_result cli_parse(int argc, char **argv, struct request *request, struct output *output,
                          struct error *error);

/*
 * Reads one command of a script, which begins with the name of a subcommand, FILE
 * being that of `outer`, the request of the script itself. The request points into
 * `words`.
 */
enum cli_result cli_parse_line(const char *const *words, size_t count, const struct request *outer,
                               struct request *request, struct output *output, struct error *error);

void request_release(struct request *request);

#endif
