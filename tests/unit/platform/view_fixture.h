/* view_fixture.h - views of random files, for the tests of views. */
#ifndef MMTOOL_VIEW_FIXTURE_H
#define MMTOOL_VIEW_FIXTURE_H

#include "scratch_files.h"

/* A file of random bytes, which are also put into `model`. */
static inline struct file *random_file(const char *name, unsigned char *model, size_t size)
{
    struct error error;
    struct file *file = scratch_file(name);
    fill_random(model, size);
    CHECK(file_write(file, 0, model, size, &error));
    return file;
}

static inline struct view map(struct file *file, uint64_t start, uint64_t end,
                              enum view_access access)
{
    struct view view;
    struct error error = {0};
    bool mapped = view_map(file, (struct range){start, end}, access, 0, &view, &error);
    CHECK_SAY(mapped, "%s", error.message);
    if (!mapped)
        exit(1);
    return view;
}

static inline void unmap(struct view *view)
{
    struct error error = {0};
    CHECK_SAY(view_unmap(view, &error), "%s", error.message);
}

struct sum {
    const unsigned char *bytes;
    size_t length;
    volatile unsigned total; /* a fault leaves the sum of the bytes before it */
};

static inline void add_up(void *context)
{
    struct sum *sum = context;
    for (size_t i = 0; i < sum->length; i++)
        sum->total += *(const volatile unsigned char *)(sum->bytes + i);
}

static inline int advice_value(const char *name)
{
    for (const struct platform_name *row = platform_advice(); row->name; row++)
        if (strcmp(row->name, name) == 0 && row->available)
            return row->value;
    return -1;
}

static inline bool advise(struct view *view, const char *name)
{
    struct error error = {0};
    bool advised = view_advise(view, 0, view->length, advice_value(name), &error);
    CHECK(advised || error.message[0]);
    return advised;
}

#endif
