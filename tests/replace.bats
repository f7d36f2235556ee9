# splice --pattern: search and replace in place.

# shellcheck disable=SC2154 # bats sets stderr
load helper

@test "the first match is replaced, whatever its length" {
    make f 'one two one two'
    prints '' mmtool splice -p two f 2
    holds f 'one 2 one two'
    mmtool splice --pattern=one f eleven
    holds f 'eleven 2 one two'
}

@test "--all replaces every match" {
    make f 'one two one two'
    mmtool splice --all -p one f 1
    holds f '1 two 1 two'
    mmtool splice -a -p two f twenty
    holds f '1 twenty 1 twenty'
}

@test "matches are found left to right without overlap" {
    make f 'aaaaa'
    mmtool splice -a -p aa f b
    holds f bba
}

@test "what was put in is not searched again" {
    make f 'aXa'
    mmtool splice -a -p a f aa
    holds f aaXaa
}

@test "--delete and an explicit '' delete the match" {
    make f 'one two one'
    mmtool splice --delete -p 'one ' f
    holds f 'two one'
    mmtool splice -a -p o f ''
    holds f 'tw ne'
    mmtool splice -aE -p '[a-w]' f --delete
    holds f ' '
}

@test "no DATA at all is a usage error that names --delete and ''" {
    make f 'one two one'
    usage_error "DATA is missing; --delete or an empty DATA operand, ''," mmtool splice -p one f
    usage_error --delete mmtool splice -aE -p 'o.' f
    usage_error --delete mmtool splice -x --pad -p 6f f
    refuses --delete mmtool run f -c 'splice -p one'
    holds f 'one two one'
}

@test "--delete goes with no DATA" {
    make f 'one two one'
    make d new
    usage_error 'no DATA' mmtool splice --delete -p one f x
    usage_error 'no DATA' mmtool splice --delete -p one f ''
    usage_error 'no DATA' mmtool splice --delete -p one f -f d
    usage_error 'no DATA' mmtool splice --delete -p one f --repeat=2
    usage_error 'no DATA' mmtool splice --delete f 0+3 x
    usage_error '--edits' mmtool splice --delete --edits=d f
    holds f 'one two one'
}

@test "no match: status 1, and the file's times stay" {
    make f 'one two'
    touch -d '2001-01-01' f
    says_no mmtool splice -a -p three f 3
    says_no mmtool splice -p two --within=0:6 f 2
    says_no mmtool splice -p one -m 0 f 1
    holds f 'one two'
    [ "$(stat -c %Y f)" -eq "$(date -d 2001-01-01 +%s)" ]
}

@test "-m replaces the first N matches" {
    make f 'xxxx'
    mmtool splice -m 2 -p x f yy
    holds f yyyyxx
    mmtool splice --max-count=100 -p x f z
    holds f yyyyzz
}

@test "-i, -x and -t as in find" {
    make f 'One ONE'
    mmtool splice -ai -p one f 1
    holds f '1 1'
    mmtool splice -x -p '3? 20' f '00 ff'
    holds f '\x00\xff1'
    mmtool splice -t u8 -p 255 f 65
    holds f '\x00A1'
}

@test "several patterns: a match of any of them" {
    make f 'one two three'
    mmtool splice -a -p one -p three f N
    holds f 'N two N'
}

@test "--within looks in the range only, and a match must lie wholly in it" {
    make f 'xxxxxx'
    mmtool splice -a -p x --within=2:4 f yy
    holds f xxyyyyxx
    says_no mmtool splice -p yyyy --within=3: f z
    refuses 'passes the end' mmtool splice -p x --within=0:100 f z
}

@test "--from, --repeat and several DATA operands as the replacement" {
    make f 'a.b.c'
    make d '-+-'
    mmtool splice -a -p . --from=d@0:2 f
    holds f 'a-+b-+c'
    mmtool splice -a -p -+ --repeat=2 f = '>'
    holds f 'a=>=>b=>=>c'
}

@test "-v says how many were replaced" {
    make f 'xyxyx'
    run -0 --separate-stderr mmtool splice -v -a -p x f zz
    [ -z "$output" ]
    [[ $stderr == "mmtool: splice: f: 3 replaced"* ]]
}

@test "an empty pattern cannot be replaced" {
    make f abc
    usage_error 'empty pattern' mmtool splice -p '' f x
    holds f abc
}

@test "the options of --pattern need one" {
    make f abc
    for option in --all -m1 -i --within=: --pad --cstring; do
        usage_error 'need a --pattern' mmtool splice "$option" f 0:1 x
    done
    usage_error expect mmtool splice -p a --expect=a f x
    holds f abc
}

@test "--pad keeps the layout: a shorter replacement is filled up behind itself" {
    make f 'one two one'
    mmtool splice -a -p one --pad f 1
    holds f '1\x00\x00 two 1\x00\x00'
    mmtool splice -p two --pad=0x20 f 2
    holds f '1\x00\x00 2   1\x00\x00'
    mmtool splice -p 2 --pad --delete f
    holds f '1\x00\x00 \x00   1\x00\x00'
}

@test "--pad refuses a longer replacement, nothing changed" {
    make f 'one two one'
    refuses 'the replacement is 4 bytes long, the match at 0 only 3' \
        mmtool splice -a -p one --pad f four
    holds f 'one two one'
    mmtool splice -a -p one --pad f ten
    holds f 'ten two ten'
}

@test "--pad takes one byte" {
    make f abc
    for byte in 256 -1 x ''; do
        usage_error '' mmtool splice -p a --pad="$byte" f x
    done
    holds f abc
}

@test "--cstring: the rest of the string moves up, NULs are added at its end" {
    make f 'A\x00/usr/lib/x:/usr/lib/y\x00B\x00'
    mmtool splice --cstring -p /usr/lib f /lib
    holds f 'A\x00/lib/x:/usr/lib/y\x00\x00\x00\x00\x00B\x00'
    mmtool splice --cstring -p /usr/lib f /
    holds f 'A\x00/lib/x://y\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00B\x00'
}

@test "--cstring: several matches in one string, and in several" {
    make f 'aaXaaX\x00aaXq\x00'
    mmtool splice -a --cstring -p aa f b
    holds f 'bXbX\x00\x00\x00bXq\x00\x00'
}

@test "--cstring: strings of each length up to 80, against Python" {
    python3 - <<'END'
open("f", "wb").write(b"".join(b"x" * (n % 7) + b"old" + b"y" * n + b"\0" for n in range(80)))
open("g", "wb").write(b"".join(b"x" * (n % 7) + b"n" + b"y" * n + b"\0\0\0" for n in range(80)))
END
    mmtool splice -a --cstring -p old f n
    cmp f g
}

@test "--cstring refuses a longer replacement and a string without end" {
    make f 'abc\x00'
    refuses 'nothing was changed' mmtool splice --cstring -p ab f abcd
    holds f 'abc\x00'
    make f 'abc'
    refuses 'no NUL' mmtool splice --cstring -p ab f a
    make g 'abcd\x00'
    refuses 'the match at 2 passes the NUL at 4' mmtool splice -ax --cstring -p 6162 -p 636400 g 78
    holds g 'abcd\x00'
    holds f abc
}

@test "a path that is built into a program, and the program still runs" {
    cp /bin/ls ls
    ./ls --help | grep -q '^Usage: ' || skip "this ls has another help"
    mmtool splice --cstring -p 'Usage: %s [OPTION]... [FILE]...' ls 'Use: %s'
    ./ls --help | grep -q '^Use: ./ls$'
    [ "$(size_of ls)" -eq "$(size_of /bin/ls)" ]
}

@test "as sed does it, in a megabyte: shorter, longer and as long" {
    head -c 1000000 /dev/urandom | od -An -tx1 >g
    for new in '' Z ZZ ZZZZZZZ; do
        cp g f
        mmtool splice -a -p a7 f "$new"
        cmp f <(sed "s/a7/$new/g" g)
    done
}

@test "matches at the very start and the very end" {
    make f 'abXab'
    mmtool splice -a -p ab f '<>()'
    holds f '<>()X<>()'
    mmtool splice -a -p '<>()' f ''
    holds f X
}

@test "holes stay holes" {
    zeros f 1G
    mmtool write f 500M needle
    mmtool write f -6 needle
    mmtool splice -a -p needle f pins
    [ "$(size_of f)" -eq 1073741820 ]
    [ "$(stat -c %b f)" -lt 10000 ]
    prints '1073741816\n' mmtool rfind f pins
    prints '524288000\n' mmtool find f pins
}

@test "-E: \1 to \9 in DATA are the groups, \0 the match, \\\\ a backslash" {
    printf 'key1=val1\nkey2=val2\n' >f
    # shellcheck disable=SC1003 # it ends in backslashes
    mmtool splice -E -a -p '([a-z]+)([0-9])=(\w+)' f '\3:\1-\2(\0)\\'
    holds f 'val1:key-1(key1=val1)\\\nval2:key-2(key2=val2)\\\n'
}

@test "a hole between two patches stays a hole" {
    zeros f 50M
    for ((at = 0; at < 5000; at++)); do
        echo "$((at * 8192)) 000000000000 \"needle\""
    done >script
    mmtool splice --edits=script f
    mmtool splice -a -p needle f pinned
    [ "$(mmtool find -c f pinned)" -eq 5000 ]
    [ "$(stat -c %b f)" -lt 60000 ] # half of 40 MiB, and a little
}

@test "patches far fewer than bytes touch no other byte" {
    python3 -c 'print("x" * 4000 + "needle" + "y" * 4000 + "needle")' >f
    need strace
    ASAN_OPTIONS=detect_leaks=0 strace -o calls -e trace=pwrite64 "$MMTOOL" splice --no-journal -a -p needle f pinned
    # what each call that wrote to the file returned
    [ "$(grep -c ' = 6$' calls)" -eq 2 ]
    [ "$(mmtool find -c f pinned)" -eq 2 ]
}

@test "-E: a group that took no part is nothing" {
    make f 'ab b'
    mmtool splice -E -a -p '(a)?b' f '<\1>'
    holds f '<a> <>'
}

@test "-E: a group that does not exist is an error, not nothing" {
    make f 'red green'
    usage_error '3, but the expression has 1 group' mmtool splice -aE -p '(r)ed' f '\3'
    usage_error '1, but the expression has 0 groups' mmtool splice -aE -p 'red' f '\1'
    holds f 'red green'
}

@test "-E: DATA has the expression's escapes, with groups, without, and for plain strings" {
    make f 'a1b22c'
    mmtool splice -E -a -p '[0-9]+' f '\n'
    holds f 'a\nb\nc'
    mmtool splice -E -a -p '\n' f '\t\r\a\f\v\x00\xff\\n'
    holds f 'a\t\r\a\f\v\x00\xff\\nb\t\r\a\f\v\x00\xff\\nc'
    make f 'john smith\n'
    mmtool splice -E -p '([a-z]+) ([a-z]+)' f '\2,\n\1' '\x21'
    holds f 'smith,\njohn!\n'
    mmtool splice -aE -p smith -p john f '<\0\t\0>'
    holds f '<smith\tsmith>,\n<john\tjohn>!\n'
}

@test "-E: nothing else may stand behind a backslash in DATA" {
    make f abc
    for byte in b d w s e u B A z q N X . / '&' '"' '*' ' ' $'\n' $'\xc3\xa9'; do
        usage_error 'is not an escape (with --regex: ' mmtool splice -E -p b f "\\$byte"
        usage_error ' at column 4 of DATA' mmtool splice -E -p '(b)' f "\\1x\\$byte"
    done
    usage_error 'two hex digits' mmtool splice -E -p b f '\x4'
    # shellcheck disable=SC1003 # it ends in a backslash
    usage_error 'ends the text' mmtool splice -E -p b f 'x\'
    holds f abc
}

@test "-E: a constant DATA may be repeated, and --from is raw bytes" {
    make f abc
    make d '\\0\\n'
    mmtool splice -E -p b f '\t' --repeat=3
    holds f 'a\t\t\tc'
    mmtool splice -E -p '\t+' f -f d
    holds f 'a\\0\\nc'
}

@test "DATA of a plain pattern has no escapes" {
    make f abc
    mmtool splice -p b f '\n\0'
    holds f 'a\\n\\0c'
}

@test "-E: groups as sed has them, in a megabyte" {
    seq 1 150000 >g
    cp g f
    mmtool splice -E -a -p '([0-9])([0-9])$' f '\2\1'
    cmp f <(sed -E 's/([0-9])([0-9])$/\2\1/' g)
}

@test "-E with --pad and --cstring keeps the layout" {
    make f 'x=12\0 y=3456\0'
    mmtool splice -E -a --cstring -p '=([0-9])[0-9]*' f ':\1'
    holds f 'x:1\0\0 y:3\0\0\0\0'
    make f 'a123b'
    mmtool splice -E --pad=0x2d -p '([0-9])[0-9]+' f '\1'
    holds f 'a1--b'
}

@test "-E: --repeat and groups do not go together" {
    make f 'abc'
    usage_error 'repeat' mmtool splice -E --repeat=2 -p '(b)' f '\1\1'
    holds f 'abc'
}
