# diff: the edit script that makes one file into another.

# shellcheck disable=SC2016 # the inner shell expands it
# shellcheck disable=SC2154 # bats sets stderr, the helper source_root
load helper

# makes OLD NEW: the script of OLD and NEW, applied to a copy of OLD, gives NEW, and its undo OLD.
makes() {
    local status=0
    mmtool diff "$1" "$2" >script || status=$?
    if cmp -s "$1" "$2"; then
        [ "$status" = 0 ] && [ ! -s script ]
        return
    fi
    [ "$status" = 1 ] || return 1
    cp "$1" made
    mmtool splice --undo=back --edits=script made || return 1
    cmp made "$2" || return 1
    mmtool splice --edits=back made || return 1
    cmp made "$1"
}

@test "equal files: status 0, no output" {
    make a abc
    make b abc
    run -0 mmtool diff a b
    [ -z "$output" ]
    : >a
    : >b
    run -0 mmtool diff a b
    [ -z "$output" ]
    run -0 mmtool diff a a
}

@test "a changed byte is one line, status 1" {
    make a abcdef
    make b abXdef
    run -1 mmtool diff a b
    [ "$output" = '2 63 58' ]
}

@test "an insertion has the byte behind it as context, so that it is not made twice" {
    make a abcdef
    make b abXYcdef
    run -1 mmtool diff a b
    [ "$output" = '2 63 585963' ]
}

@test "a deletion and a change" {
    make a 'one two three four five'
    make b 'one three FOUR five'
    run -1 mmtool diff a b
    [ "$output" = $'5 776f2074 -\n14 666f7572 464f5552' ]
}

@test "an insertion stands as far to the right as it can" {
    make a 'aaab'
    make b 'aaaaab'
    run -1 mmtool diff a b
    [ "$output" = '3 62 616162' ]
}

@test "new bytes at the end, an empty file on either side" {
    make a abc
    make b abcdef
    : >empty
    run -1 mmtool diff a b
    [ "$output" = '3 - 646566' ]
    run -1 mmtool diff b a
    [ "$output" = '3 646566 -' ]
    run -1 mmtool diff empty a
    [ "$output" = '0 - 616263' ]
    run -1 mmtool diff a empty
    [ "$output" = '0 616263 -' ]
    makes empty a
    makes a empty
}

@test "files of one length: never more bytes than differ" {
    need python3
    letters a 50000
    python3 -c "
import sys
b = bytearray(open('a', 'rb').read())
for i in range(0, len(b), 7): b[i] ^= 1
b[100:200], b[200:300] = b[200:300], b[100:200]
open('b', 'wb').write(b)"
    run -1 --keep-empty-lines mmtool diff a b
    differ=$(wc -l < <(cmp -l a b))
    new=$(awk '{ bytes += length($3) / 2 } END { print bytes }' <<<"$output")
    [ "$new" -le "$differ" ]
    makes a b
}

@test "random pairs: the script gives NEW, its undo gives OLD" {
    need python3
    python3 - <<'E'
import random
random.seed(1)
for i in range(60):
    letters = random.choice([1, 2, 20, 256])
    old = bytes(random.randrange(letters) for _ in range(random.choice([0, 1, 30, 3000, 60000])))
    new, at = bytearray(), 0
    while at < len(old):
        keep = random.randrange(1, random.choice([5, 100, 5000]))
        new += old[at:at + keep]
        at += keep
        kind = random.randrange(4)
        if kind == 0: new += bytes(random.randrange(letters) for _ in range(random.randrange(60)))
        elif kind == 1: at += random.randrange(60)
        elif kind == 2: new += new[-random.randrange(1, 200):]
        elif kind == 3: new += b'x'; at += 1
    if i % 10 == 0: new = bytearray(random.randbytes(len(old)))
    open('old%d' % i, 'wb').write(old)
    open('new%d' % i, 'wb').write(new)
E
    for pair in old*; do
        makes "$pair" "new${pair#old}"
    done
}

@test "a block that moved away stands for itself alone, whatever the distance" {
    head -c 300000 /dev/urandom >a
    {
        tail -c +100001 a
        head -c 100000 a
    } >b
    run -1 mmtool diff a b
    [ "${#lines[@]}" = 2 ]
    [ "${#output}" -lt 450000 ]
    makes a b
}

@test "--quiet: only the status" {
    make a abc
    make b abd
    run -1 mmtool diff -q a b
    [ -z "$output" ]
    run -1 mmtool diff --quiet a /dev/null
    run -0 mmtool diff -q a a
    [ -z "$output" ]
}

@test "the script is checked: status 1 and nothing changed where OLD is not there" {
    make a abcdef
    make b abXdef
    mmtool diff a b >script || [ $? = 1 ]
    make c ab.def
    run -1 mmtool splice --edits=script c
    [ "$(cat c)" = 'ab.def' ]
}

@test "standard input on either side, but not on both" {
    make a abc
    make b abd
    run -1 mmtool diff - b <a
    [ "$output" = '2 63 64' ]
    run -1 mmtool diff a - < <(cat b)
    [ "$output" = '2 63 64' ]
    run -2 mmtool diff - - <a
    [[ "$output" == *"OLD and NEW cannot both be the standard input"* ]]
}

@test "with --window, that part of OLD is compared; offsets are those of the file" {
    make a '0123abcdef'
    make b 'abXdef'
    run -1 mmtool diff --window=4: a b
    [ "$output" = '6 63 58' ]
    echo "$output" >script
    mmtool splice --edits=script a
    [ "$(cat a)" = 0123abXdef ]
}

@test "an unfinished edit of either file is finished first" {
    need strace
    for side in a b; do
        letters a 300000
        letters b 300000
        run env ASAN_OPTIONS=detect_leaks=0 strace -f -qq -o /dev/null \
            -e inject=pwrite64:signal=KILL:when=4 "$MMTOOL" splice "$side" 10+0 inserted
        [ -e ".$side.mmtool-journal" ] || skip "strace kills nothing here in the middle"
        status=0
        mmtool diff a b >script 2>message || status=$?
        [ "$status" -le 1 ]
        [ ! -e ".$side.mmtool-journal" ]
        # Whole, and old or new: eight bytes more or none.
        [ "$(wc -l <script)" -le 1 ]
        grep -q "$side: .*interrupted edit" message
    done
}

@test "a name with control characters is escaped in messages" {
    make a abc
    run -2 mmtool diff a $'no\nsuch'
    [ "${#lines[@]}" = 1 ]
    [[ "$output" == *'no\nsuch'* ]]
}

@test "errors name the file that they are about" {
    make a abc
    run -2 mmtool diff a missing
    [[ "$output" == *"missing"* ]]
    run -2 mmtool diff missing a
    [[ "$output" == "mmtool: diff: missing: "* ]]
    mkdir directory
    run -2 mmtool diff a directory
    [[ "$output" == *directory* ]]
    run -2 mmtool diff a
    [[ "$output" == *NEW* ]]
}

@test "not in a script, which works on one file" {
    make a abc
    run -2 mmtool run a -c 'diff b'
    [[ "$output" == *"works on one file"* ]]
}

@test "holes are skipped: terabytes that differ in two bytes" {
    ! grep -qa __asan_init "$MMTOOL" || skip "a sanitizer's views hold whole files in memory"
    zeros a 4T
    zeros b 4T
    mmtool write a 1T x
    mmtool write b 1T x
    mmtool write b 3T y
    mmtool write b 10 z
    run -1 timeout 60 "$MMTOOL" diff a b
    [ "$output" = $'10 00 7a\n3298534883328 00 79' ]
}

@test "many new zeros are counted" {
    make a 'x'
    { printf x && head -c 100000 /dev/zero; } >b
    run -1 mmtool diff a b
    [ "$output" = '1 - +100000' ]
    makes a b
}

@test "output that cannot be written is an error" {
    make a abc
    make b abd
    [ -c /dev/full ] || skip "no /dev/full"
    run -2 bash -c '"$1" diff a b >/dev/full' - "$MMTOOL"
    run -2 bash -c '"$1" diff a b >&-' - "$MMTOOL"
}

@test "a missing operand is called OLD or NEW" {
    make a abc
    usage_error 'an operand is missing: mmtool diff OLD NEW' mmtool diff a
}
