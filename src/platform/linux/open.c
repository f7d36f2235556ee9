/* open.c - special ways to open: a name only, a stream again, memory, a file without a name. */
#include "platform/linux/internal.h"

#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>

int linux_open_name(int directory, const char *name)
{
    return openat(directory, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
}

/* With O_EXCL, linkat() cannot give the file a name later. */
int linux_open_unnamed(const char *directory)
{
    int descriptor;
    do
        descriptor = open(directory, O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, 0600);
    while (descriptor < 0 && errno == EINTR);
    return descriptor;
}

int linux_open_memory(void)
{
#if defined(SYS_memfd_create)
    enum { CLOSE_ON_EXEC = 1 }; /* MFD_CLOEXEC, which some C libraries do not define */
    return (int)syscall(SYS_memfd_create, "mmtool", CLOSE_ON_EXEC);
#else
    errno = ENOSYS;
    return -1;
#endif
}

bool linux_polls_for_writer(void)
{
    return true;
}

/* The new descriptor has its own O_NONBLOCK: other processes that share the stream do not get it.
 */
int linux_reopen_stream(int descriptor)
{
    struct stat status;
    char path[LINUX_PATH_SIZE];
    if (fstat(descriptor, &status) != 0)
        return -1;
    if (S_ISSOCK(status.st_mode)) {
        errno = ENXIO;
        return -1;
    }
    linux_descriptor_path(descriptor, path);
    return open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

bool linux_reopens_streams(void)
{
    return true;
}

void linux_descriptor_path(int descriptor, char path[LINUX_PATH_SIZE])
{
    snprintf(path, LINUX_PATH_SIZE, "/proc/self/fd/%d", descriptor);
}
