/* cli_check.c - options and operands that contradict each other. */
#include "cli_check.h"
#include "command.h"

/* Encoded bytes in an expression would be read as its syntax. */
static bool check_regex(const struct request *request, struct error *error)
{
    return !request->regex || !request->type || byte_type_is_text(request->type) ||
           error_usage(error,
                       "--regex goes with text only, not with --type=%s: write a byte as \\xHH in "
                       "the expression",
                       byte_type_name(request->type));
}

/* The TYPE may be meant for --expect or --pattern; otherwise the user takes it for that of FILE. */
static bool check_from(const struct request *request, struct error *error)
{
    bool has_use = request->expect || request->patterns.count > 0;
    return !request->from || !request->type || has_use ||
           error_usage(error,
                       "--from takes raw bytes, not values written as %s: leave --type=%s out, or "
                       "give the values as operands",
                       byte_type_name(request->type), byte_type_name(request->type));
}

static bool check_deletion(const struct request *request, struct error *error)
{
    bool has_pattern = request->patterns.count > 0;
    size_t ranges = !has_pattern; /* operands in front of DATA */
    bool has_data = request->operands.count > ranges || request->from;
    if (request->deletes && request->edits)
        return error_usage(error, "--delete does not go with --edits");
    if (request->deletes && (has_data || request->repeat != 1))
        return error_usage(error, "--delete puts nothing in: it goes with no DATA, --from and "
                                  "--repeat");
    if (has_pattern && !has_data && !request->deletes && !request->edits)
        return error_usage(error, "DATA is missing; --delete or an empty DATA operand, '', would "
                                  "delete what matches");
    return true;
}

bool cli_check(const struct request *request, struct error *error)
{
    return check_regex(request, error) && check_from(request, error) &&
           (request->command->run != cmd_splice || check_deletion(request, error));
}
