/*
 * blocks.c - long matches anywhere in a gap.
 *
 * The old bytes are cut into blocks, and the blocks are indexed by their hash. A rolling hash of
 * the new bytes finds them at any offset: the way of rsync (A. Tridgell, "Efficient algorithms for
 * sorting and synchronization", 1999) and of xdelta. A match is extended to both sides. Of the
 * matches the heaviest chain is kept.
 */
#include "compare/internal.h"

#include <stdlib.h>

enum {
    MOST_BLOCKS = 1 << 20,
    MOST_MATCHES = 1 << 19,
    MOST_ALIKE = 4,       /* blocks with one hash that are indexed */
    MOST_COMPARED = 4096, /* bytes by which such blocks are told apart */
    RESUME_REACH = 64,    /* bytes behind a match in which the next one at its distance may begin */
    RESUME_LENGTH = 16,   /* least bytes of that match */
    FILTER_BITS = 24,
};

#define MULTIPLIER UINT64_C(0x5851f42d4c957f2d)

struct block_index {
    struct comparison *comparison;
    struct compare_gap gap;
    size_t block;
    uint64_t leaving;      /* MULTIPLIER to the power of `block` */
    uint64_t *places;      /* open addressing: upper half of the hash, number of the block + 1 */
    size_t mask;           /* places - 1 */
    unsigned char *filter; /* a bit for each hash that is there: most lookups end here */
    size_t filter_mask;
    struct match_list *list;
    size_t least; /* matches with fewer bytes are not listed: there are too many */
};

size_t blocks_size(size_t length, size_t least)
{
    size_t block = least;
    while (length / block > MOST_BLOCKS)
        block *= 2;
    return block;
}

static uint64_t hash_of(const unsigned char *bytes, size_t length)
{
    uint64_t hash = 0;
    for (size_t i = 0; i < length; i++)
        hash = hash * MULTIPLIER + bytes[i] + 1;
    return hash;
}

/* Spreads the hash: the low bits of a polynomial depend on few bytes. */
static uint64_t mix(uint64_t hash)
{
    hash ^= hash >> 32;
    hash *= UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 29;
}

/* A block of one byte repeated would be found everywhere. */
static bool is_uniform(const unsigned char *bytes, size_t length)
{
    return memcmp(bytes, bytes + 1, length - 1) == 0;
}

/* ---- the index ------------------------------------------------------------------------------- */

static void add_block(struct block_index *index, uint64_t hash, size_t number)
{
    uint64_t mixed = mix(hash), tag = mixed >> 32 << 32;
    size_t place = (size_t)mixed & index->mask;
    unsigned alike = 0;
    for (; index->places[place]; place = (place + 1) & index->mask)
        if (index->places[place] >> 32 << 32 == tag && ++alike == MOST_ALIKE)
            return;
    index->places[place] = tag | (number + 1);
    size_t bit = (size_t)(mixed >> 8) & index->filter_mask;
    index->filter[bit / 8] |= (unsigned char)(1 << bit % 8);
}

static void add_blocks(struct block_index *index)
{
    const struct compare_text *text = &index->comparison->pair->old_text;
    size_t count = gap_old_length(&index->gap) / index->block,
           per_hole = COMPARE_HOLE_STEP / index->block;
    size_t look_for_hole = 0;
    for (size_t i = 0; i < count; i++) {
        size_t offset = index->gap.old_start + i * index->block;
        if (i >= look_for_hole) {
            size_t skipped = (text_next_data(text, offset) - offset) / index->block;
            look_for_hole = i + skipped + per_hole + 1;
            if (skipped > 0) {
                i += skipped - 1;
                continue;
            }
        }
        if (!is_uniform(text->bytes + offset, index->block))
            add_block(index, hash_of(text->bytes + offset, index->block), i);
    }
}

static size_t power_of_two(size_t least)
{
    size_t power = 64;
    while (power < least)
        power *= 2;
    return power;
}

static bool index_init(struct block_index *index)
{
    size_t count = gap_old_length(&index->gap) / index->block;
    size_t places = power_of_two(2 * count);
    size_t bits = minimum_size(16 * places, (size_t)1 << FILTER_BITS);
    index->mask = places - 1;
    index->filter_mask = bits - 1;
    index->places = calloc(places, sizeof *index->places);
    index->filter = calloc(bits / 8, 1);
    index->leaving = 1;
    for (size_t i = 0; i < index->block; i++)
        index->leaving *= MULTIPLIER;
    if (!index->places || !index->filter)
        return error_memory(index->comparison->error, places * sizeof *index->places);
    add_blocks(index);
    return true;
}

static void index_release(struct block_index *index)
{
    free(index->places);
    free(index->filter);
}

/* ---- matches --------------------------------------------------------------------------------- */

/* The old offset of the block that matches the new bytes longest. */
static bool look_up(const struct block_index *index, uint64_t hash, size_t new_offset,
                    size_t *old_offset)
{
    uint64_t mixed = mix(hash), tag = mixed >> 32 << 32;
    size_t bit = (size_t)(mixed >> 8) & index->filter_mask, longest = 0;
    if (!(index->filter[bit / 8] >> bit % 8 & 1))
        return false;
    for (size_t place = (size_t)mixed & index->mask; index->places[place];
         place = (place + 1) & index->mask) {
        if (index->places[place] >> 32 << 32 != tag)
            continue;
        size_t number = (size_t)(uint32_t)index->places[place] - 1;
        size_t offset = index->gap.old_start + number * index->block;
        size_t most = minimum_size(index->gap.old_end - offset, index->gap.new_end - new_offset);
        size_t length = equal_after(index->comparison, offset, new_offset,
                                    minimum_size(most, index->block + MOST_COMPARED));
        if (length >= index->block && length > longest) {
            longest = length;
            *old_offset = offset;
        }
    }
    return longest > 0;
}

/* Too many matches: drops the shortest ones. */
static void thin_out(struct block_index *index)
{
    struct match_list *list = index->list;
    while (list->count > MOST_MATCHES / 2) {
        size_t kept = 0;
        index->least = index->least ? 2 * index->least : 2 * index->block;
        for (size_t i = 0; i < list->count; i++)
            if (list->items[i].length >= index->least)
                list->items[kept++] = list->items[i];
        list->count = kept;
    }
}

static bool add_match(struct block_index *index, const struct compare_match *match)
{
    struct match_list *list = index->list;
    if (match->length < index->least)
        return true;
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? 2 * list->capacity : 64;
        struct compare_match *items = realloc(list->items, capacity * sizeof *items);
        if (!items)
            return error_memory(index->comparison->error, capacity * sizeof *items);
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->count++] = *match;
    if (list->count == MOST_MATCHES)
        thin_out(index);
    return true;
}

/*
 * The longest match around a block. In the new string it begins behind the last match; in the old
 * one too if the block lies behind it, so that both can stand in one chain.
 */
static struct compare_match widen(const struct block_index *index, size_t old_offset,
                                  size_t new_offset, const struct compare_match *last)
{
    size_t old_first = index->gap.old_start;
    if (old_offset >= last->old_start + last->length)
        old_first = last->old_start + last->length;
    size_t before =
        minimum_size(old_offset - old_first, new_offset - (last->new_start + last->length));
    before = equal_before(index->comparison, old_offset, new_offset, before);
    size_t after = minimum_size(index->gap.old_end - old_offset, index->gap.new_end - new_offset);
    after = equal_after(index->comparison, old_offset, new_offset, after);
    return (struct compare_match){old_offset - before, new_offset - before, before + after};
}

/* Another match behind a few changed bytes. */
static bool resume(const struct block_index *index, struct compare_match *match)
{
    size_t old_offset = match->old_start + match->length;
    size_t new_offset = match->new_start + match->length;
    size_t most = minimum_size(index->gap.old_end - old_offset, index->gap.new_end - new_offset);
    for (size_t i = 1; i <= RESUME_REACH && i + RESUME_LENGTH <= most; i++) {
        size_t length = equal_after(index->comparison, old_offset + i, new_offset + i, most - i);
        if (length >= RESUME_LENGTH) {
            *match = (struct compare_match){old_offset + i, new_offset + i, length};
            return true;
        }
        i += length;
    }
    return false;
}

static bool add_matches(struct block_index *index, struct compare_match *match)
{
    do {
        if (!add_match(index, match))
            return false;
    } while (resume(index, match));
    return true;
}

/* Goes through the new bytes of the gap. */
static bool find_matches(struct block_index *index)
{
    const struct compare_text *text = &index->comparison->pair->new_text;
    const unsigned char *bytes = text->bytes;
    size_t offset = index->gap.new_start, end = index->gap.new_end, block = index->block;
    size_t look_for_hole = offset, old_offset;
    struct compare_match last = {index->gap.old_start, offset, 0};
    bool fresh = true; /* `hash` is not that of the block at `offset` */
    uint64_t hash = 0;
    while (end - offset >= block) {
        if (offset >= look_for_hole) {
            size_t data = minimum_size(text_next_data(text, offset), end);
            look_for_hole = data + COMPARE_HOLE_STEP;
            fresh = fresh || data > offset;
            offset = data;
            if (end - offset < block)
                return true;
        }
        if (fresh)
            hash = hash_of(bytes + offset, block);
        fresh = look_up(index, hash, offset, &old_offset);
        if (fresh) {
            last = widen(index, old_offset, offset, &last);
            if (!add_matches(index, &last))
                return false;
            offset = last.new_start + last.length;
        } else {
            if (end - offset == block)
                return true;
            hash = hash * MULTIPLIER + bytes[offset + block] + 1 -
                   (bytes[offset] + (uint64_t)1) * index->leaving;
            offset++;
        }
    }
    return true;
}

bool blocks_find(struct comparison *comparison, const struct compare_gap *gap, size_t block,
                 struct match_list *list)
{
    struct block_index index = {
        .comparison = comparison, .gap = *gap, .block = block, .list = list};
    bool done = index_init(&index) && find_matches(&index);
    index_release(&index);
    return done && chain_choose(list, comparison->error);
}
