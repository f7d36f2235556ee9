/* search_classes.c - the tables of a filter of classes. */
#include "search_classes.h"

#include <string.h>

enum { SHAPES = 8 }; /* a bit each */

/* Which low nibbles a set holds among the bytes of one high nibble. */
static unsigned shape_of(const bool bytes[256], unsigned high)
{
    unsigned shape = 0;
    for (unsigned low = 0; low < 16; low++)
        shape |= (unsigned)bytes[high * 16 + low] << low;
    return shape;
}

/* The number of a shape, new or known; when there are too many, that of the last, widened. */
static unsigned number_shape(unsigned shapes[SHAPES], unsigned *count, unsigned shape)
{
    for (unsigned i = 0; i < *count; i++)
        if (shapes[i] == shape)
            return i;
    if (*count < SHAPES)
        shapes[(*count)++] = 0;
    shapes[*count - 1] |= shape;
    return *count - 1;
}

void class_filter_set(struct class_filter *filter, unsigned place, const bool bytes[256])
{
    unsigned shapes[SHAPES], count = 0;
    memset(filter->low[place], 0, sizeof filter->low[place]);
    memset(filter->high[place], 0, sizeof filter->high[place]);
    for (unsigned high = 0; high < 16; high++) {
        unsigned shape = shape_of(bytes, high);
        if (shape != 0)
            filter->high[place][high] = (unsigned char)(1u << number_shape(shapes, &count, shape));
    }
    for (unsigned i = 0; i < count; i++)
        for (unsigned low = 0; low < 16; low++)
            if (shapes[i] >> low & 1)
                filter->low[place][low] |= (unsigned char)(1u << i);
}

bool class_filter_accepts(const struct class_filter *filter, const unsigned char *at)
{
    for (unsigned i = 0; i < filter->count; i++) {
        unsigned char byte = at[filter->offset[i]];
        if (!(filter->low[i][byte & 15] & filter->high[i][byte >> 4]))
            return false;
    }
    return true;
}
