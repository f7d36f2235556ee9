/* progress.c - prints the lines that a progress bar draws, at fixed times; for pictures.py. */
#include "output/progress_line.h"

#include <stdio.h>
#include <stdlib.h>

static void print_line(const struct progress_state *state, unsigned columns)
{
    char line[PROGRESS_LINE];
    progress_line(state, columns, line);
    puts(line);
}

/* COLUMNS: the width of the window. */
int main(int argc, char **argv)
{
    unsigned columns = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 80;
    const uint64_t total = UINT64_C(68719476736);
    print_line(&(struct progress_state){.work = "find",
                                        .file = "disk.img",
                                        .seconds = 14,
                                        .part = 0.62,
                                        .bytes = total / 100 * 62,
                                        .total = total},
               columns);
    print_line(&(struct progress_state){.work = "splice",
                                        .seconds = 21,
                                        .part = 0.35,
                                        .bytes = total / 3,
                                        .files = 41,
                                        .all_files = 118},
               columns);
    return 0;
}
