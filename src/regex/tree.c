/* tree.c - the tree of an expression, and what is known of each node. */
#include "regex/tree.h"

#include <stdlib.h>
#include <string.h>

/* Doubles the capacity of an array. NULL and an error if memory is short. */
static void *grow(void *array, size_t *capacity, size_t size, struct error *error)
{
    size_t more = *capacity ? 2 * *capacity : 16;
    if (more > SIZE_MAX / size) {
        error_memory(error, SIZE_MAX);
        return NULL;
    }
    void *grown = realloc(array, more * size);
    if (!grown) {
        error_memory(error, more * size);
        return NULL;
    }
    *capacity = more;
    return grown;
}

uint32_t regex_tree_add(struct regex_tree *tree, enum regex_node_kind kind, struct error *error)
{
    if (tree->count == tree->capacity) {
        void *grown = grow(tree->nodes, &tree->capacity, sizeof *tree->nodes, error);
        if (!grown)
            return REGEX_NODE_NONE;
        tree->nodes = grown;
    }
    tree->nodes[tree->count] = (struct regex_node){
        .kind = kind,
        .first = REGEX_NODE_NONE,
        .last = REGEX_NODE_NONE,
        .next = REGEX_NODE_NONE,
        .previous = REGEX_NODE_NONE,
    };
    return (uint32_t)tree->count++;
}

void regex_tree_adopt(struct regex_tree *tree, uint32_t parent, uint32_t child)
{
    struct regex_node *node = &tree->nodes[parent];
    tree->nodes[child].previous = node->last;
    if (node->last == REGEX_NODE_NONE)
        node->first = child;
    else
        tree->nodes[node->last].next = child;
    node->last = child;
}

bool regex_tree_add_set(struct regex_tree *tree, const struct byte_set *set, uint32_t *index,
                        struct error *error)
{
    for (size_t i = 0; i < tree->set_count; i++) {
        if (memcmp(&tree->sets[i], set, sizeof *set) == 0) {
            *index = (uint32_t)i;
            return true;
        }
    }
    if (tree->set_count == tree->set_capacity) {
        void *grown = grow(tree->sets, &tree->set_capacity, sizeof *tree->sets, error);
        if (!grown)
            return false;
        tree->sets = grown;
    }
    *index = (uint32_t)tree->set_count;
    tree->sets[tree->set_count++] = *set;
    return true;
}

void regex_tree_release(struct regex_tree *tree)
{
    free(tree->nodes);
    free(tree->sets);
    *tree = (struct regex_tree){0};
}

/* Sums and products that saturate at UINT64_MAX, which means "no bound". */
static uint64_t add(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static uint64_t multiply(uint64_t a, uint64_t b)
{
    if (a == 0 || b == 0)
        return 0;
    return a > UINT64_MAX / b ? UINT64_MAX : a * b;
}

static void measure_repeat(struct regex_node *node, const struct regex_node *child, uint64_t *size)
{
    uint64_t minimum = node->minimum, maximum = node->maximum;
    node->shortest = multiply(child->shortest, minimum);
    if (maximum == REGEX_REPEAT_FOREVER) {
        node->longest = child->longest == 0 ? 0 : UINT64_MAX;
        *size = minimum == 0 ? add(child->size, 2) : add(multiply(child->size, minimum), 1);
        return;
    }
    node->longest = multiply(child->longest, maximum);
    *size = add(multiply(child->size, minimum), multiply(add(child->size, 1), maximum - minimum));
}

static void measure_children(struct regex_tree *tree, struct regex_node *node, uint64_t *size)
{
    bool concat = node->kind == REGEX_NODE_CONCAT;
    node->shortest = concat ? 0 : UINT64_MAX;
    for (uint32_t i = node->first; i != REGEX_NODE_NONE; i = tree->nodes[i].next) {
        const struct regex_node *child = &tree->nodes[i];
        node->has_group = node->has_group || child->has_group;
        *size = add(*size, child->size);
        if (concat) {
            node->shortest = add(node->shortest, child->shortest);
            node->longest = add(node->longest, child->longest);
            continue;
        }
        if (child->next != REGEX_NODE_NONE)
            *size = add(*size, 2);
        if (child->shortest < node->shortest)
            node->shortest = child->shortest;
        if (child->longest > node->longest)
            node->longest = child->longest;
    }
}

static void measure_node(struct regex_tree *tree, struct regex_node *node, uint64_t *size)
{
    const struct regex_node *child =
        node->first == REGEX_NODE_NONE ? NULL : &tree->nodes[node->first];
    switch (node->kind) {
    case REGEX_NODE_EMPTY:
        break;
    case REGEX_NODE_SET:
        node->shortest = node->longest = *size = 1;
        break;
    case REGEX_NODE_LOOK:
        *size = 1;
        break;
    case REGEX_NODE_CONCAT:
    case REGEX_NODE_ALTERNATE:
        measure_children(tree, node, size);
        break;
    case REGEX_NODE_REPEAT:
        node->has_group = child->has_group;
        measure_repeat(node, child, size);
        break;
    case REGEX_NODE_GROUP:
        node->has_group = true;
        node->shortest = child->shortest;
        node->longest = child->longest;
        *size = child->size;
        break;
    }
}

/*
 * Measures children before parents. The parser bounds the depth of the tree, and so this recursion.
 */
static bool measure(struct regex_tree *tree, uint32_t index, struct error *error)
{
    struct regex_node *node = &tree->nodes[index];
    for (uint32_t child = node->first; child != REGEX_NODE_NONE; child = tree->nodes[child].next)
        if (!measure(tree, child, error))
            return false;
    uint64_t size = 0;
    measure_node(tree, node, &size);
    if (size >= REGEX_MAX_CODE)
        return error_usage(error,
                           "the regular expression is too large once its repeats are written out "
                           "(more than %d states)",
                           REGEX_MAX_CODE);
    node->size = (uint32_t)size;
    return true;
}

bool regex_tree_measure(struct regex_tree *tree, struct error *error)
{
    return measure(tree, tree->root, error);
}
