/*
 * text.c - UTF-8 and UTF-16, and paths of any length.
 *
 * A path of more than MAX_PATH characters needs the prefix \\?\. With it Windows takes the path
 * literally: it must be absolute and normalized, which GetFullPathNameW() does. Shorter paths are
 * passed unchanged, because some names (of devices) work only without the prefix.
 */
#include "platform/windows/internal.h"

#include <stdlib.h>
#include <wchar.h>

wchar_t *windows_wide(const char *text, struct error *error)
{
    int length = MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text, -1, NULL, 0);
    if (length <= 0) {
        error_set(error, "the name is not UTF-8");
        return NULL;
    }
    wchar_t *wide = calloc((size_t)length, sizeof *wide);
    if (wide)
        MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text, -1, wide, length);
    else
        error_memory(error, (size_t)length * sizeof *wide);
    return wide;
}

char *windows_utf8(const wchar_t *text)
{
    int length = WideCharToMultiByte(CP_UTF8, 0, text, -1, NULL, 0, NULL, NULL);
    char *bytes = length > 0 ? malloc((size_t)length) : NULL;
    if (bytes)
        WideCharToMultiByte(CP_UTF8, 0, text, -1, bytes, length, NULL, NULL);
    return bytes;
}

static wchar_t *concatenate(const wchar_t *left, const wchar_t *right)
{
    size_t left_length = wcslen(left), right_length = wcslen(right);
    wchar_t *text = calloc(left_length + right_length + 1, sizeof *text);
    if (!text)
        return NULL;
    wmemcpy(text, left, left_length);
    wmemcpy(text + left_length, right, right_length);
    return text;
}

wchar_t *windows_join(const wchar_t *left, const wchar_t *right)
{
    size_t length = wcslen(left);
    if (length > 0 && left[length - 1] == L'\\')
        return concatenate(left, right);
    wchar_t *directory = concatenate(left, L"\\");
    wchar_t *path = directory ? concatenate(directory, right) : NULL;
    free(directory);
    return path;
}

static wchar_t *full_path(const wchar_t *path)
{
    DWORD size = GetFullPathNameW(path, 0, NULL, NULL);
    wchar_t *full = size > 0 ? calloc(size, sizeof *full) : NULL;
    if (full && GetFullPathNameW(path, size, full, NULL) < size)
        return full;
    free(full);
    return NULL;
}

static bool starts_with(const wchar_t *text, const wchar_t *start)
{
    return wcsncmp(text, start, wcslen(start)) == 0;
}

static wchar_t *prefixed(const wchar_t *full)
{
    if (starts_with(full, L"\\\\?\\") || starts_with(full, L"\\\\.\\"))
        return concatenate(full, L"");
    if (starts_with(full, L"\\\\"))
        return concatenate(L"\\\\?\\UNC\\", full + 2);
    return concatenate(L"\\\\?\\", full);
}

wchar_t *windows_long_path(const wchar_t *path, struct error *error)
{
    enum { SHORT = MAX_PATH - 12 }; /* a directory must leave room for an 8.3 name */
    wchar_t *full = *path ? full_path(path) : NULL;
    wchar_t *result = full && wcslen(full) >= SHORT ? prefixed(full) : concatenate(path, L"");
    free(full);
    if (!result)
        error_memory(error, wcslen(path) * sizeof *path);
    return result;
}

wchar_t *windows_path(const char *path, struct error *error)
{
    wchar_t *wide = windows_wide(path, error);
    wchar_t *result = wide ? windows_long_path(wide, error) : NULL;
    free(wide);
    return result;
}

const wchar_t *windows_without_prefix(wchar_t *path)
{
    if (wcsncmp(path, L"\\\\?\\UNC\\", 8) == 0) {
        path[6] = L'\\'; /* \\?\UNC\server: the C becomes the second backslash */
        return path + 6;
    }
    bool drive = wcsncmp(path, L"\\\\?\\", 4) == 0 && path[4] && path[5] == L':';
    return drive ? path + 4 : path;
}

wchar_t *windows_path_of(HANDLE handle)
{
    DWORD size = GetFinalPathNameByHandleW(handle, NULL, 0, FILE_NAME_NORMALIZED);
    wchar_t *path = size > 0 ? calloc((size_t)size + 1, sizeof *path) : NULL;
    if (path) {
        DWORD length = GetFinalPathNameByHandleW(handle, path, size + 1, FILE_NAME_NORMALIZED);
        if (length > 0 && length <= size)
            return path;
    }
    free(path);
    return NULL;
}
