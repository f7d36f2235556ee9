/* internal.h - what the files of journal.h share. */
#ifndef MMTOOL_JOURNAL_INTERNAL_H
#define MMTOOL_JOURNAL_INTERNAL_H

#include "base/little_endian.h"
#include "base/test_variant.h"
#include "journal/journal.h"

enum {
    JOURNAL_PAGE = 4096,
    PROGRESS_OFFSET = 4096,
    PROBE_OFFSET = 256, /* in the page of PROGRESS_OFFSET: bytes that nobody reads but to try */
    RECORD_OFFSET = 4608,
    RECORD_SECTOR = 512,
    RECORD_LENGTH = 8 * 5 + WITNESS_SPANS * WITNESS_ENCODED + 8,
    TAIL_OFFSET = 5632,
    TAIL_LENGTH = 8 * 7 + TAIL_WITNESS + 8,
    WITNESS_OFFSET = 8192,
    WITNESS_ROOM = 12288, /* no less than WITNESS_TABLE */
    LIST_OFFSET = WITNESS_OFFSET + WITNESS_ROOM,
    JOURNAL_UNDO_PATH = 65536, /* longest path of an undo file */
    MARK_PATH = 1024,          /* longest path a mark holds; a longer one is left out */
};

/* A slot has a page more than a window, so that bytes may begin anywhere in its first page. */
static inline uint64_t journal_slot_stride(const struct journal_header *header)
{
    return header->sizes.write_most + JOURNAL_PAGE;
}

/* To finish an edit all is needed; to take it back neither pool nor slots. */
static inline uint64_t journal_needed_length(const struct journal_header *header)
{
    return header->state == JOURNAL_HOT ? header->length : header->pool_offset;
}

#define JOURNAL_MARK       "mmtool.journal"
#define JOURNAL_PROBE_MARK "mmtool.probe" /* to try whether files have marks */

/* A durable step's record as bytes and back; false if it is not whole. */
void journal_record_encode(const struct journal_record *record, unsigned char *bytes);
bool journal_record_decode(struct journal_record *record, const unsigned char *bytes);

/* The same of a record of the end. */
void journal_tail_encode(const struct journal_tail *tail, unsigned char *bytes);
bool journal_tail_decode(struct journal_tail *tail, const unsigned char *bytes);

/*
 * The progress word of a number of published steps: 40 bits, and 24 of a checksum of them and
 * the journal's uuid. The number of a word; false if it is damaged, or another journal's.
 */
uint64_t journal_word(const struct journal_header *header, uint64_t published);
bool journal_word_number(const struct journal_header *header, uint64_t word, uint64_t *published);

/* What the first bytes of a file are, as a journal's header. */
enum journal_header_kind {
    HEADER_SOUND,
    HEADER_EMPTY,            /* zeros: its maker was killed before it wrote one */
    HEADER_OF_OTHER_VERSION, /* of mmtool */
    HEADER_DAMAGED,          /* or not a journal's */
};
/* At most JOURNAL_HEADER bytes; a file may have less. */
enum journal_header_kind journal_header_read(struct journal_header *header,
                                             const unsigned char *bytes, size_t length);

/* What has a journal's name. */
enum journal_here {
    HERE_NOTHING,
    HERE_EMPTY,   /* a file without a header, open */
    HERE_JOURNAL, /* one with a header, open. The finding may have a doubt: UNTRUSTED, DAMAGED */
    HERE_DOUBT,   /* something else; the finding says what, and has its place */
};
/* Looks, and opens a journal; takes `place` over. The finding was zeroed, but for `marked`. */
enum journal_here journal_look(struct journal *journal, struct place *place,
                               const struct journal_search *search,
                               struct journal_finding *finding);

/* Closes a journal that is not believed; the finding gets its place, and this doubt. */
void journal_reject(struct journal *journal, enum journal_doubt doubt,
                    struct journal_finding *finding);

/* See hold_name() in create.c: whether nobody is making it. */
bool journal_is_abandoned(struct journal *journal, const struct journal_search *search);

/* Whether a journal is a file's. UNSURE: what they tell does not decide it. */
enum journal_identity { IDENTITY_SAME, IDENTITY_UNSURE, IDENTITY_OTHER };
enum journal_identity journal_compare(const struct journal_header *header,
                                      const struct mapping *mapping);

/* What tells a file from others: see journal_header. Of a device `*birth` is 0, and so is
 * `*identity` where it has none that lasts. */
void journal_identify(const struct mapping *mapping, uint64_t *identity, uint64_t *birth);

/* A journal that may be a file's though it has not its name. */
struct journal_match {
    struct place *place;      /* owned by who asked; NULL: there is none */
    enum journal_doubt doubt; /* why it is not to be believed without a word, or NONE */
    unsigned count;
};
/* Looks for it in the directory of the search; `own` is the name that has been looked for. */
bool journal_match_directory(const struct journal_search *search, const char *own,
                             struct journal_match *match, struct error *error);

/* What the names of journals end with. */
#define JOURNAL_SUFFIX ".mmtool-journal"
/* What a device's begins with, before its size and "-". */
#define JOURNAL_OF_DEVICE ".device-"

/* Whether there is nothing but zeros. */
bool journal_is_zeros(const unsigned char *bytes, size_t length);

/* Whether a record's slot is in the journal as it was written. */
bool journal_slot_is_whole(struct journal *journal, const struct journal_record *record);

/* Whether a mark is one of journal_mark_undo(). */
bool journal_mark_is_of_undo(const unsigned char *value, size_t length);

bool journal_write_header(struct journal *journal, struct error *error);

/*
 * Views of progress and slots, where stores through views reach the file at once. Where the
 * file system maps no files, or no such files, all is written by positioned writes.
 */
void journal_map(struct journal *journal);
/* Before the journal is removed: Windows removes no file that is mapped. */
void journal_unmap(struct journal *journal);

#endif
