/* commands.c - the rows of the subcommand table. */
#include "cli/commands.h"
#include "script/script.h"

/* How operands are read, then commands that work on a FILE of text. */
#define RANGE_DETAIL                                                                               \
    "RANGE is A:B (from A up to, not including, B), A+N (N bytes from A) or A (to the end);\n"     \
    "a position is N, -N (from the end) or end.\n"
#define DATA_DETAIL                                                                                \
    "DATA operands are joined. RANGE is A:B (from A up to, not including, B), A+N (N bytes\n"      \
    "from A) or A; a position is N, -N (from the end) or end.\n"

const struct command commands[] = {
    {"read",
     "print bytes of a file",
     {{OPERAND_RANGE, "RANGE", true, 0}},
     RANGE_DETAIL "\nExamples:\n"
                  "  mmtool read FILE 16+4\n"
                  "  mmtool read -d FILE -64:\n"
                  "  mmtool read -l-3 FILE\n",
     COMMAND_READS_STREAM,
     COMMAND_FORWARD | COMMAND_AT_POSITION | COMMAND_PRINTS_FILE,
     cmd_read,
     NULL,
     {options_type, options_read, options_look, options_mapping, options_common},
     NULL},
    {"write",
     "overwrite bytes in place",
     {{OPERAND_RANGE, "POSITION|RANGE", false, 0}, {OPERAND_DATA, "DATA...", true, 0}},
     DATA_DETAIL "\nExamples:\n"
                 "  mmtool write FILE 0 abc\n"
                 "  mmtool write -x FILE 0 \"41 42\" --expect=\"61 6?\"\n"
                 "  mmtool write --extend FILE end more\n",
     COMMAND_CHANGES,
     COMMAND_AT_POSITION,
     cmd_write,
     NULL,
     {options_type, options_data, options_expect, options_write, options_change, options_mapping,
      options_common},
     NULL},
    {"find",
     "print the offset of the first match",
     {{OPERAND_PATTERN, "PATTERN", false, ABSENT_WITH_PATTERNS}, {OPERAND_RANGE, "RANGE", true, 0}},
     RANGE_DETAIL "\nExamples:\n"
                  "  mmtool find FILE abc\n"
                  "  mmtool find -x -ar FILE \"6? 62\"\n"
                  "  mmtool find -l -E FILE \"[a-c]+\"\n",
     COMMAND_READS_STREAM,
     COMMAND_SEARCHES | COMMAND_FORWARD,
     cmd_find,
     NULL,
     {options_type, options_find, options_sorted, options_look, options_mapping, options_common},
     NULL},
    {"rfind",
     "print the offset of the last match",
     {{OPERAND_PATTERN, "PATTERN", false, ABSENT_WITH_PATTERNS}, {OPERAND_RANGE, "RANGE", true, 0}},
     RANGE_DETAIL "\nExamples:\n"
                  "  mmtool rfind FILE abc\n"
                  "  mmtool rfind -l -m2 FILE abc\n",
     COMMAND_READS_STREAM,
     COMMAND_SEARCHES,
     cmd_rfind,
     NULL,
     {options_type, options_find, options_look, options_mapping, options_common},
     NULL},
    {"move",
     "copy bytes within a file",
     {{OPERAND_POSITION, "DEST", false, 0}, {OPERAND_RANGE, "RANGE", false, 0}},
     RANGE_DETAIL "\nExamples:\n"
                  "  mmtool move FILE 0 4+8\n",
     COMMAND_CHANGES,
     0,
     cmd_move,
     NULL,
     {options_type, options_expect, options_change, options_mapping, options_common},
     NULL},
    {"resize",
     "cut or grow a file",
     {{OPERAND_SIZE, "SIZE|+N|-N", true, 0}},
     "SIZE may be relative: +N grows, -N cuts.\n"
     "\nExamples:\n"
     "  mmtool resize FILE -10\n"
     "  mmtool resize --create new.img 1G\n",
     COMMAND_CHANGES,
     0,
     cmd_resize,
     NULL,
     {options_resize, options_change, options_mapping, options_common},
     NULL},
    {"splice",
     "replace, insert or delete bytes",
     {{OPERAND_RANGE, "RANGE|--pattern=PATTERN|--edits=SCRIPT", false,
       ABSENT_WITH_PATTERNS | ABSENT_WITH_EDITS},
      {OPERAND_DATA, "DATA...", true, 0}},
     DATA_DETAIL "\nExamples:\n"
                 "  mmtool splice FILE 10+0 inserted\n"
                 "  mmtool splice FILE 10+4\n"
                 "  mmtool splice -a -p abc FILE longer\n",
     COMMAND_CHANGES,
     0,
     cmd_splice,
     splice_check,
     {options_type, options_splice, options_data, options_expect, options_change, options_mapping,
      options_common},
     NULL},
    {"advise",
     "tell the system how bytes will be used",
     {{OPERAND_ADVICE, "ADVICE", true, ABSENT_WITH_STATUS}, {OPERAND_RANGE, "RANGE", true, 0}},
     RANGE_DETAIL "ADVICE is a name that 'mmtool advise --list' prints.\n"
                  "\nExamples:\n"
                  "  mmtool advise FILE willneed\n"
                  "  mmtool advise --status FILE\n"
                  "  mmtool advise --list\n",
     COMMAND_READS,
     0,
     cmd_advise,
     NULL,
     {options_advise, options_look, options_mapping, options_common},
     NULL},
    {"flush",
     "write what is dirty to disk",
     {{OPERAND_RANGE, "RANGE", true, 0}},
     RANGE_DETAIL "\nExamples:\n"
                  "  mmtool flush FILE\n"
                  "  mmtool flush -v FILE 0+10\n",
     COMMAND_READS,
     0,
     cmd_flush,
     NULL,
     {options_flush, options_look, options_mapping, options_common},
     NULL},
    {"info",
     "print what is known of a file",
     {{OPERAND_NONE, NULL, false, 0}},
     "Examples:\n"
     "  mmtool info FILE\n"
     "  mmtool info -s FILE\n",
     COMMAND_READS,
     0,
     cmd_info,
     NULL,
     {options_info, options_look, options_mapping, options_common},
     NULL},
    {"run",
     "run a script of subcommands over one mapping",
     {{OPERAND_SCRIPT, "SCRIPT", true, 0}},
     "SCRIPT has a subcommand a line, without FILE, quoted as in a shell; besides:\n"
     "seek POSITION [set|cur|end], tell, size, readline, read_byte, write_byte N,\n"
     "exec COMMAND, close. \".\" is the file position, \"match\" the last match.\n"
     "\nExamples:\n"
     "  mmtool run FILE -c 'find abc' -c 'splice match longer' -c size\n"
     "  mmtool run --anonymous=1M -c 'write abc' -c 'exec head -c 3 $MMTOOL_MAP'\n",
     COMMAND_RUNS,
     0,
     cmd_run,
     NULL,
     {options_run, options_change, options_look, options_mapping, options_common},
     &run_stages},
    {"recover",
     "say what an interrupted edit left, and end it",
     {{OPERAND_NONE, NULL, false, 0}},
     "Any other command on FILE finishes the edit, or takes it back, where that is certain.\n"
     "Where it is not, it says so and changes nothing; one of these options ends it.\n"
     "Exit status: 0 FILE is whole, 1 something is left, 2 it cannot be told or done.\n"
     "\nExamples:\n"
     "  mmtool recover FILE\n"
     "  mmtool recover --finish FILE\n"
     "  mmtool recover --accept FILE\n",
     COMMAND_RECOVERS,
     0,
     cmd_recover,
     recover_check,
     {options_recover, options_common},
     NULL},
    {.name = NULL},
};
