/*
 * view_heap_none.c - what a view on the heap does not need.
 *
 * The contract of each function is in platform/platform.h.
 */
#include "platform/posix/internal.h"

#if defined(__GNUC__) /* the functions here ignore their parameters */
#pragma GCC diagnostic ignored "-Wunused-parameter"
#endif

/* A copy on the heap cannot be dropped. */
void view_drop(struct view *view, size_t start, size_t end)
{
}

/* Access to the heap never faults. */
bool view_guard(void (*body)(void *context), void *context, struct error *error)
{
    body(context);
    return true;
}

bool view_is_shared(void)
{
    return false;
}
