/* commands.c - the rows of the subcommand table. */
#include "cli/commands.h"
#include "script/script.h"

#define RANGE_DETAIL                                                                               \
    "RANGE is A:B (from A up to, not including, B), A+N (N bytes from A) or A (to the end); a "    \
    "position is N, -N (from the end), end, LN (line N) or L-N (the N-th line from the end)."
#define DATA_DETAIL "DATA operands are joined. " RANGE_DETAIL

const struct command commands[] = {
    {
        .name = "read",
        .summary = "print bytes of a file",
        .operands = {{OPERAND_RANGE, "RANGE", true, 0}},
        .detail = RANGE_DETAIL,
        .examples = "  mmtool read FILE 16+4\n"
                    "  mmtool read -d FILE -64:\n"
                    "  mmtool read FILE L2:L4\n"
                    "  mmtool read -l-3 FILE\n"
                    "  mmtool read -d --columns=8 --group=1 FILE\n"
                    "  mmtool read -t u16le FILE :8\n",
        .brief = "dump columns lines whole-lines hex escape type radix files with-filename wait",
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
        .detail = DATA_DETAIL,
        .examples = "  mmtool write FILE 0 abc\n"
                    "  mmtool write -x FILE 0 \"41 42\" --expect=\"61 6?\"\n"
                    "  mmtool write --extend FILE end more\n"
                    "  mmtool write -t u32le FILE 4 0x12345678\n",
        .brief = "extend fill create hex escape type from expect dry-run undo durable verbose",
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
        .detail = RANGE_DETAIL,
        .examples = "  mmtool find FILE abc\n"
                    "  mmtool find -x -ar FILE \"6? 62\"\n"
                    "  mmtool find -l -E FILE \"[a-c]+\"\n"
                    "  mmtool find -l --files -p abc FILE FILE\n"
                    "  mmtool find -d2 FILE abc\n",
        .brief = "all max-count ignore-case regex hex pattern count range only-matching line "
                 "context line-number",
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
        .detail = RANGE_DETAIL,
        .examples = "  mmtool rfind FILE abc\n"
                    "  mmtool rfind -l -m2 FILE abc\n"
                    "  mmtool rfind FILE abc :L2\n",
        .brief = "all max-count ignore-case regex hex pattern count range only-matching line "
                 "context line-number",
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
        .detail = RANGE_DETAIL,
        .examples = "  mmtool move FILE 0 4+8\n"
                    "  mmtool move FILE 4 :8\n"
                    "  mmtool move -n FILE 0 -4:\n",
        .brief = "expect hex escape dry-run diff undo flush durable verbose wait window",
        .access = COMMAND_CHANGES,
        .run = cmd_move,
        .groups = {options_type, options_expect, options_change, options_form, options_mapping,
                   options_common},
    },
    {
        .name = "resize",
        .summary = "cut or grow a file",
        .operands = {{OPERAND_SIZE, "SIZE|+N|-N", false, OPERAND_ABSENT_WITH_UNLINK}},
        .detail = "SIZE may be relative: +N grows, -N cuts. What is grown is zeros.",
        .examples = "  mmtool resize FILE -10\n"
                    "  mmtool resize FILE 20\n"
                    "  mmtool resize FILE +4K\n"
                    "  mmtool resize --create new.img 1G\n",
        .brief = "create allocate unlink dry-run undo flush durable no-journal verbose wait",
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
        .usage = "FILE RANGE [DATA...]\n"
                 "       mmtool splice [OPTIONS] --pattern=PATTERN FILE DATA...\n"
                 "       mmtool splice [OPTIONS] --edits=SCRIPT FILE",
        .detail = DATA_DETAIL,
        .examples = "  mmtool splice FILE 10+0 inserted\n"
                    "  mmtool splice FILE 10+4\n"
                    "  mmtool splice -a -p abc FILE longer\n"
                    "  mmtool splice -e FILE L2+0 \"a new line\\n\"\n"
                    "  mmtool splice FILE :L2\n"
                    "  mmtool splice -a -p abc --with=longer --files FILE FILE\n",
        .brief = "pattern all ignore-case regex hex escape from edits pad dry-run undo",
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
        .detail = RANGE_DETAIL " ADVICE is a name that 'mmtool advise --list' prints.",
        .examples = "  mmtool advise FILE willneed\n"
                    "  mmtool advise FILE dontneed :16\n"
                    "  mmtool advise --status FILE\n"
                    "  mmtool advise --list\n",
        .brief = "list status json verbose force files within wait",
        .access = COMMAND_READS,
        .run = cmd_advise,
        .groups = {options_advise, options_within, options_files, options_look, options_mapping,
                   options_common},
    },
    {
        .name = "flush",
        .summary = "write what is dirty to disk",
        .operands = {{OPERAND_RANGE, "RANGE", true, 0}},
        .detail = RANGE_DETAIL,
        .examples = "  mmtool flush FILE\n"
                    "  mmtool flush -v FILE 0+10\n"
                    "  mmtool flush --async FILE L2:\n",
        .brief = "async invalidate verbose files files-from within wait window",
        .access = COMMAND_READS,
        .run = cmd_flush,
        .groups = {options_flush, options_within, options_files, options_look, options_mapping,
                   options_common},
    },
    {
        .name = "info",
        .summary = "print what is known of a file, and who locks it",
        .examples = "  mmtool info FILE\n"
                    "  mmtool info -s FILE\n"
                    "  mmtool info -j FILE\n",
        .brief = "size json files files-from with-filename no-filename wait window",
        .access = COMMAND_READS,
        .traits = COMMAND_LOOKS,
        .run = cmd_info,
        .groups = {options_info, options_files, options_look, options_mapping, options_common},
    },
    {
        .name = "run",
        .summary = "run a script of subcommands over one mapping",
        .operands = {{OPERAND_SCRIPT, "SCRIPT", true, 0}},
        .detail = "SCRIPT has a subcommand a line, without FILE, quoted as in a shell; besides: "
                  "seek POSITION [set|cur|end], tell, size, readline, read_byte, write_byte N, "
                  "exec COMMAND, close. \".\" is the file position, \"match\" the last match.",
        .examples = "  mmtool run FILE -c 'find abc' -c 'splice match longer' -c size\n"
                    "  mmtool run --atomic FILE -c 'write 0 ABC' -c 'resize 10'\n"
                    "  mmtool run --anonymous=1M -c 'write abc' -c 'exec head -c 3 $MMTOOL_MAP'\n",
        .brief =
            "command keep-going atomic answers anonymous dry-run undo durable verbose access wait",
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
        .detail = "Insertions and deletions are found, not only bytes that changed. 'mmtool splice "
                  "--edits=SCRIPT OLD' applies the script. On a terminal the differences are shown "
                  "as rows or lines instead. Exit status: 0 the files are equal, 1 they differ, 2 "
                  "trouble.",
        .examples = "  mmtool diff OLD NEW\n"
                    "  mmtool diff -q OLD NEW\n"
                    "  mmtool diff --diff --color=always OLD NEW | less -R\n",
        .brief = "quiet diff script color ignore-journal window wait progress",
        .access = COMMAND_READS_STREAM,
        .traits = COMMAND_COMPARES,
        .run = cmd_diff,
        .groups = {options_diff, options_form, options_look, options_mapping, options_common},
    },
    {
        .name = "recover",
        .summary = "say what an interrupted edit left, and end it",
        .detail =
            "An edit is done wholly or not at all, even if mmtool is killed. What it needs for "
            "that "
            "is in a journal, .NAME.mmtool-journal, beside the file. The next mmtool command on "
            "the "
            "file finishes the edit, or drops it if it had changed nothing yet, and says so. "
            "Remove "
            "no journal by hand.\n"
            "Where it cannot be told what is right, commands refuse the file and change nothing; "
            "one "
            "of the options below ends it.\n"
            "write, splice and others take --durable to survive power loss, too; --ignore-journal "
            "reads a half-made edit as it is.\n"
            "Exit status: 0 FILE is whole, 1 something is left, 2 it cannot be told or done.",
        .examples = "  mmtool recover FILE\n"
                    "  mmtool recover --finish FILE\n"
                    "  mmtool recover --accept FILE\n",
        .brief = "show json finish back accept force journal-dir wait",
        .access = COMMAND_RECOVERS,
        .run = cmd_recover,
        .check = recover_check,
        .groups = {options_recover, options_common},
    },
    {.name = NULL},
};
