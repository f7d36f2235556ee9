/*
 * fuzz_names.c - the names in a list of FILEs (--files-from, --files0-from) that comes in parts of
 * any length, beside those between the ends of names in all of it; names of any length.
 */
#include "commands/file_list.h"
#include "fuzz.h"

enum { LONG = 0xfe, LONG_UNIT = 1024, LIST_MOST = 800 * 1024 };

/* The list; a byte LONG stands for a run of `x`, up to 255 KiB. */
static struct buffer make_text(void)
{
    struct buffer text = {0};
    while (fuzz_left > 0 && text.length < LIST_MOST) {
        unsigned char byte = (unsigned char)fuzz_byte();
        size_t count = byte == LONG ? (size_t)fuzz_byte() * LONG_UNIT : 1;
        DEMAND(buffer_reserve(&text, count, NULL));
        if (count > 0)
            memset(text.data + text.length, byte == LONG ? 'x' : byte, count);
        text.length += count;
    }
    return text;
}

/* Reads more of the list as file_list_fill() does. */
static void fill(struct file_list *list, const struct buffer *text, size_t *read, size_t most)
{
    size_t room, part = text->length - *read;
    memmove(list->bytes, list->bytes + list->start, list->length - list->start);
    list->length -= list->start;
    list->start = 0;
    room = FILE_LIST_BUFFER - list->length;
    DEMAND(room > 0);
    part = part < most ? part : most;
    part = part < room ? part : room;
    if (part > 0)
        memcpy(list->bytes + list->length, text->data + *read, part);
    *read += part;
    list->length += part;
    list->ended = part == 0;
}

/* The word that the message of a wrong name has; NULL: the name is right. */
static const char *slow_problem(const unsigned char *name, size_t length, bool *has_input)
{
    bool had_input = *has_input;
    if (length > FILE_LIST_LONGEST)
        return "longer";
    if (length == 0)
        return "empty";
    if (memchr(name, 0, length))
        return "NUL";
    if (length != 1 || *name != '-')
        return NULL;
    *has_input = true;
    return had_input ? "standard input" : NULL;
}

static void check_name(const struct buffer *name, const struct error *problem, const char *word,
                       const unsigned char *slow, size_t length)
{
    DEMAND((word != NULL) == (problem->status != STATUS_DONE));
    if (word) {
        DEMAND_ERROR(*problem);
        DEMAND(strstr(problem->message, word));
    } else {
        DEMAND(name->length == length + 1 && name->data[length] == 0);
        DEMAND(memcmp(name->data, slow, length) == 0);
    }
}

static void read_list(struct file_list *list, const struct buffer *text, size_t part_most)
{
    struct buffer name = {0};
    struct error problem = {0};
    enum file_list_next next;
    size_t at = 0, read = 0;
    uint64_t number = 0;
    bool has_input = list->took_input;
    while ((next = file_list_next(list, &name, &problem)) != FILE_LIST_END) {
        if (next == FILE_LIST_MORE) {
            DEMAND(!list->ended);
            fill(list, text, &read, part_most);
            continue;
        }
        DEMAND(at < text->length && list->number == ++number);
        const unsigned char *start = text->data + at;
        const unsigned char *end = memchr(start, list->end, text->length - at);
        size_t length = end ? (size_t)(end - start) : text->length - at;
        check_name(&name, &problem, slow_problem(start, length, &has_input), start, length);
        at += length + (end != NULL);
    }
    DEMAND(at == text->length && file_list_left(list) == 0);
    buffer_release(&name);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static unsigned char *bytes;
    static const size_t parts[] = {1, 7, 200, 70000, FILE_LIST_BUFFER};
    if (!bytes)
        bytes = fuzz_memory(FILE_LIST_BUFFER);
    fuzz_begin(data, size);
    struct file_list list = {.bytes = bytes, .path = "list"};
    list.end = fuzz_byte() % 2 ? '\n' : '\0';
    list.took_input = fuzz_byte() % 4 == 0;
    size_t part = parts[fuzz_below(5)];
    struct buffer text = make_text();
    if (text.length > 5000 && part < 200)
        part = 200;
    read_list(&list, &text, part);
    buffer_release(&text);
    return 0;
}
