/*
 * regex_groups.c - which bytes of a match each group took, by POSIX's rule.
 *
 * The rule (POSIX.1-2017, 9.1): each subexpression, from left to right, takes the
 * longest string it can, the whole match staying what it is; a null string counts
 * as longer than no match. Read as an order on parse trees (Okui and Suzuki,
 * "Disambiguation in Regular Expression Matching via Position Automata", 2010)
 * it can be followed from the top: the bytes of a node are known; its first
 * child takes the longest start of them that lets the others match the rest,
 * then the second, and so on. A repeat is a row of children, of which only the
 * last tells about the groups inside; an alternative is the first that fits.
 *
 * Cutting up a node's bytes takes a walk back that finds, for each place, the
 * instructions from which the node's end can be reached ("hopes"), and a walk
 * forward that follows the threads of one child as long as there is hope: it
 * stops exactly where the child must end. The hopes of a block of places are
 * kept, and those at each block's border; within a block they are found again
 * when the walk forward comes to it. So a node costs three passes over its bytes,
 * and memory goes with the square root of their number.
 */
#include "regex_internal.h"

#include <stdlib.h>
#include <string.h>

/* The cutting up of one node's bytes [start, end). */
struct cutter {
    struct regex_matcher *matcher;
    struct regex_cursor *cursor;
    struct regex_program program; /* of the node alone */
    uint64_t start, end;
    size_t words; /* of a row: a bit an instruction */
    uint64_t block;
    uint64_t *borders;    /* rows of the places start, start + block, ..., and of end */
    uint64_t *rows;       /* of the places of one block, both borders included */
    uint64_t first_row;   /* the block in `rows`, counted from 0; UINT64_MAX: none */
    uint32_t *scratch;    /* what holds the next four */
    uint32_t *now, *then; /* threads of the walk forward */
    uint32_t *marks;      /* by instruction: the place that reached it, as a generation */
    uint32_t *stack;      /* of twice as many: an instruction leads to two at most */
    uint32_t generation;
    enum regex_result result; /* what went wrong */
};

static bool row_has(const uint64_t *row, uint32_t index)
{
    return row[index / 64] >> (index % 64) & 1;
}

static void row_add(uint64_t *row, uint32_t index)
{
    row[index / 64] |= UINT64_C(1) << (index % 64);
}

static uint64_t *row_at(uint64_t *rows, const struct cutter *cutter, uint64_t index)
{
    return rows + (size_t)index * cutter->words;
}

/* What stands around a place; `class` is that of the byte behind it. */
struct surroundings {
    unsigned class;
    enum regex_context left, right;
};

static bool look_around(struct cutter *cutter, uint64_t place, struct surroundings *around)
{
    const struct regex *regex = cutter->matcher->regex;
    unsigned before = regex->alphabet.count;
    if ((cutter->program.has_looks &&
         !regex_cursor_class_before(cutter->cursor, regex, place, &before)) ||
        !regex_cursor_class_at(cutter->cursor, regex, place, &around->class)) {
        cutter->result = REGEX_UNREADABLE;
        return false;
    }
    around->left = (enum regex_context)regex->alphabet.contexts[before];
    around->right = (enum regex_context)regex->alphabet.contexts[around->class];
    return true;
}

/* Whether there is hope at an instruction, `row` holding the hopes of this place known so far. */
static bool has_hope(const struct cutter *cutter, uint32_t index, const uint64_t *row,
                     const uint64_t *after, const struct surroundings *around)
{
    const struct regex_instruction *instruction = &cutter->program.code[index];
    const struct byte_set *sets = cutter->matcher->regex->class_sets;
    switch (instruction->operation) {
    case DO_SET:
        return after && byte_set_has(&sets[instruction->value], around->class) &&
               row_has(after, instruction->next);
    case DO_SPLIT:
        return row_has(row, instruction->next) || row_has(row, instruction->other);
    case DO_JUMP:
        return row_has(row, instruction->next);
    case DO_LOOK:
        return row_has(row, instruction->next) &&
               regex_look_holds(instruction->value, around->left, around->right);
    case DO_MATCH:
        return !after;
    }
    return false;
}

/*
 * Fills the row of a place from that of the next, `after` (NULL at the node's
 * end). Steps that pass no byte lead to higher instructions, but for those of
 * loops: so one pass from the highest down, and more only as long as loops add.
 */
static void fill_row(struct cutter *cutter, uint64_t *row, const uint64_t *after,
                     const struct surroundings *around)
{
    bool changed = true;
    memset(row, 0, cutter->words * sizeof *row);
    while (changed) {
        changed = false;
        cutter->matcher->group_work += cutter->program.count;
        for (uint32_t index = cutter->program.count; index-- > 0;) {
            if (!row_has(row, index) && has_hope(cutter, index, row, after, around)) {
                row_add(row, index);
                changed = true;
            }
        }
        changed = changed && cutter->program.has_loops;
    }
}

static uint64_t block_start(const struct cutter *cutter, uint64_t block)
{
    return cutter->start + block * cutter->block;
}

static uint64_t block_end(const struct cutter *cutter, uint64_t block)
{
    return minimum_u64(block_start(cutter, block) + cutter->block, cutter->end);
}

/* Fills `rows` with the hopes of a block; the border above it is known. */
static bool fill_block(struct cutter *cutter, uint64_t block)
{
    uint64_t start = block_start(cutter, block), place = block_end(cutter, block);
    struct surroundings around;
    if (cutter->first_row == block)
        return true;
    memcpy(row_at(cutter->rows, cutter, place - start), row_at(cutter->borders, cutter, block + 1),
           cutter->words * sizeof(uint64_t));
    while (place-- > start) {
        if (!look_around(cutter, place, &around))
            return false;
        uint64_t *row = row_at(cutter->rows, cutter, place - start);
        fill_row(cutter, row, row + cutter->words, &around);
    }
    cutter->first_row = block;
    return true;
}

/* Walks back over all blocks, keeping their borders. */
static bool fill_borders(struct cutter *cutter)
{
    uint64_t blocks = (cutter->end - cutter->start + cutter->block - 1) / cutter->block;
    struct surroundings around;
    if (!look_around(cutter, cutter->end, &around))
        return false;
    fill_row(cutter, row_at(cutter->borders, cutter, blocks), NULL, &around);
    while (blocks-- > 0) {
        if (!fill_block(cutter, blocks))
            return false;
        memcpy(row_at(cutter->borders, cutter, blocks), cutter->rows,
               cutter->words * sizeof(uint64_t));
    }
    return true;
}

/* The hopes of a place; NULL: unreadable. */
static const uint64_t *hopes_at(struct cutter *cutter, uint64_t place)
{
    uint64_t block = (place - cutter->start) / cutter->block;
    if (place == cutter->end) {
        uint64_t blocks = (cutter->end - cutter->start + cutter->block - 1) / cutter->block;
        return row_at(cutter->borders, cutter, blocks);
    }
    if (!fill_block(cutter, block))
        return NULL;
    return row_at(cutter->rows, cutter, place - block_start(cutter, block));
}

static uint64_t square_root(uint64_t number)
{
    uint64_t root = 1;
    while (root < UINT32_MAX && root * root < number)
        root *= 2;
    return root;
}

static bool allocate(struct cutter *cutter)
{
    uint64_t length = cutter->end - cutter->start;
    size_t count = cutter->program.count;
    cutter->words = count / 64 + 1;
    cutter->block = square_root(length);
    uint64_t borders = length / cutter->block + 2, rows = cutter->block + 1;
    if (borders > SIZE_MAX / 8 / cutter->words || rows > SIZE_MAX / 8 / cutter->words)
        return false;
    cutter->borders = malloc((size_t)borders * cutter->words * sizeof(uint64_t));
    cutter->rows = malloc((size_t)rows * cutter->words * sizeof(uint64_t));
    cutter->scratch = calloc(5 * count + 1, sizeof(uint32_t));
    if (!cutter->borders || !cutter->rows || !cutter->scratch)
        return false;
    cutter->now = cutter->scratch;
    cutter->then = cutter->now + count;
    cutter->marks = cutter->then + count;
    cutter->stack = cutter->marks + count;
    return true;
}

static void cutter_release(struct cutter *cutter)
{
    regex_program_release(&cutter->program);
    free(cutter->borders);
    free(cutter->rows);
    free(cutter->scratch);
}

/* On failure `result` tells why; to be released in any case. */
static bool cutter_init(struct cutter *cutter, struct regex_matcher *matcher,
                        struct regex_cursor *cursor, uint32_t node, const struct regex_match *bytes)
{
    struct error error;
    *cutter = (struct cutter){
        .matcher = matcher,
        .cursor = cursor,
        .start = bytes->start,
        .end = bytes->end,
        .first_row = UINT64_MAX,
        .result = REGEX_NO_MEMORY,
    };
    if (!regex_program_make(&cutter->program, &matcher->regex->tree, node, false, &error) ||
        !allocate(cutter))
        return false;
    return fill_borders(cutter);
}

/* A part of the node's program: a child, or one round of a repeat. */
struct part {
    uint32_t entry, exit;
};

/* Follows a thread through `part` while there is hope. Returns whether it left the part. */
static bool follow(struct cutter *cutter, const struct part *part, uint32_t target,
                   const uint64_t *hopes, const struct surroundings *around, uint32_t *count)
{
    bool left = false;
    uint32_t height = 0;
    cutter->stack[height++] = target;
    while (height > 0) {
        uint32_t index = cutter->stack[--height];
        const struct regex_instruction *instruction = &cutter->program.code[index];
        cutter->matcher->group_work++;
        if (!row_has(hopes, index) || cutter->marks[index] == cutter->generation)
            continue;
        cutter->marks[index] = cutter->generation;
        if (index == part->exit) {
            left = true;
        } else if (instruction->operation == DO_SET) {
            cutter->then[(*count)++] = index;
        } else if (instruction->operation != DO_LOOK ||
                   regex_look_holds(instruction->value, around->left, around->right)) {
            cutter->stack[height++] = instruction->next;
            if (instruction->operation == DO_SPLIT)
                cutter->stack[height++] = instruction->other;
        }
    }
    return left;
}

static void next_generation(struct cutter *cutter)
{
    if (++cutter->generation == 0) {
        memset(cutter->marks, 0, cutter->program.count * sizeof *cutter->marks);
        cutter->generation = 1;
    }
}

/* Steps the threads in `now` over a byte, into `then`, which follow() fills. */
static bool step(struct cutter *cutter, const struct part *part, unsigned class, uint32_t now_count,
                 const uint64_t *hopes, const struct surroundings *around, uint32_t *count)
{
    const struct byte_set *sets = cutter->matcher->regex->class_sets;
    bool left = false;
    for (uint32_t i = 0; i < now_count; i++) {
        const struct regex_instruction *instruction = &cutter->program.code[cutter->now[i]];
        if (byte_set_has(&sets[instruction->value], class) &&
            follow(cutter, part, instruction->next, hopes, around, count))
            left = true;
    }
    return left;
}

/* The longest string from `*place` on that `part` can take; moves the place behind it. */
static bool cut(struct cutter *cutter, const struct part *part, uint64_t *place)
{
    struct surroundings around;
    unsigned class = 0;
    uint32_t now_count = 0;
    for (uint64_t at = *place;; at++) {
        uint32_t count = 0;
        const uint64_t *hopes = hopes_at(cutter, at);
        if (!hopes || !look_around(cutter, at, &around))
            return false;
        next_generation(cutter);
        bool left = now_count == 0 ? follow(cutter, part, part->entry, hopes, &around, &count)
                                   : step(cutter, part, class, now_count, hopes, &around, &count);
        if (left)
            *place = at;
        if (count == 0)
            return true;
        uint32_t *swap = cutter->now;
        cutter->now = cutter->then;
        cutter->then = swap;
        now_count = count;
        class = around.class;
    }
}

/* --- The tree, from the top --- */

struct grouping {
    struct regex_matcher *matcher;
    struct regex_cursor *cursor;
    struct regex_match *groups;
};

static enum regex_result assign(const struct grouping *grouping, uint32_t index,
                                struct regex_match bytes);

/* What the children from `index` on take at least and at most. */
static void measure_rest(const struct regex_tree *tree, uint32_t index, uint64_t *shortest,
                         uint64_t *longest)
{
    *shortest = *longest = 0;
    for (; index != NODE_NONE; index = tree->nodes[index].next) {
        const struct regex_node *child = &tree->nodes[index];
        *shortest += child->shortest;
        *longest = child->longest > UINT64_MAX - *longest ? UINT64_MAX : *longest + child->longest;
    }
}

/*
 * Where the child `index` of a concatenation ends that starts at `*place`. Where
 * lengths alone tell, the cutter is not set up.
 */
static bool cut_child(const struct grouping *grouping, struct cutter *cutter, uint32_t parent,
                      uint32_t index, const struct regex_match *bytes, const struct part *part,
                      uint64_t *place)
{
    const struct regex_tree *tree = &grouping->matcher->regex->tree;
    const struct regex_node *child = &tree->nodes[index];
    uint64_t start = *place, shortest, longest;
    measure_rest(tree, child->next, &shortest, &longest);
    if (child->shortest == child->longest)
        *place += child->shortest;
    else if (shortest == longest)
        *place = bytes->end - shortest;
    else if (!cutter->program.code &&
             !cutter_init(cutter, grouping->matcher, grouping->cursor, parent, bytes))
        return false;
    else
        return cut(cutter, part, place);
    /* Where the bytes have changed since the match was found, the parts may not fit. */
    *place = minimum_u64(maximum_u64(*place, start), bytes->end);
    return true;
}

static enum regex_result assign_concat(const struct grouping *grouping, uint32_t index,
                                       struct regex_match bytes)
{
    const struct regex_tree *tree = &grouping->matcher->regex->tree;
    struct cutter cutter = {.result = REGEX_FOUND};
    struct part part = {0, 0};
    uint32_t children[REGEX_GROUPS];
    struct regex_match taken[REGEX_GROUPS];
    size_t count = 0;
    uint64_t place = bytes.start;
    bool whole = true;
    for (uint32_t i = tree->nodes[index].first; whole && i != NODE_NONE; i = tree->nodes[i].next) {
        uint64_t start = place;
        part = (struct part){part.exit, part.exit + tree->nodes[i].size};
        whole = cut_child(grouping, &cutter, index, i, &bytes, &part, &place);
        if (tree->nodes[i].has_group) {
            children[count] = i;
            taken[count++] = (struct regex_match){start, place};
        }
    }
    enum regex_result result = whole ? REGEX_FOUND : cutter.result;
    cutter_release(&cutter); /* before going down, so that memory is that of one level */
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
    const uint64_t *hopes = NULL;
    if (cutter_init(&cutter, grouping->matcher, grouping->cursor, index, &bytes))
        hopes = hopes_at(&cutter, bytes.start);
    enum regex_result result = hopes ? REGEX_FOUND : cutter.result;
    /* When none but the last is left, it is that one. */
    while (hopes && tree->nodes[child].next != NODE_NONE && !row_has(hopes, entry)) {
        entry += tree->nodes[child].size + 2;
        child = tree->nodes[child].next;
    }
    cutter_release(&cutter);
    return result == REGEX_FOUND ? assign(grouping, child, bytes) : result;
}

/* The code of one round of a repeat: see emit_repeat() for how it is laid out. */
static struct part part_of_round(const struct regex_node *node, uint32_t size, uint32_t round)
{
    uint32_t entry;
    if (node->maximum == REPEAT_FOREVER && node->minimum == 0)
        entry = 1;
    else if (node->maximum == REPEAT_FOREVER)
        entry = (round < node->minimum ? round : node->minimum - 1) * size;
    else if (round < node->minimum)
        entry = round * size;
    else
        entry = node->minimum * size + (round - node->minimum) * (size + 1) + 1;
    return (struct part){entry, entry + size};
}

/*
 * The last round of a repeat. Past the minimum, rounds go on while bytes are left;
 * none at all is the choice only where not even one empty round is possible.
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
        const uint64_t *hopes = hopes_at(cutter, place);
        if (!hopes)
            return false;
        if (!row_has(hopes, part.entry))
            return true;
        last->start = place;
        if (!cut(cutter, &part, &place))
            return false;
        last->end = place;
        *any = true;
        /* Only bytes that have changed meanwhile leave a round without any of those left. */
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
    case NODE_GROUP:
        grouping->groups[node->value] = bytes;
        return assign(grouping, node->first, bytes);
    case NODE_CONCAT:
        return assign_concat(grouping, index, bytes);
    case NODE_ALTERNATE:
        return assign_alternate(grouping, index, bytes);
    case NODE_REPEAT:
        return assign_repeat(grouping, index, bytes);
    case NODE_EMPTY:
    case NODE_SET:
    case NODE_LOOK:
        break;
    }
    return REGEX_FOUND;
}

enum regex_result regex_groups(struct regex_matcher *matcher, const struct regex_text *text,
                               const struct regex_match *match,
                               struct regex_match groups[REGEX_GROUPS])
{
    struct regex_cursor cursor = {.text = text};
    struct grouping grouping = {matcher, &cursor, groups};
    groups[0] = *match;
    for (int i = 1; i < REGEX_GROUPS; i++)
        groups[i] = (struct regex_match){UINT64_MAX, UINT64_MAX};
    return assign(&grouping, matcher->regex->tree.root, *match);
}
