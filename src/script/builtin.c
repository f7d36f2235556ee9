/* builtin.c - builtins: commands that only scripts have, such as seek and tell. */
#include "script/script.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool say_number(struct script *script, uint64_t number, struct error *error)
{
    return output_number(script->outer->output, number, 10, error) &&
           output_text(script->outer->output, "\n", error);
}

static const char *operand(const struct script *script, size_t index)
{
    return script->words.count > index + 1 ? script->words.items[index + 1] : NULL;
}

/* ---- position -------------------------------------------------------------------------------- */

static bool past_ends(int64_t from, const char *text, uint64_t size, struct error *error)
{
    char quoted[48];
    return error_set(error, "%s from %" PRId64 " lies outside the bytes (size %" PRIu64 ")",
                     diag_escape(quoted, sizeof quoted, text), from, size);
}

/* N, +N or -N, counted from `from`. */
static bool seek_by(const char *text, uint64_t from, uint64_t size, uint64_t *position,
                    struct error *error)
{
    bool back = text[0] == '-';
    uint64_t number = 0;
    if (!number_parse(text + (back || text[0] == '+'), "position", &number, error))
        return false;
    if (back ? number > from : number > size || from > size - number)
        return past_ends((int64_t)from, text, size, error);
    *position = back ? from - number : from + number;
    return true;
}

/* An absolute position: N, -N from the end, end, a line, ".", match. */
static bool seek_to(struct script *script, const char *text, uint64_t *position,
                    struct error *error)
{
    struct position parsed;
    char room[SCRIPT_EXPAND_TEXT];
    uint64_t size;
    const char *expanded = script_expand_position(&script->names, text, room, error);
    if (!expanded || !position_parse(expanded, &parsed, error) ||
        !script_locate(script, &parsed, &size, error) ||
        !position_resolve(parsed, size, position, error))
        return false;
    return *position <= size || past_ends(0, text, size, error);
}

static bool builtin_seek(struct script *script, struct error *error)
{
    const char *text = operand(script, 0), *whence = operand(script, 1);
    uint64_t size, *position = &script->names.position;
    if (!whence || !strcmp(whence, "set"))
        return seek_to(script, text, position, error);
    if (!script_size(script, &size, error))
        return false;
    if (!strcmp(whence, "cur"))
        return seek_by(text, *position, size, position, error);
    if (!strcmp(whence, "end"))
        return seek_by(text, size, size, position, error);
    return error_set(error, "seek counts from set, cur or end");
}

static bool builtin_tell(struct script *script, struct error *error)
{
    return say_number(script, script->names.position, error);
}

static bool builtin_size(struct script *script, struct error *error)
{
    uint64_t size;
    return script_size(script, &size, error) && say_number(script, size, error);
}

/* ---- bytes ----------------------------------------------------------------------------------- */

static bool builtin_readline(struct script *script, struct error *error)
{
    static const char *const words[] = {"read", "-l"};
    return script_subcommand(script, words, 2, error);
}

static bool builtin_read_byte(struct script *script, struct error *error)
{
    static const char *const words[] = {"read", "-t", "u8", "+1"};
    uint64_t position = script->names.position;
    if (!script_subcommand(script, words, 4, error))
        return false;
    return script->names.position > position ||
           error_set(error, "there is no byte at %" PRIu64 " (size %" PRIu64 ")", position,
                     script->outer->mapping->size);
}

static bool builtin_write_byte(struct script *script, struct error *error)
{
    const char *words[] = {"write", "-t", "u8", "--", operand(script, 0)};
    return script_subcommand(script, words, 5, error);
}

/* ---- other commands -------------------------------------------------------------------------- */

static bool builtin_exec(struct script *script, struct error *error)
{
    char command[4096];
    size_t length = script->length - script->words.rest;
    int status = 0;
    if (script->overlay)
        return error_set(error, "a command would see the file without the script's edits");
    if (length >= sizeof command)
        return error_set(error, "the command is %zu bytes long (at most %zu)", length,
                         sizeof command - 1);
    memcpy(command, script->text + script->words.rest, length);
    command[length] = 0;
    if (!output_flush(script->outer->output, error) ||
        !platform_run_command(command, script->outer->mapping->file, &status, error))
        return false;
    return status == 0 || error_set(error, "the command ended with status %d", status);
}

const struct script_builtin script_builtins[] = {
    {"seek", "POSITION [set|cur|end]", 1, 2, builtin_seek, false},
    {"tell", "", 0, 0, builtin_tell, false},
    {"size", "", 0, 0, builtin_size, false},
    {"readline", "", 0, 0, builtin_readline, false},
    {"read_byte", "", 0, 0, builtin_read_byte, false},
    {"write_byte", "N", 1, 1, builtin_write_byte, false},
    {"exec", "COMMAND", 1, SIZE_MAX, builtin_exec, true},
    {"close", "", 0, 0, NULL, false},
    {.name = NULL},
};

const struct script_builtin *script_builtin_find(const char *name)
{
    for (const struct script_builtin *row = script_builtins; row->name; row++)
        if (row->name[0] == name[0] && !strcmp(row->name, name))
            return row;
    return NULL;
}
