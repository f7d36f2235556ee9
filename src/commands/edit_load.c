/* edit_load.c - an edit script becomes a list of edits. */
#include "commands/edit_load.h"
#include "base/escape.h"
#include "commands/input.h"
#include "edit/script.h"
#include "mapping/reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    STEP = 4096,
    SHOWN = 16,
    MOST_SEEN = 8 * 1024 * 1024, /* bytes of a mapped script in memory at once */
};

/* The position of an edit in the script. Items are sorted by offset; insertions come first. */
struct item {
    uint64_t offset;
    uint64_t place; /* position of the line, or'ed with REPLACES if it has old bytes */
};

#define REPLACES ((uint64_t)1 << 63)

struct loader {
    struct change *change;
    const unsigned char *text; /* the script */
    size_t length;
    const struct mapping *script; /* a file, mapped by `view`; NULL: `text` is in memory */
    struct view view;             /* owned */
    size_t seen_from;             /* earlier pages of the view have been released */
    struct reader file;           /* reads the bytes of FILE that are compared with OLD */
    struct item *items;           /* of the lines, if they are not sorted; owned */
    size_t count, capacity;
    bool sorted;
    bool outside; /* an edit lies outside the file: `error` says which */
    struct error *error;
    enum edit_load_result result; /* if `done` */
    bool done;                    /* result of the guarded work */
};

static bool fail_at(struct loader *loader, size_t position)
{
    return error_prefix(loader->error, "line %zu of the script",
                        edit_script_line_number(loader->text, position));
}

/* Maps the script again once many of its pages were read, to release them from memory. */
static bool see(struct loader *loader, size_t position)
{
    struct range whole = {0, loader->length};
    bool is_near = position >= loader->seen_from && position - loader->seen_from < MOST_SEEN;
    if (!loader->script || !loader->sorted || is_near)
        return true;
    loader->seen_from = position;
    if (!view_unmap(&loader->view, loader->error) ||
        !mapping_view(loader->script, whole, VIEW_READ, &loader->view, loader->error))
        return false;
    loader->text = loader->view.bytes;
    return true;
}

static bool add_item(struct loader *loader, const struct edit_line *line)
{
    struct item item = {line->offset, line->position};
    if (line->old_bytes.length > 0)
        item.place |= REPLACES;
    if (loader->count == loader->capacity) {
        size_t capacity = loader->capacity ? loader->capacity + loader->capacity / 2 : 64;
        if (capacity > SIZE_MAX / sizeof item)
            return error_memory(loader->error, capacity);
        struct item *items = realloc(loader->items, capacity * sizeof item);
        if (!items)
            return error_memory(loader->error, capacity * sizeof item);
        loader->items = items;
        loader->capacity = capacity;
    }
    loader->items[loader->count++] = item;
    return true;
}

static bool inside_file(struct loader *loader, const struct edit_line *line)
{
    uint64_t size = loader->change->mapping->size;
    uint64_t length = line->old_bytes.length;
    if (line->offset <= size && length <= size - line->offset)
        return true;
    range_passes_end(length, line->offset, size, "", loader->error);
    /* The file has other bytes than OLD, or none: the answer is no. */
    if (length > 0 && line->old_bytes.kind != EDIT_FIELD_COUNT)
        loader->error->status = STATUS_NO;
    return fail_at(loader, line->position);
}

/* The line at *position, which moves behind it. */
static enum edit_script_result next_line(struct loader *loader, size_t *position,
                                         struct edit_line *line)
{
    if (!see(loader, *position))
        return EDIT_SCRIPT_BAD;
    enum edit_script_result result =
        edit_script_next(loader->text, loader->length, position, line, loader->error);
    if (result == EDIT_SCRIPT_BAD)
        (void)fail_at(loader, *position);
    return result;
}

/* First pass: every line must be a valid edit of this file. Finds out whether they are sorted. */
static bool parse_all(struct loader *loader)
{
    size_t position = 0;
    uint64_t least = 0; /* of the next offset, if it is behind the one before */
    enum edit_script_result result;
    struct edit_line line;
    while ((result = next_line(loader, &position, &line)) == EDIT_SCRIPT_LINE) {
        /* A file that the script has made shorter may have been edited before: go on. */
        if (!loader->outside && !inside_file(loader, &line))
            loader->outside = true;
        loader->sorted &= line.offset >= least;
        least = line.offset + 1;
    }
    return result == EDIT_SCRIPT_END;
}

static int compare_items(const void *left, const void *right)
{
    const struct item *a = left, *b = right;
    if (a->offset != b->offset)
        return a->offset < b->offset ? -1 : 1;
    return a->place < b->place ? -1 : a->place > b->place;
}

static void say_mismatch(struct loader *loader, const struct edit_line *line, uint64_t offset,
                         const unsigned char *there, size_t length)
{
    char text[2 * SHOWN + 1];
    size_t shown = length < SHOWN ? length : SHOWN;
    for (size_t i = 0; i < shown; i++)
        snprintf(text + 2 * i, 3, "%02x", there[i]);
    error_no(loader->error, "other bytes than OLD are at %llu: %s%s", (unsigned long long)offset,
             text, shown < length ? "..." : "");
    (void)fail_at(loader, line->position);
}

/* Lists the positions of lines that are not sorted, and sorts them. */
static bool sort_lines(struct loader *loader)
{
    size_t position = 0;
    enum edit_script_result result;
    struct edit_line line;
    while ((result = next_line(loader, &position, &line)) == EDIT_SCRIPT_LINE)
        if (!add_item(loader, &line))
            return false;
    if (result == EDIT_SCRIPT_END)
        qsort(loader->items, loader->count, sizeof *loader->items, compare_items);
    return result == EDIT_SCRIPT_END;
}

enum comparison_result { BYTES_SAME, BYTES_OTHER, BYTES_FAILED };

/* Compares a field with the bytes of the file. `line`: for the message if they differ; or NULL. */
static enum comparison_result compare_field(struct loader *loader, struct edit_field field,
                                            uint64_t offset, const struct edit_line *line)
{
    unsigned char wanted[STEP];
    size_t length;
    while ((length = edit_field_take(&field, wanted, sizeof wanted)) > 0) {
        const unsigned char *there = reader_rising(&loader->file, offset, length, loader->error);
        if (!there)
            return BYTES_FAILED;
        if (memcmp(wanted, there, length) != 0) {
            if (line)
                say_mismatch(loader, line, offset, there, length);
            return BYTES_OTHER;
        }
        offset += length;
    }
    return BYTES_SAME;
}

static enum comparison_result compare_old(struct loader *loader, const struct edit_line *line)
{
    if (line->old_bytes.kind == EDIT_FIELD_COUNT)
        return BYTES_SAME;
    return compare_field(loader, line->old_bytes, line->offset, line);
}

/* Compares NEW with the bytes where it is if the script was applied before. */
static enum comparison_result compare_new(struct loader *loader, const struct edit_line *line,
                                          uint64_t offset)
{
    uint64_t size = loader->change->mapping->size, length = line->new_bytes.length;
    if (offset > size || length > size - offset)
        return BYTES_OTHER;
    return compare_field(loader, line->new_bytes, offset, NULL);
}

/* Takes NEW to the pool, unless the edit before has the same bytes. Returns where they are. */
static bool take_new(struct loader *loader, const struct edit_field *field, uint64_t *source)
{
    struct buffer *pool = &loader->change->pool.bytes;
    const struct edit *before = &loader->change->edits.last;
    size_t start = pool->length;
    *source = start;
    if (!edit_field_decode(field, pool, loader->error))
        return false;
    if (pool->length > start && before->kind == EDIT_POOL && before->new_length == field->length &&
        memcmp(pool->data + before->source, pool->data + start, pool->length - start) == 0) {
        *source = before->source;
        pool->length = start;
    }
    return true;
}

static bool add_edit(struct loader *loader, const struct edit_line *line)
{
    struct change *change = loader->change;
    struct range old = {line->offset, line->offset + line->old_bytes.length};
    uint64_t source;
    if (line->new_bytes.kind == EDIT_FIELD_COUNT)
        return change_add(change,
                          (struct edit){.offset = old.start,
                                        .old_length = range_length(old),
                                        .kind = EDIT_ZEROS,
                                        .new_length = line->new_bytes.length},
                          loader->error);
    return take_new(loader, &line->new_bytes, &source) &&
           edit_list_append_pool(&change->edits, old, source, line->new_bytes.length,
                                 loader->error);
}

static bool say_overlap(struct loader *loader, size_t before, size_t position)
{
    size_t a = edit_script_line_number(loader->text, before);
    size_t b = edit_script_line_number(loader->text, position);
    return error_set(loader->error, "lines %zu and %zu of the script overlap", a < b ? a : b,
                     a < b ? b : a);
}

/* A walk through the edits in order of offset, which parses their lines again. */
struct walk {
    size_t position; /* of the next line, if they are sorted; */
    size_t index;    /*   else of its item */
    size_t before;   /* position of the line before */
    uint64_t end;    /* of its old bytes; 0: there is none */
};

/* The next edit, which must not overlap the one before. */
static enum edit_script_result next_edit(struct loader *loader, struct walk *walk,
                                         struct edit_line *line)
{
    if (!loader->sorted) {
        if (walk->index == loader->count)
            return EDIT_SCRIPT_END;
        walk->position = (size_t)(loader->items[walk->index++].place & ~REPLACES);
    }
    enum edit_script_result result = next_line(loader, &walk->position, line);
    if (result != EDIT_SCRIPT_LINE)
        return result;
    if (line->offset < walk->end) {
        (void)say_overlap(loader, walk->before, line->position);
        return EDIT_SCRIPT_BAD;
    }
    walk->before = line->position;
    walk->end = line->offset + line->old_bytes.length;
    return EDIT_SCRIPT_LINE;
}

/* In order of offset: checks overlaps and OLD, and adds the edits. BYTES_OTHER: an OLD is missing.
 */
static enum comparison_result add_all(struct loader *loader)
{
    struct walk walk = {0};
    struct edit_line line;
    enum edit_script_result found;
    while ((found = next_edit(loader, &walk, &line)) == EDIT_SCRIPT_LINE) {
        enum comparison_result result = compare_old(loader, &line);
        if (result != BYTES_SAME)
            return result;
        if (!add_edit(loader, &line))
            return BYTES_FAILED;
    }
    return found == EDIT_SCRIPT_END ? BYTES_SAME : BYTES_FAILED;
}

/* Whether every NEW is where the script puts it, and not all of them are empty. */
static enum comparison_result compare_all_new(struct loader *loader)
{
    uint64_t added = 0, removed = 0;
    struct walk walk = {0};
    struct edit_line line;
    enum edit_script_result found;
    while ((found = next_edit(loader, &walk, &line)) == EDIT_SCRIPT_LINE) {
        enum comparison_result result = compare_new(loader, &line, line.offset - removed + added);
        if (result != BYTES_SAME)
            return result;
        added += line.new_bytes.length;
        removed += line.old_bytes.length;
    }
    return found != EDIT_SCRIPT_END ? BYTES_FAILED : added > 0 ? BYTES_SAME : BYTES_OTHER;
}

/* An OLD is not there, and `error` says so. Perhaps the script was applied before. */
static bool look_for_new(struct loader *loader)
{
    struct error missing = *loader->error;
    if (loader->change->session->request->strict)
        return false;
    switch (compare_all_new(loader)) {
    case BYTES_SAME:
        error_clear(loader->error);
        loader->result = EDIT_LOAD_DONE_BEFORE;
        return true;
    case BYTES_OTHER:
        *loader->error = missing;
        break;
    case BYTES_FAILED:
        break;
    }
    return false;
}

static void load(void *context)
{
    struct loader *loader = context;
    loader->sorted = true;
    loader->done = parse_all(loader) && (loader->sorted || sort_lines(loader));
    if (!loader->done)
        return;
    enum comparison_result result = loader->outside ? BYTES_OTHER : add_all(loader);
    loader->done = result == BYTES_SAME || (result == BYTES_OTHER && look_for_new(loader));
}

/* A script that cannot be mapped is held in memory. */
static bool load_copy(struct loader *loader, const struct mapping *script)
{
    struct buffer copy = {0};
    size_t length = (size_t)script->size;
    bool done = (length == script->size || error_memory(loader->error, SIZE_MAX)) &&
                buffer_reserve(&copy, length, loader->error) &&
                mapping_read(script, 0, copy.data, length, loader->error);
    if (done) {
        loader->text = copy.data;
        loader->length = length;
        load(loader);
    }
    buffer_release(&copy);
    return done && loader->done;
}

/* The script's file is mapped, and another program may cut it: guard against SIGBUS. */
static bool load_view(struct loader *loader, struct mapping *script)
{
    struct range whole = {0, script->size};
    if (!mapping_view(script, whole, VIEW_READ, &loader->view, loader->error))
        return loader->view.unsupported && load_copy(loader, script);
    loader->script = script;
    loader->text = loader->view.bytes;
    loader->length = loader->view.length;
    bool done = view_guard(load, loader, loader->error) && loader->done;
    (void)view_unmap(&loader->view, NULL);
    return done;
}

enum edit_load_result edit_load(struct change *change, struct error *error)
{
    struct loader loader = {.change = change,
                            .file.mapping = change->mapping,
                            .error = error,
                            .result = EDIT_LOAD_READY};
    struct input *input = &change->session->inputs->data;
    bool done;
    if (!input_settle(input, change->mapping, error))
        return EDIT_LOAD_FAILED;
    if (input->mapping.is_held) {
        loader.text = input->mapping.held.data;
        loader.length = input->mapping.held.length;
        load(&loader);
        done = loader.done;
    } else {
        done = load_view(&loader, &input->mapping);
    }
    free(loader.items);
    reader_release(&loader.file);
    return done ? loader.result : EDIT_LOAD_FAILED;
}
