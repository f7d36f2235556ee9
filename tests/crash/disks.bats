# Edits on disks that are full, break, or lose their power, and on file systems without marks.

# shellcheck disable=SC2154 # bats sets stderr, the helper source_root
# shellcheck disable=SC2094 # what is read in a pipeline here is not what is written
# shellcheck disable=SC2010,SC2012 # names here are plain
load ../helper
load crash

teardown() {
    if [ -n "${mounted:-}" ]; then
        umount -l "$mounted"
    fi
}

# mount_disk OPTIONS: `image` at `disk`.
mount_disk() {
    mkdir -p disk
    mount -o "loop$1" image disk 2>/dev/null || return
    mounted=$PWD/disk
}

# small_disk KIND MIB [OPTION...]: a file system of that size, all for us, at `disk`.
small_disk() {
    local kind=$1
    [ "$(id -u)" -eq 0 ] || skip "only root can mount"
    need "mkfs.$kind" losetup
    truncate -s "$2M" image
    "mkfs.$kind" -q "${@:3}" image >/dev/null 2>&1 || skip "mkfs.$kind fails here"
    mount_disk '' || skip "no $kind can be mounted here"
}

# ---- full -----------------------------------------------------------------------------------

@test "a full disk is found before the first byte changes, and nothing is left" {
    small_disk ext4 32 -m 0
    old_and_new 3000000
    for free in 0 4 40 300 600 1000; do
        rm -f disk/f disk/filler
        cat old >disk/f
        # What is left free, in KiB, decides what there is no room for: journal or growth.
        available=$(df --output=avail -k disk | tail -n 1)
        may_fail fallocate -l "$((available - free))K" disk/filler
        run --separate-stderr mmtool splice disk/f 10+0 -f old
        [ "$status" -eq 2 ]
        [[ $stderr == "mmtool: splice: disk/f: "*space* ]]
        cmp disk/f old
        is_whole disk/f
    done
}

@test "blocks that the file system inserts are there before the edit begins, or it does not" {
    small_disk ext4 24 -m 0
    head -c 12582912 /dev/urandom >old
    { head -c 5 old && head -c 16777216 /dev/zero | tr '\0' x && tail -c +6 old; } >new
    cat old >disk/f
    sync -f disk
    run -2 --separate-stderr mmtool splice --repeat=16M disk/f 5+0 x
    [[ $stderr == "mmtool: splice: disk/f: "*space* ]]
    cmp disk/f old
    is_whole disk/f
    prints '12582912\n' mmtool info -s disk/f
}

@test "an insertion of blocks that finds no blocks for them is taken back" {
    need strace
    small_disk ext4 64
    head -c 12582912 /dev/urandom >old
    cat old >disk/f
    sync -f disk
    # The journal's own, the probe for room, the insertion, the reservation.
    run -2 --separate-stderr strace -qq -o /dev/null -e trace=fallocate \
        -e inject=fallocate:error=ENOSPC:when=4 "$MMTOOL" splice --repeat=2M disk/f 5+0 x
    [ "$status" -eq 2 ] || skip "strace cannot inject here (status $status)"
    [[ $stderr == "mmtool: splice: disk/f: no space left on the disk (reserving "* ]]
    cmp disk/f old
    is_whole disk/f
    # And by the next command, if it is killed there.
    status=0
    strace -qq -o /dev/null -e trace=fallocate -e inject=fallocate:signal=KILL:when=4 \
        "$MMTOOL" splice --repeat=2M disk/f 5+0 x || status=$?
    [ "$status" -eq 137 ] || skip "strace cannot kill here (status $status)"
    [ "$(size_of disk/f)" -eq $((12582912 + 2097152)) ]
    run -0 --separate-stderr mmtool info -s disk/f
    [[ $stderr == *'an interrupted edit that had not begun was dropped' ]]
    cmp disk/f old
    is_whole disk/f
}

@test "xfs with no block left: the mark comes off all the same" {
    small_disk xfs 320
    old_and_new 1000000
    for free in 1280 1256 1252 1248 1244 1240; do
        rm -f disk/f disk/filler
        cat old >disk/f
        sync -f disk
        available=$(df --output=avail -k disk | tail -n 1)
        fallocate -l "$((available - free))K" disk/filler
        status=0
        "$MMTOOL" splice disk/f 10+0 x --repeat=700000 2>message || status=$?
        cat message
        if [ "$status" -eq 2 ]; then cmp disk/f old; else [ "$(size_of disk/f)" -eq 1700000 ]; fi
        [ "$(ls -A disk | tr '\n' ' ')" = 'f filler ' ]
    done
}

@test "a full disk leaves an earlier undo script as it was" {
    small_disk ext4 32 -m 0
    old_and_new 3000000
    printf 'an earlier script' >earlier
    for free in 0 300 600 1000 4000; do
        rm -f disk/f disk/filler disk/back
        cat old >disk/f
        cp earlier disk/back
        available=$(df --output=avail -k disk | tail -n 1)
        may_fail fallocate -l "$((available - free))K" disk/filler
        # The script takes up to four times the bytes that go.
        run --separate-stderr mmtool splice --undo=disk/back disk/f 10:2800000
        [ "$status" -eq 2 ]
        [[ $stderr == "mmtool: splice: disk/f: "*space* ]]
        cmp disk/f old
        cmp disk/back earlier
        [ "$(ls -A disk | grep -vx 'lost+found\|filler' | tr '\n' ' ')" = 'back f ' ]
    done
}

@test "a device without a directory for its journal leaves an earlier undo script as it was" {
    [ "$(id -u)" -eq 0 ] || skip "only root can make devices of files"
    need losetup
    truncate -s 1M image
    device=$(losetup -f --show image 2>/dev/null) || skip "no loop devices here"
    printf 'an earlier script' >back
    run -2 --separate-stderr mmtool write --undo=back "$device" 0 x
    losetup -d "$device"
    [[ $stderr == *--journal-dir* ]]
    [ "$(cat back)" = 'an earlier script' ]
    [ "$(ls -A | tr '\n' ' ')" = 'back image ' ]
}

@test "with just enough room the edit is done" {
    small_disk ext4 32 -m 0
    old_and_new 3000000
    cat old >disk/f
    available=$(df --output=avail -k disk | tail -n 1)
    fallocate -l "$((available - 2000))K" disk/filler
    mmtool splice disk/f 10+0 7bytes!
    cmp disk/f new
    is_whole disk/f
}

@test "a full disk that takes new blocks for what is overwritten: old, or new when there is room" {
    small_disk btrfs 120 --mixed
    old_and_new 3000000
    for free in 200 600 1000 2000 3000; do
        rm -f disk/f disk/filler
        cat old >disk/f
        sync -f disk
        available=$(df --output=avail -k disk | tail -n 1)
        may_fail fallocate -l "$((available - free))K" disk/filler
        status=0
        "$MMTOOL" splice disk/f 10+0 7bytes! 2>message || status=$?
        [ "$status" -eq 0 ] || grep -Eq '^mmtool: splice: disk/f: .*(space|full)' message
        rm -f disk/filler
        sync -f disk
        mmtool info -s disk/f
        is_whole disk/f
        [ "$status" -ne 0 ] || cmp disk/f new
    done
}

# counted_ext4: ext4 with a limit of 8 MB for user 65534; false where it cannot be had.
counted_ext4() {
    [ "$(id -u)" -eq 0 ] && command -v setquota mkfs.ext4 losetup >/dev/null || return
    truncate -s 32M image
    mkfs.ext4 -q -m 0 -O quota image 2>/dev/null && mount_disk '' || return
    mkdir disk/own
    setquota -u 65534 0 8000 0 0 disk 2>/dev/null && return
    umount disk
    mounted=
    return 1
}

# quota_disk: a disk of which `disk/own` takes 8 MB; skips where no file system counts.
quota_disk() {
    ! counted_ext4 || return 0
    need btrfs
    rm -f image
    small_disk btrfs 120
    btrfs quota enable disk
    btrfs subvolume create disk/own >/dev/null
    btrfs qgroup limit 8M disk/own
}

@test "a full quota: status 2 and the reason, the file as it was" {
    need_stranger
    chmod 755 .
    quota_disk
    old_and_new 3000000
    cat old >disk/own/f
    chown 65534 disk/own disk/own/f
    sync -f disk/own
    cat old old >twice
    # Too much to grow by, with a small journal and a large one; too much for the journal.
    for new_bytes in '--repeat=1000000 7bytes!' '-f - old' '-f - twice'; do
        read -ra words <<<"$new_bytes"
        (
            exec <"${words[2]:-/dev/null}"
            cd disk/own
            run -2 --separate-stderr as_stranger "$MMTOOL" splice f 10+0 "${words[@]:0:2}"
            [[ $stderr == 'mmtool: splice: f: '*quota* ]]
        ) || return 1
        cmp disk/own/f old
        is_whole disk/own/f
    done
    (cd disk/own && as_stranger "$MMTOOL" splice f 10+0 7bytes!)
    cmp disk/own/f new
}

# reflink_disk: an xfs whose file `disk/f`, 3,000,000 bytes, shares its blocks with a copy.
reflink_disk() {
    need strace
    small_disk xfs 320
    old_and_new 3000000
    cat old >disk/f
    cp --reflink=always disk/f disk/copy 2>/dev/null || skip "no reflink copies here"
    sync -f disk
}

# leave_free KIB: fills the rest of the disk, or a little less where that cannot be had.
leave_free() {
    local size
    size=$(($(df --output=avail -k disk | tail -n 1) - $1))
    until fallocate -l "${size}K" disk/filler 2>/dev/null; do
        size=$((size - 4))
    done
}

# finishes_when_freed COMMAND...: it says how many bytes must be freed; with them it is done.
finishes_when_freed() {
    local bytes
    run -2 --separate-stderr mmtool info -s disk/f
    echo "$stderr"
    [[ $stderr == *'no space left on the disk (writing '*'; free '*' bytes'* ]]
    bytes=$(sed -n 's/.*; free \([0-9]*\) bytes.*/\1/p' <<<"$stderr")
    truncate -s "-$bytes" disk/filler
    run -0 --separate-stderr mmtool info -s disk/f
    [[ $stderr == *'an interrupted edit was finished'* ]]
    cmp disk/f new
    is_whole disk/f
}

@test "shared blocks: an edit for which there is no room is refused, and says how much is missing" {
    reflink_disk
    leave_free 2000
    run -2 --separate-stderr mmtool splice disk/f 10+0 7bytes!
    [[ $stderr == *' bytes more must be free' ]]
    cmp disk/f old
    is_whole disk/f
    bytes=$(sed -n 's/.* \([0-9]*\) bytes more must be free/\1/p' <<<"$stderr")
    truncate -s "-$bytes" disk/filler
    mmtool splice disk/f 10+0 7bytes!
    cmp disk/f new
    is_whole disk/f
}

@test "shared blocks, and the room is taken in mid edit: it waits, and says for how much" {
    reflink_disk
    strace -qq -o /dev/null -P "$PWD/disk/f" -e trace=pwrite64 \
        -e inject=pwrite64:delay_exit=2000000:when=4 "$MMTOOL" splice disk/f 10+0 7bytes! \
        2>message 3>&- &
    sleep 0.7
    leave_free 0
    status=0
    wait $! || status=$?
    [ "$status" -eq 2 ] || skip "strace cannot hold up a call here (status $status)"
    cat message
    grep -Eq '; free [0-9]+ bytes; .*the next mmtool command on the file finishes the edit$' message
    finishes_when_freed
}

@test "shared blocks, killed, and the room is taken then: it waits, and says for how much" {
    reflink_disk
    status=0
    strace -qq -o /dev/null -P "$PWD/disk/f" -e trace=pwrite64 \
        -e inject=pwrite64:signal=KILL:when=6 "$MMTOOL" splice disk/f 10+0 7bytes! || status=$?
    [ "$status" -eq 137 ] || skip "strace cannot kill here (status $status)"
    leave_free 0
    finishes_when_freed
}

# ---- broken ---------------------------------------------------------------------------------

@test "an I/O error in the middle: status 2, where the file stands, and the next command finishes" {
    need strace
    old_and_new 3000000
    for call in pwrite64 pread64; do
        cat old >f
        strace -qq -o calls -P "$PWD/f" -e trace=$call "$MMTOOL" splice f 10+0 7bytes!
        cat old >f
        run --separate-stderr strace -qq -o /dev/null -P "$PWD/f" -e trace=$call \
            -e inject=$call:error=EIO:when=$(($(wc -l <calls) - 4))+ "$MMTOOL" splice f 10+0 7bytes!
        [ "$status" -eq 2 ] || skip "strace cannot inject here (status $status)"
        [[ $stderr == 'mmtool: splice: f: '*'the next mmtool command on the file finishes the edit' ]]
        [ "$(size_of f)" -eq 3000007 ]
        run -0 --separate-stderr mmtool info -s f
        [[ $stderr == *'an interrupted edit was finished'* ]]
        cmp f new
        is_whole f
    done
}

@test "an I/O error before the first byte changes: status 2, the file as it was" {
    need strace
    old_and_new 3000000
    for call in fallocate fsetxattr fdatasync; do
        cat old >f
        run -2 --separate-stderr strace -qq -o /dev/null -e trace=$call \
            -e inject=$call:error=EIO:when=1 "$MMTOOL" splice --durable f 10+0 7bytes!
        [[ $stderr == 'mmtool: splice: f: '* ]]
        cmp f old
        is_whole f
    done
}

# shut_down DIRECTORY SECONDS COMMAND...: runs it; so much later the file system stops as if the
# power were lost, its log not written. The status is the command's.
shut_down() {
    python3 -c '
import fcntl, os, struct, subprocess, sys, time
SHUTDOWN, NO_LOG_FLUSH = 0x8004587d, 2
disk = os.open(sys.argv[1], os.O_RDONLY)
command = subprocess.Popen(sys.argv[3:])
time.sleep(float(sys.argv[2]))
fcntl.ioctl(disk, SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))
sys.exit(command.wait())' "$@"
}

@test "the disk fails for good in the middle: status 2 and where the file stands" {
    need python3 strace
    small_disk ext4 64
    old_and_new 3000000
    cat old >disk/f
    # Held up behind a store for long enough.
    run -2 --separate-stderr shut_down disk 0.7 strace -qq -o /dev/null -P "$PWD/disk/f" \
        -e trace=pwrite64 -e inject=pwrite64:delay_exit=1500000:when=3 \
        "$MMTOOL" splice disk/f 10+0 7bytes!
    [[ $stderr == *'the next mmtool command on the file finishes the edit' ]]
}

# ---- power lost -----------------------------------------------------------------------------

# loses_power KIND: durable edits on a real file system whose power goes at a random time.
loses_power() {
    need python3
    small_disk "$1" 400
    old_and_new 20000000
    local torn=0 old=0 new=0 kept=0 started lasts
    cat old >disk/f
    sync disk/f
    started=$(date +%s%N)
    mmtool splice --durable disk/f 10+0 7bytes!
    lasts=$((($(date +%s%N) - started) / 1000000 + 5))
    for ((i = 0; i < 4 * ${MMTOOL_TEST_ROUNDS:-1}; i++)); do
        cat old >disk/f
        sync disk/f
        status=0
        shut_down disk "$(printf '0.%03d' $((RANDOM % lasts)))" \
            "$MMTOOL" splice --durable disk/f 10+0 7bytes! 2>/dev/null || status=$?
        umount disk
        mount_disk ''
        cmp -s disk/f old || cmp -s disk/f new || torn=$((torn + 1))
        mmtool info -s disk/f >size 2>said || { cat said && false; }
        is_whole disk/f
        if cmp -s disk/f old; then old=$((old + 1)); else new=$((new + 1)); fi
        # What has been said to be done is done.
        [ "$status" -ne 0 ] || { cmp disk/f new && kept=$((kept + 1)); }
    done
    echo "# $1: tried $i, old $old, new $new, bad 0 (torn before the recovery: $torn; done: $kept)" >&3
}

@test "--durable on a real ext4 that loses its power: old or new" {
    loses_power ext4
}

@test "--durable on a real xfs that loses its power: old or new" {
    loses_power xfs
}

# ---- blocks that the file system moves ------------------------------------------------------

# blocks_on KIND: edits by whole blocks, killed at any instruction there.
blocks_on() {
    [ -x "${MMTOOL_KILL_STEPS:-}" ] || skip "no harness is built here"
    [ "${MMTOOL_SANITIZE:-none}" = none ] || skip "a program with sanitizers takes millions of steps"
    small_disk "$1" "$2"
    for name in 'insert blocks' 'delete blocks'; do
        MMTOOL_CRASH_DIR=$PWD/disk "$MMTOOL_KILL_STEPS" --only="$name" "$MMTOOL_CRASH_EDIT" \
            "$MMTOOL" info -s >table
        sed -n 's/^.*ok . - all together/# '"$1, $name:"'/p' table >&3
        grep '^ok' table
    done
}

@test "blocks put in and taken out by ext4, killed anywhere, appended to: old or new" {
    blocks_on ext4 64
}

# xfs cuts blocks in two transactions: 18 kills of 113 came in between.
@test "xfs is never asked to put blocks in or take them out" {
    need strace
    small_disk xfs 400
    seq 2000000 >disk/f
    sync disk/f
    for edit in '4096+4096' '4096+0 --repeat=4096 x'; do
        read -ra words <<<"$edit"
        strace -qq -o calls -e trace=fallocate "$MMTOOL" splice disk/f "${words[@]}"
        ! grep -E 'COLLAPSE|INSERT' calls
    done
}

@test "a cut of whole blocks beside another program is made by ext4, though moving was faster" {
    need strace
    small_disk ext4 64
    for name in alone used; do
        seq 20000 >disk/$name
        [ "$name" = alone ] || exec 7>>disk/$name
        strace -qq -o $name -e trace=fallocate "$MMTOOL" splice disk/$name 4096+4096
    done
    exec 7>&-
    cmp disk/alone disk/used
    grep -q COLLAPSE used
    run -1 grep COLLAPSE alone
}

# ---- without marks --------------------------------------------------------------------------

@test "a file system without marks: the journal is found by its name" {
    [ "$(id -u)" -eq 0 ] || skip "only root can mount"
    need strace
    mkdir disk
    mount -t ramfs none disk 2>/dev/null || skip "no ramfs can be mounted here"
    mounted=$PWD/disk
    old_and_new 3000000
    cat old >disk/f
    status=0
    strace -qq -o /dev/null -P "$PWD/disk/f" -e trace=pwrite64 \
        -e inject=pwrite64:signal=KILL:when=6 "$MMTOOL" splice disk/f 10+0 7bytes! || status=$?
    [ "$status" -eq 137 ] || skip "strace cannot kill here (status $status)"
    cmp disk/f old && return 1
    run -0 --separate-stderr mmtool read disk/f 0:3
    [[ $stderr == *'an interrupted edit was finished'* ]]
    cmp disk/f new
    is_whole disk/f
}
