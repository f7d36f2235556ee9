/*
 * journal.h - the file beside an edited file that makes the edit all or nothing.
 *
 * Order of calls for an edit, the file locked exclusively and not marked:
 *
 *   journal_create()   writes the list and the new bytes, state PRE, marks the file
 *                      ... the file is grown, its blocks reserved ...
 *   journal_commit()   state HOT in one write: before it, recovery rolls back
 *                      (cuts the growth); after it, only forward
 *   journal_publish()  before each step's first store
 *   journal_remove()   unmarks and unlinks when the last step is done
 *
 * A process may die between any two instructions. journal_find() of the next command finds out what
 * is left to do. `durable` journals also survive power loss: each of these calls waits for the disk
 * where that needs it.
 *
 * Layout of the journal; offsets in bytes, numbers little-endian:
 *
 *   0       header, one sector: see journal_header; CRC-32C at its end
 *   4096    progress word: how many steps are published, with a checksum (one aligned 64-bit
 * store); JOURNAL_WORD_DONE makes a journal DONE whose header says HOT 4608    record 0, in a
 * sector of its own: in durable journals, for even steps 5120    record 1: for odd steps 5632 two
 * more sectors, for tail records: of the cut at the end, or of moved blocks 8192    the table of
 * witnesses 20480   the encoded list of edits, then the path of the undo script, then
 * (page-aligned) the pool, then (page-aligned) slot 0 and slot 1, if the edit may need them. A slot
 * has sizes.write_max bytes and a page: a step's bytes begin anywhere in its first page, see
 *           journal_slot_start(). A pool of less than a page is not aligned
 *
 * Formats. The eighth byte of a journal is '0' plus the number of its format. mmtool 1.x reads all
 * formats that a 1.y with y <= x wrote: JOURNAL_FORMAT_OLDEST to JOURNAL_FORMAT. A journal of any
 * other format is doubted (JOURNAL_DOUBT_FORMAT) and left alone, and so is its file. What belongs
 * to a format, besides this layout: the encoding of lists, witnesses and tail records; the order
 * and the size of the steps that a list becomes, since recovery computes them again (edit/plan.h);
 * the mark, and the names of the journal and of the files of --new-inode and --undo. To change any
 * of these, raise JOURNAL_FORMAT, keep the code that reads the older ones, and add images of the
 * new one to tests/crash/images. mmtool 0.x had formats 1 to 4.
 *
 * The folder journal: what an edit writes so that the next command can finish it. It knows lists of
 * edits and mappings. It does not know how an edit is done. In reading order:
 *
 *   create.c            creates a journal: its place, its header, its content, the mark
 *   journal.c           commits, publishes and removes
 *   front.c             stores to a journal through views
 *   rest.c              keeps a journal for the next edit of a script
 *   internal.h          what the files of this folder share
 *   format.c            encodes and decodes the header
 *   tail_record.c       records of the cut at the end: see apply/tail.h
 *   witness.c           chooses and judges witnesses: bytes before and after an edit
 *   place.c             where the journal of a file goes, and how a file is identified
 *   find.c              finds out whether a file is in the middle of an edit
 *   look.c              opens what has a journal's name, and decides whether to believe it
 *   match.c             finds a file's journal in a directory when its name does not tell
 *   renamed.c           finds the file that still needs a journal, if it was renamed
 *   doubt.c             says why a journal is not believed, and what the user can do
 *   load.c              loads a journal for recovery: list, pool, progress
 *   undo_file.c         the file of --undo, and the temporary that becomes it
 *   undo.c              finds the undo script of an interrupted edit
 *   privileges.c        keeps set-user-ID, set-group-ID and file capabilities over an edit
 */
#ifndef MMTOOL_JOURNAL_H
#define MMTOOL_JOURNAL_H

#include "edit/list.h"
#include "edit/plan.h"
#include "edit/pool.h"
#include "journal/undo_file.h"
#include "journal/witness.h"
#include "mapping.h"

enum {
    JOURNAL_FORMAT = 5,        /* of the journals that are written; see "Formats" above */
    JOURNAL_FORMAT_OLDEST = 5, /* of those that are read */
    JOURNAL_UUID = 16,
    JOURNAL_HEADER = 512,
};

enum journal_state {
    JOURNAL_PRE = 1,
    JOURNAL_HOT = 2,
    JOURNAL_DONE = 3, /* the file is whole; only the mark or the journal is still to be removed */
};

/* Whether the file was marked when the edit began. It stays marked until the edit has ended. */
enum journal_marks {
    JOURNAL_MARKS_NONE,    /* no: files could not be marked there */
    JOURNAL_MARKS_SURE,    /* yes */
    JOURNAL_MARKS_PERHAPS, /* no, but an earlier mark may be on it, which could not be removed there
                            */
};

/* What the file system does before the first step. Whether it did is told by a witness
 * (JOURNAL_TAIL_BLOCKS), or without one by the file's size. */
enum journal_blocks { JOURNAL_BLOCKS_NONE, JOURNAL_BLOCKS_INSERT, JOURNAL_BLOCKS_CUT };

struct journal_header {
    uint32_t state;
    bool durable;
    uint32_t marks; /* enum journal_marks */
    unsigned char uuid[JOURNAL_UUID];
    uint64_t identity, birth, device; /* of the edited file; device is not compared */
    uint64_t old_size, new_size;
    uint64_t start_size; /* of the file that the list is for: old_size, or after moving blocks */
    struct plan_sizes sizes;
    uint64_t edit_count, list_length, pool_offset, pool_length, slot_offset, length;
    uint32_t blocks; /* an enum journal_blocks */
    uint64_t blocks_offset, blocks_length;
    uint32_t list_crc, pool_crc;
    uint64_t witness_length; /* of the table; complete once the state is HOT */
    uint32_t witness_crc;
    uint64_t undo_number, undo_length; /* of undo_file.h; length of the path, 0: there is none */
    uint32_t undo_crc;
    struct file_privileges privileges; /* of the edited file, to be restored; or zeros */
};

/* Encodes and decodes a header; false if the bytes are not a sound header. */
void journal_header_encode(const struct journal_header *header, unsigned char *bytes);
bool journal_header_decode(struct journal_header *header, const unsigned char *bytes);

/*
 * The record that publishes a step of a durable edit: its slot, if it has one, is complete. If the
 * power fails before the disk has both, the record may be there without its slot. Then the step has
 * not begun, and its witnesses still find old bytes.
 */
struct journal_record {
    uint64_t published;   /* the step's number + 1; 0: there is no record */
    uint64_t slot_start;  /* in the journal */
    uint64_t slot_length; /* 0: the step needs no slot */
    uint32_t slot_crc;
    uint32_t witness_length;                                  /* of the step's own witnesses: */
    unsigned char witnesses[WITNESS_SPANS * WITNESS_ENCODED]; /* encoded */
};

struct journal {
    struct place *place; /* owned */
    struct file *file;   /* owned */
    struct journal_header header;
    bool marked; /* the edited file is marked */
    bool mapped; /* progress and slots are written through views */
    bool front;  /* of one that rests: progress is a view of its front, see rest.c */
    struct view progress, slots;
    uint64_t identity, device; /* of the file of one that rests, as in file_status; or zeros */
    bool careful;        /* room on the disk is short; set by the caller before journal_load() */
    bool reused;         /* an earlier journal that was DONE and could not be removed */
    bool perhaps_marked; /* its mark may still be on the file */
    bool resting;        /* see journal_rest() */
    bool woken;          /* it rested before this edit */
    bool done_by_word;   /* it is DONE by its progress word; the header still says HOT */
    bool kept;           /* set by journal_remove(): it is DONE, but could not be removed */
    struct error left;   /* likewise: why not, for the user; or empty */
    bool published;      /* this process has published a step or a tail record */
    struct journal_record records[2]; /* durable, after journal_load(): those in the journal */
};

/* The edit that a journal is created for. */
struct journal_spec {
    const struct mapping *mapping;
    const struct plan *plan;
    struct pool *pool;
    const char *directory; /* where it goes if the file's directory may not be written; or NULL */
    bool durable;
    bool slots;        /* the edit may need them: a step does, or the file changes its size */
    bool careful;      /* room on the disk is short: write the slots once before they are needed */
    bool views;        /* with slots: store through views, if they reach the file */
    uint64_t old_size; /* of the file before the edit */
    uint64_t new_size; /* of the file after the edit */
    enum journal_blocks blocks;
    uint64_t blocks_offset, blocks_length;
    const struct undo_file *undo; /* or NULL */
    struct file_privileges privileges;
    struct journal *resting; /* of an earlier edit of this process, to be used again; or NULL */
};

/*
 * Creates the journal, allocates all its blocks, and marks the file. On failure (a full disk, a
 * directory that may not be written) the file is not marked, and no journal is left except one
 * that is DONE: an earlier edit's, or one that cannot be removed.
 */
bool journal_create(struct journal *journal, const struct journal_spec *spec, struct error *error);

/*
 * Before the commit, if others have appended: changes the sizes in the header. A kill right before
 * this leaves a growth that does not fit the header; only the bytes of the file tell where it
 * begins.
 */
bool journal_set_sizes(struct journal *journal, uint64_t old_size, uint64_t new_size,
                       struct error *error);

/*
 * Commits: from now on recovery finishes the edit, unless journal_retract() is called. After a
 * failure the journal on the disk may be PRE or HOT: call journal_retract() then, too.
 */
bool journal_commit(struct journal *journal, struct error *error);

/*
 * Before the commit: writes the table of witnesses (witness.h) to the journal. journal_commit()
 * writes its length and checksum with the header.
 */
bool journal_write_witnesses(struct journal *journal, const unsigned char *bytes, size_t length,
                             struct error *error);
/* Reads the table of a committed journal: header.witness_length bytes, at most WITNESS_TABLE. */
bool journal_read_witnesses(struct journal *journal, unsigned char *bytes, struct error *error);

/* Takes a commit back, while no step is published. */
bool journal_retract(struct journal *journal, struct error *error);

/*
 * Whether the disk and the user's quota have `bytes` more: allocates them at the end of the journal
 * and frees them again. False, with an error, if they do not.
 */
bool journal_try_room(struct journal *journal, uint64_t bytes, struct error *error);

/*
 * On a full disk, taking an edit back or removing a mark may fail, since both may need a few blocks
 * on xfs. This frees the slots and the pool of a journal that is not HOT. False if nothing was
 * freed.
 */
bool journal_make_room(struct journal *journal);

/* Offset in the journal of the bytes of step `number`: `placement` bytes (less than a page) behind
 * the start of its slot. */
uint64_t journal_slot_start(const struct journal *journal, uint64_t number, uint64_t placement);
/* The same as memory, if slots are mapped. */
unsigned char *journal_slot(struct journal *journal, uint64_t slot_start);
/* Positioned reads and writes of the journal. All bytes, or an error. */
bool journal_write(struct journal *journal, uint64_t offset, const void *bytes, size_t length,
                   struct error *error);
bool journal_read(struct journal *journal, uint64_t offset, void *bytes, size_t length,
                  struct error *error);
bool journal_read_pool(struct journal *journal, uint64_t offset, void *bytes, size_t length,
                       struct error *error);

/* Publishes a step: to be called right before its first byte is written to the file. */
bool journal_publish(struct journal *journal, const struct journal_record *record,
                     struct error *error);

/*
 * Whether a signal asks the process to stop; if so, sets the error. Every loop of a recovery calls
 * this: the next command goes on with it.
 */
bool journal_must_stop(struct error *error);

/* Records of the cut at the end of an edit that makes the file shorter: see apply/tail.h. */
enum journal_tail_kind {
    JOURNAL_TAIL_MOVE = 1,
    JOURNAL_TAIL_CUT,
    JOURNAL_TAIL_BLOCKS, /* not of the end: written before the blocks are inserted or cut */
};
enum { JOURNAL_TAIL_WITNESS = 256 };

struct journal_tail {
    uint64_t number; /* from 1 on; 0: there is none */
    enum journal_tail_kind kind;
    uint64_t offset; /* where the slot's bytes go, the new size of the file, or the first block */
    uint64_t size;   /* JOURNAL_TAIL_CUT: of the file before the cut */
    uint64_t slot_length; /* JOURNAL_TAIL_MOVE; the slot is that of the step of this number */
    uint32_t slot_crc;
    uint32_t witness_length;
    unsigned char
        witness[JOURNAL_TAIL_WITNESS]; /* bytes at `offset` before the cut or the blocks' move */
};

bool journal_publish_tail(struct journal *journal, const struct journal_tail *tail,
                          struct error *error);

/* Loads the last one; number 0: there is none. After JOURNAL_TAIL_MOVE or JOURNAL_TAIL_CUT all
 * steps are done. */
bool journal_load_tail(struct journal *journal, struct journal_tail *tail, struct error *error);

/*
 * Removes the mark and the journal, when the edit is done or was taken back. If the mark cannot be
 * removed now (where files cannot be marked), or the journal cannot be unlinked, the journal stays
 * as DONE until they can (journal->kept). If the disk is too full to remove the mark, the journal
 * makes room first. On failure the file is whole all the same, and only this is left to the next
 * command.
 */
bool journal_remove(struct journal *journal, const struct mapping *mapping, struct error *error);

/*
 * In place of journal_remove(), between the edits of a script: the file is unmarked and the journal
 * DONE, but it keeps its name, since making a file costs as much as all the rest of a short edit.
 * journal_create() uses it for the next edit if it can, and else removes it. Another process that
 * finds it removes it, as any journal that is DONE; then the next edit creates a new one. Only for
 * a journal without slots, of a file that can be marked and locked; and not of one that was
 * replaced under its name, where the journal would be in the way of the new file's. False: it
 * cannot rest; call journal_remove().
 */
bool journal_rest(struct journal *journal, const struct mapping *mapping);
/* Removes a resting journal, if it still has its name, and closes it. If it cannot be removed it
 * stays as DONE, and `left` says why; else `left`, which may be NULL, is not touched. */
void journal_end_rest(struct journal *journal, const struct mapping *mapping, struct error *left);

/*
 * Makes the journal DONE, in one write: from then on the file counts as whole. journal_remove()
 * does this, and `recover --accept` begins with it.
 */
bool journal_mark_done(struct journal *journal, struct error *error);

/* Closes the journal and leaves its file where it is. The struct may be zeroed or closed before. */
void journal_close(struct journal *journal);

/* ---- the undo script ------------------------------------------------------------------------- */

/* Loads the undo file of the journal's edit; zeroed if there is none. The caller releases it. */
bool journal_load_undo(struct journal *journal, struct undo_file *undo, struct error *error);

/*
 * --new-inode has no journal. Instead, its new file is marked until the undo script is renamed, and
 * journal_find() returns JOURNAL_UNDO for it. Where files cannot be marked, or the path is too long
 * for a mark, nothing is done, and a kill between the two renames leaves the script in its
 * temporary.
 */
bool journal_mark_undo(struct file *file, const struct undo_file *undo, struct error *error);
bool journal_load_marked_undo(struct file *file, struct undo_file *undo, struct error *error);
bool journal_unmark_undo(struct file *file, struct error *error);

/* ---- finding --------------------------------------------------------------------------------- */

enum journal_found {
    JOURNAL_ABSENT,   /* no mark, and nothing has a journal's name: the file is whole */
    JOURNAL_LEFTOVER, /* not begun, or done: only to be removed; its header may be empty */
    JOURNAL_WHOLE,    /* DONE: only to be removed, and harmless if that fails */
    JOURNAL_ROLLBACK, /* not begun, but the file may have grown: take it back */
    JOURNAL_FORWARD,  /* committed: finish it */
    JOURNAL_UNDO,     /* the file is whole; its undo script is still to be renamed */
    JOURNAL_OBSTACLE, /* not begun and not this file's: in the way of the next journal only */
    JOURNAL_DOUBTFUL, /* the journal that the mark or the name leads to is not believed */
    JOURNAL_ERROR,
};

/* Why a journal is not believed. */
enum journal_doubt {
    JOURNAL_DOUBT_NONE,
    JOURNAL_DOUBT_MISSING,    /* the file is marked, but there is no journal */
    JOURNAL_DOUBT_UNREADABLE, /* the system does not let us read it, or write it for the recovery */
    JOURNAL_DOUBT_DAMAGED,    /* it has no header, or fewer bytes than its header says */
    JOURNAL_DOUBT_FORMAT,     /* another version of mmtool made it, in a format not known here */
    JOURNAL_DOUBT_UNTRUSTED,  /* another user's, or others could have written or linked it */
    JOURNAL_DOUBT_OTHER_FILE, /* it is of another file */
    JOURNAL_DOUBT_COPY,       /* the file is a copy of one in the middle of an edit */
    JOURNAL_DOUBT_NOT_A_FILE, /* a symbolic link, FIFO, directory, device or socket */
    JOURNAL_DOUBT_SEVERAL,    /* in a directory of journals: more than one fits */
    JOURNAL_DOUBT_MARK,       /* the file's mark is not one that mmtool sets */
};

/* Details of what was found; release with journal_finding_release(). */
struct journal_finding {
    enum journal_doubt doubt;
    bool marked;     /* the file is marked */
    bool has_header; /* `state` is known */
    uint32_t format; /* of JOURNAL_DOUBT_FORMAT */
    uint32_t state;  /* enum journal_state */
    struct place
        *place; /* of the journal that is doubted or in the way; owned; NULL if there is none */
    char path[1024 + 1]; /* the same for messages, cut if it is longer */
    uint64_t owner;      /* of that journal, as in file_status */
    struct error cause;  /* of JOURNAL_DOUBT_UNREADABLE */
};

/* What to look for, and how. */
struct journal_search {
    const struct mapping *mapping;
    const char *directory; /* --journal-dir, or NULL */
    bool writable; /* for recovery: the journal is opened for writing, and a mark may be set to
                      find out whether files can be marked; false: look only */
    const struct journal *resting; /* our own: not to be found; or NULL */
    bool insistent; /* the user insists: believe another user's journal, or one that may be of
                       another file */
    /*
     * Whether the bytes of the file are such as the journal's edit would have left. Decides where
     * nothing else tells whose the journal is. NULL: assume yes; the recovery will find out.
     */
    bool (*fits)(const struct mapping *mapping, struct journal *journal);
};

/*
 * Whether it is plain at once that journal_find() would say ABSENT, as of nearly all files: no
 * mark, and nothing has the journal's name. A search of many files asks this for each.
 */
bool journal_is_absent(const struct journal_search *search);
/*
 * Finds out whether a file is in the middle of an edit: by its mark, else by the journal's name.
 * With LEFTOVER, WHOLE, ROLLBACK and FORWARD the journal is open, and the caller closes it. With
 * DOUBTFUL and ERROR, `error` says what is wrong and what the user can do. `finding` is always
 * filled, and to be released. Without `writable` the result may be FORWARD for a journal that turns
 * out to be a LEFTOVER, since whether files can be marked was not tried.
 */
enum journal_found journal_find(struct journal *journal, const struct journal_search *search,
                                struct journal_finding *finding, struct error *error);
void journal_finding_release(struct journal_finding *finding);

/*
 * Looks for a file that was renamed after its edit was interrupted, and still needs the journal:
 * in the journal's directory, by inode and mark. `except` is an open file to ignore, or NULL.
 * `*renamed` becomes the place of the file, to be freed by the caller; or NULL if no file there
 * needs the journal, or it is no journal. Changes nothing. False: the directory cannot be read. A
 * file that was moved to another directory is not found.
 */
bool journal_find_renamed(const struct place *journal, const struct mapping *except,
                          struct place **renamed, struct error *error);

/*
 * Sets the error to why the journal is not believed; journal_tell_doubt() also adds what the user
 * can do, and journal_add_hint() adds that to any message. All return false.
 */
bool journal_describe_doubt(const struct journal_finding *finding, const struct mapping *mapping,
                            struct error *error);
bool journal_tell_doubt(const struct journal_finding *finding, const struct mapping *mapping,
                        struct error *error);
bool journal_add_hint(const struct mapping *mapping, struct error *error);

/*
 * Loads a journal that is to be finished: its list of edits (the caller owns `bytes`, which must
 * outlive the list), and the step to go on with: the last one that was published (`*published`), or
 * step 0. On failure the list is released already; `bytes` is not.
 */
bool journal_load(struct journal *journal, struct buffer *bytes, struct edit_list *edits,
                  uint64_t *number, bool *published, struct error *error);

/* The place where the journal of a mapping is created and looked for: in `directory`, or beside the
 * file if that is NULL. The caller frees it. */
bool journal_place(const struct mapping *mapping, const char *directory, struct place **place,
                   struct error *error);

#endif
