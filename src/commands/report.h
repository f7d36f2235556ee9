/* report.h - one line on standard error, in one write, so that lines of two processes do not mix.
 */
#ifndef MMTOOL_REPORT_H
#define MMTOOL_REPORT_H

#include "base/diag.h"
#include "commands/request.h"

void report_error(const struct request *request, const struct error *error);

/* Something to know though all went well. */
void report_notice(const struct request *request, const char *text);

/* That an edit has cost the file privileges (enum file_privilege, or'ed); nothing for none. */
void report_lost(const struct request *request, unsigned lost);

#endif
