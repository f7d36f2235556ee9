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

static void nobody_has_to_ask_why(void)
{
    CHECK(!error_set(NULL, "%d", 1) && !error_usage(NULL, "%d", 1) && !error_no(NULL, "%d", 1));
    CHECK(!error_memory(NULL, 1) && !error_prefix(NULL, "%d", 1));
    error_clear(NULL);
    error_keep_first(NULL, &(struct error){0});
}

static void a_prefix_keeps_what_the_error_tells(void)
{
    struct error error = {0};
    error_usage(&error, "%s is not a number", "x");
    CHECK(!error_prefix(&error, "--%s", "window"));
    CHECK(!strcmp(error.message, "--window: x is not a number"));
    CHECK(error.usage && error.status == STATUS_FAILED);
}

static void a_prefix_of_a_long_message_stays_in_its_room(void)
{
    struct error error = {0};
    error_set(&error, "%0*d", (int)sizeof error.message, 7);
    error_prefix(&error, "%0*d", (int)sizeof error.message, 8);
    CHECK(strlen(error.message) == sizeof error.message - 1);
}

static void the_first_of_two_errors_is_kept(void)
{
    struct error first = {0}, second = {0}, none = {0};
    error_set(&second, "second");
    error_keep_first(&first, &none);
    CHECK(first.status == STATUS_DONE);
    error_keep_first(&first, &second);
    CHECK(!strcmp(first.message, "second"));
    error_no(&none, "third");
    error_keep_first(&first, &none);
    CHECK(!strcmp(first.message, "second") && first.status == STATUS_FAILED);
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
    {"an error may be NULL", nobody_has_to_ask_why},
    {"a prefix keeps status and usage", a_prefix_keeps_what_the_error_tells},
    {"a prefix of a long message is cut", a_prefix_of_a_long_message_stays_in_its_room},
    {"the first of two errors is kept", the_first_of_two_errors_is_kept},
    {"the nearest word is found, a far one is not", nearest_finds_a_slip_of_the_finger},
};
UNIT_MAIN(cases)
