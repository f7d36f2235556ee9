# --progress: a bar on standard error, as wide as the window, gone at the end.

# shellcheck disable=SC2154 # bats sets stderr
load helper

# ends TEXT TEST COMMAND...: that the bar of COMMAND keeps to the window (see progress.py TEST), and
# that TEXT is what stands on the terminal at the end, before "status N" or "signal N".
ends() {
    local text=$1
    shift
    need_terminal
    need python3
    python3 "$source_root/tests/progress.py" "$@" >screen
    cat screen
    holds screen "$text\n"
}

# slow_file FILE [MIB]: a search for $slow in it takes a while; with sanitizers a quarter is enough.
# $last is where the match is.
slow='\x00[a-z]'
slow_file() {
    local mib=${2-60}
    ! is_sanitized || mib=$((mib / 4))
    zeros "$1" "${mib}M"
    echo zz >>"$1"
    last=$((mib * 1048576 - 1))
}

@test "the bar is drawn anew as wide as the window is by then, from 9 to 200 columns" {
    slow_file f 200
    ends "$last\nstatus 0" resize "$MMTOOL" find --progress=always --threads=1 -iE f "$slow"
}

@test "a bar with a FILE name of wide characters, control bytes and bytes that are not UTF-8" {
    local name=$'\xe6\x97\xa5\xe6\x9c\xac\x1b[2J\n\xff\xe2\x80\xae-long-name-of-a-file'
    slow_file "$name" 200
    ends "$last\nstatus 0" resize "$MMTOOL" find --progress=always --threads=1 -iE "$name" "$slow"
}

@test "the bar is gone at the end, and by a result on the same terminal" {
    slow_file f
    ends "$last\nstatus 0" end "$MMTOOL" find --progress=always --threads=1 -iE f "$slow"
    ends "$last\nstatus 0" end "$MMTOOL" find --progress=always --threads=1 -iaE f "$slow"
    letters g 30000000
    ends 'status 0' end "$MMTOOL" splice --progress=always g 10+0 1234567
}

@test "the bar is gone when a signal ends the search, and the signal is the end" {
    slow_file f
    ends 'signal 2' INT "$MMTOOL" find --progress=always --threads=1 -iE f "$slow"
    ends 'signal 15' TERM "$MMTOOL" find --progress=always --threads=1 -iE f "$slow"
    ends 'signal 1' HUP "$MMTOOL" find --progress=always --threads=1 -iE f "$slow"
    ends 'signal 3' QUIT "$MMTOOL" find --progress=always --threads=1 -iE f "$slow"
}

@test "the bar is gone when a signal stops a change, before the message" {
    need_terminal
    need python3
    letters f 100000000
    python3 "$source_root/tests/progress.py" INT "$MMTOOL" splice --progress=always f 10+0 1234567 >screen
    cat screen
    [ "$(tail -n 1 screen)" = 'signal 2' ]
    run ! grep % screen
}

@test "the bar is gone at an error" {
    slow_file f
    slow_file g
    ends "mmtool: find: nosuch: no such file\nf:$last\ng:$last\nstatus 2" \
        end "$MMTOOL" find --progress=always --threads=1 -iE --files -p "$slow" nosuch f g
}

@test "several FILEs: one bar, results and messages in front of it" {
    local name
    for name in a b c d e f; do
        slow_file "$name"
    done
    ends "a:$last\nb:$last\nmmtool: find: nosuch: no such file\nc:$last\nd:$last\ne:$last\nf:$last\nstatus 2" \
        resize "$MMTOOL" find --progress=always -iE --files -p "$slow" a b nosuch c d e f
}

@test "several FILEs: a signal ends the search, and the bar" {
    slow_file f
    slow_file g
    ends 'signal 2' INT "$MMTOOL" find --progress=always -iE --files -p "$slow" f g
}

@test "several FILEs: how many are done of how many, and bytes; of a list that is read, how many" {
    local name
    for name in a b c; do
        slow_file "$name"
    done
    mmtool find --progress=always --threads=1 -iE --files -p "$slow" a b c >out 2>bar
    [ "$(wc -l <out)" -eq 3 ]
    grep -qE '^find: \[[#.]+\] +[0-9]+%, [0-3] of 3 files, [0-9.]+ [KM]iB, .*/s, .* left$' bar
    printf 'a\nb\nc\n' | mmtool find --progress=always --threads=1 -iE --files-from=- -p "$slow" >out 2>bar
    [ "$(wc -l <out)" -eq 3 ]
    grep -qE '^find: [0-3] files?, [0-9.]+ [KM]iB, .*/s$' bar
    mmtool find -iE --files -p "$slow" a b >out 2>bar
    [ ! -s bar ]
    mmtool find --progress=never -iE --files -p "$slow" a b >out 2>bar
    [ ! -s bar ]
}

@test "several FILEs that are changed: one bar, and it is gone" {
    local name
    for name in a b c; do
        letters "$name" 3000000
    done
    mmtool splice --progress=always -a --files -p def --with=DEFG a b c 2>bar
    grep -q 'of 3 files' bar
    ends 'status 0' end "$MMTOOL" splice --progress=always -a --files -p DEFG --with=def a b c
    cmp a <(yes abcdefghi | head -c 3000000)
}
