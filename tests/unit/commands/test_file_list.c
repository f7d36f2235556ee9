/* test_file_list.c - the names of a list, compared with those that were written. */
#include "scratch_files.h"

#include "commands/file_list.h"
#include "unit.h"

enum { MOST_NAMES = 300 };

/* What file_list_next() should make of a name. */
static const char *wanted_problem(const char *name, size_t length, char end)
{
    if (length > FILE_LIST_LONGEST)
        return "longer";
    if (length == 0)
        return "empty";
    return end == '\n' && memchr(name, 0, length) ? "NUL" : NULL;
}

struct written {
    char *bytes;
    size_t length;
    size_t starts[MOST_NAMES + 1]; /* the last one is behind the last name */
    size_t count;
    char end;
};

/* Random names, some empty, with NUL, or too long; the last perhaps without an end. */
static void write_names(struct written *list, char end)
{
    list->bytes = malloc(MOST_NAMES * 200 + 4 * FILE_LIST_BUFFER);
    list->length = 0;
    list->end = end;
    list->count = unit_below(MOST_NAMES);
    for (size_t i = 0; i < list->count; i++) {
        size_t length = unit_below(150);
        if (i < 2 && unit_below(4) == 0)
            length = FILE_LIST_LONGEST - 1 + unit_below(FILE_LIST_BUFFER);
        list->starts[i] = list->length;
        for (size_t k = 0; k < length; k++) {
            char byte = (char)('a' + unit_below(26));
            list->bytes[list->length++] = unit_below(3000) ? byte : end ? 0 : '\n';
        }
        list->bytes[list->length++] = end;
    }
    list->starts[list->count] = list->length;
    size_t last = list->count > 0 ? list->count - 1 : 0;
    if (list->count > 0 && list->length - list->starts[last] > 1 && unit_below(2))
        list->length--;
}

static void check_name(const struct written *list, size_t i, const struct buffer *name,
                       const struct error *problem)
{
    const char *text = list->bytes + list->starts[i];
    size_t length = list->starts[i + 1] - list->starts[i] - 1;
    const char *wanted = wanted_problem(text, length, list->end);
    CHECK(!wanted == (problem->status == STATUS_DONE));
    if (wanted)
        CHECK_SAY(strstr(problem->message, wanted), "%s: %s", wanted, problem->message);
    else
        CHECK(name->length == length + 1 && memcmp(name->data, text, length) == 0 &&
              name->data[length] == 0);
}

static void read_names(const struct written *list, const char *path)
{
    struct request request = REQUEST_DEFAULTS;
    struct file_list names;
    struct buffer name = {0};
    struct error problem = {0}, error = {0};
    enum file_list_next next;
    size_t i = 0;
    *(list->end ? &request.files_from : &request.files0_from) = path;
    CHECK(file_list_open(&names, &request, &error));
    while ((next = file_list_next(&names, &name, &problem)) != FILE_LIST_END && i <= list->count) {
        if (next == FILE_LIST_MORE)
            CHECK(file_list_fill(&names, &error));
        else if (i++ < list->count)
            check_name(list, i - 1, &name, &problem);
    }
    CHECK_SAY(i == list->count, "%zu of %zu", i, list->count);
    CHECK(file_list_left(&names) == 0);
    file_list_close(&names);
    buffer_release(&name);
}

static void random_lists(void)
{
    for (unsigned long round = 0; round < unit_rounds(60); round++) {
        struct written list;
        write_names(&list, unit_below(2) ? '\n' : '\0');
        struct error error;
        struct file *file = scratch_file("list");
        CHECK(file_write(file, 0, list.bytes, list.length, &error));
        scratch_close(file);
        read_names(&list, "list");
        free(list.bytes);
    }
}

static void operands(void)
{
    const char *items[] = {"a", "-", "", "-"};
    const char *problems[] = {NULL, NULL, "empty", "once"};
    struct request request = REQUEST_DEFAULTS;
    struct file_list names;
    struct buffer name = {0};
    struct error problem = {0};
    request.files = true;
    request.file_names = (struct string_list){items, 4};
    CHECK(file_list_open(&names, &request, NULL));
    for (size_t i = 0; i < 4; i++) {
        CHECK(file_list_left(&names) == 4 - i);
        CHECK(file_list_next(&names, &name, &problem) == FILE_LIST_NAME);
        CHECK(strcmp((const char *)name.data, items[i]) == 0);
        CHECK(!problems[i] == (problem.status == STATUS_DONE));
        CHECK(!problems[i] || strstr(problem.message, problems[i]));
    }
    CHECK(file_list_next(&names, &name, &problem) == FILE_LIST_END);
    file_list_close(&names);
    buffer_release(&name);
}

static const struct unit_case cases[] = {
    {"names come out as they were written, others with the reason", random_lists},
    {"operands are names; standard input is one once", operands},
};

int main(void)
{
    scratch_enter();
    int status = unit_main(cases, sizeof cases / sizeof *cases);
    scratch_leave();
    return status;
}
