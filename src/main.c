/*
 * main.c - the way in.
 *
 * The map of the source. A search goes argv -> request -> pattern -> scan ->
 * output; an edit goes argv -> request -> list of edits -> plan -> apply.
 *
 *   cli.c           argv -> struct request, request.c (the only reader of argv)
 *   cli_help.c      help and the dump of the tables; cli_unknown.c: what was likely meant;
 *                   cli_check.c: what contradicts itself
 *   options.c ...   the options, in groups of rows
 *   commands.c      the subcommand table (command.h); run_command(): open, run, close
 *   cmd_read.c      read                              (each turns a request into
 *   cmd_find.c      find, rfind (map: find.h)          calls of the rooms below)
 *   cmd_edit.c      write, move, resize
 *   cmd_splice.c    splice: by range, pattern (substitute.c, replacement.c), script (edit_load.c)
 *   cmd_page.c      advise, flush
 *   cmd_info.c      info
 *   cmd_recover.c   recover: what an interrupted edit left
 *   cmd_run.c       run; script*.c (script.h) are its commands, overlay.c its --atomic
 *
 *   report.c        one line on standard error
 *   claim.c         a file opened, locked and whole: recovery starts here
 *   pattern.c       operands -> a compiled pattern
 *   scan.c ...      walks a mapping for a pattern: pieces, threads, holes, order (map: scan.h,
 *                   scan_internal.h); data_runs.c: the data of a sparse file, from behind
 *   window.c        bytes of a mapping in memory, for those who read here and there
 *   lines.c         where lines begin and end
 *   line_runs.c     which lines have something, kept small
 *   find_*.c        the results of a search: lines, forms, bisection
 *   progress.c      a bar on standard error
 *   stream_reach.c  how much of a stream is read, and whether as it comes
 *   input.c         what a command reads besides FILE, taken before FILE is locked
 *   spool.c         the bytes of a stream, kept in memory or a file without a name
 *   pool.c          the new bytes of an edit, in memory or a file; data.c: DATA becomes them
 *   change.c        what all that change bytes share: --expect (expect.c), --dry-run and
 *                   --undo (listing.c), --new-inode (replace_file.c), --flush, --verbose
 *   undo_file.c     the file of --undo, renamed into its place behind the edit
 *   apply.c         begins an edit: journal, growth, commit; job.c does its steps (job_*.c)
 *   privileges.c    set-id bits and capabilities, put back behind an edit
 *   place_modes.c   whether a directory's files have the modes that they are made with
 *   recover.c       finishes what a killed edit left: the same steps, or takes it back;
 *                   recover_look.c finds out what was left, recover_print.c says it;
 *                   recover_tell.c: what of the file is new; recover_accept.c removes what was
 *                   left, the file taken as it is (recover_internal.h)
 *   tail.c          makes a file shorter that others may append to
 *   space.c         whether the disk has what an edit takes
 *   holes.c         holes stay holes; blocks.c: the file system inserts or cuts whole blocks
 *   journal.c ...   its byte layout (journal.h), begin, commit, publish, remove; where it is
 *                   (journal_place.c), find (journal_match.c: whatever its name), look at, doubt,
 *                   load;
 *                   test_variant.h: ways to break it, for tests that must notice
 *   mapping.c       struct mapping: a file as bytes by offset, or a window of it
 *   mapping_stream.c  the same of a stream, read whole or as it comes
 *   residency.c     how much of it is in memory, and where
 *   page_effect.c   before and after, for advise -v and flush -v
 *   names.c         MADV_* and MAP_* as a user writes them
 *   output.c        standard output: raw, numbers, its final check; dump.c: rows of hex;
 *                   json.c: strings of JSON
 *   output_queue.c  results kept for a slow reader while a lock is held
 *
 *   Pure rooms (no system calls; tests/unit compares each with a slow reference):
 *   range.c         numbers, positions, ranges
 *   bytes.c ...     the TYPE table: operands <-> bytes (bytes_codec.h: what its files share)
 *   hex.c           digits; escape.c: bytes as C escapes; utf8.c: characters as bytes
 *   search.c ...    byte strings in a span of memory, forwards and backwards (map: search.h)
 *   regex.c ...     regular expressions over bytes, forwards and backwards (map: regex.h)
 *   screen_text.c   bytes as text that a terminal shows and does not obey
 *   shell_words.c   a script's line as words
 *   edit_list.c     a sorted list of edits, held compactly
 *   plan.c          a list of edits -> steps in a safe order
 *   edit_script.c   the edit script as text
 *   overlay_row.c   the bytes that an atomic script has come to, as a tree of pieces
 *   witness.c       what places of a file hold before and after an edit: for recoveries
 *   crc32c.c        the checksum of journals
 *   diag.c          errors, their wording, the exit status
 *   checked.h       arithmetic on sizes that cannot wrap around; little_endian.h: numbers as bytes
 *   buffer.c        bytes that grow
 *
 *   platform/       the only system calls: one contract, platform.h
 */
#include "cli.h"
#include "command.h"
#include "platform/platform.h"
#include "report.h"

static bool run(int argc, char **argv, struct request *request, struct output *output,
                struct error *error)
{
    switch (cli_parse(argc, argv, request, output, error)) {
    case CLI_RUN:
        return run_command(request, output, error);
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
    platform_begin(&argc, &argv);
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
