# splice --edits, --dry-run and --undo: edits as text.

# shellcheck disable=SC2154 # bats sets stderr
load helper

@test "a line is OFFSET OLD NEW: replace, insert, delete" {
    make f 0123456789
    cat >script <<'EOF'
# a comment, and an empty line

1 "12" "abc"   # replaced
4 - 2d2d       # inserted
8 3839 -       # deleted
EOF
    prints '' mmtool splice --edits=script f
    holds f '0abc3--4567'
}

@test "offsets are those of the file before any edit; lines may come in any order" {
    make f 0123456789
    mmtool splice --edits=- f <<'EOF'
8 "8" "eight"
0 "0" ""
4 "4" "four"
EOF
    holds f 123four567eight9
}

@test "hex, C escapes, and - for nothing" {
    make f 'a\x00b'
    mmtool splice --edits=- f <<'EOF'
1 00 "\n\x41\t"
0x2 "b" FF00
EOF
    holds f 'a\nA\t\xff\x00'
}

@test "+N for OLD is N unchecked bytes" {
    make f 0123456789
    echo '2 +5 "x"' | mmtool splice --edits=- f
    holds f 01x789
}

@test "OLD is checked: a mismatch is status 1, names the line, and nothing is changed" {
    make f 0123456789
    printf '0 "0" "a"\n5 "x" "b"\n' >script
    run -1 --separate-stderr mmtool splice --edits=script f
    [[ $stderr == "mmtool: splice: f: line 2 "*"at 5: 35"* ]]
    holds f 0123456789
}

@test "overlapping edits are an error that names both lines" {
    make f 0123456789
    printf '5 "567" "b"\n# comment\n2 "2345" "a"\n' >script
    refuses 'lines 1 and 3' mmtool splice --edits=script f
    holds f 0123456789
}

@test "neighbours with the same NEW, or one as long, get their own bytes" {
    printf 0123456789 > f
    mmtool splice --edits=- f <<'EOF'
0 30 616263
2 32 616263
4 34 616264
5 - 616264
6 36 -
7 - +3
8 38 000000
9 39 000000
EOF
    prints 'abc1abc3abdabd57' eval 'tr -d "\0" < f'
    [ "$(stat -c %s f)" -eq 25 ]
}

@test "edits that touch do not overlap; insertions at one place keep their order" {
    make f 0123
    mmtool splice --edits=- f <<'EOF'
2 "2" "c"
1 "1" "b"
1 - "x"
1 - "y"
4 - "end"
EOF
    holds f 0xybc3end
}

@test "a bad line is an error that names it, and nothing is changed" {
    make f 0123
    for line in 'x "0" "a"' '0 "0"' '0 "0" "a" "b"' '0 "0 "a"' '0 0 "a"' '-1 - "a"' '0 - +N' \
        '9223372036854775808 - "a"' '0 +x "a"' '0 "\q" -' '0'; do
        printf '1 "1" "b"\n%s\n' "$line" >script
        refuses 'line 2 of the script' mmtool splice --edits=script f
    done
    holds f 0123
}

@test "an edit that passes the end names its line" {
    make f 0123
    for line in '5 - "x"' '3 +2 -' '9 +0 "x"'; do
        echo "$line" >script
        refuses 'line 1 of the script: ' mmtool splice --edits=script f
    done
    holds f 0123
}

@test "OLD that passes the end is not there: status 1, which names its line" {
    make f 0123
    for line in '3 "34" ""' '4 "4" "x"' '100 "ab" "c"' '2 "234" -'; do
        printf '1 "1" "b"\n%s\n' "$line" >script
        run -1 mmtool splice --edits=script f
        [[ $output == *'line 2 of the script: '*' the end (size 4)'* ]]
        run -1 mmtool splice -n --edits=script f
    done
    holds f 0123
}

@test "an empty script, comments alone: nothing to do" {
    make f 0123
    make script ''
    mmtool splice --edits=script f
    make script '# nothing\n\n'
    mmtool splice --edits=script f
    holds f 0123
}

@test "a script without a last newline, and with CR" {
    make f 0123
    make script '0 "0" "a"'
    mmtool splice --edits=script f
    holds f a123
}

@test "a missing script, a directory as one" {
    make f 0123
    refuses 'nosuch: no such file' mmtool splice --edits=nosuch f
    refuses 'directory' mmtool splice --edits=. f
    holds f 0123
}

@test "a script has its own ranges, bytes and checks" {
    make f 0123
    make script ''
    usage_error script mmtool splice --edits=script f 0:1
    usage_error script mmtool splice --edits=script --expect=0 f
    usage_error '' mmtool splice --edits=script -p x f
}

@test "a hundred thousand edits at once, growing and shrinking" {
    seq -f %07.0f 100000 >f
    awk '{ o = (NR - 1) * 8; if (NR % 3 == 0) printf "%d \"%s\" \"-\"\n", o, $0
           else if (NR % 3 == 1) printf "%d - \"<%d>\"\n", o, NR }' f >script
    cp f g
    mmtool splice --edits=script f
    cmp f <(awk '{ if (NR % 3 == 0) print "-"; else if (NR % 3 == 1) print "<" NR ">" $0
                   else print }' g)
}

# ---- --dry-run ------------------------------------------------------------------------------

# same_by_dry_run COMMAND...: what a dry run prints does the same edit as the command.
same_by_dry_run() {
    cp original f
    touch -d '2001-01-01' f
    mmtool "$1" -n f "${@:2}" >script
    cmp f original
    [ "$(stat -c %Y f)" -eq "$(date -d 2001-01-01 +%s)" ]
    mmtool splice --edits=script f
    cp original g
    mmtool "$1" g "${@:2}"
    cmp f g
    run ! cmp -s f original
}

@test "--dry-run changes nothing and prints a script that does the edit" {
    letters original 100000
    same_by_dry_run write 5000 XYZ
    same_by_dry_run write 100:200 --fill ab
    same_by_dry_run write end --extend XYZ
    same_by_dry_run write 100005 --extend XYZ
    same_by_dry_run move 7 50000:60000
    same_by_dry_run resize 50
    same_by_dry_run resize +100000
    same_by_dry_run splice 10+0 "$(head -c 10000 original)"
    same_by_dry_run splice 10:50000
    same_by_dry_run splice -a -p def DEFDEF
    same_by_dry_run splice -a -p def --delete
}

@test "--dry-run takes no permission to write" {
    make f 0123456789
    chmod 444 f
    need_stranger
    run -0 --separate-stderr as_stranger "$MMTOOL" splice -n f 3:5 x
    [ "$output" = '3 3334 78' ]
    [ -z "$stderr" ]
}

@test "--dry-run of a running program" {
    cp /bin/sleep program
    ./program 30 3>&- &
    running=$!
    prints '0 7f 78\n' mmtool write --dry-run program 0 x
    kill "$running"
}

@test "--dry-run with --expect, --edits and no match says what the edit would say" {
    make f 0123456789
    run -1 mmtool write -n --expect=zzz f 0 abc
    run -1 mmtool splice -n -p zzz f abc
    echo '0 "z" "a"' >script
    run -1 mmtool splice -n --edits=script f
    refuses 'pass the end' mmtool write -n f 9 abc
}

@test "--dry-run --create makes no file" {
    prints '0 - 616263\n' mmtool write -n --create --extend new 0 abc
    prints '0 - +100\n' mmtool resize -n --create new 100
    [ ! -e new ]
}

# ---- --undo ---------------------------------------------------------------------------------

# undone COMMAND...: the script that --undo saves takes the change back.
undone() {
    cp original f
    mmtool "$1" --undo=back f "${@:2}"
    run ! cmp -s f original
    mmtool splice --edits=back f
    cmp f original
}

@test "--undo saves the script that takes the change back" {
    letters original 100000
    undone write 5000 XYZ
    undone write 100:200 --fill ab
    undone write end --extend XYZ
    undone move 7 50000:60000
    undone resize 50
    undone resize +1000
    undone splice 10+0 "$(head -c 10000 original)"
    undone splice 10:50000
    undone splice : ''
    undone splice -a -p def DEFDEF
}

@test "--undo of an edit script" {
    letters original 1000
    printf '5 "f" ""\n20 - "xyz"\n990 "abc" "Z"\n' >script
    undone splice --edits=script
}

@test "an undo that cannot be saved is an error before anything changes" {
    make f 0123456789
    refuses '' mmtool write --undo=no/such/file f 0 x
    refuses '' mmtool write --undo=. f 0 x
    holds f 0123456789
}

@test "nothing to do leaves no undo file, and a refused edit neither" {
    make f 0123456789
    run -1 mmtool write --expect=zzz --undo=back f 0 abc
    says_no mmtool splice -p zzz --undo=back f x
    [ ! -e back ]
}

@test "an undo of megabytes on a full disk: an error, nothing changed" {
    [ -c /dev/full ] || skip "there is no /dev/full"
    letters f 3000000
    cp f g
    refuses '' mmtool splice --undo=/dev/full f 0:2000000 x
    cmp f g
}
