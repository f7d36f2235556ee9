# Edits that are killed, and edits that meet: what tests/crash shows step by step where a program
# can be traced is shown here by chance, often.

load ../helper

milliseconds() {
    echo $(($(date +%s%N) / 1000000))
}

# old_and_new SIZE: `old`, and what it is with 7 bytes inserted at 10.
old_and_new() {
    letters old "$1"
    { head -c 10 old && printf 7bytes! && tail -c +11 old; } >new
}

@test "killed at random times: old or new after the next command" {
    local kills=$((30 * ${MMTOOL_TEST_ROUNDS:-1})) before=0 behind=0 torn=0
    old_and_new 60000000
    cp old f
    local start took delay
    start=$(milliseconds)
    mmtool splice f 10+0 7bytes!
    took=$(($(milliseconds) - start))
    cmp f new
    for ((i = 0; i < kills; i++)); do
        cp old f
        "$MMTOOL" splice f 10+0 7bytes! 3>&- &
        delay=$((RANDOM % (took + 20)))
        sleep "$((delay / 1000)).$(printf '%03d' $((delay % 1000)))"
        kill -KILL $! 2>/dev/null || true
        wait $! || true
        cmp -s f old || cmp -s f new || torn=$((torn + 1))
        mmtool info -s f >size 2>said || cat said
        if cmp -s f old; then
            before=$((before + 1))
        else
            cmp f new
            behind=$((behind + 1))
        fi
        rm -f f .f.*
    done
    echo "# an edit takes $took ms; kills $kills: old $before, new $behind, bad 0" \
        "(torn before the recovery: $torn)" >&3
    [ "$torn" -gt 0 ]
}

# Each edit takes long enough for others to begin meanwhile.
@test "many editors at once with --wait: each comes behind another, not in its midst" {
    local editors=() editor i
    letters old 8000000
    cp old f
    for i in {10..25}; do
        "$MMTOOL" splice --wait f 0+0 "<$i>" 3>&- &
        editors+=($!)
    done
    for editor in "${editors[@]}"; do
        wait "$editor"
    done
    [ "$(head -c 64 f | tr '>' '\n' | sort | tr '\n' '>')" = "$(printf '<%s>' {10..25})" ]
    cmp <(tail -c +65 f) old
}
