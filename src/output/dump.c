/* dump.c - rows of offset, hex digits and text, as xxd prints them. */
#include "output/dump.h"
#include "base/checked.h"
#include "base/hex.h"

#include <stdio.h>
#include <string.h>

/* Classes of bytes; each has a colour. */
enum byte_class { BYTE_ZERO, BYTE_PRINTABLE, BYTE_BLANK, BYTE_CONTROL, BYTE_HIGH, BYTE_CLASSES };

/* The longest line switches the colour before every byte, in both columns. */
enum { COLOR_LENGTH = 8, LINE = 32 + DUMP_ROW * 2 * (3 + 2 * COLOR_LENGTH) };

/* A line under construction. */
struct line {
    char text[LINE];
    size_t length;
    enum byte_class class; /* the current colour; BYTE_CLASSES: none */
};

static enum byte_class class_of(unsigned char byte)
{
    if (byte == 0)
        return BYTE_ZERO;
    if (byte == ' ' || (byte >= '\t' && byte <= '\r'))
        return BYTE_BLANK;
    if (byte < 0x20 || byte == 0x7f)
        return BYTE_CONTROL;
    return byte < 0x7f ? BYTE_PRINTABLE : BYTE_HIGH;
}

static void put(struct line *line, char byte)
{
    line->text[line->length++] = byte;
}

static void put_text(struct line *line, const char *text)
{
    size_t length = strlen(text);
    memcpy(line->text + line->length, text, length);
    line->length += length;
}

/* Switches to the colour of a class. BYTE_CLASSES: no colour. */
static void set_class(struct line *line, enum byte_class class)
{
    static const char *const colors[] = {"\x1b[90m", "\x1b[36m", "\x1b[32m",
                                         "\x1b[35m", "\x1b[33m", "\x1b[0m"};
    if (class == line->class)
        return;
    put_text(line, colors[class]);
    line->class = class;
}

static void put_hex(struct line *line, const struct dump *dump)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < DUMP_ROW; i++) {
        bool there = i < dump->length;
        if (dump->color)
            set_class(line, there ? class_of(dump->row[i]) : BYTE_CLASSES);
        put(line, there ? digits[dump->row[i] >> 4] : ' ');
        put(line, there ? digits[dump->row[i] & 15] : ' ');
        if (i % 2)
            put(line, ' ');
    }
}

static void put_characters(struct line *line, const struct dump *dump)
{
    for (size_t i = 0; i < dump->length; i++) {
        unsigned char byte = dump->row[i];
        if (dump->color)
            set_class(line, class_of(byte));
        put(line, byte >= 0x20 && byte < 0x7f ? (char)byte : '.');
    }
    if (dump->color)
        set_class(line, BYTE_CLASSES);
}

static bool print_row(struct dump *dump, struct error *error)
{
    struct line line = {.class = BYTE_CLASSES};
    line.length = (size_t)snprintf(line.text, 20, "%08llx: ", (unsigned long long)dump->offset);
    put_hex(&line, dump);
    put(&line, ' ');
    put_characters(&line, dump);
    put(&line, '\n');
    return output_bytes(dump->output, line.text, line.length, error);
}

/* ---- many rows ------------------------------------------------------------------------------- */

enum {
    ROWS = 64,                                                 /* that are written at once */
    PLAIN_LINE = 16 + 2 + DUMP_ROW / 2 * 5 + 1 + DUMP_ROW + 1, /* the longest without colours */
};

/* At least eight digits, and a colon. Returns the end. */
static unsigned char *write_offset(uint64_t offset, unsigned char *out)
{
    size_t length = 8;
    while (length < 16 && offset >> 4 * length)
        length++;
    for (size_t i = length; i-- > 0; offset >>= 4)
        out[i] = (unsigned char)"0123456789abcdef"[offset & 15];
    memcpy(out + length, ": ", 2);
    return out + length + 2;
}

/* Writes a full row without colours; `digits` are those of its bytes. */
static unsigned char *write_row(uint64_t offset, const unsigned char *row,
                                const unsigned char *digits, unsigned char *restrict out)
{
    out = write_offset(offset, out);
    for (size_t i = 0; i < DUMP_ROW / 2; i++) {
        memcpy(out + 5 * i, digits + 4 * i, 4);
        out[5 * i + 4] = ' ';
    }
    out += DUMP_ROW / 2 * 5;
    *out++ = ' ';
    for (size_t i = 0; i < DUMP_ROW; i++)
        out[i] = row[i] >= 0x20 && row[i] < 0x7f ? row[i] : '.';
    out[DUMP_ROW] = '\n';
    return out + DUMP_ROW + 1;
}

static bool print_rows(struct dump *dump, const unsigned char *bytes, size_t rows,
                       struct error *error)
{
    unsigned char digits[ROWS * DUMP_ROW * 2];
    hex_write(bytes, rows * DUMP_ROW, digits);
    unsigned char *room = output_room(dump->output, rows * PLAIN_LINE, error), *out = room;
    if (!room)
        return false;
    for (size_t i = 0; i < rows; i++) {
        out = write_row(dump->offset, bytes + i * DUMP_ROW, digits + i * DUMP_ROW * 2, out);
        dump->offset += DUMP_ROW;
    }
    output_fill(dump->output, (size_t)(out - room));
    return true;
}

/* Prints full rows, where neither colours nor rows before them matter. `*taken` is their length. */
static bool print_full_rows(struct dump *dump, const unsigned char *bytes, size_t length,
                            size_t *taken, struct error *error)
{
    *taken = 0;
    if (dump->color || dump->fold || dump->length > 0)
        return true;
    while (length - *taken >= DUMP_ROW) {
        size_t rows = minimum_size((length - *taken) / DUMP_ROW, ROWS);
        if (!print_rows(dump, bytes + *taken, rows, error))
            return false;
        *taken += rows * DUMP_ROW;
    }
    return true;
}

/* ---- rows in parts --------------------------------------------------------------------------- */

/* One `*` stands for all rows that equal the one before them. */
static bool finish_row(struct dump *dump, struct error *error)
{
    bool equal = dump->fold && dump->has_last && dump->length == DUMP_ROW &&
                 memcmp(dump->row, dump->last, DUMP_ROW) == 0;
    bool done =
        equal ? dump->folded || output_text(dump->output, "*\n", error) : print_row(dump, error);
    memcpy(dump->last, dump->row, DUMP_ROW);
    dump->has_last = dump->length == DUMP_ROW;
    dump->folded = equal;
    dump->offset += dump->length;
    dump->length = 0;
    return done;
}

void dump_init(struct dump *dump, struct output *output, uint64_t offset, bool color, bool fold)
{
    *dump = (struct dump){.output = output, .offset = offset, .color = color, .fold = fold};
}

bool dump_bytes(struct dump *dump, const unsigned char *bytes, size_t length, struct error *error)
{
    while (length > 0) {
        size_t taken;
        if ((dump->length == DUMP_ROW && !finish_row(dump, error)) ||
            !print_full_rows(dump, bytes, length, &taken, error))
            return false;
        bytes += taken;
        length -= taken;
        size_t take = minimum_size(DUMP_ROW - dump->length, length);
        memcpy(dump->row + dump->length, bytes, take);
        dump->length += take;
        bytes += take;
        length -= take;
    }
    /*
     * Print a full row at once: a reader may wait for it while more bytes come in. Folding decides
     * later.
     */
    if (!dump->fold && dump->length == DUMP_ROW)
        return finish_row(dump, error);
    return true;
}

bool dump_end(struct dump *dump, struct error *error)
{
    return dump->length == 0 || print_row(dump, error);
}
