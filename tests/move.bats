# move: copies bytes within a file, as memmove does.

# shellcheck disable=SC2154 # bats sets stderr, the helper source_root
# shellcheck disable=SC2094 # what is read in a pipeline here is not what is written
load helper

@test "move copies RANGE to DEST; the source stays" {
    make f 0123456789
    prints '' mmtool move f 0 7:10
    holds f 7893456789
}

@test "overlapping, to the right and to the left" {
    make f 0123456789
    mmtool move f 2 0:8
    holds f 0101234567
    make f 0123456789
    mmtool move f 0 2:10
    holds f 2345678989
}

@test "by one byte, in megabytes, both ways" {
    head -c 3000000 /dev/urandom >f
    cp f g
    mmtool move f 1 0:-1
    cmp f <(head -c 1 g; head -c -1 g)
    cp g f
    mmtool move f 0 1:
    cmp f <(tail -c +2 g; tail -c 1 g)
}

@test "overlapping by every distance near a buffer's size" {
    head -c 1000000 /dev/urandom >g
    for distance in 4096 65536 262143 262144 262145 524288; do
        cp g f
        mmtool move f "$distance" "0:-$distance"
        cmp f <(head -c "$distance" g; head -c "-$distance" g)
    done
}

@test "positions from the end" {
    make f 0123456789
    mmtool move f -3 0+3
    holds f 0123456012
    mmtool move f 0 -2:
    holds f 1223456012
}

@test "A as a range is from A to the end" {
    make f 0123456789
    mmtool move f 0 7
    holds f 7893456789
}

@test "an empty range is nothing to do, at the end too" {
    make f 0123
    mmtool move f 0 2:2
    mmtool move f end 0+0
    mmtool move f 4 4:
    holds f 0123
}

@test "a source that is not wholly inside the file is refused" {
    make f 0123
    refuses 'passes the end (size 4)' mmtool move f 0 2:5
    refuses 'passes the end (size 4)' mmtool move f 0 2+3
    refuses '' mmtool move f 0 -5:
    refuses '' mmtool move f 0 3:2
    holds f 0123
}

@test "a destination that is not wholly inside the file is refused" {
    make f 0123
    refuses '3 bytes at 2 pass the end (size 4)' mmtool move f 2 0:3
    refuses 'pass the end (size 4)' mmtool move f 5 0:0
    refuses 'before the start' mmtool move f -5 0:1
    refuses '' mmtool move f 9223372036854775807 0:4
    holds f 0123
}

@test "DEST is a position, not a range" {
    make f 0123
    refuses 'is not a position' mmtool move f 0:1 2:3
    holds f 0123
}

@test "onto itself" {
    make f 0123
    mmtool move f 1 1:3
    holds f 0123
}

@test "two operands, no more, no less" {
    make f 0123
    usage_error 'operand is missing' mmtool move f 0
    usage_error 'one operand too many' mmtool move f 0 1:2 3
}

@test "an empty file" {
    make f ''
    mmtool move f 0 :
    refuses '' mmtool move f 0 0+1
}
