# What the bats files of crashes share; after ../helper.

# is_whole FILE: it is `old` or `new`, and nothing is left beside it.
is_whole() {
    cmp -s "$1" old || cmp -s "$1" new || return 1
    [ -z "$(find "$(dirname "$1")" -maxdepth 1 -name '.*.mmtool-journal')" ]
}

# old_and_new SIZE: `old`, and what it is with 7 bytes inserted at 10.
old_and_new() {
    head -c "$1" /dev/urandom >old
    { head -c 10 old && printf 7bytes! && tail -c +11 old; } >new
}

milliseconds() {
    echo $(($(date +%s%N) / 1000000))
}

# killed_at_random LEAST ARGUMENT...: kills that edit of f, which makes `new` of `old`, again and
# again; the next command finds f to be one of them, each time, and leaves nothing beside it.
killed_at_random() {
    local least=$(($1 * ${MMTOOL_TEST_ROUNDS:-1})) kills before=0 behind=0 torn=0 start took delay
    shift
    cp old f
    start=$(milliseconds)
    mmtool "$@"
    took=$(($(milliseconds) - start))
    cmp f new
    # Some must hit the middle of the edit, whatever else the machine does.
    for ((kills = 0; kills < least || (torn == 0 && kills < 10 * least); kills++)); do
        cp old f
        "$MMTOOL" "$@" 3>&- &
        delay=$((RANDOM % (took + 20)))
        sleep "$((delay / 1000)).$(printf '%03d' $((delay % 1000)))"
        may_fail kill -KILL $!
        may_fail wait $!
        cmp -s f old || cmp -s f new || torn=$((torn + 1))
        mmtool info -s f >size 2>said || cat said
        is_whole f
        if cmp -s f old; then before=$((before + 1)); else behind=$((behind + 1)); fi
    done
    echo "# an edit takes $took ms; tried $kills, old $before, new $behind, bad 0" \
        "(torn before the recovery: $torn)" >&3
    [ "$torn" -gt 0 ]
}
