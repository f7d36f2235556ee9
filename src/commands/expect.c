/* expect.c - --expect: edits only if the file holds the expected bytes. */
#include "commands/expect.h"
#include "commands/records.h"

#include <string.h>

enum { STEP = 4096, SHOWN = 32 };

/* The expected bytes, with a mask as in a pattern. */
struct expected {
    struct buffer bytes;
    struct buffer mask;
    bool strict; /* the edit's new bytes count as others, too */
};

static bool encode(const struct request *request, struct expected *expected, struct error *error)
{
    const struct byte_type *type = request->type;
    const struct record_bytes record_bytes = {&expected->bytes, &expected->mask};
    if (request->record)
        return records_encode(request->record, &request->expect, 1, &record_bytes, error);
    if (!type && !(type = byte_type_find("text", error)))
        return false;
    return bytes_encode_masked(type, request->expect, &expected->bytes, &expected->mask, error);
}

/* Sets *same: the file's bytes at `offset` are the expected ones. False past the end. */
static bool compare(const struct mapping *mapping, uint64_t offset, const struct expected *expected,
                    bool *same, struct error *error)
{
    unsigned char bytes[STEP];
    size_t length = expected->bytes.length;
    *same = length == 0 || (offset <= mapping->size && length <= mapping->size - offset);
    for (size_t done = 0; *same && done < length;) {
        size_t take = length - done < STEP ? length - done : STEP;
        if (!mapping_read(mapping, offset + done, bytes, take, error))
            return false;
        for (size_t i = 0; i < take && *same; i++)
            *same =
                ((bytes[i] ^ expected->bytes.data[done + i]) & expected->mask.data[done + i]) == 0;
        done += take;
    }
    return true;
}

/* Whether the edit's new bytes are at `offset` already. */
static bool is_done(const struct edit *edit, const struct mapping *mapping, struct pool *pool,
                    uint64_t offset, bool *done, struct error *error)
{
    unsigned char wanted[STEP], there[STEP];
    *done = edit->new_length > 0 && offset <= mapping->size &&
            edit->new_length <= mapping->size - offset;
    for (uint64_t at = 0; *done && at < edit->new_length;) {
        size_t take = (size_t)minimum_u64(STEP, edit->new_length - at);
        if (!pool_read_edit(pool, mapping, edit, (struct range){at, at + take}, wanted, error) ||
            !mapping_read(mapping, offset + at, there, take, error))
            return false;
        *done = memcmp(wanted, there, take) == 0;
        at += take;
    }
    return true;
}

static bool say_different(const struct mapping *mapping, uint64_t offset, size_t expected_length,
                          struct error *error)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char bytes[SHOWN];
    char text[SHOWN * 2 + 1];
    uint64_t left = offset < mapping->size ? mapping->size - offset : 0;
    size_t length = (size_t)minimum_u64(minimum_u64(expected_length, left), SHOWN);
    if (!mapping_read(mapping, offset, bytes, length, error))
        return false;
    for (size_t i = 0; i < length; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 15];
    }
    text[2 * length] = 0;
    return error_no(error, "other bytes than the expected ones are at %llu: %s%s",
                    (unsigned long long)offset, length ? text : "none (the file ends there)",
                    length < minimum_u64(expected_length, left) ? "..." : "");
}

static enum expect_result check(const struct expected *expected, const struct mapping *mapping,
                                struct range there, const struct edit_list *edits,
                                struct pool *pool, struct error *error)
{
    bool same, done;
    size_t length = expected->bytes.length;
    bool fits = length == range_length(there) || range_length(there) == 0;
    /* The old bytes may begin with the fewer new ones: while all are there, it is not done. */
    bool shrinks = edits->last.new_length < range_length(there);
    if (!is_done(&edits->last, mapping, pool, there.start, &done, error) ||
        !compare(mapping, there.start, expected, &same, error))
        return EXPECT_DIFFERENT;
    if ((shrinks || expected->strict) && same && fits)
        return EXPECT_FOUND;
    /* Before `same`: the new bytes may begin with the old ones, and must not be inserted twice. */
    if (done && !expected->strict)
        return EXPECT_DONE_BEFORE;
    if (same && fits)
        return EXPECT_FOUND;
    if (!fits)
        error_usage(error, "--expect gives %zu byte%s, the edit replaces %llu", length,
                    diag_plural(length), (unsigned long long)range_length(there));
    else
        say_different(mapping, there.start, length, error);
    return EXPECT_DIFFERENT;
}

bool expect_was_done(const struct request *request, const struct mapping *mapping,
                     const struct edit *edit, struct pool *pool)
{
    bool done = false;
    return request->expect && !request->strict &&
           is_done(edit, mapping, pool, edit->offset, &done, NULL) && done;
}

enum expect_result expect_check(const struct request *request, const struct mapping *mapping,
                                struct range there, const struct edit_list *edits,
                                struct pool *pool, struct error *error)
{
    struct expected expected = {.strict = request->strict};
    enum expect_result result = EXPECT_FOUND;
    if (!request->expect)
        return result;
    result = encode(request, &expected, error)
                 ? check(&expected, mapping, there, edits, pool, error)
                 : EXPECT_DIFFERENT;
    buffer_release(&expected.bytes);
    buffer_release(&expected.mask);
    return result;
}
