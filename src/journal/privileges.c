/* privileges.c - keeps set-user-ID, set-group-ID and file capabilities over an edit. */
#include "journal/privileges.h"

#include <stdio.h>

bool privileges_any(const struct file_privileges *privileges)
{
    return (privileges->mode & (FILE_MODE_SET_USER | FILE_MODE_SET_GROUP)) != 0 ||
           privileges->capability_length > 0;
}

bool privileges_need_trust(const struct file_privileges *privileges)
{
    return (privileges->mode & FILE_MODE_SET_GROUP) != 0 || privileges->capability_length > 0;
}

unsigned privileges_restore(struct file *file, const struct file_privileges *before,
                            unsigned allowed)
{
    if (!privileges_any(before))
        return 0;
    unsigned lost = file_lost_privileges(file, before);
    if ((lost & allowed) == 0)
        return lost;
    file_restore_privileges(file, before, lost & allowed);
    return file_lost_privileges(file, before);
}

void privileges_tell(unsigned lost, char *text, size_t size)
{
    static const char *const words[] = {"set-user-ID", "set-group-ID", "file capabilities"};
    char list[80] = "";
    int used = 0;
    for (unsigned i = 0; i < sizeof words / sizeof *words; i++)
        if (lost >> i & 1)
            used += snprintf(list + used, sizeof list - (size_t)used, "%s%s", used ? ", " : "",
                             words[i]);
    *text = 0;
    if (used > 0)
        snprintf(text, size, "the write took away its %s, which this user may not put back", list);
}
