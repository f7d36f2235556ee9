/* process.c - the machine, standard streams, threads, signals. */
#include "platform/posix/internal.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#if defined(__linux__)
#include <sched.h>
#endif
#if defined(__APPLE__)
#include <sys/random.h>
#endif
#if defined(__sun)
#include <sys/termios.h>
#endif

/* ---- the machine ----------------------------------------------------------------------------- */

size_t platform_page_size(void)
{
    long size = sysconf(_SC_PAGESIZE);
    return size > 0 ? (size_t)size : 4096;
}

size_t platform_granularity(void)
{
    return platform_page_size();
}

unsigned platform_processors(void)
{
#if defined(__linux__) && defined(CPU_COUNT)
    /* Fails on a machine of more than CPU_SETSIZE processors; then all of them count. */
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) == 0 && CPU_COUNT(&allowed) > 0)
        return (unsigned)CPU_COUNT(&allowed);
#endif
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count > 0 ? (unsigned)count : 1;
}

uint64_t platform_memory(void)
{
#if defined(_SC_PHYS_PAGES)
    long pages = sysconf(_SC_PHYS_PAGES);
    if (pages > 0)
        return (uint64_t)pages * platform_page_size();
#endif
    return SIZE_MAX;
}

uint64_t platform_user(void)
{
    return (uint64_t)geteuid();
}

/* The user's line of /etc/passwd, cut behind the name. getpwuid() could ask the network. */
static bool find_name(uint64_t user, char *line, int size)
{
    FILE *users = fopen("/etc/passwd", "re");
    bool found = false;
    while (users && !found && fgets(line, size, users)) {
        char *password = strchr(line, ':');
        char *id = password ? strchr(password + 1, ':') : NULL;
        found = id && strtoull(id + 1, NULL, 10) == user;
        if (password)
            *password = 0;
    }
    if (users)
        fclose(users);
    return found;
}

void platform_tell_user(uint64_t user, char *text, size_t size)
{
    char line[1024], shown[80] = "";
    if (find_name(user, line, sizeof line))
        diag_escape(shown, sizeof shown, line);
    snprintf(text, size, "%s%suser %llu", shown, *shown ? ", " : "", (unsigned long long)user);
}

double platform_seconds(void)
{
    struct timespec now = {0};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void platform_sleep(double seconds)
{
    if (!(seconds > 0))
        return;
    time_t whole = (time_t)seconds;
    struct timespec left = {whole, (long)((seconds - (double)whole) * 1e9)};
    while (nanosleep(&left, &left) != 0 && errno == EINTR)
        continue;
}

bool platform_random(void *bytes, size_t length, struct error *error)
{
    unsigned char *out = bytes;
    while (length > 0) {
        size_t part = length < 256 ? length : 256; /* getentropy() gives no more at once */
        if (getentropy(out, part) != 0)
            return posix_error_doing(error, errno, "asking for %zu random bytes", part);
        out += part;
        length -= part;
    }
    return true;
}

const char *platform_environment(const char *name)
{
    return getenv(name);
}

/* ---- standard streams ------------------------------------------------------------------------ */

static int stream_descriptor(enum stream stream)
{
    return stream == STREAM_OUTPUT ? STDOUT_FILENO : STDERR_FILENO;
}

static enum stream_result stream_failure(enum stream stream, int code, struct error *error)
{
    const char *name = stream == STREAM_OUTPUT ? "standard output" : "standard error";
    char room[128];
    if (code == EBADF)
        error_set(error, "%s is closed", name);
    else
        error_set(error, "cannot write to %s: %s", name, posix_words(code, room, sizeof room));
    return code == EPIPE ? STREAM_CLOSED_PIPE : STREAM_FAILED;
}

enum stream_result stream_write(enum stream stream, const void *bytes, size_t length,
                                struct error *error)
{
    const unsigned char *in = bytes;
    int descriptor = stream_descriptor(stream);
    const size_t most = (size_t)1 << 30;
    while (length > 0) {
        ssize_t part = write(descriptor, in, length < most ? length : most);
        if (part > 0) {
            in += part;
            length -= (size_t)part;
        } else if (part == 0)
            return stream_failure(stream, EIO, error);
        else if (errno == EAGAIN || errno == EWOULDBLOCK)
            posix_wait_ready(descriptor, POLLOUT); /* whom we share it with has set it so */
        else if (errno != EINTR)
            return stream_failure(stream, errno, error);
    }
    return STREAM_OK;
}

/* Of terminals only Linux', where results and the bar on standard error stay in order. */
static bool is_reopened(enum stream stream)
{
#if defined(__linux__)
    return stream_is_terminal(stream);
#else
    (void)stream;
    return false;
#endif
}

bool stream_may_block(enum stream stream)
{
    struct stat status;
    if (fstat(stream_descriptor(stream), &status) != 0)
        return false;
    return S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode) || is_reopened(stream);
}

#if defined(__linux__)
/* Opened anew it need not block, whatever other processes want of what they share with us. */
bool stream_open_ready(enum stream stream, struct file **file)
{
    struct stat status;
    char path[32];
    int descriptor = stream_descriptor(stream);
    *file = NULL;
    if (fstat(descriptor, &status) != 0 || S_ISSOCK(status.st_mode))
        return false;
    snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
    descriptor = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (descriptor < 0)
        return false;
    *file = posix_new_file(descriptor, true, false);
    if (!*file)
        close(descriptor);
    return *file;
}
#else
bool stream_open_ready(enum stream stream, struct file **file)
{
    (void)stream;
    *file = NULL;
    return false;
}
#endif

size_t file_write_ready(struct file *file, const void *bytes, size_t length, double patience)
{
    const unsigned char *in = bytes;
    struct pollfd room = {.fd = file->descriptor, .events = POLLOUT};
    size_t written = 0;
    do {
        ssize_t part = write(file->descriptor, in + written, length - written);
        if (part < 0 && errno != EAGAIN && errno != EINTR)
            break;
        written += part > 0 ? (size_t)part : 0;
    } while (written < length && poll(&room, 1, (int)(patience * 1000)) > 0);
    return written;
}

bool stream_is_deserted(enum stream stream)
{
    struct pollfd wait = {.fd = stream_descriptor(stream)};
    return poll(&wait, 1, 0) > 0 && wait.revents & POLLERR;
}

bool stream_is_terminal(enum stream stream)
{
    return isatty(stream_descriptor(stream));
}

unsigned stream_columns(enum stream stream)
{
    struct winsize size = {0};
    if (ioctl(stream_descriptor(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return 80;
}

/* ---- threads --------------------------------------------------------------------------------- */

struct thread {
    pthread_t id;
    void (*body)(void *context);
    void *context;
};

static void *run_thread(void *argument)
{
    struct thread *thread = argument;
    thread->body(thread->context);
    return NULL;
}

/* With the same stack everywhere: the defaults go from 128 KiB (musl) to 8 MiB (glibc). */
static int create_thread(struct thread *thread)
{
    pthread_attr_t attributes;
    int code = pthread_attr_init(&attributes);
    if (code != 0)
        return code;
    (void)pthread_attr_setstacksize(&attributes, (size_t)1 << 20);
    code = pthread_create(&thread->id, &attributes, run_thread, thread);
    pthread_attr_destroy(&attributes);
    return code;
}

bool thread_start(void (*body)(void *context), void *context, struct thread **thread,
                  struct error *error)
{
    struct thread *started = malloc(sizeof *started);
    *thread = NULL;
    if (!started)
        return error_memory(error, sizeof *started);
    started->body = body;
    started->context = context;
    int code = create_thread(started);
    if (code != 0) {
        free(started);
        return posix_error_doing(error, code, "starting a thread");
    }
    *thread = started;
    return true;
}

void thread_join(struct thread *thread)
{
    if (!thread)
        return;
    pthread_join(thread->id, NULL);
    free(thread);
}

struct monitor {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
};

struct monitor *monitor_new(void)
{
    struct monitor *monitor = malloc(sizeof *monitor);
    if (!monitor)
        return NULL;
    if (pthread_mutex_init(&monitor->mutex, NULL) != 0) {
        free(monitor);
        return NULL;
    }
    if (pthread_cond_init(&monitor->changed, NULL) != 0) {
        pthread_mutex_destroy(&monitor->mutex);
        free(monitor);
        return NULL;
    }
    return monitor;
}

void monitor_free(struct monitor *monitor)
{
    if (!monitor)
        return;
    pthread_cond_destroy(&monitor->changed);
    pthread_mutex_destroy(&monitor->mutex);
    free(monitor);
}

void monitor_enter(struct monitor *monitor)
{
    pthread_mutex_lock(&monitor->mutex);
}

void monitor_leave(struct monitor *monitor)
{
    pthread_mutex_unlock(&monitor->mutex);
}

void monitor_wait(struct monitor *monitor)
{
    pthread_cond_wait(&monitor->changed, &monitor->mutex);
}

void monitor_wake_all(struct monitor *monitor)
{
    pthread_cond_broadcast(&monitor->changed);
}

/* ---- the process ----------------------------------------------------------------------------- */

/*
 * A data file that became descriptor 1, because the process was started without
 * one, would be written full of messages. What stands in for a closed stream
 * must fail when it is used, so it is opened for the other direction.
 */
static void guard_standard_descriptors(void)
{
    for (int descriptor = 0; descriptor <= 2; descriptor++) {
        if (fcntl(descriptor, F_GETFD) >= 0 || errno != EBADF)
            continue;
        /* The lowest free number is this one, as those below are open by now. */
        if (open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY) < 0)
            (void)open("/", O_RDONLY);
    }
}

void platform_begin(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    guard_standard_descriptors();
    signal(SIGPIPE, SIG_IGN); /* EPIPE says it, too */
#if defined(SIGXFSZ)
    signal(SIGXFSZ, SIG_IGN); /* EFBIG says it, too */
#endif
}

static const int held_signals[] = {SIGINT, SIGTERM, SIGHUP};
enum { HELD_COUNT = sizeof held_signals / sizeof *held_signals };

/* A handler can reach nothing but globals. */
static volatile sig_atomic_t pending_signal;
static struct sigaction actions_before[HELD_COUNT];
static bool signals_held;

static void note_signal(int number)
{
    pending_signal = number;
}

void platform_signals_hold(void)
{
    struct sigaction note = {.sa_handler = note_signal, .sa_flags = SA_RESTART};
    if (signals_held)
        return;
    sigemptyset(&note.sa_mask);
    for (int i = 0; i < HELD_COUNT; i++) {
        sigaction(held_signals[i], NULL, &actions_before[i]);
        /* What nohup or a shell has ignored for us stays ignored. */
        if (actions_before[i].sa_handler != SIG_IGN)
            sigaction(held_signals[i], &note, NULL);
    }
    signals_held = true;
}

void platform_signals_restore(void)
{
    if (!signals_held)
        return;
    for (int i = 0; i < HELD_COUNT; i++)
        sigaction(held_signals[i], &actions_before[i], NULL);
    signals_held = false;
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
