/*
 * classes.c - the tables of a class filter.
 *
 * The shape of a high nibble is the set of low nibbles that it has in the set of bytes. Each
 * distinct shape gets a bit in the tables.
 */
#include "search/classes.h"

#include <string.h>

enum { SHAPES = 8 }; /* the bits of a byte in the tables */

static unsigned shape_of(const bool bytes[256], unsigned high)
{
    unsigned shape = 0;
    for (unsigned low = 0; low < 16; low++)
        shape |= (unsigned)bytes[high * 16 + low] << low;
    return shape;
}

/* The number of a shape, new or known. If there are too many, adds the shape to the last one. */
static unsigned number_shape(unsigned shapes[SHAPES], unsigned *count, unsigned shape, bool *exact)
{
    for (unsigned i = 0; i < *count; i++)
        if (shapes[i] == shape)
            return i;
    if (*count < SHAPES)
        shapes[(*count)++] = 0;
    else
        *exact = false;
    shapes[*count - 1] |= shape;
    return *count - 1;
}

void class_filter_init(struct class_filter *filter, unsigned run)
{
    filter->count = 0;
    filter->run = run;
    filter->exact = true;
}

void class_filter_add(struct class_filter *filter, const bool bytes[256])
{
    unsigned shapes[SHAPES], count = 0, place = filter->count++;
    memset(filter->low[place], 0, sizeof filter->low[place]);
    memset(filter->high[place], 0, sizeof filter->high[place]);
    for (unsigned high = 0; high < 16; high++) {
        unsigned shape = shape_of(bytes, high);
        if (shape != 0)
            filter->high[place][high] =
                (unsigned char)(1u << number_shape(shapes, &count, shape, &filter->exact));
    }
    for (unsigned i = 0; i < count; i++)
        for (unsigned low = 0; low < 16; low++)
            if (shapes[i] >> low & 1)
                filter->low[place][low] |= (unsigned char)(1u << i);
}

static bool place_accepts(const struct class_filter *filter, unsigned place, unsigned char byte)
{
    return filter->low[place][byte & 15] & filter->high[place][byte >> 4];
}

bool class_filter_accepts(const struct class_filter *filter, const unsigned char *at)
{
    for (unsigned i = 0; i < filter->count; i++)
        if (!place_accepts(filter, i, at[filter->offset[i]]))
            return false;
    for (unsigned i = 1; i < filter->run; i++)
        if (!place_accepts(filter, 0, at[filter->offset[0] + i]))
            return false;
    return true;
}
