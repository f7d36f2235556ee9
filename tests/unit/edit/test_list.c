/* test_list.c - the bytes of an encoded list of edits, and which edits are refused. */
#include "edit/list.h"
#include "unit.h"

static const struct edit_list no_list;

/* ---- the encoding ---------------------------------------------------------------------------- */

static void list_is(const struct edit_list *list, const char *bytes, size_t length)
{
    CHECK_SAY(list->encoded.length == length, "%zu", list->encoded.length);
    for (size_t i = 0; i < length && i < list->encoded.length; i++)
        CHECK_SAY(list->encoded.data[i] == (unsigned char)bytes[i], "byte %zu is %02x", i,
                  list->encoded.data[i]);
}
#define LIST_IS(list, bytes) list_is(list, bytes, sizeof(bytes) - 1)

static void append(struct edit_list *list, struct edit edit)
{
    struct error error = {0};
    CHECK_SAY(edit_list_append(list, &edit, &error), "%s", error.message);
}

/* Loads what was encoded, of a file and a pool that are just large enough. */
static void loads_again(const struct edit_list *list, uint64_t old_size)
{
    struct edit_list loaded;
    struct error error = {0};
    struct encoded_edits encoded = {list->encoded.data, list->encoded.length, list->count};
    bool good = edit_list_load(&loaded, &encoded, old_size, list->pool_end, &error);
    CHECK_SAY(good, "%s", error.message);
    if (!good)
        return;
    CHECK(loaded.removed == list->removed && loaded.added == list->added);
    CHECK(loaded.pool_end == list->pool_end && loaded.count == list->count);
    CHECK(loaded.moves_left == list->moves_left && loaded.moves_right == list->moves_right);
    CHECK(loaded.moves_not == list->moves_not);
    edit_list_release(&loaded);
    CHECK(!edit_list_load(&loaded, &encoded, old_size - 1, list->pool_end, &error));
    CHECK(!edit_list_load(&loaded, &encoded, old_size, list->pool_end - 1, &error));
}

static void the_encoding_is_that_of_journals_on_disks(void)
{
    struct edit_list list = no_list;
    struct edit edit = {.offset = 5, .old_length = 2, .new_length = 3, .period = 3};
    append(&list, edit);
    edit = (struct edit){10, 2, EDIT_POOL, 3, 3, 3, 0};
    append(&list, edit);
    edit.offset = 12;
    append(&list, edit);
    append(&list,
           (struct edit){.offset = 142, .old_length = 2, .kind = EDIT_ZEROS, .new_length = 127});
    append(&list, (struct edit){145, 1, EDIT_ZEROS, 0, 9, 127, 0});
    append(&list, (struct edit){146, 300, EDIT_COPY, 129, 9, 300, 0});
    append(&list, (struct edit){446, 300, EDIT_POOL, 130, 300, 16384, 0});
    append(&list, (struct edit){746, 0, EDIT_POOL, 130, 300, 16384, 0});
    append(&list, (struct edit){746, 0, EDIT_POOL, 130, 0, 0, 0}); /* nothing for nothing */
    LIST_IS(&list, "\0\5\2\3\0"
                   "\4\3\3\3"
                   "\14\0"
                   "\5\200\1\177"
                   "\11\1\1"
                   "\2\0\254\2\254\2\201\1"
                   "\24\0\200\200\1\202\1\254\2"
                   "\10\0\0");
    CHECK(list.count == 8 && list.removed == 2 + 2 + 2 + 2 + 1 + 300 + 300);
    CHECK(list.added == 3 + 3 + 3 + 127 + 127 + 300 + 2 * 16384 && list.pool_end == 430);
    loads_again(&list, 746);
    edit_list_release(&list);
}

/* ---- what is refused ------------------------------------------------------------------------- */

/* What appending one edit to an empty list says; "" if it is accepted. */
static void answer(struct edit edit, const char *message)
{
    struct edit_list list = no_list;
    struct error error = {0};
    bool done = edit_list_append(&list, &edit, &error);
    CHECK_SAY(done == !*message && !strcmp(error.message, message), "%s", error.message);
    CHECK(list.count == (done && edit.old_length + edit.new_length > 0));
    edit_list_release(&list);
}

static void edits_up_to_the_last_offset_are_accepted(void)
{
    const uint64_t most = OFFSET_MAX;
    answer((struct edit){most, 0, EDIT_POOL, 0, 0, 0, 0}, "");
    answer((struct edit){most - 1, 1, EDIT_POOL, most, 0, 0, 0}, "");
    answer((struct edit){most - 1, 2, EDIT_POOL, 0, 0, 0, 0},
           "an edit does not fit a file (0 bytes at 9223372036854775806)");
    answer((struct edit){most + 1, 1, EDIT_POOL, 0, 0, 0, 0},
           "an edit does not fit a file (0 bytes at 9223372036854775808)");
    answer((struct edit){0, 0, EDIT_ZEROS, 0, 0, most, 0}, "");
    answer((struct edit){0, 0, EDIT_ZEROS, 0, 0, most + 1, 0},
           "an edit does not fit a file (9223372036854775808 bytes at 0)");
    answer((struct edit){1, 0, EDIT_ZEROS, 0, 0, most, 0}, "the file would be too large");
    answer((struct edit){1, 0, EDIT_ZEROS, 0, 0, most - 1, 0}, "");
    answer((struct edit){0, 0, EDIT_POOL, most - 1, 1, 9, 0}, "");
    answer((struct edit){0, 0, EDIT_POOL, most, 1, 1, 0},
           "an edit does not fit a file (1 byte at 0)");
    answer((struct edit){0, 0, EDIT_POOL, most + 1, 0, 1, 0},
           "an edit does not fit a file (1 byte at 0)");
    answer((struct edit){0, 0, EDIT_POOL, 0, 2, 1, 0}, "an edit does not fit a file (1 byte at 0)");
    answer((struct edit){0, 0, EDIT_POOL, 0, 0, 1, 0}, "an edit does not fit a file (1 byte at 0)");
    answer((struct edit){0, 9, EDIT_COPY, most - 9, 0, 9, 0}, "");
    answer((struct edit){0, 9, EDIT_COPY, most - 8, 0, 9, 0},
           "an edit does not fit a file (9 bytes at 0)");
    answer((struct edit){0, 9, EDIT_COPY, 0, 0, 8, 0},
           "an edit does not fit a file (8 bytes at 0)");
    answer((struct edit){0, 9, (enum edit_source)3, 0, 0, 9, 0},
           "an edit does not fit a file (9 bytes at 0)");
}

/* An edit of a list: the bytes between it and the one before it count too. */
static void edits_are_refused_by_what_is_before_them(void)
{
    struct edit_list list = no_list;
    struct error error = {0};
    struct edit edit = {.offset = 10, .old_length = 5, .kind = EDIT_ZEROS, .new_length = 20};
    append(&list, edit);
    edit.offset = 14;
    CHECK(!edit_list_append(&list, &edit, &error));
    CHECK(!strcmp(error.message, "edits overlap (one at 14, one before it ends at 15)"));
    edit = (struct edit){.offset = 25, .kind = EDIT_ZEROS, .new_length = OFFSET_MAX - 40};
    append(&list, edit);
    CHECK(list.last.new_offset == 40);
    edit = (struct edit){.offset = 25, .kind = EDIT_ZEROS, .new_length = 1};
    CHECK(!edit_list_append(&list, &edit, &error) && list.count == 2);
    CHECK(!strcmp(error.message, "the file would be too large"));
    CHECK(edit_list_new_size(&list, 25) == OFFSET_MAX);
    edit_list_release(&list);
}

static bool loads(const char *bytes, size_t length, uint64_t count, uint64_t old_size)
{
    struct edit_list list;
    struct error error = {0};
    struct encoded_edits encoded = {(const unsigned char *)bytes, length, count};
    bool done = edit_list_load(&list, &encoded, old_size, 8, &error);
    CHECK(done || !strcmp(error.message, "the list of edits is damaged"));
    if (done)
        edit_list_release(&list);
    return done;
}
#define LOADS(bytes, count, old_size) loads(bytes, sizeof(bytes) - 1, count, old_size)

static void bytes_that_are_no_list_are_refused(void)
{
    CHECK(LOADS("", 0, 0) && LOADS("", 0, OFFSET_MAX) && !LOADS("", 0, (uint64_t)OFFSET_MAX + 1));
    CHECK(LOADS("\0\5\2\3\0", 1, 7) && !LOADS("\0\5\2\3\0", 1, 6));
    CHECK(!LOADS("\0\5\2\3\0", 0, 7) && !LOADS("\0\5\2\3\0", 2, 7));
    CHECK(!LOADS("\3\5\2\3\0", 1, 7) && !LOADS("\40\5\2\3\0", 1, 7));
    CHECK(LOADS("\0\5\2\3\5", 1, 7) && !LOADS("\0\5\2\3\6", 1, 7)); /* the pool has 8 */
    CHECK(LOADS("\20\5\2\11\5\3", 1, 7) && !LOADS("\20\5\2\11\5\4", 1, 7));
    CHECK(!LOADS("\20\5\2\11\5\0", 1, 7));
    CHECK(LOADS("\2\1\3\3\4", 1, 7) && !LOADS("\2\1\3\3\5", 1, 7) && !LOADS("\2\1\3\3\10", 1, 7));
    CHECK(!LOADS("\2\1\3\2\4", 1, 7));
    /* A gap of 63 bits fits, one of 64 does not, and bits behind these are not dropped. */
    CHECK(LOADS("\1\376\377\377\377\377\377\377\377\177\1\0", 1, OFFSET_MAX));
    CHECK(!LOADS("\1\377\377\377\377\377\377\377\377\177\1\0", 1, OFFSET_MAX));
    CHECK(LOADS("\1\377\377\377\377\377\377\377\377\177\0\0", 1, OFFSET_MAX));
    CHECK(!LOADS("\1\377\377\377\377\377\377\377\377\377\0\0\0", 1, OFFSET_MAX));
    CHECK(!LOADS("\1\200\200\200\200\200\200\200\200\200\2\0\0", 1, OFFSET_MAX));
    /* The new file's end, with what follows the last edit. */
    CHECK(LOADS("\1\0\1\2", 1, OFFSET_MAX - 1) && !LOADS("\1\0\1\2", 1, OFFSET_MAX));
    CHECK(LOADS("\1\0\1\1", 1, OFFSET_MAX));
    /* No edit before it has lengths to repeat. */
    CHECK(LOADS("\15\3", 1, 3) && !LOADS("\15\3", 1, 2));
}

/* ---- what a list says of itself -------------------------------------------------------------- */

static struct edit random_edit(uint64_t from)
{
    struct edit edit = {.offset = from + unit_below(3), .old_length = unit_below(3)};
    edit.kind = (enum edit_source)unit_below(3);
    edit.new_length = edit.kind == EDIT_COPY ? edit.old_length : unit_below(3);
    edit.period = edit.kind == EDIT_POOL ? edit.new_length : 0;
    edit.source = edit.kind == EDIT_ZEROS ? 0 : unit_below(20);
    return edit;
}

/* Of the bytes behind each edit, and of those that a copy takes: where do they go? */
static void a_list_tells_which_bytes_move(void)
{
    for (unsigned long round = 0; round < unit_rounds(20000); round++) {
        struct edit_list list = no_list;
        bool left = false, right = false, not = false;
        uint64_t count = 1 + unit_below(3), end = 0, new_end = 0, pool_end = 0;
        for (uint64_t i = 0; i < count; i++) {
            struct edit edit = random_edit(end);
            append(&list, edit);
            if (edit.old_length + edit.new_length == 0)
                continue;
            uint64_t new_offset = new_end + (edit.offset - end);
            CHECK(list.last.new_offset == new_offset);
            end = edit.offset + edit.old_length;
            new_end = new_offset + edit.new_length;
            bool copy = edit.kind == EDIT_COPY;
            uint64_t to = copy ? new_offset : new_end, from = copy ? edit.source : end;
            left = left || to < from;
            right = right || to > from;
            not = not || (to == from && (copy || new_offset == edit.offset));
            if (edit.kind == EDIT_POOL && edit.new_length > 0)
                pool_end = maximum_u64(pool_end, edit.source + edit.new_length);
        }
        CHECK(list.moves_left == left && list.moves_right == right && list.moves_not == not );
        CHECK(list.pool_end == pool_end);
        CHECK(edit_list_new_size(&list, end + 7) == new_end + 7);
        edit_list_release(&list);
    }
}

static void an_edit_is_found_by_where_it_goes(void)
{
    struct edit_reader reader;
    struct edit_list list = no_list;
    edit_reader_init(&reader, &list);
    CHECK(edit_reader_find_new(&reader, 0) == 0);
    for (uint64_t i = 0; i < 3 * EDIT_BLOCK; i++) {
        append(&list,
               (struct edit){
                   .offset = 10 + 2 * i, .old_length = 1, .kind = EDIT_ZEROS, .new_length = 3});
        edit_reader_init(&reader, &list);
        CHECK(edit_reader_find_new(&reader, 9) == list.count);
        CHECK(edit_reader_find_new(&reader, 10) == 0);
        CHECK(edit_reader_find_new(&reader, 10 + 4 * i) == i);
        CHECK(edit_reader_find_new(&reader, OFFSET_MAX) == i);
        if (i > 0)
            CHECK(edit_reader_find_new(&reader, 10 + 4 * i - 1) == i - 1);
        CHECK(edit_reader_get(&reader, i)->new_offset == 10 + 4 * i);
        CHECK(edit_reader_before(&reader, i + 1)->new_offset == 10 + 4 * i);
    }
    for (uint64_t i = 1; i < list.count; i++) {
        (void)edit_reader_get(&reader, i);
        CHECK(edit_reader_before(&reader, i)->new_offset == 10 + 4 * (i - 1));
    }
    edit_list_release(&list);
}

static const struct unit_case cases[] = {
    {"the encoding is that of journals on disks", the_encoding_is_that_of_journals_on_disks},
    {"edits up to the last offset are accepted, and none beyond",
     edits_up_to_the_last_offset_are_accepted},
    {"an edit that does not fit those before it is refused",
     edits_are_refused_by_what_is_before_them},
    {"bytes that are no list for this file and pool are refused",
     bytes_that_are_no_list_are_refused},
    {"a list tells which bytes move", a_list_tells_which_bytes_move},
    {"an edit is found by where it goes", an_edit_is_found_by_where_it_goes},
};

UNIT_MAIN(cases)
