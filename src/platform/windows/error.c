/*
 * error.c - GetLastError() in the user's words.
 *
 * FormatMessage() is not used: its text depends on the language of the system, mentions "the
 * handle", and ends in a full stop.
 */
#include "platform/windows/internal.h"

#include <stdarg.h>
#include <stdio.h>

#ifndef ERROR_DISK_QUOTA_EXCEEDED
#define ERROR_DISK_QUOTA_EXCEEDED 1295
#endif

static const struct {
    DWORD code;
    const char *words;
} meanings[] = {
    {ERROR_FILE_NOT_FOUND, "no such file"},
    {ERROR_PATH_NOT_FOUND, "no such directory"},
    {ERROR_BAD_NETPATH, "no such computer on the network"},
    {ERROR_BAD_NET_NAME, "no such share on that computer"},
    {ERROR_INVALID_DRIVE, "no such drive"},
    {ERROR_NOT_READY, "there is no disk in the drive"},
    {ERROR_ACCESS_DENIED, "permission denied; the file may be read-only, see attrib"},
    {ERROR_NETWORK_ACCESS_DENIED, "permission denied"},
    {ERROR_PRIVILEGE_NOT_HELD, "permission denied: a privilege is missing"},
    {ERROR_WRITE_PROTECT, "the disk is write-protected"},
    {ERROR_SHARING_VIOLATION,
     "another program runs the file, or has it open and does not share it"},
    {ERROR_LOCK_VIOLATION, "another program has locked a part of the file"},
    {ERROR_USER_MAPPED_FILE, "a program has the file mapped, which keeps Windows from cutting it"},
    {ERROR_DELETE_PENDING, "the file is being deleted"},
    {ERROR_DISK_FULL, "no space left on the disk"},
    {ERROR_HANDLE_DISK_FULL, "no space left on the disk"},
    {ERROR_DISK_QUOTA_EXCEEDED, "the disk quota is used up"},
    {ERROR_FILE_TOO_LARGE, "larger than a file may be on this file system"},
    {ERROR_INVALID_NAME, "the name has characters that a file's cannot have here"},
    {ERROR_BAD_PATHNAME, "the name has characters that a file's cannot have here"},
    {ERROR_FILENAME_EXCED_RANGE, "the name is too long"},
    {ERROR_FILE_EXISTS, "the file exists"},
    {ERROR_ALREADY_EXISTS, "the file exists"},
    {ERROR_DIRECTORY, "it is a directory"},
    {ERROR_CANT_RESOLVE_FILENAME, "too many symbolic links"},
    {ERROR_CANT_ACCESS_FILE, "the file cannot be reached through its link"},
    {ERROR_TOO_MANY_OPEN_FILES, "too many open files in this process"},
    {ERROR_NOT_ENOUGH_MEMORY, "out of memory or address space"},
    {ERROR_OUTOFMEMORY, "out of memory or address space"},
    {ERROR_COMMITMENT_LIMIT, "out of memory: the paging file is too small"},
    {ERROR_NO_SYSTEM_RESOURCES, "the system is short of memory"},
    {ERROR_CRC, "input/output error: the disk could not read its own data"},
    {ERROR_IO_DEVICE, "input/output error"},
    {ERROR_SECTOR_NOT_FOUND, "input/output error: no such sector"},
    {ERROR_FILE_CORRUPT, "the file system is damaged: see chkdsk"},
    {ERROR_DISK_CORRUPT, "the file system is damaged: see chkdsk"},
    {ERROR_FILE_INVALID, "the disk was changed under the open file"},
    {ERROR_NETNAME_DELETED, "the connection to the file's computer is gone"},
    {ERROR_UNEXP_NET_ERR, "the connection to the file's computer failed"},
    {ERROR_SEM_TIMEOUT, "the device does not answer"},
    {ERROR_NOT_SAME_DEVICE, "source and destination are on different disks"},
    {ERROR_INVALID_FUNCTION, "the file system cannot do that"},
    {ERROR_NOT_SUPPORTED, "the file system cannot do that"},
    {ERROR_CALL_NOT_IMPLEMENTED, "this system cannot do that"},
    {ERROR_INVALID_PARAMETER, "this system cannot do that with such a file or range"},
};

const char *windows_words(DWORD code, char *room, size_t size)
{
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
        if (meanings[i].code == code)
            return meanings[i].words;
    snprintf(room, size, "Windows error %lu (see \"net helpmsg %lu\")", (unsigned long)code,
             (unsigned long)code);
    return room;
}

bool windows_error(struct error *error, DWORD code)
{
    char room[128];
    return error_set(error, "%s", windows_words(code, room, sizeof room));
}

bool windows_error_doing(struct error *error, DWORD code, const char *format, ...)
{
    char room[128], doing[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(doing, sizeof doing, format, arguments);
    va_end(arguments);
    return error_set(error, "%s (%s)", windows_words(code, room, sizeof room), doing);
}

bool windows_is_unsupported(DWORD code)
{
    return code == ERROR_INVALID_FUNCTION || code == ERROR_NOT_SUPPORTED ||
           code == ERROR_CALL_NOT_IMPLEMENTED || code == ERROR_INVALID_PARAMETER ||
           code == ERROR_INVALID_LEVEL;
}
