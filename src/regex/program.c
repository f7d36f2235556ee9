/* program.c - from the tree to byte classes and to Thompson's automaton. */
#include "regex/program.h"

#include <stdlib.h>

/* --- Byte classes --- */

/* Splits each class into the bytes that are in `set` and those that are not. */
static void refine(struct regex_alphabet *alphabet, const struct byte_set *set)
{
    int outside[256], inside[256];
    unsigned count = 0;
    for (int i = 0; i < 256; i++)
        outside[i] = inside[i] = -1;
    for (unsigned byte = 0; byte < 256; byte++) {
        int *class = byte_set_has(set, byte) ? &inside[alphabet->classes[byte]]
                                             : &outside[alphabet->classes[byte]];
        if (*class < 0)
            *class = (int)count++;
        alphabet->classes[byte] = (unsigned char)*class;
    }
    alphabet->count = count;
}

static void refine_for_looks(struct regex_alphabet *alphabet)
{
    struct byte_set newline = {{0}}, word = {{0}};
    byte_set_add(&newline, '\n');
    for (unsigned byte = 0; byte < 256; byte++)
        if (byte_is_word(byte))
            byte_set_add(&word, byte);
    refine(alphabet, &newline);
    refine(alphabet, &word);
    for (unsigned byte = 0; byte < 256; byte++)
        alphabet->contexts[alphabet->classes[byte]] = byte == '\n'         ? REGEX_CONTEXT_NEWLINE
                                                      : byte_is_word(byte) ? REGEX_CONTEXT_WORD
                                                                           : REGEX_CONTEXT_OTHER;
}

bool regex_classify(struct regex *regex, struct error *error)
{
    const struct regex_tree *tree = &regex->tree;
    struct regex_alphabet *alphabet = &regex->alphabet;
    bool looks = false;
    alphabet->count = 1;
    for (size_t i = 0; i < tree->set_count; i++)
        refine(alphabet, &tree->sets[i]);
    for (size_t i = 0; i < tree->count; i++)
        looks = looks || tree->nodes[i].kind == REGEX_NODE_LOOK;
    if (looks)
        refine_for_looks(alphabet);
    alphabet->contexts[alphabet->count] = REGEX_CONTEXT_EDGE;
    size_t count = tree->set_count ? tree->set_count : 1;
    regex->class_sets = calloc(count, sizeof *regex->class_sets);
    if (!regex->class_sets)
        return error_memory(error, count * sizeof *regex->class_sets);
    for (size_t i = 0; i < tree->set_count; i++)
        for (unsigned byte = 0; byte < 256; byte++)
            if (byte_set_has(&tree->sets[i], byte))
                byte_set_add(&regex->class_sets[i], alphabet->classes[byte]);
    return true;
}

/* --- The automaton --- */

struct emitter {
    struct regex_program *program;
    const struct regex_tree *tree;
    bool backward;
};

static uint32_t emit(struct emitter *emitter, enum regex_operation operation, uint32_t value)
{
    struct regex_program *program = emitter->program;
    program->code[program->count] = (struct regex_instruction){
        .operation = operation,
        .value = value,
        .next = program->count + 1,
    };
    return program->count++;
}

static void emit_node(struct emitter *emitter, uint32_t index);

static void emit_concat(struct emitter *emitter, const struct regex_node *node)
{
    uint32_t child = emitter->backward ? node->last : node->first;
    while (child != REGEX_NODE_NONE) {
        const struct regex_node *nodes = emitter->tree->nodes;
        emit_node(emitter, child);
        child = emitter->backward ? nodes[child].previous : nodes[child].next;
    }
}

/* Emits: split A, jump END, split B, jump END, C. */
static void emit_alternate(struct emitter *emitter, const struct regex_node *node)
{
    struct regex_instruction *code = emitter->program->code;
    uint32_t jumps = REGEX_NODE_NONE; /* a list linked by `next`, until the end is known */
    for (uint32_t child = node->first; child != REGEX_NODE_NONE;) {
        uint32_t next = emitter->tree->nodes[child].next;
        uint32_t split =
            next == REGEX_NODE_NONE ? REGEX_NODE_NONE : emit(emitter, REGEX_DO_SPLIT, 0);
        emit_node(emitter, child);
        if (next != REGEX_NODE_NONE) {
            uint32_t jump = emit(emitter, REGEX_DO_JUMP, 0);
            code[jump].next = jumps;
            jumps = jump;
            code[split].other = emitter->program->count;
        }
        child = next;
    }
    while (jumps != REGEX_NODE_NONE) {
        uint32_t next = code[jumps].next;
        code[jumps].next = emitter->program->count;
        jumps = next;
    }
}

/* Zero or more: split BODY END, jump back. One or more: BODY, split back. */
static void emit_loop(struct emitter *emitter, uint32_t child, bool at_least_once)
{
    struct regex_instruction *code = emitter->program->code;
    uint32_t start = emitter->program->count;
    emitter->program->has_loops = true;
    if (at_least_once) {
        emit_node(emitter, child);
        uint32_t split = emit(emitter, REGEX_DO_SPLIT, 0);
        code[split].other = start;
        return;
    }
    uint32_t split = emit(emitter, REGEX_DO_SPLIT, 0);
    emit_node(emitter, child);
    uint32_t jump = emit(emitter, REGEX_DO_JUMP, 0);
    code[jump].next = start;
    code[split].other = emitter->program->count;
}

static void emit_repeat(struct emitter *emitter, const struct regex_node *node)
{
    struct regex_instruction *code = emitter->program->code;
    bool forever = node->maximum == REGEX_REPEAT_FOREVER;
    uint32_t copies = forever && node->minimum > 0 ? node->minimum - 1 : node->minimum;
    for (uint32_t i = 0; i < copies; i++)
        emit_node(emitter, node->first);
    if (forever) {
        emit_loop(emitter, node->first, node->minimum > 0);
        return;
    }
    uint32_t optional = node->maximum - node->minimum;
    uint32_t size = emitter->tree->nodes[node->first].size + 1;
    uint32_t end = emitter->program->count + optional * size;
    for (uint32_t i = 0; i < optional; i++) {
        uint32_t split = emit(emitter, REGEX_DO_SPLIT, 0);
        code[split].other = end;
        emit_node(emitter, node->first);
    }
}

static void emit_node(struct emitter *emitter, uint32_t index)
{
    const struct regex_node *node = &emitter->tree->nodes[index];
    switch (node->kind) {
    case REGEX_NODE_EMPTY:
        break;
    case REGEX_NODE_SET:
        emit(emitter, REGEX_DO_SET, node->value);
        break;
    case REGEX_NODE_LOOK:
        emit(emitter, REGEX_DO_LOOK, node->value);
        emitter->program->has_looks = true;
        break;
    case REGEX_NODE_CONCAT:
        emit_concat(emitter, node);
        break;
    case REGEX_NODE_ALTERNATE:
        emit_alternate(emitter, node);
        break;
    case REGEX_NODE_REPEAT:
        emit_repeat(emitter, node);
        break;
    case REGEX_NODE_GROUP:
        emit_node(emitter, node->first);
        break;
    }
}

bool regex_program_make(struct regex_program *program, const struct regex_tree *tree, uint32_t node,
                        bool backward, struct error *error)
{
    struct emitter emitter = {program, tree, backward};
    size_t count = (size_t)tree->nodes[node].size + 1;
    *program = (struct regex_program){.code = calloc(count, sizeof *program->code)};
    if (!program->code)
        return error_memory(error, count * sizeof *program->code);
    emit_node(&emitter, node);
    emit(&emitter, REGEX_DO_MATCH, 0);
    return true;
}

void regex_program_release(struct regex_program *program)
{
    free(program->code);
    *program = (struct regex_program){0};
}
