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
 *   a|b  ab  (a)  (?:a)      an alternative may be empty; (?:...) remembers nothing
 *   a* a+ a? a{2} a{2,} a{,3} a{2,3}   a '{' that begins none of these is an
 *                            ordinary byte; a repeat of a repeat needs parentheses
 *   .                        any byte but newline
 *   [abc] [a-z] [^abc] [[:alpha:]] [[.x.]] [[=x=]]   ranges by byte value, classes
 *                            of ASCII (and [:word:]). Unlike in POSIX a backslash
 *                            in brackets escapes: \n \] \\ \- \xHH \d \w \s ...
 *   \d \w \s \D \W \S        as in Perl, of ASCII
 *   ^ $                      start and end of a line: of the text, and at each \n
 *   \A \z                    start and end of the text
 *   \b \B                    at the edge of a word, and not at one
 *   \n \t \r \f \v \a \0 \xHH, and \ before punctuation: that byte
 *   (?i) (?s) (?m) (?is)     flags, at the start of the expression or of a group, whose end
 *                            ends them, and (?i:a): i is any case, of ASCII; with s, `.` is any
 *                            byte, newline too; m changes nothing
 *
 * A match crosses lines only where the expression names a newline: by \n, \s, [:space:], a
 * range that contains it, or `.` with the flag s. Negated sets ([^a], \D, \W, \S) never match
 * a newline, nor does `.` otherwise. Back-references, look-around, non-greedy and possessive
 * repeats, named groups and Unicode are not supported; the error gives the position.
 *
 * In reading order:
 *
 *   regex.c             an expression compiled, and the matcher
 *   parse.c             the syntax of expressions, which is described above
 *   parse_error.c       the message of a syntax error
 *   bracket.c           the sets of bytes of an expression: escapes, classes, brackets
 *   tree.c              the tree of an expression, and the measures of its nodes
 *   program.c           from the tree to byte classes and to Thompson's automaton
 *   step.c              threads of the automaton, stepped byte by byte
 *   dfa.c               steps of the threads, remembered: a DFA built as the text asks for it
 *   walk.c              runs a DFA over the text, span by span
 *   find.c              the leftmost match, the longest of those that start there
 *   extend.c            goes on after a match for a longer one
 *   find_aligned.c      the leftmost match of those that start at allowed offsets
 *   find_last.c         the match that starts last
 *   skip.c              skips text where no match can start
 *   literals.c          sets of strings, one of which every match contains
 *   choose.c            which of an expression's literals to search for
 *   strings.c           the byte strings a part of an expression stands for, if they are few
 *   classes.c           what can stand at the first places of a match, and how far to move on when
 *                       something else does
 *   groups.c            which bytes of a match each group took, by POSIX's rule
 *   fixed_groups.c      the same if it follows from where the match starts and ends
 *   one_pass.c          the same in one walk, if each byte leaves only one way to go on
 *   one_pass_program.c  from the tree to the program for that walk
 *   cutter.c            divides the bytes of a match among the parts of a node
 *   dead_ends.c         threads that are known to lead to no match, by where they stand
 *   frequency.c         how often a byte of a set is met in files
 */
#ifndef MMTOOL_REGEX_H
#define MMTOOL_REGEX_H

#include "base/alignment.h"
#include "base/diag.h"

#include <stddef.h>
#include <stdint.h>

struct regex;
struct regex_matcher;
struct searcher;

/*
 * The text: bytes [start, end) by file-absolute offset. `span` returns bytes around `offset`
 * (start <= offset < end): `*first` is the offset of the first byte returned, `*length` their
 * number, and first <= offset < first + length. The bytes stay valid until the next call.
 * `backward` says that the matcher will read towards lower offsets from `offset` on. NULL means
 * that the text cannot be read: the match call returns REGEX_UNREADABLE, and the caller of it
 * knows why.
 *
 * The bytes may change while they are matched, for example in a mapped file that others write.
 * Then a match may never have existed as a whole, but its offsets always lie inside the text.
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
 * Compiles `length` bytes of expression; regex_free() releases it. On a syntax error returns NULL
 * and a usage error with the position and the reason. `error` must not be NULL.
 */
struct regex *regex_new(const unsigned char *expression, size_t length, bool ignore_case,
                        struct error *error);
void regex_free(struct regex *regex);

/* Whether regex_new() would take the expression, at less cost; else its error. */
bool regex_check(const unsigned char *expression, size_t length, bool ignore_case,
                 struct error *error);

/*
 * Whether a match can be empty, contain a newline, contain a zero byte. False is certain. True may
 * be wrong if an assertion (\b, ^ ...) or a part that cannot match prevents it.
 */
bool regex_matches_empty(const struct regex *regex);
bool regex_matches_newline(const struct regex *regex);
bool regex_matches_zero(const struct regex *regex);

/* Whether all matches have the same length. True is certain. */
bool regex_has_one_length(const struct regex *regex);

/*
 * Sets `*searcher`, which the caller frees, to a searcher that finds the same matches if the
 * expression stands for byte strings; else to NULL. False only if memory is short.
 */
bool regex_searcher(const struct regex *regex, struct searcher **searcher, struct error *error);

/*
 * Makes the state of matching; `regex` must outlive it. What it remembers about the text takes
 * about `memory` bytes at most (0: a default), plus some bytes for each state of the automaton.
 */
struct regex_matcher *regex_matcher_new(const struct regex *regex, size_t memory,
                                        struct error *error);
void regex_matcher_free(struct regex_matcher *matcher);

/* Which of the possible matches are found. A zeroed struct is the default. */
struct regex_choice {
    struct alignment align; /* matches start at these offsets only; other matches count as none */
    bool shortest; /* of the matches that start at one offset the shortest, not the longest */
};

/* Sets the choice; to be called before the first search. Where this file says "longest", it is
 * then the shortest if that was chosen. */
void regex_matcher_choose(struct regex_matcher *matcher, const struct regex_choice *choice);

/*
 * Forgets where in the text no match can be. Call it before the matcher goes on to another text, or
 * to the same text with another end. If the bytes of a text have changed, matches may be missed
 * without it.
 */
void regex_matcher_forget(struct regex_matcher *matcher);

enum regex_result {
    REGEX_NONE,
    REGEX_FOUND,
    REGEX_UNREADABLE, /* span() returned NULL */
    REGEX_NO_MEMORY,  /* from regex_groups() only */
};

/*
 * Finds the leftmost match that starts in [from, until], and the longest of those that start there.
 * It may end anywhere up to text->end. Anchors and \b look at neighbouring bytes, also before
 * `from`.
 *
 * Linear in the bytes read: from `from` to where neither a longer match nor one further to the left
 * is possible. Most expressions know that soon. One that waits for an end that does not come
 * ("a(.|\n)*b|a") reads to the end of the text, or of the line. The matcher remembers that, so that
 * finding all matches takes at most n log n steps for n bytes.
 */
enum regex_result regex_find(struct regex_matcher *matcher, const struct regex_text *text,
                             uint64_t from, uint64_t until, struct regex_match *match);

/* Where the search continues after a match. */
enum regex_advance {
    REGEX_APART,       /* at its end, or one byte later if it was empty */
    REGEX_OVERLAPPING, /* one byte after its start */
    /*
     * In the next line. Not if only some offsets are allowed, and only for expressions that match
     * no newline, and callers that ask only in which lines matches start. The match returned may be
     * another one of the same line, or only the end of one, that starts in [from, until]. Its end
     * is set to the newline of the line, if that is not past `until`.
     */
    REGEX_BY_LINE,
};

/* Where the matches of a call go. The caller owns the array. */
struct regex_list {
    struct regex_match *matches;
    size_t capacity; /* at least 1 */
    size_t count;
    enum regex_advance advance;
};

/*
 * Fills the list with matches that start in [*from, until], one after the other, each as
 * regex_find() finds it. Sets list->count and moves `*from` on. Returns why it ended:
 *
 *   FOUND       the list is full; another call continues at `*from`
 *   NONE        there are no more matches
 *   UNREADABLE  all matches that start before `*from` were found; the text there cannot be read
 */
enum regex_result regex_find_several(struct regex_matcher *matcher, const struct regex_text *text,
                                     uint64_t *from, uint64_t until, struct regex_list *list);

/* A match starts in [from, before) and ends at or before `limit`. */
struct regex_bounds {
    uint64_t from, before, limit;
};

/*
 * Fills the list (its `advance` is not used) with matches that do not overlap, from the last to the
 * first: each is the one that starts last within the bounds, and the longest of those that start
 * there; the next one starts before it, and ends at or before its start. Anchors and \b still look
 * at the whole text. Sets list->count and moves bounds->before and bounds->limit on. Returns why it
 * ended:
 *
 *   FOUND       the list is full, or the next match is far away; another call continues at the
 *               bounds. The list has at least one match.
 *   NONE        there are no more matches
 *   UNREADABLE  the text cannot be read; the list has the matches found before that
 *
 * Linear in the bytes from the start of the last match to the limit, and so is finding all matches.
 */
enum regex_result regex_find_last(struct regex_matcher *matcher, const struct regex_text *text,
                                  struct regex_bounds *bounds, struct regex_list *list);

/* The number of groups that the expression remembers, not counting the whole match. */
uint32_t regex_group_count(const struct regex *regex);

/*
 * Finds the groups of a match that was found before, by POSIX's rules. Group 0 is the match. A
 * group that took no part (in a repeat: in its last round) has start == UINT64_MAX. Linear in the
 * match. Memory grows with the square root of its length times the size of the expression, without
 * a limit (a match of 1 GiB, 100 states: 1 MiB).
 */
enum regex_result regex_groups(struct regex_matcher *matcher, const struct regex_text *text,
                               const struct regex_match *match,
                               struct regex_match groups[REGEX_GROUPS]);

#endif
