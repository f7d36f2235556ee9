/* cutter.c - divides the bytes of a match among the parts of a node; cutter.h explains how. */
#include "regex/cutter.h"

#include <stdlib.h>
#include <string.h>

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

/* The neighbours of an offset; `class` is the class of the byte at it. */
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

/*
 * Whether there is hope at an instruction. `row` has the hopes of this offset that are known so
 * far, `after` those of the next.
 */
static bool has_hope(const struct cutter *cutter, uint32_t index, const uint64_t *row,
                     const uint64_t *after, const struct surroundings *around)
{
    const struct regex_instruction *instruction = &cutter->program.code[index];
    const struct byte_set *sets = cutter->matcher->regex->class_sets;
    switch (instruction->operation) {
    case REGEX_DO_SET:
        return after && byte_set_has(&sets[instruction->value], around->class) &&
               row_has(after, instruction->next);
    case REGEX_DO_SPLIT:
        return row_has(row, instruction->next) || row_has(row, instruction->other);
    case REGEX_DO_JUMP:
        return row_has(row, instruction->next);
    case REGEX_DO_LOOK:
        return row_has(row, instruction->next) &&
               regex_look_holds(instruction->value, around->left, around->right);
    case REGEX_DO_MATCH:
        return !after;
    }
    return false;
}

/*
 * Fills the row of an offset from that of the next, `after` (NULL at the end of the node). Steps
 * without a byte lead to higher instructions, except in loops. So one pass from the highest down is
 * enough without loops; with them, passes go on until nothing changes.
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

/* Fills `rows` with the hopes of a block; its upper border is known. */
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

/* Walks back over all blocks and keeps their borders. */
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

/* The hopes of an offset; NULL: unreadable. */
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

void cutter_release(struct cutter *cutter)
{
    regex_program_release(&cutter->program);
    free(cutter->borders);
    free(cutter->rows);
    free(cutter->scratch);
}

bool cutter_init(struct cutter *cutter, struct regex_matcher *matcher, struct regex_cursor *cursor,
                 uint32_t node, const struct regex_match *bytes)
{
    *cutter = (struct cutter){
        .matcher = matcher,
        .cursor = cursor,
        .start = bytes->start,
        .end = bytes->end,
        .first_row = UINT64_MAX,
        .result = REGEX_NO_MEMORY,
    };
    if (!regex_program_make(&cutter->program, &matcher->regex->tree, node, false, NULL) ||
        !allocate(cutter))
        return false;
    return fill_borders(cutter);
}

/* Follows a thread through `part` while there is hope. Returns whether it left the part. */
static bool follow(struct cutter *cutter, const struct part *part, uint32_t target,
                   const uint64_t *hopes, const struct surroundings *around)
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
        } else if (instruction->operation == REGEX_DO_SET) {
            cutter->then[cutter->then_count++] = index;
        } else if (instruction->operation != REGEX_DO_LOOK ||
                   regex_look_holds(instruction->value, around->left, around->right)) {
            cutter->stack[height++] = instruction->next;
            if (instruction->operation == REGEX_DO_SPLIT)
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

/* Steps the threads in `now` over a byte into `then`. Returns whether one left the part. */
static bool step(struct cutter *cutter, const struct part *part, unsigned class,
                 const uint64_t *hopes, const struct surroundings *around)
{
    const struct byte_set *sets = cutter->matcher->regex->class_sets;
    bool left = false;
    for (uint32_t i = 0; i < cutter->now_count; i++) {
        const struct regex_instruction *instruction = &cutter->program.code[cutter->now[i]];
        if (byte_set_has(&sets[instruction->value], class) &&
            follow(cutter, part, instruction->next, hopes, around))
            left = true;
    }
    return left;
}

bool cutter_cut(struct cutter *cutter, const struct part *part, uint64_t *place)
{
    struct surroundings around;
    unsigned class = 0;
    cutter->now_count = 0;
    for (uint64_t at = *place;; at++) {
        const uint64_t *hopes = hopes_at(cutter, at);
        if (!hopes || !look_around(cutter, at, &around))
            return false;
        next_generation(cutter);
        cutter->then_count = 0;
        bool left = cutter->now_count == 0 ? follow(cutter, part, part->entry, hopes, &around)
                                           : step(cutter, part, class, hopes, &around);
        if (left)
            *place = at;
        if (cutter->then_count == 0)
            return true;
        uint32_t *swap = cutter->now;
        cutter->now = cutter->then;
        cutter->then = swap;
        cutter->now_count = cutter->then_count;
        class = around.class;
    }
}

bool cutter_has_hope(struct cutter *cutter, uint64_t place, uint32_t index, bool *hope)
{
    const uint64_t *hopes = hopes_at(cutter, place);
    if (hopes)
        *hope = row_has(hopes, index);
    return hopes != NULL;
}
