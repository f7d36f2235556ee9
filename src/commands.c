/* commands.c - the rows of the subcommand table, and what all subcommands share. */
#include "command.h"

#include <string.h>

static const char range_detail[] =
    "RANGE is A:B (from A up to, not including, B), A+N (N bytes from A) or A (to the end);\n"
    "a position is N, -N (from the end) or end.\n";

static const char data_detail[] = "DATA operands are joined. " /* the rest is that of a range */
                                  "RANGE is A:B (from A up to, not including, B), A+N (N bytes\n"
                                  "from A) or A; a position is N, -N (from the end) or end.\n";

const struct command commands[] = {
    {"read",
     "print bytes of a file",
     "[RANGE]",
     range_detail,
     COMMAND_READS_STREAM,
     0,
     1,
     cmd_read,
     {options_type, options_read, options_common}},
    {"write",
     "overwrite bytes in place",
     "POSITION|RANGE [DATA...]",
     data_detail,
     COMMAND_CHANGES,
     1,
     SIZE_MAX,
     cmd_write,
     {options_type, options_data, options_write, options_common}},
    {"find",
     "print the offset of the first match",
     "PATTERN [RANGE]",
     range_detail,
     COMMAND_READS_STREAM,
     0,
     2,
     cmd_find,
     {options_type, options_find, options_common}},
    {"rfind",
     "print the offset of the last match",
     "PATTERN [RANGE]",
     range_detail,
     COMMAND_READS_STREAM,
     0,
     2,
     cmd_rfind,
     {options_type, options_find, options_common}},
    {"move",
     "copy bytes within a file",
     "DEST RANGE",
     range_detail,
     COMMAND_CHANGES,
     2,
     2,
     cmd_move,
     {options_common}},
    {"resize",
     "cut or grow a file",
     "SIZE|+N|-N",
     "SIZE may be relative: +N grows, -N cuts.\n",
     COMMAND_CHANGES,
     1,
     1,
     cmd_resize,
     {options_resize, options_common}},
    {"splice",
     "replace, insert or delete bytes",
     "RANGE [DATA...]",
     data_detail,
     COMMAND_CHANGES,
     1,
     SIZE_MAX,
     cmd_splice,
     {options_type, options_data, options_common}},
    {"advise",
     "tell the system how bytes will be used",
     "ADVICE [RANGE]",
     range_detail,
     COMMAND_READS,
     1,
     2,
     cmd_advise,
     {options_advise, options_common}},
    {"flush",
     "write what is dirty to disk",
     "[RANGE]",
     range_detail,
     COMMAND_READS,
     0,
     1,
     cmd_flush,
     {options_flush, options_common}},
    {"info",
     "print what is known of a file",
     "",
     "",
     COMMAND_READS,
     0,
     0,
     cmd_info,
     {options_info, options_common}},
    {NULL, NULL, NULL, NULL, COMMAND_READS, 0, 0, NULL, {NULL}},
};

const struct command *command_find(const char *name)
{
    for (const struct command *command = commands; command->name; command++)
        if (!strcmp(command->name, name))
            return command;
    return NULL;
}

static unsigned open_flags(const struct request *request)
{
    unsigned flags = 0;
    if (request->command->access == COMMAND_READS_STREAM)
        flags |= MAPPING_STREAMS;
    if (request->command->access == COMMAND_CHANGES)
        flags |= MAPPING_WRITE;
    if (request->create)
        flags |= MAPPING_CREATE;
    return flags;
}

bool run_command(const struct request *request, struct output *output, struct error *error)
{
    struct mapping mapping;
    struct session session = {request, &mapping, output};
    struct error close_error = {0};
    if (!mapping_open(&mapping, request->file, open_flags(request), error))
        return false;
    bool done = request->command->run(&session, error);
    if (!mapping_close(&mapping, &close_error) && done) {
        *error = close_error;
        done = false;
    }
    return done;
}
