/* format.c - encodes and decodes the header of a journal; journal.h has the layout. */
#include "base/crc32c.h"
#include "journal/internal.h"

#include <string.h>

/* The last byte is the number of the format. */
static const unsigned char magic[8] = {'M', 'M', 'T', 'J', 'R', 'N', 'L', '0' + JOURNAL_FORMAT};

/* Visits the fields of the header in their order, both to encode and to decode. */
struct cursor {
    unsigned char *bytes;
    size_t at;
    bool writing;
};

static void number(struct cursor *cursor, uint64_t *value)
{
    unsigned char *bytes = cursor->bytes + cursor->at;
    cursor->at += 8;
    if (cursor->writing)
        little_put64(bytes, *value);
    else
        *value = little_get64(bytes);
}

static void number32(struct cursor *cursor, uint32_t *value)
{
    uint64_t wide = *value;
    number(cursor, &wide);
    *value = (uint32_t)wide;
}

static void some_bytes(struct cursor *cursor, unsigned char *bytes, size_t length)
{
    unsigned char *there = cursor->bytes + cursor->at;
    cursor->at += length;
    memcpy(cursor->writing ? there : bytes, cursor->writing ? bytes : there, length);
}

static void privileges(struct cursor *cursor, struct file_privileges *privileges)
{
    number(cursor, &privileges->owner);
    number(cursor, &privileges->group);
    number32(cursor, &privileges->mode);
    number32(cursor, &privileges->capability_length);
    some_bytes(cursor, privileges->capability, sizeof privileges->capability);
}

static void fields(struct cursor *cursor, struct journal_header *header)
{
    uint64_t durable = header->durable;
    uint64_t *const numbers[] = {
        &durable,
        &header->identity,
        &header->birth,
        &header->device,
        &header->old_size,
        &header->new_size,
        &header->start_size,
        &header->sizes.write_max,
        &header->sizes.zero_min,
        &header->sizes.merge_gap,
        &header->edit_count,
        &header->list_length,
        &header->pool_offset,
        &header->pool_length,
        &header->slot_offset,
        &header->length,
        &header->blocks_offset,
        &header->blocks_length,
        &header->witness_length,
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        number(cursor, numbers[i]);
    header->durable = durable != 0;
    number32(cursor, &header->marks);
    number32(cursor, &header->blocks);
    number32(cursor, &header->list_crc);
    number32(cursor, &header->pool_crc);
    number32(cursor, &header->witness_crc);
    number32(cursor, &header->state);
    number(cursor, &header->undo_number);
    number(cursor, &header->undo_length);
    number32(cursor, &header->undo_crc);
    privileges(cursor, &header->privileges);
}

void journal_header_encode(const struct journal_header *header, unsigned char *bytes)
{
    struct journal_header copy = *header;
    struct cursor cursor = {bytes, sizeof magic + JOURNAL_UUID, true};
    memset(bytes, 0, JOURNAL_HEADER);
    memcpy(bytes, magic, sizeof magic);
    memcpy(bytes + sizeof magic, header->uuid, JOURNAL_UUID);
    fields(&cursor, &copy);
    uint64_t crc = crc32c(0, bytes, JOURNAL_HEADER - 8);
    cursor.at = JOURNAL_HEADER - 8;
    number(&cursor, &crc);
}

_Static_assert((int)WITNESS_TABLE <= (int)JOURNAL_WITNESS_ROOM, "the table of witnesses has room");

/* Checks that lengths and offsets fit each other, before they are used. */
static bool is_sound(const struct journal_header *header)
{
    uint64_t list_end = 0, undo_end = 0, pool_end = 0, end = 0;
    if (header->state < JOURNAL_PRE || header->state > JOURNAL_DONE ||
        header->witness_length > WITNESS_TABLE)
        return false;
    if (header->sizes.write_max == 0 || header->sizes.write_max > (uint64_t)1 << 30 ||
        header->sizes.zero_min == 0)
        return false;
    if (header->old_size > OFFSET_MAX || header->new_size > OFFSET_MAX ||
        header->start_size > OFFSET_MAX || header->blocks > JOURNAL_BLOCKS_CUT ||
        header->marks > JOURNAL_MARKS_PERHAPS || header->undo_length > JOURNAL_UNDO_PATH ||
        header->privileges.mode > 07777 || header->privileges.capability_length > FILE_CAPABILITIES)
        return false;
    return checked_add(JOURNAL_LIST_OFFSET, header->list_length, &list_end) &&
           checked_add(list_end, header->undo_length, &undo_end) &&
           undo_end <= header->pool_offset &&
           checked_add(header->pool_offset, header->pool_length, &pool_end) &&
           pool_end <= header->slot_offset &&
           checked_add(header->slot_offset, 2 * journal_slot_stride(header), &end) &&
           (header->length == header->slot_offset ||
            (header->length == end && header->slot_offset % JOURNAL_PAGE == 0));
}

bool journal_is_zeros(const unsigned char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (bytes[i] != 0)
            return false;
    return true;
}

uint32_t journal_header_format(const unsigned char *bytes)
{
    return (unsigned char)(bytes[sizeof magic - 1] - '0');
}

static bool is_read_here(uint32_t format)
{
    return format >= JOURNAL_FORMAT_OLDEST && format <= JOURNAL_FORMAT;
}

enum journal_header_kind journal_header_read(struct journal_header *header,
                                             const unsigned char *bytes, size_t length)
{
    unsigned char copy[JOURNAL_HEADER] = {0};
    memcpy(copy, bytes, length);
    struct cursor cursor = {copy, JOURNAL_HEADER - 8, false};
    uint64_t crc;
    *header = (struct journal_header){0};
    if (journal_is_zeros(copy, sizeof copy))
        return JOURNAL_HEADER_EMPTY;
    number(&cursor, &crc);
    if (memcmp(copy, magic, sizeof magic - 1) != 0)
        return JOURNAL_HEADER_DAMAGED;
    if (!is_read_here(journal_header_format(copy)))
        return JOURNAL_HEADER_OF_OTHER_FORMAT;
    if (crc != crc32c(0, copy, JOURNAL_HEADER - 8))
        return JOURNAL_HEADER_DAMAGED;
    memcpy(header->uuid, copy + sizeof magic, JOURNAL_UUID);
    cursor.at = sizeof magic + JOURNAL_UUID;
    fields(&cursor, header);
    return is_sound(header) ? JOURNAL_HEADER_SOUND : JOURNAL_HEADER_DAMAGED;
}

bool journal_header_decode(struct journal_header *header, const unsigned char *bytes)
{
    return journal_header_read(header, bytes, JOURNAL_HEADER) == JOURNAL_HEADER_SOUND;
}

/* ---- the progress word ----------------------------------------------------------------------- */

enum { WORD_NUMBER_BITS = 40, WORD_CHECK_BITS = 64 - WORD_NUMBER_BITS };

uint64_t journal_word(const struct journal_header *header, uint64_t published)
{
    unsigned char number[8];
    little_put64(number, published);
    uint64_t check = crc32c(crc32c(0, header->uuid, sizeof header->uuid), number, sizeof number);
    return check >> (32 - WORD_CHECK_BITS) << WORD_NUMBER_BITS | published;
}

bool journal_word_number(const struct journal_header *header, uint64_t word, uint64_t *published)
{
    *published = word & (((uint64_t)1 << WORD_NUMBER_BITS) - 1);
    return word == journal_word(header, *published);
}
