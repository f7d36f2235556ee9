#!/usr/bin/env bats
# find and rfind: the bytes of matches, the numbers of lines.

# shellcheck disable=SC2016 # the inner shell expands it
# shellcheck disable=SC2002 # cat makes it a pipe
# shellcheck disable=SC2154 # the helper sets source_root
load helper

words() {
    make f 'one two\nthree\nfour one\n'
}

# ---- the bytes that match -------------------------------------------------------------------

@test "-o prints the bytes of the first match, with -a or -m of more" {
    words
    prints 'three\n' mmtool find -oE f 'thr[a-z]*'
    prints 'one\none\n' mmtool find -ao f one
    prints 'one\n' mmtool find --only-matching f one
    prints 'o\no\n' mmtool find -o -m2 f o
    prints 'ur\nwo\n' mmtool rfind -aoE f '[uw][a-z]'
    says_no mmtool find -o f five
}

@test "-z ends each match with NUL" {
    words
    prints 'o\nth\x00' mmtool find -ozx f '?? 0a 74 ??' 4:
    prints 'one\x00one\x00' mmtool find -aoz f one
}

@test "-o: an empty match is an empty line" {
    make f 'xa'
    prints 'x\n\n\n' mmtool find -aoE f 'x*'
    prints '3\n' mmtool find -cE f 'x*'
}

@test "-o with -r, -n or both: what they print stands in front" {
    words
    prints '0+3:one\n19+3:one\n' mmtool find -aor f one
    prints '1:one\n3:one\n' mmtool find -aon f one
    prints '3:0x13+0x3:one\n' mmtool rfind -onr --radix=16 f one
}

@test "-c and -q print no bytes" {
    words
    prints '2\n' mmtool find -oc f one
    prints '' mmtool find -oq f one
}

@test "--as prints the bytes in a TYPE" {
    make f 'ab\x01\x00\xff\xff\xc3\xa9'
    prints '6162\n' mmtool find -o --as=hex f ab
    prints 'b\\x01\n' mmtool find -o --as=escape -e f 'b\x01'
    prints '1\n' mmtool find -o --as=u16le -x f '01 00'
    prints '1 65535\n' mmtool find -o --as=u16le -x f '01 00 ff ff'
    prints '1 -1\n' mmtool find -o --as=i16le -x f '01 00 ff ff'
    prints '0x61 0x62\n' mmtool find -o --as=u8 --radix=16 f ab
    prints '0x0+0x2:0x61 0x62\n' mmtool find -or --as=u8 --radix=16 f ab
    prints '\xc3\xa9\n' mmtool find -o --as=text -x f 'c3 a9'
    make f 'h\x00i\x00'
    prints 'hi\n' mmtool find -o --as=utf16le -t utf16le f hi
}

@test "--as prints what read -t prints, of any length" {
    head -c 200000 /dev/urandom >f
    for type in escape hex u8 i32le u64be f64le; do
        cmp <(mmtool find -oE --as=$type f '(?s).*') \
            <(mmtool read -t $type f | { [[ $type == [uif]* ]] && tr '\n' ' ' | sed 's/ $/\n/' || cat; })
    done
}

@test "--as: a match that is no whole number of units is an error" {
    words
    refuses 'the match at 0 is not a whole number of u16le: 3 bytes, 2 each' mmtool find -or --as=u16le f one
    refuses 'the match at 0 is not a whole number of utf16be: 3 bytes, 2 each' mmtool find -oj --as=utf16be f one
}

@test "-oj: the match in JSON, in hex too where it is not UTF-8" {
    make f 'a"\xff'
    prints '{"offset":0,"length":2,"match":"a\\""}\n' mmtool find -ojx f '61 22'
    prints '{"offset":1,"length":2,"number":1,"match":"\\"\\ufffd","match_hex":"22ff"}\n' \
        mmtool find -ojnx f '22 ff'
    prints '{"offset":0,"length":2,"match":"97 34"}\n' mmtool find -ojx --as=u8 f '61 22'
}

@test "what does not go with -o, --as and --radix" {
    words
    usage_error 'do not go together' mmtool find -ol f one
    usage_error 'do not go together' mmtool find -o -A1 f one
    usage_error 'does not go with --only-matching' mmtool find -o --sorted f one
    usage_error '--only-matching (-o)' mmtool find --as=hex f one
    usage_error 'needs --range' mmtool find -o --radix=16 f one
    usage_error 'needs --range' mmtool find -n --radix=16 f one
    usage_error 'needs --range' mmtool find -o --as=hex --radix=16 f one
    usage_error two mmtool find -o --as=hex --as=u8 f one
    usage_error nosuch mmtool find -o --as=nosuch f one
    usage_error json mmtool find -ojr f one
}

@test "-o of masks, of several patterns, of matches that overlap, of either case" {
    make f 'abab ABA\n'
    prints 'ab\nab\nAB\n' mmtool find -aoi f ab
    prints 'aba\nbab\n' mmtool find -o --overlapping -E f '[ab]{3}'
    prints 'ab\nab\nBA\n' mmtool find -ao -p ab -p BA f
    prints '98 97\n' mmtool find -ox --as=u8 f '?2 61'
}

@test "-o is grep -o" {
    awk 'BEGIN { srand(5); for (i = 0; i < 30000; i++) print i, rand(), (i % 7 ? "x" : "yy") i * i }' >f
    for pattern in 7 12 yy '0.1'; do
        cmp <(mmtool find -ao f "$pattern") <(grep -oF "$pattern" f)
        cmp <(mmtool find -aon --threads=3 f "$pattern") <(grep -onF "$pattern" f)
        cmp <(mmtool find -an - "$pattern" <f) <(grep -onF "$pattern" f | cut -d: -f1)
        cmp <(cat f | mmtool find -aon - "$pattern") <(grep -onF "$pattern" f)
        cmp <(mmtool rfind -aon f "$pattern") <(grep -onF "$pattern" f | tac)
    done
    cmp <(mmtool find -aoE f '[0-9]+ 0\.[0-9]*9') <(grep -oE '[0-9]+ 0\.[0-9]*9' f)
    cmp <(mmtool find -aoi f YY) <(grep -o yy f)
}

# ---- the numbers of lines -------------------------------------------------------------------

@test "-n prints the number of a match's line" {
    words
    prints '1\n3\n' mmtool find -an f one
    prints '3\n' mmtool rfind -n f o
    prints '2:8+5\n' mmtool find -nr f three
    prints '{"offset":8,"length":5,"number":2}\n' mmtool find -nj f three
}

@test "-n with -l prints the number in place of the line's offset" {
    words
    prints '1:one two\n3:four one\n' mmtool find -aln f one
    prints '2:8+5:three\n' mmtool find -lnr f ree
    prints '3:four one\n1:one two\n' mmtool rfind --line-number -la f one
    prints '{"offset":8,"length":5,"number":2,"line":"three","matches":[{"offset":8,"length":5}]}\n' mmtool find -lnj f three
}

@test "-n: context lines have their number and a minus sign" {
    words
    prints '1-one two\n2:three\n3-four one\n' mmtool find -n -C1 f three
    prints '2-three\n3:four one\n' mmtool rfind -n -B1 f one
}

@test "-n: lines count from the file's start, in a window from its start" {
    words
    prints '3\n' mmtool find -n f one 1:
    prints '3\n' mmtool find -n - one 9: <f
    prints '3\n' sh -c 'cat f | "$0" find -n - one 9:' "$MMTOOL"
    prints '2:four one\n' mmtool find --window=8: -ln f one
    prints '3\n' mmtool run f -c 'find -n four'
}

@test "-n: a line of UTF-16 ends at U+000A" {
    printf 'a\0\n\0\x0a\x0a\n\0b\0' >f
    prints '3\n' mmtool find -n -t utf16le f b
    prints '3:b\x00\n' mmtool rfind -ln -t utf16le f b
    prints '3\n' mmtool find -n -t utf16be f b
    prints '3\n' sh -c 'cat f | "$0" find -n -t utf16le - b' "$MMTOOL"
}

@test "-n with context is grep -n with context" {
    awk 'BEGIN { srand(9); for (i = 0; i < 3000; i++)
        print i, rand() < 0.12 ? "X" : "", substr("abcdefghijklmnop", 1, rand() * 16) }' >f
    for context in -A0 -B3 -C1 -C2 '-A2 -B1' -C500; do
        # shellcheck disable=SC2086
        {
            cmp <(mmtool find -an $context f X) <(grep -n $context X f)
            cmp <(cat f | mmtool find -an $context - X) <(grep -n $context X f)
            cmp <(mmtool find -an -m20 $context f X) <(grep -n -m20 $context X f)
        }
    done
    cmp <(mmtool rfind -aln f X) <(grep -n X f | tac)
    cmp <(mmtool rfind -an -C1 f X | grep : | sort -n) <(grep -n X f)
}

@test "-n with --sorted: the number of the line" {
    make f 'a\nb\nd\n'
    prints '3\n' mmtool find --sorted -n f c
    prints '3:d\n' mmtool find --sorted -ln f c
    prints '4\n' mmtool find --sorted -n f e
}

@test "-n over a hole of terabytes, from both ends" {
    zeros f 4T
    printf 'a\n' | dd of=f conv=notrunc status=none
    mmtool write f 2T -e 'b\n'
    mmtool write f 3T -e '\nX'
    prints '4\n' mmtool find -n f X
    prints '4\n2\n1\n' mmtool rfind -anE f '[abX]'
}

@test "matches, numbers and JSON at random are what Python finds" {
    need python3
    python3 "$source_root/tests/find_print.py" "$MMTOOL" "${MMTOOL_TEST_SEED:-1}" "$(rounds 50)"
}

# ---- the matches in a line ------------------------------------------------------------------

@test "-lj tells every match that begins in the line, by its offset in the file" {
    make f 'one two one\nthree\nfour one\n'
    prints '{"offset":0,"length":11,"line":"one two one","matches":[{"offset":0,"length":3},{"offset":8,"length":3}]}\n' \
        mmtool find -lj f one
    prints '{"offset":18,"length":8,"number":3,"line":"four one","matches":[{"offset":23,"length":3}]}\n' \
        mmtool rfind -ljn f one
    prints '{"offset":0,"length":11,"line":"one two one","matches":[{"offset":10,"length":3}]}\n' \
        mmtool find -lje f 'e\nt'
    prints '{"offset":12,"length":5,"line":"three"}\n' mmtool find -lj --sorted f p
    make f 'aaaa\n'
    prints '{"offset":0,"length":4,"line":"aaaa","matches":[{"offset":0,"length":2},{"offset":1,"length":2},{"offset":2,"length":2}]}\n' \
        mmtool find -lj --overlapping f aa
    prints '{"offset":0,"length":4,"line":"aaaa","matches":[{"offset":0,"length":3}]}\n' mmtool rfind -lj f aaa
}

@test "-lj of a stream: matches that pass the line's end are waited for" {
    make f 'ab\ncxab\ncxx\n'
    mmtool find -laje f 'b\ncx' >expected
    for parts in 'ab\n|cxab\ncxx\n' 'ab|\nc|xab|\nc|xx\n' 'ab\nc|xab\ncx|x\n'; do
        IFS='|' read -ra pieces <<<"$parts"
        cmp expected <(for piece in "${pieces[@]}"; do printf '%b' "$piece"; sleep 0.05; done |
            mmtool find -laje - 'b\ncx')
        cmp <(mmtool find -lajE f 'b\ncx+') <(for piece in "${pieces[@]}"; do printf '%b' "$piece"; sleep 0.05; done |
            mmtool find -lajE - 'b\ncx+')
    done
}

@test "-lj of a stream whose last line lacks its newline" {
    prints '{"offset":0,"length":2,"line":"ab","matches":[{"offset":1,"length":1}]}\n' \
        sh -c 'printf ab | "$0" find -lj - b' "$MMTOOL"
    prints '{"offset":0,"length":2,"line":"ab","matches":[{"offset":2,"length":0}]}\n' \
        sh -c 'printf ab | "$0" find -ljE - "$"' "$MMTOOL"
}

@test "-lj: the matches of UTF-16 are those at the line's own units" {
    printf 'a\0a\0\n\0a\0' >f
    prints '{"offset":0,"length":4,"line":"a\\u0000a\\u0000","matches":[{"offset":0,"length":2},{"offset":2,"length":2}]}\n' \
        mmtool find -lj -t utf16le f a
}

@test "-lj of a line with very many matches" {
    need python3
    yes ab | head -c 3000000 | tr -d '\n' >f
    for command in find rfind; do
        mmtool $command -lj f b >out
        python3 -c 'import json; found = json.load(open("out"))
assert [m["offset"] for m in found["matches"]] == list(range(1, 2000000, 2))
assert found["line"] == "ab" * 1000000'
    done
}

@test "a script prints matches, lines and numbers as a command does" {
    words
    prints 'one\none\n2\n3:four one\n' mmtool run f -c 'find -ao one' -c 'find -n three' -c 'rfind -ln one'
    prints '{"offset":8,"length":5,"line":"three","matches":[{"offset":10,"length":3}]}\n0:\e[01;31m\e[Kone\e[m\e[K two\n' \
        mmtool run f -c 'find -lj ree' -c 'find -l --color=always one'
    prints 'X\n3\n' mmtool run --atomic f -c 'write 7 X' -c 'find -oE X' -c 'splice -e 0+0 "a\n"' -c 'find -n four'
}

# ---- colours --------------------------------------------------------------------------------

@test "--color=always: the matches of a line as grep colours them" {
    awk 'BEGIN { srand(3); for (i = 0; i < 3000; i++) print i, rand(), i * i }' >f
    export GREP_COLORS='mt=01;31:fn=:ln=:se=:bn='
    for pattern in 7 12 '0.1'; do
        cmp <(mmtool find -la --color=always f "$pattern") <(grep -bF --color=always "$pattern" f)
        cmp <(mmtool find -lan --color=always f "$pattern") <(grep -nF --color=always "$pattern" f)
        cmp <(mmtool find -ao --color=always f "$pattern") <(grep -oF --color=always "$pattern" f)
        cmp <(cat f | mmtool find -la --color=always - "$pattern") <(grep -bF --color=always "$pattern" f)
        cmp <(mmtool rfind -la --color=always f "$pattern") <(grep -bF --color=always "$pattern" f | tac)
    done
    cmp <(mmtool find -laE --color=always f '[79]+ ') <(grep -bE --color=always '[79]+ ' f)
    cmp <(mmtool find -la -p 12 -p 3 --color=always f) <(grep -b -e 12 -e 3 --color=always f)
}

@test "--color: context and separators are plain, and so is a pipe" {
    make f 'a\nX\na\na\na\nXbX\n'
    prints '0-a\n2:\e[01;31m\e[KX\e[m\e[K\n4-a\n--\n8-a\n10:\e[01;31m\e[KX\e[m\e[Kb\e[01;31m\e[KX\e[m\e[K\n' \
        mmtool find -C1 -a --color=always f X
    prints '2:X\n' mmtool find -l f X
    prints '2:X\n' mmtool find -l --color=auto f X
    prints '2:X\n' mmtool find -l --color=never f X
    prints '{"offset":2,"length":1,"match":"X"}\n' mmtool find -oj --color=always f X
}

@test "--color: of a match that goes on in the next line, the part in this one" {
    make f 'ab\ncd\n'
    prints '0:a\e[01;31m\e[Kb\e[m\e[K\n' mmtool find -le --color=always f 'b\nc'
    prints '0:a\e[01;31m\e[Kb\e[m\e[K\n3-cd\n' mmtool find -e -A1 --color=always f 'b\nc'
}

@test "on a terminal matches are coloured, and control characters of the file escaped" {
    need_terminal
    printf 'a\033[31mXb\001\303\251X\377\n' >f
    on_terminal "'$MMTOOL' find -l f X" | tr -d '\r' >out
    holds out '0:a\\x1b[31m\e[01;31m\e[KX\e[m\e[Kb\\x01\xc3\xa9\e[01;31m\e[KX\e[m\e[K\\xff\n'
    on_terminal "NO_COLOR=1 '$MMTOOL' find -l f X" | tr -d '\r' >out
    holds out '0:a\\x1b[31mXb\\x01\xc3\xa9X\\xff\n'
    on_terminal "'$MMTOOL' find -l --color=never f X" | tr -d '\r' >out
    holds out '0:a\\x1b[31mXb\\x01\xc3\xa9X\\xff\n'
    on_terminal "'$MMTOOL' find -oE f 'b.'" | tr -d '\r' >out
    holds out '\e[01;31m\e[Kb\\x01\e[m\e[K\n'
    on_terminal "'$MMTOOL' find -oE --as=raw --color=never f 'b.'" | tr -d '\r' >out
    holds out 'b\x01\n'
}
