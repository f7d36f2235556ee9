# Journals where inode numbers, modes, marks and locks are not what they seem, of devices, and
# where nobody can believe them.

# shellcheck disable=SC2154 # bats sets stderr, the helper source_root
# shellcheck disable=SC2012 # names here are plain
# shellcheck disable=SC2030,SC2031 # each test is a subshell
load ../helper
load crash

teardown() {
    [ -z "${mounted-}" ] || umount -l "$mounted"
    # shellcheck disable=SC2086 # several devices
    [ -z "${devices-}" ] || losetup -d $devices
}

# killed_at_write N FILE COMMAND...: it is killed at its N-th write to FILE.
killed_at_write() {
    need strace
    local number=$1 file=$2 status=0
    shift 2
    strace -f -qq -o /dev/null -P "$(realpath "$file")" -e trace=pwrite64 \
        -e inject=pwrite64:signal=KILL:when="$number" "$MMTOOL" "$@" 2>/dev/null || status=$?
    [ "$status" -eq 137 ] || skip "strace cannot kill here (status $status)"
}

# whole_after COMMAND...: it succeeds, and `$file` is old or new behind it.
whole_after() {
    run -0 "$@"
    cmp -s "$file" old || cmp "$file" new
}

is_marked() {
    getfattr -n user.mmtool.journal "$1" >/dev/null 2>&1
}

# attach FILE: $device shows it.
attach() {
    [ "$(id -u)" -eq 0 ] || skip "only root can make devices of files"
    need losetup
    device=$(losetup -f --show "$1" 2>/dev/null) || skip "no loop devices here"
    devices="${devices-} $device"
}

detach() {
    losetup -d "$1"
    devices=${devices/ $1/}
}

# ---- marks ----------------------------------------------------------------------------------

# views: `below` has marks, and `above` shows the same files without.
views() {
    need bindfs getfattr
    mkdir below above
    setfattr -n user.test -v x below 2>/dev/null || skip "no user attributes here"
    bindfs --xattr-none -o attr_timeout=0,entry_timeout=0,negative_timeout=0 below above ||
        skip "bindfs cannot mount here"
    mounted=$PWD/above
    old_and_new 3000000
}

@test "an edit where marks cannot be had, recovered where they can: old or new, nothing left" {
    views
    for number in 1 3 6 10; do
        rm -f below/f
        cp old below/f
        killed_at_write "$number" above/f splice above/f 10+0 7bytes!
        file=below/f
        whole_after mmtool info -s below/f
        [ "$(ls -A below)" = f ]
    done
}

@test "an edit where marks can be had, recovered where they cannot: the mark stands for nothing" {
    views
    for number in 1 3 6 10; do
        rm -f below/f
        cp old below/f
        killed_at_write "$number" below/f splice below/f 10+0 7bytes!
        is_marked below/f
        file=above/f
        whole_after mmtool info -s above/f
        cp above/f whole
        # The mark is still there, and the journal says that it is of no account.
        is_marked below/f
        [ -e below/.f.mmtool-journal ]
        prints "$(size_of whole)\n" mmtool info -s above/f
        prints "$(size_of whole)\n" mmtool info -s below/f
        cmp below/f whole
        ! is_marked below/f
        [ "$(ls -A below)" = f ]
    done
}

@test "a mark that is still below belongs to the next journal, and proves nothing when it is gone" {
    views
    for gone in false true; do
        cp old below/f
        killed_at_write 6 below/f splice below/f 10+0 7bytes!
        mmtool info -s above/f
        cmp above/f new
        cp below/f old2
        { head -c 10 old2 && printf more && tail -c +11 old2; } >new2
        killed_at_write 6 above/f splice above/f 10+0 more
        cmp -s below/f old2 && return 1
        ! $gone || setfattr -x user.mmtool.journal below/f
        run -0 --separate-stderr mmtool info -s below/f
        [[ $stderr == *'was finished'* ]]
        cmp below/f new2
        ! is_marked below/f
        [ "$(ls -A below)" = f ]
    done
}

@test "a mark that was taken off by hand: the file counts as whole, where marks can be had" {
    views
    cp old below/f
    killed_at_write 6 below/f splice below/f 10+0 7bytes!
    cp below/f torn
    setfattr -x user.mmtool.journal below/f
    mmtool info -s below/f
    cmp below/f torn
    [ "$(ls -A below)" = f ]
}

# ---- numbers and modes that are made up -----------------------------------------------------

mount_exfat() {
    attach image
    mount.exfat-fuse "$device" disk >/dev/null 2>&1 || skip "exfat cannot be mounted through FUSE here"
    mounted=$PWD/disk
}

umount_exfat() {
    umount disk
    mounted=
    detach "$device"
}

@test "exfat through FUSE, mode 0777 and other inode numbers behind a remount: recovered" {
    need mkfs.exfat mount.exfat-fuse
    truncate -s 64M image
    mkfs.exfat image >/dev/null
    mkdir disk
    old_and_new 3000000
    mount_exfat
    touch disk/before
    for number in 1 3 6 10; do
        cp old disk/f
        inode=$(inode_of disk/f)
        killed_at_write "$number" disk/f splice disk/f 10+0 7bytes!
        umount_exfat
        mount_exfat
        rm -f disk/before
        echo "inode $inode, now $(inode_of disk/f)"
        file=disk/f
        whole_after mmtool info -s disk/f
        [ "$(ls -A disk)" = f ]
        touch disk/before
    done
    mkdir jd
    killed_at_write 1 disk/f splice disk/f 10+0 7bytes!
    # Another file of that name is not taken for it.
    head -c 3000000 /dev/urandom >disk/other
    cp disk/.f.mmtool-journal disk/.other.mmtool-journal
    cp disk/other before
    refuses "mmtool recover" mmtool splice disk/other 0+0 x
    cmp disk/other before
}

@test "a looser mode than 0600 is not believed where modes hold" {
    for mode in 640 604 666; do
        half_made f
        chmod $mode .f.mmtool-journal
        cp f torn
        refuses 'could have been written by others' mmtool read f 0:0
        cmp f torn
        chmod 600 .f.mmtool-journal
        mmtool read f 0:0
        cmp f new
        [ -z "$(find . -name '*probe*')" ]
    done
}

@test "a journal is its owner's alone, whatever the file's mode and ACL and the directory's ACL" {
    for mode in 644 666 640; do
        : >f
        chmod $mode f
        half_made f
        [ "$(stat -c %a .f.mmtool-journal)" = 600 ]
        mmtool read f 0:0
        rm f
    done
    need setfacl getfacl
    setfacl -d -m u:65534:rw,o::rw . 2>/dev/null || skip "no ACLs here"
    : >f
    setfacl -m u:65534:r f
    half_made f
    [ "$(stat -c %a .f.mmtool-journal)" = 600 ]
    [ "$(getfacl -c .f.mmtool-journal 2>/dev/null | grep -c 65534)" -eq 0 ]
}

# ---- devices --------------------------------------------------------------------------------

# torn_device: the file `image`, of which a move has been killed half way; its journal is in jd.
torn_device() {
    mkdir -p jd
    head -c 3145728 /dev/urandom >old
    cp old new
    mmtool move new 1000 0+2500000
    cp old image
    attach image
    killed_at_write 5 "$device" move --journal-dir=jd "$device" 1000 0+2500000
    sync "$device"
    cmp -s image old && return 1
    cmp -s image new && return 1
    [ "$(ls -A jd | wc -l)" -eq 1 ]
}

# attach_elsewhere FILE: $device shows it, with another number than $device has now.
attach_elsewhere() {
    local first=$device
    detach "$first"
    attach old
    local in_the_way=$device
    attach "$1"
    [ "$device" != "$first" ]
    detach "$in_the_way"
}

@test "a device in the middle of an edit: readers of the journals' directory finish it" {
    for way in option variable; do
        torn_device
        if [ $way = option ]; then
            run -0 --separate-stderr mmtool info -s --journal-dir=jd "$device"
        else
            MMTOOL_JOURNAL_DIR=jd run -0 --separate-stderr mmtool read "$device" 0:0
        fi
        [[ $stderr == *'was finished'* ]]
        sync "$device"
        cmp "$device" new
        [ -z "$(ls -A jd)" ]
        detach "$device"
    done
}

@test "a device that has another number by now is known again" {
    torn_device
    attach_elsewhere image
    MMTOOL_JOURNAL_DIR=jd run -0 --separate-stderr mmtool info -s "$device"
    [[ $stderr == *'was finished'* ]]
    cmp "$device" new
    [ -z "$(ls -A jd)" ]
}

@test "devices of the same size have nothing to do with each other's journals" {
    torn_device
    torn=$device
    head -c 3145728 /dev/urandom >other
    attach other
    export MMTOOL_JOURNAL_DIR=jd
    prints '3145728\n' mmtool info -s "$device"
    mmtool write "$device" 0 abc
    prints abc mmtool read "$device" 0:3
    mmtool info -s "$torn"
    cmp "$torn" new
    [ -z "$(ls -A jd)" ]
}

@test "a copy of a device in the middle of an edit, or two journals that fit it: an error" {
    torn_device
    export MMTOOL_JOURNAL_DIR=jd
    cp image copy
    attach copy
    refuses "'mmtool recover $device'" mmtool info -s "$device"
    refuses "'mmtool recover $device'" mmtool write "$device" 0 abc
    cmp "$device" image
    name=$(ls -A jd)
    cp -p "jd/$name" "jd/${name%-*}-0123456789abcdef.mmtool-journal"
    refuses 'more than one journal' mmtool info -s "$device"
    cmp "$device" image
}

# ---- in the way -----------------------------------------------------------------------------

# unbegun FILE: an edit of FILE was killed before it changed it: its journal is there.
unbegun() {
    need strace
    letters "$1" 300000
    run -137 strace -qq -o /dev/null -e trace=fsetxattr \
        -e inject=fsetxattr:signal=KILL:when=1 "$MMTOOL" splice "$1" 10+0 x
    [ -e ".$1.mmtool-journal" ]
}

@test "a journal of another file that has not begun stops no reader, and an editor is told" {
    unbegun f
    mv f g
    make f 0123456789
    prints 0123456789 mmtool read f
    prints 0123456789 mmtool read --journal-dir=. f
    refuses "in the way ($PWD/.f.mmtool-journal); 'mmtool recover f' shows" mmtool write f 0 x
    prints 0123456789 mmtool read f
    [ -e .f.mmtool-journal ]
    mmtool write --no-journal f 0 x
    mmtool recover --accept --force f
    mmtool write f 1 x
    prints xx23456789 mmtool read f
}

@test "a journal without a header is removed by the next command, and not while it is made" {
    make f 0123456789
    head -c 10000 /dev/zero >.f.mmtool-journal
    chmod 600 .f.mmtool-journal
    prints 0123456789 mmtool read f
    [ ! -e .f.mmtool-journal ]
    need python3
    head -c 10000 /dev/zero >.f.mmtool-journal
    chmod 600 .f.mmtool-journal
    # As its maker does.
    python3 -c 'import fcntl, struct, time
held = open(".f.mmtool-journal", "r+b")
lock = struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 2**63 - 2, 1, 0)
fcntl.fcntl(held, 37, lock)
open("ready", "w").close()
time.sleep(60)' 3>&- &
    holder=$!
    until [ -e ready ]; do sleep 0.02; done
    prints 0123456789 mmtool read f
    refuses 'in the way' mmtool write f 0 x
    [ -e .f.mmtool-journal ]
    kill "$holder"
    may_fail wait "$holder"
    mmtool write f 0 x
    [ ! -e .f.mmtool-journal ]
}

@test "a journal of another format is an error, for readers and editors" {
    for version in 1 2 3 4 6; do
        half_made f
        cp f torn
        printf %d "$version" | dd of=.f.mmtool-journal bs=1 seek=7 conv=notrunc status=none
        refuses "has format $version, but this mmtool reads format 5" mmtool read f
        refuses "'mmtool recover f'" mmtool write f 0 x
        cmp f torn
        mmtool read --ignore-journal f | cmp - torn
        rm -f f .f.mmtool-journal
    done
}

@test "a journal that another user made and we may not read: who can finish the edit" {
    need_stranger
    [ "$(id -u)" -eq 0 ] || skip "only root can make files that belong to others"
    half_made f
    chmod 777 .
    chmod 666 f
    cp f torn
    refuses 'was made by another user (root, user 0): that user, or root, can finish the edit' \
        as_stranger "$MMTOOL" read f
    [[ $stderr == *'in the middle of an edit'*--ignore-journal* ]]
    refuses "'mmtool recover f'" as_stranger "$MMTOOL" write f 0 x
    cmp f torn
    mmtool read f 0:0
    cmp f new
}

@test "a mark's path may name anything: it is not opened" {
    need_marks
    half_made f
    cp f torn
    mv .f.mmtool-journal kept
    mark() {
        { getfattr -n user.mmtool.journal --only-values f | head -c 16 && printf %s "$1"; } >mark
        setfattr -n user.mmtool.journal -v "0x$(od -An -tx1 -v mark | tr -d ' \n')" f
    }
    mkfifo fifo
    for target in "$PWD/fifo" /dev/null /dev/zero "$PWD" /proc/self/mem no/such /; do
        mark "$target"
        refuses "'mmtool recover f'" timeout 20 "$MMTOOL" read f
        cmp f torn
    done
    mark "$PWD/kept"
    mmtool read f 0:0
    cmp f new
}

# ---- what fails at the end ------------------------------------------------------------------

@test "a failed last wait for the directory: the file is whole, but that is not known to be on disk" {
    need strace
    letters f 30000
    calls=$(strace -qq -e trace=fsync -o /dev/stdout "$MMTOOL" splice --durable f 0+1 | wc -l)
    letters f 30000
    run -2 --separate-stderr strace -qq -o /dev/null -e trace=fsync \
        -e inject=fsync:error=EIO:when="$calls" "$MMTOOL" splice --durable f 0+1
    [[ $stderr == *'the file is whole, but '*'not known to be on disk'* ]]
    [[ $stderr != *'finishes the edit'* ]]
    cmp f <(head -c 30000 /dev/null; yes abcdefghi | head -c 30000 | tail -c +2)
}

@test "a file system that cannot lock: editors say so once, readers nothing" {
    need strace
    make f 0123456789
    number=$(strace -qq -e trace=fcntl -o /dev/stdout "$MMTOOL" splice f 0+0 x | grep -n -m1 SETLK | cut -d: -f1)
    without() {
        strace -qq -o /dev/null -e trace=fcntl -e inject=fcntl:error=ENOLCK:when="$number" "$@"
    }
    make f 0123456789
    run -0 --separate-stderr without "$MMTOOL" splice f 0+0 x
    [[ $stderr == 'mmtool: splice: f: this file system cannot lock the file: another mmtool could edit it at the same time' ]]
    holds f x0123456789
    number=$(strace -qq -e trace=fcntl -o /dev/stdout "$MMTOOL" read f 0:0 | grep -n -m1 SETLK | cut -d: -f1)
    prints x0123456789 without "$MMTOOL" read f
}

@test "a file that has no name any more: what has its old name is nobody's journal" {
    make f 0123456789
    exec 7<>f
    rm f
    echo 'of another' >'.f (deleted).mmtool-journal'
    prints 0123456789 mmtool read /proc/self/fd/7
    prints 0123456789 mmtool read /dev/fd/7
    exec 7<&-
}
