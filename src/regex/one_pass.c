/*
 * one_pass.c - finds the groups of a match in one walk over its bytes, where that is possible.
 *
 * The table is made from a program (one_pass_program.h). A state of the table is a place behind an
 * instruction that takes a byte. If two paths lead from a state to one instruction, or to two that
 * take the same byte, the expression is not one-pass.
 */
#include "regex/one_pass.h"
#include "regex/one_pass_program.h"

#include <stdlib.h>

enum {
    STEPS_MOST = 32768, /* states times byte classes */
    MARKS_MOST = 4096,
    PATH_MOST = 64, /* marks between two bytes */
};

/* In the number of a state: more bytes change nothing. */
enum { STATE_LAST = 0x8000 };

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
    struct mark marks[MARKS_MOST]; /* lists, each with its end; the first one is empty */
};

struct builder {
    struct regex_one_pass *table;
    struct one_pass_program program;
    uint16_t state_of[ONE_PASS_CODE_MOST]; /* the state behind an instruction; 0: none yet */
    uint32_t visited[ONE_PASS_CODE_MOST];  /* the last state from which a path came there */
    uint32_t state_count, mark_count;
    bool failed; /* not one-pass, or too large */
};

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
    const struct byte_set *set = &table->regex->class_sets[builder->program.code[at].value];
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
        const struct one_pass_instruction *code = &builder->program.code[at];
        builder->failed = builder->visited[at] == state || path.count == PATH_MOST;
        builder->visited[at] = state;
        switch (code->operation) {
        case ONE_PASS_SET:
            add_steps(builder, state, at, &path);
            return;
        case ONE_PASS_MATCH:
            builder->table->states[state].may_end = true;
            builder->table->states[state].marks = add_list(builder, &path);
            return;
        case ONE_PASS_SPLIT:
            follow(builder, state, at + 1, path);
            at = code->other;
            break;
        case ONE_PASS_JUMP:
            at = code->other;
            break;
        case ONE_PASS_MARK:
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
    while (table->skip < builder->program.count && (next = only_next(table, table->state)) != 0) {
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
    if (!one_pass_program_make(&builder->program, &table->regex->tree))
        return false;
    for (uint32_t i = 0; i < builder->program.count; i++)
        sets += builder->program.code[i].operation == ONE_PASS_SET;
    if (!allocate(table, sets))
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
    for (; mark->kind != ONE_PASS_MARK_END; mark++) {
        struct regex_match *group = &groups[mark->group];
        if (mark->kind == ONE_PASS_MARK_OPEN)
            group->start = place;
        else if (mark->kind == ONE_PASS_MARK_CLOSE)
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
