/*
 * find.c - the leftmost match, the longest of those that start there.
 *
 * In general, one walk finds where the leftmost-longest match ends (step.c explains why). A walk
 * back from there, over text that was passed already, finds its start: the lowest offset at which a
 * match with that end starts. It cannot be lower than the start of the leftmost match, nor higher,
 * because the leftmost match has that end.
 *
 * If the offset where a match must start is known, a walk of the threads of that start alone
 * decides at once. If the offset where one must end is known, a walk back decides. These trials may
 * fail, so they are limited, and they pause when they cost more than they save. (The second is the
 * reverse suffix strategy of regex-automata, for literals that leave no doubt.)
 *
 * If the caller only asks for the line of a match, each walk ends with the first match that it
 * sees, and no walk is made only to find the other end.
 */
#include "regex/walk.h"

enum {
    TRIAL = 256,        /* bytes that a trial walks until it must have a match */
    TRIAL_COST = 16,    /* fixed cost of a trial, in bytes walked */
    LOWEST_GAIN = -512, /* trials pause at this loss */
    HIGHEST_GAIN = 4096,
    PAUSE = 1 << 14, /* length of a pause, in bytes */
};

struct finding {
    struct regex_matcher *matcher;
    struct regex_cursor cursor;
    uint64_t from, until;
    struct regex_match *match;   /* to be filled */
    struct regex_starts *starts; /* NULL: look for one match only */
    bool may_be_empty;           /* a match can be empty, and has no assertions */
    bool line_only;              /* any match of the line will do, or only its end */
};

enum outcome {
    FOUND,
    NONE,
    UNREADABLE,
    UNDECIDED, /* no match starts before `from`, which may have moved on */
};

/* --- Walks --- */

static bool extend(struct finding *finding, struct regex_walk *walk)
{
    return finding->line_only || regex_extend(finding->matcher, &finding->cursor, walk);
}

/* Sets match->end to where the leftmost-longest match that starts in [from, until] ends. */
static enum outcome find_end(struct finding *finding)
{
    struct regex_matcher *matcher = finding->matcher;
    struct regex_cursor *cursor = &finding->cursor;
    unsigned class;
    if (!regex_cursor_class_before(cursor, matcher->regex, finding->from, &class))
        return UNREADABLE;
    struct regex_walk walk =
        regex_walk_start(&matcher->forward, cursor, finding->from, class, true);
    walk.first_only = true;
    if (!regex_walk_forward(&walk, finding->until))
        return UNREADABLE;
    if (!regex_walk_over(&walk))
        walk.state = regex_dfa_set_seeding(walk.dfa, walk.state, false);
    if (!regex_walk_forward(&walk, cursor->text->end))
        return UNREADABLE;
    if (!walk.matched)
        regex_walk_finish(&walk, matcher->regex->alphabet.count);
    if (!walk.matched)
        return NONE;
    if (!extend(finding, &walk))
        return UNREADABLE;
    finding->match->end = walk.match;
    return FOUND;
}

/*
 * Finds the longest match that ends at `end` and starts at or after `from`; one was seen before.
 * With line_only, the shortest one.
 */
static enum outcome find_start(struct finding *finding, uint64_t from, uint64_t end)
{
    struct regex_matcher *matcher = finding->matcher;
    struct regex_cursor *cursor = &finding->cursor;
    unsigned behind, before;
    if (!regex_class_behind(matcher, cursor, end, &behind))
        return UNREADABLE;
    struct regex_walk walk = regex_walk_start(&matcher->backward, cursor, end, behind, false);
    walk.first_only = finding->line_only;
    if (!regex_walk_backward(&walk, from))
        return UNREADABLE;
    if (!regex_walk_over(&walk)) {
        if (!regex_cursor_class_before(cursor, matcher->regex, from, &before))
            return UNREADABLE;
        regex_walk_finish(&walk, before);
    }
    *finding->match = (struct regex_match){walk.match, end};
    return walk.matched ? FOUND : NONE;
}

/* --- In general --- */

static enum outcome find_in_general(struct finding *finding)
{
    const struct regex_tree *tree = &finding->matcher->regex->tree;
    const struct regex_node *root = &tree->nodes[tree->root];
    struct regex_match *match = finding->match;
    enum outcome outcome = find_end(finding);
    if (outcome != FOUND)
        return outcome;
    match->start = finding->from;
    if (finding->from == finding->until)
        return FOUND;
    if (root->shortest == root->longest || (finding->line_only && root->shortest > 0)) {
        match->start = match->end - root->shortest;
        return FOUND;
    }
    uint64_t end = match->end;
    outcome = find_start(finding, finding->from, end);
    if (outcome != NONE)
        return outcome;
    /* The bytes have changed between the two walks: search after them. */
    finding->from = maximum_u64(end, finding->from + 1);
    return UNDECIDED;
}

/* --- From a start --- */

/* Counts what a trial has saved or cost. */
static void note_trial(struct finding *finding, uint64_t place, int64_t gained)
{
    struct regex_matcher *matcher = finding->matcher;
    matcher->gain += gained;
    if (matcher->gain > HIGHEST_GAIN)
        matcher->gain = HIGHEST_GAIN;
    if (matcher->gain < LOWEST_GAIN) {
        matcher->gain = 0;
        matcher->general_until = place < UINT64_MAX - PAUSE ? place + PAUSE : UINT64_MAX;
    }
}

/* Looks for a match that starts at `from`. NONE, or UNDECIDED if the trial ended too early. */
static enum outcome try_start(struct finding *finding)
{
    struct regex_matcher *matcher = finding->matcher;
    struct regex_cursor *cursor = &finding->cursor;
    uint64_t from = finding->from, end = cursor->text->end;
    unsigned class;
    if (!regex_cursor_class_before(cursor, matcher->regex, from, &class))
        return UNREADABLE;
    struct regex_walk walk = regex_walk_start(&matcher->forward, cursor, from, class, false);
    walk.first_only = true;
    if (!regex_walk_forward(&walk, from + minimum_u64(TRIAL, end - from)))
        return UNREADABLE;
    if (!regex_walk_over(&walk) && walk.position == end)
        regex_walk_finish(&walk, matcher->regex->alphabet.count);
    if (!walk.matched) {
        note_trial(finding, from, -(int64_t)(walk.position - from) - TRIAL_COST);
        return regex_walk_over(&walk) || walk.position == end ? NONE : UNDECIDED;
    }
    if (!extend(finding, &walk))
        return UNREADABLE;
    *finding->match = (struct regex_match){from, walk.match};
    note_trial(finding, from, (int64_t)minimum_u64(walk.match - from, HIGHEST_GAIN));
    return FOUND;
}

/* Moves `from` on to where a match may start, or, if `*is_match`, one does. False: unreadable. */
static bool skip_to_start(struct finding *finding, bool *is_match)
{
    struct regex_cursor *cursor = &finding->cursor;
    uint64_t from = finding->from, place = from;
    *is_match = false;
    while (from <= finding->until && from < cursor->text->end) {
        if (!regex_cursor_seek(cursor, from, false))
            return false;
        from = regex_skip_to_start(&finding->matcher->forward, cursor, finding->starts, from,
                                   finding->until, is_match);
        if (from < cursor->end)
            break;
    }
    finding->from = from;
    note_trial(finding, from, (int64_t)minimum_u64(from - place, HIGHEST_GAIN));
    return true;
}

static void take_whole(struct finding *finding)
{
    const struct regex *regex = finding->matcher->regex;
    uint64_t from = finding->from;
    *finding->match = (struct regex_match){from, from + regex->classes[0]->length};
}

static enum outcome find_from_starts(struct finding *finding)
{
    for (;;) {
        bool is_match;
        if (finding->from < finding->matcher->general_until)
            return UNDECIDED;
        if (!skip_to_start(finding, &is_match))
            return UNREADABLE;
        if (finding->from > finding->until)
            return NONE;
        if (is_match) {
            take_whole(finding);
            return FOUND;
        }
        enum outcome outcome = try_start(finding);
        if (outcome != NONE)
            return outcome;
        finding->from++;
    }
}

/* --- From an end --- */

/* Matches end where a literal does; one that fails is behind all that follow. */
static enum outcome find_from_ends(struct finding *finding)
{
    struct regex_cursor *cursor = &finding->cursor;
    const struct regex_literals *literals = finding->matcher->forward.literals;
    while (finding->from <= finding->until && finding->from < cursor->text->end) {
        uint64_t start, end;
        if (finding->from < finding->matcher->general_until)
            return UNDECIDED;
        if (!regex_cursor_seek(cursor, finding->from, false))
            return UNREADABLE;
        bool found =
            regex_skip_to_end(literals, cursor, finding->from, finding->until, &start, &end);
        if (!found) {
            finding->from = start;
            return UNDECIDED;
        }
        enum outcome outcome = find_start(finding, finding->from, end);
        if (outcome != NONE)
            return outcome;
        finding->from = start + 1;
    }
    return UNDECIDED;
}

/* --- The way to take --- */

/* Chooses the literals again from time to time, because a file is not the same all through. */
static bool choose_literals(struct finding *finding)
{
    struct regex_matcher *matcher = finding->matcher;
    struct regex_cursor *cursor = &finding->cursor;
    uint64_t from = finding->from;
    if (matcher->regex->literals_count < 2 || from < matcher->chosen_until ||
        from >= cursor->text->end)
        return true;
    if (!regex_cursor_seek(cursor, from, false))
        return false;
    matcher->chosen_until = regex_choose_literals(&matcher->forward, cursor, from);
    return true;
}

/*
 * Whether only the empty string matches at `from`, by one known step. ("x*" matches so at almost
 * every offset.)
 */
static bool is_empty_match(const struct finding *finding)
{
    const struct regex_cursor *cursor = &finding->cursor;
    struct regex_dfa *dfa = &finding->matcher->forward;
    uint64_t from = finding->from;
    if (from < cursor->first || from >= cursor->end)
        return false;
    uint32_t start = regex_dfa_start(dfa, REGEX_CONTEXT_OTHER, false);
    if (start & DFA_STATE_SIMULATED)
        return false;
    uint32_t next = dfa->columns[cursor->bytes[from - cursor->first]][start & DFA_STATE_ROW];
    return (next & (DFA_STATE_MATCH | DFA_STATE_DEAD | DFA_STATE_UNKNOWN)) ==
           (DFA_STATE_MATCH | DFA_STATE_DEAD);
}

static enum outcome find(struct finding *finding)
{
    const struct regex_literals *literals = finding->matcher->forward.literals;
    enum outcome outcome = UNDECIDED;
    bool shortest = finding->matcher->choice.shortest;
    if (finding->may_be_empty && (shortest || is_empty_match(finding))) {
        *finding->match = (struct regex_match){finding->from, finding->from};
        return FOUND;
    }
    if (literals->at_end)
        outcome = find_from_ends(finding);
    else if (literals->at_start || !literals->forward)
        outcome = find_from_starts(finding);
    if (outcome != UNDECIDED || finding->from > finding->until)
        return outcome;
    return find_in_general(finding);
}

static struct finding finding_of(struct regex_matcher *matcher, const struct regex_text *text,
                                 uint64_t from, uint64_t until)
{
    return (struct finding){
        .matcher = matcher,
        .cursor = {.text = text},
        .from = maximum_u64(from, text->start),
        .until = minimum_u64(until, text->end),
        .may_be_empty = regex_matches_empty(matcher->regex) && !matcher->regex->forward.has_looks,
    };
}

static enum regex_result find_one(struct finding *finding, struct regex_match *match)
{
    if (finding->matcher->choice.align.step > 0)
        return regex_find_aligned(finding->matcher, &finding->cursor, finding->from, finding->until,
                                  match);
    enum outcome outcome = choose_literals(finding) ? UNDECIDED : UNREADABLE;
    finding->match = match;
    while (outcome == UNDECIDED && finding->from <= finding->until)
        outcome = find(finding);
    if (outcome == UNREADABLE)
        return REGEX_UNREADABLE;
    return outcome == FOUND ? REGEX_FOUND : REGEX_NONE;
}

enum regex_result regex_find(struct regex_matcher *matcher, const struct regex_text *text,
                             uint64_t from, uint64_t until, struct regex_match *match)
{
    struct finding finding = finding_of(matcher, text, from, until);
    return find_one(&finding, match);
}

/* --- One after the other --- */

/* Moves `from` to the next line that begins at or before `until`, or past `until`. */
static bool leave_line(struct finding *finding, struct regex_match *match)
{
    struct regex_cursor *cursor = &finding->cursor;
    uint64_t place = match->end;
    uint64_t limit = minimum_u64(finding->until + 1, cursor->text->end);
    while (place < limit) {
        finding->from = place;
        if (!regex_cursor_seek(cursor, place, false))
            return false;
        uint64_t end = minimum_u64(limit, cursor->end);
        size_t newline = search_byte_forward(cursor->bytes, (size_t)(end - cursor->first),
                                             (size_t)(place - cursor->first), '\n');
        place = cursor->first + newline;
        if (place < end) {
            match->end = place;
            finding->from = place + 1;
            return true;
        }
    }
    finding->from = finding->until + 1;
    return true;
}

/* Moves `from` to where the search continues after a match. */
static bool leave(struct finding *finding, enum regex_advance advance, struct regex_match *match)
{
    switch (advance) {
    case REGEX_APART:
        finding->from = match->end + (match->end == match->start);
        break;
    case REGEX_OVERLAPPING:
        finding->from = match->start + 1;
        break;
    case REGEX_BY_LINE:
        return leave_line(finding, match);
    }
    return true;
}

enum regex_result regex_find_several(struct regex_matcher *matcher, const struct regex_text *text,
                                     uint64_t *from, uint64_t until, struct regex_list *list)
{
    struct finding finding = finding_of(matcher, text, *from, until);
    enum regex_result result = REGEX_FOUND;
    struct regex_starts starts;
    starts.literals = NULL;
    finding.line_only = list->advance == REGEX_BY_LINE;
    if (list->capacity > 1 && !finding.line_only) /* a line may have many of them */
        finding.starts = &starts;
    for (list->count = 0; list->count < list->capacity && result == REGEX_FOUND; list->count++) {
        struct regex_match *match = &list->matches[list->count];
        *from = finding.from;
        result = find_one(&finding, match);
        if (result != REGEX_FOUND)
            return result;
        match->start = minimum_u64(match->start, finding.until);
        if (!leave(&finding, list->advance, match))
            result = REGEX_UNREADABLE;
    }
    *from = finding.from;
    return result;
}
