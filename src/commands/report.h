/* report.h - one line on standard error, in one write, so that lines of two processes do not mix.
 */
#ifndef MMTOOL_REPORT_H
#define MMTOOL_REPORT_H

#include "base/diag.h"
#include "commands/request.h"

void report_error(const struct request *request, const struct error *error);

/* Tells something that is not an error. */
void report_notice(const struct request *request, const char *text);

/* Starts the progress bar for work on the request's FILE. `total` is in bytes; 0: not known. */
void report_progress(const struct request *request, uint64_t total, struct progress *progress);

/* Tells which privileges (bits of enum file_privilege) an edit took from the file, if any. */
void report_lost(const struct request *request, unsigned lost);

#endif
