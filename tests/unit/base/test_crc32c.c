/* test_crc32c.c - the checksum of journals, whichever way the processor computes it. */
#include "base/crc32c.h"
#include "unit.h"

enum { MOST = 40000 };

/* One bit at a time. */
static uint32_t slow(uint32_t crc, const unsigned char *bytes, size_t length)
{
    crc = ~crc;
    for (size_t i = 0; i < length; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc & 1 ? crc >> 1 ^ 0x82f63b78 : crc >> 1;
    }
    return ~crc;
}

static void known_sums(void)
{
    unsigned char bytes[32] = {0};
    CHECK(crc32c(0, "123456789", 9) == 0xe3069283);
    CHECK(crc32c(0, bytes, 32) == 0x8a9136aa); /* RFC 3720, B.4 */
    memset(bytes, 0xff, sizeof bytes);
    CHECK(crc32c(0, bytes, 32) == 0x62a8ab43);
    CHECK(crc32c(0x12345678, "", 0) == 0x12345678);
}

static void as_one_bit_at_a_time(void)
{
    static unsigned char bytes[MOST];
    for (size_t i = 0; i < MOST; i++)
        bytes[i] = (unsigned char)unit_random();
    for (int round = 0; round < 300; round++) {
        size_t start = (size_t)unit_below(64);
        size_t length = (size_t)unit_below(round % 3 == 0 ? MOST - start : 3500);
        uint32_t before = (uint32_t)unit_random(), sum = slow(before, bytes + start, length);
        CHECK(crc32c(before, bytes + start, length) == sum);
        CHECK(crc32c_portable(before, bytes + start, length) == sum);
    }
}

static void in_parts_as_in_one(void)
{
    static unsigned char bytes[MOST];
    for (size_t i = 0; i < MOST; i++)
        bytes[i] = (unsigned char)unit_random();
    uint32_t sum = slow(0, bytes, MOST);
    for (int round = 0; round < 100; round++) {
        size_t cut = (size_t)unit_below(MOST);
        CHECK(crc32c(crc32c(0, bytes, cut), bytes + cut, MOST - cut) == sum);
    }
}

static const struct unit_case cases[] = {
    {"known sums", known_sums},
    {"random bytes, as one bit at a time", as_one_bit_at_a_time},
    {"in parts as in one", in_parts_as_in_one},
};
UNIT_MAIN(cases)
