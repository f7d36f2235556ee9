/* inputs.c - the streams that the commands of an atomic script read besides FILE. */
#include "script/inputs.h"
#include "script/script.h"

#include <stdlib.h>
#include <string.h>

static bool add(struct script_inputs *inputs, const struct script_input *item, struct error *error)
{
    size_t size = (inputs->count + 1) * sizeof *item;
    struct script_input *items = realloc(inputs->items, size);
    if (!items)
        return error_memory(error, size);
    inputs->items = items;
    inputs->items[inputs->count++] = *item;
    return true;
}

static bool is_letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

/* Whether an option may bring an input, even abbreviated, or a group of letters with f. */
static bool may_be_input(const char *option, size_t length)
{
    static const char *const names[] = {"from", "typed-from", "edits", "patterns-from"};
    if (length < 2 || option[1] != '-')
        return memchr(option, 'f', length) != NULL;
    option += 2;
    length -= 2;
    for (size_t i = 0; length > 0 && i < sizeof names / sizeof *names; i++)
        if (length <= strlen(names[i]) && !memcmp(names[i], option, length))
            return true;
    return false;
}

/*
 * Whether the text of commands may name an input. Most do not, so they need not be parsed
 * twice. True may be wrong, false never is: a quote or a backslash can hide an option.
 */
static bool may_name_input(const char *text, size_t length)
{
    const char *end = text + length;
    while (text < end && (text = memchr(text, '-', (size_t)(end - text))) != NULL) {
        const char *option = text;
        while (text < end && (*text == '-' || is_letter(*text)))
            text++;
        bool is_cut = text < end && (*text == '\'' || *text == '"' || *text == '\\');
        if (is_cut || may_be_input(option, (size_t)(text - option)))
            return true;
    }
    return false;
}

static bool take(struct script *script, struct error *error)
{
    struct script_input item = {.number = script->number};
    const struct session *outer = script->outer;
    struct request request;
    struct error ignored = {0};
    bool wanted = outer->request->parse_line(script->words.items, script->words.count,
                                             outer->request, &request, NULL, &ignored) == CLI_RUN;
    bool taken = wanted &&
                 inputs_take_streams(&item.inputs, &request, outer->journal_dir, &ignored) &&
                 inputs_are_taken(&item.inputs);
    request_release(&request);
    if (!taken || add(&script->inputs, &item, error))
        return true;
    (void)inputs_release(&item.inputs, NULL);
    return false;
}

static bool look_at_command(struct script *script, struct error *error)
{
    if (!may_name_input(script->text, script->length) ||
        !shell_words_split(&script->words, script->text, script->length, 0, NULL))
        return true;
    const struct command *command = script_row(script);
    bool reads =
        command && (command->access == COMMAND_CHANGES || command->traits & COMMAND_SEARCHES);
    return !reads || take(script, error);
}

/* Whether the script may name an input. True if the script is not all in memory. */
static bool may_have_inputs(const struct script_lines *lines)
{
    const struct buffer *text = &lines->ahead.memory;
    return lines->commands || lines->ahead.file ||
           (text->length > 0 && may_name_input((const char *)text->data, text->length));
}

bool script_inputs_take(struct script *script, struct error *error)
{
    enum script_result result;
    if (!may_have_inputs(&script->lines))
        return true;
    while ((result = script_lines_next(&script->lines, &script->text, &script->length,
                                       &script->number, error)) == SCRIPT_LINE)
        if (!look_at_command(script, error))
            return false;
    script_lines_rewind(&script->lines);
    return result == SCRIPT_END;
}

struct inputs *script_inputs_find(struct script *script)
{
    struct script_inputs *inputs = &script->inputs;
    while (inputs->next < inputs->count && inputs->items[inputs->next].number < script->number)
        inputs->next++;
    if (inputs->next == inputs->count || inputs->items[inputs->next].number != script->number)
        return NULL;
    return &inputs->items[inputs->next].inputs;
}

void script_inputs_release(struct script_inputs *inputs)
{
    for (size_t i = 0; i < inputs->count; i++)
        (void)inputs_release(&inputs->items[i].inputs, NULL);
    free(inputs->items);
    *inputs = (struct script_inputs){0};
}
