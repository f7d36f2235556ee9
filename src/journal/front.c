/*
 * front.c - stores to a journal through views.
 *
 * The front of a journal, from the progress word to JOURNAL_FRONT_END, is mapped if it is to be
 * used for several edits: see rest.c.
 */
#include "journal/internal.h"

#include <stdatomic.h>
#include <string.h>

static void store_probe(void *context)
{
    struct journal *journal = context;
    memcpy(journal->progress.bytes + JOURNAL_PROBE_OFFSET, journal->header.uuid, JOURNAL_UUID);
}

bool journal_sees_stores(struct journal *journal)
{
    unsigned char seen[JOURNAL_UUID];
    size_t got;
    return view_guard(store_probe, journal, NULL) &&
           file_read(journal->file, JOURNAL_PROGRESS_OFFSET + JOURNAL_PROBE_OFFSET, seen,
                     sizeof seen, &got, NULL) &&
           got == sizeof seen && !memcmp(seen, journal->header.uuid, sizeof seen);
}

void journal_store_word(struct journal *journal, uint64_t published)
{
    unsigned char bytes[8];
    uint64_t word;
    little_put64(bytes, journal_word(&journal->header, published));
    memcpy(&word, bytes, sizeof word);
    /* The other stores come first in program order. A kill stops the program between two
     * instructions, so no other order can be seen. */
    atomic_signal_fence(memory_order_seq_cst);
    /* One aligned store: a reader of the page sees the old number or the new one. */
    *(volatile uint64_t *)(void *)journal->progress.bytes = word;
    atomic_signal_fence(memory_order_seq_cst);
}

/* Writes all of the front, so that no store needs a block, with a word that says DONE. */
static bool fill_front(struct journal *journal)
{
    unsigned char bytes[JOURNAL_FRONT_END - JOURNAL_PROGRESS_OFFSET] = {0};
    little_put64(bytes, journal_word(&journal->header, JOURNAL_WORD_DONE));
    return file_write(journal->file, JOURNAL_PROGRESS_OFFSET, bytes, sizeof bytes, NULL);
}

void journal_map_front(struct journal *journal)
{
    struct range front = {JOURNAL_PROGRESS_OFFSET, JOURNAL_FRONT_END};
    if (!view_is_shared() || !fill_front(journal) ||
        !view_map(journal->file, front, VIEW_WRITE, 0, &journal->progress, NULL))
        return;
    journal->front = journal_sees_stores(journal);
    if (!journal->front)
        (void)view_unmap(&journal->progress, NULL);
}

bool journal_front_holds(const struct journal *journal, uint64_t offset, size_t length)
{
    return journal->front && offset >= JOURNAL_PROGRESS_OFFSET && offset <= JOURNAL_FRONT_END &&
           length <= JOURNAL_FRONT_END - offset;
}

/* A store to the front; without `bytes` it is the progress word. */
struct store {
    struct journal *journal;
    const void *bytes;
    uint64_t offset;
    size_t length;
    uint64_t published;
};

static void do_store(void *context)
{
    const struct store *store = context;
    struct journal *journal = store->journal;
    if (store->bytes)
        memcpy(journal->progress.bytes + (store->offset - JOURNAL_PROGRESS_OFFSET), store->bytes,
               store->length);
    else
        journal_store_word(journal, store->published);
}

static bool guard_store(struct store *store, struct error *error)
{
    return view_guard(do_store, store, error) ||
           error_prefix(error, "the journal cannot be stored to");
}

bool journal_front_store(struct journal *journal, uint64_t offset, const void *bytes, size_t length,
                         struct error *error)
{
    struct store store = {journal, bytes, offset, length, 0};
    return guard_store(&store, error);
}

bool journal_front_publish(struct journal *journal, uint64_t published, struct error *error)
{
    struct store store = {.journal = journal, .published = published};
    return guard_store(&store, error);
}
