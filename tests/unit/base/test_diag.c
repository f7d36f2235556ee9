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

/* Each byte in each room: the text, or as much as fits with dots behind it. */
static void what_fits_is_not_cut(void)
{
    for (unsigned byte = 1; byte < 256; byte++) {
        char text[4] = {'a', (char)byte, 'b', 0}, whole[8], out[16];
        snprintf(whole, sizeof whole, byte < 32 || byte == 127 ? "a\\x%02xb" : "a%cb", byte);
        if (byte == '\n' || byte == '\t' || byte == '\r')
            snprintf(whole, sizeof whole, "a\\%cb", byte == '\n' ? 'n' : byte == '\t' ? 't' : 'r');
        size_t length = strlen(whole), character = length - 2;
        for (size_t room = 5; room < sizeof out; room++) {
            size_t kept = room >= length + 4 ? length : room >= character + 5 ? length - 1 : 1;
            memset(out, '!', sizeof out);
            CHECK(diag_escape(out, room, text) == out);
            CHECK(!strncmp(out, whole, kept));
            CHECK_SAY(!strcmp(out + kept, kept < length ? "..." : ""), "%u in %zu: %s", byte, room,
                      out);
            CHECK(out[room] == '!');
        }
    }
}

static void spans_may_have_zeros(void)
{
    char out[32];
    CHECK(!strcmp(diag_escape_span(out, sizeof out, "a\0b", 3), "a\\x00b"));
    CHECK(!strcmp(diag_escape_span(out, sizeof out, "abc", 0), ""));
}

static void one_is_not_plural(void)
{
    CHECK(!*diag_plural(1) && !strcmp(diag_plural(0), "s") && !strcmp(diag_plural(2), "s"));
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

static void errors_have_their_status(void)
{
    struct error error = {0};
    error_set(&error, "one %d", 1);
    CHECK(error.status == STATUS_FAILED && !error.usage && !strcmp(error.message, "one 1"));
    error_usage(&error, "two %d", 2);
    CHECK(error.status == STATUS_FAILED && error.usage && !strcmp(error.message, "two 2"));
    error_no(&error, "three %d", 3);
    CHECK(error.status == STATUS_NO && !error.usage && !strcmp(error.message, "three 3"));
    error.signal = 9;
    error_memory(&error, 17);
    CHECK(error.status == STATUS_FAILED && error.signal == 0);
    CHECK(!strcmp(error.message, "out of memory (17 bytes more were needed)"));
    error_clear(&error);
    CHECK(error.status == STATUS_DONE && !error.message[0]);
}

/* The edits from a[i...] to b[j...], the slow way. */
static size_t slow_distance(const char *a, const char *b)
{
    if (!*a || !*b)
        return strlen(a) + strlen(b);
    size_t best = slow_distance(a + 1, b + 1) + (*a != *b);
    size_t left = slow_distance(a + 1, b) + 1, right = slow_distance(a, b + 1) + 1;
    best = left < best ? left : best;
    best = right < best ? right : best;
    if (a[0] == b[1] && a[1] == b[0] && a[1] && b[1]) {
        size_t swapped = slow_distance(a + 2, b + 2) + 1;
        best = swapped < best ? swapped : best;
    }
    return best;
}

static void random_word(char *word)
{
    size_t length = unit_below(7);
    for (size_t i = 0; i < length; i++)
        word[i] = (char)('a' + unit_below(3));
    word[length] = 0;
}

/* The first of the nearest words, if it is near enough. */
static void nearest_is_as_by_the_slow_way(void)
{
    for (unsigned long round = 0; round < unit_rounds(3000); round++) {
        char word[8], others[3][8];
        const char *words[] = {others[0], others[1], others[2], NULL}, *want = NULL;
        random_word(word);
        size_t near = strlen(word) / 3 + 1;
        for (size_t i = 0; i < 3; i++) {
            random_word(others[i]);
            size_t distance = slow_distance(word, others[i]);
            if (distance < near && distance < strlen(others[i])) {
                near = distance;
                want = others[i];
            }
        }
        CHECK_SAY(diag_nearest(word, words) == want, "%s", word);
    }
}

static void long_words_have_no_neighbours(void)
{
    char word[60], other[60];
    for (size_t length = 30; length < 50; length++) {
        const char *words[] = {other, NULL};
        memset(word, 'x', length);
        memset(other, 'x', length);
        word[length] = other[length] = 0;
        other[length - 1] = 'y';
        CHECK((diag_nearest(word, words) == other) == (length <= 40));
        other[length - 1] = 0;
        CHECK((diag_nearest(word, words) == other) == (length <= 40));
        CHECK((diag_nearest(other, (const char *[]){word, NULL}) == word) == (length <= 40));
    }
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
    {"what fits is not cut", what_fits_is_not_cut},
    {"spans may have zeros", spans_may_have_zeros},
    {"one is not plural", one_is_not_plural},
    {"errors have their status", errors_have_their_status},
    {"an error may be NULL", nobody_has_to_ask_why},
    {"a prefix keeps status and usage", a_prefix_keeps_what_the_error_tells},
    {"a prefix of a long message is cut", a_prefix_of_a_long_message_stays_in_its_room},
    {"the first of two errors is kept", the_first_of_two_errors_is_kept},
    {"the nearest word is that of a slow search", nearest_is_as_by_the_slow_way},
    {"words of more than 40 letters have no neighbours", long_words_have_no_neighbours},
    {"the nearest word is found, a far one is not", nearest_finds_a_slip_of_the_finger},
};
UNIT_MAIN(cases)
