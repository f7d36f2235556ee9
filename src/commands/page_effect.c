/* page_effect.c - the state of a range's pages before and after advise or flush. */
#include "commands/page_effect.h"
#include "commands/report.h"
#include "mapping/residency.h"

#include <stdio.h>

/* Bytes of a file that one query covers; a multiple of every huge page size. */
#define STEP ((uint64_t)1 << 30)

/* ---- measures: false where the system does not tell ------------------------------------------ */

static bool resident_bytes(const struct mapping *mapping, struct range range, uint64_t *bytes)
{
    struct residency residency;
    bool known = residency_of(mapping, range, 1, &residency, NULL) && residency.known;
    *bytes = known ? residency.resident : 0;
    return known;
}

static bool dirty_bytes(const struct mapping *mapping, struct range range, uint64_t *bytes)
{
    struct range there = {range.start + mapping->base, range.end + mapping->base};
    return !mapping->is_held && file_dirty_bytes(mapping->file, there, bytes);
}

/* Adds the bytes in huge pages of an extent of data. `extent` is absolute, not relative to
 * --window. */
static bool add_huge(const struct mapping *mapping, struct range extent, uint64_t *bytes)
{
    while (extent.start < extent.end) {
        uint64_t stop = (extent.start / STEP + 1) * STEP, part = 0;
        stop = minimum_u64(stop, extent.end);
        if (!file_huge_bytes(mapping->file, (struct range){extent.start, stop}, &part))
            return false;
        *bytes += part;
        extent.start = stop;
    }
    return true;
}

static bool huge_bytes(const struct mapping *mapping, struct range range, uint64_t *bytes)
{
    *bytes = 0;
    if (mapping->is_held || mapping->overlay)
        return false;
    while (range.start < range.end) {
        struct range data;
        if (!mapping_next_data(mapping, range, &data, NULL))
            return false;
        struct range extent = {data.start + mapping->base, data.end + mapping->base};
        if (!add_huge(mapping, extent, bytes))
            return false;
        range.start = data.end;
    }
    return true;
}

static const struct {
    const char *what;
    bool (*ask)(const struct mapping *mapping, struct range range, uint64_t *bytes);
} measures[] = {
    [EFFECT_RESIDENCY] = {"in memory", resident_bytes},
    [EFFECT_HUGE_PAGES] = {"in huge pages", huge_bytes},
    [EFFECT_DIRTY] = {"waiting to be written", dirty_bytes},
};

/* ---- before and after ------------------------------------------------------------------------ */

void page_effect_begin(struct page_effect *effect, const struct session *session,
                       enum page_effect_kind kind, struct range range)
{
    *effect = (struct page_effect){.session = session, .kind = kind, .range = range};
    effect->known =
        session->request->verbose && measures[kind].ask(session->mapping, range, &effect->before);
}

void page_effect_say(const struct page_effect *effect)
{
    char text[160];
    uint64_t after = 0;
    const struct session *session = effect->session;
    const char *what = measures[effect->kind].what;
    if (!session->request->verbose)
        return;
    if (effect->known && measures[effect->kind].ask(session->mapping, effect->range, &after))
        snprintf(text, sizeof text, "%s: %llu byte%s before, %llu after (of %llu)", what,
                 (unsigned long long)effect->before, diag_plural(effect->before),
                 (unsigned long long)after, (unsigned long long)range_length(effect->range));
    else
        snprintf(text, sizeof text, "%s: this system does not tell", what);
    report_notice(session->request, text);
}
