/* lock.c - leases, and waiting for a write of another program. */
#include "platform/linux/internal.h"

#include <signal.h>
#include <sys/xattr.h>

/*
 * The kernel grants a write lease only if nobody else has the file open. We give it back at once:
 * while we hold it, an open with O_NONBLOCK fails in other programs, and the kernel sends us a
 * signal. SIGIO would kill the process; SIGURG is ignored by default.
 */
enum file_company file_company(struct file *file)
{
    (void)fcntl(file->descriptor, F_SETSIG, SIGURG);
    bool granted = fcntl(file->descriptor, F_SETLEASE, F_WRLCK) == 0;
    int code = errno;
    if (granted)
        (void)fcntl(file->descriptor, F_SETLEASE, F_UNLCK);
    if (granted)
        return FILE_ALONE;
    return code == EAGAIN ? FILE_SHARED : FILE_COMPANY_UNKNOWN;
}

/* No file has this attribute: the call changes nothing. But it takes the inode's lock, which a
 * write holds, and so waits until the write ends. */
void file_wait_for_writers(struct file *file)
{
    (void)fremovexattr(file->descriptor, "user.mmtool.none");
}
