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
 * A process may die between any two instructions: journal_find() of the next
 * command tells what stands beside the file. `durable` journals survive power
 * loss too; for them each of these calls waits for the disk where it must.
 *
 * Bytes of the file, numbers little-endian:
 *
 *   0       header, one sector: see journal_header; CRC-32C at its end
 *   4096    progress word: steps published, and a check of that (one aligned 64-bit store)
 *   4608    record 0, a sector of its own: of durable journals, for even steps
 *   5120    record 1: for odd steps
 *   5632    two sectors more for records of the end, where the file is made shorter
 *   8192    room for the table of witnesses
 *   20480   the encoded list of edits, behind it the path of the undo script's file,
 *           then (page-aligned) the pool, then (page-aligned) slot 0 and slot 1, a
 *           window and a page each: a step's bytes begin in the first page of its slot,
 *           see journal_slot_start()
 *
 * The folder journal: what an edit leaves for the next command if it is killed. It knows lists of
 * edits and mappings, and not how an edit is done. In reading order:
 *
 *   create.c            makes a journal: its place, its header, what it holds, the mark
 *   journal.c           committing, publishing and removing a journal
 *   internal.h          what the files of journal.h share
 *   format.c            the journal's header as bytes: the layout is in journal.h
 *   tail_record.c       records of the end of an edit: see apply/tail.h
 *   witness.c           what places of a file hold before and after an edit that changes them
 *   place.c             where a file's journal goes, and what tells the file from others
 *   find.c              is the file in the middle of an edit, and which?
 *   look.c              what has a journal's name, and may it be believed?
 *   match.c             which journal of a directory is a file's, whatever its name
 *   renamed.c           the file that still needs a journal, found under a name that it got since
 *   doubt.c             says why a journal is not believed, and what the user can do
 *   load.c              what a journal that is to be gone on with says: list, new bytes, progress
 *   undo_file.c         the file of --undo: the whole script, or what it was before
 *   undo.c              how the undo script of a killed edit is found
 *   privileges.c        set-user-ID, set-group-ID and file capabilities, kept over an edit
 */
#ifndef MMTOOL_JOURNAL_H
#define MMTOOL_JOURNAL_H

#include "edit/list.h"
#include "edit/plan.h"
#include "edit/pool.h"
#include "journal/undo_file.h"
#include "journal/witness.h"
#include "mapping.h"

enum { JOURNAL_UUID = 16, JOURNAL_HEADER = 512 };

enum journal_state {
    JOURNAL_PRE = 1,
    JOURNAL_HOT = 2,
    JOURNAL_DONE = 3, /* the file is whole: what is left is the mark, or the journal itself */
};

/* Whether the file bears the mark, from right behind PRE on until the edit has ended. */
enum journal_marks {
    MARKS_NONE,    /* where the edit was begun files have no marks */
    MARKS_SURE,    /* it does */
    MARKS_PERHAPS, /* likewise, but an earlier one may be on it that could not be taken off there */
};

/* What the file system itself does before the first step; a witness (TAIL_BLOCKS) or else the
 * file's size tells whether it did. */
enum journal_blocks { BLOCKS_NONE, BLOCKS_INSERT, BLOCKS_CUT };

struct journal_header {
    uint32_t state;
    bool durable;
    uint32_t marks; /* enum journal_marks */
    unsigned char uuid[JOURNAL_UUID];
    uint64_t identity, birth, device; /* of the edited file; the device is advisory */
    uint64_t old_size, new_size;
    uint64_t start_size; /* of the file that the list is for: old_size, or behind the blocks */
    struct plan_sizes sizes;
    uint64_t edit_count, list_length, pool_offset, pool_length, slot_offset, length;
    uint32_t blocks; /* an enum journal_blocks */
    uint64_t blocks_offset, blocks_length;
    uint32_t list_crc, pool_crc;
    uint64_t witness_length; /* of the table; complete once the state is HOT */
    uint32_t witness_crc;
    uint64_t undo_number, undo_length; /* of undo_file.h; length of the path, 0: there is none */
    uint32_t undo_crc;
    struct file_privileges privileges; /* of the edited file, to be put back; or zeros */
};

/* The header as bytes and back; false if the bytes are not a header that can be believed. */
void journal_header_encode(const struct journal_header *header, unsigned char *bytes);
bool journal_header_decode(struct journal_header *header, const unsigned char *bytes);

/*
 * What is published of a step of a durable edit: its slot is complete, if it has one. When the
 * power fails before the disk has both, the record may be there without its slot; then the step
 * was not begun, and its witnesses are still old.
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
    bool marked; /* the edited file bears the mark */
    bool mapped; /* progress and slots are stored through views */
    struct view progress, slots;
    bool careful;        /* set it before journal_load(), for a disk that has little room */
    bool reused;         /* it is one that was DONE and could not be removed */
    bool perhaps_marked; /* whose mark may still be on the file */
    bool kept;           /* by journal_remove(): it is DONE, and there */
    struct error left;   /* likewise: what the user should know of why, or empty */
    bool published;      /* a step, or a record of the end, has been begun by this process */
    struct journal_record records[2]; /* durable, behind journal_load(): those in the journal */
};

/* What a journal is made for. */
struct journal_spec {
    const struct mapping *mapping;
    const struct plan *plan;
    struct pool *pool;
    const char *directory; /* where it goes if it may not be made beside the file, or NULL */
    bool durable;
    bool careful;      /* the disk has little room: slots are written before they are needed */
    uint64_t old_size; /* of the file before anything */
    uint64_t new_size; /* when all is done */
    enum journal_blocks blocks;
    uint64_t blocks_offset, blocks_length;
    const struct undo_file *undo; /* or NULL */
    struct file_privileges privileges;
};

/*
 * Makes the journal, all its blocks allocated, and marks the file. When it fails
 * (a full disk, a directory that may not be written) nothing of it is left.
 */
bool journal_create(struct journal *journal, const struct journal_spec *spec, struct error *error);

/*
 * The file has become larger before the edit has begun: its sizes are these. A kill in between
 * leaves a growth that does not fit them, of which only the file's own bytes tell.
 */
bool journal_set_sizes(struct journal *journal, uint64_t old_size, uint64_t new_size,
                       struct error *error);

bool journal_commit(struct journal *journal, struct error *error);

/*
 * Before the commit: puts the table of witnesses (witness.h) into the journal. The header that
 * commits says how long it is and what its checksum is.
 */
bool journal_write_witnesses(struct journal *journal, const unsigned char *bytes, size_t length,
                             struct error *error);
/* The table of a committed one: header.witness_length bytes, WITNESS_TABLE at most. */
bool journal_read_witnesses(struct journal *journal, unsigned char *bytes, struct error *error);

/* Takes a commit back; no step has been done. */
bool journal_retract(struct journal *journal, struct error *error);

/*
 * Whether `bytes` more can be had of the disk and the user's quota: takes them, as a part of the
 * journal, and gives them back.
 */
bool journal_try_room(struct journal *journal, uint64_t bytes, struct error *error);

/*
 * Where a full disk keeps an edit from going back, or a mark from being taken off (both may take a
 * few blocks on xfs): frees the slots and the pool of a journal that is not HOT. False if that
 * does not help.
 */
bool journal_make_room(struct journal *journal);

/*
 * Where in the journal the bytes of step `number` begin: in its slot, `placement`
 * bytes (less than a page) behind the start of that.
 */
uint64_t journal_slot_start(const struct journal *journal, uint64_t number, uint64_t placement);
/* The memory there, where slots are mapped. */
unsigned char *journal_slot(struct journal *journal, uint64_t slot_start);
/* Bytes at any place of the journal by positioned reads and writes. */
bool journal_write(struct journal *journal, uint64_t offset, const void *bytes, size_t length,
                   struct error *error);
bool journal_read(struct journal *journal, uint64_t offset, void *bytes, size_t length,
                  struct error *error);
bool journal_read_pool(struct journal *journal, uint64_t offset, void *bytes, size_t length,
                       struct error *error);

/* The step is about to store. */
bool journal_publish(struct journal *journal, const struct journal_record *record,
                     struct error *error);

/*
 * Whether a signal asks to stop, which is an error then: asked in every loop of a recovery, which
 * the next command goes on with.
 */
bool journal_must_stop(struct error *error);

/* What is published of the end of an edit that makes the file shorter: see apply/tail.h. */
enum journal_tail_kind {
    TAIL_MOVE = 1,
    TAIL_CUT,
    TAIL_BLOCKS, /* not of the end: before the blocks go in or out */
};
enum { TAIL_WITNESS = 256 };

struct journal_tail {
    uint64_t number; /* from 1 on; 0: there is none */
    enum journal_tail_kind kind;
    uint64_t offset; /* where the slot's bytes go, the size to cut the file to, or the blocks' */
    uint64_t size;   /* TAIL_CUT: of the file before the cut */
    uint64_t slot_length; /* TAIL_MOVE; the slot is that of the step of this number */
    uint32_t slot_crc;
    uint32_t witness_length;
    unsigned char witness[TAIL_WITNESS]; /* bytes at `offset` before the cut or the blocks' move */
};

bool journal_publish_tail(struct journal *journal, const struct journal_tail *tail,
                          struct error *error);

/* The last of them; unless it is TAIL_BLOCKS or there is none (number 0), all steps are done. */
bool journal_load_tail(struct journal *journal, struct journal_tail *tail, struct error *error);

/*
 * Unmarks the file and unlinks the journal: the edit is done, or has not begun. A mark that
 * cannot be taken off now, where files have none, keeps its journal, DONE, until it can; so does
 * a directory that gives no name back. Where a disk is too full to take the mark off, the journal
 * makes room first. When this fails, the file is whole all the same, and the next command has
 * only this to do.
 */
bool journal_remove(struct journal *journal, const struct mapping *mapping, struct error *error);

/*
 * Marks the journal DONE, in one write: the file counts as whole from then on, and what is left is
 * to be removed. Part of journal_remove(), and the first thing where the file is taken as it is.
 */
bool journal_give_up(struct journal *journal, struct error *error);

/* Lets go of the journal and leaves it where it is. NULL-safe, idempotent. */
void journal_close(struct journal *journal);

/* ---- the undo script ------------------------------------------------------------------------- */

/* The undo file of a journal's edit; zeroed if there is none. */
bool journal_load_undo(struct journal *journal, struct undo_file *undo, struct error *error);

/*
 * --new-inode has no journal. Its new file bears a mark instead, until the undo script
 * is in its place; JOURNAL_UNDO is found there. Where files bear no marks, or the path
 * is too long for one, nothing is done, and a kill between the two renames leaves the
 * script in its temporary.
 */
bool journal_mark_undo(struct file *file, const struct undo_file *undo, struct error *error);
bool journal_load_marked_undo(struct file *file, struct undo_file *undo, struct error *error);
bool journal_unmark_undo(struct file *file, struct error *error);

/* ---- finding --------------------------------------------------------------------------------- */

enum journal_found {
    JOURNAL_ABSENT,   /* no mark, and nothing of a journal's name: the file is whole */
    JOURNAL_LEFTOVER, /* not begun, or done: it need only be removed; its header may be empty */
    JOURNAL_WHOLE,    /* DONE: it is removed where it can be, and harmless where it cannot */
    JOURNAL_ROLLBACK, /* the edit has not begun; the file may have grown */
    JOURNAL_FORWARD,  /* the edit must be finished */
    JOURNAL_UNDO,     /* the file is whole; an undo script is to be put in its place */
    JOURNAL_OBSTACLE, /* not begun and not this file's: it stops no reader, but the next journal */
    JOURNAL_DOUBTFUL, /* what bears the file's mark or the journal's name cannot be believed */
    JOURNAL_ERROR,
};

/* Why it cannot. */
enum journal_doubt {
    DOUBT_NONE,
    DOUBT_MISSING,    /* the file is marked, and the journal is not there */
    DOUBT_UNREADABLE, /* the system does not let us read it, or write it for the recovery */
    DOUBT_DAMAGED,    /* it has no header, or less bytes than that says */
    DOUBT_VERSION,    /* another version of mmtool has made it */
    DOUBT_UNTRUSTED,  /* another user's, or others could have written it or have linked it */
    DOUBT_OTHER_FILE, /* it is of another file */
    DOUBT_COPY,       /* the file is a copy of one in the middle of an edit */
    DOUBT_NOT_A_FILE, /* a symbolic link, FIFO, directory, device or socket */
    DOUBT_SEVERAL,    /* of a device: more than one journal fits */
    DOUBT_MARK,       /* the file's mark is not one that mmtool sets */
};

/* What was found. To be released. */
struct journal_finding {
    enum journal_doubt doubt;
    bool marked;     /* the file bears the mark */
    bool has_header; /* `state` is known */
    uint32_t state;  /* enum journal_state */
    struct place
        *place; /* of what is doubtful or in the way; owned; or NULL, if nothing is there */
    char path[1024 + 1]; /* the same for people, as long as there is room */
    uint64_t owner;      /* of what is there, as file_status has it */
    struct error cause;  /* of DOUBT_UNREADABLE */
};

/* What to look for, and how. */
struct journal_search {
    const struct mapping *mapping;
    const char *directory; /* --journal-dir, or NULL */
    bool writable;  /* to mend it: the journal is opened for that, and what only a try tells is
                       tried; else only looked at */
    bool insistent; /* the user has been told and asks for it: another user's journal, and one that
                       may be of another file, are believed */
    /*
     * Whether the bytes of the file are those that a journal's edit would have left: what decides
     * where nothing else tells whose it is. NULL: they are, and the recovery will find out.
     */
    bool (*fits)(const struct mapping *mapping, struct journal *journal);
};

/*
 * Looks whether a file was left in the middle of an edit: by the mark on it, else by the
 * journal's name. For LEFTOVER, WHOLE, ROLLBACK and FORWARD the journal is open and the caller
 * closes it; for DOUBTFUL and ERROR `error` says what is the matter and what the user can do.
 * `finding` is filled, and to be released, whatever the answer. Who only looks (not `writable`)
 * may be told FORWARD of what turns out to be a LEFTOVER: whether the file was marked.
 */
enum journal_found journal_find(struct journal *journal, const struct journal_search *search,
                                struct journal_finding *finding, struct error *error);
void journal_finding_release(struct journal_finding *finding);

/*
 * Looks for the file that a journal was made for and that still needs it, under another name in
 * the journal's directory: a file that was renamed while its edit was interrupted. The inode and
 * the mark tell. `except`, or NULL, is an open file that does not count. `*renamed` is the place of
 * that file, to be freed by the caller, or NULL: nobody there needs the journal, or what has its
 * name is no journal. Changes nothing. False if the directory cannot be read. A file that was moved
 * to another directory is not found.
 */
bool journal_find_renamed(const struct place *journal, const struct mapping *except,
                          struct place **renamed, struct error *error);

/*
 * Says in words what is doubtful about the journal of a file; journal_tell_doubt() names the
 * mend, too, as journal_name_mend() does behind what `error` says already. All return false.
 */
bool journal_describe_doubt(const struct journal_finding *finding, const struct mapping *mapping,
                            struct error *error);
bool journal_tell_doubt(const struct journal_finding *finding, const struct mapping *mapping,
                        struct error *error);
bool journal_name_mend(const struct mapping *mapping, struct error *error);

/*
 * For a journal to be finished: its list of edits (`bytes` is owned by the caller
 * and must outlive the list), and the number of the step to go on with, which was
 * published (`*published`) or is the first.
 */
bool journal_load(struct journal *journal, struct buffer *bytes, struct edit_list *edits,
                  uint64_t *number, bool *published, struct error *error);

/* Where the journal of a mapping goes, or is looked for by name. */
bool journal_place(const struct mapping *mapping, const char *directory, struct place **place,
                   struct error *error);

#endif
