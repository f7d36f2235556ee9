/*
 * internal.h - what the Windows implementations of platform/platform.h share.
 *
 * Included first by each of them. Windows 10 and later, 64-bit.
 *
 * mmtool's text is UTF-8, and Windows' is UTF-16, which only these files handle. They use
 * documented calls of kernel32 and advapi32 alone, so the program needs no other libraries.
 *
 * In reading order:
 *
 *   open.c              opens and closes files
 *   status.c            the kind, the size, the identity and more of an open file
 *   file.c              bytes in and out of an open file
 *   space.c             the disk clusters under a file: reserve, free, find
 *   place.c             a directory and a name in it
 *   unnamed.c           files that are gone when they are closed
 *   shared.c            shared memory by name, and memory without a name, as files
 *   section.c           bytes of shared memory, and names for the mappings of files
 *   lock.c              locks and marks
 *   view.c              views as mapped sections, and the guard around the use of them
 *   names.c             the names of advice and of map flags
 *   process.c           the machine, threads, Ctrl-C, arguments
 *   arguments.c         the command line, cut into arguments
 *   text.c              UTF-8 and UTF-16, and paths of any length
 *   stream.c            standard output and standard error
 *   run.c               runs the user's command, which can use the open file
 *   error.c             GetLastError() in the user's words
 *   directory.c         the names in a directory
 *   free_space.c        the free space of a disk
 *   none.c              functions for which Windows has no call or no answer
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

/* Let other programs read, write and delete the file, as on POSIX. Only file_lock() keeps other
 * mmtools out. */
#define SHARE_ALL (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)

struct file {
    HANDLE handle;         /* INVALID_HANDLE_VALUE for shared memory */
    HANDLE section;        /* shared memory, or NULL */
    uint64_t section_size; /* bytes */
    wchar_t *tag;          /* the name of its mapping, or NULL; owned */
    HANDLE tagged;         /* the section that has the name, or NULL */
    bool borrowed;         /* the process's standard input: not ours to close */
    bool writable;         /* opened for writing */
    bool locked;           /* by file_lock(); `lock` is the kind */
    enum lock_kind lock;
    bool told[2];        /* the notes that are set; index: enum lock_note */
    uint64_t block_size; /* of its file system; 0 until it is asked for */
    uint64_t owner;      /* known if owner_known */
    bool owner_known;
};

/* ---- errors: error.c ------------------------------------------------------------------------- */

/* Fills `error` with the message for a code of GetLastError(), and returns false. */
bool windows_error(struct error *error, DWORD code);
/* The same, followed by the action in parentheses: "(writing 8 bytes at 12)". */
bool windows_error_doing(struct error *error, DWORD code, const char *format, ...)
    MMTOOL_PRINTF(3, 4);
/* The message alone: a constant, or text in `room`. */
const char *windows_words(DWORD code, char *room, size_t size);
/* Whether the code means that this system or file system does not have the call. */
bool windows_is_unsupported(DWORD code);

/* ---- text: text.c ---------------------------------------------------------------------------- */

/* UTF-8 as UTF-16, to be freed; NULL with an error if it is not UTF-8 or there is no memory. */
wchar_t *windows_wide(const char *text, struct error *error);
/* UTF-16 as UTF-8, to be freed; NULL if there is no memory. Invalid units become U+FFFD. */
char *windows_utf8(const wchar_t *text);
/* left\right, with one backslash between them; to be freed. NULL if there is no memory. */
wchar_t *windows_join(const wchar_t *left, const wchar_t *right);
/* A path as system calls take it, whatever its length (\\?\C:\...); to be freed. */
wchar_t *windows_path(const char *path, struct error *error);
/* The same from UTF-16. */
wchar_t *windows_long_path(const wchar_t *path, struct error *error);
/* A full path without the prefix \\?\, for messages. Points into `path`, which is changed. */
const wchar_t *windows_without_prefix(wchar_t *path);
/* The absolute path of an open file, for system calls; to be freed. NULL if it has none. */
wchar_t *windows_path_of(HANDLE handle);

/* Splits a command line into UTF-8 arguments with a NULL behind the last. They are never freed.
 * NULL if there is no memory. */
char **windows_arguments(const wchar_t *line, int *count);

/* ---- files ----------------------------------------------------------------------------------- */

/* file_open(), by a path as windows_path() makes it. */
enum file_open_result windows_open(const wchar_t *path, unsigned flags, struct file **file,
                                   struct error *error);
/* A `struct file` that owns the handle, unless borrowed; NULL with an error. */
struct file *windows_new_file(HANDLE handle, bool writable, bool borrowed, struct error *error);
/*
 * The access list of a new file for FILE_OPEN_PRIVATE: its owner, the system and the
 * administrators. To be freed by LocalFree(). NULL: use the rights that its directory gives.
 */
SECURITY_DESCRIPTOR *windows_private_descriptor(void);
/* Copies bytes of shared memory to `out`, or, if `out` is NULL, copies `in` to shared memory. */
bool windows_section_copy(struct file *file, uint64_t offset, void *out, const void *in,
                          size_t length, struct error *error);
/* The user as a number for file_status.owner: 0 for the system and its administrators. */
uint64_t windows_user_number(PSID user);
/* Sets the size of a file (not of shared memory). Returns ERROR_SUCCESS or a Windows error. */
DWORD windows_set_end(struct file *file, uint64_t size);
/* Windows cannot cut a file that has a named section, and the section does not grow with the file:
 * drop the tag before the size changes, and take it again after. */
void windows_drop_tag(struct file *file);
void windows_take_tag(struct file *file);
/* Fills `error` with the reason why the tag was refused, and returns false. */
bool windows_tag_error(const char *tag, DWORD code, struct error *error);
/* Whether we run on Wine, where some answers of the system are missing or differ. */
bool windows_is_wine(void);

#endif
