/*
 * flush_counters.c - linked into the programs of run.sh: writes the counters in another process.
 *
 * Many tests count system calls, inject errors into them, limit files and memory, or stop the
 * program at each instruction. gcc's library opens and writes hundreds of files at exit. Here a
 * child process does that, which strace and ptrace do not follow unless told to. The linker's
 * --wrap sends calls of __gcov_exit() and raise() to this file: a program that ends itself by a
 * signal writes its counters too. One that another process kills does not.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* Weak: meson links this file into its tries of the compiler, without --coverage. */
void __real___gcov_exit(void) __attribute__((weak));
void __wrap___gcov_exit(void);
int __real_raise(int number);
int __wrap_raise(int number);

/* No limit of a test holds for the counters; only root may lift those that are hard. */
static void lift_limits(void)
{
    const struct rlimit all = {RLIM_INFINITY, RLIM_INFINITY}, files = {4096, 4096};
    setrlimit(RLIMIT_FSIZE, &all);
    setrlimit(RLIMIT_AS, &all);
    setrlimit(RLIMIT_DATA, &all);
    setrlimit(RLIMIT_NOFILE, &files);
}

/* Closes the program's descriptors: nobody may wait for this process at the end of a pipe. */
static void close_all(void)
{
    int nowhere = open("/dev/null", O_RDWR);
    for (int i = 0; i < 256; i++)
        if (nowhere < 0 || i > 2 || dup2(nowhere, i) < 0)
            close(i);
}

/* Each object file calls this when the program ends; the first call writes the counters of all. */
void __wrap___gcov_exit(void)
{
    static bool done;
    if (done || !__real___gcov_exit)
        return;
    done = true;
    signal(SIGCHLD, SIG_IGN); /* strace would print it */
    pid_t child = fork();
    if (child == 0) {
        lift_limits();
        close_all();
        __real___gcov_exit();
        _exit(0);
    }
    if (child > 0)
        waitpid(child, NULL, 0);
}

int __wrap_raise(int number)
{
    __wrap___gcov_exit();
    return __real_raise(number);
}
