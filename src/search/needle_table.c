/* needle_table.c - the longest of many needles at an offset, by hashes of its first bytes. */
#include "search/needle_table.h"
#include "base/checked.h"

#include <stdlib.h>

/* A bit for each hash, not a byte, would take less of the cache, and a tenth more time. */
enum {
    WORD = 8,           /* most bytes that are hashed */
    ROOM_BITS = 4,      /* hashes for a needle: few other bytes have the hash of one by chance */
    LEAST_BITS = 12,    /* of hashes */
    MOST_BITS = 21,     /* of hashes: 2 MiB are enough for 128 Ki needles */
    ENTRIES_A_UNIT = 4, /* comparisons of a word in a unit of work */
    DENSE = 20,         /* with more candidates in a block, looking at all offsets is faster */
};

/* The least length of the needles of each class. The last class is the one of very short ones. */
static const size_t class_lengths[NEEDLE_TABLE_CLASSES] = {8, 6, 4, 1};

static inline uint64_t hash_of(const struct needle_hashes *hashes, uint64_t word)
{
    return (word & hashes->mask) * UINT64_C(0x9e3779b97f4a7c15) >> hashes->shift;
}

/* The word at `at`, of which only `room` bytes can be read: zeros behind them. */
static inline uint64_t load_within(const unsigned char *at, size_t room)
{
    unsigned char bytes[WORD] = {0};
    if (room >= WORD)
        return needle_load_8(at);
    for (size_t i = 0; i < room; i++)
        bytes[i] = at[i];
    return needle_load_8(bytes);
}

/* ---- making ---------------------------------------------------------------------------------- */

static bool init_hashes(struct needle_hashes *hashes, const struct search_needle *needles,
                        size_t count, struct error *error)
{
    unsigned char mask[WORD] = {0};
    unsigned bits = LEAST_BITS;
    while (bits < MOST_BITS && (size_t)1 << bits < count << ROOM_BITS)
        bits++;
    /* Without the bit that tells the case of a letter. */
    memset(mask, 0xdf, minimum_size(needles[count - 1].length, WORD));
    hashes->mask = needle_load_8(mask);
    hashes->shift = 64 - bits;
    hashes->begins = calloc((size_t)1 << bits, 1);
    if (!hashes->begins)
        return error_memory(error, (size_t)1 << bits);
    for (size_t i = 0; i < count; i++)
        hashes->begins[hash_of(hashes, load_within(needles[i].value, needles[i].length))] = 1;
    return true;
}

static uint64_t slot_of(const struct needle_class *class, const struct search_needle *needle)
{
    uint64_t word = load_within(needle->value, needle->length);
    return hash_of(&class->hashes, word) >> class->slot_shift;
}

static void set_entry(struct needle_table_entry *entry, const struct search_needle *needle)
{
    entry->value = load_within(needle->value, needle->length);
    entry->mask = load_within(needle->mask, needle->length);
    entry->needle = needle;
}

/* Counts the needles of each slot, and then fills the entries in the order of the slots. */
static void fill_slots(struct needle_class *class, size_t slots,
                       const struct search_needle *needles, size_t count)
{
    for (size_t i = 0; i < count; i++)
        class->start[slot_of(class, &needles[i])]++;
    for (size_t i = 1; i <= slots; i++)
        class->start[i] += class->start[i - 1];
    /* From the shortest needle on: each goes before those of its slot that are there already. */
    for (size_t i = count; i-- > 0;)
        set_entry(&class->entries[--class->start[slot_of(class, &needles[i])]], &needles[i]);
}

static bool init_class(struct needle_class *class, const struct search_needle *needles,
                       size_t count, struct error *error)
{
    if (!init_hashes(&class->hashes, needles, count, error))
        return false;
    size_t slots = (size_t)1 << (64 - class->hashes.shift);
    for (; slots / 2 >= count; slots /= 2)
        class->slot_shift++;
    class->start = calloc(slots + 1, sizeof *class->start);
    class->entries = calloc(count, sizeof *class->entries);
    if (!class->start || !class->entries)
        return error_memory(error, slots * sizeof *class->start + count * sizeof *class->entries);
    fill_slots(class, slots, needles, count);
    return true;
}

/* Makes the hashes that reject an offset. `longer`: needles of all classes but the last. */
static bool init_all(struct needle_table *table, const struct search_needle *needles, size_t longer,
                     size_t count, struct error *error)
{
    if (table->count > 1 + (longer < count)) {
        if (!init_hashes(&table->all[0], needles, longer, error))
            return false;
        table->owned = table->all[0].begins;
        table->all_count = 1;
    } else if (longer > 0) {
        table->all[table->all_count++] = table->classes[0].hashes;
    }
    if (longer < count)
        table->all[table->all_count++] = table->classes[table->count - 1].hashes;
    return true;
}

bool needle_table_init(struct needle_table *table, const struct search_needle *needles,
                       size_t count, struct error *error)
{
    size_t from = 0, until, longer = 0;
    *table = (struct needle_table){.shortest = needles[count - 1].length};
    for (unsigned i = 0; i < NEEDLE_TABLE_CLASSES; i++, from = until) {
        for (until = from; until < count && needles[until].length >= class_lengths[i];)
            until++;
        if (until > from &&
            !init_class(&table->classes[table->count++], needles + from, until - from, error))
            return false;
        if (i < NEEDLE_TABLE_CLASSES - 1)
            longer = until;
    }
    return init_all(table, needles, longer, count, error);
}

void needle_table_release(struct needle_table *table)
{
    for (unsigned i = 0; i < NEEDLE_TABLE_CLASSES; i++) {
        free(table->classes[i].hashes.begins);
        free(table->classes[i].start);
        free(table->classes[i].entries);
    }
    free(table->owned);
    *table = (struct needle_table){.count = 0};
}

/* ---- candidates ------------------------------------------------------------------------------ */

static unsigned count_bits(uint64_t bits)
{
    bits -= bits >> 1 & UINT64_C(0x5555555555555555);
    bits = (bits & UINT64_C(0x3333333333333333)) + (bits >> 2 & UINT64_C(0x3333333333333333));
    bits = (bits + (bits >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
    return (unsigned)(bits * UINT64_C(0x0101010101010101) >> 56);
}

/* A bit for each of FILTER_BLOCK offsets: whether any needle may begin there. */
static inline uint64_t look_at_all(const struct needle_hashes *all, unsigned count,
                                   const unsigned char *at)
{
    const struct needle_hashes first = all[0], second = all[count - 1];
    uint64_t bits = 0;
    for (size_t i = FILTER_BLOCK; i-- > 0;) {
        uint64_t word = needle_load_8(at + i);
        unsigned begins = first.begins[hash_of(&first, word)];
        if (count > 1)
            begins |= second.begins[hash_of(&second, word)];
        bits = 2 * bits + begins;
    }
    return bits;
}

static inline unsigned classes_of(const struct needle_table *table, uint64_t word)
{
    unsigned classes = 0;
    for (unsigned i = 0; i < table->count; i++) {
        const struct needle_hashes *hashes = &table->classes[i].hashes;
        classes |= (unsigned)hashes->begins[hash_of(hashes, word)] << i;
    }
    return classes;
}

void needle_table_sift(const struct needle_table *table, const unsigned char *bytes, size_t limit,
                       struct needle_candidates *candidates)
{
    const unsigned char *at = bytes + candidates->block;
    size_t room = limit - candidates->block;
    uint64_t bits = candidates->bits, left = 0;
    bool whole = room >= FILTER_BLOCK + WORD - 1; /* a word can be read at each offset */
    if (whole && count_bits(bits) > DENSE)
        bits &=
            table->all_count == 1 ? look_at_all(table->all, 1, at) : look_at_all(table->all, 2, at);
    for (; bits; bits &= bits - 1) {
        unsigned place = lowest_bit(bits);
        uint64_t word = whole ? needle_load_8(at + place) : load_within(at + place, room - place);
        unsigned classes = classes_of(table, word);
        candidates->classes[place] = (unsigned char)classes;
        left |= (uint64_t)(classes != 0) << place;
    }
    candidates->bits = left;
}

/* ---- one offset ------------------------------------------------------------------------------ */

static inline bool entry_matches(const struct needle_table_entry *entry, uint64_t word,
                                 const unsigned char *at, size_t room, uint64_t *work)
{
    const struct search_needle *needle = entry->needle;
    return (word & entry->mask) == entry->value && needle->length <= room &&
           (needle->length <= WORD || needle_matches(needle, at, work));
}

size_t needle_table_longest(const struct needle_table *table, unsigned classes,
                            const unsigned char *at, size_t room, uint64_t *work)
{
    uint64_t word = load_within(at, room);
    for (; classes; classes &= classes - 1) {
        const struct needle_class *class = &table->classes[lowest_bit(classes)];
        uint64_t slot = hash_of(&class->hashes, word) >> class->slot_shift;
        const struct needle_table_entry *entry = class->entries + class->start[slot],
                                        *first = entry,
                                        *end = class->entries + class->start[slot + 1];
        while (entry < end && !entry_matches(entry, word, at, room, work))
            entry++;
        *work += 1 + (uint64_t)(entry - first) / ENTRIES_A_UNIT;
        if (entry < end)
            return entry->needle->length;
    }
    return 0;
}
