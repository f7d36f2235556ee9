/*
 * main.c - the program's entry.
 *
 * The map of the source. A folder may use its own files and those of the folders above it in
 * this list, never those below, and folders of one rank do not use each other. The header named
 * at the right describes the folder's files.
 *
 *   base/        values, errors, checked sizes, byte notations: pure            base/diag.h
 *   search/      byte strings in memory, forwards and backwards: pure           search/search.h
 *   compare/     the differences of two byte strings in memory: pure            compare/compare.h
 *   platform/    the only system calls: posix/ with linux/, or windows/         platform/platform.h
 *   regex/       regular expressions over bytes: pure                           regex/regex.h
 *   output/      standard output, dumps, JSON, the progress bar                 output/output.h
 *   mapping.c    a file as bytes by offset; mapping/ what builds on it          mapping.h
 *   scan/        finds a pattern in a mapping                                   scan/scan.h
 *   edit/        lists of edits, plans, new bytes, the edit script as text      edit/list.h
 *   journal/     a journal's layout, and how it is made, found and removed      journal/journal.h
 *   apply/       edits, all or nothing: claim, growth, steps, recovery          apply/apply.h
 *   commands/    a file for each subcommand, and the code they share            commands/command.h
 *   script/      run: many subcommands on one mapping                           script/script.h
 *   cli.c        the only reader of argv; cli/ has its tables, help, typos      cli.h
 *
 * Words with one meaning throughout the source:
 *
 *   position    an offset, or a line (LN, L-N), as the user gives it
 *   range       bytes from one offset of a file up to, not including, another
 *   mapping     an open file as bytes by offset; a view is a part of it in memory (mmap)
 *   window      the part of a file that --window shows; offsets count from its start
 *   extent      bytes of a file between two holes
 *   chunk       bytes that are read, searched or copied at once
 *   gap         bytes of two files that differ, between bytes that are equal
 *   hunk        gaps near each other, shown with unchanged bytes around them
 *   walk        an automaton's way over the bytes of a text, in either direction
 *   spool       the bytes of a stream, kept in memory or in an unlinked file
 *   edit        old bytes at an offset, and new ones for them; a list holds a command's edits
 *   pool        the new bytes of a list of edits
 *   overlay     the edits of an atomic script, visible at once and applied together at its end
 *   piece       bytes of the edited file from one source: the old file, the pool, or zeros
 *   plan        the order in which a list of edits is written; a step is one write of it
 *   place       a directory, held open, and a name in it
 *   claim       an open file that is locked and has no unfinished edit
 *   journal     the file from which the next command finishes or drops a killed edit
 *   mark        an attribute of a file which says that it has a journal
 *   commit      the write to a journal after which an edit is finished, not taken back
 *   publish     to record in the journal that a step begins
 *   witness     bytes of a file before and after an edit, which show if a journal still fits it
 *   residency   which pages of a file are in memory
 *
 * A search goes argv -> request -> pattern -> scan (mapping -> search) -> output. An edit goes
 * argv -> request -> list of edits -> plan -> journal -> apply (mapping). Pure: no system calls;
 * tests/unit compares each such file with a slow reference.
 */
#include "cli.h"
#include "commands/command.h"
#include "commands/report.h"
#include "platform/platform.h"

static bool run(int argc, char **argv, struct request *request, struct output *output,
                struct error *error)
{
    switch (cli_parse(argc, argv, request, output, error)) {
    case CLI_RUN:
        return run_command(request, output, error) || cli_hint(argc, argv, request, error);
    case CLI_ANSWERED:
        return true;
    case CLI_FAILED:
        break;
    }
    return false;
}

int main(int argc, char **argv)
{
    static struct output output;
    struct request request;
    struct error error = {0}, output_error = {0};
    platform_begin();
    platform_arguments(&argc, &argv);
    output_init(&output);
    bool done = run(argc, argv, &request, &output, &error);
    if (!output_flush(&output, &output_error) && (done || error.status == STATUS_NO)) {
        error = output_error;
        done = false;
    }
    if (!done && error.silent)
        platform_end_by_closed_pipe();
    if (!done && error.message[0])
        report_error(&request, &error);
    request_release(&request);
    if (!done && error.signal)
        platform_end_by_signal(error.signal);
    return done ? STATUS_DONE : (int)error.status;
}
