# run --atomic: all edits of a script, or none.

# shellcheck disable=SC2154 # bats sets stderr
# shellcheck disable=SC2016 # what a script's exec expands is not ours to expand
load helper

@test "--atomic: commands see the edits, the file gets them at the end" {
    make f 0123456789
    inode=$(inode_of f)
    prints 'abcd234567894\n' mmtool run --atomic f -c 'splice 0:2 abcd' -c 'read :' -c 'find 23'
    holds f abcd23456789
    [ "$(inode_of f)" = "$inode" ]
}

@test "--atomic: with an error nothing is changed" {
    make f 0123456789
    run -2 mmtool run --atomic f -c 'write 0 ab' -c 'splice 3+1' -c 'write 100 x'
    holds f 0123456789
    run -1 mmtool run --atomic f -c 'write 0 ab' -c 'write 3 --expect=x y'
    holds f 0123456789
}

@test "--atomic: a search that finds nothing is no error" {
    make f 0123456789
    run -1 mmtool run --atomic f -c 'write 0 ab' -c 'find x'
    holds f ab23456789
}

@test "--atomic -n prints the edit script of it all" {
    make f 0123456789
    prints '0 30 -\n4 34 58\n10 - 5a\n' mmtool run --atomic -n f -c 'splice 0+1' -c 'write 3 X' -c 'splice end Z'
    holds f 0123456789
}

@test "--atomic --undo takes it all back" {
    make f 0123456789
    cp f g
    mmtool run --atomic --undo=back f -c 'splice 0+1' -c 'write 3 X' -c 'move 0 5+2' -c 'resize 20'
    [ "$(size_of f)" = 20 ]
    mmtool splice --edits=back f
    cmp f g
    usage_error '--atomic' mmtool run --undo=back f -c 'splice 0+1'
    usage_error '--keep-going' mmtool run --atomic -k f -c 'splice 0+1'
}

@test "--atomic takes all of its script before the file is locked" {
    make f 0123456789
    refuses 'edits' mmtool run --atomic f -c 'exec true'
    mkfifo commands
    "$MMTOOL" run --atomic f - <commands &
    running=$!
    exec 7>commands
    echo 'write 0 ab' >&7
    sleep 0.3
    mmtool write f 0 zzz
    exec 7>&-
    wait "$running"
    holds f abz3456789
}

@test "--atomic takes what its commands read before the file is locked" {
    make f 0123456789
    mkfifo data
    "$MMTOOL" run --atomic f -c 'write 9 x' -c 'write 1 -f data' -c 'write 0 --from=-@1:' < <(echo; printf a) &
    running=$!
    sleep 0.3
    mmtool write f 5 yyyyy
    printf bc >data
    wait "$running"
    holds f abc34yyyyx
}

@test "--atomic: what works on the file itself is an error, flush does nothing" {
    make f 0123456789
    for command in 'exec true' 'advise willneed' 'advise --force remove' 'write --undo=back 0 x' \
        'write --new-inode 0 x' 'write --flush 0 x' 'write --flush=async 0 x' 'write --durable 0 x' \
        'write --no-journal 0 x' 'write --journal-dir=. 0 x' 'resize --allocate 20'; do
        refuses "command 2: ${command%% *}: " mmtool run --atomic f -c 'write 5 y' -c "$command"
        holds f 0123456789
    done
    [ "$(ls)" = f ]
    prints 'resident: unknown\n' mmtool run --atomic f -c flush -c 'flush --async' -c 'advise --status'
    mmtool run --atomic --durable --flush --undo=back f -c 'write 0 x' -c 'flush' -c 'write 1 y'
    holds f xy23456789
    mmtool splice --edits=back f
    holds f 0123456789
}

@test "--atomic: an edit of a file that may not be written is an error at once" {
    make f 0123456789
    chmod 444 f
    chmod 777 .
    need_stranger
    refuses 'command 1: write: the file may not be written' as_stranger "$MMTOOL" run --atomic f -c 'write 0 x'
    prints '0 30 78\n' as_stranger "$MMTOOL" run --atomic -n f -c 'write 0 x'
    prints x as_stranger "$MMTOOL" run --access=copy f -c 'write 0 x' -c 'read 0+1'
    holds f 0123456789
}

@test "--atomic: five thousand edits" {
    letters f 100000
    cp f g
    seq 0 20 99999 | sed 's/.*/write & X/' >commands
    mmtool run --atomic --undo=back f commands
    [ "$(mmtool find -c f X)" = 5000 ]
    mmtool splice --edits=back f
    cmp f g
}

@test "--atomic: a hundred thousand insertions, from the start and from the end" {
    need timeout seq awk
    letters f 2000000
    cp f g
    awk 'NR % 2 { printf "abc" } { print }' f >want
    seq 1999980 -20 0 | sed 's/.*/splice &+0 abc/' >backward
    timeout 60 "$MMTOOL" run --atomic f backward
    cmp f want
    seq 0 23 2299999 | sed 's/.*/splice &+0 abc/' >forward
    timeout 60 "$MMTOOL" run --atomic --undo=back g forward
    cmp g want
    mmtool splice --edits=back g
    letters want 2000000
    cmp g want
}

@test "--atomic: bytes that are repeated can be cut anywhere" {
    make f 0123456789
    mmtool run --atomic f -c 'write --fill 1:9 abc' -c 'splice 2+3 XY' -c 'splice 6+0 -'
    holds f '0aXYbc-ab9'
    mmtool run --atomic --undo=back f -c 'splice --repeat=4 1+8 abc' -c 'splice 3+2 X' -c 'move 5 1+2' -c 'write 0 Z'
    holds f 'ZabXbabbcabc9'
    mmtool splice --edits=back f
    holds f '0aXYbc-ab9'
}

@test "--atomic: one turn of repeated bytes, from its middle on, ends where others are put in" {
    make f 0123
    mmtool run --atomic f -c 'splice --repeat=2 0+0 abcd' -c 'splice --delete 0+1' \
        -c 'splice --delete 4:7' -c 'splice 4+0 XYZ'
    holds f bcdaXYZ0123
}

@test "--atomic in a window" {
    make f 0123456789
    mmtool run --atomic --window=3: f -c 'splice 0+1 abc' -c 'splice -a -p 7 seven'
    holds f 012abc456seven89
}

# random_script COUNT: so many edits that fit the file whatever came before.
random_script() {
    local i
    for ((i = 0; i < $1; i++)); do
        case $((RANDOM % 7)) in
        0) echo "splice 5:$((6 + RANDOM % 9)) $(printf 'ab%.0s' $(seq $((RANDOM % 12 + 1))))" ;;
        1) echo "splice $((RANDOM % 20))+0 'ins$RANDOM'" ;;
        2) echo "write $((RANDOM % 20)) $RANDOM" ;;
        3) echo "move $((RANDOM % 9)) $((RANDOM % 9))+$((RANDOM % 9))" ;;
        4) echo "write --fill $((RANDOM % 9))+7 xyz" ;;
        5) echo 'resize +3' ;;
        6) echo "splice --pattern=$((RANDOM % 3)) --pattern=d --pattern=h --all '<>'" ;;
        esac
    done
    echo 'read :'
}

@test "--atomic comes to the same as one edit after the other" {
    RANDOM=20240229
    good=0 changed=0
    for _ in $(seq 40); do
        letters f 60
        cp f g
        random_script 12 >commands
        status=0 other=0
        mmtool run f commands >one 2>/dev/null || status=$?
        mmtool run --atomic g commands >two 2>/dev/null || other=$?
        [ "$status" = "$other" ]
        cmp one two
        [ "$status" -eq 0 ] || continue
        cmp f g
        good=$((good + 1))
        cmp -s f <(yes abcdefghi | head -c 60) || changed=$((changed + 1))
    done
    [ "$good" -ge 10 ]
    [ "$changed" -ge 10 ]
}
