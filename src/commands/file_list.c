/* file_list.c - the names of several FILEs: operands, or a list that is read as it comes. */
#include "commands/file_list.h"

#include <stdlib.h>
#include <string.h>

static bool open_source(struct file_list *list, struct error *error)
{
    char quoted[200];
    list->bytes = malloc(FILE_LIST_BUFFER);
    if (!list->bytes)
        return error_memory(error, FILE_LIST_BUFFER);
    list->is_open =
        mapping_open(&list->source, list->path, MAPPING_STREAMS | MAPPING_UNREAD, error);
    list->took_input = !strcmp(list->path, "-");
    if (list->is_open)
        return true;
    file_list_close(list);
    return error_prefix(error, "the list %s", diag_escape(quoted, sizeof quoted, list->path));
}

bool file_list_open(struct file_list *list, const struct request *request, struct error *error)
{
    *list = (struct file_list){.operands = &request->file_names};
    if (!request->files_from && !request->files0_from)
        return true;
    list->operands = NULL;
    list->path = request->files_from ? request->files_from : request->files0_from;
    list->end = request->files_from ? '\n' : '\0';
    return open_source(list, error);
}

void file_list_close(struct file_list *list)
{
    if (list->is_open)
        (void)mapping_close(&list->source, NULL);
    list->is_open = false;
    free(list->bytes);
    list->bytes = NULL;
}

/* ---- names ----------------------------------------------------------------------------------- */

/* Whether the name can be that of a FILE. */
static bool check(struct file_list *list, const struct buffer *name, struct error *problem)
{
    const char *text = (const char *)name->data;
    size_t length = name->length - 1;
    unsigned long long number = list->number;
    if (length == 0)
        return error_set(problem, "name %llu is empty", number);
    if (strlen(text) < length)
        return error_set(problem,
                         "name %llu has a NUL byte: --files0-from reads names with NUL "
                         "behind each",
                         number);
    if (strcmp(text, "-") != 0)
        return true;
    if (list->took_input)
        return error_set(problem, list->operands ? "standard input can be read only once"
                                                 : "standard input is read already; a file of that "
                                                   "name is ./-");
    return list->took_input = true;
}

static enum file_list_next put(struct file_list *list, const void *bytes, size_t length,
                               struct buffer *name, struct error *problem)
{
    list->number++;
    name->length = 0;
    if (buffer_append(name, bytes, length, problem) && buffer_append_byte(name, 0, problem))
        (void)check(list, name, problem);
    return FILE_LIST_NAME;
}

static enum file_list_next put_too_long(struct file_list *list, struct buffer *name,
                                        struct error *problem)
{
    (void)put(list, "...", 3, name, problem);
    error_set(problem, "name %llu is longer than %d bytes", (unsigned long long)list->number,
              FILE_LIST_LONGEST);
    return FILE_LIST_NAME;
}

static enum file_list_next next_read(struct file_list *list, struct buffer *name,
                                     struct error *problem)
{
    for (;;) {
        const unsigned char *start = list->bytes + list->start;
        size_t left = list->length - list->start;
        const unsigned char *end = left > 0 ? memchr(start, list->end, left) : NULL;
        size_t length = end ? (size_t)(end - start) : left;
        bool was_skipping = list->skipping;
        if (!end && list->ended && (left == 0 || was_skipping))
            return FILE_LIST_END;
        if (!end && !list->ended && length <= FILE_LIST_LONGEST && !was_skipping)
            return FILE_LIST_MORE;
        list->start += length + (end != NULL);
        list->skipping = !end && !list->ended;
        if (!was_skipping)
            return length > FILE_LIST_LONGEST ? put_too_long(list, name, problem)
                                              : put(list, start, length, name, problem);
        if (list->skipping)
            return FILE_LIST_MORE;
    }
}

enum file_list_next file_list_next(struct file_list *list, struct buffer *name,
                                   struct error *problem)
{
    const struct string_list *operands = list->operands;
    error_clear(problem);
    if (!operands)
        return next_read(list, name, problem);
    if (list->taken == operands->count)
        return FILE_LIST_END;
    const char *text = operands->items[list->taken++];
    return put(list, text, strlen(text), name, problem);
}

/*
 * While signals are held, only a look at the flag ends a wait for more of the list. Where
 * file_has_input() cannot wait (on Windows), the read has to. False: a signal has come.
 */
static bool wait_for_more(struct file_list *list)
{
    const double between_looks = 0.2;
    while (list->source.status.kind == FILE_STREAM) {
        double since = platform_seconds();
        if (file_has_input(list->source.file, between_looks))
            return true;
        if (platform_signal_pending())
            return false;
        if (platform_seconds() - since < between_looks / 2)
            return true;
    }
    return true;
}

bool file_list_fill(struct file_list *list, struct error *error)
{
    size_t got = 0;
    memmove(list->bytes, list->bytes + list->start, list->length - list->start);
    list->length -= list->start;
    list->start = 0;
    bool done =
        !wait_for_more(list) || file_read_stream(list->source.file, list->bytes + list->length,
                                                 FILE_LIST_BUFFER - list->length, &got, error);
    list->length += got;
    list->ended = got == 0;
    return done;
}

uint64_t file_list_left(const struct file_list *list)
{
    if (list->operands)
        return list->operands->count - list->taken;
    return list->ended && list->start == list->length ? 0 : UINT64_MAX;
}
