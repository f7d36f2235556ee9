/*
 * regex_literals.c - byte strings of which every match holds one.
 *
 * Strings are far faster to search for than an automaton is to step, so the best
 * of what the tree offers is kept: the set of strings that is expected to be met
 * least, with how many bytes a match has before and behind it. (The idea is that
 * of GNU grep's "must" and of Rust's regex-syntax literals.)
 */
#include "regex_internal.h"

#include <string.h>

enum { MAX_STRINGS = 16, MAX_LENGTH = 24, MAX_CHOICES = 4, MAX_DEPTH = 12 };

/* One string; where `mask` is 0xdf the byte is a letter and either case will do. */
struct string {
    unsigned char bytes[MAX_LENGTH];
    unsigned char mask[MAX_LENGTH];
    size_t length;
};

struct strings {
    struct string list[MAX_STRINGS];
    size_t count; /* 0: nothing is known */
};

/* Strings, one of which every match of a node holds. */
struct required {
    struct strings strings;
    double met; /* how often one of them is expected, a byte */
    uint64_t before_shortest, before_longest;
    uint64_t after_shortest, after_longest;
    struct byte_set before; /* the byte just before one of them, if before_shortest > 0 */
};

/* Whether a lower-case letter is one of those English uses most. */
static bool is_common(unsigned byte)
{
    const unsigned common = 1u << ('e' - 'a') | 1u << ('t' - 'a') | 1u << ('a' - 'a') |
                            1u << ('o' - 'a') | 1u << ('i' - 'a') | 1u << ('n' - 'a') |
                            1u << ('s' - 'a') | 1u << ('r' - 'a') | 1u << ('l' - 'a');
    return common >> (byte - 'a') & 1;
}

static bool is_plain_punctuation(unsigned byte)
{
    static const unsigned char plain[] = "\n.,:;/-=_\"'()[]";
    return memchr(plain, (int)byte, sizeof plain - 1) != NULL;
}

double regex_byte_frequency(unsigned byte)
{
    if (byte == ' ' || byte == 0)
        return 0.1;
    if (byte >= 'a' && byte <= 'z')
        return is_common(byte) ? 0.05 : 0.02;
    if (byte >= '0' && byte <= '9')
        return 0.03;
    if (byte >= 'A' && byte <= 'Z')
        return 0.006;
    return is_plain_punctuation(byte) ? 0.015 : 0.002;
}

double regex_set_frequency(const struct byte_set *set)
{
    double sum = 0;
    for (unsigned byte = 0; byte < 256; byte++)
        if (byte_set_has(set, byte))
            sum += regex_byte_frequency(byte);
    return sum;
}

static double string_frequency(const struct string *string)
{
    double product = 1;
    for (size_t i = 0; i < string->length; i++) {
        double of_byte = regex_byte_frequency(string->bytes[i]);
        if (string->mask[i] != 0xff)
            of_byte += regex_byte_frequency(string->bytes[i] ^ 0x20u);
        product *= of_byte;
    }
    return product;
}

static double strings_frequency(const struct strings *strings)
{
    double sum = 0;
    for (size_t i = 0; i < strings->count; i++)
        sum += string_frequency(&strings->list[i]);
    return sum;
}

/* --- All strings of a node, if they are few --- */

static bool exact_node(const struct regex_tree *tree, uint32_t index, int depth,
                       struct strings *strings);

static bool is_letter(unsigned byte)
{
    return (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
}

static bool exact_set(const struct byte_set *set, struct strings *strings)
{
    strings->count = 0;
    for (unsigned byte = 0; byte < 256; byte++) {
        bool both = is_letter(byte) && byte_set_has(set, byte ^ 0x20);
        if (!byte_set_has(set, byte) || (both && (byte & 0x20) == 0))
            continue;
        if (strings->count == MAX_CHOICES)
            return false;
        struct string *string = &strings->list[strings->count++];
        string->bytes[0] = (unsigned char)byte;
        string->mask[0] = both ? 0xdf : 0xff;
        string->length = 1;
    }
    return strings->count > 0;
}

/* Each of `left` followed by each of `right`, into `left`. */
static bool cross(struct strings *left, const struct strings *right)
{
    struct strings product = {.count = 0};
    if (left->count * right->count > MAX_STRINGS)
        return false;
    for (size_t i = 0; i < left->count; i++) {
        for (size_t j = 0; j < right->count; j++) {
            struct string *string = &product.list[product.count++];
            const struct string *tail = &right->list[j];
            *string = left->list[i];
            if (string->length + tail->length > MAX_LENGTH)
                return false;
            memcpy(string->bytes + string->length, tail->bytes, tail->length);
            memcpy(string->mask + string->length, tail->mask, tail->length);
            string->length += tail->length;
        }
    }
    *left = product;
    return true;
}

static void only_empty(struct strings *strings)
{
    strings->count = 1;
    strings->list[0].length = 0;
}

static bool exact_concat(const struct regex_tree *tree, const struct regex_node *node, int depth,
                         struct strings *strings)
{
    struct strings child;
    only_empty(strings);
    for (uint32_t i = node->first; i != NODE_NONE; i = tree->nodes[i].next)
        if (!exact_node(tree, i, depth, &child) || !cross(strings, &child))
            return false;
    return true;
}

static bool exact_alternate(const struct regex_tree *tree, const struct regex_node *node, int depth,
                            struct strings *strings)
{
    struct strings child;
    strings->count = 0;
    for (uint32_t i = node->first; i != NODE_NONE; i = tree->nodes[i].next) {
        if (!exact_node(tree, i, depth, &child) || strings->count + child.count > MAX_STRINGS)
            return false;
        memcpy(strings->list + strings->count, child.list, child.count * sizeof *child.list);
        strings->count += child.count;
    }
    return true;
}

static bool exact_repeat(const struct regex_tree *tree, const struct regex_node *node, int depth,
                         struct strings *strings)
{
    struct strings child;
    only_empty(strings);
    if (node->minimum != node->maximum || node->maximum > MAX_LENGTH)
        return false;
    if (node->maximum > 0 && !exact_node(tree, node->first, depth, &child))
        return false;
    for (uint32_t i = 0; i < node->maximum; i++)
        if (!cross(strings, &child))
            return false;
    return true;
}

static bool exact_node(const struct regex_tree *tree, uint32_t index, int depth,
                       struct strings *strings)
{
    const struct regex_node *node = &tree->nodes[index];
    if (depth == 0)
        return false;
    switch (node->kind) {
    case NODE_EMPTY:
    case NODE_LOOK:
        only_empty(strings);
        return true;
    case NODE_SET:
        return exact_set(&tree->sets[node->value], strings);
    case NODE_CONCAT:
        return exact_concat(tree, node, depth - 1, strings);
    case NODE_ALTERNATE:
        return exact_alternate(tree, node, depth - 1, strings);
    case NODE_REPEAT:
        return exact_repeat(tree, node, depth - 1, strings);
    case NODE_GROUP:
        return exact_node(tree, node->first, depth - 1, strings);
    }
    return false;
}

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
    if (node->kind == NODE_SET)
        byte_set_unite(set, &tree->sets[node->value]);
    for (uint32_t i = node->last; i != NODE_NONE; i = tree->nodes[i].previous) {
        add_last_bytes(tree, i, set);
        if (node->kind == NODE_CONCAT && tree->nodes[i].shortest > 0)
            break;
    }
}

/* Widens what is around a requirement of the children from `first` to `last` by their siblings. */
static void put_in_concat(const struct regex_tree *tree, uint32_t first, uint32_t last,
                          struct required *found)
{
    bool at_start = found->before_longest == 0;
    uint64_t inner = found->before_shortest;
    for (uint32_t i = tree->nodes[first].previous; i != NODE_NONE; i = tree->nodes[i].previous) {
        if (at_start && found->before_shortest == 0)
            add_last_bytes(tree, i, &found->before);
        found->before_shortest = add(found->before_shortest, tree->nodes[i].shortest);
        found->before_longest = add(found->before_longest, tree->nodes[i].longest);
    }
    /* The byte before may be one of the child's or of a sibling's: then it is not told. */
    if (!at_start && inner == 0)
        found->before = (struct byte_set){{UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX}};
    for (uint32_t i = tree->nodes[last].next; i != NODE_NONE; i = tree->nodes[i].next) {
        found->after_shortest = add(found->after_shortest, tree->nodes[i].shortest);
        found->after_longest = add(found->after_longest, tree->nodes[i].longest);
    }
}

static void keep_better(struct required *best, const struct required *found)
{
    if (found->strings.count > 0 && (best->strings.count == 0 || found->met < best->met))
        *best = *found;
}

/* Offers the strings of the children `first` to `last` of a concatenation. */
static void offer_run(const struct regex_tree *tree, uint32_t first, uint32_t last,
                      const struct strings *run, struct required *best)
{
    struct required found = {.strings = *run, .met = strings_frequency(run)};
    for (size_t i = 0; i < run->count; i++)
        if (run->list[i].length == 0)
            return;
    put_in_concat(tree, first, last, &found);
    keep_better(best, &found);
}

static bool required_of_concat(const struct regex_tree *tree, const struct regex_node *node,
                               int depth, struct required *best)
{
    struct strings run, child;
    uint32_t start = NODE_NONE;
    best->strings.count = 0;
    for (uint32_t i = node->first; i != NODE_NONE; i = tree->nodes[i].next) {
        struct required found;
        bool exact = exact_node(tree, i, depth, &child);
        if (exact && start != NODE_NONE && cross(&run, &child))
            continue;
        if (start != NODE_NONE)
            offer_run(tree, start, tree->nodes[i].previous, &run, best);
        start = exact ? i : NODE_NONE;
        run = child;
        if (!exact && find_required(tree, i, depth, &found)) {
            put_in_concat(tree, i, i, &found);
            keep_better(best, &found);
        }
    }
    if (start != NODE_NONE)
        offer_run(tree, start, node->last, &run, best);
    return best->strings.count > 0;
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
}

static bool required_of_alternate(const struct regex_tree *tree, const struct regex_node *node,
                                  int depth, struct required *best)
{
    struct required found;
    if (!find_required(tree, node->first, depth, best))
        return false;
    for (uint32_t i = tree->nodes[node->first].next; i != NODE_NONE; i = tree->nodes[i].next) {
        if (!find_required(tree, i, depth, &found) ||
            best->strings.count + found.strings.count > MAX_STRINGS)
            return false;
        unite(best, &found);
    }
    return true;
}

/* The first round holds it. */
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
    if (exact_node(tree, index, depth, &best->strings)) {
        best->met = strings_frequency(&best->strings);
        for (size_t i = 0; i < best->strings.count; i++)
            if (best->strings.list[i].length == 0)
                return false;
        return true;
    }
    *best = (struct required){.strings.count = 0};
    switch (node->kind) {
    case NODE_CONCAT:
        return required_of_concat(tree, node, depth - 1, best);
    case NODE_ALTERNATE:
        return required_of_alternate(tree, node, depth - 1, best);
    case NODE_REPEAT:
        return required_of_repeat(tree, node, depth - 1, best);
    case NODE_GROUP:
        return find_required(tree, node->first, depth - 1, best);
    case NODE_EMPTY:
    case NODE_SET:
    case NODE_LOOK:
        break;
    }
    return false;
}

/* --- The searcher --- */

/* Whether all letters take either case: then the searcher may ignore case, without masks. */
static bool all_folded(const struct strings *strings)
{
    bool any = false;
    for (size_t i = 0; i < strings->count; i++) {
        const struct string *string = &strings->list[i];
        for (size_t j = 0; j < string->length; j++) {
            any = any || string->mask[j] != 0xff;
            if (is_letter(string->bytes[j]) && string->mask[j] == 0xff)
                return false;
        }
    }
    return any;
}

static bool any_folded(const struct string *string)
{
    for (size_t i = 0; i < string->length; i++)
        if (string->mask[i] != 0xff)
            return true;
    return false;
}

static struct searcher *make_searcher(const struct strings *strings, struct error *error)
{
    struct needle needles[MAX_STRINGS];
    bool fold = all_folded(strings);
    for (size_t i = 0; i < strings->count; i++) {
        const struct string *string = &strings->list[i];
        needles[i] = (struct needle){
            .bytes = string->bytes,
            .mask = !fold && any_folded(string) ? string->mask : NULL,
            .length = string->length,
        };
    }
    return searcher_new(needles, strings->count, fold, error);
}

bool regex_literals_init(struct regex_literals *literals, const struct regex *regex,
                         struct error *error)
{
    /* Strings met more often than this cost more than they spare. */
    const double worth_it = 1.0 / 150;
    struct required found;
    *literals = (struct regex_literals){.searcher = NULL};
    if (!find_required(&regex->tree, regex->tree.root, MAX_DEPTH, &found) || found.met > worth_it)
        return true;
    literals->forward = found.before_longest <= REGEX_LITERAL_REACH || !regex->matches_newline;
    literals->backward = found.after_longest <= REGEX_LITERAL_REACH || !regex->matches_newline;
    literals->searcher = make_searcher(&found.strings, error);
    if (!literals->searcher)
        return false;
    literals->before_shortest = found.before_shortest;
    literals->before_longest = found.before_longest;
    literals->after_shortest = found.after_shortest;
    literals->after_longest = found.after_longest;
    literals->longest = searcher_longest(literals->searcher);
    literals->before = found.before;
    return true;
}
