/*
 * one_pass.c - finds the groups of a match in one walk over its bytes, where that is possible.
 *
 * The tree becomes a program with instructions that set the ends of groups. A state of the table
 * is a place behind an instruction that takes a byte. If two paths lead from a state to one
 * instruction, or to two that take the same byte, the expression is not one-pass.
 */
#include "regex/one_pass.h"

#include <stdlib.h>

enum {
    CODE_MOST = 1024,   /* instructions */
    STEPS_MOST = 32768, /* states times byte classes */
    MARKS_MOST = 4096,
    PATH_MOST = 64, /* marks between two bytes */
};

/* In the number of a state: more bytes change nothing. */
enum { STATE_LAST = 0x8000 };

/* ---- the program ----------------------------------------------------------------------------- */

enum operation {
    DO_SET,   /* take a byte of set `value` */
    DO_SPLIT, /* go on behind this, and at `other` */
    DO_JUMP,  /* go on at `other` */
    DO_MARK,  /* set or forget the ends of a group */
    DO_MATCH,
};

struct instruction {
    enum operation operation;
    uint32_t value; /* DO_SET: a set; DO_MARK: a group */
    uint32_t other;
    enum mark_kind { MARK_END, MARK_OPEN, MARK_CLOSE, MARK_FORGET } mark;
};

struct mark {
    unsigned char group, kind;
};

/* One step of the table. */
struct step {
    uint16_t next;  /* state, perhaps with STATE_LAST; 0: no match goes on with this byte */
    uint16_t marks; /* where a list of marks begins */
};

struct state {
    uint16_t at;    /* its place in the program */
    uint16_t marks; /* those of a match that ends here */
    bool may_end;   /* a match can end here */
};

struct regex_one_pass {
    const struct regex *regex;
    unsigned columns;              /* classes of bytes */
    uint16_t state;                /* where a match begins, */
    uint64_t skip;                 /*   that many bytes behind its start */
    struct step *steps;            /* a row for each state; row 0 is not used; owned */
    struct state *states;          /* owned */
    struct mark marks[MARKS_MOST]; /* lists, each with a MARK_END; the first one is empty */
};

struct builder {
    const struct regex_tree *tree;
    struct regex_one_pass *table;
    struct instruction code[CODE_MOST];
    uint32_t count;
    uint16_t state_of[CODE_MOST]; /* the state behind an instruction; 0: none yet */
    uint32_t visited[CODE_MOST];  /* the last state from which a path came there */
    uint32_t state_count, mark_count;
    bool failed; /* not one-pass, or too large */
};

/* Emits an instruction and returns its number; the last place is used again when it is too late. */
static uint32_t emit(struct builder *builder, enum operation operation, uint32_t value)
{
    if (builder->count == CODE_MOST) {
        builder->failed = true;
        builder->count--;
    }
    builder->code[builder->count] = (struct instruction){.operation = operation, .value = value};
    return builder->count++;
}

static uint32_t emit_mark(struct builder *builder, uint32_t group, enum mark_kind kind)
{
    uint32_t at = emit(builder, DO_MARK, group);
    builder->code[at].mark = kind;
    return at;
}

static void emit_node(struct builder *builder, uint32_t index);

/* Sets `other` of a list of instructions, linked by `other`, to the place of the next one. */
static void land(struct builder *builder, uint32_t list)
{
    while (list != REGEX_NODE_NONE && !builder->failed) {
        uint32_t next = builder->code[list].other;
        builder->code[list].other = builder->count;
        list = next;
    }
}

/* Emits: split A, jump END, split B, jump END, C. */
static void emit_alternate(struct builder *builder, const struct regex_node *node)
{
    uint32_t jumps = REGEX_NODE_NONE;
    for (uint32_t child = node->first; child != REGEX_NODE_NONE;
         child = builder->tree->nodes[child].next) {
        if (builder->tree->nodes[child].next == REGEX_NODE_NONE) {
            emit_node(builder, child);
            break;
        }
        uint32_t split = emit(builder, DO_SPLIT, 0);
        emit_node(builder, child);
        uint32_t jump = emit(builder, DO_JUMP, 0);
        builder->code[jump].other = jumps;
        jumps = jump;
        builder->code[split].other = builder->count;
    }
    land(builder, jumps);
}

/* The groups of a node, as bits. */
static unsigned groups_of(const struct regex_tree *tree, uint32_t index)
{
    const struct regex_node *node = &tree->nodes[index];
    unsigned groups = node->kind == REGEX_NODE_GROUP ? 1u << node->value : 0;
    for (uint32_t child = node->first; child != REGEX_NODE_NONE; child = tree->nodes[child].next)
        groups |= tree->nodes[child].has_group ? groups_of(tree, child) : 0;
    return groups;
}

/* A round of a repeat: only the last one counts for the groups inside. */
static void emit_round(struct builder *builder, const struct regex_node *node)
{
    unsigned groups = node->has_group ? groups_of(builder->tree, node->first) : 0;
    for (uint32_t group = 1; group < REGEX_GROUPS; group++)
        if (groups >> group & 1)
            emit_mark(builder, group, MARK_FORGET);
    emit_node(builder, node->first);
}

/* Zero or more: split BODY END, jump back. */
static void emit_loop(struct builder *builder, const struct regex_node *node)
{
    uint32_t split = emit(builder, DO_SPLIT, 0);
    emit_round(builder, node);
    uint32_t jump = emit(builder, DO_JUMP, 0);
    builder->code[jump].other = split;
    builder->code[split].other = builder->count;
}

static void emit_repeat(struct builder *builder, const struct regex_node *node)
{
    uint32_t ends = REGEX_NODE_NONE;
    /* Empty rounds could be anywhere. */
    builder->failed |= builder->tree->nodes[node->first].shortest == 0 && node->maximum > 1;
    for (uint32_t round = 0; round < node->minimum && !builder->failed; round++)
        emit_round(builder, node);
    if (node->maximum == REGEX_REPEAT_FOREVER) {
        emit_loop(builder, node);
        return;
    }
    for (uint32_t round = node->minimum; round < node->maximum && !builder->failed; round++) {
        uint32_t split = emit(builder, DO_SPLIT, 0);
        builder->code[split].other = ends;
        ends = split;
        emit_round(builder, node);
    }
    land(builder, ends);
}

static void emit_node(struct builder *builder, uint32_t index)
{
    const struct regex_node *node = &builder->tree->nodes[index];
    switch (builder->failed ? REGEX_NODE_EMPTY : node->kind) {
    case REGEX_NODE_EMPTY:
    case REGEX_NODE_LOOK:
        break;
    case REGEX_NODE_SET:
        emit(builder, DO_SET, node->value);
        break;
    case REGEX_NODE_CONCAT:
        for (uint32_t i = node->first; i != REGEX_NODE_NONE; i = builder->tree->nodes[i].next)
            emit_node(builder, i);
        break;
    case REGEX_NODE_ALTERNATE:
        emit_alternate(builder, node);
        break;
    case REGEX_NODE_REPEAT:
        emit_repeat(builder, node);
        break;
    case REGEX_NODE_GROUP:
        emit_mark(builder, node->value, MARK_OPEN);
        emit_node(builder, node->first);
        emit_mark(builder, node->value, MARK_CLOSE);
        break;
    }
}

/* ---- the table ------------------------------------------------------------------------------- */

/* The marks between two bytes. */
struct path {
    struct mark marks[PATH_MOST];
    uint32_t count;
};

/* The number of the state at a place of the program, which is added if it is new. */
static uint16_t state_at(struct builder *builder, uint32_t at)
{
    struct regex_one_pass *table = builder->table;
    if (builder->state_of[at] == 0) {
        table->states[builder->state_count].at = (uint16_t)at;
        builder->state_of[at] = (uint16_t)builder->state_count++;
    }
    return builder->state_of[at];
}

static uint16_t add_list(struct builder *builder, const struct path *path)
{
    struct regex_one_pass *table = builder->table;
    uint32_t first = builder->mark_count;
    if (path->count == 0)
        return 0;
    if (path->count >= MARKS_MOST - first) {
        builder->failed = true;
        return 0;
    }
    for (uint32_t i = 0; i < path->count; i++)
        table->marks[first + i] = path->marks[i];
    builder->mark_count += path->count + 1;
    return (uint16_t)first;
}

static void add_steps(struct builder *builder, uint16_t state, uint32_t at, const struct path *path)
{
    struct regex_one_pass *table = builder->table;
    const struct byte_set *set = &table->regex->class_sets[builder->code[at].value];
    struct step *row = &table->steps[(size_t)state * table->columns];
    struct step step = {state_at(builder, at + 1), add_list(builder, path)};
    for (unsigned class = 0; class < table->columns; class ++) {
        if (!byte_set_has(set, class))
            continue;
        builder->failed |= row[class].next != 0;
        row[class] = step;
    }
}

/* Follows all paths from `at` to the next byte, or to the end. */
static void follow(struct builder *builder, uint16_t state, uint32_t at, struct path path)
{
    while (!builder->failed) {
        const struct instruction *code = &builder->code[at];
        builder->failed = builder->visited[at] == state || path.count == PATH_MOST;
        builder->visited[at] = state;
        switch (code->operation) {
        case DO_SET:
            add_steps(builder, state, at, &path);
            return;
        case DO_MATCH:
            builder->table->states[state].may_end = true;
            builder->table->states[state].marks = add_list(builder, &path);
            return;
        case DO_SPLIT:
            follow(builder, state, at + 1, path);
            at = code->other;
            break;
        case DO_JUMP:
            at = code->other;
            break;
        case DO_MARK:
            path.marks[path.count < PATH_MOST ? path.count++ : 0] =
                (struct mark){(unsigned char)code->value, (unsigned char)code->mark};
            at++;
            break;
        }
    }
}

static bool is_last(const struct regex_one_pass *table, uint16_t state)
{
    const struct step *row = &table->steps[(size_t)state * table->columns];
    bool last = table->states[state].may_end;
    for (unsigned class = 0; class < table->columns; class ++)
        last &= row[class].next == 0 || (row[class].next == state && row[class].marks == 0);
    return last;
}

/* The state that all bytes lead to, without marks; 0: there is no such state. */
static uint16_t only_next(const struct regex_one_pass *table, uint16_t state)
{
    const struct step *row = &table->steps[(size_t)state * table->columns];
    uint16_t next = 0;
    for (unsigned class = 0; class < table->columns; class ++) {
        if (row[class].next == 0)
            continue;
        if (row[class].marks != 0 || (next != 0 && row[class].next != next))
            return 0;
        next = row[class].next;
    }
    return table->states[state].may_end ? 0 : next;
}

/* Marks the states that are last, wherever steps lead to them. */
static void flag_last(struct builder *builder)
{
    struct regex_one_pass *table = builder->table;
    for (uint32_t state = 1; state < builder->state_count; state++) {
        if (!is_last(table, (uint16_t)state))
            continue;
        for (size_t i = table->columns; i < builder->state_count * (size_t)table->columns; i++)
            if (table->steps[i].next == state)
                table->steps[i].next |= STATE_LAST;
        if (table->state == state)
            table->state |= STATE_LAST;
    }
}

/* The bytes are known to match, so those that decide nothing are not read. */
static void find_shortcuts(struct builder *builder)
{
    struct regex_one_pass *table = builder->table;
    uint16_t next;
    table->state = 1;
    /* The count bounds a loop that does not end. */
    while (table->skip < builder->count && (next = only_next(table, table->state)) != 0) {
        table->state = next;
        table->skip++;
    }
    flag_last(builder);
}

/* Allocates a table for a program of `sets` bytes. */
static bool allocate(struct regex_one_pass *table, size_t sets)
{
    size_t states = sets + 2; /* 0 and the start */
    if (states * table->columns > STEPS_MOST)
        return false;
    table->steps = calloc(states * table->columns, sizeof *table->steps);
    table->states = calloc(states, sizeof *table->states);
    return table->steps && table->states;
}

static bool build(struct builder *builder)
{
    struct regex_one_pass *table = builder->table;
    size_t sets = 0;
    emit_node(builder, builder->tree->root);
    emit(builder, DO_MATCH, 0);
    for (uint32_t i = 0; i < builder->count; i++)
        sets += builder->code[i].operation == DO_SET;
    if (builder->failed || !allocate(table, sets))
        return false;
    builder->state_count = builder->mark_count = 1;
    (void)state_at(builder, 0);
    for (uint16_t state = 1; state < builder->state_count && !builder->failed; state++)
        follow(builder, state, table->states[state].at, (struct path){.count = 0});
    if (!builder->failed)
        find_shortcuts(builder);
    return !builder->failed;
}

struct regex_one_pass *regex_one_pass_new(const struct regex *regex)
{
    struct builder *builder = calloc(1, sizeof *builder);
    struct regex_one_pass *table = calloc(1, sizeof *table);
    bool built = false;
    if (builder && table) {
        table->regex = regex;
        table->columns = regex->alphabet.count;
        builder->table = table;
        builder->tree = &regex->tree;
        built = build(builder);
    }
    free(builder);
    if (built)
        return table;
    regex_one_pass_free(table);
    return NULL;
}

void regex_one_pass_free(struct regex_one_pass *one_pass)
{
    if (!one_pass)
        return;
    free(one_pass->steps);
    free(one_pass->states);
    free(one_pass);
}

/* ---- walking --------------------------------------------------------------------------------- */

static inline void set_marks(const struct mark *mark, uint64_t place, struct regex_match *groups)
{
    for (; mark->kind != MARK_END; mark++) {
        struct regex_match *group = &groups[mark->group];
        if (mark->kind == MARK_OPEN)
            group->start = place;
        else if (mark->kind == MARK_CLOSE)
            group->end = place;
        else
            *group = (struct regex_match){UINT64_MAX, UINT64_MAX};
    }
}

/* A walk over a match. */
struct walk {
    const struct regex_one_pass *table;
    struct regex_match *groups;
    uint64_t place;
    uint16_t state; /* 0: a byte did not fit */
};

/* Walks over the bytes up to `end`, which the cursor has. */
static void walk_span(struct walk *walk, const struct regex_cursor *cursor, uint64_t end)
{
    const struct regex_one_pass *table = walk->table;
    const unsigned char *classes = table->regex->alphabet.classes;
    const unsigned char *bytes = cursor->bytes;
    uint64_t place = walk->place;
    uint16_t state = walk->state;
    for (; place < end && state > 0 && state < STATE_LAST; place++) {
        /* One read: another process may change the byte. */
        unsigned char byte = *(const volatile unsigned char *)&bytes[place - cursor->first];
        struct step step = table->steps[(size_t)state * table->columns + classes[byte]];
        set_marks(&table->marks[step.marks], place, walk->groups);
        state = step.next;
    }
    walk->place = place;
    walk->state = state;
}

enum regex_result regex_one_pass_groups(const struct regex_one_pass *one_pass,
                                        struct regex_cursor *cursor,
                                        const struct regex_match *match,
                                        struct regex_match groups[REGEX_GROUPS])
{
    struct walk walk = {one_pass, groups, match->start + one_pass->skip, one_pass->state};
    while (walk.place < match->end && walk.state > 0 && walk.state < STATE_LAST) {
        if (!regex_cursor_seek(cursor, walk.place, false))
            return REGEX_UNREADABLE;
        walk_span(&walk, cursor, minimum_u64(match->end, cursor->end));
    }
    const struct state *last = &one_pass->states[walk.state & ~(unsigned)STATE_LAST];
    if (walk.place > match->end || !last->may_end)
        return REGEX_NONE;
    set_marks(&one_pass->marks[last->marks], match->end, groups);
    return REGEX_FOUND;
}
