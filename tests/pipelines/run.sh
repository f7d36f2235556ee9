#!/usr/bin/env bash
# Pipelines that read a file at one end and edit it at the other, run again and again: the right
# bytes each time, and an end. Prints a table; the exit status is 1 if any was lost or hung.
#
#   MMTOOL=build/src/mmtool tests/pipelines/run.sh [ROUNDS [NAME...]]
set -uo pipefail
: "${MMTOOL:?is the program to test, such as build/src/mmtool}"
MMTOOL=$(realpath "$MMTOOL")
rounds=${1:-60}
shift || true
names=("$@")
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
cd "$directory" || exit 2
export M=$MMTOOL W LC_ALL=C
failures=0

# ---- files: F0 before, F1 as it must be afterwards ------------------------------------------

# lines COUNT: that many lines, each with one AB, in no order of sorting.
lines() {
    seq 1 "$1" | awk '{ printf "%07d AB line\n", ($1 * 7919) % 9999991 }'
}

swapped() {
    dd conv=swab status=none
}

# ---- one pipeline ---------------------------------------------------------------------------

# once COMMAND: "ok", "lost" (other bytes, whatever the status) or "hung".
once() {
    local status
    cp F0 F
    timeout "${LIMIT:-120}" bash -c "$1" >out 2>errors
    status=$?
    if [ "$status" -eq 124 ]; then
        echo hung
    elif cmp -s F F1 && [ "$status" -eq 0 ]; then
        echo ok
    else
        echo lost
    fi
}

# pipeline NAME COMMAND: F0 and F1 are there; runs it ROUNDS times, without and with --wait.
pipeline() {
    local name=$1 command=$2 ok lost hung i most
    if [ "${#names[@]}" -gt 0 ] && [[ " ${names[*]} " != *" ${name%% *} "* ]]; then
        return
    fi
    for W in "" --wait; do
        ok=0 lost=0 hung=0 most=$rounds
        for ((i = 0; i < most; i++)); do
            case $(once "$command") in
            ok) ok=$((ok + 1)) ;;
            lost) lost=$((lost + 1)) ;;
            hung) hung=$((hung + 1)) most=$((i + 1)) ;; # the next would, too
            esac
        done
        printf '%-34s %-7s %5d %5d %5d %5d\n' "$name" "$W" "$i" "$ok" "$lost" "$hung"
        failures=$((failures + lost + hung))
    done
}

# ---- the pipelines --------------------------------------------------------------------------

printf '%-34s %-7s %5s %5s %5s %5s\n' pipeline "" tried right lost hung

for count in 1 100 100000; do
    lines "$count" >F0
    sort F0 >F1
    pipeline "sort $count" "\$M read F | sort | \$M splice \$W -f - F :"
    swapped <F0 >F1
    pipeline "write $count" "\$M read F | dd conv=swab status=none | \$M write \$W F 0 -f -"
    pipeline "substitution $count" "\$M write \$W F 0 -f <(\$M read F | dd conv=swab status=none)"
    sed 's/AB/CDE/' F0 >F1
    pipeline "edits $count" "\$M find -ar F AB | awk '{ sub(/\\+/, \" \"); print \$1 \" \\\"AB\\\" \\\"CDE\\\"\" }' | \$M splice \$W --edits=- F"
    sed 's/AB/CD/' F0 >F1
    pipeline "atomic $count" "\$M find -a F AB | sed 's/.*/write & CD/' | \$M run --atomic \$W F -"
    pipeline "atomic-data $count" "\$M read F | sed 's/AB/CD/' | \$M run --atomic \$W F -c 'write 0 -f -'"
done
for count in 1 100 5000; do
    lines "$count" >F0
    sed 's/AB/CD/' F0 >F1
    pipeline "run $count" "\$M find -a F AB | sed 's/.*/write & CD/' | \$M run \$W F -"
    pipeline "run-read $count" "\$M read F | awk '{ print \"write \" (NR - 1) * 16 + 8 \" CD\" }' | \$M run \$W F -"
done
lines 5000 >F0
head -c 20000 F0 | tr '[:upper:]' '[:lower:]' >F1
tail -c +20001 F0 >>F1
pipeline "part" "\$M read F 0:20000 | tr '[:upper:]' '[:lower:]' | \$M splice \$W -f - F 0:20000"
lines 1250000 >F0
swapped <F0 >F1
pipeline "write 20M" "\$M read F | dd conv=swab status=none | \$M write \$W F 0 -f -"
sort F0 >F1
pipeline "sort 20M" "\$M read F | sort | \$M splice \$W -f - F :"

[ "$failures" -eq 0 ]
