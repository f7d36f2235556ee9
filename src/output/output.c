/* output.c - standard output: its buffer and its final check. */
#include "output/output.h"
#include "output/queue.h"
#include "platform/platform.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void output_init(struct output *output)
{
    output->length = 0;
    output->next_look = 0;
    output->keeping = false;
    output->ready = NULL;
    output->ready_known = false;
    output->queue = NULL;
    output->sink = NULL;
    output->name = NULL;
    output->in_line = false;
}

void output_keep(struct output *output, struct file *locked, const char *directory)
{
    output->keeping = true;
    output->locked = locked;
    output->directory = directory;
}

void output_release(struct output *output)
{
    output->keeping = false;
}

/*
 * Writes what the reader takes at once. Returns the number of bytes written. Unless an editor waits
 * for the lock, gives the reader a moment to take more: starting a thread at once would only take
 * the processor away from it.
 */
static size_t write_ready(struct output *output, const void *bytes, size_t length)
{
    const double moment = 0.01;
    if (!output->ready_known)
        (void)stream_open_ready(STREAM_OUTPUT, &output->ready);
    output->ready_known = true;
    if (!output->ready)
        return 0;
    size_t taken = file_write_ready(output->ready, bytes, length, 0);
    if (taken < length && !file_lock_has_note(output->locked, LOCK_WANTED))
        taken += file_write_ready(output->ready, (const unsigned char *)bytes + taken,
                                  length - taken, moment);
    return taken;
}

static bool keep(struct output *output, const unsigned char *bytes, size_t length,
                 struct error *error)
{
    size_t taken = 0;
    if (!output->queue || output_queue_is_idle(output->queue))
        taken = write_ready(output, bytes, length);
    if (taken == length)
        return true;
    if (!output->queue)
        output->queue = output_queue_new(output->locked, output->directory, error);
    else
        output_queue_set_locked(output->queue, output->locked);
    return output->queue && output_queue_add(output->queue, bytes + taken, length - taken, error);
}

/* Writes kept results before `bytes`. */
static bool write_out(struct output *output, const void *bytes, size_t length, struct error *error)
{
    if (output->sink)
        return output->sink->take(output->sink, output, bytes, length, error);
    if (output->keeping && (length == 0 || stream_may_block(STREAM_OUTPUT)))
        return length == 0 || keep(output, bytes, length, error);
    struct output_queue *queue = output->queue;
    output->queue = NULL;
    return (!queue || output_queue_end(queue, error)) &&
           (length == 0 || output_write(bytes, length, error));
}

bool output_flush(struct output *output, struct error *error)
{
    size_t length = output->length;
    output->length = 0;
    return write_out(output, output->bytes, length, error);
}

bool output_check(struct output *output, struct error *error)
{
    return output_flush(output, error) &&
           (!output->queue || output_queue_check(output->queue, error)) &&
           (!stream_is_deserted(STREAM_OUTPUT) || output_deserted(error));
}

bool output_pause(struct output *output, struct error *error)
{
    const double between_looks = 0.1;
    double now = platform_seconds();
    if (output->length > 0)
        return output_flush(output, error);
    if (output->sink && !output_flush(output, error))
        return false;
    if (now < output->next_look)
        return true;
    output->next_look = now + between_looks;
    return !stream_is_deserted(STREAM_OUTPUT) || output_deserted(error);
}

unsigned char *output_room(struct output *output, size_t size, struct error *error)
{
    if (size > OUTPUT_BUFFER - output->length && !output_flush(output, error))
        return NULL;
    return output->bytes + output->length;
}

void output_fill(struct output *output, size_t length)
{
    output->length += length;
    if (length > 0)
        output->in_line = output->bytes[output->length - 1] != '\n';
}

bool output_bytes(struct output *output, const void *bytes, size_t length, struct error *error)
{
    if (length > 0)
        output->in_line = ((const unsigned char *)bytes)[length - 1] != '\n';
    if (length > OUTPUT_BUFFER - output->length && !output_flush(output, error))
        return false;
    if (length >= OUTPUT_BUFFER)
        return write_out(output, bytes, length, error);
    if (length > 0) /* bytes may be NULL if length is 0 */
        memcpy(output->bytes + output->length, bytes, length);
    output->length += length;
    return true;
}

/* output_bytes() gets the last byte: it notes if that ends a line. */
bool output_copy_file(struct output *output, struct file *file, struct range range,
                      uint64_t *copied, struct error *error)
{
    *copied = 0;
    if (output->keeping || output->sink || range_length(range) == 0)
        return true;
    range.end--;
    if (!output_flush(output, error))
        return false;
    *copied = stream_copy_file(STREAM_OUTPUT, file, range);
    return true;
}

bool output_text(struct output *output, const char *text, struct error *error)
{
    return output_bytes(output, text, strlen(text), error);
}

bool output_begin_line(struct output *output, struct error *error)
{
    return !output->in_line || output_text(output, "\n", error);
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

/* NO_COLOR: https://no-color.org */
bool output_is_colored(enum when when)
{
    if (when != WHEN_AUTO || !stream_is_terminal(STREAM_OUTPUT))
        return when == WHEN_ALWAYS;
    const char *no_color = platform_environment("NO_COLOR");
    return !no_color || !*no_color;
}
