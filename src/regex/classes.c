/*
 * classes.c - which bytes can be at the first places of a match, and how far to move on when
 * another byte is there.
 *
 * The shifts are those of Horspool (1980), with a set of bytes in place of each letter, and for
 * each place instead of only the last.
 */
#include "regex/program.h"
#include "search/kernel.h"

#include <stdlib.h>
#include <string.h>

struct places {
    const struct regex *regex;
    const struct regex_program *program;
    struct byte_set sets[REGEX_CLASSES]; /* the bytes that can be at each place */
    unsigned count;
};

struct reach {
    unsigned char *now, *then; /* for each instruction: whether it is reached */
    uint32_t *stack;
};

/*
 * Marks what `target` reaches without passing a byte, ignoring assertions. False: a match ends
 * here.
 */
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
        if (instruction->operation == REGEX_DO_MATCH)
            open = false;
        if (instruction->operation == REGEX_DO_MATCH || instruction->operation == REGEX_DO_SET)
            continue;
        stack[height++] = instruction->next;
        if (instruction->operation == REGEX_DO_SPLIT)
            stack[height++] = instruction->other;
    }
    return open;
}

/* Fills the sets of the places that every match has. */
static void fill_places(struct places *places, struct reach *reach)
{
    const struct regex_program *program = places->program;
    bool open = follow(program, 0, reach->now, reach->stack);
    while (open && places->count < REGEX_CLASSES) {
        struct byte_set *set = &places->sets[places->count++];
        memset(reach->then, 0, program->count);
        for (uint32_t i = 0; i < program->count; i++) {
            const struct regex_instruction *instruction = &program->code[i];
            if (!reach->now[i] || instruction->operation != REGEX_DO_SET)
                continue;
            byte_set_unite(set, &places->regex->tree.sets[instruction->value]);
            open = follow(program, instruction->next, reach->then, reach->stack) && open;
        }
        unsigned char *swap = reach->now;
        reach->now = reach->then;
        reach->then = swap;
    }
}

/* How far to move on if `byte` is at `place`. */
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

/* The expected shift of one test of the last place. */
static double expected_shift(const struct regex_classes *classes)
{
    double sum = 0;
    for (unsigned byte = 0; byte < 256; byte++)
        sum += regex_byte_frequency(byte) * classes->shift[classes->length - 1][byte];
    return sum;
}

static double frequency_at(const struct places *places, unsigned place)
{
    return regex_set_frequency(&places->sets[place]);
}

static unsigned rarest_place(const struct places *places)
{
    unsigned best = 0;
    for (unsigned place = 1; place < places->count; place++)
        if (frequency_at(places, place) < frequency_at(places, best))
            best = place;
    return best;
}

/* --- A few places together --- */

static unsigned distance(unsigned a, unsigned b)
{
    return a < b ? b - a : a - b;
}

/*
 * The expected share of text that passes at this place, besides those chosen. A near place tells
 * less, because bytes come in runs.
 */
static double worth_at(const struct places *places, const unsigned *chosen, unsigned count,
                       unsigned place)
{
    unsigned nearest = REGEX_CLASSES;
    for (unsigned i = 0; i < count; i++)
        if (distance(chosen[i], place) < nearest)
            nearest = distance(chosen[i], place);
    return nearest == 0 ? 1 : frequency_at(places, place) * (1 + 1.0 / nearest);
}

static unsigned next_place(const struct places *places, const unsigned *chosen, unsigned count)
{
    unsigned best = 0;
    for (unsigned place = 1; place < places->count; place++)
        if (worth_at(places, chosen, count, place) < worth_at(places, chosen, count, best))
            best = place;
    return best;
}

static void set_place(struct regex_classes *classes, const struct places *places, unsigned place)
{
    bool bytes[256];
    for (unsigned byte = 0; byte < 256; byte++)
        bytes[byte] = byte_set_has(&places->sets[place], byte);
    class_filter_add(&classes->filter, bytes);
}

/* Offsets are counted from the lowest byte that the filter looks at. */
static void set_offsets(struct class_filter *filter, const unsigned *chosen, bool backward)
{
    filter->width = 0;
    for (unsigned i = 0; i < filter->count; i++)
        if (chosen[i] >= filter->width)
            filter->width = chosen[i] + 1;
    for (unsigned i = 0; i < filter->count; i++)
        filter->offset[i] = backward ? filter->width - 1 - chosen[i] : chosen[i];
}

/* Whether all places have the same set. */
static bool is_run(const struct places *places)
{
    for (unsigned place = 1; place < places->count; place++)
        if (memcmp(&places->sets[place], &places->sets[0], sizeof places->sets[0]) != 0)
            return false;
    return places->count > 1;
}

/* One test per byte finds whole runs. No shift is as fast as that. */
static bool choose_runs(struct regex_classes *classes, const struct places *places, bool backward)
{
    const double often = 0.25;
    const struct search_kernel *kernel = search_kernel_chosen();
    double met = 1, of_place = frequency_at(places, 0);
    for (unsigned place = 0; place < places->count; place++)
        met *= of_place;
    if (backward || !kernel->class_forward || !is_run(places) || met >= often)
        return false;
    classes->scan = kernel->class_forward;
    class_filter_init(&classes->filter, places->count);
    set_place(classes, places, 0);
    classes->filter.offset[0] = 0;
    classes->filter.width = places->count;
    return true;
}

/* Sets up the scan, if it skips enough and shifts do not skip as much. */
static bool choose_scan(struct regex_classes *classes, const struct places *places, bool backward)
{
    const double often = 0.25, rare = 0.002, long_shift = 8;
    const struct search_kernel *kernel = search_kernel_chosen();
    unsigned chosen[CLASS_PLACES];
    double met = 1;
    class_filter_init(&classes->filter, 1);
    classes->scan = backward ? kernel->class_backward : kernel->class_forward;
    if (classes->scan && expected_shift(classes) >= long_shift)
        classes->scan = NULL;
    if (!classes->scan)
        return false;
    for (unsigned count = 0; count < CLASS_PLACES && count < places->count; count++) {
        unsigned place = count > 0 ? next_place(places, chosen, count) : rarest_place(places);
        double of_place = frequency_at(places, place);
        if (count > 0 && (met < rare || worth_at(places, chosen, count, place) >= 0.6))
            break;
        chosen[count] = place;
        set_place(classes, places, place);
        met *= of_place;
    }
    set_offsets(&classes->filter, chosen, backward);
    if (met >= often)
        classes->scan = NULL;
    return classes->scan != NULL;
}

/* --- One place, or shifts --- */

static bool choose_plain(struct regex_classes *classes, const struct places *places)
{
    /*
     * A test with shifts waits for two loads, one after the other; a test of a single set for none.
     */
    const double shift_worth_it = 4, often = 0.25;
    classes->place = rarest_place(places);
    for (unsigned byte = 0; byte < 256; byte++)
        classes->wanted[byte] = byte_set_has(&places->sets[classes->place], byte);
    classes->single = expected_shift(classes) < shift_worth_it;
    return !classes->single || frequency_at(places, classes->place) < often;
}

/* Chooses a way to skip, or none. */
static bool choose(struct regex_classes *classes, const struct places *places, bool backward)
{
    classes->length = places->count;
    if (places->count == 0)
        return false;
    /* The program has one instruction for each place and the end, so there is no other path. */
    classes->whole = places->program->count == places->count + 1;
    fill_shifts(classes, places);
    return choose_runs(classes, places, backward) || choose_scan(classes, places, backward) ||
           choose_plain(classes, places);
}

static void set_first(bool first[256], const struct places *places)
{
    for (unsigned byte = 0; byte < 256; byte++)
        first[byte] = places->count == 0 || byte_set_has(&places->sets[0], byte);
}

bool regex_classes_init(struct regex *regex, bool backward, struct error *error)
{
    const struct regex_program *program = backward ? &regex->backward : &regex->forward;
    struct places places = {.regex = regex, .program = program};
    size_t count = program->count;
    unsigned char *marks = calloc(2, count);
    uint32_t *stack = calloc(2 * count + 1, sizeof *stack);
    struct regex_classes *made = calloc(1, sizeof *made);
    bool enough = marks && stack && made;
    if (enough) {
        struct reach reach = {marks, marks + count, stack};
        fill_places(&places, &reach);
        if (!backward)
            set_first(regex->first, &places);
    }
    free(marks);
    free(stack);
    if (enough && choose(made, &places, backward))
        regex->classes[backward] = made;
    else
        free(made);
    return enough || error_memory(error, count * 10 + sizeof *made);
}
