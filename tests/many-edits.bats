# Many edits at once: the result is what a slow program computes, and system calls stay few.

# shellcheck disable=SC2154 # the helper sets source_root
load helper

# edits SEED SIZE EDITS: see many_edits.py
edits() {
    need python3
    python3 "$source_root/tests/many_edits.py" "$@"
}

# calls NAMES COMMAND...: how many of these system calls COMMAND makes.
calls() {
    need strace
    strace -f -qq -o trace -e trace=none true 2>/dev/null || skip "strace cannot trace here"
    ASAN_OPTIONS=detect_leaks=0 strace -f -qq -e "trace=$1" -o trace "${@:2}" >"$BATS_TEST_TMPDIR/stdout"
    awk -v names="^(${1//,/|})[(]" '$2 ~ names { count++ } END { print count + 0 }' trace
}

# xs FILE: 40,000 lines with an x each.
xs() {
    yes 'some words, one x in them, and 12 more' | head -n 40000 >"$1"
}

@test "random edits: the result, what --dry-run prints, and the undo script" {
    for seed in {1..40}; do
        edits "$seed" $((seed % 4 ? 400000 : 20000)) $((seed * 25))
        mmtool splice -n --edits=script f >printed
        cmp printed listing
        cp f old
        mmtool splice --edits=script --undo=u f
        cmp f new
        cmp u back
        mmtool splice --edits=u f
        cmp f old
        mmtool splice --edits=listing f
        cmp f new
    done
}

@test "random edits by a new file, in a script, and of the part behind a window's start" {
    for seed in {1..12}; do
        edits "$seed" 100000 200
        cp f old
        mmtool splice --new-inode --edits=script --undo=u f
        cmp f new
        cmp u back
        cp old f
        mmtool run --atomic f -c 'write 0 x' -c 'splice -n --edits=script' >printed
        cmp printed listing
        (printf x && tail -c +2 old) >expected
        cmp f expected
        (printf '%0100d' 0 && cat old) >f
        mmtool run --window=100: f -c 'splice -n --edits=script' >printed
        awk '{ $1 += 100; print }' listing | cmp - printed
    done
}

@test "an edit of holes and of data in a sparse file: --dry-run and --undo" {
    zeros f 64M
    for at in 0 4096 1048576 1048700 33554432; do
        mmtool write f "$at" data
    done
    cp f old
    {
        printf '4 +60 00\n100 +64 01\n4090 +100 -\n8200 +4000 02\n20000 +4096 -\n'
        printf '1048500 +100 03\n1048601 +99 -\n1048701 +4100 04\n9000000 +64 05\n9000100 +63 -\n'
    } >script
    mmtool splice -n --edits=script f >printed
    python3 - <<'END'
old = open("old", "rb").read()
for line, printed in zip(open("script"), open("printed")):
    at, count, new = line.split()
    count = int(count[1:])
    there = old[int(at):int(at) + count]
    assert printed == f"{at} {there.hex() if count <= 4096 else f'+{count}'} {new}\n", printed
END
    mmtool splice --edits=script --undo=u f
    mmtool splice --edits=u f
    cmp f old
}

@test "old bytes of many edits take few reads: --undo and --dry-run" {
    xs f
    [ "$(calls pread64 "$MMTOOL" splice -n -a -p x f y)" -lt 400 ]
    [ "$(calls pread64,pwrite64 "$MMTOOL" splice -a -p x --undo=u f y)" -lt 400 ]
}

@test "random strings: --cstring, with DATA of each length, and undone" {
    need python3
    for seed in {1..12}; do
        python3 - "$seed" $((seed % 3 ? 3000 : 300000)) <<'END'
import random, sys
seed, size = map(int, sys.argv[1:])
chance = random.Random(seed)
data = bytearray(b"aba\0")
while len(data) < size:
    length = chance.choice([0, 1, 5, 30, 200, 20000])
    data += bytes(chance.choices(b"abc", weights=[1, 1, chance.choice([1, 9, 99])], k=length))
    data += bytes(chance.choice([1, 1, 2, 9]))
new = {0: b"", 1: b"x", 2: b"xyz"}[seed % 3]
strings = bytes(data).split(b"\0")
replaced = [string.replace(b"aba", new) for string in strings]
padded = [end + bytes(len(start) - len(end)) for start, end in zip(strings, replaced)]
open("f", "wb").write(data)
open("new", "wb").write(b"\0".join(padded))
open("data", "wb").write(new)
END
        cp f old
        mmtool splice -a --cstring -p aba f "$(cat data)" --undo=u
        cmp f new
        mmtool splice --edits=u f
        cmp f old
    done
}

@test "random texts: --regex with groups in DATA" {
    need python3
    for seed in {1..12}; do
        python3 - "$seed" $((seed % 3 ? 3000 : 300000)) <<'END'
import random, re, sys
seed, size = map(int, sys.argv[1:])
chance = random.Random(seed)
text = bytearray()
while len(text) < size:
    text += bytes(chance.choices(b"abk=12 \n", k=chance.choice([10, 1000])))
    text += b"." * chance.choice([0, 0, 5, 500, 50000])
    text += b"k=" + b"a" * chance.choice([0, 3, 70000])
open("f", "wb").write(text)
open("new", "wb").write(re.sub(rb"k=(a*)(b|1+)?", rb"\2<\1,\0>".replace(rb"\0", rb"\g<0>"), text))
END
        mmtool splice -aE -p 'k=(a*)(b|1+)?' f '\2<\1,\0>'
        cmp f new
    done
}

@test "many matches take few reads: --cstring, --regex with groups, --edits" {
    xs f
    cp f old
    mmtool splice -a -p x f y --undo=u
    [ "$(calls pread64 "$MMTOOL" splice --edits=u f)" -lt 400 ]
    cmp f old
    [ "$(calls pread64 "$MMTOOL" splice -aE -p 'x in ([a-z]+)' f '\1')" -lt 400 ]
    tr '\n' '\0' <old >f
    [ "$(calls pread64 "$MMTOOL" splice -a --cstring -p x f y)" -lt 400 ]
}

@test "strings of 400 KB, shorter by --cstring, are old or new when a write is killed" {
    need strace
    yes 'some words, one x in them, and 12 more' | head -n 10000 | tr '\n' '\0' >old
    sed 's/x in \([^\x00]*\)/in \1\x00\x00/g' old >new
    cp old f
    [ "$(calls pwrite64 "$MMTOOL" splice -a --cstring -p 'x ' f '')" -lt 20 ]
    cmp f new
    killed=0
    for number in {1..8}; do
        cp old f
        run strace -f -qq -o trace -e trace=pwrite64 -e "inject=pwrite64:signal=KILL:when=$number" \
            "$MMTOOL" splice -a --cstring -p 'x ' f ''
        [ "$status" -ne 137 ] || killed=$((killed + 1))
        [ "$(mmtool read f 0+4)" = some ]
        cmp f old || cmp f new
        [ "$(ls -A)" = "$(printf 'f\nnew\nold\ntrace')" ]
    done
    [ "$killed" -gt 0 ] || skip "strace kills nothing here"
}

@test "24 MB with an edit a line, longer and shorter, are old or new when a write is killed" {
    need strace
    yes 'some words, one x in them, and 12 more' | head -n 600000 >old
    killed=0
    for data in 'xyz' '' '\0\0, \0'; do
        sed -E "s/x/${data//\\0/x}/" old >new
        cp old f
        mmtool splice -aE -p x f "$data"
        cmp f new
        for number in 5 30 75; do
            cp old f
            run strace -f -qq -o trace -e trace=pwrite64 \
                -e "inject=pwrite64:signal=KILL:when=$number" "$MMTOOL" splice -aE -p x f "$data"
            [ "$status" -ne 137 ] || killed=$((killed + 1))
            [ "$(mmtool read f 0+4)" = some ]
            cmp f old || cmp f new
        done
    done
    [ "$killed" -gt 0 ] || skip "strace kills nothing here"
}
