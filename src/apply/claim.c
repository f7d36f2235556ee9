/* claim.c - opens a file, has it locked and recovered, and tries again while others hold it. */
#include "apply/claim_internal.h"

#include <stdio.h>
#include <string.h>

static bool has_locks(const struct mapping *mapping)
{
    return mapping->file && !mapping->is_held && mapping->status.kind != FILE_STREAM;
}

static enum claim_result lock_and_check(struct claim *claim, struct error *error)
{
    struct mapping *mapping = claim->mapping;
    if (!has_locks(mapping))
        return CLAIM_OK;
    if (claim->options->ignore_journal) /* a file just opened has its status already */
        return claim->renewed ? claim_look_again(claim, error) : CLAIM_OK;
    enum claim_result result = claim_is_editor(claim) ? claim_lock_as_editor(claim, error)
                                                      : claim_lock_as_reader(claim, error);
    if (result != CLAIM_OK || claim->options->leave_journal)
        return result;
    return claim_is_editor(claim) ? claim_recover_locked(claim, mapping, error)
                                  : claim_check_as_reader(claim, error);
}

/* The next try goes by the whole path again: it may lead to another directory by now. */
static void forget_neighbour(const struct claim *claim)
{
    struct place **neighbour = claim->options->neighbour;
    if (!neighbour)
        return;
    place_free(*neighbour);
    *neighbour = NULL;
}

static enum claim_result try_once(struct claim *claim, struct error *error)
{
    if (claim->renewed)
        return lock_and_check(claim, error);
    const struct claim_options *options = claim->options;
    struct mapping_source source = {claim->path, options->part, options->neighbour};
    unsigned flags = options->flags;
    if (options->passing && !claim_is_editor(claim) && !options->ignore_journal)
        flags |= MAPPING_PASSING;
    if (!mapping_open_part(claim->mapping, &source, flags, error))
        return claim->mapping->busy ? claim_busy(claim, error) : CLAIM_FAILED;
    enum claim_result result = lock_and_check(claim, error);
    if (result != CLAIM_OK) {
        mapping_remove_created(claim->mapping);
        (void)mapping_close(claim->mapping, NULL);
        forget_neighbour(claim);
    }
    return result;
}

/* Warns once a file, and only an editor: some file systems never lock. */
static void tell_lockless(struct claim *claim)
{
    struct mapping *mapping = claim->mapping;
    char *text = claim->notice->text;
    size_t used = strlen(text);
    if (!mapping->lockless || !claim_is_editor(claim) || mapping->lockless_told ||
        mapping->shared_memory)
        return;
    mapping->lockless_told = true;
    snprintf(
        text + used, sizeof claim->notice->text - used,
        "%sthis file system cannot lock the file: another mmtool could edit it at the same time",
        used > 0 ? "; " : "");
}

static bool claim_patiently(struct claim *claim, struct error *error)
{
    double pause = 0.001;
    claim->started = platform_seconds();
    claim->notice->text[0] = 0;
    for (;;) {
        claim->notice->busy = false;
        enum claim_result result = try_once(claim, error);
        if (result == CLAIM_OK)
            tell_lockless(claim);
        if (result == CLAIM_OK || result == CLAIM_FAILED)
            return result == CLAIM_OK;
        if (result == CLAIM_AGAIN)
            continue;
        if (!claim_has_patience(claim))
            return false;
        platform_sleep(pause);
        pause = claim_longer_pause(pause);
    }
}

bool claim_open(struct mapping *mapping, const char *path, const struct claim_options *options,
                struct claim_notice *notice, struct error *error)
{
    struct claim claim = {.mapping = mapping, .path = path, .options = options, .notice = notice};
    return claim_patiently(&claim, error);
}

bool claim_renew(struct mapping *mapping, const struct claim_options *options,
                 struct claim_notice *notice, struct error *error)
{
    struct claim claim = {.mapping = mapping,
                          .path = mapping->path,
                          .options = options,
                          .notice = notice,
                          .renewed = true};
    notice->text[0] = 0;
    if (mapping->anonymous)
        return claim_look_again(&claim, error) == CLAIM_OK;
    return claim_patiently(&claim, error);
}

bool claim_locks(const struct mapping *mapping)
{
    return has_locks(mapping) && !mapping->anonymous;
}

void claim_release(struct mapping *mapping)
{
    if (claim_locks(mapping))
        file_unlock(mapping->file);
}
