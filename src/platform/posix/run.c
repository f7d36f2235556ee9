/* run.c - runs the user's command, which can use the open file; words as the shell reads them. */
#include "platform/linux/internal.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

/* Never returns. We ignore SIGPIPE and SIGXFSZ; the command must not inherit that. */
static void run_in_child(const char *command, int descriptor)
{
    char path[LINUX_PATH_SIZE];
    linux_descriptor_path(descriptor, path);
    signal(SIGPIPE, SIG_DFL);
#if defined(SIGXFSZ)
    signal(SIGXFSZ, SIG_DFL);
#endif
    if (fcntl(descriptor, F_SETFD, 0) == 0 && setenv("MMTOOL_MAP", path, 1) == 0)
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
}

/* Waits for the end of a child; false if that fails. */
static bool await(pid_t child, int *raw)
{
    pid_t ended;
    do
        ended = waitpid(child, raw, 0);
    while (ended < 0 && errno == EINTR);
    return ended >= 0;
}

bool platform_run_command(const char *command, struct file *file, int *status, struct error *error)
{
    int raw;
    pid_t child = fork();
    if (child < 0)
        return posix_error_doing(error, errno, "starting a command");
    if (child == 0)
        run_in_child(command, file->descriptor);
    if (!await(child, &raw))
        return posix_error_doing(error, errno, "waiting for a command");
    *status = WIFSIGNALED(raw) ? 128 + WTERMSIG(raw) : WEXITSTATUS(raw);
    return true;
}

/* ---- the manual ------------------------------------------------------------------------------ */

/* $1 is the page, $2 this program. */
static const char show_manual[] =
    "command -v man >/dev/null || exit 127\n"
    "page=$1 program=$2\n"
    "if man -w 1 \"$page\" >/dev/null 2>&1\n"
    "then set -- 1 \"$page\"\n"
    "else\n"
    "    place=$(command -v -- \"$program\") || exit 127\n"
    "    place=${place%/*}\n"
    "    for file in \"$place/$page.1\" \"$place/../share/man/man1/$page.1\"* \\\n"
    "        \"$place/../man/$page.1\"\n"
    "    do [ -e \"$file\" ] && break\n"
    "    done\n"
    "    [ -e \"$file\" ] || exit 127\n"
    "    set -- \"$file\"\n"
    "fi\n"
    "man \"$@\"";

bool platform_show_manual(const char *page, const char *program)
{
    int raw;
    pid_t child = fork();
    if (child == 0) {
        signal(SIGPIPE, SIG_DFL);
        execl("/bin/sh", "sh", "-c", show_manual, "sh", page, program, (char *)NULL);
        _exit(127);
    }
    return child > 0 && await(child, &raw) && WIFEXITED(raw) && WEXITSTATUS(raw) != 127;
}

/* ---- words as the shell reads them ----------------------------------------------------------- */

static bool is_plain(const char *argument)
{
    for (const char *at = argument; *at; at++) {
        bool letter = (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') ||
                      (*at >= '0' && *at <= '9') || (unsigned char)*at >= 0x80;
        if (!letter && !strchr("_./:=@%+,-", *at))
            return false;
    }
    return *argument && *argument != '=';
}

static bool is_control(char byte)
{
    return (unsigned char)byte < 0x20 || byte == 0x7f;
}

/* A byte inside of '...' or, if `escapes`, of $'...', which bash, zsh and ksh read. */
static void quote_byte(char byte, bool escapes, char out[5])
{
    if (is_control(byte))
        snprintf(out, 5, byte == '\n' ? "\\n" : byte == '\t' ? "\\t" : "\\x%02x", (unsigned)byte);
    else if (byte == '\'')
        snprintf(out, 5, "%s", escapes ? "\\'" : "'\\''");
    else
        snprintf(out, 5, "%s%c", escapes && byte == '\\' ? "\\" : "", byte);
}

bool platform_quote(const char *argument, char *out, size_t size)
{
    bool plain = is_plain(argument), escapes = false;
    for (const char *at = argument; *at; at++)
        escapes = escapes || is_control(*at);
    size_t used = (size_t)snprintf(out, size, "%s", plain ? argument : escapes ? "$'" : "'");
    if (plain)
        return used < size;
    for (; *argument && used + 6 < size; argument++) {
        quote_byte(*argument, escapes, out + used);
        used += strlen(out + used);
    }
    snprintf(out + used, size - used, "'");
    return !*argument;
}
