/*
 * test_load.c - records and paths of a journal that are damaged: each has a message, and none is
 * used. tests/crash/journal_damage.c changes every byte of whole journals.
 */
#include "scratch_files.h"

#include "base/crc32c.h"
#include "journal/internal.h"

enum { WRITE_MAX = 8192, SLOTS = JOURNAL_LIST_OFFSET + JOURNAL_PAGE, END = SLOTS + 24576 };

static const unsigned char slot_bytes[WRITE_MAX] = "the bytes of a step";

/* A journal of an edit without a change, open; damaged by the tests. */
static void begin(struct journal *journal, bool durable)
{
    static const unsigned char zeros[END];
    struct journal_header header = {.state = JOURNAL_HOT, .durable = durable};
    memcpy(header.uuid, "0123456789abcdef", JOURNAL_UUID);
    header.sizes.write_max = WRITE_MAX;
    header.sizes.zero_min = 4096;
    header.pool_offset = JOURNAL_LIST_OFFSET;
    header.slot_offset = SLOTS;
    header.length = END;
    *journal = (struct journal){.file = scratch_file("journal"), .header = header};
    journal->careful = true; /* it is not mapped */
    CHECK(place_of_name("journal", &journal->place, NULL));
    CHECK(file_write(journal->file, 0, zeros, sizeof zeros, NULL));
    CHECK(journal_write_header(journal, NULL));
}

static void put(struct journal *journal, uint64_t offset, const void *bytes, size_t length)
{
    CHECK(file_write(journal->file, offset, bytes, length, NULL));
}

static void put_word(struct journal *journal, uint64_t word)
{
    unsigned char bytes[8];
    little_put64(bytes, word);
    put(journal, JOURNAL_PROGRESS_OFFSET, bytes, sizeof bytes);
}

/* Writes the record of a step to a sector, and its slot. */
static void put_record(struct journal *journal, unsigned sector, struct journal_record record)
{
    unsigned char bytes[JOURNAL_RECORD_LENGTH];
    if (record.slot_length > 0 && record.slot_start == 0) {
        record.slot_start = journal_slot_start(journal, record.published - 1, 0);
        put(journal, record.slot_start, slot_bytes, WRITE_MAX);
    }
    journal_record_encode(&record, bytes);
    put(journal, JOURNAL_RECORD_OFFSET + sector * JOURNAL_RECORD_SECTOR, bytes, sizeof bytes);
}

static struct journal_record whole_step(uint64_t published)
{
    return (struct journal_record){.published = published,
                                   .slot_length = WRITE_MAX,
                                   .slot_crc = crc32c(0, slot_bytes, WRITE_MAX)};
}

/* Loads the journal: `wanted` steps were published, or there is an error with this `message`. */
static void check_load(struct journal *journal, uint64_t wanted, const char *message)
{
    struct buffer bytes = {0};
    struct edit_list edits;
    struct error error = {0};
    uint64_t number = 77;
    bool published;
    bool loaded = journal_load(journal, &bytes, &edits, &number, &published, &error);
    CHECK_SAY(loaded == !*message, "%s: %s", message, error.message);
    CHECK_SAY(strstr(error.message, message), "%s: %s", message, error.message);
    if (loaded) {
        CHECK_SAY(published == (wanted > 0) && number == (wanted > 0 ? wanted - 1 : 0),
                  "%" PRIu64 ", not %" PRIu64, number, wanted);
        edit_list_release(&edits);
    }
    buffer_release(&bytes);
}

static const char record_damaged[] = "its record of how far the edit was is not whole";

static void a_damaged_progress_word_is_refused(void)
{
    struct journal journal;
    begin(&journal, false);
    put_word(&journal, journal_word(&journal.header, 0));
    check_load(&journal, 0, "");
    put_word(&journal, journal_word(&journal.header, 3));
    check_load(&journal, 3, "");
    put_word(&journal, journal_word(&journal.header, 3) + 1);
    check_load(&journal, 0, "how far the edit was is not to be read");
    CHECK(file_set_size(journal.file, JOURNAL_PROGRESS_OFFSET + 4, NULL));
    check_load(&journal, 0, "how far the edit was is not to be read");
    journal_close(&journal);
}

static void a_list_that_is_cut_or_damaged_is_refused(void)
{
    struct journal journal;
    begin(&journal, false);
    put_word(&journal, journal_word(&journal.header, 0));
    journal.header.list_length = JOURNAL_PAGE;
    check_load(&journal, 0, "list of edits is damaged");
    CHECK(file_set_size(journal.file, JOURNAL_LIST_OFFSET + 5, NULL));
    check_load(&journal, 0, "list of edits is damaged");
    journal.header.pool_length = 6;
    check_load(&journal, 0, "the journal was cut short by another program");
    journal_close(&journal);
}

static void records_tell_the_last_step_that_is_whole(void)
{
    struct journal journal;
    begin(&journal, true);
    check_load(&journal, 0, "");
    put_record(&journal, 0, whole_step(1));
    check_load(&journal, 1, "");
    put_record(&journal, 1, whole_step(2));
    check_load(&journal, 2, "");
    put(&journal, journal_slot_start(&journal, 1, 100), "x", 1);
    check_load(&journal, 1, ""); /* the power failed before the slot was on the disk */
    put(&journal, journal_slot_start(&journal, 0, 100), "x", 1);
    check_load(&journal, 0, "the bytes of a step are not whole");
    put_record(&journal, 0, whole_step(3));
    check_load(&journal, 3, "");
    put(&journal, journal_slot_start(&journal, 0, 100), "x", 1);
    check_load(&journal, 0, "the bytes of a step are not whole");
    put_record(&journal, 1, (struct journal_record){.published = 2}); /* it needs no slot */
    check_load(&journal, 2, "");
    journal_close(&journal);
    begin(&journal, true);
    put_record(&journal, 0, whole_step(1));
    put(&journal, journal_slot_start(&journal, 0, 100), "x", 1);
    check_load(&journal, 0, "");
    journal_close(&journal);
}

static void damaged_records_are_refused(void)
{
    struct journal journal;
    begin(&journal, true);
    put(&journal, JOURNAL_RECORD_OFFSET, "x", 1);
    check_load(&journal, 0, record_damaged);
    put_record(&journal, 0, (struct journal_record){.published = 2});
    check_load(&journal, 0, record_damaged); /* in the sector of the other */
    put_record(&journal, 0, (struct journal_record){.published = 3});
    check_load(&journal, 0, record_damaged); /* without the one before */
    put_record(&journal, 0, (struct journal_record){.published = 1, .witness_length = 100000});
    check_load(&journal, 0, record_damaged);
    put_record(&journal, 0, (struct journal_record){.published = 1});
    check_load(&journal, 1, "");
    CHECK(file_set_size(journal.file, JOURNAL_RECORD_OFFSET + JOURNAL_RECORD_SECTOR, NULL));
    check_load(&journal, 0, "cut short");
    journal_close(&journal);
}

/* Their places are of another journal. */
static void slots_outside_the_journal_are_not_whole(void)
{
    static const struct journal_record strange[] = {
        {.published = 1, .slot_start = SLOTS, .slot_length = WRITE_MAX + 1},
        {.published = 1, .slot_start = SLOTS - 1, .slot_length = 10},
        {.published = 1, .slot_start = END - 9, .slot_length = 10},
    };
    struct journal journal;
    begin(&journal, true);
    for (size_t i = 0; i < sizeof strange / sizeof *strange; i++)
        CHECK(!journal_slot_is_whole(&journal, &strange[i]));
    struct journal_record inside = {.slot_start = END - 10, .slot_length = 10};
    inside.slot_crc = crc32c(0, (const unsigned char *)"\0\0\0\0\0\0\0\0\0\0", 10);
    CHECK(journal_slot_is_whole(&journal, &inside));
    CHECK(file_set_size(journal.file, END - 5, NULL));
    CHECK(!journal_slot_is_whole(&journal, &inside));
    journal.header.length = journal.header.slot_offset; /* there are none */
    CHECK(!journal_slot_is_whole(&journal, &inside));
    journal_close(&journal);
}

static void put_tail(struct journal *journal, unsigned sector, const struct journal_tail *tail)
{
    unsigned char bytes[JOURNAL_TAIL_LENGTH];
    journal_tail_encode(tail, bytes);
    put(journal, JOURNAL_TAIL_OFFSET + sector * JOURNAL_RECORD_SECTOR, bytes, sizeof bytes);
}

static uint64_t loaded_tail(struct journal *journal)
{
    struct journal_tail tail;
    struct error error = {0};
    CHECK_SAY(journal_load_tail(journal, &tail, &error), "%s", error.message);
    return tail.number;
}

static void check_tail_refused(struct journal *journal, const struct journal_tail *tail)
{
    struct journal_tail loaded;
    struct error error = {0};
    put_tail(journal, 1, tail);
    CHECK(!journal_load_tail(journal, &loaded, &error));
    CHECK_SAY(strstr(error.message, "record of the edit's end is not whole"), "%s", error.message);
}

static void the_record_of_the_end_is_whole_or_refused(void)
{
    const struct journal_tail cut = {.number = 1, .kind = JOURNAL_TAIL_CUT, .offset = 5, .size = 9};
    struct journal_tail moved = {.number = 2, .kind = JOURNAL_TAIL_MOVE, .slot_length = WRITE_MAX};
    struct journal_tail strange = cut;
    struct journal journal;
    begin(&journal, false);
    CHECK(loaded_tail(&journal) == 0);
    put_tail(&journal, 1, &cut);
    CHECK(loaded_tail(&journal) == 1);
    put_tail(&journal, 0, &moved); /* its slot is not there yet */
    CHECK(loaded_tail(&journal) == 1);
    put(&journal, journal_slot_start(&journal, 2, 0), slot_bytes, WRITE_MAX);
    moved.slot_crc = crc32c(0, slot_bytes, WRITE_MAX);
    put_tail(&journal, 0, &moved);
    CHECK(loaded_tail(&journal) == 2);
    strange.number = 2; /* in the sector of the other */
    check_tail_refused(&journal, &strange);
    strange = cut;
    strange.size = 5;
    check_tail_refused(&journal, &strange);
    strange.size = 9;
    strange.witness_length = 5;
    check_tail_refused(&journal, &strange);
    strange.witness_length = 0;
    strange.size = OFFSET_MAX + 1;
    check_tail_refused(&journal, &strange);
    strange.offset = OFFSET_MAX + 1;
    check_tail_refused(&journal, &strange);
    put(&journal, JOURNAL_TAIL_OFFSET + JOURNAL_RECORD_SECTOR, "xxxxxxxx", 8);
    struct journal_tail tail;
    CHECK(!journal_load_tail(&journal, &tail, NULL));
    CHECK(file_set_size(journal.file, JOURNAL_TAIL_OFFSET + 100, NULL));
    CHECK(!journal_load_tail(&journal, &tail, NULL));
    journal_close(&journal);
}

static void a_damaged_path_of_the_undo_script_is_refused(void)
{
    struct journal journal;
    struct undo_file undo;
    struct error error = {0};
    begin(&journal, false);
    CHECK(journal_load_undo(&journal, &undo, &error) && !undo.place);
    put(&journal, JOURNAL_LIST_OFFSET, "back", 4);
    journal.header.undo_length = 4;
    journal.header.undo_crc = crc32c(0, (const unsigned char *)"back", 4);
    CHECK(journal_load_undo(&journal, &undo, &error) && !strcmp(place_name(undo.place), "back"));
    undo_file_release(&undo);
    put(&journal, JOURNAL_LIST_OFFSET, "pack", 4);
    CHECK(!journal_load_undo(&journal, &undo, &error) && strstr(error.message, "is damaged"));
    put(&journal, JOURNAL_LIST_OFFSET, "ba\0k", 4);
    journal.header.undo_crc = crc32c(0, (const unsigned char *)"ba\0k", 4);
    error_clear(&error);
    CHECK(!journal_load_undo(&journal, &undo, &error) && strstr(error.message, "is damaged"));
    CHECK(file_set_size(journal.file, JOURNAL_LIST_OFFSET + 2, NULL));
    CHECK(!journal_load_undo(&journal, &undo, &error) && strstr(error.message, "cut short"));
    journal_close(&journal);
}

static void a_damaged_table_of_witnesses_is_refused(void)
{
    static const unsigned char table[100] = "witnesses";
    struct journal journal;
    struct error error = {0};
    unsigned char read[100];
    begin(&journal, false);
    CHECK(journal_write_witnesses(&journal, table, sizeof table, &error));
    CHECK(journal_read_witnesses(&journal, read, &error) && !memcmp(read, table, sizeof table));
    put(&journal, JOURNAL_WITNESS_OFFSET + 99, "x", 1);
    CHECK(!journal_read_witnesses(&journal, read, &error));
    CHECK_SAY(strstr(error.message, "is damaged"), "%s", error.message);
    journal_close(&journal);
}

static const struct unit_case cases[] = {
    {"a damaged progress word is refused", a_damaged_progress_word_is_refused},
    {"a list that is cut or damaged is refused", a_list_that_is_cut_or_damaged_is_refused},
    {"records tell the last step that is whole", records_tell_the_last_step_that_is_whole},
    {"damaged records are refused", damaged_records_are_refused},
    {"slots outside the journal are not whole", slots_outside_the_journal_are_not_whole},
    {"the record of the end is whole, or refused", the_record_of_the_end_is_whole_or_refused},
    {"a damaged path of the undo script is refused", a_damaged_path_of_the_undo_script_is_refused},
    {"a damaged table of witnesses is refused", a_damaged_table_of_witnesses_is_refused},
};

int main(void)
{
    platform_begin();
    scratch_enter();
    int status = unit_main(cases, sizeof cases / sizeof *cases);
    scratch_leave();
    return status;
}
