/* dfa.h - steps the threads of an automaton, and remembers the steps as a DFA. */
#ifndef MMTOOL_REGEX_DFA_H
#define MMTOOL_REGEX_DFA_H

#include "regex/program.h"

/* --- Threads --- */

#define DFA_THREADS_BORDER UINT32_MAX

/*
 * Sets of instructions. DFA_THREADS_BORDER ends each set. The sets are ordered by where their
 * threads started, earliest first.
 */
struct regex_threads {
    uint32_t *items;
    uint32_t count;
    bool seeding;   /* a new thread starts at each offset passed */
    bool has_looks; /* a REGEX_DO_LOOK waits for the next byte */
    enum regex_context
        context; /* of the last byte passed; REGEX_CONTEXT_OTHER if no REGEX_DO_LOOK waits */
};

/* Steps threads over one byte. Holds the scratch memory for that. */
struct regex_stepper {
    const struct regex *regex;
    const struct regex_program *program;
    bool backward;
    bool shortest;      /* forward: a set ends with its first match */
    bool keeps_seeding; /* backward: new threads start after a match, too */
    uint32_t *marks;    /* for each instruction, the generation that reached it last */
    uint32_t generation;
    uint32_t *stack;
    struct regex_threads resolved;
    uint64_t work; /* instructions looked at */
};

bool regex_stepper_init(struct regex_stepper *stepper, const struct regex *regex, bool backward,
                        struct error *error);
void regex_stepper_release(struct regex_stepper *stepper);

/* The greatest number of items in a list of threads. */
static inline size_t regex_threads_limit(const struct regex_program *program)
{
    return 2 * (size_t)program->count + 2;
}

/* Sets `threads` to those before the first byte, if the byte before that is of `context`. */
void regex_step_start(struct regex_stepper *stepper, enum regex_context context, bool seeding,
                      struct regex_threads *threads);

/*
 * Steps `from` over a byte of `class` into `to`; the class alphabet.count is the edge of the text.
 * Returns whether a match ended before that byte.
 */
bool regex_step(struct regex_stepper *stepper, const struct regex_threads *from, unsigned class,
                struct regex_threads *to);

/* --- The remembered steps --- */

/*
 * A state: the index of its row in the table (already multiplied by the stride) and flags. A state
 * below DFA_STATE_SPECIAL has no flags, so one comparison is enough for most bytes.
 */
#define DFA_STATE_MATCH     (UINT32_C(1) << 31) /* a match ended before the byte passed last */
#define DFA_STATE_DEAD      (UINT32_C(1) << 30) /* no thread is left and none will start */
#define DFA_STATE_UNKNOWN   (UINT32_C(1) << 29) /* this step was not computed yet */
#define DFA_STATE_SIMULATED (UINT32_C(1) << 28) /* not in the table: the threads are in `live` */
#define DFA_STATE_START     (UINT32_C(1) << 27) /* only threads that start here */
#define DFA_STATE_SPECIAL   DFA_STATE_START
#define DFA_STATE_ROW       (DFA_STATE_SPECIAL - 1)

struct regex_state {
    uint32_t items; /* index in dfa->items */
    uint32_t count; /* of items */
    uint32_t hash;
    uint32_t chain;  /* the next state of the same bucket, or UINT32_MAX */
    uint32_t tagged; /* row and flags */
    unsigned char seeding, has_looks, context;
};

struct regex_dfa {
    struct regex_stepper stepper;
    const struct regex_literals *literals; /* used for skipping; one of those of the expression */
    /* Columns of the table: classes, the edge, and the same threads with the other `seeding`. */
    uint32_t stride;
    uint32_t *table;
    const uint32_t *columns[256]; /* the column of each byte in the table: a step is one load */
    struct regex_state *states;
    uint32_t count, capacity; /* of states */
    uint32_t *items;
    size_t items_used, items_capacity;
    uint32_t *buckets; /* bucket_count, a power of two */
    uint32_t bucket_count;
    size_t memory;         /* limit in bytes for everything above */
    uint32_t starts[4][2]; /* tagged start state by context and seeding; DFA_STATE_UNKNOWN */
    struct regex_threads live, next;
    uint64_t passed;       /* bytes, in all */
    uint64_t progress;     /* bytes passed since the table was emptied */
    uint64_t simulate;     /* bytes to step without the table from now on */
    unsigned thrashing;    /* how often in a row emptying the table gained little */
    bool marks_start;      /* whether DFA_STATE_START is wanted */
    uint32_t *start_items; /* the items of a state that has only threads that start here */
    uint32_t start_count;
    int64_t gain;   /* bytes that skipping has saved recently */
    uint64_t pause; /* bytes to walk without skipping from now on */
    uint64_t flushes;
};

bool regex_dfa_init(struct regex_dfa *dfa, const struct regex *regex, bool backward, size_t memory,
                    struct error *error);
void regex_dfa_release(struct regex_dfa *dfa);

/* These return states with flags. A state is valid until the next of these calls. */
uint32_t regex_dfa_new_start(struct regex_dfa *dfa, enum regex_context context, bool seeding);
static inline uint32_t regex_dfa_start(struct regex_dfa *dfa, enum regex_context context,
                                       bool seeding)
{
    uint32_t known = dfa->starts[context][seeding];
    return known != DFA_STATE_UNKNOWN ? known : regex_dfa_new_start(dfa, context, seeding);
}
uint32_t regex_dfa_step(struct regex_dfa *dfa, uint32_t state, unsigned class);
/* The same threads, which then do or do not seed at the next byte. */
uint32_t regex_dfa_set_seeding(struct regex_dfa *dfa, uint32_t state, bool seeding);

/* The threads of a state; not a copy. */
struct regex_threads regex_dfa_threads(struct regex_dfa *dfa, uint32_t state);

#endif
