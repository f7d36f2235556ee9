/*
 * place.c - a directory, held open, and a name in it.
 *
 * The directory is opened with O_PATH where the system has that: it needs only the right to search
 * the directory, not to read it.
 */
#include "platform/posix/internal.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#if defined(O_PATH)
#define HOLD_DIRECTORY (O_PATH | O_DIRECTORY | O_CLOEXEC)
#elif defined(O_SEARCH)
#define HOLD_DIRECTORY (O_SEARCH | O_DIRECTORY | O_CLOEXEC)
#else
#define HOLD_DIRECTORY (O_RDONLY | O_DIRECTORY | O_CLOEXEC)
#endif

/* An open directory, shared by the places in it. */
struct directory {
    int descriptor; /* owned */
    int synced;     /* another for fsync(), or -1 before the first place_sync(); owned */
    unsigned users; /* places; the last one closes it */
    dev_t device;   /* with `inode`: to find out if a path still leads to it; 0: not known */
    ino_t inode;
    char *given; /* the path by which it was opened; owned; or NULL */
    char *path;  /* absolute, if that is known; owned */
};

struct place {
    struct directory *in;
    const char *name; /* the last component: the end of `path` */
    char path[];      /* in->path and the name */
};

/* ---- paths as text --------------------------------------------------------------------------- */

/* Writes left/right with one slash between them. Returns where `right` begins. */
static const char *join_into(char *path, const char *left, size_t left_length, const char *right)
{
    memcpy(path, left, left_length);
    if (left_length > 0 && left[left_length - 1] != '/')
        path[left_length++] = '/';
    memcpy(path + left_length, right, strlen(right) + 1);
    return path + left_length;
}

/* The same; to be freed. NULL if there is no memory. */
static char *join(const char *left, size_t left_length, const char *right)
{
    char *path = malloc(left_length + strlen(right) + 2);
    if (path)
        (void)join_into(path, left, left_length, right);
    return path;
}

/* Where the last component starts: behind the last slash, or at the front. */
static size_t name_start(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? (size_t)(slash - path) + 1 : 0;
}

static char *link_target(const char *path)
{
    char target[PATH_MAX];
    ssize_t length = readlink(path, target, sizeof target - 1);
    if (length < 0)
        return NULL;
    target[length] = 0;
    return target[0] == '/' ? strdup(target) : join(path, name_start(path), target);
}

/*
 * Follows symbolic links of the last component until it is no link; that name need not exist. Frees
 * `path`. The result is to be freed; NULL on an error.
 */
static char *follow_links(char *path, struct error *error)
{
    for (int links = 0; links <= 40; links++) { /* as many as Linux follows */
        char *target = link_target(path);
        /* EINVAL: not a link. On any other error the open will fail and give the reason. */
        if (!target)
            return path;
        free(path);
        path = target;
    }
    free(path);
    posix_error(error, ELOOP);
    return NULL;
}

/* ---- making and freeing ---------------------------------------------------------------------- */

static int open_directory(const char *path, struct error *error)
{
    int descriptor;
    do
        descriptor = open(path, HOLD_DIRECTORY);
    while (descriptor < 0 && errno == EINTR);
    if (descriptor >= 0)
        return descriptor;
    if (errno == ENOENT)
        error_set(error, "no such directory");
    else
        posix_error_doing(error, errno, "opening its directory");
    return -1;
}

static void release_directory(struct directory *directory)
{
    if (--directory->users > 0)
        return;
    if (directory->synced >= 0)
        close(directory->synced);
    close(directory->descriptor);
    free(directory->path);
    free(directory->given);
    free(directory);
}

/* Takes the descriptor over, also when it fails: NULL, there is no memory. */
static struct directory *hold_directory(int descriptor, const char *path)
{
    struct directory *directory = malloc(sizeof *directory);
    char *copy = strdup(path);
    if (!directory || !copy) {
        close(descriptor);
        free(directory);
        free(copy);
        return NULL;
    }
    *directory =
        (struct directory){.descriptor = descriptor, .synced = -1, .users = 1, .path = copy};
    return directory;
}

/* Takes one use of `directory` over, also when it fails. */
static bool make(struct directory *directory, const char *name, struct place **place,
                 struct error *error)
{
    size_t before = strlen(directory->path), after = strlen(name);
    struct place *made = malloc(sizeof *made + before + after + 2);
    if (!made) {
        release_directory(directory);
        return error_memory(error, sizeof *made + before + after + 2);
    }
    made->in = directory;
    made->name = join_into(made->path, directory->path, before, name);
    *place = made;
    return true;
}

static bool check_name(const char *name, struct error *error)
{
    if (*name && !strchr(name, '/') && strcmp(name, ".") != 0 && strcmp(name, "..") != 0)
        return true;
    char shown[128];
    return error_set(error, "\"%s\" is not the name of a file in a directory",
                     diag_escape(shown, sizeof shown, name));
}

/*
 * An open directory's absolute path, to be freed; NULL if it is not known. realpath() fails if a
 * directory above may not be searched. On Linux /proc has the path of the descriptor all the same.
 */
static char *absolute_path(int descriptor, const char *directory)
{
    char link[64];
    char *absolute = realpath(directory, NULL);
    if (absolute)
        return absolute;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    absolute = link_target(link);
    if (absolute && absolute[0] == '/' && strncmp(absolute, "/proc/self/fd/", 14) != 0)
        return absolute;
    free(absolute);
    return NULL;
}

bool place_in_directory(const char *directory, const char *name, struct place **place,
                        struct error *error)
{
    *place = NULL;
    if (!check_name(name, error))
        return false;
    int descriptor = open_directory(directory, error);
    if (descriptor < 0)
        return false;
    /* The absolute path is only for messages and marks: without it use the path as given. */
    char *absolute = absolute_path(descriptor, directory);
    struct directory *held = hold_directory(descriptor, absolute ? absolute : directory);
    free(absolute);
    return held ? make(held, name, place, error) : error_memory(error, strlen(directory));
}

/* Notes how the directory was opened, for is_in_same(). */
static void note_given(struct directory *held, const char *directory)
{
    struct stat status;
    if (held->given || fstat(held->descriptor, &status) != 0)
        return;
    held->given = strdup(directory);
    held->device = status.st_dev;
    held->inode = status.st_ino;
}

/* Whether the path still leads to the directory of another place. */
static bool is_in_same(const struct place *neighbour, const char *directory)
{
    struct stat status;
    return neighbour && neighbour->in->given && !strcmp(neighbour->in->given, directory) &&
           stat(directory, &status) == 0 && status.st_dev == neighbour->in->device &&
           status.st_ino == neighbour->in->inode;
}

struct place *place_beside(const struct place *neighbour, const char *path)
{
    struct place *place = NULL;
    size_t split = name_start(path);
    const char *given = neighbour ? neighbour->in->given : NULL;
    bool is_there =
        given && (split > 0 ? !strncmp(given, path, split) && !given[split] : !strcmp(given, "."));
    if (is_there)
        (void)place_sibling(neighbour, path + split, &place, NULL);
    return place;
}

/* Does not follow a link in the last component. */
static bool place_as_written(const char *path, const struct place *neighbour, struct place **place,
                             struct error *error)
{
    size_t split = name_start(path);
    char *directory = split > 0 ? join(path, split, "") : strdup(".");
    bool made = !directory ? error_memory(error, split + 2)
                : is_in_same(neighbour, directory)
                    ? place_sibling(neighbour, path + split, place, error)
                    : place_in_directory(directory, path + split, place, error);
    if (made && neighbour)
        note_given((*place)->in, directory);
    free(directory);
    return made;
}

bool place_of(const char *path, struct place **place, struct error *error)
{
    return place_of_opened(path, NULL, NULL, place, error);
}

/* If the name has become a link since the open, the file's journal is still beside the old name. */
bool place_of_opened(const char *path, const struct file *opened, const struct place *neighbour,
                     struct place **place, struct error *error)
{
    *place = NULL;
    if (opened && opened->by_own_name)
        return place_as_written(path, neighbour, place, error);
    char *copy = strdup(path);
    if (!copy)
        return error_memory(error, strlen(path) + 1);
    char *resolved = follow_links(copy, error);
    bool made = resolved && place_as_written(resolved, neighbour, place, error);
    free(resolved);
    return made;
}

bool place_of_name(const char *path, struct place **place, struct error *error)
{
    *place = NULL;
    return place_as_written(path, NULL, place, error);
}

size_t place_name_start(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? (size_t)(slash - path) + 1 : 0;
}

bool place_sibling(const struct place *place, const char *name, struct place **sibling,
                   struct error *error)
{
    *sibling = NULL;
    if (!check_name(name, error))
        return false;
    place->in->users++;
    return make(place->in, name, sibling, error);
}

void place_free(struct place *place)
{
    if (!place)
        return;
    release_directory(place->in);
    free(place);
}

const char *place_name(const struct place *place)
{
    return place->name;
}

const char *place_path(const struct place *place)
{
    return place->path;
}

/* ---- acting on the name ---------------------------------------------------------------------- */

enum file_open_result place_open(const struct place *place, unsigned flags, struct file **file,
                                 struct error *error)
{
    return posix_open_at(place->in->descriptor, place->name, flags, file, error);
}

/* PLACE_LINK: a link to a regular file, or to nothing. A link into /proc is PLACE_OTHER: it stands
 * for an open file, as /dev/stdout does, and the name of that file, if it has one, is elsewhere. */
static enum place_use look_behind_link(const struct place *place)
{
    char target[PATH_MAX];
    struct stat raw;
    ssize_t length = readlinkat(place->in->descriptor, place->name, target, sizeof target - 1);
    target[length > 0 ? length : 0] = 0;
    if (strncmp(target, "/proc/", 6) == 0)
        return PLACE_OTHER;
    bool there = fstatat(place->in->descriptor, place->name, &raw, 0) == 0;
    return there && !S_ISREG(raw.st_mode) ? PLACE_OTHER : PLACE_LINK;
}

enum place_use place_look(const struct place *place, struct file_status *status,
                          struct error *error)
{
    struct stat raw;
    *status = (struct file_status){.kind = FILE_REGULAR};
    if (fstatat(place->in->descriptor, place->name, &raw, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno == ENOENT)
            return PLACE_FREE;
        posix_error(error, errno);
        return PLACE_FAILED;
    }
    status->owner = (uint64_t)raw.st_uid;
    if (S_ISLNK(raw.st_mode))
        return look_behind_link(place);
    if (!S_ISREG(raw.st_mode))
        return PLACE_OTHER;
    status->device = (uint64_t)raw.st_dev;
    status->identity = (uint64_t)raw.st_ino;
    status->links = (uint64_t)raw.st_nlink;
    status->mode = (uint32_t)(raw.st_mode & 07777);
    return PLACE_FILE;
}

bool place_remove(const struct place *place, struct error *error)
{
    return unlinkat(place->in->descriptor, place->name, 0) == 0 ||
           posix_error_doing(error, errno, "removing its name");
}

bool place_is_free_when_removed(void)
{
    return true;
}

bool place_clear(const struct place *place, struct error *error)
{
    if (unlinkat(place->in->descriptor, place->name, 0) == 0)
        return true;
    int code = errno;
    /* unlink() of a directory: EPERM in POSIX, EISDIR on Linux. */
    if ((code == EISDIR || code == EPERM) &&
        unlinkat(place->in->descriptor, place->name, AT_REMOVEDIR) == 0)
        return true;
    if (code == EISDIR && (errno == ENOTEMPTY || errno == EEXIST))
        return error_set(error, "it is a directory that is not empty");
    return posix_error_doing(error, code, "removing its name");
}

bool place_rename(const struct place *from, const struct place *to, struct error *error)
{
    return renameat(from->in->descriptor, from->name, to->in->descriptor, to->name) == 0 ||
           posix_error_doing(error, errno, "renaming");
}

bool place_sync(struct place *place, struct error *error)
{
    /* fsync() does not take a descriptor of O_PATH. Some file systems cannot sync a directory. */
    struct directory *directory = place->in;
    if (directory->synced < 0)
        directory->synced = openat(directory->descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory->synced < 0)
        return posix_error_doing(error, errno, "opening its directory");
    int result;
    do
        result = fsync(directory->synced);
    while (result != 0 && errno == EINTR);
    int code = errno;
    return result == 0 || code == EINVAL || code == ENOTSUP || code == EROFS ||
           posix_error_doing(error, code, "waiting for the disk to have the directory");
}
