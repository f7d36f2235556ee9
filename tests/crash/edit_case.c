/* edit_case.c - the table of edits to kill, and what must come out of each. */
#include "edit_case.h"

#include <string.h>

/*
 * Windows are 4096 bytes in the program under test; no length is a multiple of that
 * but those that let the file system insert and cut blocks, where it can.
 */
const struct edit_case edit_cases[] = {
    {"insert", 20001, 0, 0, 1, {{10, 0, 7, EDIT_POOL, 0}}},
    {"insert before zeros", 20001, 300, 0, 1, {{10, 0, 7, EDIT_POOL, 0}}},
    {"insert more than a window", 20001, 0, 0, 1, {{5000, 0, 9001, EDIT_POOL, 0}}},
    {"insert zeros", 20001, 0, 0, 1, {{100, 0, 8192, EDIT_ZEROS, 0}}},
    {"insert blocks", 20001, 0, 0, 1, {{5000, 0, 8192, EDIT_POOL, 0}}},
    {"delete blocks", 28193, 0, 0, 1, {{5000, 8192, 0, EDIT_POOL, 0}}},
    {"append", 9001, 0, 0, 2, {{9001, 0, 5000, EDIT_ZEROS, 0}, {9001, 0, 700, EDIT_POOL, 0}}},
    {"delete", 20001, 0, 0, 1, {{10, 7, 0, EDIT_POOL, 0}}},
    {"delete more than a window", 20001, 0, 0, 1, {{3000, 5001, 0, EDIT_POOL, 0}}},
    {"replace the end", 20001, 0, 0, 1, {{12000, 8001, 5001, EDIT_POOL, 0}}},
    {"patch", 20001, 0, 0, 1, {{3000, 12001, 12001, EDIT_POOL, 0}}},
    {"little patch", 20001, 0, 0, 1, {{4046, 101, 101, EDIT_POOL, 0}}},
    {"little patches",
     20001,
     0,
     0,
     3,
     {{4046, 101, 101, EDIT_POOL, 0}, {9000, 3, 3, EDIT_POOL, 0}, {12285, 7, 7, EDIT_POOL, 0}}},
    {"move right", 20001, 0, 0, 1, {{3000, 12001, 12001, EDIT_COPY, 1001}}},
    {"move left", 20001, 0, 0, 1, {{1001, 12001, 12001, EDIT_COPY, 3000}}},
    {"patch, then delete",
     20001,
     0,
     0,
     2,
     {{500, 6000, 6000, EDIT_POOL, 0}, {9000, 900, 0, EDIT_POOL, 0}}},
    {"mixed, growing",
     20001,
     0,
     0,
     5,
     {{100, 50, 3, EDIT_POOL, 0},
      {4000, 3, 3, EDIT_POOL, 0},
      {8000, 0, 211, EDIT_POOL, 0},
      {12000, 300, 139, EDIT_POOL, 0},
      {19000, 1, 1100, EDIT_POOL, 0}}},
    {"mixed, shrinking",
     20001,
     0,
     0,
     5,
     {{100, 3, 50, EDIT_POOL, 0},
      {4000, 47, 0, EDIT_POOL, 0},
      {9000, 200, 200, EDIT_POOL, 0},
      {12000, 5, 900, EDIT_POOL, 0},
      {15000, 2000, 17, EDIT_POOL, 0}}},
    {"delete, appended to meanwhile", 20001, 0, 9001, 1, {{10, 7, 0, EDIT_POOL, 0}}},
    {"delete in an even number of steps, appended to meanwhile",
     16001,
     0,
     9001,
     1,
     {{10, 7, 0, EDIT_POOL, 0}}},
    {"delete more than is appended", 20001, 0, 900, 1, {{3000, 5001, 0, EDIT_POOL, 0}}},
    {"insert, appended to meanwhile", 9001, 0, 9001, 1, {{10, 0, 700, EDIT_POOL, 0}}},
    {NULL, 0, 0, 0, 0, {{0, 0, 0, EDIT_POOL, 0}}},
};

const struct edit_case *edit_case_find(const char *name)
{
    for (const struct edit_case *edit_case = edit_cases; edit_case->name; edit_case++)
        if (!strcmp(edit_case->name, name))
            return edit_case;
    return NULL;
}

/* Bytes in which no piece looks like another: splitmix64 of the index (Steele, Lea, Flood 2014). */
static unsigned char mixed_byte(uint64_t index)
{
    uint64_t z = (index + 1) * 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (unsigned char)(1 + (z ^ (z >> 31)) % 255);
}

unsigned char case_pool_byte(uint64_t index)
{
    return mixed_byte(((uint64_t)1 << 32) + index);
}

unsigned char case_appended_byte(uint64_t index)
{
    return mixed_byte(((uint64_t)1 << 33) + index);
}

static unsigned char old_byte(const struct edit_case *edit_case, uint64_t index)
{
    return index < edit_case->size - edit_case->zero_tail ? mixed_byte(index) : 0;
}

static bool append_old(const struct edit_case *edit_case, struct buffer *bytes, uint64_t start,
                       uint64_t end, struct error *error)
{
    for (uint64_t i = start; i < end; i++)
        if (!buffer_append_byte(bytes, old_byte(edit_case, i), error))
            return false;
    return true;
}

bool edit_case_old(const struct edit_case *edit_case, struct buffer *bytes, struct error *error)
{
    return append_old(edit_case, bytes, 0, edit_case->size, error);
}

static bool append_new(const struct edit_case *edit_case, struct buffer *bytes,
                       const struct case_edit *edit, uint64_t pool, struct error *error)
{
    if (edit->kind == EDIT_COPY)
        return append_old(edit_case, bytes, edit->source, edit->source + edit->new_length, error);
    for (uint64_t i = 0; i < edit->new_length; i++) {
        unsigned char byte = edit->kind == EDIT_ZEROS ? 0 : case_pool_byte(pool + i);
        if (!buffer_append_byte(bytes, byte, error))
            return false;
    }
    return true;
}

bool edit_case_new(const struct edit_case *edit_case, struct buffer *bytes, struct error *error)
{
    uint64_t kept = 0, pool = 0;
    for (size_t i = 0; i < edit_case->edit_count; i++) {
        const struct case_edit *edit = &edit_case->edits[i];
        if (!append_old(edit_case, bytes, kept, edit->offset, error) ||
            !append_new(edit_case, bytes, edit, pool, error))
            return false;
        kept = edit->offset + edit->old_length;
        pool += edit->kind == EDIT_POOL ? edit->new_length : 0;
    }
    return append_old(edit_case, bytes, kept, edit_case->size, error);
}
