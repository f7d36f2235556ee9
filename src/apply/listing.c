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

static const unsigned char zero_bytes[STEP];

/* Where the script's text goes. */
struct listing {
    struct reader old; /* of the file; owned */
    struct range data; /* of the file: known not to be a hole */
    struct pool *pool;
    bool undo;          /* list what takes the edits back */
    struct buffer text; /* owned */
    bool (*take)(void *context, const struct buffer *text, struct error *error);
    void *context;
    struct error *error;
};

/* Bytes of one side of an edit: of the file as it is, or new ones. */
struct side {
    bool is_new;
    const struct edit *edit;
    uint64_t start; /* of the part that is listed, in the side */
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
    part.start += side->start;
    part.end += side->start;
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
    uint64_t start = side->edit->offset + side->start;
    return is_hole(listing, (struct range){start, start + side->length}, zeros);
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

/* The offset of an edit in the script, which is of the whole file, whatever part of it is seen. */
static uint64_t script_offset(const struct listing *listing, const struct edit *edit)
{
    return listing->old.mapping->base + (listing->undo ? edit->new_offset : edit->offset);
}

static bool print_line(struct listing *listing, const struct edit_short *line)
{
    struct edit_short back = {line->offset, line->new_bytes, line->new_length, line->old_bytes,
                              line->old_length};
    return edit_script_print_short(&listing->text, listing->undo ? &back : line, listing->error);
}

/* Prints the runs of bytes that differ of two sides of one length; few bytes. */
static bool print_unequal(struct listing *listing, const struct edit_short *line)
{
    for (size_t at = 0; at < line->old_length;) {
        size_t end = at + 1;
        if (line->old_bytes[at] == line->new_bytes[at]) {
            at++;
            continue;
        }
        while (end < line->old_length && line->old_bytes[end] != line->new_bytes[end])
            end++;
        struct edit_short run = {line->offset + at, line->old_bytes + at, end - at,
                                 line->new_bytes + at, end - at};
        if (!print_line(listing, &run))
            return false;
        at = end;
    }
    return true;
}

static bool print_short(struct listing *listing, const struct edit *edit)
{
    struct edit_short line = {.offset = script_offset(listing, edit),
                              .old_length = (size_t)edit->old_length};
    line.new_length = (size_t)edit->new_length;
    line.new_bytes = pool_memory(listing->pool, edit, (struct range){0, edit->new_length});
    if (line.old_length > 0) {
        line.old_bytes =
            reader_rising(&listing->old, edit->offset, line.old_length, listing->error);
        if (!line.old_bytes)
            return false;
    }
    return line.old_length == line.new_length ? print_unequal(listing, &line)
                                              : print_line(listing, &line);
}

static bool print_sides(struct listing *listing, const struct side *old_side,
                        const struct side *new_side)
{
    bool undo = listing->undo;
    uint64_t offset = script_offset(listing, old_side->edit) + old_side->start;
    return edit_script_print_offset(&listing->text, offset, listing->error) &&
           print_side(listing, undo ? new_side : old_side, true) &&
           buffer_append_byte(&listing->text, EDIT_SCRIPT_BLANK, listing->error) &&
           print_side(listing, undo ? old_side : new_side, false) &&
           buffer_append_byte(&listing->text, EDIT_SCRIPT_NEWLINE, listing->error);
}

/* ---- long sides of one length ---------------------------------------------------------------- */

/* Bytes of both sides, from `start` on. */
struct both_sides {
    uint64_t start;
    size_t length;
    const unsigned char *old_bytes, *new_bytes;
    unsigned char memory[STEP]; /* new_bytes, unless they are in memory elsewhere */
};

static bool load_new(struct listing *listing, const struct edit *edit, uint64_t start,
                     struct both_sides *both)
{
    struct side new_side = {true, edit, 0, edit->new_length};
    both->start = start;
    both->length = (size_t)minimum_u64(STEP, edit->new_length - start);
    both->new_bytes = zero_bytes;
    if (edit->kind != EDIT_ZEROS)
        both->new_bytes = side_bytes(listing, &new_side,
                                     (struct range){start, start + both->length}, both->memory);
    both->old_bytes = NULL;
    return both->new_bytes != NULL;
}

/* Makes the bytes at `at` and some behind them readable. */
static bool load_both(struct listing *listing, const struct edit *edit, uint64_t at,
                      struct both_sides *both)
{
    if (at - both->start >= both->length && !load_new(listing, edit, at, both))
        return false;
    if (!both->old_bytes)
        both->old_bytes =
            reader_rising(&listing->old, edit->offset + both->start, both->length, listing->error);
    return both->old_bytes != NULL;
}

/* Moves *at to the first byte that differs, or does not; else to the end of the edit. */
static bool skip_while(struct listing *listing, const struct edit *edit, bool differ, uint64_t *at,
                       struct both_sides *both)
{
    while (*at < edit->new_length) {
        if (!load_both(listing, edit, *at, both))
            return false;
        size_t i = (size_t)(*at - both->start);
        while (i < both->length && (both->old_bytes[i] != both->new_bytes[i]) == differ)
            i++;
        *at = both->start + i;
        if (i < both->length)
            break;
    }
    return true;
}

/* Moves *at over zeros that replace a hole, without reading them. */
static bool skip_hole(struct listing *listing, const struct edit *edit, uint64_t *at)
{
    bool hole = edit->kind == EDIT_ZEROS;
    while (hole && *at < edit->new_length) {
        uint64_t end = minimum_u64(edit->new_length, *at + DATA_AHEAD);
        if (!is_hole(listing, (struct range){edit->offset + *at, edit->offset + end}, &hole))
            return false;
        *at = hole ? end : *at;
    }
    return true;
}

/* Prints the runs of bytes that differ. */
static bool print_runs(struct listing *listing, const struct edit *edit, struct both_sides *both)
{
    both->start = both->length = 0;
    both->old_bytes = NULL;
    for (uint64_t at = 0;;) {
        if (!skip_hole(listing, edit, &at) || !skip_while(listing, edit, false, &at, both))
            return false;
        if (at == edit->new_length)
            return true;
        uint64_t start = at;
        if (!skip_while(listing, edit, true, &at, both))
            return false;
        struct side old_side = {false, edit, start, at - start};
        struct side new_side = {true, edit, start, at - start};
        if (!print_sides(listing, &old_side, &new_side) ||
            (listing->text.length >= TEXT_LEAST && !pass_on(listing)))
            return false;
        both->old_bytes = NULL; /* printing may have moved the reader */
    }
}

static bool print_long(struct listing *listing, const struct edit *edit)
{
    if (edit->old_length != edit->new_length) {
        struct side old_side = {false, edit, 0, edit->old_length};
        struct side new_side = {true, edit, 0, edit->new_length};
        return print_sides(listing, &old_side, &new_side);
    }
    struct both_sides *both = malloc(sizeof *both);
    if (!both)
        return error_memory(listing->error, sizeof *both);
    bool done = print_runs(listing, edit, both);
    free(both);
    return done;
}

/* ---- all edits ------------------------------------------------------------------------------- */

static bool print_edit(struct listing *listing, const struct edit *edit)
{
    return is_short(listing, edit) ? print_short(listing, edit) : print_long(listing, edit);
}

static bool print_all(struct listing *listing, const struct edit_list *edits)
{
    struct edit_reader *reader = malloc(sizeof *reader);
    bool done = reader || error_memory(listing->error, sizeof *reader);
    if (done)
        edit_reader_init(reader, edits);
    for (uint64_t i = 0; done && i < edits->count; i++) {
        done = print_edit(listing, edit_reader_get(reader, i));
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
    bool done = print_all(&listing, edits);
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
    listing.undo = true;
    listing.old.mapping = mapping;
    if (!undo_file_create(undo, &script.file, error))
        return false;
    bool done = print_all(&listing, edits) && file_sync(script.file, error);
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
