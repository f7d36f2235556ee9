# Work as it is done: programs, logs, pipelines.

# shellcheck disable=SC2154 # bats sets stderr, the helper source_root
# shellcheck disable=SC2094 # what is read in a pipeline here is not what is written
load helper

@test "change a string inside a copy of a program, and run it" {
    cp /bin/ls ls
    ./ls --help | grep -q '^Usage: ' || skip "this ls has another help"
    inode=$(inode_of ls)
    mmtool write ls "$(mmtool find ls 'Usage: %s [OPTION]... [FILE]...')" 'USAGE: '
    ./ls --help | grep -q '^USAGE: '
    [ "$(inode_of ls)" -eq "$inode" ]
    [ "$(cmp -l ls /bin/ls | wc -l)" -eq 4 ]
}

@test "find and patch a byte pattern in an ELF file; the second run has nothing to do" {
    cp "$BASH" program
    range=$(mmtool find -r -x program '7f 45 4c 46 ?? ?? 01 00 ?? 00' 0:64) ||
        skip "the shell is no such ELF file"
    [ "$range" = 0+10 ]
    mmtool write -x program 7 03 --expect=00
    [ "$(mmtool read -x program 7+1)" = 03 ]
    touch -d '2001-01-01' program
    mmtool write -x program 7 03 --expect=00
    [ "$(stat -c %Y program)" -eq "$(date -d 2001-01-01 +%s)" ]
    run -1 mmtool write -x program 7 04 --expect=00
    [ "$(./program -c 'echo runs')" = runs ]
}

@test "insert a header in front of a log of 100 MB and cut it off again" {
    yes '2024-01-01 00:00:00 host service: a line of a log, as there are many' |
        head -c 100000000 >log
    before=$(cksum <log)
    inode=$(inode_of log)
    header=$'# a header of one line\n'
    mmtool splice log 0+0 "$header"
    [ "$(size_of log)" -eq $((100000000 + ${#header})) ]
    [ "$(head -n 1 log)" = '# a header of one line' ]
    [ "$(tail -c +$((${#header} + 1)) log | cksum)" = "$before" ]
    mmtool splice log "0+${#header}"
    [ "$(cksum <log)" = "$before" ]
    [ "$(inode_of log)" -eq "$inode" ]
}

@test "the last error of a large log, and its line" {
    {
        yes 'info: all is well' | head -n 2000000
        echo 'error: disk 7 is on fire'
        yes 'info: all is well' | head -n 1000000
        echo 'error: disk 8 is on fire, too'
        yes 'info: all is well' | head -n 1000
    } >log
    at=$(mmtool rfind log error:)
    prints 'error: disk 8 is on fire, too\n' mmtool read -l log "$at"
    [ "$(mmtool read -L log "$at+1")" = "$(grep error: log | tail -n 1)" ]
}

@test "a pipeline feeds the ranges of find -ar to read" {
    make f 'id=17 x\nid=4 yy\nid=255\n'
    mmtool find -ar f id= | while read -r range; do
        mmtool read -L f "$range"
    done >out
    cmp f out
    mmtool rfind -ar f id= | while read -r range; do
        mmtool read f "$range"
    done >out
    holds out id=id=id=
}

@test "ranges in NUL-ended form go through xargs" {
    make f 'one two one'
    mmtool find -arz f one | xargs -0 -I{} "$MMTOOL" write --fill f '{}' .
    holds f '... two ...'
}

@test "a field of a binary record, read, raised by one and written back" {
    head -c 64 /dev/zero >records
    mmtool write records -t u32be 20 41
    value=$(mmtool read records -t u32be 20+4)
    mmtool write records -t u32be 20 $((value + 1)) --expect="$value"
    prints '0000002a\n' mmtool read -x records 20+4
}

@test "each match of a word replaced by one of the same length, in place" {
    letters f 100000
    mmtool find -a f def | head -n 50 | while read -r at; do
        mmtool write f "$at" DEF --expect=def
    done
    [ "$(mmtool find -c f DEF)" -eq 50 ]
    [ "$(mmtool find f def)" -eq 503 ]
}
