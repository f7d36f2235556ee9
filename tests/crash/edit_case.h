/*
 * edit_case.h - the edits that the crash harnesses kill, by name.
 *
 * A table that the program under test and the harness share: the program makes
 * the list of edits from it, the harness the file before and, by copying pieces
 * one after the other, the file that must come out.
 */
#ifndef MMTOOL_EDIT_CASE_H
#define MMTOOL_EDIT_CASE_H

#include "base/buffer.h"
#include "edit/list.h"

enum { CASE_EDITS = 6 };

/* One edit; its new bytes, if it has a pool of them, are case_pool_byte()s. */
struct case_edit {
    uint64_t offset, old_length;
    uint64_t new_length;
    enum edit_source kind;
    uint64_t source; /* EDIT_COPY: in the old file */
};

struct edit_case {
    const char *name;
    size_t size;      /* of the file before */
    size_t zero_tail; /* so many bytes at its end are zeros */
    size_t appended;  /* so many are appended by another program during the edit */
    size_t edit_count;
    struct case_edit edits[CASE_EDITS];
};

extern const struct edit_case edit_cases[]; /* ends with a NULL name */

const struct edit_case *edit_case_find(const char *name); /* NULL if there is none */

/* Byte number `index` of the new bytes of all edits, one after the other. */
unsigned char case_pool_byte(uint64_t index);

/* Byte number `index` of what other programs append. */
unsigned char case_appended_byte(uint64_t index);

/* The file before and after; appended to an empty buffer. */
bool edit_case_old(const struct edit_case *edit_case, struct buffer *bytes, struct error *error);
bool edit_case_new(const struct edit_case *edit_case, struct buffer *bytes, struct error *error);

#endif
