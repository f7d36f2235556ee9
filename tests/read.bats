# read: bytes of a file, unchanged or as text.

# shellcheck disable=SC2154 # bats sets stderr, the helper source_root
# shellcheck disable=SC2094 # what is read in a pipeline here is not what is written
load helper

# ---- raw ------------------------------------------------------------------------------------

@test "read prints the file's bytes unchanged, NUL and 0xff among them" {
    make f 'a\x00b\xff\r\n\n'
    mmtool read f >out
    cmp f out
}

@test "read adds no newline" {
    make f abc
    prints abc mmtool read f
}

@test "-t text and -t raw are the bytes themselves" {
    make f 'a\x00b\n'
    prints 'a\x00b\n' mmtool read -t text f
    prints 'a\x00b\n' mmtool read -t raw f
}

@test "a file larger than any buffer comes out whole, from any offset" {
    letters f 1234567
    mmtool read f 7: >out
    cmp out <(tail -c +8 f)
}

@test "a large range goes to a file, to the end of one and to a place in one" {
    letters f 1234567
    printf 'before\n' >out
    mmtool read f 7:1000000 >>out
    mmtool read f 3: >>out
    cmp out <(printf 'before\n'; head -c 1000000 f | tail -c +8; tail -c +4 f)
    printf '%04d' 0 0 0 >out
    { printf ab; mmtool read f 5:; } 1<>out
    cmp out <(printf ab; tail -c +6 f)
}

@test "a file that is printed over itself at the same place stays as it is" {
    letters f 1234567
    cp f old
    mmtool read f 1<>f
    cmp f old
}

# ---- ranges ---------------------------------------------------------------------------------

@test "A:B is from A up to, not including, B" {
    make f 0123456789
    prints 234 mmtool read f 2:5
}

@test "either end of A:B may be left out, and both" {
    make f 0123456789
    prints 0123 mmtool read f :4
    prints 6789 mmtool read f 6:
    prints 0123456789 mmtool read f :
}

@test "-16: is the last 16 bytes, :-2 all but the last two" {
    make f 0123456789abcdefghij
    prints 456789abcdefghij mmtool read f -16:
    prints 0123456789abcdefgh mmtool read f :-2
}

@test "A+N is N bytes from A" {
    make f 0123456789abcdefghijklmnop
    prints ghij mmtool read f 16+4
    prints ijkl mmtool read f -8+4
}

@test "A alone is from A to the end" {
    make f 0123456789
    prints 789 mmtool read f 7
    prints 789 mmtool read f -3
    prints '' mmtool read f end
}

@test "positions in a range may be hex, octal, binary, or end" {
    make f 0123456789abcdefghij
    prints ghi mmtool read f 0x10:0o23
    prints 23 mmtool read f 0b10+2
    prints ij mmtool read f -2:end
}

@test "read clamps a range as a Python slice" {
    make f 01234
    prints 01234 mmtool read f 0:1000
    prints '' mmtool read f 10:3
    prints '' mmtool read f 3:2
    prints 34 mmtool read f 3+1000
    prints '' mmtool read f 1000
    prints 01234 mmtool read f -1000:
    prints 01 mmtool read f -1000:2
}

@test "of A+N before the start only what lies in the file is printed" {
    make f 01234
    prints 01 mmtool read f -7+4
    prints '' mmtool read f -9+4
}

@test "a range that is none is a usage error or a message, never bytes" {
    make f 01234
    for range in '' x 5+ +5 5+x 1:2:3 1+2+3 --5: 1.5 ' 1' '1 ' 1e3 0x 0xg 0b2 5K5 '*'; do
        refuses '' mmtool read -- f "$range"
    done
}

@test "no sums in a position" {
    make f 01234
    refuses '' mmtool read f end-2:
}

# ---- types ----------------------------------------------------------------------------------

@test "-x prints hex digits on one line" {
    make f '\x00\x7f\xff'
    prints '007fff\n' mmtool read -x f
    prints '007fff\n' mmtool read --type=hex f
}

@test "-e prints C escapes on one line" {
    make f 'a\n\t\r\\\x00\x07\x08\x0c\x0b\xe9'
    prints 'a\\n\\t\\r\\\\\\x00\\a\\b\\f\\v\\xe9\n' mmtool read -e f
}

@test "nothing in hex or escapes is an empty line" {
    make f ''
    prints '\n' mmtool read -x f
    prints '\n' mmtool read -e f
}

@test "integers are printed one a line" {
    make f '\x01\x02\xff\xfe'
    prints '1\n2\n255\n254\n' mmtool read -t u8 f
    prints '1\n2\n-1\n-2\n' mmtool read -t i8 f
    prints '513\n65279\n' mmtool read -t u16le f
    prints '258\n65534\n' mmtool read -t u16be f
    prints '513\n-257\n' mmtool read -t i16le f
    prints '4278125057\n' mmtool read -t u32le f
    prints '16973822\n' mmtool read -t i32be f
}

@test "64 bits, with and without sign" {
    make f '\xff\xff\xff\xff\xff\xff\xff\xff\x80\x00\x00\x00\x00\x00\x00\x00'
    prints '18446744073709551615\n9223372036854775808\n' mmtool read -t u64be f
    prints '-1\n-9223372036854775808\n' mmtool read -t i64be f
}

@test "a number without le or be is in the machine's order" {
    make f '\x01\x02'
    machine=$(od -An -tu2 f | tr -d ' ')
    prints "$machine\\n" mmtool read -t u16 f
}

@test "--radix prints numbers in base 16, 8 or 2, with the prefix that reads them back" {
    make f '\x0a\x80'
    prints '0xa\n0x80\n' mmtool read -t u8 --radix=16 f
    prints '0o12\n0o200\n' mmtool read -t u8 --radix=8 f
    prints '0b1010\n0b10000000\n' mmtool read -t u8 --radix=2 f
    prints '10\n-0x80\n' true_radix_of_signed
}
true_radix_of_signed() {
    mmtool read -t i8 --radix=10 f 0+1
    mmtool read -t i8 --radix=16 f 1+1
}

@test "--radix and --color without what they are of are refused" {
    make f 'abcdefgh'
    for form in '' -d -x -e '-t f32' '-t utf16le'; do
        # shellcheck disable=SC2086
        usage_error 'radix' mmtool read --radix=16 $form f
    done
    usage_error 'dump' mmtool read --color=always f
    usage_error 'dump' mmtool read --color=always -x f
    prints abcdefgh mmtool read --color=never f
}

@test "another radix is refused" {
    make f x
    usage_error radix mmtool read --radix=3 f
    usage_error radix mmtool read --radix=x f
}

@test "floating point is printed so that it reads back" {
    make f '\x00\x00\x80\x3f\x9a\x99\x99\x3e'
    prints '1\n0.3\n' mmtool read -t f32le f
    make f '\x3f\xb9\x99\x99\x99\x99\x99\x9a\x7f\xf0\x00\x00\x00\x00\x00\x00'
    prints '0.1\ninf\n' mmtool read -t f64be f
}

@test "UTF-16 is printed as UTF-8" {
    make f 'h\x00\xe9\x00\x3d\xd8\x00\xde'
    prints 'h\xc3\xa9\xf0\x9f\x98\x80' mmtool read -t utf16le f
    make f '\x00h\x00\xe9\xd8\x3d\xde\x00'
    prints 'h\xc3\xa9\xf0\x9f\x98\x80' mmtool read -t utf16be f
}

@test "a value that the range cuts is an error that says where" {
    make f abcde
    run -2 --separate-stderr mmtool read -t u16le f
    [[ $stderr == "mmtool: read: f: "*"at 4"*u16le* ]]
}

@test "what read -t TYPE prints, write -t TYPE takes back" {
    letters f 4096
    for type in hex escape u8 i8 u16 i16le u32be i32 u64 i64be f32 f64be utf16le; do
        make g ''
        mmtool read -t "$type" f >text
        mmtool write --extend -t "$type" g 0 -- "$(cat text)"
        cmp f g
    done
}

@test "a value of several bytes that a buffer's end cuts comes out right" {
    printf '\x00%.0s' 1 >f
    yes abcdefg | head -c 1048576 >>f
    mmtool read -t u64be f 1: >out
    [ "$(sort -u out)" = 7017280452245743370 ]
    [ "$(wc -l <out)" -eq 131072 ]
}

@test "an unknown type is a usage error that names the nearest" {
    make f x
    usage_error 'did you mean u32le?' mmtool read -t u32ke f
}

@test "two different types are refused, the same one twice is not" {
    make f x
    usage_error 'two different types' mmtool read -x -e f
    prints '78\n' mmtool read -x -t hex f
}

# ---- dump -----------------------------------------------------------------------------------

@test "-d prints what xxd prints" {
    need xxd
    letters f 1000
    mmtool read -d f >out
    cmp out <(xxd f)
}

@test "-d of a range counts from the file's start, as xxd -s" {
    need xxd
    letters f 1000
    mmtool read -d f 77:555 >out
    cmp out <(xxd -s 77 -l 478 f)
}

@test "-d of random bytes, from any offset and of any length, as xxd" {
    need xxd
    head -c 20000 /dev/urandom >f
    local start length
    for start in 0 1 15 16 17 4095; do
        for length in 0 1 15 16 17 1023 1024 1025 1041 10000; do
            mmtool read -d f "$start+$length" >out
            cmp out <([ "$length" = 0 ] || xxd -s "$start" -l "$length" f)
        done
    done
}

@test "-d of a stream that comes in pieces of any length" {
    need xxd
    head -c 20000 /dev/urandom >f
    {
        head -c 7 f; sleep 0.05; tail -c +8 f | head -c 2000; sleep 0.05; tail -c +2008 f
    } | mmtool read -d - >out
    cmp out <(xxd f)
}

@test "-d of offsets of more than eight digits" {
    need xxd
    zeros f 70G
    printf abc >>f
    local start
    for start in 0xfffffff0 0xffffffff 0xfffffff00 0x10ffffffff; do
        mmtool read -d f "$start+3000" >out
        cmp out <(xxd -s $((start)) -l 3000 f)
    done
    mmtool read -d f -5: >out
    cmp out <(xxd -s $((70 * 1024 ** 3 - 2)) f)
}

@test "xxd -r reads a dump back" {
    need xxd
    head -c 100000 /dev/urandom >f
    mmtool read -d f | xxd -r >out
    cmp f out
}

@test "--columns and --group are -c and -g of xxd, which reads rows of any width back" {
    need xxd
    head -c 1000 /dev/urandom >f
    local columns group
    for columns in 1 2 3 7 16 17 255 256; do
        cmp <(mmtool read -d --columns="$columns" f) <(xxd -c "$columns" f)
        for group in 0 1 3 4 16 300; do
            mmtool read -d --columns="$columns" --group="$group" f >out
            cmp out <(xxd -c "$columns" -g "$group" f)
            cmp f <(xxd -r -c "$columns" out)
        done
    done
    cmp <(mmtool read -d --group=4 f 5:700) <(xxd -g 4 -s 5 -l 695 f)
}

@test "rows of any width of a stream that comes in pieces, of several FILEs, in a script" {
    { printf 0123; sleep 0.05; printf 456789; } | mmtool read -d --columns=4 --group=0 - >out
    holds out '00000000: 30313233  0123\n00000004: 34353637  4567\n00000008: 3839      89\n'
    make f abc
    prints 'f:00000000: 61 62  ab\nf:00000002: 63     c\n' mmtool read -d --columns=2 --group=1 --files f
    prints '00000001: 62  b\n00000002: 63  c\n' mmtool run f -c 'read -d --columns=1 1'
}

@test "columns and groups are of dumps, of 1 to 256 bytes" {
    make f abc
    usage_error '--columns is 1 to 256, not 0' mmtool read -d --columns=0 f
    usage_error '--columns is 1 to 256, not 257' mmtool read -d --columns=257 f
    usage_error '"x"' mmtool read -d --group=x f
    usage_error '--columns applies to dumps only: it needs --dump' mmtool read --columns=8 f
    usage_error '--group applies to dumps only: it needs --dump' mmtool read -x --group=1 f
}

@test "a dump of equal rows is complete where it is not for a terminal" {
    zeros f 4096
    [ "$(mmtool read -d f | wc -l)" -eq 256 ]
}

@test "a dump of nothing is nothing" {
    make f ''
    prints '' mmtool read -d f
}

@test "-d with a type is a usage error" {
    make f x
    usage_error dump mmtool read -d -x f
}

@test "raw bytes are not poured onto a terminal: there they are a dump" {
    need_terminal
    make f 'hello\x1b[2J'
    on_terminal "'$MMTOOL' read f" >out
    sed 's/\x1b\[[0-9]*m//g' out | grep -q '00000000: 6865 6c6c 6f1b'
    on_terminal "'$MMTOOL' read -t text f" | sed 's/\x1b\[[0-9]*m//g' | grep -q '^00000000: 6865'
    on_terminal "'$MMTOOL' read -t raw f" >out
    [ "$(cat out)" = "$(cat f)" ]
}

# shows TEXT OPTIONS...: what read prints on a terminal, its newlines as they were.
shows() {
    local text=$1
    shift
    diff <(printf '%b' "$text") <(on_terminal "'$MMTOOL' $*" | sed 's/\r$//')
}

@test "on a terminal text is printed as it is" {
    need_terminal
    make f 'hello world\n\tna\xc3\xafve\ndos\r\n'
    shows 'world' read f 6:11
    shows 'hello world\n\tna\xc3\xafve\ndos\r\n' read f
    shows 'hello' read -t text f 0:5
    shows '' read f 3:3
    shows 'hello' run f -c "'read 0:5'"
    # the range cuts a character in two
    on_terminal "'$MMTOOL' read --color=never f 13:16" | grep -q '^0000000d: 6e61 c3'
}

@test "on a terminal lines are lines, whatever is in them" {
    need_terminal
    make f 'one\x1b[2J\x00\n\xff two\xc2\x9b\n\rthree'
    shows 'one\\x1b[2J\\x00\n' read -l f
    shows '\\xff two\\xc2\\x9b\n' read -L f 10+2
    shows 'one\\x1b[2J\\x00\n' run f -c readline
    shows '\\rthree' read -l-1 f
    make wide 'a\x00\x1b\x00\n\x00'
    shows 'a\\x1b\n' read -t utf16le wide
}

@test "on a terminal what is no text behind much text is escaped" {
    need_terminal
    letters f 300000
    printf '\033[2J' >>f
    on_terminal "'$MMTOOL' read f" >out
    run ! grep -q $'\x1b' out
    [ "$(tail -c 7 out)" = '\x1b[2J' ]
    [ "$(head -n 1 out | tr -d '\r')" = abcdefghi ]
}

# ---- lines ----------------------------------------------------------------------------------

@test "-l prints the line at the start of the range" {
    make f 'one\ntwo\nthree\n'
    prints 'one\n' mmtool read -l f
    prints 'two\n' mmtool read --lines f 4
    prints 'wo\n' mmtool read -l f 5
}

@test "-l=N prints N lines" {
    make f 'one\ntwo\nthree\n'
    prints 'one\ntwo\n' mmtool read --lines=2 f
    prints 'one\ntwo\n' mmtool read -l2 f
    prints 'one\ntwo\nthree\n' mmtool read --lines=200 f
    prints '' mmtool read --lines=0 f
}

@test "a negative N prints the range's last N lines" {
    make f 'one\ntwo\nthree\n'
    prints 'three\n' mmtool read --lines=-1 f
    prints 'two\nthree\n' mmtool read -l-2 f
    prints 'one\ntwo\nthree\n' mmtool read -l-200 f
    prints 'one\ntwo\n' mmtool read -l-2 f 0:8
}

@test "a last line without newline is a line" {
    make f 'one\ntwo'
    prints two mmtool read -l-1 f
    prints two mmtool read -l f 4
    prints 'one\ntwo' mmtool read -l2 f
}

@test "empty lines count" {
    make f '\n\n\nx\n\n'
    prints '\n' mmtool read -l f
    prints '\n\n\nx\n' mmtool read -l4 f
    prints 'x\n\n' mmtool read -l-2 f
}

@test "lines longer than any buffer" {
    { head -c 300000 /dev/zero | tr '\0' x; echo; head -c 200000 /dev/zero | tr '\0' y; echo; } >f
    mmtool read -l f >out
    cmp out <(head -n 1 f)
    mmtool read -l-1 f >out
    cmp out <(tail -n 1 f)
}

@test "the number behind -l is attached: what stands apart is the range" {
    make f 'one\ntwo\nthree\n'
    prints 'two\n' mmtool read -l f 4
}

@test "lines of an empty file or range are nothing" {
    make f ''
    prints '' mmtool read -l f
    prints '' mmtool read -l-1 f
    make f 'one\n'
    prints '' mmtool read -l f end
}

@test "--lines takes a whole number" {
    make f x
    for n in x 1.5 --1 ''; do
        usage_error lines mmtool read --lines="$n" f
    done
}

@test "-L widens the range to whole lines" {
    make f 'one\ntwo\nthree\n'
    prints 'two\n' mmtool read -L f 5+1
    prints 'one\ntwo\n' mmtool read --whole-lines f 2:5
    prints 'two\n' mmtool read -L f 4:8
    prints 'three\n' mmtool read -L f -1:
}

@test "-L with -l counts from the widened range" {
    make f 'one\ntwo\nthree\n'
    prints 'two\nthree\n' mmtool read -L -l2 f 5
    prints 'two\n' mmtool read -lL f 5
}

@test "-L of a last line without newline ends with the file" {
    make f 'one\ntwo'
    prints two mmtool read -L f 5+1
}

@test "lines go together with types" {
    make f 'ab\ncd\n'
    prints '61620a\n' mmtool read -l -x f
    prints 'cd\\n\n' mmtool read -l-1 -e f
}

@test "--color=always colours a dump by class; without the colours it is the same dump" {
    make f 'a\0\n\1\0377'
    mmtool read -d --color=always f >colored
    grep -q $'\x1b\\[36m61\x1b\\[90m00' colored
    cmp <(sed 's/\x1b\[[0-9]*m//g' colored) <(mmtool read -d f)
}

@test "no colours where it is no terminal, nor with --color=never or NO_COLOR on one" {
    need_terminal
    make f abc
    mmtool read -d f >plain
    run ! grep -q $'\x1b' plain
    on_terminal "'$MMTOOL' read -d f" | grep -q $'\x1b'
    on_terminal "NO_COLOR=1 '$MMTOOL' read -d f" | tr -d '\r' | cmp - plain
    on_terminal "'$MMTOOL' read -d --color=never f" | tr -d '\r' | cmp - plain
    usage_error 'auto, always or never' mmtool read -d --color=red f
}

@test "each class of bytes has a colour of its own, the same in both columns" {
    printf ' ~\0\177\377\n' >f
    mmtool read -d --group=1 --columns=6 --color=always f >colored
    diff <(cat -v colored) - <<'END'
00000000: ^[[32m20^[[36m 7e^[[90m 00^[[35m 7f^[[33m ff^[[32m 0a   ^[[36m~^[[90m.^[[35m.^[[33m.^[[32m.^[[0m
END
}

@test "a run of equal rows of any width is folded on a terminal" {
    need_terminal
    printf 'aaaaaaab' >f
    on_terminal "'$MMTOOL' read -d --columns=2 --color=never f" | tr -d '\r' >out
    diff out - <<'END'
00000000: 6161  aa
*
00000006: 6162  ab
END
}

@test "a run of equal rows is folded on a terminal, its last row shown" {
    need_terminal
    head -c 100 /dev/zero >f
    on_terminal "'$MMTOOL' read -d --color=never f" | tr -d '\r' >out
    [ "$(wc -l <out)" -eq 3 ]
    grep -qx '\*' out
    grep -q '^00000060: ' out
}
