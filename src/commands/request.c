/* request.c - releases a request. */
#include "commands/request.h"

#include <stdlib.h>

bool request_has_files(const struct request *request)
{
    return request->files || request->files_from || request->files0_from;
}

void request_release(struct request *request)
{
    free(request->operands.items);
    free(request->patterns.items);
    free(request->commands.items);
    free(request->file_names.items);
    free(request->with.items);
    record_free(request->record);
    request->record = NULL;
    request->operands = request->patterns = request->commands = (struct string_list){0};
    request->file_names = request->with = (struct string_list){0};
}

/* Far less than an offset can be, so that sums do not overflow. */
uint64_t request_dump_around(const struct request *request)
{
    uint64_t columns = request->dump_layout.columns, most = OFFSET_MAX / 4;
    return minimum_u64(request->dump_rows, most / columns) * columns;
}
