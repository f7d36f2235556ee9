/*
 * step.c - steps the threads of an automaton, byte by byte.
 *
 * Forwards, threads are kept in sets by where they started, the earliest first. A thread at an
 * instruction that an earlier set has also reached is dropped: whatever it can match, the earlier
 * start can match as well. When a set contains a match, the sets after it are dropped and no new
 * ones start, because they could only give a match further to the right. The sets before it
 * continue, and so do its own threads, for an earlier start or a longer match. So the last match
 * seen before all threads are gone ends the leftmost-longest match. For the shortest match a set is
 * dropped with the first match it contains; the sets before it continue. (Ordering threads by
 * priority is the way of Cox's RE2 and Gallant's regex-automata. There each thread has its own
 * rank. Here threads of one start share a rank, because the longest of them wins.)
 *
 * Backwards there is one set: a search needs the first match of any thread, or the longest match of
 * a single start. If only some offsets are allowed, it goes on after a match at another one, and
 * new threads still start.
 */
#include "regex/dfa.h"

#include <stdlib.h>
#include <string.h>

bool regex_stepper_init(struct regex_stepper *stepper, const struct regex *regex, bool backward,
                        struct error *error)
{
    const struct regex_program *program = backward ? &regex->backward : &regex->forward;
    *stepper = (struct regex_stepper){
        .regex = regex,
        .program = program,
        .backward = backward,
        .marks = calloc(program->count, sizeof *stepper->marks),
        .stack = calloc(program->count, sizeof *stepper->stack),
        .resolved.items = calloc(regex_threads_limit(program), sizeof(uint32_t)),
    };
    if (stepper->marks && stepper->stack && stepper->resolved.items)
        return true;
    regex_stepper_release(stepper);
    return error_memory(error, program->count * 4 * sizeof(uint32_t));
}

void regex_stepper_release(struct regex_stepper *stepper)
{
    free(stepper->marks);
    free(stepper->stack);
    free(stepper->resolved.items);
    *stepper = (struct regex_stepper){0};
}

static void new_generation(struct regex_stepper *stepper)
{
    if (++stepper->generation == 0) {
        memset(stepper->marks, 0, stepper->program->count * sizeof *stepper->marks);
        stepper->generation = 1;
    }
}

/* A place between two bytes. */
struct place {
    enum regex_context left;
    enum regex_context right;
};

static void push(struct regex_stepper *stepper, uint32_t *height, uint32_t target)
{
    if (stepper->marks[target] == stepper->generation)
        return;
    stepper->marks[target] = stepper->generation;
    stepper->stack[(*height)++] = target;
}

/*
 * Adds the instructions that `target` reaches without passing a byte, except those that were
 * reached before in this generation. Without a place, assertions stay in the list.
 */
static void follow(struct regex_stepper *stepper, uint32_t target, const struct place *place,
                   struct regex_threads *threads)
{
    const struct regex_instruction *code = stepper->program->code;
    uint32_t height = 0;
    push(stepper, &height, target);
    while (height > 0) {
        uint32_t index = stepper->stack[--height];
        const struct regex_instruction *instruction = &code[index];
        stepper->work++;
        switch (instruction->operation) {
        case REGEX_DO_SPLIT:
            push(stepper, &height, instruction->other);
            push(stepper, &height, instruction->next);
            break;
        case REGEX_DO_JUMP:
            push(stepper, &height, instruction->next);
            break;
        case REGEX_DO_LOOK:
            if (!place) {
                threads->has_looks = true;
                threads->items[threads->count++] = index;
            } else if (regex_look_holds(instruction->value, place->left, place->right)) {
                push(stepper, &height, instruction->next);
            }
            break;
        case REGEX_DO_SET:
        case REGEX_DO_MATCH:
            threads->items[threads->count++] = index;
            break;
        }
    }
}

/* Ends the set that began at index `start`, unless it is empty. */
static void close_set(struct regex_threads *threads, uint32_t start)
{
    if (threads->count > start)
        threads->items[threads->count++] = DFA_THREADS_BORDER;
}

/* Evaluates the assertions of `from`, now that both neighbours are known. */
static const struct regex_threads *
resolve(struct regex_stepper *stepper, const struct regex_threads *from, enum regex_context ahead)
{
    struct place place = {from->context, ahead};
    struct regex_threads *resolved = &stepper->resolved;
    if (stepper->backward)
        place = (struct place){ahead, from->context};
    resolved->count = 0;
    new_generation(stepper);
    uint32_t start = 0;
    for (uint32_t i = 0; i < from->count; i++) {
        if (from->items[i] != DFA_THREADS_BORDER) {
            follow(stepper, from->items[i], &place, resolved);
            continue;
        }
        close_set(resolved, start);
        start = resolved->count;
    }
    return resolved;
}

static void seed(struct regex_stepper *stepper, struct regex_threads *threads)
{
    /* Backwards there is one set: insert the new threads before its border. */
    if (stepper->backward && threads->count > 0)
        threads->count--;
    uint32_t start = stepper->backward ? 0 : threads->count;
    follow(stepper, 0, NULL, threads);
    close_set(threads, start);
}

void regex_step_start(struct regex_stepper *stepper, enum regex_context context, bool seeding,
                      struct regex_threads *threads)
{
    threads->count = 0;
    threads->has_looks = false;
    threads->seeding = seeding;
    new_generation(stepper);
    seed(stepper, threads);
    threads->context = threads->has_looks ? context : REGEX_CONTEXT_OTHER;
}

/*
 * Steps the sets in order. Returns true after a set that contained a match; later sets are dropped.
 */
static bool step_sets(struct regex_stepper *stepper, const struct regex_threads *from,
                      unsigned class, struct regex_threads *to)
{
    const struct regex_alphabet *alphabet = &stepper->regex->alphabet;
    const struct byte_set *sets = stepper->regex->class_sets;
    bool matched = false;
    uint32_t start = 0;
    for (uint32_t i = 0; i < from->count; i++) {
        stepper->work++;
        if (from->items[i] == DFA_THREADS_BORDER) {
            if (matched && stepper->shortest)
                to->count = start;
            close_set(to, start);
            start = to->count;
            if (matched)
                return true;
            continue;
        }
        const struct regex_instruction *instruction = &stepper->program->code[from->items[i]];
        if (instruction->operation == REGEX_DO_MATCH)
            matched = true;
        else if (class < alphabet->count && byte_set_has(&sets[instruction->value], class))
            follow(stepper, instruction->next, NULL, to);
    }
    return false;
}

bool regex_step(struct regex_stepper *stepper, const struct regex_threads *from, unsigned class,
                struct regex_threads *to)
{
    enum regex_context context = (enum regex_context)stepper->regex->alphabet.contexts[class];
    bool seeding = from->seeding && context != REGEX_CONTEXT_EDGE;
    if (from->has_looks)
        from = resolve(stepper, from, context);
    to->count = 0;
    to->has_looks = false;
    new_generation(stepper);
    bool matched = step_sets(stepper, from, class, to);
    to->seeding = seeding && (!matched || stepper->keeps_seeding);
    if (to->seeding)
        seed(stepper, to);
    to->context = to->has_looks ? context : REGEX_CONTEXT_OTHER;
    return matched;
}
