# Lines as positions: LN and L-N in every operand that is a position or a range.

# shellcheck disable=SC2154 # bats sets stderr
load helper

# nine: f has the lines "1 one" to "9 nine".
nine() {
    local i=0 word
    for word in one two three four five six seven eight nine; do
        echo "$((i += 1)) $word"
    done >f
}

# random_lines FILE SEED: some thousand lines of any length, some of them empty, by awk's generator.
random_lines() {
    awk -v seed="$2" 'BEGIN {
        srand(seed)
        for (i = 0; i < 3000; i++) {
            line = ""
            for (length_left = int(rand() * rand() * 100); length_left > 0; length_left--)
                line = line sprintf("%c", 97 + int(rand() * 26))
            print line
        }
    }' >"$1"
}

# ---- what a line is -------------------------------------------------------------------------

@test "LN is the first byte of line N, L-N that of the N-th line from the end" {
    nine
    prints '3 three\n' mmtool read f L3:L4
    prints '9 nine\n' mmtool read f L9
    prints '9 nine\n' mmtool read f L-1
    prints '8 eight\n' mmtool read f L-2:L-1
    prints '1 one\n2 two\n' mmtool read f :L3
    prints '8 eight\n9 nine\n' mmtool read f L-2:
}

@test "lines go with offsets in one range" {
    nine
    prints '3 thr' mmtool read f L3+5
    prints 'one\n' mmtool read f 2:L2
    prints '8 eight\n9 nine' mmtool read f L8:-1
    prints '9 nine\n' mmtool read f L9:end
    prints '9 ni' mmtool read f L-1+4
    prints '8 eight\n9 ' mmtool read f L8:-5
}

@test "a line in front of which others end: of CRLF, empty, of NUL bytes" {
    make f 'a\r\n\r\nb\r\n'
    prints '\r\nb\r\n' mmtool read f L2
    make f '\n\n\n'
    prints '\n' mmtool read f L2:L3
    prints '\n\n' mmtool read f L-2:
    make f 'a\x00\nb\x00\n'
    prints 'b\x00\n' mmtool read f L2
}

@test "the last line may lack its newline; behind it the file ends" {
    make f 'a\nb'
    prints b mmtool read f L2
    prints b mmtool read f L-1
    prints 'a\nb' mmtool read f :L3
    mmtool write --extend f L3 X
    holds f 'a\nbX'
    make f 'a\n'
    mmtool splice f L2+0 'b\n' -e
    holds f 'a\nb\n'
}

@test "an empty file has no line, a byte is one" {
    : >f
    prints '' mmtool read f L1
    mmtool splice f L1+0 x
    holds f x
    prints x mmtool read f L1:L2
    prints x mmtool read f L-1:
    : >f
    refuses 'line 2 is past the end (the file has 0 lines)' mmtool splice f L2+0 x
    refuses 'line -1 is before the start (the file has 0 lines)' mmtool splice f L-1+0 x
}

@test "a line beyond the file is an error where a position past the end is one" {
    nine
    for words in 'write f L12 x' 'write --extend f L12 x' 'splice f L12+0 x' 'splice f L3:L12' \
        'move f L12 L1:L2' 'move f 0 L12+0' 'flush f L12:' 'advise f willneed L12:' \
        'read --window=L12: f' 'splice -p one --within=L12: f x' 'run f -c "seek L12"'; do
        eval "run -2 --separate-stderr mmtool $words"
        [[ $stderr == *'line 12 is past the end (the file has 9 lines)'* ]]
    done
    refuses 'line -10 is before the start (the file has 9 lines)' mmtool splice f L-10:L2
    mmtool splice f L-9:L2
    make f 'one line\n'
    refuses 'line 3 is past the end (the file has 1 line)' mmtool flush f L3
}

@test "a line beyond the file is its end where ranges are clamped" {
    nine
    prints '' mmtool read f L12
    prints '' mmtool read f L12:L20
    prints '9 nine\n' mmtool read f L9:L1000
    prints '1 one\n' mmtool read f L-100:L2
    says_no mmtool find f one L12:
    prints '2\n' mmtool find f one L-100:
}

@test "line 0, a small l and other mistakes name the mend" {
    nine
    usage_error 'there is no line 0: L1 is the first line and L-1 the last' mmtool read f L0
    usage_error 'there is no line -0: L1 is the first line and L-1 the last' mmtool read f L-0:
    usage_error 'line 5 is written L5, with a capital letter' mmtool read f l5
    usage_error 'a line counted from the end is written L-3' mmtool read f :-L3
    for text in L Lx L5x L+5 L1.5 L5:L L5+L8; do
        run -2 --separate-stderr mmtool splice f "$text" ''
        [[ $stderr == *"Try 'mmtool splice --help'." ]]
    done
    usage_error 'is not a position' mmtool splice f Lx x
    usage_error 'too large' mmtool read f L9E
}

# ---- every subcommand -----------------------------------------------------------------------

@test "find and rfind search among lines" {
    nine
    prints '32\n' mmtool find f e L5:
    prints '6:2 two\n' mmtool find -l f t L2:L5
    prints '12:3 three\n' mmtool rfind -l f t L2:L4
    says_no mmtool find f one L2:
    prints '12\n' mmtool find f '' L3
    says_no mmtool find f '' L5:L3
    prints '20\n' mmtool find -E f '^4' L3:
}

@test "write at a line, and over lines" {
    nine
    mmtool write f L3 X
    mmtool write -e f L9:L10 '9 NINE\n'
    mmtool write --fill f L1:L2 _
    [ "$(head -n 1 f)" = '______2 two' ]
    [ "$(tail -n 1 f)" = '9 NINE' ]
    grep -qx 'X three' f
}

@test "splice inserts, replaces and deletes lines" {
    nine
    mmtool splice -e f L3+0 '2.5\n'
    [ "$(sed -n 3p f)" = 2.5 ]
    mmtool splice f L3:L4
    mmtool splice -e f L7:L8 'VII\n'
    [ "$(sed -n 7p f)" = VII ]
    mmtool splice f :L6
    prints '6 six\nVII\n8 eight\n9 nine\n' mmtool read f
    mmtool splice f L-2:
    prints '6 six\nVII\n' mmtool read f
}

@test "splice --within, --expect, --undo and -n with lines" {
    nine
    mmtool splice -a -p e --within=L8:L9 f E
    [ "$(sed -n 8p f)" = '8 Eight' ]
    [ "$(sed -n 9p f)" = '9 nine' ]
    mmtool splice --undo=u f L2:L4
    mmtool splice --edits=u f
    [ "$(sed -n 3p f)" = '3 three' ]
    [ "$(mmtool splice -n f L1+2 | cut -d' ' -f1)" = 0 ]
    run -1 mmtool splice --expect=n f L4+1 x
    mmtool splice --expect=4 f L4+1 four
    mmtool splice --expect=4 f L4+1 four
    [ "$(sed -n 4p f)" = 'four four' ]
}

@test "move copies lines to a line" {
    nine
    mmtool move f L1 L3:L4
    prints '3 three\n' mmtool read f :8
}

@test "flush, advise and its --status take lines" {
    nine
    mmtool flush f L2:L5
    mmtool advise f willneed L2:
    mmtool advise --status f L2:L4 | grep -q 'of 14 bytes'
}

@test "--window by lines; lines count from its start" {
    nine
    prints '5 five\n6 six\n' mmtool read --window=L5:L7 f
    prints '6 six\n' mmtool read --window=L5:L7 f L2:
    prints '6 six\n' mmtool read --window=L5:L7 f L-1
    prints '0\n' mmtool find --window=L4: f 4
    refuses 'the window has 2 lines' mmtool write --window=L5:L7 f L9 x
    mmtool write --window=L5:L7 f L2 S
    [ "$(sed -n 6p f)" = 'S six' ]
    mmtool splice --window=L5: f L1:L2
    [ "$(sed -n 5p f)" = 'S six' ]
    prints 'ne\n' mmtool read --window=3: f :L2
}

@test "--from=FILE@RANGE by lines, of another file and of FILE itself" {
    nine
    cp f g
    make h '[]'
    mmtool splice --from=f@L2:L3 h 1+0
    holds h '[2 two\n]'
    mmtool splice --from=f@L9: f L1+0
    [ "$(head -n 2 f)" = $'9 nine\n1 one' ]
    refuses 'line 99 is past the end (the file has 9 lines)' mmtool splice --from=g@L99: h 0
    mmtool splice --from=-@L2:L3 h 0+0 <g
    mmtool splice --from=-@L-1: h 0+0 < <(cat g)
    holds h '9 nine\n2 two\n[2 two\n]'
}

@test "a script seeks, reads, writes and splices lines" {
    nine
    prints '5 five\n6 six\n7 seven\n' mmtool run f -c 'read L5:L8'
    prints '34\n6 six\n' mmtool run f -c 'seek L6' -c tell -c readline
    prints 'five\n' mmtool run f -c 'seek L5' -c 'seek 2 cur' -c 'read .:L6'
    mmtool run f -c 'write L3 X' -c 'splice L7:L8 "VII
"' -c 'splice L1:L2'
    [ "$(sed -n 2p f)" = 'X three' ]
    [ "$(sed -n 6p f)" = VII ]
    prints '4 four\n' mmtool run --window=L2:L5 f -c 'seek L2' -c readline
    refuses 'line 3 is past the end (the window has 1 line)' \
        mmtool run --window=L2:L3 f -c 'seek L3'
}

@test "an atomic script finds the lines that its edits made" {
    nine
    mmtool run --atomic f -c 'splice L1:L4' -c 'splice -e L1+0 "new\n"' -c 'splice L2:L3' \
        -c 'splice --from=f@L1:L2 L-1+0'
    prints 'new\n5 five\n6 six\n7 seven\n8 eight\nnew\n9 nine\n' mmtool read f
    nine
    mmtool run --atomic --window=L3: f -c 'splice L1:L3' -c 'splice --from=f@L2:L4 L1+0'
    prints '1 one\n2 two\n2 two\n5 five\n5 five\n' mmtool read f :L6
}

@test "with UTF-16 lines end at U+000A, not at a byte of that value" {
    printf 'a\nbb\n\xe0\xa8\x8a\ne' | iconv -f UTF-8 -t UTF-16LE >f
    prints 'bb\n' mmtool read -t utf16le f L2:L3
    prints '\xe0\xa8\x8a\n' mmtool read -t utf16le f L3:L4
    prints 'e' mmtool read -t utf16le f L-1
    mmtool splice -t utf16le f L2:L3 'B'
    [ "$(iconv -f UTF-16LE -t UTF-8 f | head -n 2 | tail -n 1)" = $'B\xe0\xa8\x8a' ]
    iconv -f UTF-16LE -t UTF-16BE f >g
    prints '10\n' mmtool find -t utf16be g e L-1
    refuses 'line 9 is past the end (the file has 3 lines)' mmtool write -t utf16be g L9 x
}

@test "a UTF-16 type goes with --from where a line is a position" {
    printf 'a\nb\nc' | iconv -f UTF-8 -t UTF-16LE >f
    printf 'B\n' | iconv -f UTF-8 -t UTF-16LE >data
    mmtool splice -t utf16le --from=data f L2:L3
    [ "$(iconv -f UTF-16LE -t UTF-8 f | tr '\n' ,)" = a,B,c ]
    usage_error '--from takes raw bytes' mmtool splice -t utf16le --from=data f 2:4
}

@test "beside a program that appends, a line is looked for once" {
    yes 'a line' | head -n 200 >f
    while [ ! -e stop ]; do
        echo 'a line'
    done >>f 3>&- &
    for _ in {1..40}; do
        mmtool splice f L-3:L-2
        mmtool splice -e f L-2+0 'a line\n'
    done
    touch stop
    wait
    [ "$(sort -u f)" = 'a line' ]
}

@test "numbers behind lines of text" {
    make f 'P5\n2 1\n255\n\x01\x02'
    prints '1\n2\n' mmtool read -t u8 f L4
}

# ---- beside other tools ---------------------------------------------------------------------

@test "ranges of random lines are those of sed, head and tail" {
    local seed a b
    for seed in $(seq "$(rounds 3)"); do
        random_lines f "$seed"
        [ "$seed" -ne 2 ] || truncate -s -1 f
        for a in 1 2 17 1000 2999 3000; do
            b=$((a + (a * 7 + seed) % 40))
            cmp <(mmtool read f "L$a:L$((b + 1))") <(sed -n "$a,${b}p" f | head -c "$(size_of f)")
            cmp <(mmtool read f ":L$a") <(head -n $((a - 1)) f)
            cmp <(mmtool read f "L$a:") <(tail -n "+$a" f)
            cmp <(mmtool read f "L-$a:") <(tail -n "$a" f)
            cmp <(mmtool read f ":L-$a") <(head -n "-$a" f)
            [ "$(mmtool run f -c "seek L$a" -c tell)" -eq "$(head -n $((a - 1)) f | wc -c)" ]
        done
    done
}

@test "lines in random windows are those of the window's bytes" {
    local a start length
    random_lines f 7
    for start in 0 1 4095 4096 4097 20001; do
        length=$((start * 3 % 30011 + 5000))
        tail -c "+$((start + 1))" f | head -c "$length" >part
        for a in 1 2 3 40 90; do
            cmp <(mmtool read --window="$start+$length" f "L$a:L$((a + 3))") \
                <(sed -n "$a,$((a + 2))p" part | head -c "$length")
            cmp <(mmtool read --window="$start+$length" f "L-$a:") <(tail -n "$a" part)
        done
    done
}

@test "a line ends a byte before, at and behind a page" {
    local length
    for length in 4094 4095 4096 4097 65535 65536 262143 262144 262145; do
        { head -c "$length" /dev/zero | tr '\0' x; echo; echo second; } >f
        prints 'second\n' mmtool read f L2
        prints 'second\n' mmtool read f L-1
        prints "$((length + 1))\n" mmtool find f '' L2
    done
}

@test "a long file without a newline has one line" {
    head -c 3000000 /dev/zero | tr '\0' x >f
    [ "$(mmtool read f L1 | wc -c)" -eq 3000000 ]
    [ "$(mmtool read f L-1 | wc -c)" -eq 3000000 ]
    prints '' mmtool read f L2
    refuses 'line 3 is past the end (the file has 1 line)' mmtool flush f L3:
}

@test "a sparse file of 5 GiB has the lines at its ends" {
    zeros f 5G
    mmtool write -e f 0 'a\nb\n'
    mmtool write -e f -5 '\ny\nz\n'
    prints 'b\n' mmtool read f L2:L3
    prints 'y\nz\n' mmtool read f L4:
    prints 'y\n' mmtool read f L-2:L-1
    prints "$((5 * 1024 * 1024 * 1024 - 2))\n" mmtool run f -c 'seek L5' -c tell
    refuses 'line 7 is past the end (the file has 5 lines)' mmtool flush f L7
}

# ---- the manual -----------------------------------------------------------------------------

@test "the examples of the manual that name lines do what they say" {
    need_manual
    plain_page "$manual/mmtool-splice.1" |
        sed -n 's/^\$ mmtool \(.*L[0-9-].*\|.*10\.0\.0\.99.*\)$/mmtool \1/p' >examples
    [ "$(wc -l <examples)" -eq 5 ]
    seq 2000 >server.log
    seq 10 >hosts.txt
    mmtool() { "$MMTOOL" "$@"; }
    # shellcheck source=/dev/null
    . ./examples >printed
    cmp printed <(seq 5 10)
    cmp server.log <(seq 1001 2000)
    [ "$(sed -n 3p hosts.txt)" = '10.0.0.3 three' ]
    [ "$(sed -n 7p hosts.txt)" = '10.0.0.7 seven' ]
    [ "$(sed -n 6p hosts.txt)" = 5 ]
    [ "$(tail -n 1 hosts.txt)" = '10.0.0.99 last' ]
    [ "$(wc -l <hosts.txt)" -eq 12 ]
}
