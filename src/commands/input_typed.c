/* input_typed.c - the values of --typed-from, written in TYPE, become bytes. */
#include "commands/input_typed.h"
#include "base/bytes_encoder.h"

/* A text on its way into a spool. */
struct encoding {
    const struct mapping *text;
    uint64_t at; /* bytes read of a file */
    struct byte_encoder encoder;
    struct buffer bytes; /* of the last part of the text */
    struct spool spool;
};

/* Reads into the room; 0 bytes at the end. */
static bool read_part(struct encoding *encoding, unsigned char *room, size_t size, size_t *got,
                      struct error *error)
{
    const struct mapping *text = encoding->text;
    if (text->status.kind == FILE_STREAM || text->status.size_unknown)
        return file_read_stream(text->file, room, size, got, error);
    *got = (size_t)minimum_u64(size, text->size - encoding->at);
    if (!mapping_read(text, encoding->at, room, *got, error))
        return false;
    encoding->at += *got;
    return true;
}

static bool encode_part(struct encoding *encoding, size_t *got, struct error *error)
{
    size_t size;
    struct byte_encoder *encoder = &encoding->encoder;
    struct buffer *bytes = &encoding->bytes;
    unsigned char *room = byte_encoder_room(encoder, &size, error);
    if (!room || !read_part(encoding, room, size, got, error))
        return false;
    bytes->length = 0;
    return (*got > 0 ? byte_encoder_take(encoder, *got, bytes, error)
                     : byte_encoder_finish(encoder, bytes, error)) &&
           spool_append(&encoding->spool, bytes->data, bytes->length, error);
}

static bool encode_all(struct encoding *encoding, const struct byte_type *type, struct error *error)
{
    size_t got = 1;
    if (!byte_encoder_init(&encoding->encoder, type, error))
        return false;
    while (got > 0)
        if (!encode_part(encoding, &got, error))
            return false;
    return true;
}

bool input_encode(struct mapping *mapping, const struct byte_type *type,
                  const struct spool_place *place, struct error *error)
{
    struct encoding encoding = {.text = mapping, .spool.place = *place};
    bool done = encode_all(&encoding, type, error);
    byte_encoder_release(&encoding.encoder);
    buffer_release(&encoding.bytes);
    if (done)
        return mapping_keep_spool(mapping, &encoding.spool, error);
    spool_release(&encoding.spool);
    return false;
}
