/* lock.c - leases, and waiting for a write of another program. */
#include "platform/linux/internal.h"

#include <signal.h>
#include <sys/xattr.h>

/*
 * The kernel grants a write lease only while nobody else has the file open. It is given back at
 * once: while it is held, an open with O_NONBLOCK fails, and the kernel tells the holder of such
 * an open by SIGIO, which ends a process that does not expect it.
 */
enum file_company file_company(struct file *file)
{
    void (*before)(int) = signal(SIGIO, SIG_IGN);
    bool granted = fcntl(file->descriptor, F_SETLEASE, F_WRLCK) == 0;
    int code = errno;
    if (granted)
        (void)fcntl(file->descriptor, F_SETLEASE, F_UNLCK);
    (void)signal(SIGIO, before);
    if (granted)
        return FILE_ALONE;
    return code == EAGAIN ? FILE_SHARED : FILE_COMPANY_UNKNOWN;
}

/* There is no such attribute: the call changes nothing. But it takes the inode's lock, as a write
 * does, and so waits for the end of one. */
void file_wait_for_writers(struct file *file)
{
    (void)fremovexattr(file->descriptor, "user.mmtool.none");
}
