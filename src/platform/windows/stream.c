/*
 * stream.c - standard output and standard error.
 *
 * Text for a console is written as UTF-16, so that it does not depend on the code page. Files and
 * pipes get the bytes unchanged.
 */
#include "platform/windows/internal.h"

#include <stdio.h>
#include <string.h>
#include <wchar.h>

static HANDLE stream_handle(enum stream stream)
{
    HANDLE handle = GetStdHandle(stream == STREAM_OUTPUT ? STD_OUTPUT_HANDLE : STD_ERROR_HANDLE);
    return handle ? handle : INVALID_HANDLE_VALUE;
}

static bool is_console(HANDLE handle)
{
    DWORD mode;
    return GetConsoleMode(handle, &mode);
}

static enum stream_result stream_failure(enum stream stream, DWORD code, struct error *error)
{
    const char *name = stream == STREAM_OUTPUT ? "standard output" : "standard error";
    char room[128];
    if (code == ERROR_INVALID_HANDLE)
        error_set(error, "%s is closed", name);
    else
        error_set(error, "cannot write to %s: %s", name, windows_words(code, room, sizeof room));
    bool reader_gone =
        code == ERROR_BROKEN_PIPE || code == ERROR_NO_DATA || code == ERROR_PIPE_NOT_CONNECTED;
    return reader_gone ? STREAM_CLOSED_PIPE : STREAM_FAILED;
}

static enum stream_result write_bytes(enum stream stream, HANDLE handle, const unsigned char *in,
                                      size_t length, struct error *error)
{
    const DWORD most = 1u << 30;
    while (length > 0) {
        DWORD part = 0;
        if (!WriteFile(handle, in, length < most ? (DWORD)length : most, &part, NULL))
            return stream_failure(stream, GetLastError(), error);
        in += part;
        length -= part;
        if (part == 0) {
            if (GetFileType(handle) != FILE_TYPE_PIPE)
                return stream_failure(stream, ERROR_IO_DEVICE, error);
            Sleep(1); /* the pipe is full, and another process made it non-blocking */
        }
    }
    return STREAM_OK;
}

/* ---- consoles -------------------------------------------------------------------------------- */

/* Bytes of the UTF-8 character that starts with `first`; 1 if it starts none. */
static size_t sequence_length(unsigned char first)
{
    if (first >= 0xc2 && first <= 0xdf)
        return 2;
    if (first >= 0xe0 && first <= 0xef)
        return 3;
    return first >= 0xf0 && first <= 0xf4 ? 4 : 1;
}

/* The number of bytes before a character that is cut off at the end, else `length`. */
static size_t whole_characters(const unsigned char *bytes, size_t length)
{
    for (size_t back = 1; back <= 3 && back <= length; back++) {
        unsigned char byte = bytes[length - back];
        if ((byte & 0xc0) != 0x80)
            return sequence_length(byte) > back ? length - back : length;
    }
    return length;
}

static bool write_wide(HANDLE handle, const wchar_t *text, DWORD length)
{
    while (length > 0) {
        DWORD part = 0;
        if (!WriteConsoleW(handle, text, length, &part, NULL) || part == 0)
            return false;
        text += part;
        length -= part;
    }
    return true;
}

/* Shows bytes that are not UTF-8 as U+FFFD. */
static bool show(HANDLE handle, const unsigned char *bytes, size_t length)
{
    wchar_t text[1024]; /* never more units than bytes */
    int units = length > 0 ? MultiByteToWideChar(CP_UTF8, 0, (const char *)bytes, (int)length, text,
                                                 sizeof text / sizeof *text)
                           : 0;
    return write_wide(handle, text, (DWORD)units);
}

/* A write may end inside a character: the bytes of its start, kept for the next write. */
struct tail {
    unsigned char bytes[4];
    size_t length;
};

static enum stream_result write_console(enum stream stream, HANDLE handle, const unsigned char *in,
                                        size_t length, struct error *error)
{
    static struct tail tails[2];
    struct tail *tail = &tails[stream];
    unsigned char bytes[1024];
    while (length > 0) {
        size_t room = sizeof bytes - tail->length, take = length < room ? length : room;
        memcpy(bytes, tail->bytes, tail->length);
        memcpy(bytes + tail->length, in, take);
        size_t total = tail->length + take, whole = whole_characters(bytes, total);
        if (!show(handle, bytes, whole))
            return stream_failure(stream, GetLastError(), error);
        tail->length = total - whole;
        memcpy(tail->bytes, bytes + whole, tail->length);
        in += take;
        length -= take;
    }
    return STREAM_OK;
}

enum stream_result stream_write(enum stream stream, const void *bytes, size_t length,
                                struct error *error)
{
    HANDLE handle = stream_handle(stream);
    return is_console(handle) ? write_console(stream, handle, bytes, length, error)
                              : write_bytes(stream, handle, bytes, length, error);
}

/* ---- terminals ------------------------------------------------------------------------------- */

static bool ends_with(const wchar_t *text, const wchar_t *end)
{
    size_t length = wcslen(text), end_length = wcslen(end);
    return length >= end_length && wcscmp(text + length - end_length, end) == 0;
}

/* The terminals of Cygwin and MSYS2 are pipes named \msys-NUMBER-ptyN-to-master. */
static bool is_named_terminal(HANDLE handle)
{
    union {
        FILE_NAME_INFO info;
        unsigned char room[sizeof(FILE_NAME_INFO) + MAX_PATH * sizeof(wchar_t)];
    } name;
    if (GetFileType(handle) != FILE_TYPE_PIPE ||
        !GetFileInformationByHandleEx(handle, FileNameInfo, &name, sizeof name - sizeof(wchar_t)))
        return false;
    wchar_t *text = name.info.FileName;
    text[name.info.FileNameLength / sizeof *text] = 0;
    return (wcsncmp(text, L"\\msys-", 6) == 0 || wcsncmp(text, L"\\cygwin-", 8) == 0) &&
           wcsstr(text, L"-pty") && ends_with(text, L"-master");
}

bool stream_may_block(enum stream stream)
{
    return GetFileType(stream_handle(stream)) == FILE_TYPE_PIPE;
}

bool stream_is_terminal(enum stream stream)
{
    HANDLE handle = stream_handle(stream);
    return is_console(handle) || is_named_terminal(handle);
}

bool stream_input_is_piped(void)
{
    HANDLE input = GetStdHandle(STD_INPUT_HANDLE);
    DWORD type = GetFileType(input);
    return type == FILE_TYPE_DISK || (type == FILE_TYPE_PIPE && !is_named_terminal(input));
}

unsigned stream_columns(enum stream stream)
{
    CONSOLE_SCREEN_BUFFER_INFO console;
    if (GetConsoleScreenBufferInfo(stream_handle(stream), &console) &&
        console.srWindow.Right >= console.srWindow.Left)
        return (unsigned)(console.srWindow.Right - console.srWindow.Left) + 1;
    return 80;
}

unsigned stream_lines(enum stream stream)
{
    CONSOLE_SCREEN_BUFFER_INFO console;
    if (GetConsoleScreenBufferInfo(stream_handle(stream), &console) &&
        console.srWindow.Bottom >= console.srWindow.Top)
        return (unsigned)(console.srWindow.Bottom - console.srWindow.Top) + 1;
    return 24;
}
