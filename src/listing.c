/* listing.c - a list of edits printed as an edit script. */
#include "listing.h"
#include "edit_script.h"

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
        return pool_read_edit(listing->pool, listing->mapping, side->edit, at, bytes, length,
                              listing->error);
    return mapping_read(listing->mapping, side->edit->offset + at, bytes, length, listing->error);
}

static bool print_bytes(struct listing *listing, const struct side *side)
{
    unsigned char bytes[STEP];
    for (uint64_t at = 0; at < side->length;) {
        size_t length = (size_t)minimum_u64(STEP, side->length - at);
        if (!read_side(listing, side, at, bytes, length) ||
            !edit_script_print_bytes(&listing->text, bytes, length, listing->error) ||
            !pass_on(listing))
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

/* ---- undo ----------------------------------------------------------------------------------- */

struct undo_file {
    struct file *file;
    uint64_t size;
};

static bool take_file(void *context, const struct buffer *text, struct error *error)
{
    struct undo_file *undo = context;
    if (!file_write(undo->file, undo->size, text->data, text->length, error))
        return false;
    undo->size += text->length;
    return true;
}

static bool save(struct undo_file *undo, const struct mapping *mapping,
                 const struct edit_list *edits, struct pool *pool, struct error *error)
{
    struct file_status status;
    struct listing listing = {mapping, pool, {0}, take_file, undo, error};
    if (!file_get_status(undo->file, &status, error))
        return false;
    if (status.device == mapping->status.device && status.identity == mapping->status.identity)
        return error_set(error, "it is the edited file itself");
    if (status.kind != FILE_REGULAR)
        return error_set(error, "it is not a regular file");
    bool done = file_set_size(undo->file, 0, error) && print_all(&listing, edits, true) &&
                file_sync(undo->file, false, error);
    buffer_release(&listing.text);
    return done;
}

/* A script that is not whole is none; one that was there before stays, emptied. */
static void remove_file(const char *path)
{
    struct place *place;
    struct error ignored = {0};
    if (!place_of(path, &place, &ignored))
        return;
    (void)place_remove(place, &ignored);
    place_free(place);
}

static bool open_undo(const char *path, struct undo_file *undo, bool *created, struct error *error)
{
    enum file_open_result result = file_open(path, FILE_OPEN_WRITE, &undo->file, error);
    *created = result == FILE_MISSING;
    if (*created)
        result = file_open(path, FILE_OPEN_WRITE | FILE_OPEN_CREATE, &undo->file, error);
    return result == FILE_OPENED;
}

bool listing_save_undo(const char *path, const struct mapping *mapping,
                       const struct edit_list *edits, struct pool *pool, struct error *error)
{
    struct undo_file undo = {0};
    struct error cause = {0}, late = {0};
    bool created;
    bool done =
        open_undo(path, &undo, &created, &cause) && save(&undo, mapping, edits, pool, &cause);
    bool opened = undo.file != NULL;
    if (undo.file && !file_close(undo.file, &late) && done) {
        cause = late;
        done = false;
    }
    if (!done && created && opened)
        remove_file(path);
    return done || error_set(error, "--undo=%s: %s", path, cause.message);
}
