/* listing.c - a list of edits printed as an edit script. */
#include "apply/listing.h"
#include "apply/edit_sides.h"
#include "base/eight_bytes.h"
#include "edit/script.h"

#include <stdlib.h>

enum {
    TEXT_LEAST = 256 * 1024, /* text is passed on when there is so much of it */
    LONGEST_OLD = 4096,      /* longer OLD bytes are counted, not shown: they are only checked */
    LEAST_ZEROS = EDIT_SHORT_MOST, /* that many zeros are counted in NEW */
    LAST_OLD = 8,                  /* bytes: see last_line */
    LAST_MOST = 64,
};

static const unsigned char old_zeros[LONGEST_OLD];

/*
 * The line of the last edit, for those that replace the same bytes by the same bytes, as when a
 * word is replaced everywhere: then only the offset is another.
 */
struct last_line {
    uint64_t old_bytes; /* up to eight, as a word */
    size_t old_length;
    const unsigned char *new_bytes; /* in the pool */
    size_t new_length;
    unsigned at;   /* where the bytes of the line begin, in the edit */
    size_t length; /* of what stands behind the offset; 0: nothing is kept */
    unsigned char text[LAST_MOST];
};

/* Where the script's text goes. */
struct listing {
    struct edit_sides sides;   /* owned */
    bool undo;                 /* list what takes the edits back */
    struct buffer text;        /* owned */
    struct decimal_near front; /* the offset of the line before, of short edits */
    struct last_line last;
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
                                       struct range part, unsigned char memory[EDIT_SIDES_STEP])
{
    const struct edit *edit = side->edit;
    part.start += side->start;
    part.end += side->start;
    if (!side->is_new)
        return reader_rising(&listing->sides.old, edit->offset + part.start,
                             (size_t)range_length(part), listing->error);
    return edit_sides_new(&listing->sides, edit, part, memory, listing->error);
}

static bool print_bytes(struct listing *listing, const struct side *side)
{
    unsigned char memory[EDIT_SIDES_STEP];
    for (uint64_t at = 0; at < side->length;) {
        struct range part = {at, at + minimum_u64(EDIT_SIDES_STEP, side->length - at)};
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

/* Whether a side is known to be zeros without reading it: new zeros, or a hole of the file. */
static bool is_zeros(struct listing *listing, const struct side *side, bool *zeros)
{
    *zeros = side->is_new && side->edit->kind == EDIT_ZEROS;
    if (side->is_new || side->length < LEAST_ZEROS)
        return true;
    uint64_t start = side->edit->offset + side->start;
    return edit_sides_is_hole(&listing->sides, (struct range){start, start + side->length}, zeros,
                              listing->error);
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
    return edit_script_print_bytes(&listing->text, old_zeros, (size_t)side->length, listing->error);
}

/* Whether both sides are short, and the new bytes, if there are any, in memory. */
static inline bool is_short(const struct edit *edit, const unsigned char *new_bytes)
{
    return edit->old_length < LEAST_ZEROS && edit->new_length < LEAST_ZEROS &&
           (edit->new_length == 0 || new_bytes);
}

/* The offset of an edit in the script, which is of the whole file, whatever part of it is seen. */
static inline uint64_t script_offset(const struct listing *listing, const struct edit *edit)
{
    return listing->sides.old.mapping->base + (listing->undo ? edit->new_offset : edit->offset);
}

static inline bool print_line(struct listing *listing, const struct edit_short *line)
{
    struct edit_short back = {line->offset, line->new_bytes, line->new_length, line->old_bytes,
                              line->old_length};
    return edit_script_print_near(&listing->text, listing->undo ? &back : line, &listing->front,
                                  listing->error);
}

/* Which bytes of two sides of one length differ: bit n is that of byte n. */
static inline uint64_t unequal_bits(const struct edit_short *line)
{
    uint64_t bits = 0;
    for (size_t at = 0; at < line->old_length; at += 8) {
        size_t few = minimum_size(line->old_length - at, 8);
        bits |= eight_bytes_gather(eight_bytes_unequal(eight_bytes_few(line->old_bytes + at, few),
                                                       eight_bytes_few(line->new_bytes + at, few)))
                << at;
    }
    return bits;
}

/* A row of bits without its lowest run of ones. */
static inline uint64_t without_run(uint64_t bits)
{
    return bits & (bits + (bits & -bits));
}

/* Prints the runs of bytes that differ of two sides of one length; fewer than 64 bytes. */
static inline bool print_unequal(struct listing *listing, const struct edit_short *line)
{
    for (uint64_t bits = unequal_bits(line); bits != 0; bits = without_run(bits)) {
        unsigned at = lowest_bit(bits), length = lowest_bit(~(bits >> at));
        struct edit_short run = {line->offset + at, line->old_bytes + at, length,
                                 line->new_bytes + at, length};
        if (!print_line(listing, &run))
            return false;
    }
    return true;
}

static inline bool is_last(const struct last_line *last, const struct edit_short *line,
                           uint64_t old_bytes)
{
    return last->length > 0 && last->new_bytes == line->new_bytes && last->old_bytes == old_bytes &&
           last->new_length == line->new_length && last->old_length == line->old_length;
}

static inline bool print_last(struct listing *listing, uint64_t offset)
{
    struct buffer *text = &listing->text;
    if (text->capacity - text->length < DECIMAL_MAX + LAST_MOST &&
        !buffer_reserve(text, DECIMAL_MAX + LAST_MOST, listing->error))
        return false;
    unsigned char *end = text->data + text->length;
    end += decimal_write_near(&listing->front, offset + listing->last.at, (char *)end);
    memcpy(end, listing->last.text, LAST_MOST); /* sooner done than the exact number */
    text->length = (size_t)(end - text->data) + listing->last.length;
    return true;
}

/* Keeps the line that was printed at `start`, if it is one, when the same new bytes come again. */
static void keep_last(struct listing *listing, const struct edit_short *line, uint64_t old_bytes,
                      size_t start)
{
    struct last_line *last = &listing->last;
    bool again = last->new_bytes == line->new_bytes;
    last->new_bytes = line->new_bytes;
    last->length = 0;
    uint64_t bits = 1;
    if (again && line->old_length == line->new_length)
        bits = unequal_bits(line);
    start += listing->front.length + DECIMAL_NEAR_DIGITS; /* if there is a front */
    if (!again || listing->front.length == 0 || bits == 0 || without_run(bits) != 0 ||
        listing->text.length - start > LAST_MOST)
        return;
    last->old_bytes = old_bytes;
    last->old_length = line->old_length;
    last->new_length = line->new_length;
    last->at = lowest_bit(bits);
    last->length = listing->text.length - start;
    memcpy(last->text, listing->text.data + start, last->length);
}

static inline bool print_short(struct listing *listing, const struct edit *edit,
                               const unsigned char *new_bytes)
{
    struct edit_short line = {.offset = script_offset(listing, edit),
                              .old_length = (size_t)edit->old_length};
    line.new_length = (size_t)edit->new_length;
    line.new_bytes = new_bytes;
    if (line.old_length > 0) {
        line.old_bytes =
            reader_rising(&listing->sides.old, edit->offset, line.old_length, listing->error);
        if (!line.old_bytes)
            return false;
    }
    bool few = line.old_length > 0 && line.old_length <= LAST_OLD;
    uint64_t old_bytes = few ? eight_bytes_few(line.old_bytes, line.old_length) : 0;
    if (few && is_last(&listing->last, &line, old_bytes))
        return print_last(listing, line.offset);
    size_t start = listing->text.length;
    bool printed = line.old_length == line.new_length ? print_unequal(listing, &line)
                                                      : print_line(listing, &line);
    if (few && printed)
        keep_last(listing, &line, old_bytes, start);
    return printed;
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

/* Prints the runs of bytes that differ. */
static bool print_runs(struct listing *listing, const struct edit *edit)
{
    uint64_t at = 0;
    struct range run;
    edit_sides_begin(&listing->sides);
    while (edit_sides_next(&listing->sides, edit, &at, &run, listing->error)) {
        uint64_t length = range_length(run);
        if (length == 0)
            return true;
        struct side old_side = {false, edit, run.start, length};
        struct side new_side = {true, edit, run.start, length};
        if (!print_sides(listing, &old_side, &new_side) ||
            (listing->text.length >= TEXT_LEAST && !pass_on(listing)))
            return false;
    }
    return false;
}

static bool print_long(struct listing *listing, const struct edit *edit)
{
    struct side old_side = {false, edit, 0, edit->old_length};
    struct side new_side = {true, edit, 0, edit->new_length};
    return edit->old_length == edit->new_length ? print_runs(listing, edit)
                                                : print_sides(listing, &old_side, &new_side);
}

/* ---- all edits ------------------------------------------------------------------------------- */

static inline bool print_edit(struct listing *listing, const struct edit *edit)
{
    const unsigned char *new_bytes =
        pool_memory(listing->sides.pool, edit, (struct range){0, edit->new_length});
    return is_short(edit, new_bytes) ? print_short(listing, edit, new_bytes)
                                     : print_long(listing, edit);
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
    edit_sides_release(&listing->sides);
    buffer_release(&listing->text);
}

static bool take_output(void *context, const struct buffer *text, struct error *error)
{
    return output_bytes(context, text->data, text->length, error);
}

bool listing_print(struct output *output, const struct mapping *mapping,
                   const struct edit_list *edits, struct pool *pool, struct error *error)
{
    struct listing listing = {
        .sides = {.pool = pool}, .take = take_output, .context = output, .error = error};
    listing.sides.old.mapping = mapping;
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
    struct listing listing = {
        .sides = {.pool = pool}, .take = take_file, .context = &script, .error = error};
    listing.undo = true;
    listing.sides.old.mapping = mapping;
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
