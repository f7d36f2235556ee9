/* doubt.c - says why a journal is not believed, and what the user can do. */
#include "journal/journal.h"
#include "journal/internal.h"

#include <stdio.h>

/* Whether to name another user, who can do what we cannot. */
static bool is_of_stranger(const struct journal_finding *finding, const struct mapping *mapping)
{
    if (finding->doubt == JOURNAL_DOUBT_UNREADABLE)
        return finding->owner != platform_user();
    return finding->doubt == JOURNAL_DOUBT_UNTRUSTED && finding->owner != mapping->status.owner &&
           finding->owner != platform_user() && finding->owner != 0;
}

/* Whether the journal is of this file, as far as is known. */
static bool is_interrupted(const struct journal_finding *finding)
{
    bool own = finding->doubt != JOURNAL_DOUBT_COPY && finding->doubt != JOURNAL_DOUBT_OTHER_FILE;
    return own && (finding->marked || (finding->has_header && finding->state == JOURNAL_HOT));
}

/* The words before and after the journal's path, which is in parentheses. */
static const struct {
    const char *before, *behind;
} words[] = {
    [JOURNAL_DOUBT_MISSING] = {"its journal", " is not there"},
    [JOURNAL_DOUBT_UNREADABLE] = {"its journal", " cannot be read"},
    [JOURNAL_DOUBT_DAMAGED] = {"its journal", " is damaged, or was not made by mmtool"},
    [JOURNAL_DOUBT_FORMAT] = {"its journal", NULL},
    [JOURNAL_DOUBT_UNTRUSTED] = {"its journal", " could have been written by others"},
    [JOURNAL_DOUBT_OTHER_FILE] = {"the journal of its name", " is of another file"},
    [JOURNAL_DOUBT_COPY] =
        {"it is a copy of a file that was in the middle of an edit, whose journal",
         " is not its own"},
    [JOURNAL_DOUBT_NOT_A_FILE] = {"what has the name of its journal", " is not a regular file"},
    [JOURNAL_DOUBT_SEVERAL] = {"more than one journal may be its own: one", " of several"},
    [JOURNAL_DOUBT_MARK] = {"its mark user." JOURNAL_MARK, " is not one of mmtool's"},
};

/* Only that user, or root, can finish it. */
static void describe_stranger(const struct journal_finding *finding, char *text, size_t size)
{
    char owner[120];
    platform_describe_user(finding->owner, owner, sizeof owner);
    snprintf(text, size, " was made by another user%s%s%s: that user, or root, can finish the edit",
             *owner ? " (" : "", owner, *owner ? ")" : "");
}

/* Names both formats, and which mmtool can finish the edit. */
static void describe_format(uint32_t format, char *text, size_t size)
{
    snprintf(text, size, " has format %u, but this mmtool reads format %d: finish the edit with %s",
             (unsigned)format, JOURNAL_FORMAT,
             format > JOURNAL_FORMAT ? "a newer mmtool" : "the mmtool that began it");
}

static void describe(const struct journal_finding *finding, const struct mapping *mapping,
                     char *text, size_t size)
{
    const char *cause = finding->cause.message;
    if (is_of_stranger(finding, mapping))
        describe_stranger(finding, text, size);
    else if (finding->doubt == JOURNAL_DOUBT_FORMAT)
        describe_format(finding->format, text, size);
    else
        snprintf(text, size, "%s%s%.200s", words[finding->doubt].behind, *cause ? ": " : "", cause);
}

bool journal_describe_doubt(const struct journal_finding *finding, const struct mapping *mapping,
                            struct error *error)
{
    char path[300], behind[300];
    describe(finding, mapping, behind, sizeof behind);
    return error_set(error, "%s%s (%s)%s",
                     is_interrupted(finding) ? "it was left in the middle of an edit, and " : "",
                     words[finding->doubt].before, diag_escape(path, sizeof path, finding->path),
                     behind);
}

bool journal_tell_doubt(const struct journal_finding *finding, const struct mapping *mapping,
                        struct error *error)
{
    journal_describe_doubt(finding, mapping, error);
    return journal_add_hint(mapping, error);
}

bool journal_add_hint(const struct mapping *mapping, struct error *error)
{
    char file[160];
    struct error cause = *error;
    return error_set(error, "%s; 'mmtool recover %s' shows what can be done", cause.message,
                     diag_escape(file, sizeof file, mapping->path));
}

void journal_finding_release(struct journal_finding *finding)
{
    place_free(finding->place);
    *finding = (struct journal_finding){0};
}
