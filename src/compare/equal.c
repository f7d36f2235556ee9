/* equal.c - how long two places are equal. */
#include "compare/internal.h"

enum {
    STEP = 4096, /* bytes of one memcmp(): most of an equal run is skipped at its speed */
};

/* The first difference in `length` bytes; `length` if there is none. */
static size_t first_difference(const unsigned char *a, const unsigned char *b, size_t length)
{
    size_t i = 0;
    while (i + 8 <= length && compare_word(a + i) == compare_word(b + i))
        i += 8;
    while (i < length && a[i] == b[i])
        i++;
    return i;
}

size_t text_next_data(const struct compare_text *text, size_t offset)
{
    if (!text->next_data || offset >= text->length)
        return offset;
    uint64_t data = text->next_data(text->context, offset);
    return data > text->length ? text->length : data < offset ? offset : (size_t)data;
}

/* How many bytes from both offsets on lie in holes of both strings. */
static size_t common_hole(const struct comparison *comparison, size_t old_offset, size_t new_offset)
{
    const struct compare_pair *pair = comparison->pair;
    if (!pair->old_text.next_data || !pair->new_text.next_data)
        return 0;
    size_t old_hole = text_next_data(&pair->old_text, old_offset) - old_offset;
    if (old_hole == 0)
        return 0;
    return minimum_size(old_hole, text_next_data(&pair->new_text, new_offset) - new_offset);
}

size_t equal_after(const struct comparison *comparison, size_t old_offset, size_t new_offset,
                   size_t most)
{
    if (most == 0)
        return 0;
    const unsigned char *a = comparison->old_bytes + old_offset;
    const unsigned char *b = comparison->new_bytes + new_offset;
    size_t done = first_difference(a, b, minimum_size(most, 64));
    if (done < 64)
        return done;
    size_t look_for_hole = 0;
    while (done < most) {
        if (done >= look_for_hole) {
            done += minimum_size(common_hole(comparison, old_offset + done, new_offset + done),
                                 most - done);
            look_for_hole = done + COMPARE_HOLE_STEP;
        }
        size_t step = minimum_size(most - done, STEP);
        if (memcmp(a + done, b + done, step) != 0)
            return done + first_difference(a + done, b + done, step);
        done += step;
    }
    return done;
}

size_t equal_before(const struct comparison *comparison, size_t old_offset, size_t new_offset,
                    size_t most)
{
    if (most == 0)
        return 0;
    const unsigned char *a = comparison->old_bytes + old_offset;
    const unsigned char *b = comparison->new_bytes + new_offset;
    size_t done = 0;
    /* Holes can be skipped forwards only: do not read terabytes of zeros backwards. */
    if (comparison->pair->old_text.next_data || comparison->pair->new_text.next_data)
        most = minimum_size(most, COMPARE_HOLE_STEP);
    while (most - done >= STEP && memcmp(a - done - STEP, b - done - STEP, STEP) == 0)
        done += STEP;
    while (most - done >= 8 && compare_word(a - done - 8) == compare_word(b - done - 8))
        done += 8;
    while (done < most && a[-1 - (ptrdiff_t)done] == b[-1 - (ptrdiff_t)done])
        done++;
    return done;
}

void gap_trim(const struct comparison *comparison, struct compare_gap *gap)
{
    size_t most = minimum_size(gap_old_length(gap), gap_new_length(gap));
    size_t front = equal_after(comparison, gap->old_start, gap->new_start, most);
    gap->old_start += front;
    gap->new_start += front;
    size_t back = equal_before(comparison, gap->old_end, gap->new_end, most - front);
    gap->old_end -= back;
    gap->new_end -= back;
}

uint64_t compare_count(const struct compare_pair *pair, size_t start, size_t end)
{
    const struct compare_text *a = &pair->old_text, *b = &pair->new_text;
    uint64_t count = 0;
    while (start < end) {
        size_t data = minimum_size(text_next_data(a, start), text_next_data(b, start));
        start = minimum_size(data, end);
        size_t stop = start + minimum_size(end - start, COMPARE_HOLE_STEP);
        for (; start < stop; start++)
            count += a->bytes[start] != b->bytes[start];
    }
    return count;
}
