/* internal.h - what the files of this folder share. */
#ifndef MMTOOL_JOURNAL_INTERNAL_H
#define MMTOOL_JOURNAL_INTERNAL_H

#include "base/little_endian.h"
#include "base/test_faults.h"
#include "journal/journal.h"

enum {
    JOURNAL_PAGE = 4096,
    JOURNAL_PROGRESS_OFFSET = 4096,
    JOURNAL_PROBE_OFFSET =
        256, /* in the page of JOURNAL_PROGRESS_OFFSET: used to test the view, else unused */
    JOURNAL_RECORD_OFFSET = 4608,
    JOURNAL_RECORD_SECTOR = 512,
    JOURNAL_RECORD_LENGTH = 8 * 5 + WITNESS_SPANS * WITNESS_ENCODED + 8,
    JOURNAL_TAIL_OFFSET = 5632,
    JOURNAL_TAIL_LENGTH = 8 * 7 + JOURNAL_TAIL_WITNESS + 8,
    JOURNAL_WITNESS_OFFSET = 8192,
    JOURNAL_WITNESS_ROOM = 12288, /* no less than WITNESS_TABLE */
    JOURNAL_LIST_OFFSET = JOURNAL_WITNESS_OFFSET + JOURNAL_WITNESS_ROOM,
    JOURNAL_FRONT_END = JOURNAL_LIST_OFFSET + JOURNAL_PAGE, /* see rest.c */
    JOURNAL_UNDO_PATH = 65536,                              /* longest path of an undo file */
    JOURNAL_MARK_PATH = 1024, /* longest path a mark holds; a longer one is left out */
};

/* Steps use the two slots, and the two records, in turns. */
static inline uint64_t journal_slot_of(uint64_t number)
{
    return test_has_fault(TEST_FAULT_ONE_SLOT) ? 0 : number % 2;
}

/* With `durable`: a record, and the slot before it, must be on the disk before the step begins. */
static inline bool journal_sync_record(struct journal *journal, struct error *error)
{
    return test_has_fault(TEST_FAULT_NO_JOURNAL_BARRIER) || file_sync_data(journal->file, error);
}

/* A slot has an extra page, so that a step's bytes may begin anywhere in its first page. */
static inline uint64_t journal_slot_stride(const struct journal_header *header)
{
    return header->sizes.write_max + JOURNAL_PAGE;
}

static inline bool journal_has_slots(const struct journal_header *header)
{
    return header->length > header->slot_offset;
}

/*
 * How much of the journal recovery needs: all to finish an edit; no pool or slots to take it back;
 * no more than the header where the edit does not change the size: a power loss may leave only that
 * of a journal that was not committed.
 */
static inline uint64_t journal_needed_length(const struct journal_header *header)
{
    if (header->state == JOURNAL_HOT)
        return header->length;
    return journal_has_slots(header) || header->undo_length > 0 ? header->pool_offset
                                                                : JOURNAL_HEADER;
}

#define JOURNAL_MARK       "mmtool.journal"
#define JOURNAL_PROBE_MARK "mmtool.probe" /* set to find out whether files can be marked */

/* Encodes and decodes the record of a durable step; false if it is damaged. */
void journal_record_encode(const struct journal_record *record, unsigned char *bytes);
bool journal_record_decode(struct journal_record *record, const unsigned char *bytes);

/* The same for a tail record. */
void journal_tail_encode(const struct journal_tail *tail, unsigned char *bytes);
bool journal_tail_decode(struct journal_tail *tail, const unsigned char *bytes);

/*
 * Makes the progress word: 40 bits for the number of published steps, and 24 bits of a checksum of
 * the number and the journal's uuid. journal_word_number() reads it; false if it is damaged, or of
 * another journal.
 */
uint64_t journal_word(const struct journal_header *header, uint64_t published);
/* The number that makes a journal DONE. */
#define JOURNAL_WORD_DONE (((uint64_t)1 << 40) - 1)
bool journal_word_number(const struct journal_header *header, uint64_t word, uint64_t *published);

/* What the first bytes of a file are. */
enum journal_header_kind {
    JOURNAL_HEADER_SOUND,
    JOURNAL_HEADER_EMPTY, /* zeros: the process that made it was killed before it wrote one */
    JOURNAL_HEADER_OF_OTHER_FORMAT, /* which this version of mmtool does not read */
    JOURNAL_HEADER_DAMAGED,         /* or not of a journal at all */
};
/* Reads a header from at most JOURNAL_HEADER bytes; the file may have fewer. */
enum journal_header_kind journal_header_read(struct journal_header *header,
                                             const unsigned char *bytes, size_t length);
/* The number of the format of at least 8 bytes that begin as a journal does. */
uint32_t journal_header_format(const unsigned char *bytes);

/* What was found at a journal's name. */
enum journal_here {
    JOURNAL_HERE_NOTHING,
    JOURNAL_HERE_EMPTY,   /* a file without a header, open */
    JOURNAL_HERE_JOURNAL, /* a file with a header, open; the finding may doubt it: UNTRUSTED,
                             DAMAGED */
    JOURNAL_HERE_DOUBT,   /* something else; the finding says what, and has its place */
};
/* Opens the journal at `place`, which it takes over. The finding was zeroed, except `marked`. */
enum journal_here journal_look(struct journal *journal, struct place *place,
                               const struct journal_search *search,
                               struct journal_finding *finding);

/* Closes a journal that is not believed; the finding gets its place and this doubt. */
void journal_reject(struct journal *journal, enum journal_doubt doubt,
                    struct journal_finding *finding);

/* Whether no process is creating it any more, and it is trusted; tries to lock it, and keeps the
 * lock. See hold_name() in create.c. */
bool journal_is_abandoned(struct journal *journal, const struct journal_search *search);

/* Whether a journal is of a file, by inode and birth time. UNSURE: they do not decide it. */
enum journal_identity { JOURNAL_IDENTITY_SAME, JOURNAL_IDENTITY_UNSURE, JOURNAL_IDENTITY_OTHER };
enum journal_identity journal_compare(const struct journal_header *header,
                                      const struct mapping *mapping);

/* Identifies a file, as in journal_header. For a device `*birth` is 0, and `*identity` is 0 if it
 * has no lasting name. */
void journal_identify(const struct mapping *mapping, uint64_t *identity, uint64_t *birth);

/* A journal that may be of a file although its name does not say so. */
struct journal_match {
    struct place *place;      /* owned by the caller; NULL: there is none */
    enum journal_doubt doubt; /* why it is doubted, or JOURNAL_DOUBT_NONE */
    unsigned count;           /* of the journals that may be */
};
/* Looks for it in the directory of the search; `own` is the name that was looked for before. */
bool journal_match_directory(const struct journal_search *search, const char *own,
                             struct journal_match *match, struct error *error);

/* What the names of journals end with. */
#define JOURNAL_SUFFIX ".mmtool-journal"
/* What the name of a device's journal begins with; its size and "-" follow. */
#define JOURNAL_OF_DEVICE ".device-"

/*
 * The path of a journal as a mark holds it. "/DIRECTORY/.NAME.mmtool-journal" is shortened to
 * "DIRECTORY/NAME": ext4 keeps a mark in the inode if the path in it has at most 40 bytes, and
 * elsewhere setting it takes ten times as long. Any other path stays as it is.
 * journal_mark_path_shorten() returns the length; `room` holds as many bytes as the path.
 */
enum { JOURNAL_MARK_FULL = JOURNAL_MARK_PATH + 32 }; /* room for a path made long again */
size_t journal_mark_path_shorten(const char *path, char *room);
void journal_mark_path_restore(const char *stored, char *path, size_t size);

/* Whether all bytes are zero. */
bool journal_is_zeros(const unsigned char *bytes, size_t length);

/* Whether the slot of a record is complete in the journal, by its checksum. */
bool journal_slot_is_whole(struct journal *journal, const struct journal_record *record);

/* Whether a mark was set by journal_mark_undo(). */
bool journal_mark_is_of_undo(const unsigned char *value, size_t length);

bool journal_write_header(struct journal *journal, struct error *error);

/*
 * Maps progress and slots, if stores through a view reach the file at once. Where the file system
 * cannot map, all is written by positioned writes.
 */
void journal_map(struct journal *journal);
/* Call before the journal is removed: Windows removes no mapped file. */
void journal_unmap(struct journal *journal);

/* Unmaps the journal and takes its name off. */
bool journal_remove_name(struct journal *journal, struct error *error);

/* Whether a resting journal still has its name and its bytes. Maps its front if that can be done;
 * to be called before the next edit. */
bool journal_wake(struct journal *journal);
/* Whether a place is a name of a resting journal. */
bool journal_rests_at(const struct journal *journal, const struct place *place);

/* ---- stores through views: front.c ----------------------------------------------------------- */

/* Whether a read of the journal sees a store through the view `progress`. On some network file
 * systems and in some virtual machines it does not. */
bool journal_sees_stores(struct journal *journal);
/* Stores the progress word through the view `progress`: after all stores before it, in one piece.
 */
void journal_store_word(struct journal *journal, uint64_t published);

/* Maps the front of a journal whose header says DONE: sets journal->front if that can be done. */
void journal_map_front(struct journal *journal);
/* Whether journal->front is set and has these bytes. */
bool journal_front_holds(const struct journal *journal, uint64_t offset, size_t length);
/* Stores to the front. An error: another program cut the journal short, or its disk failed. */
bool journal_front_store(struct journal *journal, uint64_t offset, const void *bytes, size_t length,
                         struct error *error);
/* The same for the progress word, as by journal_store_word(). */
bool journal_front_publish(struct journal *journal, uint64_t published, struct error *error);

#endif
