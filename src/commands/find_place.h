/*
 * find_place.h - where a result is, as text or JSON, and what ends it.
 *
 * All that stands in front of a result is printed here.
 */
#ifndef MMTOOL_FIND_PLACE_H
#define MMTOOL_FIND_PLACE_H

#include "commands/find.h"

/* Where a result is in its file. */
struct result_place {
    uint64_t number; /* of the line; 0: it is not printed */
    uint64_t offset, length;
};

/* The place of a match or a line; with --line-number, counts its line. */
static inline bool find_place(struct results *results, const struct match *match,
                              struct result_place *place, struct error *error)
{
    *place = (struct result_place){0, match->offset, match->length};
    return !results->request->number ||
           line_number(&results->numbers, match->offset, &place->number, error);
}

/* Prints the name of FILE in front of all else, if results have names. */
bool print_name(const struct results *results, char behind, struct error *error);

/* Three numbers, and the characters after them. */
enum { RESULT_PLACE_MAX = 3 * NUMBER_TEXT_MAX };

/*
 * The parts that the options ask for, each with `behind` after it: the line's number;
 * OFFSET+LENGTH, or OFFSET if nothing else tells where the result is. Returns the length.
 */
size_t format_place(const struct request *request, const struct result_place *place, char behind,
                    char text[RESULT_PLACE_MAX]);
bool print_place(const struct results *results, const struct result_place *place, char behind,
                 struct error *error);
/* Prints results that are only places. */
bool print_places(struct results *results, const struct match *matches, size_t count,
                  struct error *error);
/* The same for one of them as a JSON object. */
bool print_json_place_alone(struct results *results, const struct match *match,
                            struct error *error);

/* With --line-number, prints the number of the line that contains `offset`, and a colon. */
bool print_line_number(struct results *results, uint64_t offset, struct error *error);

/* Begins a JSON object, {"offset":N,"length":N, and ends it. */
bool print_json_place(const struct results *results, const struct result_place *place,
                      struct error *error);
bool print_json_end(const struct results *results, struct error *error);

/* Prints {"offset":N,"length":N}, after a comma if it is not the first of a list. */
bool print_json_span(const struct results *results, const struct match *match, bool is_next,
                     struct error *error);

/* What ends each result: a newline, or with --null a NUL. */
static inline char result_end(const struct results *results)
{
    return results->request->null ? '\0' : '\n';
}

bool print_result_end(const struct results *results, struct error *error);

#endif
