/* advice.c - advice on the pages of a file. */
#include "platform/linux/internal.h"

bool posix_advise(const struct posix_advice *advice, struct error *error)
{
    if (advice->start >= advice->end)
        return true;
    if (linux_advises_data(advice))
        return linux_advise_data(advice, error);
    int code = posix_pages_advise(advice->pages, advice->start, advice->end, advice->value);
    if (code != 0)
        return posix_advice_error(error, code, advice->end - advice->start);
    linux_drop_cache(advice);
    return true;
}
