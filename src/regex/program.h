/*
 * program.h - an expression compiled: byte classes and Thompson's automaton.
 */
#ifndef MMTOOL_REGEX_PROGRAM_H
#define MMTOOL_REGEX_PROGRAM_H

#include "regex/skip.h"

/* --- Byte classes --- */

/* What an assertion (\b, ^ ...) distinguishes about a neighbouring byte. */
enum regex_context {
    REGEX_CONTEXT_OTHER,
    REGEX_CONTEXT_EDGE, /* no byte: the start or the end of the text */
    REGEX_CONTEXT_NEWLINE,
    REGEX_CONTEXT_WORD,
};

/* Bytes that no set and no assertion distinguishes share a class. */
struct regex_alphabet {
    unsigned char classes[256]; /* of each byte */
    unsigned count;             /* number of classes; class `count` means the edge of the text */
    unsigned char contexts[257];
};

/* --- The automaton --- */

enum regex_operation {
    REGEX_DO_SET,   /* pass a byte of set `value`, go to `next` */
    REGEX_DO_SPLIT, /* go to `next` and to `other` */
    REGEX_DO_JUMP,  /* go to `next` */
    REGEX_DO_LOOK,  /* go to `next` if look `value` holds */
    REGEX_DO_MATCH,
};

struct regex_instruction {
    enum regex_operation operation;
    uint32_t value;
    uint32_t next;
    uint32_t other;
};

/*
 * Thompson's automaton (1968), in the instruction form of Cox, "Regular Expression Matching: the
 * Virtual Machine Approach" (2009). The code of a node is contiguous and ends by falling through to
 * what follows. It starts at 0; REGEX_DO_MATCH is last.
 */
struct regex_program {
    struct regex_instruction *code;
    uint32_t count;
    bool has_looks;
    bool has_loops;
};

/*
 * Makes the program of one node of a measured tree. A `backward` program matches its bytes from
 * last to first. The caller releases it. An error if memory is short.
 */
bool regex_program_make(struct regex_program *program, const struct regex_tree *tree, uint32_t node,
                        bool backward, struct error *error);
void regex_program_release(struct regex_program *program);

struct regex {
    struct regex_tree tree;
    struct regex_alphabet alphabet;
    struct byte_set *class_sets; /* tree.sets, of classes in place of bytes */
    struct regex_program forward;
    struct regex_program backward;
    bool matches_newline;
    bool matches_zero;
    /* Sorted by expected frequency, rarest first. All but the first help forward, if it does. */
    struct regex_literals literals[REGEX_LITERALS];
    size_t literals_count;
    struct regex_classes *classes[2]; /* forward, backward; NULL: not worth using */
    bool first[256];                  /* whether a match can start with this byte, or be empty */
};

/* Sets alphabet and class_sets from the tree. An error if memory is short. */
bool regex_classify(struct regex *regex, struct error *error);

/* Whether an assertion holds between a byte of context `left` and one of context `right`. */
static inline bool regex_look_holds(uint32_t look, enum regex_context left,
                                    enum regex_context right)
{
    switch ((enum regex_look)look) {
    case REGEX_LOOK_LINE_START: /* as in grep, no line begins after the last newline of a text */
        return (left == REGEX_CONTEXT_EDGE || left == REGEX_CONTEXT_NEWLINE) &&
               right != REGEX_CONTEXT_EDGE;
    case REGEX_LOOK_LINE_END:
        return right == REGEX_CONTEXT_NEWLINE ||
               (right == REGEX_CONTEXT_EDGE && left != REGEX_CONTEXT_EDGE &&
                left != REGEX_CONTEXT_NEWLINE);
    case REGEX_LOOK_TEXT_START:
        return left == REGEX_CONTEXT_EDGE;
    case REGEX_LOOK_TEXT_END:
        return right == REGEX_CONTEXT_EDGE;
    case REGEX_LOOK_BOUNDARY:
        return (left == REGEX_CONTEXT_WORD) != (right == REGEX_CONTEXT_WORD);
    case REGEX_LOOK_NO_BOUNDARY:
        return (left == REGEX_CONTEXT_WORD) == (right == REGEX_CONTEXT_WORD);
    }
    return false;
}

#endif
