/* one_pass_program.c - from the tree of an expression to a program that sets its groups. */
#include "regex/one_pass_program.h"
#include "regex/regex.h"

struct builder {
    const struct regex_tree *tree;
    struct one_pass_program *program;
    bool failed; /* too long, or a repeat can have empty rounds */
};

/* Emits an instruction and returns its number; if there is no room, the last one is replaced. */
static uint32_t emit(struct builder *builder, enum one_pass_operation operation, uint32_t value)
{
    struct one_pass_program *program = builder->program;
    if (program->count == ONE_PASS_CODE_MOST) {
        builder->failed = true;
        program->count--;
    }
    program->code[program->count] =
        (struct one_pass_instruction){.operation = operation, .value = value};
    return program->count++;
}

static uint32_t emit_mark(struct builder *builder, uint32_t group, enum one_pass_mark_kind kind)
{
    uint32_t at = emit(builder, ONE_PASS_MARK, group);
    builder->program->code[at].mark = kind;
    return at;
}

static void emit_node(struct builder *builder, uint32_t index);

/* Sets `other` of a list of instructions, linked by `other`, to the place of the next one. */
static void land(struct builder *builder, uint32_t list)
{
    while (list != REGEX_NODE_NONE && !builder->failed) {
        uint32_t next = builder->program->code[list].other;
        builder->program->code[list].other = builder->program->count;
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
        uint32_t split = emit(builder, ONE_PASS_SPLIT, 0);
        emit_node(builder, child);
        uint32_t jump = emit(builder, ONE_PASS_JUMP, 0);
        builder->program->code[jump].other = jumps;
        jumps = jump;
        builder->program->code[split].other = builder->program->count;
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
            emit_mark(builder, group, ONE_PASS_MARK_FORGET);
    emit_node(builder, node->first);
}

/* Zero or more: split BODY END, jump back. */
static void emit_loop(struct builder *builder, const struct regex_node *node)
{
    uint32_t split = emit(builder, ONE_PASS_SPLIT, 0);
    emit_round(builder, node);
    uint32_t jump = emit(builder, ONE_PASS_JUMP, 0);
    builder->program->code[jump].other = split;
    builder->program->code[split].other = builder->program->count;
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
        uint32_t split = emit(builder, ONE_PASS_SPLIT, 0);
        builder->program->code[split].other = ends;
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
        emit(builder, ONE_PASS_SET, node->value);
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
        emit_mark(builder, node->value, ONE_PASS_MARK_OPEN);
        emit_node(builder, node->first);
        emit_mark(builder, node->value, ONE_PASS_MARK_CLOSE);
        break;
    }
}

bool one_pass_program_make(struct one_pass_program *program, const struct regex_tree *tree)
{
    struct builder builder = {.tree = tree, .program = program};
    program->count = 0;
    emit_node(&builder, tree->root);
    emit(&builder, ONE_PASS_MATCH, 0);
    return !builder.failed;
}
