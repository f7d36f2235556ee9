# flush: writes what is dirty to disk and waits.

# shellcheck disable=SC2154 # bats sets stderr, the helper source_root
# shellcheck disable=SC2094 # what is read in a pipeline here is not what is written
load helper

@test "flush of a file changes none of its bytes" {
    letters f 100000
    cp f g
    prints '' mmtool flush f
    cmp f g
}

@test "any range: page alignment is not the user's work" {
    letters f 10000
    for range in 1:2 4095:4097 9999: -1: 5+0 : end 10000; do
        prints '' mmtool flush f "$range"
    done
}

@test "a range that is not wholly inside the file is refused" {
    letters f 10000
    refuses 'size 10000' mmtool flush f 0:10001
    refuses 'size 10000' mmtool flush f 10001
    refuses 'size 10000' mmtool flush f -10001:5
    refuses '' mmtool flush f 5:4
}

@test "--async does not wait, --invalidate drops stale copies" {
    letters f 10000
    prints '' mmtool flush --async f
    prints '' mmtool flush --invalidate f
    prints '' mmtool flush --async --invalidate f 1:2
    cmp f <(yes abcdefghi | head -c 10000)
}

@test "an empty file" {
    make f ''
    prints '' mmtool flush f
    prints '' mmtool flush f 0:0
    refuses '' mmtool flush f 0:1
}

@test "a file that one may only read" {
    letters f 10000
    chmod 444 f
    need_stranger
    prints '' as_stranger "$MMTOOL" flush f
}

@test "standard input, missing files, directories are refused" {
    usage_error 'standard input' mmtool flush - </dev/null
    refuses 'no such file' mmtool flush nosuch
    refuses 'it is a directory' mmtool flush .
}

@test "one range at most" {
    make f abc
    usage_error 'one operand too many' mmtool flush f : :
}

@test "the end of a file of 10 TiB" {
    zeros f 10T
    mmtool write f -3 abc
    prints '' mmtool flush f -3:
}

# waiting FILE [RANGE]: the bytes before and after that flush -v tells, with an A between them.
waiting() {
    mmtool flush -v "$@" 2>&1 | sed -n 's/^.*: waiting to be written: \([0-9]*\) bytes* before, \([0-9]*\) after.*/\1A\2/p'
}

# Whether a file's bytes can be seen to wait, and to be written by others.
need_dirty() {
    local state
    letters probe 10000
    state=$(waiting probe)
    [ -n "$state" ] || skip "this system does not tell what waits to be written"
    sync probe
    [[ $state == [1-9]* && $(waiting probe) == 0A0 ]] || skip "this file system has no disk"
}

@test "-v says what waited to be written, or that the system does not tell" {
    letters f 100000
    run -0 --separate-stderr mmtool flush -v f
    [ -z "$output" ]
    [[ $stderr == "mmtool: flush: f: waiting to be written: "* ]]
    [[ $stderr == *"does not tell"* || $stderr == *": "[0-9]*" bytes before, "*" after (of 100000)" ]]
}

@test "nothing waits behind a flush, be it of a range or of all" {
    need_dirty
    page=$(getconf PAGESIZE)
    letters f $((16 * page))
    [ "$(waiting f)" = $((16 * page))A0 ]
    [ "$(waiting f)" = 0A0 ]
    mmtool write f 5 X
    [[ $(waiting f $((page - 1))+2) == [1-9]*A0 ]]
    mmtool write f $((8 * page)) Y
    [[ $(waiting --invalidate f) == [1-9]*A0 ]]
}

@test "a flush by someone who may only read the file" {
    need_dirty
    letters f 100000
    chmod 444 f
    need_stranger
    as_stranger "$MMTOOL" flush f
    [[ $(waiting f) == 0A* ]]
}

@test "--async starts the writing" {
    need_dirty
    letters f 100000
    mmtool flush --async f
    for _ in $(seq 50); do
        [[ $(waiting --async f) != 0A* ]] || return 0
        sleep 0.1
    done
    false
}

@test "--flush behind an edit" {
    need_dirty
    letters f 100000
    mmtool write --flush f 5 X
    [[ $(waiting f) == 0A* ]]
}
