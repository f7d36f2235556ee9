/*
 * groups.c - which bytes of a match each group took, by POSIX's rule.
 *
 * The rule (POSIX.1-2017, 9.1): each subexpression, from left to right, takes the longest string it
 * can without changing the whole match; an empty string counts as longer than no match. Read as an
 * order of parse trees (Okui and Suzuki, "Disambiguation in Regular Expression Matching via
 * Position Automata", 2010) it can be followed from the top. The bytes of a node are known. Its
 * first child takes the longest prefix that lets the other children match the rest, then the
 * second, and so on. A repeat is a row of children, of which only the last decides the groups
 * inside. An alternative is the first that fits. cutter.c finds where a part of a node ends.
 */
#include "regex/cutter.h"
#include "regex/one_pass.h"

struct grouping {
    struct regex_matcher *matcher;
    struct regex_cursor *cursor;
    struct regex_match *groups;
};

static enum regex_result assign(const struct grouping *grouping, uint32_t index,
                                struct regex_match bytes);

/* The shortest and the longest length of the children from `index` on. */
static void measure_rest(const struct regex_tree *tree, uint32_t index, uint64_t *shortest,
                         uint64_t *longest)
{
    *shortest = *longest = 0;
    for (; index != REGEX_NODE_NONE; index = tree->nodes[index].next) {
        const struct regex_node *child = &tree->nodes[index];
        *shortest += child->shortest;
        *longest = child->longest > UINT64_MAX - *longest ? UINT64_MAX : *longest + child->longest;
    }
}

/* A concatenation and the bytes that it matched. */
struct concatenation {
    const struct grouping *grouping;
    uint32_t index; /* its node */
    struct regex_match bytes;
    struct cutter cutter; /* not set up while lengths alone tell where a child ends */
};

/* Moves `*place` from the start of child `index` to its end. */
static bool cut_child(struct concatenation *whole, uint32_t index, const struct part *part,
                      uint64_t *place)
{
    const struct grouping *grouping = whole->grouping;
    const struct regex_tree *tree = &grouping->matcher->regex->tree;
    const struct regex_node *child = &tree->nodes[index];
    uint64_t start = *place, shortest, longest;
    measure_rest(tree, child->next, &shortest, &longest);
    if (child->shortest == child->longest)
        *place += child->shortest;
    else if (shortest == longest)
        *place = whole->bytes.end - shortest;
    else if (!whole->cutter.program.code &&
             !cutter_init(&whole->cutter, grouping->matcher, grouping->cursor, whole->index,
                          &whole->bytes))
        return false;
    else
        return cutter_cut(&whole->cutter, part, place);
    /* If the bytes have changed since the match was found, the parts may not fit. */
    *place = minimum_u64(maximum_u64(*place, start), whole->bytes.end);
    return true;
}

static enum regex_result assign_concat(const struct grouping *grouping, uint32_t index,
                                       struct regex_match bytes)
{
    const struct regex_tree *tree = &grouping->matcher->regex->tree;
    struct concatenation concatenation = {grouping, index, bytes, {.result = REGEX_FOUND}};
    struct part part = {0, 0};
    uint32_t children[REGEX_GROUPS];
    struct regex_match taken[REGEX_GROUPS];
    size_t count = 0;
    uint64_t place = bytes.start;
    bool whole = true;
    for (uint32_t i = tree->nodes[index].first; whole && i != REGEX_NODE_NONE;
         i = tree->nodes[i].next) {
        uint64_t start = place;
        part = (struct part){part.exit, part.exit + tree->nodes[i].size};
        whole = cut_child(&concatenation, i, &part, &place);
        if (tree->nodes[i].has_group) {
            children[count] = i;
            taken[count++] = (struct regex_match){start, place};
        }
    }
    enum regex_result result = whole ? REGEX_FOUND : concatenation.cutter.result;
    /* Release before the recursion, so that only one cutter exists at a time. */
    cutter_release(&concatenation.cutter);
    for (size_t i = 0; i < count && result == REGEX_FOUND; i++)
        result = assign(grouping, children[i], taken[i]);
    return result;
}

static enum regex_result assign_alternate(const struct grouping *grouping, uint32_t index,
                                          struct regex_match bytes)
{
    const struct regex_tree *tree = &grouping->matcher->regex->tree;
    uint32_t child = tree->nodes[index].first, entry = 1; /* behind the split */
    struct cutter cutter;
    bool whole = cutter_init(&cutter, grouping->matcher, grouping->cursor, index, &bytes);
    /* If no other alternative fits, it is the last. */
    for (bool hope = false; whole && tree->nodes[child].next != REGEX_NODE_NONE;) {
        whole = cutter_has_hope(&cutter, bytes.start, entry, &hope);
        if (hope)
            break;
        entry += tree->nodes[child].size + 2;
        child = tree->nodes[child].next;
    }
    enum regex_result result = whole ? REGEX_FOUND : cutter.result;
    cutter_release(&cutter);
    return result == REGEX_FOUND ? assign(grouping, child, bytes) : result;
}

/* The code of one round of a repeat, as emit_repeat() lays it out. */
static struct part part_of_round(const struct regex_node *node, uint32_t size, uint32_t round)
{
    uint32_t entry;
    if (node->maximum == REGEX_REPEAT_FOREVER && node->minimum == 0)
        entry = 1;
    else if (node->maximum == REGEX_REPEAT_FOREVER)
        entry = (round < node->minimum ? round : node->minimum - 1) * size;
    else if (round < node->minimum)
        entry = round * size;
    else
        entry = node->minimum * size + (round - node->minimum) * (size + 1) + 1;
    return (struct part){entry, entry + size};
}

/*
 * Finds the last round of a repeat. After the minimum, rounds go on while bytes are left. There is
 * no round only if not even one empty round is possible.
 */
static bool cut_rounds(struct cutter *cutter, const struct regex_node *node, uint32_t size,
                       struct regex_match *last, bool *any)
{
    uint64_t place = cutter->start;
    *any = false;
    for (uint32_t round = 0; round < node->maximum; round++) {
        struct part part = part_of_round(node, size, round);
        bool optional = round >= node->minimum && round > 0;
        if (optional && place == cutter->end)
            return true;
        bool hope;
        if (!cutter_has_hope(cutter, place, part.entry, &hope))
            return false;
        if (!hope)
            return true;
        last->start = place;
        if (!cutter_cut(cutter, &part, &place))
            return false;
        last->end = place;
        *any = true;
        /* Only if the bytes have changed since: avoid an endless loop. */
        if (optional && place == last->start)
            return true;
    }
    return true;
}

static enum regex_result assign_repeat(const struct grouping *grouping, uint32_t index,
                                       struct regex_match bytes)
{
    const struct regex_tree *tree = &grouping->matcher->regex->tree;
    const struct regex_node *node = &tree->nodes[index];
    struct regex_match last = bytes;
    bool any = false;
    struct cutter cutter;
    bool whole = cutter_init(&cutter, grouping->matcher, grouping->cursor, index, &bytes) &&
                 cut_rounds(&cutter, node, tree->nodes[node->first].size, &last, &any);
    cutter_release(&cutter);
    if (!whole)
        return cutter.result;
    return any ? assign(grouping, node->first, last) : REGEX_FOUND;
}

static enum regex_result assign(const struct grouping *grouping, uint32_t index,
                                struct regex_match bytes)
{
    const struct regex_node *node = &grouping->matcher->regex->tree.nodes[index];
    if (!node->has_group)
        return REGEX_FOUND;
    switch (node->kind) {
    case REGEX_NODE_GROUP:
        grouping->groups[node->value] = bytes;
        return assign(grouping, node->first, bytes);
    case REGEX_NODE_CONCAT:
        return assign_concat(grouping, index, bytes);
    case REGEX_NODE_ALTERNATE:
        return assign_alternate(grouping, index, bytes);
    case REGEX_NODE_REPEAT:
        return assign_repeat(grouping, index, bytes);
    case REGEX_NODE_EMPTY:
    case REGEX_NODE_SET:
    case REGEX_NODE_LOOK:
        break;
    }
    return REGEX_FOUND;
}

static void clear_groups(const struct regex_match *match, struct regex_match *groups)
{
    groups[0] = *match;
    for (int i = 1; i < REGEX_GROUPS; i++)
        groups[i] = (struct regex_match){UINT64_MAX, UINT64_MAX};
}

enum regex_result regex_groups(struct regex_matcher *matcher, const struct regex_text *text,
                               const struct regex_match *match,
                               struct regex_match groups[REGEX_GROUPS])
{
    struct regex_cursor cursor = {.text = text};
    struct grouping grouping = {matcher, &cursor, groups};
    clear_groups(match, groups);
    if (matcher->fixed_groups.known &&
        match->end - match->start >= matcher->fixed_groups.shortest) {
        regex_fixed_groups_place(&matcher->fixed_groups, match, groups);
        return REGEX_FOUND;
    }
    if (!matcher->one_pass_tried)
        matcher->one_pass = regex_one_pass_new(matcher->regex);
    matcher->one_pass_tried = true;
    if (matcher->one_pass) {
        enum regex_result result = regex_one_pass_groups(matcher->one_pass, &cursor, match, groups);
        matcher->group_work += match->end - match->start;
        if (result != REGEX_NONE)
            return result;
        clear_groups(match, groups);
    }
    return assign(&grouping, matcher->regex->tree.root, *match);
}
