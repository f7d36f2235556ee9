/* test_dump.c - rows of a dump against a slow writer that knows the columns of each byte. */
#include "output/dump.h"
#include "unit.h"

enum { BYTES = 3000, TEXT = 256 * 1024 };

/* What goes to standard output, kept. */
struct kept {
    struct output_sink sink;
    char text[TEXT];
    size_t length;
};

static bool keep(struct output_sink *sink, struct output *output, const void *bytes, size_t length,
                 struct error *error)
{
    struct kept *kept = (struct kept *)sink;
    (void)output;
    (void)error;
    CHECK(kept->length + length < TEXT);
    if (kept->length + length < TEXT)
        memcpy(kept->text + kept->length, bytes, length);
    kept->length += length;
    return true;
}

static struct kept kept;
static struct output output;

static void begin(void)
{
    output_init(&output);
    kept.sink.take = keep;
    kept.length = 0;
    output.sink = &kept.sink;
}

static void end(void)
{
    CHECK(output_flush(&output, NULL));
    kept.text[kept.length] = '\0';
}

/* ---- the slow writer ------------------------------------------------------------------------- */

static const char *code_of(enum dump_style style, unsigned char byte)
{
    if (style == DUMP_MATCH)
        return "30;43";
    if (style == DUMP_REMOVED)
        return "31";
    if (style == DUMP_ADDED)
        return "32";
    if (style != DUMP_BY_CLASS)
        return "0";
    if (byte == 0)
        return "90";
    if (strchr("\t\n\v\f\r ", byte))
        return "32";
    return byte >= 128 ? "33" : byte < 32 || byte == 127 ? "35" : "36";
}

/* A character of a row, with the parameters of its colour; "": blanks in front of any byte. */
struct cell {
    char character;
    const char *code;
};

static size_t slow_cells(const struct dump_layout *layout, const struct dump_row *row,
                         struct cell cells[DUMP_COLUMNS_MAX * 5])
{
    size_t group =
        layout->group == 0 || layout->group > layout->columns ? layout->columns : layout->group;
    size_t groups = (layout->columns + group - 1) / group;
    size_t hex_length = 2 * layout->columns + groups - 1, length = hex_length + 2;
    for (size_t i = 0; i < hex_length + 2 + layout->columns; i++)
        cells[i] = (struct cell){' ', "0"};
    for (size_t i = 0; i < row->length; i++) {
        enum dump_style style = row->styles ? row->styles[i] : DUMP_BY_CLASS;
        unsigned char byte = row->bytes[i];
        const char *code = code_of(style, byte);
        char digits[3];
        if (style == DUMP_ABSENT)
            continue;
        snprintf(digits, sizeof digits, "%02x", byte);
        cells[2 * i + i / group] = (struct cell){digits[0], code};
        cells[2 * i + i / group + 1] = (struct cell){digits[1], code};
        cells[hex_length + 2 + i] =
            (struct cell){byte >= 32 && byte < 127 ? (char)byte : '.', code};
        length = hex_length + 2 + i + 1;
        if (style == DUMP_MATCH && i > 0 && i % group == 0 && row->styles[i - 1] == DUMP_MATCH)
            cells[2 * i + i / group - 1].code = code;
    }
    return length;
}

/* Reads a printed row: the characters behind the offset, each with the colour it has. */
static size_t printed_cells(const char *text, struct cell *cells, char codes[][8])
{
    size_t length = 0;
    char code[8] = "0";
    while (*text != '\n' && *text) {
        if (*text == '\x1b') {
            size_t digits = strspn(text + 2, "0123456789;");
            bool is_reset = digits == 1 && text[2] == '0';
            CHECK_SAY(is_reset || strcmp(code, "30;43") != 0, "a background stays");
            snprintf(code, sizeof code, "%.*s", (int)digits, text + 2);
            text += 2 + digits + 1;
            continue;
        }
        memcpy(codes[length], code, sizeof code);
        cells[length] = (struct cell){*text++, codes[length]};
        length++;
    }
    CHECK(*text == '\n' && !strcmp(code, "0"));
    return length;
}

static void check_row(const struct dump_layout *layout, const struct dump_row *row)
{
    static struct cell want[DUMP_COLUMNS_MAX * 5], got[DUMP_COLUMNS_MAX * 5 + 64];
    static char codes[DUMP_COLUMNS_MAX * 5 + 64][8];
    char head[32];
    begin();
    CHECK(dump_row_print(&output, layout, row, NULL));
    end();
    int head_length = snprintf(head, sizeof head, "%s%08" PRIx64 ": ",
                               row->prefix ? (char[]){row->prefix, '\0'} : "", row->offset);
    size_t length = slow_cells(layout, row, want);
    size_t printed = printed_cells(kept.text, got, codes);
    CHECK_SAY(printed == (size_t)head_length + length, "%zu, not %zu: %s", printed,
              (size_t)head_length + length, kept.text);
    for (size_t i = 0; i < printed && i < (size_t)head_length; i++)
        CHECK_SAY(got[i].character == head[i], "%s", kept.text);
    if (layout->color && (row->prefix == '-' || row->prefix == '+'))
        CHECK(!strcmp(got[0].code, row->prefix == '-' ? "31" : "32"));
    for (size_t i = 0; i < length && head_length + i < printed; i++) {
        const struct cell *cell = &got[(size_t)head_length + i];
        bool shows = cell->character != ' ' || !strcmp(want[i].code, "30;43") ||
                     !strcmp(cell->code, "30;43");
        CHECK_SAY(cell->character == want[i].character, "at %zu: %s", i, kept.text);
        CHECK_SAY(!layout->color || !shows || !strcmp(cell->code, want[i].code), "at %zu: %s", i,
                  kept.text);
        CHECK_SAY(layout->color || !strcmp(cell->code, "0"), "colour: %s", kept.text);
    }
}

/* ---- random rows ----------------------------------------------------------------------------- */

static struct dump_layout random_layout(void)
{
    struct dump_layout layout = DUMP_LAYOUT;
    if (unit_below(3) > 0)
        layout.columns = 1 + unit_below(unit_below(2) ? DUMP_COLUMNS_MAX : 20);
    if (unit_below(3) > 0)
        layout.group = unit_below(unit_below(2) ? 300 : 9);
    layout.color = unit_below(2);
    return layout;
}

static void fill_random(unsigned char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        bytes[i] = unit_below(2) ? (unsigned char)unit_random()
                                 : (unsigned char)"\0 \n\x7f\x80"[unit_below(5)];
}

static uint64_t random_offset(void)
{
    return (unit_random() >> 1) >> unit_below(63);
}

static void rows_of_every_style(void)
{
    for (unsigned long round = 0; round < unit_rounds(20000); round++) {
        unsigned char bytes[DUMP_COLUMNS_MAX], styles[DUMP_COLUMNS_MAX];
        struct dump_layout layout = random_layout();
        size_t length = unit_below(3) ? layout.columns : unit_below(layout.columns + 1);
        struct dump_row row = {random_offset(), bytes, unit_below(4) ? styles : NULL, length,
                               "\0-+ "[unit_below(4)]};
        fill_random(bytes, length);
        unsigned char style = 0;
        for (size_t i = 0; i < length; i++) {
            if (unit_below(3) == 0)
                style = (unsigned char)unit_below(DUMP_ABSENT + 1);
            styles[i] = style;
        }
        check_row(&layout, &row);
    }
}

/* ---- dumps in parts -------------------------------------------------------------------------- */

/* All rows by dump_row_print(), whose rows the case above checks. */
static size_t slow_dump(const struct dump_layout *layout, uint64_t offset,
                        const unsigned char *bytes, size_t length, bool fold, char *text)
{
    bool folded = false;
    begin();
    for (size_t at = 0; at < length; at += layout->columns) {
        size_t rest = length - at, columns = layout->columns;
        struct dump_row row = {offset + at, bytes + at, NULL, rest < columns ? rest : columns, 0};
        bool equal =
            fold && at > 0 && rest > columns && !memcmp(bytes + at, bytes + at - columns, columns);
        if (equal && !folded)
            CHECK(output_text(&output, "*\n", NULL));
        folded = equal;
        if (!equal)
            CHECK(dump_row_print(&output, layout, &row, NULL));
    }
    end();
    memcpy(text, kept.text, kept.length);
    return kept.length;
}

static void dumps_in_parts(void)
{
    static char want[TEXT];
    static unsigned char bytes[BYTES];
    for (unsigned long round = 0; round < unit_rounds(500); round++) {
        struct dump_layout layout = random_layout();
        struct dump dump;
        uint64_t offset = random_offset();
        size_t length = unit_below(BYTES), part;
        bool fold = unit_below(2);
        fill_random(bytes, length);
        if (unit_below(2))
            memset(bytes, 'x', length - unit_below(length + 1));
        size_t want_length = slow_dump(&layout, offset, bytes, length, fold, want);
        begin();
        dump_init(&dump, &output, &layout, offset, fold);
        for (size_t at = 0; at < length; at += part) {
            part = unit_below(unit_below(2) ? 40 : 2000);
            part = part < length - at ? part : length - at;
            CHECK(dump_bytes(&dump, bytes + at, part, NULL));
        }
        CHECK(dump_end(&dump, NULL));
        end();
        CHECK_SAY(kept.length == want_length && !memcmp(kept.text, want, want_length),
                  "%zu bytes, %zu columns, group %zu, fold %d, colour %d", length, layout.columns,
                  layout.group, fold, layout.color);
    }
}

/* ---- as a reader sees it --------------------------------------------------------------------- */

static void rows_as_xxd_prints_them(void)
{
    static const unsigned char bytes[] = "0123456789abcde\nxyz";
    struct dump dump;
    begin();
    dump_init(&dump, &output, &DUMP_LAYOUT, 0x10, false);
    CHECK(dump_bytes(&dump, bytes, sizeof bytes - 1, NULL) && dump_end(&dump, NULL));
    end();
    CHECK_SAY(!strcmp(kept.text,
                      "00000010: 3031 3233 3435 3637 3839 6162 6364 650a  0123456789abcde.\n"
                      "00000020: 7879 7a                                  xyz\n"),
              "%s", kept.text);
}

static void row_of_a_change(void)
{
    static const unsigned char styles[] = {DUMP_UNCOLORED, DUMP_REMOVED, DUMP_ABSENT,
                                           DUMP_BY_CLASS};
    struct dump_layout layout = {4, 1, true};
    struct dump_row row = {255, (const unsigned char *)"abcd", styles, 4, '-'};
    begin();
    CHECK(dump_row_print(&output, &layout, &row, NULL));
    end();
    CHECK_SAY(!strcmp(kept.text, "\x1b[31m-\x1b[0m000000ff: 61\x1b[31m 62\x1b[0m   \x1b[36m 64  "
                                 "\x1b[0ma\x1b[31mb\x1b[0m \x1b[36md\x1b[0m\n"),
              "%s", kept.text);
}

static const struct unit_case cases[] = {
    {"rows as xxd prints them", rows_as_xxd_prints_them},
    {"a row before a change", row_of_a_change},
    {"every byte has its columns and its colour", rows_of_every_style},
    {"a dump in parts is its rows, one after the other", dumps_in_parts},
};
UNIT_MAIN(cases)
