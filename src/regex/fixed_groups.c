/* fixed_groups.c - groups whose place follows from where the match starts and ends. */
#include "regex/fixed_groups.h"

struct bounds {
    struct regex_fixed_place start, end;
};

static struct regex_fixed_place behind(struct regex_fixed_place place, uint64_t bytes)
{
    place.distance = place.from_end ? place.distance - bytes : place.distance + bytes;
    return place;
}

static struct regex_fixed_place before(struct regex_fixed_place place, uint64_t bytes)
{
    place.distance = place.from_end ? place.distance + bytes : place.distance - bytes;
    return place;
}

static bool has_one_length(const struct regex_node *node)
{
    return node->shortest == node->longest;
}

/* Whether all children from `index` on have one length, and the sum of these lengths. */
static bool rest_is_fixed(const struct regex_tree *tree, uint32_t index, uint64_t *sum)
{
    *sum = 0;
    for (; index != REGEX_NODE_NONE; index = tree->nodes[index].next) {
        if (!has_one_length(&tree->nodes[index]))
            return false;
        *sum += tree->nodes[index].shortest;
    }
    return true;
}

static bool place_node(struct regex_fixed_groups *fixed, const struct regex_tree *tree,
                       uint32_t index, struct bounds bounds);

/* From the left, as long as it is known where a child starts, and again behind the last that
 * varies.
 */
static bool place_children(struct regex_fixed_groups *fixed, const struct regex_tree *tree,
                           uint32_t index, struct bounds bounds)
{
    struct bounds part = {bounds.start, bounds.start};
    bool start_known = true, end_known = true;
    for (uint32_t i = tree->nodes[index].first; i != REGEX_NODE_NONE; i = tree->nodes[i].next) {
        const struct regex_node *child = &tree->nodes[i];
        uint64_t rest;
        part.start = part.end;
        start_known = end_known;
        if (has_one_length(child)) {
            part.end = behind(part.start, child->shortest);
        } else {
            end_known = rest_is_fixed(tree, child->next, &rest);
            part.end = before(bounds.end, rest);
        }
        if (child->has_group && !(start_known && end_known && place_node(fixed, tree, i, part)))
            return false;
    }
    return true;
}

static bool place_node(struct regex_fixed_groups *fixed, const struct regex_tree *tree,
                       uint32_t index, struct bounds bounds)
{
    const struct regex_node *node = &tree->nodes[index];
    if (!node->has_group)
        return true;
    switch (node->kind) {
    case REGEX_NODE_GROUP:
        fixed->groups[node->value].start = bounds.start;
        fixed->groups[node->value].end = bounds.end;
        if (node->value >= fixed->count)
            fixed->count = node->value + 1;
        return place_node(fixed, tree, node->first, bounds);
    case REGEX_NODE_CONCAT:
        return place_children(fixed, tree, index, bounds);
    case REGEX_NODE_ALTERNATE:
    case REGEX_NODE_REPEAT:
    case REGEX_NODE_EMPTY:
    case REGEX_NODE_SET:
    case REGEX_NODE_LOOK:
        break;
    }
    return false;
}

void regex_fixed_groups_init(struct regex_fixed_groups *fixed, const struct regex_tree *tree)
{
    struct bounds whole = {{false, 0}, {true, 0}};
    *fixed = (struct regex_fixed_groups){.count = 1, .shortest = tree->nodes[tree->root].shortest};
    fixed->known = place_node(fixed, tree, tree->root, whole);
}

static uint64_t offset_of(struct regex_fixed_place place, const struct regex_match *match)
{
    return place.from_end ? match->end - place.distance : match->start + place.distance;
}

void regex_fixed_groups_place(const struct regex_fixed_groups *fixed,
                              const struct regex_match *match,
                              struct regex_match groups[REGEX_GROUPS])
{
    for (unsigned i = 1; i < fixed->count; i++) {
        groups[i].start = offset_of(fixed->groups[i].start, match);
        groups[i].end = offset_of(fixed->groups[i].end, match);
    }
}
