/* test_hex.c - pairs of hex digits, each byte and each character in each place. */
#include "base/hex.h"
#include "unit.h"

static int slow_value(unsigned character)
{
    static const char digits[] = "0123456789abcdef", capitals[] = "0123456789ABCDEF";
    for (int i = 0; i < 16; i++)
        if (character == (unsigned char)digits[i] || character == (unsigned char)capitals[i])
            return i;
    return -1;
}

static void each_character_has_its_value(void)
{
    for (unsigned i = 0; i < 256; i++)
        CHECK(hex_value((unsigned char)i) ==
              (slow_value(i) < 0 ? (unsigned)HEX_NONE : (unsigned)slow_value(i)));
}

static void each_byte_is_written_and_read(void)
{
    struct buffer text = {0};
    struct error error = {0};
    unsigned char bytes[256], back[256];
    CHECK(hex_append(&text, NULL, 0, &error) && text.length == 0);
    for (unsigned i = 0; i < 256; i++) {
        char want[3];
        bytes[i] = (unsigned char)i;
        snprintf(want, sizeof want, "%02x", i);
        CHECK(hex_append(&text, &bytes[i], 1, &error) && text.length == 2 * (i + 1));
        CHECK(!memcmp(text.data + 2 * (size_t)i, want, 2));
    }
    hex_pack(text.data, back, 256);
    CHECK(!memcmp(back, bytes, 256));
    CHECK(!hex_append(&text, bytes, SIZE_MAX / 2 + 1, &error) && text.length == 512);
    buffer_release(&text);
}

static void many_are_packed_or_none(void)
{
    unsigned char digits[HEX_MANY], bytes[HEX_MANY / 2 + 1], want[HEX_MANY / 2];
    for (size_t place = 0; place < HEX_MANY; place++)
        for (unsigned character = 0; character < 256; character++) {
            for (size_t i = 0; i < HEX_MANY; i++)
                digits[i] = (unsigned char)"0123456789abcdefABCDEF"[(i * 5 + place) % 22];
            digits[place] = (unsigned char)character;
            memset(bytes, 0xa5, sizeof bytes);
            bool good = hex_pack_many(digits, bytes);
            CHECK(good == (slow_value(character) >= 0));
            hex_pack(digits, want, HEX_MANY / 2);
            CHECK(!good || !memcmp(bytes, want, sizeof want));
            CHECK(good || bytes[0] == 0xa5);
            CHECK(bytes[HEX_MANY / 2] == 0xa5);
        }
}

static const struct unit_case cases[] = {
    {"each character has its value", each_character_has_its_value},
    {"each byte is written and read", each_byte_is_written_and_read},
    {"many digits are packed, or none", many_are_packed_or_none},
};

UNIT_MAIN(cases)
