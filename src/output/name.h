/*
 * name.h - the name of FILE in front of results, where there are several FILEs.
 *
 * As text a result begins with "FILE:" (a line of context with "FILE-", and with --null with FILE
 * and NUL), as JSON with the member "file". All code that prints results asks this file for it.
 */
#ifndef MMTOOL_OUTPUT_NAME_H
#define MMTOOL_OUTPUT_NAME_H

#include "base/buffer.h"

struct output;

/* A zeroed struct is an empty name. */
struct output_name {
    struct buffer text;   /* the name; owned */
    struct buffer member; /* "file":"NAME" and a comma, for JSON; owned */
    bool null;            /* NUL follows the name */
};

/* How results bear the name. */
struct output_name_form {
    bool json; /* as a member of an object: else `member` stays empty */
    bool null; /* as text, NUL follows */
};

/*
 * Sets the name to `file`, a path. Bytes that are not UTF-8 are U+FFFD in JSON, and a second
 * member "file_hex" has them all.
 */
bool output_name_set(struct output_name *name, const char *file, struct output_name_form form,
                     struct error *error);
void output_name_release(struct output_name *name);

/* The bytes that output_name_put() writes: 0 if `name` is NULL. */
size_t output_name_length(const struct output_name *name);
/* Writes the name and `behind` (or NUL); nothing if `name` is NULL. Returns the end. */
char *output_name_put(const struct output_name *name, char behind, char *to);

/* Begins a result: writes the name, if results have names, and `behind`. */
bool output_begin_result(struct output *output, char behind, struct error *error);
/* Begins a JSON object: writes a brace, and the member "file" if results have names. */
bool output_begin_object(struct output *output, struct error *error);

#endif
