#!/bin/sh
# run.sh - builds the fuzzers with clang's libFuzzer, ASan and UBSan, and runs each for a while.
#
#   tests/fuzz/run.sh [SECONDS [FUZZER...]]       (60; all of them: bytes, range ...)
#
# Each begins with the inputs kept in corpus/FUZZER and with what earlier runs left in
# $MMTOOL_BUILD/corpus/FUZZER (build-fuzz). $FUZZ_JOBS of them run at once (1). At the end stands a
# row for each: how often it ran, in how many seconds, which features of the code it reached, and
# what it found. A find is left in $MMTOOL_BUILD as FUZZER-crash-... and named; the status is then 1.
set -u

cd "$(dirname "$0")/../.." || exit 2
build=${MMTOOL_BUILD:-build-fuzz}
jobs=${FUZZ_JOBS:-1}
seconds=${1:-60}
[ $# -eq 0 ] || shift
scratch=/tmp
[ ! -w /dev/shm ] || scratch=/dev/shm # for the files of fuzz_program

[ -f "$build/build.ninja" ] ||
    CC=clang meson setup "$build" --buildtype=debugoptimized -Dfuzzing=enabled -Dwerror=true \
        -Db_sanitize=address,undefined -Db_lundef=false || exit 2
if [ $# -eq 0 ]; then
    for source in tests/fuzz/fuzz_*.c; do
        name=${source##*/fuzz_}
        set -- "$@" "${name%.c}"
    done
fi

targets=
for name; do
    targets="$targets tests/fuzz/fuzz_$name"
done
# shellcheck disable=SC2086 # the targets are words
ninja -C "$build" $targets >"$build/fuzz.log" 2>&1 || {
    cat "$build/fuzz.log"
    exit 2
}

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

# fuzz NAME: runs one; what it prints goes to a log.
fuzz() {
    corpus=$build/corpus/$1
    more=$build/kept/$1
    longest=4096
    [ "$1" != journal ] || longest=40000
    rm -rf "$more"
    mkdir -p "$corpus"
    python3 tests/fuzz/corpus.py unpack "tests/fuzz/corpus/$1" "$more" || return
    [ "$1" != journal ] || [ "$seconds" -lt 60 ] || keep_journals "$more"
    TMPDIR=${TMPDIR:-$scratch} UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 \
        nice -n 19 "$build/tests/fuzz/fuzz_$1" \
        -max_total_time="$seconds" -timeout=20 -max_len=$longest -verbosity=1 -print_final_stats=1 \
        -artifact_prefix="$build/$1-" "$corpus" "$more"
}

# number_of NAME: the last number behind that word in the log.
number_of() {
    sed -n "s/.*$2[: ]*\([0-9][0-9]*\).*/\1/p" "$build/$1.log" | tail -n 1
}

row() {
    # not those that are slow: most of the time is the slow code's
    find=$(sed -n '/-slow-unit-/d; s/.*Test unit written to //p' "$build/$1.log" | tail -n 1)
    printf '%-10s %12s %8s %9s  %s\n' "$1" "$(number_of "$1" number_of_executed_units)" \
        "$(number_of "$1" ' in')" "$(number_of "$1" ' ft')" "${find:-none}"
}

failed=0 left=$jobs
for name; do
    (
        fuzz "$name" >"$build/$name.log" 2>&1
        echo $? >"$build/$name.status"
    ) &
    left=$((left - 1))
    [ "$left" -gt 0 ] || {
        wait
        left=$jobs
    }
done
wait
for name; do
    [ "$(cat "$build/$name.status")" = 0 ] || {
        failed=1
        echo "# ---- $name"
        tail -n 60 "$build/$name.log"
    }
done
printf '%-10s %12s %8s %9s  %s\n' fuzzer executions seconds features finds
for name; do
    row "$name"
done
exit $failed
