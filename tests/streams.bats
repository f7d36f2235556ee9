# FILE as a stream that is searched and read as it comes.

load helper

# endless COMMAND...: it reads "y" lines that never end, and ends by itself.
endless() {
    yes | timeout 60 "$MMTOOL" "$@"
}


# in_pieces SIZE FILE COMMAND...: it reads FILE from a pipe, so much at a time.
in_pieces() {
    local size=$1 file=$2
    shift 2
    dd bs="$size" status=none <"$file" 2>/dev/null | mmtool "$@"
}

# as_of_file FILE SUBCOMMAND [WORDS...]: of a stream, whatever its pieces, the answer, status and
# message are those of FILE. The word FILE stands for either. With sanitizers, where programs start
# slowly, there are pieces of two sizes, not of three.
as_of_file() {
    local file=$1 status=0 sizes=(1 7 64K) size got
    shift
    ! is_sanitized || sizes=(1 64K)
    mmtool "${@/#FILE/$file}" >"$BATS_TEST_TMPDIR/file" 2>&1 || status=$?
    for size in "${sizes[@]}"; do
        got=0
        in_pieces "$size" "$file" "${@/#FILE/-}" >"$BATS_TEST_TMPDIR/stream" 2>&1 || got=$?
        sed -i "s/ -: / $file: /" "$BATS_TEST_TMPDIR/stream"
        echo "pieces of $size: $*: status $got, of the file $status"
        [ "$got" -eq "$status" ]
        cmp "$BATS_TEST_TMPDIR/file" "$BATS_TEST_TMPDIR/stream"
    done
}

# comes_at_once WORDS...: of the lines "a" and "b" mmtool prints something about the first before
# the second is written.
comes_at_once() {
    rm -f seen
    {
        echo a
        for _ in {1..300}; do
            [ ! -e seen ] || break
            sleep 0.1
        done
        if [ -e seen ]; then echo b; fi
    } | timeout 60 "$MMTOOL" "$@" | while read -r line; do
        touch seen
        echo "$line"
    done
}

# with_little_memory WORDS...: in less than the streams of these tests hold.
with_little_memory() {
    (ulimit -v 50000 && exec "$MMTOOL" "$@")
}

need_limit() {
    ! is_sanitized || skip "a sanitizer needs the address space for itself"
}

# ---- it ends --------------------------------------------------------------------------------

@test "find ends with the last match that was asked for" {
    prints '0\n' endless find - y
    prints '0\n' endless find -m1 - y
    prints '0\n2\n4\n' endless find -m3 -E - 'y+'
    prints '0+2\n' endless find -r - y$'\n'
    prints '5\n' endless find -c -m5 - y
    prints '2\n' endless find -cl -m2 - y
    prints '' endless find -q - y
    prints '' endless find -lq - y
    prints '' endless find -q - ''
    prints '0\n1\n' endless find -m2 - ''
    prints '' endless find -q -E - '$'
}

@test "find --line ends with the last line, and the lines of context behind it" {
    prints '0:y\n' endless find -l - y
    prints '0:y\n2:y\n' endless find -l -m2 - y
    prints '0:y\n2-y\n4-y\n' endless find -l -m1 -A2 - y
    prints '2-y\n4:y\n6-y\n' endless find -lC1 - y 4:6
    prints '0-y\n2:y\n4-y\n' endless find -lC1 --window=2: - y 2:3
}

@test "find ends with its range" {
    says_no endless find - x 0:10
    prints '10\n12\n' endless find -a - y 9:13
    prints '3\n' endless find -c - y 0+6
    prints '8:y\n' endless find -al - y 7:10
    says_no endless find -l - x :5
    says_no endless find - x 7:3
}

@test "read ends with its lines and its range" {
    prints 'y\ny\ny\n' endless read -l3 -
    prints 'y\ny\ny\n' endless read -l3 -L - 4:
    prints 'y\ny\n' endless read -L - 3:5
    prints 'y\ny\n' endless read - 10+4
    prints '790a\n' endless read -x - 2:4
    prints '' endless read -l0 -
    prints '' endless read -L - 7:3
}

@test "a line that does not end stops no search that needs not see its end" {
    endless_line() { yes | tr -d '\n' | timeout 60 "$MMTOOL" "$@"; }
    prints '0\n' endless_line find - y
    prints '' endless_line find -lq - y
    prints '1\n' endless_line find -cl -m1 - y
    says_no endless_line find -l - x :100
    prints yyy endless_line read -l2 - :3
}

@test "a device and a FIFO are searched and read as they come" {
    [ -c /dev/zero ] || skip "there is no /dev/zero"
    prints '0\n1\n' timeout 60 "$MMTOOL" find -x -m2 /dev/zero 00
    prints '0\n' timeout 60 "$MMTOOL" find -E /dev/zero '\x00{3}'
    prints '0000\n' timeout 60 "$MMTOOL" read -x /dev/zero 5M+2
    mkfifo fifo
    yes >fifo &
    prints '0:y\n' timeout 60 "$MMTOOL" find -l fifo y
}

# ---- it comes at once -----------------------------------------------------------------------

@test "find prints a match before more of the stream comes" {
    prints '0\n2\n' comes_at_once find -aE - '[ab]'
    prints '0\n2\n' comes_at_once find -a -p a -p b -p longer -
    prints '0:a\n2:b\n' comes_at_once find -al -E - '[ab]'
    prints '0:a\n2:b\n' comes_at_once find -al -p a -p b -p longer -
    prints '0:a\n2-b\n' comes_at_once find -lC1 -a - a
    prints '{"offset":0,"length":1}\n{"offset":2,"length":1}\n' comes_at_once find -ja -E - 'a|b'
    prints '0\n1\n2\n3\n4\n' comes_at_once find -a - ''
}

@test "read prints what has come before more comes" {
    prints 'a\nb\n' comes_at_once read -
    prints 'a\nb\n' comes_at_once read -l2 -
    prints '97\n10\n98\n10\n' comes_at_once read -t u8 -
}

# ---- in little memory -----------------------------------------------------------------------

@test "a stream larger than memory is searched" {
    need_limit
    stream() { yes 'some words' | head -c 120000000; }
    stream | prints '10909091\n' with_little_memory find -c - some
    stream | prints '10909091\n' with_little_memory find -c -E - '[a-z]+e '
    stream | says_no with_little_memory find -E - 'words\s+words'
    stream | says_no with_little_memory find -al -C3 - nowhere
}

@test "a stream larger than memory is read" {
    need_limit
    stream() { yes 'some words' | head -c 120000000; }
    stream | prints 'ome words' with_little_memory read - 119999991:
    stream | with_little_memory read - | cmp - <(stream)
    stream | with_little_memory read -l20000000 - | cmp - <(stream)
    yes | tr -d '\n' | prints yyyyy with_little_memory read -l2 - 100M+5
}

@test "a match as long as it likes is found across pieces" {
    { echo 1; yes x | head -n 300000; echo 2; echo 1; } >f
    prints '0+600004\n' in_pieces 3000 f find -rE - '1(x|\n)*2\n'
    prints '0+600003\n600004+2\n' in_pieces 64K f find -arE - '1(x|\n)*2|1\n'
    as_of_file f find -ar FILE "$(head -c 5000 f)"
}

# ---- it is as of a file ---------------------------------------------------------------------

@test "the forms of results are those of a file" {
    printf 'one two\nTwo three\n\nfour two two\n\xff\x00two' >f
    for options in -a -ar -ac -aq -ai -az -aj '-a --radix=16' -m2 '-m2 -c' '-a --overlapping' \
        -al -alz -alj -alc -alr '-al -A1' '-al -B1' '-al -A2 -B1' '-al -C1' '-al -C1 -j' '-l -m1 -A9' '-al -C0' \
        '-a --threads=3' '-al --threads=2'; do
        # shellcheck disable=SC2086 # they are words
        as_of_file f find $options FILE two
    done
}

@test "expressions see the same text as in a file" {
    printf 'ab aab\nabb\n\nb a\n\naa' >f
    for expression in a+ '^a' 'a$' '^' '$' '\bab\b' '\Bb' '(a|\n)+' 'b\s*a' '\n' '^$' 'a\z' '\z' '\Aa' \
        '.*' 'a(.|\n)*a' 'x*' 'ab?|b'; do
        as_of_file f find -arE FILE "$expression"
        as_of_file f find -alE FILE "$expression" 2:
    done
    as_of_file f find -aE FILE -p '^a' -p 'b$' -p '\n\n'
}

@test "ranges and windows of a stream are those of a file" {
    printf 'one\ntwo\n\nthree\none' >f
    for range in : 3 3: :3 3:9 9:3 3+4 0:0 12: 17 17: 18: 5:40 20+3 40:20 40:18 40:17; do
        as_of_file f find -al FILE o "$range"
        as_of_file f find -a FILE '' "$range"
        as_of_file f find -aE FILE '^.*$' "$range"
        as_of_file f find -alC1 --window=2: FILE o "$range"
        as_of_file f read FILE "$range"
        as_of_file f read -L -l2 FILE "$range"
    done
    for window in 0: 5: 17: 18: : 3:9; do
        as_of_file f find -al --window=$window FILE o
        as_of_file f read -x --window=$window FILE 1:
    done
}

@test "the forms of read are those of a file" {
    printf 'one\ntwo \xe2\x82\xac\n\n\x00three\x01 four five' >f
    for form in -x -e -d '-t u8' '-t u16le' '-t f32' '-t text' -l -l2 -l99 -L; do
        # shellcheck disable=SC2086 # they are words
        as_of_file f read $form FILE 0:24
    done
    as_of_file f read -t u32le FILE
    mmtool read f | iconv -f latin1 -t utf-16le >wide
    as_of_file wide read -t utf16le -l2 FILE
    as_of_file wide read -t utf16le -l9 FILE 4:21
    as_of_file wide find -t utf16le -al FILE o
}

# ---- UTF-16 ---------------------------------------------------------------------------------

# Lines of UTF-16LE that begin at an odd offset, among bytes 0x0a that end none, then some at an
# even one.
wide_text() {
    printf 'x'
    printf 'one \xe0\xa8\x8a\xe0\xa8\x85\ntwo \xd4\x8a\xe0\xb4\x8a\xe0\xa8\x80\n\nfour\n' |
        iconv -f UTF-8 -t UTF-16LE
    printf 'y\n\0'
    seq 5 40 | iconv -f UTF-8 -t UTF-16LE
}

@test "lines of UTF-16 of a stream are those of the file, read and found" {
    wide_text >f
    for range in 1 3: 15 17:20 16:19 1+20 30:50 :; do
        for lines in -l -l2 -l30 -L '-L -l' '-L -l2'; do
            # shellcheck disable=SC2086 # words
            as_of_file f read $lines -t utf16le FILE $range
            # shellcheck disable=SC2086
            as_of_file f read $lines -t utf16be FILE $range
        done
    done
    for options in -l -al '-al -m2' -cl -alj '-al -A1' '-al -B2' '-al -C1' '-al -C9' '-l -A3 -m2'; do
        for pattern in o 1 $'\xe0\xb4\x8a' 40 2; do
            # shellcheck disable=SC2086
            as_of_file f find $options -t utf16le FILE "$pattern"
        done
    done
    as_of_file f rfind -al -C1 -t utf16le FILE 1
    as_of_file f read -l-2 -t utf16le FILE
}

@test "read and find of lines of UTF-16 end with the last line that was asked for" {
    wide_endless() { yes ayan | tr -d '\n' | tr an '\0\n' | timeout 60 "$MMTOOL" "$@"; }
    prints 'y\ny\n' wide_endless read -l2 -t utf16be -
    prints 'y\ny\n' wide_endless read -L -t utf16be - 6:9
    prints '0:\0y\n4:\0y\n' wide_endless find -l -m2 -t utf16be - y
    prints '0:\0y\n4-\0y\n' wide_endless find -l -m1 -A1 -t utf16be - y
    prints '3\n' wide_endless find -cl -m3 -t utf16be - y
}

# ---- lines as positions ---------------------------------------------------------------------

@test "a stream without end is left where the lines of a range end" {
    prints 'y\ny\ny\n' endless read - :L4
    prints 'y\ny\n' endless read - L5:L7
    prints 'y\ny' endless read - L5+3
    prints 'y\n' endless read - 100:L52
    prints '' endless read - L9:L3
    prints '' endless read - L90:20
    prints '' endless read - :L1
    prints 'y\n' endless read -l - L1000000
    prints '2\n' endless find -c - y L5:L7
    prints '8\n' endless find - y L5:
    says_no endless find - x :L1000
    says_no endless find - '' L9:L3
    says_no endless find - '' L90:20
    prints '4:y\n6-y\n8-y\n' endless find -l -A2 - y L3:L4
    prints 'y\n' endless read --window=L3: - :L2
    prints 'y\ny\n' endless read --window=L3:L5 -
    prints '6\n' endless rfind - y :L5
    prints 'y\ny\n' endless read -l-2 - :L9
    make f '[]'
    endless splice --from=-@L3:L4 f 1+0
    holds f '[y\n]'
}

@test "ranges by lines of a stream are those of the file" {
    random=$(awk 'BEGIN { srand(5); for (i = 0; i < 60; i++) { n = int(rand() * 12)
        line = ""; while (n-- > 0) line = line substr("abcdefgh", 1 + int(rand() * 8), 1)
        print line } }')
    printf '%s' "$random" >f
    for range in L1 L7:L20 :L20 L20:L7 9:L20 200:L4 L7+30 L60 L61 L62: L7:L90 L-5: L7:-20 L70:L5; do
        as_of_file f read FILE "$range"
        as_of_file f find -l -B1 -A1 FILE e "$range"
        as_of_file f find -a FILE '' "$range"
    done
    for range in L7: L20:9 L7:L20 9:L20 L7:L-7 L-9:L58; do
        as_of_file f read -L FILE "$range"
        as_of_file f read -l3 FILE "$range"
        as_of_file f read -l-3 FILE "$range"
        as_of_file f find -an FILE e "$range"
        as_of_file f find -aE FILE '[a-c]+$' "$range"
        as_of_file f rfind FILE e "$range"
    done
}

@test "windows by lines of a stream are those of the file" {
    make f 'a\nbb\n\nccc\nd\nee'
    for window in L1: L3: L7: L8: L2:L5 L2:L9 L-2: 3:; do
        for range in : :L2 L2:L3 L-1: 1:L3 L2:4 :4; do
            as_of_file f find -an --window="$window" FILE . "$range" -E
        done
    done
}

@test "lines of UTF-16 are found in a stream, whatever its pieces" {
    printf 'a\nbb\n\xe0\xa8\x8a\n\ne' | iconv -f UTF-8 -t UTF-16LE >f
    iconv -f UTF-16LE -t UTF-16BE f >g
    for range in L2:L3 L3: :L4 L6: L7: 3:L3 L-2:; do
        as_of_file f read -t utf16le FILE "$range"
        as_of_file g find -t utf16be FILE b "$range"
    done
}

@test "lines before a range of a stream take no memory" {
    need_limit
    [ "$(yes | head -n 20000000 | with_little_memory read - L19999999: | wc -l)" -eq 2 ]
    [ "$(yes | head -n 20000000 | with_little_memory find -c - y L10:L19999999)" -eq 19999989 ]
    [ "$(yes | head -n 20000000 | with_little_memory find -n - y L19999999:)" = 19999999 ]
}

@test "a line that starts a range comes at once" {
    prints 'a\nb\n' comes_at_once read - L1:
    rm -f ended
    {
        echo a
        echo b
        for _ in {1..300}; do
            [ ! -e ended ] || break
            sleep 0.1
        done
    } | { timeout 20 "$MMTOOL" read - :L3 >out && touch ended; }
    holds out 'a\nb\n'
}
