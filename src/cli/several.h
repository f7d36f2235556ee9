/*
 * several.h - the operands of a command on several FILEs.
 */
#ifndef MMTOOL_CLI_SEVERAL_H
#define MMTOOL_CLI_SEVERAL_H

#include "commands/request.h"

/*
 * With --files, --files-from or --files0-from: makes `file_names` of the operands, and the
 * operands that the subcommand expects behind FILE of --within and --with. Without them --within
 * (but of splice) and --with are an error.
 */
bool cli_take_files(struct request *request, struct error *error);

#endif
