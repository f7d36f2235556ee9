/*
 * assembler.h - assembles bytes of the file after a list of edits, which a step writes.
 *
 * Pure: old bytes and the pool are read by functions of the caller.
 */
#ifndef MMTOOL_ASSEMBLER_H
#define MMTOOL_ASSEMBLER_H

#include "edit/plan.h"

/*
 * How to read old bytes and the pool. Both read all of `length`, or fail. The first bytes of the
 * pool may be in memory.
 */
struct plan_sources {
    bool (*read_old)(void *context, uint64_t offset, unsigned char *bytes, size_t length,
                     struct error *error);
    bool (*read_pool)(void *context, uint64_t offset, unsigned char *bytes, size_t length,
                      struct error *error);
    void *context;
    const unsigned char *pool;
    uint64_t pool_length; /* of the part in memory */
};

/* Assembles bytes of the new file; remembers where it is, so that going on is cheap. */
struct plan_assembler {
    const struct plan *plan;
    struct plan_sources sources;
    struct edit_reader reader;
    uint64_t long_part;     /* a kept range of this length or more is read by itself; edits that are
                               short on the average let several be read at once */
    bool stays;             /* they are short, and no byte moves */
    unsigned char *scratch; /* old bytes of several kept ranges, from one read; owned */
    size_t scratch_size;    /* without the extra page for alignment */
    unsigned char
        *pool_bytes;        /* bytes of the pool, from one read for several edits; owned; or NULL */
    struct range pool_held; /* where they are in the pool */
    size_t pool_step;       /* how many to read next */
};

bool plan_assembler_init(struct plan_assembler *assembler, const struct plan *plan,
                         struct plan_sources sources, size_t scratch_size, struct error *error);
void plan_assembler_release(struct plan_assembler *assembler);

/* Assembles the bytes [offset, offset + length) of the new file, from the file as it is at the step
 * that writes them. */
bool plan_assemble(struct plan_assembler *assembler, uint64_t offset, unsigned char *bytes,
                   size_t length, struct error *error);

#endif
