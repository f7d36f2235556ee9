/* substitute_cstring.c - splice --cstring: strings that end in NUL keep their length. */
#include "commands/substitute_cstring.h"
#include "mapping/positions.h"

void cstring_init(struct cstring *string, const struct mapping *mapping, struct edit_list *edits,
                  size_t unit)
{
    *string = (struct cstring){.edits = edits, .unit = unit};
    string->reader = (struct reader){.mapping = mapping, .unit = {unit - 1, 0}};
}

void cstring_release(struct cstring *string)
{
    reader_release(&string->reader);
}

bool cstring_end(struct cstring *string, struct error *error)
{
    uint64_t gap = string->gap;
    string->gap = 0;
    return gap == 0 || edit_list_append_zeros(string->edits, string->end, gap, error);
}

/* Whether a match lies in the string of the previous match, at whole units. */
static bool is_in_string(const struct cstring *string, struct range old, struct error *error)
{
    if ((string->end - old.start) % string->unit != 0)
        return error_set(error,
                         "the match at %llu begins inside a unit of %zu bytes of the string that "
                         "ends at %llu; nothing was changed",
                         (unsigned long long)old.start, string->unit,
                         (unsigned long long)string->end);
    return old.end <= string->end ||
           error_set(error,
                     "the match at %llu passes the NUL at %llu that ends the string of the match "
                     "before it; nothing was changed",
                     (unsigned long long)old.start, (unsigned long long)string->end);
}

/* Finds the NUL that ends the string with the match in it. */
static bool find_end(struct cstring *string, struct range old, struct error *error)
{
    uint64_t size = string->reader.mapping->size;
    if (!string_end(&string->reader, (struct range){old.end, size}, &string->end, error))
        return false;
    return string->end < size ||
           error_set(error, "no NUL ends the string with the match at %llu; nothing was changed",
                     (unsigned long long)old.start);
}

bool cstring_begin(struct cstring *string, struct range old, unsigned zero, struct error *error)
{
    if (old.start < string->end)
        return is_in_string(string, old, error);
    if (!cstring_end(string, error))
        return false;
    if (zero == SCAN_ZERO_UNKNOWN || string->unit > 1)
        return find_end(string, old, error);
    string->end = old.end + zero;
    return true;
}
