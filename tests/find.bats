# find: the offset of the first match.

# shellcheck disable=SC2154 # bats sets stderr, the helper source_root
# shellcheck disable=SC2094 # what is read in a pipeline here is not what is written
load helper

@test "find prints the lowest offset in decimal, on one line" {
    make f 'one two two'
    prints '4\n' mmtool find f two
}

@test "no match: status 1 and no output" {
    make f 'one two'
    says_no mmtool find f three
}

@test "a match at the very start and at the very end" {
    make f 'abcxyz'
    prints '0\n' mmtool find f abc
    prints '3\n' mmtool find f xyz
    prints '0\n' mmtool find f abcxyz
    says_no mmtool find f abcxyz1
}

@test "patterns are bytes: NUL, 0xff, newlines" {
    make f 'a\x00\xff\nb'
    prints '1\n' mmtool find -x f '00 ff'
    prints '3\n' mmtool find -e f '\nb'
}

@test "the range is clamped as a Python slice" {
    make f 'abcabc'
    prints '3\n' mmtool find f abc 1:1000
    prints '3\n' mmtool find f abc -3:
    says_no mmtool find f abc 10:3
    says_no mmtool find f abc 1000
}

@test "a range that ends before it starts holds no match, not even the empty one" {
    make f 'abcabc'
    for range in 4:3 -1:-2 10:3 end:0; do
        for command in find rfind; do
            for option in -a -q -r -l -E; do
                says_no mmtool "$command" "$option" f '' "$range"
            done
            run -1 --separate-stderr mmtool "$command" -c f '' "$range"
            [ "$output" = 0 ]
        done
    done
    prints '3\n' mmtool find f '' 3:3
    prints '6\n' mmtool rfind f '' 6:10
}

@test "a match must lie wholly in the range" {
    make f 'abcabc'
    says_no mmtool find f abc 1:5
    prints '3\n' mmtool find f abc 1:6
    prints '0\n' mmtool find f abc 0+3
    says_no mmtool find f abc 0+2
}

@test "offsets count from the start of the file, not of the range" {
    make f 'abcabc'
    prints '4\n' mmtool find f b 2:
}

@test "the empty pattern is found at the range's start" {
    make f abc
    prints '0\n' mmtool find f ''
    prints '2\n' mmtool find f '' 2:
    prints '3\n' mmtool find f '' end
    make e ''
    prints '0\n' mmtool find e ''
}

@test "a range whose end is before its start holds no match, whatever the size" {
    make f abc
    for range in 2:1 10:3 100:99 -1:-2 -8:-9; do
        says_no mmtool find f '' "$range"
        says_no mmtool rfind f '' "$range"
        says_no mmtool find - '' "$range" <f
        says_no mmtool find - '' "$range" < <(cat f)
    done
    says_no timeout 10 "$MMTOOL" find - '' 10:3 < <(yes)
    prints '3\n' mmtool find f '' 100:
}

@test "an empty file has no match" {
    make e ''
    says_no mmtool find e a
}

@test "a pattern longer than the file" {
    make f abc
    says_no mmtool find f abcd
}

# ---- options --------------------------------------------------------------------------------

@test "-a prints every match, not overlapping" {
    make f 'aaaaa ab ab'
    prints '0\n2\n' mmtool find -a f aa
    prints '6\n9\n' mmtool find --all f ab
}

@test "--overlapping counts those too" {
    make f 'aaaa'
    prints '0\n1\n2\n' mmtool find --overlapping f aa
    prints '0\n1\n2\n' mmtool find -a --overlapping f aa
    prints '3\n' mmtool find -c --overlapping f aa
}

@test "-m stops after N matches" {
    make f 'abababab'
    prints '0\n2\n' mmtool find -m 2 f ab
    prints '0\n2\n' mmtool find -am2 f ab
    prints '0\n2\n4\n6\n' mmtool find --max-count=100 f ab
    says_no mmtool find -m 0 f ab
}

@test "-c prints only the number of matches" {
    make f 'abababab'
    prints '4\n' mmtool find -c f ab
    prints '2\n' mmtool find -c -m2 f ab
    prints '3\n' mmtool find -c f ab 1:
}

@test "-c of none prints 0, status 1" {
    make f 'abab'
    run -1 mmtool find -c f x
    [ "$output" = 0 ]
}

@test "-q prints nothing: the status tells" {
    make f 'abab'
    prints '' mmtool find -q f ab
    prints '' mmtool find -qc f ab
    prints '' mmtool find -qa f ab
    says_no mmtool find -q f x
}

@test "-i: ASCII letters match either case, other bytes do not" {
    make f 'x[HeLLo{'
    prints '2\n' mmtool find -i f hEllO
    says_no mmtool find -i f '{hello'
    says_no mmtool find f hello
    make f '\xc3\x89'
    says_no mmtool find -i -x f c3a9
}

@test "-r prints OFFSET+LENGTH, which read takes" {
    make f 'one two'
    prints '4+3\n' mmtool find -r f two
    prints two mmtool read f "$(mmtool find -r f two)"
}

@test "-z ends each result with NUL" {
    make f 'abab'
    prints '0\x002\x00' mmtool find -az f ab
    prints '0+2\x002+2\x00' mmtool find -arz f ab
    prints '2\x00' mmtool find -cz f ab
}

@test "--radix prints offsets that are positions" {
    zeros f 256
    mmtool write f 255 x
    prints '0xff\n' mmtool find --radix=16 f x
    prints '0o377\n' mmtool find --radix=8 f x
    prints '0b11111111\n' mmtool find --radix=2 f x
    prints x mmtool read f "$(mmtool find -r --radix=16 f x)"
}

@test "? in a hex pattern stands for any digit" {
    make f '\xe8\x01\x02\x03\x04\x5f\xe8\x01\x02\x03\x04\x6f'
    prints '0\n' mmtool find -x f 'E8 ?? ?? ?? ?? 5?'
    prints '6\n' mmtool find -x f 'E8 ?? ?? ?? ?? 6?'
    prints '5\n11\n' mmtool find -ax f '?F'
    says_no mmtool find -x f 'E8 ?? ?? ?? ?? 7?'
}

@test "a pattern of question marks alone is found anywhere there is room" {
    make f 'abcd'
    prints '0\n2\n' mmtool find -ax f '?? ??'
}

@test "? in text is a question mark" {
    make f 'what?'
    prints '4\n' mmtool find f '?'
}

@test "-t TYPE: numbers and UTF-16 as patterns" {
    make f '\x00\x01\x00\x00\x00h\x00i\x00'
    prints '1\n' mmtool find -t u32le f 1
    prints '5\n' mmtool find -t utf16le f hi
    make f '\x3f\x80\x00\x00'
    prints '0\n' mmtool find -t f32be f 1.0
}

@test "-p adds a pattern: a match of any of them" {
    make f 'three two one'
    prints '0\n6\n10\n' mmtool find -a -p one -p two --pattern=three f
}

@test "with -p all operands behind FILE are the range" {
    make f 'one two one'
    prints '8\n' mmtool find -p one f 1:
    usage_error 'one operand too many' mmtool find -p one f 1: 2
}

@test "with several patterns, of those at one place the longest is the match" {
    make f 'abcd'
    prints '0+3\n' mmtool find -r -p ab -p abc f
    prints '0+3\n' mmtool find -r -p abc -p ab f
}

@test "an empty pattern can only stand alone" {
    make f 'abcd'
    usage_error empty mmtool find -p a -p '' f
}

@test "too few and too many operands are usage errors" {
    make f abc
    usage_error 'operand is missing: mmtool find FILE PATTERN [RANGE]' mmtool find f
    usage_error 'one operand too many: "x"' mmtool find f a : x
}

@test "a pattern that begins with a minus sign stands behind --" {
    make f 'a -x 5-5'
    prints '2\n' mmtool find f -- -x
    prints '6\n' mmtool find f -5
}

# ---- where things can go wrong --------------------------------------------------------------

@test "matches at and across every buffer's end" {
    local at
    for at in 4095 4096 65534 131071 262141 262142 262143 262144 524287 1048575; do
        zeros f 2M
        mmtool write f "$at" needle
        prints "$at\\n" mmtool find f needle
        prints "$at\\n" mmtool find -i f NEEDLE
        prints "$at\\n" mmtool find -a -p nee -p needle f
        rm f
    done
}

@test "a pattern longer than a buffer" {
    head -c 700000 /dev/urandom >pattern
    { head -c 300001 /dev/zero; cat pattern; } >f
    offset=$(mmtool find -x f "$(mmtool read -x pattern 0:50000)")
    [ "$offset" -eq 300001 ]
}

@test "as many matches as grep counts" {
    head -c 3000000 /dev/urandom | od -An -tx1 >f
    [ "$(mmtool find -c f a7)" -eq "$(grep -o a7 f | wc -l)" ]
    mmtool find -a f '1 2' >offsets
    cmp offsets <(grep -obUaF '1 2' f | cut -d: -f1)
}

@test "the matches across a buffer's end do not overlap, either" {
    head -c 1000001 /dev/zero | tr '\0' a >f
    prints '333333\n' mmtool find -c f aaa
    prints '999999\n' mmtool find -c --overlapping f aaa
}

@test "a pattern of zeros is found in a hole" {
    zeros f 1M
    prints '0\n' mmtool find -x f 0000
    mmtool write f 0 -e 'x\0y'
    prints '3\n' mmtool find -x f 0000
}

@test "a match that begins or ends in a hole" {
    zeros f 1M
    mmtool write f 524288 x
    prints '524286\n' mmtool find -e f '\0\0x'
    prints '524288\n' mmtool find -e f 'x\0\0'
    prints '524287\n' mmtool find -e f '\0x\0'
}

@test "find changes nothing, not even the time" {
    make f abc
    chmod 444 f
    touch -d '2001-01-01' f
    prints '1\n' mmtool find f b
    [ "$(stat -c %Y f)" -eq "$(date -d 2001-01-01 +%s)" ]
}

@test "two hundred thousand patterns that begin alike" {
    need timeout seq
    seq -f 'item %06.0f of many' 0 7 1000000 >f
    mapfile -t patterns < <(seq -f '-pitem %06.0f of many' 0 199999)
    ulimit -s unlimited 2>/dev/null || skip "the stack, and so a command line, is limited here"
    env true "${patterns[@]}" 2>/dev/null || skip "this system has no command line of 6 MB"
    [ "$(timeout 60 "$MMTOOL" find -c f "${patterns[@]}")" = 28572 ]
    [ "$(timeout 60 "$MMTOOL" rfind -ci f "${patterns[@]}")" = 28572 ]
}
