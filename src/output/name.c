/* name.c - the name of FILE in front of results, where there are several FILEs. */
#include "output/name.h"
#include "base/hex.h"
#include "base/utf8.h"
#include "output/output.h"

#include <stdio.h>
#include <string.h>

static bool append_text(struct buffer *to, const char *text, struct error *error)
{
    return buffer_append(to, text, strlen(text), error);
}

/* Appends a character of one byte as JSON has it. */
static bool append_ascii(struct buffer *to, unsigned char byte, struct error *error)
{
    char escaped[8];
    if (byte == '"' || byte == '\\')
        return buffer_append(to, (char[]){'\\', (char)byte}, 2, error);
    if (byte >= 0x20)
        return buffer_append_byte(to, byte, error);
    snprintf(escaped, sizeof escaped, "\\u%04x", byte);
    return append_text(to, escaped, error);
}

/* Appends the first character of the text, or U+FFFD for a byte that begins no character. */
static bool append_one(struct buffer *to, const char *text, size_t *taken, bool *damaged,
                       struct error *error)
{
    uint32_t code_point;
    const unsigned char *bytes = (const unsigned char *)text;
    *taken = 1;
    if (bytes[0] < 0x80)
        return append_ascii(to, bytes[0], error);
    *taken = utf8_decode(bytes, strlen(text), &code_point);
    if (*taken > 0)
        return buffer_append(to, bytes, *taken, error);
    *taken = 1;
    *damaged = true;
    return append_text(to, "\\ufffd", error);
}

static bool set_member(struct buffer *member, const char *file, struct error *error)
{
    bool damaged = false;
    if (!append_text(member, "\"file\":\"", error))
        return false;
    for (size_t at = 0, taken; file[at]; at += taken)
        if (!append_one(member, file + at, &taken, &damaged, error))
            return false;
    if (damaged && (!append_text(member, "\",\"file_hex\":\"", error) ||
                    !hex_append(member, (const unsigned char *)file, strlen(file), error)))
        return false;
    return append_text(member, "\",", error);
}

bool output_name_set(struct output_name *name, const char *file, struct output_name_form form,
                     struct error *error)
{
    name->null = form.null;
    name->text.length = name->member.length = 0;
    return append_text(&name->text, file, error) &&
           (!form.json || set_member(&name->member, file, error));
}

void output_name_release(struct output_name *name)
{
    buffer_release(&name->text);
    buffer_release(&name->member);
}

size_t output_name_length(const struct output_name *name)
{
    return name ? name->text.length + 1 : 0;
}

char *output_name_put(const struct output_name *name, char behind, char *to)
{
    if (!name)
        return to;
    memcpy(to, name->text.data, name->text.length);
    to += name->text.length;
    *to++ = name->null ? '\0' : behind;
    return to;
}

bool output_begin_result(struct output *output, char behind, struct error *error)
{
    const struct output_name *name = output->name;
    if (!name)
        return true;
    if (name->null)
        behind = '\0';
    return output_bytes(output, name->text.data, name->text.length, error) &&
           output_bytes(output, &behind, 1, error);
}

bool output_begin_object(struct output *output, struct error *error)
{
    const struct output_name *name = output->name;
    return output_bytes(output, "{", 1, error) &&
           (!name || output_bytes(output, name->member.data, name->member.length, error));
}
