# splice: replaces a range by bytes of any length.

# shellcheck disable=SC2154 # bats sets stderr, the helper source_root
# shellcheck disable=SC2094 # what is read in a pipeline here is not what is written
load helper

@test "the same length" {
    make f 0123456789
    prints '' mmtool splice f 3:6 abc
    holds f 012abc6789
}

@test "longer and shorter" {
    make f 0123456789
    mmtool splice f 3:6 abcdef
    holds f 012abcdef6789
    mmtool splice f 3+6 x
    holds f 012x6789
}

@test "A+0 inserts" {
    make f 0123
    mmtool splice f 2+0 ab
    holds f 01ab23
    mmtool splice f 0+0 x
    mmtool splice f end+0 y
    mmtool splice f -1+0 z
    holds f x01ab23zy
}

@test "insert into an empty file" {
    make f ''
    mmtool splice f 0+0 abc
    holds f abc
    make f ''
    mmtool splice f : abc
    holds f abc
}

@test "no DATA deletes" {
    make f 0123456789
    mmtool splice f 2+3
    holds f 0156789
    mmtool splice f :2
    holds f 56789
    mmtool splice f -2:
    holds f 567
    mmtool splice f :
    holds f ''
}

@test "without DATA the range must be given with its end" {
    make f 0123456789
    usage_error 'with its end' mmtool splice f 4
    usage_error 'with its end' mmtool splice f -4
    holds f 0123456789
    mmtool splice f 4:
    holds f 0123
}

@test "A with DATA replaces all from A on" {
    make f 0123456789
    mmtool splice f 4 ab
    holds f 0123ab
}

@test "several DATA operands are joined; empty DATA deletes" {
    make f 0123456789
    mmtool splice f 0+1 a '' bc
    holds f abc123456789
    mmtool splice f 0+3 ''
    holds f 123456789
}

@test "nothing in place of nothing" {
    make f 0123
    mmtool splice f 2+0 ''
    mmtool splice f 2+0
    holds f 0123
}

@test "a range that is not wholly inside the file is refused" {
    make f 0123
    refuses 'passes the end (size 4)' mmtool splice f 2:5 x
    refuses 'passes the end (size 4)' mmtool splice f 5+0 x
    refuses '' mmtool splice f 3:2 x
    refuses 'before the start' mmtool splice f -5:2 x
    refuses '' mmtool splice f 5 x
    holds f 0123
}

@test "types, escapes and hex as in write" {
    make f 0123
    mmtool splice -x f 1+1 'ff 00'
    mmtool splice -e f 0+0 '\n'
    mmtool splice -t u16be f end+0 1
    holds f '\n0\xff\x0023\x00\x01'
}

@test "--from=FILE and --from=FILE@RANGE" {
    make f 0123
    make d abcdef
    mmtool splice --from=d f 1+1
    holds f 0abcdef23
    mmtool splice --from=d@2:4 f end+0
    holds f 0abcdef23cd
    mmtool splice --from=d@3+0 f 0:1
    holds f abcdef23cd
}

@test "--from=- inserts what a pipe brings" {
    make f 0123
    letters d 500000
    mmtool splice -f - f 2+0 < <(cat d)
    cmp f <(printf 01; cat d; printf 23)
}

@test "--from the file itself, by another name too: its bytes before the change" {
    make f 0123456789
    ln f g
    mmtool splice --from=f f 5+0
    holds f 01234012345678956789
    mmtool splice --from=g@0:5 f 2:18
    holds f 010123489
    mmtool splice -f - f 0+0 <f
    holds f 010123489010123489
}

@test "--from a larger file than any buffer" {
    letters d 3000000
    make f 0123
    mmtool splice --from=d@7:2999999 f 1:3
    cmp f <(printf 0; tail -c +8 d | head -c 2999992; printf 3)
}

@test "--repeat" {
    make f 0123
    mmtool splice --repeat=3 f 1:3 ab
    holds f 0ababab3
    mmtool splice --repeat=0 f 1:3 ab
    holds f 0abab3
    mmtool splice --repeat=1M f 0+0 -e '\0'
    [ "$(size_of f)" -eq 1048582 ]
    prints 0abab3 mmtool read f -6:
}

@test "growing past what a file can hold is refused" {
    make f 0123
    refuses '' mmtool splice --repeat=7E f 0+0 ab
    refuses '' mmtool splice --repeat=9223372036854775807 f 0+0 a
    holds f 0123
}

# ---- sizes where moving the tail can go wrong -----------------------------------------------

# splices OFFSET OLD NEW: replaces OLD bytes at OFFSET of the file g by NEW ones.
splices() {
    cp g f
    head -c "$3" /dev/zero | tr '\0' N >d
    mmtool splice --from=d f "$1+$2"
    cmp f <(head -c "$1" g; cat d; tail -c "+$(($1 + $2 + 1))" g)
}

@test "the tail moves up and down by less, as much and more than a buffer" {
    head -c 1000003 /dev/urandom >g
    for length in 1 7 511 4095 4096 4097 65536 262143 262144 262145 700000; do
        splices 10 0 "$length"
        splices 10 "$length" 0
    done
}

@test "at page and buffer borders" {
    head -c 800000 /dev/urandom >g
    for offset in 0 4095 4096 4097 262143 262144 262145 799999; do
        splices "$offset" 0 5
        splices "$offset" 1 0
        splices "$offset" 1 4096
    done
}

@test "the whole file, and the file's end" {
    head -c 300000 /dev/urandom >g
    splices 0 300000 0
    splices 0 300000 1
    splices 0 300000 600000
    splices 300000 0 600000
    splices 299999 1 600000
}

@test "what is behind the edit and in front of it stays, in a file of one byte" {
    printf x >g
    splices 0 0 1
    splices 1 0 1
    splices 0 1 0
    splices 0 1 3
}

@test "DATA that turns out to be empty does not cut the file off" {
    make f 0123456789
    : >empty
    usage_error 'its end' mmtool splice f 5 -f empty
    usage_error 'its end' mmtool splice f 5 --from=/dev/null
    usage_error 'its end' mmtool splice f 5 -f - <empty
    usage_error 'its end' mmtool splice f 5 X --repeat=0
    holds f 0123456789
    mmtool splice f 8: -f empty
    mmtool splice f 5+1 X --repeat=0
    mmtool splice f 6 ''
    holds f 012346
}

@test "--delete says outright that a RANGE is deleted, with its end or without" {
    make f 0123456789
    mmtool splice --delete f 2+3
    holds f 0156789
    mmtool splice f --delete 1:2 --expect=1
    holds f 056789
    mmtool splice --delete f 4
    holds f 0567
    usage_error 'operand is missing: mmtool splice FILE RANGE|' mmtool splice --delete f
}

@test "options without what they are of are refused" {
    make f 0123456789
    printf '0 30 58\n' >script
    usage_error 'DATA' mmtool splice --repeat=3 f 0+2
    usage_error 'DATA' mmtool splice --repeat=3 -p 0 f
    usage_error 'script' mmtool splice --edits=script --repeat=2 f
    usage_error 'script' mmtool splice --edits=script -x f
    holds f 0123456789
}

@test "where nothing changes, the file's times stay" {
    make f 0123456789
    touch -d 2001-02-03 f
    before=$(stat -c %y f)
    mmtool splice f 3+0 ''
    mmtool splice -a -p 345 f 345
    run -0 --separate-stderr mmtool splice -v -x -p '33 34' f 3334
    [[ $stderr == *"1 replaced; 0 bytes patched"* ]]
    [ "$before" = "$(stat -c %y f)" ]
    mmtool splice -x -a -p '3?' f 33
    holds f 3333333333
}

# ---- --expect -------------------------------------------------------------------------------

@test "--expect: the bytes there are these" {
    make f 0123456789
    mmtool splice --expect=345 f 3:6 ab
    holds f 012ab6789
}

@test "--expect: other bytes are status 1, shown, nothing changed" {
    make f 0123456789
    run -1 --separate-stderr mmtool splice --expect=xyz f 3:6 ab
    [[ $stderr == "mmtool: splice: f: "*333435* ]]
    holds f 0123456789
}

@test "--expect: a patch that changes the length can be run twice" {
    make f 0123456789
    mmtool splice --expect=345 f 3+3 abcde
    mmtool splice --expect=345 f 3+3 abcde
    holds f 012abcde6789
}

@test "--expect: new bytes that begin as the old ones can be run twice" {
    make f 0123456789
    mmtool splice --expect=34 f 3+2 34xy
    mmtool splice --expect=34 f 3+2 34xy
    holds f 01234xy56789
}

@test "--expect: new bytes with which the old ones begin are still put in, and only once" {
    make f 'name=foobar;x\n'
    mmtool splice --expect=foobar f 5+6 foo
    holds f 'name=foo;x\n'
    mmtool splice --expect=foobar f 5+6 foo
    holds f 'name=foo;x\n'
}

@test "--expect: a patch that makes the end shorter can be run twice" {
    make f 0123456789
    mmtool splice --expect=789 f 7+3 Q
    mmtool splice --expect=789 f 7+3 Q
    mmtool splice --expect=789 f 7:10 Q
    holds f 0123456Q
    refuses 'passes the end' mmtool splice --expect=789 f 7+3 R
    refuses 'passes the end' mmtool splice f 7+3 Q
}

@test "--expect: -v says that there is nothing to do" {
    make f 0123456789
    run -0 --separate-stderr mmtool splice -v --expect=abc f 3+3 345
    [[ $stderr == "mmtool: splice: f: "*"nothing to do" ]]
    run -1 --separate-stderr mmtool splice -v -p x f y
    [[ $stderr == "mmtool: splice: f: no match"* ]]
}

@test "--expect at an insertion looks at the bytes that follow" {
    make f 0123456789
    mmtool splice --expect=34 f 3+0 ab
    holds f 012ab3456789
    run -1 mmtool splice --expect=34 f 1+0 xy
}

@test "--expect in hex leaves digits open" {
    make f 0123456789
    mmtool splice -x --expect='3? ??' f 3+2 ff
    holds f '012\xff56789'
}

@test "--expect as long as the range, or it is a usage error" {
    make f 0123456789
    usage_error expect mmtool splice --expect=3456 f 3+2 x
    holds f 0123456789
}

@test "holes stay holes, wherever an edit moves them" {
    python3 - "$MMTOOL" <<'PY'
import os, random, subprocess, sys

BLOCK = 4096
dice = random.Random(11)

def layout():
    """Extents of data, some of them short or not of whole blocks, between holes."""
    data, at = bytearray(), dice.choice((0, 0, 3 * BLOCK))
    for _ in range(dice.randrange(1, 12)):
        extent = dice.choice((1, 100, BLOCK, BLOCK + 1, 3 * BLOCK, dice.randrange(1, 20000)))
        data += bytes(at - len(data)) + dice.randbytes(extent)
        at = len(data) + dice.choice((BLOCK - 1, BLOCK, 2 * BLOCK, 3 * BLOCK + 5, 60000))
    return bytes(data) + bytes(dice.choice((0, 0, 1, 50000)))

def write_sparse(name, data):
    with open(name, "wb") as file:
        for start in range(0, len(data), BLOCK):
            if any(data[start:start + BLOCK]):
                file.seek(start)
                file.write(data[start:start + BLOCK])
        file.truncate(len(data))

def edits(size):
    """Insertions, deletions and moves: the command, and what it does to bytes."""
    at = dice.choice((0, 10, dice.randrange(size)))
    length = min(dice.choice((1, 7, BLOCK, 5000, 2 * BLOCK)), size - at)
    fresh = dice.randbytes(dice.choice((1, 7, BLOCK, 5000)))
    return dice.choice((
        (["splice", "f", f"{at}+0", "-x", fresh.hex()], lambda d: d[:at] + fresh + d[at:]),
        (["splice", "f", f"{at}+{length}"], lambda d: d[:at] + d[at + length:]),
        (["splice", "f", f"{at}+{length}", "-x", fresh.hex()],
         lambda d: d[:at] + fresh + d[at + length:]),
    ))

def whole_blocks(data):
    return sum(any(data[i:i + BLOCK]) for i in range(0, len(data), BLOCK))

for round in range(60):
    old = layout()
    command, change = edits(len(old))
    write_sparse("f", old)
    subprocess.run([sys.argv[1], *command], check=True)
    new = open("f", "rb").read()
    assert new == change(old), (round, command)
    blocks = os.stat("f").st_blocks * 512 // BLOCK
    # an edge of an extent may lie in one block more, and short holes are filled
    assert blocks <= whole_blocks(new) + 40, (round, command, blocks, whole_blocks(new))
PY
}

@test "the journal of an insertion into a small file is as small, and is not mapped" {
    need strace
    printf 'some words and more' >file
    ASAN_OPTIONS=detect_leaks=0 strace -qq -f -e trace=fallocate,mmap -o calls "$MMTOOL" splice file 5+0 'new '
    [ "$(cat file)" = 'some new words and more' ]
    run grep -c 'MAP_SHARED' calls
    [ "$output" = 0 ]
    # mode, offset and length of all that is reserved
    awk -F '[(,)]' '/fallocate/ { sum += $5 } END { exit sum > 65536 }' calls
}

@test "a deletion does not look at what is piped in; --from=- takes it" {
    printf 'abcdef' >file
    printf 'XX' | mmtool splice file 0+1
    [ "$(cat file)" = bcdef ]
    printf 'XX' | mmtool splice --from=- file 0+1
    [ "$(cat file)" = XXcdef ]
}
