/* pane.c - a piece of the file in memory that slides along with a bulk move. */
#include "pane.h"

void pane_init(struct pane *pane, const struct mapping *mapping, bool usable)
{
    *pane = (struct pane){.mapping = mapping};
    pane->usable = usable && view_is_shared() && !mapping->spooled;
}

static void close_view(struct pane *pane)
{
    struct error ignored = {0};
    if (range_length(pane->range) > 0)
        (void)view_unmap(&pane->view, &ignored);
    pane->range = (struct range){0, 0};
}

void pane_release(struct pane *pane)
{
    close_view(pane);
    pane->usable = false;
}

bool pane_holds(const struct pane *pane, uint64_t offset, uint64_t length)
{
    return offset >= pane->range.start && offset < pane->range.end &&
           length <= pane->range.end - offset;
}

unsigned char *pane_bytes(const struct pane *pane, uint64_t offset)
{
    return pane->view.bytes + (size_t)(offset - pane->range.start);
}

/* A pane around `need`, inside the file. */
static struct range place_pane(const struct pane *pane, struct range need, bool backward)
{
    uint64_t size = pane->mapping->size;
    struct range range = need;
    if (backward)
        range.start = need.end > PANE_LENGTH ? need.end - PANE_LENGTH : 0;
    else
        range.end = minimum_u64(need.start + PANE_LENGTH, size);
    return range;
}

bool pane_cover(struct pane *pane, struct range need, bool backward)
{
    struct error ignored = {0};
    if (!pane->usable || range_length(need) > PANE_LENGTH || need.end > pane->mapping->size)
        return false;
    if (pane_holds(pane, need.start, range_length(need)))
        return true;
    close_view(pane);
    struct range range = place_pane(pane, need, backward);
    pane->usable = mapping_view(pane->mapping, range, VIEW_WRITE, &pane->view, &ignored);
    if (!pane->usable)
        return false;
    pane->range = range;
    /* Without it each page costs a fault: slower than reads and writes. */
    if (!view_populate(&pane->view, &ignored))
        pane_release(pane);
    return pane->usable;
}
