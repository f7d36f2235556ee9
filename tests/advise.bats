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
    names=$(mmtool advise --list | grep -v -- --force | cut -d ' ' -f 1)
    [ "$(wc -w <<<"$names")" -ge 3 ]
    for name in $names; do
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
    usage_error 'operand is missing: mmtool advise FILE ADVICE [RANGE]' mmtool advise f
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

# ---- what it did ----------------------------------------------------------------------------

# status_of FILE [RANGE]: the line of --status that tells the bytes in memory.
resident_of() {
    mmtool advise --status "$@" | sed -n 's/^resident: \([0-9]*\) of .*/\1/p'
}

# A file on a disk, not in memory: FILE is written, synced and dropped from the page cache.
cold_file() {
    letters "$1" "$2"
    sync "$1"
    mmtool advise "$1" dontneed
    [ "$(resident_of "$1")" = 0 ] || skip "this file system keeps its pages in memory"
}

@test "--status: bytes and pages in memory, and a map" {
    page=$(getconf PAGESIZE)
    letters f $((3 * page - 10))
    prints "resident: $((3 * page - 10)) of $((3 * page - 10)) bytes\npages: 3 of 3\nmap: [###]\npages per cell: 1\n" \
        mmtool advise --status f
    prints "resident: 2 of 2 bytes\npages: 2 of 2\nmap: [##]\npages per cell: 1\n" \
        mmtool advise --status f $((page - 1))+2
}

@test "--status -j: one JSON object" {
    page=$(getconf PAGESIZE)
    letters f $((2 * page))
    prints "{\"start\":$page,\"end\":$((2 * page)),\"resident\":$page,\"pages\":1,\"resident_pages\":1,\"map\":\"#\",\"pages_per_cell\":1}\n" \
        mmtool advise --status -j f "$page:"
}

@test "--status of an empty file, of a file that is all hole, of 10 TiB" {
    make f ''
    prints 'resident: 0 of 0 bytes\npages: 0 of 0\nmap: []\npages per cell: 1\n' mmtool advise --status f
    zeros g 10T
    run -0 mmtool advise --status g
    [[ $output == *"resident: 0 of 10995116277760 bytes"* ]]
    [[ $output == *"map: [................................................................]"* ]]
}

@test "the map shows where: read a part, and only its cells fill" {
    page=$(getconf PAGESIZE)
    cold_file f $((8192 * page)) # the system reads ahead, and around
    mmtool advise f populate_read $((6144 * page)): || skip "this system has no populate_read"
    map=$(mmtool advise --status f | sed -n 's/^map: //p')
    [[ $map == "[........"* ]]
    [[ $map == *"################]" ]]
}

@test "--status takes no advice, and no range outside the file" {
    make f abc
    usage_error 'takes only a RANGE' mmtool advise --status f willneed :
    refuses 'size 3' mmtool advise --status f 0:4
}

@test "--status is unknown where the system does not tell" {
    [ "$(uname)" = Linux ] || skip "only Linux keeps it from strangers"
    [ "$(id -u)" -eq 0 ] || skip "needs a file of somebody else's"
    letters f 10000
    chmod 644 f
    need_stranger
    prints 'resident: unknown\n' as_stranger "$MMTOOL" advise --status f
    prints '{"resident":null}\n' as_stranger "$MMTOOL" advise --status -j f
}

@test "willneed and populate_read bring a range into memory" {
    cold_file f 1000000
    mmtool advise f willneed
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        [ "$(resident_of f)" = 1000000 ] && break
        sleep 0.1
    done
    [ "$(resident_of f)" = 1000000 ]
    mmtool advise f dontneed
    need_advice populate_read
    mmtool advise f populate_read 0+10000
    [ "$(resident_of f 0+10000)" = 10000 ]
}

@test "dontneed takes clean pages out, of the range alone" {
    page=$(getconf PAGESIZE)
    cold_file f $((64 * page))
    mmtool read f >/dev/null
    [ "$(resident_of f)" = $((64 * page)) ]
    mmtool advise f dontneed 0+$((32 * page))
    [ "$(resident_of f 0+$((32 * page)))" = 0 ]
    [ "$(resident_of f $((32 * page)):)" = $((32 * page)) ]
}

@test "pageout takes clean pages out, of the range alone" {
    need_advice pageout
    page=$(getconf PAGESIZE)
    cold_file f $((64 * page))
    cp f g
    mmtool read f >/dev/null
    run -0 --separate-stderr mmtool advise -v f pageout 0+$((32 * page))
    [ "$stderr" = "mmtool: advise: f: in memory: $((32 * page)) bytes before, 0 after (of $((32 * page)))" ]
    [ "$(resident_of f $((32 * page)):)" = $((32 * page)) ]
    cmp f g
}

@test "cold leaves the bytes, and leaves them in memory" {
    need_advice cold
    cold_file f 100000
    mmtool read f >/dev/null
    run -0 --separate-stderr mmtool advise -v f cold
    [ "$stderr" = 'mmtool: advise: f: in memory: 100000 bytes before, 100000 after (of 100000)' ]
    cmp f <(yes abcdefghi | head -c 100000)
}

@test "willneed brings all of a range into memory, however far the system reads ahead" {
    cold_file f 20000000
    mmtool advise f willneed
    for _ in $(seq 100); do
        [ "$(resident_of f)" = 20000000 ] && break
        sleep 0.1
    done
    [ "$(resident_of f)" = 20000000 ]
}

@test "advice passes over holes: 10 TiB take no time and no memory" {
    grep -q __asan_init "$MMTOOL" && skip "under a sanitizer bytes are read from a copy"
    zeros f 10T
    mmtool write f 5T needle
    for name in willneed populate_read cold pageout dontneed; do
        need_advice "$name"
        prints '' timeout 10 "$MMTOOL" advise f "$name"
    done
    [ "$(resident_of f)" -lt 1000000 ]
    prints needle mmtool read f 5T+6
}

@test "advice that stores, in a script that may only look" {
    letters f 8192
    cp f g
    refuses 'the script can only read' mmtool run --access=read f -c 'advise --force remove'
    refuses 'the script can only read' mmtool run --access=read f -c 'advise populate_write'
    refuses 'the script can only read' mmtool run --ignore-journal f -c 'advise populate_write'
    cmp f g
}

@test "populate_write gives holes their blocks, and changes no byte" {
    need_advice populate_write
    zeros f 1M
    mmtool write f 5 X
    cp f g
    mmtool advise f populate_write || skip "this system cannot"
    [ $(($(stat -c %b f) * 512)) -ge 1048576 ]
    cmp f g
    chmod 444 f
    need_stranger
    refuses 'permission denied' as_stranger "$MMTOOL" advise f populate_write
    prints '' mmtool run f -c 'advise populate_write'
    refuses 'the script can only read' mmtool run --access=read f -c 'advise populate_write'
}

# ---- huge pages -----------------------------------------------------------------------------

need_huge_pages() {
    [ -d /sys/kernel/mm/transparent_hugepage ] || skip "this system has no huge pages"
    huge=$(cat /sys/kernel/mm/transparent_hugepage/hpage_pmd_size)
    [ "$huge" -le 33554432 ] || skip "huge pages are large here"
    need_advice collapse
}

# Words for `run -c`: prints the bytes of memory of its mapping that are in huge pages.
# shellcheck disable=SC2016 # for awk, and for the shell that exec starts
count_huge='exec awk "/^[0-9a-f]+-[0-9a-f]+ /{on = /mmtool/}
    on && /^(AnonHugePages|ShmemPmdMapped|FilePmdMapped):/{sum += \$2 * 1024} END{print sum + 0}" "/proc/$PPID/smaps"'

@test "collapse gathers a range into huge pages, and -v says so" {
    need_huge_pages
    grep -q __asan_init "$MMTOOL" && skip "under a sanitizer bytes are read from a copy"
    run --separate-stderr mmtool run --anonymous=$((3 * huge)) -c 'write --fill : x' -c 'advise -v collapse' \
        -c 'find -c x'
    [[ $stderr != *'(advising on '* ]] || skip "there is no memory for it"
    [ "$status" -eq 0 ]
    [[ $stderr == *"in huge pages: 0 bytes before, $((3 * huge)) after (of $((3 * huge)))"* ]]
    [ "$output" = $((3 * huge)) ]
}

@test "collapse: the mapping has huge pages, one with nohugepage has none" {
    need_huge_pages
    grep -q __asan_init "$MMTOOL" && skip "under a sanitizer bytes are read from a copy"
    shm=shm:mmtool-test-$$-$BATS_TEST_NUMBER
    mmtool resize --create "$shm" $((2 * huge)) || skip "this system has no shared memory"
    mmtool write --fill "$shm" : x
    mmtool advise "$shm" collapse || collapsed=no
    for name in collapse normal nohugepage; do
        status=0
        mmtool run --advise="$name" "$shm" -c 'find -q x' -c 'find -c x' -c "$count_huge" >"$name" || status=$?
        echo "status $status" >>"$name"
    done
    mmtool resize --unlink "$shm"
    [ "$collapsed" != no ]
    [ "$(cat collapse)" = "$((2 * huge))"$'\n'"$((2 * huge))"$'\nstatus 0' ]
    [ "$(cat normal)" = "$((2 * huge))"$'\n'"$((2 * huge))"$'\nstatus 0' ]
    [ "$(cat nohugepage)" = "$((2 * huge))"$'\n0\nstatus 0' ]
}

@test "hugepage: what a mapping brings in comes in huge pages, where the file system has them" {
    need_huge_pages
    grep -q __asan_init "$MMTOOL" && skip "under a sanitizer bytes are read from a copy"
    mkdir mmtool # so that the mapping's name has it
    cold_file mmtool/f $((4 * huge))
    mmtool run --advise=normal mmtool/f -c 'find -q nowhere' -c "$count_huge" >normal
    mmtool advise mmtool/f dontneed
    mmtool run --advise=hugepage mmtool/f -c 'find -q nowhere' -c "$count_huge" >hugepage
    [ "$(cat hugepage)" -ge "$(cat normal)" ]
    [ "$(cat hugepage)" -gt 0 ] || skip "this file system has no huge pages"
    run -0 --separate-stderr mmtool advise -v mmtool/f hugepage
    [[ $stderr == *"in huge pages: $(cat hugepage) bytes before, "* ]]
}

@test "only advice of huge pages tells of them" {
    letters f 10000
    run -0 --separate-stderr mmtool advise -v f willneed
    [[ $stderr != *'huge'* ]]
    run -0 --separate-stderr mmtool advise -v f nohugepage
    [[ $stderr == *$'\n''mmtool: advise: f: in huge pages: 0 bytes before, 0 after (of 10000)' ]] ||
        [[ $stderr == *'does not tell' ]]
}

@test "-v says what was in memory before and is after" {
    cold_file f 100000
    mmtool read f >/dev/null
    run -0 --separate-stderr mmtool advise -v f dontneed
    [ -z "$output" ]
    [ "$stderr" = 'mmtool: advise: f: in memory: 100000 bytes before, 0 after (of 100000)' ]
}

@test "a window: pages of it alone" {
    page=$(getconf PAGESIZE)
    cold_file f $((8 * page))
    mmtool read f >/dev/null
    mmtool advise --window="$((4 * page)):" f dontneed
    [ "$(resident_of f)" = $((4 * page)) ]
    [ "$(resident_of --window="$((4 * page)):" f)" = 0 ]
    [ "$(resident_of --window="$((2 * page)):" f 0+"$page")" = "$page" ]
}
