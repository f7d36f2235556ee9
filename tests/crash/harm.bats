# Edits that meet other programs, signals and limits.

# shellcheck disable=SC2154 # bats sets stderr, the helper source_root
# shellcheck disable=SC2094 # what is read in a pipeline here is not what is written
load ../helper
load crash

teardown() {
    # Whoever is still locking or waiting ends with the test.
    # shellcheck disable=SC2046 # several numbers
    may_fail kill $(jobs -p)
}

# ---- killed at a random time ----------------------------------------------------------------

@test "killed at a random time, many times: old or new after the next command" {
    old_and_new 64000000
    killed_at_random 20 splice f 10+0 7bytes!
}

@test "killed at a random time, patching by several threads: old or new" {
    seq 100000000 102999999 >old
    sed 's/77/XY/g' old >new
    killed_at_random 10 splice --all -p 77 f XY
}

@test "SIGTERM, SIGINT and SIGHUP in mid-edit: ends by that signal, says so, is recovered" {
    need strace
    old_and_new 3000000
    for signal in TERM INT HUP; do
        cat old >f
        run --separate-stderr env --default-signal strace -qq -o /dev/null -e trace=fallocate \
            -e inject=fallocate:signal="$signal":when=2 "$MMTOOL" splice f 10+0 7bytes!
        [ "$status" -eq $((128 + $(kill -l "$signal"))) ]
        [[ $stderr == *"stopped by signal"*"the next mmtool command"* ]]
        run -0 --separate-stderr mmtool info -s f
        [[ $stderr == *finished* ]]
        cmp f new
    done
}

# ---- limits ---------------------------------------------------------------------------------

# limited KIB COMMAND...
limited() (
    ulimit -f "$1"
    shift
    exec "$@"
)

@test "a file size limit: status 2, a message, the file as it was" {
    old_and_new 3000000
    cat old >f
    run -2 --separate-stderr limited 2930 "$MMTOOL" splice f 10+0 -f old
    [[ $stderr == "mmtool: splice: f: "* ]]
    cmp f old
    is_whole f
    run -2 limited 100 "$MMTOOL" splice f 10+0 7bytes!
    cmp f old
    is_whole f
}

# ---- other programs meanwhile ---------------------------------------------------------------

@test "cut short by another program meanwhile: never status 0 with wrong bytes" {
    old_and_new 64000000
    local done=0 failed=0
    for i in 1 2 3 4 5 6; do
        cat old >f
        status=0
        # Whoever has the file open keeps the editor from a lease.
        [ $((i % 3)) -eq 0 ] || exec 7<f
        "$MMTOOL" splice f 10+0 7bytes! 2>message &
        sleep "0.00$i"
        # Where the editor has a lease, an open by its name fails or waits until the edit is done.
        may_fail truncate -s $((RANDOM * 1000)) f
        wait $! || status=$?
        if [ "$status" -eq 0 ]; then
            # Then it was done before: what is left is the beginning of the new file.
            cmp f <(head -c "$(size_of f)" new)
            done=$((done + 1))
        else
            [ "$status" -eq 2 ]
            grep -q '^mmtool: splice: f: ' message
            failed=$((failed + 1))
        fi
        exec 7<&-
        rm -f f .f.mmtool-journal
    done
    echo "# done before the cut $done, failed $failed" >&3
}

# edited RANGE [DATA]: `old` with that splice done to it.
edited() {
    local offset=${1%+*} length=${1#*+}
    head -c "$offset" old
    printf %s "${2-}"
    tail -c "+$((offset + length + 1))" old
}

@test "appended to meanwhile: what was appended follows the edited bytes" {
    old_and_new 64000000
    for range in '10+0 7bytes!' '10+7' '10+7000000' '10+7 7bytes!'; do
        read -ra words <<<"$range"
        cat old >f
        "$MMTOOL" splice f "${words[@]}" &
        sleep 0.02
        # Where the editor has a lease, this waits until the edit is done.
        printf appended >>f
        wait $!
        cmp f <(edited "${words[@]}" && printf appended)
    done
}

# Between the last look at the size and the cut lie microseconds, in which a line may come that is
# lost: that is told in the manual. So one of the two that cut may be, and no more.
@test "appended to by a program that had it open before: no byte of it is lost" {
    local lost=0
    old_and_new 64000000
    for range in '10+0 7bytes!' '10+7' '10+7000000' '10+7 7bytes!'; do
        read -ra words <<<"$range"
        cat old >f
        : >appended
        exec 7>>f
        "$MMTOOL" splice f "${words[@]}" 2>message &
        editor=$!
        for ((i = 0; i < 1000; i++)); do
            printf 'line %d\n' $i | tee -a appended >&7
            kill -0 $editor 2>/dev/null || break
        done
        exec 7>&-
        status=0
        wait $editor || status=$?
        if [ $status -eq 0 ]; then
            # Only what makes the file shorter cuts it.
            cmp f <(edited "${words[@]}" && cat appended) ||
                { lost=$((lost + 1)) && [ "${#words[@]}" -eq 1 ]; }
            cmp -n "$(edited "${words[@]}" | wc -c)" f <(edited "${words[@]}")
        else
            # No edit begins on a file that grows between its opening and its own growth.
            grep -E 'another program (appended|changed the file.s size)' message || { cat message && return 1; }
            cmp f <(cat old appended)
        fi
        [ ! -e .f.mmtool-journal ]
    done
    [ "$lost" -le 1 ]
}

@test "killed between the cut and the journal's end, then appended to: the cut is not done again" {
    need strace
    old_and_new 3000000
    for range in 10+7 10+70000; do
        for count in 1 7 8 5000 100000; do
            cat old >f
            status=0
            strace -qq -o /dev/null -e trace=fremovexattr -e inject=fremovexattr:signal=KILL \
                "$MMTOOL" splice f $range || status=$?
            [ "$status" -eq 137 ] || skip "strace cannot kill here (status $status)"
            cmp f <(edited $range)
            head -c $count /dev/urandom >appended
            cat appended >>f
            mmtool info -s f
            cmp f <(edited $range && cat appended)
            [ ! -e .f.mmtool-journal ]
        done
    done
}

@test "killed between the growth and the commit, then appended to: taken back without a loss" {
    need strace
    old_and_new 3000000
    between=0
    for write in {1..8}; do
        cat old >f
        status=0
        strace -qq -o /dev/null -e trace=pwrite64 -e inject=pwrite64:signal=KILL:when="$write" \
            "$MMTOOL" splice f 10+0 7bytes! || status=$?
        [ "$status" -eq 137 ] || skip "strace cannot kill here (status $status)"
        grown=$(size_of f)
        printf appended >>f
        run -0 --separate-stderr mmtool info -s f
        [ ! -e .f.mmtool-journal ]
        [[ $stderr != *'had not begun'* ]] || cmp f <(cat old && printf appended)
        [[ $grown -ne 3000007 || $stderr != *'had not begun'* ]] || between=$((between + 1))
    done
    [ $between -gt 0 ]
}

# ---- locks ----------------------------------------------------------------------------------

@test "40 editors at once with --wait, each inserting 3 bytes: all of them are there" {
    make f ''
    local pids=()
    for i in $(seq 10 49); do
        "$MMTOOL" splice --wait f 0+0 "<$i" &
        pids+=($!)
    done
    for pid in "${pids[@]}"; do
        wait "$pid"
    done
    [ "$(size_of f)" -eq 120 ]
    for i in $(seq 10 49); do
        [ "$(mmtool find -c f "<$i")" -eq 1 ]
    done
}

# stopped_editor: an editor of f in the middle of its work, its process in $editor.
stopped_editor() {
    need strace
    old_and_new 3000000
    cat old >f
    strace -qq -o /dev/null -e trace=fallocate -e inject=fallocate:delay_exit=3000000:when=2 \
        "$MMTOOL" splice f 10+0 7bytes! &
    editor=$!
    for _ in $(seq 200); do
        [ -e .f.mmtool-journal ] && [ "$(size_of f)" -eq 3000007 ] && return
        sleep 0.01
    done
    skip "strace cannot hold a call back here"
}

@test "during an edit readers and editors are told, or wait" {
    stopped_editor
    refuses 'another mmtool is working on the file' mmtool read f 0:1
    refuses 'another mmtool is working on the file' mmtool write f 0 x
    refuses 'another mmtool' timeout 20 "$MMTOOL" write --wait=0 f 0 x
    mmtool read --wait f >out
    wait "$editor"
    cmp out new
}

@test "--wait=1 gives up after a second" {
    stopped_editor
    started=$(date +%s%N)
    refuses 'another mmtool' mmtool write --wait=1 f 0 x
    [ $(($(date +%s%N) - started)) -ge 900000000 ]
    wait "$editor"
}

@test "readers do not keep each other out" {
    local pids=()
    letters f 1000
    for _ in $(seq 20); do
        "$MMTOOL" find -c f abc >/dev/null &
        pids+=($!)
    done
    for pid in "${pids[@]}"; do
        wait "$pid"
    done
}

@test "another program's lock does not stop a reader; an editor says so, or waits" {
    need python3
    letters f 1000
    python3 -c '
import fcntl, time
file = open("f", "r+b")
fcntl.lockf(file, fcntl.LOCK_EX)
open("locked", "w").close()
time.sleep(3)' &
    other=$!
    for _ in $(seq 300); do
        [ ! -e locked ] || break
        sleep 0.01
    done
    prints abc mmtool read f 0:3
    refuses 'another program has locked the file' mmtool write f 0 x
    mmtool write --wait f 0 x
    wait "$other"
    prints xbc mmtool read f 0:3
}

# ---- memory ---------------------------------------------------------------------------------

# peak COMMAND...: the most memory it had at once, in KiB.
peak() {
    /usr/bin/time -f %M "$@" 2>&1
}

@test "an edit of 1 GiB takes at most 8 MiB more memory than one of a byte" {
    [ "${MMTOOL_SANITIZE:-none}" = none ] || skip "sanitizers take memory of their own"
    [ -x /usr/bin/time ] || skip "time is not installed"
    [ "$(df --output=avail -k . | tail -n 1)" -gt 1500000 ] || skip "no room for 1 GiB"
    make small x
    head -c 1G /dev/zero | tr '\0' x >f
    least=$(peak "$MMTOOL" splice small 0+0 7bytes!)
    most=$(peak "$MMTOOL" splice f 10+0 7bytes!)
    echo "# peak memory: $least KiB for 1 byte, $most KiB for 1 GiB" >&3
    [ $((most - least)) -le 8192 ]
}
