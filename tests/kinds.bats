#!/usr/bin/env bats
# Files that cannot be mapped, devices and files that take no writes, files that the system makes up.
# shellcheck disable=SC2154 # bats sets stderr
# shellcheck disable=SC2094 # a file of that name elsewhere
# shellcheck disable=SC2002 # that program reads what others see
load helper

# The sanitizer that looks for leaks traces, which a program under strace cannot.
export ASAN_OPTIONS=detect_leaks=0

bindfs_mount=
device=
restore=()
process=

# Shows directory `below` as `mount`, a file system without shared mappings.
need_unmappable() {
    [ -e /dev/fuse ] || skip "there is no /dev/fuse here"
    need bindfs fusermount3 python3
    mkdir -p below mount
    bindfs -o direct_io below mount 2>/dev/null 3>&- || skip "bindfs cannot mount here"
    bindfs_mount=$PWD/mount
    python3 -c 'import mmap, sys; f = open(sys.argv[1], "w+b"); f.write(b"x"); f.flush()
mmap.mmap(f.fileno(), 1)' mount/probe 2>/dev/null && skip "files in direct_io are mapped here"
    rm mount/probe
}

need_strace() {
    need strace
    strace -qq -o /dev/null -e trace=fsync -e inject=fsync:error=EIO true 2>/dev/null ||
        skip "strace cannot trace here"
}

# Binds `disk` to a loop device, $device, with options of losetup.
need_device() {
    [ "$(id -u)" -eq 0 ] || skip "needs root"
    need losetup
    device=$(losetup "$@" -f --show disk 2>/dev/null) || skip "there are no loop devices here"
}

# set_attribute LETTER FILE: until the test ends.
set_attribute() {
    need chattr
    chattr "+$1" "$2" 2>/dev/null || skip "this file system has no attribute $1, or it needs root"
    restore+=("$1" "$2")
}

# A process whose memory, $memory, has three pages from $start to $end, and nothing on either side.
need_memory() {
    need python3
    [ "$(uname)" = Linux ] || skip "the memory of processes is no file here"
    cat >memory.py <<'EOF'
import ctypes, time
libc = ctypes.CDLL(None)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t] + 3 * [ctypes.c_int] + [ctypes.c_long]
libc.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
start = libc.mmap(None, 5 * 4096, 3, 0x22, -1, 0) + 4096
libc.munmap(start - 4096, 4096)
libc.munmap(start + 3 * 4096, 4096)
ctypes.memmove(start, b"hello world\nsecond line\nthird\n", 30)
ctypes.memmove(start + 3 * 4096 - 10, b"needle end", 10)
print(start, flush=True)
time.sleep(600)
EOF
    mkfifo started
    python3 memory.py >started 3>&- &
    process=$!
    read -r start <started
    end=$((start + 12288))
    memory=/proc/$process/mem
    head -c 0 "$memory" 2>/dev/null || skip "the memory of another process is not shown here"
}

teardown() {
    local i
    [ -z "$process" ] || kill "$process"
    [ -z "$bindfs_mount" ] || fusermount3 -u "$bindfs_mount"
    [ -z "$device" ] || losetup -d "$device"
    for ((i = 0; i < ${#restore[@]}; i += 2)); do
        chattr "-${restore[i]}" "${restore[i + 1]}"
    done
}

# ---- without shared mappings ----------------------------------------------------------------

@test "where files cannot be mapped every kind of edit is done, under a journal" {
    need_unmappable
    make mount/f 'one two three\n'
    mmtool write -v mount/f 0 ONE 2>said
    grep -q 'under a journal$' said
    mmtool splice mount/f 4+3 2
    mmtool splice -ap three mount/f 'three and four'
    mmtool move mount/f 0 4+1
    mmtool resize mount/f +2
    holds below/f '2NE 2 three and four\n\0\0'
    [ "$(ls -A below)" = f ]
}

@test "where files cannot be mapped an edit script is read from such a file" {
    need_unmappable
    make mount/f 'one two three\n'
    printf '0 "one" "eins"\n8 "three" "drei"\n' >mount/script
    mmtool splice --edits=mount/script mount/f
    holds below/f 'eins two drei\n'
    run -1 mmtool splice --edits=mount/script mount/script
    printf '0 +3 "x"\n1 +1 "y"\n' >mount/bad
    refuses overlap mmtool splice --edits=mount/bad mount/f
}

@test "where files cannot be mapped all that reads reads them" {
    need_unmappable
    make mount/f 'one\ntwo\nthree\n'
    prints two mmtool read mount/f 4+3
    prints '4\n' mmtool find mount/f two
    prints '12\n' mmtool rfind mount/f e
    prints '8\n' mmtool find --access=read mount/f three
    prints '8\n' mmtool find --access=write mount/f three
    prints '8\n' mmtool find --access=copy mount/f three
    prints 'wo\n' mmtool run --access=read mount/f -c 'read 5+3'
    prints 'ONE' mmtool run mount/f -c 'write 0 ONE' -c 'read 0+3' -c flush
    prints 'wo' mmtool read --window=5: mount/f 0+2
}

@test "where files cannot be mapped it is unknown what is in memory, and flush flushes" {
    need_unmappable
    letters mount/f 10000
    mmtool info mount/f >info
    grep -qx 'size: 10000' info
    grep -qx 'resident: unknown' info
    mmtool info -j mount/f | grep -q '"resident":null'
    prints 'resident: unknown\n' mmtool advise --status mount/f
    prints '' mmtool flush mount/f
    prints '' mmtool flush mount/f --async 10+5
    prints '' mmtool flush --invalidate --window=5: mount/f 10+5
}

@test "where files cannot be mapped flush waits for the disk" {
    need_unmappable
    need_strace
    letters mount/f 10000
    strace -qq -e trace=fdatasync -o trace "$MMTOOL" flush mount/f
    grep -q '^fdatasync(.*= 0' trace
}

@test "where files cannot be mapped that is said of what needs a mapping" {
    need_unmappable
    letters mount/f 100
    refuses 'cannot be mapped' mmtool advise mount/f willneed
    refuses 'cannot be mapped' mmtool find --map=shared mount/f a
    refuses 'cannot be mapped' mmtool find --advise=willneed mount/f a
}

@test "where files cannot be mapped a killed edit leaves the old or the new file" {
    need_unmappable
    need_strace
    local n status killed=0
    letters old 1000000
    { head -c 10 old && printf hello && tail -c +11 old; } >new
    for n in 1 2 3 4 5 6 7 8 9 10 11 12 14 16 18 20; do
        cp old mount/f
        status=0
        strace -qq -o /dev/null -e trace=pwrite64 -e "inject=pwrite64:signal=KILL:when=$n" \
            "$MMTOOL" splice mount/f 10+0 hello 2>/dev/null || status=$?
        [ "$status" -ne 137 ] || killed=$((killed + 1))
        mmtool info -s mount/f >/dev/null 2>&1
        cmp -s below/f old || cmp below/f new
        [ "$(ls -A below)" = f ]
    done
    [ "$killed" -ge 5 ]
    mmtool splice -v mount/f 10+0 hello 2>&1 | grep -q 'under a journal$'
}

# What the tests above need a file system for, where there is none.
@test "an edit whose journal cannot be mapped writes it" {
    need_strace
    letters f 300000
    cp f want
    printf hello | dd of=want bs=1 seek=100000 conv=notrunc status=none
    strace -qq -o /dev/null -P "$PWD/.f.mmtool-journal" -e trace=mmap \
        -e inject=mmap:error=ENODEV "$MMTOOL" splice f 100000+5 hello
    cmp f want
    [ ! -e .f.mmtool-journal ]
}

# ---- what takes no writes -------------------------------------------------------------------

@test "a read-only device is read, and no edit of it begins" {
    letters disk 1048576
    need_device -r
    mkdir journals
    export MMTOOL_JOURNAL_DIR=$PWD/journals
    refuses 'the device is read-only' mmtool write "$device" 0 XYZ
    refuses 'the device is read-only' mmtool write --no-journal "$device" 0 XYZ
    refuses 'the device is read-only' mmtool move "$device" 0 10+3
    refuses 'the device is read-only' mmtool find --access=write "$device" def
    [ -z "$(ls -A journals)" ]
    prints abc mmtool read "$device" 0+3
    prints '3\n' mmtool find "$device" def
    prints '1048576\n' mmtool info -s "$device"
    mmtool advise --status "$device" | grep -q '^resident: '
    prints '' mmtool flush "$device"
    prints 'abc' mmtool run "$device" -c 'read 0+3'
    prints '0 61 58\n' mmtool write -n "$device" 0 X
}

@test "the cause of a refused write: immutable, append-only, the directory too" {
    mkdir d
    make d/i abc
    make d/a abc
    set_attribute i d/i
    set_attribute a d/a
    refuses 'the file is immutable; chattr -i' mmtool write d/i 0 x
    refuses 'the file is append-only; chattr -a' mmtool write d/a 0 x
    make d/f abc
    set_attribute i d
    refuses 'the directory is immutable' mmtool write d/f 0 x
    refuses 'the directory is immutable' mmtool write --create --extend d/g 0 x
    holds d/f abc
}

@test "a file that the system swaps to is not changed, and nothing is left beside it" {
    [ "$(id -u)" -eq 0 ] || skip "needs root"
    need mkswap swapon
    head -c 1M /dev/zero >swap
    chmod 600 swap
    mkswap swap >/dev/null 2>&1
    swapon "$PWD/swap" 2>/dev/null || skip "cannot swap to a file here"
    run -2 --separate-stderr mmtool write swap 0 x
    swapoff "$PWD/swap"
    [[ $stderr == *'the system swaps to it'* ]]
    [ "$(ls -A)" = swap ]
}

@test "sealed memory keeps its bytes and its size" {
    need python3
    python3 - <<'EOF' || skip "no memory can be sealed here"
import fcntl, os
fcntl.fcntl(os.memfd_create("x", os.MFD_ALLOW_SEALING), 1033, 2)
EOF
    cat >sealed.py <<'EOF'
import fcntl, os, subprocess, sys
seal, want = int(sys.argv[1]), sys.argv[2]
memory = os.memfd_create("x", os.MFD_ALLOW_SEALING)
os.write(memory, b"hello world")
fcntl.fcntl(memory, 1033, seal)
done = subprocess.run([os.environ["MMTOOL"], sys.argv[3], f"/dev/fd/{memory}", *sys.argv[4:]],
                      pass_fds=[memory], capture_output=True, text=True)
print(done.stderr)
assert done.returncode == 2 and want in done.stderr
assert os.pread(memory, 100, 0) == b"hello world"
EOF
    export MMTOOL
    python3 sealed.py 8 'sealed against writing' write 0 HE
    python3 sealed.py 16 'sealed against writing' write 0 HE
    python3 sealed.py 2 'sealed against shrinking' splice 0+5
    python3 sealed.py 4 'sealed against growing' splice 0+0 abc
    python3 sealed.py 4 'sealed against growing' resize 20
}

# ---- files that can seek and have no size ---------------------------------------------------

@test "the memory of a process is read at RANGE's position" {
    need_memory
    prints 'hello world' mmtool read "$memory" "$(printf 0x%x "$start")+11"
    prints '68656c6c6f\n' mmtool read -x "$memory" "$start+5"
    prints '25960\n' mmtool read -t u16le "$memory" "$start+2"
    mmtool read -d "$memory" "$start+5" | grep -qi "^$(printf %x "$start"): 6865 6c6c 6f "
    prints 'hello world\nsecond line\n' mmtool read -l2 "$memory" "$start:"
    prints 'third\n' mmtool read -l-1 "$memory" "$start+30"
    prints 'second line\n' mmtool read -L "$memory" "$((start + 15))+2"
    prints 'hello' mmtool read --window="$start:$end" "$memory" 0+5
    make f 0123456789
    mmtool write f 0 --from="$memory@$start+5"
    holds f hello56789
}

@test "the memory of a process is searched from RANGE's position on" {
    need_memory
    prints "$((end - 10))\n" mmtool find "$memory" needle "$start:$end"
    prints "$((end - 10))\n" mmtool find "$memory" needle "$start:"
    prints "$((end - 10))\n" mmtool find -x "$memory" '6e ?? 65' "$((start + 20)):$end"
    prints '5\n' mmtool find -c "$memory" l "$start:$end"
    prints "$start\n$((start + 12))\n" mmtool find -aE "$memory" '^[a-z]+' "$start+24"
    prints "$((start + 12))\n$start\n" mmtool rfind -aE "$memory" '^[a-z]+' "$start+24"
    prints "$((end - 6))\n" mmtool rfind "$memory" l "$start:$end"
    prints "$((start + 12)):second line\n" mmtool find -l "$memory" cond "$((start + 13)):$end"
    prints "$((start + 12)):second line\n" mmtool rfind -l "$memory" second "$start+30"
    prints '12278\n' mmtool find --window="$start:" "$memory" needle
    says_no mmtool find "$memory" absent "$start:$end"
}

@test "a line that ends where memory ends is whole" {
    need_memory
    mmtool find -l "$memory" end "$start:$end" | tail -c 11 >out
    holds out 'needle end\n'
    mmtool read -L "$memory" "$((end - 3)):$end" | tail -c 10 >out
    holds out 'needle end'
}

@test "what of a range cannot be read is an error with its offset, behind what can" {
    need_memory
    run -2 --separate-stderr mmtool read "$memory" "$((end - 4)):$((end + 8))"
    [ "$output" = ' end' ]
    [[ $stderr == *"the bytes at $end cannot be read"* ]]
    refuses "the bytes at $end cannot be read" mmtool find "$memory" absent "$start:"
    refuses 'the bytes at 5 cannot be read' mmtool read "$memory" 5:10
}

@test "where nothing can be read at the start the message asks for a RANGE" {
    need_memory
    refuses 'take a RANGE' mmtool read "$memory"
    refuses 'take a RANGE' mmtool find "$memory" x
    refuses 'where it ends is not known' mmtool read "$memory" -16:
    refuses 'where it ends is not known' mmtool rfind "$memory" x
    refuses 'cannot be edited' mmtool write "$memory" 0 x
}

@test "what goes on past all memory is refused before it is read" {
    [ -r /proc/self/pagemap ] || skip "there is no such file here"
    refuses 'does not end within' timeout 60 "$MMTOOL" rfind /proc/self/pagemap x
    refuses 'does not end within' timeout 60 "$MMTOOL" read /proc/self/pagemap -8:
}

@test "a file whose size lies is read to its end, and at RANGE, as cat shows it" {
    [ -r /proc/version ] || skip "there is no /proc here"
    cat /proc/version >version
    cmp version <(mmtool read /proc/version)
    cmp <(tail -c +6 version | head -c 10) <(mmtool read /proc/version 5+10)
    cmp <(tail -c 5 version) <(mmtool read /proc/version -5:)
    prints '' mmtool read /proc/version 1000000:
    # these begin anew with every read at a place of its own
    cmp <(cat /proc/sys/kernel/pid_max | tail -c +2) <(mmtool read /proc/sys/kernel/pid_max 1:)
    prints Lin mmtool run /proc/version -c 'read 0:3'
    printf 'read 0:3\n' >script
    prints Lin mmtool run /proc/version script
}

@test "a device that gives without end is a stream at any position" {
    [ -c /dev/zero ] || skip "there is no /dev/zero here"
    prints '00000000\n' mmtool read -x /dev/zero 100000+4
    prints '5\n' mmtool find -x /dev/zero 00 5:
    prints '' mmtool read /dev/null 5:
}

@test "FILE as a descriptor" {
    [ -d /proc/self/fd ] || skip "there is no /proc here"
    make f 0123456789
    exec 5<f
    prints 234 mmtool read /dev/fd/5 2:5
    prints 234 mmtool read /proc/self/fd/5 2:5
    prints 234 mmtool read <(cat f) 2:5
    prints '3\n' mmtool find <(cat f) 34
    exec 5<>f
    mmtool write /proc/self/fd/5 0 ab
    holds f ab23456789
}
