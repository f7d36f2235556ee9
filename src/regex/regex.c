/*
 * regex.c - an expression compiled, and the matcher.
 *
 * parse.c parses the expression into a tree. program.c turns the tree into an automaton. step.c
 * steps it as ordered sets of threads, and dfa.c remembers these steps as a DFA. walk.c runs the
 * DFA over the text and skips what cannot match (literals.c, choose.c, classes.c, skip.c). The
 * searches (find.c, find_last.c) consist of such walks. groups.c finds the groups of a match.
 */
#include "regex/one_pass.h"
#include "regex/parse.h"
#include "regex/strings.h"
#include "regex/walk.h"

#include <stdlib.h>

enum { DEFAULT_MEMORY = 4 << 20 };

static bool compile(struct regex *regex, struct error *error)
{
    struct regex_tree *tree = &regex->tree;
    if (!regex_tree_measure(tree, error) || !regex_classify(regex, error) ||
        !regex_program_make(&regex->forward, tree, tree->root, false, error) ||
        !regex_program_make(&regex->backward, tree, tree->root, true, error))
        return false;
    for (uint32_t i = 0; i < regex->forward.count; i++) {
        const struct regex_instruction *instruction = &regex->forward.code[i];
        if (instruction->operation != REGEX_DO_SET)
            continue;
        const struct byte_set *set = &tree->sets[instruction->value];
        regex->matches_newline = regex->matches_newline || byte_set_has(set, '\n');
        regex->matches_zero = regex->matches_zero || byte_set_has(set, 0);
    }
    return regex_literals_init(regex, error) && regex_classes_init(regex, false, error) &&
           regex_classes_init(regex, true, error);
}

struct regex *regex_new(const unsigned char *expression, size_t length, bool ignore_case,
                        struct error *error)
{
    struct regex *regex = calloc(1, sizeof *regex);
    if (!regex) {
        error_memory(error, sizeof *regex);
        return NULL;
    }
    if (regex_tree_parse(&regex->tree, expression, length, ignore_case, error) &&
        compile(regex, error))
        return regex;
    regex_free(regex);
    return NULL;
}

bool regex_check(const unsigned char *expression, size_t length, bool ignore_case,
                 struct error *error)
{
    struct regex_tree tree = {0};
    bool valid = regex_tree_parse(&tree, expression, length, ignore_case, error) &&
                 regex_tree_measure(&tree, error);
    regex_tree_release(&tree);
    return valid;
}

void regex_free(struct regex *regex)
{
    if (!regex)
        return;
    regex_tree_release(&regex->tree);
    regex_program_release(&regex->forward);
    regex_program_release(&regex->backward);
    free(regex->class_sets);
    for (size_t i = 0; i < regex->literals_count; i++)
        searcher_free(regex->literals[i].searcher);
    free(regex->classes[0]);
    free(regex->classes[1]);
    free(regex);
}

bool regex_matches_empty(const struct regex *regex)
{
    return regex->tree.nodes[regex->tree.root].shortest == 0;
}

bool regex_matches_newline(const struct regex *regex)
{
    return regex->matches_newline;
}

bool regex_matches_zero(const struct regex *regex)
{
    return regex->matches_zero;
}

bool regex_has_one_length(const struct regex *regex)
{
    const struct regex_node *root = &regex->tree.nodes[regex->tree.root];
    return root->shortest == root->longest;
}

bool regex_searcher(const struct regex *regex, struct searcher **searcher, struct error *error)
{
    *searcher = NULL;
    return regex->forward.has_looks || regex_strings_searcher_of(&regex->tree, searcher, error);
}

struct regex_matcher *regex_matcher_new(const struct regex *regex, size_t memory,
                                        struct error *error)
{
    struct regex_matcher *matcher = calloc(1, sizeof *matcher);
    if (!matcher) {
        error_memory(error, sizeof *matcher);
        return NULL;
    }
    matcher->regex = regex;
    regex_fixed_groups_init(&matcher->fixed_groups, &regex->tree);
    matcher->memory = memory ? memory : DEFAULT_MEMORY;
    matcher->chosen_from = UINT64_MAX;
    size_t half = matcher->memory / 2;
    if (regex_dfa_init(&matcher->forward, regex, false, half, error) &&
        regex_dfa_init(&matcher->backward, regex, true, half, error)) {
        regex_dead_ends_init(&matcher->dead_ends, &regex->forward);
        return matcher;
    }
    regex_matcher_free(matcher);
    return NULL;
}

void regex_matcher_choose(struct regex_matcher *matcher, const struct regex_choice *choice)
{
    matcher->choice = *choice;
    matcher->forward.stepper.shortest = choice->shortest;
    matcher->backward.stepper.keeps_seeding = choice->align.step > 0;
}

void regex_matcher_free(struct regex_matcher *matcher)
{
    if (!matcher)
        return;
    regex_dfa_release(&matcher->forward);
    regex_dfa_release(&matcher->backward);
    regex_dead_ends_release(&matcher->dead_ends);
    regex_one_pass_free(matcher->one_pass);
    free(matcher);
}

void regex_matcher_forget(struct regex_matcher *matcher)
{
    regex_dead_ends_forget(&matcher->dead_ends);
    matcher->general_until = 0;
    matcher->chosen_until = 0;
    matcher->chosen_from = UINT64_MAX;
}

uint64_t regex_matcher_work(const struct regex_matcher *matcher)
{
    return matcher->forward.passed + matcher->forward.stepper.work + matcher->backward.passed +
           matcher->backward.stepper.work + matcher->group_work;
}

uint32_t regex_group_count(const struct regex *regex)
{
    uint32_t count = 0;
    for (size_t i = 0; i < regex->tree.count; i++) {
        const struct regex_node *node = &regex->tree.nodes[i];
        if (node->kind == REGEX_NODE_GROUP && node->value > count)
            count = node->value;
    }
    return count;
}
