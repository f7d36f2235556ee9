# Edits that are killed, and edits that meet: what tests/crash shows step by step where a program
# can be traced is shown here by chance, often.

# shellcheck disable=SC2030,SC2031 # each test is a subshell
load ../helper
load ../crash/crash

@test "killed at random times: old or new after the next command" {
    old_and_new 60000000
    killed_at_random 30 splice f 10+0 7bytes!
}

# torn_by_kill: f is half of an insertion that was killed.
torn_by_kill() {
    local start took tries delay
    cp old f
    start=$(milliseconds)
    mmtool splice f 10+0 7bytes!
    took=$(($(milliseconds) - start))
    for tries in {1..100}; do
        cp old f
        "$MMTOOL" splice f 10+0 7bytes! 3>&- &
        delay=$((RANDOM % (took + 20)))
        sleep "$((delay / 1000)).$(printf '%03d' $((delay % 1000)))"
        may_fail kill -KILL $!
        may_fail wait $!
        run mmtool recover -j f
        [[ $output != *'"unfinished"'*'"steps_done":'[1-9]* ]] || return 0
        mmtool recover --finish f
    done
    echo "not once of $tries was it killed in the middle"
    return 1
}

@test "half made: recover says how far it is, finishes it, or takes it as it is" {
    old_and_new 60000000
    for way in '--finish' '--accept --force'; do
        torn_by_kill
        run -1 mmtool recover -j f
        [[ $output == '{"state":"unfinished","size":60000007,'*'"old_size":60000000,"new_size":60000007,'* ]]
        refuses 'cannot be taken back' mmtool recover --back f
        cp f half
        [ "$way" != --finish ] || cp new half
        # shellcheck disable=SC2086 # two words
        mmtool recover $way f >told
        cmp f half
        run -0 mmtool recover -j f
        [[ $output == '{"state":"whole","size":60000007}'* ]]
        [ -z "$(find . -name '.*.mmtool-journal')" ]
    done
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
