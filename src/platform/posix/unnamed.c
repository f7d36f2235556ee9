/*
 * unnamed.c - files without a name.
 *
 * Linux can create one with O_TMPFILE. Other systems and some file systems cannot: there the file
 * gets a random name, which is removed at once. A kill between the two leaves an empty file.
 */
#include "platform/linux/internal.h"

#include <stdio.h>

static bool open_and_unlink(const char *directory, struct file **file, struct error *error)
{
    const unsigned flags =
        FILE_OPEN_WRITE | FILE_OPEN_CREATE | FILE_OPEN_EXCLUSIVE | FILE_OPEN_PRIVATE;
    uint64_t number;
    char name[40];
    struct place *place;
    if (!platform_random(&number, sizeof number, error))
        return false;
    snprintf(name, sizeof name, ".mmtool-%016" PRIx64, number);
    if (!place_in_directory(directory, name, &place, error))
        return false;
    bool opened = place_open(place, flags, file, error) == FILE_OPENED;
    if (opened && !place_remove(place, error)) {
        (void)file_close(*file, NULL);
        *file = NULL;
        opened = false;
    }
    place_free(place);
    return opened;
}

static const char *temporary_directory(void)
{
    const char *directory = platform_environment("TMPDIR");
    return directory && *directory ? directory : "/tmp";
}

bool file_open_unnamed(const char *directory, struct file **file, struct error *error)
{
    char shown[128];
    const char *path = directory ? directory : temporary_directory();
    *file = NULL;
    int descriptor = linux_open_unnamed(path);
    if (descriptor >= 0) {
        *file = posix_new_file(descriptor, true, false);
        if (*file)
            return true;
        close(descriptor);
        return error_memory(error, sizeof **file);
    }
    return open_and_unlink(path, file, error) ||
           error_prefix(error, "no temporary file can be made in %s",
                        diag_escape(shown, sizeof shown, path));
}
