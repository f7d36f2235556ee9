/*
 * file_list.h - the names of several FILEs: operands, or a list of any length that is read as it
 * comes.
 */
#ifndef MMTOOL_FILE_LIST_H
#define MMTOOL_FILE_LIST_H

#include "base/buffer.h"
#include "commands/request.h"
#include "mapping.h"

enum {
    FILE_LIST_LONGEST = 100 * 1024, /* bytes of a name; paths of Windows can have 98,301 */
    FILE_LIST_BUFFER = 256 * 1024,
};

struct file_list {
    const struct string_list *operands; /* the names; NULL: they are read; not owned */
    size_t taken;                       /* operands that were taken */

    const char *path;      /* of the list, for messages; not owned */
    struct mapping source; /* the list, open; owned */
    bool is_open;
    unsigned char end;    /* the byte behind each name */
    unsigned char *bytes; /* FILE_LIST_BUFFER; owned */
    size_t start, length; /* bytes from `start` up to `length` are still to be taken */
    bool ended;           /* all of the list was read */
    bool skipping;        /* the rest of a name that was too long follows */
    uint64_t number;      /* names so far */
    bool took_input;      /* standard input is the list, or was a FILE */
};

/* Opens the list, or takes the operands, of a request. On an error there is nothing to close. */
bool file_list_open(struct file_list *list, const struct request *request, struct error *error);
void file_list_close(struct file_list *list);

enum file_list_next {
    FILE_LIST_NAME,
    FILE_LIST_END,
    FILE_LIST_MORE, /* call file_list_fill() first */
};

/*
 * Puts the next name into `name`, NUL behind it. If it cannot be the name of a FILE, `problem`
 * says why. Does not wait. Short memory is such a problem, too.
 */
enum file_list_next file_list_next(struct file_list *list, struct buffer *name,
                                   struct error *problem);

/* Reads more of the list, which may wait. An error ends the list. */
bool file_list_fill(struct file_list *list, struct error *error);

/* How many names are left; UINT64_MAX: not known. */
uint64_t file_list_left(const struct file_list *list);

#endif
