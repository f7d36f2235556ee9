/* offer.c - what completions can offer for a value. */
#include "offer.h"
#include "platform/platform.h"

#include <stdio.h>
#include <stdlib.h>

static void add(struct offer *offer, const char *name, const char *summary)
{
    if (offer->count == OFFER_MOST_WORDS) {
        fprintf(stderr, "OFFER_MOST_WORDS is too small\n");
        exit(EXIT_FAILURE);
    }
    offer->words[offer->count++] = (struct offer_word){name, summary};
}

static struct offer of_words(enum offer_kind kind, const char *const *words)
{
    struct offer offer = {.kind = kind};
    for (; *words; words++)
        add(&offer, *words, NULL);
    return offer;
}

struct offer offer_of_advice(bool destructive)
{
    struct offer offer = {.kind = OFFER_WORD, .list = destructive ? "all_advice" : "advice"};
    for (const struct platform_name *row = platform_advice(); row->name; row++)
        if (row->available && (destructive || !row->destructive))
            add(&offer, row->name, row->summary);
    return offer;
}

struct offer offer_of_map_flags(void)
{
    struct offer offer = {.kind = OFFER_WORDS, .list = "map_flags"};
    for (const struct platform_name *row = platform_map_flags(); row->name; row++)
        if (row->available)
            add(&offer, row->name, row->summary);
    return offer;
}

struct offer offer_of_option(const struct option *option)
{
    switch (option->kind) {
    case VALUE_TEXT:
        break;
    case VALUE_WORD:
        return of_words(OFFER_WORD, option->words);
    case VALUE_WORDS:
        return of_words(OFFER_WORDS, option->words);
    case VALUE_FILE:
        return (struct offer){.kind = OFFER_FILES};
    case VALUE_DIRECTORY:
        return (struct offer){.kind = OFFER_DIRECTORIES};
    case VALUE_TYPE:
        return of_words(OFFER_WORD, byte_type_names());
    case VALUE_ADVICE:
        return offer_of_advice(false);
    case VALUE_MAP_FLAGS:
        return offer_of_map_flags();
    }
    return (struct offer){.kind = OFFER_NOTHING};
}

struct offer offer_of_operand(const struct operand *operand)
{
    if (operand->kind == OPERAND_ADVICE)
        return offer_of_advice(true);
    if (operand->kind == OPERAND_SCRIPT || operand->kind == OPERAND_FILE)
        return (struct offer){.kind = OFFER_FILES};
    return (struct offer){.kind = OFFER_NOTHING};
}
