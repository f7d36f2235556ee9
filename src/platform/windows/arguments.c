/*
 * arguments.c - the command line, cut into arguments.
 *
 * Follows the rules of Microsoft's C library ("Parsing C command-line arguments"), but returns
 * UTF-8 and does not expand wildcards. CommandLineToArgvW() is not used: it is in shell32, and to
 * load that would take most of the program's start time.
 */
#include "platform/windows/internal.h"

#include <stdlib.h>
#include <wchar.h>

static bool is_blank(wchar_t character)
{
    return character == L' ' || character == L'\t';
}

/* Reads the program's name: only quotes are special in it. Returns its end. */
static const wchar_t *read_program(const wchar_t *at, wchar_t *out)
{
    bool quoted = false;
    for (; *at && (quoted || !is_blank(*at)); at++) {
        if (*at == L'"')
            quoted = !quoted;
        else
            *out++ = *at;
    }
    *out = 0;
    return at;
}

/*
 * Reads an argument. Before a quote, two backslashes stand for one, and one more backslash makes
 * the quote literal. Elsewhere a backslash is literal. Inside quotes, two quotes stand for one.
 */
static const wchar_t *read_argument(const wchar_t *at, wchar_t *out)
{
    bool quoted = false;
    while (*at && (quoted || !is_blank(*at))) {
        size_t slashes = wcsspn(at, L"\\");
        at += slashes;
        size_t kept = *at == L'"' ? slashes / 2 : slashes;
        wmemset(out, L'\\', kept);
        out += kept;
        if (*at != L'"') {
            if (*at && (quoted || !is_blank(*at)))
                *out++ = *at++;
        } else if (slashes % 2 || (quoted && at[1] == L'"')) {
            at += slashes % 2 ? 1 : 2;
            *out++ = L'"';
        } else {
            at++;
            quoted = !quoted;
        }
    }
    *out = 0;
    return at;
}

/* `room` is large enough for any argument of the line. */
static bool read_all(const wchar_t *at, wchar_t *room, char **texts, int *count)
{
    at = read_program(at, room);
    *count = 0;
    for (;;) {
        if (!(texts[(*count)++] = windows_utf8(room)))
            return false;
        while (is_blank(*at))
            at++;
        if (!*at)
            return true;
        at = read_argument(at, room);
    }
}

char **windows_arguments(const wchar_t *line, int *count)
{
    size_t length = wcslen(line);
    wchar_t *room = calloc(length + 1, sizeof *room);
    char **texts =
        calloc(length / 2 + 3, sizeof *texts); /* one for every two characters, and NULL */
    bool read = room && texts && read_all(line, room, texts, count);
    free(room);
    return read ? texts : NULL;
}
