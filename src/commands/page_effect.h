/*
 * page_effect.h - for --verbose: the state of a range's pages before and after advise or flush,
 * as far as the system tells it.
 */
#ifndef MMTOOL_PAGE_EFFECT_H
#define MMTOOL_PAGE_EFFECT_H

#include "commands/command.h"

enum page_effect_kind {
    EFFECT_RESIDENCY,  /* bytes in memory */
    EFFECT_HUGE_PAGES, /* bytes in memory in huge pages */
    EFFECT_DIRTY,      /* bytes that wait to be written, in whole pages */
};

struct page_effect {
    const struct session *session;
    enum page_effect_kind kind;
    struct range range;
    uint64_t before; /* bytes, if `known` */
    bool known;
};

/* Measures, if the request is verbose. */
void page_effect_begin(struct page_effect *effect, const struct session *session,
                       enum page_effect_kind kind, struct range range);

/* Measures again, and prints both values on standard error. */
void page_effect_say(const struct page_effect *effect);

#endif
