/* automaton_build.c - builds the automaton: first a trie, then the states. */
#include "search/automaton_internal.h"
#include "base/checked.h"

#include <stdlib.h>

/* The trie of the reversed prefixes; node 0 is its root. Children are linked lists. */
struct trie {
    uint32_t *child;      /* [node]: its first child, or 0 */
    uint32_t *sibling;    /* [node]: the next child of its parent, or 0 */
    unsigned char *class; /* [node]: of the byte that leads to it */
    uint32_t *needle;     /* [node]: 1 + the longest needle with exactly this prefix, or 0 */
    uint32_t nodes;
    uint32_t capacity;
};

static void trie_release(struct trie *trie)
{
    free(trie->child);
    free(trie->sibling);
    free(trie->class);
    free(trie->needle);
}

static bool trie_init(struct trie *trie, uint32_t capacity, struct error *error)
{
    *trie = (struct trie){.nodes = 1, .capacity = capacity};
    trie->child = calloc(capacity, sizeof *trie->child);
    trie->sibling = calloc(capacity, sizeof *trie->sibling);
    trie->class = calloc(capacity, 1);
    trie->needle = calloc(capacity, sizeof *trie->needle);
    if (trie->child && trie->sibling && trie->class && trie->needle)
        return true;
    trie_release(trie);
    return error_memory(error, capacity * (3 * sizeof *trie->child + 1));
}

/* Returns the child of `node` under `class`, new if there was none; 0 if there is no room. */
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

/* The most nodes for prefixes of this length, if none share any; at most bounds.states. */
static uint32_t most_nodes(const struct automaton *automaton, size_t prefix)
{
    size_t nodes = 1, most = automaton->bounds.states;
    for (size_t i = 0; i < automaton->count && nodes < most; i++)
        nodes += minimum_size(automaton->needles[i].length, prefix);
    return (uint32_t)minimum_size(nodes, most);
}

/* A shorter prefix to try if there were too many nodes: half, or the longest that surely fits. */
static size_t shorter_prefix(const struct automaton *automaton)
{
    size_t low = 1, high = automaton->prefix - 1, half = automaton->prefix / 2;
    while (low < high) {
        size_t middle = low + (high - low + 1) / 2;
        if (most_nodes(automaton, middle) < automaton->bounds.states)
            low = middle;
        else
            high = middle - 1;
    }
    return low > half ? low : half;
}

/* Adds all needles, shortest first, so that the list of each node begins with its longest. */
static bool trie_add_all(struct trie *trie, struct automaton *automaton)
{
    for (size_t i = automaton->count; i-- > 0;) {
        const struct search_needle *needle = &automaton->needles[i];
        uint32_t node = 0;
        for (size_t j = minimum_size(needle->length, automaton->prefix); j-- > 0;) {
            node = trie_step(trie, node, automaton->class_of[needle->value[j]]);
            if (node == 0)
                return false;
        }
        automaton->same[i] = trie->needle[node];
        trie->needle[node] = (uint32_t)i + 1;
    }
    return true;
}

/* Makes the trie with the longest prefixes for which there is room. */
static bool trie_make(struct trie *trie, struct automaton *automaton, struct error *error)
{
    automaton->prefix = minimum_size(automaton->needles[0].length, AUTOMATON_PREFIX_MOST);
    for (;; automaton->prefix = shorter_prefix(automaton)) {
        uint32_t capacity = most_nodes(automaton, automaton->prefix);
        if (!trie_init(trie, capacity, error))
            return false;
        if (trie_add_all(trie, automaton))
            return true;
        trie_release(trie);
    }
}

/* Gives each byte that occurs in a needle its own class. All other bytes share class 0. */
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
        if (used[byte]) /* if all 256 are used, class 0 is free for the last */
            class_of_value[byte] = (unsigned char)(classes < 255 ? ++classes : 0);
    for (unsigned byte = 0; byte < 256; byte++)
        automaton->class_of[byte] =
            class_of_value[all_exact ? byte : needle_fold((unsigned char)byte)];
    automaton->classes_less_one = (unsigned char)classes;
}

/* ---- the states ------------------------------------------------------------------------------ */

/* Numbers the nodes breadth first. `queue` has room for all of them. */
static void number_states(struct automaton *automaton, const struct trie *trie, uint32_t *queue)
{
    uint32_t queued = 1;
    queue[0] = 0;
    for (uint32_t i = 0; i < automaton->states; i++) {
        automaton->needle[i] = trie->needle[queue[i]];
        automaton->state[i].first = queued;
        for (uint32_t child = trie->child[queue[i]]; child; child = trie->sibling[child]) {
            automaton->label[queued] = trie->class[child];
            queue[queued++] = child;
        }
    }
    automaton->state[automaton->states].first = queued;
}

/* The transition from a state with a lower number: all of its transitions are known. */
static uint32_t step(const struct automaton *automaton, uint32_t state, unsigned class)
{
    return state < automaton->dense ? automaton->next[state * automaton_classes(automaton) + class]
                                    : automaton_go_on(automaton, state, class);
}

static uint32_t fail_of(const struct automaton *automaton, uint32_t state)
{
    return automaton->state[state].fail & ~AUTOMATON_STARTS_NEEDLE;
}

/* Links a child to its suffix state, which is at `place`. Returns the child's own place. */
static uint32_t link_child(struct automaton *automaton, uint32_t child, uint32_t place)
{
    uint32_t suffix = automaton_state_at(automaton, place & ~AUTOMATON_STARTS_NEEDLE);
    uint32_t shorter = automaton->needle[suffix] ? suffix : automaton->shorter[suffix];
    uint32_t starts = automaton->needle[child] || shorter ? AUTOMATON_STARTS_NEEDLE : 0;
    automaton->shorter[child] = shorter;
    automaton->state[child].fail = suffix | starts;
    return automaton_place_of(automaton, child) | starts;
}

/* Sets the transitions of a state: to its children, and else those of its `fail` state. */
static void link_state(struct automaton *automaton, uint32_t state)
{
    uint32_t classes = automaton_classes(automaton), fail = fail_of(automaton, state);
    bool has_row = state < automaton->dense;
    uint32_t *row = has_row ? automaton->next + (size_t)state * classes : NULL;
    if (has_row && state != 0)
        memcpy(row, automaton->next + (size_t)fail * classes, classes * sizeof *row);
    for (uint32_t i = automaton->state[state].first; i < automaton->state[state + 1].first; i++) {
        unsigned char class = automaton->label[i];
        uint32_t place = link_child(automaton, i, state ? step(automaton, fail, class) : 0);
        if (has_row)
            row[class] = place;
    }
}

static bool allocate_states(struct automaton *automaton, struct error *error)
{
    size_t states = automaton->states, classes = automaton_classes(automaton);
    automaton->dense = (uint32_t)minimum_size(states, automaton->bounds.transitions / classes);
    size_t transitions = automaton->dense * classes;
    automaton->next = calloc(transitions, sizeof *automaton->next);
    automaton->state = calloc(states + 1, sizeof *automaton->state);
    automaton->label = calloc(states, 1);
    automaton->needle = calloc(states, sizeof *automaton->needle);
    automaton->shorter = calloc(states, sizeof *automaton->shorter);
    return (automaton->next && automaton->state && automaton->label && automaton->needle &&
            automaton->shorter) ||
           error_memory(
               error, transitions * sizeof *automaton->next +
                          states * (sizeof *automaton->state + 1 + 2 * sizeof *automaton->needle));
}

/* Turns the trie into states and frees it, also on an error. */
static bool make_states(struct automaton *automaton, struct trie *trie, struct error *error)
{
    automaton->states = trie->nodes;
    uint32_t *queue = malloc(trie->nodes * sizeof *queue);
    bool enough = queue ? allocate_states(automaton, error)
                        : error_memory(error, trie->nodes * sizeof *queue);
    if (enough)
        number_states(automaton, trie, queue);
    free(queue);
    trie_release(trie);
    for (uint32_t i = 0; enough && i < automaton->states; i++)
        link_state(automaton, i);
    return enough;
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
    return make_states(automaton, &trie, error);
}

struct automaton *automaton_new(const struct search_needle *needles, size_t count,
                                const struct automaton_bounds *bounds, struct error *error)
{
    const struct automaton_bounds usual = {AUTOMATON_TRANSITIONS_MOST, AUTOMATON_STATES_MOST};
    struct automaton *automaton = calloc(1, sizeof *automaton);
    if (!automaton) {
        error_memory(error, sizeof *automaton);
        return NULL;
    }
    automaton->needles = needles;
    automaton->count = count;
    automaton->bounds = bounds ? *bounds : usual;
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
    free(automaton->state);
    free(automaton->label);
    free(automaton->needle);
    free(automaton->shorter);
    free(automaton->same);
    free(automaton);
}
