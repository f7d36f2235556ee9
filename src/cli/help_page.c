/* help_page.c - a text for a terminal of 80 columns, in the making. */
#include "cli/help_page.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { LONGEST = 512 };

static void append(struct help_page *page, const char *text, size_t length)
{
    page->failed = page->failed || !buffer_append(&page->text, text, length, page->error);
    for (size_t i = 0; i < length; i++)
        page->column = text[i] == '\n' ? 0 : page->column + 1;
}

void help_page_print(struct help_page *page, const char *format, ...)
{
    char text[LONGEST];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    append(page, text, strlen(text));
}

static void begin_line(struct help_page *page, size_t indent)
{
    append(page, "\n", 1);
    while (page->column < indent)
        append(page, " ", 1);
}

void help_page_wrap(struct help_page *page, size_t indent, const char *text)
{
    while (*text) {
        size_t length = strcspn(text, " \n");
        bool first = page->column <= indent;
        if (!first && page->column + 1 + length > HELP_COLUMNS)
            begin_line(page, indent);
        else if (!first)
            append(page, " ", 1);
        append(page, text, length);
        text += length;
        if (*text == '\n' && text[1])
            begin_line(page, indent);
        text += *text != 0;
    }
    append(page, "\n", 1);
}
