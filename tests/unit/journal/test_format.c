/* test_format.c - what a journal's bytes must be to be believed. */
#include "base/crc32c.h"
#include "edit/list.h"
#include "journal/internal.h"

#include "unit.h"

/* ---- headers --------------------------------------------------------------------------------- */

static struct journal_header random_header(void)
{
    struct journal_header header = {
        .state = unit_below(2) ? JOURNAL_PRE : JOURNAL_HOT,
        .durable = unit_below(2),
        .identity = unit_random(),
        .birth = unit_random(),
        .device = unit_random(),
        .old_size = unit_random() >> 2,
        .new_size = unit_random() >> 2,
        .start_size = unit_random() >> 2,
        .sizes.write_max = 1 + unit_below((uint64_t)1 << 30),
        .sizes.zero_min = 1 + unit_below(10000),
        .sizes.merge_gap = unit_below(10000),
        .edit_count = unit_random(),
        .list_length = unit_below((uint64_t)1 << 40),
        .pool_length = unit_below((uint64_t)1 << 40),
        .blocks = (uint32_t)unit_below(JOURNAL_BLOCKS_CUT + 1),
        .blocks_offset = unit_random() >> 2,
        .blocks_length = unit_random() >> 2,
        .list_crc = (uint32_t)unit_random(),
        .pool_crc = (uint32_t)unit_random(),
        .undo_number = unit_random(),
        .undo_length = unit_below(JOURNAL_UNDO_PATH + 1),
        .undo_crc = (uint32_t)unit_random(),
        .privileges = {.owner = unit_random(), .group = unit_random()},
    };
    header.privileges.mode = (uint32_t)unit_below(010000);
    header.privileges.capability_length = (uint32_t)unit_below(FILE_CAPABILITIES + 1);
    for (size_t i = 0; i < header.privileges.capability_length; i++)
        header.privileges.capability[i] = (unsigned char)unit_random();
    for (size_t i = 0; i < JOURNAL_UUID; i++)
        header.uuid[i] = (unsigned char)unit_random();
    header.pool_offset =
        JOURNAL_LIST_OFFSET + header.list_length + header.undo_length + unit_below(5000);
    header.slot_offset = (header.pool_offset + header.pool_length + 4095) / 4096 * 4096;
    header.length = header.slot_offset + 2 * journal_slot_stride(&header);
    return header;
}

static bool same_header(const struct journal_header *a, const struct journal_header *b)
{
    unsigned char first[JOURNAL_HEADER], second[JOURNAL_HEADER];
    journal_header_encode(a, first);
    journal_header_encode(b, second);
    return memcmp(first, second, sizeof first) == 0;
}

static bool same_privileges(const struct file_privileges *a, const struct file_privileges *b)
{
    return a->owner == b->owner && a->group == b->group && a->mode == b->mode &&
           a->capability_length == b->capability_length &&
           memcmp(a->capability, b->capability, sizeof a->capability) == 0;
}

static void a_header_comes_back_as_it_was(void)
{
    for (unsigned long round = 0; round < unit_rounds(2000); round++) {
        unsigned char bytes[JOURNAL_HEADER];
        struct journal_header header = random_header(), back;
        journal_header_encode(&header, bytes);
        CHECK(journal_header_decode(&back, bytes));
        CHECK(same_header(&header, &back));
        CHECK(back.state == header.state && back.durable == header.durable);
        CHECK(back.identity == header.identity && back.birth == header.birth);
        CHECK(back.old_size == header.old_size && back.new_size == header.new_size);
        CHECK(back.start_size == header.start_size && back.edit_count == header.edit_count);
        CHECK(back.sizes.write_max == header.sizes.write_max && back.length == header.length);
        CHECK(back.blocks == header.blocks && back.blocks_offset == header.blocks_offset);
        CHECK(back.list_crc == header.list_crc && back.pool_crc == header.pool_crc);
        CHECK(back.undo_number == header.undo_number && back.undo_length == header.undo_length);
        CHECK(back.undo_crc == header.undo_crc);
        CHECK(same_privileges(&back.privileges, &header.privileges));
        CHECK(memcmp(back.uuid, header.uuid, JOURNAL_UUID) == 0);
    }
}

static void a_header_of_another_format_is_not_believed(void)
{
    unsigned char bytes[JOURNAL_HEADER];
    struct journal_header header = random_header(), back;
    journal_header_encode(&header, bytes);
    for (unsigned char format = 0; format <= 20; format++) {
        bytes[7] = '0' + format;
        little_put64(bytes + JOURNAL_HEADER - 8, crc32c(0, bytes, JOURNAL_HEADER - 8));
        CHECK(journal_header_format(bytes) == format);
        CHECK(journal_header_decode(&back, bytes) ==
              (format >= JOURNAL_FORMAT_OLDEST && format <= JOURNAL_FORMAT));
    }
}

/* Each field has its own value. If this fails, journals of 1.0 would be read as something else. */
static void a_header_has_the_bytes_of_its_format(void)
{
    unsigned char bytes[JOURNAL_HEADER];
    struct journal_header header = {
        .state = JOURNAL_HOT,
        .durable = true,
        .marks = JOURNAL_MARKS_SURE,
        .identity = 0x1011121314151617,
        .birth = 0x2021222324252627,
        .device = 0x30,
        .old_size = 0x41,
        .new_size = 0x42,
        .start_size = 0x43,
        .sizes = {.write_max = 0x51, .zero_min = 0x52, .merge_gap = 0x53},
        .edit_count = 0x61,
        .list_length = 0x62,
        .pool_offset = 0x7001,
        .pool_length = 0x72,
        .slot_offset = 0x8000,
        .length = 0x8001,
        .blocks = JOURNAL_BLOCKS_CUT,
        .blocks_offset = 0x91,
        .blocks_length = 0x92,
        .list_crc = 0xa1,
        .pool_crc = 0xa2,
        .witness_length = 0xa3,
        .witness_crc = 0xa4,
        .undo_number = 0xb1,
        .undo_length = 0xb2,
        .undo_crc = 0xb3,
        .privileges = {.owner = 0xc1, .group = 0xc2, .mode = 04755, .capability_length = 0xc4},
    };
    for (size_t i = 0; i < JOURNAL_UUID; i++)
        header.uuid[i] = (unsigned char)(0xe0 + i);
    for (size_t i = 0; i < sizeof header.privileges.capability; i++)
        header.privileges.capability[i] = (unsigned char)(0x80 + i);
    journal_header_encode(&header, bytes);
    CHECK(memcmp(bytes, "MMTJRNL5", 8) == 0);
    CHECK(little_get64(bytes + JOURNAL_HEADER - 8) == 0xa3f4bc4f); /* the CRC-32C of the rest */
}

static void the_first_bytes_of_a_file_tell_what_it_is(void)
{
    unsigned char zeros[JOURNAL_HEADER] = {0}, bytes[JOURNAL_HEADER];
    struct journal_header header = random_header(), back;
    for (size_t length = 0; length <= JOURNAL_HEADER; length++) {
        CHECK(journal_header_read(&back, zeros, length) == JOURNAL_HEADER_EMPTY);
        if (length == 0)
            continue;
        zeros[length - 1] = 1;
        CHECK(journal_header_read(&back, zeros, length) == JOURNAL_HEADER_DAMAGED);
        zeros[length - 1] = 0;
    }
    journal_header_encode(&header, bytes);
    CHECK(journal_header_read(&back, bytes, sizeof bytes) == JOURNAL_HEADER_SOUND);
    for (size_t length = 8; length < sizeof bytes - 4; length++) /* then zeros follow */
        CHECK(journal_header_read(&back, bytes, length) == JOURNAL_HEADER_DAMAGED);
    bytes[7]++; /* its checksum and all that follows may be others, too */
    for (size_t length = 8; length < sizeof bytes; length++)
        CHECK(journal_header_read(&back, bytes, length) == JOURNAL_HEADER_OF_OTHER_FORMAT);
    bytes[6]++;
    CHECK(journal_header_read(&back, bytes, sizeof bytes) == JOURNAL_HEADER_DAMAGED);
}

static void a_word_tells_its_number_or_that_it_is_damaged(void)
{
    struct journal_header header = random_header(), other = random_header();
    for (unsigned round = 0; round < 1000; round++) {
        uint64_t number = unit_below((uint64_t)1 << unit_below(41)), back;
        uint64_t word = journal_word(&header, number);
        CHECK(journal_word_number(&header, word, &back) && back == number);
        CHECK(!journal_word_number(&other, word, &back));
        for (unsigned byte = 0; byte < 8; byte++)
            for (unsigned change = 1; change < 256; change++)
                CHECK(!journal_word_number(&header, word ^ (uint64_t)change << (8 * byte), &back));
    }
}

static void every_flipped_bit_of_a_header_is_refused(void)
{
    for (unsigned long round = 0; round < unit_rounds(3); round++) {
        unsigned char bytes[JOURNAL_HEADER];
        struct journal_header header = random_header(), back;
        journal_header_encode(&header, bytes);
        for (size_t bit = 0; bit < sizeof bytes * 8; bit++) {
            bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
            CHECK_SAY(!journal_header_decode(&back, bytes), "bit %zu", bit);
            bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
        }
    }
}

static void refuses(struct journal_header header, const char *what)
{
    unsigned char bytes[JOURNAL_HEADER];
    struct journal_header back;
    journal_header_encode(&header, bytes);
    CHECK_SAY(!journal_header_decode(&back, bytes), "%s", what);
}

#define REFUSES(field, value)                                                                      \
    do {                                                                                           \
        struct journal_header changed = random_header();                                           \
        changed.field = (value);                                                                   \
        refuses(changed, #field " " #value);                                                       \
    } while (0)

static void lengths_that_do_not_fit_are_refused(void)
{
    REFUSES(state, 0);
    REFUSES(state, 4);
    REFUSES(sizes.write_max, 0);
    REFUSES(sizes.write_max, UINT64_MAX);
    REFUSES(sizes.write_max, ((uint64_t)1 << 30) + 1);
    REFUSES(sizes.zero_min, 0);
    REFUSES(old_size, UINT64_MAX);
    REFUSES(new_size, UINT64_MAX);
    REFUSES(start_size, UINT64_MAX);
    REFUSES(blocks, JOURNAL_BLOCKS_CUT + 1);
    REFUSES(list_length, UINT64_MAX);
    REFUSES(list_length, UINT64_MAX - JOURNAL_LIST_OFFSET);
    REFUSES(undo_length, JOURNAL_UNDO_PATH + 1);
    REFUSES(undo_length, UINT64_MAX);
    REFUSES(privileges.mode, 010000);
    REFUSES(privileges.capability_length, FILE_CAPABILITIES + 1);
    REFUSES(pool_offset, 0);
    REFUSES(pool_offset, UINT64_MAX);
    REFUSES(pool_length, UINT64_MAX);
    REFUSES(slot_offset, 0);
    REFUSES(slot_offset, UINT64_MAX / 4096 * 4096);
    REFUSES(length, 0);
    REFUSES(length, UINT64_MAX);
}

static void accepts(struct journal_header header, const char *what)
{
    unsigned char bytes[JOURNAL_HEADER];
    struct journal_header back;
    journal_header_encode(&header, bytes);
    CHECK_SAY(journal_header_decode(&back, bytes), "%s", what);
}

#define ACCEPTS(field, value)                                                                      \
    do {                                                                                           \
        struct journal_header changed = random_header();                                           \
        changed.field = (value);                                                                   \
        accepts(changed, #field " " #value);                                                       \
    } while (0)

/* A header whose parts have these lengths and stand close together, as far as pages allow. */
static struct journal_header close_header(uint64_t list, uint64_t undo, uint64_t pool)
{
    struct journal_header header = random_header();
    header.list_length = list;
    header.undo_length = undo;
    header.pool_offset = JOURNAL_LIST_OFFSET + list + undo;
    header.pool_length = pool;
    header.slot_offset = (header.pool_offset + pool + 4095) / 4096 * 4096;
    header.length = header.slot_offset + 2 * journal_slot_stride(&header);
    return header;
}

static void the_last_value_that_fits_is_accepted(void)
{
    ACCEPTS(state, JOURNAL_PRE);
    ACCEPTS(state, JOURNAL_DONE);
    ACCEPTS(old_size, OFFSET_MAX);
    ACCEPTS(new_size, OFFSET_MAX);
    ACCEPTS(start_size, OFFSET_MAX);
    ACCEPTS(witness_length, WITNESS_TABLE);
    ACCEPTS(sizes.zero_min, 1);
    ACCEPTS(blocks, JOURNAL_BLOCKS_CUT);
    ACCEPTS(marks, JOURNAL_MARKS_PERHAPS);
    ACCEPTS(privileges.mode, 07777);
    ACCEPTS(privileges.capability_length, FILE_CAPABILITIES);
    struct journal_header header = close_header(0, 0, 4096);
    accepts(header, "a pool of whole pages, right behind the list");
    header.pool_offset--;
    refuses(header, "a pool in the list");
    header = close_header(4000, JOURNAL_UNDO_PATH, 4096 - 4000 % 4096);
    accepts(header, "the longest path of an undo file");
    header.pool_length += 4097;
    refuses(header, "a pool in the slots");
    header = close_header(1, 1, 1);
    header.length = header.slot_offset;
    accepts(header, "no slots");
    header.slot_offset = header.length = header.pool_offset + 1;
    accepts(header, "no slots, and no whole page");
    header.length = header.slot_offset + 2 * journal_slot_stride(&header);
    refuses(header, "slots that do not begin with a page");
    header = close_header(1, 1, 1);
    header.sizes.write_max = (uint64_t)1 << 30;
    header.length = header.slot_offset + 2 * ((uint64_t)1 << 30) + 2 * 4096;
    accepts(header, "the longest step");
    header.sizes.write_max = 1;
    header.length = header.slot_offset + 2 + 2 * 4096;
    accepts(header, "the shortest step");
    REFUSES(witness_length, WITNESS_TABLE + 1);
    REFUSES(marks, JOURNAL_MARKS_PERHAPS + 1);
}

static void word_is(const unsigned char *bytes, size_t offset, uint64_t value)
{
    CHECK_SAY(little_get64(bytes + offset) == value, "at %zu", offset);
}

/* The number in 40 bits, and above it 24 of the checksum. */
static void a_word_has_these_bits(void)
{
    struct journal_header header = random_header();
    for (unsigned round = 0; round < 1000; round++) {
        unsigned char number[8];
        uint64_t published = unit_below((uint64_t)1 << 40), word = journal_word(&header, published);
        little_put64(number, published);
        uint32_t sum = crc32c(crc32c(0, header.uuid, 16), number, 8);
        CHECK((word & 0xffffffffff) == published && word >> 40 == sum >> 8);
    }
}

/* ---- records --------------------------------------------------------------------------------- */

static void records_have_these_bytes(void)
{
    unsigned char bytes[JOURNAL_RECORD_LENGTH], tail_bytes[JOURNAL_TAIL_LENGTH];
    struct journal_record record = {1, 2, 3, 4, 5, {0}};
    struct journal_tail tail = {.number = 1,
                                .kind = JOURNAL_TAIL_MOVE,
                                .offset = 3,
                                .size = 4,
                                .slot_length = 5,
                                .slot_crc = 6,
                                .witness_length = 7};
    memset(record.witnesses, 0xaa, sizeof record.witnesses);
    memset(tail.witness, 0xbb, sizeof tail.witness);
    journal_record_encode(&record, bytes);
    const uint64_t numbers[] = {record.published, record.slot_start, record.slot_length,
                                record.slot_crc, record.witness_length};
    for (size_t i = 0; i < 5; i++)
        word_is(bytes, 8 * i, numbers[i]);
    for (size_t i = 40; i < sizeof bytes - 8; i++)
        CHECK(bytes[i] == 0xaa);
    word_is(bytes, sizeof bytes - 8, crc32c(0, bytes, sizeof bytes - 8));
    journal_tail_encode(&tail, tail_bytes);
    for (size_t i = 0; i < 7; i++)
        word_is(tail_bytes, 8 * i, i == 1 ? (uint64_t)JOURNAL_TAIL_MOVE : i + 1);
    for (size_t i = 56; i < sizeof tail_bytes - 8; i++)
        CHECK(tail_bytes[i] == 0xbb);
    word_is(tail_bytes, sizeof tail_bytes - 8, crc32c(0, tail_bytes, sizeof tail_bytes - 8));
}

static void a_record_of_no_step_or_too_long_is_refused(void)
{
    unsigned char bytes[JOURNAL_RECORD_LENGTH];
    struct journal_record back, record = {.published = 1};
    record.witness_length = sizeof record.witnesses;
    journal_record_encode(&record, bytes);
    CHECK(journal_record_decode(&back, bytes));
    record.witness_length++;
    journal_record_encode(&record, bytes);
    CHECK(!journal_record_decode(&back, bytes));
    record = (struct journal_record){.published = 0};
    journal_record_encode(&record, bytes);
    CHECK(!journal_record_decode(&back, bytes));
}

static void a_record_of_the_end_of_another_kind_is_refused(void)
{
    for (unsigned kind = 0; kind < 10; kind++) {
        unsigned char bytes[JOURNAL_TAIL_LENGTH];
        struct journal_tail back, tail = {.number = 1, .kind = (enum journal_tail_kind)kind};
        bool known = kind >= JOURNAL_TAIL_MOVE && kind <= JOURNAL_TAIL_BLOCKS;
        journal_tail_encode(&tail, bytes);
        CHECK_SAY(journal_tail_decode(&back, bytes) == known, "%u", kind);
        tail.number = 0;
        journal_tail_encode(&tail, bytes);
        CHECK(!journal_tail_decode(&back, bytes));
    }
}

static void a_record_comes_back_or_is_refused(void)
{
    for (unsigned long round = 0; round < unit_rounds(50); round++) {
        unsigned char bytes[JOURNAL_RECORD_LENGTH];
        struct journal_record back, record = {
                                        .published = 1 + unit_random() / 2,
                                        .slot_start = unit_random(),
                                        .slot_length = unit_random(),
                                        .slot_crc = (uint32_t)unit_random(),
                                    };
        record.witness_length = (uint32_t)unit_below(sizeof record.witnesses + 1);
        for (size_t i = 0; i < sizeof record.witnesses; i++)
            record.witnesses[i] = (unsigned char)unit_random();
        journal_record_encode(&record, bytes);
        CHECK(journal_record_decode(&back, bytes));
        CHECK(back.published == record.published && back.slot_start == record.slot_start);
        CHECK(back.slot_length == record.slot_length && back.slot_crc == record.slot_crc);
        CHECK(back.witness_length == record.witness_length);
        CHECK(memcmp(back.witnesses, record.witnesses, sizeof back.witnesses) == 0);
        for (size_t bit = 0; bit < sizeof bytes * 8; bit++) {
            bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
            CHECK_SAY(!journal_record_decode(&back, bytes), "bit %zu", bit);
            bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
        }
    }
    CHECK(!journal_record_decode(&(struct journal_record){0},
                                 (unsigned char[JOURNAL_RECORD_LENGTH]){0}));
}

static void a_record_of_the_end_comes_back_or_is_refused(void)
{
    for (unsigned long round = 0; round < unit_rounds(10); round++) {
        unsigned char bytes[JOURNAL_TAIL_LENGTH], again[JOURNAL_TAIL_LENGTH];
        struct journal_tail back,
            tail = {
                .number = 1 + unit_random() / 2,
                .kind = (enum journal_tail_kind)(JOURNAL_TAIL_MOVE + unit_below(3)),
                .offset = unit_random(),
                .size = unit_random(),
                .slot_length = unit_random(),
                .slot_crc = (uint32_t)unit_random(),
                .witness_length = (uint32_t)unit_below(JOURNAL_TAIL_WITNESS + 1),
            };
        for (size_t i = 0; i < tail.witness_length; i++)
            tail.witness[i] = (unsigned char)unit_random();
        journal_tail_encode(&tail, bytes);
        CHECK(journal_tail_decode(&back, bytes));
        journal_tail_encode(&back, again);
        CHECK(memcmp(bytes, again, sizeof bytes) == 0);
        CHECK(back.number == tail.number && back.kind == tail.kind && back.size == tail.size);
        CHECK(memcmp(back.witness, tail.witness, JOURNAL_TAIL_WITNESS) == 0);
        for (size_t bit = 0; bit < sizeof bytes * 8; bit++) {
            bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
            CHECK_SAY(!journal_tail_decode(&back, bytes), "bit %zu", bit);
            bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
        }
        tail.witness_length = JOURNAL_TAIL_WITNESS + 1;
        journal_tail_encode(&tail, bytes);
        CHECK(!journal_tail_decode(&back, bytes));
    }
}

/* ---- lists ----------------------------------------------------------------------------------- */

enum { OLD_SIZE = 100000, POOL_SIZE = 5000 };

/* A list of up to a thousand edits on a file of OLD_SIZE with a pool of POOL_SIZE. */
static void fill(struct edit_list *list, uint64_t count)
{
    struct error error;
    edit_list_init(list);
    for (uint64_t i = 0; i < count; i++) {
        uint64_t room = OLD_SIZE - (list->last.offset + list->last.old_length);
        struct edit edit = {.kind = unit_below(4) ? EDIT_POOL : EDIT_ZEROS};
        edit.offset = OLD_SIZE - room + unit_below(room / (count - i) + 1);
        edit.old_length = unit_below((OLD_SIZE - edit.offset) / (count - i) + 1);
        edit.source = edit.kind == EDIT_POOL ? unit_below(POOL_SIZE - 10) : 0;
        edit.new_length = 1 + unit_below(10);
        edit.period = edit.kind == EDIT_POOL ? edit.new_length : 0;
        CHECK_SAY(edit_list_append(list, &edit, &error), "%s", error.message);
    }
}

/* Whether all that a loaded list says lies inside file and pool, in order. */
static bool is_sound(const struct edit_list *list)
{
    struct edit_reader reader;
    uint64_t end = 0;
    edit_reader_init(&reader, list);
    for (uint64_t i = 0; i < list->count; i++) {
        const struct edit *edit = edit_reader_get(&reader, i);
        if (edit->offset < end || edit->offset > OLD_SIZE ||
            edit->old_length > OLD_SIZE - edit->offset)
            return false;
        if (edit->kind == EDIT_POOL && edit->new_length > 0 &&
            (edit->period == 0 || edit->source > POOL_SIZE ||
             edit->period > POOL_SIZE - edit->source))
            return false;
        if (edit->kind == EDIT_COPY &&
            (edit->source > OLD_SIZE || edit->new_length > OLD_SIZE - edit->source ||
             edit->new_length != edit->old_length))
            return false;
        end = edit->offset + edit->old_length;
    }
    return true;
}

static bool same_edit(const struct edit *a, const struct edit *b)
{
    return a->offset == b->offset && a->old_length == b->old_length && a->kind == b->kind &&
           a->source == b->source && a->period == b->period && a->new_length == b->new_length &&
           a->new_offset == b->new_offset;
}

static void a_list_loads_as_it_was(void)
{
    for (unsigned long round = 0; round < unit_rounds(100); round++) {
        struct edit_list list, loaded;
        struct edit_reader reader, other;
        struct error error;
        fill(&list, 1 + unit_below(1000));
        struct encoded_edits encoded = {list.encoded.data, list.encoded.length, list.count};
        bool good = edit_list_load(&loaded, &encoded, OLD_SIZE, POOL_SIZE, &error);
        CHECK_SAY(good, "%s", error.message);
        edit_reader_init(&reader, &list);
        edit_reader_init(&other, &loaded);
        for (uint64_t i = 0; good && i < list.count; i++)
            CHECK(same_edit(edit_reader_get(&reader, i), edit_reader_get(&other, i)));
        CHECK(!good || is_sound(&loaded));
        if (good)
            edit_list_release(&loaded);
        edit_list_release(&list);
    }
}

/* The checksum stands in front of this in a real journal; the list must be safe without it. */
static void a_damaged_list_is_refused_or_harmless(void)
{
    unsigned long refused = 0, rounds = unit_rounds(20000);
    for (unsigned long round = 0; round < rounds; round++) {
        struct edit_list list, loaded;
        struct error error;
        fill(&list, 1 + unit_below(40));
        for (uint64_t i = 1 + unit_below(3); i > 0; i--)
            list.encoded.data[unit_below(list.encoded.length)] = (unsigned char)unit_random();
        struct encoded_edits encoded = {list.encoded.data, list.encoded.length, list.count};
        if (edit_list_load(&loaded, &encoded, OLD_SIZE, POOL_SIZE, &error)) {
            CHECK(is_sound(&loaded));
            edit_list_release(&loaded);
        } else
            refused++;
        edit_list_release(&list);
    }
    CHECK_SAY(refused > rounds / 4, "%lu refused", refused);
}

static void a_list_of_random_bytes_is_refused_or_harmless(void)
{
    for (unsigned long round = 0; round < unit_rounds(20000); round++) {
        unsigned char bytes[64];
        size_t length = unit_below(sizeof bytes + 1);
        struct edit_list loaded;
        struct error error;
        for (size_t i = 0; i < length; i++)
            bytes[i] = (unsigned char)(unit_random() >> unit_below(8));
        struct encoded_edits encoded = {bytes, length, unit_below(12)};
        if (edit_list_load(&loaded, &encoded, OLD_SIZE, POOL_SIZE, &error)) {
            CHECK(is_sound(&loaded));
            edit_list_release(&loaded);
        }
    }
}

static void a_list_cut_short_or_of_another_count_is_refused(void)
{
    struct edit_list list, loaded;
    struct error error;
    fill(&list, 300);
    struct encoded_edits encoded = {list.encoded.data, 0, list.count};
    for (; encoded.length < list.encoded.length; encoded.length++)
        CHECK(!edit_list_load(&loaded, &encoded, OLD_SIZE, POOL_SIZE, &error));
    for (encoded.count = 0; encoded.count < 600; encoded.count++)
        CHECK(encoded.count == list.count ||
              !edit_list_load(&loaded, &encoded, OLD_SIZE, POOL_SIZE, &error));
    edit_list_release(&list);
}

/* ---- the path in a mark -----------------------------------------------------------------------
 */

static void check_path(const char *path, const char *stored)
{
    char room[300], back[300];
    size_t length = journal_mark_path_shorten(path, room);
    room[length] = 0;
    CHECK(strcmp(room, stored) == 0);
    journal_mark_path_restore(room, back, sizeof back);
    CHECK(strcmp(back, path) == 0);
}

static void the_path_in_a_mark_comes_back_as_it_was(void)
{
    check_path("/tmp/x/.file" JOURNAL_SUFFIX, "tmp/x/file");
    check_path("/.file" JOURNAL_SUFFIX, "file");
    check_path("/d/..hidden" JOURNAL_SUFFIX, "d/.hidden");
    check_path("/d/." JOURNAL_SUFFIX, "/d/." JOURNAL_SUFFIX);
    check_path("/d/.f" JOURNAL_SUFFIX JOURNAL_SUFFIX, "/d/.f" JOURNAL_SUFFIX JOURNAL_SUFFIX);
    check_path("/d/f" JOURNAL_SUFFIX, "/d/f" JOURNAL_SUFFIX);
    check_path("//host/.f" JOURNAL_SUFFIX, "//host/.f" JOURNAL_SUFFIX);
    check_path("C:\\d\\.f" JOURNAL_SUFFIX, "C:\\d\\.f" JOURNAL_SUFFIX);
    check_path("/dev/null", "/dev/null");
    check_path("", "");
}

static const struct unit_case cases[] = {
    {"the path in a mark comes back as it was", the_path_in_a_mark_comes_back_as_it_was},
    {"a header comes back as it was", a_header_comes_back_as_it_was},
    {"a header of another format is not believed", a_header_of_another_format_is_not_believed},
    {"a header has the bytes that format 5 had in 1.0", a_header_has_the_bytes_of_its_format},
    {"the first bytes of a file tell what it is", the_first_bytes_of_a_file_tell_what_it_is},
    {"a progress word tells its number, or that it is damaged",
     a_word_tells_its_number_or_that_it_is_damaged},
    {"every flipped bit of a header is refused", every_flipped_bit_of_a_header_is_refused},
    {"lengths that do not fit are refused, whatever the checksum says",
     lengths_that_do_not_fit_are_refused},
    {"the last value that fits is accepted", the_last_value_that_fits_is_accepted},
    {"a progress word has the bits that journals on disks have", a_word_has_these_bits},
    {"records have the bytes that journals on disks have", records_have_these_bytes},
    {"a record of no step, or too long, is refused", a_record_of_no_step_or_too_long_is_refused},
    {"a record of the end of a kind that there is not is refused",
     a_record_of_the_end_of_another_kind_is_refused},
    {"a record comes back as it was, or is refused", a_record_comes_back_or_is_refused},
    {"a record of the end comes back as it was, or is refused",
     a_record_of_the_end_comes_back_or_is_refused},
    {"a list of edits loads as it was", a_list_loads_as_it_was},
    {"a damaged list of edits is refused or harmless", a_damaged_list_is_refused_or_harmless},
    {"random bytes for a list are refused or harmless",
     a_list_of_random_bytes_is_refused_or_harmless},
    {"a list cut short or of another count is refused",
     a_list_cut_short_or_of_another_count_is_refused},
};

UNIT_MAIN(cases)
