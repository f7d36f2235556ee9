/* version.c - the version, and what this build can do on this machine. */
#include "cli/version.h"
#include "journal/journal.h"
#include "platform/platform.h"
#include "search/search.h"

#ifndef MMTOOL_VERSION
#define MMTOOL_VERSION "unknown"
#endif

#if defined(__clang__)
#define COMPILER         "clang"
#define COMPILER_VERSION __clang_major__, __clang_minor__, __clang_patchlevel__
#elif defined(__GNUC__)
#define COMPILER         "gcc"
#define COMPILER_VERSION __GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__
#endif

/* The kernel in use, then all that were compiled. */
static bool print_kernels(struct output *output, struct error *error)
{
    const char *name = search_kernel_name(0);
    bool done = output_format(output, error, "search: %s (built:", name);
    for (size_t i = 0; done && (name = search_kernel_built(i)); i++)
        done = output_format(output, error, "%s %s", i ? "," : "", name);
    return done && output_text(output, ")\n", error);
}

static bool print_library(struct output *output, struct error *error)
{
    char text[80];
    platform_describe_library(text, sizeof text);
    return !*text || output_format(output, error, "library: %s\n", text);
}

static bool print_compiler(struct output *output, struct error *error)
{
#ifdef COMPILER
    return output_format(output, error, "compiler: " COMPILER " %d.%d.%d\n", COMPILER_VERSION);
#else
    (void)output, (void)error;
    return true;
#endif
}

bool version_print(struct output *output, struct error *error)
{
    return output_text(output, "mmtool " MMTOOL_VERSION "\n", error) &&
           print_kernels(output, error) &&
           output_format(output, error, "system: %s\n", platform_name()) &&
           print_library(output, error) &&
           output_format(output, error, "journal: format %d\n", JOURNAL_FORMAT) &&
           print_compiler(output, error);
}
