/*
 * fuzz_compare.c - the differences of two byte strings: in their normal form, with the bytes
 * between them equal, as few as can be where the strings are short; and applied as an edit script
 * they make NEW of OLD, as the script the other way round makes OLD of NEW.
 */
#include "compare/compare.h"
#include "edit/script.h"
#include "fuzz.h"

enum { TEXT_MOST = 100000, SHORT = 20 };

/* What was reported so far. */
struct report {
    const struct compare_pair *pair;
    size_t old_at, new_at; /* the end of the last difference */
    size_t bytes, gaps;
    struct buffer redo, undo; /* edit scripts; owned */
};

/* Whether an insertion or deletion could stand a byte further to the right. */
static bool may_slide(const struct compare_pair *pair, const struct compare_gap *gap)
{
    const unsigned char *old_bytes = pair->old_text.bytes, *new_bytes = pair->new_text.bytes;
    bool inserts = gap->old_start == gap->old_end, deletes = gap->new_start == gap->new_end;
    if (gap->old_end == pair->old_text.length || gap->new_end == pair->new_text.length ||
        old_bytes[gap->old_end] != new_bytes[gap->new_end])
        return false;
    return (inserts && new_bytes[gap->new_start] == new_bytes[gap->new_end]) ||
           (deletes && old_bytes[gap->old_start] == old_bytes[gap->old_end]);
}

static void print_side(struct buffer *script, const unsigned char *bytes, size_t length)
{
    if (length > 0)
        DEMAND(edit_script_print_bytes(script, bytes, length, NULL));
    else
        DEMAND(buffer_append_byte(script, EDIT_SCRIPT_NOTHING, NULL));
}

static void print_line(struct buffer *script, const unsigned char *from, size_t start, size_t end,
                       const unsigned char *to, size_t to_length)
{
    DEMAND(edit_script_print_offset(script, start, NULL));
    print_side(script, from + start, end - start);
    DEMAND(buffer_append_byte(script, EDIT_SCRIPT_BLANK, NULL));
    print_side(script, to, to_length);
    DEMAND(buffer_append_byte(script, EDIT_SCRIPT_NEWLINE, NULL));
}

static bool take(void *context, const struct compare_gap *gap, struct error *error)
{
    struct report *report = context;
    const struct compare_pair *pair = report->pair;
    const unsigned char *old_bytes = pair->old_text.bytes, *new_bytes = pair->new_text.bytes;
    size_t old_length = gap->old_end - gap->old_start, new_length = gap->new_end - gap->new_start;
    (void)error;
    DEMAND(gap->old_start >= report->old_at + (report->gaps > 0) && old_length + new_length > 0);
    DEMAND(gap->old_start - report->old_at == gap->new_start - report->new_at);
    DEMAND(gap->old_end <= pair->old_text.length && gap->new_end <= pair->new_text.length);
    for (size_t i = 0; old_length == new_length && i < old_length; i++)
        DEMAND(old_bytes[gap->old_start + i] != new_bytes[gap->new_start + i]);
    DEMAND(!may_slide(pair, gap));
    print_line(&report->redo, old_bytes, gap->old_start, gap->old_end, new_bytes + gap->new_start,
               new_length);
    print_line(&report->undo, new_bytes, gap->new_start, gap->new_end, old_bytes + gap->old_start,
               old_length);
    report->old_at = gap->old_end;
    report->new_at = gap->new_end;
    report->bytes += old_length + new_length;
    report->gaps++;
    return true;
}

/* Applies a script line by line. */
static void check_script(const struct buffer *script, const struct compare_text *from,
                         const struct compare_text *to)
{
    struct buffer made = {0};
    struct edit_line line;
    size_t position = 0, at = 0;
    while (edit_script_next(script->data, script->length, &position, &line, NULL) ==
           EDIT_SCRIPT_LINE) {
        struct buffer old = {0};
        DEMAND(buffer_append(&made, from->bytes + at, (size_t)line.offset - at, NULL));
        DEMAND(edit_field_decode(&line.old_bytes, &old, NULL));
        DEMAND(fuzz_same(old.data, old.length, from->bytes + line.offset,
                         (size_t)line.old_bytes.length));
        DEMAND(edit_field_decode(&line.new_bytes, &made, NULL));
        at = (size_t)line.offset + old.length;
        buffer_release(&old);
    }
    DEMAND(position == script->length);
    DEMAND(buffer_append(&made, from->bytes + at, from->length - at, NULL));
    DEMAND(fuzz_same(made.data, made.length, to->bytes, to->length));
    buffer_release(&made);
}

/* The length of the longest common subsequence, by the table of all prefixes. */
static size_t common_length(const struct compare_text *a, const struct compare_text *b)
{
    size_t row[SHORT + 1] = {0};
    for (size_t i = 0; i < a->length; i++) {
        size_t before = 0;
        for (size_t k = 1; k <= b->length; k++) {
            size_t above = row[k];
            row[k] = a->bytes[i] == b->bytes[k - 1] ? before + 1
                     : row[k] > row[k - 1]          ? row[k]
                                                    : row[k - 1];
            before = above;
        }
    }
    return row[b->length];
}

static void check_pair(const struct compare_text *old_text, const struct compare_text *new_text)
{
    struct report report = {0};
    struct compare_pair pair = {*old_text, *new_text, take, &report};
    report.pair = &pair;
    DEMAND(compare_texts(&pair, NULL));
    check_script(&report.redo, old_text, new_text);
    check_script(&report.undo, new_text, old_text);
    if (old_text->length <= SHORT && new_text->length <= SHORT)
        DEMAND(report.bytes ==
               old_text->length + new_text->length - 2 * common_length(old_text, new_text));
    buffer_release(&report.redo);
    buffer_release(&report.undo);
}

/* Byte by byte: what differs, and how much. */
static void check_in_place(const struct compare_text *old_text, const struct compare_text *new_text)
{
    struct report report = {0};
    struct compare_pair pair = {*old_text, *new_text, take, &report};
    uint64_t differing = 0;
    if (old_text->length != new_text->length)
        return;
    report.pair = &pair;
    for (size_t i = 0; i < old_text->length; i++)
        differing += old_text->bytes[i] != new_text->bytes[i];
    DEMAND(compare_in_place(&pair, NULL));
    DEMAND(report.bytes == 2 * differing);
    DEMAND(compare_count(&pair, 0, old_text->length) == differing);
    check_script(&report.redo, old_text, new_text);
    buffer_release(&report.redo);
    buffer_release(&report.undo);
}

static void append(struct buffer *text, const void *bytes, size_t length)
{
    if (text->length + length <= TEXT_MOST)
        DEMAND(buffer_append(text, bytes, length, NULL));
}

/* Bytes that repeat nothing (splitmix64), or that repeat themselves. */
static void append_made(struct buffer *text, uint64_t seed, size_t length, size_t period)
{
    for (size_t i = 0; i < length; i++) {
        uint64_t z = seed + 0x9e3779b97f4a7c15u * (i % period + 1);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        append(text, &(unsigned char){(unsigned char)(z >> 56)}, 1);
    }
}

static size_t make_length(void)
{
    static const size_t most[] = {4, 40, 300, 3000, 40000};
    return fuzz_below(most[fuzz_below(5)]);
}

/* A part: bytes of the input, made ones, or (NEW only) a copy of a part of OLD. */
static void make_part(struct buffer *text, const struct buffer *source)
{
    unsigned kind = (unsigned)fuzz_byte() % 4;
    size_t length = make_length();
    if (kind == 0) {
        for (size_t i = 0; i < length && fuzz_left > 0; i++)
            append(text, &(unsigned char){(unsigned char)fuzz_byte()}, 1);
    } else if (kind < 3 && source && source->length > 0) {
        size_t start = fuzz_below(65536) % source->length;
        length = length < source->length - start ? length : source->length - start;
        unsigned char *copy = fuzz_copy(source->data + start, length);
        append(text, copy, length);
        free(copy);
    } else {
        uint64_t seed = fuzz_byte();
        append_made(text, seed, length, fuzz_byte() % 2 ? SIZE_MAX : 1 + fuzz_below(40));
    }
}

/* NEW: all of OLD with parts in place of others, or parts alone. */
static void make_new(struct buffer *text, const struct buffer *source)
{
    bool follows = fuzz_byte() % 2;
    size_t at = 0;
    for (size_t parts = fuzz_below(8); parts > 0; parts--) {
        size_t kept = fuzz_below(65536), gone = fuzz_byte() % 2 ? make_length() : 0;
        if (follows && at < source->length) {
            kept = kept % (source->length - at) + 1;
            append(text, source->data + at, kept);
            at += kept;
            at += gone < source->length - at ? gone : source->length - at;
        }
        make_part(text, follows ? NULL : source);
    }
    if (follows && at < source->length)
        append(text, source->data + at, source->length - at);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buffer old_bytes = {0}, new_bytes = {0};
    fuzz_begin(data, size);
    for (size_t parts = fuzz_below(4); parts > 0; parts--)
        make_part(&old_bytes, &old_bytes);
    make_new(&new_bytes, &old_bytes);
    unsigned char *old_copy = fuzz_copy(old_bytes.data, old_bytes.length);
    unsigned char *new_copy = fuzz_copy(new_bytes.data, new_bytes.length);
    struct compare_text old_text = {.bytes = old_copy, .length = old_bytes.length};
    struct compare_text new_text = {.bytes = new_copy, .length = new_bytes.length};
    check_pair(&old_text, &new_text);
    check_in_place(&old_text, &new_text);
    free(old_copy);
    free(new_copy);
    buffer_release(&old_bytes);
    buffer_release(&new_bytes);
    return 0;
}
