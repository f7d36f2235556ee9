/*
 * fuzz_journal.c - a journal made of the fuzzer's bytes: its header, its records, its table of
 * witnesses, and a list of edits gone through to its end as a recovery would. The checksums
 * are made right, as one who plants a journal would do. run.sh begins with journals of edits
 * that were killed.
 */
#include "base/crc32c.h"
#include "fuzz.h"
#include "journal/internal.h"

/* A copy with the right checksum in its last eight bytes. */
static void sign(unsigned char *bytes, const uint8_t *data, size_t size)
{
    memcpy(bytes, data, size);
    little_put64(bytes + size - 8, crc32c(0, bytes, size - 8));
}

static bool decode(const uint8_t *data, struct journal_header *header)
{
    unsigned char bytes[JOURNAL_HEADER], copy[JOURNAL_HEADER];
    memcpy(copy, data, sizeof copy);
    memcpy(copy, "MMTJRNL5", 8);
    sign(bytes, copy, sizeof bytes);
    return journal_header_decode(header, bytes);
}

/* Each step must lie in the file; of very many, the first ones. */
static void check_steps(const struct journal_header *header, const struct edit_list *edits)
{
    struct plan plan;
    struct plan_cursor steps;
    struct plan_step step;
    struct error error;
    if (!plan_init(&plan, edits, header->start_size, &header->sizes, &error))
        return;
    uint64_t end = plan.new_size > plan.old_size ? plan.new_size : plan.old_size;
    plan_cursor_init(&steps, &plan);
    for (unsigned i = 0; i < 10000 && plan_cursor_next(&steps, &step); i++)
        DEMAND(step.length > 0 && step.length <= end && step.destination <= end - step.length);
}

static void load_and_check(const struct journal_header *header, const uint8_t *data, size_t size)
{
    struct edit_list edits;
    struct error error;
    struct encoded_edits encoded = {data, size, header->edit_count};
    if (!edit_list_load(&edits, &encoded, header->start_size, header->pool_length, &error))
        return;
    check_steps(header, &edits);
    edit_list_release(&edits);
}

/* Every witness lies in a file that can be. */
static void judge(const uint8_t *table, size_t length, const struct witness_progress *progress)
{
    struct witness_findings findings;
    struct witness witness;
    witness_findings_init(&findings, progress);
    for (size_t at = 0; at < length && witness_decode(&witness, table, length, &at);) {
        DEMAND(at <= length && witness.length > 0 && witness.length <= WITNESS_BYTES &&
               witness.offset <= OFFSET_MAX - witness.length);
        witness_judge(&findings, &witness, witness.new, witness.length);
    }
    DEMAND(witness_verdict(&findings) <= WITNESS_IS_OTHER);
}

static void read_records(const struct journal_header *header, const uint8_t *data)
{
    unsigned char bytes[JOURNAL_RECORD_SECTOR];
    struct journal_record record;
    struct journal_tail tail;
    uint64_t published = 0;
    if (journal_word_number(header, little_get64(data + JOURNAL_PROGRESS_OFFSET), &published))
        DEMAND(published >> 40 == 0);
    sign(bytes, data + JOURNAL_RECORD_OFFSET, JOURNAL_RECORD_LENGTH);
    if (journal_record_decode(&record, bytes))
        judge(record.witnesses, record.witness_length,
              &(struct witness_progress){.steps = published, .published = record.published});
    sign(bytes, data + JOURNAL_TAIL_OFFSET, JOURNAL_TAIL_LENGTH);
    if (journal_tail_decode(&tail, bytes))
        DEMAND(tail.witness_length <= sizeof tail.witness);
    judge(data + JOURNAL_WITNESS_OFFSET, (size_t)header->witness_length,
          &(struct witness_progress){.steps = published, .published = published});
}

/* A whole one, up to its new bytes. */
static void read_journal(const uint8_t *data, size_t size)
{
    struct journal_header header;
    if (!decode(data, &header))
        return;
    read_records(&header, data);
    load_and_check(&header, data + JOURNAL_LIST_OFFSET,
                   (size_t)minimum_u64(header.list_length, size - JOURNAL_LIST_OFFSET));
}

enum { SHAPED = 16 };

/* A header that is right but for what matters to the list. */
static struct journal_header shape(const uint8_t *data)
{
    uint64_t size = little_get64(data);
    return (struct journal_header){
        .start_size = (size >> 1) >> (data[8] & 63),
        .sizes.write_max = 1 + (uint64_t)data[9] * 64,
        .sizes.zero_min = 1 + (uint64_t)data[10] * 16,
        .sizes.merge_gap = data[11],
        .edit_count = data[12],
        .pool_length = (uint64_t)data[13] << (data[14] & 31),
    };
}

/* Takes a part of a journal: its length, and its first bytes; the others are zeros. */
static void take_part(unsigned char *at, size_t most)
{
    size_t length = (size_t)fuzz_number(2) % (most + 1);
    for (size_t i = 0; i < length; i++)
        at[i] = (unsigned char)fuzz_byte();
}

/* A whole one out of its parts, so that short inputs make one; the list is the rest of the input.
 */
static void read_parts(void)
{
    enum { LIST_MOST = 4096 };
    static unsigned char journal[JOURNAL_LIST_OFFSET + LIST_MOST];
    memset(journal, 0, sizeof journal);
    take_part(journal, JOURNAL_HEADER);
    take_part(journal + JOURNAL_PROGRESS_OFFSET, 8);
    take_part(journal + JOURNAL_RECORD_OFFSET, JOURNAL_RECORD_LENGTH);
    take_part(journal + JOURNAL_TAIL_OFFSET, JOURNAL_TAIL_LENGTH);
    take_part(journal + JOURNAL_WITNESS_OFFSET, JOURNAL_WITNESS_ROOM);
    size_t length = fuzz_left < LIST_MOST ? fuzz_left : LIST_MOST;
    if (length > 0)
        memcpy(journal + JOURNAL_LIST_OFFSET, fuzz_at, length);
    unsigned char *copy = fuzz_copy(journal, JOURNAL_LIST_OFFSET + length);
    read_journal(copy, JOURNAL_LIST_OFFSET + length);
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size >= JOURNAL_LIST_OFFSET) {
        read_journal(data, size);
        return 0;
    }
    fuzz_begin(data, size);
    if (fuzz_byte() % 2) {
        read_parts();
    } else if (fuzz_left >= SHAPED) {
        struct journal_header header = shape(fuzz_at);
        load_and_check(&header, fuzz_at + SHAPED, fuzz_left - SHAPED);
    }
    return 0;
}
