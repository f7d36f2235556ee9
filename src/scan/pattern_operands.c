/* pattern_operands.c - goes through the operands of a search one by one. */
#include "scan/pattern_operands.h"

#include <inttypes.h>
#include <string.h>

/* ---- one after the other --------------------------------------------------------------------- */

/* The next line without its newline. The last line may have none. */
static bool next_line(struct operand_reader *reader, struct written_operand *operand)
{
    const struct pattern_file *lines = &reader->operands->lines;
    if (reader->at >= lines->length)
        return false;
    const unsigned char *start = lines->bytes + reader->at;
    const unsigned char *newline = memchr(start, '\n', lines->length - reader->at);
    size_t length = newline ? (size_t)(newline - start) : lines->length - reader->at;
    *operand = (struct written_operand){start, length, false};
    reader->at += length + 1;
    reader->line++;
    return true;
}

bool operand_reader_next(struct operand_reader *reader, struct written_operand *operand)
{
    const struct pattern_operands *operands = reader->operands;
    if (reader->next < operands->count) {
        const char *text = operands->texts[reader->next++];
        *operand = (struct written_operand){(const unsigned char *)text, strlen(text), false};
        return true;
    }
    if (next_line(reader, operand))
        return true;
    reader->line = 0;
    if (!operands->whole.given || reader->whole_done)
        return false;
    reader->whole_done = true;
    *operand = (struct written_operand){operands->whole.bytes, operands->whole.length, true};
    return true;
}

void operand_reader_release(struct operand_reader *reader)
{
    buffer_release(&reader->word);
}

bool operand_reader_locate(const struct operand_reader *reader, struct error *error)
{
    char quoted[200];
    if (reader->line == 0)
        return false;
    return error_prefix(error, "%s:%" PRIu64,
                        diag_escape(quoted, sizeof quoted, reader->operands->lines.name),
                        reader->line);
}

/* ---- bytes ----------------------------------------------------------------------------------- */

static bool append_as_is(const struct written_operand *operand, struct buffer *bytes,
                         struct buffer *mask, struct error *error)
{
    if (operand->length == 0)
        return true;
    if (!buffer_append(bytes, operand->bytes, operand->length, error) ||
        (mask && !buffer_reserve(mask, operand->length, error)))
        return false;
    if (!mask)
        return true;
    memset(mask->data + mask->length, 0xff, operand->length);
    mask->length += operand->length;
    return true;
}

/* A NUL byte in a line stands for itself where any character does: a byte, or a UTF-16 unit. */
static bool append_nul(const struct byte_type *type, struct buffer *bytes, struct buffer *mask,
                       struct error *error)
{
    static const unsigned char zeros[2];
    bool is_escape = !strcmp(byte_type_name(type), "escape");
    if (!is_escape && !byte_type_is_utf16(type))
        return error_usage(error, "a NUL byte is not written as %s", byte_type_name(type));
    return append_as_is(&(struct written_operand){zeros, byte_type_size(type), true}, bytes, mask,
                        error);
}

/* Encodes the bytes up to the next NUL, or to the end. */
static bool encode_word(struct operand_reader *reader, const unsigned char *word, size_t length,
                        struct buffer *bytes, struct buffer *mask, struct error *error)
{
    reader->word.length = 0;
    if (!buffer_append(&reader->word, word, length, error) ||
        !buffer_append_byte(&reader->word, 0, error))
        return false;
    const char *text = (const char *)reader->word.data;
    return mask ? bytes_encode_masked(reader->type, text, bytes, mask, error)
                : bytes_encode(reader->type, text, bytes, error);
}

bool operand_reader_encode(struct operand_reader *reader, const struct written_operand *operand,
                           struct buffer *bytes, struct buffer *mask, struct error *error)
{
    if (operand->as_is || byte_type_is_text(reader->type))
        return append_as_is(operand, bytes, mask, error);
    const unsigned char *at = operand->bytes, *end = at + operand->length;
    for (;;) {
        const unsigned char *nul = at < end ? memchr(at, 0, (size_t)(end - at)) : NULL;
        size_t length = (size_t)((nul ? nul : end) - at);
        if (!encode_word(reader, at, length, bytes, mask, error))
            return false;
        if (!nul)
            return true;
        if (!append_nul(reader->type, bytes, mask, error))
            return false;
        at = nul + 1;
    }
}
