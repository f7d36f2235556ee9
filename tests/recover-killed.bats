# recover, killed itself; and what the manual and the messages say of recovery.

# shellcheck disable=SC2030,SC2031 # each test is a subshell
# shellcheck disable=SC2317,SC2034 # crash.bash calls and reads them
# shellcheck disable=SC2154 # bats sets stderr
# shellcheck disable=SC2016 # in quotes the inner shell expands
load helper
load crash/crash
load recover

# ---- killed itself --------------------------------------------------------------------------

# killed_recovery CALL N OPTION... FILE: 137, or it ended before that call.
killed_recovery() {
    local call=$1 number=$2
    shift 2
    run strace -qq -o /dev/null -e "trace=$call" -e "inject=$call:signal=KILL:when=$number" \
        "$MMTOOL" recover "$@"
    [ "$status" -eq 137 ] || [ "$status" -eq 0 ]
    killed=$((killed + (status == 137)))
}

@test "--accept killed at each of its calls: the same choice again, or a whole file" {
    killed=0
    for call in pwrite64 unlinkat fremovexattr fsync; do
        for number in 1 2 3; do
            half_made f
            cp f half
            killed_recovery $call $number --accept --force f
            run mmtool recover f
            [[ $output == *'is to be finished'* || $status -eq 0 || $output == 'state: whole'* ]]
            mmtool recover --accept --force f
            cmp f half
            whole f
        done
    done
    echo "# killed $killed times" >&3
    [ "$killed" -ge 3 ]
}

@test "--back killed at each of its calls: the file is the old one behind the next command" {
    killed=0
    for call in pwrite64 unlinkat fremovexattr ftruncate; do
        for number in 1 2; do
            unbegun f
            killed_recovery $call $number --back f
            run -0 mmtool info -s f
            cmp f old || cmp f <(head -c 10 old && printf inserted && tail -c +11 old)
            [ $call = pwrite64 ] || cmp f old
            whole f
        done
    done
    echo "# killed $killed times" >&3
    [ "$killed" -ge 3 ]
}

@test "--finish killed on its way is finished by the next" {
    half_made f
    killed=0
    for number in 1 2 3; do
        killed_recovery pwrite64 1 --finish f
    done
    [ "$killed" -ge 3 ]
    mmtool recover --finish f
    finished f
}

# ---- the manual -----------------------------------------------------------------------------

@test "the examples of mmtool-recover(7) do what they say" {
    need_manual
    plain_page "$manual/mmtool-recover.7" | sed -n '/^\.Sh WHAT TO DO/,/^\.Sh STATE/s/^\.Dl \$ mmtool //p' >examples
    [ "$(wc -l <examples)" -eq 5 ]
    half_made data.bin
    grep -qx 'recover data.bin' examples
    shows 'state: an edit is to be finished' data.bin
    cp data.bin half
    grep -qx 'read --ignore-journal -d data.bin :64' examples
    mmtool read --ignore-journal -d data.bin :64 | xxd -r | cmp - <(head -c 64 half)
    grep -qx 'recover --accept data.bin' examples
    run -0 mmtool recover --accept data.bin
    [[ $output == *' new'*' old' ]]
    cmp data.bin half
    whole data.bin
    unbegun data.bin
    grep -qx 'recover --back data.bin' examples
    mmtool recover --back data.bin
    cmp data.bin old
    whole data.bin
    half_made data.bin
    grep -qx 'recover --finish data.bin' examples
    mmtool recover --finish data.bin
    finished data.bin
}

@test "every message about what was left names recover: a full disk, a stopped edit, no permission" {
    need strace
    half_made f
    run strace -qq -o /dev/null -e trace=pwrite64 -e inject=pwrite64:error=EIO:when=1+ \
        "$MMTOOL" read f 0:0
    [[ $output == *"could not be finished: "*"'mmtool recover f'"* ]]
    mmtool recover --finish f
    run strace -qq -o /dev/null -P "$PWD/f" -e trace=pwrite64 \
        -e inject=pwrite64:error=EIO:when=3+ "$MMTOOL" splice f 10+0 inserted
    [[ $output == *"'mmtool recover f'"*'the next mmtool command on the file finishes the edit' ]]
    shows 'is to be finished' f
    mmtool recover --finish f
    need_stranger
    [ "$(id -u)" -eq 0 ] || skip "only root can make files that belong to others"
    half_made f
    chmod 644 f
    chmod 755 .
    chmod 644 .f.mmtool-journal
    run as_stranger "$MMTOOL" read f
    [[ $output == *"'mmtool recover f'"*--ignore-journal* ]]
    chmod 600 .f.mmtool-journal
    run as_stranger "$MMTOOL" read f
    [[ $output == *"'mmtool recover f'"*--ignore-journal* ]]
}
