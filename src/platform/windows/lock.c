/*
 * lock.c - locks and marks.
 *
 * mmtool locks one byte that no file can have, just before the largest offset. Locks on Windows are
 * mandatory: a lock of the file's own bytes would keep all programs from reading them. The lock
 * belongs to the handle, so a kill frees it. It does not conflict with the locks of programs that
 * lock bytes of the file: a read or write of those bytes fails.
 *
 * A mark is a named stream of the file ("FILE:mmtool.journal") on NTFS and ReFS. It moves with the
 * file, can be read through every name of the file, and needs the right to write to the file. FAT,
 * exFAT, Wine and most network file systems have no named streams.
 */
#include "platform/windows/internal.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

/* ---- locks ----------------------------------------------------------------------------------- */

/* The byte that all mmtools lock, and one beside it that mmtool never locks. */
#define LOCK_BYTE (OFFSET_MAX - 1)
#define BESIDE    (OFFSET_MAX - 2)

static uint64_t note_byte(enum lock_note note)
{
    return LOCK_BYTE - (note == LOCK_WANTED ? 2 : 4);
}

static OVERLAPPED byte_at(uint64_t offset)
{
    return (OVERLAPPED){.Offset = (DWORD)offset, .OffsetHigh = (DWORD)(offset >> 32)};
}

static bool lock_byte(struct file *file, uint64_t offset, enum lock_kind kind)
{
    OVERLAPPED place = byte_at(offset);
    DWORD flags = LOCKFILE_FAIL_IMMEDIATELY;
    if (kind == LOCK_EXCLUSIVE)
        flags |= LOCKFILE_EXCLUSIVE_LOCK;
    return LockFileEx(file->handle, flags, 0, 1, 0, &place);
}

static void unlock_byte(struct file *file, uint64_t offset)
{
    OVERLAPPED place = byte_at(offset);
    UnlockFileEx(file->handle, 0, 1, 0, &place);
}

static DWORD lock(struct file *file, enum lock_kind kind)
{
    if (!lock_byte(file, LOCK_BYTE, kind))
        return GetLastError();
    file->locked = true;
    file->lock = kind;
    return ERROR_SUCCESS;
}

static void unlock(struct file *file)
{
    if (file->locked)
        unlock_byte(file, LOCK_BYTE);
    file->locked = false;
}

/* Whether the conflicting lock has more than our byte: it is another program's. */
static bool is_held_by_other(struct file *file)
{
    if (!lock_byte(file, BESIDE, LOCK_SHARED))
        return true;
    unlock_byte(file, BESIDE);
    return false;
}

static enum lock_result lock_taken(struct file *file, enum lock_kind kind, struct error *error)
{
    if (is_held_by_other(file)) {
        error_set(error, "another program has locked the file");
        return LOCK_OTHER;
    }
    error_set(error, "another mmtool is working on the file");
    if (kind == LOCK_SHARED || !lock_byte(file, LOCK_BYTE, LOCK_SHARED))
        return LOCK_BUSY;
    unlock_byte(file, LOCK_BYTE);
    return LOCK_OF_READERS;
}

static enum lock_result lock_failure(struct file *file, enum lock_kind kind, DWORD code,
                                     struct error *error)
{
    if (code == ERROR_LOCK_VIOLATION || code == ERROR_IO_PENDING)
        return lock_taken(file, kind, error);
    if (windows_is_unsupported(code)) {
        error_set(error, "the file system cannot lock the file");
        return LOCK_UNSUPPORTED;
    }
    windows_error_doing(error, code, "locking the file");
    return LOCK_FAILED;
}

/* A second lock through a handle does not replace the first: unlock that before. */
enum lock_result file_lock(struct file *file, enum lock_kind kind, struct error *error)
{
    if (file->section) {
        error_set(error, "shared memory has no locks");
        return LOCK_UNSUPPORTED;
    }
    bool had_one = file->locked;
    enum lock_kind before = file->lock;
    unlock(file);
    DWORD code = lock(file, kind);
    if (code == ERROR_SUCCESS)
        return LOCK_HELD;
    if (had_one)
        (void)lock(file, before);
    return lock_failure(file, kind, code, error);
}

void file_unlock(struct file *file)
{
    file_lock_set_note(file, LOCK_WANTED, false);
    file_lock_set_note(file, LOCK_PASSING, false);
    unlock(file);
}

/* Tries again for LOCK_PASSING: file_lock_has_note() locks the byte for a moment to test it. */
static bool lock_note(struct file *file, enum lock_note note)
{
    enum lock_kind kind = note == LOCK_WANTED ? LOCK_EXCLUSIVE : LOCK_SHARED;
    bool locked = lock_byte(file, note_byte(note), kind);
    for (int tries = 0; !locked && note == LOCK_PASSING && tries < 20; tries++) {
        Sleep(1);
        locked = lock_byte(file, note_byte(note), kind);
    }
    return locked;
}

bool file_lock_set_note(struct file *file, enum lock_note note, bool on)
{
    if (file->told[note] == on)
        return true;
    if (file->section || (on && !lock_note(file, note)))
        return false;
    if (!on)
        unlock_byte(file, note_byte(note));
    file->told[note] = on;
    return true;
}

bool file_lock_has_note(struct file *file, enum lock_note note)
{
    enum lock_kind kind = note == LOCK_WANTED ? LOCK_SHARED : LOCK_EXCLUSIVE;
    if (file->section || file->told[note])
        return false;
    if (!lock_byte(file, note_byte(note), kind)) {
        DWORD code = GetLastError();
        return (code == ERROR_LOCK_VIOLATION || code == ERROR_IO_PENDING) &&
               !is_held_by_other(file);
    }
    unlock_byte(file, note_byte(note));
    return false;
}

enum lock_result file_lock_passing(struct file *file, struct error *error)
{
    enum lock_result result = file_lock(file, LOCK_SHARED, error);
    if (result == LOCK_HELD)
        (void)file_lock_set_note(file, LOCK_PASSING, true);
    return result;
}

/* ---- marks ----------------------------------------------------------------------------------- */

static bool has_streams(struct file *file)
{
    DWORD flags = 0;
    return GetVolumeInformationByHandleW(file->handle, NULL, 0, NULL, NULL, &flags, NULL, 0) &&
           flags & FILE_NAMED_STREAMS;
}

static enum mark_result no_streams(struct error *error)
{
    error_set(error, "the file system has no named streams, which the mark of a file needs");
    return MARK_UNSUPPORTED;
}

/* The stream's full name, to be freed; NULL with an error. */
static wchar_t *stream_path(struct file *file, const char *name, struct error *error)
{
    wchar_t *wide = windows_wide(name, error);
    wchar_t *path = wide ? windows_path_of(file->handle) : NULL;
    size_t size = path ? wcslen(path) + 1 + wcslen(wide) + 1 : 0;
    wchar_t *stream = size > 0 ? calloc(size, sizeof *stream) : NULL;
    if (stream) {
        wcsncat(stream, path, wcslen(path));
        wcsncat(stream, L":", 1);
        wcsncat(stream, wide, wcslen(wide));
    } else if (wide)
        error_set(error, "the file has no path by which its mark could be found");
    free(path);
    free(wide);
    return stream;
}

static enum mark_result mark_failure(DWORD code, const char *doing, const char *name,
                                     struct error *error)
{
    if (code == ERROR_FILE_NOT_FOUND)
        return MARK_NONE;
    windows_error_doing(error, code, "%s the file's mark %s", doing, name);
    return MARK_FAILED;
}

/* Reads a whole stream; fails if it is longer than `*length`. */
static enum mark_result read_stream(HANDLE stream, const char *name, void *value, size_t *length,
                                    struct error *error)
{
    LARGE_INTEGER size;
    DWORD got = 0;
    size_t room = *length;
    *length = 0;
    if (!GetFileSizeEx(stream, &size))
        return mark_failure(GetLastError(), "reading", name, error);
    if (size.QuadPart == 0) /* the process that created it was killed before it wrote */
        return mark_failure(ERROR_FILE_NOT_FOUND, "reading", name, error);
    if (room == 0 || (uint64_t)size.QuadPart > room || room > UINT32_MAX) {
        error_set(error, "the file's mark %s is longer than %zu bytes", name, room);
        return MARK_FAILED;
    }
    if (!ReadFile(stream, value, (DWORD)room, &got, NULL))
        return mark_failure(GetLastError(), "reading", name, error);
    *length = got;
    return MARK_OK;
}

enum mark_result file_get_mark(struct file *file, const char *name, void *value, size_t *length,
                               struct error *error)
{
    size_t room = *length;
    *length = 0;
    if (!has_streams(file))
        return no_streams(error);
    wchar_t *path = stream_path(file, name, error);
    if (!path)
        return MARK_FAILED;
    HANDLE stream = CreateFileW(path, GENERIC_READ, SHARE_ALL, NULL, OPEN_EXISTING, 0, NULL);
    DWORD code = GetLastError();
    free(path);
    if (stream == INVALID_HANDLE_VALUE)
        return mark_failure(code, "reading", name, error);
    *length = room;
    enum mark_result result = read_stream(stream, name, value, length, error);
    CloseHandle(stream);
    return result;
}

enum mark_result file_set_mark(struct file *file, const char *name, const void *value,
                               size_t length, struct error *error)
{
    DWORD put = 0;
    if (!has_streams(file))
        return no_streams(error);
    wchar_t *path = stream_path(file, name, error);
    if (!path)
        return MARK_FAILED;
    /* CREATE_ALWAYS fails for a hidden file, and changes the attributes of others. */
    HANDLE stream = CreateFileW(path, GENERIC_WRITE, SHARE_ALL, NULL, OPEN_ALWAYS, 0, NULL);
    DWORD code = GetLastError();
    free(path);
    if (stream == INVALID_HANDLE_VALUE)
        return mark_failure(code, "setting", name, error);
    /* A partial write is an error: the mark is useless. */
    bool written = length <= UINT32_MAX && WriteFile(stream, value, (DWORD)length, &put, NULL) &&
                   put == length && SetEndOfFile(stream);
    code = written ? ERROR_SUCCESS : GetLastError();
    CloseHandle(stream);
    return written ? MARK_OK : mark_failure(code, "setting", name, error);
}

enum mark_result file_remove_mark(struct file *file, const char *name, struct error *error)
{
    if (!has_streams(file))
        return no_streams(error);
    wchar_t *path = stream_path(file, name, error);
    if (!path)
        return MARK_FAILED;
    bool removed = DeleteFileW(path);
    DWORD code = GetLastError();
    free(path);
    return removed ? MARK_OK : mark_failure(code, "removing", name, error);
}
