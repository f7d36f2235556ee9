/* listing.c - a list of edits printed as an edit script. */
#include "apply/listing.h"
#include "edit/script.h"

#include <stdlib.h>

enum {
    STEP = 16384,
    LONGEST_OLD = 4096, /* longer OLD bytes are counted, not shown: they are only checked */
    LEAST_ZEROS = 64,   /* that many zeros are counted in NEW */
};

/* Where the script's text goes. */
struct listing {
    const struct mapping *mapping;
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

static bool read_side(struct listing *listing, const struct side *side, uint64_t at,
                      unsigned char *bytes, size_t length)
{
    if (side->is_new)
        return pool_read_edit(listing->pool, listing->mapping, side->edit,
                              (struct range){at, at + length}, bytes, listing->error);
    return mapping_read(listing->mapping, side->edit->offset + at, bytes, length, listing->error);
}

static bool print_bytes(struct listing *listing, const struct side *side)
{
    unsigned char bytes[STEP];
    for (uint64_t at = 0; at < side->length;) {
        size_t length = (size_t)minimum_u64(STEP, side->length - at);
        if (!read_side(listing, side, at, bytes, length) ||
            !edit_script_print_bytes(&listing->text, bytes, length, listing->error) ||
            (listing->text.length >= STEP && !pass_on(listing)))
            return false;
        at += length;
    }
    return true;
}

/* Whether a side is known to be zeros without reading it: new zeros, or a hole of the file. */
static bool is_zeros(struct listing *listing, const struct side *side, bool *zeros)
{
    *zeros = side->is_new && side->edit->kind == EDIT_ZEROS;
    if (side->is_new || side->length < LEAST_ZEROS)
        return true;
    struct range data, range = {side->edit->offset, side->edit->offset + side->length};
    if (!mapping_next_data(listing->mapping, range, &data, listing->error))
        return false;
    *zeros = data.start == range.end;
    return true;
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

static bool print_edit(struct listing *listing, const struct edit *edit, bool undo)
{
    struct side old_side = {false, edit, edit->old_length};
    struct side new_side = {true, edit, edit->new_length};
    /* A script is of the whole file, whatever part of it is seen. */
    uint64_t offset = listing->mapping->base + (undo ? edit->new_offset : edit->offset);
    return edit_script_print_offset(&listing->text, offset, listing->error) &&
           print_side(listing, undo ? &new_side : &old_side, true) &&
           buffer_append_byte(&listing->text, EDIT_SCRIPT_BLANK, listing->error) &&
           print_side(listing, undo ? &old_side : &new_side, false) &&
           buffer_append_byte(&listing->text, EDIT_SCRIPT_NEWLINE, listing->error);
}

static bool print_all(struct listing *listing, const struct edit_list *edits, bool undo)
{
    struct edit_reader *reader = malloc(sizeof *reader);
    bool done = reader || error_memory(listing->error, sizeof *reader);
    if (done)
        edit_reader_init(reader, edits);
    for (uint64_t i = 0; done && i < edits->count; i++) {
        done = print_edit(listing, edit_reader_get(reader, i), undo);
        if (done && listing->text.length >= STEP)
            done = pass_on(listing);
    }
    free(reader);
    return done && pass_on(listing);
}

static bool take_output(void *context, const struct buffer *text, struct error *error)
{
    return output_bytes(context, text->data, text->length, error);
}

bool listing_print(struct output *output, const struct mapping *mapping,
                   const struct edit_list *edits, struct pool *pool, struct error *error)
{
    struct listing listing = {mapping, pool, {0}, take_output, output, error};
    bool done = print_all(&listing, edits, false);
    buffer_release(&listing.text);
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
    struct listing listing = {mapping, pool, {0}, take_file, &script, error};
    if (!undo_file_create(undo, &script.file, error))
        return false;
    bool done = print_all(&listing, edits, true) && file_sync(script.file, error);
    buffer_release(&listing.text);
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
