/* view.h - mmtool's own numbers for advice and map flags: Windows has no MADV_* and MAP_*. */
#ifndef MMTOOL_WINDOWS_VIEW_H
#define MMTOOL_WINDOWS_VIEW_H

#include "platform/windows/internal.h"

enum advice { ADVICE_NORMAL, ADVICE_WILLNEED, ADVICE_POPULATE_READ };

enum map_flag {
    MAP_FLAG_SHARED = 1 << 0,
    MAP_FLAG_PRIVATE = 1 << 1,
    MAP_FLAG_ANONYMOUS = 1 << 2,
    MAP_FLAG_POPULATE = 1 << 3,
};

#endif
