# FILE - is standard input: a pipe, a file, or closed.

# shellcheck disable=SC2154 # bats sets stderr, the helper source_root
# shellcheck disable=SC2094 # what is read in a pipeline here is not what is written
load helper

@test "- reads and searches a pipe" {
    [ "$(printf 'one two' | mmtool read - 4:)" = two ]
    [ "$(printf 'one two two' | mmtool find - two)" = 4 ]
    [ "$(printf 'one two two' | mmtool rfind -ar - two)" = $'8+3\n4+3' ]
    [ "$(printf 'a\nb\nc\n' | mmtool read -l-1 -)" = c ]
    [ "$(printf 'one' | mmtool read - -2:)" = ne ]
}

@test "a stream is read no further than a range that ends" {
    [ -c /dev/zero ] || skip "there is no /dev/zero"
    run -0 timeout 10 "$MMTOOL" read -x /dev/zero 0+5
    [ "$output" = 0000000000 ]
    run -0 timeout 10 "$MMTOOL" read -x /dev/zero 2:4
    [ "$output" = 0000 ]
    run -0 timeout 10 "$MMTOOL" find -x /dev/zero 00 7:9
    [ "$output" = 7 ]
    run -0 timeout 10 "$MMTOOL" rfind -x -p 00 /dev/zero :9
    [ "$output" = 8 ]
    run -0 timeout 10 "$MMTOOL" read -x --window=2:5 /dev/zero
    [ "$output" = 000000 ]
    run -0 timeout 10 "$MMTOOL" read -x --window=2: /dev/zero 1+2
    [ "$output" = 0000 ]
    make f abcdef
    timeout 10 "$MMTOOL" write --from=/dev/zero@3+2 f 1
    holds f 'a\x00\x00def'
    timeout 10 "$MMTOOL" splice --from=/dev/zero@:1 f 0:5
    holds f '\x00f'
}

@test "what a stream gives behind the range stays for the next reader" {
    printf 'one two three' >text
    { mmtool read - :4; cat; } < <(cat text) >out
    cmp out text
    prints 'wo ' mmtool read --window=5: - 0+3 < <(cat text)
}

@test "a range of a stream is that of a file of the same bytes" {
    printf '0123456789' >text
    for range in 3 3: :3 3:7 3+4 -3 -3:8 2:-2 -5+2 end : 20 20: 5:20 0:0; do
        prints "$(mmtool read text "$range")" mmtool read - "$range" < <(cat text)
        prints "$(mmtool find text '' "$range")\\n" mmtool find - '' "$range" < <(cat text)
    done
    prints '' mmtool read - 7:3 < <(cat text)
    says_no mmtool find - '' 7:3 < <(cat text)
    for window in 3:7 3: -3: 2:-2 3+4; do
        prints "$(mmtool read --window="$window" text 1:3)" mmtool read --window="$window" - 1:3 < <(cat text)
    done
    refuses 'size 10' mmtool read --window=3:11 - < <(cat text)
    printf 'one\ntwo\n' >text
    prints 'one\n' mmtool read -L - 0:1 < <(cat text)
    prints '0:one\n' mmtool find -l - o 0:1 < <(cat text)
}

@test "a request that is wrong anyhow does not wait for a stream's end" {
    [ -c /dev/zero ] || skip "there is no /dev/zero"
    run -2 timeout 10 "$MMTOOL" read /dev/zero 5x
    run -2 timeout 10 "$MMTOOL" find /dev/zero
}

@test "a stream that does not fit in memory: a message" {
    [ -c /dev/zero ] || skip "there is no /dev/zero"
    grep -q __asan_init "$MMTOOL" && skip "a sanitizer needs the address space for itself"
    without_memory() { (ulimit -v 300000 && exec "$MMTOOL" "$@"); }
    refuses 'out of memory' without_memory rfind -x /dev/zero 01
}

@test "- is a file when standard input is one" {
    letters f 1000000
    prints '5\n' mmtool find - f <f
    prints '999995\n' mmtool rfind - f <f
}

@test "- is all of the file, wherever its reader stands" {
    make f 'one two'
    { head -c 4 >/dev/null; mmtool find - two; } <f >out
    holds out '4\n'
}

@test "- of a pipe larger than any buffer, and of an empty one" {
    letters f 3000000
    mmtool read - < <(cat f) >out
    cmp f out
    prints '' mmtool read - </dev/null
    : | prints '' mmtool read -
    : | says_no mmtool find - x
}

@test "- with standard input closed" {
    without_input() { mmtool "$@" <&-; }
    run -2 --separate-stderr without_input read -
    [ "$stderr" = 'mmtool: read: -: standard input is closed' ]
}

@test "- is refused where bytes are changed, and by flush and info" {
    for line in 'write:0:x' 'move:0:0+1' 'resize:5' 'splice:0+0:x' 'advise:normal' flush info; do
        IFS=: read -ra words <<<"$line"
        usage_error 'standard input' mmtool "${words[0]}" - "${words[@]:1}" </dev/null
    done
}

@test "a file named - is ./-" {
    make ./- abc
    mmtool write ./- 0 x
    prints xbc mmtool read ./-
}
