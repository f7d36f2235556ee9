#!/usr/bin/env bash
# run.sh - which lines and branches of src/ the tests take, and whether the others are known.
#
#   tests/coverage/run.sh [--short] [--allow=N] [BUILD]        (build-coverage)
#
# Builds the program with gcc's counters, runs the tests that show most, and gcovr once. Prints the
# part of lines and branches of each folder that ran, then how uncovered.txt differs from the
# branches that did not. The status is 1 if it does, in more than N places (0). A test that fails
# is named, and fails nothing here: the other builds judge.
set -uo pipefail

cd "$(dirname "$0")/../.." || exit 2
here=tests/coverage short='' allow=--allow=0
[ "${1-}" != --short ] || { short=--short && shift; }
case ${1-} in --allow=*) allow=$1 && shift ;; esac
build=${1:-build-coverage}

# Without optimization, since else gcc joins branches and copies others. The counters are atomic:
# threads share them.
if [ ! -f "$build/build.ninja" ]; then
    mkdir -p "$build" && build=$(realpath "$build") || exit 2
    gcc -O1 -c $here/flush_counters.c -o "$build/flush_counters.o" || exit 2
    CC=gcc meson setup "$build" --buildtype=debug -Dtests=enabled -Dstatic=disabled \
        -Db_coverage=true -Db_ndebug=true -Dc_args=-fprofile-update=atomic \
        -Dc_link_args="-Wl,--wrap=raise,--wrap=__gcov_exit $build/flush_counters.o" >&2 || exit 2
fi
build=$(realpath "$build")
ninja -C "$build" >&2 || exit 2

# Tests run as other users, too, who may add to the counters.
find "$build" -name '*.gcda' -delete
find "$build" -name '*.gcno' | while IFS= read -r notes; do
    : >"${notes%.gcno}.gcda" && chmod 666 "${notes%.gcno}.gcda"
done
find "$build" -type d -exec chmod a+rwx {} +

# The unit tests of the folders that uncovered.py judges, and what else runs most of them.
mapfile -t units < <(meson test -C "$build" --list 2>/dev/null |
    grep -oE '\<((base|edit|journal|apply)/[a-z0-9_]+|fuzz/(bytes|journal|range|record))$')
tests=("${units[@]}" undo recover recover-{doubt,places} run-atomic splice write resize typed
    records crash-journal crash-places crash-planted crash-scripts)
# What sees the most of the rest, or takes long.
long_tests=(align attributes block-devices change cut diff files find find-print find-regex flush
    info json kinds lines locks many-edits mapping move output patterns progress read recover-killed
    replace rfind run run-window several-files shared stdin streams types
    journal-damage crash-anew crash-appends crash-disks crash-harm inject shortage full-disk
    kill-steps kill-steps-woken-{little-patch,little-patches,insert})
[ -n "$short" ] || tests+=("${long_tests[@]}")
meson test -C "$build" --no-rebuild -t 4 "${tests[@]}" >"$build/tests.log" 2>&1
sed -En 's/^ *[0-9]+\/[0-9]+ +(.*[^ ]) +(FAIL|ERROR|TIMEOUT) .*/test fails here: \1/p' \
    "$build/tests.log"

# What no test has run has no counters; gcovr then takes all its lines as uncovered.
find "$build" -name '*.gcda' -size 0 -delete
# A program that a signal ended inside a function may leave a negative count there.
gcovr --root . --filter src/ --exclude-unreachable-branches --exclude-throw-branches \
    --gcov-ignore-parse-errors --object-directory "$build" --json "$build/coverage.json" \
    "$build"/src "$build"/tests/unit "$build"/tests/crash/crash_edit_none.p >&2 || exit 2
$here/uncovered.py $short "$allow" "$build/coverage.json" $here/uncovered.txt
