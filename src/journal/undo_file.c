/* undo_file.c - the file of --undo, and the temporary that becomes it. */
#include "journal/undo_file.h"
#include "mapping/place_modes.h"

#include <inttypes.h>
#include <stdio.h>

enum { NAME_LENGTH = 255, NAME_ROOM = 512, SCRIPT_MODE = 0600, OTHERS_WRITE = 022 };

/* ---- names ----------------------------------------------------------------------------------- */

static bool place_temporary(struct undo_file *undo, struct error *error)
{
    char name[NAME_ROOM];
    int length = snprintf(name, sizeof name, ".%s.mmtool-undo-%016" PRIx64, place_name(undo->place),
                          undo->number);
    if (length < 0 || length > NAME_LENGTH)
        snprintf(name, sizeof name, ".mmtool-undo-%016" PRIx64, undo->number);
    return place_sibling(undo->place, name, &undo->temporary, error);
}

static bool check_target(struct undo_file *undo, const struct mapping *edited, struct error *error)
{
    struct file_status status;
    undo->mode = SCRIPT_MODE;
    switch (place_look(undo->place, &status, error)) {
    case PLACE_FILE:
        undo->mode &= status.mode;
        return status.device != edited->status.device ||
               status.identity != edited->status.identity ||
               error_set(error, "it is the edited file itself");
    case PLACE_FREE:
    case PLACE_LINK:
        return true;
    case PLACE_OTHER:
        return error_set(error, "it is not a regular file");
    case PLACE_FAILED:
        break;
    }
    return false;
}

bool undo_file_init(struct undo_file *undo, const char *path, const struct mapping *edited,
                    struct error *error)
{
    struct error cause = {0};
    *undo = (struct undo_file){.given = path};
    if (place_of_name(path, &undo->place, &cause) && check_target(undo, edited, &cause) &&
        platform_random(&undo->number, sizeof undo->number, &cause) &&
        place_temporary(undo, &cause))
        return true;
    undo_file_release(undo);
    return error_set(error, "--undo=%s: %s", path, cause.message);
}

bool undo_file_init_left(struct undo_file *undo, const char *path, uint64_t number, uint64_t owner,
                         struct error *error)
{
    *undo = (struct undo_file){.number = number, .left = true, .owner = owner};
    if (place_of_name(path, &undo->place, error) && place_temporary(undo, error))
        return true;
    undo_file_release(undo);
    return false;
}

void undo_file_release(struct undo_file *undo)
{
    place_free(undo->temporary);
    place_free(undo->place);
    *undo = (struct undo_file){0};
}

/* ---- an edit --------------------------------------------------------------------------------- */

bool undo_file_create(struct undo_file *undo, struct file **file, struct error *error)
{
    const unsigned flags =
        FILE_OPEN_WRITE | FILE_OPEN_CREATE | FILE_OPEN_EXCLUSIVE | FILE_OPEN_PRIVATE;
    undo->made = place_open(undo->temporary, flags, file, error) == FILE_OPENED;
    if (!undo->made || undo->mode == SCRIPT_MODE || file_set_mode(*file, undo->mode, error))
        return undo->made;
    (void)file_close(*file, NULL);
    *file = NULL;
    undo_file_drop(undo);
    return false;
}

static bool explain_left(const struct undo_file *undo, const struct error *cause,
                         struct error *error)
{
    char path[300];
    return error_set(error, "the undo script is left in %s: %s",
                     diag_escape(path, sizeof path, place_path(undo->temporary)), cause->message);
}

static bool rename_over(struct undo_file *undo, bool durable, struct error *error)
{
    struct error cause = {0};
    if (!place_rename(undo->temporary, undo->place, &cause))
        return explain_left(undo, &cause, error);
    undo->made = false;
    return !durable || place_sync(undo->place, error);
}

/* ---- after a kill ---------------------------------------------------------------------------- */

/* Whether the file of the temporary's name may be the script of an edit by `owner`, or by us. */
static bool is_script(const struct undo_file *undo, const struct file_status *status)
{
    return status->links == 1 &&
           (status->owner == platform_user() || status->owner == undo->owner) &&
           ((status->mode & OTHERS_WRITE) == 0 || !place_keeps_modes(undo->temporary));
}

/* In a sticky directory only the owner of a file may replace it: neither do we for others. */
static bool may_replace(const struct undo_file *undo, struct error *error)
{
    struct file_status status;
    enum place_use use = place_look(undo->place, &status, error);
    if (use == PLACE_FREE ||
        ((use == PLACE_FILE || use == PLACE_LINK) && status.owner == undo->owner))
        return true;
    return use != PLACE_FAILED && error_set(error, "another user's file has its name");
}

static bool publish_left(struct undo_file *undo, bool durable, struct error *error)
{
    struct file_status status;
    struct error cause = {0};
    switch (place_look(undo->temporary, &status, &cause)) {
    case PLACE_FREE:
        return true;
    case PLACE_FILE:
        if (!is_script(undo, &status))
            error_set(&cause, "it is another user's");
        else if (status.owner == platform_user() || may_replace(undo, &cause))
            return rename_over(undo, durable, error);
        break;
    case PLACE_LINK:
    case PLACE_OTHER:
        error_set(&cause, "it is not a regular file");
        break;
    case PLACE_FAILED:
        break;
    }
    return explain_left(undo, &cause, error);
}

static bool is_left(const struct undo_file *undo)
{
    struct file_status status;
    return undo->left && place_look(undo->temporary, &status, NULL) == PLACE_FILE &&
           is_script(undo, &status);
}

/* ---- either ---------------------------------------------------------------------------------- */

bool undo_file_publish(struct undo_file *undo, bool durable, struct error *error)
{
    if (!undo)
        return true;
    return undo->left ? publish_left(undo, durable, error)
                      : !undo->made || rename_over(undo, durable, error);
}

void undo_file_drop(struct undo_file *undo)
{
    if (!undo)
        return;
    if (undo->made || is_left(undo))
        (void)place_remove(undo->temporary, NULL);
    undo->made = false;
}
