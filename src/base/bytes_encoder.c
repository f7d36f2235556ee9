/* bytes_encoder.c - values written in a TYPE, in a text that comes in parts, become bytes. */
#include "base/bytes_encoder.h"
#include "base/bytes_codec.h"

#include <inttypes.h>
#include <string.h>

enum {
    ROOM = 128 * 1024,
    SLACK = BYTE_TEXT_SLACK + 1, /* and the blank that ends the last number */
};

bool byte_encoder_init(struct byte_encoder *encoder, const struct byte_type *type,
                       struct error *error)
{
    *encoder = (struct byte_encoder){.type = type, .line = 1, .column = 1};
    return type || (encoder->type = byte_type_find("text", error)) != NULL;
}

unsigned char *byte_encoder_room(struct byte_encoder *encoder, size_t *length, struct error *error)
{
    if (!buffer_reserve(&encoder->text, ROOM + SLACK, error))
        return NULL;
    *length = ROOM;
    return encoder->text.data + encoder->text.length;
}

/* Moves line and column behind bytes of the text. */
static void advance(struct byte_encoder *encoder, const unsigned char *text, size_t length)
{
    size_t newlines = 0, behind = length;
    for (size_t i = 0; i < length; i++)
        newlines += text[i] == '\n';
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
static bool fail_at(struct byte_encoder *encoder, size_t used, struct error *error)
{
    advance(encoder, encoder->text.data, used);
    if (error)
        error->usage = false;
    return error_prefix(error, "line %" PRIu64 ", column %" PRIu64, encoder->line, encoder->column);
}

static bool is_one_value(const struct byte_type *type)
{
    return !byte_type_is_number(type) && type->codec != &byte_codec_hex;
}

/* Encodes what is complete and keeps the rest of the text. */
static bool encode(struct byte_encoder *encoder, bool is_last, struct buffer *out,
                   struct error *error)
{
    struct buffer *text = &encoder->text;
    bool ends_line = text->length > 0 && text->data[text->length - 1] == '\n';
    struct byte_part part = {.type = encoder->type, .text = text->data, .out = out};
    part.is_last = is_last;
    part.length = text->length - (ends_line && is_one_value(encoder->type));
    memset(text->data + text->length, 0, BYTE_TEXT_SLACK);
    if (!encoder->type->codec->encode_part(&part, error))
        return fail_at(encoder, part.used, error);
    advance(encoder, text->data, part.used);
    text->length -= part.used;
    memmove(text->data, text->data + part.used, text->length);
    return true;
}

bool byte_encoder_take(struct byte_encoder *encoder, size_t length, struct buffer *out,
                       struct error *error)
{
    encoder->text.length += length;
    if (!encode(encoder, false, out, error))
        return false;
    if (encoder->text.length <= BYTE_ENCODER_VALUE_MAX)
        return true;
    error_set(error, "a value of more than %d characters", BYTE_ENCODER_VALUE_MAX);
    return fail_at(encoder, 0, error);
}

bool byte_encoder_finish(struct byte_encoder *encoder, struct buffer *out, struct error *error)
{
    if (encoder->text.length == 0)
        return true;
    if (!buffer_reserve(&encoder->text, SLACK, error))
        return false;
    if (byte_type_is_number(encoder->type))
        encoder->text.data[encoder->text.length++] = '\n';
    return encode(encoder, true, out, error);
}

void byte_encoder_release(struct byte_encoder *encoder)
{
    buffer_release(&encoder->text);
}
