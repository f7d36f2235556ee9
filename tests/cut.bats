# Files that another program cuts short while mmtool reads, searches or edits them.

# shellcheck disable=SC2154 # bats sets stderr, the helper source_root
# shellcheck disable=SC2094 # what is read in a pipeline here is not what is written
load helper

# The results of COMMAND go to a FIFO that nobody reads, so that it stops in the middle; the file f
# is then cut to SIZE, and COMMAND goes on. Status and messages are left in $status and `errors`.
while_cut() {
    local size=$1
    shift
    mkfifo results
    "$@" >results 2>errors 3>&- &
    local running=$!
    exec 7<results
    head -c 1 <&7 >first
    truncate -s "$size" f
    cat <&7 >rest
    exec 7<&-
    status=0
    wait "$running" || status=$?
    cat errors
}

@test "read of a file that is cut short meanwhile: a message and status 2, no crash" {
    letters f 8000000
    while_cut 1000 mmtool read f
    [ "$status" -eq 2 ]
    grep -q '^mmtool: read: f: .*cut short.*size was 8000000, is 1000' errors
    [ "$(wc -l <errors)" -eq 1 ]
}

# A search that holds no lock waits for the reader of its results, and so is in its middle here.

@test "find of a file that is cut short meanwhile" {
    letters f 8000000
    while_cut 1000 mmtool find --ignore-journal -a f a
    [ "$status" -eq 2 ]
    grep -q '^mmtool: find: f: .*cut short' errors
}

@test "rfind of a file that is cut short meanwhile" {
    letters f 8000000
    while_cut 1000 mmtool rfind --ignore-journal -a f a
    [ "$status" -eq 2 ]
    grep -q '^mmtool: rfind: f: .*cut short' errors
}

@test "find of a file with holes that is cut short meanwhile: not taken for one more hole" {
    zeros f 64M
    letters part 1000000
    mmtool write --from=part f 0
    mmtool write --from=part f 32M
    while_cut 1000000 mmtool find --ignore-journal -a f a
    [ "$status" -eq 2 ]
    grep -q '^mmtool: find: f: .*cut short' errors
}

# So large, and written in such steps, that it is searched through views of the cache.
@test "find of a large file that is cut short meanwhile: what was found is told once" {
    for size in 60000000 90000001; do
        for options in -a -aE; do
            {
                head -c 24M /dev/zero
                yes "$(printf '%01000d' 7)" | head -c 100M
            } | dd of=f bs=8M iflag=fullblock status=none
            while_cut "$size" mmtool find --ignore-journal "$options" f 7
            [ "$status" -eq 2 ]
            grep -q "^mmtool: find: f: .*cut short.*is $size)" errors
            cat first rest >found
            cmp found <(sort -nu found)
            [ "$(wc -l <found)" -gt 10000 ]
            rm results
        done
    done
}

@test "DATA from a file that is cut short meanwhile" {
    letters f 8000000
    while_cut 1000 mmtool read f 0:8000000
    [ "$status" -eq 2 ]
}

@test "splice in a file that another program cuts before the edit: the file as it is when it is locked" {
    letters f 1000000
    mkfifo data
    "$MMTOOL" splice --from=data f 10+0 3>&- &
    running=$!
    exec 7>data
    truncate -s 5000 f
    cp f g
    printf new >&7
    exec 7>&-
    wait "$running"
    cmp f <(head -c 10 g; printf new; tail -c +11 g)
}
