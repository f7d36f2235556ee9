/* parse_error.c - the message of a syntax error. */
#include "regex/parse.h"

#include <stdarg.h>
#include <stdio.h>

bool regex_parse_error(struct regex_parser *parser, size_t where, const char *format, ...)
{
    char what[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    return error_usage(parser->error, "regular expression, character %zu: %s", where + 1, what);
}
