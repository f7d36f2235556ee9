/* parse.c - the syntax of expressions, which regex.h describes. */
#include "regex/parse.h"

#include <string.h>

static bool at_end(const struct regex_parser *parser)
{
    return parser->at == parser->length;
}

static bool at_byte(const struct regex_parser *parser, unsigned char byte)
{
    return !at_end(parser) && parser->bytes[parser->at] == byte;
}

static bool at_text(const struct regex_parser *parser, const char *text)
{
    size_t length = strlen(text);
    return parser->length - parser->at >= length &&
           memcmp(parser->bytes + parser->at, text, length) == 0;
}

static bool make_node(struct regex_parser *parser, enum regex_node_kind kind, uint32_t value,
                      uint32_t *node)
{
    *node = regex_tree_add(parser->tree, kind, parser->error);
    if (*node == REGEX_NODE_NONE)
        return false;
    parser->tree->nodes[*node].value = value;
    return true;
}

static bool make_set(struct regex_parser *parser, const struct byte_set *set, uint32_t *node)
{
    struct byte_set folded = *set;
    uint32_t index;
    if (parser->flags.fold)
        regex_set_fold(&folded);
    return regex_tree_add_set(parser->tree, &folded, &index, parser->error) &&
           make_node(parser, REGEX_NODE_SET, index, node);
}

static bool make_byte(struct regex_parser *parser, unsigned char byte, uint32_t *node)
{
    struct byte_set set = {{0}};
    byte_set_add(&set, byte);
    return make_set(parser, &set, node);
}

static bool make_dot(struct regex_parser *parser, uint32_t *node)
{
    struct byte_set set = {{0}};
    byte_set_invert(&set);
    if (!parser->flags.dot_newline)
        byte_set_remove(&set, '\n');
    return make_set(parser, &set, node);
}

static bool make_bracket(struct regex_parser *parser, uint32_t *node)
{
    struct byte_set set = {{0}};
    uint32_t index;
    /*
     * regex_parse_bracket() folds before it negates; make_set() would fold the negated set again.
     */
    return regex_parse_bracket(parser, &set) &&
           regex_tree_add_set(parser->tree, &set, &index, parser->error) &&
           make_node(parser, REGEX_NODE_SET, index, node);
}

static bool parse_alternatives(struct regex_parser *parser, uint32_t *node);

/* --- Groups --- */

/*
 * Reads the letters of flags after "(?" up to `close`, and sets the flags. False, with nothing
 * changed, if other bytes stand here.
 */
static bool read_flags(struct regex_parser *parser, unsigned char close)
{
    struct regex_flags flags = parser->flags;
    size_t at = parser->at + 2;
    if (!at_text(parser, "(?"))
        return false;
    for (; at < parser->length && parser->bytes[at] != close; at++) {
        switch (parser->bytes[at]) {
        case 'i':
            flags.fold = true;
            break;
        case 's':
            flags.dot_newline = true;
            break;
        case 'm': /* ^ and $ are the start and end of a line anyway */
            break;
        default:
            return false;
        }
    }
    if (at == parser->length || at == parser->at + 2)
        return false;
    parser->at = at + 1;
    parser->flags = flags;
    return true;
}

enum { MOST_FLAGS_SHOWN = 16 }; /* bytes of them in a message */

/* Names the extension of another dialect that begins at `open`; always false. */
static bool refuse_extension(struct regex_parser *parser, size_t open)
{
    static const struct {
        const char *start;
        const char *name;
    } extensions[] = {
        {"(?=", "look-ahead"},          {"(?!", "look-ahead"},        {"(?<=", "look-behind"},
        {"(?<!", "look-behind"},        {"(?<", "a named group"},     {"(?P<", "a named group"},
        {"(?'", "a named group"},       {"(?P=", "a back-reference"}, {"(?>", "an atomic group"},
        {"(?#", "a comment"},           {"(?|", "a branch reset"},    {"(?R", "recursion"},
        {"(?(", "a conditional group"},
    };
    parser->at = open;
    if (read_flags(parser, ')'))
        return regex_parse_error(
            parser, open, "%.*s may stand only at the start of the expression or of a group",
            (int)minimum_size(parser->at - open, MOST_FLAGS_SHOWN), parser->bytes + open);
    for (size_t i = 0; i < sizeof extensions / sizeof *extensions; i++)
        if (at_text(parser, extensions[i].start))
            return regex_parse_error(parser, open, "%s is not supported", extensions[i].name);
    return regex_parse_error(parser, open,
                             "of the forms '(?...' only (?:...) and the flags i, s and m are "
                             "supported, as in (?i), (?is) and (?i:...)");
}

/* Parses the body of a group and its ')'. `number` 0: the group is not remembered. */
static bool parse_group_body(struct regex_parser *parser, size_t open, uint32_t number,
                             uint32_t *node)
{
    if (++parser->depth > REGEX_MAX_DEPTH)
        return regex_parse_error(parser, open, "parentheses are nested too deeply (limit %d)",
                                 REGEX_MAX_DEPTH);
    if (!parse_alternatives(parser, node))
        return false;
    if (!at_byte(parser, ')'))
        return regex_parse_error(parser, open, "'(' is never closed");
    parser->at++;
    parser->depth--;
    if (number == 0 || number >= REGEX_GROUPS)
        return true;
    uint32_t body = *node;
    if (!make_node(parser, REGEX_NODE_GROUP, number, node))
        return false;
    regex_tree_adopt(parser->tree, *node, body);
    return true;
}

/* Parses a group whose '(' has just been read. */
static bool parse_group(struct regex_parser *parser, uint32_t *node)
{
    size_t open = parser->at - 1;
    uint32_t number = 0;
    struct regex_flags flags = parser->flags;
    if (at_text(parser, "?:")) {
        parser->at += 2;
    } else if (at_byte(parser, '?')) {
        parser->at = open;
        if (!read_flags(parser, ':'))
            return refuse_extension(parser, open);
    } else {
        number = ++parser->groups;
    }
    if (!parse_group_body(parser, open, number, node))
        return false;
    parser->flags = flags;
    return true;
}

/* --- Escapes --- */

/* Names the escape of another dialect at `where`; always false. */
static bool refuse_escape(struct regex_parser *parser, size_t where)
{
    unsigned char letter = parser->bytes[parser->at];
    if (letter >= '1' && letter <= '9')
        return regex_parse_error(parser, where, "a back-reference is not supported");
    if (letter == 'p' || letter == 'P' || letter == 'u' || letter == 'U' || letter == 'X')
        return regex_parse_error(parser, where, "Unicode is not supported: \\%c", letter);
    if (letter == 'Z')
        return regex_parse_error(parser, where, "\\Z is not supported; \\z is the end of the text");
    if (letter == '<' || letter == '>')
        return regex_parse_error(parser, where, "\\%c is not supported; \\b is a word's edge",
                                 letter);
    if (letter > 0x20 && letter < 0x7f)
        return regex_parse_error(parser, where, "\\%c is not supported", letter);
    return regex_parse_error(parser, where, "a backslash before byte 0x%02x is not supported",
                             letter);
}

static bool parse_escape(struct regex_parser *parser, uint32_t *node)
{
    static const char letters[] = "bBAz";
    static const enum regex_look looks[] = {REGEX_LOOK_BOUNDARY, REGEX_LOOK_NO_BOUNDARY,
                                            REGEX_LOOK_TEXT_START, REGEX_LOOK_TEXT_END};
    size_t where = parser->at++;
    unsigned char letter = at_end(parser) ? 0 : parser->bytes[parser->at];
    const char *look = letter ? strchr(letters, letter) : NULL;
    if (look) {
        parser->at++;
        return make_node(parser, REGEX_NODE_LOOK, looks[look - letters], node);
    }
    if (letter == '<' || letter == '>')
        return refuse_escape(parser, where);
    struct byte_set set = {{0}};
    bool several;
    if (regex_parse_escape(parser, &set, &several))
        return make_set(parser, &set, node);
    return parser->error->status == STATUS_DONE ? refuse_escape(parser, where) : false;
}

/* --- Repeats --- */

struct bounds {
    uint32_t minimum;
    uint32_t maximum;
    size_t length; /* bytes of the operator; 0: there is none here */
};

/* Reads a number at index `*at`, limited to REGEX_MAX_CODE; false if there is none. */
static bool read_count(const struct regex_parser *parser, size_t *at, uint32_t *count)
{
    size_t first = *at;
    *count = 0;
    for (; *at < parser->length; ++*at) {
        unsigned char byte = parser->bytes[*at];
        if (byte < '0' || byte > '9')
            break;
        *count = *count * 10 + (uint32_t)(byte - '0');
        if (*count > REGEX_MAX_CODE)
            *count = REGEX_MAX_CODE;
    }
    return *at > first;
}

/* Reads {n}, {n,}, {,m} or {n,m}. After any other text the '{' is an ordinary byte. */
static struct bounds read_braces(const struct regex_parser *parser)
{
    struct bounds bounds = {0, 0, 0};
    size_t at = parser->at + 1;
    bool has_minimum = read_count(parser, &at, &bounds.minimum);
    bounds.maximum = bounds.minimum;
    bool has_comma = at < parser->length && parser->bytes[at] == ',';
    bool has_maximum = false;
    if (has_comma) {
        at++;
        has_maximum = read_count(parser, &at, &bounds.maximum);
        if (!has_maximum)
            bounds.maximum = REGEX_REPEAT_FOREVER;
    }
    if ((has_minimum || has_maximum) && at < parser->length && parser->bytes[at] == '}')
        bounds.length = at + 1 - parser->at;
    return bounds;
}

static struct bounds read_repeat(const struct regex_parser *parser)
{
    if (at_byte(parser, '*'))
        return (struct bounds){0, REGEX_REPEAT_FOREVER, 1};
    if (at_byte(parser, '+'))
        return (struct bounds){1, REGEX_REPEAT_FOREVER, 1};
    if (at_byte(parser, '?'))
        return (struct bounds){0, 1, 1};
    if (at_byte(parser, '{'))
        return read_braces(parser);
    return (struct bounds){0, 0, 0};
}

/* In other dialects a '?' or '+' after a repeat changes its meaning, so it is an error here. */
static bool refuse_stacked(struct regex_parser *parser)
{
    if (at_byte(parser, '?'))
        return regex_parse_error(
            parser, parser->at,
            "a non-greedy repeat is not supported: the longest match is found, or with "
            "--shortest the shortest");
    if (at_byte(parser, '+'))
        return regex_parse_error(parser, parser->at, "a possessive repeat is not supported");
    if (read_repeat(parser).length > 0)
        return regex_parse_error(parser, parser->at,
                                 "a repeat of a repeat is not supported without parentheses");
    return true;
}

static bool parse_repeat(struct regex_parser *parser, uint32_t *node)
{
    struct bounds bounds = read_repeat(parser);
    if (bounds.length == 0)
        return true;
    /* An anchor may be repeated in parentheses. Its group may have no node, so look for the ')'. */
    if (parser->tree->nodes[*node].kind == REGEX_NODE_LOOK && parser->bytes[parser->at - 1] != ')')
        return regex_parse_error(parser, parser->at, "there is nothing to repeat but an anchor");
    if (bounds.minimum > bounds.maximum)
        return regex_parse_error(parser, parser->at, "the repeat's bounds are the wrong way round");
    parser->at += bounds.length;
    uint32_t child = *node;
    if (!make_node(parser, REGEX_NODE_REPEAT, 0, node))
        return false;
    parser->tree->nodes[*node].minimum = bounds.minimum;
    parser->tree->nodes[*node].maximum = bounds.maximum;
    regex_tree_adopt(parser->tree, *node, child);
    return refuse_stacked(parser);
}

/* --- Sequences and alternatives --- */

static bool parse_atom(struct regex_parser *parser, uint32_t *node)
{
    unsigned char byte = parser->bytes[parser->at];
    if (read_repeat(parser).length > 0)
        return regex_parse_error(parser, parser->at, "there is nothing to repeat");
    if (byte == '\\')
        return parse_escape(parser, node);
    parser->at++;
    switch (byte) {
    case '(':
        return parse_group(parser, node);
    case '[':
        return make_bracket(parser, node);
    case '.':
        return make_dot(parser, node);
    case '^':
        return make_node(parser, REGEX_NODE_LOOK, REGEX_LOOK_LINE_START, node);
    case '$':
        return make_node(parser, REGEX_NODE_LOOK, REGEX_LOOK_LINE_END, node);
    default:
        return make_byte(parser, byte, node);
    }
}

/*
 * Adds a child to `*parent`. A node of `kind` is made only for the second child: a single child
 * stands for itself.
 */
static bool gather(struct regex_parser *parser, enum regex_node_kind kind, uint32_t child,
                   uint32_t *parent, bool *made)
{
    if (*parent == REGEX_NODE_NONE) {
        *parent = child;
        return true;
    }
    if (!*made) {
        uint32_t only = *parent;
        if (!make_node(parser, kind, 0, parent))
            return false;
        regex_tree_adopt(parser->tree, *parent, only);
        *made = true;
    }
    regex_tree_adopt(parser->tree, *parent, child);
    return true;
}

static bool parse_sequence(struct regex_parser *parser, uint32_t *node)
{
    bool made = false;
    *node = REGEX_NODE_NONE;
    while (!at_end(parser) && !at_byte(parser, '|')) {
        uint32_t child = REGEX_NODE_NONE;
        if (at_byte(parser, ')') && parser->depth > 0)
            break;
        if (at_byte(parser, ')'))
            return regex_parse_error(parser, parser->at, "')' closes nothing");
        if (!parse_atom(parser, &child) || !parse_repeat(parser, &child) ||
            !gather(parser, REGEX_NODE_CONCAT, child, node, &made))
            return false;
    }
    return *node != REGEX_NODE_NONE || make_node(parser, REGEX_NODE_EMPTY, 0, node);
}

static bool parse_alternatives(struct regex_parser *parser, uint32_t *node)
{
    bool made = false;
    *node = REGEX_NODE_NONE;
    while (read_flags(parser, ')'))
        continue; /* flags apply up to the end of the group */
    for (;;) {
        uint32_t child = REGEX_NODE_NONE;
        if (!parse_sequence(parser, &child) ||
            !gather(parser, REGEX_NODE_ALTERNATE, child, node, &made))
            return false;
        if (!at_byte(parser, '|'))
            return true;
        parser->at++;
    }
}

bool regex_tree_parse(struct regex_tree *tree, const unsigned char *expression, size_t length,
                      bool ignore_case, struct error *error)
{
    struct regex_parser parser = {
        .bytes = expression,
        .length = length,
        .flags.fold = ignore_case,
        .tree = tree,
        .error = error,
    };
    /* regex_parse_escape() uses the status to tell "no such escape" from "bad escape". */
    error->status = STATUS_DONE;
    return parse_alternatives(&parser, &tree->root);
}
