/* data.c - DATA becomes the new bytes of an edit. */
#include "commands/data.h"
#include "base/bytes.h"
#include "commands/records.h"

static bool take_from(struct pool *pool, const struct request *request, size_t first,
                      struct input *input, struct error *error)
{
    if (request->operands.count > first)
        return error_usage(error, "DATA is given twice: as operands and with --%s", input->option);
    pool->file = input->mapping;
    pool->file_range = input->range;
    pool->has_file = true;
    input->given = false;
    return true;
}

static bool is_full(const struct buffer *mask)
{
    for (size_t i = 0; i < mask->length; i++)
        if (mask->data[i] != 0xff)
            return false;
    return true;
}

static bool check_kept(const struct request *request, struct error *error)
{
    bool whole = !request->extend && !request->fill && request->repeat == 1 && !request->pad &&
                 !request->cstring;
    return whole || error_usage(error, "a ? in DATA keeps a digit of the bytes that are replaced: "
                                       "it goes with none of --extend, --fill, --repeat, --pad and "
                                       "--cstring");
}

/* The operands from number `first` on. */
static bool encode_operands(struct data *data, const struct request *request, size_t first,
                            struct error *error)
{
    const struct byte_type *type = request->type;
    const struct record_bytes record_bytes = {&data->pool->bytes, data->mask};
    size_t count = request->operands.count;
    if (request->record)
        return records_encode(request->record, request->operands.items + first, count - first,
                              &record_bytes, error);
    if (!type && !(type = byte_type_find("text", error)))
        return false;
    for (size_t i = first; i < count; i++)
        if (!bytes_encode_masked(type, request->operands.items[i], &data->pool->bytes, data->mask,
                                 error))
            return false;
    return true;
}

bool data_take(struct data *data, const struct request *request, size_t first, struct input *input,
               struct error *error)
{
    if (request_has_source(request))
        return take_from(data->pool, request, first, input, error);
    if (!encode_operands(data, request, first, error))
        return false;
    if (!is_full(data->mask))
        return check_kept(request, error);
    buffer_release(data->mask);
    return true;
}

void data_keep_digits(unsigned char *bytes, const unsigned char *old_bytes,
                      const struct buffer *mask)
{
    for (size_t i = 0; i < mask->length; i++)
        bytes[i] |= (unsigned char)(old_bytes[i] & ~mask->data[i]);
}
