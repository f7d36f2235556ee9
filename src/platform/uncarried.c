/* uncarried.c - the list of what a copy of a file lacks. */
#include "platform/platform.h"

#include <stdio.h>
#include <string.h>

void file_uncarried_add(struct file_uncarried *uncarried, const char *what)
{
    size_t used = strlen(uncarried->list);
    snprintf(uncarried->list + used, sizeof uncarried->list - used, "%s%s", used > 0 ? ", " : "",
             what);
}
