/*
 * lock.c - locks, marks, and who else has a file open.
 *
 * Locks are open-file-description locks (F_OFD_SETLK, Linux 3.15, POSIX 2024), or flock() where the
 * system has no such locks. Both belong to the open file: a kill frees them, and closing another
 * descriptor of the same file in this process does not, unlike with classic fcntl() locks.
 * Open-file-description locks are preferred because they
 * - work on NFS and CIFS;
 * - do not conflict with `flock FILE mmtool ... FILE` in scripts: an flock() of ours would conflict
 *   with that of our own parent;
 * - can lock a single byte that no file has. All mmtools lock that byte, so a lock of more bytes
 *   must be another program's.
 * A shared lock needs the file open for reading, an exclusive one open for writing.
 */
#include "platform/posix/internal.h"

#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>

/* On systems without these locks fcntl() answers the unknown command with EINVAL. */
#if !defined(F_OFD_SETLK)
#define F_OFD_SETLK (-1)
#define F_OFD_GETLK (-1)
#endif

/* ---- locks ----------------------------------------------------------------------------------- */

/*
 * Each note has another byte than the lock. That of LOCK_PASSING is the one before the lock, and
 * shared as the lock is: so one call takes both, and the system reports them as one lock of two
 * bytes.
 */
#define LOCK_BYTE    POSIX_LOCK_BYTE
#define PASSING_BYTE (LOCK_BYTE - 1)
#define WANTED_BYTE  POSIX_LOCK_FIRST

static off_t note_byte(enum lock_note note)
{
    return note == LOCK_WANTED ? WANTED_BYTE : PASSING_BYTE;
}

/* Returns 0 or an errno, as lock_flock() does. */
static int lock_bytes(struct file *file, off_t at, off_t length, short type)
{
    struct flock bytes = {.l_type = type, .l_whence = SEEK_SET, .l_start = at, .l_len = length};
    return fcntl(file->descriptor, F_OFD_SETLK, &bytes) == 0 ? 0 : errno;
}

static int lock_byte(struct file *file, off_t at, short type)
{
    return lock_bytes(file, at, 1, type);
}

/* The lock that conflicts with ours: none, one of this byte alone, or one of more bytes. */
enum in_the_way { NOTHING, SHARED_BYTE, LOCKED_BYTE, MORE };

/* Whether it is the lock of a reader with the note LOCK_PASSING. */
static bool is_of_passing_reader(const struct flock *lock)
{
    return lock->l_type == F_RDLCK && lock->l_start == PASSING_BYTE && lock->l_len == 2;
}

static enum in_the_way look_at_byte(struct file *file, off_t at, short type)
{
    struct flock byte = {.l_type = type, .l_whence = SEEK_SET, .l_start = at, .l_len = 1};
    if (fcntl(file->descriptor, F_OFD_GETLK, &byte) != 0 || byte.l_type == F_UNLCK)
        return NOTHING;
    if (is_of_passing_reader(&byte))
        return SHARED_BYTE;
    if (byte.l_start != at || byte.l_len != 1)
        return MORE;
    return byte.l_type == F_RDLCK ? SHARED_BYTE : LOCKED_BYTE;
}

static int lock_flock(struct file *file, enum lock_kind kind)
{
    int operation = kind == LOCK_EXCLUSIVE ? LOCK_EX : LOCK_SH;
    int result;
    do
        result = flock(file->descriptor, operation | LOCK_NB);
    while (result != 0 && errno == EINTR);
    return result == 0 ? 0 : errno;
}

static enum lock_result lock_failure(int code, struct error *error)
{
    switch (code) {
    case EAGAIN:
#if EWOULDBLOCK != EAGAIN
    case EWOULDBLOCK:
#endif
    case EACCES:
        error_set(error, "another mmtool is working on the file");
        return LOCK_BUSY;
    case ENOLCK:
    case ENOSYS:
    case EINVAL:
    case EOPNOTSUPP:
        error_set(error, "the file system cannot lock the file");
        return LOCK_UNSUPPORTED;
    default:
        posix_error_doing(error, code, "locking the file");
        return LOCK_FAILED;
    }
}

static enum lock_result lock_taken(struct file *file, short type, struct error *error)
{
    enum in_the_way other = look_at_byte(file, LOCK_BYTE, type);
    error_set(error, other == MORE ? "another program has locked the file"
                                   : "another mmtool is working on the file");
    if (other == MORE)
        return LOCK_OTHER;
    return other == SHARED_BYTE ? LOCK_OF_READERS : LOCK_BUSY;
}

static enum lock_result lock_from(struct file *file, off_t start, enum lock_kind kind,
                                  struct error *error)
{
    enum lock_holder holder = LOCK_OF_DESCRIPTION;
    short type = kind == LOCK_EXCLUSIVE ? F_WRLCK : F_RDLCK;
    int code = lock_bytes(file, start, LOCK_BYTE - start + 1, type);
    if (code == EAGAIN || code == EACCES)
        return lock_taken(file, type, error);
    if (code == EINVAL) {
        holder = LOCK_OF_FLOCK;
        code = lock_flock(file, kind);
    }
    if (code != 0)
        return lock_failure(code, error);
    file->lock = holder;
    file->told[LOCK_PASSING] = start == PASSING_BYTE && holder == LOCK_OF_DESCRIPTION;
    return LOCK_HELD;
}

enum lock_result file_lock(struct file *file, enum lock_kind kind, struct error *error)
{
    return lock_from(file, LOCK_BYTE, kind, error);
}

enum lock_result file_lock_passing(struct file *file, struct error *error)
{
    return lock_from(file, PASSING_BYTE, LOCK_SHARED, error);
}

bool file_opened_locked(const struct file *file)
{
    return file->locked_first;
}

void file_unlock(struct file *file)
{
    file->locked_first = false;
    file_lock_set_note(file, LOCK_WANTED, false);
    file_lock_set_note(file, LOCK_PASSING, false);
    if (file->lock == LOCK_OF_DESCRIPTION)
        (void)lock_byte(file, LOCK_BYTE, F_UNLCK);
    else if (file->lock == LOCK_OF_FLOCK)
        (void)flock(file->descriptor, LOCK_UN);
    file->lock = LOCK_OF_NOBODY;
}

bool file_lock_set_note(struct file *file, enum lock_note note, bool on)
{
    if (file->told[note] == on)
        return true;
    short type = note == LOCK_WANTED ? F_WRLCK : F_RDLCK;
    bool done = lock_byte(file, note_byte(note), on ? type : F_UNLCK) == 0;
    file->told[note] = on && done;
    return done;
}

bool file_lock_has_note(struct file *file, enum lock_note note)
{
    short type = note == LOCK_WANTED ? F_RDLCK : F_WRLCK;
    enum in_the_way other = look_at_byte(file, note_byte(note), type);
    return other == SHARED_BYTE || other == LOCKED_BYTE;
}

/* ---- other programs -------------------------------------------------------------------------- */

bool file_is_in_use(struct file *file)
{
    const time_t recent = 1;
    struct stat status;
    struct timespec now;
    if (fstat(file->descriptor, &status) != 0 || !S_ISREG(status.st_mode) ||
        clock_gettime(CLOCK_REALTIME, &now) != 0 || now.tv_sec - status.st_mtime > recent)
        return false;
    return file_company(file) != FILE_ALONE;
}
