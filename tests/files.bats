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

# ---- standard input -------------------------------------------------------------------------

@test "- reads and searches a pipe" {
    [ "$(printf 'one two' | mmtool read - 4:)" = two ]
    [ "$(printf 'one two two' | mmtool find - two)" = 4 ]
    [ "$(printf 'one two two' | mmtool rfind -ar - two)" = $'8+3\n4+3' ]
    [ "$(printf 'a\nb\nc\n' | mmtool read -l-1 -)" = c ]
    [ "$(printf 'one' | mmtool read - -2:)" = ne ]
}

@test "a stream is read no further than a range that ends" {
    [ -c /dev/zero ] || skip "there is no /dev/zero"
    run -0 timeout 10 "$MMTOOL" read -x /dev/zero 0+5
    [ "$output" = 0000000000 ]
    run -0 timeout 10 "$MMTOOL" read -x /dev/zero 2:4
    [ "$output" = 0000 ]
    run -0 timeout 10 "$MMTOOL" find -x /dev/zero 00 7:9
    [ "$output" = 7 ]
    run -0 timeout 10 "$MMTOOL" rfind -x -p 00 /dev/zero :9
    [ "$output" = 8 ]
    run -0 timeout 10 "$MMTOOL" read -x --window=2:5 /dev/zero
    [ "$output" = 000000 ]
    run -0 timeout 10 "$MMTOOL" read -x --window=2: /dev/zero 1+2
    [ "$output" = 0000 ]
    make f abcdef
    timeout 10 "$MMTOOL" write --from=/dev/zero@3+2 f 1
    holds f 'a\x00\x00def'
    timeout 10 "$MMTOOL" splice --from=/dev/zero@:1 f 0:5
    holds f '\x00f'
}

@test "what a stream gives behind the range stays for the next reader" {
    printf 'one two three' >text
    { mmtool read - :4; cat; } < <(cat text) >out
    cmp out text
    prints 'wo ' mmtool read --window=5: - 0+3 < <(cat text)
}

@test "a range of a stream is that of a file of the same bytes" {
    printf '0123456789' >text
    for range in 3 3: :3 3:7 3+4 -3 -3:8 2:-2 -5+2 end : 20 20: 5:20 0:0; do
        prints "$(mmtool read text "$range")" mmtool read - "$range" < <(cat text)
        prints "$(mmtool find text '' "$range")\\n" mmtool find - '' "$range" < <(cat text)
    done
    prints '' mmtool read - 7:3 < <(cat text)
    says_no mmtool find - '' 7:3 < <(cat text)
    for window in 3:7 3: -3: 2:-2 3+4; do
        prints "$(mmtool read --window="$window" text 1:3)" mmtool read --window="$window" - 1:3 < <(cat text)
    done
    refuses 'size 10' mmtool read --window=3:11 - < <(cat text)
    printf 'one\ntwo\n' >text
    prints 'one\n' mmtool read -L - 0:1 < <(cat text)
    prints '0:one\n' mmtool find -l - o 0:1 < <(cat text)
}

@test "a request that is wrong anyhow does not wait for a stream's end" {
    [ -c /dev/zero ] || skip "there is no /dev/zero"
    run -2 timeout 10 "$MMTOOL" read /dev/zero 5x
    run -2 timeout 10 "$MMTOOL" find /dev/zero
}

@test "a stream that does not fit in memory: a message" {
    [ -c /dev/zero ] || skip "there is no /dev/zero"
    grep -q __asan_init "$MMTOOL" && skip "a sanitizer needs the address space for itself"
    without_memory() { (ulimit -v 300000 && exec "$MMTOOL" "$@"); }
    refuses 'out of memory' without_memory rfind -x /dev/zero 01
}

@test "- is a file when standard input is one" {
    letters f 1000000
    prints '5\n' mmtool find - f <f
    prints '999995\n' mmtool rfind - f <f
}

@test "- is all of the file, wherever its reader stands" {
    make f 'one two'
    { head -c 4 >/dev/null; mmtool find - two; } <f >out
    holds out '4\n'
}

@test "- of a pipe larger than any buffer, and of an empty one" {
    letters f 3000000
    mmtool read - < <(cat f) >out
    cmp f out
    prints '' mmtool read - </dev/null
    : | prints '' mmtool read -
    : | says_no mmtool find - x
}

@test "- with standard input closed" {
    without_input() { mmtool "$@" <&-; }
    run -2 --separate-stderr without_input read -
    [ "$stderr" = 'mmtool: read: -: standard input is closed' ]
}

@test "- is refused where bytes are changed, and by flush and info" {
    for line in 'write:0:x' 'move:0:0+1' 'resize:5' 'splice:0+0:x' 'advise:normal' flush info; do
        IFS=: read -ra words <<<"$line"
        usage_error 'standard input' mmtool "${words[0]}" - "${words[@]:1}" </dev/null
    done
}

@test "a file named - is ./-" {
    make ./- abc
    mmtool write ./- 0 x
    prints xbc mmtool read ./-
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

# ---- block devices --------------------------------------------------------------------------

# Binds `disk` to a loop device, $device; end_device undoes it.
need_device() {
    [ "$(id -u)" -eq 0 ] || skip "needs root"
    need losetup
    device=$(losetup -f --show disk 2>/dev/null) || skip "there are no loop devices here"
}

teardown() {
    [ -z "$device" ] || losetup -d "$device"
}

@test "a block device is read, searched and written, its size known" {
    letters disk 1048576
    need_device
    prints '1048576\n' mmtool info -s "$device"
    mmtool info "$device" | grep -q '^kind: block device'
    prints abc mmtool read "$device" 0+3
    prints '3\n' mmtool find "$device" def
    prints '1048575\n' mmtool rfind "$device" f
    mkdir journals
    export MMTOOL_JOURNAL_DIR=$PWD/journals
    mmtool write "$device" 512 XYZ
    mmtool write "$device" -2 UV
    mmtool move "$device" 0 512+3
    mmtool splice "$device" 3:5 12
    [ -z "$(ls -A journals)" ]
    prints XYZ12 mmtool read "$device" 0+5
    prints UV mmtool read "$device" -2:
    mmtool flush "$device"
    mmtool advise "$device" willneed 0:4096
    [ "$(head -c 5 disk)" = XYZ12 ]
}

@test "a block device's journal needs a directory, or to be done without" {
    letters disk 1048576
    need_device
    refuses '--journal-dir' mmtool write "$device" 0 X
    cmp -n 1048576 "$device" <(yes abcdefghi)
    mmtool write --no-journal "$device" 0 X
    mmtool write --journal-dir=. "$device" 1 Y
    prints XYc mmtool read "$device" 0+3
}

@test "a block device is never resized" {
    letters disk 1048576
    need_device
    refuses 'cannot change its size (1048576 bytes)' mmtool resize "$device" 5
    refuses 'cannot change its size' mmtool resize "$device" +5
    refuses 'cannot change its size' mmtool splice "$device" 0+1
    refuses 'cannot change its size' mmtool splice "$device" 0+0 x
    run -2 --separate-stderr mmtool write --extend "$device" -1 ab
    [[ $stderr == *"2 bytes at 1048575 pass the end (size 1048576)" ]]
    mmtool resize "$device" 1M
    cmp -n 1048576 "$device" <(yes abcdefghi)
}

# ---- cut short by another program -----------------------------------------------------------

# The results of COMMAND go to a FIFO that nobody reads, so that it stops in the middle; the file f
# is then cut to SIZE, and COMMAND goes on. Status and messages are left in $status and `errors`.
while_cut() {
    local size=$1
    shift
    mkfifo results
    "$@" >results 2>errors 3>&- &
    local running=$!
    exec 7<results
    head -c 1 <&7 >first
    truncate -s "$size" f
    cat <&7 >rest
    exec 7<&-
    status=0
    wait "$running" || status=$?
    cat errors
}

@test "read of a file that is cut short meanwhile: a message and status 2, no crash" {
    letters f 8000000
    while_cut 1000 mmtool read f
    [ "$status" -eq 2 ]
    grep -q '^mmtool: read: f: .*cut short.*size was 8000000, is 1000' errors
    [ "$(wc -l <errors)" -eq 1 ]
}

# A search that holds no lock waits for the reader of its results, and so is in its middle here.

@test "find of a file that is cut short meanwhile" {
    letters f 8000000
    while_cut 1000 mmtool find --ignore-journal -a f a
    [ "$status" -eq 2 ]
    grep -q '^mmtool: find: f: .*cut short' errors
}

@test "rfind of a file that is cut short meanwhile" {
    letters f 8000000
    while_cut 1000 mmtool rfind --ignore-journal -a f a
    [ "$status" -eq 2 ]
    grep -q '^mmtool: rfind: f: .*cut short' errors
}

@test "find of a file with holes that is cut short meanwhile: not taken for one more hole" {
    zeros f 64M
    letters part 1000000
    mmtool write --from=part f 0
    mmtool write --from=part f 32M
    while_cut 1000000 mmtool find --ignore-journal -a f a
    [ "$status" -eq 2 ]
    grep -q '^mmtool: find: f: .*cut short' errors
}

# So large, and written in such steps, that it is searched through views of the cache.
@test "find of a large file that is cut short meanwhile: what was found is told once" {
    for size in 60000000 90000001; do
        for options in -a -aE; do
            {
                head -c 24M /dev/zero
                yes "$(printf '%01000d' 7)" | head -c 100M
            } | dd of=f bs=8M iflag=fullblock status=none
            while_cut "$size" mmtool find --ignore-journal "$options" f 7
            [ "$status" -eq 2 ]
            grep -q "^mmtool: find: f: .*cut short.*is $size)" errors
            cat first rest >found
            cmp found <(sort -nu found)
            [ "$(wc -l <found)" -gt 10000 ]
            rm results
        done
    done
}

@test "DATA from a file that is cut short meanwhile" {
    letters f 8000000
    while_cut 1000 mmtool read f 0:8000000
    [ "$status" -eq 2 ]
}

@test "splice in a file that another program cuts before the edit: the file as it is when it is locked" {
    letters f 1000000
    mkfifo data
    "$MMTOOL" splice --from=data f 10+0 3>&- &
    running=$!
    exec 7>data
    truncate -s 5000 f
    cp f g
    printf new >&7
    exec 7>&-
    wait "$running"
    cmp f <(head -c 10 g; printf new; tail -c +11 g)
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
