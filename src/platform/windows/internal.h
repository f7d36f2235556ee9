/*
 * internal.h - what the Windows implementations of platform/platform.h share.
 *
 * Included first by each of them. Windows 10 and later, 64-bit.
 *
 * Text is UTF-8 on our side and UTF-16 on the system's; only these files see the
 * latter. System calls are the documented ones of kernel32 and advapi32, so
 * that the program needs nothing but Windows' own libraries.
 *
 * In reading order:
 *
 *   open.c              opening, closing, and what an open file is
 *   file.c              bytes in and out of an open file
 *   space.c             the disk clusters under a file: reserve, free, find
 *   place.c             a directory and a name in it
 *   unnamed.c           files that are gone when they are closed
 *   shared.c            shared memory by name, and memory without one, as files
 *   section.c           bytes of shared memory, and names for the mappings of files
 *   lock.c              locks and marks
 *   view.c              views as mapped sections, and the guard around the use of them
 *   names.c             the names of advice and of map flags
 *   process.c           the machine, threads, Ctrl-C, arguments
 *   arguments.c         the command line, cut into arguments
 *   text.c              UTF-8 and UTF-16, and paths of any length
 *   stream.c            standard output and standard error
 *   run.c               a command of the user's that sees the open file
 *   error.c             GetLastError() in the user's words
 *   devices.c           the names in a directory
 *   room.c              the free space of a disk
 *   none.c              what Windows does not have or does not tell
 */
#ifndef MMTOOL_WINDOWS_INTERNAL_H
#define MMTOOL_WINDOWS_INTERNAL_H

#define WIN32_LEAN_AND_MEAN
#define NOMINMAX
#ifndef _WIN32_WINNT
#define _WIN32_WINNT 0x0a00
#endif

#include "platform/platform.h"

#include <windows.h>
#include <winioctl.h>

#include <assert.h>
#include <inttypes.h>
#include <stdbool.h>

static_assert(sizeof(void *) == 8, "only 64-bit Windows is supported");

/* Others may do with the file what they like, as on other systems: a lock keeps editors apart. */
#define SHARE_ALL (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)

struct file {
    HANDLE handle;         /* INVALID_HANDLE_VALUE for shared memory */
    HANDLE section;        /* shared memory, or NULL */
    uint64_t section_size; /* bytes */
    wchar_t *tag;          /* the name of its mapping, or NULL; owned */
    HANDLE tagged;         /* the section that has the name, or NULL */
    bool borrowed;         /* the process's standard input: not ours to close */
    bool writable;         /* opened for writing */
    bool locked;           /* by file_lock(), as `lock` */
    enum lock_kind lock;
    bool told[2];        /* by enum lock_note */
    uint64_t block_size; /* of its file system; 0 until it was asked for */
    uint64_t owner;      /* known if owner_known */
    bool owner_known;
};

/* ---- errors: error.c ------------------------------------------------------------------------- */

/* Fills `error` with the meaning of GetLastError()'s `code`, and returns false. */
bool windows_error(struct error *error, DWORD code);
/* The same, with what was being done and its numbers in parentheses: "writing 8 bytes at 12". */
bool windows_error_doing(struct error *error, DWORD code, const char *format, ...)
    MMTOOL_PRINTF(3, 4);
/* The meaning alone; `room` is used where the words are made. */
const char *windows_words(DWORD code, char *room, size_t size);
/* The call is not known here: an older system, another file system. */
bool windows_is_unsupported(DWORD code);

/* ---- text: text.c ---------------------------------------------------------------------------- */

/* UTF-8 as UTF-16, to be freed; NULL with an error if it is not UTF-8 or memory is short. */
wchar_t *windows_wide(const char *text, struct error *error);
/* UTF-16 as UTF-8, to be freed; NULL when memory is short. What is no text becomes U+FFFD. */
char *windows_utf8(const wchar_t *text);
/* left and right, joined by a backslash unless left ends in one; to be freed, NULL when short. */
wchar_t *windows_join(const wchar_t *left, const wchar_t *right);
/* A path as system calls take it, whatever its length (\\?\C:\...); to be freed. */
wchar_t *windows_path(const char *path, struct error *error);
/* The same from UTF-16. */
wchar_t *windows_long_path(const wchar_t *path, struct error *error);
/* A full path without that prefix, for people; inside `path`, which is changed. */
const wchar_t *windows_without_prefix(wchar_t *path);
/* The absolute path of an open file, as system calls take it; to be freed; NULL if there is none.
 */
wchar_t *windows_path_of(HANDLE handle);

/*
 * A command line as arguments in UTF-8, NULL behind the last, which live as long as
 * the process; NULL when memory is short.
 */
char **windows_arguments(const wchar_t *line, int *count);

/* ---- files ----------------------------------------------------------------------------------- */

/* file_open(), by a path as windows_path() makes it. */
enum file_open_result windows_open(const wchar_t *path, unsigned flags, struct file **file,
                                   struct error *error);
/* An open file of that handle, which it owns unless borrowed; NULL with an error. */
struct file *windows_new_file(HANDLE handle, bool writable, bool borrowed, struct error *error);
/*
 * The rights of a new file of FILE_OPEN_PRIVATE: for its owner, the system and the
 * administrators. To be freed by LocalFree(); NULL: what its directory gives must do.
 */
SECURITY_DESCRIPTOR *windows_private_descriptor(void);
/* Bytes from shared memory to `out`, or, if that is NULL, from `in` to it. */
bool windows_section_copy(struct file *file, uint64_t offset, void *out, const void *in,
                          size_t length, struct error *error);
/* A user as file_status.owner has him: 0 for the system and its administrators. */
uint64_t windows_user_number(PSID user);
/* Sets the size of a file that is no shared memory; an error of Windows, or ERROR_SUCCESS. */
DWORD windows_set_end(struct file *file, uint64_t size);
/* A section that has a name keeps a file from being cut and does not grow with it. */
void windows_drop_tag(struct file *file);
void windows_take_tag(struct file *file);
/* Fills `error` with why there cannot be such a tag, and returns false. */
bool windows_tag_error(const char *tag, DWORD code, struct error *error);
/* Wine has the calls of Windows over another system's files, and cannot tell all that Windows can.
 */
bool windows_is_wine(void);

#endif
