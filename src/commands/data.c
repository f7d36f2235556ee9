/* data.c - DATA becomes the new bytes of an edit. */
#include "commands/data.h"
#include "base/bytes.h"

bool data_take(struct pool *pool, const struct request *request, size_t first, struct input *input,
               struct error *error)
{
    if (request->from) {
        if (request->operands.count > first)
            return error_usage(error, "DATA is given twice: as operands and with --from");
        pool->file = input->mapping;
        pool->file_range = input->range;
        pool->has_file = true;
        input->given = false;
        return true;
    }
    const struct byte_type *type = request->type;
    if (!type && !(type = byte_type_find("text", error)))
        return false;
    for (size_t i = first; i < request->operands.count; i++)
        if (!bytes_encode(type, request->operands.items[i], &pool->bytes, error))
            return false;
    return true;
}
