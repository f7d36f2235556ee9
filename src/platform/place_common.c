/* place_common.c - what all systems do alike with a place. */
#include "platform/platform.h"

#include <stdlib.h>
#include <string.h>

char *place_directory(const struct place *place, struct error *error)
{
    const char *path = place_path(place);
    size_t length = place_name_start(path);
    char *directory = malloc(length + 1);
    if (!directory) {
        error_memory(error, length + 1);
        return NULL;
    }
    memcpy(directory, path, length);
    directory[length] = 0;
    return directory;
}

bool place_is_name_of(const struct place *place, struct file *file)
{
    struct file_status named, opened;
    return place_look(place, &named, NULL) == PLACE_FILE && file_get_status(file, &opened, NULL) &&
           named.identity == opened.identity && named.device == opened.device;
}
