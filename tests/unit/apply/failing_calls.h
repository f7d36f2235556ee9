/*
 * failing_calls.h - lets some calls of the system, and some for memory, fail.
 *
 * The linker's --wrap sends the calls through this file, which counts them. It also feigns file
 * systems and the company of other programs: `world`.
 */
#ifndef MMTOOL_FAILING_CALLS_H
#define MMTOOL_FAILING_CALLS_H

#include "scratch_files.h"

#include "journal/internal.h"

#include <stdatomic.h>

/* ---- what fails ------------------------------------------------------------------------------ */

enum harm { ERROR_ONCE, ERROR_ON, FULL_ONCE, FULL_ON, INTERRUPTED, HARMS };

static const char *const harm_names[HARMS] = {"error once", "error from then on", "full once",
                                              "full from then on", "interrupted"};

static atomic_ulong calls;
static unsigned long first_failing; /* 0: none */
static enum harm harm;

static void fail_from(unsigned long first, enum harm kind)
{
    first_failing = first;
    harm = kind;
    atomic_store(&calls, 0);
}

static bool is_failing(enum harm once, enum harm on, unsigned long number)
{
    return (harm == once && number == first_failing) || (harm == on && number >= first_failing);
}

static bool call_fails(void)
{
    unsigned long number = atomic_fetch_add(&calls, 1) + 1;
    return first_failing != 0 &&
           (is_failing(ERROR_ONCE, ERROR_ON, number) || is_failing(FULL_ONCE, FULL_ON, number));
}

static bool fails(struct error *error)
{
    if (!call_fails())
        return false;
    error_set(error, "a call fails");
    if (error)
        error->no_space = harm == FULL_ONCE || harm == FULL_ON;
    return true;
}

/* A function whose last parameter is `error`. */
#define WRAP_BY(fails_now, type, failure, name, parameters, arguments)                             \
    type __real_##name parameters;                                                                 \
    type __wrap_##name parameters;                                                                 \
    type __wrap_##name parameters                                                                  \
    {                                                                                              \
        return fails_now(error) ? (failure) : __real_##name arguments;                             \
    }
#define WRAP(type, failure, name, parameters, arguments)                                           \
    WRAP_BY(fails, type, failure, name, parameters, arguments)

/* These wait for the disk, which takes long, and shows nothing as long as the system runs. */
bool __wrap_file_sync(struct file *file, struct error *error);
bool __wrap_file_sync(struct file *file, struct error *error)
{
    return file && !fails(error);
}

bool __wrap_file_sync_data(struct file *file, struct error *error);
bool __wrap_file_sync_data(struct file *file, struct error *error)
{
    return file && !fails(error);
}

bool __wrap_place_sync(struct place *place, struct error *error);
bool __wrap_place_sync(struct place *place, struct error *error)
{
    return place && !fails(error);
}

WRAP(bool, false, file_get_status,
     (struct file * file, struct file_status *status, struct error *error), (file, status, error))
WRAP(bool, false, file_get_newest_size, (struct file * file, uint64_t *size, struct error *error),
     (file, size, error))
WRAP(bool, false, file_get_size, (struct file * file, uint64_t *size, struct error *error),
     (file, size, error))
WRAP(bool, false, file_write,
     (struct file * file, uint64_t offset, const void *bytes, size_t length, struct error *error),
     (file, offset, bytes, length, error))
WRAP(bool, false, file_set_size, (struct file * file, uint64_t size, struct error *error),
     (file, size, error))
WRAP(bool, false, file_allocate,
     (struct file * file, struct range range, bool keep_size, bool *reserved, struct error *error),
     (file, range, keep_size, reserved, error))
WRAP(bool, false, file_wait_written, (struct file * file, struct range range, struct error *error),
     (file, range, error))
WRAP(bool, false, file_zero, (struct file * file, struct range range, struct error *error),
     (file, range, error))
WRAP(bool, false, file_next_data,
     (struct file * file, uint64_t offset, uint64_t size, struct range *data, struct error *error),
     (file, offset, size, data, error))
WRAP(enum file_blocks_result, FILE_BLOCKS_FAILED, file_insert_blocks,
     (struct file * file, uint64_t offset, uint64_t length, struct error *error),
     (file, offset, length, error))
WRAP(enum file_blocks_result, FILE_BLOCKS_FAILED, file_cut_blocks,
     (struct file * file, uint64_t offset, uint64_t length, struct error *error),
     (file, offset, length, error))
WRAP(bool, false, file_get_privileges,
     (struct file * file, struct file_privileges *privileges, struct error *error),
     (file, privileges, error))
WRAP(enum lock_result, LOCK_FAILED, file_lock,
     (struct file * file, enum lock_kind kind, struct error *error), (file, kind, error))
WRAP(enum file_open_result, FILE_FAILED, place_open,
     (const struct place *place, unsigned flags, struct file **file, struct error *error),
     (place, flags, file, error))
WRAP(enum directory_result, DIRECTORY_FAILED, directory_list,
     (const char *path, bool (*visit)(void *context, const char *name), void *context,
      struct error *error),
     (path, visit, context, error))
WRAP(bool, false, platform_random, (void *bytes, size_t length, struct error *error),
     (bytes, length, error))
WRAP(bool, false, view_map,
     (struct file * file, struct range range, enum view_access access, uint64_t flags,
      struct view *view, struct error *error),
     (file, range, access, flags, view, error))

static bool script_may_stay; /* a script that cannot be renamed, looked at or removed */

static bool name_fails(struct error *error)
{
    bool now = fails(error);
    script_may_stay = script_may_stay || now;
    return now;
}

WRAP_BY(name_fails, enum place_use, PLACE_FAILED, place_look,
        (const struct place *place, struct file_status *status, struct error *error),
        (place, status, error))
WRAP_BY(name_fails, bool, false, place_rename,
        (const struct place *from, const struct place *to, struct error *error), (from, to, error))

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_malloc(size_t size)
{
    return call_fails() ? NULL : __real_malloc(size);
}

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size)
{
    return call_fails() ? NULL : __real_calloc(count, size);
}

void *__real_realloc(void *memory, size_t size);
void *__wrap_realloc(void *memory, size_t size);
void *__wrap_realloc(void *memory, size_t size)
{
    return call_fails() ? NULL : __real_realloc(memory, size);
}

int __wrap_platform_signal_pending(void);
int __wrap_platform_signal_pending(void)
{
    bool now = first_failing != 0 && harm == INTERRUPTED && atomic_load(&calls) >= first_failing;
    return now ? SIGTERM : 0;
}

/* ---- where it happens ------------------------------------------------------------------------ */

/* What is feigned of the file system and of other programs. */
struct world {
    const char *name;
    bool sparse;          /* blocks of zeros are holes */
    bool short_of_space;  /* hardly any block is free */
    bool copied_on_write; /* overwriting takes new blocks */
    bool in_use;          /* another program has the file open */
    bool without_marks;   /* files have no attributes */
    bool without_moving;  /* of whole blocks */
    bool served;          /* by another machine, whose sizes may be old */
    bool without_views;   /* that other programs see */
    bool keeps_names;     /* of journals: they cannot be removed */
    bool unseen_stores;   /* views seem to be shared, but a read does not see a store */
};

static const struct world worlds[] = {
    {.name = "alone"},
    {.name = "with holes", .sparse = true},
    {.name = "without moved blocks", .without_moving = true},
    {.name = "short of space", .short_of_space = true, .without_moving = true},
    {.name = "copied on write", .short_of_space = true, .copied_on_write = true},
    {.name = "in use", .in_use = true, .without_moving = true},
    {.name = "in use, short of space", .in_use = true, .short_of_space = true},
    {.name = "without marks", .without_marks = true, .unseen_stores = true},
    {.name = "served", .served = true, .in_use = true, .without_views = true},
    {.name = "unseen stores", .unseen_stores = true},
    {.name = "names stay", .keeps_names = true, .without_moving = true},
};
enum {
    WORLDS = sizeof worlds / sizeof *worlds,
    LONG_WORLDS = 2 /* that long files are tried in */
};

static const struct world *world = &worlds[0];

bool __real_file_get_free_space(struct file *file, uint64_t *bytes);
bool __wrap_file_get_free_space(struct file *file, uint64_t *bytes);
bool __wrap_file_get_free_space(struct file *file, uint64_t *bytes)
{
    enum { LITTLE = 16 * 1024 * 1024 };
    *bytes = LITTLE;
    return world->short_of_space || __real_file_get_free_space(file, bytes);
}

bool __real_file_is_copied_on_write(struct file *file);
bool __wrap_file_is_copied_on_write(struct file *file);
bool __wrap_file_is_copied_on_write(struct file *file)
{
    return world->copied_on_write || __real_file_is_copied_on_write(file);
}

bool __wrap_file_is_in_use(struct file *file);
bool __wrap_file_is_in_use(struct file *file)
{
    (void)file;
    return world->in_use;
}

bool __real_file_moves_blocks(struct file *file);
bool __wrap_file_moves_blocks(struct file *file);
bool __wrap_file_moves_blocks(struct file *file)
{
    return !world->without_moving && __real_file_moves_blocks(file);
}

bool __real_view_is_shared(void);
bool __wrap_view_is_shared(void);
bool __wrap_view_is_shared(void)
{
    return !world->without_views && __real_view_is_shared();
}

bool __real_file_read(struct file *file, uint64_t offset, void *bytes, size_t length, size_t *got,
                      struct error *error);
bool __wrap_file_read(struct file *file, uint64_t offset, void *bytes, size_t length, size_t *got,
                      struct error *error);
bool __wrap_file_read(struct file *file, uint64_t offset, void *bytes, size_t length, size_t *got,
                      struct error *error)
{
    if (fails(error) || !__real_file_read(file, offset, bytes, length, got, error))
        return false;
    /* Only the probe of a journal's view is read there. */
    if (world->unseen_stores && offset == JOURNAL_PROGRESS_OFFSET + JOURNAL_PROBE_OFFSET)
        memset(bytes, 0, *got);
    return true;
}

bool __real_place_remove(const struct place *place, struct error *error);
bool __wrap_place_remove(const struct place *place, struct error *error);
bool __wrap_place_remove(const struct place *place, struct error *error)
{
    if (world->keeps_names && strstr(place_name(place), JOURNAL_SUFFIX))
        return error_set(error, "names stay here");
    return !name_fails(error) && __real_place_remove(place, error);
}

bool __wrap_file_is_served(struct file *file);
bool __wrap_file_is_served(struct file *file)
{
    (void)file;
    return world->served;
}

enum mark_result __real_file_get_mark(struct file *file, const char *name, void *value,
                                      size_t *length, struct error *error);
enum mark_result __wrap_file_get_mark(struct file *file, const char *name, void *value,
                                      size_t *length, struct error *error);
enum mark_result __wrap_file_get_mark(struct file *file, const char *name, void *value,
                                      size_t *length, struct error *error)
{
    if (world->without_marks)
        return MARK_UNSUPPORTED;
    return fails(error) ? MARK_FAILED : __real_file_get_mark(file, name, value, length, error);
}

static enum { MARKS_CAN_BE_SET, MARKS_FAIL, MARKS_FIND_THE_DISK_FULL } new_marks;

enum mark_result __real_file_set_mark(struct file *file, const char *name, const void *value,
                                      size_t length, struct error *error);
enum mark_result __wrap_file_set_mark(struct file *file, const char *name, const void *value,
                                      size_t length, struct error *error);
enum mark_result __wrap_file_set_mark(struct file *file, const char *name, const void *value,
                                      size_t length, struct error *error)
{
    if (world->without_marks)
        return MARK_UNSUPPORTED;
    if (new_marks != MARKS_CAN_BE_SET) {
        error_set(error, "marks cannot be set");
        error->no_space = new_marks == MARKS_FIND_THE_DISK_FULL;
        return MARK_FAILED;
    }
    return fails(error) ? MARK_FAILED : __real_file_set_mark(file, name, value, length, error);
}

enum mark_result __real_file_remove_mark(struct file *file, const char *name, struct error *error);
enum mark_result __wrap_file_remove_mark(struct file *file, const char *name, struct error *error);
enum mark_result __wrap_file_remove_mark(struct file *file, const char *name, struct error *error)
{
    if (world->without_marks)
        return MARK_UNSUPPORTED;
    return fails(error) ? MARK_FAILED : __real_file_remove_mark(file, name, error);
}

#endif
