/* cli.h - argv becomes a request; help and the dump of the tables. */
#ifndef MMTOOL_CLI_H
#define MMTOOL_CLI_H

#include "output.h"
#include "request.h"

/*
 * Reads the arguments behind the program's name. The request points into `argv`
 * and is released by request_release() whatever the result. `request->command`
 * is set as soon as it is known, for messages.
 */
enum cli_result cli_parse(int argc, char **argv, struct request *request, struct output *output,
                          struct error *error);

#endif
