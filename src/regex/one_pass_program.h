/*
 * one_pass_program.h - a program that takes the bytes of a match and sets the ends of its groups.
 *
 * Assertions are left out: the bytes are known to match.
 */
#ifndef MMTOOL_REGEX_ONE_PASS_PROGRAM_H
#define MMTOOL_REGEX_ONE_PASS_PROGRAM_H

#include "regex/tree.h"

#include <stdbool.h>
#include <stdint.h>

enum { ONE_PASS_CODE_MOST = 1024 };

enum one_pass_operation {
    ONE_PASS_SET,   /* take a byte of set `value` */
    ONE_PASS_SPLIT, /* go on behind this, and at `other` */
    ONE_PASS_JUMP,  /* go on at `other` */
    ONE_PASS_MARK,  /* set or forget the ends of group `value` */
    ONE_PASS_MATCH,
};

enum one_pass_mark_kind {
    ONE_PASS_MARK_END, /* of a list of marks; in no program */
    ONE_PASS_MARK_OPEN,
    ONE_PASS_MARK_CLOSE,
    ONE_PASS_MARK_FORGET,
};

struct one_pass_instruction {
    enum one_pass_operation operation;
    uint32_t value;
    uint32_t other; /* an instruction */
    enum one_pass_mark_kind mark;
};

struct one_pass_program {
    struct one_pass_instruction code[ONE_PASS_CODE_MOST];
    uint32_t count;
};

/* False if the program is too long, or a repeat can have empty rounds; it is then undefined. */
bool one_pass_program_make(struct one_pass_program *program, const struct regex_tree *tree);

#endif
