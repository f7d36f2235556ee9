/*
 * names.c - the names of advice and of map flags.
 *
 * Has the names of other systems, too, so that the message can say that Windows lacks them. Windows
 * can only read ahead (PrefetchVirtualMemory). Access hints must be given when a file is opened,
 * and the cache cannot be told to drop pages.
 */
#include "platform/windows/view.h"

#define HERE(text, number, line)                                                                   \
    {                                                                                              \
        .name = (text), .value = (number), .available = true, .summary = (line),                   \
    }
#define ELSEWHERE(text, loses_data, local, line)                                                   \
    {                                                                                              \
        .name = (text), .destructive = (loses_data), .mapping_only = (local), .summary = (line),   \
    }

static const struct platform_name advice[] = {
    {"normal", ADVICE_NORMAL, true, false, true, "no special treatment"},
    HERE("willneed", ADVICE_WILLNEED, "start reading the range into memory"),
    HERE("populate_read", ADVICE_POPULATE_READ, "read the range into memory and wait"),
    ELSEWHERE("random", false, true, "reads come in no order: do not read ahead"),
    ELSEWHERE("sequential", false, true, "reads go front to back: read far ahead"),
    ELSEWHERE("dontneed", false, false, "take clean pages out of the page cache"),
    ELSEWHERE("cold", false, false, "make the pages the first to be reclaimed (Linux)"),
    ELSEWHERE("pageout", false, false, "reclaim the pages now (Linux)"),
    ELSEWHERE("populate_write", false, false, "make the pages ready for stores (Linux)"),
    ELSEWHERE("collapse", false, false, "gather the pages into huge pages now (Linux)"),
    ELSEWHERE("hugepage", false, true, "use huge pages for the mapping (Linux)"),
    ELSEWHERE("nohugepage", false, true, "use no huge pages for the mapping (Linux)"),
    ELSEWHERE("mergeable", false, true, "let equal anonymous pages be merged (Linux)"),
    ELSEWHERE("unmergeable", false, true, "undoes mergeable (Linux)"),
    ELSEWHERE("dontfork", false, true, "keep the mapping from child processes (Linux)"),
    ELSEWHERE("dofork", false, true, "undoes dontfork (Linux)"),
    ELSEWHERE("wipeonfork", false, true, "show zeros to child processes (Linux)"),
    ELSEWHERE("keeponfork", false, true, "undoes wipeonfork (Linux)"),
    ELSEWHERE("dontdump", false, true, "leave the mapping out of core dumps (Linux)"),
    ELSEWHERE("dodump", false, true, "undoes dontdump (Linux)"),
    ELSEWHERE("dontneed_locked", false, true, "as dontneed, for locked pages too (Linux)"),
    ELSEWHERE("guard_install", false, true, "make every touch of the range a fault (Linux)"),
    ELSEWHERE("guard_remove", false, true, "undoes guard_install (Linux)"),
    ELSEWHERE("remove", true, false, "make the range a hole: its bytes are lost (Linux)"),
    ELSEWHERE("free", true, true, "the bytes of anonymous memory may be dropped"),
    ELSEWHERE("hwpoison", true, false, "treat the memory as broken, to test (Linux)"),
    ELSEWHERE("soft_offline", true, false, "take the memory out of use, to test (Linux)"),
    ELSEWHERE("nosync", false, true, "write dirty pages only when it must be (FreeBSD)"),
    ELSEWHERE("autosync", false, true, "undoes nosync (FreeBSD)"),
    ELSEWHERE("nocore", false, true, "leave the mapping out of core dumps (FreeBSD)"),
    ELSEWHERE("core", false, true, "undoes nocore (FreeBSD)"),
    ELSEWHERE("protect", false, true, "spare this process when memory is short (FreeBSD)"),
    ELSEWHERE("free_reusable", true, true, "the bytes may be dropped (macOS)"),
    ELSEWHERE("free_reuse", false, true, "undoes free_reusable (macOS)"),
    {0},
};

static const struct platform_name map_flags[] = {
    {"shared", MAP_FLAG_SHARED, true, false, true, "stores reach the file (the default)"},
    {"private", MAP_FLAG_PRIVATE, true, false, true, "stores stay in this process"},
    {"anonymous", MAP_FLAG_ANONYMOUS, true, false, true, "memory without a file"},
    {"anon", MAP_FLAG_ANONYMOUS, true, false, true, "the same"},
    {"populate", MAP_FLAG_POPULATE, true, false, true, "read the whole mapping in at once"},
    ELSEWHERE("shared_validate", false, true, "as shared, and unknown flags are an error (Linux)"),
    ELSEWHERE("nonblock", false, true, "with populate: what is cached only (Linux)"),
    ELSEWHERE("noreserve", false, true, "reserve no swap space"),
    ELSEWHERE("locked", false, true, "keep the pages in memory (Linux)"),
    ELSEWHERE("hugetlb", false, true, "pages of the huge page pool (Linux)"),
    ELSEWHERE("sync", false, true, "with shared_validate: persistent memory (Linux)"),
    ELSEWHERE("stack", false, true, "memory fit for a stack"),
    ELSEWHERE("32bit", false, true, "in the lowest 2 GiB of the address space"),
    ELSEWHERE("denywrite", false, true, "ignored by today's Linux"),
    ELSEWHERE("executable", false, true, "ignored by today's Linux"),
    ELSEWHERE("aligned_super", false, true, "aligned for large pages (FreeBSD)"),
    ELSEWHERE("nosync", false, true, "write dirty pages only when it must be (FreeBSD)"),
    ELSEWHERE("conceal", false, true, "leave it out of core dumps (OpenBSD)"),
    ELSEWHERE("hassemaphore", false, true, "it may hold semaphores (BSD, macOS)"),
    ELSEWHERE("jit", false, true, "for code made at run time (macOS)"),
    ELSEWHERE("nocache", false, true, "do not keep its pages (macOS)"),
    ELSEWHERE("noextend", false, true, "do not grow the file (macOS)"),
    ELSEWHERE("resilient_codesign", false, true, "no fault on a broken signature (macOS)"),
    ELSEWHERE("resilient_media", false, true, "no fault on a lost medium (macOS)"),
    ELSEWHERE("tpro", false, true, "trusted-path read-only memory (macOS)"),
    ELSEWHERE("translated_allow_execute", false, true, "code under translation (macOS)"),
    ELSEWHERE("unix03", false, true, "as UNIX 03 has it (macOS)"),
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
