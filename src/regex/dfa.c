/*
 * dfa.c - remembers the steps of the threads: a DFA that is built on demand.
 *
 * The size of the table is limited. When it is full it is emptied and built again. If that happens
 * so often that little text is passed in between, the threads are stepped without it for a while.
 * Either way a byte costs at most one pass over the automaton. (As in Cox, "Regular Expression
 * Matching in the Wild", 2010.)
 */
#include "regex/dfa.h"

#include <stdlib.h>
#include <string.h>

enum {
    MIN_STATES = 8,
    USEFUL_BYTES = 8,          /* with fewer bytes passed per state built, the table does not pay */
    THRASHING_LIMIT = 3,       /* how often in a row that may happen */
    SIMULATED_BYTES = 1 << 18, /* then so many bytes are stepped without the table */
};

static void forget_all(struct regex_dfa *dfa)
{
    dfa->count = 0;
    dfa->items_used = 0;
    dfa->progress = 0;
    for (uint32_t i = 0; i < dfa->bucket_count; i++)
        dfa->buckets[i] = UINT32_MAX;
    for (int context = 0; context < 4; context++)
        dfa->starts[context][0] = dfa->starts[context][1] = DFA_STATE_UNKNOWN;
}

static size_t bytes_of_states(const struct regex_dfa *dfa, size_t states)
{
    return states * (sizeof *dfa->states + dfa->stride * sizeof *dfa->table + sizeof *dfa->buckets);
}

static void set_table(struct regex_dfa *dfa, uint32_t *table)
{
    dfa->table = table;
    for (unsigned byte = 0; byte < 256; byte++)
        dfa->columns[byte] = table + dfa->stepper.regex->alphabet.classes[byte];
}

static bool resize_states(struct regex_dfa *dfa, uint32_t capacity)
{
    struct regex_state *states = realloc(dfa->states, capacity * sizeof *states);
    if (states)
        dfa->states = states;
    uint32_t *table = realloc(dfa->table, (size_t)capacity * dfa->stride * sizeof *table);
    if (table)
        set_table(dfa, table);
    uint32_t *buckets = realloc(dfa->buckets, capacity * sizeof *buckets);
    if (buckets)
        dfa->buckets = buckets;
    if (!states || !table || !buckets)
        return false;
    dfa->capacity = capacity;
    return true;
}

static bool resize_items(struct regex_dfa *dfa, size_t capacity)
{
    uint32_t *items = realloc(dfa->items, capacity * sizeof *items);
    if (!items)
        return false;
    dfa->items = items;
    dfa->items_capacity = capacity;
    return true;
}

static void sort_sets(struct regex_threads *threads);

/* Keeps the items of the state that has only threads that start here. */
static bool keep_start(struct regex_dfa *dfa, const struct regex *regex, bool backward)
{
    const struct regex_literals *literals = dfa->literals;
    bool searched = literals->searcher && (backward ? literals->backward : literals->forward);
    if (!searched && !regex->classes[backward])
        return true;
    regex_step_start(&dfa->stepper, REGEX_CONTEXT_OTHER, true, &dfa->next);
    sort_sets(&dfa->next);
    dfa->start_items = malloc((size_t)dfa->next.count * sizeof(uint32_t));
    if (!dfa->start_items)
        return false;
    memcpy(dfa->start_items, dfa->next.items, dfa->next.count * sizeof(uint32_t));
    dfa->start_count = dfa->next.count;
    dfa->marks_start = true;
    return true;
}

bool regex_dfa_init(struct regex_dfa *dfa, const struct regex *regex, bool backward, size_t memory,
                    struct error *error)
{
    *dfa = (struct regex_dfa){.literals = regex->literals, .stride = regex->alphabet.count + 2};
    if (!regex_stepper_init(&dfa->stepper, regex, backward, error))
        return false;
    size_t limit = regex_threads_limit(dfa->stepper.program);
    /* The index of a row must be below DFA_STATE_SPECIAL, whatever the memory. */
    size_t most = (size_t)DFA_STATE_SPECIAL / 2 * sizeof(uint32_t);
    dfa->memory = memory < most ? memory : most;
    dfa->live.items = calloc(limit, sizeof(uint32_t));
    dfa->next.items = calloc(limit, sizeof(uint32_t));
    if (!dfa->live.items || !dfa->next.items || !resize_items(dfa, limit) ||
        !resize_states(dfa, MIN_STATES) || !keep_start(dfa, regex, backward)) {
        regex_dfa_release(dfa);
        return error_memory(error, 3 * limit * sizeof(uint32_t) + bytes_of_states(dfa, MIN_STATES));
    }
    dfa->bucket_count = MIN_STATES;
    forget_all(dfa);
    return true;
}

void regex_dfa_release(struct regex_dfa *dfa)
{
    regex_stepper_release(&dfa->stepper);
    free(dfa->table);
    free(dfa->states);
    free(dfa->items);
    free(dfa->buckets);
    free(dfa->live.items);
    free(dfa->next.items);
    free(dfa->start_items);
    *dfa = (struct regex_dfa){.stride = dfa->stride};
}

static int compare_items(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    return left < right ? -1 : left > right;
}

static void sort_set(uint32_t *items, size_t count)
{
    if (count > 16) {
        qsort(items, count, sizeof *items, compare_items);
        return;
    }
    for (size_t i = 1; i < count; i++) {
        uint32_t item = items[i];
        size_t to = i;
        for (; to > 0 && items[to - 1] > item; to--)
            items[to] = items[to - 1];
        items[to] = item;
    }
}

/* The order within a set has no meaning. Sorting makes equal sets compare equal. */
static void sort_sets(struct regex_threads *threads)
{
    uint32_t start = 0;
    for (uint32_t i = 0; i < threads->count; i++) {
        if (threads->items[i] == DFA_THREADS_BORDER) {
            sort_set(threads->items + start, i - start);
            start = i + 1;
        }
    }
}

/* FNV-1a, by words. */
static uint32_t hash_threads(const struct regex_threads *threads, uint32_t flags)
{
    uint32_t hash = UINT32_C(2166136261) ^ flags;
    for (uint32_t i = 0; i < threads->count; i++)
        hash = (hash ^ threads->items[i]) * UINT32_C(16777619);
    hash = (hash ^ (uint32_t)threads->context * 2 ^ threads->seeding) * UINT32_C(16777619);
    return hash ^ hash >> 15;
}

static uint32_t find_state(const struct regex_dfa *dfa, const struct regex_threads *threads,
                           uint32_t flags, uint32_t hash)
{
    uint32_t index = dfa->buckets[hash & (dfa->bucket_count - 1)];
    for (; index != UINT32_MAX; index = dfa->states[index].chain) {
        const struct regex_state *state = &dfa->states[index];
        if (state->count == threads->count && state->seeding == threads->seeding &&
            state->context == threads->context && (state->tagged & DFA_STATE_MATCH) == flags &&
            memcmp(dfa->items + state->items, threads->items,
                   threads->count * sizeof *threads->items) == 0)
            return index;
    }
    return UINT32_MAX;
}

static void hash_again(struct regex_dfa *dfa)
{
    dfa->bucket_count = dfa->capacity;
    for (uint32_t i = 0; i < dfa->bucket_count; i++)
        dfa->buckets[i] = UINT32_MAX;
    for (uint32_t i = 0; i < dfa->count; i++) {
        struct regex_state *state = &dfa->states[i];
        uint32_t *bucket = &dfa->buckets[state->hash & (dfa->bucket_count - 1)];
        state->chain = *bucket;
        *bucket = i;
    }
}

/* Makes room for one more state of `count` items. False if that needs more memory than allowed. */
static bool make_room(struct regex_dfa *dfa, uint32_t count)
{
    size_t states = dfa->capacity, items = dfa->items_capacity;
    if (dfa->count == states)
        states *= 2;
    if (dfa->items_used + count > items)
        items *= 2;
    if (states == dfa->capacity && items == dfa->items_capacity)
        return true;
    if (bytes_of_states(dfa, states) + items * sizeof *dfa->items > dfa->memory)
        return false;
    if (items != dfa->items_capacity && !resize_items(dfa, items))
        return false;
    if (states != dfa->capacity) {
        if (!resize_states(dfa, (uint32_t)states))
            return false;
        hash_again(dfa);
    }
    return true;
}

static uint32_t flags_of(const struct regex_threads *threads, bool matched)
{
    uint32_t flags = matched ? DFA_STATE_MATCH : 0;
    if (threads->count == 0 && !threads->seeding)
        flags |= DFA_STATE_DEAD;
    return flags;
}

static bool is_start(const struct regex_dfa *dfa, const struct regex_threads *threads)
{
    return dfa->marks_start && threads->seeding && threads->count == dfa->start_count &&
           memcmp(threads->items, dfa->start_items, threads->count * sizeof *threads->items) == 0;
}

static uint32_t add_state(struct regex_dfa *dfa, const struct regex_threads *threads, bool matched,
                          uint32_t hash)
{
    uint32_t index = dfa->count++;
    uint32_t row = index * dfa->stride;
    uint32_t *bucket = &dfa->buckets[hash & (dfa->bucket_count - 1)];
    dfa->states[index] = (struct regex_state){
        .items = (uint32_t)dfa->items_used,
        .count = threads->count,
        .hash = hash,
        .chain = *bucket,
        .tagged = row | flags_of(threads, matched) | (is_start(dfa, threads) ? DFA_STATE_START : 0),
        .seeding = threads->seeding,
        .has_looks = threads->has_looks,
        .context = (unsigned char)threads->context,
    };
    *bucket = index;
    memcpy(dfa->items + dfa->items_used, threads->items, threads->count * sizeof *threads->items);
    dfa->items_used += threads->count;
    for (uint32_t i = 0; i < dfa->stride; i++)
        dfa->table[row + i] = DFA_STATE_UNKNOWN;
    return dfa->states[index].tagged;
}

/* Empties the table. Returns whether to fill it again, judging by the text passed with it. */
static bool start_again(struct regex_dfa *dfa)
{
    bool useful = dfa->progress / USEFUL_BYTES >= dfa->count;
    dfa->thrashing = useful ? 0 : dfa->thrashing + 1;
    dfa->flushes++;
    forget_all(dfa);
    if (dfa->thrashing < THRASHING_LIMIT)
        return true;
    dfa->thrashing = 0;
    dfa->simulate = SIMULATED_BYTES;
    return false;
}

static void copy_threads(struct regex_threads *to, const struct regex_threads *from)
{
    uint32_t *items = to->items;
    memcpy(items, from->items, from->count * sizeof *items);
    *to = *from;
    to->items = items;
}

/*
 * Returns the state of these threads, and adds it if it is new. `*emptied` tells whether all other
 * states were dropped for that.
 */
static uint32_t remember(struct regex_dfa *dfa, struct regex_threads *threads, bool matched,
                         bool *emptied)
{
    *emptied = false;
    sort_sets(threads);
    dfa->stepper.work += threads->count;
    uint32_t flags = matched ? DFA_STATE_MATCH : 0;
    uint32_t hash = hash_threads(threads, flags);
    uint32_t known = find_state(dfa, threads, flags, hash);
    if (known != UINT32_MAX)
        return dfa->states[known].tagged;
    if (!make_room(dfa, threads->count)) {
        *emptied = true;
        if (!start_again(dfa)) {
            if (threads != &dfa->live)
                copy_threads(&dfa->live, threads);
            return DFA_STATE_SIMULATED | flags_of(threads, matched);
        }
    }
    return add_state(dfa, threads, matched, hash);
}

uint32_t regex_dfa_new_start(struct regex_dfa *dfa, enum regex_context context, bool seeding)
{
    bool emptied;
    regex_step_start(&dfa->stepper, context, seeding, &dfa->next);
    uint32_t state = remember(dfa, &dfa->next, false, &emptied);
    if (!(state & DFA_STATE_SIMULATED))
        dfa->starts[context][seeding] = state;
    return state;
}

struct regex_threads regex_dfa_threads(struct regex_dfa *dfa, uint32_t state)
{
    if (state & DFA_STATE_SIMULATED)
        return dfa->live;
    const struct regex_state *known = &dfa->states[(state & DFA_STATE_ROW) / dfa->stride];
    return (struct regex_threads){
        .items = dfa->items + known->items,
        .count = known->count,
        .seeding = known->seeding,
        .has_looks = known->has_looks,
        .context = (enum regex_context)known->context,
    };
}

static uint32_t simulate(struct regex_dfa *dfa, bool matched)
{
    struct regex_threads swap = dfa->live;
    dfa->live = dfa->next;
    dfa->next = swap;
    if (dfa->simulate > 0) {
        dfa->simulate--;
        return DFA_STATE_SIMULATED | flags_of(&dfa->live, matched);
    }
    bool emptied;
    return remember(dfa, &dfa->live, matched, &emptied);
}

uint32_t regex_dfa_step(struct regex_dfa *dfa, uint32_t state, unsigned class)
{
    struct regex_threads from = regex_dfa_threads(dfa, state);
    bool matched = regex_step(&dfa->stepper, &from, class, &dfa->next);
    if (state & DFA_STATE_SIMULATED)
        return simulate(dfa, matched);
    uint32_t row = state & DFA_STATE_ROW;
    bool emptied;
    uint32_t next = remember(dfa, &dfa->next, matched, &emptied);
    if (!emptied)
        dfa->table[row + class] = next;
    return next;
}

uint32_t regex_dfa_set_seeding(struct regex_dfa *dfa, uint32_t state, bool seeding)
{
    struct regex_threads threads = regex_dfa_threads(dfa, state);
    if (threads.seeding == seeding)
        return state;
    if (state & DFA_STATE_SIMULATED) {
        dfa->live.seeding = seeding;
        return DFA_STATE_SIMULATED | flags_of(&dfa->live, false);
    }
    uint32_t column = (state & DFA_STATE_ROW) + dfa->stride - 1;
    if (dfa->table[column] != DFA_STATE_UNKNOWN)
        return dfa->table[column];
    copy_threads(&dfa->next, &threads);
    dfa->next.seeding = seeding;
    bool emptied;
    uint32_t other = remember(dfa, &dfa->next, false, &emptied);
    if (!emptied)
        dfa->table[column] = other;
    return other;
}
