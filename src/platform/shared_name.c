/* shared_name.c - the names that shared memory may have, the same on all systems. */
#include "platform/platform.h"

#include <string.h>

bool shared_name_check(const char *name, struct error *error)
{
    size_t length = strlen(name);
    if (length == 0 || length > SHARED_NAME_MAX || strchr(name, '/') || !strcmp(name, ".") ||
        !strcmp(name, ".."))
        return error_set(error, "a name of shared memory has 1 to %d bytes and no \"/\"",
                         SHARED_NAME_MAX);
    return true;
}
