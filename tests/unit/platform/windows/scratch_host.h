/* scratch_host.h - directories and names for the tests, on Windows. */
#ifndef MMTOOL_SCRATCH_HOST_H
#define MMTOOL_SCRATCH_HOST_H

#define WIN32_LEAN_AND_MEAN
#define NOMINMAX
#include <windows.h>

#include "unit.h"

static wchar_t scratch_path[MAX_PATH + 40];

/* Makes a new directory below the user's temporary one the current one. */
static inline bool host_enter_scratch(void)
{
    wchar_t root[MAX_PATH + 1], name[MAX_PATH];
    if (!GetTempPathW(MAX_PATH + 1, root) || !GetTempFileNameW(root, L"mmt", 0, name))
        return false;
    DeleteFileW(name);
    lstrcpyW(scratch_path, name);
    return CreateDirectoryW(scratch_path, NULL) && SetCurrentDirectoryW(scratch_path);
}

static inline void host_remove(const char *name)
{
    if (!DeleteFileA(name))
        RemoveDirectoryA(name);
}

static inline void host_leave_scratch(void)
{
    WIN32_FIND_DATAW found;
    HANDLE search = FindFirstFileW(L"*", &found);
    bool more = search != INVALID_HANDLE_VALUE;
    while (more) {
        if (!DeleteFileW(found.cFileName) && found.cFileName[0] != L'.')
            RemoveDirectoryW(found.cFileName);
        more = FindNextFileW(search, &found);
    }
    if (search != INVALID_HANDLE_VALUE)
        FindClose(search);
    if (SetCurrentDirectoryW(L"\\"))
        RemoveDirectoryW(scratch_path);
}

/* What the file system here can do: FILE_SUPPORTS_SPARSE_FILES and the like. */
static inline DWORD host_file_system(void)
{
    DWORD flags = 0;
    wchar_t volume[MAX_PATH + 1];
    if (!GetVolumePathNameW(scratch_path, volume, MAX_PATH + 1) ||
        !GetVolumeInformationW(volume, NULL, 0, NULL, NULL, &flags, NULL, 0))
        return 0;
    return flags;
}

/* Whether a file can be cut while somebody has a view of it. */
static inline bool host_cuts_viewed_files(void)
{
    return false;
}

static inline bool host_tells_holes(const char *name)
{
    (void)name;
    return host_file_system() & FILE_SUPPORTS_SPARSE_FILES;
}

static inline bool host_has_marks(const char *name)
{
    (void)name;
    return host_file_system() & FILE_NAMED_STREAMS;
}

static inline bool host_heeds_advice(void)
{
    return true;
}

static inline bool host_is_wine(void)
{
    return GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "wine_get_version") != NULL;
}

/*
 * Runs this program once more, with one argument, and answers how that ended;
 * UINT32_MAX if it could not be started. It has a console of its own, so that
 * Ctrl-C there is not ours.
 */
static inline DWORD host_run_again(const wchar_t *argument)
{
    wchar_t program[MAX_PATH + 1], line[2 * MAX_PATH];
    STARTUPINFOW start = {.cb = sizeof start};
    PROCESS_INFORMATION process;
    DWORD status = UINT32_MAX;
    fflush(stdout);
    GetModuleFileNameW(NULL, program, MAX_PATH + 1);
    lstrcpyW(line, L"again ");
    lstrcatW(line, argument);
    if (!CreateProcessW(program, line, NULL, NULL, TRUE, CREATE_NO_WINDOW, NULL, NULL, &start,
                        &process))
        return status;
    WaitForSingleObject(process.hProcess, INFINITE);
    GetExitCodeProcess(process.hProcess, &status);
    CloseHandle(process.hProcess);
    CloseHandle(process.hThread);
    return status;
}

#endif
