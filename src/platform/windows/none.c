/*
 * none.c - functions for which Windows has no call or no answer.
 *
 * The contract of each function is in platform/platform.h.
 */
#include "platform/windows/internal.h"

#if defined(__GNUC__) /* most functions here ignore their parameters */
#pragma GCC diagnostic ignored "-Wunused-parameter"
#endif

/* A file cannot be opened relative to a directory. */
struct place *place_beside(const struct place *neighbour, const char *path)
{
    return NULL;
}

bool file_has_own_name(const struct file *file)
{
    return false;
}

bool file_opened_locked(const struct file *file)
{
    return false;
}

bool file_skip(struct file *file, uint64_t length)
{
    return false; /* a stream cannot seek here */
}

bool file_may_reach(struct file *file, uint64_t ahead)
{
    return false;
}

/* The program that creates a pipe chooses its size. */
void file_widen_pipe(struct file *file)
{
}

/* The system does not tell, and a copy to a buffer was as fast as a view. */
bool file_is_cached(struct file *file, struct range range)
{
    return false;
}

uint64_t stream_copy_file(enum stream stream, struct file *file, struct range range)
{
    return 0;
}

/* Windows starts to write by itself. The only call for it waits until all is written. */
void file_start_writing(struct file *file, struct range range)
{
}

bool file_set_mode(struct file *file, uint32_t mode, struct error *error)
{
    return true; /* Windows has no permission bits */
}

bool file_get_privileges(struct file *file, struct file_privileges *privileges, struct error *error)
{
    *privileges = (struct file_privileges){0};
    return true;
}

unsigned file_lost_privileges(struct file *file, const struct file_privileges *before)
{
    return 0;
}

void file_restore_privileges(struct file *file, const struct file_privileges *before,
                             unsigned which)
{
}

/*
 * Does nothing: a private file keeps its access list (owner, system and administrators). With the
 * list of another file we might not be able to delete it.
 */
void file_set_owner(struct file *file, uint64_t owner, uint64_t group)
{
}

bool file_dirty_bytes(struct file *file, struct range range, uint64_t *bytes)
{
    return false; /* the cache does not tell */
}

bool file_huge_bytes(struct file *file, struct range range, uint64_t *bytes)
{
    return false; /* files have no privileges */
}

bool file_check_writable(struct file *file, struct error *error)
{
    return true; /* Windows does not open such a file for writing at all */
}

bool file_check_size_change(struct file *file, uint64_t from, uint64_t to, struct error *error)
{
    return true;
}

/* ReFS can share blocks, but does not tell which. */
bool file_is_copied_on_write(struct file *file)
{
    return false;
}

void file_keep_in_place(struct file *file)
{
}

uint64_t file_shared_bytes(struct file *file, struct range range)
{
    return 0;
}

bool file_moves_blocks(struct file *file)
{
    return false;
}

static enum file_blocks_result no_blocks(struct error *error)
{
    error_set(error, "Windows cannot insert or cut blocks of a file");
    return FILE_BLOCKS_UNSUPPORTED;
}

enum file_blocks_result file_insert_blocks(struct file *file, uint64_t offset, uint64_t length,
                                           struct error *error)
{
    return no_blocks(error);
}

enum file_blocks_result file_cut_blocks(struct file *file, uint64_t offset, uint64_t length,
                                        struct error *error)
{
    return no_blocks(error);
}

/* Windows does not tell who else has a file open, and a file's time may be out of date. */
enum file_company file_company(struct file *file)
{
    return FILE_COMPANY_UNKNOWN;
}

bool file_list_locks(struct file *file, struct file_locks *locks, struct error *error)
{
    locks->known = false;
    locks->count = 0;
    return true;
}

void file_wait_for_writers(struct file *file)
{
}

bool file_is_in_use(struct file *file)
{
    return false;
}

/* Not needed: the journal of a device is found by its content. */
bool file_lasting_name(struct file *file, char *name, size_t size)
{
    return false;
}

/* Not needed: Windows trims pages that a process has not touched for a while. */
void view_drop(struct view *view, size_t start, size_t end)
{
}

bool file_shared_path(const char *name, char *path, size_t size)
{
    return false;
}

bool file_is_served(struct file *file)
{
    return false;
}

/* The name is not known: `user` is a hash of the SID. */
void platform_describe_user(uint64_t user, char *text, size_t size)
{
    if (size > 0)
        *text = 0;
}

void platform_describe_library(char *text, size_t size)
{
    if (size > 0)
        *text = 0;
}

/* QueryWorkingSetEx() knows only the pages of this process, not those of the cache. */
enum residency_result view_residency(struct view *view, size_t start, size_t end,
                                     unsigned char *pages, struct error *error)
{
    return start < end ? RESIDENCY_UNKNOWN : RESIDENCY_KNOWN;
}

bool stream_open_ready(enum stream stream, struct file **file)
{
    *file = NULL;
    return false;
}

size_t file_write_ready(struct file *file, const void *bytes, size_t length, double patience)
{
    return 0;
}

/* Not known before a write. */
bool stream_is_deserted(enum stream stream)
{
    return false;
}

bool platform_show_manual(const char *page, const char *program)
{
    return false;
}
