/*
 * regex_internal.h - what the files of the regex room share.
 *
 * The way of an expression: parse (regex_parse.c) to a tree, the tree to an
 * automaton (regex_program.c), the automaton stepped as ordered sets of threads
 * (regex_step.c), steps remembered as a DFA (regex_dfa.c), which walks over the
 * text (regex_walk.c) and passes what cannot match (regex_literals.c,
 * regex_classes.c, regex_skip.c). regex.c puts the walks together, regex_groups.c
 * finds the groups of a match.
 */
#ifndef MMTOOL_REGEX_INTERNAL_H
#define MMTOOL_REGEX_INTERNAL_H

#include "regex.h"

#include "checked.h"
#include "search.h"

/* A set of bytes, or of byte classes. */
struct byte_set {
    uint64_t words[4];
};

static inline bool byte_set_has(const struct byte_set *set, unsigned byte)
{
    return set->words[byte / 64] >> (byte % 64) & 1;
}

static inline void byte_set_add(struct byte_set *set, unsigned byte)
{
    set->words[byte / 64] |= UINT64_C(1) << (byte % 64);
}

static inline void byte_set_remove(struct byte_set *set, unsigned byte)
{
    set->words[byte / 64] &= ~(UINT64_C(1) << (byte % 64));
}

static inline void byte_set_unite(struct byte_set *set, const struct byte_set *other)
{
    for (int i = 0; i < 4; i++)
        set->words[i] |= other->words[i];
}

static inline void byte_set_invert(struct byte_set *set)
{
    for (int i = 0; i < 4; i++)
        set->words[i] = ~set->words[i];
}

/* ASCII, whatever the locale. */
static inline bool byte_is_word(unsigned byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= 'a' && byte <= 'z') || byte == '_';
}

/* --- The tree --- */

enum regex_node_kind {
    NODE_EMPTY,
    NODE_SET,       /* one byte of a set */
    NODE_LOOK,      /* no byte, but a condition on the neighbours */
    NODE_CONCAT,    /* its children, one after the other */
    NODE_ALTERNATE, /* one of its children */
    NODE_REPEAT,    /* its child, `minimum` to `maximum` times */
    NODE_GROUP,     /* its child, remembered as group `value` */
};

enum regex_look {
    LOOK_LINE_START,
    LOOK_LINE_END,
    LOOK_TEXT_START,
    LOOK_TEXT_END,
    LOOK_BOUNDARY,
    LOOK_NO_BOUNDARY,
};

#define NODE_NONE      UINT32_MAX
#define REPEAT_FOREVER UINT32_MAX

struct regex_node {
    enum regex_node_kind kind;
    uint32_t first, last;    /* children, NODE_NONE where there is none */
    uint32_t next, previous; /* siblings */
    uint32_t value;          /* index of a set, a regex_look, or the number of a group */
    uint32_t minimum, maximum;
    uint32_t size;     /* instructions of its program */
    uint64_t shortest; /* bytes of its shortest and longest match; */
    uint64_t longest;  /* UINT64_MAX: no bound */
    bool has_group;    /* a group is in it or below */
};

struct regex_tree {
    struct regex_node *nodes;
    size_t count, capacity;
    struct byte_set *sets; /* no two are equal */
    size_t set_count, set_capacity;
    uint32_t root;
};

/* Parses into a zeroed tree; the caller releases it, also after an error. */
bool regex_tree_parse(struct regex_tree *tree, const unsigned char *expression, size_t length,
                      bool ignore_case, struct error *error);
void regex_tree_release(struct regex_tree *tree);

/* NODE_NONE and an error when memory is short. */
uint32_t regex_tree_add(struct regex_tree *tree, enum regex_node_kind kind, struct error *error);
void regex_tree_adopt(struct regex_tree *tree, uint32_t parent, uint32_t child);
bool regex_tree_add_set(struct regex_tree *tree, const struct byte_set *set, uint32_t *index,
                        struct error *error);

/* --- Parsing (regex_parse.c and regex_bracket.c) --- */

struct regex_parser {
    const unsigned char *bytes;
    size_t length;
    size_t at;
    bool fold; /* letters match either case */
    unsigned depth;
    uint32_t groups;
    struct regex_tree *tree;
    struct error *error;
};

/* Sets the usage error "regular expression, character N: ..." for index `where`; false. */
bool regex_parse_error(struct regex_parser *parser, size_t where, const char *format, ...)
    MMTOOL_PRINTF(3, 4);

/* Parses a bracket expression, `at` behind its '['. */
bool regex_parse_bracket(struct regex_parser *parser, struct byte_set *set);

/*
 * Parses an escape that stands for bytes, `at` behind its backslash. `*several`:
 * it is a class such as \d. False without an error set (status STATUS_DONE):
 * the escape is none of these, `at` is unchanged.
 */
bool regex_parse_escape(struct regex_parser *parser, struct byte_set *set, bool *several);

/* Adds the other case of each letter in the set. */
void regex_set_fold(struct byte_set *set);

/* --- Byte classes --- */

/* What a look asks of a neighbour. */
enum regex_context {
    CONTEXT_OTHER,
    CONTEXT_EDGE, /* there is no byte: the text starts or ends here */
    CONTEXT_NEWLINE,
    CONTEXT_WORD,
};

/* Bytes that no set and no look tells apart share a class. */
struct regex_alphabet {
    unsigned char classes[256]; /* of each byte */
    unsigned count;             /* of classes; class `count` stands for the text's edge */
    unsigned char contexts[257];
};

/* --- The automaton --- */

enum regex_operation {
    DO_SET,   /* pass a byte of set `value`, go to `next` */
    DO_SPLIT, /* go to `next` and to `other` */
    DO_JUMP,  /* go to `next` */
    DO_LOOK,  /* go to `next` if look `value` holds */
    DO_MATCH,
};

struct regex_instruction {
    enum regex_operation operation;
    uint32_t value;
    uint32_t next;
    uint32_t other;
};

/*
 * Thompson's automaton (1968), in the instruction form of Cox, "Regular
 * Expression Matching: the Virtual Machine Approach" (2009). The code of a node
 * is contiguous and leaves by falling off its end; entry is 0, DO_MATCH is last.
 */
struct regex_program {
    struct regex_instruction *code;
    uint32_t count;
    bool has_looks;
    bool has_loops;
};

enum {
    REGEX_MAX_CODE = 50000, /* instructions of an expression, its counted repeats unrolled */
    REGEX_MAX_DEPTH = 250,  /* of parentheses */
};

/* Fills `size`, `shortest`, `longest`, `has_group` of all nodes. */
bool regex_tree_measure(struct regex_tree *tree, struct error *error);

/* The program of one node of a measured tree; `backward` matches its bytes last to first. */
bool regex_program_make(struct regex_program *program, const struct regex_tree *tree, uint32_t node,
                        bool backward, struct error *error);
void regex_program_release(struct regex_program *program);

/* --- Where a match cannot start (regex_literals.c, regex_classes.c, regex_skip.c) --- */

enum { REGEX_LITERAL_REACH = 4096, REGEX_CLASSES = 32 };

/* Strings of which every match holds one. */
struct regex_literals {
    struct searcher *searcher;                /* NULL: there are none worth a search */
    bool forward, backward;                   /* whether they help in this direction */
    uint64_t before_shortest, before_longest; /* bytes of the match before the string */
    uint64_t after_shortest, after_longest;   /* and behind it; UINT64_MAX: to the line's end */
    size_t longest;                           /* of the strings */
    struct byte_set before; /* what the byte before the string can be, if there must be one */
};

/*
 * What the first bytes of a match can be, walking in one direction: a byte that
 * can stand at none of `length` places lets that many be passed.
 */
struct regex_classes {
    unsigned length; /* 0: of no use */
    bool single;     /* look at `place` only, for a byte of `wanted` */
    unsigned place;
    unsigned char wanted[256];
    /* [place][byte]: how far to move on when that byte stands there; 0: it may stand there. */
    unsigned char shift[REGEX_CLASSES][256];
};

struct regex {
    struct regex_tree tree;
    struct regex_alphabet alphabet;
    struct byte_set *class_sets; /* tree.sets, of classes in place of bytes */
    struct regex_program forward;
    struct regex_program backward;
    bool matches_newline;
    bool matches_zero;
    struct regex_literals literals;
    struct regex_classes *classes[2]; /* forward, backward; NULL: of no use */
};

/* Looks for literals; false only when memory is short. */
bool regex_literals_init(struct regex_literals *literals, const struct regex *regex,
                         struct error *error);

/* Looks at the first places of the matches of a program. */
bool regex_classes_new(struct regex_classes **classes, const struct regex *regex,
                       const struct regex_program *program, struct error *error);

/* About how often a byte is met in files (logs, sources, and in binaries zeros), or one of a set.
 */
double regex_byte_frequency(unsigned byte);
double regex_set_frequency(const struct byte_set *set);

/* Fills alphabet and class_sets from the tree. */
bool regex_classify(struct regex *regex, struct error *error);

/* Whether a look holds between a byte of context `left` and one of context `right`. */
static inline bool regex_look_holds(uint32_t look, enum regex_context left,
                                    enum regex_context right)
{
    switch ((enum regex_look)look) {
    case LOOK_LINE_START:
        return left == CONTEXT_EDGE || left == CONTEXT_NEWLINE;
    case LOOK_LINE_END:
        return right == CONTEXT_EDGE || right == CONTEXT_NEWLINE;
    case LOOK_TEXT_START:
        return left == CONTEXT_EDGE;
    case LOOK_TEXT_END:
        return right == CONTEXT_EDGE;
    case LOOK_BOUNDARY:
        return (left == CONTEXT_WORD) != (right == CONTEXT_WORD);
    case LOOK_NO_BOUNDARY:
        return (left == CONTEXT_WORD) == (right == CONTEXT_WORD);
    }
    return false;
}

/* --- Threads --- */

#define THREADS_BORDER UINT32_MAX

/* Sets of instructions, each set closed by a THREADS_BORDER; the sets in order of their start. */
struct regex_threads {
    uint32_t *items;
    uint32_t count;
    bool seeding;               /* a new thread starts at each place passed */
    bool has_looks;             /* a DO_LOOK waits for the next byte */
    enum regex_context context; /* of the byte passed last; CONTEXT_OTHER when nobody asks */
};

/* Steps threads over one byte; scratch memory, made once. */
struct regex_stepper {
    const struct regex *regex;
    const struct regex_program *program;
    bool backward;
    uint32_t *marks; /* by instruction: the generation that reached it */
    uint32_t generation;
    uint32_t *stack;
    struct regex_threads resolved;
    uint64_t work; /* instructions looked at */
};

bool regex_stepper_init(struct regex_stepper *stepper, const struct regex *regex, bool backward,
                        struct error *error);
void regex_stepper_release(struct regex_stepper *stepper);

/* Room for the largest list of threads. */
static inline size_t regex_threads_limit(const struct regex_program *program)
{
    return 2 * (size_t)program->count + 2;
}

/* The threads before the first byte, when the byte passed before is of `context`. */
void regex_step_start(struct regex_stepper *stepper, enum regex_context context, bool seeding,
                      struct regex_threads *threads);

/*
 * Steps `from` over a byte of `class` (the alphabet's `count`: the edge) into
 * `to`. Returns whether a match ended before that byte.
 */
bool regex_step(struct regex_stepper *stepper, const struct regex_threads *from, unsigned class,
                struct regex_threads *to);

/* --- The remembered steps --- */

/*
 * A state in the table: the index of its row (premultiplied) and flags. One
 * comparison with STATE_SPECIAL tells the ordinary ones.
 */
#define STATE_MATCH     (UINT32_C(1) << 31) /* a match ended before the byte passed last */
#define STATE_DEAD      (UINT32_C(1) << 30) /* no thread is left and none will start */
#define STATE_UNKNOWN   (UINT32_C(1) << 29) /* this step was not taken yet */
#define STATE_SIMULATED (UINT32_C(1) << 28) /* not in the table: the threads are in `live` */
#define STATE_START     (UINT32_C(1) << 27) /* only the threads that start here: try to skip */
#define STATE_SPECIAL   STATE_START
#define STATE_ROW       (STATE_SPECIAL - 1)

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
    uint32_t stride; /* columns of the table: classes and the edge */
    uint32_t *table;
    struct regex_state *states;
    uint32_t count, capacity; /* of states */
    uint32_t *items;
    size_t items_used, items_capacity;
    uint32_t *buckets; /* bucket_count, a power of two */
    uint32_t bucket_count;
    size_t memory;         /* the most the above may take */
    uint32_t starts[4][2]; /* tagged start state by context and seeding; STATE_UNKNOWN */
    struct regex_threads live, next;
    uint64_t passed;       /* bytes, in all */
    uint64_t progress;     /* bytes passed since the table was emptied */
    uint64_t simulate;     /* bytes still to be stepped without the table */
    unsigned thrashing;    /* times in a row that emptying it gained little */
    bool marks_start;      /* whether STATE_START is wanted */
    uint32_t *start_items; /* of a state that is only the threads that start here */
    uint32_t start_count;
    int64_t gain;   /* what skipping has spared lately */
    uint64_t pause; /* bytes still to be walked without skipping */
    uint64_t flushes;
};

bool regex_dfa_init(struct regex_dfa *dfa, const struct regex *regex, bool backward, size_t memory,
                    struct error *error);
void regex_dfa_release(struct regex_dfa *dfa);

/* Tagged states. What they return is valid until the next of these calls. */
uint32_t regex_dfa_start(struct regex_dfa *dfa, enum regex_context context, bool seeding);
uint32_t regex_dfa_step(struct regex_dfa *dfa, uint32_t state, unsigned class);
uint32_t regex_dfa_stop_seeding(struct regex_dfa *dfa, uint32_t state);

/* --- Walking over the text --- */

/* The span of the text in hand, clipped to the text. */
struct regex_cursor {
    const struct regex_text *text;
    const unsigned char *bytes; /* the byte at `first` */
    uint64_t first, end;        /* file-absolute; empty at first */
};

/* Makes the span hold `offset`; false: unreadable. */
bool regex_cursor_load(struct regex_cursor *cursor, uint64_t offset, bool backward);

static inline bool regex_cursor_seek(struct regex_cursor *cursor, uint64_t offset, bool backward)
{
    return (offset >= cursor->first && offset < cursor->end) ||
           regex_cursor_load(cursor, offset, backward);
}

/*
 * The class of the byte at `offset`, or before it (which is not read when the
 * expression has no looks); the edge's outside the text. False: unreadable.
 */
bool regex_cursor_class_at(struct regex_cursor *cursor, const struct regex *regex, uint64_t offset,
                           unsigned *class);
bool regex_cursor_class_before(struct regex_cursor *cursor, const struct regex *regex,
                               uint64_t offset, unsigned *class);

struct regex_walk {
    struct regex_dfa *dfa;
    struct regex_cursor *cursor;
    uint64_t position; /* file-absolute, between bytes */
    uint32_t state;    /* tagged */
    bool first_only;   /* the first match ends the walk */
    uint64_t plain;    /* skipping is of no use until this offset is passed */
    bool matched;
    uint64_t match; /* where the last match was seen to end (walking back: to start) */
};

/* Whether more bytes can change nothing. */
static inline bool regex_walk_over(const struct regex_walk *walk)
{
    return (walk->state & STATE_DEAD) || (walk->matched && walk->first_only);
}

/* Walks until `bound` is reached or the walk is over. False: unreadable. */
bool regex_walk_forward(struct regex_walk *walk, uint64_t bound);
bool regex_walk_backward(struct regex_walk *walk, uint64_t bound);

/* Lets the byte behind the bound (its class) decide the matches at the bound. */
void regex_walk_finish(struct regex_walk *walk, unsigned class);

/*
 * Called in a state of STATE_START with the place in the span in hand; returns a
 * place further on (up to `end`) before which no match starts (walking back: ends
 * behind which none ends), and puts the walk in the state of that place.
 */
const unsigned char *regex_skip_forward(struct regex_walk *walk, const unsigned char *at,
                                        const unsigned char *end);
const unsigned char *regex_skip_backward(struct regex_walk *walk, const unsigned char *at,
                                         const unsigned char *end);

/* --- The matcher --- */

struct regex_matcher {
    const struct regex *regex;
    struct regex_dfa forward;
    struct regex_dfa backward;
    size_t memory;
    uint64_t group_work; /* instructions looked at by regex_groups() */
};

/* What was done so far: bytes passed over and instructions looked at. For tests. */
uint64_t regex_matcher_work(const struct regex_matcher *matcher);

#endif
