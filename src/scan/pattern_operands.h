/* pattern_operands.h - goes through the operands of a search one by one, for pattern.c. */
#ifndef MMTOOL_PATTERN_OPERANDS_H
#define MMTOOL_PATTERN_OPERANDS_H

#include "scan/pattern.h"

/* Goes through the operands: those written on the command line, the lines, the whole file. */
struct operand_reader {
    const struct pattern_operands *operands;
    const struct byte_type *type;
    size_t next;        /* operand of the command line; past them, the lines and the whole file */
    size_t at;          /* in the lines */
    uint64_t line;      /* the number of the current line; 0: the operand is not a line */
    bool whole_done;    /* the whole file was given out */
    struct buffer word; /* a part of a line, ended by a NUL; owned */
};

/* One operand. Its bytes belong to what they were read from. */
struct written_operand {
    const unsigned char *bytes;
    size_t length;
    bool as_is; /* the bytes are the pattern, whatever the type */
};

/* Gives out the next operand; false after the last. */
bool operand_reader_next(struct operand_reader *reader, struct written_operand *operand);
void operand_reader_release(struct operand_reader *reader);

/*
 * Appends the bytes that the current operand stands for, and as many to `mask` unless it is NULL.
 * An error says what is wrong with the operand, without its place.
 */
bool operand_reader_encode(struct operand_reader *reader, const struct written_operand *operand,
                           struct buffer *bytes, struct buffer *mask, struct error *error);

/* Puts the place of the current operand before an error's message, if it is a line. False. */
bool operand_reader_locate(const struct operand_reader *reader, struct error *error);

#endif
