/*
 * none.c - the answers of a system that has none of Linux's calls.
 *
 * The contract of each function is in linux/internal.h or platform/platform.h.
 */
#include "platform/linux/internal.h"

#include <stdio.h>

#if defined(__GNUC__) /* the functions here ignore their parameters */
#pragma GCC diagnostic ignored "-Wunused-parameter"
#endif

/* Fails as a system call that does not exist. */
static int no_call(void)
{
    errno = ENOSYS;
    return -1;
}

/* ---- status.c, refusal.c --------------------------------------------------------------------- */

bool linux_file_system(int descriptor, unsigned *traits, uint64_t *block_size)
{
    *traits = LINUX_SEALED;
    return false;
}

bool linux_status(int descriptor, struct stat *status, uint64_t *birth)
{
    return false;
}

bool linux_newest_size(int descriptor, uint64_t *size)
{
    return false;
}

bool linux_device_size(int descriptor, uint64_t *size)
{
    return false;
}

const char linux_not_permitted_words[] =
    "operation not permitted; a file may be immutable, see ls -lo";

const char *linux_not_permitted(int directory, const char *name)
{
    return NULL;
}

bool linux_is_read_only_device(int descriptor)
{
    return false;
}

/* ---- open.c ---------------------------------------------------------------------------------- */

int linux_open_name(int directory, const char *name)
{
    return no_call();
}

int linux_open_unnamed(const char *directory)
{
    return no_call();
}

int linux_open_memory(void)
{
    return no_call();
}

bool linux_polls_for_writer(void)
{
    return false;
}

int linux_reopen_stream(int descriptor)
{
    return no_call();
}

bool linux_reopens_streams(void)
{
    return false;
}

void linux_descriptor_path(int descriptor, char path[LINUX_PATH_SIZE])
{
    snprintf(path, LINUX_PATH_SIZE, "/dev/fd/%d", descriptor);
}

/* ---- file.c ---------------------------------------------------------------------------------- */

void file_widen_pipe(struct file *file)
{
}

size_t linux_append(int descriptor, const void *bytes, size_t length)
{
    return 0;
}

bool file_dirty_bytes(struct file *file, struct range range, uint64_t *bytes)
{
    return false;
}

void file_start_writing(struct file *file, struct range range)
{
}

int linux_wait_written(int descriptor, struct range range)
{
    return ENOSYS;
}

uint64_t stream_copy_file(enum stream stream, struct file *file, struct range range)
{
    return 0;
}

/* ---- blocks.c -------------------------------------------------------------------------------- */

int linux_change_blocks(int descriptor, enum linux_blocks change, uint64_t offset, uint64_t length)
{
    return EOPNOTSUPP;
}

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

/* ---- attributes.c ---------------------------------------------------------------------------- */

bool linux_copy_attributes(const struct posix_copying *copying, struct error *error)
{
    return true;
}

void linux_drop_inherited(int descriptor)
{
}

static int no_attributes(void)
{
    errno = EOPNOTSUPP;
    return -1;
}

ssize_t linux_get_attribute(int descriptor, const char *name, void *value, size_t size)
{
    return no_attributes();
}

int linux_set_attribute(int descriptor, const char *name, const void *value, size_t size)
{
    return no_attributes();
}

int linux_remove_attribute(int descriptor, const char *name)
{
    return no_attributes();
}

int linux_get_capability(int descriptor, struct file_privileges *privileges)
{
    return 0;
}

bool linux_lacks_capability(int descriptor)
{
    return false;
}

void linux_restore_capability(int descriptor, const struct file_privileges *privileges)
{
}

/* ---- lock.c ---------------------------------------------------------------------------------- */

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

/* ---- pages.c, huge.c, advice.c --------------------------------------------------------------- */

void *linux_reserve_for_huge_pages(size_t length, off_t offset)
{
    return NULL;
}

void linux_drop_pages(void *first, size_t length)
{
}

bool linux_hides_residency(struct file *file)
{
    return false;
}

bool file_is_cached(struct file *file, struct range range)
{
    return false;
}

bool file_huge_bytes(struct file *file, struct range range, uint64_t *bytes)
{
    return false;
}

bool linux_advises_data(const struct posix_advice *advice)
{
    return false;
}

bool linux_advise_data(const struct posix_advice *advice, struct error *error)
{
    return true;
}

void linux_drop_cache(const struct posix_advice *advice)
{
}

/* ---- machine.c, devices.c -------------------------------------------------------------------- */

unsigned linux_processors(void)
{
    return 0;
}

const char *platform_name(void)
{
    return "POSIX";
}

bool linux_is_static(void)
{
    return false;
}

uint64_t platform_page_faults(void)
{
    return 0;
}

uint64_t platform_disk_reads(void)
{
    return 0;
}

bool file_lasting_name(struct file *file, char *name, size_t size)
{
    return false;
}

bool file_shared_path(const char *name, char *path, size_t size)
{
    return false;
}
