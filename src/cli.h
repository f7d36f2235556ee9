/*
 * cli.h - parses argv into a request; prints help and the dump of the tables.
 *
 * The folder cli: the tables that the parser reads, and the help printed from them. In reading
 * order:
 *
 *   commands.c          the rows of the subcommand table
 *   options.c           the options of most subcommands, in groups, and how each fills the request
 *   options_find.c      the options of find, rfind and of splice's search and replace
 *   options_rows.h      how rows of options are written
 *   options_dump.c      dumps of read and find: --dump, --columns, --group
 *   options_mapping.c   how the file is mapped: --access, --map, --prot, --window, --advise, --tag
 *   options_matching.c  which of the possible matches find, rfind and splice take
 *   option_value.c      the values that an option can have, as help and messages name them
 *   option_find.c       looks an option up by its letter or its name
 *   several.c           operands of a command on several FILEs
 *   check.c             options and operands that contradict each other, before FILE is opened
 *   unknown.c           errors for unknown or ambiguous words, with a suggestion
 *   command_line.c      the arguments as given, and corrected command lines for messages
 *   hint_files.c        the mistake of several FILEs without --files
 *   hint.c              other mistakes of beginners behind a command that failed
 *   help_page.c         a text for a terminal of 80 columns, in the making
 *   help_topics.c       help on what several subcommands share: ranges, types ...
 *   help.c              help texts, printed from the tables
 *   help_dump.c         the tables as lines, for tests and for programs
 *   version.c           the version, and what this build can do on this machine
 */
#ifndef MMTOOL_CLI_H
#define MMTOOL_CLI_H

#include "commands/request.h"
#include "output/output.h"

/*
 * Parses argv. The request points into `argv`; call request_release() whatever the result.
 * Prints help, the version and the tables itself (CLI_ANSWERED). `request->command` is set as
 * soon as it is known, even if parsing fails later, so that error reports can name it.
 */
enum cli_result cli_parse(int argc, char **argv, struct request *request, struct output *output,
                          struct error *error);

/*
 * Called when the command of cli_parse() was run and failed: replaces the error by one that names
 * the mistake and the command that was meant, if it recognizes a mistake. Returns false.
 */
bool cli_hint(int argc, char **argv, const struct request *request, struct error *error);

#endif
