/* help_topics.c - help on what several subcommands share. */
#include "cli/help_topics.h"

#include <string.h>

const struct help_topic help_topics[] = {
    {"ranges", "numbers, positions and ranges",
     "A range is one operand. The byte at its end is not part of it.\n"
     "\n"
     "  A:B      from A up to, not including, B; A or B may be left out\n"
     "  A+N      N bytes from A\n"
     "  A        from A to the end\n"
     "\n"
     "A position, such as A and B above:\n"
     "\n"
     "  N        counted from the start; 0 is the first byte\n"
     "  -N, end  counted from the end; -1 is the last byte\n"
     "  LN, L-N  the first byte of line N (L1 is 0), or of the N-th line from the end\n"
     "\n"
     "A number is decimal, 0x hex, 0o octal or 0b binary. A decimal one may have a\n"
     "suffix: K M G T P E (powers of 1024) or kB MB GB TB PB EB (powers of 1000).\n"
     "read, find and rfind cut a range to what is there; all others refuse one that\n"
     "is not inside of the file.\n"
     "\n"
     "  mmtool read FILE 16+4\n"
     "  mmtool read FILE -8:\n"
     "  mmtool read FILE L2:L4\n"},
    {"types", "how bytes are written: TYPE",
     "-t TYPE says how byte operands are written, and how read prints bytes.\n"
     "\n"
     "  text       the bytes of the operand itself; the type if none is given\n"
     "  escape     -e: C escapes: \\n \\t \\r \\0 \\\\ \\xHH \\ooo \\uHHHH and others\n"
     "  hex        -x: hex digits; blanks, : and , between bytes are ignored. In a\n"
     "             PATTERN ? is any digit, in DATA it keeps the digit that is there\n"
     "  u8 to u64, i8 to i64, f32, f64\n"
     "             numbers; with le or be behind it, as u32le, in that byte order,\n"
     "             else in that of this machine\n"
     "  utf16le, utf16be\n"
     "             text in UTF-16\n"
     "  raw        read: bytes as they are, on a terminal too\n"
     "\n"
     "read and write take records, too: u32le,u16le*2,text*8,hex*4,skip*2 is one a\n"
     "line, with tabs between its fields; what read prints, write takes back.\n"
     "\n"
     "  mmtool find -x FILE '6? 62'\n"
     "  mmtool read -t u16be FILE :8\n"
     "  mmtool write -t u32le FILE 0 0x12345678\n"
     "  mmtool read -t u32le,text*4 FILE :16\n"},
    {"regex", "regular expressions: -E",
     "With -E a PATTERN is an extended regular expression over bytes. The match is\n"
     "the leftmost and, at that place, the longest. A search takes time linear in\n"
     "the size of the file, whatever the expression is.\n"
     "\n"
     "  .  [abc]  [^a-z]  [[:alpha:]]      one byte; . is none that ends a line\n"
     "  a*  a+  a?  a{2}  a{2,}  a{2,5}    repetition\n"
     "  ab|cd  (ab)                        alternatives, groups\n"
     "  ^  $  \\b                           start and end of a line, edge of a word\n"
     "  \\d  \\w  \\s  \\n  \\t  \\xHH            digit, word, blank; bytes\n"
     "  (?i)  (?s)                         in front: any case; . is any byte\n"
     "\n"
     "There is no a*? (not greedy): --shortest takes the shortest match at a place.\n"
     "In DATA of splice -E, \\0 is the match and \\1 to \\9 are its groups.\n"
     "\n"
     "  mmtool find -aoE FILE '[a-z]+'\n"
     "  mmtool find -lE FILE '^(abc|more)'\n"
     "  mmtool find -oE --shortest FILE 'abc.*e'\n"
     "  mmtool splice -aE -p '(abc) (def)' FILE '\\2 \\1'\n"},
    {"exit", "exit status and messages",
     "  0      done, or found\n"
     "  1      the answer is no: no match, or the bytes there are not those of\n"
     "         --expect; nothing was changed\n"
     "  2      it could not be done: wrong usage, a range outside of the file, an\n"
     "         error of the system; nothing was changed, or the message says what was\n"
     "  128+N  ended by signal N; the next mmtool command on the file completes the\n"
     "         edit or takes it back\n"
     "\n"
     "diff has 0 for equal files and 1 for different ones; recover 0 for a file that\n"
     "is whole and 1 where something is left. With --files the status is 2 if any\n"
     "FILE failed, else 0 if any matched or was changed, else 1.\n"
     "\n"
     "Results go to standard output, all else to standard error, a line each:\n"
     "mmtool: SUBCOMMAND: FILE: what is wrong. --quiet prints no results:\n"
     "\n"
     "  mmtool find -q FILE abc && echo found\n"
     "  mmtool diff -q OLD NEW && echo equal\n"},
    {"recover", "what an interrupted edit leaves, and the ways out", NULL},
    {NULL, NULL, NULL},
};

const struct help_topic *help_topic_find(const char *name)
{
    for (const struct help_topic *topic = help_topics; topic->name; topic++)
        if (!strcmp(topic->name, name))
            return topic;
    return NULL;
}
