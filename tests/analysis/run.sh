#!/bin/bash
# run.sh - analyses the source and the running program. Each analysis prints what it found and then
# "NAME: N findings"; the status is 1 if one found something. Installs nothing; an analysis whose
# program is missing is skipped.
#
#   tests/analysis/run.sh [--short] [cppcheck] [tidy] [fanalyzer] [tsan] [valgrind]
#
#   cppcheck     values and pointers, all of src/; cppcheck-suppressions.txt has what it gets wrong
#   tidy         clang-tidy with .clang-tidy, all of src/
#   fanalyzer    gcc -fanalyzer, all of src/; fanalyzer-known.txt has what it gets wrong
#   tsan         ThreadSanitizer, on the tests whose code runs in threads
#   valgrind     memcheck, on unit tests and a list of commands
#
# --short: tsan runs few tests, and valgrind the commands alone.
# $MMTOOL_BUILD is the folder of the builds (build-analysis), $JOBS how many run at once (2).
set -u

cd "$(dirname "$0")/../.." || exit 2
here=tests/analysis
build=${MMTOOL_BUILD:-build-analysis}
jobs=${JOBS:-2}
short=
failed=0
mkdir -p "$build" || exit 2
log=$(realpath "$build")/log

# The files that gcc compiles here: not those of Windows, nor the twins of what Linux has.
sources() {
    find src -name '*.c' ! -path '*/windows/*' ! -name neon.c ! -name none.c ! -name 'view_heap*' |
        sort
}

has() {
    command -v "$1" >/dev/null || { echo "$1 is not installed: skipped" && return 1; }
}

# found NAME COUNT
found() {
    echo "$1: $2 findings"
    [ "$2" -eq 0 ] || failed=1
}

# set_up NAME OPTION...: a build without its programs.
set_up() {
    local name=$1
    shift
    [ -f "$build/$name/build.ninja" ] ||
        meson setup "$build/$name" -Dtests=enabled "$@" >"$log" || { cat "$log" && exit 2; }
}

compile() {
    ninja -C "$build/$1" -j "$jobs" >"$log" || { cat "$log" && exit 2; }
}

# ---- the source --------------------------------------------------------------------------------

flags=(-Isrc -D_FILE_OFFSET_BITS=64 '-DMMTOOL_VERSION="0"')

run_cppcheck() {
    sources | cppcheck --file-list=- --std=c11 --enable=warning,performance,portability \
        --quiet --inline-suppr --suppressions-list="$here/cppcheck-suppressions.txt" \
        --template='{file}:{line}: {id}: {message}' \
        -D__GNUC__=12 -D__linux__=1 -D__x86_64__=1 "${flags[@]}" 2>&1 | tee "$log"
    found cppcheck "$(wc -l <"$log")"
}

run_tidy() {
    set_up plain
    sources | xargs -P "$jobs" -n 8 clang-tidy --quiet -p "$build/plain" 2>/dev/null | tee "$log"
    found tidy "$(grep -cE '(warning|error): ' "$log")"
}

# The warnings on standard input whose file and name fanalyzer-known.txt does not have together.
unknown_of_gcc() {
    awk 'NR == FNR { known[$1 " " $2]; next }
         { split($0, part, ":"); name = $NF; gsub(/[][]/, "", name) }
         !((part[1] " " name) in known)' "$here/fanalyzer-known.txt" -
}

run_fanalyzer() {
    sources | xargs -P "$jobs" -I{} gcc -std=c11 -O1 -fanalyzer -fdiagnostics-plain-output \
        "${flags[@]}" -c -o /dev/null {} 2>&1 | grep -E 'warning: .*-Wanalyzer' |
        unknown_of_gcc | tee "$log"
    found fanalyzer "$(wc -l <"$log")"
}

# ---- the running program -----------------------------------------------------------------------

threaded_units=(scan reader searcher posix_process)
threaded_bats=(find find-order find-sorted several-files many-edits progress streams replace write)

run_tsan() {
    local name unit=("${threaded_units[@]}") bats=("${threaded_bats[@]}")
    if [ "$short" ]; then
        unit=(scan) bats=(find-order many-edits)
    fi
    set_up tsan --buildtype=debugoptimized -Db_sanitize=thread
    compile tsan
    rm -f "$build"/tsan/report.*
    TSAN_OPTIONS="log_path=${log%/*}/tsan/report exitcode=66"
    export TSAN_OPTIONS
    {
        for name in "${unit[@]}"; do
            MMTOOL_TEST_ROUNDS=0.2 "$build/tsan/tests/unit/test_$name"
        done
        for name in "${bats[@]}"; do
            MMTOOL=$build/tsan/src/mmtool bats --tap "tests/$name.bats"
        done
    } | grep -aE '^(not ok|#.*failed)' | tee "$log"
    cat "$build"/tsan/report.* 2>/dev/null | tee -a "$log"
    unset TSAN_OPTIONS
    found tsan "$(grep -cE 'WARNING: ThreadSanitizer|^not ok' "$log")"
}

run_valgrind() {
    local name
    set_up valgrind --buildtype=debugoptimized -Dstatic=disabled
    compile valgrind
    rm -f "$build"/valgrind/report.*
    # "${watch[@]}" COMMAND...
    local watch=(valgrind -q --leak-check=full --show-leak-kinds=all
        "--log-file=${log%/*}/valgrind/report.%p")
    for name in bytes record range edit_script plan overlay_row format witness lines spool line_set; do
        [ -z "$short" ] || break
        MMTOOL_TEST_ROUNDS=0.02 "${watch[@]}" "$build/valgrind/tests/unit/test_$name"
    done | grep -aE '^(not ok|#.*failed)' >"$log"
    MMTOOL="${watch[*]} ${log%/*}/valgrind/src/mmtool" "$here/commands.sh"
    cat "$build"/valgrind/report.* >>"$log"
    cat "$log"
    found valgrind "$(grep -cE '^==[0-9]+== [A-Z0-9]|^not ok' "$log")"
}

if [ "${1-}" = --short ]; then
    short=yes
    shift
fi
[ $# -gt 0 ] || set -- cppcheck tidy fanalyzer tsan valgrind
for analysis; do
    case $analysis in
    cppcheck) has cppcheck && run_cppcheck ;;
    tidy) has clang-tidy && run_tidy ;;
    fanalyzer) has gcc && run_fanalyzer ;;
    tsan) has gcc && run_tsan ;;
    valgrind) has valgrind && run_valgrind ;;
    *) sed -n '2,16s/^# \{0,1\}//p' "$0" && exit 2 ;;
    esac
done
exit $failed
