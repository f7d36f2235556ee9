/*
 * check.h - options and operands that contradict each other, found before FILE is opened.
 */
#ifndef MMTOOL_CLI_CHECK_H
#define MMTOOL_CLI_CHECK_H

#include "commands/request.h"

/*
 * False and a usage error if options or operands contradict each other. Ends with the check of
 * the subcommand itself, if it has one.
 */
bool cli_check(const struct request *request, struct error *error);

#endif
