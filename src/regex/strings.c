/* strings.c - the byte strings a part of an expression stands for, if they are few. */
#include "regex/strings.h"

#include "base/buffer.h"
#include "regex/skip.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_CHOICES = 4 }; /* a set of up to this many bytes becomes one string each */

static bool is_letter(unsigned byte)
{
    return (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
}

static bool exact_set(const struct byte_set *set, struct regex_strings *strings)
{
    strings->count = 0;
    for (unsigned byte = 0; byte < 256; byte++) {
        bool both = is_letter(byte) && byte_set_has(set, byte ^ 0x20);
        if (!byte_set_has(set, byte) || (both && (byte & 0x20) == 0))
            continue;
        if (strings->count == MAX_CHOICES)
            return false;
        struct regex_string *string = &strings->list[strings->count++];
        string->bytes[0] = (unsigned char)byte;
        string->mask[0] = both ? 0xdf : 0xff;
        string->length = 1;
    }
    return strings->count > 0;
}

bool regex_strings_cross(struct regex_strings *left, const struct regex_strings *right)
{
    struct regex_strings product = {.count = 0};
    if (left->count * right->count > REGEX_STRINGS)
        return false;
    for (size_t i = 0; i < left->count; i++) {
        for (size_t j = 0; j < right->count; j++) {
            struct regex_string *string = &product.list[product.count++];
            const struct regex_string *tail = &right->list[j];
            *string = left->list[i];
            if (string->length + tail->length > REGEX_STRING_LENGTH)
                return false;
            memcpy(string->bytes + string->length, tail->bytes, tail->length);
            memcpy(string->mask + string->length, tail->mask, tail->length);
            string->length += tail->length;
        }
    }
    *left = product;
    return true;
}

static void only_empty(struct regex_strings *strings)
{
    strings->count = 1;
    strings->list[0].length = 0;
}

static bool exact_concat(const struct regex_tree *tree, const struct regex_node *node, int depth,
                         struct regex_strings *strings)
{
    struct regex_strings child;
    only_empty(strings);
    for (uint32_t i = node->first; i != REGEX_NODE_NONE; i = tree->nodes[i].next)
        if (!regex_strings_of(tree, i, depth, &child) || !regex_strings_cross(strings, &child))
            return false;
    return true;
}

static bool exact_alternate(const struct regex_tree *tree, const struct regex_node *node, int depth,
                            struct regex_strings *strings)
{
    struct regex_strings child;
    strings->count = 0;
    for (uint32_t i = node->first; i != REGEX_NODE_NONE; i = tree->nodes[i].next) {
        if (!regex_strings_of(tree, i, depth, &child) ||
            strings->count + child.count > REGEX_STRINGS)
            return false;
        memcpy(strings->list + strings->count, child.list, child.count * sizeof *child.list);
        strings->count += child.count;
    }
    return true;
}

static bool exact_repeat(const struct regex_tree *tree, const struct regex_node *node, int depth,
                         struct regex_strings *strings)
{
    struct regex_strings child;
    only_empty(strings);
    if (node->minimum != node->maximum || node->maximum > REGEX_STRING_LENGTH)
        return false;
    if (node->maximum > 0 && !regex_strings_of(tree, node->first, depth, &child))
        return false;
    for (uint32_t i = 0; i < node->maximum; i++)
        if (!regex_strings_cross(strings, &child))
            return false;
    return true;
}

bool regex_strings_of(const struct regex_tree *tree, uint32_t index, int depth,
                      struct regex_strings *strings)
{
    const struct regex_node *node = &tree->nodes[index];
    if (depth == 0)
        return false;
    switch (node->kind) {
    case REGEX_NODE_EMPTY:
    case REGEX_NODE_LOOK:
        only_empty(strings);
        return true;
    case REGEX_NODE_SET:
        return exact_set(&tree->sets[node->value], strings);
    case REGEX_NODE_CONCAT:
        return exact_concat(tree, node, depth - 1, strings);
    case REGEX_NODE_ALTERNATE:
        return exact_alternate(tree, node, depth - 1, strings);
    case REGEX_NODE_REPEAT:
        return exact_repeat(tree, node, depth - 1, strings);
    case REGEX_NODE_GROUP:
        return regex_strings_of(tree, node->first, depth - 1, strings);
    }
    return false;
}

bool regex_strings_hold_empty(const struct regex_strings *strings)
{
    for (size_t i = 0; i < strings->count; i++)
        if (strings->list[i].length == 0)
            return true;
    return false;
}

static double string_frequency(const struct regex_string *string)
{
    double product = 1;
    for (size_t i = 0; i < string->length; i++) {
        double of_byte = regex_byte_frequency(string->bytes[i]);
        if (string->mask[i] != 0xff)
            of_byte += regex_byte_frequency(string->bytes[i] ^ 0x20u);
        product *= of_byte;
    }
    return product;
}

double regex_strings_frequency(const struct regex_strings *strings)
{
    double sum = 0;
    for (size_t i = 0; i < strings->count; i++)
        sum += string_frequency(&strings->list[i]);
    return sum;
}

static bool any_folded(const struct regex_string *string)
{
    for (size_t i = 0; i < string->length; i++)
        if (string->mask[i] != 0xff)
            return true;
    return false;
}

static bool all_letters_folded(const struct regex_string *string)
{
    for (size_t i = 0; i < string->length; i++)
        if (is_letter(string->bytes[i]) && string->mask[i] == 0xff)
            return false;
    return true;
}

/* How the letters of all strings match. */
enum folding { FOLDING_NONE, FOLDING_ALL, FOLDING_SOME };

static enum folding folding_of(const struct regex_string *strings, size_t count)
{
    bool any = false, all = true;
    for (size_t i = 0; i < count; i++) {
        any = any || any_folded(&strings[i]);
        all = all && all_letters_folded(&strings[i]);
    }
    if (!any)
        return FOLDING_NONE;
    return all ? FOLDING_ALL : FOLDING_SOME;
}

/* If all letters match in either case, the searcher can ignore case and needs no masks. */
static void set_needles(struct needle *needles, const struct regex_string *strings, size_t count,
                        enum folding folding)
{
    for (size_t i = 0; i < count; i++)
        needles[i] = (struct needle){
            .bytes = strings[i].bytes,
            .mask = folding == FOLDING_SOME && any_folded(&strings[i]) ? strings[i].mask : NULL,
            .length = strings[i].length,
        };
}

struct searcher *regex_strings_searcher(const struct regex_strings *strings, struct error *error)
{
    struct needle needles[REGEX_STRINGS];
    enum folding folding = folding_of(strings->list, strings->count);
    set_needles(needles, strings->list, strings->count, folding);
    return searcher_new(needles, strings->count, folding == FOLDING_ALL, error);
}

/* --- All strings of an expression --- */

/* Adds the strings of a node. `*some` becomes false if it does not stand for strings. */
static bool collect(const struct regex_tree *tree, uint32_t index, struct buffer *all, bool *some,
                    struct error *error)
{
    const struct regex_node *node = &tree->nodes[index];
    struct regex_strings strings;
    bool done = true;
    if (node->kind == REGEX_NODE_GROUP || node->kind == REGEX_NODE_ALTERNATE) {
        for (uint32_t i = node->first; i != REGEX_NODE_NONE && *some && done;
             i = tree->nodes[i].next)
            done = collect(tree, i, all, some, error);
        return done;
    }
    *some = regex_strings_of(tree, index, REGEX_STRINGS_DEPTH, &strings) &&
            !regex_strings_hold_empty(&strings);
    return !*some || buffer_append(all, strings.list, strings.count * sizeof *strings.list, error);
}

/* Many needles with masks have no search in linear time. */
static bool is_searchable(size_t count, enum folding folding)
{
    return count > 0 && (count <= REGEX_STRINGS || folding != FOLDING_SOME);
}

static bool make_searcher(const struct buffer *all, struct searcher **searcher, struct error *error)
{
    const struct regex_string *strings = (const void *)all->data;
    size_t count = all->length / sizeof *strings;
    enum folding folding = folding_of(strings, count);
    if (!is_searchable(count, folding))
        return true;
    struct needle *needles = calloc(count, sizeof *needles);
    if (!needles)
        return error_memory(error, count * sizeof *needles);
    set_needles(needles, strings, count, folding);
    *searcher = searcher_new(needles, count, folding == FOLDING_ALL, error);
    free(needles);
    return *searcher != NULL;
}

bool regex_strings_searcher_of(const struct regex_tree *tree, struct searcher **searcher,
                               struct error *error)
{
    struct buffer all = {0};
    bool some = true;
    *searcher = NULL;
    bool done = collect(tree, tree->root, &all, &some, error) &&
                (!some || make_searcher(&all, searcher, error));
    buffer_release(&all);
    return done;
}
