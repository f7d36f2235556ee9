# A file that another program writes anew after a kill, before the recovery: it is left alone.

# shellcheck disable=SC2154 # bats sets stderr, the helper source_root
load ../helper
load crash

teardown() {
    if [ -n "${mounted:-}" ]; then
        umount -l "$mounted"
    fi
}

# ---- kinds of edits -------------------------------------------------------------------------

# the_edit WORD...: what is done to f, a copy of `old`; `program` does it if that is not mmtool.
# `new` is made, the file behind it, and `calls`, what it does to f; it is to be killed behind the middle.
the_edit() {
    need strace
    words=("$@")
    call=${call:-pwrite64}
    cat old >f
    strace -f -qq -o calls -P "$PWD/f" -e trace="$call" "${program:-$MMTOOL}" "${words[@]}"
    count=$(grep -c "$call" calls)
    mv f new
    when=${kill_at:-$(((3 * count + 3) / 4))}
}

# Kills it, always at the same call.
kill_it() {
    local status=0
    rm -f f .f.mmtool-journal undo
    cat old >f
    strace -f -qq -o killed -P "$PWD/f" -e trace="$call" \
        -e inject="$call:signal=KILL:when=$when" "${program:-$MMTOOL}" "${words[@]}" ||
        status=$?
    [ "$status" -eq 137 ] || skip "strace cannot kill here (status $status)"
}

# ---- what becomes of the file meanwhile -----------------------------------------------------

# left_alone: no command goes on with the edit, nothing is changed, and the way out is named.
left_alone() {
    cp f before
    refuses 'mmtool recover f' mmtool read f 0:0
    refuses 'mmtool recover f' mmtool write f 0 x
    cmp f before
    [ -e .f.mmtool-journal ]
    [ ! -e undo ]
}

finished() {
    mmtool info -s f
    cmp f "${1:-new}"
    [ ! -e .f.mmtool-journal ]
}

# Restored from a backup: what cannot be told from the file as it was killed is finished.
restored() {
    kill_it
    cat old >f
    if [ -n "${as_killed:-}" ]; then finished; else left_alone; fi
}

# As long as the file was while it was edited, shorter and longer, with nothing of it.
other_content() {
    local size
    for size in "$(size_of old)" "$(size_of new)" 1000 9000000; do
        kill_it
        head -c "$size" /dev/urandom >f
        left_alone
    done
}

# A log that is copied and truncated, and goes on.
rotated() {
    kill_it
    : >f
    printf 'a new log\n' >>f
    left_alone
    kill_it
    : >f
    yes 'another line of the new log' | head -c 9000000 >>f
    left_alone
}

# A few bytes where the edit has written first.
edited() {
    local offset
    kill_it
    offset=$(sed -n "s/.*$call(.*, \([0-9]*\)).*/\1/p" calls | head -n 1)
    head -c 512 /dev/urandom | dd of=f bs=512 seek="$offset" oflag=seek_bytes conv=notrunc status=none
    left_alone
}

untouched() {
    kill_it
    finished
    kill_it
    printf appended >>f
    cat new >appended
    printf appended >>appended
    finished appended
}

never_a_mixture() {
    the_edit "$@"
    restored
    other_content
    rotated
    [ "$call" != pwrite64 ] || edited
    untouched
}

# Edits of the program with small windows.
with_crash_edit() {
    program=${MMTOOL_CRASH_EDIT:-}
    [ -n "$program" ] || skip "no crash_edit is named (MMTOOL_CRASH_EDIT)"
}

# make_old NAME: `old` for that edit of crash_edit.
make_old() {
    local size=20001
    [ "$1" != 'delete blocks' ] || size=28193
    head -c "$size" /dev/urandom >old
}

# ---- of every kind --------------------------------------------------------------------------

@test "an insertion, killed in the middle: a file written anew is left alone" {
    head -c 3000000 /dev/urandom >old
    never_a_mixture splice f 10+0 inserted
}

@test "a large insertion, killed in the middle: a file written anew is left alone" {
    head -c 3000000 /dev/urandom >old
    head -c 1000000 /dev/urandom >data
    never_a_mixture splice f 5000+0 -f data
}

@test "a deletion, killed in the middle: a file written anew is left alone" {
    head -c 3000000 /dev/urandom >old
    never_a_mixture splice f 10+7
}

@test "a large deletion, killed in the middle: a file written anew is left alone" {
    head -c 3000000 /dev/urandom >old
    never_a_mixture splice f 10+1000000
}

@test "a move, killed in the middle: a file written anew is left alone" {
    head -c 3000000 /dev/urandom >old
    never_a_mixture move f 1000 0+2500000
    never_a_mixture move f 0 1000+2500000
}

@test "many patches, killed in the middle: a file written anew is left alone" {
    head -c 3000000 /dev/urandom >old
    as_killed=yes
    for ((i = 0; i < 30; i++)); do
        printf '%d +100 %s\n' $((i * 100000)) "$(head -c 100 /dev/urandom | od -An -v -tx1 | tr -d ' \n')"
    done >script
    never_a_mixture splice --edits=script f
}

@test "one large patch, killed in the middle: a file written anew is left alone" {
    head -c 3000000 /dev/urandom >old
    head -c 2000000 /dev/urandom >data
    as_killed=yes
    never_a_mixture write f 1000 -f data
}

@test "all replaced, killed in the middle: a file written anew is left alone" {
    head -c 3000000 /dev/urandom >old
    never_a_mixture splice -a -p 'ab' f abc
    never_a_mixture splice -a -p 'ab' f a
    as_killed=yes
    never_a_mixture splice -a -p 'ab' f ba
}

@test "a script, killed in the middle: a file written anew is left alone" {
    head -c 3000000 /dev/urandom >old
    never_a_mixture run --atomic f -c 'splice 10+0 abc' -c 'write 2000000 xyz'
}

@test "an edit with an undo script, killed in the middle: a file written anew is left alone" {
    head -c 3000000 /dev/urandom >old
    never_a_mixture splice --undo=undo f 10+0 inserted
    [ -e undo ]
}

@test "a cut with an undo script, killed before it: a file written anew is left alone" {
    head -c 3000000 /dev/urandom >old
    call=ftruncate kill_at=1 as_killed=yes
    never_a_mixture resize --undo=undo f 1000000
    [ -e undo ]
}

@test "durable edits, killed in the middle: a file written anew is left alone" {
    with_crash_edit
    for name in insert delete 'insert more than a window' 'delete more than a window' \
        'move left' 'move right' 'mixed, growing' 'mixed, shrinking'; do
        make_old "$name"
        never_a_mixture --durable edit "$name" f
    done
    as_killed=yes
    make_old patch
    never_a_mixture --durable edit patch f
}

@test "blocks put in and taken out, killed behind: a file written anew is left alone" {
    [ "$(id -u)" -eq 0 ] || skip "only root can mount"
    need mkfs.ext4 losetup
    truncate -s 128M image
    mkfs.ext4 -q image
    mkdir disk
    mount -o loop image disk 2>/dev/null || skip "no ext4 can be mounted here"
    mounted=$PWD/disk
    with_crash_edit
    cd disk || return 1
    for name in 'insert blocks' 'delete blocks'; do
        make_old "$name"
        never_a_mixture edit "$name" f
        strace -f -e trace=fallocate -o "$BATS_TEST_TMPDIR/calls" "$program" edit "$name" old
        grep -q 'fallocate.*_RANGE' "$BATS_TEST_TMPDIR/calls"
    done
    cd .. || return 1
}
