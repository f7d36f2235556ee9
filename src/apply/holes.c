/* holes.c - holes of a file stay holes when an edit moves them. */
#include "apply/holes.h"

#include <stdlib.h>

enum { HOLES_BLOCK = 4096 }; /* on nearly all file systems holes are multiples of that */

/* One range of the old file that the edits put somewhere else, and the list being made. */
struct keeper {
    const struct mapping *mapping;
    struct range data; /* the extent of data asked for last, */
    uint64_t asked;    /*   from where on it is the next */
    uint64_t least;
    uint64_t shift; /* of the range: its offset in the new file minus that in the old one, modulo
                       2^64 */
    struct edit_list *list;
    struct error *error;
};

/* The next data in `within`. Edits lie close: most are in the extent that is known. */
static bool next_data(struct keeper *keeper, struct range within, struct range *data)
{
    bool known = within.start >= keeper->asked && within.start < keeper->data.end;
    if (!known) {
        struct range rest = {within.start, keeper->mapping->size};
        keeper->asked = within.start;
        if (!mapping_next_data(keeper->mapping, rest, &keeper->data, keeper->error))
            return false;
    }
    data->start = minimum_u64(maximum_u64(keeper->data.start, within.start), within.end);
    data->end = maximum_u64(minimum_u64(keeper->data.end, within.end), data->start);
    return true;
}

/* A kept range: its data needs no edit, its holes one each. */
static bool take_kept(struct keeper *keeper, struct range part, bool hole)
{
    struct edit zeros = {.offset = part.start, .kind = EDIT_ZEROS};
    zeros.old_length = zeros.new_length = range_length(part);
    return !hole || edit_list_append(keeper->list, &zeros, keeper->error);
}

/* A range that is copied elsewhere: data by copies, holes by zeros. */
static bool take_copied(struct keeper *keeper, struct range part, bool hole,
                        const struct edit *copy)
{
    struct edit moved = {.kind = hole ? EDIT_ZEROS : EDIT_COPY, .source = hole ? 0 : part.start};
    moved.offset = copy->offset + (part.start - copy->source);
    moved.old_length = moved.new_length = range_length(part);
    return edit_list_append(keeper->list, &moved, keeper->error);
}

static bool take(struct keeper *keeper, struct range part, bool hole, const struct edit *copy)
{
    return copy ? take_copied(keeper, part, hole, copy) : take_kept(keeper, part, hole);
}

/* The part of a hole that will be whole blocks of the new file; empty if it is less than one. */
static struct range whole_blocks(const struct keeper *keeper, struct range hole,
                                 struct range within)
{
    const uint64_t block = HOLES_BLOCK;
    uint64_t new_start = hole.start + keeper->shift, new_end = hole.end + keeper->shift;
    uint64_t before = hole.start == within.start ? 0 : (block - new_start % block) % block;
    uint64_t behind = hole.end == within.end ? 0 : new_end % block;
    if (range_length(hole) < before + behind)
        return (struct range){hole.end, hole.end};
    return (struct range){hole.start + before, hole.end - behind};
}

/*
 * The zeros before and behind its whole blocks are edits by themselves: the plan writes so few of
 * them together with the data beside them, which costs less than to ask for zeros of half a block.
 */
static bool take_hole(struct keeper *keeper, struct range hole, struct range blocks,
                      const struct edit *copy)
{
    const struct range parts[] = {{hole.start, blocks.start}, blocks, {blocks.end, hole.end}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (range_length(parts[i]) > 0 && !take(keeper, parts[i], true, copy))
            return false;
    return true;
}

/*
 * Splits a range into extents of data and holes; short holes count as data. `copy` is the edit that
 * copies the range elsewhere; NULL: the edits keep the range.
 */
static bool split(struct keeper *keeper, struct range range, const struct edit *copy)
{
    struct range pending = {range.start, range.start}; /* data not handed on yet */
    while (pending.end < range.end) {
        struct range data;
        if (!next_data(keeper, (struct range){pending.end, range.end}, &data))
            return false;
        struct range hole = {pending.end, data.start};
        struct range blocks = whole_blocks(keeper, hole, range);
        if (range_length(blocks) >= keeper->least) {
            if ((range_length(pending) > 0 && !take(keeper, pending, false, copy)) ||
                !take_hole(keeper, hole, blocks, copy))
                return false;
            pending.start = hole.end;
        }
        pending.end = data.end;
    }
    return range_length(pending) == 0 || take(keeper, pending, false, copy);
}

static bool keep_edit(struct keeper *keeper, const struct edit *edit)
{
    struct range source = {edit->source, edit->source + edit->new_length};
    keeper->shift = edit->new_offset - edit->source;
    if (edit->kind == EDIT_COPY)
        return split(keeper, source, edit);
    return edit_list_append(keeper->list, edit, keeper->error);
}

bool holes_keep(const struct mapping *mapping, const struct edit_list *edits, uint64_t least,
                struct edit_list *with_holes, struct error *error)
{
    struct keeper keeper = {.mapping = mapping, .least = least, .list = with_holes, .error = error};
    struct edit_reader *reader = malloc(sizeof *reader);
    uint64_t old_end = 0, new_end = 0;
    bool done = reader || error_memory(error, sizeof *reader);
    if (done)
        edit_reader_init(reader, edits);
    for (uint64_t i = 0; done && i <= edits->count; i++) {
        const struct edit *edit = i < edits->count ? edit_reader_get(reader, i) : NULL;
        struct range kept = {old_end, edit ? edit->offset : mapping->size};
        keeper.shift = new_end - old_end;
        if (old_end != new_end)
            done = split(&keeper, kept, NULL);
        if (done && edit) {
            done = keep_edit(&keeper, edit);
            old_end = edit->offset + edit->old_length;
            new_end = edit->new_offset + edit->new_length;
        }
    }
    free(reader);
    return done;
}
