/* bytes_codec.c - numbers in a type's byte order, and the words of an operand. */
#include "base/bytes_codec.h"

#include <string.h>

bool byte_type_is_big_endian(const struct byte_type *type)
{
    const uint16_t one = 1;
    unsigned char first;
    memcpy(&first, &one, 1);
    return type->order == BYTE_ORDER_MACHINE ? first == 0 : type->order == BYTE_ORDER_BIG;
}

/* Compilers make one load of this if `size` is a constant. */
static inline uint64_t load(const unsigned char *bytes, unsigned size, bool big)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < size; i++)
        value |= (uint64_t)bytes[i] << 8 * (big ? size - 1 - i : i);
    return value;
}

uint64_t byte_type_load(const struct byte_type *type, const unsigned char *bytes)
{
    bool big = byte_type_is_big_endian(type);
    switch (type->size) {
    case 2:
        return big ? load(bytes, 2, true) : load(bytes, 2, false);
    case 4:
        return big ? load(bytes, 4, true) : load(bytes, 4, false);
    case 8:
        return big ? load(bytes, 8, true) : load(bytes, 8, false);
    default:
        return bytes[0];
    }
}

void byte_type_store(const struct byte_type *type, uint64_t value, unsigned char *bytes)
{
    bool big = byte_type_is_big_endian(type);
    switch (type->size) {
    case 2:
        byte_store(bytes, value, 2, big);
        break;
    case 4:
        byte_store(bytes, value, 4, big);
        break;
    case 8:
        byte_store(bytes, value, 8, big);
        break;
    default:
        bytes[0] = (unsigned char)value;
    }
}

bool byte_type_append(const struct byte_type *type, uint64_t value, struct buffer *out,
                      struct error *error)
{
    unsigned char bytes[sizeof value];
    byte_type_store(type, value, bytes);
    return buffer_append(out, bytes, type->size, error);
}

const char *operand_next_word(const char **text, size_t *length)
{
    const char *start = *text;
    while (operand_is_blank(*start))
        start++;
    const char *end = start;
    while (*end && !operand_is_blank(*end))
        end++;
    *text = end;
    *length = (size_t)(end - start);
    return end == start ? NULL : start;
}

size_t byte_part_words(const struct byte_part *part)
{
    size_t length = part->length;
    while (length > 0 && !operand_is_blank((char)part->text[length - 1]))
        length--;
    return length;
}

size_t byte_part_word_length(const unsigned char *text)
{
    size_t length = 0;
    while (!operand_is_blank((char)text[length]))
        length++;
    return length;
}
