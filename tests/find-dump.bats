# find -d and rfind -d: the rows of a dump around matches.

# shellcheck disable=SC2154 # the helper sets source_root
# shellcheck disable=SC2002 # a pipe is no file
load helper

# 30 lines of 16 bytes: "row 0  is here.\n" and so on.
rows() {
    local i
    for ((i = 0; i < 30; i++)); do
        printf 'row %-2d is here.\n' "$i"
    done
}

@test "-d prints the row of a match and one on each side, -d0 its row alone" {
    rows >f
    mmtool find -d f 'row 12' >out
    diff out - <<'END'
000000b0: 726f 7720 3131 2069 7320 6865 7265 2e0a  row 11 is here..
000000c0: 726f 7720 3132 2069 7320 6865 7265 2e0a  row 12 is here..
000000d0: 726f 7720 3133 2069 7320 6865 7265 2e0a  row 13 is here..
END
    mmtool find -d0 f 'row 12' >out
    diff out - <<'END'
000000c0: 726f 7720 3132 2069 7320 6865 7265 2e0a  row 12 is here..
END
    [ "$(mmtool find --dump=3 f 'row 12' | wc -l)" -eq 7 ]
    says_no mmtool find -d f nothing
}

@test "the rows are those of read -d" {
    head -c 5000 /dev/urandom >f
    mmtool read f 1234+9 >pattern
    mmtool find -d2 -f pattern f >out
    cmp out <(mmtool read -d f $((1234 / 16 * 16 - 32))+80)
    mmtool find -d1 --columns=10 --group=4 -f pattern f >out
    cmp out <(mmtool read -d --columns=10 --group=4 f 1220+40)
}

@test "rows are printed once, in order, -- between those that are not neighbours" {
    rows >f
    mmtool find -ad0 f 2 | cut -c1-9 >out
    diff out - <<'END'
00000020:
--
000000c0:
--
00000140:
00000150:
00000160:
00000170:
00000180:
00000190:
000001a0:
000001b0:
000001c0:
000001d0:
END
    mmtool rfind -ad0 f 2 | cut -c1-9 >out
    diff out - <<'END'
00000140:
00000150:
00000160:
00000170:
00000180:
00000190:
000001a0:
000001b0:
000001c0:
000001d0:
--
000000c0:
--
00000020:
END
}

@test "a match is highlighted where it is, across rows and groups" {
    printf '0123456789abcdef0123456789abcdef' >f
    mmtool find -d0 --color=always f ef01 | cat -v >out
    diff out - <<'END'
00000000: ^[[36m3031 3233 3435 3637 3839 6162 6364 ^[[30;43m6566^[[0m  ^[[36m0123456789abcd^[[30;43mef^[[0m
00000010: ^[[30;43m3031^[[0m^[[36m 3233 3435 3637 3839 6162 6364 6566  ^[[30;43m01^[[0m^[[36m23456789abcdef^[[0m
END
}

@test "matches are highlighted on a terminal, not with NO_COLOR or --color=never there" {
    need_terminal
    printf 'an x' >f
    on_terminal "'$MMTOOL' find -d f x" | grep -q $'\x1b\\[30;43m'
    mmtool find -d f x >plain
    on_terminal "NO_COLOR=1 '$MMTOOL' find -d f x" | tr -d '\r' | cmp - plain
    on_terminal "'$MMTOOL' find -d --color=never f x" | tr -d '\r' | cmp - plain
    run ! grep -q $'\x1b' plain
}

@test "of a match of more than 64 rows the first 32 and the last 32 are printed" {
    { rows; head -c 1024 /dev/zero; rows; } >f
    mmtool find -d0 -E f '\x00+' >out
    cmp out <(mmtool read -d f 480+1024)
    { printf x; head -c 100000 /dev/zero; rows; } >f
    mmtool find -d0 -E f '\x00+' >out
    [ "$(wc -l <out)" -eq 65 ]
    [ "$(sed -n 33p out)" = ... ]
    sed -n 1p out | grep -q '^00000000: 7800'
    sed -n 65p out | grep -q '^000186a0: 0072'
    cmp out <(mmtool rfind -d0 -f f@1+100000 f)
}

@test "a match of a GiB takes no memory for its rows" {
    ! grep -qa __asan_init "$MMTOOL" || skip "a sanitizer reserves terabytes"
    zeros f 1G
    printf 'x' >>f
    (ulimit -v 400000 && mmtool find -dE f '(?s)\x00+x' >out)
    [ "$(wc -l <out)" -eq 65 ]
    tail -1 out | grep -q '^40000000: 78 .* x$'
}

@test "rows begin at multiples of the columns, whatever the RANGE; they go past it" {
    rows >f
    cmp <(mmtool find -d f 'ow 12' 0xc1+6) <(mmtool find -d f 'ow 12')
    cmp <(mmtool find -d - 'ow 12' 0xc1+6 <f) <(mmtool find -d f 'ow 12')
    cmp <(cat f | mmtool find -d - 'ow 12' 0xc1+6) <(mmtool find -d f 'ow 12')
    cmp <(cat f | mmtool find -d - 'ow 12' L13:L14) <(mmtool find -d f 'ow 12')
}

@test "in a window offsets and rows count from its start" {
    rows >f
    prints '00000000: 3132 2069                                12 i\n' mmtool find -d --window=0xc4+4 f 2
    cat f | mmtool find -d --window=0xc4: - 2 >out
    cmp out <(mmtool find -d --window=0xc4: f 2)
}

@test "a stream gives its rows as soon as they have come, and ends with the last" {
    rows >f
    {
        cat f
        for _ in {1..200}; do
            [ ! -e ended ] || break
            sleep 0.1
        done
        if [ -e ended ]; then touch in_time; fi
    } | {
        mmtool find -d - 'row 12' >out
        touch ended
    }
    [ -e in_time ]
    cmp out <(mmtool find -d f 'row 12')
}

@test "several FILEs: the name in front, with - where no match is" {
    printf 'abc' >f
    printf '0123456789abcdef0abc' >g
    mmtool find -d --files -p abc f g >out
    diff out - <<'END'
f:00000000: 6162 63                                  abc
g:00000000: 3031 3233 3435 3637 3839 6162 6364 6566  0123456789abcdef
g-00000010: 3061 6263                                0abc
END
    mmtool find -d --no-filename --files -p abc f >out
    cmp out <(mmtool read -d f)
}

@test "in a script, and match is the match" {
    printf '0123456789' >f
    mmtool run f -c 'find -d0 --columns=4 45' -c 'read match' >out
    holds out '00000004: 3435 3637  4567\n45'
}

@test "masks, several patterns, either case, an empty match" {
    printf '\x12\x34ABab' >f
    prints '00000000: 1234  .4\n' mmtool find -x -d0 --columns=2 f '1? 34'
    prints '00000000: 1234  .4\n--\n00000004: 6162  ab\n' mmtool find -ad0 --columns=2 -p 4 -p b f
    prints '00000002: 4142  AB\n00000004: 6162  ab\n' mmtool find -aid0 --columns=2 f b
    prints '00000000: 1234  .4\n' mmtool find -d0 --columns=2 f ''
    make empty ''
    prints '' mmtool find -d empty ''
}

@test "-q and --names print no rows; what prints something else is refused" {
    printf 'abc' >f
    prints '' mmtool find -dq f b
    prints 'f\n' mmtool find -d --names --files -p b f
    local option
    for option in -l -A1 -o -n -r -c -j -z --radix=16 --sorted; do
        usage_error 'does not go with --' mmtool find -d "$option" f b
    done
    usage_error '--group applies to dumps only: it needs --dump' mmtool find --group=1 f b
    usage_error 'not a number' mmtool find --dump=x f b
    prints "$(mmtool read -d f)\n" mmtool find -d9223372036854775807 f b
}

@test "a group of very many matches is printed in parts backwards, each row once" {
    yes ab | head -c 450000 >f
    mmtool rfind -ad --color=always f b >backward
    mmtool find -ad --color=always f b >forward
    grep -q -e -- backward
    cmp <(grep -v -e ^--$ backward | sort) <(sort forward)
}

@test "rows at random are those of a slow writer" {
    need python3
    python3 "$source_root/tests/find_dump.py" "$MMTOOL" "${MMTOOL_TEST_SEED:-1}" "$(rounds 60)"
}
