# Patterns from files: --patterns-from, and --from of find and rfind.

# shellcheck disable=SC2094 # what is read in a pipeline here is not what is written
load helper

@test "--patterns-from: a match of any line, also with -p and --from" {
    make f 'one two three\nfour five six\n'
    make p 'two\nfive\nmissing'
    prints '4+3\n19+4\n' mmtool find -ar --patterns-from=p f
    prints '19+4\n4+3\n' mmtool rfind -ar --patterns-from=p f
    prints '0+3\n4+3\n' mmtool find -ar --patterns-from=p -p one f :10
    make w 'x\n'
    prints '4+3\n19+4\n22+3\n' mmtool find -ar --overlapping --patterns-from=p -p 'e s' f
    prints '4\n17\n19\n26\n' mmtool find -a --patterns-from=p -f w -p 'r ' f 1:
}

@test "--patterns-from: the longest line that matches, whatever their order; lines twice" {
    make f 'abcd'
    make p 'ab\nabc\nab\nbcd\nabc\n'
    prints '0+3\n' mmtool find -ar --patterns-from=p f
    prints '0+3\n1+3\n' mmtool find -r --overlapping --patterns-from=p f
}

@test "--patterns-from: each line in its TYPE" {
    make f '\x01\x02\x03\x04\nA\x00B\x00'
    make p '01 0?\n04'
    prints '0+2\n3+1\n' mmtool find -ax -r --patterns-from=p f
    make p '513\n1027'
    prints '0+2\n2+2\n' mmtool find -a -t u16le -r --patterns-from=p f
    make p 'b'
    prints '7+2\n' mmtool find -i -t utf16le -r --patterns-from=p f
    make p '\\n\n\\x02'
    prints '1\n4\n' mmtool find -ae --patterns-from=p f
}

@test "--patterns-from: NUL and carriage return are bytes like others" {
    make f 'a\0b\ra\0\0b'
    make p 'a\0b\nb\r'
    prints '0+3\n' mmtool find -ar --patterns-from=p f
    prints '2+2\n' mmtool find -ar --patterns-from=<(printf 'b\r\n') f
    prints '4+3\n' mmtool find -aer --patterns-from=<(printf 'a\0\\0\n') f
    prints '5+2\n' mmtool find -t utf16be -r --patterns-from=<(printf '\0') f
    usage_error ':1: a NUL byte is not written as hex' mmtool find -x --patterns-from=<(printf '00\0') f
}

@test "--patterns-from: an empty line matches everywhere, as in grep -f; no line matches nothing" {
    make f 'one\ntwo\n\n'
    make p 'two\n\n'
    [ "$(mmtool find -cl --patterns-from=p f)" -eq "$(grep -cFf p f)" ]
    prints '0+0\n1+0\n2+0\n' mmtool find -m3 -r --patterns-from=p f
    : >none
    says_no mmtool find -a --patterns-from=none f
    says_no mmtool rfind -E --patterns-from=none f
    run -1 mmtool find -c --patterns-from=none f
    [ "$output" = 0 ]
    says_no mmtool splice -a --patterns-from=none f x
    usage_error 'p:2: an empty pattern' mmtool splice -a --patterns-from=p f x
    usage_error 'p:2: an empty pattern' mmtool splice -aE --patterns-from=p f x
    usage_error ':1: an empty operand' mmtool find -t u8 --patterns-from=<(echo) f
    make p 'o\n\n'
    prints '0+1\n1+0\n2+0\n' mmtool find -m3 -Er --patterns-from=p f
}

@test "--patterns-from: a bad line is named, and where in it" {
    make f a
    make p '00\n\n0x'
    usage_error 'find: p:3: no hex digits' mmtool find -x --patterns-from=p f
    make p 'a\n(b\n'
    usage_error 'p:2: regular expression, character 1' mmtool find -E --patterns-from=p f
    usage_error '-:1: "q"' mmtool find -x --patterns-from=- f <<<q
    refuses 'patterns-from=missing' mmtool find --patterns-from=missing f
    usage_error 'given twice' mmtool find --patterns-from=p --patterns-from=p f
}

@test "--patterns-from -E: each line is an expression" {
    make f 'one two three'
    make p 't[a-z]o\n(?i)O(n|x)e'
    prints '0+3\n4+3\n' mmtool find -aEr --patterns-from=p f
    prints '4+3\n' mmtool rfind -Er --patterns-from=p f
}

@test "--patterns-from=-, a FIFO, a pipe: read before FILE is opened" {
    make f 'one two three'
    prints '4\n' mmtool find --patterns-from=- f < <(echo two)
    mkfifo lines
    { sleep 0.2; mmtool write f 0 tub; echo tub; } >lines &
    prints '0\n' mmtool find --patterns-from=lines f
    wait
    usage_error 'FILE and --patterns-from' mmtool find --patterns-from=- - <f
    usage_error 'from and --patterns-from' mmtool splice --from=- --patterns-from=- f <f
}

@test "--patterns-from of a stream that is searched" {
    make p 'two\nthree'
    prints '4+3\n8+5\n' mmtool find -ar --patterns-from=p - < <(printf 'one two three')
    prints '2:two\n' mmtool find -l --patterns-from=p - < <(printf 'a\ntwo\n')
}

@test "--patterns-from: splice replaces what matches any line" {
    make f 'one two three\n'
    make p 'one\nthree'
    mmtool splice -a --patterns-from=p f 4
    holds f '4 two 4\n'
    mmtool splice -E --patterns-from=<(echo 't(.)o') f '<\1>'
    holds f '4 <w> 4\n'
    make data 'DATA'
    mmtool splice --patterns-from=<(echo '<w>') --from=data f
    holds f '4 DATA 4\n'
    mmtool splice -a --patterns-from=- --delete f <<<4
    holds f ' DATA \n'
}

@test "--patterns-from in scripts, of an atomic one too" {
    make f 'one two three\n'
    make p 'two'
    prints '4\ntwo' mmtool run f -c 'find --patterns-from=p' -c 'read match'
    mkfifo lines
    printf 'one\n' >lines &
    mmtool run --atomic f -c 'splice --patterns-from=lines f1' -c 'splice --patterns-from=p f2' </dev/null
    holds f 'f1 f2 three\n'
    refuses 'the script itself' mmtool run f < <(echo 'find --patterns-from=-')
}

@test "--patterns-from: 20,000 lines are found as by grep" {
    awk 'BEGIN { srand(4); for (i = 0; i < 20000; i++) printf "%d%c\n", rand() * 1e6, 97 + rand() * 26 }' >p
    awk 'BEGIN { srand(5); for (i = 0; i < 20000; i++) printf "%d%c %d\n", rand() * 1e6, 97 + rand() * 26, i }' >f
    [ "$(mmtool find -cl --patterns-from=p f)" -eq "$(grep -cFf p f)" ]
    cmp <(mmtool find -al --patterns-from=p f) <(grep -bFf p f)
}

@test "-f: PATTERN is the bytes of a file, of any length" {
    head -c 1M /dev/urandom >big
    { printf 'ab'; cat big; printf 'c'; } >f
    prints '2+1048576\n' mmtool find -r -f big f
    prints '2+1048576\n' mmtool rfind -r --from=big f
    prints '2+1048576\n' mmtool find -r -f - f <big
    prints '7+5\n' mmtool find -r -f big@5:10 f
    prints '2\n' mmtool find -f big - < <(cat f)
    prints '1048578\n' mmtool find -f <(printf c) f 1048578:
}

@test "-f: a PATTERN longer than FILE is not found" {
    make f 'one two'
    make p 'one two three'
    says_no mmtool find -f p f
    prints '4\n' mmtool find -f p -p two f
    says_no mmtool find -f p --window=0:4 f
    prints '0\n' mmtool find -E -f <(printf 'one (two|three)') f
    prints '0\n' mmtool find -f p - < <(cat p)
}

@test "-f: a PATTERN longer than FILE takes no memory" {
    ! grep -qa __asan_init "$MMTOOL" || skip "a sanitizer reserves terabytes"
    make f 'one two'
    truncate -s 1G big
    (ulimit -v 400000 && says_no mmtool find -f big f)
    (ulimit -v 400000 && says_no mmtool rfind -f big f)
}

@test "-f: with -i, with -E, with --sorted, with -p" {
    make f 'One Two\ntWO\n'
    make p 'two'
    prints '4\n8\n' mmtool find -ai -f p f
    prints '0\n4\n8\n' mmtool find -ai -f p -p one f
    prints '8+3\n' mmtool find -aEr -f <(printf '(?i)t.O$') f 5:
    make s 'a\nc\ne\n'
    make p c
    prints '2\n' mmtool find --sorted -f p s
    usage_error 'one PATTERN' mmtool find --sorted -f p -p c s
    usage_error 'one PATTERN' mmtool find --sorted --patterns-from=p s
    : >none
    prints '0+0\n' mmtool find -r -f none f
    usage_error 'only stand alone' mmtool find -f none -p a f
}

@test "-f: FILE itself, by a range; operands are then RANGE" {
    make f 'header..header..'
    prints '0\n8\n' mmtool find -a -f f@0:6 f
    prints '8\n' mmtool find -f f@0:6 f 1:
    usage_error 'too many' mmtool find -f f@0:6 f 1: 2:
    prints '8\n' mmtool run f -c 'find -f f@0:6 1:'
}

@test "-f goes with no TYPE that nothing is written in" {
    make f 'ab'
    usage_error '--patterns-from' mmtool find -x -f f f
    usage_error 'FILE and --from' mmtool find -f - - <f
    prints '0\n' mmtool find -x -f f -p 62 f
}
