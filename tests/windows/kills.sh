#!/bin/sh
# kills.sh - kills $MMTOOL at random times in the middle of edits: what the next mmtool finds must be
# the file before or the file behind the edit. KILLS is how often (default 30).
set -u

: "${MMTOOL:?is the program to test}"
kills=${KILLS:-30}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2

milliseconds() {
    echo $(($(date +%s%N) / 1000000))
}

seq 10000000 | head -c 60000000 >old
{ head -c 10 old && printf 'seven!!' && tail -c +11 old; } >new
cp old file
start=$(milliseconds)
"$MMTOOL" splice file 10+0 'seven!!' || exit 1
took=$(($(milliseconds) - start))
cmp file new || exit 1

before=0 behind=0 bad=0 torn=0
for i in $(seq "$kills"); do
    cp old file
    "$MMTOOL" splice file 10+0 'seven!!' &
    program=$!
    delay=$((i * 7919 % (took + 20)))
    sleep "$((delay / 1000)).$(printf '%03d' $((delay % 1000)))"
    kill -9 "$program" 2>/dev/null
    wait "$program" 2>/dev/null
    cmp -s file old || cmp -s file new || torn=$((torn + 1))
    "$MMTOOL" info -s file >size 2>said || cat said
    if cmp -s file old; then
        before=$((before + 1))
    elif cmp -s file new; then
        behind=$((behind + 1))
    else
        bad=$((bad + 1))
    fi
    rm -f file .file.*
done
echo "# an edit takes $took ms; kills: tried $kills, torn before recovery $torn;" \
    "old $before, new $behind, bad $bad"
[ "$bad" -eq 0 ] && [ "$torn" -gt 0 ]
