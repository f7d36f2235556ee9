/* dump_row.c - one row of a dump: offset, hex digits and text, as xxd prints them. */
#include "output/dump_row.h"
#include "base/checked.h"
#include "base/hex.h"

#include <string.h>

enum {
    OFFSET_LENGTH = 16 + 2, /* the longest offset, and what follows it */
    ROWS_LENGTH = 8 * 1024, /* output that is formatted at once */
};

/* At least eight digits, a colon and a blank. Returns the end. */
static unsigned char *put_offset(uint64_t offset, unsigned char *out)
{
    size_t length = 8;
    while (length < 16 && offset >> 4 * length)
        length++;
    for (size_t i = length; i-- > 0; offset >>= 4)
        out[i] = (unsigned char)"0123456789abcdef"[offset & 15];
    memcpy(out + length, ": ", 2);
    return out + length + 2;
}

static unsigned char printable(unsigned char byte)
{
    return byte >= 0x20 && byte < 0x7f ? byte : '.';
}

static size_t group_of(const struct dump_layout *layout)
{
    return layout->group > 0 && layout->group < layout->columns ? layout->group : layout->columns;
}

/* ---- in colours ------------------------------------------------------------------------------ */

enum color {
    COLOR_ZERO,
    COLOR_PRINTABLE,
    COLOR_SPACE,
    COLOR_CONTROL,
    COLOR_HIGH,
    COLOR_MATCH,
    COLOR_REMOVED,
    COLOR_ADDED,
    COLOR_NONE,
};

enum {
    CODE_ROOM = 8, /* the longest code; all are copied as if they had its length */
    COLORED_BYTE = 2 + 1 + 1 + 2 * 2 * CODE_ROOM, /* digits, a blank, text; codes before each */
    COLORED_EXTRA = 1 + OFFSET_LENGTH + 3 + 6 * CODE_ROOM,
};

static const char color_codes[][CODE_ROOM + 1] = {"\x1b[90m", "\x1b[36m", "\x1b[32m",
                                                  "\x1b[35m", "\x1b[33m", "\x1b[30;43m",
                                                  "\x1b[31m", "\x1b[32m", "\x1b[0m"};
static const unsigned char code_lengths[] = {5, 5, 5, 5, 5, 8, 5, 5, 4};

/* A row under construction. */
struct line {
    unsigned char *end;
    enum color color;
    bool colored; /* else colours are ignored */
};

static void put(struct line *line, unsigned char byte)
{
    *line->end++ = byte;
}

static inline void put_code(struct line *line, enum color color)
{
    memcpy(line->end, color_codes[color], CODE_ROOM);
    line->end += code_lengths[color];
}

static inline void set_color(struct line *line, enum color color)
{
    if (!line->colored || color == line->color)
        return;
    /* No other colour undoes the background of COLOR_MATCH. */
    if (line->color == COLOR_MATCH && color != COLOR_NONE)
        put_code(line, COLOR_NONE);
    put_code(line, color);
    line->color = color;
}

/* The colour of each byte by its class. */
enum { Z = COLOR_ZERO, P = COLOR_PRINTABLE, S = COLOR_SPACE, C = COLOR_CONTROL, H = COLOR_HIGH };
static const unsigned char class_colors[256] = {
    Z, C, C, C, C, C, C, C, C, S, S, S, S, S, C, C, C, C, C, C, C, C, C, C, C, C, C, C, C, C, C, C,
    S, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P,
    P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P,
    P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, C,
    H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H,
    H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H,
    H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H,
    H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H,
};

static enum color color_of_class(unsigned char byte)
{
    return (enum color)class_colors[byte];
}

static enum dump_style style_of(const struct dump_row *row, size_t i)
{
    if (i >= row->length)
        return DUMP_ABSENT;
    return row->styles ? (enum dump_style)row->styles[i] : DUMP_BY_CLASS;
}

static enum color color_of(const struct dump_row *row, size_t i)
{
    static const enum color colors[] = {
        [DUMP_UNCOLORED] = COLOR_NONE, [DUMP_MATCH] = COLOR_MATCH, [DUMP_REMOVED] = COLOR_REMOVED,
        [DUMP_ADDED] = COLOR_ADDED,    [DUMP_ABSENT] = COLOR_NONE,
    };
    enum dump_style style = style_of(row, i);
    return style == DUMP_BY_CLASS ? color_of_class(row->bytes[i]) : colors[style];
}

static void put_prefix(struct line *line, char prefix)
{
    if (!prefix)
        return;
    set_color(line, prefix == '-' ? COLOR_REMOVED : prefix == '+' ? COLOR_ADDED : COLOR_NONE);
    put(line, (unsigned char)prefix);
    set_color(line, COLOR_NONE);
}

static void put_digits(struct line *line, const struct dump_layout *layout,
                       const struct dump_row *row)
{
    static const char digits[] = "0123456789abcdef";
    size_t group = group_of(layout);
    for (size_t i = 0; i < layout->columns; i++) {
        enum color color = color_of(row, i);
        bool absent = style_of(row, i) == DUMP_ABSENT;
        if (color != COLOR_MATCH) /* the blank between two bytes of a match is highlighted too */
            set_color(line, color);
        if (i > 0 && i % group == 0)
            put(line, ' ');
        set_color(line, color);
        put(line, absent ? ' ' : (unsigned char)digits[row->bytes[i] >> 4]);
        put(line, absent ? ' ' : (unsigned char)digits[row->bytes[i] & 15]);
    }
}

static void put_text(struct line *line, const struct dump_row *row)
{
    size_t length = row->length;
    while (length > 0 && style_of(row, length - 1) == DUMP_ABSENT)
        length--;
    for (size_t i = 0; i < length; i++) {
        set_color(line, color_of(row, i));
        put(line, style_of(row, i) == DUMP_ABSENT ? ' ' : printable(row->bytes[i]));
    }
    set_color(line, COLOR_NONE);
}

bool dump_row_print(struct output *output, const struct dump_layout *layout,
                    const struct dump_row *row, struct error *error)
{
    size_t most = COLORED_EXTRA + layout->columns * COLORED_BYTE;
    unsigned char *room = output_room(output, most, error);
    if (!room)
        return false;
    struct line line = {room, COLOR_NONE, layout->color};
    put_prefix(&line, row->prefix);
    line.end = put_offset(row->offset, line.end);
    put_digits(&line, layout, row);
    if (line.color == COLOR_MATCH)
        set_color(&line, COLOR_NONE);
    put(&line, ' ');
    put(&line, ' ');
    put_text(&line, row);
    put(&line, '\n');
    output_fill(output, (size_t)(line.end - room));
    return true;
}

/* ---- many rows without colours --------------------------------------------------------------- */

static inline unsigned char *put_row_text(const unsigned char *bytes, size_t columns,
                                          unsigned char *restrict out)
{
    *out++ = ' ';
    for (size_t i = 0; i < columns; i++)
        out[i] = printable(bytes[i]);
    out[columns] = '\n';
    return out + columns + 1;
}

/* Writes a full row; `digits` are those of its bytes. */
static unsigned char *put_row(size_t columns, size_t group, const unsigned char *bytes,
                              const unsigned char *digits, unsigned char *restrict out)
{
    for (size_t i = 0; i < columns; i += group) {
        size_t length = 2 * minimum_size(group, columns - i);
        memcpy(out, digits + 2 * i, length);
        out[length] = ' ';
        out += length + 1;
    }
    return put_row_text(bytes, columns, out);
}

/* The same with DUMP_COLUMNS and DUMP_GROUP: constants make it twice as fast. */
static unsigned char *put_usual_row(const unsigned char *bytes, const unsigned char *digits,
                                    unsigned char *restrict out)
{
    for (size_t i = 0; i < DUMP_COLUMNS / DUMP_GROUP; i++) {
        memcpy(out + 5 * i, digits + 4 * i, 4);
        out[5 * i + 4] = ' ';
    }
    return put_row_text(bytes, DUMP_COLUMNS, out + DUMP_COLUMNS / DUMP_GROUP * 5);
}

/* The longest row without colours. */
static size_t plain_length(const struct dump_layout *layout)
{
    return OFFSET_LENGTH + 4 * layout->columns + 2;
}

static bool put_plain_rows(struct output *output, const struct dump_layout *layout, uint64_t offset,
                           const unsigned char *bytes, size_t count, struct error *error)
{
    unsigned char digits[ROWS_LENGTH / 2];
    size_t columns = layout->columns, group = group_of(layout);
    bool usual = columns == DUMP_COLUMNS && group == DUMP_GROUP;
    unsigned char *room = output_room(output, count * plain_length(layout), error), *out = room;
    if (!room)
        return false;
    hex_write(bytes, count * columns, digits);
    for (size_t at = 0; at < count * columns; at += columns) {
        out = put_offset(offset + at, out);
        out = usual ? put_usual_row(bytes + at, digits + 2 * at, out)
                    : put_row(columns, group, bytes + at, digits + 2 * at, out);
    }
    output_fill(output, (size_t)(out - room));
    return true;
}

static bool put_colored_rows(struct output *output, const struct dump_layout *layout,
                             uint64_t offset, const unsigned char *bytes, size_t count,
                             struct error *error)
{
    struct dump_row row = {.offset = offset, .bytes = bytes, .length = layout->columns};
    for (; count > 0; count--, row.offset += row.length, row.bytes += row.length)
        if (!dump_row_print(output, layout, &row, error))
            return false;
    return true;
}

bool dump_rows_print(struct output *output, const struct dump_layout *layout, uint64_t offset,
                     const unsigned char *bytes, size_t count, struct error *error)
{
    if (layout->color)
        return put_colored_rows(output, layout, offset, bytes, count, error);
    while (count > 0) {
        size_t some = minimum_size(count, ROWS_LENGTH / plain_length(layout));
        if (!put_plain_rows(output, layout, offset, bytes, some, error))
            return false;
        bytes += some * layout->columns;
        offset += some * layout->columns;
        count -= some;
    }
    return true;
}
