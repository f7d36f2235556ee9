/* info.c - info: size, blocks, holes and residency of a file. */
#include "commands/command.h"
#include "mapping/residency.h"
#include "output/name.h"

struct facts {
    uint64_t data;  /* bytes that are not holes */
    uint64_t holes; /* bytes in holes */
    uint64_t hole_count;
    uint64_t resident; /* bytes of data in memory */
    bool resident_known;
};

static bool count_resident(const struct mapping *mapping, struct facts *facts, struct error *error)
{
    struct residency residency;
    if (!residency_of(mapping, (struct range){0, mapping->size}, &residency, error))
        return false;
    facts->resident = residency.resident;
    facts->resident_known = residency.known;
    return true;
}

/* Goes through the extents of data; the gaps between them are holes. */
static bool gather(const struct mapping *mapping, struct facts *facts, struct error *error)
{
    uint64_t offset = 0, size = mapping->size;
    *facts = (struct facts){.resident_known = true};
    while (offset < size) {
        struct range data;
        if (!mapping_next_data(mapping, (struct range){offset, size}, &data, error))
            return false;
        if (data.start > offset) {
            facts->hole_count++;
            facts->holes += data.start - offset;
        }
        facts->data += range_length(data);
        offset = data.end;
    }
    return mapping->is_held || count_resident(mapping, facts, error);
}

static const char *kind_name(const struct mapping *mapping)
{
    if (mapping->shared_memory)
        return "shared memory";
    return mapping->status.kind == FILE_BLOCK_DEVICE ? "block device" : "regular file";
}

struct row {
    const char *name; /* the JSON key; in text, underscores become blanks */
    uint64_t value;
};

static bool print_row(struct output *output, const struct row *row, bool json, struct error *error)
{
    char name[32];
    size_t i = 0;
    for (; row->name[i] && i < sizeof name - 1; i++)
        name[i] = !json && row->name[i] == '_' ? ' ' : row->name[i];
    name[i] = 0;
    return output_format(output, error, json ? ",\"%s\":%llu" : "%s: %llu\n", name,
                         (unsigned long long)row->value);
}

static bool print_facts(struct session *session, const struct facts *facts, struct error *error)
{
    const struct file_status *status = &session->mapping->status;
    bool json = session->request->json;
    struct output *output = session->output;
    const struct row rows[] = {
        {"size", session->mapping->size},
        {"page_size", platform_page_size()},
        {"allocation_granularity", platform_granularity()},
        {"block_size", status->block_size},
        {"allocated", status->allocated},
        {"holes", facts->hole_count},
        {"hole_bytes", facts->holes},
        {"links", status->links},
        {"resident", facts->resident},
    };
    size_t count = sizeof rows / sizeof *rows - !facts->resident_known;
    if (json && !output_begin_object(output, error))
        return false;
    if (!output_format(output, error, json ? "\"kind\":\"%s\"" : "kind: %s\n",
                       kind_name(session->mapping)))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!print_row(output, &rows[i], json, error))
            return false;
    if (!facts->resident_known &&
        !output_text(output, json ? ",\"resident\":null" : "resident: unknown\n", error))
        return false;
    return !json || output_text(output, "}\n", error);
}

bool cmd_info(struct session *session, struct error *error)
{
    struct facts facts;
    if (session->request->size_only)
        return output_number(session->output, session->mapping->size, 10, error) &&
               output_text(session->output, "\n", error);
    return gather(session->mapping, &facts, error) && print_facts(session, &facts, error);
}
