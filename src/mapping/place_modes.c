/* place_modes.c - whether files get the mode that they are created with. */
#include "mapping/place_modes.h"

#include <stdio.h>

bool place_keeps_modes(const struct place *place)
{
    char name[64];
    uint64_t number = 0;
    struct place *probe;
    struct file *file;
    struct file_status status;
    unsigned flags = FILE_OPEN_WRITE | FILE_OPEN_CREATE | FILE_OPEN_EXCLUSIVE | FILE_OPEN_PRIVATE;
    if (!platform_random(&number, sizeof number, NULL))
        return true;
    snprintf(name, sizeof name, ".mmtool-probe-%llx", (unsigned long long)number);
    if (!place_sibling(place, name, &probe, NULL))
        return true;
    bool hold = true;
    if (place_open(probe, flags, &file, NULL) == FILE_OPENED) {
        hold = !file_get_status(file, &status, NULL) || (status.mode & 077) == 0;
        (void)file_close(file, NULL);
        (void)place_remove(probe, NULL);
    }
    place_free(probe);
    return hold;
}
