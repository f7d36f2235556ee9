/* test_diag.c - wording of errors. */
#include "base/diag.h"
#include "unit.h"

static void escape_control_characters(void)
{
    char out[32];
    CHECK(!strcmp(diag_escape(out, sizeof out, "a\nb\x1b[0m"), "a\\nb\\x1b[0m"));
}

static void escape_cuts_what_is_too_long(void)
{
    char out[8];
    CHECK(!strcmp(diag_escape(out, sizeof out, "abcdefghij"), "abcd..."));
}

static void nearest_finds_a_slip_of_the_finger(void)
{
    const char *const words[] = {"read", "write", "find", "rfind", "splice", NULL};
    CHECK(!strcmp(diag_nearest("splcie", words), "splice"));
    CHECK(!strcmp(diag_nearest("fnd", words), "find"));
    CHECK(!strcmp(diag_nearest("rea", words), "read"));
    CHECK(diag_nearest("banana", words) == NULL);
    CHECK(diag_nearest("", words) == NULL);
}

static const struct unit_case cases[] = {
    {"control characters are escaped", escape_control_characters},
    {"what is too long is cut with dots", escape_cuts_what_is_too_long},
    {"the nearest word is found, a far one is not", nearest_finds_a_slip_of_the_finger},
};
UNIT_MAIN(cases)
