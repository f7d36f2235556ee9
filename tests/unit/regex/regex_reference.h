/*
 * regex_reference.h - expressions made at random, and a slow, obvious matcher for them.
 *
 * The matcher works on the tree the expression was printed from, never on its
 * text: so the parser is put to the test too. A text is at most NAIVE_TEXT bytes
 * and a set of places in it one 64-bit number.
 */
#ifndef MMTOOL_REGEX_REFERENCE_H
#define MMTOOL_REGEX_REFERENCE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { NAIVE_TEXT = 62, NAIVE_NODES = 64, NAIVE_EXPRESSION = 2048, NAIVE_GROUPS = 10 };

#define NAIVE_FOREVER 1000

enum naive_kind { NAIVE_SET, NAIVE_LOOK, NAIVE_CONCAT, NAIVE_EITHER, NAIVE_REPEAT, NAIVE_GROUP };

/* What one byte of an expression can be: how it is written, and the bytes it stands for. */
struct naive_set {
    const char *written;
    const char *members;
    size_t count;
    bool negated; /* stands for all others, and no newline */
    bool posix;   /* libc understands it too */
    bool newline; /* negated, and stands for a newline too */
};

#define NAIVE_MEMBERS(string) (string), sizeof(string) - 1

static const struct naive_set naive_sets[] = {
    {"a", NAIVE_MEMBERS("a"), false, true, false},
    {"b", NAIVE_MEMBERS("b"), false, true, false},
    {"c", NAIVE_MEMBERS("c"), false, true, false},
    {"a", NAIVE_MEMBERS("a"), false, true, false},
    {"b", NAIVE_MEMBERS("b"), false, true, false},
    {" ", NAIVE_MEMBERS(" "), false, true, false},
    {".", NAIVE_MEMBERS(""), true, true, false},
    {"[ab]", NAIVE_MEMBERS("ab"), false, true, false},
    {"[^a]", NAIVE_MEMBERS("a"), true, true, false},
    {"[]a-]", NAIVE_MEMBERS("]a-"), false, true, false},
    {"[^]b]", NAIVE_MEMBERS("]b"), true, true, false},
    {"[[:space:]b]", NAIVE_MEMBERS(" \t\n\v\f\rb"), false, true, false},
    {"[[.a.][=b=]]", NAIVE_MEMBERS("ab"), false, true, false},
    {"[b-c]", NAIVE_MEMBERS("bc"), false, true, false},
    {"\n", NAIVE_MEMBERS("\n"), false, true, false},
    {"\\n", NAIVE_MEMBERS("\n"), false, false, false},
    {"\\x00", NAIVE_MEMBERS("\0"), false, false, false},
    {"\\0", NAIVE_MEMBERS("\0"), false, false, false},
    {"\\xfF", NAIVE_MEMBERS("\xff"), false, false, false},
    {"[\\x00-\\x1f]",
     NAIVE_MEMBERS("\0\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17\20\21\22\23\24\25\26\27\30\31\32\33\34"
                   "\35\36\37"),
     false, false, false},
    {"\\d", NAIVE_MEMBERS("0123456789"), false, false, false},
    {"\\D", NAIVE_MEMBERS("0123456789"), true, false, false},
    {"\\s", NAIVE_MEMBERS(" \t\n\v\f\r"), false, false, false},
    {"\\S", NAIVE_MEMBERS(" \t\n\v\f\r"), true, false, false},
    {"\\w", NAIVE_MEMBERS("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"), false,
     false, false},
    {"\\W", NAIVE_MEMBERS("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"), true,
     false, false},
    {"[^\\s\\]]", NAIVE_MEMBERS(" \t\n\v\f\r]"), true, false, false},
    {"[\\d\\-_]", NAIVE_MEMBERS("0123456789-_"), false, false, false},
    {"A", NAIVE_MEMBERS("A"), false, true, false},
    {"(?s:.)", NAIVE_MEMBERS(""), true, false, true},
    {"q", NAIVE_MEMBERS("q"), false, true, false},
    {"z", NAIVE_MEMBERS("z"), false, true, false},
    {"Z", NAIVE_MEMBERS("Z"), false, true, false},
};

/* The last ones are of bytes so rare that the matcher looks for them before all else. */
enum { NAIVE_ALL_SETS = sizeof naive_sets / sizeof *naive_sets, NAIVE_RARE_SETS = 3 };
enum { NAIVE_SETS = NAIVE_ALL_SETS - NAIVE_RARE_SETS };

/* Bytes of random texts; the first NAIVE_TEXT_POSIX of them for libc too. */
static const unsigned char naive_bytes[] = "aaabbbc \n\nA]-\0\xff_1";
enum { NAIVE_TEXT_POSIX = 13, NAIVE_TEXT_ALL = sizeof naive_bytes - 1 };

static const char *const naive_looks[] = {"^", "$", "\\A", "\\z", "\\b", "\\B"};
enum { NAIVE_LOOKS = 6 };

struct naive_node {
    enum naive_kind kind;
    int value;       /* index of a set or a look, number of a group */
    int left, right; /* children */
    int minimum, maximum;
};

struct naive {
    struct naive_node nodes[NAIVE_NODES];
    int count;
    int groups;
    int root;
    bool fold;
    bool shortest;   /* not the longest match of those that start at one place */
    uint64_t starts; /* places where a match may start */
    bool words;      /* the tree is one of rare words */
    bool posix; /* only what libc understands too, and gets right: no looks but around it all */
    uint64_t (*random)(void);
    char written[NAIVE_EXPRESSION];
    size_t length;
};

static inline int naive_below(struct naive *naive, int limit)
{
    return (int)(naive->random() % (uint64_t)limit);
}

static inline int naive_add(struct naive *naive, enum naive_kind kind, int value)
{
    naive->nodes[naive->count] = (struct naive_node){.kind = kind, .value = value};
    return naive->count++;
}

static inline int naive_leaf(struct naive *naive)
{
    if (naive_below(naive, 8) == 0 && !naive->posix)
        return naive_add(naive, NAIVE_LOOK, naive_below(naive, NAIVE_LOOKS));
    int set = naive_below(naive, NAIVE_SETS);
    while (naive->posix && !naive_sets[set].posix)
        set = naive_below(naive, NAIVE_SETS);
    return naive_add(naive, NAIVE_SET, set);
}

static inline void naive_bounds(struct naive *naive, struct naive_node *node)
{
    static const int bounds[][2] = {{0, NAIVE_FOREVER},
                                    {1, NAIVE_FOREVER},
                                    {0, 1},
                                    {2, 2},
                                    {1, 3},
                                    {2, NAIVE_FOREVER},
                                    {0, 2},
                                    {0, 0},
                                    {3, 4}};
    int choice = naive_below(naive, 12);
    if (choice >= 9)
        choice -= 9;
    node->minimum = bounds[choice][0];
    node->maximum = bounds[choice][1];
}

/* A random tree of about `size` leaves. */
static inline int naive_tree(struct naive *naive, int size)
{
    if (size <= 1 || naive->count > NAIVE_NODES - 8)
        return naive_leaf(naive);
    int choice = naive_below(naive, 10);
    if (choice < 4 || choice == 4 || choice == 5) {
        int left = naive_tree(naive, size / 2), right = naive_tree(naive, size - size / 2);
        /* a row of three is a(bc), not (ab)c: it matters to groups */
        if (choice < 4 && naive->nodes[left].kind == NAIVE_CONCAT) {
            int group = naive_add(naive, NAIVE_GROUP, 0);
            naive->nodes[group].left = left;
            left = group;
        }
        int node = naive_add(naive, choice < 4 ? NAIVE_CONCAT : NAIVE_EITHER, 0);
        naive->nodes[node].left = left;
        naive->nodes[node].right = right;
        return node;
    }
    bool repeat = choice < 8;
    int left = naive_tree(naive, size - 1);
    int node = naive_add(naive, repeat ? NAIVE_REPEAT : NAIVE_GROUP, 0);
    naive->nodes[node].left = left;
    if (repeat)
        naive_bounds(naive, &naive->nodes[node]);
    return node;
}

static inline int naive_join(struct naive *naive, enum naive_kind kind, int left, int right)
{
    if (left < 0)
        return right;
    int node = naive_add(naive, kind, 0);
    naive->nodes[node].left = left;
    naive->nodes[node].right = right;
    return node;
}

/* A word of few letters; perhaps with a leaf in front that may be missing, and an assertion. */
static inline int naive_word(struct naive *naive)
{
    int word = -1;
    if (naive_below(naive, 3) == 0) {
        int leaf = naive_add(naive, NAIVE_SET, naive_below(naive, NAIVE_ALL_SETS));
        word = naive_add(naive, NAIVE_REPEAT, 0);
        naive->nodes[word].left = leaf;
        naive->nodes[word].maximum = 1 + naive_below(naive, 2);
    }
    for (int letters = 1 + naive_below(naive, 4); letters > 0; letters--) {
        int set = NAIVE_SETS + naive_below(naive, NAIVE_RARE_SETS);
        word = naive_join(naive, NAIVE_CONCAT, word, naive_add(naive, NAIVE_SET, set));
    }
    if (naive_below(naive, 3) == 0) {
        int look = naive_add(naive, NAIVE_LOOK, naive_below(naive, NAIVE_LOOKS));
        word = naive_join(naive, NAIVE_CONCAT, word, look);
    }
    return word;
}

/* Up to four words, one of which is to be found. */
static inline int naive_words(struct naive *naive)
{
    int words = -1;
    for (int count = 1 + naive_below(naive, 4); count > 0; count--)
        words = naive_join(naive, NAIVE_EITHER, words, naive_word(naive));
    return words;
}

/* --- Writing it down --- */

static inline void naive_put(struct naive *naive, const char *text)
{
    size_t length = strlen(text);
    if (naive->length + length < sizeof naive->written) {
        memcpy(naive->written + naive->length, text, length + 1);
        naive->length += length;
    }
}

static inline void naive_put_bounds(struct naive *naive, const struct naive_node *node)
{
    char text[32];
    if (node->maximum == NAIVE_FOREVER && node->minimum < 2)
        snprintf(text, sizeof text, "%s", node->minimum ? "+" : "*");
    else if (node->maximum == NAIVE_FOREVER)
        snprintf(text, sizeof text, "{%d,}", node->minimum);
    else if (node->minimum == 0 && node->maximum == 1)
        snprintf(text, sizeof text, "?");
    else if (node->minimum == node->maximum)
        snprintf(text, sizeof text, "{%d}", node->minimum);
    else
        snprintf(text, sizeof text, "{%d,%d}", node->minimum, node->maximum);
    naive_put(naive, text);
}

static inline void naive_write(struct naive *naive, int index)
{
    struct naive_node *node = &naive->nodes[index];
    switch (node->kind) {
    case NAIVE_SET:
        naive_put(naive, naive_sets[node->value].written);
        return;
    case NAIVE_LOOK:
        naive_put(naive, naive_looks[node->value]);
        return;
    case NAIVE_CONCAT:
        naive_write(naive, node->left);
        naive_write(naive, node->right);
        return;
    case NAIVE_EITHER:
        /* Parentheses are groups: numbered as they open. */
        node->value = ++naive->groups;
        naive_put(naive, "(");
        naive_write(naive, node->left);
        naive_put(naive, "|");
        naive_write(naive, node->right);
        naive_put(naive, ")");
        return;
    case NAIVE_REPEAT:
    case NAIVE_GROUP:
        node->value = ++naive->groups;
        naive_put(naive, "(");
        naive_write(naive, node->left);
        naive_put(naive, ")");
        if (node->kind == NAIVE_REPEAT)
            naive_put_bounds(naive, node);
        return;
    }
}

static inline void naive_begin(struct naive *naive, bool posix, uint64_t (*random)(void))
{
    naive->count = naive->groups = 0;
    naive->length = 0;
    naive->posix = posix;
    naive->random = random;
    naive->shortest = naive->words = false;
    naive->starts = UINT64_MAX;
    naive->fold = naive_below(naive, 6) == 0;
}

/* An expression of about `size` leaves. */
static inline void naive_make(struct naive *naive, int size, bool posix, uint64_t (*random)(void))
{
    naive_begin(naive, posix, random);
    naive->root = naive_tree(naive, size);
    naive_write(naive, naive->root);
}

/* One of rare words. */
static inline void naive_make_words(struct naive *naive, uint64_t (*random)(void))
{
    naive_begin(naive, false, random);
    naive->words = true;
    naive->root = naive_words(naive);
    naive_write(naive, naive->root);
}

/* --- Matching --- */

struct naive_text {
    const unsigned char *bytes;
    int length;
};

static inline bool naive_is_member(const struct naive_set *set, unsigned char byte)
{
    return set->count > 0 && memchr(set->members, byte, set->count) != NULL;
}

static inline bool naive_is_letter(unsigned char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

static inline bool naive_passes(const struct naive *naive, int value, unsigned char byte)
{
    const struct naive_set *set = &naive_sets[value];
    bool member = naive_is_member(set, byte);
    if (naive->fold && naive_is_letter(byte))
        member = member || naive_is_member(set, byte ^ 0x20);
    return set->negated ? !member && (set->newline || byte != '\n') : member;
}

static inline bool naive_word_at(const struct naive_text *text, int place)
{
    if (place < 0 || place >= text->length)
        return false;
    unsigned char byte = text->bytes[place];
    return naive_is_letter(byte) || (byte >= '0' && byte <= '9') || byte == '_';
}

static inline bool naive_look(const struct naive_text *text, int look, int place)
{
    switch (look) {
    case 0:
        return place < text->length && (place == 0 || text->bytes[place - 1] == '\n');
    case 1:
        return place < text->length ? text->bytes[place] == '\n'
                                    : place > 0 && text->bytes[place - 1] != '\n';
    case 2:
        return place == 0;
    case 3:
        return place == text->length;
    case 4:
        return naive_word_at(text, place - 1) != naive_word_at(text, place);
    default:
        return naive_word_at(text, place - 1) == naive_word_at(text, place);
    }
}

/* The places where a match of the node can end that starts at one of `starts`. */
static inline uint64_t naive_ends(const struct naive *naive, int index,
                                  const struct naive_text *text, uint64_t starts);

/* As naive_ends(), of `minimum` to `maximum` rounds of a repeat's child. */
static inline uint64_t naive_rounds(const struct naive *naive, int child, int minimum, int maximum,
                                    const struct naive_text *text, uint64_t starts)
{
    uint64_t ends = minimum == 0 ? starts : 0;
    for (int round = 1; round <= maximum && starts != 0; round++) {
        starts = naive_ends(naive, child, text, starts);
        /* What adds no place will not add one in the rounds to come. */
        if (round > minimum && (starts & ~ends) == 0)
            break;
        if (round >= minimum)
            ends |= starts;
    }
    return ends;
}

static inline uint64_t naive_ends(const struct naive *naive, int index,
                                  const struct naive_text *text, uint64_t starts)
{
    const struct naive_node *node = &naive->nodes[index];
    uint64_t ends = 0;
    switch (node->kind) {
    case NAIVE_SET:
        for (int place = 0; place < text->length; place++)
            if (starts >> place & 1 && naive_passes(naive, node->value, text->bytes[place]))
                ends |= UINT64_C(2) << place;
        return ends;
    case NAIVE_LOOK:
        for (int place = 0; place <= text->length; place++)
            if (starts >> place & 1 && naive_look(text, node->value, place))
                ends |= UINT64_C(1) << place;
        return ends;
    case NAIVE_CONCAT:
        return naive_ends(naive, node->right, text, naive_ends(naive, node->left, text, starts));
    case NAIVE_EITHER:
        return naive_ends(naive, node->left, text, starts) |
               naive_ends(naive, node->right, text, starts);
    case NAIVE_GROUP:
        return naive_ends(naive, node->left, text, starts);
    case NAIVE_REPEAT:
        return naive_rounds(naive, node->left, node->minimum, node->maximum, text, starts);
    }
    return 0;
}

static inline int naive_highest(uint64_t places)
{
    int highest = -1;
    for (int place = 0; place < 64; place++)
        if (places >> place & 1)
            highest = place;
    return highest;
}

/* Where the match of those ends is chosen that start at one place; -1: there is none. */
static inline int naive_end(const struct naive *naive, uint64_t places)
{
    for (int place = 0; naive->shortest && place < 64; place++)
        if (places >> place & 1)
            return place;
    return naive_highest(places);
}

static inline int naive_end_from(const struct naive *naive, const struct naive_text *text,
                                 int start, uint64_t allowed)
{
    if (!(naive->starts >> start & 1))
        return -1;
    return naive_end(naive, allowed & naive_ends(naive, naive->root, text, UINT64_C(1) << start));
}

/* The leftmost-longest match that starts in [from, until]. */
static inline bool naive_find(const struct naive *naive, const struct naive_text *text, int from,
                              int until, int *start, int *end)
{
    for (*start = from; *start <= until && *start <= text->length; ++*start) {
        *end = naive_end_from(naive, text, *start, UINT64_MAX);
        if (*end >= 0)
            return true;
    }
    return false;
}

/* The match that starts last in [from, limit] and ends by `limit`, the longest of those. */
static inline bool naive_find_last(const struct naive *naive, const struct naive_text *text,
                                   int from, int limit, int *start, int *end)
{
    uint64_t allowed = (UINT64_C(2) << limit) - 1;
    for (*start = limit; *start >= from; --*start) {
        *end = naive_end_from(naive, text, *start, allowed);
        if (*end >= 0)
            return true;
    }
    return false;
}

/* --- Groups, by POSIX's rule: each part in turn takes the longest that lets the rest match --- */

struct naive_group {
    int start, end; /* -1: took no part */
};

static inline bool naive_fits(const struct naive *naive, int index, const struct naive_text *text,
                              int start, int end)
{
    return naive_ends(naive, index, text, UINT64_C(1) << start) >> end & 1;
}

static inline void naive_groups(const struct naive *naive, int index, const struct naive_text *text,
                                int start, int end, struct naive_group *groups);

static inline void naive_repeat_groups(const struct naive *naive, const struct naive_node *node,
                                       const struct naive_text *text, int start, int end,
                                       struct naive_group *groups)
{
    int minimum = node->minimum, maximum = node->maximum, last_start = -1, last_end = -1;
    for (int round = 0; round < node->maximum; round++) {
        int middle = end;
        if (round >= node->minimum && round > 0 && start == end)
            break;
        minimum = minimum > 0 ? minimum - 1 : 0;
        maximum--;
        while (middle >= start &&
               !(naive_fits(naive, node->left, text, start, middle) &&
                 naive_rounds(naive, node->left, minimum, maximum, text, UINT64_C(1) << middle) >>
                         end &
                     1))
            middle--;
        if (middle < start)
            break;
        last_start = start;
        last_end = start = middle;
    }
    if (last_start < 0)
        return;
    if (node->value < NAIVE_GROUPS)
        groups[node->value] = (struct naive_group){last_start, last_end};
    naive_groups(naive, node->left, text, last_start, last_end, groups);
}

static inline void naive_groups(const struct naive *naive, int index, const struct naive_text *text,
                                int start, int end, struct naive_group *groups)
{
    const struct naive_node *node = &naive->nodes[index];
    if (node->kind == NAIVE_REPEAT) {
        naive_repeat_groups(naive, node, text, start, end, groups);
        return;
    }
    if (node->kind != NAIVE_SET && node->kind != NAIVE_LOOK && node->value > 0 &&
        node->value < NAIVE_GROUPS)
        groups[node->value] = (struct naive_group){start, end};
    if (node->kind == NAIVE_GROUP)
        naive_groups(naive, node->left, text, start, end, groups);
    if (node->kind == NAIVE_EITHER)
        naive_groups(naive,
                     naive_fits(naive, node->left, text, start, end) ? node->left : node->right,
                     text, start, end, groups);
    if (node->kind == NAIVE_CONCAT) {
        int middle = end;
        while (!(naive_fits(naive, node->left, text, start, middle) &&
                 naive_fits(naive, node->right, text, middle, end)))
            middle--;
        naive_groups(naive, node->left, text, start, middle, groups);
        naive_groups(naive, node->right, text, middle, end, groups);
    }
}

#endif
