/* run.c - runs the user's command, which can use the open file. */
#include "platform/windows/internal.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

static bool set_path(struct file *file)
{
    wchar_t *path = windows_path_of(file->handle);
    bool set = SetEnvironmentVariableW(L"MMTOOL_MAP", path ? windows_without_prefix(path) : NULL);
    free(path);
    return set;
}

/* The shell's full path, to be freed: by name, Windows could run one in the current directory. */
static wchar_t *system_shell(void)
{
    wchar_t directory[MAX_PATH];
    UINT length = GetSystemDirectoryW(directory, MAX_PATH);
    return length > 0 && length < MAX_PATH ? windows_join(directory, L"cmd.exe") : NULL;
}

/* cmd /s takes everything between the first and the last quote literally. */
static wchar_t *command_line(const char *command, struct error *error)
{
    static const wchar_t start[] = L"cmd.exe /d /s /c \"";
    wchar_t *wide = windows_wide(command, error);
    if (!wide)
        return NULL;
    size_t start_length = wcslen(start), length = wcslen(wide);
    wchar_t *line = calloc(start_length + length + 2, sizeof *line);
    if (line) {
        wmemcpy(line, start, start_length);
        wmemcpy(line + start_length, wide, length);
        line[start_length + length] = L'"';
    } else
        error_memory(error, (start_length + length + 2) * sizeof *line);
    free(wide);
    return line;
}

bool platform_run_command(const char *command, struct file *file, int *status, struct error *error)
{
    STARTUPINFOW start = {.cb = sizeof start};
    PROCESS_INFORMATION process;
    DWORD ended = 0;
    wchar_t *line = command_line(command, error);
    if (!line)
        return false;
    (void)set_path(file);
    wchar_t *shell = system_shell();
    bool started =
        shell && CreateProcessW(shell, line, NULL, NULL, TRUE, 0, NULL, NULL, &start, &process);
    DWORD code = shell ? GetLastError() : ERROR_NOT_ENOUGH_MEMORY;
    free(shell);
    free(line);
    if (!started)
        return windows_error_doing(error, code, "starting a command");
    WaitForSingleObject(process.hProcess, INFINITE);
    GetExitCodeProcess(process.hProcess, &ended);
    CloseHandle(process.hProcess);
    CloseHandle(process.hThread);
    *status = ended <= INT32_MAX ? (int)ended : INT32_MAX;
    return true;
}

/* ---- words as the shell reads them ----------------------------------------------------------- */

/* As cmd and PowerShell read it, and then the program (see arguments.c). */
bool platform_quote(const char *argument, char *out, size_t size)
{
    size_t used = 0, backslashes = 0;
    if (*argument && !strpbrk(argument, " \t\r\n\"'&|<>^()%!`$;,{}@#"))
        return (size_t)snprintf(out, size, "%s", argument) < size;
    if (size < 4)
        return false;
    out[used++] = '"';
    for (; *argument && used + 3 * backslashes + 6 < size; argument++) {
        size_t added = *argument == '"' ? backslashes + 1 : 0;
        memset(out + used, '\\', added);
        used += added;
        out[used++] = *argument;
        backslashes = *argument == '\\' ? backslashes + 1 : 0;
    }
    for (; backslashes > 0; backslashes--)
        out[used++] = '\\';
    out[used++] = '"';
    out[used] = 0;
    return !*argument;
}
