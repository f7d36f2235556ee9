/*
 * change_screen.h - where a change is shown to people: the lines that are left, and colours.
 *
 * Red, green and cyan, as git has them; the changed part of a line is reversed. On a terminal a
 * screenful of lines is printed, counted as the terminal breaks them.
 */
#ifndef MMTOOL_CHANGE_SCREEN_H
#define MMTOOL_CHANGE_SCREEN_H

#include "output/dump_row.h"

struct request;

struct change_screen {
    struct output *output;
    struct dump_layout layout; /* of rows */
    bool color;
    bool escapes;        /* control characters are escaped: it is a terminal */
    bool limited;        /* to a screenful */
    unsigned columns;    /* characters in a line of the terminal */
    uint64_t lines_left; /* that may yet be printed */
    uint64_t ends;       /* rows or lines that are shown of either end of a long part */
    size_t longest_line; /* characters of a line of text that are shown */
    bool full;           /* something was not printed, since no line was left */
    struct buffer line;  /* under construction; owned */
};

/* For standard output, as the request wants it. */
void change_screen_init(struct change_screen *screen, struct output *output,
                        const struct request *request);
void change_screen_release(struct change_screen *screen);

/* Takes the lines that `width` characters need. False if there are not as many: `full` is set. */
bool change_screen_take(struct change_screen *screen, size_t width);

/* Begins and ends a line in the colour of its sign: '-', '+', '@' (a header), or none. */
bool change_screen_begin(struct change_screen *screen, char sign, struct error *error);
bool change_screen_end(struct change_screen *screen, char sign, struct error *error);

/* Prints a whole line if there is room for it. */
bool change_screen_line(struct change_screen *screen, char sign, const char *text,
                        struct error *error);

/* Prints the line that stands for bytes of a long part that are not shown. */
bool change_screen_fold(struct change_screen *screen, char sign, uint64_t bytes,
                        struct error *error);

/* Ends the list: "... N more changes", if there are. */
bool change_screen_more(struct change_screen *screen, uint64_t changes, struct error *error);

#endif
