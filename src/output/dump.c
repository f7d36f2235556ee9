/* dump.c - many rows of a dump, from bytes that are given in parts. */
#include "output/dump.h"
#include "base/checked.h"

#include <string.h>

static bool print_row(struct dump *dump, struct error *error)
{
    struct dump_row row = {.offset = dump->offset, .bytes = dump->row, .length = dump->length};
    return dump_row_print(dump->output, &dump->layout, &row, error);
}

/* One `*` stands for all rows that equal the one before them. */
static bool finish_row(struct dump *dump, struct error *error)
{
    size_t columns = dump->layout.columns;
    bool equal = dump->fold && dump->has_last && dump->length == columns &&
                 memcmp(dump->row, dump->last, columns) == 0;
    bool done =
        equal ? dump->folded || output_text(dump->output, "*\n", error) : print_row(dump, error);
    memcpy(dump->last, dump->row, dump->length);
    dump->has_last = dump->length == columns;
    dump->folded = equal;
    dump->offset += dump->length;
    dump->length = 0;
    return done;
}

/* Prints full rows, where rows before them do not matter. `*taken` is their length. */
static bool print_full_rows(struct dump *dump, const unsigned char *bytes, size_t length,
                            size_t *taken, struct error *error)
{
    *taken = 0;
    if (dump->fold || dump->length > 0)
        return true;
    size_t rows = length / dump->layout.columns;
    *taken = rows * dump->layout.columns;
    dump->offset += *taken;
    return dump_rows_print(dump->output, &dump->layout, dump->offset - *taken, bytes, rows, error);
}

void dump_init(struct dump *dump, struct output *output, const struct dump_layout *layout,
               uint64_t offset, bool fold)
{
    *dump = (struct dump){.output = output, .layout = *layout, .offset = offset, .fold = fold};
}

bool dump_bytes(struct dump *dump, const unsigned char *bytes, size_t length, struct error *error)
{
    size_t columns = dump->layout.columns;
    while (length > 0) {
        size_t taken;
        if ((dump->length == columns && !finish_row(dump, error)) ||
            !print_full_rows(dump, bytes, length, &taken, error))
            return false;
        bytes += taken;
        length -= taken;
        size_t take = minimum_size(columns - dump->length, length);
        memcpy(dump->row + dump->length, bytes, take);
        dump->length += take;
        bytes += take;
        length -= take;
    }
    /*
     * Print a full row at once: a reader may wait for it while more bytes come in. Folding decides
     * later.
     */
    if (!dump->fold && dump->length == columns)
        return finish_row(dump, error);
    return true;
}

bool dump_end(struct dump *dump, struct error *error)
{
    return dump->length == 0 || print_row(dump, error);
}
