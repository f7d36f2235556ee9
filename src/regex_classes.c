/*
 * regex_classes.c - what can stand at the first places of a match, and how far to
 * move on when something else does.
 *
 * The shifts are those of Horspool (1980), with a set of bytes in place of each
 * letter, and for each place rather than for the last alone.
 */
#include "regex_program.h"

#include <stdlib.h>
#include <string.h>

struct places {
    const struct regex *regex;
    const struct regex_program *program;
    struct byte_set sets[REGEX_CLASSES]; /* of the bytes at each place */
    unsigned count;
};

struct reach {
    unsigned char *now, *then; /* by instruction: whether it is reached */
    uint32_t *stack;
};

/* Marks what `target` reaches without a byte, looks let through. False: a match ends here. */
static bool follow(const struct regex_program *program, uint32_t target, unsigned char *marks,
                   uint32_t *stack)
{
    uint32_t height = 0;
    bool open = true;
    stack[height++] = target;
    while (height > 0) {
        uint32_t index = stack[--height];
        const struct regex_instruction *instruction = &program->code[index];
        if (marks[index])
            continue;
        marks[index] = 1;
        if (instruction->operation == DO_MATCH)
            open = false;
        if (instruction->operation == DO_MATCH || instruction->operation == DO_SET)
            continue;
        stack[height++] = instruction->next;
        if (instruction->operation == DO_SPLIT)
            stack[height++] = instruction->other;
    }
    return open;
}

/* Fills the sets of as many places as every match has. */
static void fill_places(struct places *places, struct reach *reach)
{
    const struct regex_program *program = places->program;
    bool open = follow(program, 0, reach->now, reach->stack);
    while (open && places->count < REGEX_CLASSES) {
        struct byte_set *set = &places->sets[places->count++];
        memset(reach->then, 0, program->count);
        for (uint32_t i = 0; i < program->count; i++) {
            const struct regex_instruction *instruction = &program->code[i];
            if (!reach->now[i] || instruction->operation != DO_SET)
                continue;
            byte_set_unite(set, &places->regex->tree.sets[instruction->value]);
            open = follow(program, instruction->next, reach->then, reach->stack) && open;
        }
        unsigned char *swap = reach->now;
        reach->now = reach->then;
        reach->then = swap;
    }
}

/* How far to move on when `byte` stands at `place`. */
static unsigned shift_of(const struct places *places, unsigned place, unsigned byte)
{
    unsigned shift = 0;
    while (shift <= place && !byte_set_has(&places->sets[place - shift], byte))
        shift++;
    return shift;
}

static void fill_shifts(struct regex_classes *classes, const struct places *places)
{
    for (unsigned place = 0; place < places->count; place++)
        for (unsigned byte = 0; byte < 256; byte++)
            classes->shift[place][byte] = (unsigned char)shift_of(places, place, byte);
}

/* The shift to expect of one look at the last place. */
static double expected_shift(const struct regex_classes *classes)
{
    double sum = 0, all = 0;
    for (unsigned byte = 0; byte < 256; byte++) {
        double met = regex_byte_frequency(byte);
        sum += met * classes->shift[classes->length - 1][byte];
        all += met;
    }
    return sum / all;
}

/* Chooses between the two ways to skip, or neither. */
static bool choose(struct regex_classes *classes, const struct places *places)
{
    /* A look at a place waits for two loads, one after the other; a byte of a lone set for none. */
    const double shift_worth_it = 4, often = 0.25;
    double least = 1;
    classes->length = places->count;
    if (places->count == 0)
        return false;
    fill_shifts(classes, places);
    for (unsigned place = 0; place < places->count; place++) {
        double met = regex_set_frequency(&places->sets[place]);
        if (met < least) {
            least = met;
            classes->place = place;
        }
    }
    for (unsigned byte = 0; byte < 256; byte++)
        classes->wanted[byte] = byte_set_has(&places->sets[classes->place], byte);
    classes->single = expected_shift(classes) < shift_worth_it;
    return !classes->single || least < often;
}

bool regex_classes_new(struct regex_classes **classes, const struct regex *regex,
                       const struct regex_program *program, struct error *error)
{
    struct places places = {.regex = regex, .program = program};
    size_t count = program->count;
    unsigned char *marks = calloc(2, count);
    uint32_t *stack = calloc(2 * count + 1, sizeof *stack);
    struct regex_classes *made = calloc(1, sizeof *made);
    bool useful = false;
    if (marks && stack && made) {
        struct reach reach = {marks, marks + count, stack};
        fill_places(&places, &reach);
        useful = choose(made, &places);
    }
    bool whole = marks && stack && made;
    free(marks);
    free(stack);
    *classes = useful ? made : NULL;
    if (!useful)
        free(made);
    return whole || error_memory(error, count * 10 + sizeof *made);
}
