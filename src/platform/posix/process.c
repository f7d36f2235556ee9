/* process.c - the start and end of the process, and signals. */
#include "platform/posix/internal.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>

/* Whether standard input, output and error are open. */
static bool standard_descriptors_are_open(void)
{
    struct pollfd streams[] = {{.fd = 0}, {.fd = 1}, {.fd = 2}};
    return poll(streams, 3, 0) == 0;
}

/*
 * If the process was started with descriptor 1 closed, the data file would become descriptor 1, and
 * output would overwrite it. So open something for each closed standard stream, in the wrong
 * direction: a use of the stream then fails.
 */
static void guard_standard_descriptors(void)
{
    if (standard_descriptors_are_open())
        return;
    for (int descriptor = 0; descriptor <= 2; descriptor++) {
        if (fcntl(descriptor, F_GETFD) >= 0 || errno != EBADF)
            continue;
        /* open() returns this number: it is the lowest free one. */
        if (open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY) < 0)
            (void)open("/", O_RDONLY);
    }
}

void platform_begin(void)
{
    guard_standard_descriptors();
    signal(SIGPIPE, SIG_IGN); /* write() fails with EPIPE instead */
#if defined(SIGXFSZ)
    signal(SIGXFSZ, SIG_IGN); /* write() fails with EFBIG instead */
#endif
}

static const int held_signals[] = {SIGINT, SIGTERM, SIGHUP};
enum { HELD_COUNT = sizeof held_signals / sizeof *held_signals };

/* Globals, because a signal handler has no argument of ours. */
static volatile sig_atomic_t pending_signal;
static pthread_mutex_t holding = PTHREAD_MUTEX_INITIALIZER; /* guards what follows */
static struct sigaction actions_before[HELD_COUNT];
static bool signals_held, signals_kept;

static void note_signal(int number)
{
    pending_signal = number;
}

static void hold_signals(void)
{
    struct sigaction note = {.sa_handler = note_signal, .sa_flags = SA_RESTART};
    sigemptyset(&note.sa_mask);
    for (int i = 0; i < HELD_COUNT; i++) {
        sigaction(held_signals[i], &note, &actions_before[i]);
        /* A signal that nohup or a shell ignores stays ignored. */
        if (actions_before[i].sa_handler != SIG_IGN)
            continue;
        sigaction(held_signals[i], &actions_before[i], NULL);
        if (pending_signal == held_signals[i])
            pending_signal = 0;
    }
    signals_held = true;
}

void platform_signals_hold(void)
{
    pthread_mutex_lock(&holding);
    if (!signals_held)
        hold_signals();
    pthread_mutex_unlock(&holding);
}

void platform_signals_restore(void)
{
    pthread_mutex_lock(&holding);
    for (int i = 0; signals_held && !signals_kept && i < HELD_COUNT; i++)
        sigaction(held_signals[i], &actions_before[i], NULL);
    signals_held = signals_held && signals_kept;
    pthread_mutex_unlock(&holding);
}

void platform_signals_keep(bool keep)
{
    if (keep)
        platform_signals_hold();
    pthread_mutex_lock(&holding);
    signals_kept = keep;
    pthread_mutex_unlock(&holding);
    if (!keep)
        platform_signals_restore();
}

/* ---- clearing a line of the terminal ----------------------------------------------------------
 */

static volatile sig_atomic_t cleared_descriptor = -1; /* -1: none */

/* SA_RESETHAND: the second time the signal has its default action, which ends the process. */
static void clear_and_end(int number)
{
    if (cleared_descriptor >= 0 &&
        write(cleared_descriptor, STREAM_CLEAR, sizeof STREAM_CLEAR - 1) < 0)
        cleared_descriptor = -1;
    raise(number);
}

/* A signal that is held or ignored stays so. The handlers stay until the process ends. */
void stream_clear_at_signal(enum stream stream, bool on)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    struct sigaction clear = {.sa_handler = clear_and_end, .sa_flags = SA_RESETHAND}, now;
    sigemptyset(&clear.sa_mask);
    cleared_descriptor = !on ? -1 : stream == STREAM_OUTPUT ? STDOUT_FILENO : STDERR_FILENO;
    pthread_mutex_lock(&holding);
    for (size_t i = 0; on && i < sizeof numbers / sizeof *numbers; i++)
        if (sigaction(numbers[i], NULL, &now) == 0 && now.sa_handler == SIG_DFL)
            sigaction(numbers[i], &clear, NULL);
    pthread_mutex_unlock(&holding);
}

int platform_signal_pending(void)
{
    return pending_signal;
}

void platform_end_by_signal(int number)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, number);
    signal(number, SIG_DFL);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    raise(number);
    _exit(128 + number);
}

void platform_end_by_closed_pipe(void)
{
    platform_end_by_signal(SIGPIPE);
}
