# What the subcommands that change bytes have in common: how it is done, and what is said.

# shellcheck disable=SC2154 # bats sets stderr
# shellcheck disable=SC2016 # for inner shells
# shellcheck disable=SC2012 # names here are plain
# shellcheck disable=SC2210 # files of these names are meant
load helper

# by_hand: what the changes of each() make of g, done by other programs.
by_hand() {
    { head -c 5 g; printf XYZ; tail -c +9 g; printf END; } >1
    { head -c 1000 1; head -c 100000 1; tail -c +101001 1; } >2
    { head -c 10 2; printf 'a header'; tail -c +11 2; } >3
    { head -c 100 3; tail -c +5001 3; } >4
    sed s/def/D/g 4 | head -c -7
    head -c 100000 /dev/zero
}

# each OPTION...: every kind of change with these options gives the bytes that it should.
each() {
    letters g 300000
    cp g f
    mmtool write "$@" f 5 XYZ
    mmtool write --extend "$@" f end END
    mmtool move "$@" f 1000 0:100000
    mmtool splice "$@" f 10+0 "a header"
    mmtool splice "$@" f 100:5000
    mmtool splice --all -p def "$@" f D
    mmtool resize "$@" f -7
    mmtool resize "$@" f +100000
    cmp f <(by_hand)
}

@test "changes without an option give the bytes that other programs give" {
    each
}

@test "--durable, --no-journal, --flush and --new-inode give the same bytes" {
    each --durable
    each --no-journal
    each --flush
    each --flush=async
    each --new-inode
}

@test "a move gives the same bytes with --new-inode, --undo and in an atomic script" {
    for operands in '20 10+5' '3 10+5' '10 8+12' '8 10+12' '0 25+1'; do
        printf abcdefghijklmnopqrstuvwxyz >old
        cp old want
        # shellcheck disable=SC2086 # two operands
        mmtool move want $operands
        run ! cmp -s want old
        cp old f
        # shellcheck disable=SC2086
        mmtool move --new-inode --undo=undo f $operands
        cmp f want
        mmtool splice --edits=undo f
        cmp f old
        mmtool run --atomic --new-inode -c "move $operands" f
        cmp f want
    done
}

@test "--flush takes nothing else" {
    make f 0123
    usage_error flush mmtool write --flush=sometimes f 0 x
    holds f 0123
}

@test "--durable and --no-journal contradict each other" {
    make f 0123
    usage_error no-journal mmtool write --durable --no-journal f 0 x
    refuses no-journal mmtool run f -c 'write --durable --no-journal 0 x'
    holds f 0123
    mmtool run --durable --anonymous=4 -c 'write 0 x'
}

@test "--undo goes to a file" {
    make f 0123
    usage_error ./- mmtool write --undo=- f 0 x
    [ ! -e - ]
    mmtool write --undo=./- f 0 x
    holds ./- '0 78 30\n'
}

@test "no journal and no other file is left behind" {
    letters f 300000
    mmtool splice f 10+0 x
    mmtool splice --durable f 10+1
    mmtool splice --new-inode f 10+0 x
    refuses '' mmtool write f end x
    run -1 mmtool write --expect=zzz f 0 xyz
    [ "$(ls -A)" = f ]
}

@test "no mark is left on the file" {
    need getfattr
    letters f 300000
    mmtool splice f 10+0 x
    [ "$(size_of f)" -eq 300001 ]
    run ! grep -i mmtool <(getfattr -d -m - f 2>/dev/null)
}

@test "-v says what was done, with numbers, on stderr" {
    letters f 300000
    run -0 --separate-stderr mmtool splice -v f 10+0 abc
    [ -z "$output" ]
    [[ $stderr == "mmtool: splice: f: 3 bytes patched"*"size 300000 to 300003"* ]]
    run -0 --separate-stderr mmtool write -v --no-journal f 0 abc
    [[ $stderr == *"without a journal"* ]]
    run -0 --separate-stderr mmtool write -v --new-inode f 0 abc
    [[ $stderr == *"new file"* ]]
}

@test "--new-inode gives a new inode; mode, owner and attributes go along" {
    make f 0123456789
    chmod 751 f
    ln f other
    [ "$(id -u)" -ne 0 ] || chown 1234:2345 f
    before=$(stat -c '%a %u %g' f)
    inode=$(inode_of f)
    mmtool splice --new-inode f 0:2 abc
    holds f abc23456789
    [ "$(inode_of f)" -ne "$inode" ]
    [ "$(stat -c '%a %u %g' f)" = "$before" ]
    holds other 0123456789
}

@test "--new-inode changes a running program, which an edit in place cannot" {
    cp /bin/sleep program
    ./program 30 3>&- &
    running=$!
    run -2 --separate-stderr mmtool write program -x 7 03
    [[ $stderr == *--new-inode* ]]
    run mmtool write --new-inode program -x 7 03
    kill "$running"
    [ "$status" -eq 0 ]
    [ "$(mmtool read -x program 7+1)" = 03 ]
    ./program 0
}

@test "--new-inode through a symbolic link replaces the file, not the link" {
    make f 0123
    ln -s f link
    mmtool write --new-inode link 0 x
    [ -L link ]
    holds f x123
}

@test "--new-inode leaves alone what somebody else has put where its file goes" {
    make f 0123
    make other precious
    ln other .f.mmtool-new
    refuses 'in the way' mmtool write --new-inode f 0 x
    holds other precious
    rm .f.mmtool-new
    ln -s other .f.mmtool-new
    refuses 'in the way' mmtool write --new-inode f 0 x
    holds other precious
    rm .f.mmtool-new
    mkfifo .f.mmtool-new
    refuses 'in the way' timeout 20 "$MMTOOL" write --new-inode f 0 x
    holds f 0123
    [ -p .f.mmtool-new ]
}

@test "--new-inode does not write into another user's file of the name it needs" {
    [ "$(id -u)" -eq 0 ] || skip "needs root, to make a file of another user"
    make f 0123
    make .f.mmtool-new planted
    chown 65534 .f.mmtool-new
    exec 7<.f.mmtool-new
    refuses 'in the way' mmtool write --new-inode f 0 x
    [ "$(cat <&7)" = planted ]
    exec 7<&-
    holds f 0123
}

@test "--new-inode removes what a killed edit of its kind left" {
    make f 0123
    make .f.mmtool-new 'half a file'
    exec 7<.f.mmtool-new
    mmtool write --new-inode f 0 x
    [ "$(cat <&7)" = 'half a file' ]
    exec 7<&-
    holds f x123
    [ "$(ls -A)" = f ]
}

@test "--new-inode that fails leaves the old file and nothing beside it" {
    letters f 100000
    cp f g
    # shellcheck disable=SC2016 # for the inner shell
    refuses '' bash -c 'ulimit -f 8; exec "$0" splice --new-inode f 10+0 x' "$MMTOOL"
    cmp f g
    [ "$(ls -A | tr '\n' ' ')" = 'f g ' ]
}

@test "--journal-dir is used where the file's directory cannot be written" {
    [ "$(id -u)" -eq 0 ] || skip "needs a file of a user who may not write its directory"
    mkdir dir journals
    letters dir/f 300000
    cp dir/f g
    chmod 666 dir/f
    chmod 555 dir
    chmod 777 journals
    need_stranger
    refuses '' as_stranger "$MMTOOL" splice dir/f 10+0 x
    cmp dir/f g
    as_stranger "$MMTOOL" splice --journal-dir=journals dir/f 10+0 x
    MMTOOL_JOURNAL_DIR=journals as_stranger "$MMTOOL" splice dir/f 10+1
    cmp dir/f g
    as_stranger "$MMTOOL" splice --no-journal dir/f 10+0 x
    [ -z "$(ls -A journals)" ]
}

@test "--expect for move looks at the bytes at DEST" {
    make f 0123456789
    run -1 mmtool move --expect=xx f 0 8:10
    holds f 0123456789
    mmtool move --expect=01 f 0 8:10
    holds f 8923456789
    mmtool move --expect=01 f 0 8:10
    holds f 8923456789
}

# ---- two at once ----------------------------------------------------------------------------

# Holds the file f as an mmtool that edits it does, until `release` is called: by the lock on the
# last byte but one that a file can have. Then X and a newline are written at its start.
# What runs meanwhile in the background must not have descriptor 7, by which the holder is told.
hold() {
    need python3
    [ "$(uname)" = Linux ] || skip "these locks are of Linux"
    mkfifo told
    python3 -c 'import fcntl, os, struct, sys
file = os.open("f", os.O_RDWR)
set_lock, byte = 37, struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, 2**63 - 2, 1, 0)
fcntl.fcntl(file, set_lock, byte)
open("held", "w").close()
open("told").read()
os.pwrite(file, b"X\n", 0)' 3>&- &
    holder=$!
    exec 7>told
    while [ ! -e held ]; do
        kill -0 "$holder"
        sleep 0.01
    done
}

release() {
    exec 7>&-
    wait "$holder"
}

@test "an flock of others is not looked at: scripts take turns with it" {
    need flock
    make f 0123456789
    flock f "$MMTOOL" write f 0 A
    holds f A123456789
}

@test "two mmtools never edit one file at once" {
    make f 0123456789
    hold
    run -2 --separate-stderr mmtool write f 5 Y
    release
    [[ $stderr == "mmtool: write: f: "*"--wait"* ]]
    holds f 'X\n23456789'
}

@test "a reader does not read while another edits, and reads the whole edit when it waits" {
    make f 0123456789
    hold
    run -2 --separate-stderr mmtool read f
    mmtool read --wait f >out 3>&- 7>&- &
    reader=$!
    release
    wait "$reader"
    holds out 'X\n23456789'
}

@test "--wait waits for the other's end" {
    make f 0123456789
    hold
    mmtool write --wait f 5 Y 3>&- 7>&- &
    writer=$!
    release
    wait "$writer"
    holds f 'X\n234Y6789'
}

@test "--wait=SECONDS gives up" {
    make f 0123456789
    hold
    run -2 mmtool write --wait=0 f 5 Y
    run -2 --separate-stderr mmtool write --wait=1 f 5 Y
    [[ $stderr == *"still locked after 1 s" ]]
    release
    holds f 'X\n23456789'
}

# Holds a lease on f, as a file server may, for SECONDS.
lease() {
    rm -f leased
    python3 -c 'import fcntl, os, signal, sys, time
signal.signal(signal.SIGIO, signal.SIG_IGN)
file = os.open("f", os.O_RDWR)
fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_WRLCK)
open("leased", "w").close()
time.sleep(float(sys.argv[1]))' "$1" 3>&- &
    holder=$!
    for _ in $(seq 100); do
        [ ! -e leased ] || return 0
        kill -0 "$holder" 2>/dev/null || skip "this file system has no leases"
        sleep 0.05
    done
}

@test "a file under another program's lease is busy; --ignore-journal waits for its end" {
    [ "$(uname)" = Linux ] || skip "leases are of Linux"
    need python3
    make f 0123456789
    lease 3
    refuses 'another program holds a lease on the file' mmtool read f
    prints 0123456789 mmtool read --ignore-journal f
    prints '10\n' mmtool info -s --ignore-journal f
    wait "$holder"
    mkfifo fifo
    refuses stream timeout 5 "$MMTOOL" info --ignore-journal fifo
}

@test "what works without a lock cannot edit" {
    make f 0123456789
    prints 0123456789 mmtool run --ignore-journal f -c 'read :'
    refuses 'the script can only read' mmtool run --ignore-journal f -c 'write 0 x'
    usage_error 'the file'\''s lock' mmtool run --atomic --ignore-journal f -c 'write 0 x'
    prints '0 30 78\n' mmtool run -n --ignore-journal f -c 'write 0 x'
    usage_error 'the file'\''s lock' mmtool advise --force --ignore-journal f remove
    holds f 0123456789
}

@test "--ignore-journal reads what is there without waiting" {
    make f 0123456789
    hold
    run -0 mmtool read --ignore-journal f
    release
    [ "$output" = 0123456789 ]
}

@test "readers do not keep each other waiting" {
    letters f 1000000
    mkfifo results
    mmtool read f >results 3>&- &
    reader=$!
    exec 7<results
    head -c 1 <&7 >/dev/null
    prints '0\n' mmtool find f a
    cat <&7 >/dev/null
    exec 7<&-
    wait "$reader"
}

@test "forty editors at once with --wait: what each inserts is there" {
    make f ''
    writers=()
    for i in $(seq 40); do
        mmtool splice --wait f 0+0 "$(printf '%02d\n' "$i")," 3>&- &
        writers+=($!)
    done
    for writer in "${writers[@]}"; do
        wait "$writer"
    done
    [ "$(tr , '\n' <f | sort | tr -d '\n')" = "$(printf %02d $(seq 40))" ]
}

@test "--progress=always draws a bar on stderr and wipes it; nothing else changes" {
    letters f 3000000
    cp f g
    mmtool splice --progress=always f 10+0 1234567 2>bar
    grep -q '%' bar
    cmp f <(head -c 10 g; printf 1234567; tail -c +11 g)
    mmtool splice --progress=never f 10+7 2>bar
    [ ! -s bar ]
    cmp f g
}

# ---- done before ----------------------------------------------------------------------------

@test "an edit script that was applied is done: status 0, nothing written" {
    make f abcdef
    printf '2 63 585963\n5 66 -\n' >script
    mmtool splice --edits=script f
    [ "$(cat f)" = abXYcde ]
    touch -d 2001-01-01 f
    run -0 mmtool splice -v --edits=script f
    [[ "$output" == *"the new bytes are there already: nothing to do" ]]
    [ "$(cat f)" = abXYcde ]
    [ "$(date -r f +%Y)" = 2001 ]
    run -1 mmtool splice --strict --edits=script f
    [ "$(cat f)" = abXYcde ]
}

@test "an edit script is done if every NEW is where it leads to, also in a file made shorter" {
    make f 'one two three'
    printf '8 7468726565 33\n0 6f6e65 31\n' >script
    mmtool splice --edits=script f
    [ "$(cat f)" = '1 two 3' ]
    run -0 mmtool splice --edits=script f
    make f '1 two 4'
    run -1 mmtool splice --edits=script f
    [[ "$output" == *"pass the end (size 7)"* ]]
    make f '1 two three'
    printf '6 7468 33\n0 6f 31\n' >script
    run -1 mmtool splice --edits=script f
    [ "$(cat f)" = '1 two three' ]
}

@test "a script that only deletes cannot be told to be done: status 1" {
    make f abcdef
    printf '2 6364 -\n' >script
    mmtool splice --edits=script f
    run -1 mmtool splice --edits=script f
    [ "$(cat f)" = abef ]
}

@test "--strict: new bytes that are there already are other bytes" {
    make f abc
    mmtool write f 0 xyz --expect=abc
    run -0 mmtool write f 0 xyz --expect=abc
    run -1 mmtool write f 0 xyz --expect=abc --strict
    [[ "$output" == *"other bytes than the expected ones are at 0: 78797a" ]]
    run -0 mmtool write f 0 xyz --expect=xyz --strict
    run -1 mmtool splice f 0+3 xyz --expect=abc --strict
    make f abcabc
    run -1 mmtool move f 0 3+3 --expect=xyz --strict
    run -0 mmtool move f 0 3+3 --expect=abc --strict
    run -2 mmtool write f 0 x --strict
    [[ "$output" == *"--expect or --edits"* ]]
    [ "$(cat f)" = abcabc ]
}

@test "--dry-run and --undo list only bytes that differ" {
    head -c 150000 /dev/urandom >f
    cp f new
    printf '\xff\0' | dd of=new bs=1 seek=77777 conv=notrunc status=none
    differ=$(wc -l < <(cmp -l f new))
    run -0 mmtool write -n f 0 -f new
    [ "$(awk '{ n += length($3) / 2 } END { print n }' <<<"$output")" = "$differ" ]
    [ "${#lines[@]}" -le 2 ]
    cp f g
    mmtool write --undo=back g 0 -f new
    cmp g new
    [ "$(wc -l <back)" = "${#lines[@]}" ]
    mmtool splice --edits=back g
    cmp g f
    make f 'a cat, a hat'
    run -0 mmtool splice -n -a -p cat f hat
    [ "$output" = '2 63 68' ]
    run -0 mmtool write -n f 0 'a cat'
    [ -z "$output" ]
    run -0 mmtool move -n f 3 10+2
    [ -z "$output" ]
}

@test "random edits of one length: the listing is what cmp says" {
    need python3
    python3 -c "
import random
random.seed(3)
for i in range(12):
    size = random.choice([1, 63, 64, 65, 16384, 16385, 70000])
    a = bytearray(random.randbytes(size))
    b = bytearray(a)
    for _ in range(random.choice([0, 1, 5, 400])):
        at = random.randrange(size)
        end = min(size, at + random.choice([1, 2, 70, 5000, 20000]))
        b[at:end] = random.choice([bytes(end - at), random.randbytes(end - at)])
    open('a%d' % i, 'wb').write(a)
    open('b%d' % i, 'wb').write(b)"
    for a in a*; do
        b=b${a#a}
        mmtool write -n "$a" 0 -f "$b" >script
        cp "$a" c
        mmtool splice --edits=script c
        cmp c "$b"
        new=$(awk '{ n += $3 ~ /^[+]/ ? $3 : length($3) / 2 } END { print n + 0 }' script)
        [ "$new" = "$(wc -l < <(cmp -l "$a" "$b"))" ]
    done
}

# ---- ? in DATA ------------------------------------------------------------------------------

hex() {
    mmtool read -x "$1"
}

@test "a ? in hex DATA keeps the digit that is there" {
    make f '\x12\x34\x56\x78'
    mmtool write -x f 1 '?? 90'
    [ "$(hex f)" = 12349078 ]
    mmtool write -x f 0:2 'a? ?b'
    [ "$(hex f)" = a23b9078 ]
    mmtool splice -x f 2+2 '?f f?'
    [ "$(hex f)" = a23b9ff8 ]
    run -0 mmtool write -n -x f 0 'a? ?c'
    [ "$output" = '1 3b 3c' ]
    mmtool run --atomic f -c 'write -x 0 11' -c 'write -x 0 "?2"'
    [ "$(hex f)" = 123b9ff8 ]
}

@test "a ? in DATA of a search and replace keeps the digit of the match" {
    make f '\xe8\x01\x02\x03\x04..\xe8\xa1\xa2\xa3\xa4'
    mmtool splice -a -x -p 'e8 ?? ?? ?? ??' f 'e9 ?? ?? ?? 4?'
    [ "$(hex f)" = e9010203442e2ee9a1a2a344 ]
    mmtool splice -x -p 'e9 ?? ??' --within=7: f '?? 90 90'
    [ "$(hex f)" = e9010203442e2ee99090a344 ]
    mmtool splice -x --undo=u -a -p '2e ??' f '2f ??'
    mmtool splice --edits=u f
    [ "$(hex f)" = e9010203442e2ee99090a344 ]
}

@test "a ? in DATA needs bytes that are there, as many as DATA" {
    make f '\x12\x34\x56\x78'
    for words in '--extend f 3 ??00' '--extend f end ??' '--fill f 0+2 ??' '--repeat=2 f 0 ??' \
        'f 3 ??00' 'f 4 ??' 'f 0+3 ????' 'f end ??'; do
        # shellcheck disable=SC2086 # several words
        run -2 mmtool write -x $words
    done
    for words in 'f 0+2 ??' 'f 0+0 ??' 'f 1+2 ??????' '-p 1234 f ??' '-p 1234 f ??????' \
        '--pad -p 1234 f ??' '--cstring -p 1234 f ??'; do
        # shellcheck disable=SC2086 # several words
        run -2 mmtool splice -x $words
        [[ "$output" == *"a ? in DATA keeps a digit"* ]]
    done
    [ "$(hex f)" = 12345678 ]
}

@test "a ? in DATA and --expect: a patch can run twice" {
    make f '\x12\x34\x56\x78'
    for _ in 1 2; do
        run -0 mmtool write -x --expect='?? 34' f 0 '?? 90'
        [ "$(hex f)" = 12905678 ]
    done
    run -1 mmtool write -x --expect='?? 34' f 0 '?? 91'
}
