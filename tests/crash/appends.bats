# Edits of a file that another program appends to.

# shellcheck disable=SC2154 # bats sets stderr
load ../helper
load crash

# beside WRITER_OPTION...: appends.py, with as many edits as rounds ask for.
beside() {
    need python3
    [ "$(uname)" = Linux ] || skip "other systems promise less"
    [ "${MMTOOL_SANITIZE:-none}" = none ] || skip "a program with sanitizers is too slow for turns"
    python3 "$BATS_TEST_DIRNAME/appends.py" "$MMTOOL" \
        --edits=$((60 * ${MMTOOL_TEST_ROUNDS:-1})) "$@" >table || { cat table && return 1; }
    cat table >&3
}

# What is told in the manual as the one exception: 1 in 100, and a moment in which this machine had
# something else to do.
@test "cut at the head beside a writer: next to no line is lost, no cut fails" {
    beside --most-lost=$((3 + 3 * ${MMTOOL_TEST_ROUNDS:-1} / 5)) cut cut-little
}

@test "grown, or changed at the same length, beside a writer: no line is lost, no edit fails" {
    beside grow grow-much grow-all same-length
}

# on_ext4: works in a directory on that file system; `teardown` leaves it.
on_ext4() {
    [ "$(stat -f -c %T .)" != ext2/ext3 ] || return 0
    [ "$(id -u)" -eq 0 ] || skip "only root can mount"
    need mkfs.ext4 losetup
    truncate -s 200M image
    mkfs.ext4 -q image
    mkdir disk
    mount -o loop image disk 2>/dev/null || skip "no ext4 can be mounted here"
    mounted=$PWD/disk
    cd disk || return
}

teardown() {
    [ -z "${mounted:-}" ] || umount -l "$mounted"
}

@test "whole blocks put in and taken out on ext4 beside a writer: no line is lost" {
    on_ext4
    beside cut-blocks grow-blocks
}

# held_up INJECTION EDIT...: that edit of f, a call of it held up by strace while 12 bytes are
# appended; $status is the edit's.
held_up() {
    local injection=$1 editor
    shift
    status=0
    exec 7>>f
    strace -qq -o /dev/null -e trace=fallocate,ftruncate,fgetxattr -e inject="$injection" \
        "$MMTOOL" "$@" 2>message 3>&- 7>&- &
    editor=$!
    sleep 0.7
    printf 'one line...\n' >&7
    exec 7>&-
    wait $editor || status=$?
}

@test "appended to right before it grows: it grows behind that, whatever there is room for" {
    need strace
    for length in 1 12 13 5000; do
        make f "$(seq 5000)"
        cp f old
        head -c "$length" /dev/zero | tr '\0' x >new
        # The first is the journal's.
        held_up fallocate:delay_enter=1400000:when=2 splice f 10+0 -f new
        [ "$status" -eq 0 ]
        cmp f <(head -c 10 old && cat new && tail -c +11 old && echo 'one line...')
        [ ! -e .f.mmtool-journal ]
    done
}

@test "appended to right before it grows where nothing can be reserved: likewise" {
    need strace
    [ "$(id -u)" -eq 0 ] || skip "only root can mount"
    mkdir disk
    mount -t ramfs none disk 2>/dev/null || skip "no ramfs can be mounted here"
    mounted=$PWD/disk
    cd disk || return
    head -c 5000 /dev/zero | tr '\0' x >new
    seq 5000 >old
    cp old f
    strace -qq -o calls -e trace=fallocate,ftruncate "$MMTOOL" splice f 10+0 -f new
    cat calls
    grep -q 'fallocate.*EOPNOTSUPP' calls
    cp old f
    held_up "ftruncate:delay_enter=1400000:when=$(grep -c ftruncate calls)" splice f 10+0 -f new
    [ "$status" -eq 0 ]
    cmp f <(head -c 10 old && cat new && tail -c +11 old && echo 'one line...')
    [ ! -e .f.mmtool-journal ]
}

@test "appended to while a growth fails: status 2, and what was appended stays" {
    need strace
    make f "$(seq 5000)"
    cp f old
    held_up fallocate:delay_enter=1400000:error=ENOSPC:when=2 splice f 10+0 7bytes!
    [ "$status" -eq 2 ]
    cmp f <(cat old && echo 'one line...')
    [ ! -e .f.mmtool-journal ]
}

@test "appended to between the opening and the edit: what was appended follows" {
    need strace
    for words in 'splice f 2+0 abc' 'splice f 2+5 abc' 'splice f 2+3 abc' 'splice f -2: abc' \
        'splice --no-journal f 2+5 abc' 'splice --new-inode f 2+0 abc' 'resize f 5'; do
        make f 0123456789
        cp f old
        read -ra edit <<<"$words"
        mmtool "${edit[@]/%f/old}"
        # It looks for a mark when it has the lock and knows the size.
        held_up fgetxattr:delay_exit=1400000:when=1 "${edit[@]}"
        [ "$status" -eq 0 ]
        cmp f <(cat old && echo 'one line...')
    done
}

@test "an open that does not wait never fails because of an edit" {
    need python3
    head -c 64000000 /dev/urandom >f
    # Who else has a file open is only asked of one that was written to just now.
    touch -d 2020-01-01 f
    python3 -c '
import os, sys, time
opened, ends = 0, False
while not ends:
    ends = os.path.exists("done")
    time.sleep(0.0003)
    try:
        os.close(os.open("f", os.O_RDWR | os.O_NONBLOCK))
    except BlockingIOError:
        sys.exit("the file could not be opened")
    opened += 1
    open("begun", "w").close()
print(opened)' >opened 3>&- &
    while [ ! -e begun ]; do sleep 0.01; done
    mmtool splice f 10+7
    mmtool splice f 10+0 7bytes!
    mmtool write f 10 7bytes!
    : >"done"
    wait $!
    echo "# opened $(cat opened) times" >&3
}
