/* tail_record.c - records of the cut at the end of an edit: see apply/tail.h. */
#include "base/crc32c.h"
#include "journal/internal.h"
#include "journal/journal.h"

#include <string.h>

/* ---- as bytes -------------------------------------------------------------------------------- */

enum { NUMBERS = 7, WITNESS_AT = 8 * NUMBERS, CRC_AT = WITNESS_AT + JOURNAL_TAIL_WITNESS };

void journal_tail_encode(const struct journal_tail *tail, unsigned char *bytes)
{
    const uint64_t numbers[NUMBERS] = {
        tail->number,      tail->kind,     tail->offset,         tail->size,
        tail->slot_length, tail->slot_crc, tail->witness_length,
    };
    for (size_t i = 0; i < NUMBERS; i++)
        little_put64(bytes + 8 * i, numbers[i]);
    memcpy(bytes + WITNESS_AT, tail->witness, JOURNAL_TAIL_WITNESS);
    little_put64(bytes + CRC_AT, crc32c(0, bytes, CRC_AT));
}

bool journal_tail_decode(struct journal_tail *tail, const unsigned char *bytes)
{
    uint64_t numbers[NUMBERS];
    for (size_t i = 0; i < NUMBERS; i++)
        numbers[i] = little_get64(bytes + 8 * i);
    if (numbers[0] == 0 || numbers[1] < JOURNAL_TAIL_MOVE || numbers[1] > JOURNAL_TAIL_BLOCKS ||
        numbers[6] > JOURNAL_TAIL_WITNESS ||
        little_get64(bytes + CRC_AT) != crc32c(0, bytes, CRC_AT))
        return false;
    *tail = (struct journal_tail){
        .number = numbers[0],
        .kind = (enum journal_tail_kind)numbers[1],
        .offset = numbers[2],
        .size = numbers[3],
        .slot_length = numbers[4],
        .slot_crc = (uint32_t)numbers[5],
        .witness_length = (uint32_t)numbers[6],
    };
    memcpy(tail->witness, bytes + WITNESS_AT, JOURNAL_TAIL_WITNESS);
    return true;
}

/* ---- in the journal -------------------------------------------------------------------------- */

static uint64_t sector_of(uint64_t number)
{
    return JOURNAL_TAIL_OFFSET + number % 2 * JOURNAL_RECORD_SECTOR;
}

bool journal_publish_tail(struct journal *journal, const struct journal_tail *tail,
                          struct error *error)
{
    unsigned char bytes[JOURNAL_TAIL_LENGTH];
    journal->published = journal->published || tail->kind != JOURNAL_TAIL_BLOCKS;
    journal_tail_encode(tail, bytes);
    return journal_write(journal, sector_of(tail->number), bytes, sizeof bytes, error) &&
           (!journal->header.durable || journal_sync_record(journal, error));
}

/* Checks the numbers against the file and the journal. */
static bool is_sound(const struct journal_tail *tail)
{
    return tail->offset <= OFFSET_MAX && tail->size <= OFFSET_MAX &&
           (tail->kind == JOURNAL_TAIL_MOVE ||
            (tail->size > tail->offset && tail->witness_length <= tail->size - tail->offset));
}

/* A sector is written as a whole or not at all: what is neither zeros nor a record is damaged. */
static bool read_tail(struct journal *journal, uint64_t sector, struct journal_tail *tail,
                      struct error *error)
{
    unsigned char bytes[JOURNAL_RECORD_SECTOR];
    *tail = (struct journal_tail){0};
    if (!journal_read(journal, sector_of(sector), bytes, sizeof bytes, error))
        return false;
    return journal_is_zeros(bytes, sizeof bytes) ||
           (journal_tail_decode(tail, bytes) && tail->number % 2 == sector && is_sound(tail)) ||
           error_set(error, "the journal is damaged: its record of the edit's end is not whole");
}

/* Whether the slot of a record is complete, by its checksum. */
static bool is_whole(struct journal *journal, const struct journal_tail *tail)
{
    struct journal_record slot = {
        .slot_start = journal_slot_start(journal, tail->number, 0),
        .slot_length = tail->slot_length,
        .slot_crc = tail->slot_crc,
    };
    return tail->kind != JOURNAL_TAIL_MOVE || journal_slot_is_whole(journal, &slot);
}

bool journal_load_tail(struct journal *journal, struct journal_tail *tail, struct error *error)
{
    struct journal_tail found[2];
    *tail = (struct journal_tail){0};
    if (!read_tail(journal, 0, &found[0], error) || !read_tail(journal, 1, &found[1], error))
        return false;
    for (size_t i = 0; i < 2; i++)
        if (found[i].number > tail->number && is_whole(journal, &found[i]))
            *tail = found[i];
    return true;
}
