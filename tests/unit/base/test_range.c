/* test_range.c - numbers, positions and ranges. */
#include "base/range.h"
#include "unit.h"

#define NOT_A_NUMBER "(decimal, 0x, 0o or 0b; K M G ... after a decimal)"

static uint64_t parsed(const char *text)
{
    struct error error = {0};
    uint64_t number = UINT64_C(0xdeadbeef);
    CHECK_SAY(number_parse(text, "count", &number, &error), "\"%s\": %s", text, error.message);
    return number;
}

static void numbers_in_every_radix(void)
{
    CHECK(parsed("0") == 0);
    CHECK(parsed("010") == 10);
    CHECK(parsed("4096") == 4096);
    CHECK(parsed("0x10") == 16);
    CHECK(parsed("0XfF") == 255);
    CHECK(parsed("0o17") == 15);
    CHECK(parsed("0b101") == 5);
    CHECK(parsed("0x10E") == 270);
    CHECK(parsed("0x0000000000000000000000001") == 1);
    CHECK(parsed("9223372036854775807") == OFFSET_MAX);
    CHECK(parsed("0x7fffffffffffffff") == OFFSET_MAX);
}

static void suffixes_of_both_kinds(void)
{
    const char *const letters = "KMGTPE";
    uint64_t binary = 1, decimal = 1;
    for (const char *letter = letters; *letter; letter++) {
        char text[16];
        binary *= 1024;
        decimal *= 1000;
        snprintf(text, sizeof text, "3%c", *letter);
        CHECK_SAY(parsed(text) == 3 * binary, "%s", text);
        snprintf(text, sizeof text, "3%c", *letter - 'A' + 'a');
        CHECK_SAY(parsed(text) == 3 * binary, "%s", text);
        snprintf(text, sizeof text, "3%ciB", *letter);
        CHECK_SAY(parsed(text) == 3 * binary, "%s", text);
        snprintf(text, sizeof text, "3%cB", *letter == 'K' ? 'k' : *letter);
        CHECK_SAY(parsed(text) == 3 * decimal, "%s", text);
    }
    CHECK(parsed("0E") == 0);
    CHECK(parsed("7E") == 7 * binary);
}

static void malformed_numbers_are_refused(void)
{
    static const char *const bad[] = {
        "",     " ",      "12q",  " 12",    "12 ",   "1 2",  "-1",   "+1",  "0x",   "0xg",
        "0o8",  "0b2",    "0b",   "0o",     "x10",   "K",    "12KB", "12x", "12kb", "12Ki",
        "12Kb", "12K1",   "12KK", "0x10K",  "0b1K",  "1e3",  "1.5",  "1,0", "0x-1", "1.5K",
        "inf",  "12KiBx", "1\n",  "0x10kB", "1_000", "12mB", "12B",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct error error = {0};
        uint64_t number = 77;
        CHECK_SAY(!number_parse(bad[i], "count", &number, &error), "\"%s\"", bad[i]);
        CHECK(error.status == STATUS_FAILED && number == 77);
        CHECK_SAY(strstr(error.message, "is not a number"), "%s", error.message);
    }
    struct error error = {0};
    uint64_t number;
    number_parse("12q", "count", &number, &error);
    CHECK(!strcmp(error.message, "count \"12q\" is not a number " NOT_A_NUMBER));
    number_parse("1\n", "count", &number, &error);
    CHECK(!strcmp(error.message, "count \"1\\n\" is not a number " NOT_A_NUMBER));
}

static void too_large_numbers_never_wrap(void)
{
    static const char *const large[] = {
        "9223372036854775808",
        "18446744073709551615",
        "18446744073709551616",
        "18446744073709551617",
        "99999999999999999999999999999999",
        "0x8000000000000000",
        "0x10000000000000000",
        "0o2000000000000000000000",
        "8E",
        "16E",
        "17E",
        "18446744073709551617E",
        "10EB",
        "9007199254740992K",
    };
    for (size_t i = 0; i < sizeof large / sizeof *large; i++) {
        struct error error = {0};
        uint64_t number = 77;
        CHECK_SAY(!number_parse(large[i], "size", &number, &error), "\"%s\"", large[i]);
        CHECK_SAY(strstr(error.message, "is too large (at most 9223372036854775807)"), "%s",
                  error.message);
        CHECK(number == 77);
    }
}

static void scan_takes_all_64_bits(void)
{
    uint64_t number = 0;
    CHECK(number_scan("18446744073709551615", 20, &number) == NUMBER_GOOD && number == UINT64_MAX);
    CHECK(number_scan("18446744073709551616", 20, &number) == NUMBER_TOO_LARGE);
    CHECK(number_scan("0xffffffffffffffff", 18, &number) == NUMBER_GOOD && number == UINT64_MAX);
    CHECK(number_scan("15E", 3, &number) == NUMBER_GOOD && number == UINT64_C(15) << 60);
    CHECK(number_scan("16E", 3, &number) == NUMBER_TOO_LARGE);
    CHECK(number_scan("99999999999999999999q", 21, &number) == NUMBER_MALFORMED);
    CHECK(number_scan("123456", 3, &number) == NUMBER_GOOD && number == 123);
}

static void format_and_scan_are_inverse(void)
{
    static const unsigned radixes[] = {2, 8, 10, 16};
    for (unsigned long round = unit_rounds(200000); round > 0; round--) {
        uint64_t number = unit_random() >> unit_below(64), back = ~number;
        unsigned radix = radixes[unit_below(4)];
        char text[NUMBER_TEXT_MAX], expected[NUMBER_TEXT_MAX];
        size_t length = number_format(number, radix, text);
        CHECK(strlen(text) == length);
        CHECK(number_scan(text, length, &back) == NUMBER_GOOD && back == number);
        if (radix == 16)
            snprintf(expected, sizeof expected, "0x%" PRIx64, number);
        else if (radix == 8)
            snprintf(expected, sizeof expected, "0o%" PRIo64, number);
        else
            snprintf(expected, sizeof expected, "%" PRIu64, number);
        CHECK_SAY(radix == 2 || !strcmp(text, expected), "%s is not %s", text, expected);
    }
    char text[NUMBER_TEXT_MAX];
    CHECK(number_format(UINT64_MAX, 2, text) == 66);
    CHECK(number_format(6, 2, text) == 5 && !strcmp(text, "0b110"));
    CHECK(number_format(0, 8, text) == 3 && !strcmp(text, "0o0"));
}

static void positions_in_all_forms(void)
{
    struct error error = {0};
    struct position position;
    CHECK(position_parse("0x10", &position, &error) && position.value == 16 && !position.from_end);
    CHECK(position_parse("-4K", &position, &error) && position.value == 4096 && position.from_end);
    CHECK(position_parse("end", &position, &error) && position.value == 0 && position.from_end);
    CHECK(position_parse("-0", &position, &error) && position.value == 0 && position.from_end);
    static const char *const bad[] = {"",   "-",    "--1", "END", "endd",
                                      "en", "-end", "1+1", "1:2", "- 1"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        CHECK_SAY(!position_parse(bad[i], &position, &error), "\"%s\"", bad[i]);
        CHECK_SAY(strstr(error.message, "is not a position"), "%s", error.message);
    }
    CHECK(!position_parse("-8E", &position, &error));
    CHECK(!strcmp(error.message, "position \"-8E\" is too large (at most 9223372036854775807)"));
}

/* What the message says of a range in the notation of another program. */
static void check_mend(const char *text, const char *message)
{
    struct error error = {0};
    struct range_spec spec;
    CHECK(!range_parse(text, &spec, &error) && error.usage);
    CHECK_SAY(!strcmp(error.message, message), "%s", error.message);
}

static void other_notations_name_ours(void)
{
    check_mend("10-15", "\"10-15\" is not a range: write 10:15, which ends before byte 15, or "
                        "10:16 to include it");
    check_mend("0xf..0x1f", "\"0xf..0x1f\" is not a range: write 0xf:0x1f, which ends before byte "
                            "0x1f, or 0xf:0x20 to include it");
    check_mend("..10", "\"..10\" is not a range: write :10, which ends before byte 10, or :11 to "
                       "include it");
    check_mend("L5-L8", "\"L5-L8\" is not a range: write L5:L8, which ends before line 8, or L5:L9 "
                        "to include it");
    check_mend("L5,L8", "\"L5,L8\" is not a range: write L5:L8, which ends before line 8, or L5:L9 "
                        "to include it");
    check_mend("1..=3", "\"1..=3\" is not a range: write 1:4");
    check_mend("10,4", "\"10,4\" is not a range: write 10:4, which ends before byte 4, or 10+4 for "
                       "4 bytes");
    check_mend("10-", "\"10-\" is not a range: write 10:");
    check_mend("4K..end", "\"4K..end\" is not a range: write 4K:");
    check_mend("end-4", "\"end-4\" is not a position: write -4");
    check_mend("end-16:end-4", "\"end-16:end-4\" is not a range: write -16:-4");
    check_mend("end-8+4", "\"end-8+4\" is not a range: write -8+4");
    check_mend("10:$", "\"10:$\" is not a range: write 10:end");
    check_mend("10:+4", "\"10:+4\" is not a range: write 10+4");
    check_mend("1f:2F", "\"1f:2F\" is not a range: write 0x1f:0x2F");
    check_mend("0XF..=0X1F", "\"0XF..=0X1F\" is not a range: write 0XF:0x20");
    check_mend("10-$", "\"10-$\" is not a range: write 10:");
    check_mend("L5..=L8", "\"L5..=L8\" is not a range: write L5:L9");
    check_mend("10,L8", "\"10,L8\" is not a range: write 10:L8, which ends before line 8, or "
                        "10:L9 to include it");

    static const char *const no_notation[] = {"a-b", "10-x", "-", "10-15-20", "error", "fee"};
    for (size_t i = 0; i < sizeof no_notation / sizeof *no_notation; i++) {
        struct error error = {0};
        struct range_spec spec;
        CHECK(!range_parse(no_notation[i], &spec, &error));
        CHECK_SAY(!strstr(error.message, "write"), "%s", error.message);
    }
    struct error error = {0};
    struct position position;
    CHECK(!position_parse("end-4", &position, &error) && strstr(error.message, ": write -4"));
    CHECK(!position_parse("1-4", &position, &error) && !strstr(error.message, "write"));
    CHECK(!position_parse("1f:2f", &position, &error) && !strstr(error.message, "write"));
}

/* Nothing to write a notation into, or too much of it to be quoted. */
static void a_notation_is_named_if_it_fits_the_message(void)
{
    struct error error = {0};
    struct range_spec spec;
    char text[64] = "10-15";
    CHECK(!range_parse(text, &spec, NULL));
    memset(text, '0', 60);
    memcpy(text + 40, "-15", 4);
    CHECK(!range_parse(text, &spec, &error) && strstr(error.message, "write 0000"));
    memcpy(text + 40, "00000000-15", 12);
    CHECK(!range_parse(text, &spec, &error) && !strstr(error.message, "write"));
}

static void lines_are_positions(void)
{
    struct error error = {0};
    struct position position;
    CHECK(position_parse("L1", &position, &error) && position.value == 1 && position.is_line &&
          !position.from_end);
    CHECK(position_parse("L-10", &position, &error) && position.value == 10 && position.is_line &&
          position.from_end);
    CHECK(position_parse("L1K", &position, &error) && position.value == 1024);
    CHECK(position_parse("7", &position, &error) && !position.is_line);
    static const char *const bad[] = {"L",    "Lx", "L--1", "LL1", "L+1", "L 1", "L1L",
                                      "Lend", "l",  "lx",   "-L",  "-Lx", "-x3", "-L3"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        CHECK_SAY(!position_parse(bad[i], &position, &error), "\"%s\"", bad[i]);
        CHECK_SAY(strstr(error.message, "is not a position"), "%s", error.message);
    }
    CHECK(strstr(error.message, "is written L-3"));
    CHECK(!position_parse("l5", &position, &error) && strstr(error.message, "is written L5"));
    CHECK(!position_parse("L0", &position, &error) && strstr(error.message, "there is no line 0"));
    CHECK(!position_parse("L-0", &position, &error) && strstr(error.message, "no line -0"));
    CHECK(!position_parse("L8E", &position, &error) && strstr(error.message, "too large"));
}

static struct range_spec spec_of(const char *text)
{
    struct error error = {0};
    struct range_spec spec = RANGE_ALL;
    CHECK_SAY(range_parse(text, &spec, &error), "\"%s\": %s", text, error.message);
    return spec;
}

static void forms_of_a_range_are_told_apart(void)
{
    struct range_spec spec = spec_of("5");
    CHECK(spec.kind == RANGE_TO_POSITION && spec.is_position && !spec.end_given);
    spec = spec_of("5:");
    CHECK(spec.kind == RANGE_TO_POSITION && !spec.is_position && spec.end_given);
    CHECK(spec.start.value == 5 && spec.end.value == 0 && spec.end.from_end);
    spec = spec_of(":7");
    CHECK(!spec.is_position && spec.end_given && spec.start.value == 0 && spec.end.value == 7);
    CHECK(!spec.start.from_end && !spec.end.from_end);
    spec = spec_of("-8+4");
    CHECK(spec.kind == RANGE_OF_LENGTH && !spec.is_position && spec.end_given);
    CHECK(spec.start.from_end && spec.start.value == 8 && spec.length == 4);
    CHECK(!range_has_lines(&spec) && !range_has_lines(&RANGE_ALL));
    static const char *const of_lines[] = {"L5", "L5:", ":L5", "L5:L8", "10:L8", "L5+10", "L-5:-1"};
    for (size_t i = 0; i < sizeof of_lines / sizeof *of_lines; i++) {
        spec = spec_of(of_lines[i]);
        CHECK(range_has_lines(&spec));
        CHECK(range_reach(&spec) == UINT64_MAX);
    }
    spec = spec_of("L5:100");
    CHECK(spec.start.is_line && !spec.end.is_line && range_reach(&spec) == 101);
}

/* Bytes only: which byte a line begins at is not known here. */
static void a_range_is_inverted_as_it_is_written(void)
{
    static const char *const inverted[] = {"10:3", "-2:-4", "50:20", "20:-95"};
    static const char *const upright[] = {"3:10", "-4:-2", "5:-5", "10:10", "10+3", "7"};
    for (size_t i = 0; i < sizeof inverted / sizeof *inverted; i++) {
        struct range_spec spec = spec_of(inverted[i]);
        CHECK_SAY(range_is_inverted(&spec, 100), "%s", inverted[i]);
    }
    for (size_t i = 0; i < sizeof upright / sizeof *upright; i++) {
        struct range_spec spec = spec_of(upright[i]);
        CHECK_SAY(!range_is_inverted(&spec, 100), "%s", upright[i]);
    }
    struct range_spec lines = spec_of("L9:200"), end_line = spec_of("300:L500");
    CHECK(!range_is_inverted(&lines, 100) && !range_is_inverted(&end_line, 100));
}

static void malformed_ranges_are_refused(void)
{
    static const char *const bad[] = {
        "",   "+4",   "4+",    "4+-3", "4+end", "1:2:3", "1+2:3", "1:2+3",
        "::", "4++3", "4+3+2", "a:4",  "4:b",   "4 :5",  "4: 5",  "+",
        "-:", "8E:",  ":8E",   "0+8E", " 4",    "4-5",   "--4:5", "4..5",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct error error = {0};
        struct range_spec spec = {.length = 77};
        CHECK_SAY(!range_parse(bad[i], &spec, &error), "\"%s\"", bad[i]);
        CHECK(error.status == STATUS_FAILED && *error.message && spec.length == 77);
    }
    struct error error = {0};
    struct range_spec spec;
    range_parse("+4", &spec, &error);
    CHECK(!strcmp(error.message, "range \"+4\" has no start (0+4 is from the first byte)"));
}

/* A random position as text, and its offset, which may lie outside the file. */
static int64_t random_position(char *text, size_t text_size, int64_t size)
{
    int64_t value = (int64_t)unit_below(20);
    switch (unit_below(5)) {
    case 0:
        snprintf(text, text_size, "end");
        return size;
    case 1:
    case 2:
        snprintf(text, text_size, "-%" PRId64, value);
        return size - value;
    default:
        snprintf(text, text_size, "%" PRId64, value);
        return value;
    }
}

struct slow_range {
    char text[64];
    int64_t start, end; /* as arithmetic says, before any clamping */
};

static struct slow_range random_range(int64_t size)
{
    struct slow_range range = {.start = 0, .end = size};
    char start[24] = "", end[24] = "";
    uint64_t form = unit_below(4);
    if (form >= 2 || unit_below(4) > 0)
        range.start = random_position(start, sizeof start, size);
    if (form == 2) {
        snprintf(range.text, sizeof range.text, "%s", start);
    } else if (form == 3) {
        int64_t length = (int64_t)unit_below(30);
        snprintf(range.text, sizeof range.text, "%s+%" PRId64, start, length);
        range.end = range.start + length;
    } else {
        if (unit_below(4) > 0)
            range.end = random_position(end, sizeof end, size);
        snprintf(range.text, sizeof range.text, "%s:%s", start, end);
    }
    return range;
}

static void clamped_ranges_are_python_slices(void)
{
    for (unsigned long round = unit_rounds(200000); round > 0; round--) {
        int64_t size = (int64_t)unit_below(16);
        struct slow_range slow = random_range(size);
        struct range_spec spec = spec_of(slow.text);
        struct range range = range_resolve_clamped(&spec, (uint64_t)size);
        bool right = range.start <= range.end && range.end <= (uint64_t)size;
        for (int64_t i = 0; i < size; i++) {
            bool inside = range.start <= (uint64_t)i && (uint64_t)i < range.end;
            right = right && inside == (slow.start <= i && i < slow.end);
        }
        int64_t start = slow.start < 0 ? 0 : slow.start < size ? slow.start : size;
        int64_t end = slow.end < 0 ? 0 : slow.end < size ? slow.end : size;
        /* As in 10:3 or -2:-4, which no size makes right. */
        bool one_side = spec.start.from_end == spec.end.from_end;
        bool inverted =
            spec.kind == RANGE_TO_POSITION && (end < start || (one_side && slow.end < slow.start));
        right = right && range.start == (uint64_t)start &&
                inverted == range_is_inverted(&spec, (uint64_t)size);
        CHECK_SAY(right, "\"%s\" of %" PRId64 ": %" PRIu64 " to %" PRIu64, slow.text, size,
                  range.start, range.end);
    }
}

/* A file is cut to the reach: nothing changes. One byte shorter it may. */
static void a_range_needs_no_more_than_its_reach(void)
{
    unsigned long bounded = 0;
    for (unsigned long round = unit_rounds(200000); round > 0; round--) {
        uint64_t size = unit_below(40);
        struct slow_range slow = random_range((int64_t)unit_below(16));
        struct range_spec spec = spec_of(slow.text);
        uint64_t reach = range_reach(&spec), seen = minimum_u64(size, reach);
        struct range all = range_resolve_clamped(&spec, size);
        struct range cut = range_resolve_clamped(&spec, seen);
        CHECK_SAY(all.start == cut.start && all.end == cut.end,
                  "\"%s\" of %" PRIu64 " and of %" PRIu64, slow.text, size, seen);
        if (reach == UINT64_MAX || reach == 0 || reach > size || range_length(all) == 0)
            continue;
        cut = range_resolve_clamped(&spec, reach - 1);
        CHECK_SAY(all.end != cut.end, "\"%s\" needs no %" PRIu64, slow.text, reach);
        bounded++;
    }
    CHECK(bounded > 0);
    CHECK(range_reach(&RANGE_ALL) == UINT64_MAX);
    struct range_spec most = spec_of("9223372036854775807+9223372036854775807");
    CHECK(range_reach(&most) == UINT64_MAX - 1);
}

static void strict_ranges_lie_wholly_inside(void)
{
    for (unsigned long round = unit_rounds(200000); round > 0; round--) {
        int64_t size = (int64_t)unit_below(16);
        struct slow_range slow = random_range(size);
        struct range_spec spec = spec_of(slow.text);
        struct range range = {77, 77};
        struct error error = {0};
        bool inside = 0 <= slow.start && slow.start <= slow.end && slow.end <= size;
        bool good = range_resolve_strict(&spec, (uint64_t)size, &range, &error);
        CHECK_SAY(good == inside, "\"%s\" of %" PRId64 " %s", slow.text, size, error.message);
        if (inside)
            CHECK(range.start == (uint64_t)slow.start && range.end == (uint64_t)slow.end);
        else
            CHECK(range.start == 77 && range.end == 77 && *error.message);
    }
}

static void check_strict_error(const char *text, uint64_t size, const char *message)
{
    struct range_spec spec = spec_of(text);
    struct range range;
    struct error error = {0};
    CHECK(!range_resolve_strict(&spec, size, &range, &error));
    CHECK_SAY(!strcmp(error.message, message), "%s", error.message);
}

static void strict_errors_name_the_numbers(void)
{
    check_strict_error("4:20", 10, "range 4:20 passes the end (size 10)");
    check_strict_error("4+16", 10, "range 4:20 passes the end (size 10)");
    check_strict_error("-20", 10, "-20 lies before the start (size 10)");
    check_strict_error("-20+15", 10, "-20 lies before the start (size 10)");
    check_strict_error("3:1", 10, "range 3:1 ends before it starts");
    check_strict_error("20:", 10, "the range starts at 20, past the end (size 10)");
    check_strict_error("9223372036854775807+9223372036854775807", 10,
                       "range 9223372036854775807:18446744073709551614 passes the end (size 10)");
}

static void the_greatest_numbers_do_not_wrap(void)
{
    struct range_spec spec = spec_of("9223372036854775807+9223372036854775807");
    struct range range = range_resolve_clamped(&spec, 10);
    CHECK(range.start == 10 && range.end == 10);
    range = range_resolve_clamped(&spec, OFFSET_MAX);
    CHECK(range.start == OFFSET_MAX && range.end == OFFSET_MAX);
    spec = spec_of("-9223372036854775807+9223372036854775807");
    range = range_resolve_clamped(&spec, 10);
    CHECK(range.start == 0 && range.end == 10);
    spec = spec_of("-20+15");
    range = range_resolve_clamped(&spec, 10);
    CHECK(range.start == 0 && range.end == 5);
}

static void a_position_may_pass_the_end(void)
{
    struct error error = {0};
    uint64_t offset = 0;
    CHECK(position_resolve((struct position){25, false, false}, 10, &offset, &error) &&
          offset == 25);
    CHECK(position_resolve((struct position){0, true, false}, 10, &offset, &error) && offset == 10);
    CHECK(position_resolve((struct position){10, true, false}, 10, &offset, &error) && offset == 0);
    CHECK(!position_resolve((struct position){11, true, false}, 10, &offset, &error));
    CHECK(!strcmp(error.message, "-11 lies before the start (size 10)"));
}

static const struct unit_case cases[] = {
    {"numbers are decimal, hex, octal and binary", numbers_in_every_radix},
    {"K and KiB are powers of 1024, kB of 1000", suffixes_of_both_kinds},
    {"malformed numbers are refused", malformed_numbers_are_refused},
    {"too large numbers are an error, never a wrap-around", too_large_numbers_never_wrap},
    {"a scan takes all 64 bits", scan_takes_all_64_bits},
    {"what is formatted is scanned back", format_and_scan_are_inverse},
    {"a position is N, -N or end", positions_in_all_forms},
    {"a position is a line, LN or L-N", lines_are_positions},
    {"a range in another program's notation", other_notations_name_ours},
    {"a notation is named if it fits the message", a_notation_is_named_if_it_fits_the_message},
    {"the forms of a range are told apart", forms_of_a_range_are_told_apart},
    {"a range is inverted as it is written", a_range_is_inverted_as_it_is_written},
    {"malformed ranges are refused", malformed_ranges_are_refused},
    {"clamped ranges are Python slices", clamped_ranges_are_python_slices},
    {"a range needs no more of a stream than its reach", a_range_needs_no_more_than_its_reach},
    {"strict ranges lie wholly inside the file", strict_ranges_lie_wholly_inside},
    {"strict errors name the numbers", strict_errors_name_the_numbers},
    {"the greatest numbers do not wrap around", the_greatest_numbers_do_not_wrap},
    {"a position may pass the end, not the start", a_position_may_pass_the_end},
};
UNIT_MAIN(cases)
