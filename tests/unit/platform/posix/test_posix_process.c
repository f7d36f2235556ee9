/* test_posix_process.c - names, standard streams, threads, signals. */
#if defined(__linux__)
#define _GNU_SOURCE 1
#endif
#include "scratch_files.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>

/* ---- places ---------------------------------------------------------------------------------- */

static struct place *place(const char *path)
{
    struct place *found = NULL;
    struct error error = {0};
    CHECK_SAY(place_of(path, &found, &error), "%s: %s", path, error.message);
    if (!found)
        exit(1);
    return found;
}

static void make_file(const struct place *where)
{
    struct error error;
    struct file *file;
    unsigned flags = FILE_OPEN_WRITE | FILE_OPEN_CREATE | FILE_OPEN_EXCLUSIVE;
    CHECK(place_open(where, flags, &file, &error) == FILE_OPENED);
    scratch_close(file);
}

static void test_place_of_links(void)
{
    char expected[600];
    char *real = realpath(".", NULL);
    CHECK(mkdir("below", 0700) == 0);
    CHECK(symlink("../target", "below/one") == 0 && symlink("below/one", "two") == 0);
    struct place *found = place("two"); /* its target does not exist yet */
    snprintf(expected, sizeof expected, "%s/target", real);
    CHECK(strcmp(place_name(found), "target") == 0);
    CHECK_SAY(strcmp(place_path(found), expected) == 0, "%s", place_path(found));
    make_file(found);
    CHECK(access("target", F_OK) == 0);
    place_free(found);
    CHECK(symlink(expected, "three") == 0);
    found = place("three");
    CHECK(strcmp(place_path(found), expected) == 0);
    place_free(found);
    free(real);
    unlink("below/one");
}

static void test_place_refusals(void)
{
    struct place *found;
    struct error error = {0};
    CHECK(symlink("b", "a") == 0 && symlink("a", "b") == 0);
    CHECK(!place_of("a", &found, &error) && !found);
    CHECK(strcmp(error.message, "too many symbolic links") == 0);
    CHECK(!place_of("no/such/file", &found, &error));
    CHECK(strcmp(error.message, "no such directory") == 0);
    CHECK(!place_of("..", &found, &error) && !place_of("/", &found, &error));
    CHECK(!place_in_directory(".", "a/b", &found, &error));
    CHECK(!place_in_directory(".", "", &found, &error));
}

static enum place_use look(const char *path, struct file_status *status)
{
    struct error error = {0};
    struct place *found;
    CHECK(place_of_name(path, &found, &error));
    enum place_use use = place_look(found, status, &error);
    place_free(found);
    return use;
}

static void test_what_has_a_name(void)
{
    struct file_status status;
    struct error error = {0};
    struct file *file = scratch_file("regular"), *opened;
    CHECK(symlink("regular", "link") == 0 && symlink("nothing", "dangling") == 0);
    CHECK(symlink("/proc/self/fd/0", "input") == 0 && symlink("/dev/null", "to-device") == 0);
    CHECK(mkfifo("fifo", 0600) == 0 && mkdir("directory", 0700) == 0);
    CHECK(chmod("regular", 0640) == 0);
    CHECK(look("regular", &status) == PLACE_FILE && status.mode == 0640 && status.links == 1);
    CHECK(file_get_status(file, &status, &error));
    uint64_t identity = status.identity;
    CHECK(look("./regular", &status) == PLACE_FILE && status.identity == identity);
    CHECK(look("link", &status) == PLACE_LINK && look("dangling", &status) == PLACE_LINK);
    CHECK(look("fifo", &status) == PLACE_OTHER && look("directory", &status) == PLACE_OTHER);
    CHECK(look("to-device", &status) == PLACE_OTHER && look("input", &status) == PLACE_OTHER);
    CHECK(look("nothing", &status) == PLACE_FREE);
    CHECK(file_set_mode(file, 0400, &error));
    CHECK(look("regular", &status) == PLACE_FILE && status.mode == 0400);
    scratch_close(file);
    struct place *link;
    CHECK(place_of_name("link", &link, &error) && strcmp(place_name(link), "link") == 0);
    CHECK(place_open(link, FILE_OPEN_REGULAR, &opened, &error) == FILE_FAILED);
    place_free(link);
    CHECK(!place_of_name("..", &link, &error) && !place_of_name("directory/", &link, &error));
}

static bool clear(const char *path)
{
    struct error error = {0};
    struct place *found;
    CHECK(place_of_name(path, &found, &error));
    bool cleared = place_clear(found, &error);
    CHECK(cleared || strcmp(path, "clear-full") != 0 ||
          strcmp(error.message, "it is a directory that is not empty") == 0);
    place_free(found);
    return cleared;
}

static void test_clear(void)
{
    scratch_close(scratch_file("clear-file"));
    CHECK(symlink("clear-file", "clear-link") == 0 && mkfifo("clear-fifo", 0600) == 0);
    CHECK(mkdir("clear-empty", 0700) == 0 && mkdir("clear-full", 0700) == 0);
    scratch_close(scratch_file("clear-full/file"));
    CHECK(clear("clear-link") && access("clear-file", F_OK) == 0);
    CHECK(clear("clear-file") && clear("clear-fifo") && clear("clear-empty"));
    CHECK(access("clear-file", F_OK) != 0 && access("clear-empty", F_OK) != 0);
    CHECK(!clear("clear-full") && access("clear-full/file", F_OK) == 0);
    CHECK(!clear("clear-nothing"));
}

static void test_place_of_renamed_directory(void)
{
    struct error error;
    struct place *sibling, *other;
    CHECK(mkdir("before", 0700) == 0);
    struct place *file = place("before/file");
    make_file(file);
    CHECK(rename("before", "after") == 0);
    CHECK(place_sibling(file, ".file.journal", &sibling, &error));
    CHECK(strcmp(place_name(sibling), ".file.journal") == 0);
    make_file(sibling);
    CHECK(access("after/.file.journal", F_OK) == 0);
    CHECK(place_in_directory(".", "moved", &other, &error));
    CHECK(place_rename(sibling, file, &error) && place_rename(file, other, &error));
    CHECK(access("moved", F_OK) == 0 && access("after/file", F_OK) != 0);
    CHECK(!place_rename(file, other, &error));
    CHECK(place_sync(other, &error));
    CHECK(place_remove(other, &error) && access("moved", F_OK) != 0);
    CHECK(!place_remove(other, &error));
    place_free(other);
    place_free(sibling);
    place_free(file);
}

/* ---- standard streams ------------------------------------------------------------------------ */

static int write_to_closed_pipe(void *context)
{
    int ends[2];
    struct error error = {0};
    (void)context;
    platform_begin();
    if (pipe(ends) != 0 || dup2(ends[1], 1) != 1)
        return 2;
    close(ends[0]);
    close(ends[1]);
    return stream_write(STREAM_OUTPUT, "x", 1, &error) == STREAM_CLOSED_PIPE ? 0 : 1;
}

static int write_to_full_disk(void *context)
{
    struct error error = {0};
    (void)context;
    int full = open("/dev/full", O_WRONLY);
    if (full < 0 || dup2(full, 1) != 1)
        return 2;
    bool failed = stream_write(STREAM_OUTPUT, "x", 1, &error) == STREAM_FAILED;
    return failed && strstr(error.message, "no space left") ? 0 : 1;
}

static int use_closed_streams(void *context)
{
    struct error error = {0};
    struct file *file;
    (void)context;
    close(0);
    close(1);
    close(2);
    platform_begin();
    struct file *data = scratch_file("data");
    bool refused = stream_write(STREAM_OUTPUT, "x", 1, &error) == STREAM_FAILED &&
                   strcmp(error.message, "standard output is closed") == 0 &&
                   stream_write(STREAM_ERROR, "x", 1, &error) == STREAM_FAILED &&
                   !file_open_standard_input(&file, &error) && size_of(data) == 0;
    return refused ? 0 : 1;
}

static bool counts_up(int pipe_end, size_t size)
{
    unsigned char bytes[1000];
    size_t total = 0;
    ssize_t got;
    while ((got = read(pipe_end, bytes, sizeof bytes)) > 0)
        for (ssize_t i = 0; i < got; i++)
            if (bytes[i] != total++ % 251)
                return false;
    return total == size;
}

/* Fills a pipe that does not block until it would, while a child drains it slowly. */
static int write_to_slow_pipe(void *context)
{
    enum { SIZE = 300000 };
    int ends[2];
    struct error error = {0};
    unsigned char *bytes = malloc(SIZE);
    (void)context;
    for (size_t i = 0; i < SIZE; i++)
        bytes[i] = (unsigned char)(i % 251);
    if (pipe(ends) != 0)
        return 2;
    pid_t reader = fork();
    if (reader == 0) {
        _exit(close(ends[1]) == 0 && counts_up(ends[0], SIZE) ? 0 : 1);
    }
    fcntl(ends[1], F_SETFL, O_NONBLOCK);
    if (dup2(ends[1], 1) != 1)
        return 3;
    close(ends[1]);
    enum stream_result result = stream_write(STREAM_OUTPUT, bytes, SIZE, &error);
    close(1);
    int status = -1;
    waitpid(reader, &status, 0);
    free(bytes);
    return result == STREAM_OK && exited_with(status, 0) ? 0 : 1;
}

static void test_streams(void)
{
    CHECK(exited_with(in_child(write_to_closed_pipe, NULL), 0));
    CHECK(exited_with(in_child(use_closed_streams, NULL), 0));
    CHECK(exited_with(in_child(write_to_slow_pipe, NULL), 0));
    if (access("/dev/full", W_OK) == 0)
        CHECK(exited_with(in_child(write_to_full_disk, NULL), 0));
    CHECK(stream_columns(STREAM_OUTPUT) > 0);
}

/* ---- signals --------------------------------------------------------------------------------- */

static int hold_signals(void *context)
{
    (void)context;
    signal(SIGHUP, SIG_IGN); /* as nohup does */
    platform_signals_hold();
    raise(SIGHUP);
    if (platform_signal_pending() != 0)
        return 2;
    raise(SIGTERM);
    if (platform_signal_pending() != SIGTERM)
        return 3;
    platform_signals_restore();
    raise(SIGHUP);
    raise(SIGINT);
    return 4;
}

static int end_by(void *context)
{
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL);
    platform_begin();
    if (context)
        platform_end_by_signal(*(int *)context);
    platform_end_by_closed_pipe();
    return 0;
}

static bool died_of(int status, int number)
{
    return WIFSIGNALED(status) && WTERMSIG(status) == number;
}

static void test_signals(void)
{
    int number = SIGTERM;
#ifdef __SANITIZE_THREAD__
    SKIP("ThreadSanitizer delivers a signal later than the kernel does");
#endif
    CHECK(died_of(in_child(hold_signals, NULL), SIGINT));
    CHECK(died_of(in_child(end_by, &number), SIGTERM));
    CHECK(died_of(in_child(end_by, NULL), SIGPIPE));
}

static const struct unit_case cases[] = {
    {"a place is where the symbolic links lead", test_place_of_links},
    {"a place that cannot be is refused", test_place_refusals},
    {"what has a name is told without opening it", test_what_has_a_name},
    {"a name is cleared, but not of a directory that holds something", test_clear},
    {"a place stays with its directory", test_place_of_renamed_directory},
    {"standard streams tell closed, full and slow apart", test_streams},
    {"signals are held, and end the process when asked", test_signals},
};

int main(void)
{
    scratch_enter();
    int result = unit_main(cases, sizeof cases / sizeof *cases);
    scratch_leave();
    return result;
}
