# recover: what an interrupted edit left, and each way out of it.

# shellcheck disable=SC2030,SC2031 # each test is a subshell
# shellcheck disable=SC2317,SC2034 # crash.bash calls and reads them
# shellcheck disable=SC2154 # bats sets stderr
# shellcheck disable=SC2016 # in quotes the inner shell expands
load helper
load crash/crash
load recover

# ---- the command line -----------------------------------------------------------------------

@test "a file of which nothing was left is whole: status 0" {
    make f 0123456789
    prints 'state: whole\nsize: 10\n' mmtool recover f
    prints 'state: whole\nsize: 10\n' mmtool recover --show f
    prints '{"state":"whole","size":10}\n' mmtool recover -j f
    prints '' mmtool recover --finish f
    prints '' mmtool recover --back f
    prints '' mmtool recover --accept f
    prints '' mmtool recover --accept --force f
    holds f 0123456789
    : >empty
    prints 'state: whole\nsize: 0\n' mmtool recover empty
    prints '' mmtool recover --accept empty
}

@test "one way at a time; --json and --force belong to one each" {
    make f 0123456789
    usage_error 'do not go together' mmtool recover --show --finish f
    usage_error 'do not go together' mmtool recover --back --accept f
    usage_error '--json goes with --show' mmtool recover -j --finish f
    usage_error '--force goes with ' mmtool recover --force f
    usage_error 'FILE is missing' mmtool recover
    usage_error 'one operand too many' mmtool recover f g
    usage_error 'window' mmtool recover --window=: f
    refuses 'no such file' mmtool recover g
    refuses 'it is a directory' mmtool recover .
    refuses 'standard input' mmtool recover - </dev/null
}

@test "scripts do not have it, and say so" {
    make f 0123456789
    refuses "run 'mmtool recover' outside" mmtool run f -c recover
    refuses "run 'mmtool recover' outside" mmtool run --atomic f -c 'recover --accept'
    refuses 'unknown subcommand' mmtool run f -c recove
    [[ $stderr != *'"recover"'* ]]
}

# ---- to be finished -------------------------------------------------------------------------

@test "half made: the sizes, the steps, where the journal is; --finish finishes it" {
    half_made f
    shows 'state: an edit is to be finished' f
    [[ $output == *$'\njournal: '*"$PWD/.f.mmtool-journal"* ]]
    [[ $output == *$'\nowner: '*"user $(id -u)"$'\n'* ]]
    [[ $output == *$'\nold size: 3000000\nnew size: 3000008\n'* ]]
    [[ $output =~ steps\ done:\ ([0-9]+).steps:\ ([0-9]+) ]]
    [ "${BASH_REMATCH[1]}" -gt 0 ]
    [ "${BASH_REMATCH[1]}" -lt "${BASH_REMATCH[2]}" ]
    shows '"state":"unfinished"' -j f
    python3 -c 'import json, sys; assert json.loads(sys.argv[1])["new_size"] == 3000008' "$output"
    run -0 --separate-stderr mmtool recover --finish f
    [[ $stderr == *'was finished'* ]]
    cmp f new
    whole f
}

@test "half made cannot be taken back, and the message says how far it is" {
    half_made f
    before=$(traces)
    refuses 'cannot be taken back: the edit has begun to change the file (' mmtool recover --back f
    [ "$(traces)" = "$before" ]
    mmtool recover --finish f
    cmp f new
}

@test "half made, taken as it is: mark, journal and undo script go, the bytes stay" {
    mkdir d
    half_made f --undo=d/back
    mmtool recover --finish f
    rm d/back
    half_made f --undo=d/back
    cp f half
    mmtool recover --accept f
    cmp f half
    whole f
    [ -z "$(ls -A d)" ]
    prints '' mmtool recover --accept f
    cmp f half
}

@test "--accept first tells what is new and what is old, and wants --force for what is neither" {
    half_made f
    torn_window
    before=$(traces)
    run -2 --separate-stderr mmtool recover --accept f
    [[ $stderr == *'262144 bytes are neither as before the edit nor as after it'*--force* ]]
    [ "$(traces)" = "$before" ]
    # From right to left: done, the window that was being written, not begun.
    [[ $output =~ ^([0-9]+)\+([0-9]+)\ new.([0-9]+)\+([0-9]+)\ neither.([0-9]+)\+([0-9]+)\ old$ ]]
    [ "$((BASH_REMATCH[1] + BASH_REMATCH[2]))" -eq 3000008 ]
    [ "${BASH_REMATCH[4]}" -eq 262144 ]
    [ "${BASH_REMATCH[5]}" -eq 10 ]
    cmp -i "${BASH_REMATCH[1]}" f new
    cmp -n "$((BASH_REMATCH[5] + BASH_REMATCH[6]))" f old
}

@test "a file whose windows are all old, or all new, is taken without --force" {
    for content in old new; do
        half_made f
        cat $content >f
        shows 'that cannot be finished' f
        refuses 'another program has ' mmtool recover --finish f
        run -0 --separate-stderr mmtool recover --accept f
        [ "$output" = "10+2999998 $content" ]
        cmp f $content
        whole f
    done
}

@test "a file that was written anew with other bytes takes --force" {
    half_made f
    head -c 3000008 /dev/urandom >other
    cat other >f
    refuses_to_accept 'neither' f
    mmtool recover --accept --force f
    cmp f other
    whole f
}

@test "a file that was cut since: it cannot be finished, and can be taken" {
    half_made f
    truncate -s 1000 f
    cp f half
    shows 'cut the file since' f
    refuses 'cut the file since' mmtool recover --finish f
    accepts f
    half_made f
    : >f
    : >half
    accepts f
}

# ---- not begun ------------------------------------------------------------------------------

@test "not begun: it is to be taken back, and is" {
    for way in --back --finish; do
        grown f
        shows 'state: an edit that has not begun is to be taken back' f
        mmtool recover $way f
        cmp f old
        whole f
    done
}

@test "committed, no step published: --finish finishes it, --back takes it back" {
    unbegun f
    shows 'an edit is to be finished' f
    [[ $output == *'steps done: 0'* ]]
    run -0 --separate-stderr mmtool recover --back f
    [[ $stderr == *'was taken back'* ]]
    cmp f old
    whole f
    unbegun f
    mmtool recover --finish f
    cmp f <(head -c 10 old && printf inserted && tail -c +11 old)
    whole f
}

@test "a durable edit whose commit the power cut short has not begun" {
    for way in --back --finish; do
        unbegun f --durable
        # Its header is there, and the table of what the file holds is not.
        dd if=/dev/zero of=.f.mmtool-journal bs=4096 seek=2 count=3 conv=notrunc status=none
        shows '"state":"unbegun"' -j f
        mmtool recover $way f
        cmp f old
        whole f
    done
}

@test "what cannot be printed is not done" {
    [ -w /dev/full ] || skip "no /dev/full here"
    half_made f
    before=$(traces)
    run -2 --separate-stderr sh -c '"$0" recover --accept --force f >/dev/full' "$MMTOOL"
    [ -n "$stderr" ]
    [ "$(traces)" = "$before" ]
    mmtool recover --finish f
    finished f
}

@test "not begun, taken as it is: without --force only if it is as large as before" {
    grown f
    cp f half
    accepts f
    grown f
    truncate -s 300000 f
    prints '' mmtool recover --accept f
    cmp f old
    whole f
}
