# TYPE beside the other options: what it may be of, and types of more than one byte.

# shellcheck disable=SC2154 # bats sets stderr
load helper

# wide TEXT: TEXT, with its escapes, in UTF-16LE; wide_be: in UTF-16BE.
wide() {
    printf '%b' "$1" | iconv -f UTF-8 -t UTF-16LE
}

wide_be() {
    printf '%b' "$1" | iconv -f UTF-8 -t UTF-16BE
}

# ---- what a TYPE may be of ------------------------------------------------------------------

@test "-E goes with text only: another TYPE is a usage error that names \\xHH" {
    make f 'E+E\n'
    for type in -x -e '-t utf16le' '-t u32le' '-t u8'; do
        for search in find rfind 'find -al' 'rfind -c'; do
            # shellcheck disable=SC2086 # words
            usage_error 'as \xHH in' mmtool $search -E $type f 'E+'
        done
        # shellcheck disable=SC2086
        usage_error 'as \xHH in' mmtool splice -aE $type -p 'E+' f x
    done
    usage_error '--type=escape' mmtool splice -eE -p 'E+' f x
    refuses '--type=escape' mmtool run f -c 'find -eE E+'
    refuses '--type=hex' mmtool run f -c 'splice -x -E -p 45 46'
    prints '0\n' mmtool find -E -t text f 'E+'
    prints '2\n' mmtool rfind -t raw -E f 'E+'
    holds f 'E+E\n'
}

@test "--from with a TYPE that could be of nothing else is a usage error" {
    make f 0123456789
    make hex 3132
    usage_error '--from takes raw bytes, not values written as hex' mmtool write -x f 0 -f hex
    usage_error '--typed-from' mmtool write -t u32le f 0 -f hex
    usage_error '--from takes raw bytes' mmtool splice -e f 0+4 -f hex
    usage_error '--from takes raw bytes' mmtool write -t utf16le f 0 -f - <hex
    refuses '--from takes raw bytes' mmtool run f -c 'write -x 0 -f hex'
    refuses '--from takes raw bytes' mmtool run f -c 'write -x -f hex'
    holds f 0123456789
}

@test "--from takes raw bytes beside a TYPE of --expect or PATTERN" {
    make f 0123456789
    make hex 3132
    mmtool write -x f 0 -f hex --expect=30313233
    holds f 3132456789
    mmtool splice -x -p 34 f -f hex
    holds f 3132313256789
    mmtool splice -x f 0+4 -f hex --expect='33 3? 33 3?'
    holds f 3132313256789
}

@test "a number type with an empty operand is a usage error, in every place" {
    make f 0123456789
    for type in u8 i16le u32be i64 f32 f64be; do
        for number in '' ' ' $'\n\t'; do
            usage_error "an empty operand is not a $type number" mmtool write -t $type f 0 "$number"
            usage_error "not a $type number" mmtool write -t $type f 0 1 "$number"
            usage_error "not a $type number" mmtool write -t $type f 0 1 --expect="$number"
            usage_error "not a $type number" mmtool splice -t $type f 0+2 "$number"
            usage_error "not a $type number" mmtool splice -t $type -p "$number" f 1
            usage_error "not a $type number" mmtool splice -t $type -p 1 -p "$number" f 1
            usage_error "not a $type number" mmtool find -t $type f "$number"
        done
    done
    refuses 'not a u8 number' mmtool run f -c 'write -t u8 0 ""'
    refuses 'not a u8 number' mmtool run f -c 'write_byte ""'
    holds f 0123456789
}

@test "splice -p: an empty pattern cannot be replaced, be it an expression" {
    make f abc
    usage_error 'an empty pattern' mmtool splice -p '' f x
    usage_error 'an empty pattern' mmtool splice -aE -p '' f x
    usage_error 'an empty pattern' mmtool splice -E -p a -p '' f x
    usage_error 'an empty pattern' mmtool splice -p a -p '' f x
    usage_error 'an empty pattern' mmtool splice -x -p ' ' f 78
    holds f abc
}

@test "-i: a letter of UTF-16 is a whole unit, and a number has none" {
    # U+6141 is the letters aA by bytes, and U+4161 Aa
    wide 'xA\xe6\x85\x81b\xe4\x85\xa1' >le
    wide_be 'xA\xe6\x85\x81b\xe4\x85\xa1' >be
    for order in le be; do
        prints '2+2\n' mmtool find -air -t utf16$order $order a
        prints '0+8\n' mmtool rfind -ir -t utf16$order $order $'Xa\xe6\x85\x81B'
        prints '4\n' mmtool find -ai -t utf16$order $order $'\xe6\x85\x81'
        says_no mmtool find -i -t utf16$order $order $'\xe4\x85\xa1b'
        says_no mmtool find -i -t utf16$order $order -p $'\xe6\x85\x81a' -p $'B\xe6\x85\x81'
    done
    mmtool splice -ai -t utf16le -p 'B' le z
    cmp le <(wide 'xA\xe6\x85\x81z\xe4\x85\xa1')
    says_no mmtool find -i -t u16le be 0x4101
    prints '3\n' mmtool find -i -t u8 be 0x61
}

@test "write --fill of a TYPE cuts DATA, but no number or UTF-16 unit" {
    make f 0123456789
    refuses 'of 5 bytes is not whole values of 2 bytes' mmtool write --fill -t utf16le f 1:6 ab
    refuses 'not whole values of 4 bytes' mmtool write --fill -t u32le f 0+6 1
    holds f 0123456789
    mmtool write --fill -t utf16be f 1:7 ab
    holds f '0\0a\0b\0a789'
    mmtool write --fill -t u8 f 7+3 65
    holds f '0\0a\0b\0aAAA'
}

# ---- lines of UTF-16 ------------------------------------------------------------------------

# U+0A0A, U+0A05 and U+050A have the byte of a newline, and U+0D0A U+0A00 is one by halves.
tricky='one \xe0\xa8\x8a\xe0\xa8\x85\ntwo \xd4\x8a\xe0\xb4\x8a\xe0\xa8\x80\n\nlast'

@test "read -l of UTF-16 ends lines at U+000A, never at a byte 0x0a" {
    wide "$tricky" >le
    wide_be "$tricky" >be
    for order in le be; do
        prints 'one \xe0\xa8\x8a\xe0\xa8\x85\n' mmtool read -l -t utf16$order $order
        prints 'one \xe0\xa8\x8a\xe0\xa8\x85\ntwo \xd4\x8a\xe0\xb4\x8a\xe0\xa8\x80\n' mmtool read -l2 -t utf16$order $order
        prints "$tricky" mmtool read -l99 -t utf16$order $order
        prints 'last' mmtool read -l-1 -t utf16$order $order
        prints '\nlast' mmtool read -l-2 -t utf16$order $order
        prints 'two \xd4\x8a\xe0\xb4\x8a\xe0\xa8\x80\n\nlast' mmtool read -l-3 -t utf16$order $order
        prints "$tricky" mmtool read -l-4 -t utf16$order $order
    done
}

@test "read -L of UTF-16 widens to whole lines, and to whole units from the range's start" {
    { printf x; wide "$tricky"; } >le
    { printf x; wide_be "$tricky"; } >be
    for order in le be; do
        prints 'two \xd4\x8a\xe0\xb4\x8a\xe0\xa8\x80\n' mmtool read -L -t utf16$order $order 17+2
        prints 'two \xd4\x8a\xe0\xb4\x8a\xe0\xa8\x80\n' mmtool read -L -t utf16$order $order 23+1
        prints 'one \xe0\xa8\x8a\xe0\xa8\x85\ntwo \xd4\x8a\xe0\xb4\x8a\xe0\xa8\x80\n' mmtool read -L -t utf16$order $order 13:21
        prints 'two \xd4\x8a\xe0\xb4\x8a\xe0\xa8\x80\n' mmtool read -L -l -t utf16$order $order 19
        prints '\n' mmtool read -l2 -L -t utf16$order $order 31+2
        prints '' mmtool read -L -t utf16$order $order 5+0
    done
}

@test "read -l -t utf16: units are those of the range's start, and half a unit is an error" {
    { printf x; wide 'a\nb\nc\n'; } >f
    prints 'a\n' mmtool read -l -t utf16le f 1
    prints 'b\nc\n' mmtool read -l-2 -t utf16le f 1
    run -2 --separate-stderr mmtool read -l-1 -t utf16le f 1:12
    [ "$output" = c ]
    [[ $stderr == *"the last 1 byte"* ]]
}

@test "numbers of several bytes have no lines: read -l and -L of them are usage errors" {
    make f '\n\0\0\0a\0\0\0'
    for type in u16 i16le u32le f32be u64 f64; do
        usage_error "of type $type have no lines" mmtool read -l -t $type f
        usage_error "of type $type have no lines" mmtool read -L -t $type f 0+4
    done
    prints '10\n' mmtool read -l -t u8 f
    prints '0:\n' mmtool find -l -t u16le f 10
}

@test "find --sorted compares bytes: it does not go with a TYPE of several" {
    make f 'a\nb\n'
    usage_error '--type=utf16le' mmtool find --sorted -t utf16le f a
    usage_error '--type=u32' mmtool find --sorted -t u32 f 1
    prints '2\n' mmtool find --sorted -t u8 f 98
}

# line_at PLACE TEXT COMMAND...: it prints PLACE and TEXT as $raw makes it UTF-16, and a byte '\n'.
line_at() {
    cmp <(printf '%s' "$1"; "$raw" "$2"; echo) <("${@:3}")
}

@test "find -l -t utf16: lines end at U+000A, their newline is stripped whole, the bytes are raw" {
    wide "$tricky" >le
    wide_be "$tricky" >be
    for order in le be; do
        raw=wide$([ $order = le ] || echo _be)
        for threads in 1 3; do
            line_at 14: 'two \xd4\x8a\xe0\xb4\x8a\xe0\xa8\x80' mmtool find -l -t utf16$order --threads=$threads $order two
            line_at 14: 'two \xd4\x8a\xe0\xb4\x8a\xe0\xa8\x80' mmtool find -al -t utf16$order $order $'\xe0\xb4\x8a'
            line_at 0: 'one \xe0\xa8\x8a\xe0\xa8\x85' mmtool rfind -l -t utf16$order $order $'\xe0\xa8\x8a\xe0\xa8\x85'
            line_at 32: 'last' mmtool rfind -l -t utf16$order $order l
            line_at 14+14: 'two \xd4\x8a\xe0\xb4\x8a\xe0\xa8\x80' mmtool find -lr -t utf16$order $order o 8:
        done
        prints '3\n' mmtool find -c -l -t utf16$order $order -p o -p last
        prints '3\n' mmtool rfind -c -l -t utf16$order $order -p o -p last
        prints '1\n' mmtool find -c -l -t utf16$order $order ' '  14:
    done
    prints '{"offset":4,"length":2,"line":"b\\u0000","matches":[{"offset":4,"length":2}]}\n' mmtool find -jl -t utf16le - b < <(wide 'a\nb\nc\n')
}

@test "find -l -t utf16 counts units from each match, so a text may begin anywhere" {
    { wide 'aa\nbb\n'; printf x; wide '\nbb\nab\n'; } >f
    cmp <(printf 6:; wide bb; printf '\n15:'; wide bb; printf '\n21:'; wide ab; echo) \
        <(mmtool find -al -t utf16le f b)
    cmp <(printf 21:; wide ab; printf '\n15:'; wide bb; printf '\n6:'; wide bb; echo) \
        <(mmtool rfind -al -t utf16le f b)
    prints '3\n' mmtool find -cl -t utf16le f b
    prints '4\n' mmtool rfind -cl -t utf16le f -p b -p a
    # "aa" without a newline of its own would go on to the end.
    { wide 'aa'; printf x; wide 'b\naa\n'; } >g
    prints '2\n' mmtool find -cl -t utf16le g aa
    prints '2\n' mmtool rfind -cl -t utf16le g aa
}

@test "find -l -t utf16 with context, forwards and backwards, is grep's of the same text" {
    seq 1 400 | sed 's/[05]$/& \xe0\xa8\x8a\xd4\x8a/' >text
    iconv -f UTF-8 -t UTF-16LE text >le
    iconv -f UTF-8 -t UTF-16BE text >be
    # Lines by number of grep, by offset here: only the lines are compared.
    for context in -A1 -B2 -C1 -C3 -A0; do
        grep -F $context 7 text >expected
        for order in le be; do
            for search in find rfind; do
                "$MMTOOL" $search -al $context -t utf16$order $order 7 >out
                python3 - utf16$order <<'END' >"$search-lines"
import re, sys
data = open('out', 'rb').read()
encoding = sys.argv[1].replace('utf16', 'utf-16-')
text = open(encoding[-2:], 'rb').read()
at = 0
while at < len(data):
    if data.startswith(b'--\n', at):
        print('--')
        at += 3
        continue
    place = re.compile(rb'(\d+)[:-]').match(data, at)
    start = int(place[1])
    end = start
    while text[end:end + 2].decode(encoding) != '\n':
        end += 2
    assert data[place.end():place.end() + end - start] == text[start:end]
    print(text[start:end].decode(encoding))
    at = place.end() + end - start
    assert data[at] == 10
    at += 1
END
            done
            cmp expected find-lines
            # rfind prints the groups from the last to the first
            cmp <(sort expected) <(sort rfind-lines)
        done
    done
}

# ---- search and replace in units ------------------------------------------------------------

@test "--pad with UTF-16 pads with a unit: U+0000, or the one that is given" {
    wide 'path=abc;path=abc;' >f
    mmtool splice -a -t utf16le -p abc --pad f x
    cmp f <(wide 'path=x\0\0;path=x\0\0;')
    mmtool splice -t utf16le -p x --pad=0x5c f --delete
    cmp f <(wide 'path=\\\0\0;path=x\0\0;')
    wide_be 'abc!' >f
    mmtool splice -t utf16be --pad=0x263a -p abc f x
    cmp f <(wide_be 'x\xe2\x98\xba\xe2\x98\xba!')
    { printf y; wide 'abc!'; } >f # at an odd offset
    mmtool splice --pad=65535 -t utf16le -p abc f x
    cmp f <(printf y; wide x; printf '\xff\xff\xff\xff'; wide !)
}

@test "--pad takes a byte, with UTF-16 a unit, wherever --type stands" {
    make f abcd
    for type in '' '-t u32le' '-t text' -x; do
        # shellcheck disable=SC2086 # words
        usage_error '--pad takes a byte (0 to 255), not 256' mmtool splice $type --pad=256 -p 0 f 0
    done
    usage_error 'unit of UTF-16 (0 to 65535), not 65536' mmtool splice -p a f --pad=65536 x -t utf16be
    make g 'a\0b\0'
    mmtool splice --pad=256 -p ab g -t utf16le x
    holds g 'x\0\0\x01'
}

@test "--pad with numbers fills whole ones up with a byte" {
    make f '\x01\0\x02\0\x03\0\x04\0'
    mmtool splice -t u16le -p '2 3' --pad f 9
    holds f '\x01\0\x09\0\0\0\x04\0'
    mmtool splice -t u32be -p 0x01000900 --pad=255 f --delete
    holds f '\xff\xff\xff\xff\0\0\x04\0'
}

@test "--cstring refuses a rest that is not whole units, nothing changed" {
    wide 'abc\0abc\0' >f
    cp f was
    make odd xyz
    refuses '3 of 6 bytes are left of the match at 0' \
        mmtool splice -a --cstring -t utf16le -p abc f -f odd
    refuses 'not whole units of 4 bytes' mmtool splice --cstring -t u32le -p 0x00620061 f -f odd
    usage_error '--pad does not go with --from' mmtool splice --pad -t utf16le -p abc f -f odd
    cmp f was
}

@test "--cstring with UTF-16: the string ends at a NUL unit, the rest moves up, both survive" {
    { wide 'C:\\build\\placeholder\\one\0\0'; wide 'C:\\build\\placeholder\\two.c\0end'; } >f
    mmtool splice -a --cstring -t utf16le -p 'C:\build\placeholder' f 'D:\x'
    zeros='\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0'
    cmp f <(wide 'D:\\x\\one'; wide "$zeros\0\0"; wide 'D:\\x\\two.c'; wide "$zeros\0end")
    wide_be 'ab/ab/A\0x' >f
    mmtool splice -a --cstring -t utf16be -p ab f x
    cmp f <(wide_be 'x/x/A\0\0\0x')
}

@test "--cstring counts units from the match: U+0100 and a text at an odd offset" {
    # 00 01 in UTF-16BE, whose first byte is no end, and 61 00 00 01 in UTF-16LE, which holds 00 00.
    { printf y; wide 'ab\xc4\x80c\0z'; } >f
    mmtool splice --cstring -t utf16le -p ab f x
    cmp f <(printf y; wide 'x\xc4\x80c\0\0z')
    wide_be 'ab\xc4\x80c\xe6\x84\x80\0z' >f # U+6100 in front of the NUL: 61 00 00 00
    mmtool splice --cstring -t utf16be -p ab f x
    cmp f <(wide_be 'x\xc4\x80c\xe6\x84\x80\0\0z')
    wide 'ab\xc4\x80' >f
    cp f was
    refuses 'no NUL ends the string' mmtool splice --cstring -t utf16le -p ab f x
    cmp f was
}

@test "--cstring refuses a match inside of a unit of a string, nothing changed" {
    # "ab", then 2e 61 00 62 00 2e, in which "ab" stands an odd number of bytes behind
    { wide ab; printf '.a\0b\0.\0\0'; } >f
    cp f was
    refuses 'the match at 5 begins inside a unit' mmtool splice -a --cstring -t utf16le -p ab f x
    cmp f was
}

@test "--cstring with numbers of several bytes: the string ends at a number 0" {
    make f 'a\0\0\0b\0\0\0c\0\0\0\0\0\0\0z'
    mmtool splice --cstring -t u32le -p '97 98' f 120
    holds f 'x\0\0\0c\0\0\0\0\0\0\0\0\0\0\0z'
}
