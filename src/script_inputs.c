/* script_inputs.c - what the commands of an atomic script read besides FILE. */
#include "script_inputs.h"
#include "script.h"

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

/* Whether the command may name an input, at a look: by an option. */
static bool may_read(const struct script *script)
{
    const struct shell_words *words = &script->words;
    const struct command *command = words->count > 0 ? command_find(words->items[0]) : NULL;
    if (!command || command->access != COMMAND_CHANGES)
        return false;
    for (size_t i = 1; i < words->count; i++)
        if (words->items[i][0] == '-')
            return true;
    return false;
}

static bool take(struct script *script, struct error *error)
{
    struct script_input item = {.number = script->number};
    const struct session *outer = script->outer;
    struct request request;
    struct error ignored = {0};
    bool wanted =
        outer->request->parse_line(script->words.items, script->words.count, outer->request,
                                   &request, outer->output, &ignored) == CLI_RUN;
    bool taken = wanted && input_take_stream(&item.input, &request, outer->journal_dir, &ignored) &&
                 item.input.given;
    request_release(&request);
    if (!taken || add(&script->inputs, &item, error))
        return true;
    (void)input_release(&item.input, &ignored);
    return false;
}

/* A command that could only print help does not print it now. */
static bool asks_for_help(const struct shell_words *words)
{
    for (size_t i = 1; i < words->count; i++)
        if (!strcmp(words->items[i], "-h") || !strncmp(words->items[i], "--h", 3))
            return true;
    return false;
}

static bool look_at_command(struct script *script, struct error *error)
{
    struct error ignored = {0};
    if (!memchr(script->text, '-', script->length) ||
        !shell_words_split(&script->words, script->text, script->length, 0, &ignored))
        return true;
    return !may_read(script) || asks_for_help(&script->words) || take(script, error);
}

/* Whether options stand anywhere in the script: most are free of them. */
static bool may_have_options(const struct script_lines *lines)
{
    const struct buffer *text = &lines->ahead.memory;
    return lines->commands || lines->ahead.file ||
           (text->length > 0 && memchr(text->data, '-', text->length));
}

bool script_inputs_take(struct script *script, struct error *error)
{
    enum script_result result;
    if (!may_have_options(&script->lines))
        return true;
    while ((result = script_lines_next(&script->lines, &script->text, &script->length,
                                       &script->number, error)) == SCRIPT_LINE)
        if (!look_at_command(script, error))
            return false;
    script_lines_rewind(&script->lines);
    return result == SCRIPT_END;
}

struct input *script_inputs_find(struct script *script)
{
    struct script_inputs *inputs = &script->inputs;
    while (inputs->next < inputs->count && inputs->items[inputs->next].number < script->number)
        inputs->next++;
    if (inputs->next == inputs->count || inputs->items[inputs->next].number != script->number)
        return NULL;
    return &inputs->items[inputs->next].input;
}

void script_inputs_release(struct script_inputs *inputs)
{
    struct error ignored = {0};
    for (size_t i = 0; i < inputs->count; i++)
        (void)input_release(&inputs->items[i].input, &ignored);
    free(inputs->items);
    *inputs = (struct script_inputs){0};
}
