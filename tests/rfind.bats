# rfind: the offset of the last match.

# shellcheck disable=SC2154 # bats sets stderr, the helper source_root
# shellcheck disable=SC2094 # what is read in a pipeline here is not what is written
load helper

@test "rfind prints the highest offset" {
    make f 'two one two'
    prints '8\n' mmtool rfind f two
}

@test "no match: status 1 and no output" {
    make f 'one two'
    says_no mmtool rfind f three
    make e ''
    says_no mmtool rfind e a
}

@test "a match at the very start and at the very end" {
    make f 'abcxyz'
    prints '0\n' mmtool rfind f abc
    prints '3\n' mmtool rfind f xyz
}

@test "the match lies wholly in the range, which is clamped" {
    make f 'abcabc'
    prints '0\n' mmtool rfind f abc :5
    prints '3\n' mmtool rfind f abc :1000
    says_no mmtool rfind f abc 4:
    says_no mmtool rfind f abc 5:1
}

@test "-a prints from the last match to the first" {
    make f 'abxabxab'
    prints '6\n3\n0\n' mmtool rfind -a f ab
}

@test "not overlapping, counted from the end" {
    make f 'aaaaa'
    prints '3\n1\n' mmtool rfind -a f aa
    prints '3\n2\n1\n0\n' mmtool rfind --overlapping f aa
}

@test "-m stops after N, counted from the end" {
    make f 'abxabxab'
    prints '6\n3\n' mmtool rfind -m2 f ab
}

@test "-c counts" {
    make f 'abxabxab'
    prints '3\n' mmtool rfind -c f ab
    run -1 mmtool rfind -c f y
    [ "$output" = 0 ]
}

@test "-q, -i, -r, -z, --radix and ? as in find" {
    make f 'abxABx'
    prints '' mmtool rfind -q f ab
    prints '3\n' mmtool rfind -i f ab
    prints '0+2\n' mmtool rfind -r f ab
    prints '3\x000\x00' mmtool rfind -aiz f ab
    prints '0x5\n' mmtool rfind --radix=16 f x
    prints '4\n' mmtool rfind -x f '?2'
}

@test "-p: the last match of any of them" {
    make f 'one two three'
    prints '8\n' mmtool rfind -p one -p three -p two f
    prints '8\n4\n0\n' mmtool rfind -a -p one -p three -p two f
}

@test "the empty pattern is found at the range's end, as in Python" {
    make f abc
    prints '3\n' mmtool rfind f ''
    prints '2\n' mmtool rfind f '' :2
}

@test "matches at and across every buffer's end" {
    local at
    for at in 0 4095 65534 262141 262143 262144 524287 1048575 2097146; do
        zeros f 2M
        mmtool write f "$at" needle
        prints "$at\\n" mmtool rfind f needle
        prints "$at\\n" mmtool rfind -i f NEEDLE
        rm f
    done
}

@test "find -a and rfind -a find the same where matches cannot overlap" {
    head -c 2000000 /dev/urandom | od -An -tx1 >f
    grep -obF ' 5a' f | cut -d : -f 1 >expected
    [ -s expected ]
    cmp <(mmtool find -a f ' 5a') expected
    cmp <(mmtool rfind -a f ' 5a') <(tac expected)
}

@test "every third of a million equal bytes, from the end" {
    head -c 1000001 /dev/zero | tr '\0' a >f
    prints '333333\n' mmtool rfind -c f aaa
    prints '999998\n' mmtool rfind f aaa
}

@test "a match that begins or ends in a hole" {
    zeros f 1M
    mmtool write f 524288 x
    prints '524286\n' mmtool rfind -e f '\0\0x'
    prints '524288\n' mmtool rfind -e f 'x\0\0'
    prints '1048574\n' mmtool rfind -x f 0000
}

@test "data, hole, data: the last match wins, the first is found too" {
    zeros f 64M
    mmtool write f 5 needle
    mmtool write f -100 needle
    prints '67108764\n5\n' mmtool rfind -a f needle
    prints '5\n' mmtool rfind f needle :60M
}
