/* commands.c - the rows of the subcommand table. */
#include "cli/commands.h"
#include "script/script.h"

/* How operands are read, then commands that work on a FILE of text. */
#define RANGE_DETAIL                                                                               \
    "RANGE is A:B (from A up to, not including, B), A+N (N bytes from A) or A (to the end);\n"     \
    "a position is N, -N (from the end), end, LN (line N) or L-N (the N-th line from the\n"        \
    "end).\n"
#define DATA_DETAIL                                                                                \
    "DATA operands are joined. RANGE is A:B (from A up to, not including, B), A+N (N bytes\n"      \
    "from A) or A; a position is N, -N (from the end), end, LN (line N) or L-N (the N-th\n"        \
    "line from the end).\n"

const struct command commands[] = {
    {
        .name = "read",
        .summary = "print bytes of a file",
        .operands = {{OPERAND_RANGE, "RANGE", true, 0}},
        .detail = RANGE_DETAIL "\nExamples:\n"
                               "  mmtool read FILE 16+4\n"
                               "  mmtool read -d FILE -64:\n"
                               "  mmtool read -d --columns=8 --group=1 FILE\n"
                               "  mmtool read FILE L2:L4\n"
                               "  mmtool read -l-3 FILE\n",
        .access = COMMAND_READS_STREAM,
        .traits = COMMAND_FORWARD | COMMAND_AT_POSITION | COMMAND_PRINTS_FILE | COMMAND_RECORDS,
        .run = cmd_read,
        .groups = {options_type, options_read, options_read_dump, options_within, options_files,
                   options_look, options_mapping, options_common},
    },
    {
        .name = "write",
        .summary = "overwrite bytes in place",
        .operands = {{OPERAND_RANGE, "POSITION|RANGE", false, 0},
                     {OPERAND_DATA, "DATA...", true, 0}},
        .detail = DATA_DETAIL "\nExamples:\n"
                              "  mmtool write FILE 0 abc\n"
                              "  mmtool write -x FILE 0 \"41 42\" --expect=\"61 6?\"\n"
                              "  mmtool write --extend FILE end more\n",
        .access = COMMAND_CHANGES,
        .traits = COMMAND_AT_POSITION | COMMAND_RECORDS,
        .run = cmd_write,
        .groups = {options_type, options_data, options_expect, options_write, options_change,
                   options_form, options_mapping, options_common},
    },
    {
        .name = "find",
        .summary = "print the offset of the first match",
        .operands = {{OPERAND_PATTERN, "PATTERN", false,
                      OPERAND_ABSENT_WITH_PATTERNS | OPERAND_ABSENT_WITH_FROM},
                     {OPERAND_RANGE, "RANGE", true, 0}},
        .detail = RANGE_DETAIL "\nExamples:\n"
                               "  mmtool find FILE abc\n"
                               "  mmtool find -x -ar FILE \"6? 62\"\n"
                               "  mmtool find -l -E FILE \"[a-c]+\"\n"
                               "  mmtool find -d2 FILE abc\n"
                               "  mmtool find -l --files -p abc FILE FILE\n",
        .access = COMMAND_READS_STREAM,
        .traits = COMMAND_SEARCHES | COMMAND_FORWARD,
        .run = cmd_find,
        .groups = {options_type, options_find, options_find_dump, options_matching, options_sorted,
                   options_within, options_files, options_names, options_look, options_mapping,
                   options_common},
    },
    {
        .name = "rfind",
        .summary = "print the offset of the last match",
        .operands = {{OPERAND_PATTERN, "PATTERN", false,
                      OPERAND_ABSENT_WITH_PATTERNS | OPERAND_ABSENT_WITH_FROM},
                     {OPERAND_RANGE, "RANGE", true, 0}},
        .detail = RANGE_DETAIL "\nExamples:\n"
                               "  mmtool rfind FILE abc\n"
                               "  mmtool rfind -l -m2 FILE abc\n",
        .access = COMMAND_READS_STREAM,
        .traits = COMMAND_SEARCHES,
        .run = cmd_rfind,
        .groups = {options_type, options_find, options_find_dump, options_matching, options_within,
                   options_files, options_names, options_look, options_mapping, options_common},
    },
    {
        .name = "move",
        .summary = "copy bytes within a file",
        .operands = {{OPERAND_POSITION, "DEST", false, 0}, {OPERAND_RANGE, "RANGE", false, 0}},
        .detail = RANGE_DETAIL "\nExamples:\n"
                               "  mmtool move FILE 0 4+8\n",
        .access = COMMAND_CHANGES,
        .run = cmd_move,
        .groups = {options_type, options_expect, options_change, options_form, options_mapping,
                   options_common},
    },
    {
        .name = "resize",
        .summary = "cut or grow a file",
        .operands = {{OPERAND_SIZE, "SIZE|+N|-N", false, OPERAND_ABSENT_WITH_UNLINK}},
        .detail = "SIZE may be relative: +N grows, -N cuts.\n"
                  "\nExamples:\n"
                  "  mmtool resize FILE -10\n"
                  "  mmtool resize --create new.img 1G\n",
        .access = COMMAND_CHANGES,
        .run = cmd_resize,
        .groups = {options_resize, options_change, options_form, options_mapping, options_common},
    },
    {
        .name = "splice",
        .summary = "replace, insert or delete bytes",
        .operands = {{OPERAND_RANGE, "RANGE|--pattern=PATTERN|--edits=SCRIPT", false,
                      OPERAND_ABSENT_WITH_PATTERNS | OPERAND_ABSENT_WITH_EDITS},
                     {OPERAND_DATA, "DATA...", true, 0}},
        .detail = DATA_DETAIL "\nExamples:\n"
                              "  mmtool splice FILE 10+0 inserted\n"
                              "  mmtool splice FILE 10+4\n"
                              "  mmtool splice -e FILE L2+0 \"a new line\\n\"\n"
                              "  mmtool splice FILE :L2\n"
                              "  mmtool splice -a -p abc FILE longer\n"
                              "  mmtool splice -a -p abc --with=longer --files FILE FILE\n",
        .access = COMMAND_CHANGES,
        .run = cmd_splice,
        .check = splice_check,
        .groups = {options_type, options_splice, options_matching, options_data, options_with,
                   options_files, options_names, options_expect, options_change, options_form,
                   options_mapping, options_common},
    },
    {
        .name = "advise",
        .summary = "tell the system how bytes will be used",
        .operands = {{OPERAND_ADVICE, "ADVICE", false, OPERAND_ABSENT_WITH_STATUS},
                     {OPERAND_RANGE, "RANGE", true, 0}},
        .detail = RANGE_DETAIL "ADVICE is a name that 'mmtool advise --list' prints.\n"
                               "\nExamples:\n"
                               "  mmtool advise FILE willneed\n"
                               "  mmtool advise --status FILE\n"
                               "  mmtool advise --list\n",
        .access = COMMAND_READS,
        .run = cmd_advise,
        .groups = {options_advise, options_within, options_files, options_look, options_mapping,
                   options_common},
    },
    {
        .name = "flush",
        .summary = "write what is dirty to disk",
        .operands = {{OPERAND_RANGE, "RANGE", true, 0}},
        .detail = RANGE_DETAIL "\nExamples:\n"
                               "  mmtool flush FILE\n"
                               "  mmtool flush -v FILE 0+10\n",
        .access = COMMAND_READS,
        .run = cmd_flush,
        .groups = {options_flush, options_within, options_files, options_look, options_mapping,
                   options_common},
    },
    {
        .name = "info",
        .summary = "print what is known of a file, and who locks it",
        .detail = "Examples:\n"
                  "  mmtool info FILE\n"
                  "  mmtool info -s FILE\n",
        .access = COMMAND_READS,
        .traits = COMMAND_LOOKS,
        .run = cmd_info,
        .groups = {options_info, options_files, options_look, options_mapping, options_common},
    },
    {
        .name = "run",
        .summary = "run a script of subcommands over one mapping",
        .operands = {{OPERAND_SCRIPT, "SCRIPT", true, 0}},
        .detail = "SCRIPT has a subcommand a line, without FILE, quoted as in a shell; besides:\n"
                  "seek POSITION [set|cur|end], tell, size, readline, read_byte, write_byte N,\n"
                  "exec COMMAND, close. \".\" is the file position, \"match\" the last match.\n"
                  "\nExamples:\n"
                  "  mmtool run FILE -c 'find abc' -c 'splice match longer' -c size\n"
                  "  mmtool run --anonymous=1M -c 'write abc' -c 'exec head -c 3 $MMTOOL_MAP'\n",
        .access = COMMAND_RUNS,
        .run = cmd_run,
        .groups = {options_run, options_change, options_form, options_look, options_mapping,
                   options_common},
        .stages = &run_stages,
    },
    {
        .name = "diff",
        .file = "OLD",
        .summary = "print the edit script that makes one file into another",
        .operands = {{OPERAND_FILE, "NEW", false, 0}},
        .detail = "Insertions and deletions are found, not only bytes that changed.\n"
                  "'mmtool splice --edits=SCRIPT OLD' applies the script.\n"
                  "On a terminal the differences are shown as rows or lines instead.\n"
                  "Exit status: 0 the files are equal, 1 they differ, 2 trouble.\n"
                  "\nExamples:\n"
                  "  mmtool diff OLD NEW\n"
                  "  mmtool diff -q OLD NEW\n"
                  "  mmtool diff --diff --color=always OLD NEW | less -R\n",
        .access = COMMAND_READS_STREAM,
        .traits = COMMAND_COMPARES,
        .run = cmd_diff,
        .groups = {options_diff, options_form, options_look, options_mapping, options_common},
    },
    {
        .name = "recover",
        .summary = "say what an interrupted edit left, and end it",
        .detail =
            "Any other command on FILE finishes the edit, or takes it back, where that is "
            "certain.\n"
            "Where it is not, it says so and changes nothing; one of these options ends it.\n"
            "Exit status: 0 FILE is whole, 1 something is left, 2 it cannot be told or done.\n"
            "\nExamples:\n"
            "  mmtool recover FILE\n"
            "  mmtool recover --finish FILE\n"
            "  mmtool recover --accept FILE\n",
        .access = COMMAND_RECOVERS,
        .run = cmd_recover,
        .check = recover_check,
        .groups = {options_recover, options_common},
    },
    {.name = NULL},
};
