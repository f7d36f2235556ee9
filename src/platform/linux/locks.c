/*
 * locks.c - which locks a file has, and who holds them.
 *
 * /proc/locks (proc(5)) lists the locks of all files, but names no process for an
 * open-file-description lock, and may name one that has ended for flock(). /proc/PID/fdinfo/FD
 * (Linux 4.1) lists the locks of an open file: so each process that has the file open is asked. A
 * process of another user does not answer: then the line of /proc/locks has to do.
 */
#include "platform/linux/internal.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

enum { LINE = 256, MOST_LINES = 64 };

/* A line of /proc/locks or of a fdinfo. */
struct lock_line {
    struct file_lock_holder lock;
    bool is_of_file; /* same inode, and same device as far as that can be compared */
    bool has_holder; /* found in a fdinfo, too */
};

struct search {
    struct stat status;                 /* of the file */
    struct lock_line lines[MOST_LINES]; /* of /proc/locks */
    size_t line_count;
    struct file_locks *locks; /* the result */
};

static enum file_lock_kind kind_of(const char *word, const struct range *range)
{
    if (!strcmp(word, "OFDLCK"))
        return range->start >= (uint64_t)POSIX_LOCK_FIRST && range->start < OFFSET_MAX
                   ? FILE_LOCK_MMTOOL
                   : FILE_LOCK_DESCRIPTION;
    if (!strcmp(word, "FLOCK"))
        return FILE_LOCK_FLOCK;
    return !strcmp(word, "POSIX") ? FILE_LOCK_POSIX : FILE_LOCK_LEASE;
}

/*
 * Network and overlay file systems show another device here than in stat(): those without a device
 * of their own (major 0) are compared by inode only.
 */
static bool is_of_file(const struct stat *status, unsigned major_number, unsigned minor_number,
                       uint64_t inode)
{
    bool same = makedev(major_number, minor_number) == status->st_dev ||
                (major_number == 0 && major(status->st_dev) == 0);
    return same && inode == (uint64_t)status->st_ino;
}

/* "POSIX  ADVISORY  WRITE 5911 fe:00:10993669 5 14", without its number. */
static bool parse(const struct stat *status, const char *text, struct lock_line *line)
{
    char word[16], state[16], access[16], end[24];
    long long process, start;
    unsigned major_number, minor_number;
    unsigned long long inode;
    if (sscanf(text, " %15s %15s %15s %lld %x:%x:%llu %lld %23s", word, state, access, &process,
               &major_number, &minor_number, &inode, &start, end) != 9)
        return false; /* the line of a process that waits, among others */
    *line = (struct lock_line){.is_of_file = is_of_file(status, major_number, minor_number, inode)};
    struct file_lock_holder *lock = &line->lock;
    lock->range.start = (uint64_t)start;
    lock->range.end = strcmp(end, "EOF") != 0 ? strtoull(end, NULL, 10) + 1 : UINT64_MAX;
    lock->kind = kind_of(word, &lock->range);
    lock->exclusive = !strcmp(access, "WRITE");
    lock->process = process > 0 ? (uint64_t)process : 0;
    lock->waits = lock->kind == FILE_LOCK_MMTOOL && start == POSIX_LOCK_FIRST;
    return true;
}

static bool is_same(const struct file_lock_holder *a, const struct file_lock_holder *b)
{
    return a->kind == b->kind && a->exclusive == b->exclusive && a->range.start == b->range.start &&
           a->range.end == b->range.end;
}

static void find_command(struct file_lock_holder *holder)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%llu/comm", (unsigned long long)holder->process);
    FILE *file = holder->process > 0 ? fopen(path, "re") : NULL;
    if (!file)
        return;
    if (fgets(holder->command, sizeof holder->command, file))
        holder->command[strcspn(holder->command, "\n")] = 0;
    (void)fclose(file);
}

/* Adds a result, unless the process is known to hold the same lock. */
static void add(struct search *search, const struct file_lock_holder *holder)
{
    struct file_locks *locks = search->locks;
    for (size_t i = 0; i < locks->count; i++)
        if (locks->holders[i].process == holder->process && is_same(&locks->holders[i], holder) &&
            holder->process > 0)
            return;
    if (locks->count == FILE_MOST_LOCKS)
        return;
    locks->holders[locks->count] = *holder;
    find_command(&locks->holders[locks->count++]);
}

/* ---- /proc/locks ----------------------------------------------------------------------------- */

/* False if the system does not tell; and an error if it would, but memory or descriptors are short.
 */
static bool read_lines(struct search *search, struct error *error)
{
    char text[LINE];
    FILE *locks = fopen("/proc/locks", "re");
    if (!locks && (errno == EMFILE || errno == ENFILE || errno == ENOMEM))
        return posix_error_doing(error, errno, "asking for the locks");
    if (!locks)
        return false;
    while (fgets(text, sizeof text, locks)) {
        struct lock_line line;
        const char *after = strchr(text, ':');
        if (after && search->line_count < MOST_LINES && parse(&search->status, after + 1, &line) &&
            line.is_of_file)
            search->lines[search->line_count++] = line;
    }
    return fclose(locks) == 0;
}

/* ---- /proc/PID ------------------------------------------------------------------------------- */

/* Marks one line of /proc/locks that tells the same. */
static void mark_line(struct search *search, const struct file_lock_holder *lock)
{
    for (size_t i = 0; i < search->line_count; i++) {
        struct lock_line *line = &search->lines[i];
        if (!line->has_holder && is_same(&line->lock, lock)) {
            line->has_holder = true;
            return;
        }
    }
}

/* Takes the locks of an open file of a process. Those of this process are not reported. */
static void take_descriptor(struct search *search, uint64_t process, const char *descriptor)
{
    char path[128], text[LINE];
    snprintf(path, sizeof path, "/proc/%llu/fdinfo/%.20s", (unsigned long long)process, descriptor);
    FILE *info = fopen(path, "re");
    if (!info)
        return;
    while (fgets(text, sizeof text, info)) {
        struct lock_line line;
        const char *number = strncmp(text, "lock:", 5) ? NULL : strchr(text + 5, ':');
        if (!number || !parse(&search->status, number + 1, &line))
            continue;
        line.lock.process = process;
        mark_line(search, &line.lock);
        if (process != (uint64_t)getpid())
            add(search, &line.lock);
    }
    (void)fclose(info);
}

static void take_process(struct search *search, uint64_t process)
{
    char path[64];
    struct stat status;
    snprintf(path, sizeof path, "/proc/%llu/fd", (unsigned long long)process);
    DIR *descriptors = opendir(path);
    if (!descriptors)
        return;
    for (const struct dirent *entry; (entry = readdir(descriptors));)
        if (entry->d_name[0] != '.' &&
            fstatat(dirfd(descriptors), entry->d_name, &status, 0) == 0 &&
            status.st_ino == search->status.st_ino && status.st_dev == search->status.st_dev)
            take_descriptor(search, process, entry->d_name);
    (void)closedir(descriptors);
}

static void take_processes(struct search *search)
{
    DIR *processes = opendir("/proc");
    if (!processes)
        return;
    for (const struct dirent *entry; (entry = readdir(processes));)
        if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
            take_process(search, strtoull(entry->d_name, NULL, 10));
    (void)closedir(processes);
}

/* Lines whose holder did not answer. */
static void take_rest(struct search *search)
{
    for (size_t i = 0; i < search->line_count; i++)
        if (!search->lines[i].has_holder)
            add(search, &search->lines[i].lock);
}

bool file_list_locks(struct file *file, struct file_locks *locks, struct error *error)
{
    struct search search = {.locks = locks};
    struct error short_of = {0};
    locks->count = 0;
    locks->known = fstat(file->descriptor, &search.status) == 0 && read_lines(&search, &short_of);
    if (short_of.status != STATUS_DONE) {
        *error = short_of;
        return false;
    }
    if (search.line_count > 0) {
        take_processes(&search);
        take_rest(&search);
    }
    return true;
}
