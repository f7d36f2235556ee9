/* process.c - the machine, threads, Ctrl-C, arguments. */
#include "platform/windows/internal.h"

#include <fcntl.h>
#include <io.h>
#include <ntsecapi.h>
#include <process.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- the machine ----------------------------------------------------------------------------- */

size_t platform_page_size(void)
{
    SYSTEM_INFO system;
    GetSystemInfo(&system);
    return system.dwPageSize;
}

size_t platform_granularity(void)
{
    SYSTEM_INFO system;
    GetSystemInfo(&system);
    return system.dwAllocationGranularity;
}

const char *platform_name(void)
{
    return "Windows";
}

/* The mask is empty if the process has processors of several groups: then counts all. */
unsigned platform_processors(void)
{
    DWORD_PTR allowed = 0, all = 0;
    unsigned count = 0;
    if (GetProcessAffinityMask(GetCurrentProcess(), &allowed, &all))
        for (; allowed; allowed &= allowed - 1)
            count++;
    if (count == 0)
        count = GetActiveProcessorCount(ALL_PROCESSOR_GROUPS);
    return count > 0 ? count : 1;
}

uint64_t platform_memory(void)
{
    MEMORYSTATUSEX memory = {.dwLength = sizeof memory};
    return GlobalMemoryStatusEx(&memory) ? memory.ullTotalPhys : SIZE_MAX;
}

/* FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/. Only to tell users apart: not secure. */
uint64_t windows_user_number(PSID user)
{
    const unsigned char *bytes = user;
    uint64_t number = 0xcbf29ce484222325u;
    if (IsWellKnownSid(user, WinLocalSystemSid) ||
        IsWellKnownSid(user, WinBuiltinAdministratorsSid))
        return 0;
    for (DWORD i = 0; i < GetLengthSid(user); i++)
        number = (number ^ bytes[i]) * 0x100000001b3u;
    return number > 0 ? number : 1;
}

uint64_t platform_user(void)
{
    union {
        TOKEN_USER user;
        unsigned char room[sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE];
    } token;
    HANDLE handle;
    DWORD size;
    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &handle))
        return UINT64_MAX; /* nobody */
    bool known = GetTokenInformation(handle, TokenUser, &token, sizeof token, &size);
    CloseHandle(handle);
    return known ? windows_user_number(token.user.User.Sid) : UINT64_MAX;
}

double platform_seconds(void)
{
    LARGE_INTEGER ticks, a_second;
    QueryPerformanceCounter(&ticks);
    QueryPerformanceFrequency(&a_second);
    return (double)ticks.QuadPart / (double)a_second.QuadPart;
}

/* Sleep() may return up to a clock tick early, and takes less than 2^32 ms. */
void platform_sleep(double seconds)
{
    double end = platform_seconds() + seconds, left;
    while ((left = end - platform_seconds()) > 0)
        Sleep(left > 1000 ? 1000000 : (DWORD)(left * 1000) + 1);
}

bool platform_random(void *bytes, size_t length, struct error *error)
{
    unsigned char *out = bytes;
    while (length > 0) {
        ULONG part = length < 65536 ? (ULONG)length : 65536;
        if (!RtlGenRandom(out, part))
            return error_set(error, "the system gives no random bytes (%lu)", (unsigned long)part);
        out += part;
        length -= part;
    }
    return true;
}

/* The copy is never freed: few variables are asked for, and each once. */
const char *platform_environment(const char *name)
{
    wchar_t *wide = windows_wide(name, NULL);
    DWORD size = wide ? GetEnvironmentVariableW(wide, NULL, 0) : 0;
    wchar_t *value = size > 0 ? calloc(size, sizeof *value) : NULL;
    char *text = NULL;
    if (value && GetEnvironmentVariableW(wide, value, size) < size)
        text = windows_utf8(value);
    free(value);
    free(wide);
    return text;
}

/* ---- threads --------------------------------------------------------------------------------- */

struct thread {
    HANDLE handle;
    void (*body)(void *context);
    void *context;
};

static unsigned __stdcall run_thread(void *argument)
{
    struct thread *thread = argument;
    thread->body(thread->context);
    return 0;
}

bool thread_start(void (*body)(void *context), void *context, struct thread **thread,
                  struct error *error)
{
    struct thread *started = malloc(sizeof *started);
    *thread = NULL;
    if (!started)
        return error_memory(error, sizeof *started);
    *started = (struct thread){.body = body, .context = context};
    started->handle = (HANDLE)_beginthreadex(NULL, 0, run_thread, started, 0, NULL);
    if (!started->handle) {
        free(started);
        return windows_error_doing(error, GetLastError(), "starting a thread");
    }
    *thread = started;
    return true;
}

void thread_join(struct thread *thread)
{
    if (!thread)
        return;
    WaitForSingleObject(thread->handle, INFINITE);
    CloseHandle(thread->handle);
    free(thread);
}

struct monitor {
    SRWLOCK lock;
    CONDITION_VARIABLE changed;
};

struct monitor *monitor_new(void)
{
    struct monitor *monitor = malloc(sizeof *monitor);
    if (!monitor)
        return NULL;
    InitializeSRWLock(&monitor->lock);
    InitializeConditionVariable(&monitor->changed);
    return monitor;
}

void monitor_free(struct monitor *monitor)
{
    free(monitor);
}

void monitor_enter(struct monitor *monitor)
{
    AcquireSRWLockExclusive(&monitor->lock);
}

void monitor_leave(struct monitor *monitor)
{
    ReleaseSRWLockExclusive(&monitor->lock);
}

void monitor_wait(struct monitor *monitor)
{
    SleepConditionVariableSRW(&monitor->changed, &monitor->lock, INFINITE, 0);
}

void monitor_wake_all(struct monitor *monitor)
{
    WakeAllConditionVariable(&monitor->changed);
}

/* ---- the process ----------------------------------------------------------------------------- */

/* A console interprets colour sequences only in this mode. */
static void ask_for_colours(DWORD which)
{
    HANDLE handle = GetStdHandle(which);
    DWORD mode;
    if (GetConsoleMode(handle, &mode))
        SetConsoleMode(handle, mode | ENABLE_PROCESSED_OUTPUT | ENABLE_VIRTUAL_TERMINAL_PROCESSING);
}

void platform_arguments(int *argc, char ***argv)
{
    int count;
    char **texts = windows_arguments(GetCommandLineW(), &count);
    if (texts) {
        *argc = count;
        *argv = texts;
    }
}

void platform_begin(void)
{
    _setmode(_fileno(stdin), _O_BINARY);
    _setmode(_fileno(stdout), _O_BINARY);
    _setmode(_fileno(stderr), _O_BINARY);
    SetErrorMode(SEM_FAILCRITICALERRORS); /* an empty drive is an error, not a dialogue */
    ask_for_colours(STD_OUTPUT_HANDLE);
    ask_for_colours(STD_ERROR_HANDLE);
}

/* The numbers of POSIX signals. Globals, because the handler has no argument of ours. */
enum { INTERRUPTED = 2, CLOSED_PIPE = 13, TERMINATED = 15 };
static volatile LONG pending_signal;
static SRWLOCK holding = SRWLOCK_INIT; /* guards what follows */
static bool signals_held, signals_kept;

/* Windows calls it in a new thread. */
static BOOL WINAPI note_event(DWORD event)
{
    bool at_keyboard = event == CTRL_C_EVENT || event == CTRL_BREAK_EVENT;
    InterlockedExchange(&pending_signal, at_keyboard ? INTERRUPTED : TERMINATED);
    /* When the window is closed or the user logs off, the process ends as soon as this returns. */
    if (!at_keyboard)
        Sleep(INFINITE);
    return TRUE;
}

void platform_signals_hold(void)
{
    AcquireSRWLockExclusive(&holding);
    if (!signals_held)
        SetConsoleCtrlHandler(note_event, TRUE);
    signals_held = true;
    ReleaseSRWLockExclusive(&holding);
}

void platform_signals_restore(void)
{
    AcquireSRWLockExclusive(&holding);
    if (signals_held && !signals_kept)
        SetConsoleCtrlHandler(note_event, FALSE);
    signals_held = signals_held && signals_kept;
    ReleaseSRWLockExclusive(&holding);
}

void platform_signals_keep(bool keep)
{
    if (keep)
        platform_signals_hold();
    AcquireSRWLockExclusive(&holding);
    signals_kept = keep;
    ReleaseSRWLockExclusive(&holding);
    if (!keep)
        platform_signals_restore();
}

static volatile LONG cleared_stream = -1; /* -1: none */

/* Windows calls it in a new thread. FALSE: the next handler, or the default one, goes on. */
static BOOL WINAPI clear_stream(DWORD event)
{
    LONG stream = cleared_stream;
    (void)event;
    if (stream >= 0)
        (void)stream_write((enum stream)stream, STREAM_CLEAR, sizeof STREAM_CLEAR - 1, NULL);
    return FALSE;
}

void stream_clear_at_signal(enum stream stream, bool on)
{
    static bool added;
    InterlockedExchange(&cleared_stream, on ? (LONG)stream : -1);
    if (on && !added)
        added = SetConsoleCtrlHandler(clear_stream, TRUE);
}

int platform_signal_pending(void)
{
    return (int)pending_signal;
}

/* Windows has no signals that kill: exits with the status that a POSIX shell would show. */
void platform_end_by_signal(int number)
{
    ExitProcess(128 + (UINT)number);
}

void platform_end_by_closed_pipe(void)
{
    platform_end_by_signal(CLOSED_PIPE);
}
