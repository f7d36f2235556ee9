/* size_text.c - a number of bytes for people. */
#include "output/size_text.h"

#include <stdio.h>

const char *size_text(char out[SIZE_TEXT], double bytes)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    size_t unit = 0;
    while (bytes >= 1000 && unit + 1 < sizeof units / sizeof *units) {
        bytes /= 1024;
        unit++;
    }
    snprintf(out, SIZE_TEXT, unit > 0 ? "%.1f %s" : "%.0f %s", bytes, units[unit]);
    return out;
}
