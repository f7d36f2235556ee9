/* info_print.c - prints what info knows of a file, as text or JSON. */
#include "commands/info.h"
#include "commands/recover_print.h"
#include "output/json.h"
#include "output/name.h"
#include "output/size_text.h"

#include <stdio.h>
#include <string.h>

struct printer {
    struct output *output;
    struct error *error;
    bool json;
    bool for_people; /* on a terminal: sizes in words, too */
};

/* ---- rows ------------------------------------------------------------------------------------ */

/* In text, underscores of a JSON key become blanks. Returns `out`. */
static const char *row_name(char out[32], const char *key)
{
    size_t length = minimum_size(strlen(key), 31);
    for (size_t i = 0; i < length; i++)
        out[i] = key[i] == '_' ? ' ' : key[i];
    out[length] = 0;
    return out;
}

static bool print_text_row(const struct printer *printer, const char *key, const char *value)
{
    char name[32];
    return printer->json
               ? output_format(printer->output, printer->error, ",\"%s\":\"%s\"", key, value)
               : output_format(printer->output, printer->error, "%s: %s\n", row_name(name, key),
                               value);
}

static bool print_number(const struct printer *printer, const char *key, uint64_t value)
{
    char name[32];
    return printer->json ? output_format(printer->output, printer->error, ",\"%s\":%llu", key,
                                         (unsigned long long)value)
                         : output_format(printer->output, printer->error, "%s: %llu\n",
                                         row_name(name, key), (unsigned long long)value);
}

/* A number of bytes; for people also in larger units, and as a part of `whole` (a word or NULL). */
struct amount {
    const char *key;
    uint64_t bytes;
    uint64_t all; /* of which it is a part */
    const char *whole;
};

/* 100 only if it is all. */
static double percent(uint64_t part, uint64_t all)
{
    double hundredths = 100.0 * (double)part / (double)all;
    return part < all && hundredths > 99.9 ? 99.9 : hundredths;
}

static bool print_amount(const struct printer *printer, const struct amount *amount)
{
    char name[32], size[SIZE_TEXT] = "", part[48] = "";
    bool has_part = amount->whole && amount->all > 0;
    if (!printer->for_people || (amount->bytes < 1000 && !has_part))
        return print_number(printer, amount->key, amount->bytes);
    if (has_part)
        snprintf(part, sizeof part, "%.1f %% of the %s", percent(amount->bytes, amount->all),
                 amount->whole);
    if (amount->bytes >= 1000)
        size_text(size, (double)amount->bytes);
    return output_format(printer->output, printer->error, "%s: %llu (%s%s%s)\n",
                         row_name(name, amount->key), (unsigned long long)amount->bytes, size,
                         *size && *part ? ", " : "", part);
}

/* ---- size, holes, memory --------------------------------------------------------------------- */

static const char *kind_name(const struct mapping *mapping)
{
    if (mapping->shared_memory)
        return "shared memory";
    return mapping->status.kind == FILE_BLOCK_DEVICE ? "block device" : "regular file";
}

static bool print_facts(const struct printer *printer, const struct mapping *mapping,
                        const struct info *info)
{
    const struct file_status *status = &mapping->status;
    const struct amount rows[] = {
        {"size", mapping->size, 0, NULL},
        {"page_size", platform_page_size(), 0, NULL},
        {"allocation_granularity", platform_granularity(), 0, NULL},
        {"block_size", status->block_size, 0, NULL},
        {"allocated", status->allocated, 0, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!print_amount(printer, &rows[i]))
            return false;
    const struct amount holes = {"hole_bytes", info->holes, mapping->size, "size"};
    const struct amount resident = {"resident", info->residency.resident, info->data, "data"};
    if (!print_number(printer, "holes", info->hole_count) || !print_amount(printer, &holes) ||
        !print_number(printer, "links", status->links))
        return false;
    if (info->residency.known)
        return print_amount(printer, &resident);
    return output_text(printer->output,
                       printer->json ? ",\"resident\":null" : "resident: unknown\n",
                       printer->error);
}

/* Columns of the name in front of each row. */
static size_t name_columns(const struct request *request)
{
    bool named = request->with_filename || (request_has_files(request) && !request->no_filename);
    return named ? strlen(request->file) + 1 : 0;
}

size_t info_map_cells(const struct session *session)
{
    const size_t frame = sizeof "data map: []", least = 8; /* and the last column, which is free */
    if (session->request->json || !stream_is_terminal(STREAM_OUTPUT))
        return RESIDENCY_CELLS;
    size_t columns = stream_columns(STREAM_OUTPUT);
    size_t used = frame + name_columns(session->request);
    size_t cells = columns > used + least ? columns - used : least;
    return minimum_size(cells, RESIDENCY_MOST_CELLS);
}

static bool print_map_row(const struct printer *printer, const char *key, const char *map)
{
    char row[RESIDENCY_MOST_CELLS + 3];
    snprintf(row, sizeof row, printer->json ? "%s" : "[%s]", map);
    return print_text_row(printer, key, row);
}

static bool print_maps(const struct printer *printer, const struct residency *residency)
{
    char map[RESIDENCY_MOST_CELLS + 1];
    const struct amount cell = {"map_cell", residency->cell_bytes, 0, NULL};
    if (residency->cell_count == 0)
        return true;
    residency_data_map(residency, map);
    if (!print_map_row(printer, "data_map", map))
        return false;
    residency_map(residency, map);
    if (residency->known && !print_map_row(printer, "page_map", map))
        return false;
    return print_amount(printer, &cell) &&
           (printer->json ||
            output_text(printer->output,
                        "map legend: # all, + some, . none of a cell is data, or in memory\n",
                        printer->error));
}

/* ---- locks ----------------------------------------------------------------------------------- */

static const char *const kinds[] = {
    [FILE_LOCK_MMTOOL] = "mmtool", [FILE_LOCK_POSIX] = "posix", [FILE_LOCK_DESCRIPTION] = "ofd",
    [FILE_LOCK_FLOCK] = "flock",   [FILE_LOCK_LEASE] = "lease",
};

static const char *access_name(const struct file_lock_holder *lock)
{
    return lock->waits ? "wait" : lock->exclusive ? "write" : "read";
}

static bool has_range(const struct file_lock_holder *lock)
{
    return lock->kind == FILE_LOCK_POSIX || lock->kind == FILE_LOCK_DESCRIPTION;
}

/* "lock: posix write 0:100, pid 4711 (COMMAND)" */
static bool print_lock_text(const struct printer *printer, const struct file_lock_holder *lock)
{
    char range[64] = "", holder[64] = "", name[200], command[220] = "";
    if (has_range(lock) && lock->range.end == UINT64_MAX)
        snprintf(range, sizeof range, " %llu:", (unsigned long long)lock->range.start);
    else if (has_range(lock))
        snprintf(range, sizeof range, " %llu:%llu", (unsigned long long)lock->range.start,
                 (unsigned long long)lock->range.end);
    if (lock->process > 0)
        snprintf(holder, sizeof holder, ", pid %llu", (unsigned long long)lock->process);
    if (lock->command[0])
        snprintf(command, sizeof command, " (%s)", diag_escape(name, sizeof name, lock->command));
    return output_format(printer->output, printer->error, "lock: %s %s%s%s%s\n", kinds[lock->kind],
                         access_name(lock), range, holder, command);
}

static bool print_lock_range(const struct printer *printer, const struct range *range)
{
    struct output *output = printer->output;
    return output_format(output, printer->error,
                         ",\"start\":%llu,\"end\":", (unsigned long long)range->start) &&
           (range->end == UINT64_MAX ? output_text(output, "null", printer->error)
                                     : output_number(output, range->end, 10, printer->error));
}

static bool print_lock_json(const struct printer *printer, const struct file_lock_holder *lock)
{
    struct output *output = printer->output;
    struct error *error = printer->error;
    if (!output_format(output, error, "{\"kind\":\"%s\",\"access\":\"%s\"", kinds[lock->kind],
                       access_name(lock)) ||
        (has_range(lock) && !print_lock_range(printer, &lock->range)))
        return false;
    if (lock->process > 0 &&
        !output_format(output, error, ",\"pid\":%llu", (unsigned long long)lock->process))
        return false;
    if (lock->command[0] &&
        (!output_text(output, ",", error) || !json_member(output, "command", lock->command, error)))
        return false;
    return output_text(output, "}", error);
}

static bool print_locks(const struct printer *printer, const struct info *info)
{
    struct output *output = printer->output;
    struct error *error = printer->error;
    if (!info->locks.known)
        return true;
    if (!printer->json && info->locks.count == 0)
        return output_text(output, "lock: none\n", error);
    if (printer->json && !output_text(output, ",\"locks\":[", error))
        return false;
    for (size_t i = 0; i < info->locks.count; i++) {
        if (printer->json && i > 0 && !output_text(output, ",", error))
            return false;
        if (printer->json ? !print_lock_json(printer, &info->locks.holders[i])
                          : !print_lock_text(printer, &info->locks.holders[i]))
            return false;
    }
    return !printer->json || output_text(output, "]", error);
}

/* ---- the journal ----------------------------------------------------------------------------- */

static const char *journal_path(const struct info *info)
{
    if (info->busy)
        return "";
    return info->look.has_journal ? place_path(info->look.journal.place) : info->look.finding.path;
}

static bool print_journal_json(const struct printer *printer, const struct info *info)
{
    struct output *output = printer->output;
    struct error *error = printer->error;
    const char *path = journal_path(info);
    if (!info->busy && info->look.state == RECOVER_WHOLE)
        return output_text(output, ",\"journal\":null", error);
    return output_format(output, error, ",\"journal\":{\"state\":\"%s\"",
                         info->busy ? "busy" : recover_state_name(info->look.state)) &&
           (!*path ||
            (output_text(output, ",", error) && json_member(output, "path", path, error))) &&
           output_text(output, "}", error);
}

static bool print_journal(const struct printer *printer, const struct info *info, const char *file)
{
    struct output *output = printer->output;
    struct error *error = printer->error;
    char quoted[300];
    if (!info->journal_known && !info->trouble.message[0])
        return true;
    if (!info->journal_known)
        return printer->json ||
               output_format(output, error, "journal: not known: %s\n", info->trouble.message);
    if (printer->json)
        return print_journal_json(printer, info);
    if (info->busy)
        return output_text(output, "journal: busy: an edit is under way\n", error);
    if (info->look.state == RECOVER_WHOLE)
        return output_text(output, "journal: none\n", error);
    return output_format(output, error, "journal: %s ('mmtool recover %s' tells more)\n",
                         recover_state_words(info->look.state),
                         diag_escape(quoted, sizeof quoted, file));
}

bool info_print(struct session *session, const struct info *info, struct error *error)
{
    bool json = session->request->json;
    struct printer printer = {session->output, error, json,
                              !json && stream_is_terminal(STREAM_OUTPUT)};
    if (json && !output_begin_object(session->output, error))
        return false;
    if (!output_format(session->output, error, json ? "\"kind\":\"%s\"" : "kind: %s\n",
                       kind_name(session->mapping)) ||
        !print_facts(&printer, session->mapping, info) || !print_maps(&printer, &info->residency) ||
        !print_locks(&printer, info) || !print_journal(&printer, info, session->request->file))
        return false;
    return !json || output_text(session->output, "}\n", error);
}
