# The edits of a script: they use one journal, which is in nobody's way between them.

# shellcheck disable=SC2154 # bats sets stderr
# shellcheck disable=SC2016 # what a script's exec expands is not ours to expand
load ../helper
load crash

setup() {
    mkdir -m 755 "$BATS_TEST_TMPDIR/files"
    cd "$BATS_TEST_TMPDIR/files" || return 1
    letters f 100000
    cp f old
}

# alone: nothing lies beside the files of setup() and of the test.
alone() {
    [ -z "$(find . -name '*.mmtool-journal')" ]
}

# edits COUNT: commands that write all over the start of the file.
edits() {
    for ((i = 0; i < $1; i++)); do
        echo "write $((i * 7)) wxyz"
    done
}

# made: how many journals the traced command made.
made() {
    grep -c 'mmtool-journal.*O_CREAT' trace
}

@test "short edits in a row use one journal" {
    need_marks
    need strace
    edits 100 >commands
    strace -qq -o trace -e trace=openat "$MMTOOL" run f commands
    [ "$(made)" -eq 1 ]
    alone
    edits 100 | while read -r _ at text; do
        printf %s "$text" | dd of=old bs=1 seek="$at" conv=notrunc status=none
    done
    cmp f old
    [ -z "$(getfattr --dump --match=mmtool f 2>/dev/null)" ]
}

@test "reads between them use it, too; what may take long does not leave it in sight" {
    need_marks
    need strace
    printf '%s\n' 'write 0 a' 'read 0+1' size tell 'write 1 b' 'readline' 'write 2 c' >commands
    strace -qq -o trace -e trace=openat "$MMTOOL" run f commands >/dev/null
    [ "$(made)" -eq 1 ]
    run -0 mmtool run f -c 'write 0 a' -c 'exec ls -A' -c 'write 1 b'
    [[ $output != *journal* ]]
    for long in 'find abc' 'rfind abc' 'flush' 'info'; do
        printf '%s\n' 'write 0 a' "$long" 'write 1 b' >commands
        strace -qq -o trace -e trace=openat "$MMTOOL" run f commands >/dev/null
        [ "$(made)" -eq 2 ]
    done
    alone
}

@test "an edit that needs more than the journal has gets its own" {
    need_marks
    need strace
    printf '%s\n' 'write 0 a' 'splice 5+0 longer' 'write 1 b' 'resize -3' 'write 2 c' \
        'write --durable 3 d' 'write --no-journal 4 e' 'move 0 50000+1000' >commands
    mmtool run f commands
    alone
    python3 - <<'PY'
old = open("old", "rb").read()
new = bytearray(b"a" + old[1:5] + b"longer" + old[5:])
new[1:2] = b"b"
del new[-3:]
new[2:5] = b"cde"
new[0:1000] = new[50000:51000]
open("new", "wb").write(new)
PY
    cmp f new
}

@test "while a script waits for its next command no journal is in sight" {
    need_marks
    need strace
    mkfifo commands
    "$MMTOOL" run --answers f - <commands >answers 3>&- &
    exec 7>commands
    for round in 1 2 3; do
        echo "write 0 $round" >&7
        for ((i = 0; i < 100; i++)); do
            [ "$(wc -l <answers)" -lt "$round" ] || break
            sleep 0.02
        done
        for ((i = 0; i < 100; i++)); do
            alone && break
            sleep 0.02
        done
        alone
    done
    exec 7>&-
    wait $!
    [ "$(head -c 1 f)" = 3 ]
}

@test "two scripts and a reader on one file, each between the edits of the others" {
    need_marks
    need strace
    edits 300 >first
    edits 300 | sed 's/wxyz/WXYZ/' >second
    "$MMTOOL" run --wait f first 3>&- &
    one=$!
    "$MMTOOL" run --wait f second 3>&- &
    two=$!
    for ((look = 0; look < 20; look++)); do
        run -0 mmtool read --wait f 0+4
    done
    wait $one
    wait $two
    alone
    # each place has the bytes of the one or the other, whole
    [ "$(head -c 2100 f | tr '\n' . | fold -w 7 | cut -c 1-4 | grep -cx 'wxyz\|WXYZ')" -eq 300 ]
}

@test "a file that was replaced meanwhile leaves its name free for the journal of the new one" {
    need_marks
    need strace
    cp f new
    printf '%s\n' 'write 0 a' 'exec mv new f' 'write 1 b' 'write 2 c' 'exec ls -A' >commands
    run -0 mmtool run f commands
    [[ $output != *journal* ]]
    cp old new
    printf '%s\n' 'write 0 a' 'exec mv new f' 'write 1 b' "exec sleep 0.1; '$MMTOOL' write f 2 C" \
        'write 3 d' 'write 4 e' "exec '$MMTOOL' write f 5 F" >commands
    mmtool run f commands
    [ "$(head -c 7 f)" = "$(head -c 2 old)C$(head -c 5 old | tail -c 2)F$(head -c 7 old | tail -c 1)" ]
    alone
}

@test "a signal ends the script, and leaves nothing but perhaps an edit to finish" {
    need_marks
    need strace
    for signal in TERM INT HUP; do
        env --default-signal=INT,HUP "$MMTOOL" run f <(yes 'write 0 abcd' 3>&-) 3>&- &
        script=$!
        sleep 0.1
        kill -"$signal" $script
        status=0
        wait $script || status=$?
        [ $status -eq $((128 + $(kill -l $signal))) ]
        mmtool info -s f
        alone
        [ "$(head -c 4 f)" = abcd ]
    done
}

@test "a script that is killed between or in its edits leaves each edit old or new" {
    need_marks
    need strace
    for ((round = 0; round < 40; round++)); do
        # each write passes a page boundary, so that it may be half made
        "$MMTOOL" run f <(yes $'write 4092 aaaaaaaa\nwrite 4092 bbbbbbbb' 3>&-) 3>&- &
        script=$!
        sleep "0.0$((RANDOM % 90 + 10))"
        may_fail kill -KILL $script 2>/dev/null
        may_fail wait $script 2>/dev/null
        text=$(mmtool read f 4092+8 2>/dev/null)
        [[ $text == aaaaaaaa || $text == bbbbbbbb ]]
        alone
        cmp <(mmtool read f 8192:) <(tail -c +8193 old)
    done
}

# calls COUNT: how many system calls a script of so many writes makes.
calls() {
    edits "$1" >commands
    strace -f -qq -o trace "$MMTOOL" run f commands
    wc -l <trace
}

@test "a write of a script asks the system for little" {
    ! grep -qa __asan_init "$MMTOOL" || skip "a sanitizer's views are no mappings: stores are calls"
    need_marks
    need strace
    few=$(calls 10)
    many=$(calls 110)
    [ $((many - few)) -le 1850 ]
    [ "$(grep -c '^[0-9]* *pwrite64' trace)" -le 240 ]
}

@test "a script goes on when its journal is cut or taken away" {
    need_marks
    need strace
    for harm in 'truncate -c -s 0' 'truncate -c -s 512' 'rm -f' 'chmod 644'; do
        cp old f
        printf '%s\n' 'write 0 a' 'write 1 b' 'write 2 c' >commands
        "$MMTOOL" run --keep-going f <(cat commands
            sh -c "$harm .f.mmtool-journal" 2>/dev/null; echo 'write 3 d'; echo 'write 4 e') 3>&- ||
            [ $? -eq 2 ]
        mmtool info -s f
        cmp <(tail -c +6 f) <(tail -c +6 old)
        [[ $(head -c 5 f) == abc[d"$(head -c 4 old | tail -c 1)"]e ]]
        alone
    done
}

@test "a short edit asks the system for little" {
    need_marks
    need strace
    strace -f -qq -o trace "$MMTOOL" --version
    ! grep -q 'libc\.' trace || skip "loading a shared libc takes calls, too"
    strace -f -qq -o trace "$MMTOOL" write f 0 abcd
    [ "$(wc -l <trace)" -le 71 ]
    strace -f -qq -o trace "$MMTOOL" read f 0+4
    [ "$(wc -l <trace)" -le 41 ]
}
