/* output.c - standard output: its buffer and its final check. */
#include "output.h"
#include "platform/platform.h"
#include "range.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void output_init(struct output *output)
{
    output->length = 0;
    output->next_look = 0;
}

static bool say_deserted(struct error *error)
{
    error_set(error, "the reader of the output went away");
    error->silent = true;
    return false;
}

static bool write_through(const void *bytes, size_t length, struct error *error)
{
    switch (stream_write(STREAM_OUTPUT, bytes, length, error)) {
    case STREAM_OK:
        return true;
    case STREAM_CLOSED_PIPE:
        return say_deserted(error);
    case STREAM_FAILED:
        break;
    }
    return false;
}

bool output_flush(struct output *output, struct error *error)
{
    size_t length = output->length;
    output->length = 0;
    return length == 0 || write_through(output->bytes, length, error);
}

bool output_pause(struct output *output, struct error *error)
{
    const double between_looks = 0.1;
    double now = platform_seconds();
    if (output->length > 0)
        return output_flush(output, error);
    if (now < output->next_look)
        return true;
    output->next_look = now + between_looks;
    return !stream_is_deserted(STREAM_OUTPUT) || say_deserted(error);
}

bool output_bytes(struct output *output, const void *bytes, size_t length, struct error *error)
{
    if (length > OUTPUT_BUFFER - output->length && !output_flush(output, error))
        return false;
    if (length >= OUTPUT_BUFFER)
        return write_through(bytes, length, error);
    if (length > 0) /* nothing may be NULL */
        memcpy(output->bytes + output->length, bytes, length);
    output->length += length;
    return true;
}

bool output_text(struct output *output, const char *text, struct error *error)
{
    return output_bytes(output, text, strlen(text), error);
}

bool output_format(struct output *output, struct error *error, const char *format, ...)
{
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return output_text(output, text, error);
}

bool output_number(struct output *output, uint64_t number, unsigned radix, struct error *error)
{
    char text[NUMBER_TEXT_MAX];
    return output_bytes(output, text, number_format(number, radix, text), error);
}
