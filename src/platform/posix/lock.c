/*
 * lock.c - locks, marks, and who else has a file open.
 *
 * Locks are open-file-description locks (F_OFD_SETLK, Linux 3.15, POSIX 2024),
 * and flock() where there are none. Both belong to the open file, so a kill
 * frees them, and a descriptor closed elsewhere in the process does not (which is
 * what ails the classic fcntl locks). The former are preferred, as they
 * - work across NFS and CIFS;
 * - leave `flock FILE mmtool ... FILE` alone, with which scripts take turns: an
 *   flock() of ours would wait for that of our own parent;
 * - can be of one byte that no file has: two mmtools meet there, and what a
 *   program that locks the file as a whole holds is seen to be somebody else's.
 * They need what they lock: a shared one the right to read, an exclusive one the
 * right to write.
 */
#include "platform/posix/internal.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#if defined(__linux__) || defined(__APPLE__)
#include <sys/xattr.h>
#endif

/* ---- locks ----------------------------------------------------------------------------------- */

/*
 * The byte on which mmtools lock; far behind the end of any file. The notes have bytes of their
 * own, none next to another, as locks of neighbours would become one.
 */
#define LOCK_BYTE ((off_t)(OFFSET_MAX - 1))

static off_t note_byte(enum lock_note note)
{
    return LOCK_BYTE - (note == LOCK_WANTED ? 2 : 4);
}

/* Each way of locking answers 0 or an errno. */
static int lock_byte(struct file *file, off_t at, short type)
{
#if defined(F_OFD_SETLK)
    struct flock byte = {.l_type = type, .l_whence = SEEK_SET, .l_start = at, .l_len = 1};
    return fcntl(file->descriptor, F_OFD_SETLK, &byte) == 0 ? 0 : errno;
#else
    (void)file;
    (void)at;
    (void)type;
    return EINVAL; /* as a kernel answers that has none */
#endif
}

/* What is in the way of a lock of that byte: nothing, a lock of the byte alone, one of more. */
enum in_the_way { NOTHING, SHARED_BYTE, LOCKED_BYTE, MORE };

static enum in_the_way look_at_byte(struct file *file, off_t at, short type)
{
#if defined(F_OFD_GETLK)
    struct flock byte = {.l_type = type, .l_whence = SEEK_SET, .l_start = at, .l_len = 1};
    if (fcntl(file->descriptor, F_OFD_GETLK, &byte) != 0 || byte.l_type == F_UNLCK)
        return NOTHING;
    if (byte.l_start != at || byte.l_len != 1)
        return MORE;
    return byte.l_type == F_RDLCK ? SHARED_BYTE : LOCKED_BYTE;
#else
    (void)file;
    (void)at;
    (void)type;
    return NOTHING;
#endif
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

enum lock_result file_lock(struct file *file, enum lock_kind kind, struct error *error)
{
    enum lock_holder holder = LOCK_OF_DESCRIPTION;
    short type = kind == LOCK_EXCLUSIVE ? F_WRLCK : F_RDLCK;
    int code = lock_byte(file, LOCK_BYTE, type);
    if (code == EAGAIN || code == EACCES)
        return lock_taken(file, type, error);
    if (code == EINVAL) {
        holder = LOCK_OF_FLOCK;
        code = lock_flock(file, kind);
    }
    if (code != 0)
        return lock_failure(code, error);
    file->lock = holder;
    return LOCK_HELD;
}

void file_unlock(struct file *file)
{
    file_lock_tell(file, LOCK_WANTED, false);
    file_lock_tell(file, LOCK_PASSING, false);
    if (file->lock == LOCK_OF_DESCRIPTION)
        (void)lock_byte(file, LOCK_BYTE, F_UNLCK);
    else if (file->lock == LOCK_OF_FLOCK)
        (void)flock(file->descriptor, LOCK_UN);
    file->lock = LOCK_OF_NOBODY;
}

bool file_lock_tell(struct file *file, enum lock_note note, bool on)
{
    if (file->told[note] == on)
        return true;
    short type = note == LOCK_WANTED ? F_WRLCK : F_RDLCK;
    bool done = lock_byte(file, note_byte(note), on ? type : F_UNLCK) == 0;
    file->told[note] = on && done;
    return done;
}

bool file_lock_is_told(struct file *file, enum lock_note note)
{
    short type = note == LOCK_WANTED ? F_RDLCK : F_WRLCK;
    enum in_the_way other = look_at_byte(file, note_byte(note), type);
    return other == SHARED_BYTE || other == LOCKED_BYTE;
}

/* ---- other programs -------------------------------------------------------------------------- */

#if defined(F_SETLEASE)
/*
 * A write lease is only granted while nobody else has the file open. It is given back at once: who
 * opens the file without waiting fails while there is one. The kernel tells its holder of that by
 * SIGIO, which kills who does not expect it.
 */
enum file_company file_company(struct file *file)
{
    void (*before)(int) = signal(SIGIO, SIG_IGN);
    bool granted = fcntl(file->descriptor, F_SETLEASE, F_WRLCK) == 0;
    int code = errno;
    if (granted)
        (void)fcntl(file->descriptor, F_SETLEASE, F_UNLCK);
    (void)signal(SIGIO, before);
    if (granted)
        return FILE_ALONE;
    return code == EAGAIN ? FILE_SHARED : FILE_COMPANY_UNKNOWN;
}
#else
enum file_company file_company(struct file *file)
{
    (void)file;
    return FILE_COMPANY_UNKNOWN;
}
#endif

/*
 * Linux takes the inode's lock for this call, as for a write; and does nothing, since there is no
 * such attribute.
 */
void file_wait_for_writers(struct file *file)
{
#if defined(__linux__)
    (void)fremovexattr(file->descriptor, "user.mmtool.none");
#else
    (void)file;
#endif
}

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

/* ---- marks: extended attributes of the user's name space ------------------------------------- */

#if defined(__linux__) || defined(__APPLE__)

enum { MARK_NAME_SIZE = 256 }; /* XATTR_NAME_MAX and the final 0 */

static const char *attribute_name(const char *name, char *room)
{
    snprintf(room, MARK_NAME_SIZE, "user.%s", name);
    return room;
}

#if defined(__APPLE__)
#define NO_ATTRIBUTE ENOATTR
static ssize_t get_attribute(int file, const char *name, void *value, size_t size)
{
    return fgetxattr(file, name, value, size, 0, 0);
}

static int set_attribute(int file, const char *name, const void *value, size_t size)
{
    return fsetxattr(file, name, value, size, 0, 0);
}

static int remove_attribute(int file, const char *name)
{
    return fremovexattr(file, name, 0);
}
#else
#define NO_ATTRIBUTE ENODATA
static ssize_t get_attribute(int file, const char *name, void *value, size_t size)
{
    return fgetxattr(file, name, value, size);
}

static int set_attribute(int file, const char *name, const void *value, size_t size)
{
    return fsetxattr(file, name, value, size, 0);
}

static int remove_attribute(int file, const char *name)
{
    return fremovexattr(file, name);
}
#endif

/* Only files and directories have user attributes; the others answer EPERM. */
static bool may_have_marks(struct file *file)
{
    struct stat status;
    return fstat(file->descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

static enum mark_result mark_failure(struct file *file, int code, const char *doing,
                                     const char *name, struct error *error)
{
    if (code == NO_ATTRIBUTE) {
        error_set(error, "the file has no mark %s", name);
        return MARK_NONE;
    }
    posix_error_doing(error, code, "%s the file's mark %s", doing, name);
    if (code == EOPNOTSUPP || code == ENOTSUP || code == ENOSYS)
        return MARK_UNSUPPORTED;
    return code == EPERM && !may_have_marks(file) ? MARK_UNSUPPORTED : MARK_FAILED;
}

enum mark_result file_get_mark(struct file *file, const char *name, void *value, size_t *length,
                               struct error *error)
{
    char room[MARK_NAME_SIZE];
    size_t size = *length;
    *length = 0;
    if (size == 0) { /* it would mean: how long is it? */
        error_set(error, "no room for the file's mark %s", name);
        return MARK_FAILED;
    }
    ssize_t got = get_attribute(file->descriptor, attribute_name(name, room), value, size);
    if (got < 0 && errno == ERANGE) {
        error_set(error, "the file's mark %s is longer than %zu bytes", name, size);
        return MARK_FAILED;
    }
    if (got < 0)
        return mark_failure(file, errno, "reading", name, error);
    *length = (size_t)got;
    return MARK_OK;
}

enum mark_result file_set_mark(struct file *file, const char *name, const void *value,
                               size_t length, struct error *error)
{
    char room[MARK_NAME_SIZE];
    if (set_attribute(file->descriptor, attribute_name(name, room), value, length) == 0)
        return MARK_OK;
    return mark_failure(file, errno, "setting", name, error);
}

enum mark_result file_remove_mark(struct file *file, const char *name, struct error *error)
{
    char room[MARK_NAME_SIZE];
    if (remove_attribute(file->descriptor, attribute_name(name, room)) == 0)
        return MARK_OK;
    return mark_failure(file, errno, "removing", name, error);
}

#else

static enum mark_result no_marks(struct error *error)
{
    posix_error(error, EOPNOTSUPP);
    return MARK_UNSUPPORTED;
}

enum mark_result file_get_mark(struct file *file, const char *name, void *value, size_t *length,
                               struct error *error)
{
    (void)file;
    (void)name;
    (void)value;
    *length = 0;
    return no_marks(error);
}

enum mark_result file_set_mark(struct file *file, const char *name, const void *value,
                               size_t length, struct error *error)
{
    (void)file;
    (void)name;
    (void)value;
    (void)length;
    return no_marks(error);
}

enum mark_result file_remove_mark(struct file *file, const char *name, struct error *error)
{
    (void)file;
    (void)name;
    return no_marks(error);
}

#endif
