/* command.c - a subcommand of a script, on the script's mapping. */
#include "apply/claim.h"
#include "mapping/positions.h"
#include "script/script.h"

#include <stdlib.h>
#include <string.h>

/* Holds the expanded operands while a command runs. */
struct expansion {
    char operands[2][SCRIPT_EXPAND_TEXT];
    char within[SCRIPT_EXPAND_TEXT];
};

/* Expands "." and "match" in positions and ranges; a SIZE of +N is relative, not a position. */
static bool expand_operand(const struct script *script, struct request *request, size_t index,
                           char room[SCRIPT_EXPAND_TEXT], struct error *error)
{
    const struct operand *operand = command_operand(request, index);
    const char **text = &request->operands.items[index];
    enum operand_kind kind = operand ? operand->kind : OPERAND_NONE;
    if (kind == OPERAND_POSITION || (kind == OPERAND_SIZE && **text != '+'))
        *text = script_expand_position(&script->names, *text, room, error);
    else if (kind == OPERAND_RANGE)
        *text = script_expand(&script->names, *text, room, error);
    return *text != NULL;
}

static bool expand(const struct script *script, struct request *request,
                   struct expansion *expansion, struct error *error)
{
    for (size_t i = 0; i < 2 && i < request->operands.count; i++)
        if (!expand_operand(script, request, i, expansion->operands[i], error))
            return false;
    const char *within = request->within;
    if (within)
        request->within = script_expand(&script->names, within, expansion->within, error);
    return !within || request->within;
}

/* ---- without a position ---------------------------------------------------------------------- */

/* Inserts `operand` before the others. */
static bool put_first(struct request *request, const char *operand, struct error *error)
{
    struct string_list *list = &request->operands;
    size_t size = (list->count + 1) * sizeof *list->items;
    const char **items = realloc(list->items, size);
    if (!items)
        return error_memory(error, size);
    memmove(items + 1, items, list->count * sizeof *items);
    items[0] = operand;
    list->items = items;
    list->count++;
    return true;
}

/* Adds the file position to a command without a position; *moves: the command then moves it. */
static bool fill_in_position(struct request *request, bool *moves, struct error *error)
{
    const struct string_list *operands = &request->operands;
    bool takes_data = command_most_operands(request->command) == SIZE_MAX;
    *moves = false;
    if (!(request->command->traits & COMMAND_AT_POSITION))
        return true;
    if (!takes_data) {
        *moves = operands->count == 0 || operands->items[0][0] == '+';
        return operands->count > 0 || put_first(request, ".:", error);
    }
    /* A single operand is DATA. */
    if (operands->count > (request_has_source(request) ? 0u : 1u))
        return true;
    *moves = true;
    return put_first(request, ".", error);
}

/* ---- one command ----------------------------------------------------------------------------- */

static bool check_input(const struct script *script, const struct request *request,
                        struct error *error)
{
    bool reads = inputs_are_standard(request);
    return !reads || !script->lines.from_input ||
           error_set(error, "the script itself comes from the standard input");
}

static bool run_request(struct script *script, struct request *request, bool moves,
                        struct error *error)
{
    struct session session = *script->outer;
    session.request = request;
    session.inputs = script->overlay ? script_inputs_find(script) : NULL;
    session.overlay = script->overlay;
    session.touched = (struct range){script->names.position, script->names.position};
    bool searches = request->command->traits & COMMAND_SEARCHES;
    bool done = session_run_in_script(&session, &script->shape, error);
    if (searches && (done || error->status == STATUS_NO)) {
        script->names.matched = session.matched;
        script->names.match = session.match;
    }
    /* If another program cut the file before the position, nothing was read: keep the position. */
    if (done && moves)
        script->names.position = maximum_u64(script->names.position, session.touched.end);
    return done;
}

/* An atomic script is one edit: options that say how edits are done belong to run itself. */
static bool check_one_edit(const struct script *script, const struct request *request,
                           struct error *error)
{
    const struct request *outer = script->outer->request;
    bool edits = request->command->access == COMMAND_CHANGES;
    bool in_place = !outer->dry_run && !outer->new_inode;
    bool own = request->undo || request->new_inode || request->flush != outer->flush ||
               request->flush_async != outer->flush_async || request->durable != outer->durable ||
               request->no_journal != outer->no_journal ||
               request->journal_dir != outer->journal_dir;
    if (!script->overlay)
        return !request->new_inode ||
               error_set(error, "--new-inode would leave the script with the old file: it is an "
                                "option of run --atomic");
    if (edits && in_place && !script->outer->mapping->writable)
        return error_set(error, "the file may not be written: the script can only read it");
    if (request->allocate)
        return error_set(error, "--allocate reserves blocks at once, and the script's edits are "
                                "done at its end");
    return !own || error_set(error, "the script is one edit: --undo, --new-inode, --flush, "
                                    "--durable, --no-journal and --journal-dir are options of "
                                    "run itself");
}

static bool run_parsed(struct script *script, struct request *request, struct error *error)
{
    struct expansion expansion;
    bool moves;
    if (request->list)
        return request->command->run(
            &(struct session){.request = request, .output = script->outer->output}, error);
    return check_input(script, request, error) && check_one_edit(script, request, error) &&
           fill_in_position(request, &moves, error) && expand(script, request, &expansion, error) &&
           run_request(script, request, moves, error);
}

bool script_subcommand(struct script *script, const char *const *words, size_t count,
                       struct error *error)
{
    const struct request *outer = script->outer->request;
    struct request request;
    bool done = false;
    switch (outer->parse_line(words, count, outer, &request, script->outer->output, error)) {
    case CLI_RUN:
        /* Edits go to the overlay, as they would to a copy: --access makes no difference. */
        if (script->overlay)
            request.access = ACCESS_DEFAULT;
        done = run_parsed(script, &request, error);
        break;
    case CLI_ANSWERED:
        done = true;
        break;
    case CLI_FAILED:
        break;
    }
    request_release(&request);
    return done;
}

bool script_locate(struct script *script, struct position *position, uint64_t *size,
                   struct error *error)
{
    struct session session = *script->outer;
    struct request request = *script->outer->request;
    struct range_spec spec = {.kind = RANGE_OF_LENGTH, .start = *position};
    session.overlay = script->overlay;
    request.command = command_find(request.table, "read");
    session.request = &request;
    bool known = session_reclaim(&session, &script->shape, error) &&
                 positions_settle(session.mapping, NULL, POSITIONS_REJECT, &spec, error);
    if (!script->overlay)
        claim_release(session.mapping);
    *size = script->outer->mapping->size;
    *position = spec.start;
    return known;
}

bool script_size(struct script *script, uint64_t *size, struct error *error)
{
    return script_locate(script, &(struct position){0}, size, error);
}
