/*
 * cli.h - argv becomes a request; help and the dump of the tables.
 *
 * The folder cli: the tables that the parser reads, and what is printed of them. In reading order:
 *
 *   commands.c          the rows of the subcommand table
 *   options.c           the options of every subcommand, in groups, and how each fills the request
 *   options_mapping.c   how the file is mapped: --access, --map, --prot, --window, --advise, --tag
 *   check.c             options and operands that contradict each other
 *   unknown.c           words that mean nothing, and what was likely meant
 *   help.c              help texts and the dump of the tables, all printed from the tables
 *   version.h           the version, as the build knows it
 */
#ifndef MMTOOL_CLI_H
#define MMTOOL_CLI_H

#include "commands/request.h"
#include "output/output.h"

/*
 * Reads the arguments behind the program's name. The request points into `argv`
 * and is released by request_release() whatever the result. `request->command`
 * is set as soon as it is known, for messages.
 */
enum cli_result cli_parse(int argc, char **argv, struct request *request, struct output *output,
                          struct error *error);

#endif
