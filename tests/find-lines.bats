# shellcheck disable=SC2016 # in quotes the inner shell expands
# find and rfind --line: the lines of matches, with context, as text and as JSON.

load helper

five() {
    make f 'one\ntwo\nthree\nfour\nfive\n'
}

@test "-l prints OFFSET: and the line" {
    five
    prints '8:three\n' mmtool find -l f ree
    prints '4:two\n' mmtool find --line f w
}

@test "-l prints a line once, whatever its matches" {
    make f 'aXa\nXaX\naaa\n'
    prints '0:aXa\n4:XaX\n' mmtool find -la f X
    prints '4:XaX\n0:aXa\n' mmtool rfind -la f X
}

@test "-l: a last line without newline" {
    make f 'one\ntwo'
    prints '4:two\n' mmtool find -l f w
    prints '4:two\n' mmtool rfind -l f w
}

@test "-l: a match of a newline belongs to the line that it ends" {
    make f 'one\n\ntwo\n'
    prints '0:one\n4:\n5:two\n' mmtool find -lae f '\n'
    prints '5:two\n4:\n0:one\n' mmtool rfind -lae f '\n'
}

@test "-l: the line in which a match begins" {
    make f 'one\ntwo\nthree\n'
    prints '0:one\n' mmtool find -lae f 'ne\ntwo\nth'
}

@test "-l shows whole lines, though the match lies in the range" {
    five
    prints '8:three\n' mmtool find -la f e 10:12
}

@test "-l: behind the last newline there is no line" {
    make f 'a\n'
    prints '0:a\n' mmtool find -laE f '$'
    make e ''
    says_no mmtool find -laE e '^'
}

@test "-l with context: behind the last line there is none" {
    make f 'a'
    prints '0:a\n' mmtool find -la -A1 -E f '^a*$'
    prints '0:a\n' mmtool rfind -la -A1 -E f '^a*$'
    make f 'x\na'
    prints '0:x\n2-a\n' mmtool find -l -A3 -m1 -E f 'a*'
    prints '{"offset":0,"length":1,"line":"x","matches":[{"offset":0,"length":0},{"offset":1,"length":0}]}\n{"offset":2,"length":1,"line":"a","context":true}\n' \
        mmtool find -lj -A3 -m1 -E f 'a*'
}

@test "-c with -l counts lines" {
    make f 'aXa\nXaX\naaa\n'
    prints '2\n' mmtool find -cl f X
    prints '3\n' mmtool find -c f X
    prints '2\n' mmtool rfind -cl f X
}

@test "-m with -l: so many lines" {
    make f 'aXX\nXaX\nXXX\n'
    prints '0:aXX\n4:XaX\n' mmtool find -lm2 f X
    prints '8:XXX\n4:XaX\n' mmtool rfind -lm2 f X
}

@test "-z ends a line with NUL instead of its newline" {
    five
    prints '0:one\x0019:five\x00' mmtool find -laz -p one -p five f
    prints '4-two\x008:three\x0014-four\x00' mmtool find -laz -C1 f three
}

@test "-r with -l: the place of the line without its newline" {
    five
    prints '8+5:three\n' mmtool find -lr f ree
    prints three mmtool read f 8+5
}

@test "--radix with -l" {
    five
    prints '0x8:three\n' mmtool find -l --radix=16 f ree
}

# ---- context --------------------------------------------------------------------------------

@test "-A, -B and -C print lines of context with a minus sign" {
    five
    prints '8:three\n14-four\n' mmtool find -la -A1 f three
    prints '4-two\n8:three\n' mmtool find -la --before-context=1 f three
    prints '4-two\n8:three\n14-four\n' mmtool find -la --context 1 f three
    prints '0-one\n4-two\n8:three\n' mmtool find -l -B 9 f three
}

@test "groups that are not neighbours are kept apart by --" {
    make f '1\n2\nX\n4\n5\n6\nX\n8\n'
    prints '2-2\n4:X\n6-4\n--\n10-6\n12:X\n14-8\n' mmtool find -la -C1 f X
    prints '0-1\n2-2\n4:X\n6-4\n8-5\n10-6\n12:X\n14-8\n' mmtool find -la -C2 f X
}

@test "rfind: the newest group first, the lines in it in the order of the file" {
    make f '1\n2\nX\n4\n5\n6\nX\n8\n'
    prints '10-6\n12:X\n14-8\n--\n2-2\n4:X\n6-4\n' mmtool rfind -la -C1 f X
    prints '0-1\n2-2\n4:X\n6-4\n8-5\n10-6\n12:X\n14-8\n' mmtool rfind -la -C2 f X
    prints '12:X\n14-8\n' mmtool rfind -lm1 -A1 f X
}

@test "context implies --line" {
    five
    prints '0:one\n4-two\n' mmtool find -A1 f one
    prints '0:one\n' mmtool find -C0 f one
    prints '2\n' mmtool find -c -B1 f o 0:8
}

# groups_reversed: the groups of lines on stdin, from the last to the first.
groups_reversed() {
    tac | awk 'function flush() { while (count > 0) print group[count--] }
        /^--$/ { flush(); print; next }
        { group[++count] = $0 }
        END { flush() }'
}

# numbered SEED: lines, some of them with an X.
numbered() {
    awk -v seed="$1" 'BEGIN { srand(seed); for (i = 0; i < 400; i++)
        print i, rand() < 0.12 ? "X" : "", substr("abcdefghijklmnop", 1, rand() * 16) }'
}

@test "find -l with context is grep -b with context" {
    for seed in $(seq "$(rounds 3)"); do
        numbered "$seed" >f
        for context in -A0 -B0 -A1 -A3 -B1 -B4 -C0 -C1 -C2 '-A2 -B1' '-B1 -A2 -C0' '-C3 -A1' -C500; do
            # shellcheck disable=SC2086
            cmp <(mmtool find -la $context f X) <(grep -b $context X f)
        done
    done
}

@test "rfind -l with context has the groups of find, from the last to the first" {
    for seed in $(seq "$(rounds 3)"); do
        numbered "$seed" >f
        for context in -A0 -A1 -A3 -B1 -B4 -C1 -C2 '-A2 -B1' -C500; do
            # shellcheck disable=SC2086
            cmp <(mmtool rfind -la $context f X) <(mmtool find -la $context f X | groups_reversed)
        done
        mmtool find -la f X >found
        [ -s found ]
        cmp <(mmtool rfind -la f X) <(tac found)
    done
}

@test "rfind -l: a group so long that it is searched again when it is printed" {
    # Three groups; in the middle one every other line of 140000 matches.
    awk 'BEGIN { for (i = 0; i < 140010; i++)
        print (i > 3 && i < 140004 ? i % 2 : i == 0 || i == 140008) ? "aXX" : "bb" }' >f
    mmtool find -la -C1 f X | groups_reversed >expected
    [ "$(grep -c -- -- expected)" -eq 2 ]
    cmp <(mmtool rfind -la -C1 f X) expected
    cmp <(mmtool rfind -la -C1 -i f xx) expected
    cmp <(mmtool rfind -la -C1 -x f '5?') expected
    cmp <(mmtool rfind -la -C1 -E f '^.X+$') expected
    # Where a match may hold the newline the lines are kept.
    cmp <(mmtool rfind -la -C1 -e f 'X\n') expected
    cmp <(mmtool rfind -l -C1 -m60000 f X) <(mmtool rfind -l -C1 -m60000 -e f 'X\n')
    # Of a line the range may hold a part only.
    cmp <(mmtool rfind -la -C1 f aX 24:490000) <(mmtool find -la -C1 f aX 24:490000 | groups_reversed)
}

@test "rfind -l: the lines before each match are gone through once, however many are context" {
    seq 200000 >f
    timeout 100 "$MMTOOL" rfind -la -B200000 f '' | tail -n 1 >out
    holds out '1288888:200000\n'
    timeout 100 "$MMTOOL" rfind -la -C200000 f 0 | head -n 1 >out
    holds out '0-1\n'
}

@test "lines longer than any buffer" {
    { head -c 700000 /dev/zero | tr '\0' a; echo; echo X; head -c 700000 /dev/zero | tr '\0' b; } >f
    prints '700001:X\n' mmtool find -l f X
    [ "$(mmtool find -l f a | wc -c)" -eq 700003 ]
    [ "$(mmtool rfind -l f b | wc -c)" -eq 700008 ]
    [ "$(mmtool rfind -l -C1 f X | wc -c)" -eq $((700003 + 9 + 700008)) ]
}

@test "a line of terabytes of hole costs nothing" {
    zeros f 4T
    mmtool write f 2T 'X'
    prints 0 sh -c '"$0" find -cl f X | tr 1 0 | tr -d "\n"' "$MMTOOL"
    mmtool write f 1T -e '\nY\n'
    prints '1099511627777:Y\n' mmtool rfind -l f Y
}

# ---- JSON -----------------------------------------------------------------------------------

@test "-j prints one object a line" {
    make f 'abxab'
    prints '{"offset":0,"length":2}\n{"offset":3,"length":2}\n' mmtool find -aj f ab
    prints '{"offset":3,"length":2}\n' mmtool rfind -j f ab
    prints '{"count":2}\n' mmtool find -cj f ab
    prints '{"offset":0,"length":2}\x00' mmtool find -jz f ab
    usage_error json mmtool find -j --radix=16 f ab
    usage_error json mmtool find -j -r f ab
}

@test "-j with -l adds the line, and tells context" {
    five
    prints '{"offset":4,"length":3,"line":"two","context":true}\n{"offset":8,"length":5,"line":"three","matches":[{"offset":8,"length":5}]}\n' \
        mmtool find -jl -B1 f three
}

@test "-j: what JSON needs escaped is escaped" {
    make f 'a"b\\\\c\td\x01\x7f\xc3\xa9\xf0\x9f\x98\x80\n'
    mmtool find -jl f a >out
    holds out '{"offset":0,"length":16,"line":"a\\"b\\\\\\\\c\\td\\u0001\x7f\xc3\xa9\xf0\x9f\x98\x80","matches":[{"offset":0,"length":1}]}\n'
}

@test "-j: a line that is not UTF-8 comes in hex, too, so that nothing is lost" {
    make f 'a\xffb\xc3\n'
    prints '{"offset":0,"length":4,"line":"a\\ufffdb\\ufffd","line_hex":"61ff62c3","matches":[{"offset":0,"length":1}]}\n' \
        mmtool find -jl f a
    # overlong, surrogate, beyond the last character
    make f '\xc0\x80\xed\xa0\x80\xf4\x90\x80\x80x'
    [[ $(mmtool find -jl f x) == *'"line_hex":"c080eda080f490808078","matches":[{"offset":9,"length":1}]}' ]]
}

@test "-j: JSON that Python reads, and the bytes come back" {
    need python3
    head -c 300000 /dev/urandom >f
    printf '\n\xe2\x82\xac\n' >>f
    mmtool find -jlaE f '^.' >out
    python3 - <<'EOF'
import json
data = open("f", "rb").read()
lines = [line for line in data.split(b"\n") if line]
objects = [json.loads(line) for line in open("out", encoding="utf-8", newline="\n")]
assert len(objects) == len(lines), (len(objects), len(lines))
for line, found in zip(lines, objects):
    assert data[found["offset"]:][:found["length"]] == line
    back = bytes.fromhex(found["line_hex"]) if "line_hex" in found else found["line"].encode()
    assert back == line
    assert found["line"] == line.decode(errors="replace") or "line_hex" in found
EOF
}

@test "-c counts the lines that grep counts, whatever the threads" {
    head -c 8000000 /dev/urandom | od -An -tx1 -w16 >f
    printf 'a7 at the end' >>f
    for pattern in 'a7 ' ' 0' '00 00' 'end' ' 1'; do
        # shellcheck disable=SC2126 # the status of grep -c is 1 where it is none
        expected=$(grep "$pattern" f | wc -l)
        for threads in 1 2 7; do
            prints "$expected\n" mmtool find -cl --threads=$threads f "$pattern"
            prints "$expected\n" mmtool find -cElm 99999999 --threads=$threads f "$pattern"
            prints "$expected\n" mmtool rfind -cl --threads=$threads f "$pattern"
        done
    done
    prints "$(grep -cE '^ ?[0-9a-f]{2} (0|1)*' f)\n" mmtool find -cEl f '^ ?[0-9a-f]{2} (0|1)*'
    prints "$(grep -c '' f)\n" mmtool find -cEl f 'x*'
    prints "$(grep -c '' f)\n" mmtool find -cEl f '$'
}
