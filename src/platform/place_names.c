/* place_names.c - whether a place is a name of an open file. */
#include "platform/platform.h"

bool place_names(const struct place *place, struct file *file)
{
    struct file_status named, opened;
    return place_look(place, &named, NULL) == PLACE_FILE && file_get_status(file, &opened, NULL) &&
           named.identity == opened.identity && named.device == opened.device;
}
