# What a FILE can be, and what stays as it was.

# shellcheck disable=SC2154 # bats sets stderr, the helper source_root
# shellcheck disable=SC2094 # what is read in a pipeline here is not what is written
load helper

# ---- sizes ----------------------------------------------------------------------------------

@test "an empty file: no bytes, no match, an insertion at 0" {
    make f ''
    prints '' mmtool read f
    says_no mmtool find f a
    says_no mmtool rfind f a
    mmtool splice f 0+0 abc
    holds f abc
}

@test "a file of one byte" {
    make f x
    prints x mmtool read f
    prints '0\n' mmtool find f x
    prints '0\n' mmtool rfind f x
    mmtool write f -1 y
    holds f y
    mmtool move f 0 0:1
    mmtool splice f 0+1
    holds f ''
}

@test "a page, one byte less, one more" {
    page=$(getconf PAGESIZE)
    for size in $((page - 1)) "$page" $((page + 1)); do
        letters f "$size"
        cp f g
        mmtool write f -1 X
        mmtool write f 0 Y
        cmp f <(printf Y; tail -c +2 g | head -c -1; printf X)
        prints "$((size - 1))\\n" mmtool rfind f X
        prints '0\n' mmtool find f Y
        prints '' mmtool flush f
    done
}

@test "more than 4 GiB" {
    zeros f 5G
    mmtool write f 4294967294 abcd
    prints '4294967294\n' mmtool find f abcd
    prints '4294967296\n' mmtool rfind f cd
    prints abcd mmtool read f 4294967294+4
    mmtool write f -1 z
    prints '5368709119\n' mmtool find f z
    prints '5368709119\n' mmtool rfind f z
    mmtool resize f 4294967297
    prints abc mmtool read f 4294967294:
}

@test "10 TiB: read, write, find, rfind and splice at the end" {
    zeros f 10T
    mmtool write f -6 needle
    prints needle mmtool read f -6:
    prints '10995116277754\n' mmtool find f needle
    prints '10995116277754\n' mmtool rfind f needle
    prints '\x00n' mmtool read f 10995116277753+2
    mmtool splice f -6:-3 xy
    prints '10995116277759\n' mmtool info -s f
    prints '\x00xydle' mmtool read f -6:
    mmtool splice f end+0 tail
    prints '10995116277763\n' mmtool info -s f
    [ "$(stat -c %b f)" -lt 1000 ]
}

@test "10 TiB: a move within it" {
    zeros f 10T
    mmtool write f -6 needle
    mmtool move f 7T -6:
    prints '7696581394432\n' mmtool find f needle
}

# ---- in place -------------------------------------------------------------------------------

# Every kind of change to FILE, one behind the other; it holds 10 bytes before and after.
change_all() {
    mmtool write "$1" 0 ab
    mmtool write --extend "$1" end xyz
    mmtool move "$1" 2 0:2
    mmtool resize "$1" -1
    mmtool resize "$1" +5
    mmtool splice "$1" 5+0 12345678901234567890
    mmtool splice "$1" 5+20
    mmtool splice "$1" 10:
    holds "$1" abab456789
}

@test "the inode stays, and so do the hard links" {
    make f 0123456789
    ln f g
    inode=$(inode_of f)
    change_all f
    [ "$(inode_of f)" -eq "$inode" ]
    [ f -ef g ]
    cmp f g
}

@test "a symbolic link is followed and stays one" {
    make f 0123456789
    ln -s f link
    change_all link
    [ -L link ]
    [ ! -L f ]
    prints aba mmtool read link 0+3
    cmp f link
}

@test "a chain of symbolic links; a broken one; a ring" {
    make f 0123
    ln -s f a
    ln -s a b
    mmtool write b 0 x
    holds f x123
    ln -s nosuch broken
    refuses 'no such file' mmtool read broken
    ln -s ring ring
    refuses 'symbolic links' mmtool read ring
}

@test "--create through a symbolic link makes the file it points to" {
    ln -s new link
    mmtool write --create --extend link 0 abc
    [ -L link ]
    holds new abc
}

@test "mode and owner stay, set-id bits of a program aside" {
    make f 0123456789
    chmod 604 f
    [ "$(id -u)" -ne 0 ] || chown 1234:2345 f
    before=$(stat -c '%a %u %g' f)
    change_all f
    [ "$(stat -c '%a %u %g' f)" = "$before" ]
}

@test "extended attributes stay" {
    need setfattr getfattr
    make f 0123456789
    setfattr -n user.note -v kept f || skip "this file system has no extended attributes"
    change_all f
    getfattr -n user.note f | grep -q kept
}

@test "a program that holds the file open sees the edit" {
    make f 0123456789
    exec 7<f
    mmtool splice f 0+5 abcdefgh
    [ "$(cat <&7)" = abcdefgh56789 ]
    exec 7<&-
}

@test "no other file is left in the directory" {
    make f 0123456789
    change_all f
    mmtool find f a
    [ "$(ls -A)" = f ]
}

@test "names with blanks, newlines, quotes, wildcards" {
    for name in 'a b' $'a\nb' '"' "'" '*' $'\\' $'\xff' '%s%n' 'a:b' 'a+b'; do
        make "$name" 0123
        mmtool write "$name" 1 x
        holds "$name" 0x23
        prints '0+1\n' mmtool find -r "$name" 0
    done
}

# ---- permission -----------------------------------------------------------------------------

@test "a read-only file can be read and searched, and cannot be changed" {
    make f 0123456789
    chmod 444 f
    need_stranger
    prints 0123456789 as_stranger "$MMTOOL" read f
    prints '3\n' as_stranger "$MMTOOL" find f 3
    prints '3\n' as_stranger "$MMTOOL" rfind f 3
    as_stranger "$MMTOOL" info f
    refuses 'permission denied' as_stranger "$MMTOOL" write f 0 x
    refuses 'permission denied' as_stranger "$MMTOOL" splice f 0+1
    refuses 'permission denied' as_stranger "$MMTOOL" move f 0 1+1
    refuses 'permission denied' as_stranger "$MMTOOL" resize f 0
    holds f 0123456789
}

@test "a file without permission" {
    make f 0123
    chmod 000 f
    need_stranger
    for name in read flush info; do
        refuses "mmtool: $name: f: permission denied" as_stranger "$MMTOOL" "$name" f
    done
    refuses 'permission denied' as_stranger "$MMTOOL" find f 1
    refuses 'permission denied' as_stranger "$MMTOOL" write f 0 x
}

@test "a directory where nothing may be made" {
    mkdir dir
    chmod 555 dir
    need_stranger
    refuses 'permission denied' as_stranger "$MMTOOL" write --create --extend dir/new 0 x
    refuses 'permission denied' as_stranger "$MMTOOL" resize --create dir/new 5
    [ ! -e dir/new ]
}

@test "a running program is not changed, and the message says why" {
    cp /bin/sleep program
    ./program 30 3>&- &
    running=$!
    run -2 --separate-stderr mmtool write program 0 x
    kill "$running"
    [[ $stderr == "mmtool: write: program: the file is a running program"* ]]
    cmp program /bin/sleep
}

@test "an immutable file" {
    [ "$(id -u)" -eq 0 ] || skip "needs root"
    need chattr
    make f 0123
    chattr +i f || skip "this file system has no immutable files"
    run -2 --separate-stderr mmtool write f 0 x
    chattr -i f
    [[ $stderr == "mmtool: write: f: "*immutable* ]]
    holds f 0123
}

@test "the whole disk is full: a message, the bytes as they were" {
    [ "$(id -u)" -eq 0 ] || skip "needs root to mount"
    mkdir small
    mount -t tmpfs -o size=256k none small 2>/dev/null || skip "cannot mount a tmpfs"
    letters small/f 200000
    cp small/f g
    run --separate-stderr mmtool splice --repeat=100000 small/f 5+0 x
    splice_status=$status splice_error=$stderr
    cmp small/f g || splice_status=changed
    run --separate-stderr mmtool resize --allocate small/f 10M
    resize_status=$status
    cmp small/f g || resize_status=changed
    umount small
    echo "$splice_error"
    [ "$splice_status" = 2 ]
    [[ $splice_error == "mmtool: splice: small/f: "*"no space left"* ]]
    [ "$resize_status" = 2 ]
}

# ---- other kinds of files -------------------------------------------------------------------

@test "a directory: every subcommand says so" {
    mkdir dir
    for line in read 'find:x' 'rfind:x' 'write:0:x' 'move:0:0+1' 'resize:5' 'splice:0+0:x' \
        'advise:normal' flush info; do
        IFS=: read -ra words <<<"$line"
        refuses "mmtool: ${words[0]}: dir: it is a directory" mmtool "${words[0]}" dir "${words[@]:1}"
    done
    refuses 'it is a directory' mmtool read - <dir
}

@test "a socket" {
    need python3
    python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("socket")'
    refuses 'it is a socket' mmtool read socket
    refuses 'it is a socket' mmtool write socket 0 x
    refuses 'it is a socket' mmtool info socket
}

@test "a FIFO as a thing to edit is refused at once" {
    mkfifo fifo
    refuses 'stream' timeout 5 "$MMTOOL" write fifo 0 x
    refuses 'stream' timeout 5 "$MMTOOL" splice fifo 0+0 x
    refuses 'stream' timeout 5 "$MMTOOL" resize fifo 0
}

@test "info, flush and advise of a FIFO do not wait for its writer" {
    mkfifo fifo
    refuses 'stream' timeout 5 "$MMTOOL" info fifo
    refuses 'stream' timeout 5 "$MMTOOL" flush fifo
    refuses 'stream' timeout 5 "$MMTOOL" advise fifo willneed
}

@test "a FIFO by its name can be read and searched" {
    mkfifo fifo
    printf 'one two' >fifo 3>&- &
    prints 'one two' mmtool read fifo
    wait $!
    printf 'one two' >fifo 3>&- &
    prints '4\n' mmtool find fifo two
    wait $!
}

@test "a terminal is no thing to edit" {
    need_terminal
    on_terminal "'$MMTOOL' write /dev/tty 0 x; echo status \$?" >out
    grep -q 'status 2' out
    grep -q terminal out
}

@test "the null device" {
    prints '' mmtool read /dev/null
    says_no mmtool find /dev/null a
    refuses 'device' mmtool write --extend /dev/null 0 a
}

# ---- files whose size lies ------------------------------------------------------------------

@test "/proc files are read to their end" {
    [ -r /proc/self/status ] || skip "there is no /proc"
    [ "$(mmtool read /proc/version)" = "$(cat /proc/version)" ]
    mmtool find -q /proc/self/status Name:
    mmtool rfind -q /proc/cpuinfo processor
    [ "$(mmtool read -l /proc/self/status)" = "Name:	mmtool" ]
    [ "$(mmtool read -l-1 /proc/meminfo | wc -l)" -eq 1 ]
}

@test "a /sys file" {
    [ -r /sys/kernel/mm/transparent_hugepage/enabled ] || skip "there is no such file"
    [ "$(mmtool read /sys/kernel/mm/transparent_hugepage/enabled)" = \
        "$(cat /sys/kernel/mm/transparent_hugepage/enabled)" ]
}

@test "a /proc file cannot be edited, flushed or advised on, and the message says why" {
    [ -w /proc/self/comm ] || skip "there is no /proc"
    refuses 'the system makes up its bytes' mmtool write /proc/self/comm 0 x
    refuses 'the system makes up its bytes' mmtool flush /proc/version
    refuses 'the system makes up its bytes' mmtool advise /proc/version willneed
}

@test "--from a /proc file" {
    [ -r /proc/version ] || skip "there is no /proc"
    make f ''
    mmtool splice --from=/proc/version f 0+0
    cmp f /proc/version
}

# ---- names that are not there ---------------------------------------------------------------

@test "a missing file, a missing directory, a file where a directory should be" {
    make f abc
    refuses 'mmtool: read: nosuch: no such file' mmtool read nosuch
    refuses 'no such directory' mmtool read no/such
    refuses 'not a directory' mmtool read f/x
    refuses 'too long' mmtool read "$(printf 'x%.0s' {1..300})"
    refuses 'no such file' mmtool write nosuch 0 x
    refuses 'no such file' mmtool splice nosuch 0:0 x
    refuses 'no such file' mmtool resize nosuch 0
    refuses 'no such file' mmtool move nosuch 0 0:0
    [ ! -e nosuch ]
}
