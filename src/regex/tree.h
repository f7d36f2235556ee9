/*
 * tree.h - an expression as a tree.
 */
#ifndef MMTOOL_REGEX_TREE_H
#define MMTOOL_REGEX_TREE_H

#include "regex/regex.h"

#include "base/checked.h"

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
    REGEX_NODE_EMPTY,
    REGEX_NODE_SET,       /* one byte of a set */
    REGEX_NODE_LOOK,      /* no byte: an assertion about its neighbours */
    REGEX_NODE_CONCAT,    /* its children, one after the other */
    REGEX_NODE_ALTERNATE, /* one of its children */
    REGEX_NODE_REPEAT,    /* its child, `minimum` to `maximum` times */
    REGEX_NODE_GROUP,     /* its child, whose bytes are remembered as group `value` */
};

enum regex_look {
    REGEX_LOOK_LINE_START,
    REGEX_LOOK_LINE_END,
    REGEX_LOOK_TEXT_START,
    REGEX_LOOK_TEXT_END,
    REGEX_LOOK_BOUNDARY,
    REGEX_LOOK_NO_BOUNDARY,
};

enum {
    REGEX_MAX_CODE = 50000, /* instructions of an expression, its counted repeats unrolled */
    REGEX_MAX_DEPTH = 250,  /* of parentheses */
};

#define REGEX_NODE_NONE      UINT32_MAX
#define REGEX_REPEAT_FOREVER UINT32_MAX

struct regex_node {
    enum regex_node_kind kind;
    uint32_t first, last;    /* first and last child; REGEX_NODE_NONE: no children */
    uint32_t next, previous; /* siblings */
    uint32_t value;          /* index of a set, a regex_look, or the number of a group */
    uint32_t minimum, maximum;
    uint32_t size;     /* instructions of its program */
    uint64_t shortest; /* bytes of its shortest match */
    uint64_t longest;  /* bytes of its longest match; UINT64_MAX: no bound */
    bool has_group;    /* it or a node below it is a REGEX_NODE_GROUP */
};

struct regex_tree {
    struct regex_node *nodes;
    size_t count, capacity;
    struct byte_set *sets; /* no two are equal */
    size_t set_count, set_capacity;
    uint32_t root;
};

void regex_tree_release(struct regex_tree *tree);

/* Adds a node without parent and returns its index. REGEX_NODE_NONE and an error if memory is
 * short. */
uint32_t regex_tree_add(struct regex_tree *tree, enum regex_node_kind kind, struct error *error);
/* Makes `child` the last child of `parent`. */
void regex_tree_adopt(struct regex_tree *tree, uint32_t parent, uint32_t child);
/* Sets `*index` to the index of the set, which is added if it is new. */
bool regex_tree_add_set(struct regex_tree *tree, const struct byte_set *set, uint32_t *index,
                        struct error *error);

/*
 * Sets `size`, `shortest`, `longest` and `has_group` of all nodes. An error if the program would be
 * too large.
 */
bool regex_tree_measure(struct regex_tree *tree, struct error *error);

#endif
