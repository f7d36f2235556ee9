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

# half_made FILE [OPTION...]: FILE was killed in the middle of an insertion at 10.
# `old` and `new` are the file before and behind it. $prepare is a command to be run before the edit.
half_made() {
    need strace
    local file=$1 status=0
    shift
    head -c 3000000 /dev/urandom >old
    cat old >"$file"
    { head -c 10 old && printf inserted && tail -c +11 old; } >new
    # Every window asks for the size, by a call that differs with the C library: the one that is made
    # most. The fifth of them from the end is in the middle.
    [ -n "${killed_at-}" ] || read -r killed_at asked_by < <(
        strace -qq -e trace='?fstat,?fstat64,?newfstatat,?fstatat64,?statx' -o calls \
            "$MMTOOL" splice "$@" "$file" 10+0 inserted
        sed -n 's/^\([a-z0-9]*\)(.*/\1/p' calls | sort | uniq -c | sort -n | tail -n 1
    ) || skip "the C library asks for sizes by another call here"
    cat old >"$file"
    ${prepare-}
    strace -qq -o /dev/null -e trace="$asked_by" \
        -e inject="$asked_by:signal=KILL:when=$((killed_at - ${questions_behind:-4}))" \
        "$MMTOOL" splice "$@" "$file" 10+0 inserted 2>/dev/null || status=$?
    [ "$status" -eq 137 ] || skip "strace cannot kill here (status $status)"
    if cmp -s "$file" old || cmp -s "$file" new; then
        echo "it was not killed in the middle"
        return 1
    fi
}

need_marks() {
    need getfattr setfattr
    touch marked
    setfattr -n user.mmtool.test -v x marked 2>/dev/null || skip "no user attributes here"
    rm marked
}

# finished FILE: whole and new, nothing left.
finished() {
    cmp "$1" new
    [ -z "$(find . -name '.*.mmtool-journal')" ]
}
