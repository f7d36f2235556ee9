/* diag.c - errors as values, their wording, and the exit status. */
#include "base/diag.h"
#include "base/checked.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

MMTOOL_PRINTF(3, 0)
static void set(struct error *error, enum status status, const char *format, va_list arguments)
{
    if (!error)
        return;
    error_clear(error);
    error->status = status;
    vsnprintf(error->message, sizeof error->message, format, arguments);
}

bool error_set(struct error *error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    set(error, STATUS_FAILED, format, arguments);
    va_end(arguments);
    return false;
}

bool error_usage(struct error *error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    set(error, STATUS_FAILED, format, arguments);
    va_end(arguments);
    if (error)
        error->usage = true;
    return false;
}

bool error_no_data(struct error *error)
{
    if (error)
        error->no_data = true;
    return false;
}

bool error_no(struct error *error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    set(error, STATUS_NO, format, arguments);
    va_end(arguments);
    return false;
}

bool error_memory(struct error *error, size_t size)
{
    return error_set(error, "out of memory (%zu bytes more were needed)", size);
}

bool error_prefix(struct error *error, const char *format, ...)
{
    if (!error)
        return false;
    char cause[sizeof error->message];
    memcpy(cause, error->message, sizeof cause);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    size_t used = strlen(error->message);
    snprintf(error->message + used, sizeof error->message - used, ": %s", cause);
    return false;
}

void error_keep_first(struct error *first, const struct error *second)
{
    if (first && first->status == STATUS_DONE)
        *first = *second;
}

const char *diag_plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}

const char *diag_escape(char *out, size_t size, const char *text)
{
    return diag_escape_span(out, size, text, strlen(text));
}

const char *diag_escape_span(char *out, size_t size, const void *text, size_t text_length)
{
    const unsigned char *bytes = text;
    size_t used = 0;
    for (size_t i = 0; i < text_length; i++) {
        unsigned char byte = bytes[i];
        char escaped[5] = {(char)byte, 0};
        if (byte == '\n')
            memcpy(escaped, "\\n", 3);
        else if (byte == '\t')
            memcpy(escaped, "\\t", 3);
        else if (byte == '\r')
            memcpy(escaped, "\\r", 3);
        else if (byte < 0x20 || byte == 0x7f)
            snprintf(escaped, sizeof escaped, "\\x%02x", byte);
        size_t length = strlen(escaped);
        if (used + length + 4 > size) {
            memcpy(out + used, "...", 4);
            return out;
        }
        memcpy(out + used, escaped, length);
        used += length;
    }
    out[used] = 0;
    return out;
}

/*
 * Edit distance in which swapping two neighbours counts as one edit (optimal string alignment,
 * Damerau 1964), for words of at most MAX_WORD bytes.
 */
enum { MAX_WORD = 40 };

static size_t distance(const char *a, const char *b)
{
    size_t rows[3][MAX_WORD + 1];
    size_t length_a = strlen(a), length_b = strlen(b);
    if (length_a > MAX_WORD || length_b > MAX_WORD)
        return MAX_WORD;
    for (size_t j = 0; j <= length_b; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= length_a; i++) {
        size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *second = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= length_b; j++) {
            size_t cost = a[i - 1] != b[j - 1];
            row[j] = minimum_size(minimum_size(above[j] + 1, row[j - 1] + 1), above[j - 1] + cost);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = minimum_size(row[j], second[j - 2] + 1);
        }
    }
    return rows[length_a % 3][length_b];
}

const char *diag_nearest(const char *word, const char *const *words)
{
    const char *best = NULL;
    size_t best_distance = strlen(word) / 3 + 1;
    for (; *words; words++) {
        size_t d = distance(word, *words);
        if (d < best_distance && d < strlen(*words)) {
            best = *words;
            best_distance = d;
        }
    }
    return best;
}
