/* listing.c - a list of edits printed as an edit script. */
#include "apply/listing.h"
#include "edit/script.h"
#include "mapping/reader.h"

#include <stdlib.h>

enum {
    STEP = 16384,                  /* bytes of one side of an edit that are read at once */
    TEXT_LEAST = 256 * 1024,       /* text is passed on when there is so much of it */
    DATA_AHEAD = 16 * 1024 * 1024, /* in a sparse file: how far to ask where data ends */
    LONGEST_OLD = 4096, /* longer OLD bytes are counted, not shown: they are only checked */
    LEAST_ZEROS = EDIT_SHORT_MOST, /* that many zeros are counted in NEW */
};

/* Where the script's text goes. */
struct listing {
    struct reader old; /* of the file; owned */
    struct range data; /* of the file: known not to be a hole */
    struct pool *pool;
    struct buffer text; /* owned */
    bool (*take)(void *context, const struct buffer *text, struct error *error);
    void *context;
    struct error *error;
};

/* Bytes of one side of an edit: of the file as it is, or new ones. */
struct side {
    bool is_new;
    const struct edit *edit;
    uint64_t length;
};

static bool pass_on(struct listing *listing)
{
    bool taken = listing->text.length == 0 ||
                 listing->take(listing->context, &listing->text, listing->error);
    listing->text.length = 0;
    return taken;
}

/* Bytes of a side in memory. Those that are not yet go to `memory`, or stay in the reader. */
static const unsigned char *side_bytes(struct listing *listing, const struct side *side,
                                       struct range part, unsigned char memory[STEP])
{
    const struct edit *edit = side->edit;
    if (!side->is_new)
        return reader_rising(&listing->old, edit->offset + part.start, (size_t)range_length(part),
                             listing->error);
    const unsigned char *bytes = pool_memory(listing->pool, edit, part);
    if (bytes)
        return bytes;
    return pool_read_edit(listing->pool, listing->old.mapping, edit, part, memory, listing->error)
               ? memory
               : NULL;
}

static bool print_bytes(struct listing *listing, const struct side *side)
{
    unsigned char memory[STEP];
    for (uint64_t at = 0; at < side->length;) {
        struct range part = {at, at + minimum_u64(STEP, side->length - at)};
        const unsigned char *bytes = side_bytes(listing, side, part, memory);
        if (!bytes ||
            !edit_script_print_bytes(&listing->text, bytes, (size_t)range_length(part),
                                     listing->error) ||
            (listing->text.length >= TEXT_LEAST && !pass_on(listing)))
            return false;
        at = part.end;
    }
    return true;
}

/* Whether the range is a hole of the file. Knows where data was found last. */
static bool is_hole(struct listing *listing, struct range range, bool *hole)
{
    const struct mapping *mapping = listing->old.mapping;
    struct range within = {
        range.start, minimum_u64(mapping->size, maximum_u64(range.end, range.start + DATA_AHEAD))};
    *hole = false;
    if (range.start >= listing->data.start && range.start < listing->data.end)
        return true;
    if (!mapping_next_data(mapping, within, &listing->data, listing->error))
        return false;
    *hole = listing->data.start >= range.end;
    return true;
}

/* Whether a side is known to be zeros without reading it: new zeros, or a hole of the file. */
static bool is_zeros(struct listing *listing, const struct side *side, bool *zeros)
{
    *zeros = side->is_new && side->edit->kind == EDIT_ZEROS;
    if (side->is_new || side->length < LEAST_ZEROS)
        return true;
    return is_hole(listing, (struct range){side->edit->offset, side->edit->offset + side->length},
                   zeros);
}

static bool print_side(struct listing *listing, const struct side *side, bool as_old)
{
    bool zeros;
    if (side->length == 0)
        return buffer_append_byte(&listing->text, EDIT_SCRIPT_NOTHING, listing->error);
    if (!is_zeros(listing, side, &zeros))
        return false;
    if (as_old ? side->length > LONGEST_OLD : zeros)
        return edit_script_print_count(&listing->text, side->length, listing->error);
    if (!zeros)
        return print_bytes(listing, side);
    static const unsigned char zero_bytes[LONGEST_OLD];
    return edit_script_print_bytes(&listing->text, zero_bytes, (size_t)side->length,
                                   listing->error);
}

/* Whether both sides are short, and the new bytes in memory. */
static bool is_short(const struct listing *listing, const struct edit *edit)
{
    return edit->old_length < LEAST_ZEROS && edit->new_length < LEAST_ZEROS &&
           (edit->new_length == 0 ||
            pool_memory(listing->pool, edit, (struct range){0, edit->new_length}));
}

static bool print_short(struct listing *listing, const struct edit *edit, uint64_t offset,
                        bool undo)
{
    struct edit_short line = {.offset = offset, .old_length = (size_t)edit->old_length};
    line.new_length = (size_t)edit->new_length;
    line.new_bytes = pool_memory(listing->pool, edit, (struct range){0, edit->new_length});
    if (line.old_length > 0) {
        line.old_bytes =
            reader_rising(&listing->old, edit->offset, line.old_length, listing->error);
        if (!line.old_bytes)
            return false;
    }
    if (undo)
        line = (struct edit_short){offset, line.new_bytes, line.new_length, line.old_bytes,
                                   line.old_length};
    return edit_script_print_short(&listing->text, &line, listing->error);
}

static bool print_long(struct listing *listing, const struct edit *edit, uint64_t offset, bool undo)
{
    struct side old_side = {false, edit, edit->old_length};
    struct side new_side = {true, edit, edit->new_length};
    return edit_script_print_offset(&listing->text, offset, listing->error) &&
           print_side(listing, undo ? &new_side : &old_side, true) &&
           buffer_append_byte(&listing->text, EDIT_SCRIPT_BLANK, listing->error) &&
           print_side(listing, undo ? &old_side : &new_side, false) &&
           buffer_append_byte(&listing->text, EDIT_SCRIPT_NEWLINE, listing->error);
}

static bool print_edit(struct listing *listing, const struct edit *edit, bool undo)
{
    /* A script is of the whole file, whatever part of it is seen. */
    uint64_t offset = listing->old.mapping->base + (undo ? edit->new_offset : edit->offset);
    return is_short(listing, edit) ? print_short(listing, edit, offset, undo)
                                   : print_long(listing, edit, offset, undo);
}

static bool print_all(struct listing *listing, const struct edit_list *edits, bool undo)
{
    struct edit_reader *reader = malloc(sizeof *reader);
    bool done = reader || error_memory(listing->error, sizeof *reader);
    if (done)
        edit_reader_init(reader, edits);
    for (uint64_t i = 0; done && i < edits->count; i++) {
        done = print_edit(listing, edit_reader_get(reader, i), undo);
        if (done && listing->text.length >= TEXT_LEAST)
            done = pass_on(listing);
    }
    free(reader);
    return done && pass_on(listing);
}

static void listing_release(struct listing *listing)
{
    reader_release(&listing->old);
    buffer_release(&listing->text);
}

static bool take_output(void *context, const struct buffer *text, struct error *error)
{
    return output_bytes(context, text->data, text->length, error);
}

bool listing_print(struct output *output, const struct mapping *mapping,
                   const struct edit_list *edits, struct pool *pool, struct error *error)
{
    struct listing listing = {.pool = pool, .take = take_output, .context = output, .error = error};
    listing.old.mapping = mapping;
    bool done = print_all(&listing, edits, false);
    listing_release(&listing);
    return done;
}

/* ---- undo ------------------------------------------------------------------------------------ */

struct script_file {
    struct file *file;
    uint64_t size;
};

static bool take_file(void *context, const struct buffer *text, struct error *error)
{
    struct script_file *script = context;
    int signal = platform_signal_pending();
    if (signal != 0) {
        error_set(error, "stopped by signal %d", signal);
        error->signal = signal;
        return false;
    }
    if (!file_write(script->file, script->size, text->data, text->length, error))
        return false;
    script->size += text->length;
    return true;
}

static bool save(struct undo_file *undo, const struct mapping *mapping,
                 const struct edit_list *edits, struct pool *pool, struct error *error)
{
    struct script_file script = {0};
    struct error late = {0};
    struct listing listing = {.pool = pool, .take = take_file, .context = &script, .error = error};
    listing.old.mapping = mapping;
    if (!undo_file_create(undo, &script.file, error))
        return false;
    bool done = print_all(&listing, edits, true) && file_sync(script.file, error);
    listing_release(&listing);
    if (file_close(script.file, &late) || !done)
        return done;
    *error = late;
    return false;
}

bool listing_save_undo(struct undo_file *undo, const struct mapping *mapping,
                       const struct edit_list *edits, struct pool *pool, struct error *error)
{
    struct error cause = {0};
    if (save(undo, mapping, edits, pool, &cause))
        return true;
    undo_file_drop(undo);
    error_set(error, "--undo=%s: %s", undo->given, cause.message);
    error->signal = cause.signal;
    return false;
}
