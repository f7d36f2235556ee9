/* stream.c - standard output and standard error. */
#include "platform/linux/internal.h"

#include <poll.h>
#include <stdatomic.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#if defined(__sun)
#include <sys/termios.h>
#endif

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
            posix_wait_ready(descriptor, POLLOUT); /* another process made it non-blocking */
        else if (errno != EINTR)
            return stream_failure(stream, errno, error);
    }
    return STREAM_OK;
}

bool stream_may_block(enum stream stream)
{
    struct stat status;
    if (fstat(stream_descriptor(stream), &status) != 0)
        return false;
    return S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode) ||
           (linux_reopens_streams() && stream_is_terminal(stream));
}

bool stream_open_ready(enum stream stream, struct file **file)
{
    *file = NULL;
    int descriptor = linux_reopen_stream(stream_descriptor(stream));
    if (descriptor < 0)
        return false;
    *file = posix_new_file(descriptor, true, false);
    if (!*file)
        close(descriptor);
    return *file;
}

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
    enum { UNASKED, NO, YES };
    static atomic_int answers[2]; /* it does not change */
    int answer = atomic_load_explicit(&answers[stream], memory_order_relaxed);
    if (answer == UNASKED) {
        answer = isatty(stream_descriptor(stream)) ? YES : NO;
        atomic_store_explicit(&answers[stream], answer, memory_order_relaxed);
    }
    return answer == YES;
}

bool stream_input_is_piped(void)
{
    struct stat status;
    return fstat(STDIN_FILENO, &status) == 0 &&
           (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode) || S_ISREG(status.st_mode));
}

unsigned stream_columns(enum stream stream)
{
    struct winsize size = {0};
    if (ioctl(stream_descriptor(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return 80;
}

unsigned stream_lines(enum stream stream)
{
    struct winsize size = {0};
    if (ioctl(stream_descriptor(stream), TIOCGWINSZ, &size) == 0 && size.ws_row > 0)
        return size.ws_row;
    return 24;
}
