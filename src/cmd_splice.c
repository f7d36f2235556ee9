/*
 * cmd_splice.c - splice: by range, by pattern, by script.
 */
#include "change.h"
#include "edit_load.h"
#include "pattern.h"
#include "scan.h"
#include "substitute.h"

static bool splice_range(struct change *change, struct error *error)
{
    const struct request *request = change->session->request;
    bool has_data = request->operands.count > 1 || request->from;
    struct range_spec spec;
    struct range range = {0, 0};
    uint64_t length = 0;
    if (request->operands.count == 0)
        return error_usage(error, "RANGE is missing");
    if (!range_parse(request->operands.items[0], &spec, error))
        return false;
    if (!has_data && !spec.end_given)
        return error_usage(error, "to delete, give the range with its end (%s: or %s+N)",
                           request->operands.items[0], request->operands.items[0]);
    return range_resolve_strict(&spec, change->mapping->size, &range, error) &&
           change_take_data(change, 1, error) && change_data_length(change, &length, error) &&
           change_add(change, change_pool_edit(change, range, length), error) &&
           change_apply_expected(change, range, error);
}

static bool splice_script(struct change *change, struct error *error)
{
    const struct request *request = change->session->request;
    if (request->operands.count > 0 || request->from || request->expect)
        return error_usage(error, "an edit script has its own ranges, bytes and checks");
    return edit_load(request->edits, change, error) && change_apply(change, error);
}

static bool splice_pattern(struct change *change, struct error *error)
{
    if (change->session->request->expect)
        return error_usage(error, "--expect does not go with --pattern, which looks itself");
    if (!change_take_data(change, 0, error) || !substitute(change, error))
        return false;
    return change->replaced > 0 ? change_apply(change, error) : error_no(error, "%s", "");
}

/* Options that belong to --pattern alone. */
static bool check_options(const struct request *request, struct error *error)
{
    bool of_pattern = request->all || request->ignore_case || request->regex || request->within ||
                      request->pad || request->cstring;
    if (request->edits && request->patterns.count > 0)
        return error_usage(error, "--edits and --pattern do not go together");
    if (of_pattern && request->patterns.count == 0)
        return error_usage(error, "--all, --max-count, --regex, --ignore-case, --within, "
                                  "--pad and --cstring need a --pattern");
    return true;
}

bool cmd_splice(struct session *session, struct error *error)
{
    const struct request *request = session->request;
    struct change change;
    if (!check_options(request, error))
        return false;
    if (session->mapping->windowed && !mapping_check_resizable(session->mapping, error))
        return false;
    change_init(&change, session);
    bool done = request->edits                ? splice_script(&change, error)
                : request->patterns.count > 0 ? splice_pattern(&change, error)
                                              : splice_range(&change, error);
    return change_release(&change, done, error);
}
