/*
 * names.c - the names of advice (MADV_*) and of map flags (MAP_*).
 *
 * Every system has the whole list: the names that Python's mmap module documents, and newer ones of
 * Linux. For a name that this system lacks, the message can then say so. Numbers that older headers
 * lack are from Linux' asm-generic/mman-common.h.
 */
#include "platform/posix/internal.h"

#include <limits.h>
#include <sys/mman.h>

#if defined(__linux__) && !defined(__hppa__) /* hppa has other numbers */
#ifndef MADV_COLD
#define MADV_COLD 20
#endif
#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT 21
#endif
#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#endif
#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif
#ifndef MADV_DONTNEED_LOCKED
#define MADV_DONTNEED_LOCKED 24
#endif
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif
#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102
#endif
#ifndef MADV_GUARD_REMOVE
#define MADV_GUARD_REMOVE 103
#endif
#ifndef MADV_SOFT_OFFLINE /* glibc has it, musl not always */
#define MADV_SOFT_OFFLINE 101
#endif
#endif

/* The value of a name that this system's headers lack. */
#define ABSENT INT_MIN

#ifndef MADV_NORMAL
#define MADV_NORMAL ABSENT
#endif
#ifndef MADV_RANDOM
#define MADV_RANDOM ABSENT
#endif
#ifndef MADV_SEQUENTIAL
#define MADV_SEQUENTIAL ABSENT
#endif
#ifndef MADV_WILLNEED
#define MADV_WILLNEED ABSENT
#endif
#ifndef MADV_DONTNEED
#define MADV_DONTNEED ABSENT
#endif
#ifndef MADV_REMOVE
#define MADV_REMOVE ABSENT
#endif
#ifndef MADV_DONTFORK
#define MADV_DONTFORK ABSENT
#endif
#ifndef MADV_DOFORK
#define MADV_DOFORK ABSENT
#endif
#ifndef MADV_HWPOISON
#define MADV_HWPOISON ABSENT
#endif
#ifndef MADV_MERGEABLE
#define MADV_MERGEABLE ABSENT
#endif
#ifndef MADV_UNMERGEABLE
#define MADV_UNMERGEABLE ABSENT
#endif
#ifndef MADV_SOFT_OFFLINE
#define MADV_SOFT_OFFLINE ABSENT
#endif
#ifndef MADV_HUGEPAGE
#define MADV_HUGEPAGE ABSENT
#endif
#ifndef MADV_NOHUGEPAGE
#define MADV_NOHUGEPAGE ABSENT
#endif
#ifndef MADV_DONTDUMP
#define MADV_DONTDUMP ABSENT
#endif
#ifndef MADV_DODUMP
#define MADV_DODUMP ABSENT
#endif
#ifndef MADV_FREE
#define MADV_FREE ABSENT
#endif
#ifndef MADV_NOSYNC
#define MADV_NOSYNC ABSENT
#endif
#ifndef MADV_AUTOSYNC
#define MADV_AUTOSYNC ABSENT
#endif
#ifndef MADV_NOCORE
#define MADV_NOCORE ABSENT
#endif
#ifndef MADV_CORE
#define MADV_CORE ABSENT
#endif
#ifndef MADV_PROTECT
#define MADV_PROTECT ABSENT
#endif
#ifndef MADV_FREE_REUSABLE
#define MADV_FREE_REUSABLE ABSENT
#endif
#ifndef MADV_FREE_REUSE
#define MADV_FREE_REUSE ABSENT
#endif
#ifndef MADV_COLD
#define MADV_COLD ABSENT
#endif
#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT ABSENT
#endif
#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ ABSENT
#endif
#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE ABSENT
#endif
#ifndef MADV_DONTNEED_LOCKED
#define MADV_DONTNEED_LOCKED ABSENT
#endif
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE ABSENT
#endif
#ifndef MADV_WIPEONFORK
#define MADV_WIPEONFORK ABSENT
#endif
#ifndef MADV_KEEPONFORK
#define MADV_KEEPONFORK ABSENT
#endif
#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL ABSENT
#endif
#ifndef MADV_GUARD_REMOVE
#define MADV_GUARD_REMOVE ABSENT
#endif
#ifndef MAP_32BIT
#define MAP_32BIT ABSENT
#endif
#ifndef MAP_ALIGNED_SUPER
#define MAP_ALIGNED_SUPER ABSENT
#endif
#ifndef MAP_ANON
#define MAP_ANON ABSENT
#endif
#ifndef MAP_ANONYMOUS
#define MAP_ANONYMOUS ABSENT
#endif
#ifndef MAP_CONCEAL
#define MAP_CONCEAL ABSENT
#endif
#ifndef MAP_DENYWRITE
#define MAP_DENYWRITE ABSENT
#endif
#ifndef MAP_EXECUTABLE
#define MAP_EXECUTABLE ABSENT
#endif
#ifndef MAP_HASSEMAPHORE
#define MAP_HASSEMAPHORE ABSENT
#endif
#ifndef MAP_HUGETLB
#define MAP_HUGETLB ABSENT
#endif
#ifndef MAP_JIT
#define MAP_JIT ABSENT
#endif
#ifndef MAP_LOCKED
#define MAP_LOCKED ABSENT
#endif
#ifndef MAP_NOCACHE
#define MAP_NOCACHE ABSENT
#endif
#ifndef MAP_NOEXTEND
#define MAP_NOEXTEND ABSENT
#endif
#ifndef MAP_NONBLOCK
#define MAP_NONBLOCK ABSENT
#endif
#ifndef MAP_NORESERVE
#define MAP_NORESERVE ABSENT
#endif
#ifndef MAP_NOSYNC
#define MAP_NOSYNC ABSENT
#endif
#ifndef MAP_POPULATE
#define MAP_POPULATE ABSENT
#endif
#ifndef MAP_RESILIENT_CODESIGN
#define MAP_RESILIENT_CODESIGN ABSENT
#endif
#ifndef MAP_RESILIENT_MEDIA
#define MAP_RESILIENT_MEDIA ABSENT
#endif
#ifndef MAP_SHARED_VALIDATE
#define MAP_SHARED_VALIDATE ABSENT
#endif
#ifndef MAP_STACK
#define MAP_STACK ABSENT
#endif
#ifndef MAP_SYNC
#define MAP_SYNC ABSENT
#endif
#ifndef MAP_TPRO
#define MAP_TPRO ABSENT
#endif
#ifndef MAP_TRANSLATED_ALLOW_EXECUTE
#define MAP_TRANSLATED_ALLOW_EXECUTE ABSENT
#endif
#ifndef MAP_UNIX03
#define MAP_UNIX03 ABSENT
#endif

/* name, value, destructive, mapping only, summary */
#define ROW(text, number, loses_data, local, line)                                                 \
    {                                                                                              \
        .name = (text), .value = (number) == ABSENT ? 0 : (int)(number),                           \
        .available = (number) != ABSENT, .destructive = (loses_data), .mapping_only = (local),     \
        .summary = (line),                                                                         \
    }

static const struct platform_name advice[] = {
    ROW("normal", MADV_NORMAL, false, true, "no special treatment: undoes random and sequential"),
    ROW("random", MADV_RANDOM, false, true, "reads come in no order: do not read ahead"),
    ROW("sequential", MADV_SEQUENTIAL, false, true, "reads go front to back: read far ahead"),
    ROW("willneed", MADV_WILLNEED, false, false, "start reading the range into the page cache"),
    ROW("dontneed", MADV_DONTNEED, false, false, "take clean pages out of the page cache"),
    ROW("cold", MADV_COLD, false, false, "make the pages the first to be reclaimed"),
    ROW("pageout", MADV_PAGEOUT, false, false, "reclaim the pages now, writing dirty ones first"),
    ROW("populate_read", MADV_POPULATE_READ, false, false,
        "read the range into the page cache and wait"),
    ROW("populate_write", MADV_POPULATE_WRITE, false, false,
        "make the pages ready for stores, giving holes their blocks"),
    ROW("collapse", MADV_COLLAPSE, false, false, "gather the pages into huge pages now"),
    ROW("hugepage", MADV_HUGEPAGE, false, true, "use huge pages for the mapping"),
    ROW("nohugepage", MADV_NOHUGEPAGE, false, true, "use no huge pages for the mapping"),
    ROW("mergeable", MADV_MERGEABLE, false, true, "let equal anonymous pages be merged"),
    ROW("unmergeable", MADV_UNMERGEABLE, false, true, "undoes mergeable"),
    ROW("dontfork", MADV_DONTFORK, false, true, "keep the mapping from child processes"),
    ROW("dofork", MADV_DOFORK, false, true, "undoes dontfork"),
    ROW("wipeonfork", MADV_WIPEONFORK, false, true, "show zeros to child processes"),
    ROW("keeponfork", MADV_KEEPONFORK, false, true, "undoes wipeonfork"),
    ROW("dontdump", MADV_DONTDUMP, false, true, "leave the mapping out of core dumps"),
    ROW("dodump", MADV_DODUMP, false, true, "undoes dontdump"),
    ROW("dontneed_locked", MADV_DONTNEED_LOCKED, false, true,
        "as dontneed, for locked pages of the mapping too"),
    ROW("guard_install", MADV_GUARD_INSTALL, false, true,
        "make every touch of the mapping's range a fault"),
    ROW("guard_remove", MADV_GUARD_REMOVE, false, true, "undoes guard_install"),
    ROW("remove", MADV_REMOVE, true, false, "make the range a hole: its bytes are lost"),
    ROW("free", MADV_FREE, true, true, "the bytes of anonymous memory may be dropped"),
    ROW("hwpoison", MADV_HWPOISON, true, false,
        "treat the memory as broken, to test (administrator)"),
    ROW("soft_offline", MADV_SOFT_OFFLINE, true, false,
        "take the memory out of use, to test (administrator)"),
    ROW("nosync", MADV_NOSYNC, false, true, "write dirty pages only when it must be (FreeBSD)"),
    ROW("autosync", MADV_AUTOSYNC, false, true, "undoes nosync (FreeBSD)"),
    ROW("nocore", MADV_NOCORE, false, true, "leave the mapping out of core dumps (FreeBSD)"),
    ROW("core", MADV_CORE, false, true, "undoes nocore (FreeBSD)"),
    ROW("protect", MADV_PROTECT, false, true, "spare this process when memory is short (FreeBSD)"),
    ROW("free_reusable", MADV_FREE_REUSABLE, true, true,
        "the bytes may be dropped, the pages used again (macOS)"),
    ROW("free_reuse", MADV_FREE_REUSE, false, true, "undoes free_reusable (macOS)"),
    {0},
};

/* Without MAP_FIXED and other flags that need an address: the user cannot give one. */
static const struct platform_name map_flags[] = {
    ROW("shared", MAP_SHARED, false, true, "stores reach the file (the default)"),
    ROW("private", MAP_PRIVATE, false, true, "stores stay in this process"),
    ROW("shared_validate", MAP_SHARED_VALIDATE, false, true,
        "as shared, and unknown flags are an error (Linux)"),
    ROW("anonymous", MAP_ANONYMOUS, false, true, "memory without a file"),
    ROW("anon", MAP_ANON, false, true, "the same"),
    ROW("populate", MAP_POPULATE, false, true, "read the whole mapping in at once (Linux)"),
    ROW("nonblock", MAP_NONBLOCK, false, true, "with populate: what is cached only (Linux)"),
    ROW("noreserve", MAP_NORESERVE, false, true, "reserve no swap space"),
    ROW("locked", MAP_LOCKED, false, true, "keep the pages in memory (Linux)"),
    ROW("hugetlb", MAP_HUGETLB, false, true, "pages of the huge page pool (Linux)"),
    ROW("sync", MAP_SYNC, false, true, "with shared_validate: persistent memory (Linux)"),
    ROW("stack", MAP_STACK, false, true, "memory fit for a stack"),
    ROW("32bit", MAP_32BIT, false, true, "in the lowest 2 GiB of the address space"),
    ROW("denywrite", MAP_DENYWRITE, false, true, "ignored by today's Linux"),
    ROW("executable", MAP_EXECUTABLE, false, true, "ignored by today's Linux"),
    ROW("aligned_super", MAP_ALIGNED_SUPER, false, true, "aligned for large pages (FreeBSD)"),
    ROW("nosync", MAP_NOSYNC, false, true, "write dirty pages only when it must be (FreeBSD)"),
    ROW("conceal", MAP_CONCEAL, false, true, "leave it out of core dumps (OpenBSD)"),
    ROW("hassemaphore", MAP_HASSEMAPHORE, false, true, "it may hold semaphores (BSD, macOS)"),
    ROW("jit", MAP_JIT, false, true, "for code made at run time (macOS)"),
    ROW("nocache", MAP_NOCACHE, false, true, "do not keep its pages (macOS)"),
    ROW("noextend", MAP_NOEXTEND, false, true, "do not grow the file (macOS)"),
    ROW("resilient_codesign", MAP_RESILIENT_CODESIGN, false, true,
        "no fault on a broken signature (macOS)"),
    ROW("resilient_media", MAP_RESILIENT_MEDIA, false, true, "no fault on a lost medium (macOS)"),
    ROW("tpro", MAP_TPRO, false, true, "trusted-path read-only memory (macOS)"),
    ROW("translated_allow_execute", MAP_TRANSLATED_ALLOW_EXECUTE, false, true,
        "code under translation (macOS)"),
    ROW("unix03", MAP_UNIX03, false, true, "as UNIX 03 has it (macOS)"),
    {0},
};

const struct platform_name *platform_advice(void)
{
    return advice;
}

const struct platform_name *platform_map_flags(void)
{
    return map_flags;
}
