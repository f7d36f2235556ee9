#!/usr/bin/env bash
# Pipelines that search a file and edit it at the offsets found, at many lengths. For each a row:
# how often it was tried, how often something was lost, and how often it did not end in a minute.
# "Lost" is a status other than 0, results other than those of the file as it was, or a file that
# has not all the edits.
#
#     MMTOOL=build/src/mmtool tests/pipelines/search.sh [ROUNDS] [NAME]      (1 round; names with NAME)
#
# Its status is 1 if anything was lost or hung.

set -u
: "${MMTOOL:?is the program to test, such as build/src/mmtool}"
MMTOOL=$(realpath "$MMTOOL")
rounds=${1:-1} chosen=${2-}
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
cd "$directory" || exit 2
export MMTOOL LC_ALL=C

# ---- what stands on the right ---------------------------------------------------------------

# edit EVERY [OPTION...]: writes xy at each EVERY-th of the results read from a pipe, which it
# prints. A result begins with the offset, or has it behind `"offset":`.
edit() {
    local every=$1 line offset count=0
    shift
    while IFS= read -r line; do
        echo "$line"
        offset=${line#'{"offset":'}
        offset=${offset%%[!0-9]*}
        ((count++ % every)) || "$MMTOOL" write "$@" F "$offset" xy || return
    done
}

# The same for the first result alone; the others are read when it is written.
edit_first() {
    local offset
    read -r offset
    echo "$offset"
    "$MMTOOL" write "$@" F "$offset" xy && cat
}

# ... by one that is not quick.
edit_late() {
    local offset
    read -r offset
    echo "$offset"
    sleep 0.5
    "$MMTOOL" write "$@" F "$offset" xy || return
    sleep 0.1
    cat
}
export -f edit edit_first edit_late

# ---- the cases ------------------------------------------------------------------------------

# NAME|MATCHES|EVERY how many are edited (0: the first, -1: the last)|SEARCH|EDITS
cases() {
    local matches every
    while read -r matches every; do
        echo "lengths: $matches|$matches|$every|find -a F AB|edit $every"
        echo "lengths: $matches, --wait|$matches|$every|find -a F AB|edit $every --wait"
    done <<'LENGTHS'
1 1
100 1
100000 10000
LENGTHS
    cat <<'CASES'
forms: rfind|20000|2000|rfind -a F AB|edit 2000
forms: find -l|20000|2000|find -al F AB|edit 2000
forms: find -j|20000|2000|find -aj F AB|edit 2000
forms: find -l -j --wait|20000|2000|find -alj F AB|edit 2000 --wait
forms: splice -n|20000|2000|splice -anp AB F xy|edit 2000
run: find|20000|2000|run F -c "find -a AB"|edit 2000
run: rfind, --wait|20000|2000|run --wait F -c "rfind -a AB"|edit 2000 --wait
run: --atomic, --wait|20000|2000|run --atomic F -c "find -a AB"|edit 2000 --wait
xargs: one at a time|100|1|find -a F AB|tee seen | xargs -I@ "$MMTOOL" write F @ xy
xargs: four at once|100|1|find -a F AB|tee seen | xargs -P4 -I@ "$MMTOOL" write --wait F @ xy
slow: sleeps|100000|0|find -a F AB|edit_late
slow: sleeps, --wait|100000|0|find -a F AB|edit_late --wait
large: 20 MB of results|2500000|0|find -a F AB|edit_first
large: 20 MB of results, --wait|2500000|0|find -a F AB|edit_first --wait
large: 20 MB of results of rfind|2500000|-1|rfind -a F AB|edit_first
CASES
}

# ---- running them ---------------------------------------------------------------------------

make_files() {
    local matches=$1 every=$2 search=$3
    yes AB..... | head -n "$matches" >before
    case $search in
    *rfind*) awk -v e="$every" -v n="$matches" '(e > 0 && (n - NR) % e == 0) || (e < 0 && NR == n) { sub("AB", "xy") } 1' ;;
    *) awk -v e="$every" '(e > 0 && (NR - 1) % e == 0) || (e == 0 && NR == 1) { sub("AB", "xy") } 1' ;;
    esac <before >after
    cp before F
    eval "\"\$MMTOOL\" $search" >wanted
}

try() {
    local search=$1 edits=$2 status=0
    cp before F
    timeout 60 bash -c "set -o pipefail; \"\$MMTOOL\" $search | $edits" >out 2>>errors || status=$?
    case $edits in tee*) mv seen out ;; esac
    if [ "$status" -eq 124 ]; then
        ((++hung))
    elif [ "$status" -ne 0 ] || ! cmp -s F after || ! cmp -s out wanted; then
        ((++lost))
    fi
}

all_lost=0
printf '%-32s %6s %6s %6s\n' pipeline tried lost hung
while IFS='|' read -r name matches every search edits; do
    [[ $name == *"$chosen"* ]] || continue
    make_files "$matches" "$every" "$search"
    lost=0 hung=0
    for ((round = 0; round < rounds; round++)); do
        try "$search" "$edits"
    done
    printf '%-32s %6d %6d %6d\n' "$name" "$rounds" "$lost" "$hung"
    ((all_lost += lost + hung))
done < <(cases)
[ ! -s errors ] || sort errors | uniq -c | sort -rn | head -20 >&2
[ "$all_lost" -eq 0 ]
