/*
 * literals.c - sets of strings, one of which every match contains.
 *
 * Searching for strings is much faster than stepping an automaton. So the best set of strings that
 * the tree offers is kept: the one with the lowest expected frequency, with how many bytes a match
 * has before and after it. (The idea is that of GNU grep's "must" and of Rust's regex-syntax
 * literals.) The expectation may be wrong, so of a concatenation a few sets are kept, and choose.c
 * tries them.
 */
#include "regex/program.h"
#include "regex/strings.h"

#include <string.h>

/* Strings, one of which every match of a node contains. */
struct required {
    struct regex_strings strings;
    double met; /* expected number of occurrences per byte of text */
    uint64_t before_shortest, before_longest;
    uint64_t after_shortest, after_longest;
    struct byte_set before;     /* which bytes can precede a string, if before_shortest > 0 */
    struct byte_set all_before; /* all bytes that a match can have before a string */
};

/* The best sets offered so far, best first. */
struct choice {
    struct required *list;
    size_t most, count;
};

/* --- What every match of a node holds --- */

static bool find_required(const struct regex_tree *tree, uint32_t index, int depth,
                          struct required *best);

static uint64_t add(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

/* Adds the bytes a match of the node can end with. */
static void add_last_bytes(const struct regex_tree *tree, uint32_t index, struct byte_set *set)
{
    const struct regex_node *node = &tree->nodes[index];
    if (node->kind == REGEX_NODE_SET)
        byte_set_unite(set, &tree->sets[node->value]);
    for (uint32_t i = node->last; i != REGEX_NODE_NONE; i = tree->nodes[i].previous) {
        add_last_bytes(tree, i, set);
        if (node->kind == REGEX_NODE_CONCAT && tree->nodes[i].shortest > 0)
            break;
    }
}

/* Adds all bytes that can be in a match of the node. */
static void add_all_bytes(const struct regex_tree *tree, uint32_t index, struct byte_set *set)
{
    const struct regex_node *node = &tree->nodes[index];
    if (node->kind == REGEX_NODE_SET)
        byte_set_unite(set, &tree->sets[node->value]);
    for (uint32_t i = node->first; i != REGEX_NODE_NONE; i = tree->nodes[i].next)
        add_all_bytes(tree, i, set);
}

/* Extends what is around the strings of the children `first` to `last` by their siblings. */
static void put_in_concat(const struct regex_tree *tree, uint32_t first, uint32_t last,
                          struct required *found)
{
    bool at_start = found->before_longest == 0;
    uint64_t inner = found->before_shortest;
    for (uint32_t i = tree->nodes[first].previous; i != REGEX_NODE_NONE;
         i = tree->nodes[i].previous) {
        if (at_start && found->before_shortest == 0)
            add_last_bytes(tree, i, &found->before);
        add_all_bytes(tree, i, &found->all_before);
        found->before_shortest = add(found->before_shortest, tree->nodes[i].shortest);
        found->before_longest = add(found->before_longest, tree->nodes[i].longest);
    }
    /* The preceding byte may belong to the child or to a sibling: allow any. */
    if (!at_start && inner == 0)
        found->before = (struct byte_set){{UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX}};
    for (uint32_t i = tree->nodes[last].next; i != REGEX_NODE_NONE; i = tree->nodes[i].next) {
        found->after_shortest = add(found->after_shortest, tree->nodes[i].shortest);
        found->after_longest = add(found->after_longest, tree->nodes[i].longest);
    }
}

/*
 * Values below the limit are not compared: a word that stands on each line of a log is rare by its
 * letters only.
 */
static double expected(const struct required *found)
{
    const double unlikely = 1e-6;
    return found->met > unlikely ? found->met : unlikely;
}

/* Whether the strings tell where a match starts or ends. */
static bool is_at_side(const struct required *found)
{
    return found->before_shortest == found->before_longest || found->after_longest == 0;
}

static bool is_better(const struct required *found, const struct required *best)
{
    if (expected(found) != expected(best))
        return expected(found) < expected(best);
    if (is_at_side(found) != is_at_side(best))
        return is_at_side(found);
    return found->met < best->met;
}

static void offer(struct choice *choice, const struct required *found)
{
    size_t rank = choice->count;
    while (rank > 0 && is_better(found, &choice->list[rank - 1]))
        rank--;
    if (found->strings.count == 0 || rank == choice->most)
        return;
    if (choice->count < choice->most)
        choice->count++;
    memmove(&choice->list[rank + 1], &choice->list[rank],
            (choice->count - rank - 1) * sizeof *choice->list);
    choice->list[rank] = *found;
}

/* Offers the strings of the children `first` to `last` of a concatenation. */
static void offer_run(const struct regex_tree *tree, uint32_t first, uint32_t last,
                      const struct regex_strings *run, struct choice *choice)
{
    struct required found = {.strings = *run, .met = regex_strings_frequency(run)};
    if (regex_strings_hold_empty(run))
        return;
    put_in_concat(tree, first, last, &found);
    offer(choice, &found);
}

static void choose_of_concat(const struct regex_tree *tree, const struct regex_node *node,
                             int depth, struct choice *choice)
{
    struct regex_strings run, child;
    uint32_t start = REGEX_NODE_NONE;
    for (uint32_t i = node->first; i != REGEX_NODE_NONE; i = tree->nodes[i].next) {
        struct required found;
        bool exact = regex_strings_of(tree, i, depth, &child);
        if (exact && start != REGEX_NODE_NONE && regex_strings_cross(&run, &child))
            continue;
        if (start != REGEX_NODE_NONE)
            offer_run(tree, start, tree->nodes[i].previous, &run, choice);
        start = exact ? i : REGEX_NODE_NONE;
        run = child;
        if (!exact && find_required(tree, i, depth, &found)) {
            put_in_concat(tree, i, i, &found);
            offer(choice, &found);
        }
    }
    if (start != REGEX_NODE_NONE)
        offer_run(tree, start, node->last, &run, choice);
}

static bool required_of_concat(const struct regex_tree *tree, const struct regex_node *node,
                               int depth, struct required *best)
{
    struct choice choice = {best, 1, 0};
    choose_of_concat(tree, node, depth, &choice);
    return choice.count > 0;
}

static void unite(struct required *best, const struct required *found)
{
    memcpy(best->strings.list + best->strings.count, found->strings.list,
           found->strings.count * sizeof *found->strings.list);
    best->strings.count += found->strings.count;
    best->met += found->met;
    best->before_shortest = minimum_u64(best->before_shortest, found->before_shortest);
    best->before_longest = maximum_u64(best->before_longest, found->before_longest);
    best->after_shortest = minimum_u64(best->after_shortest, found->after_shortest);
    best->after_longest = maximum_u64(best->after_longest, found->after_longest);
    byte_set_unite(&best->before, &found->before);
    byte_set_unite(&best->all_before, &found->all_before);
}

static bool required_of_alternate(const struct regex_tree *tree, const struct regex_node *node,
                                  int depth, struct required *best)
{
    struct required found;
    if (!find_required(tree, node->first, depth, best))
        return false;
    for (uint32_t i = tree->nodes[node->first].next; i != REGEX_NODE_NONE;
         i = tree->nodes[i].next) {
        if (!find_required(tree, i, depth, &found) ||
            best->strings.count + found.strings.count > REGEX_STRINGS)
            return false;
        unite(best, &found);
    }
    return true;
}

/* The first round of the repeat contains it. */
static bool required_of_repeat(const struct regex_tree *tree, const struct regex_node *node,
                               int depth, struct required *best)
{
    const struct regex_node *child = &tree->nodes[node->first];
    if (node->minimum == 0 || !find_required(tree, node->first, depth, best))
        return false;
    best->after_shortest = add(best->after_shortest, node->shortest - child->shortest);
    if (node->maximum > 1)
        best->after_longest = add(best->after_longest, node->longest);
    return true;
}

static bool find_required(const struct regex_tree *tree, uint32_t index, int depth,
                          struct required *best)
{
    const struct regex_node *node = &tree->nodes[index];
    *best = (struct required){.strings.count = 0};
    if (depth == 0)
        return false;
    if (regex_strings_of(tree, index, depth, &best->strings)) {
        best->met = regex_strings_frequency(&best->strings);
        return !regex_strings_hold_empty(&best->strings);
    }
    *best = (struct required){.strings.count = 0};
    switch (node->kind) {
    case REGEX_NODE_CONCAT:
        return required_of_concat(tree, node, depth - 1, best);
    case REGEX_NODE_ALTERNATE:
        return required_of_alternate(tree, node, depth - 1, best);
    case REGEX_NODE_REPEAT:
        return required_of_repeat(tree, node, depth - 1, best);
    case REGEX_NODE_GROUP:
        return find_required(tree, node->first, depth - 1, best);
    case REGEX_NODE_EMPTY:
    case REGEX_NODE_SET:
    case REGEX_NODE_LOOK:
        break;
    }
    return false;
}

/* Chooses the best strings of the whole expression; of a concatenation several sets. */
static void choose(const struct regex_tree *tree, struct choice *choice)
{
    uint32_t index = tree->root;
    struct regex_strings all;
    while (tree->nodes[index].kind == REGEX_NODE_GROUP)
        index = tree->nodes[index].first;
    if (tree->nodes[index].kind == REGEX_NODE_CONCAT &&
        !regex_strings_of(tree, index, REGEX_STRINGS_DEPTH, &all))
        choose_of_concat(tree, &tree->nodes[index], REGEX_STRINGS_DEPTH - 1, choice);
    else
        choice->count = find_required(tree, index, REGEX_STRINGS_DEPTH, &choice->list[0]);
}

/* Whether one of the first `length` bytes of the string is not in the set. */
static bool has_other(const struct regex_string *string, size_t length, const struct byte_set *set)
{
    for (size_t i = 0; i < length; i++)
        if (!byte_set_has(set, string->bytes[i]) &&
            (string->mask[i] == 0xff || !byte_set_has(set, string->bytes[i] ^ 0x20u)))
            return true;
    return false;
}

/* Whether a string can lie in another, `shift` bytes behind its start. */
static bool lies_at(const struct regex_string *string, const struct regex_string *other,
                    size_t shift)
{
    for (size_t i = 0; i < string->length; i++)
        if ((string->bytes[i] ^ other->bytes[shift + i]) & string->mask[i] & other->mask[shift + i])
            return false;
    return true;
}

/* Whether the shorter one of two can lie in the other. */
static bool are_nested(const struct regex_string *a, const struct regex_string *b)
{
    const struct regex_string *shorter = a->length < b->length ? a : b;
    const struct regex_string *longer = shorter == a ? b : a;
    size_t more = longer->length - shorter->length;
    for (size_t shift = 0; more > 0 && shift <= more; shift++)
        if (lies_at(shorter, longer, shift))
            return true;
    return false;
}

static bool any_nested(const struct regex_strings *strings)
{
    for (size_t i = 0; i < strings->count; i++)
        for (size_t j = 0; j < i; j++)
            if (are_nested(&strings->list[i], &strings->list[j]))
                return true;
    return false;
}

/*
 * Whether the strings end a match, none lies in another, and none can begin in what is before: then
 * each of them found ends a match or is in none, and a match that ends with it contains it. (A lone
 * string that began there would, laid over the one that ends the match, have its odd byte there
 * again and again, and at last in what is before.)
 */
static bool end_match(const struct required *found)
{
    const struct regex_strings *strings = &found->strings;
    bool end = found->after_longest == 0 && !any_nested(strings);
    for (size_t i = 0; i < strings->count; i++) {
        const struct regex_string *string = &strings->list[i];
        end =
            end && has_other(string, strings->count == 1 ? string->length : 1, &found->all_before);
    }
    return end;
}

/* Whether a match has few bytes on this side of the strings, or lies in one line. */
static bool is_near(const struct regex *regex, uint64_t longest)
{
    return longest <= REGEX_LITERAL_REACH || !regex->matches_newline;
}

static bool set_literals(struct regex_literals *literals, const struct regex *regex,
                         const struct required *found, struct error *error)
{
    *literals = (struct regex_literals){
        .searcher = regex_strings_searcher(&found->strings, error),
        .before_shortest = found->before_shortest,
        .before_longest = found->before_longest,
        .after_shortest = found->after_shortest,
        .after_longest = found->after_longest,
        .before = found->before,
    };
    if (!literals->searcher)
        return false;
    literals->longest = searcher_longest(literals->searcher);
    literals->forward = is_near(regex, found->before_longest);
    literals->backward = is_near(regex, found->after_longest);
    literals->at_start = literals->forward && found->before_shortest == found->before_longest;
    literals->at_end = literals->forward && !literals->at_start && end_match(found);
    return true;
}

bool regex_literals_init(struct regex *regex, struct error *error)
{
    /* Strings that are more frequent than this cost more than they save. */
    const double worth_it = 1.0 / 150;
    struct required list[REGEX_LITERALS];
    struct choice choice = {list, REGEX_LITERALS, 0};
    choose(&regex->tree, &choice);
    for (size_t i = 0; i < choice.count && list[i].met <= worth_it; i++) {
        bool is_choice =
            is_near(regex, list[0].before_longest) && is_near(regex, list[i].before_longest);
        if (i > 0 && !is_choice)
            continue;
        if (!set_literals(&regex->literals[regex->literals_count], regex, &list[i], error))
            return false;
        regex->literals_count++;
    }
    return true;
}
