/*
 * list.c - the list of edits and its encoding.
 *
 * One encoded edit: a byte of flags, the gap from the end of the edit before
 * (varint), the old length unless SAME_OLD, then what the source needs. Varints
 * are little-endian base 128, as in LEB128.
 */
#include "edit/list.h"

#include <stdlib.h>

enum edit_flags {
    FLAG_KIND = 3,          /* an enum edit_source */
    FLAG_SAME_OLD = 1 << 2, /* old_length is that of the edit before */
    FLAG_SAME_NEW = 1 << 3, /* kind, source, period and new_length are too */
    FLAG_REPEATED = 1 << 4, /* EDIT_POOL: a period follows new_length */
    FLAG_KNOWN = (1 << 5) - 1,
};

enum { VARINT_MAX = 10, ENCODED_MAX = 1 + 5 * VARINT_MAX };

void edit_list_init(struct edit_list *list)
{
    *list = (struct edit_list){0};
}

void edit_list_release(struct edit_list *list)
{
    if (!list->borrowed)
        buffer_release(&list->encoded);
    free(list->checkpoints);
    *list = (struct edit_list){0};
}

static inline size_t varint_put(unsigned char *out, uint64_t value)
{
    size_t length = 0;
    for (; value >= 0x80; value >>= 7)
        out[length++] = (unsigned char)(value | 0x80);
    out[length++] = (unsigned char)value;
    return length;
}

/* False when the bytes end early or the value is over OFFSET_MAX. */
static bool varint_get(const struct buffer *bytes, size_t *position, uint64_t *value)
{
    uint64_t result = 0;
    if (*position < bytes->length && bytes->data[*position] < 0x80) { /* the most frequent */
        *value = bytes->data[(*position)++];
        return true;
    }
    for (unsigned shift = 0; shift < 63; shift += 7) {
        if (*position >= bytes->length)
            return false;
        unsigned char byte = bytes->data[(*position)++];
        result |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80)) {
            *value = result;
            return true;
        }
    }
    return false;
}

/* The end of the range of the pool that an edit uses; 0 if it uses none. */
static uint64_t pool_use(const struct edit *edit)
{
    return edit->kind == EDIT_POOL && edit->new_length > 0 ? edit->source + edit->period : 0;
}

static inline bool same_new(const struct edit *a, const struct edit *b)
{
    return a->kind == b->kind && a->source == b->source && a->period == b->period &&
           a->new_length == b->new_length;
}

/* Checks what must hold for any edit, from a user or from a journal. */
static inline bool edit_is_valid(const struct edit *edit)
{
    if (edit->offset > OFFSET_MAX || edit->old_length > OFFSET_MAX - edit->offset)
        return false;
    if (edit->new_length > OFFSET_MAX || edit->source > OFFSET_MAX)
        return false;
    switch (edit->kind) {
    case EDIT_POOL:
        return edit->period <= edit->new_length && (edit->period > 0 || edit->new_length == 0) &&
               edit->period <= OFFSET_MAX - edit->source;
    case EDIT_ZEROS:
        return true;
    case EDIT_COPY:
        return edit->new_length == edit->old_length &&
               edit->new_length <= OFFSET_MAX - edit->source;
    }
    return false;
}

/* Fills in new_offset of an edit that follows `before`; false if it would exceed OFFSET_MAX. */
static inline bool follow(const struct edit *before, struct edit *edit)
{
    if (edit->offset < edit_old_end(before))
        return false;
    uint64_t gap = edit->offset - edit_old_end(before);
    return checked_add(edit_new_end(before), gap, &edit->new_offset) &&
           edit->new_length <= OFFSET_MAX - edit->new_offset;
}

static inline size_t encode(unsigned char *out, const struct edit *before, const struct edit *edit)
{
    unsigned flags = (unsigned)edit->kind;
    bool repeated = edit->kind == EDIT_POOL && edit->period != edit->new_length;
    bool first = before->old_length == 0 && before->new_length == 0;
    if (!first && edit->old_length == before->old_length)
        flags |= FLAG_SAME_OLD;
    if (!first && same_new(before, edit))
        flags |= FLAG_SAME_NEW;
    else if (repeated)
        flags |= FLAG_REPEATED;
    size_t length = 0;
    out[length++] = (unsigned char)flags;
    length += varint_put(out + length, edit->offset - edit_old_end(before));
    if (!(flags & FLAG_SAME_OLD))
        length += varint_put(out + length, edit->old_length);
    if (flags & FLAG_SAME_NEW)
        return length;
    length += varint_put(out + length, edit->new_length);
    if (edit->kind != EDIT_ZEROS)
        length += varint_put(out + length, edit->source);
    if (flags & FLAG_REPEATED)
        length += varint_put(out + length, edit->period);
    return length;
}

static bool decode_new(const struct buffer *bytes, size_t *position, unsigned flags,
                       struct edit *edit)
{
    edit->source = 0;
    if (!varint_get(bytes, position, &edit->new_length))
        return false;
    if (edit->kind != EDIT_ZEROS && !varint_get(bytes, position, &edit->source))
        return false;
    edit->period = edit->kind == EDIT_POOL ? edit->new_length : 0;
    return !(flags & FLAG_REPEATED) || varint_get(bytes, position, &edit->period);
}

/* Decodes the edit at `*position`, which follows `before`; false if the bytes are not an edit. */
static bool decode(const struct buffer *bytes, size_t *position, const struct edit *before,
                   struct edit *edit)
{
    if (*position >= bytes->length)
        return false;
    unsigned flags = bytes->data[(*position)++];
    uint64_t gap;
    if ((flags & ~(unsigned)FLAG_KNOWN) || (flags & FLAG_KIND) > EDIT_COPY)
        return false;
    if (!varint_get(bytes, position, &gap) ||
        !checked_add(edit_old_end(before), gap, &edit->offset))
        return false;
    edit->old_length = before->old_length;
    if (!(flags & FLAG_SAME_OLD) && !varint_get(bytes, position, &edit->old_length))
        return false;
    if (flags & FLAG_SAME_NEW) {
        edit->kind = before->kind;
        edit->source = before->source;
        edit->period = before->period;
        edit->new_length = before->new_length;
    } else {
        edit->kind = (enum edit_source)(flags & FLAG_KIND);
        if (!decode_new(bytes, position, flags, edit))
            return false;
    }
    return follow(before, edit);
}

/* The first block begins with an empty state, so it has no checkpoint. */
static const struct edit_checkpoint *checkpoint_of(const struct edit_list *list, uint64_t block)
{
    static const struct edit_checkpoint first = {0};
    return block == 0 ? &first : &list->checkpoints[block - 1];
}

/* Adds a checkpoint, if a block begins, before the edit encoded at `position` is added. */
static bool add_checkpoint(struct edit_list *list, size_t position, struct error *error)
{
    if (list->count == 0 || list->count % EDIT_BLOCK != 0)
        return true;
    size_t index = (size_t)(list->count / EDIT_BLOCK) - 1;
    if (index >= list->checkpoint_capacity) {
        size_t capacity = list->checkpoint_capacity ? list->checkpoint_capacity * 2 : 4;
        if (capacity > SIZE_MAX / sizeof *list->checkpoints)
            return error_memory(error, capacity);
        void *grown = realloc(list->checkpoints, capacity * sizeof *list->checkpoints);
        if (!grown)
            return error_memory(error, capacity * sizeof *list->checkpoints);
        list->checkpoints = grown;
        list->checkpoint_capacity = capacity;
    }
    list->checkpoints[index] = (struct edit_checkpoint){position, list->last};
    return true;
}

static inline void account(struct edit_list *list, const struct edit *edit)
{
    uint64_t from = edit->kind == EDIT_COPY ? edit->source : edit_old_end(edit);
    uint64_t to = edit->kind == EDIT_COPY ? edit->new_offset : edit_new_end(edit);
    list->moves_left |= to < from;
    list->moves_right |= to > from;
    list->moves_not |= to == from && (edit->kind == EDIT_COPY || edit->new_offset == edit->offset);
    list->count++;
    list->last = *edit;
    list->pool_end = maximum_u64(list->pool_end, pool_use(edit));
    list->removed += edit->old_length;
    list->added += edit->new_length;
}

/* By value: see append(). */
static bool refuse(const struct edit_list *list, struct edit edit, struct error *error)
{
    if (!edit_is_valid(&edit))
        return error_set(error, "an edit does not fit a file (%llu byte%s at %llu)",
                         (unsigned long long)edit.new_length, diag_plural(edit.new_length),
                         (unsigned long long)edit.offset);
    if (edit.offset < edit_old_end(&list->last))
        return error_set(error, "edits overlap (one at %llu, one before it ends at %llu)",
                         (unsigned long long)edit.offset,
                         (unsigned long long)edit_old_end(&list->last));
    return error_set(error, "the file would be too large");
}

/*
 * Inline and by value, so that the fields stay in registers: there may be millions of edits. A copy
 * in memory that is read at once in other units than it was written in stalls the processor.
 */
static inline bool append(struct edit_list *list, struct edit edit, struct error *error)
{
    struct buffer *encoded = &list->encoded;
    if (edit.old_length == 0 && edit.new_length == 0)
        return true;
    if (edit.kind != EDIT_POOL)
        edit.period = 0;
    if (!edit_is_valid(&edit) || !follow(&list->last, &edit))
        return refuse(list, edit, error);
    if (list->count % EDIT_BLOCK == 0 && !add_checkpoint(list, encoded->length, error))
        return false;
    if (encoded->capacity - encoded->length < ENCODED_MAX &&
        !buffer_reserve(encoded, ENCODED_MAX, error))
        return false;
    encoded->length += encode(encoded->data + encoded->length, &list->last, &edit);
    account(list, &edit);
    return true;
}

bool edit_list_append(struct edit_list *list, const struct edit *edit, struct error *error)
{
    return append(list, *edit, error);
}

bool edit_list_append_pool(struct edit_list *list, struct range old, uint64_t source,
                           uint64_t length, struct error *error)
{
    struct edit edit = {
        .offset = old.start,
        .old_length = old.end - old.start,
        .kind = EDIT_POOL,
        .source = source,
        .period = length,
        .new_length = length,
    };
    return append(list, edit, error);
}

bool edit_list_append_zeros(struct edit_list *list, uint64_t offset, uint64_t length,
                            struct error *error)
{
    struct edit edit = {.offset = offset, .kind = EDIT_ZEROS, .new_length = length};
    return append(list, edit, error);
}

bool edit_list_load(struct edit_list *list, const struct encoded_edits *encoded, uint64_t old_size,
                    uint64_t pool_size, struct error *error)
{
    edit_list_init(list);
    list->borrowed = true;
    list->encoded = (struct buffer){(unsigned char *)(uintptr_t)encoded->bytes, encoded->length,
                                    encoded->length};
    size_t position = 0;
    while (list->count < encoded->count) {
        struct edit edit;
        size_t start = position;
        if (!decode(&list->encoded, &position, &list->last, &edit) || !edit_is_valid(&edit) ||
            edit_old_end(&edit) > old_size || pool_use(&edit) > pool_size ||
            (edit.kind == EDIT_COPY &&
             edit.new_length > old_size - minimum_u64(edit.source, old_size)))
            break;
        if (!add_checkpoint(list, start, error)) {
            edit_list_release(list);
            return false;
        }
        account(list, &edit);
    }
    bool whole = list->count == encoded->count && position == encoded->length &&
                 old_size - edit_old_end(&list->last) <= OFFSET_MAX - edit_new_end(&list->last);
    if (!whole) {
        edit_list_release(list);
        return error_set(error, "the list of edits is damaged");
    }
    return true;
}

uint64_t edit_list_new_size(const struct edit_list *list, uint64_t old_size)
{
    return edit_new_end(&list->last) + (old_size - edit_old_end(&list->last));
}

void edit_reader_init(struct edit_reader *reader, const struct edit_list *list)
{
    reader->list = list;
    reader->block = UINT64_MAX;
}

/* Lays the code out for the case that the condition holds. */
#if defined(__GNUC__)
#define MOSTLY(condition) __builtin_expect((condition), 1)
#else
#define MOSTLY(condition) (condition)
#endif

/* As varint_get(), of bytes that this file has encoded or checked; moves `*at` past the number. */
static inline uint64_t read_varint(const unsigned char **at)
{
    uint64_t value = *(*at)++;
    if (MOSTLY(value < 0x80))
        return value;
    value &= 0x7f;
    for (unsigned shift = 7;; shift += 7) {
        unsigned char byte = *(*at)++;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return value;
    }
}

/* As decode(), of such bytes, and faster: `edit` has the edit before, and becomes the next one. */
static inline const unsigned char *read_edit(const unsigned char *at, struct edit *edit)
{
    unsigned flags = *at++;
    uint64_t gap = read_varint(&at);
    edit->offset += edit->old_length + gap;
    edit->new_offset += edit->new_length + gap;
    if (!(flags & FLAG_SAME_OLD))
        edit->old_length = read_varint(&at);
    if (flags & FLAG_SAME_NEW)
        return at;
    edit->kind = (enum edit_source)(flags & FLAG_KIND);
    edit->new_length = read_varint(&at);
    edit->source = edit->kind == EDIT_ZEROS ? 0 : read_varint(&at);
    edit->period = edit->kind == EDIT_POOL ? edit->new_length : 0;
    if (flags & FLAG_REPEATED)
        edit->period = read_varint(&at);
    return at;
}

void edit_reader_load(struct edit_reader *reader, uint64_t block)
{
    const struct edit_list *list = reader->list;
    const struct edit_checkpoint *checkpoint = checkpoint_of(list, block);
    uint64_t count = minimum_u64(list->count - block * EDIT_BLOCK, EDIT_BLOCK);
    const unsigned char *at = list->encoded.data + checkpoint->position;
    struct edit edit = checkpoint->before;
    for (uint64_t i = 0; i < count; i++) {
        at = read_edit(at, &edit);
        reader->edits[i] = edit;
    }
    reader->block = block;
}

const struct edit *edit_reader_before_block(const struct edit_reader *reader)
{
    return &checkpoint_of(reader->list, reader->block)->before;
}

/* The last block that begins at or before `offset` of the new file. */
static uint64_t find_block(const struct edit_list *list, uint64_t offset)
{
    uint64_t low = 0, high = (list->count - 1) / EDIT_BLOCK;
    while (low < high) {
        uint64_t middle = high - (high - low) / 2;
        if (edit_new_end(&checkpoint_of(list, middle)->before) > offset)
            high = middle - 1;
        else
            low = middle;
    }
    return low;
}

/* How many edits of the decoded block start at or before `offset`. */
static uint64_t count_up_to(const struct edit_reader *reader, uint64_t count, uint64_t offset)
{
    uint64_t low = 0, high = count;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (reader->edits[middle].new_offset <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

uint64_t edit_reader_find_new(struct edit_reader *reader, uint64_t offset)
{
    const struct edit_list *list = reader->list;
    if (list->count == 0)
        return 0;
    uint64_t first = find_block(list, offset) * EDIT_BLOCK;
    (void)edit_reader_get(reader, first);
    uint64_t index =
        first + count_up_to(reader, minimum_u64(list->count - first, EDIT_BLOCK), offset);
    return index > 0 ? index - 1 : list->count;
}
