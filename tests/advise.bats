# advise: tells the system how bytes will be used.

# shellcheck disable=SC2154 # bats sets stderr, the helper source_root
# shellcheck disable=SC2094 # what is read in a pipeline here is not what is written
load helper

need_advice() {
    mmtool advise --list | grep -q "^$1 " || skip "this system has no advice $1"
}

@test "--list prints the advice of this system, without a FILE" {
    run -0 --separate-stderr mmtool advise --list
    [[ $output == *"normal "* ]]
    [[ $output == *"willneed "* ]]
    [[ $output == *"dontneed "* ]]
    [ -z "$stderr" ]
}

@test "--list says which destroy" {
    need_advice remove
    mmtool advise --list | grep '^remove ' | grep -q -- --force
    [ "$(mmtool advise --list | grep -c '^willneed .*--force')" -eq 0 ]
}

@test "an advice by its name, with or without MADV_, in any case" {
    letters f 10000
    for name in willneed WILLNEED WillNeed MADV_WILLNEED madv_willneed; do
        prints '' mmtool advise f "$name"
    done
}

@test "every harmless advice of the list is done or says why not; the bytes stay" {
    letters f 10000
    cp f g
    for name in $(mmtool advise --list | grep -v -- --force | cut -d ' ' -f 1); do
        run --separate-stderr mmtool advise f "$name"
        [ "$status" -eq 0 ] || [[ $status -eq 2 && $stderr == "mmtool: advise: f: "* ]]
    done
    cmp f g
}

@test "any range inside the file: page alignment is not the user's work" {
    letters f 10000
    for range in 1:2 0:1 4095:4097 9999: -1: 5000+0 : end; do
        prints '' mmtool advise f willneed "$range"
        prints '' mmtool advise f dontneed "$range"
    done
}

@test "a range that is not wholly inside the file is refused" {
    letters f 10000
    refuses 'size 10000' mmtool advise f willneed 0:10001
    refuses 'size 10000' mmtool advise f willneed 10001
    refuses '' mmtool advise f willneed 5:4
}

@test "an empty file has nothing to advise on" {
    make f ''
    prints '' mmtool advise f willneed
}

@test "a file that one may only read" {
    letters f 10000
    chmod 444 f
    need_stranger
    prints '' as_stranger "$MMTOOL" advise f willneed
}

@test "an unknown advice is a usage error that names the nearest" {
    make f abc
    usage_error 'did you mean willneed?' mmtool advise f wilneed
    usage_error 'unknown advice' mmtool advise f zzzzzz
    usage_error 'unknown advice' mmtool advise f ''
    usage_error 'unknown advice' mmtool advise f madv_
}

@test "advice that destroys needs --force, whatever its case" {
    letters f 10000
    cp f g
    for name in remove MADV_REMOVE free hwpoison soft_offline; do
        need_advice "$(echo "${name#MADV_}" | tr '[:upper:]' '[:lower:]')"
        refuses '--force' mmtool advise f "$name"
    done
    cmp f g
}

@test "remove --force makes whole pages zeros, and nothing outside the range" {
    need_advice remove
    page=$(getconf PAGESIZE)
    yes abcdefghi | head -c $((4 * page)) >f
    cp f g
    mmtool advise --force f remove "$page+$page" || skip "this file system cannot make holes"
    cmp f <(head -c "$page" g; head -c "$page" /dev/zero; tail -c $((2 * page)) g)
}

@test "remove of a range that is no whole pages changes no byte outside it" {
    need_advice remove
    page=$(getconf PAGESIZE)
    yes abcdefghi | head -c $((3 * page)) >f
    cp f g
    run mmtool advise --force f remove 100+1
    cmp <(head -c 100 f) <(head -c 100 g)
    cmp <(tail -c +102 f) <(tail -c +102 g)
}

@test "remove without permission to write is refused" {
    need_advice remove
    letters f 10000
    cp f g
    chmod 444 f
    need_stranger
    refuses 'permission denied' as_stranger "$MMTOOL" advise --force f remove
    cmp f g
}

@test "the operand is missing, or one too many" {
    make f abc
    usage_error 'operand is missing' mmtool advise f
    usage_error 'one operand too many' mmtool advise f willneed : x
}

@test "advice on standard input is refused" {
    usage_error 'standard input' mmtool advise - willneed </dev/null
}

@test "a few pages of a file of 10 TiB" {
    zeros f 10T
    prints '' mmtool advise f willneed -10000:
    prints '' mmtool advise f dontneed 5T+1
}
