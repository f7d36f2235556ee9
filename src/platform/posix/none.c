/*
 * none.c - functions that only Windows needs.
 *
 * The contract of each function is in platform/platform.h.
 */
#include "platform/posix/internal.h"

#if defined(__GNUC__) /* the functions here ignore their parameters */
#pragma GCC diagnostic ignored "-Wunused-parameter"
#endif

void platform_arguments(int *argc, char ***argv)
{
}

bool file_set_tag(struct file *file, const char *tag, struct error *error)
{
    return error_set(error, "a mapping has a name (--tag) only on Windows; here shm:NAME is memory "
                            "that programs share by name");
}
