/*
 * fuzz_journal.c - a journal made of the fuzzer's bytes: its header, and a list of
 * edits walked to its end as a recovery would. The checksums are made right, as
 * one who plants a journal would do.
 */
#include "crc32c.h"
#include "journal_internal.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool decode(const uint8_t *data, struct journal_header *header)
{
    unsigned char bytes[JOURNAL_HEADER];
    memcpy(bytes, data, sizeof bytes);
    memcpy(bytes, "MMTJRNL3", 8);
    uint64_t crc = crc32c(0, bytes, sizeof bytes - 8);
    for (unsigned i = 0; i < 8; i++)
        bytes[sizeof bytes - 8 + i] = (unsigned char)(crc >> (8 * i));
    return journal_header_decode(header, bytes);
}

/* Each step must lie in the file; of very many, the first ones. */
static void walk(const struct journal_header *header, const struct edit_list *edits)
{
    struct plan plan;
    struct plan_walk steps;
    struct plan_step step;
    struct error error;
    if (!plan_init(&plan, edits, header->start_size, header->window, header->zero_piece,
                   header->merge_gap, &error))
        return;
    uint64_t end = plan.new_size > plan.old_size ? plan.new_size : plan.old_size;
    plan_walk_init(&steps, &plan);
    for (unsigned i = 0; i < 10000 && plan_walk_next(&steps, &step); i++)
        if (step.length == 0 || step.length > end || step.destination > end - step.length)
            abort();
}

static void load_and_walk(const struct journal_header *header, const uint8_t *data, size_t size)
{
    struct edit_list edits;
    struct error error;
    if (!edit_list_load(&edits, data, size, header->edit_count, header->start_size,
                        header->pool_length, &error))
        return;
    walk(header, &edits);
    edit_list_release(&edits);
}

enum { SHAPED = 16 };

/* A header that is right but for what matters to the list. */
static struct journal_header shape(const uint8_t *data)
{
    uint64_t size = 0;
    for (unsigned i = 0; i < 8; i++)
        size |= (uint64_t)data[i] << (8 * i);
    return (struct journal_header){
        .start_size = (size >> 1) >> (data[8] & 63),
        .window = 1 + (uint64_t)data[9] * 64,
        .zero_piece = 1 + (uint64_t)data[10] * 16,
        .merge_gap = data[11],
        .edit_count = data[12],
        .pool_length = (uint64_t)data[13] << (data[14] & 31),
    };
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct journal_header header;
    if (size >= JOURNAL_HEADER && decode(data, &header))
        load_and_walk(&header, data + JOURNAL_HEADER, size - JOURNAL_HEADER);
    if (size >= SHAPED) {
        header = shape(data);
        load_and_walk(&header, data + SHAPED, size - SHAPED);
    }
    return 0;
}
