# shellcheck disable=SC2016 # in quotes the inner shell expands
# find and rfind: the same results in the same order whatever the threads; results at once.

load helper

many() {
    head -c 6000000 /dev/urandom | od -An -tx1 >f
}

@test "results do not depend on the number of threads" {
    many
    for pattern in 'a7 ' '0' '00 00' ' 1'; do
        for command in find rfind; do
            mmtool "$command" -a --threads=1 f "$pattern" >one
            for threads in 2 3 8 1000; do
                cmp one <(mmtool "$command" -a --threads="$threads" f "$pattern")
            done
            [ "$(mmtool "$command" -c f "$pattern")" -eq "$(wc -l <one)" ]
        done
    done
}

@test "matches that overlap at every border, whatever the threads" {
    head -c 9000001 /dev/zero | tr '\0' a >f
    for threads in 1 2 5; do
        prints '3000000\n' mmtool find -c --threads=$threads f aaa
        prints '8999999\n' mmtool find -c --overlapping --threads=$threads f aaa
        prints '1285714\n' mmtool rfind -c --threads=$threads f aaaaaaa
        prints '1\n' mmtool rfind -m1 --threads=$threads f "$(printf 'a%.0s' {1..7})" 1:8
    done
}

@test "--threads takes a number from 1 on" {
    make f a
    prints '0\n' mmtool find --threads=1 f a
    usage_error thread mmtool find --threads=0 f a
    usage_error threads mmtool find --threads=x f a
}

@test "a reader that takes the first line and leaves ends the search" {
    head -c 50000000 /dev/zero | tr '\0' a >f
    result=$(timeout 60 "$MMTOOL" find -a f a | head -n 1)
    [ "$result" = 0 ]
    result=$(timeout 60 "$MMTOOL" rfind -a f a | head -n 1)
    [ "$result" = 49999999 ]
}

@test "a reader that leaves ends a search that finds nothing more" {
    need timeout
    zeros f 10T
    mmtool write f 100 first
    for threads in 1 3; do
        run -0 timeout 30 bash -c '"$MMTOOL" find -aE --threads='"$threads"' f "first|\x00x" | head -n 1'
        [ "$output" = 100 ]
    done
}

@test "the first result comes while the search goes on" {
    need timeout
    zeros f 100T
    mmtool write f 100 first
    # Zeros match this expression, so that the search goes through the hole and takes for ever.
    mkfifo out
    timeout 30 "$MMTOOL" find -aE f 'first|\x00x' >out &
    read -r line <out
    [ "$line" = 100 ]
    may_fail kill $!
}

@test "the first match in a large file is found without reading on" {
    need strace
    head -c 30000000 /dev/zero | tr '\0' a >f
    ASAN_OPTIONS=detect_leaks=0 strace -f -e trace=pread64,read -o trace "$MMTOOL" find f a >first
    holds first '0\n'
    run ! grep -q ', [0-9]*, [1-9][0-9]\{5,\}) = ' trace
    ASAN_OPTIONS=detect_leaks=0 strace -f -e trace=pread64 -o trace "$MMTOOL" rfind f a >last
    holds last '29999999\n'
    [ "$(grep -c '"aaa' trace)" -le 2 ]
}

@test "an absent pattern in a sparse file: holes are not walked" {
    zeros f 10T
    for command in find rfind; do
        run -1 timeout 10 "$MMTOOL" "$command" f absent
    done
    mmtool write f 3T middle
    prints '3298534883328\n' timeout 10 "$MMTOOL" find f middle
    prints '3298534883328\n' timeout 10 "$MMTOOL" rfind f middle
    prints '3298534883326\n' timeout 10 "$MMTOOL" rfind -e f '\0\0mid'
}

@test "many small holes" {
    zeros f 4M
    for ((i = 0; i < 4194304; i += 65536)); do
        mmtool write f "$i" "x$i"
    done
    mmtool find -ar f x >forward
    [ "$(wc -l <forward)" -eq 64 ]
    cmp <(tac forward) <(mmtool rfind -ar f x)
}

@test "standard input: a file and a pipe" {
    make f 'one two two'
    prints '4\n' mmtool find - two <f
    prints '8\n' mmtool rfind - two <f
    prints '4\n8\n' sh -c 'cat f | "$0" find -a - two' "$MMTOOL"
    prints '8\n4\n' sh -c 'cat f | "$0" rfind -a - two' "$MMTOOL"
    prints '4\n' sh -c 'cat f | "$0" find -E - "t.o"' "$MMTOOL"
    prints '0:one two two\n' sh -c 'cat f | "$0" find -l - two' "$MMTOOL"
}

@test "--progress=always shows a bar on stderr, never and a file do not" {
    head -c 3000000 /dev/zero >f
    run -1 --separate-stderr mmtool find --progress=always f absent
    [[ $stderr == *'find f: ['*%*'left'* ]]
    run -1 --separate-stderr mmtool find --progress=never f absent
    [ -z "$stderr" ]
    run -1 --separate-stderr mmtool find f absent
    [ -z "$stderr" ]
    usage_error progress mmtool find --progress=maybe f absent
}

@test "the bar fits beside the last column of the window, however narrow" {
    need_terminal
    local columns
    head -c 3000000 /dev/zero >f
    for columns in 8 30 48 80 200; do
        on_terminal "stty cols $columns; '$MMTOOL' find --progress=always f absent; true" >bar
        tr '\r' '\n' <bar | sed 's/\x1b\[J//g' >lines
        grep -q % lines
        run ! grep -E "^.{$columns}" lines
    done
}
