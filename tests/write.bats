# write: overwrites bytes in place.

# shellcheck disable=SC2154 # bats sets stderr, the helper source_root
# shellcheck disable=SC2094 # what is read in a pipeline here is not what is written
load helper

@test "write overwrites bytes; the size does not change" {
    make f 0123456789
    prints '' mmtool write f 3 abc
    holds f 012abc6789
}

@test "positions from the end" {
    make f 0123456789
    mmtool write f -3 abc
    holds f 0123456abc
}

@test "several DATA operands are joined" {
    make f 0123456789
    mmtool write f 1 ab '' c
    holds f 0abc456789
}

@test "DATA may begin with a minus sign and a digit, or stand behind --" {
    make f 0123456789
    mmtool write f 0 -5
    mmtool write f 4 -- -x --
    holds f '-523-x--89'
}

@test "empty DATA changes nothing" {
    make f 012
    mmtool write f 1 ''
    holds f 012
}

@test "without DATA it is a usage error" {
    make f 012
    usage_error 'DATA is missing' mmtool write f 1
    usage_error 'operand is missing' mmtool write f
}

# ---- the end of the file --------------------------------------------------------------------

@test "DATA that passes the end is refused, nothing written" {
    head -c 256 /dev/zero >rom.bin
    run -2 --separate-stderr mmtool write rom.bin 252 12345678
    [ "$stderr" = 'mmtool: write: rom.bin: 8 bytes at 252 pass the end (size 256); --extend would grow the file' ]
    cmp rom.bin <(head -c 256 /dev/zero)
}

@test "DATA may end where the file ends" {
    make f 0123
    mmtool write f 2 ab
    holds f 01ab
}

@test "--extend grows the file" {
    make f 0123
    mmtool write --extend f 2 abcd
    holds f 01abcd
}

@test "--extend leaves zeros in a gap" {
    make f 01
    mmtool write --extend f 5 ab
    holds f '01\x00\x00\x00ab'
}

@test "end with --extend appends" {
    make f 01
    mmtool write --extend f end ab
    mmtool write --extend f end cd
    holds f 01abcd
}

@test "--extend of an empty file" {
    make f ''
    mmtool write --extend f 0 ab
    holds f ab
}

@test "--extend with a gap of gigabytes is a hole" {
    zeros probe 6G
    make f 01
    mmtool write --extend f 5G x
    [ "$(size_of f)" -eq 5368709121 ]
    [ "$(stat -c %b f)" -lt 1000 ]
    prints '01\x00' mmtool read f 0+3
    prints '\x00x' mmtool read f -2:
}

@test "a position before the start is refused" {
    make f 0123
    refuses 'before the start' mmtool write f -5 x
    holds f 0123
}

@test "a position past what a file can hold is refused" {
    make f 0123
    refuses '' mmtool write --extend f 9223372036854775807 x
    refuses 'too large' mmtool write --extend f 9223372036854775808 x
    refuses 'too large' mmtool write --extend f 16E x
    holds f 0123
}

# ---- ranges ---------------------------------------------------------------------------------

@test "with a RANGE, DATA must be exactly as long" {
    make f 0123456789
    mmtool write f 2:5 abc
    mmtool write f -2+2 yz
    holds f 01abc567yz
    refuses 'DATA is 2 bytes long, the range 3' mmtool write f 2:5 ab
    refuses 'DATA is 4 bytes long, the range 3' mmtool write f 2+3 abcd
    holds f 01abc567yz
}

@test "--fill repeats DATA to fill the range, the last copy cut" {
    make f 0123456789
    mmtool write --fill f 1:9 abc
    holds f 0abcabcab9
    mmtool write --fill f : -x 00
    holds f '\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00'
}

@test "--fill with DATA longer than the range writes its start" {
    make f 0123
    mmtool write --fill f 1+2 abcdef
    holds f 0ab3
}

@test "--fill of megabytes" {
    head -c 3000001 /dev/zero >f
    mmtool write --fill f 1: abcdefghi $'\n'
    cmp <(tail -c +2 f) <(yes abcdefghi | head -c 3000000)
}

@test "--fill needs a range with its end, and DATA" {
    make f 0123
    usage_error fill mmtool write --fill f 1 x
    usage_error 'no DATA' mmtool write --fill f 1:3 ''
    holds f 0123
}

@test "a range that is not wholly inside the file is refused, with --fill too" {
    make f 0123
    for range in 2:5 0+5 -5: 5: 3:2 5+0; do
        refuses '' mmtool write --fill f "$range" x
    done
    holds f 0123
}

@test "an empty range takes empty DATA" {
    make f 0123
    mmtool write f 2:2 ''
    mmtool write --fill f 4+0 x
    holds f 0123
}

# ---- types, --from, --repeat ----------------------------------------------------------------

@test "-x takes hex digits; blanks, colons, commas, 0x and \\x are ignored" {
    make f 0123456789
    mmtool write -x f 0 '41 42:43,44' 0x45 '\x46' 4748
    holds f ABCDEFGH89
}

@test "bad hex is an error, never ignored" {
    make f 0123
    for data in 4 '4 1' 4g 414 0x '?' 4?4 '4:1'; do
        refuses '' mmtool write -x f 0 "$data"
    done
    holds f 0123
}

@test "-e takes C escapes" {
    make f 0123456789abc
    mmtool write -e f 0 '\n\t\r\0\\\a\b\f\v\x41\102\u00e9'
    holds f '\n\t\r\x00\\\x07\x08\x0c\x0bAB\xc3\xa9'
}

@test "a bad escape is an error" {
    make f 0123
    for data in '\q' '\x4' '\u12' $'\\' '\400' '\ud800'; do
        refuses '' mmtool write -e f 0 "$data"
    done
    holds f 0123
}

@test "text is not unescaped" {
    make f 0123
    mmtool write f 0 '\n'
    holds f '\\n23'
}

@test "integers of each size and order" {
    head -c 15 /dev/zero >f
    mmtool write f -t u8 0 255
    mmtool write f -t u16le 1 0x1234
    mmtool write f -t u32be 3 0x12345678
    mmtool write f -t i64le 7 -2
    prints 'ff341212345678feffffffffffffff\n' mmtool read -x f
}

@test "several numbers, in operands or in one" {
    head -c 8 /dev/zero >f
    mmtool write f -t i16be 0 1 -2 '3 0b100'
    prints '0001fffe00030004\n' mmtool read -x f
}

@test "a number out of range is an error, never narrowed" {
    head -c 8 /dev/zero >f
    refuses 'does not fit u8' mmtool write f -t u8 0 256
    refuses 'does not fit u8' mmtool write f -t u8 0 -1
    refuses 'does not fit i8' mmtool write f -t i8 0 128
    refuses 'does not fit i8' mmtool write f -t i8 0 -129
    refuses 'does not fit u16be' mmtool write f -t u16be 0 64K
    refuses 'does not fit u64' mmtool write f -t u64 0 18446744073709551616
    refuses 'does not fit i64' mmtool write f -t i64 0 9223372036854775808
    refuses '' mmtool write f -t f32 0 1e39
    cmp f <(head -c 8 /dev/zero)
}

@test "the largest and smallest numbers fit" {
    head -c 8 /dev/zero >f
    for value in 18446744073709551615 0; do
        mmtool write f -t u64 0 "$value"
        prints "$value\\n" mmtool read -t u64 f
    done
    for value in 9223372036854775807 -9223372036854775808; do
        mmtool write f -t i64 0 "$value"
        prints "$value\\n" mmtool read -t i64 f
    done
}

@test "what is no number is an error" {
    head -c 8 /dev/zero >f
    for data in x 1x 1.5 0x '1 x' 1e3 5Q 0x5K -; do
        refuses 'is not a number' mmtool write f -t u8 0 -- "$data"
    done
}

@test "floating point, as strtod reads it" {
    head -c 24 /dev/zero >f
    mmtool write f -t f64be 0 0.1 -- -inf
    mmtool write f -t f32le 16 0x1p-3 -2e9
    prints '3fb999999999999afff00000000000000000003e286beece\n' mmtool read -x f
}

@test "UTF-16 from UTF-8" {
    head -c 8 /dev/zero >f
    mmtool write f -t utf16le 0 $'h\xc3\xa9\xf0\x9f\x98\x80'
    prints '6800e9003dd800de\n' mmtool read -x f
    mmtool write f -t utf16be 0 h
    prints '0068\n' mmtool read -x f 0+2
    refuses 'not UTF-8' mmtool write f -t utf16be 0 $'\xff'
}

@test "--from takes DATA from a file" {
    make f 0123456789
    make d 'a\x00b'
    mmtool write --from=d f 2
    holds f '01a\x00b56789'
}

@test "--from=FILE@RANGE takes a part of it" {
    make f 0123456789
    make d abcdefgh
    mmtool write -f d@2:4 f 0
    mmtool write -f d@-1 f 9
    holds f cd2345678h
}

@test "--from rejects a range that is not inside its file" {
    make f 0123456789
    make d abc
    refuses 'passes the end (size 3)' mmtool write -f d@2:4 f 0
    holds f 0123456789
}

@test "--from: a file whose own name holds the @ is taken as it is" {
    make f 0123456789
    make d@1:2 xyz
    make d abc
    mmtool write -f d@1:2 f 0
    holds f xyz3456789
}

@test "--from=- takes standard input, a pipe or a file" {
    make f 0123456789
    printf abc | mmtool write -f - f 0
    printf xyz >d
    mmtool write -f - f 7 <d
    holds f abc3456xyz
}

@test "--from=-@RANGE takes a part of standard input" {
    make f 0123456789
    printf abcdef | mmtool write -f -@2+2 f 0
    holds f cd23456789
}

@test "--from the file itself: its bytes as they are before the change" {
    make f 0123456789
    mmtool write -f f@0:5 f 3
    holds f 0120123489
}

@test "--from a missing file, a directory: a message that names it" {
    make f 0123
    refuses 'nosuch' mmtool write -f nosuch f 0
    mkdir dir
    refuses 'directory' mmtool write -f dir f 0
    holds f 0123
}

@test "--from and DATA exclude each other" {
    make f 0123
    usage_error twice mmtool write -f f f 0 x
    holds f 0123
}

@test "--repeat repeats DATA" {
    make f 0123456789
    mmtool write --repeat=3 f 1 ab
    holds f 0ababab789
    mmtool write --repeat=0 f 1 ab
    holds f 0ababab789
}

@test "--repeat counts for the length of a range and for the end" {
    make f 0123456789
    refuses 'DATA is 6 bytes long, the range 5' mmtool write --repeat=3 f 1+5 ab
    refuses '12 bytes at 0 pass the end (size 10)' mmtool write --repeat=6 f 0 ab
    refuses '' mmtool write --repeat=8E --extend f 0 ab
    refuses 'is not a number' mmtool write --repeat=-1 f 0 ab
    refuses 'is not a number' mmtool write --repeat=x f 0 ab
    holds f 0123456789
}

@test "--repeat of a file" {
    make f 0123456789
    make d abc
    mmtool write --repeat=3 -f d@1: f 0
    holds f bcbcbc6789
}

# ---- --create -------------------------------------------------------------------------------

@test "a missing file is an error, and stays missing" {
    refuses 'no such file' mmtool write new 0 ''
    [ ! -e new ]
}

@test "--create makes it, mode 0666 less umask" {
    umask 027
    mmtool write --create --extend new 2 abc
    holds new '\x00\x00abc'
    [ "$(stat -c %a new)" = 640 ]
}

@test "--create takes an existing file as it is" {
    make f 0123
    chmod 604 f
    mmtool write --create f 1 x
    holds f 0x23
    [ "$(stat -c %a f)" = 604 ]
}

@test "--create leaves no file behind when the write is refused" {
    refuses 'pass the end (size 0)' mmtool write --create new 0 abc
    [ ! -e new ]
    refuses '' mmtool write --create -x new 0 zz
    [ ! -e new ]
}

@test "--create in a missing directory says so" {
    refuses 'no such directory' mmtool write --create no/new 0 ''
}

@test "--extend: what it needs is said" {
    make f 0123456789
    refuses 'POSITION in place of the range: 8' mmtool write f 8+4 WXYZ --extend
    refuses 'window ends at 5' mmtool write f 5 X --extend --window=0:5
    holds f 0123456789
}

@test "numbers that begin with a minus sign and a letter are operands of the floating types" {
    make f 0123456789abcdef
    for value in -inf -nan '-nan(0x123)' -.5; do
        mmtool write -t f64le f 0+8 "$value"
        mmtool write -t f64le f 8+8 "$(mmtool read -t f64le f 0+8)"
        [ "$(mmtool read -x f 0+8)" = "$(mmtool read -x f 8+8)" ]
    done
    mmtool write -t f32be f 0+16 "$(printf '%s\n' -inf -nan 1 -.25)"
    prints '-inf\n-nan\n1\n-0.25\n' mmtool read -t f32be f
    usage_error 'or --, before it' mmtool write f 0 -inf -t f32be
    usage_error 'option' mmtool write -t u32 f 0 -inf
}

# ---- --expect -------------------------------------------------------------------------------

@test "--expect: the bytes there are these, and are changed" {
    make f 0123456789
    mmtool write --expect=345 f 3 abc
    holds f 012abc6789
}

@test "--expect: nothing expected is met everywhere, behind the end too" {
    make f 0123
    mmtool write --expect= --extend f 6 Z
    holds f '0123\x00\x00Z'
}

@test "--expect: other bytes there are status 1, shown, and nothing changed" {
    make f 0123456789
    run -1 --separate-stderr mmtool write --expect=xyz f 3 abc
    [ -z "$output" ]
    [[ $stderr == "mmtool: write: f: "*"at 3"*333435* ]]
    holds f 0123456789
}

@test "--expect: a patch can be run twice, the second time there is nothing to do" {
    make f 0123456789
    mmtool write --expect=345 f 3 abc
    touch -d '2001-01-01' f
    mmtool write --expect=345 f 3 abc
    holds f 012abc6789
    [ "$(stat -c %Y f)" -eq "$(date -d 2001-01-01 +%s)" ]
}

@test "--expect is written as --type says, and ? is any hex digit" {
    make f '\x12\x34\x56'
    mmtool write -x --expect='1? ??' f 0 abcd
    prints 'abcd56\n' mmtool read -x f
    run -1 mmtool write -x --expect='5? ?7' f 1 0000
    mmtool write -t u8 --expect=0x56 f 2 7
    prints 'abcd07\n' mmtool read -x f
}

@test "--expect past the end of the file is status 1" {
    make f 0123
    run -1 --separate-stderr mmtool write --extend --expect=ab f 4 cd
    [[ $stderr == *"the file ends there"* ]]
    run -1 mmtool write --extend --expect=ab f 9 cd
    holds f 0123
}

@test "--expect is looked at with empty DATA too" {
    make f 0123
    run -1 mmtool write --expect=xyz f 1 ''
    mmtool write --expect=123 f 1 ''
    holds f 0123
}

@test "--expect with --fill and with a range" {
    make f 0123456789
    run -1 mmtool write --fill --expect=xxx f 1:4 ab
    mmtool write --fill --expect=123 f 1:4 ab
    mmtool write --fill --expect=123 f 1:4 ab
    holds f 0aba456789
}

@test "--expect in a large file" {
    letters f 3000000
    mmtool write --expect="$(head -c 10000 f)" f 0 x
    mmtool read f 0+3 >out
    holds out xbc
}

# ---- in place -------------------------------------------------------------------------------

@test "only the bytes written change" {
    letters f 1000003
    cp f g
    mmtool write f 500000 XYZ
    [ "$(cmp -l f g | wc -l)" -eq 3 ]
}

@test "a long write of bytes that are there is a write as any other" {
    head -c 3000000 /dev/urandom >data
    { printf head; cat data; printf tail; } >f
    cp f g
    touch -d '2001-01-01' f
    run -0 --separate-stderr mmtool write -v --undo=undo --from=data f 4
    [[ $stderr == *": 3000000 bytes patched, 0 moved; size 3000008 to 3000008; "* ]]
    [ "$(stat -c %Y f)" -gt "$(date -d 2001-01-01 +%s)" ]
    cmp f g
    [ ! -s undo ]
    mmtool splice --from=data f 4+3000000
    mmtool run -c 'write --from=data 4' f
    cmp f g
}

@test "a long write of bytes of which some are there" {
    head -c 3000000 /dev/urandom >data
    { printf head; cat data; printf tail; } >g
    for place in 0 1 131071 131072 1500000 2868927 2868928 2999999; do
        cp g f
        mmtool write -x f $((4 + place)) ff
        mmtool write -x f $((4 + 2999999 - place / 3)) fe
        cp f before
        mmtool write --undo=undo --from=data f 4+3000000
        cmp f g
        mmtool splice --edits=undo f
        cmp f before
    done
}

@test "a refused write leaves the file's times" {
    make f 0123
    touch -d '2001-01-01' f
    refuses '' mmtool write f 3 xyz
    [ "$(stat -c %Y f)" -eq "$(date -d 2001-01-01 +%s)" ]
}
