/* pattern.c - what a search looks for, compiled from operands. */
#include "pattern.h"

#include <stdlib.h>

/* The operands as bytes, one behind the other, with their masks. */
struct needles {
    struct buffer bytes;
    struct buffer masks;
    struct needle *items;
    size_t count;
};

static void needles_release(struct needles *needles)
{
    buffer_release(&needles->bytes);
    buffer_release(&needles->masks);
    free(needles->items);
}

static bool encode_all(struct needles *needles, const char *const *operands, size_t count,
                       const struct pattern_options *options, struct error *error)
{
    needles->items = calloc(count, sizeof *needles->items);
    if (!needles->items)
        return error_memory(error, count * sizeof *needles->items);
    needles->count = count;
    for (size_t i = 0; i < count; i++) {
        size_t before = needles->bytes.length;
        if (!bytes_encode_masked(options->type, operands[i], &needles->bytes, &needles->masks,
                                 error))
            return false;
        needles->items[i].length = needles->bytes.length - before;
    }
    /* The buffers have stopped moving: point into them. */
    for (size_t i = 0, start = 0; i < count; start += needles->items[i++].length) {
        needles->items[i].bytes = needles->bytes.data + start;
        needles->items[i].mask = needles->masks.data + start;
    }
    return true;
}

static bool compile(struct pattern *pattern, const struct needles *needles,
                    const struct pattern_options *options, struct error *error)
{
    for (size_t i = 0; i < needles->count; i++) {
        if (needles->items[i].length > 0)
            continue;
        pattern->matches_zeros = true;
        return needles->count == 1 ||
               error_usage(error, "an empty pattern matches everywhere: it can only stand alone");
    }
    pattern->searcher = searcher_new(needles->items, needles->count, options->ignore_case, error);
    if (!pattern->searcher)
        return false;
    pattern->longest = searcher_longest(pattern->searcher);
    pattern->matches_zeros = searcher_matches_zeros(pattern->searcher);
    return true;
}

bool pattern_init(struct pattern *pattern, const char *const *operands, size_t count,
                  const struct pattern_options *options, struct error *error)
{
    struct needles needles = {0};
    *pattern = (struct pattern){0};
    bool compiled = encode_all(&needles, operands, count, options, error) &&
                    compile(pattern, &needles, options, error);
    needles_release(&needles);
    return compiled;
}

void pattern_release(struct pattern *pattern)
{
    searcher_free(pattern->searcher);
    pattern->searcher = NULL;
}
