/* journal_tail.c - records of the end of an edit: see tail.h. */
#include "crc32c.h"
#include "journal.h"
#include "journal_internal.h"

#include <string.h>

/* ---- as bytes ------------------------------------------------------------------------------- */

enum { NUMBERS = 7, WITNESS_AT = 8 * NUMBERS, CRC_AT = WITNESS_AT + TAIL_WITNESS };

void journal_tail_encode(const struct journal_tail *tail, unsigned char *bytes)
{
    const uint64_t numbers[NUMBERS] = {
        tail->number,      tail->kind,     tail->offset,         tail->size,
        tail->slot_length, tail->slot_crc, tail->witness_length,
    };
    for (size_t i = 0; i < NUMBERS; i++)
        journal_put64(bytes + 8 * i, numbers[i]);
    memcpy(bytes + WITNESS_AT, tail->witness, TAIL_WITNESS);
    journal_put64(bytes + CRC_AT, crc32c(0, bytes, CRC_AT));
}

bool journal_tail_decode(struct journal_tail *tail, const unsigned char *bytes)
{
    uint64_t numbers[NUMBERS];
    for (size_t i = 0; i < NUMBERS; i++)
        numbers[i] = journal_get64(bytes + 8 * i);
    if (numbers[0] == 0 || numbers[1] < TAIL_MOVE || numbers[1] > TAIL_BLOCKS ||
        numbers[6] > TAIL_WITNESS || journal_get64(bytes + CRC_AT) != crc32c(0, bytes, CRC_AT))
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
    memcpy(tail->witness, bytes + WITNESS_AT, TAIL_WITNESS);
    return true;
}

/* ---- in the journal ------------------------------------------------------------------------- */

static uint64_t sector_of(uint64_t number)
{
    return TAIL_OFFSET + number % 2 * RECORD_SECTOR;
}

bool journal_publish_tail(struct journal *journal, const struct journal_tail *tail,
                          struct error *error)
{
    unsigned char bytes[TAIL_LENGTH];
    journal->published = journal->published || tail->kind != TAIL_BLOCKS;
    journal_tail_encode(tail, bytes);
    return journal_write(journal, sector_of(tail->number), bytes, sizeof bytes, error) &&
           (!journal->header.durable || JOURNAL_BARRIER(file_sync(journal->file, true, error)));
}

/* Whether the numbers fit file and journal, and the slot is there as it was written. */
static bool is_whole(struct journal *journal, const struct journal_tail *tail)
{
    struct journal_record slot = {
        .slot_start = journal_slot_start(journal, tail->number, 0),
        .slot_length = tail->slot_length,
        .slot_crc = tail->slot_crc,
    };
    if (tail->offset > OFFSET_MAX || tail->size > OFFSET_MAX)
        return false;
    return tail->kind == TAIL_MOVE
               ? journal_slot_is_whole(journal, &slot)
               : tail->size > tail->offset && tail->witness_length <= tail->size - tail->offset;
}

bool journal_load_tail(struct journal *journal, struct journal_tail *tail, struct error *error)
{
    *tail = (struct journal_tail){0};
    for (uint64_t i = 0; i < 2; i++) {
        unsigned char bytes[TAIL_LENGTH];
        struct journal_tail found;
        size_t got;
        if (!file_read(journal->file, sector_of(i), bytes, sizeof bytes, &got, error))
            return false;
        if (got == sizeof bytes && journal_tail_decode(&found, bytes) && found.number % 2 == i &&
            found.number > tail->number && is_whole(journal, &found))
            *tail = found;
    }
    return true;
}
