/*
 * splice.c - splice: by range, by pattern, by script.
 */
#include "commands/change.h"
#include "commands/edit_load.h"
#include "commands/report.h"
#include "commands/substitute.h"
#include "mapping/positions.h"
#include "scan/pattern.h"
#include "scan/scan.h"

/*
 * A deletion needs a RANGE with an end. An empty operand says "delete"; an empty --from file
 * or --repeat=0 does not, because it may be a mistake.
 */
static bool check_deletion(const struct change *change, const struct range_spec *spec,
                           uint64_t length, struct error *error)
{
    const struct request *request = change->session->request;
    const char *range = request->operands.items[0];
    bool as_operand = request->operands.count > 1 && change->data_size == 0;
    if (length > 0 || spec->end_given || as_operand || request->deletes)
        return true;
    bool has_data = request->operands.count > 1 || request_has_source(request);
    return error_usage(error, "%sto delete, give the range with its end (%s: or %s+N)",
                       has_data ? "DATA is empty: " : "", range, range);
}

/* Resolves RANGE. If it passes the end, *done: --expect shows that the edit was made before. */
static bool resolve(struct change *change, struct range_spec *spec, uint64_t length,
                    struct range *range, bool *done, struct error *error)
{
    const struct mapping *mapping = change->mapping;
    const struct byte_type *type = change->session->request->type;
    uint64_t start;
    *done = false;
    if (positions_settle(mapping, type, POSITIONS_REJECT, spec, error) &&
        range_resolve_strict(spec, mapping->size, range, error))
        return true;
    if (spec->start.is_line || !position_resolve(spec->start, mapping->size, &start, NULL))
        return false;
    struct edit edit = change_pool_edit(change, (struct range){start, start}, length);
    *done = change_done_before(change, &edit);
    return *done;
}

static bool splice_range(struct change *change, struct error *error)
{
    const struct request *request = change->session->request;
    struct range_spec spec;
    struct range range = {0, 0};
    uint64_t length = 0;
    bool done = false;
    if (!range_parse(request->operands.items[0], &spec, error) ||
        !change_take_data(change, 1, error) || !change_data_length(change, &length, error) ||
        !check_deletion(change, &spec, length, error) ||
        !resolve(change, &spec, length, &range, &done, error))
        return false;
    if (done)
        return true;
    if (range_length(range) > 0 && !change_check_empty(change, error))
        return false;
    return change_keep_digits(change, range, error) &&
           change_add(change, change_pool_edit(change, range, length), error) &&
           change_apply_expected(change, range, error);
}

static bool splice_script(struct change *change, struct error *error)
{
    const struct request *request = change->session->request;
    if (request->operands.count > 0 || request_has_source(request) || request->expect ||
        request->type || request->repeat != 1)
        return error_usage(
            error, "an edit script has its own ranges, bytes and checks: --edits "
                   "goes with no operand, --from, --typed-from, --repeat, --type or --expect");
    switch (edit_load(change, error)) {
    case EDIT_LOAD_READY:
        return change_apply(change, error);
    case EDIT_LOAD_DONE_BEFORE:
        change_say_done_before(change);
        return true;
    case EDIT_LOAD_FAILED:
        break;
    }
    return false;
}

static bool splice_pattern(struct change *change, struct error *error)
{
    if (change->session->request->expect)
        return error_usage(error, "--expect does not go with --pattern, which looks itself");
    if (!change_take_data(change, 0, error) || !change_check_empty(change, error) ||
        !substitute(change, error))
        return false;
    if (change->replaced > 0)
        return change_apply(change, error);
    if (change->session->request->verbose)
        report_notice(change->session->request, "no match: nothing was changed");
    return error_no(error, "%s", "");
}

/* Options that belong to --pattern alone. */
static bool check_options(const struct request *request, struct error *error)
{
    bool of_pattern = request->all || request->ignore_case || request->regex || request->within ||
                      request->pad || request->cstring || request->align.step > 0;
    if (request->edits && request_has_pattern(request))
        return error_usage(error, "--edits and --pattern do not go together");
    size_t ranges = !request_has_pattern(request); /* before DATA */
    if (request->repeat != 1 && !request->edits && !request_has_source(request) &&
        request->operands.count <= ranges)
        return error_usage(error, "--repeat needs DATA");
    if (of_pattern && !request_has_pattern(request))
        return error_usage(error, "--all, --max-count, --regex, --ignore-case, --within, "
                                  "--align, --pad and --cstring need a --pattern");
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
    bool done = request->edits                 ? splice_script(&change, error)
                : request_has_pattern(request) ? splice_pattern(&change, error)
                                               : splice_range(&change, error);
    return change_release(&change, done, error);
}

bool splice_check(const struct request *request, struct error *error)
{
    bool has_pattern = request_has_pattern(request);
    size_t ranges = !has_pattern; /* operands before DATA */
    bool has_data = request->operands.count > ranges || request_has_source(request);
    for (size_t i = 0; i < request->patterns.count; i++)
        if (request->regex && request->patterns.items[i][0] == 0)
            return error_usage(error, "an empty pattern cannot be replaced");
    if (request->deletes && request->edits)
        return error_usage(error, "--delete does not go with --edits");
    if (request->deletes && (has_data || request->repeat != 1))
        return error_usage(error, "--delete inserts nothing: it takes no DATA, no --from and no "
                                  "--repeat");
    if (has_pattern && !has_data && !request->deletes && !request->edits)
        return error_usage(error,
                           "DATA is missing; --delete or an empty %s would delete what matches",
                           request->files || request->files_from || request->files0_from
                               ? "DATA, --with='',"
                               : "DATA operand, '',") ||
               error_no_data(error);
    return true;
}
