/*
 * help_page.h - a text for a terminal of 80 columns, in the making.
 *
 * Errors (no memory) are kept in the page: help_page_good() tells of them at the end.
 */
#ifndef MMTOOL_CLI_HELP_PAGE_H
#define MMTOOL_CLI_HELP_PAGE_H

#include "base/buffer.h"

enum { HELP_COLUMNS = 80 };

struct help_page {
    struct buffer text;
    size_t column; /* where the next character stands */
    bool failed;
    struct error *error;
};

void help_page_print(struct help_page *page, const char *format, ...) MMTOOL_PRINTF(2, 3);

/* Adds words; lines that would be too wide, and those after a newline, begin at column `indent`. */
void help_page_wrap(struct help_page *page, size_t indent, const char *text);

#endif
