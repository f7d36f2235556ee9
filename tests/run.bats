# run: scripts of subcommands over one mapping with a file position.

# shellcheck disable=SC2154 # bats sets stderr
# shellcheck disable=SC2016 # what a script's exec expands is not ours to expand

load helper

# script LINE...: runs the lines on f.
script() {
    printf '%s\n' "$@" | mmtool run f
}

# ---- where the commands come from ------------------------------------------------------------

@test "a script in a file, on standard input, as -, as options" {
    make f 0123456789
    printf 'seek 3\nread +2\n' >commands
    prints 34 mmtool run f commands
    prints 34 mmtool run f <commands
    prints 34 mmtool run f - <commands
    prints 34 mmtool run f -c 'seek 3' -c 'read +2'
    prints 34 mmtool run --command='seek 3' f --command 'read +2'
}

@test "the last line needs no newline; an empty script does nothing" {
    make f 0123456789
    prints 56 mmtool run f <<<"read 5:7"
    printf 'read 5:7' >commands
    prints 56 mmtool run f commands
    prints '' mmtool run f </dev/null
    printf '\n  \n# only this\n' >commands
    prints '' mmtool run f commands
}

@test "words are quoted as in a shell; # starts a comment" {
    make f 0123456789
    script "write 0 'a b' # c" 'write 3 "d e"' 'write 6 f\ g' 'write 9 \#'
    holds f 'a bd ef g#'
    script "write 0 'x
y'"
    holds f 'x\nyd ef g#'
    script 'write \
  0 z'
    holds f 'z\nyd ef g#'
}

@test "a quote may hold a hundred thousand lines" {
    need timeout seq
    : >f
    seq -f 'line %g of some text' 100000 >lines
    { printf "splice 0+0 '" && cat lines && printf "'\n" && printf 'splice 0+0 "' && cat lines && printf '"\nbogus\n'; } >commands
    run -2 --separate-stderr timeout 60 "$MMTOOL" run f commands
    [[ $stderr == *'line 200003: bogus: '* ]]
    cmp f <(cat lines lines)
}

@test "a quote that is not closed is told with the line where it was opened" {
    need timeout seq
    make f 0123456789
    { printf "write 0 a\nwrite 1 don't\n" && seq 1000000; } >commands
    run -2 --separate-stderr timeout 60 "$MMTOOL" run f commands
    [ "$stderr" = "mmtool: run: f: line 2: the ' opened in line 2 is not closed" ]
    refuses "line 1: the ' opened in line 2 is not closed" script "write 0 'b" "c' 'd" e
    # shellcheck disable=SC1003 # the backslash is one
    refuses 'line 1: the " opened in line 3 is not closed' script 'write \' "  5 'b" "c'\"d" e
    holds f a123456789
}

@test "a script that is missing, or given twice" {
    make f abc
    refuses 'nosuch' mmtool run f nosuch
    usage_error 'does not go with --command' mmtool run f commands -c size
    usage_error 'one operand too many' mmtool run f a b
    usage_error 'FILE is missing' mmtool run -c size
}

# ---- the file position ----------------------------------------------------------------------

@test "seek, tell, size" {
    make f 0123456789
    prints '0\n3\n7\n10\n10\n' mmtool run f -c tell -c 'seek 3' -c tell -c 'seek -3' -c tell -c 'seek end' -c tell -c size
    prints '3\n5\n4\n8\n10\n' mmtool run f -c 'seek 3 set' -c tell -c 'seek 2 cur' -c tell -c 'seek -1 cur' -c tell \
        -c 'seek -2 end' -c tell -c 'seek 0 end' -c tell
}

@test "seek does not leave the bytes" {
    make f 0123456789
    for to in 11 -11 '11 cur' '-1 cur' '1 end' '-11 end' x '1 2 3' '1 middle'; do
        run -2 mmtool run f -c "seek $to"
    done
    prints '10\n' mmtool run f -c 'seek 10' -c tell
}

@test "read without a range goes on where the last one stopped" {
    make f 0123456789
    prints '0123456789\n10\n' mmtool run f -c 'read +4' -c 'read +2' -c 'read' -c 'exec echo' -c tell
    prints '012\n' mmtool run f -c 'read +2' -c tell
    prints '' mmtool run f -c 'seek end' -c read -c 'read +5'
}

@test "read with a range does not move" {
    make f 0123456789
    prints '3450\n' mmtool run f -c 'read 3:6' -c tell
    prints '560\n' mmtool run f -c 'read 5+2' -c tell
}

@test "write with one operand works at the position and moves" {
    make f 0123456789
    prints '4\n' mmtool run f -c 'write ab' -c 'write -x "63 64"' -c tell
    holds f abcd456789
    prints '0\n' mmtool run f -c 'write 8 XY' -c tell
    holds f abcd4567XY
    refuses 'pass the end' mmtool run f -c 'seek 9' -c 'write abc'
    printf zz >g
    prints '3\n' mmtool run f -c 'seek 1' -c 'write --from=g' -c tell
    holds f azzd4567XY
}

@test "write --extend at the end" {
    make f 01
    prints '5\n01abc' mmtool run f -c 'seek end' -c 'write --extend abc' -c tell -c 'seek 0' -c read
}

@test "readline, read_byte, write_byte" {
    make f 'one\ntwo\nrest'
    prints 'one\ntwo\nrest' mmtool run f -c readline -c readline -c readline -c readline
    prints '111\n110\n2\n' mmtool run f -c read_byte -c read_byte -c tell
    prints '3\n' mmtool run f -c 'write_byte 0x4f' -c 'write_byte 78' -c 'write_byte 69' -c tell
    holds f 'ONE\ntwo\nrest'
    refuses 'no byte at 12' mmtool run f -c 'seek end' -c read_byte
    refuses '256' mmtool run f -c 'write_byte 256'
    refuses '' mmtool run f -c 'write_byte'
    holds f 'ONE\ntwo\nrest'
}

@test "the position is usable as . in positions and ranges" {
    make f 0123456789
    prints '456789 45 0123 4' mmtool run f -c 'seek 4' -c 'read .' -c 'exec printf " "' -c 'read .+2' \
        -c 'exec printf " "' -c 'read :.' -c 'exec printf " "' -c 'read .:5'
    mmtool run f -c 'seek 4' -c 'splice .+2 XX' -c 'write . a b'
    holds f 0123ab6789
    mmtool run f -c 'write 0 .'
    holds f .123ab6789
    mmtool run f -c 'seek 6' -c 'resize .'
    holds f .123ab
}

@test "the last match is usable as position and range" {
    make f 'one two three'
    prints '4\ntwo4\n' mmtool run f -c 'find two' -c 'read match' -c 'seek match' -c tell
    mmtool run f -c 'find -q two' -c 'splice match fifteen'
    holds f 'one fifteen three'
    mmtool run f -c 'rfind -q e' -c 'write match+1 E' -c 'find -q o' -c 'move 0 match+2'
    holds f 'one fifteen threE' # "on" is copied to where the first "o" is
}

@test "the last match is the whole one when lines are printed or counted, too" {
    printf 'one 15\ntwo 25 and 26\nthree' >f
    prints '7:two 25 and 26\n25 and 26' mmtool run f -c 'find -lE "[0-9]+ .*"' -c 'read match'
    prints '2\n25' mmtool run f -c 'find -clE [0-9]+' -c 'read match'
    prints '0:one 15\n7:two 25 and 26\n5 and 26' mmtool run f -c 'find -alE 5.*$' -c 'read match'
    prints '1\nthree' mmtool run f -c 'find -clE "(three|four)$"' -c 'read match'
}

@test "match after a search that found nothing is an error" {
    make f abc
    refuses 'no match' mmtool run f -c 'read match'
    run -2 --separate-stderr mmtool run f -c 'find -q a' -c 'find x' -c 'read match'
    [[ $stderr == *'command 3: read: there is no match'* ]]
}

# ---- errors and answers ---------------------------------------------------------------------

@test "the first error ends it, with the line number" {
    make f 0123456789
    run -2 --separate-stderr script '# one' 'write 0 a' '' 'write 100 b' 'write 1 c'
    [[ $stderr == "mmtool: run: f: line 4: write: "*"passes the end"* ]]
    holds f a123456789
    run -2 --separate-stderr script "write 0 'b
b'" 'bogus'
    [[ $stderr == *'line 3: bogus: unknown subcommand'* ]]
}

@test "-k goes on and says each error" {
    make f 0123456789
    run -2 --separate-stderr mmtool run -k f -c 'write 100 b' -c 'write 0 a' -c "read '" -c 'read 0:2'
    [ "$output" = a1 ]
    [[ $stderr == *'command 1: write: '* ]]
    [[ $stderr == *"command 3: a ' is not closed"* ]]
    holds f a123456789
}

@test "a search that finds nothing goes on; the status is the last command's" {
    make f abc
    prints 'abc' mmtool run f -c 'find x' -c 'read :'
    says_no mmtool run f -c 'find x'
    prints '1\n' mmtool run f -c 'find x' -c 'find b'
}

@test "an edit that answers no ends the script with status 1" {
    make f abc
    run -1 mmtool run f -c 'write 0 --expect=x y' -c 'write 1 z'
    [[ $output == *'command 1: write: '* ]]
    run -1 mmtool run f -c 'splice -p x y' -c 'write 1 z'
    holds f abc
}

@test "--answers: a line behind each command" {
    make f abc
    run -2 --separate-stderr mmtool run --answers f -c 'find b' -c 'find x' -c 'write 0 A' -c 'write 9 A'
    [ "${lines[0]}" = 1 ]
    [ "${lines[1]}" = ok ]
    [ "${lines[2]}" = no ]
    [ "${lines[3]}" = ok ]
    [[ ${lines[4]} == 'error: 1 byte at 9 passes the end'* ]]
}

@test "--answers: an answer begins a line, whatever was read" {
    make f 'ab\ncd'
    prints 'ab\nok\nab\nok\nok\n\nok\ncd\nok\n' mmtool run --answers f -c 'read 0+2' -c 'read 0+3' \
        -c 'read 0+0' -c 'read 2+1' -c 'read 3:'
}

@test "close: no command works behind it" {
    make f abc
    prints abc mmtool run f -c 'read' -c close
    refuses 'the mapping is closed' mmtool run f -c close -c tell
}

@test "a subcommand of the script has no options of the mapping, and run does not nest" {
    make f abc
    refuses 'one mapping' mmtool run f -c 'read --window=1:'
    refuses 'one mapping' mmtool run f -c 'write --access=copy 0 x'
    refuses 'unknown subcommand' mmtool run f -c 'run x'
}

@test "every subcommand works in a script" {
    make f 0123456789
    prints '10\n' mmtool run f -c 'info -s'
    prints '' mmtool run f -c flush -c 'advise willneed' -c 'advise dontneed 0+3'
    mmtool run f -c 'advise --status' | grep -q '^pages: [01] of 1'
    mmtool run f -c 'advise --list' | grep -q '^willneed '
    mmtool run f -c 'move 0 5+2' -c 'resize 8' -c 'splice 0+0 ab'
    holds f ab56234567
    printf '0 "ab" "AB"\n' >edits
    mmtool run f -c 'splice --edits=edits'
    holds f AB56234567
    refuses 'standard input' mmtool run f <<<'splice --edits=-'
}

# ---- driven by a program --------------------------------------------------------------------

@test "one answer a command, as soon as its line is there" {
    make f 0123456789
    coproc "$MMTOOL" run f
    driven=$COPROC_PID
    echo 'find 5' >&"${COPROC[1]}"
    IFS= read -r -t 5 answer <&"${COPROC[0]}"
    [ "$answer" = 5 ]
    # Between its commands others may work on the file, and it sees what they did.
    mmtool write f 9 N
    echo 'splice match five' >&"${COPROC[1]}"
    echo 'size' >&"${COPROC[1]}"
    IFS= read -r -t 5 answer <&"${COPROC[0]}"
    [ "$answer" = 13 ]
    holds f 01234five678N
    mmtool resize f 7
    echo 'size' >&"${COPROC[1]}"
    IFS= read -r -t 5 answer <&"${COPROC[0]}"
    [ "$answer" = 7 ]
    eval "exec ${COPROC[1]}>&-"
    wait "$driven"
}

@test "a command whose quote is open waits for its other lines" {
    make f 0123456789
    coproc "$MMTOOL" run --answers f
    driven=$COPROC_PID
    printf "write 0 'a\nb" >&"${COPROC[1]}"
    if IFS= read -r -t 0.3 answer <&"${COPROC[0]}"; then false; fi
    printf "'\nsize\n" >&"${COPROC[1]}"
    IFS= read -r -t 5 answer <&"${COPROC[0]}"
    [ "$answer" = ok ]
    IFS= read -r -t 5 answer <&"${COPROC[0]}"
    [ "$answer" = 10 ]
    eval "exec ${COPROC[1]}>&-"
    wait "$driven"
    holds f 'a\nb3456789'
}

@test "exec: a command sees the mapping as a file" {
    make f 0123456789
    prints 0123456789 mmtool run f -c 'exec cat "$MMTOOL_MAP"'
    prints 'ab23456789' mmtool run f -c 'write 0 ab' -c 'exec cat "$MMTOOL_MAP"'
    prints 'X' mmtool run f -c 'exec printf X | dd of="$MMTOOL_MAP" conv=notrunc 2>/dev/null' -c 'read 0+1'
    prints '2\n' mmtool run f -c "exec $MMTOOL find \"\$MMTOOL_MAP\" 23"
    refuses 'status 3' mmtool run f -c 'exec exit 3'
}

@test "exec prints behind what was printed before" {
    make f abc
    prints 'abcxabc' mmtool run f -c 'read :' -c 'exec printf x' -c 'read :'
}

# ---- anonymous memory -----------------------------------------------------------------------

@test "--anonymous: memory of zeros in place of FILE" {
    prints '13\n\x00\x00\x00' mmtool run --anonymous=13 -c size -c 'read 0+3'
    printf 'write "Hello world!"\nseek 0\nreadline\n' >commands
    prints 'Hello world!\x00' mmtool run --anonymous=13 commands
    prints 'Hello world!\x00' mmtool run --anonymous 13 <commands
    prints '2\nab' mmtool run --anonymous=0 -c 'splice end ab' -c size -c 'read :'
}

@test "anonymous memory is shared with a child" {
    prints 'hello|HELLO' mmtool run --anonymous=5 -c 'write hello' -c 'exec cat "$MMTOOL_MAP"; printf "|"' \
        -c 'exec tr a-z A-Z <"$MMTOOL_MAP" >t; cat t >"$MMTOOL_MAP"' -c 'read :'
}

@test "a file that the system makes up can be looked at" {
    [ -r /proc/version ] || skip "there is no /proc"
    [ "$(mmtool run /proc/version -c readline)" = "$(cat /proc/version)" ]
    refuses 'may not be written' mmtool run /proc/version -c 'write 0 x'
}

# ---- edits and the position, options of edits --------------------------------------------------

@test "the file position stays where it is when the file is cut in front of it" {
    make f 0123456789
    prints '8\n8\n8\ngh' mmtool run f -c 'seek 8' -c 'exec truncate -s 2 f' -c read -c tell -c 'read +2' -c tell \
        -c readline -c tell -c 'exec printf abcdefgh >>f' -c read
}

@test "match is a position where only a position can stand" {
    make f 0123456789
    mmtool run f -c 'find -q 56' -c 'move match 0+3'
    holds f 0123401289
    mmtool run f -c 'find -q 12' -c 'resize match'
    holds f 0
    refuses 'move: there is no match' mmtool run f -c 'move match 0+1'
    refuses 'seek: there is no match' mmtool run f -c 'seek match'
}

@test "match is a number, which an edit in front of it does not change" {
    make f 0123456789
    prints '5\n8\n' mmtool run f -c 'find 5' -c 'splice 0+3' -c 'read match' -c 'exec echo'
    refuses 'range 6:7 passes the end (size 3)' mmtool run f -c 'find -q 9' -c 'resize 3' -c 'write match x'
    make f 0123456789
    prints '1\n5' mmtool run --window=4: f -c 'find 5' -c 'exec printf abc >>f' -c 'read match'
}

@test "a range that is too long with the number that a name stands for is refused" {
    make f 0123456789abc
    local zeros
    for count in {120..140}; do
        zeros=$(printf '%0*d' "$count" 0)
        run mmtool run f -c 'find -q a' -c "read $zeros:match"
        [ "$status" -eq 0 ] || [[ $output == *'the range is too long'* ]]
        [ "$status" -ne 0 ] || [ "$output" = 0123456789 ]
    done
    prints 0123456789 mmtool run f -c 'find -q a' -c "read 000:match"
}

@test "read_byte where the end was moved in front of the position" {
    make f 0123456789
    refuses 'no byte at 8 (size 2)' mmtool run f -c 'seek 8' -c 'exec truncate -s 2 f' -c read_byte
}

@test "--ignore-journal: a script sees the size that the file has by now" {
    make f 0123456789
    prints '10\n12\n9ab' mmtool run --ignore-journal f -c size -c 'exec printf ab >>f' -c size -c 'read -3:'
}

@test "--from=FILE of the script's own file has the edits made so far, --atomic or not" {
    for option in --access=copy --atomic --wait; do
        make f 0123456789
        prints '9XY789XYZ' mmtool run "$option" f -c 'splice 0+4' -c 'write --extend end XYZ' \
            -c 'write 0 --from=f@-4:-1' -c 'read :'
        # The range is one of the whole file, wherever the window is.
        make f 0123456789
        prints '23S6' mmtool run "$option" --window=3:7 f -c 'write 1 S5' -c 'write 0 --from=f@2:5' -c 'read :'
        make f 0123456789
        prints '6789' mmtool run "$option" --window=3:7 f -c 'write 1 S5' -c 'write 0 --from=f@6:10' -c 'read :'
        make f 0123456789
        prints 'ab567892ab56789' mmtool run "$option" --window=3: f -c 'splice 0+2 ab' -c 'splice end --from=f@2:' \
            -c 'read :'
    done
}

@test "--new-inode of one command would leave the script with the old file: an error" {
    make f 0123456789
    refuses 'write: --new-inode would leave' mmtool run f -c 'write --new-inode 0 x' -c 'write 1 y'
    holds f 0123456789
}

@test "--flush, --durable and -v of a script are those of each edit" {
    make f 0123456789
    run -0 --separate-stderr mmtool run -v --durable --flush f -c 'write 0 abc' -c 'write 3 d'
    [[ $stderr == *': 3 bytes patched'*'durable'*$'\n'*': 1 byte patched'* ]]
    run -0 --separate-stderr mmtool run -v --atomic f -c 'write 0 ABC' -c 'write 3 D'
    [[ $stderr == 'mmtool: run: f: 4 bytes patched'* ]]
}

@test "an unknown command: did you mean" {
    make f 0123456789
    refuses 'command 1: seak: unknown subcommand "seak": did you mean "seek"?' mmtool run f -c 'seak 4'
    refuses 'unknown subcommand "rad": did you mean "read"?' mmtool run f -c 'rad :'
    refuses 'unknown subcommand "help"' mmtool run f -c 'help'
    refuses 'unknown subcommand "run"' mmtool run f -c 'run x'
}
