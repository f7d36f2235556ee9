/*
 * regex.h - regular expressions over bytes, forwards and backwards.
 *
 * Pure: no system calls, no files, no locale. The text may be longer than
 * memory: the matcher asks for it span by span through struct regex_text.
 * An expression is immutable once compiled and may be shared by threads; the
 * state of matching is in a struct regex_matcher, one a thread.
 *
 * Syntax: POSIX extended, leftmost-longest, over bytes; the expression and the
 * text may hold any byte, NUL too.
 *
 *   a|b  ab  (a)  (?:a)      an alternative may be empty; (?:...) is no group
 *   a* a+ a? a{2} a{2,} a{,3} a{2,3}   a '{' that begins no such repeat is an
 *                            ordinary byte; a repeat of a repeat needs parentheses
 *   .                        any byte but newline
 *   [abc] [a-z] [^abc] [[:alpha:]] [[.x.]] [[=x=]]   ranges by byte value, classes
 *                            of ASCII (and [:word:]). Unlike in POSIX a backslash
 *                            in brackets escapes: \n \] \\ \- \xHH \d \w \s ...
 *   \d \w \s \D \W \S        as in Perl, of ASCII
 *   ^ $                      start and end of a line: of the text, and at each \n
 *   \A \z                    start and end of the text
 *   \b \B                    edge of a word, and no edge
 *   \n \t \r \f \v \a \0 \xHH, and \ before punctuation: that byte
 *   (?i) at the start of the expression or of a group, (?i:a)   any case, ASCII
 *
 * A match crosses lines only where the expression says so: by \n, \s, [:space:]
 * or a range that holds it. What is negated ([^a], \D, \W, \S) and `.` never
 * match a newline. Not supported, and said so with the position: back-references,
 * look-around, non-greedy and possessive repeats, named groups, Unicode.
 *
 * In reading order:
 *
 *   regex.c             an expression compiled, and the matcher
 *   parse.c             the syntax of expressions, which is described above
 *   parse_error.c       the message of a syntax error
 *   bracket.c           the sets of bytes of an expression: escapes, classes, brackets
 *   tree.c              the tree of an expression, and what is known of each node
 *   program.c           from the tree to byte classes and to Thompson's automaton
 *   step.c              threads of the automaton, stepped byte by byte
 *   dfa.c               steps of the threads, remembered: a DFA built as the text asks for it
 *   walk.c              a DFA on its way over the text, span by span
 *   find.c              the leftmost match, the longest of those that start there
 *   find_last.c         the match that starts last
 *   skip.c              passes quickly over text where no match can start
 *   literals.c          byte strings of which every match holds one
 *   choose.c            which of an expression's literals to search for
 *   strings.c           the byte strings a part of an expression stands for, if they are few
 *   classes.c           what can stand at the first places of a match, and how far to move on when
 *                       something else does
 *   groups.c            which bytes of a match each group took, by POSIX's rule
 *   cutter.c            cuts up the bytes of a match: see the header for how
 *   dead_ends.c         threads that are known to lead to no match, by where they stand
 *   frequency.c         how often a byte of a set is met in files
 */
#ifndef MMTOOL_REGEX_H
#define MMTOOL_REGEX_H

#include "base/diag.h"

#include <stddef.h>
#include <stdint.h>

struct regex;
struct regex_matcher;
struct searcher;

/*
 * The text: bytes [start, end) by file-absolute offset. `span` returns bytes
 * around `offset` (start <= offset < end): `*first` is the offset of the first
 * byte returned, `*length` their number, and first <= offset < first + length.
 * What it returns stays valid until the next call. When `backward` is true the
 * matcher is going to read towards lower offsets from `offset` on. NULL means
 * that the text cannot be read: the match call fails, the caller knows why.
 *
 * The bytes may change while they are matched, as those of a mapped file do that
 * others write: a match then was one for a moment at most, but lies inside the text.
 */
struct regex_text {
    const unsigned char *(*span)(void *context, uint64_t offset, bool backward, uint64_t *first,
                                 size_t *length);
    void *context;
    uint64_t start;
    uint64_t end;
};

struct regex_match {
    uint64_t start; /* file-absolute */
    uint64_t end;
};

enum { REGEX_GROUPS = 10 }; /* \0 to \9 */

/*
 * Compiles `length` bytes of expression. On a syntax error: NULL, a usage error
 * with the position and what is not supported.
 */
struct regex *regex_new(const unsigned char *expression, size_t length, bool ignore_case,
                        struct error *error);
void regex_free(struct regex *regex);

/*
 * Whether a match can be empty, hold a newline, hold a zero byte. False is
 * certain; true may be wrong where a look (\b, ^ ...) or a part that cannot match
 * forbids it.
 */
bool regex_matches_empty(const struct regex *regex);
bool regex_matches_newline(const struct regex *regex);
bool regex_matches_zero(const struct regex *regex);

/*
 * Where the expression stands for a few byte strings, `*searcher`, which the caller
 * frees, finds the same matches (else NULL). False only when memory is short.
 */
bool regex_searcher(const struct regex *regex, struct searcher **searcher, struct error *error);

/*
 * The state of matching; `regex` must outlive it. What it remembers of the text
 * takes at most about `memory` bytes (0: a sensible default), besides a fixed
 * part of some bytes for each state of the automaton.
 */
struct regex_matcher *regex_matcher_new(const struct regex *regex, size_t memory,
                                        struct error *error);
void regex_matcher_free(struct regex_matcher *matcher);

/*
 * To be called when the matcher goes on to another text, or the bytes of the text have
 * changed and what they are now matters: it remembers where no match can be.
 */
void regex_matcher_forget(struct regex_matcher *matcher);

enum regex_result {
    REGEX_NONE,
    REGEX_FOUND,
    REGEX_UNREADABLE, /* the text's span() said so */
    REGEX_NO_MEMORY,  /* from regex_groups() only */
};

/*
 * The leftmost match that starts in [from, until], the longest of those that
 * start there (it may end anywhere up to text->end). Anchors and \b look at the
 * bytes of the text around, also before `from`. Linear in the bytes passed over:
 * those from `from` to where no longer match, nor one further to the left, is
 * possible. Most expressions know that soon; one that hopes for an end that does not
 * come ("a(.|\n)*b|a") reads on to the end of the text, or of the line. It remembers
 * that, so that finding all matches takes n log n steps for n bytes at worst.
 */
enum regex_result regex_find(struct regex_matcher *matcher, const struct regex_text *text,
                             uint64_t from, uint64_t until, struct regex_match *match);

/* Where to go on behind a match. */
enum regex_advance {
    REGEX_APART,       /* at its end, or a byte behind that if it was empty */
    REGEX_OVERLAPPING, /* a byte behind its start */
    /*
     * In the next line; of an expression that matches no newline. In which line a match
     * starts is all that is asked: instead of the match there may be another one of the
     * line, or the end of one, that starts in [*from, until]. It is told to reach to the
     * line's newline, if that is not behind `until`.
     */
    REGEX_BY_LINE,
};

/* Where the matches of a call go; the caller owns the array. */
struct regex_list {
    struct regex_match *matches;
    size_t capacity; /* at least 1 */
    size_t count;
    enum regex_advance advance;
};

/*
 * The matches that start in [*from, until], one after the other as regex_find() finds
 * each, until the list is full. FOUND: it is, and the search may go on at `*from`. NONE:
 * there are no more. UNREADABLE: those before `*from` were found, what is there was not read.
 */
enum regex_result regex_find_several(struct regex_matcher *matcher, const struct regex_text *text,
                                     uint64_t *from, uint64_t until, struct regex_list *list);

/*
 * The match that starts last among those that start at `from` or behind and end
 * by `limit`; the longest of those that start there and end by `limit`. Anchors
 * and \b still look at the whole text. Linear in the bytes from the match's start
 * to `limit`, and so is finding all matches without overlap.
 */
enum regex_result regex_find_last(struct regex_matcher *matcher, const struct regex_text *text,
                                  uint64_t from, uint64_t limit, struct regex_match *match);

/* How many groups the expression remembers, without the whole match. */
uint32_t regex_group_count(const struct regex *regex);

/*
 * The groups of a match found before, by POSIX's rules: group 0 is the match; a
 * group that took no part (in the last round, when it is in a repeat) has start
 * == UINT64_MAX. Linear in the match; memory goes with the square root of its
 * length times the expression's (a match of 1 GiB, 100 states: 1 MiB), no limit.
 */
enum regex_result regex_groups(struct regex_matcher *matcher, const struct regex_text *text,
                               const struct regex_match *match,
                               struct regex_match groups[REGEX_GROUPS]);

#endif
