/* image.c - images of a crash: taken, put, recovered, judged. */
#define _GNU_SOURCE
#include "image.h"
#include "edit_case.h"
#include "journal/journal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#define MARK_NAME "user.mmtool.journal"

extern char **environ;

/* A harness that cannot do its own work has nothing to say about the program. */
static void must(bool good, const char *doing)
{
    if (good)
        return;
    printf("Bail out! %s: %s\n", doing, strerror(errno));
    exit(1);
}

/* ---- bytes and images ------------------------------------------------------------------------ */

bool bytes_same(const struct bytes *a, const struct bytes *b)
{
    return a->length == b->length && (a->length == 0 || memcmp(a->data, b->data, a->length) == 0);
}

static struct bytes bytes_copy(const struct bytes *bytes)
{
    struct bytes copy = {malloc(bytes->length + 1), bytes->length};
    must(copy.data, "memory");
    if (bytes->length > 0)
        memcpy(copy.data, bytes->data, bytes->length);
    return copy;
}

void image_release(struct image *image)
{
    free(image->file.data);
    free(image->journal.data);
    *image = (struct image){0};
}

bool image_same(const struct image *a, const struct image *b)
{
    return bytes_same(&a->file, &b->file) && a->has_journal == b->has_journal &&
           bytes_same(&a->journal, &b->journal) && a->mark_length == b->mark_length &&
           memcmp(a->mark, b->mark, a->mark_length) == 0;
}

struct image image_copy(const struct image *image)
{
    struct image copy = *image;
    copy.file = bytes_copy(&image->file);
    copy.journal = bytes_copy(&image->journal);
    return copy;
}

struct image image_append(const struct image *image, size_t before, size_t appended)
{
    struct image longer = image_copy(image);
    longer.file.data = realloc(longer.file.data, image->file.length + appended + 1);
    must(longer.file.data, "memory");
    for (size_t i = 0; i < appended; i++)
        longer.file.data[longer.file.length++] = case_appended_byte(before + i);
    return longer;
}

/* ---- scenes ---------------------------------------------------------------------------------- */

static bool can_bear_marks(const char *directory)
{
    char path[SCENE_PATH];
    snprintf(path, sizeof path, "%s/mmtool-mark-XXXXXX", directory);
    int file = mkstemp(path);
    if (file < 0)
        return false;
    bool can = fsetxattr(file, MARK_NAME, "mark", 4, 0) == 0;
    unlink(path);
    close(file);
    return can;
}

const char *scene_root(void)
{
    const char *wanted = getenv("MMTOOL_CRASH_DIR");
    const char *temporary = getenv("TMPDIR");
    const char *const roots[] = {wanted, "/dev/shm", temporary, "/tmp"};
    for (size_t i = 0; i < sizeof roots / sizeof *roots; i++)
        if (roots[i] && can_bear_marks(roots[i]))
            return roots[i];
    return NULL;
}

void scene_make(struct scene *scene, const char *name)
{
    char directory[SCENE_PATH / 2];
    snprintf(directory, sizeof directory, "%s/mmtool-%s-XXXXXX", scene_root(), name);
    must(mkdtemp(directory), "making a directory to work in");
    snprintf(scene->directory, sizeof scene->directory, "%s", directory);
    snprintf(scene->file, sizeof scene->file, "%s/file", directory);
    snprintf(scene->journal, sizeof scene->journal, "%s/.file.mmtool-journal", directory);
}

void scene_remove(const struct scene *scene)
{
    unlink(scene->file);
    unlink(scene->journal);
    rmdir(scene->directory);
}

bool scene_is_clean(const struct scene *scene)
{
    DIR *directory = opendir(scene->directory);
    struct dirent *entry;
    unsigned others = 0;
    must(directory, "looking into the scene");
    while ((entry = readdir(directory)))
        if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..") &&
            strcmp(entry->d_name, "file"))
            others++;
    closedir(directory);
    return others == 0 && getxattr(scene->file, MARK_NAME, NULL, 0) < 0;
}

/* ---- taking ---------------------------------------------------------------------------------- */

static bool read_bytes(const char *path, struct bytes *bytes)
{
    struct stat status;
    *bytes = (struct bytes){0};
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return false;
    must(fstat(file, &status) == 0, "asking for the size");
    bytes->data = malloc((size_t)status.st_size + 1);
    must(bytes->data, "memory");
    ssize_t got = pread(file, bytes->data, (size_t)status.st_size, 0);
    must(got == status.st_size, "reading");
    bytes->length = (size_t)got;
    close(file);
    return true;
}

struct image scene_take(const struct scene *scene)
{
    struct image image = {0};
    must(read_bytes(scene->file, &image.file), scene->file);
    image.has_journal = read_bytes(scene->journal, &image.journal);
    ssize_t length = getxattr(scene->file, MARK_NAME, image.mark, sizeof image.mark);
    image.mark_length = length > 0 ? (size_t)length : 0;
    return image;
}

/* ---- putting --------------------------------------------------------------------------------- */

static void write_bytes(const char *path, const struct bytes *bytes)
{
    unlink(path);
    int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    must(file >= 0, path);
    must(pwrite(file, bytes->data, bytes->length, 0) == (ssize_t)bytes->length, "writing");
    close(file);
}

static void identify(const char *path, struct file_status *status)
{
    struct file *file;
    struct error error = {0};
    must(file_open(path, 0, &file, &error) == FILE_OPENED, path);
    must(file_get_status(file, status, &error), "asking for the status");
    must(file_close(file, &error), "closing");
}

/* Signs the journal's header for the file at `path`, if it is a header. */
static void sign(struct bytes *journal, const char *path)
{
    struct journal_header header;
    struct file_status status;
    if (journal->length < JOURNAL_HEADER || !journal_header_decode(&header, journal->data))
        return;
    identify(path, &status);
    header.identity = status.identity;
    header.birth = status.birth;
    header.device = status.device;
    journal_header_encode(&header, journal->data);
}

static void put_mark(const struct scene *scene, const struct image *image)
{
    unsigned char value[JOURNAL_UUID + SCENE_PATH];
    size_t path_length = strlen(scene->journal);
    if (image->mark_length < JOURNAL_UUID)
        return;
    memcpy(value, image->mark, JOURNAL_UUID);
    memcpy(value + JOURNAL_UUID, scene->journal, path_length);
    must(setxattr(scene->file, MARK_NAME, value, JOURNAL_UUID + path_length, 0) == 0, "marking");
}

void scene_put(const struct scene *scene, const struct image *image)
{
    write_bytes(scene->file, &image->file);
    put_mark(scene, image);
    if (!image->has_journal) {
        unlink(scene->journal);
        return;
    }
    struct bytes journal = bytes_copy(&image->journal);
    sign(&journal, scene->file);
    write_bytes(scene->journal, &journal);
    free(journal.data);
}

/* ---- judging --------------------------------------------------------------------------------- */

int run_command_on(char *const *command, const char *path)
{
    enum { MOST_WORDS = 30 };
    char *words[MOST_WORDS + 2] = {0};
    size_t count = 0;
    int status;
    pid_t child;
    posix_spawn_file_actions_t actions;
    for (; command[count] && count < MOST_WORDS; count++)
        words[count] = command[count];
    words[count] = (char *)(uintptr_t)path; /* posix_spawn() does not change it */
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    must(posix_spawn(&child, words[0], &actions, NULL, words, environ) == 0, words[0]);
    posix_spawn_file_actions_destroy(&actions);
    must(waitpid(child, &status, 0) == child, "waiting");
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool judge_same(const struct judge *judge, const struct bytes *file, const struct bytes *expected)
{
    const struct bytes front = {file->data, expected->length};
    if (file->length != expected->length + judge->appended || !bytes_same(&front, expected))
        return false;
    for (size_t i = 0; i < judge->appended; i++)
        if (file->data[expected->length + i] != case_appended_byte(i))
            return false;
    return true;
}

static enum verdict verdict_of(const struct judge *judge, const struct image *after, int status)
{
    if (status != 0 || after->has_journal || after->mark_length > 0)
        return VERDICT_BAD;
    if (judge_same(judge, &after->file, &judge->old))
        return VERDICT_OLD;
    return judge_same(judge, &after->file, &judge->new) ? VERDICT_NEW : VERDICT_BAD;
}

static size_t first_difference(const struct bytes *a, const struct bytes *b)
{
    size_t i = 0;
    while (i < a->length && i < b->length && a->data[i] == b->data[i])
        i++;
    return i;
}

static void tell(struct judge *judge, const struct image *image, const struct image *after,
                 int status, const char *what)
{
    if (judge->quiet || judge->shown++ >= 5)
        return;
    printf("# bad: %s: recovery's status %d; size %zu became %zu, not as before from %zu on, not "
           "as behind from %zu on; journal %s, mark %s\n",
           what, status, image->file.length, after->file.length,
           first_difference(&after->file, &judge->old), first_difference(&after->file, &judge->new),
           after->has_journal ? "left" : "gone", after->mark_length > 0 ? "left" : "gone");
}

enum verdict judge_image(struct judge *judge, const struct image *image, const char *what)
{
    scene_put(&judge->scene, image);
    int status = run_command_on(judge->command, judge->scene.file);
    struct image after = scene_take(&judge->scene);
    enum verdict verdict = verdict_of(judge, &after, status);
    judge->tally.tried++;
    judge->tally.old += verdict == VERDICT_OLD;
    judge->tally.new += verdict == VERDICT_NEW;
    judge->tally.bad += verdict == VERDICT_BAD;
    if (verdict == VERDICT_BAD)
        tell(judge, image, &after, status, what);
    image_release(&after);
    return verdict;
}

enum verdict judge_appended(struct judge *judge, const struct image *image, size_t appended,
                            const char *what)
{
    char where[200];
    size_t before = judge->appended;
    struct image longer = image_append(image, before, appended);
    judge->appended = before + appended;
    snprintf(where, sizeof where, "%s, then %zu bytes appended", what, appended);
    enum verdict verdict = judge_image(judge, &longer, where);
    judge->appended = before;
    image_release(&longer);
    return verdict;
}
