/*
 * place.c - a directory and a name in it.
 *
 * Windows cannot open a file relative to a directory handle. But a directory cannot be renamed
 * while a handle without FILE_SHARE_DELETE is open. So a place keeps such a handle and uses full
 * paths.
 */
#include "platform/windows/internal.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

struct place {
    HANDLE directory; /* open, so that the directory cannot be renamed; owned */
    char *name;       /* the last component */
    char *path;       /* absolute, as users write it */
    wchar_t *wide;    /* the same, as system calls take it */
};

/* ---- paths as text --------------------------------------------------------------------------- */

static bool is_separator(wchar_t character)
{
    return character == L'\\' || character == L'/';
}

/* Where the last component starts: behind the last separator or drive, or at the front. */
static size_t name_start(const wchar_t *path)
{
    size_t start = 0;
    for (size_t i = 0; path[i]; i++)
        if (is_separator(path[i]) || (i == 1 && path[i] == L':'))
            start = i + 1;
    return start;
}

static bool check_name(const wchar_t *name, struct error *error)
{
    if (*name && !wcspbrk(name, L"/\\:") && wcscmp(name, L".") != 0 && wcscmp(name, L"..") != 0)
        return true;
    char shown[128];
    char *text = windows_utf8(name);
    error_set(error, "\"%s\" is not the name of a file in a directory",
              diag_escape(shown, sizeof shown, text ? text : ""));
    free(text);
    return false;
}

/* ---- making and freeing ---------------------------------------------------------------------- */

/* Without FILE_SHARE_DELETE. */
static HANDLE open_directory(const wchar_t *path, DWORD rights)
{
    return CreateFileW(path, rights, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING,
                       FILE_FLAG_BACKUP_SEMANTICS, NULL);
}

/*
 * Windows checks sharing only for a handle with a right such as FILE_TRAVERSE. Users may lack that
 * right and still use the directory: then the handle does not keep it from being renamed.
 */
static HANDLE hold_directory(const wchar_t *path, struct error *error)
{
    HANDLE handle = open_directory(path, FILE_READ_ATTRIBUTES | FILE_TRAVERSE);
    DWORD code = GetLastError();
    if (handle == INVALID_HANDLE_VALUE && code == ERROR_ACCESS_DENIED) {
        handle = open_directory(path, FILE_READ_ATTRIBUTES);
        code = GetLastError();
    }
    FILE_BASIC_INFO basic = {0};
    if (handle == INVALID_HANDLE_VALUE) {
        if (code == ERROR_FILE_NOT_FOUND || code == ERROR_PATH_NOT_FOUND)
            error_set(error, "no such directory");
        else
            windows_error_doing(error, code, "opening its directory");
        return INVALID_HANDLE_VALUE;
    }
    GetFileInformationByHandleEx(handle, FileBasicInfo, &basic, sizeof basic);
    if (basic.FileAttributes & FILE_ATTRIBUTE_DIRECTORY)
        return handle;
    CloseHandle(handle);
    error_set(error, "a part of the path is not a directory");
    return INVALID_HANDLE_VALUE;
}

/* Frees `path`, which is absolute. NULL: there was no memory for it. */
static bool make_paths(struct place *place, wchar_t *path, const wchar_t *name, struct error *error)
{
    if (path) {
        place->name = windows_utf8(name);
        place->wide = windows_long_path(path, error);
        place->path = windows_utf8(windows_without_prefix(path));
    }
    free(path);
    return (place->name && place->wide && place->path) || error_memory(error, sizeof *place);
}

/* The place owns `directory`, which is closed on failure. */
static bool make(HANDLE directory, const wchar_t *directory_path, const wchar_t *name,
                 struct place **place, struct error *error)
{
    struct place *made = calloc(1, sizeof *made);
    if (!made) {
        CloseHandle(directory);
        return error_memory(error, sizeof *made);
    }
    made->directory = directory;
    if (make_paths(made, windows_join(directory_path, name), name, error)) {
        *place = made;
        return true;
    }
    place_free(made);
    return false;
}

static bool make_in(const wchar_t *directory, const wchar_t *name, struct place **place,
                    struct error *error)
{
    if (!check_name(name, error))
        return false;
    wchar_t *path = windows_long_path(directory, error);
    if (!path)
        return false;
    HANDLE handle = hold_directory(path, error);
    wchar_t *absolute = handle == INVALID_HANDLE_VALUE ? NULL : windows_path_of(handle);
    bool made = handle != INVALID_HANDLE_VALUE &&
                make(handle, absolute ? absolute : path, name, place, error);
    free(absolute);
    free(path);
    return made;
}

bool place_in_directory(const char *directory, const char *name, struct place **place,
                        struct error *error)
{
    *place = NULL;
    wchar_t *wide_directory = windows_wide(*directory ? directory : ".", error);
    wchar_t *wide_name = wide_directory ? windows_wide(name, error) : NULL;
    bool made = wide_name && make_in(wide_directory, wide_name, place, error);
    free(wide_directory);
    free(wide_name);
    return made;
}

/*
 * Resolves links, short names (8.3) and names with final dots, so that the journal is found by any
 * name of the file. A copy of `path` if there is no such file. To be freed.
 */
static wchar_t *follow_links(const wchar_t *path, struct error *error)
{
    DWORD attributes = GetFileAttributesW(path);
    if (attributes == INVALID_FILE_ATTRIBUTES)
        return windows_long_path(path, error);
    HANDLE handle = CreateFileW(path, FILE_READ_ATTRIBUTES, SHARE_ALL, NULL, OPEN_EXISTING,
                                FILE_FLAG_BACKUP_SEMANTICS, NULL);
    if (handle == INVALID_HANDLE_VALUE) {
        DWORD code = GetLastError();
        if (!(attributes & FILE_ATTRIBUTE_REPARSE_POINT))
            return windows_long_path(path, error);
        windows_error(error, code);
        return NULL;
    }
    wchar_t *target = windows_path_of(handle);
    CloseHandle(handle);
    return target ? target : windows_long_path(path, error);
}

/* Splits `path` in place. */
static bool make_of(wchar_t *path, struct place **place, struct error *error)
{
    size_t split = name_start(path);
    wchar_t *name = wcsdup(path + split);
    if (!name)
        return error_memory(error, wcslen(path) * sizeof *path);
    path[split] = 0;
    bool made = make_in(split > 0 ? path : L".", name, place, error);
    free(name);
    return made;
}

bool place_of(const char *path, struct place **place, struct error *error)
{
    *place = NULL;
    wchar_t *wide = windows_path(path, error);
    wchar_t *resolved = NULL;
    /* Check before resolving: ".." would become the name of a directory. */
    if (wide && check_name(wide + name_start(wide), error))
        resolved = follow_links(wide, error);
    bool made = resolved && make_of(resolved, place, error);
    free(resolved);
    free(wide);
    return made;
}

bool place_of_opened(const char *path, const struct file *opened, const struct place *neighbour,
                     struct place **place, struct error *error)
{
    (void)opened, (void)neighbour;
    return place_of(path, place, error);
}

bool place_of_name(const char *path, struct place **place, struct error *error)
{
    *place = NULL;
    wchar_t *wide = windows_path(path, error);
    bool made = wide && check_name(wide + name_start(wide), error) && make_of(wide, place, error);
    free(wide);
    return made;
}

size_t place_name_start(const char *path)
{
    size_t start = 0;
    for (size_t i = 0; path[i]; i++)
        if (path[i] == '\\' || path[i] == '/')
            start = i + 1;
    return start;
}

bool place_sibling(const struct place *place, const char *name, struct place **sibling,
                   struct error *error)
{
    *sibling = NULL;
    wchar_t *wide = windows_wide(name, error);
    wchar_t *directory = wide ? wcsdup(place->wide) : NULL;
    if (wide && !directory)
        error_memory(error, wcslen(place->wide) * sizeof *wide);
    if (directory)
        directory[name_start(directory)] = 0;
    bool made = directory && make_in(directory, wide, sibling, error);
    free(directory);
    free(wide);
    return made;
}

void place_free(struct place *place)
{
    if (!place)
        return;
    CloseHandle(place->directory);
    free(place->name);
    free(place->path);
    free(place->wide);
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
    return windows_open(place->wide, flags, file, error);
}

static enum place_use look_failure(DWORD code, struct error *error)
{
    if (code == ERROR_FILE_NOT_FOUND || code == ERROR_PATH_NOT_FOUND)
        return PLACE_FREE;
    windows_error(error, code);
    return PLACE_FAILED;
}

/* The kind of file of a handle that was opened to read attributes. */
static enum place_use look_at(HANDLE handle, struct file_status *status, struct error *error)
{
    FILE_BASIC_INFO basic = {0};
    struct file file = {.handle = handle};
    GetFileInformationByHandleEx(handle, FileBasicInfo, &basic, sizeof basic);
    if (basic.FileAttributes & FILE_ATTRIBUTE_REPARSE_POINT)
        return basic.FileAttributes & FILE_ATTRIBUTE_DIRECTORY ? PLACE_OTHER : PLACE_LINK;
    if (!file_get_status(&file, status, error))
        return PLACE_FAILED;
    return status->kind == FILE_REGULAR ? PLACE_FILE : PLACE_OTHER;
}

enum place_use place_look(const struct place *place, struct file_status *status,
                          struct error *error)
{
    const DWORD options = FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT;
    *status = (struct file_status){.kind = FILE_REGULAR};
    HANDLE handle = CreateFileW(place->wide, FILE_READ_ATTRIBUTES | READ_CONTROL, SHARE_ALL, NULL,
                                OPEN_EXISTING, options, NULL);
    if (handle == INVALID_HANDLE_VALUE)
        return look_failure(GetLastError(), error);
    enum place_use use = look_at(handle, status, error);
    CloseHandle(handle);
    return use;
}

bool place_remove(const struct place *place, struct error *error)
{
    return DeleteFileW(place->wide) ||
           windows_error_doing(error, GetLastError(), "removing its name");
}

bool place_is_free_when_removed(void)
{
    return false;
}

bool place_clear(const struct place *place, struct error *error)
{
    if (DeleteFileW(place->wide))
        return true;
    DWORD code = GetLastError();
    /* DeleteFileW() denies access to a directory. */
    if (RemoveDirectoryW(place->wide))
        return true;
    if (GetLastError() == ERROR_DIR_NOT_EMPTY)
        return error_set(error, "it is a directory that is not empty");
    return windows_error_doing(error, code, "removing its name");
}

/*
 * FILE_RENAME_INFO for FileRenameInfoEx, which not all headers declare. Renames as POSIX rename()
 * does, also over a file that other programs have open.
 */
enum { RENAME_EX = 22, REPLACE = 1, AS_POSIX = 2 };
struct rename_request {
    DWORD flags;
    HANDLE directory;
    DWORD length; /* bytes, without a final 0 */
    wchar_t name[];
};
static_assert(offsetof(struct rename_request, length) == offsetof(FILE_RENAME_INFO, FileNameLength),
              "the layout is Windows' own");

static struct rename_request *rename_request(const wchar_t *to, DWORD *size)
{
    struct rename_request *request;
    size_t length = wcslen(to) * sizeof *to;
    size_t total = sizeof *request + length + sizeof *to;
    if (total > UINT32_MAX || !(request = calloc(1, total)))
        return NULL;
    request->flags = REPLACE | AS_POSIX;
    request->length = (DWORD)length;
    memcpy(request->name, to, length);
    *size = (DWORD)total;
    return request;
}

static bool rename_as_posix(const wchar_t *from, const wchar_t *to)
{
    DWORD size = 0;
    struct rename_request *request = rename_request(to, &size);
    HANDLE handle = CreateFileW(from, DELETE | SYNCHRONIZE, SHARE_ALL, NULL, OPEN_EXISTING,
                                FILE_FLAG_OPEN_REPARSE_POINT | FILE_FLAG_BACKUP_SEMANTICS, NULL);
    bool renamed =
        request && handle != INVALID_HANDLE_VALUE &&
        SetFileInformationByHandle(handle, (FILE_INFO_BY_HANDLE_CLASS)RENAME_EX, request, size);
    if (handle != INVALID_HANDLE_VALUE)
        CloseHandle(handle);
    free(request);
    return renamed;
}

/* FAT, file servers and Windows before version 1709 support only the second call. */
bool place_rename(const struct place *from, const struct place *to, struct error *error)
{
    if (rename_as_posix(from->wide, to->wide) ||
        MoveFileExW(from->wide, to->wide, MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH))
        return true;
    DWORD code = GetLastError();
    if (code == ERROR_ACCESS_DENIED && GetFileAttributesW(to->wide) != INVALID_FILE_ATTRIBUTES)
        return error_set(error, "permission denied, or the file is open, and this system replaces "
                                "only files that nobody has open");
    return windows_error_doing(error, code, "renaming");
}

/* On NTFS this writes out the file system's own journal. Other file systems cannot do it. */
bool place_sync(struct place *place, struct error *error)
{
    HANDLE handle = ReOpenFile(place->directory, GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE,
                               FILE_FLAG_BACKUP_SEMANTICS);
    if (handle == INVALID_HANDLE_VALUE)
        return true;
    DWORD code = FlushFileBuffers(handle) ? ERROR_SUCCESS : GetLastError();
    CloseHandle(handle);
    return code == ERROR_SUCCESS || code == ERROR_ACCESS_DENIED || code == ERROR_INVALID_HANDLE ||
           windows_is_unsupported(code) ||
           windows_error_doing(error, code, "waiting for the disk to have the directory");
}
