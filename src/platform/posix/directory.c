/* directory.c - the names in a directory. */
#include "platform/posix/internal.h"

#include <dirent.h>

enum directory_result directory_list(const char *path,
                                     bool (*visit)(void *context, const char *name), void *context,
                                     struct error *error)
{
    struct dirent *entry;
    DIR *directory = opendir(path);
    if (!directory) {
        int code = errno;
        posix_error(error, code);
        return code == ENOENT ? DIRECTORY_MISSING : DIRECTORY_FAILED;
    }
    while (errno = 0, (entry = readdir(directory)) != NULL)
        if (!visit(context, entry->d_name))
            break;
    int code = entry ? 0 : errno;
    closedir(directory);
    if (code == 0)
        return DIRECTORY_LISTED;
    posix_error(error, code);
    return DIRECTORY_FAILED;
}
