/* search_automaton_build.c - makes the automaton: a trie, then all its transitions. */
#include "search_automaton_internal.h"

#include <stdlib.h>

/* The trie of the reversed prefixes; node 0 is its root. Children are linked lists. */
struct trie {
    uint32_t *child;      /* [node]: its first child, or 0 */
    uint32_t *sibling;    /* [node]: the next child of its parent, or 0 */
    unsigned char *class; /* [node]: of the byte that leads to it */
    uint32_t nodes;
    uint32_t capacity;
};

static void trie_release(struct trie *trie)
{
    free(trie->child);
    free(trie->sibling);
    free(trie->class);
}

static bool trie_init(struct trie *trie, uint32_t capacity, struct error *error)
{
    *trie = (struct trie){.nodes = 1, .capacity = capacity};
    trie->child = calloc(capacity, sizeof *trie->child);
    trie->sibling = calloc(capacity, sizeof *trie->sibling);
    trie->class = calloc(capacity, 1);
    if (trie->child && trie->sibling && trie->class)
        return true;
    trie_release(trie);
    return error_memory(error, capacity * (2 * sizeof *trie->child + 1));
}

/* The child of `node` under `class`, made if need be; 0 if there is no room. */
static uint32_t trie_step(struct trie *trie, uint32_t node, unsigned char class)
{
    for (uint32_t child = trie->child[node]; child; child = trie->sibling[child])
        if (trie->class[child] == class)
            return child;
    if (trie->nodes == trie->capacity)
        return 0;
    uint32_t made = trie->nodes++;
    trie->class[made] = class;
    trie->sibling[made] = trie->child[node];
    trie->child[node] = made;
    return made;
}

static size_t minimum(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Room for all prefixes, as far as the transitions would not exceed their bound. */
static uint32_t trie_capacity(const struct automaton *automaton)
{
    size_t most = TRANSITIONS_MOST / automaton_classes(automaton), nodes = 1;
    for (size_t i = 0; i < automaton->count && nodes < most; i++)
        nodes += minimum(automaton->needles[i].length, automaton->prefix);
    return (uint32_t)minimum(nodes, most);
}

/* Adds every needle, the shortest first, so that the longest of a node comes to stand first. */
static bool trie_add_all(struct trie *trie, struct automaton *automaton)
{
    for (size_t i = automaton->count; i-- > 0;) {
        const struct search_needle *needle = &automaton->needles[i];
        uint32_t node = 0;
        for (size_t j = minimum(needle->length, automaton->prefix); j-- > 0;) {
            node = trie_step(trie, node, automaton->class_of[needle->value[j]]);
            if (node == 0)
                return false;
        }
        automaton->same[i] = automaton->needle[node];
        automaton->needle[node] = (uint32_t)i + 1;
    }
    return true;
}

/* Makes the trie with the longest prefixes for which there is room. */
static bool trie_make(struct trie *trie, struct automaton *automaton, struct error *error)
{
    automaton->prefix = minimum(automaton->needles[0].length, PREFIX_MOST);
    for (;; automaton->prefix = automaton->prefix / 4 + 1) {
        uint32_t capacity = trie_capacity(automaton);
        if (!trie_init(trie, capacity, error))
            return false;
        automaton->needle = calloc(capacity, sizeof *automaton->needle);
        if (!automaton->needle) {
            trie_release(trie);
            return error_memory(error, capacity * sizeof *automaton->needle);
        }
        if (trie_add_all(trie, automaton))
            return true;
        trie_release(trie);
        free(automaton->needle);
        automaton->needle = NULL;
    }
}

/* Gives each byte that stands in a needle a class of its own, all others class 0. */
static void classify(struct automaton *automaton)
{
    bool used[256] = {false}, all_exact = true;
    for (size_t i = 0; i < automaton->count; i++) {
        const struct search_needle *needle = &automaton->needles[i];
        all_exact = all_exact && needle->exact;
        for (size_t j = 0; j < needle->length; j++)
            used[needle->value[j]] = true;
    }
    unsigned classes = 0;
    unsigned char class_of_value[256] = {0};
    for (unsigned byte = 0; byte < 256; byte++)
        if (used[byte]) /* were all 256 used, the first could well be class 0 */
            class_of_value[byte] = (unsigned char)(classes < 255 ? ++classes : 0);
    for (unsigned byte = 0; byte < 256; byte++)
        automaton->class_of[byte] =
            class_of_value[all_exact ? byte : needle_fold((unsigned char)byte)];
    automaton->classes_less_one = (unsigned char)classes;
}

/*
 * The transitions of one state: those of its `fail` state (the longest proper
 * suffix of what led here that is in the trie), but for its own children.
 */
static void fill_row(struct automaton *automaton, const struct trie *trie, uint32_t state,
                     uint32_t *fail)
{
    uint32_t classes = automaton_classes(automaton);
    uint32_t *row = automaton->next + (size_t)state * classes;
    if (state != 0)
        memcpy(row, automaton->next + (size_t)fail[state] * classes, classes * sizeof *row);
    for (uint32_t child = trie->child[state]; child; child = trie->sibling[child]) {
        uint32_t suffix = row[trie->class[child]];
        fail[child] = suffix;
        automaton->shorter[child] = automaton->needle[suffix] ? suffix : automaton->shorter[suffix];
        row[trie->class[child]] = child;
    }
}

/* All states, nearest to the root first, so that a `fail` state's row is there before it is used.
 */
static void fill_rows(struct automaton *automaton, const struct trie *trie, uint32_t *queue,
                      uint32_t *fail)
{
    uint32_t queued = 1;
    queue[0] = 0;
    for (uint32_t i = 0; i < automaton->states; i++) {
        fill_row(automaton, trie, queue[i], fail);
        for (uint32_t child = trie->child[queue[i]]; child; child = trie->sibling[child])
            queue[queued++] = child;
    }
}

/* From the numbers of states to what the walk wants. */
static void finish_rows(struct automaton *automaton)
{
    uint32_t classes = automaton_classes(automaton);
    for (size_t i = 0; i < (size_t)automaton->states * classes; i++) {
        uint32_t state = automaton->next[i];
        bool starts = automaton->needle[state] || automaton->shorter[state];
        automaton->next[i] = state * classes | (starts ? STARTS_NEEDLE : 0);
    }
}

static bool make_rows(struct automaton *automaton, const struct trie *trie, struct error *error)
{
    size_t states = automaton->states = trie->nodes;
    automaton->next = calloc(states * automaton_classes(automaton), sizeof *automaton->next);
    automaton->shorter = calloc(states, sizeof *automaton->shorter);
    uint32_t *queue = malloc(states * sizeof *queue), *fail = calloc(states, sizeof *fail);
    bool enough = automaton->next && automaton->shorter && queue && fail;
    if (enough) {
        fill_rows(automaton, trie, queue, fail);
        finish_rows(automaton);
    }
    free(queue);
    free(fail);
    return enough || error_memory(error, states * automaton_classes(automaton) * sizeof *fail);
}

static bool build(struct automaton *automaton, struct error *error)
{
    struct trie trie;
    automaton->same = calloc(automaton->count, sizeof *automaton->same);
    if (!automaton->same)
        return error_memory(error, automaton->count * sizeof *automaton->same);
    classify(automaton);
    if (!trie_make(&trie, automaton, error))
        return false;
    bool made = make_rows(automaton, &trie, error);
    trie_release(&trie);
    return made;
}

struct automaton *automaton_new(const struct search_needle *needles, size_t count,
                                struct error *error)
{
    struct automaton *automaton = calloc(1, sizeof *automaton);
    if (!automaton) {
        error_memory(error, sizeof *automaton);
        return NULL;
    }
    automaton->needles = needles;
    automaton->count = count;
    if (!build(automaton, error)) {
        automaton_free(automaton);
        return NULL;
    }
    return automaton;
}

void automaton_free(struct automaton *automaton)
{
    if (!automaton)
        return;
    free(automaton->next);
    free(automaton->needle);
    free(automaton->shorter);
    free(automaton->same);
    free(automaton);
}
