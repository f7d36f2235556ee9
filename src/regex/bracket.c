/*
 * bracket.c - the sets of bytes of an expression: escapes, classes, brackets.
 *
 * Classes are those of ASCII. A negated set never contains a newline, so that a match stays in its
 * line unless the expression names a newline.
 */
#include "regex/parse.h"

#include <string.h>

static bool is_alpha(unsigned byte)
{
    return (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
}

static bool is_digit(unsigned byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_alnum(unsigned byte)
{
    return is_alpha(byte) || is_digit(byte);
}

static bool is_upper(unsigned byte)
{
    return byte >= 'A' && byte <= 'Z';
}

static bool is_lower(unsigned byte)
{
    return byte >= 'a' && byte <= 'z';
}

static bool is_space(unsigned byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

static bool is_blank(unsigned byte)
{
    return byte == ' ' || byte == '\t';
}

static bool is_cntrl(unsigned byte)
{
    return byte < 0x20 || byte == 0x7f;
}

static bool is_graph(unsigned byte)
{
    return byte > 0x20 && byte < 0x7f;
}

static bool is_print(unsigned byte)
{
    return byte >= 0x20 && byte < 0x7f;
}

static bool is_punct(unsigned byte)
{
    return is_graph(byte) && !is_alnum(byte);
}

static bool is_xdigit(unsigned byte)
{
    return is_digit(byte) || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'f');
}

static const struct {
    const char *name;
    bool (*test)(unsigned byte);
} classes[] = {
    {"alpha", is_alpha},    {"digit", is_digit}, {"alnum", is_alnum}, {"upper", is_upper},
    {"lower", is_lower},    {"space", is_space}, {"blank", is_blank}, {"cntrl", is_cntrl},
    {"graph", is_graph},    {"print", is_print}, {"punct", is_punct}, {"xdigit", is_xdigit},
    {"word", byte_is_word},
};

static void add_class(struct byte_set *set, bool (*test)(unsigned byte))
{
    for (unsigned byte = 0; byte < 256; byte++)
        if (test(byte))
            byte_set_add(set, byte);
}

static void negate(struct byte_set *set)
{
    byte_set_invert(set);
    byte_set_remove(set, '\n');
}

void regex_set_fold(struct byte_set *set)
{
    for (unsigned byte = 'a'; byte <= 'z'; byte++) {
        if (byte_set_has(set, byte))
            byte_set_add(set, byte - 'a' + 'A');
        else if (byte_set_has(set, byte - 'a' + 'A'))
            byte_set_add(set, byte);
    }
}

static unsigned hex_value(unsigned char digit)
{
    return is_digit(digit) ? digit - (unsigned)'0' : (digit | 0x20u) - 'a' + 10;
}

/* Parses \xHH, with `at` on the x. */
static bool parse_hex(struct regex_parser *parser, struct byte_set *set)
{
    const unsigned char *digits = parser->bytes + parser->at + 1;
    if (parser->length - parser->at < 3 || !is_xdigit(digits[0]) || !is_xdigit(digits[1]))
        return regex_parse_error(parser, parser->at - 1, "\\x needs two hex digits");
    byte_set_add(set, hex_value(digits[0]) * 16 + hex_value(digits[1]));
    parser->at += 3;
    return true;
}

/*
 * Parses \0, with `at` on the 0. Octal escapes are refused, because other tools disagree about
 * them.
 */
static bool parse_zero(struct regex_parser *parser, struct byte_set *set)
{
    if (parser->length - parser->at > 1 && is_digit(parser->bytes[parser->at + 1]))
        return regex_parse_error(parser, parser->at - 1,
                                 "an octal escape is not supported; \\xHH is");
    byte_set_add(set, 0);
    parser->at++;
    return true;
}

/* Adds the bytes of \d, \w, \s or their negations; false if the letter is none of them. */
static bool class_escape(unsigned char letter, struct byte_set *set)
{
    switch (letter | 0x20) {
    case 'd':
        add_class(set, is_digit);
        break;
    case 'w':
        add_class(set, byte_is_word);
        break;
    case 's':
        add_class(set, is_space);
        break;
    default:
        return false;
    }
    if (is_upper(letter))
        negate(set);
    return true;
}

static bool byte_escape(unsigned char letter, struct byte_set *set)
{
    static const char letters[] = "ntrfva", bytes[] = "\n\t\r\f\v\a";
    const char *found = letter ? strchr(letters, letter) : NULL;
    if (found)
        byte_set_add(set, (unsigned char)bytes[found - letters]);
    else if (is_punct(letter))
        byte_set_add(set, letter);
    else
        return false;
    return true;
}

bool regex_parse_escape(struct regex_parser *parser, struct byte_set *set, bool *several)
{
    *several = false;
    if (parser->at == parser->length)
        return regex_parse_error(parser, parser->at - 1, "a backslash ends the expression");
    unsigned char letter = parser->bytes[parser->at];
    if (letter == 'x')
        return parse_hex(parser, set);
    if (letter == '0')
        return parse_zero(parser, set);
    struct byte_set escaped = {{0}};
    *several = class_escape(letter, &escaped);
    if (!*several && !byte_escape(letter, &escaped))
        return false;
    byte_set_unite(set, &escaped);
    parser->at++;
    return true;
}

static unsigned only_byte(const struct byte_set *set)
{
    unsigned byte = 0;
    while (!byte_set_has(set, byte))
        byte++;
    return byte;
}

/*
 * The index of `end` followed by ']' from `at` on; the length of the expression if there is none.
 */
static size_t find_closing(const struct regex_parser *parser, unsigned char end)
{
    for (size_t i = parser->at; i + 1 < parser->length; i++)
        if (parser->bytes[i] == end && parser->bytes[i + 1] == ']')
            return i;
    return parser->length;
}

static bool parse_named_class(struct regex_parser *parser, size_t close, struct byte_set *set)
{
    const unsigned char *name = parser->bytes + parser->at;
    size_t length = close - parser->at;
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        if (strlen(classes[i].name) == length && memcmp(classes[i].name, name, length) == 0) {
            add_class(set, classes[i].test);
            return true;
        }
    }
    return regex_parse_error(parser, parser->at - 2, "there is no class of that name");
}

/* Parses [:name:], [.x.] or [=x=], with `at` after the '['. */
static bool parse_inner_bracket(struct regex_parser *parser, struct byte_set *set, bool *several)
{
    unsigned char kind = parser->bytes[parser->at++];
    size_t close = find_closing(parser, kind);
    if (close == parser->length)
        return regex_parse_error(parser, parser->at - 2, "'[%c' is never closed", kind);
    *several = kind == ':';
    if (*several) {
        if (!parse_named_class(parser, close, set))
            return false;
    } else {
        if (close - parser->at != 1)
            return regex_parse_error(parser, parser->at - 2,
                                     "a collating element of more than one byte is not supported");
        byte_set_add(set, parser->bytes[parser->at]);
    }
    parser->at = close + 2;
    return true;
}

/* Parses one element of a bracket. Unless it is `*several` bytes, it can be the end of a range. */
static bool parse_element(struct regex_parser *parser, struct byte_set *set, bool *several)
{
    *several = false;
    unsigned char byte = parser->bytes[parser->at];
    if (byte == '\\') {
        size_t where = parser->at++;
        if (regex_parse_escape(parser, set, several))
            return true;
        return parser->error->status == STATUS_DONE
                   ? regex_parse_error(parser, where, "this escape means nothing in brackets")
                   : false;
    }
    parser->at++;
    if (byte == '[' && parser->at < parser->length &&
        memchr(":.=", parser->bytes[parser->at], 3) != NULL)
        return parse_inner_bracket(parser, set, several);
    byte_set_add(set, byte);
    return true;
}

/* Whether a '-' here makes a range; before the ']' it stands for itself. */
static bool at_range(const struct regex_parser *parser)
{
    return parser->length - parser->at >= 2 && parser->bytes[parser->at] == '-' &&
           parser->bytes[parser->at + 1] != ']';
}

static bool parse_range(struct regex_parser *parser, size_t where, bool several,
                        const struct byte_set *low, struct byte_set *set)
{
    struct byte_set high = {{0}};
    parser->at++;
    bool high_several;
    if (!parse_element(parser, &high, &high_several))
        return false;
    if (several || high_several)
        return regex_parse_error(parser, where, "a class cannot be the end of a range");
    unsigned from = only_byte(low), to = only_byte(&high);
    if (from > to)
        return regex_parse_error(parser, where, "the range runs backwards");
    for (unsigned byte = from; byte <= to; byte++)
        byte_set_add(set, byte);
    return true;
}

bool regex_parse_bracket(struct regex_parser *parser, struct byte_set *set)
{
    size_t open = parser->at - 1;
    bool negated = parser->at < parser->length && parser->bytes[parser->at] == '^';
    if (negated)
        parser->at++;
    for (bool first = true;; first = false) {
        if (parser->at == parser->length)
            return regex_parse_error(parser, open, "'[' is never closed");
        if (parser->bytes[parser->at] == ']' && !first)
            break;
        size_t where = parser->at;
        struct byte_set element = {{0}};
        bool several;
        if (!parse_element(parser, &element, &several))
            return false;
        if (at_range(parser) && !parse_range(parser, where, several, &element, set))
            return false;
        byte_set_unite(set, &element);
    }
    parser->at++;
    if (parser->flags.fold)
        regex_set_fold(set);
    if (negated)
        negate(set);
    return true;
}
