/* encoded.c - a file of UTF-8 whose bytes are read as UTF-16. */
#include "mapping/encoded.h"
#include "base/bytes_encoder.h"
#include "base/checked.h"
#include "base/io_buffer.h"

#include <stdlib.h>
#include <string.h>

enum {
    PIECE = 32 * 1024, /* bytes of text */
    DENSE_MOST = 16,   /* see is_too_dense() */
    SPLIT = 3,         /* the most bytes of a character that are in the next piece */
    TEXT_ROOM = PIECE + SPLIT + BYTE_UTF16_SLACK,
};

struct piece {
    uint64_t start; /* offset of its first unit, in bytes */
    bool is_ascii;  /* each byte of it is a unit */
};

struct encoded {
    struct mapping_overlay face; /* through which the mapping reads */
    const struct byte_type *type;
    struct file *file;    /* of the text; not owned */
    uint64_t text_length; /* without a newline at its end */
    uint64_t count;       /* pieces */
    uint64_t dense;       /* pieces in which a sixteenth is not ASCII, or more */
    struct buffer pieces; /* struct piece, and one more where they end; owned */
};

/* Memory of one read. */
struct encoded_room {
    unsigned char *text;  /* TEXT_ROOM bytes */
    unsigned char *units; /* twice as many */
};

static bool room_init(struct encoded_room *room, struct error *error)
{
    room->text = io_buffer_new(3 * (size_t)TEXT_ROOM, error);
    room->units = room->text ? room->text + TEXT_ROOM : NULL;
    return room->text != NULL;
}

static const struct piece *pieces_of(const struct encoded *encoded)
{
    return (const struct piece *)(const void *)encoded->pieces.data;
}

static bool was_changed(struct error *error)
{
    return error_set(error, "the text was changed by another program");
}

static bool read_text(const struct encoded *encoded, uint64_t at, unsigned char *text,
                      size_t length, struct error *error)
{
    size_t got;
    return file_read(encoded->file, at, text, length, &got, error) &&
           (got == length || was_changed(error));
}

static bool goes_on(unsigned char byte)
{
    return (byte & 0xc0) == 0x80;
}

/* Reads the characters that begin in piece `number`, also a part of one that the next piece has. */
static bool read_characters(const struct encoded *encoded, uint64_t number, unsigned char *text,
                            struct range *part, struct error *error)
{
    uint64_t at = number * PIECE;
    size_t length = (size_t)minimum_u64(PIECE + SPLIT, encoded->text_length - at);
    size_t start = 0, end = minimum_size(length, PIECE);
    if (!read_text(encoded, at, text, length, error))
        return false;
    while (number > 0 && start < SPLIT && start < end && goes_on(text[start]))
        start++;
    while (end < length && goes_on(text[end]))
        end++;
    *part = (struct range){start, end};
    memset(text + end, 0, BYTE_UTF16_SLACK);
    return true;
}

/* Encodes a piece. `*length`: bytes of units. */
static bool encode_piece(const struct encoded *encoded, uint64_t number,
                         const struct encoded_room *room, struct range *part, size_t *length,
                         struct error *error)
{
    if (!read_characters(encoded, number, room->text, part, error))
        return false;
    *length = byte_encode_utf16(encoded->type, room->text + part->start,
                                (size_t)range_length(*part), room->units);
    return *length != BYTE_UTF16_WRONG || was_changed(error);
}

/* ---- a read ---------------------------------------------------------------------------------- */

/* The number of the piece that has the byte at `offset`. */
static uint64_t find_piece(const struct encoded *encoded, uint64_t offset)
{
    const struct piece *pieces = pieces_of(encoded);
    uint64_t low = 0, high = encoded->count;
    while (high - low > 1) {
        uint64_t middle = low + (high - low) / 2;
        if (pieces[middle].start <= offset)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* Units of a piece that is ASCII; an even number of bytes. */
static bool read_ascii(const struct encoded *encoded, uint64_t text_at, unsigned char *bytes,
                       size_t length, const struct encoded_room *room, struct error *error)
{
    size_t count = length / 2;
    if (!read_text(encoded, text_at, room->text, count, error))
        return false;
    memset(room->text + count, 0, BYTE_UTF16_SLACK);
    return byte_encode_utf16(encoded->type, room->text, count, bytes) == length ||
           was_changed(error);
}

/* Reads at least one byte at `offset`, at most to the end of its piece. */
static bool read_some(const struct encoded *encoded, uint64_t offset, unsigned char *bytes,
                      size_t *length, const struct encoded_room *room, struct error *error)
{
    uint64_t number = find_piece(encoded, offset);
    const struct piece *piece = pieces_of(encoded) + number;
    uint64_t skip = offset - piece->start, whole = piece[1].start - piece->start;
    struct range part;
    size_t got;
    *length = (size_t)minimum_u64(*length, whole - skip);
    if (piece->is_ascii && skip % 2 == 0 && *length > 1) {
        *length -= *length % 2;
        return read_ascii(encoded, number * PIECE + skip / 2, bytes, *length, room, error);
    }
    if (!encode_piece(encoded, number, room, &part, &got, error))
        return false;
    if (got != whole)
        return was_changed(error);
    memcpy(bytes, room->units + skip, *length);
    return true;
}

static bool encoded_read(const void *context, uint64_t offset, void *bytes, size_t length,
                         struct error *error)
{
    struct encoded_room room;
    unsigned char *to = bytes;
    bool done = true;
    if (length == 0)
        return true;
    if (!room_init(&room, error))
        return false;
    for (size_t at = 0, part; done && at < length; at += part) {
        part = length - at;
        done = read_some(context, offset + at, to + at, &part, &room, error);
    }
    io_buffer_free(room.text);
    return done;
}

/* ---- the first pass -------------------------------------------------------------------------- */

/*
 * Whether so many characters are not ASCII that it takes longer to encode them again than to read
 * them from a file.
 */
static bool is_too_dense(const struct encoded *encoded)
{
    return encoded->dense > DENSE_MOST + encoded->count / 4;
}

/* Adds a piece; without a room the end of the last one. */
static bool add_piece(struct encoded *encoded, const struct encoded_room *room, uint64_t *start,
                      struct error *error)
{
    struct piece piece = {.start = *start};
    struct range part = {0, 0};
    size_t length = 0;
    if (room && !encode_piece(encoded, encoded->count, room, &part, &length, error))
        return false;
    /* A character may begin in this piece and end in the next, so look at the bytes as well. */
    piece.is_ascii = part.start == 0 && part.end <= PIECE && length == 2 * part.end;
    encoded->dense += length < range_length(part) / 16 * 31;
    *start += length;
    encoded->count += room != NULL;
    return buffer_append(&encoded->pieces, &piece, sizeof piece, error);
}

static bool add_pieces(struct encoded *encoded, struct error *error)
{
    struct encoded_room room;
    uint64_t start = 0;
    bool done = room_init(&room, error);
    while (done && encoded->count * PIECE < encoded->text_length)
        done = add_piece(encoded, &room, &start, error) && !is_too_dense(encoded);
    if (done)
        done = add_piece(encoded, NULL, &start, error);
    io_buffer_free(room.text);
    return done;
}

static bool leave_newline(struct encoded *encoded, struct error *error)
{
    unsigned char last;
    if (!read_text(encoded, encoded->text_length - 1, &last, 1, error))
        return false;
    encoded->text_length -= last == '\n';
    return encoded->text_length > 0;
}

bool encoded_show(struct mapping *mapping, const struct byte_type *type)
{
    struct error ignored = {0};
    struct encoded *encoded = mapping->size > 0 ? calloc(1, sizeof *encoded) : NULL;
    if (!encoded)
        return false;
    encoded->face = (struct mapping_overlay){encoded_read, encoded};
    encoded->type = type;
    encoded->file = mapping->file;
    encoded->text_length = mapping->size;
    if (!leave_newline(encoded, &ignored) || !add_pieces(encoded, &ignored)) {
        error_clear(&ignored);
        encoded_free(encoded);
        return false;
    }
    mapping->encoded = encoded;
    mapping->overlay = &encoded->face;
    mapping->size = pieces_of(encoded)[encoded->count].start;
    return true;
}

void encoded_hide(struct mapping *mapping)
{
    encoded_free(mapping->encoded);
    mapping->encoded = NULL;
    mapping->overlay = NULL;
    mapping->size = mapping->status.size;
}

void encoded_free(struct encoded *encoded)
{
    if (!encoded)
        return;
    buffer_release(&encoded->pieces);
    free(encoded);
}
