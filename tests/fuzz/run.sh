#!/bin/sh
# run.sh - builds the fuzzers with clang's libFuzzer, ASan and UBSan, and runs each for a while.
#
#   tests/fuzz/run.sh [SECONDS [FUZZER...]]       (60; all of them)
#
# What was learned is kept in build-fuzz/corpus/ for the next time; what broke a fuzzer is left in
# build-fuzz/ and named. The status is 1 if something did.
set -u

cd "$(dirname "$0")/../.." || exit 2
build=${MMTOOL_BUILD:-build-fuzz}
seconds=${1:-60}
[ $# -eq 0 ] || shift
failed=0

[ -f "$build/build.ninja" ] ||
    CC=clang meson setup "$build" --buildtype=debugoptimized -Dfuzzing=enabled -Dwerror=true \
        -Db_sanitize=address,undefined -Db_lundef=false || exit 2
if [ $# -eq 0 ]; then
    for source in tests/fuzz/fuzz_*.c; do
        name=${source##*/}
        set -- "$@" "${name%.c}"
    done
fi

# Journals of edits that were killed, by the programs of a build without sanitizers, if there is one:
# with them, and traced, each takes minutes.
keep_journals() {
    plain=${MMTOOL_PLAIN_BUILD:-build}/tests/crash
    [ -x "$plain/journal_damage" ] || echo "# no $plain/journal_damage: without real journals"
    for flag in --plain --durable; do
        mkdir -p "$1/$flag"
        [ ! -x "$plain/journal_damage" ] || MMTOOL_JOURNAL_CORPUS=$1/$flag \
            "$plain/journal_damage" "$flag" "$plain/crash_edit_none" - >&2
    done
}

for fuzzer; do
    ninja -C "$build" "tests/fuzz/$fuzzer" || exit 2
    echo "# ---- $fuzzer, $seconds s"
    corpus=$build/corpus/$fuzzer
    mkdir -p "$corpus"
    journals=
    if [ "$fuzzer" = fuzz_journal ]; then
        journals=$build/journals
        keep_journals "$journals"
    fi
    UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 "$build/tests/fuzz/$fuzzer" \
        -max_total_time="$seconds" -timeout=20 -verbosity=0 -print_final_stats=1 \
        -artifact_prefix="$build/$fuzzer-" "$corpus" ${journals:+"$journals"} || failed=1
done
exit $failed
