/*
 * needle_table.h - the longest of many needles at an offset, by hashes of its first bytes.
 *
 * A byte for each hash tells whether some needle begins with bytes of this hash. That rejects
 * nearly all offsets at which no needle matches. At the others, the needles of the hash are
 * compared, the longest first. A hash for all needles could use only as many bytes as the shortest
 * one has, too few to reject many offsets. So the needles are divided into classes by their
 * length, and each class has its own hash.
 *
 * A hash ignores the case of letters, so that it also serves needles that ignore case.
 */
#ifndef MMTOOL_NEEDLE_TABLE_H
#define MMTOOL_NEEDLE_TABLE_H

#include "search/kernel.h"
#include "search/needle.h"

enum { NEEDLE_TABLE_CLASSES = 4 };

/* Which hashes the first bytes of some needles have. */
struct needle_hashes {
    uint64_t mask;         /* the bits of a word of 8 bytes, as it is in memory, that are hashed */
    unsigned shift;        /* of a product: what is left is the hash */
    unsigned char *begins; /* [hash]: 1 if a needle has it, else 0 */
};

struct needle_table_entry {
    uint64_t value, mask; /* of the first 8 bytes, as in memory; 0 behind the last byte */
    const struct search_needle *needle;
};

/* The needles from one length on, up to those of the class before. */
struct needle_class {
    struct needle_hashes hashes;        /* its `begins` is owned */
    unsigned slot_shift;                /* of a hash: what is left is its slot */
    uint32_t *start;                    /* [slot]: its first entry, and one more; owned */
    struct needle_table_entry *entries; /* by slot, then longest first; owned */
};

/* A zeroed struct is a table without needles. */
struct needle_table {
    struct needle_class classes[NEEDLE_TABLE_CLASSES]; /* of the longest needles first */
    unsigned count;                                    /* of classes */
    size_t shortest;                                   /* bytes of the shortest needle */
    /* Two that are enough to reject an offset: of all needles but very short ones, and of those. */
    struct needle_hashes all[2];
    unsigned all_count;
    unsigned char *owned; /* all[0].begins if that belongs to no class */
};

/* What is known of the offsets of one block. */
struct needle_candidates {
    size_t block;                        /* the first offset */
    uint64_t bits;                       /* a bit for each offset at which a needle may begin */
    unsigned char classes[FILTER_BLOCK]; /* [offset - block]: a bit for each class it may be of */
};

/*
 * Makes the table of needles that are sorted longest first and have no masks or ignore case. They
 * must outlive it. On an error (memory is short) the table must still be released.
 */
bool needle_table_init(struct needle_table *table, const struct search_needle *needles,
                       size_t count, struct error *error);
void needle_table_release(struct needle_table *table);

/*
 * Clears the bits of a block's offsets at which no needle can begin, and sets the classes of the
 * others. The bytes before `limit` are readable; no needle may extend past it.
 */
void needle_table_sift(const struct needle_table *table, const unsigned char *bytes, size_t limit,
                       struct needle_candidates *candidates);

/*
 * Length of the longest needle that matches at `at` within `room` bytes, of those of the classes
 * that needle_table_sift() has left, or 0. Adds what it compared to `*work`.
 */
size_t needle_table_longest(const struct needle_table *table, unsigned classes,
                            const unsigned char *at, size_t room, uint64_t *work);

#endif
