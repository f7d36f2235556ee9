/*
 * regex.c - an expression compiled, and the searches as walks of its automata.
 *
 * The way of an expression: parsed (regex_parse.c) to a tree, the tree made an
 * automaton (regex_program.c), the automaton stepped as ordered sets of threads
 * (regex_step.c), steps remembered as a DFA (regex_dfa.c), which walks over the
 * text (regex_walk.c) and passes what cannot match (regex_literals.c,
 * regex_classes.c, regex_skip.c). Here the walks are put together; regex_groups.c
 * finds the groups of a match.
 *
 * Forwards: one walk finds where the leftmost-longest match ends (regex_step.c
 * says why). A walk back from there, over text passed already, finds its start:
 * the lowest offset at which a match with that end starts. It cannot be lower
 * than that of the leftmost match, nor higher, as the leftmost match has that end.
 *
 * Backwards: a walk from the limit down, of the automaton that reads matches from
 * their end, with a thread for each possible end. The first match it sees starts
 * last of all. A walk forward from there, not beyond the limit, finds its longest end.
 */
#include "regex_strings.h"
#include "regex_walk.h"

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
        if (instruction->operation != DO_SET)
            continue;
        const struct byte_set *set = &tree->sets[instruction->value];
        regex->matches_newline = regex->matches_newline || byte_set_has(set, '\n');
        regex->matches_zero = regex->matches_zero || byte_set_has(set, 0);
    }
    return regex_literals_init(&regex->literals, regex, error) &&
           regex_classes_new(&regex->classes[0], regex, &regex->forward, error) &&
           regex_classes_new(&regex->classes[1], regex, &regex->backward, error);
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

void regex_free(struct regex *regex)
{
    if (!regex)
        return;
    regex_tree_release(&regex->tree);
    regex_program_release(&regex->forward);
    regex_program_release(&regex->backward);
    free(regex->class_sets);
    searcher_free(regex->literals.searcher);
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

bool regex_searcher(const struct regex *regex, struct searcher **searcher, struct error *error)
{
    const struct regex_tree *tree = &regex->tree;
    struct regex_strings strings;
    *searcher = NULL;
    if (regex->forward.has_looks ||
        !regex_strings_of(tree, tree->root, REGEX_STRINGS_DEPTH, &strings) ||
        regex_strings_hold_empty(&strings))
        return true;
    *searcher = regex_strings_searcher(&strings, error);
    return *searcher != NULL;
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
    matcher->memory = memory ? memory : DEFAULT_MEMORY;
    size_t half = matcher->memory / 2;
    if (regex_dfa_init(&matcher->forward, regex, false, half, error) &&
        regex_dfa_init(&matcher->backward, regex, true, half, error))
        return matcher;
    regex_matcher_free(matcher);
    return NULL;
}

void regex_matcher_free(struct regex_matcher *matcher)
{
    if (!matcher)
        return;
    regex_dfa_release(&matcher->forward);
    regex_dfa_release(&matcher->backward);
    free(matcher);
}

uint64_t regex_matcher_work(const struct regex_matcher *matcher)
{
    return matcher->forward.passed + matcher->forward.stepper.work + matcher->backward.passed +
           matcher->backward.stepper.work + matcher->group_work;
}

/* Puts a walk at `offset`; the byte behind it, seen from where it is heading, is of `class`. */
static struct regex_walk start_walk(struct regex_dfa *dfa, struct regex_cursor *cursor,
                                    uint64_t offset, unsigned class, bool seeding)
{
    const struct regex_alphabet *alphabet = &dfa->stepper.regex->alphabet;
    enum regex_context context = (enum regex_context)alphabet->contexts[class];
    return (struct regex_walk){
        .dfa = dfa,
        .cursor = cursor,
        .position = offset,
        .state = regex_dfa_start(dfa, context, seeding),
        .plain = dfa->stepper.backward ? UINT64_MAX : 0,
    };
}

/* The class of the byte behind `offset`, which only looks ask for: without them it is not read. */
static bool class_behind(struct regex_matcher *matcher, struct regex_cursor *cursor,
                         uint64_t offset, unsigned *class)
{
    *class = matcher->regex->alphabet.count;
    return !matcher->regex->forward.has_looks ||
           regex_cursor_class_at(cursor, matcher->regex, offset, class);
}

/* Where the leftmost-longest match that starts in [from, until] ends. */
static enum regex_result find_end(struct regex_matcher *matcher, struct regex_cursor *cursor,
                                  uint64_t from, uint64_t until, uint64_t *end)
{
    unsigned class;
    if (!regex_cursor_class_before(cursor, matcher->regex, from, &class))
        return REGEX_UNREADABLE;
    struct regex_walk walk = start_walk(&matcher->forward, cursor, from, class, true);
    if (!regex_walk_forward(&walk, until))
        return REGEX_UNREADABLE;
    if (!regex_walk_over(&walk))
        walk.state = regex_dfa_stop_seeding(walk.dfa, walk.state);
    if (!regex_walk_forward(&walk, cursor->text->end))
        return REGEX_UNREADABLE;
    regex_walk_finish(&walk, matcher->regex->alphabet.count);
    *end = walk.match;
    return walk.matched ? REGEX_FOUND : REGEX_NONE;
}

/* The longest match that ends at `end` and starts at `from` or behind; there was one. */
static enum regex_result find_start(struct regex_matcher *matcher, struct regex_cursor *cursor,
                                    uint64_t from, uint64_t end, uint64_t *start)
{
    unsigned behind, before;
    if (!class_behind(matcher, cursor, end, &behind))
        return REGEX_UNREADABLE;
    struct regex_walk walk = start_walk(&matcher->backward, cursor, end, behind, false);
    if (!regex_walk_backward(&walk, from) ||
        !regex_cursor_class_before(cursor, matcher->regex, from, &before))
        return REGEX_UNREADABLE;
    regex_walk_finish(&walk, before);
    *start = walk.match;
    return walk.matched ? REGEX_FOUND : REGEX_NONE;
}

/* Where the match that ends at match->end starts. */
static enum regex_result complete(struct regex_matcher *matcher, struct regex_cursor *cursor,
                                  uint64_t from, uint64_t until, struct regex_match *match)
{
    const struct regex_node *root = &matcher->regex->tree.nodes[matcher->regex->tree.root];
    match->start = from;
    if (from == until)
        return REGEX_FOUND;
    if (root->shortest == root->longest) {
        match->start = match->end - root->shortest;
        return REGEX_FOUND;
    }
    return find_start(matcher, cursor, from, match->end, &match->start);
}

enum regex_result regex_find(struct regex_matcher *matcher, const struct regex_text *text,
                             uint64_t from, uint64_t until, struct regex_match *match)
{
    struct regex_cursor cursor = {.text = text};
    from = maximum_u64(from, text->start);
    until = minimum_u64(until, text->end);
    while (from <= until) {
        enum regex_result result = find_end(matcher, &cursor, from, until, &match->end);
        if (result != REGEX_FOUND)
            return result;
        result = complete(matcher, &cursor, from, until, match);
        if (result != REGEX_NONE)
            return result;
        /* The bytes have changed between the two walks: the search goes on behind them. */
        from = maximum_u64(match->end, from + 1);
    }
    return REGEX_NONE;
}

/* The highest start, at `from` or behind, of a match that ends by `limit`. */
static enum regex_result find_last_start(struct regex_matcher *matcher, struct regex_cursor *cursor,
                                         uint64_t from, uint64_t limit, uint64_t *start)
{
    unsigned behind, before;
    if (!class_behind(matcher, cursor, limit, &behind))
        return REGEX_UNREADABLE;
    struct regex_walk walk = start_walk(&matcher->backward, cursor, limit, behind, true);
    walk.first_only = true;
    if (!regex_walk_backward(&walk, from))
        return REGEX_UNREADABLE;
    if (!walk.matched) {
        if (!regex_cursor_class_before(cursor, matcher->regex, from, &before))
            return REGEX_UNREADABLE;
        regex_walk_finish(&walk, before);
    }
    *start = walk.match;
    return walk.matched ? REGEX_FOUND : REGEX_NONE;
}

/* The longest match that starts at `start` and ends by `limit`; there was one. */
static enum regex_result find_longest(struct regex_matcher *matcher, struct regex_cursor *cursor,
                                      uint64_t start, uint64_t limit, uint64_t *end)
{
    unsigned before, behind;
    if (!regex_cursor_class_before(cursor, matcher->regex, start, &before))
        return REGEX_UNREADABLE;
    struct regex_walk walk = start_walk(&matcher->forward, cursor, start, before, false);
    if (!regex_walk_forward(&walk, limit) || !class_behind(matcher, cursor, limit, &behind))
        return REGEX_UNREADABLE;
    regex_walk_finish(&walk, behind);
    *end = walk.match;
    return walk.matched ? REGEX_FOUND : REGEX_NONE;
}

enum regex_result regex_find_last(struct regex_matcher *matcher, const struct regex_text *text,
                                  uint64_t from, uint64_t limit, struct regex_match *match)
{
    struct regex_cursor cursor = {.text = text};
    from = maximum_u64(from, text->start);
    limit = minimum_u64(limit, text->end);
    if (from > limit)
        return REGEX_NONE;
    for (;;) {
        enum regex_result result = find_last_start(matcher, &cursor, from, limit, &match->start);
        if (result != REGEX_FOUND)
            return result;
        result = find_longest(matcher, &cursor, match->start, limit, &match->end);
        /* None: the bytes have changed between the two walks. */
        if (result != REGEX_NONE || match->start == from)
            return result;
        limit = minimum_u64(match->start, limit - 1);
    }
}
