# resize: cuts or grows a file.

# shellcheck disable=SC2154 # bats sets stderr, the helper source_root
# shellcheck disable=SC2094 # what is read in a pipeline here is not what is written
load helper

@test "resize cuts" {
    make f 0123456789
    prints '' mmtool resize f 4
    holds f 0123
}

@test "resize grows with zeros" {
    make f 01
    mmtool resize f 5
    holds f '01\x00\x00\x00'
}

@test "to the same size, to nothing, from nothing" {
    make f 0123
    mmtool resize f 4
    holds f 0123
    mmtool resize f 0
    holds f ''
    mmtool resize f 2
    holds f '\x00\x00'
}

@test "+N and -N are relative to the present size" {
    make f 0123
    mmtool resize f +2
    holds f '0123\x00\x00'
    mmtool resize f -3
    holds f 012
    mmtool resize f +0
    mmtool resize f -0
    holds f 012
}

@test "suffixes" {
    make f 0123
    mmtool resize f 1M
    [ "$(size_of f)" -eq 1048576 ]
    mmtool resize f +1kB
    [ "$(size_of f)" -eq 1049576 ]
    mmtool resize f -1MiB
    [ "$(size_of f)" -eq 1000 ]
    mmtool resize f 0x10
    [ "$(size_of f)" -eq 16 ]
}

@test "more than there is cannot be cut off" {
    make f 0123
    refuses 'size 4' mmtool resize f -5
    holds f 0123
}

@test "a size that no file can have is refused" {
    make f 0123
    refuses 'too large' mmtool resize f 9223372036854775808
    refuses 'too large' mmtool resize f 8E
    refuses '' mmtool resize f +9223372036854775807
    refuses '' mmtool resize f 9223372036854775807
    holds f 0123
}

@test "what is no size is refused" {
    make f 0123
    for size in '' x + - 1x +-1 end 1:2 0x 1.5 1KK; do
        refuses '' mmtool resize f -- "$size"
    done
    holds f 0123
}

@test "what was cut off does not come back" {
    letters f 10000
    mmtool resize f 100
    mmtool resize f 10000
    cmp f <(head -c 100 <(letters /dev/stdout 100); head -c 9900 /dev/zero)
}

@test "growth is a hole" {
    zeros probe 1G
    make f 0123
    mmtool resize f 1G
    [ "$(size_of f)" -eq $((1 << 30)) ]
    [ "$(stat -c %b f)" -lt 1000 ]
}

@test "--allocate reserves the disk blocks" {
    make f 0123
    mmtool resize --allocate f 1M
    [ "$(size_of f)" -eq 1048576 ]
    [ "$(stat -c %b f)" -ge 2048 ]
    cmp f <(printf 0123; head -c 1048572 /dev/zero)
}

@test "--allocate when the size is too much: nothing changed" {
    make f 0123
    (
        ulimit -f 1024
        refuses 'larger than a file may be here' mmtool resize --allocate f 100M
    )
    holds f 0123
}

@test "past the limit of the process: a message, not a signal" {
    make f 0123
    (
        ulimit -f 1
        refuses 'larger than a file may be here' mmtool resize f 100M
    )
    holds f 0123
}

@test "past what the file system can hold: no limit of the process is named" {
    [ "$(ulimit -f)" = unlimited ] || skip "this process has a limit"
    make f 0123
    refuses '' mmtool resize f 9223372036854775807
    [[ $stderr != *ulimit* ]]
    holds f 0123
}

@test "a missing file is an error; --create makes it" {
    refuses 'no such file' mmtool resize new 5
    [ ! -e new ]
    mmtool resize --create new 5
    holds new '\x00\x00\x00\x00\x00'
}

@test "--create leaves no file behind when the size is refused" {
    refuses '' mmtool resize --create new -5
    refuses '' mmtool resize --create new x
    [ ! -e new ]
}

@test "one size, no more, no less" {
    make f 0123
    usage_error 'operand is missing: mmtool resize FILE SIZE|+N|-N' mmtool resize f
    usage_error 'one operand too many' mmtool resize f 1 2
    holds f 0123
}
