/* input_typed.c - the values of --typed-from, written in TYPE, become bytes. */
#include "commands/input_typed.h"
#include "base/bytes_encoder.h"
#include "mapping/encoded.h"

#include <string.h>

enum { CHUNK = 1024 * 1024 }; /* the fastest to write to a new file, as measured on ext4 */

/* A text on its way into a spool. */
struct encoding {
    const struct mapping *text;
    uint64_t at;                   /* bytes read of a file */
    struct byte_encoder encoder;   /* has the room, also for records */
    struct record_encoder records; /* if it has a record */
    struct buffer bytes;           /* those that are not in the spool yet */
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

/* Encodes `got` bytes in the room; none: the text has ended. */
static bool encode_records(struct encoding *encoding, const unsigned char *room, size_t got,
                           struct error *error)
{
    const struct record_bytes out = {.bytes = &encoding->bytes};
    struct record_encoder *records = &encoding->records;
    if (got > 0 ? record_encoder_feed(records, (const char *)room, got, &out, error)
                : record_encoder_finish(records, &out, error))
        return true;
    if (error)
        error->usage = false; /* the text is a file's */
    return false;
}

static bool encode_values(struct encoding *encoding, size_t got, struct error *error)
{
    return got > 0 ? byte_encoder_take(&encoding->encoder, got, &encoding->bytes, error)
                   : byte_encoder_finish(&encoding->encoder, &encoding->bytes, error);
}

/* Moves whole chunks to the spool; all when the text has ended. */
static bool keep_bytes(struct encoding *encoding, bool ended, struct error *error)
{
    struct buffer *bytes = &encoding->bytes;
    size_t length = ended ? bytes->length : bytes->length - bytes->length % CHUNK;
    if (length == 0)
        return true;
    if (!spool_append(&encoding->spool, bytes->data, length, error))
        return false;
    bytes->length -= length;
    memmove(bytes->data, bytes->data + length, bytes->length);
    return true;
}

static bool encode_part(struct encoding *encoding, size_t *got, struct error *error)
{
    size_t size;
    unsigned char *room = byte_encoder_room(&encoding->encoder, &size, error);
    if (!room || !read_part(encoding, room, size, got, error))
        return false;
    return (encoding->records.record ? encode_records(encoding, room, *got, error)
                                     : encode_values(encoding, *got, error)) &&
           keep_bytes(encoding, *got == 0, error);
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
                  const struct record *record, const struct spool_place *place, struct error *error)
{
    struct encoding encoding = {.text = mapping, .spool.place = *place, .records.record = record};
    bool done = encode_all(&encoding, type, error);
    byte_encoder_release(&encoding.encoder);
    record_encoder_release(&encoding.records);
    buffer_release(&encoding.bytes);
    if (done)
        return mapping_keep_spool(mapping, &encoding.spool, error);
    spool_release(&encoding.spool);
    return false;
}

bool input_encode_late(struct mapping *mapping, const struct byte_type *type)
{
    return type && byte_type_is_utf16(type) && mapping->status.kind == FILE_REGULAR &&
           !mapping->status.size_unknown && mapping->size > SPOOL_MEMORY / 2 &&
           encoded_show(mapping, type);
}
