/* strings.c - the byte strings a part of an expression stands for, if they are few. */
#include "regex/strings.h"

#include "regex/skip.h"

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

/*
 * Whether all letters match in either case: then the searcher can ignore case and needs no masks.
 */
static bool all_folded(const struct regex_strings *strings)
{
    bool any = false;
    for (size_t i = 0; i < strings->count; i++) {
        const struct regex_string *string = &strings->list[i];
        for (size_t j = 0; j < string->length; j++) {
            any = any || string->mask[j] != 0xff;
            if (is_letter(string->bytes[j]) && string->mask[j] == 0xff)
                return false;
        }
    }
    return any;
}

static bool any_folded(const struct regex_string *string)
{
    for (size_t i = 0; i < string->length; i++)
        if (string->mask[i] != 0xff)
            return true;
    return false;
}

struct searcher *regex_strings_searcher(const struct regex_strings *strings, struct error *error)
{
    struct needle needles[REGEX_STRINGS];
    bool fold = all_folded(strings);
    for (size_t i = 0; i < strings->count; i++) {
        const struct regex_string *string = &strings->list[i];
        needles[i] = (struct needle){
            .bytes = string->bytes,
            .mask = !fold && any_folded(string) ? string->mask : NULL,
            .length = string->length,
        };
    }
    return searcher_new(needles, strings->count, fold, error);
}
