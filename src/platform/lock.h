/*
 * lock.h - locks, and other programs that have the file open.
 */
#ifndef MMTOOL_PLATFORM_LOCK_H
#define MMTOOL_PLATFORM_LOCK_H

#include "platform/file.h"

enum lock_kind { LOCK_SHARED, LOCK_EXCLUSIVE };
enum lock_result {
    LOCK_HELD,
    LOCK_BUSY,       /* another mmtool holds it */
    LOCK_OF_READERS, /* other mmtools share it; LOCK_BUSY where locks are of whole files */
    LOCK_OTHER,      /* another program has locked the file */
    LOCK_UNSUPPORTED,
    LOCK_FAILED,
};
/* Locks the file against other mmtools; a kill frees the lock. Does not wait. */
enum lock_result file_lock(struct file *file, enum lock_kind kind, struct error *error);
void file_unlock(struct file *file);
/*
 * Signals between mmtools beside the lock. A kill takes them back, and so does file_unlock(). There
 * are none where locks are of whole files.
 */
enum lock_note {
    LOCK_WANTED,  /* an editor waits for the lock; one at a time can set it */
    LOCK_PASSING, /* the reader that holds the lock waits for nobody: it will end */
};
/* Sets a note or takes it back. False: another editor has set it, or it cannot be set. */
bool file_lock_set_note(struct file *file, enum lock_note note, bool on);
/* Whether another process, or this one through another `struct file`, has set the note. */
bool file_lock_has_note(struct file *file, enum lock_note note);
/* Takes the lock as LOCK_SHARED and sets LOCK_PASSING: on POSIX with one call. */
enum lock_result file_lock_passing(struct file *file, struct error *error);
/*
 * Whether FILE_OPEN_PASSING took that lock, and it is still held: then what
 * file_get_first_status() says is so under the lock.
 */
bool file_opened_locked(const struct file *file);
/* Whether the file is open a second time, in this process or another. */
enum file_company { FILE_ALONE, FILE_SHARED, FILE_COMPANY_UNKNOWN };
/*
 * Linux answers the owner of the file only. While it is asked, about a microsecond, an open with
 * O_NONBLOCK by another program fails: ask only if the answer matters.
 */
enum file_company file_company(struct file *file);
/* A lock on a file that another process holds. */
enum file_lock_kind {
    FILE_LOCK_MMTOOL,      /* that of mmtools */
    FILE_LOCK_POSIX,       /* of a process: lockf(), fcntl(F_SETLK) */
    FILE_LOCK_DESCRIPTION, /* of an open file: fcntl(F_OFD_SETLK) */
    FILE_LOCK_FLOCK,       /* of an open file: flock() */
    FILE_LOCK_LEASE,       /* fcntl(F_SETLEASE) */
};
struct file_lock_holder {
    enum file_lock_kind kind;
    bool exclusive;
    bool waits;         /* an mmtool that waits for the lock of the others */
    struct range range; /* bytes; to UINT64_MAX: to the end of the file */
    uint64_t process;   /* 0: not known */
    char command[64];   /* its name, any bytes; empty: not known */
};

enum { FILE_MOST_LOCKS = 64 };

struct file_locks {
    bool known; /* the system tells */
    size_t count;
    struct file_lock_holder holders[FILE_MOST_LOCKS];
};

/*
 * Lists the locks that other processes hold on the file, the first of them if there are very many.
 * False and an error if memory or file descriptors are short.
 */
bool file_list_locks(struct file *file, struct file_locks *locks, struct error *error);
/*
 * Waits for a write of another program that has begun and that the size does not show yet, if the
 * system has a way.
 */
void file_wait_for_writers(struct file *file);
/*
 * Whether another program is likely to append to the file soon: it was written to within the last
 * second, and may be open elsewhere. To be called before our own first write.
 */
bool file_is_in_use(struct file *file);

#endif
