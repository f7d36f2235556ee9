/* bytes_encoder.c - values written in a TYPE, in a text that comes in parts, become bytes. */
#include "base/bytes_encoder.h"
#include "base/bytes_codec.h"
#include "base/count.h"
#include "base/io_buffer.h"

#include <inttypes.h>
#include <string.h>

/* The rest of the last part of the text, and the room for the next part, which begins a page. */
enum {
    REST = BYTE_ENCODER_VALUE_MAX,
    ROOM = 128 * 1024,
    SLACK = BYTE_TEXT_SLACK + 1, /* and the blank that ends the last number */
};

bool byte_encoder_init(struct byte_encoder *encoder, const struct byte_type *type,
                       struct error *error)
{
    *encoder = (struct byte_encoder){
        .type = type, .vectors = byte_vectors_chosen(), .line = 1, .column = 1};
    return type || (encoder->type = byte_type_find("text", error)) != NULL;
}

unsigned char *byte_encoder_room(struct byte_encoder *encoder, size_t *length, struct error *error)
{
    if (!encoder->memory)
        encoder->memory = io_buffer_new(REST + ROOM + SLACK, error);
    *length = ROOM;
    return encoder->memory ? encoder->memory + REST : NULL;
}

/* Moves line and column behind bytes of the text. */
static void advance(struct byte_encoder *encoder, const unsigned char *text, size_t length)
{
    size_t newlines = count_byte(text, length, '\n'), behind = length;
    if (newlines == 0) {
        encoder->column += length;
        return;
    }
    while (text[behind - 1] != '\n')
        behind--;
    encoder->line += newlines;
    encoder->column = length - behind + 1;
}

/* The error is at `used` in the text. It is about a file, so help for the usage is no use. */
static bool fail_at(struct byte_encoder *encoder, const unsigned char *text, size_t used,
                    struct error *error)
{
    advance(encoder, text, used);
    if (error)
        error->usage = false;
    return error_prefix(error, "line %" PRIu64 ", column %" PRIu64, encoder->line, encoder->column);
}

static bool is_one_value(const struct byte_type *type)
{
    return !byte_type_is_number(type) && type->codec != &byte_codec_hex;
}

/* Encodes what is complete of the rest and `length` bytes in the room; the end becomes the rest. */
static bool encode(struct byte_encoder *encoder, size_t length, bool is_last, struct buffer *out,
                   struct error *error)
{
    unsigned char *end = encoder->memory + REST + length, *text = encoder->memory + REST;
    text -= encoder->rest;
    length += encoder->rest;
    bool ends_line = length > 0 && end[-1] == '\n';
    struct byte_part part = {.type = encoder->type, .text = text, .out = out};
    part.vectors = encoder->vectors;
    part.is_last = is_last;
    part.length = length - (ends_line && is_one_value(encoder->type));
    memset(end, 0, BYTE_TEXT_SLACK);
    if (!encoder->type->codec->encode_part(&part, error))
        return fail_at(encoder, text, part.used, error);
    if (length - part.used > BYTE_ENCODER_VALUE_MAX) {
        error_set(error, "a value of more than %d characters", BYTE_ENCODER_VALUE_MAX);
        return fail_at(encoder, text, part.used, error);
    }
    advance(encoder, text, part.used);
    encoder->rest = length - part.used;
    memmove(encoder->memory + REST - encoder->rest, text + part.used, encoder->rest);
    return true;
}

bool byte_encoder_take(struct byte_encoder *encoder, size_t length, struct buffer *out,
                       struct error *error)
{
    return encode(encoder, length, false, out, error);
}

bool byte_encoder_finish(struct byte_encoder *encoder, struct buffer *out, struct error *error)
{
    size_t blank = byte_type_is_number(encoder->type);
    if (encoder->rest == 0)
        return true;
    if (blank)
        encoder->memory[REST] = '\n';
    return encode(encoder, blank, true, out, error);
}

void byte_encoder_release(struct byte_encoder *encoder)
{
    io_buffer_free(encoder->memory);
}
