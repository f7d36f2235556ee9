/* run.c - runs the user's command, which can use the open file. */
#include "platform/linux/internal.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

/* Never returns. We ignore SIGPIPE and SIGXFSZ; the command must not inherit that. */
static void run_in_child(const char *command, int descriptor)
{
    char path[LINUX_PATH_SIZE];
    linux_descriptor_path(descriptor, path);
    signal(SIGPIPE, SIG_DFL);
#if defined(SIGXFSZ)
    signal(SIGXFSZ, SIG_DFL);
#endif
    if (fcntl(descriptor, F_SETFD, 0) == 0 && setenv("MMTOOL_MAP", path, 1) == 0)
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
}

bool platform_run_command(const char *command, struct file *file, int *status, struct error *error)
{
    int raw;
    pid_t ended;
    pid_t child = fork();
    if (child < 0)
        return posix_error_doing(error, errno, "starting a command");
    if (child == 0)
        run_in_child(command, file->descriptor);
    do
        ended = waitpid(child, &raw, 0);
    while (ended < 0 && errno == EINTR);
    if (ended < 0)
        return posix_error_doing(error, errno, "waiting for a command");
    *status = WIFSIGNALED(raw) ? 128 + WTERMSIG(raw) : WEXITSTATUS(raw);
    return true;
}
