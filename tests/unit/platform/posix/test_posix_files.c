/* test_posix_files.c - files, disk blocks, locks and marks, on real files. */
#if defined(__linux__)
#define _GNU_SOURCE 1
#endif
#include "scratch_files.h"

#include "mapping.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#if defined(__linux__)
#include <sys/xattr.h>
#endif

/* ---- open and status ------------------------------------------------------------------------- */

static enum file_open_result try_open(const char *name, unsigned flags, struct error *error)
{
    struct file *file;
    enum file_open_result result = file_open(name, flags, &file, error);
    CHECK((result == FILE_OPENED) == (file != NULL));
    if (file)
        scratch_close(file);
    return result;
}

static void test_open_results(void)
{
    struct error error = {0};
    CHECK(try_open("no", 0, &error) == FILE_MISSING);
    CHECK(strcmp(error.message, "no such file") == 0);
    CHECK(symlink("nowhere", "broken") == 0);
    CHECK(try_open("broken", 0, &error) == FILE_MISSING);
    CHECK(try_open("no/file", 0, &error) == FILE_FAILED);
    CHECK(strcmp(error.message, "no such directory") == 0);
    CHECK(try_open("no/file", FILE_OPEN_WRITE | FILE_OPEN_CREATE, &error) == FILE_FAILED);
    CHECK(try_open("", 0, &error) == FILE_FAILED);
    CHECK(try_open("new", FILE_OPEN_WRITE | FILE_OPEN_CREATE, &error) == FILE_OPENED);
    CHECK(try_open("new", FILE_OPEN_WRITE | FILE_OPEN_CREATE | FILE_OPEN_EXCLUSIVE, &error) ==
          FILE_EXISTS);
    CHECK(symlink("new", "link") == 0);
    CHECK(try_open("link", 0, &error) == FILE_OPENED);
    CHECK(try_open("link", FILE_OPEN_REGULAR, &error) == FILE_FAILED);
    CHECK(strcmp(error.message, "it is a symbolic link") == 0);
    CHECK(try_open("new", FILE_OPEN_REGULAR | FILE_OPEN_WRITE, &error) == FILE_OPENED);
    CHECK(try_open("no", FILE_OPEN_REGULAR, &error) == FILE_MISSING);
    CHECK(try_open("/dev/null", FILE_OPEN_REGULAR, &error) == FILE_FAILED);
    CHECK(strcmp(error.message, "it is not a regular file") == 0);
    CHECK(try_open("broken", FILE_OPEN_WRITE | FILE_OPEN_CREATE | FILE_OPEN_EXCLUSIVE, &error) ==
          FILE_EXISTS);
    CHECK(try_open(".", FILE_OPEN_WRITE, &error) == FILE_FAILED);
    CHECK(strcmp(error.message, "it is a directory") == 0);
}

static void test_fifo_for_writing(void)
{
    CHECK(mkfifo("fifo", 0600) == 0);
    struct file_status status;
    struct error error;
    alarm(10); /* ends the program if the open waits */
    CHECK(try_open("fifo", FILE_OPEN_REGULAR, &error) == FILE_FAILED);
    struct file *file = scratch_open("fifo", FILE_OPEN_WRITE);
    alarm(0);
    CHECK(file_get_status(file, &status, &error) && status.kind == FILE_STREAM);
    scratch_close(file);
}

static int write_to_fifo(void *context)
{
    (void)context;
    platform_sleep(0.02);
    int fifo = open("second_fifo", O_WRONLY);
    return write(fifo, "late", 4) == 4 ? 0 : 1;
}

static void test_fifo_for_reading(void)
{
    unsigned char bytes[8];
    size_t got = 0;
    struct error error;
    CHECK(mkfifo("second_fifo", 0600) == 0);
    fflush(stdout);
    pid_t writer = fork();
    if (writer == 0)
        _exit(write_to_fifo(NULL));
    struct file *file = scratch_open("second_fifo", 0);
    CHECK(file_read_stream(file, bytes, sizeof bytes, &got, &error));
    CHECK(got == 4 && memcmp(bytes, "late", 4) == 0);
    CHECK(file_read_stream(file, bytes, sizeof bytes, &got, &error) && got == 0);
    scratch_close(file);
    waitpid(writer, NULL, 0);
}

static void test_created_modes(void)
{
    struct file_status status;
    struct error error;
    mode_t before = umask(022);
    struct file *usual = scratch_file("usual");
    struct file *private =
        scratch_open("private", FILE_OPEN_WRITE | FILE_OPEN_CREATE | FILE_OPEN_PRIVATE);
    CHECK(file_get_status(usual, &status, &error) && status.mode == 0644);
    CHECK(file_get_status(private, &status, &error) && status.mode == 0600);
    scratch_close(usual);
    scratch_close(private);
    umask(before);
}

static void test_status(void)
{
    struct file_status status, again;
    struct error error;
    struct file *file = scratch_file("file");
    CHECK(file_get_status(file, &status, &error));
    CHECK(status.kind == FILE_REGULAR && status.size == 0 && !status.size_unknown);
    CHECK(file_write(file, 0, "12345", 5, &error));
    CHECK(link("file", "second") == 0 && rename("file", "third") == 0);
    CHECK(file_get_status(file, &again, &error));
    CHECK(again.size == 5 && again.links == 2 && again.block_size > 0);
    CHECK(again.identity == status.identity && again.birth == status.birth);
    CHECK(again.owner == geteuid());
    scratch_close(file);
    file = scratch_open(".", 0);
    CHECK(file_get_status(file, &status, &error) && status.kind == FILE_DIRECTORY);
    scratch_close(file);
    file = scratch_open("/dev/null", 0);
    CHECK(file_get_status(file, &status, &error) && status.kind == FILE_STREAM);
    scratch_close(file);
}

static void test_size_unknown(void)
{
    struct file_status status;
    struct error error;
    unsigned char bytes[4];
    size_t got = 0;
    if (access("/proc/self/status", R_OK) != 0)
        SKIP("no /proc here");
    struct file *file = scratch_open("/proc/self/status", 0);
    CHECK(file_get_status(file, &status, &error));
    CHECK(status.kind == FILE_REGULAR && status.size_unknown);
    CHECK(file_read(file, 0, bytes, 4, &got, &error) && got == 4);
    scratch_close(file);
}

/* ---- bytes ----------------------------------------------------------------------------------- */

static void test_short_transfers(void)
{
    enum { SIZE = 65536 }; /* the kernel gives out no more than a page of it at once */
    unsigned char *expected = malloc(SIZE), *bytes = malloc(SIZE);
    FILE *symbols = fopen("/proc/kallsyms", "r");
    size_t size = symbols ? fread(expected, 1, SIZE, symbols) : 0, got = 0;
    if (symbols)
        fclose(symbols);
    if (size > 0) {
        struct error error;
        struct file *file = scratch_open("/proc/kallsyms", 0);
        CHECK(file_read(file, 0, bytes, SIZE, &got, &error));
        CHECK(got == size && memcmp(bytes, expected, size) == 0);
        scratch_close(file);
    }
    free(expected);
    free(bytes);
    if (size == 0)
        SKIP("no file here that is read in pieces");
}

static int pass_size_limit(void *context)
{
    struct rlimit limit = {4096, 4096};
    struct error error = {0};
    char bytes[8192] = {0};
    (void)context;
    platform_begin();
    struct file *file = scratch_file("limited");
    setrlimit(RLIMIT_FSIZE, &limit);
    bool refused = !file_write(file, 0, bytes, sizeof bytes, &error) &&
                   strstr(error.message, "ulimit") &&
                   strstr(error.message, "(writing 4096 bytes at 4096)");
    bool reserved;
    bool also = !file_allocate(file, (struct range){0, 8192}, false, &reserved, &error) &&
                size_of(file) == 4096;
    return refused && also ? 0 : 1;
}

static void test_size_limit(void)
{
    CHECK(exited_with(in_child(pass_size_limit, NULL), 0));
}

/* ---- disk blocks ----------------------------------------------------------------------------- */

static void test_allocate_too_much(void)
{
    struct error error;
    struct file *file = scratch_file("file");
    CHECK(file_write(file, 0, "abc", 3, &error));
    struct rlimit limit, before;
    bool reserved;
    platform_begin();
    CHECK(getrlimit(RLIMIT_FSIZE, &before) == 0);
    limit = before;
    limit.rlim_cur = 1 << 20; /* stands for the end of the disk */
    CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    CHECK(!file_allocate(file, (struct range){0, 1 << 21}, false, &reserved, &error));
    CHECK(setrlimit(RLIMIT_FSIZE, &before) == 0);
    CHECK(file_is(file, (const unsigned char *)"abc", 3));
    scratch_close(file);
}

static int holes_of_standard_input(void *context)
{
    struct file *file;
    struct error error;
    struct range data;
    int sparse = *(int *)context;
    dup2(sparse, 0);
    lseek(0, 12345, SEEK_SET);
    if (!file_open_standard_input(&file, &error))
        return 2;
    if (!file_next_data(file, 0, 1 << 20, &data, &error) || !file_close(file, &error))
        return 3;
    return lseek(0, 0, SEEK_CUR) == 12345 ? 0 : 1;
}

static void test_standard_input_stays(void)
{
    int sparse = open("sparse", O_RDWR | O_CREAT, 0600);
    CHECK(sparse >= 0 && ftruncate(sparse, 1 << 20) == 0 && pwrite(sparse, "x", 1, 1 << 19) == 1);
    CHECK(exited_with(in_child(holes_of_standard_input, &sparse), 0));
    close(sparse);
}

/* ---- attributes, marks, locks ---------------------------------------------------------------- */

static void test_copy_attributes(void)
{
    struct file_uncarried uncarried;
    struct file_status status;
    struct error error = {0};
    char value[8];
    size_t length = sizeof value;
    struct file *original = scratch_file("original"), *copy = scratch_file("copy");
    CHECK(chmod("original", 04751) == 0);
    enum mark_result marked = file_set_mark(original, "mmtool.test", "kept", 4, &error);
    CHECK_SAY(file_copy_attributes(original, copy, &uncarried, &error), "%s", error.message);
    CHECK(file_get_status(copy, &status, &error) && status.mode == 04751);
    CHECK_SAY(!uncarried.list[0], "%s", uncarried.list);
    if (marked == MARK_OK) {
        CHECK(file_get_mark(copy, "mmtool.test", value, &length, &error) == MARK_OK);
        CHECK(length == 4 && memcmp(value, "kept", 4) == 0);
    }
    scratch_close(original);
    scratch_close(copy);
}

#if defined(__linux__)
/* An ACL as the kernel keeps it: version 2, then tag, rights and id, little-endian. */
static const unsigned char everybody_and_12345[] = {
    2,    0, 0, 0,                         /* version */
    0x01, 0, 7, 0, 0xff, 0xff, 0xff, 0xff, /* the owner */
    0x02, 0, 7, 0, 0x39, 0x30, 0,    0,    /* user 12345 */
    0x04, 0, 7, 0, 0xff, 0xff, 0xff, 0xff, /* the group */
    0x10, 0, 7, 0, 0xff, 0xff, 0xff, 0xff, /* the mask */
    0x20, 0, 7, 0, 0xff, 0xff, 0xff, 0xff, /* others */
};

static bool has_acl(const char *name)
{
    return getxattr(name, "system.posix_acl_access", NULL, 0) > 0;
}

static void test_inherited_rights(void)
{
    struct file_status status;
    struct file_uncarried uncarried;
    struct error error = {0};
    if (!host_has_linux_calls())
        SKIP(HOST_NO_LINUX_CALLS);
    struct file *original = scratch_file("original");
    CHECK(chmod("original", 0640) == 0);
    if (setxattr(".", "system.posix_acl_default", everybody_and_12345, sizeof everybody_and_12345,
                 0) != 0) {
        scratch_close(original);
        SKIP("this file system has no ACLs");
    }
    struct file *copy = scratch_file("copy");
    unsigned private = FILE_OPEN_WRITE | FILE_OPEN_CREATE | FILE_OPEN_EXCLUSIVE | FILE_OPEN_PRIVATE;
    struct file *secret = scratch_open("secret", private);
    CHECK(removexattr(".", "system.posix_acl_default") == 0);
    CHECK(has_acl("copy") && !has_acl("secret"));
    CHECK(file_get_status(secret, &status, &error) && status.mode == 0600);
    scratch_close(secret);
    CHECK(file_copy_attributes(original, copy, &uncarried, &error) && !has_acl("copy"));
    CHECK(file_get_status(copy, &status, &error) && status.mode == 0640);
    /* But those of the original are carried over. */
    CHECK(setxattr("original", "system.posix_acl_access", everybody_and_12345,
                   sizeof everybody_and_12345, 0) == 0);
    CHECK(file_copy_attributes(original, copy, &uncarried, &error) && has_acl("copy"));
    scratch_close(original);
    scratch_close(copy);
}
#else
static void test_inherited_rights(void)
{
    SKIP("ACLs are made for this test on Linux only");
}
#endif

/* ---- files that a command makes -------------------------------------------------------------- */

static struct mapping make_mapping(const char *name)
{
    struct mapping mapping;
    struct error error = {0};
    CHECK_SAY(mapping_open(&mapping, name, MAPPING_WRITE | MAPPING_CREATE, &error), "%s",
              error.message);
    CHECK(mapping.created);
    return mapping;
}

/* Whether the system tells who has a file open. */
static bool tells_company(void)
{
    struct file *file = scratch_file("alone");
    bool alone = file_company(file) == FILE_ALONE;
    scratch_close(file);
    return alone;
}

static void test_made_and_used_by_others(void)
{
    struct error error = {0};
    struct mapping mapping = make_mapping("made");
    struct file *other = scratch_open("made", FILE_OPEN_WRITE);
    mapping_remove_created(&mapping);
    CHECK(access("made", F_OK) == 0 || !tells_company());
    CHECK(file_write(other, 0, "log", 3, &error) && mapping_close(&mapping, &error));
    scratch_close(other);
    mapping = make_mapping("replaced");
    CHECK(rename("replaced", "moved") == 0);
    scratch_close(scratch_file("replaced"));
    mapping_remove_created(&mapping);
    CHECK(access("replaced", F_OK) == 0 && mapping_close(&mapping, &error));
    CHECK(symlink("aim", "leads") == 0);
    mapping = make_mapping("leads");
    CHECK(access("aim", F_OK) == 0);
    mapping_remove_created(&mapping);
    CHECK(access("aim", F_OK) != 0 && mapping_close(&mapping, &error));
}

static int lock_and_be_killed(void *context)
{
    struct error error;
    (void)context;
    if (file_lock(scratch_open("file", FILE_OPEN_WRITE), LOCK_EXCLUSIVE, &error) == LOCK_HELD)
        kill(getpid(), SIGKILL);
    return 1;
}

static void test_lock_of_the_killed(void)
{
    struct error error;
    struct file *file = scratch_file("file");
    int status = in_child(lock_and_be_killed, NULL);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    CHECK(file_lock(file, LOCK_EXCLUSIVE, &error) == LOCK_HELD);
    scratch_close(file);
}

static int open_asked(void *context)
{
    struct error error;
    struct file *file;
    (void)context;
    return (int)file_open("asked", 0, &file, &error);
}

static void test_company(void)
{
    struct file *file = scratch_file("asked");
    if (!tells_company()) {
        scratch_close(file);
        SKIP("this system does not tell who has a file open");
    }
    CHECK(file_company(file) == FILE_ALONE && !file_is_in_use(file));
    /* The question leaves nothing behind that an open could fail of. */
    CHECK(exited_with(in_child(open_asked, NULL), FILE_OPENED));
    struct file *other = scratch_open("asked", 0);
    CHECK(file_company(file) == FILE_SHARED && file_is_in_use(file));
    struct timespec long_ago[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
    CHECK(utimensat(AT_FDCWD, "asked", long_ago, 0) == 0 && !file_is_in_use(file));
    scratch_close(other);
    CHECK(file_company(file) == FILE_ALONE);
    scratch_close(file);
}

#if defined(F_SETLEASE)
/* With the process its lease ends. */
static void give_lease_up(int number)
{
    (void)number;
    _exit(0);
}

/* As a file server does; tells by a byte that it is ready. */
static int serve(int ready)
{
    int file = open("served", O_RDWR | O_CREAT, 0600);
    signal(SIGIO, give_lease_up);
    bool leased = fcntl(file, F_SETLEASE, F_WRLCK) == 0;
    if (write(ready, leased ? "y" : "n", 1) != 1 || !leased)
        return 1;
    alarm(10);
    pause();
    return 0;
}

static void test_lease_of_server(void)
{
    int ends[2];
    char leased = 'n';
    struct error error;
    CHECK(pipe(ends) == 0);
    fflush(stdout);
    pid_t server = fork();
    if (server == 0)
        _exit(serve(ends[1]));
    CHECK(read(ends[0], &leased, 1) == 1);
    if (leased == 'y')
        CHECK(try_open("served", FILE_OPEN_WRITE, &error) == FILE_OPENED);
    waitpid(server, NULL, 0);
    close(ends[0]);
    close(ends[1]);
    if (leased != 'y')
        SKIP("no lease to be had here");
}
#else
static void test_lease_of_server(void)
{
    SKIP("no leases here");
}
#endif

static const struct unit_case cases[] = {
    {"an open says what kept it", test_open_results},
    {"a FIFO opened for writing comes back at once", test_fifo_for_writing},
    {"a FIFO opened for reading waits for its writer", test_fifo_for_reading},
    {"new files have the mode that was asked for", test_created_modes},
    {"status tells kind, size, links and a lasting identity", test_status},
    {"a made-up file says that its size is unknown", test_size_unknown},
    {"reads are completed", test_short_transfers},
    {"a file size limit is an error, not the end", test_size_limit},
    {"an allocation that fails leaves the size alone", test_allocate_too_much},
    {"looking for holes leaves the offset of standard input", test_standard_input_stays},
    {"attributes are carried over", test_copy_attributes},
    {"ACLs are carried over, inherited ones are not", test_inherited_rights},
    {"a file that is made stays if others use it, or its name", test_made_and_used_by_others},
    {"a kill frees the lock", test_lock_of_the_killed},
    {"a lease that is given up when asked for is waited for", test_lease_of_server},
    {"an open file tells whether it is open elsewhere, and in use", test_company},
};

int main(void)
{
    scratch_enter();
    enum { COUNT = sizeof cases / sizeof *cases };
    int result = unit_main(cases, COUNT);
    scratch_leave();
    return result;
}
