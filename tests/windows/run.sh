#!/bin/sh
# shellcheck disable=SC2317 # functions are called by name, from a table and a trap
# run.sh - builds mmtool.exe with a cross compiler and tests it under Wine: the unit tests, the bats
# suite but for what skips.txt names, and kills at random times. Prints TAP and, at the end, a
# summary; the status is 1 if something failed. Installs nothing.
#
#   tests/windows/run.sh [gcc|clang] [BATS-FILE...]
#
# The build is in $MMTOOL_BUILD or build/windows-COMPILER. Debian: gcc-mingw-w64-x86-64, wine64, bats.
set -u

cd "$(dirname "$0")/../.." || exit 2
source=$PWD
compiler=${1:-gcc}
[ $# -eq 0 ] || shift
build=${MMTOOL_BUILD:-build/windows-$compiler}
work=$(mktemp -d)
export WINEDEBUG=-all WINEPREFIX="${WINEPREFIX:-$work/prefix}"
unset DISPLAY WAYLAND_DISPLAY
failed=0

finish() {
    wineserver_of_prefix -k 2>/dev/null
    rm -rf "$work"
}

# Debian keeps it out of the way of the path.
wineserver_of_prefix() {
    for server in wineserver /usr/lib/wine/wineserver64 /usr/lib/wine/wineserver; do
        command -v "$server" >/dev/null && {
            "$server" "$@"
            return
        }
    done
}

# check NAME COMMAND...: one line of the summary.
check() {
    name=$1
    shift
    echo "# ---- $name"
    if "$@"; then
        echo "ok - $name" >>"$work/summary"
    else
        echo "not ok - $name" >>"$work/summary"
        failed=1
    fi
}

# clang finds mingw-w64's headers, but not the gcc that its libraries are part of.
configure() {
    set -- --cross-file tests/windows/mingw64.ini
    if [ "$compiler" = clang ]; then
        library=$(x86_64-w64-mingw32-gcc -print-libgcc-file-name) || return
        printf "[built-in options]\nc_link_args = ['-L%s']\n" "${library%/*}" >"$work/library.ini"
        set -- --cross-file tests/windows/clang64.ini --cross-file "$work/library.ini"
    fi
    [ -f "$build/build.ninja" ] || meson setup "$build" "$@" -Dwerror=true
}

# Nothing but what every Windows has.
needs_no_library() {
    libraries=$(x86_64-w64-mingw32-objdump -p "$build/src/mmtool.exe" |
        sed -n 's/.*DLL Name: *//p' | tr '[:upper:]' '[:lower:]')
    for library in $libraries; do
        case $library in
        kernel32.dll | advapi32.dll | msvcrt.dll | ucrtbase.dll | api-ms-win-*) ;;
        *)
            echo "# mmtool.exe needs $library"
            return 1
            ;;
        esac
    done
}

# `_WIN32` and its like stand where system calls do, and nowhere else.
is_apart() {
    ! grep -nE '_WIN(32|64)|windows\.h' src/*.c src/*.h
}

unit_test() {
    wine "$build/tests/unit/test_$1.exe" | tee "$work/tap"
    grep -q '^1\.\.' "$work/tap" && ! grep -qE '^not ok|^Bail' "$work/tap" &&
        [ "$(grep -c '^ok' "$work/tap")" -eq "$(sed -n 's/^1\.\.//p' "$work/tap")" ]
}

# bats takes one word for the program. Wine reads arguments in the locale's letters.
make_wrapper() {
    printf '#!/bin/sh\nLC_ALL=C.UTF-8 exec wine "%s" "$@"\n' "$(realpath "$build/src/mmtool.exe")" >"$work/mmtool"
    chmod +x "$work/mmtool"
}

bats_file() {
    MMTOOL=$work/mmtool MMTOOL_SOURCE=$source MMTOOL_SKIPS=$source/tests/windows/skips.txt \
        MMTOOL_NO_HOLES=yes BATS_TEST_TIMEOUT=120 bats --tap "$1"
}

kills() {
    MMTOOL=$work/mmtool tests/windows/kills.sh
}

trap finish EXIT
command -v wine >/dev/null || {
    echo "1..0 # SKIP wine is not installed"
    exit 0
}
configure && ninja -C "$build" ${NINJA_JOBS:+-j$NINJA_JOBS} || exit 2
wineserver_of_prefix -p
wine "$build/src/mmtool.exe" --version || exit 2
make_wrapper
if [ $# -eq 0 ]; then
    check "needs nothing but Windows" needs_no_library
    check "system calls are apart" is_apart
    for program in "$build"/tests/unit/test_*.exe; do
        name=${program##*/test_}
        check "unit ${name%.exe}" unit_test "${name%.exe}"
    done
    check "kills at random times" kills
    set -- tests/*.bats
fi
for file; do
    check "bats ${file##*/}" bats_file "$file"
done
echo "# ---- summary"
cat "$work/summary"
exit $failed
