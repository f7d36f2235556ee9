/* test_windows_files.c - names, sharing, locks and places as Windows has them. */
#include "platform/windows/internal.h"

#include "scratch_files.h"

/* ---- names and opens ------------------------------------------------------------------------- */

static enum file_open_result try_open(const char *name, unsigned flags, struct error *error)
{
    struct file *file;
    enum file_open_result result = file_open(name, flags, &file, error);
    CHECK((result == FILE_OPENED) == (file != NULL));
    if (file)
        scratch_close(file);
    return result;
}

static void test_open_results(void)
{
    const unsigned make = FILE_OPEN_WRITE | FILE_OPEN_CREATE;
    struct error error = {0};
    CHECK(try_open("no", 0, &error) == FILE_MISSING);
    CHECK(strcmp(error.message, "no such file") == 0);
    CHECK(try_open("no/file", 0, &error) == FILE_FAILED);
    CHECK(strcmp(error.message, "no such directory") == 0);
    CHECK(try_open("no/file", make, &error) == FILE_FAILED);
    CHECK(try_open("", 0, &error) == FILE_FAILED);
    CHECK(try_open("\xff", 0, &error) == FILE_FAILED && strstr(error.message, "UTF-8"));
    CHECK(try_open("a<b", make, &error) == FILE_FAILED);
    char long_name[301] = "";
    memset(long_name, 'x', 300);
    CHECK(try_open(long_name, 0, &error) == FILE_FAILED && strstr(error.message, "too long"));
    CHECK(try_open("new", make, &error) == FILE_OPENED);
    CHECK(try_open("new/file", 0, &error) == FILE_FAILED);
    CHECK(strcmp(error.message, "a part of the path is not a directory") == 0);
    CHECK(try_open("new", make | FILE_OPEN_EXCLUSIVE, &error) == FILE_EXISTS);
    CHECK(try_open("private", make | FILE_OPEN_PRIVATE, &error) == FILE_OPENED);
    CHECK(try_open("new", FILE_OPEN_REGULAR, &error) == FILE_OPENED);
    CHECK(try_open(".", FILE_OPEN_WRITE, &error) == FILE_FAILED);
    CHECK_SAY(strcmp(error.message, "it is a directory") == 0, "%s", error.message);
    CHECK(SetFileAttributesW(L"new", FILE_ATTRIBUTE_READONLY));
    /* Wine lets root write it. */
    CHECK(try_open("new", FILE_OPEN_WRITE, &error) == FILE_NOT_ALLOWED || host_is_wine());
    CHECK(SetFileAttributesW(L"new", FILE_ATTRIBUTE_NORMAL));
}

static void test_sharing(void)
{
    struct error error = {0};
    struct file *file = scratch_file("file");
    CHECK(file_write(file, 0, "kept", 4, &error));
    CHECK(MoveFileW(L"file", L"renamed") && CopyFileW(L"renamed", L"copy", TRUE));
    CHECK(file_is(file, (const unsigned char *)"kept", 4));
    CHECK(DeleteFileW(L"renamed"));
    CHECK(file_write(file, 4, "!", 1, &error));
    scratch_close(file);
    HANDLE jealous = CreateFileW(L"copy", GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    CHECK(jealous != INVALID_HANDLE_VALUE);
    CHECK(try_open("copy", 0, &error) == FILE_BUSY);
    CloseHandle(jealous);
    CHECK(try_open("copy", 0, &error) == FILE_OPENED);
}

/* "ä€😀" in both encodings. */
#define LETTERS      "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"
#define WIDE_LETTERS L"\x00e4\x20ac\xd83d\xde00"

static void test_letters(void)
{
    struct file *file = scratch_file(LETTERS);
    CHECK(GetFileAttributesW(WIDE_LETTERS) != INVALID_FILE_ATTRIBUTES);
    scratch_close(file);
    CHECK(DeleteFileW(WIDE_LETTERS));
}

/* Eight directories below each other, of 50 letters each, and a file: more than MAX_PATH. */
static void test_long_paths(void)
{
    enum { DEPTH = 8, NAME = 50 };
    char path[DEPTH * (NAME + 1) + 5] = "";
    wchar_t wide[MAX_PATH + DEPTH * (NAME + 1) + 20];
    wchar_t ends[DEPTH];
    struct error error;
    CHECK(GetFullPathNameW(L".", MAX_PATH, wide + 4, NULL) > 0);
    memcpy(wide, L"\\\\?\\", 4 * sizeof *wide);
    int length = lstrlenW(wide);
    for (int depth = 0; depth < DEPTH; depth++) {
        memset(path + depth * (NAME + 1), 'a' + depth, NAME);
        strcat(path, "\\");
        ends[depth] = (wchar_t)length;
        wide[length++] = L'\\';
        for (int i = 0; i < NAME; i++)
            wide[length++] = (wchar_t)(L'a' + depth);
        wide[length] = 0;
        CHECK(CreateDirectoryW(wide, NULL));
    }
    strcat(path, "file");
    struct file *file = scratch_file(path);
    struct place *place = NULL, *sibling = NULL, *other = NULL;
    CHECK(file_write(file, 0, "deep", 4, &error));
    scratch_close(file);
    CHECK(place_of(path, &place, &error) && place_sibling(place, "journal", &sibling, &error));
    CHECK(strcmp(place_name(place), "file") == 0 && !strstr(place_path(place), "\\\\?\\"));
    CHECK(place_rename(place, sibling, &error) && place_remove(sibling, &error));
    CHECK(!place_of("no\\such\\place", &other, &error));
    place_free(sibling);
    place_free(place);
    for (int depth = DEPTH - 1; depth >= 0; depth--) {
        CHECK(RemoveDirectoryW(wide));
        wide[ends[depth]] = 0;
    }
}

static void test_status(void)
{
    struct file_status status, again;
    struct error error;
    struct file *file = scratch_file("file");
    CHECK(file_get_status(file, &status, &error));
    CHECK(status.kind == FILE_REGULAR && status.size == 0);
    platform_sleep(0.05);
    CHECK(file_write(file, 0, "12345", 5, &error));
    CHECK(CreateHardLinkW(L"second", L"file", NULL) && MoveFileW(L"file", L"third"));
    CHECK(file_get_status(file, &again, &error));
    CHECK(again.size == 5 && again.links == 2 && again.block_size >= 512);
    CHECK(again.identity == status.identity && again.birth == status.birth);
    scratch_close(file);
    file = scratch_open(".", 0);
    CHECK(file_get_status(file, &status, &error) && status.kind == FILE_DIRECTORY);
    scratch_close(file);
    file = scratch_open("NUL", 0);
    CHECK(file_get_status(file, &status, &error) && status.kind == FILE_STREAM);
    scratch_close(file);
}

static void test_flush_of_reader(void)
{
    struct error error = {0};
    scratch_close(scratch_file("file"));
    struct file *reader = scratch_open("file", 0);
    CHECK_SAY(file_sync(reader, &error), "%s", error.message);
    scratch_close(reader);
}

static void test_owner(void)
{
    struct error error = {0};
    struct file_status status;
    unsigned char sid[SECURITY_MAX_SID_SIZE];
    DWORD size = sizeof sid;
    struct file *file = scratch_file("mine");
    CHECK(platform_user() != UINT64_MAX && file_get_status(file, &status, &error));
    /* What an administrator makes may belong to all of them. */
    CHECK(status.owner == platform_user() || status.owner == 0);
    scratch_close(file);
    CHECK(CreateWellKnownSid(WinLocalSystemSid, NULL, sid, &size) && windows_user_number(sid) == 0);
    size = sizeof sid;
    CHECK(CreateWellKnownSid(WinWorldSid, NULL, sid, &size) && windows_user_number(sid) > 0 &&
          windows_user_number(sid) != platform_user());
}

static void test_path_of_place(void)
{
    struct error error = {0};
    struct place *place = NULL, *again = NULL;
    CHECK(place_of("name", &place, &error));
    size_t start = place_name_start(place_path(place));
    char directory[2 * MAX_PATH];
    CHECK(start > 3 && strcmp(place_path(place) + start, "name") == 0 && start < sizeof directory);
    memcpy(directory, place_path(place), start);
    directory[start] = 0;
    CHECK(place_in_directory(directory, "name", &again, &error));
    CHECK(strcmp(place_path(again), place_path(place)) == 0);
    CHECK(place_name_start("C:\\name") == 3 && place_name_start("C:/d/name") == 5);
    CHECK(place_name_start("") == 0);
    place_free(place);
    place_free(again);
}

static void test_copy_attributes(void)
{
    struct file_uncarried uncarried;
    struct error error = {0};
    struct file *original = scratch_file("original"), *copy = scratch_file("copy");
    CHECK(SetFileAttributesW(L"original", FILE_ATTRIBUTE_HIDDEN));
    CHECK_SAY(file_copy_attributes(original, copy, &uncarried, &error), "%s", error.message);
    file_set_owner(copy, 0, 0);
    bool hidden = GetFileAttributesW(L"original") & FILE_ATTRIBUTE_HIDDEN;
    CHECK(hidden == ((GetFileAttributesW(L"copy") & FILE_ATTRIBUTE_HIDDEN) != 0));
    scratch_close(original);
    scratch_close(copy);
}

/* ---- locks ----------------------------------------------------------------------------------- */

static void test_locks_leave_bytes(void)
{
    struct error error = {0};
    struct file *editor = scratch_file("file"), *other = scratch_open("file", FILE_OPEN_WRITE);
    CHECK(file_lock(editor, LOCK_EXCLUSIVE, &error) == LOCK_HELD);
    CHECK(file_write(other, 0, "bytes", 5, &error));
    CHECK(file_is(other, (const unsigned char *)"bytes", 5));
    CHECK(file_lock(other, LOCK_SHARED, &error) == LOCK_BUSY);
    scratch_close(editor);
    OVERLAPPED start = {0};
    HANDLE program =
        CreateFileW(L"file", GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                    NULL, OPEN_EXISTING, 0, NULL);
    CHECK(LockFileEx(program, LOCKFILE_EXCLUSIVE_LOCK, 0, UINT32_MAX, 0x7fffffff, &start));
    CHECK(file_lock(other, LOCK_SHARED, &error) == LOCK_OTHER);
    CloseHandle(program);
    CHECK(file_lock(other, LOCK_SHARED, &error) == LOCK_HELD);
    scratch_close(other);
}

static int lock_and_be_killed(void)
{
    struct error error;
    struct file *file = scratch_open("locked", FILE_OPEN_WRITE);
    if (file_lock(file, LOCK_EXCLUSIVE, &error) == LOCK_HELD)
        TerminateProcess(GetCurrentProcess(), 9);
    return 1;
}

static void test_lock_of_the_killed(void)
{
    struct error error;
    struct file *file = scratch_file("locked");
    CHECK(host_run_again(L"lock") == 9);
    CHECK(file_lock(file, LOCK_EXCLUSIVE, &error) == LOCK_HELD);
    scratch_close(file);
}

/* ---- places ---------------------------------------------------------------------------------- */

static bool is_there(const wchar_t *name)
{
    return GetFileAttributesW(name) != INVALID_FILE_ATTRIBUTES;
}

static void make_file(const struct place *where)
{
    struct error error;
    struct file *file;
    unsigned flags = FILE_OPEN_WRITE | FILE_OPEN_CREATE | FILE_OPEN_EXCLUSIVE;
    CHECK(place_open(where, flags, &file, &error) == FILE_OPENED);
    scratch_close(file);
}

static void test_places(void)
{
    struct error error = {0};
    struct place *file = NULL, *sibling = NULL, *other = NULL;
    CHECK(CreateDirectoryW(L"before", NULL));
    CHECK_SAY(place_of("before/file", &file, &error), "%s", error.message);
    make_file(file);
    CHECK(!MoveFileW(L"before", L"after")); /* it is held */
    CHECK(place_sibling(file, ".file.journal", &sibling, &error));
    CHECK(strcmp(place_name(sibling), ".file.journal") == 0);
    CHECK(strstr(place_path(sibling), "before\\.file.journal"));
    make_file(sibling);
    CHECK(is_there(L"before\\.file.journal"));
    CHECK(place_in_directory(".", "moved", &other, &error));
    CHECK(place_rename(sibling, file, &error) && place_rename(file, other, &error));
    CHECK(is_there(L"moved") && !is_there(L"before\\file"));
    CHECK(!place_rename(file, other, &error));
    CHECK_SAY(place_sync(other, &error), "%s", error.message);
    CHECK(place_remove(other, &error) && !is_there(L"moved"));
    CHECK(!place_remove(other, &error));
    place_free(other);
    place_free(sibling);
    place_free(file);
    CHECK(MoveFileW(L"before", L"after"));
}

static enum place_use look(const char *path, struct file_status *status)
{
    struct error error = {0};
    struct place *found;
    CHECK_SAY(place_of_name(path, &found, &error), "%s", error.message);
    enum place_use use = place_look(found, status, &error);
    place_free(found);
    return use;
}

static void test_what_has_a_name(void)
{
    struct file_status status, opened;
    struct error error = {0};
    struct file *file = scratch_file("regular");
    CHECK(CreateDirectoryW(L"directory", NULL));
    CHECK(file_get_status(file, &opened, &error) && file_set_mode(file, 0400, &error));
    CHECK(look("regular", &status) == PLACE_FILE && status.identity == opened.identity);
    CHECK(status.links == 1 && status.device == opened.device);
    CHECK(look("directory", &status) == PLACE_OTHER && look("nothing", &status) == PLACE_FREE);
    scratch_close(file);
}

static bool clear(const char *path)
{
    struct error error = {0};
    struct place *found;
    CHECK_SAY(place_of_name(path, &found, &error), "%s", error.message);
    bool cleared = place_clear(found, &error);
    place_free(found);
    return cleared;
}

static void test_clear(void)
{
    scratch_close(scratch_file("clear-file"));
    CHECK(CreateDirectoryW(L"clear-empty", NULL) && CreateDirectoryW(L"clear-full", NULL));
    scratch_close(scratch_file("clear-full/file"));
    CHECK(clear("clear-file") && !is_there(L"clear-file"));
    CHECK(clear("clear-empty") && !is_there(L"clear-empty"));
    CHECK(!clear("clear-full") && is_there(L"clear-full/file"));
    CHECK(!clear("clear-nothing"));
}

static void test_rename_over_open(void)
{
    struct error error = {0};
    struct place *from = NULL, *to = NULL;
    struct file *old = scratch_file("old"), *new = scratch_file("new");
    CHECK(file_write(new, 0, "new", 3, &error) && file_write(old, 0, "older", 5, &error));
    CHECK(place_of("new", &from, &error) && place_of("old", &to, &error));
    bool renamed = place_rename(from, to, &error);
    CHECK_SAY(renamed || host_is_wine(), "%s", error.message);
    CHECK(file_is(old, (const unsigned char *)"older", 5));
    scratch_close(old);
    scratch_close(new);
    CHECK(renamed || place_rename(from, to, &error));
    old = scratch_open("old", 0);
    CHECK(file_is(old, (const unsigned char *)"new", 3));
    scratch_close(old);
    place_free(from);
    place_free(to);
    if (!renamed)
        SKIP("Wine renames over closed files only");
}

static void test_place_refusals(void)
{
    struct place *found;
    struct error error = {0};
    CHECK(!place_of("no/such/file", &found, &error) && !found);
    CHECK(strcmp(error.message, "no such directory") == 0);
    CHECK(!place_of("..", &found, &error) && !place_of("\\", &found, &error));
    CHECK(!place_of("C:", &found, &error) && !place_of("", &found, &error));
    CHECK(!place_in_directory(".", "a\\b", &found, &error));
    CHECK(!place_in_directory(".", "file:stream", &found, &error));
    CHECK(!place_in_directory(".", "", &found, &error));
}

static const struct unit_case cases[] = {
    {"an open says what kept it", test_open_results},
    {"an open file is shared with everybody", test_sharing},
    {"names may have any letters", test_letters},
    {"paths may be long", test_long_paths},
    {"status tells kind, size, links and a lasting identity", test_status},
    {"a file that is only read can be flushed", test_flush_of_reader},
    {"attributes are carried over", test_copy_attributes},
    {"a file's owner is told from others", test_owner},
    {"a place's path leads to it again", test_path_of_place},
    {"locks keep nobody from the bytes, and know others' locks", test_locks_leave_bytes},
    {"a kill frees the lock", test_lock_of_the_killed},
    {"a place holds its directory", test_places},
    {"what has a name is told without opening it", test_what_has_a_name},
    {"a name is cleared, but not of a directory that holds something", test_clear},
    {"a rename replaces a file that is open", test_rename_over_open},
    {"a place that cannot be is refused", test_place_refusals},
};

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "lock") == 0)
        return lock_and_be_killed();
    scratch_enter();
    int result = unit_main(cases, sizeof cases / sizeof *cases);
    scratch_leave();
    return result;
}
