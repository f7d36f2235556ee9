# run: the ways to map the file of a script, and scripts in a part of it.

# shellcheck disable=SC2154 # bats sets stderr
load helper

@test "read access: edits are errors; a file one may not write can be looked at" {
    make f 0123456789
    refuses 'needs write access' mmtool run --access=read f -c 'write 0 x'
    prints 01 mmtool run --access=read f -c 'read +2'
    chmod 444 f
    chmod 755 .
    need_stranger
    prints 01 as_stranger "$MMTOOL" run f -c 'read +2'
    refuses 'may not be written' as_stranger "$MMTOOL" run f -c 'write 0 x'
}

@test "copy access: commands see the edits, the file does not" {
    make f 0123456789
    prints 'ab23456789ab23456' mmtool run --access=copy f -c 'write 0 ab' -c 'read :' -c 'resize 7' -c 'read :'
    prints '0X23456789' mmtool run --map=private f -c 'write 1 X' -c 'flush' -c 'read :'
    holds f 0123456789
}

@test "a window: the script sees nothing outside" {
    make f 0123456789
    prints '345\n3\n' mmtool run --window=3:6 f -c read -c 'exec echo' -c size
    mmtool run --window=3:6 f -c 'write 0 abc' -c 'move 0 1+2'
    holds f 012bcc6789
    refuses 'the window ends at 6' mmtool run --window=3:6 f -c 'resize 1'
    prints '8\n' mmtool run --window=3: f -c 'splice 0+0 x' -c size
    holds f 012xbcc6789
}

@test "a window stays at its bytes when the file's end moves away" {
    make f 'AAAA....\nBBBB....\n'
    mmtool run --window=-9: f -c 'find -q BBBB' -c 'exec printf "CCCC....\n" >>f' -c 'write match bbbb'
    holds f 'AAAA....\nbbbb....\nCCCC....\n'
    make f 0123456789
    prints '2345' mmtool run --window=2:-4 f -c 'exec printf abc >>f' -c 'read :'
    prints '6789abc' mmtool run --window=-7:-0 f -c 'read :'
}

@test "a window that reached the end goes on reaching it" {
    make f 0123456789
    mmtool run --window=-4: f -c 'splice 0+1' -c 'write 0 X'
    holds f 012345X89
    make f 0123456789
    prints 23456789 mmtool run --window=0:10 f -c 'splice 0+2' -c 'read :'
    make f 0123456789
    prints '8\n456789ZZ' mmtool run --window=4+6 f -c 'write --extend end ZZ' -c size -c 'read :'
    prints '0\n3\nabc' mmtool run --window=end f -c size -c 'splice end abc' -c size -c 'read :'
}

@test "a window that reached the end goes on reaching it when others move the end" {
    make f 0123456789ab
    prints '6\n8\n7\n' mmtool run --window=4: f -c 'resize 6' -c size -c 'exec printf ab >>f' -c size \
        -c 'exec truncate -s 11 f' -c size
    prints '0\n3\nabc' mmtool run --window=11:11 f -c size -c 'exec printf abc >>f' -c size -c 'read :'
}

@test "a window that ended before the end keeps its length, even where the file is cut to it" {
    make f 0123456789
    prints '4567' mmtool run --window=4:8 f -c 'exec truncate -s 8 f' -c 'read :'
    refuses 'splice: the window ends at 7' mmtool run --window=4:7 f -c 'exec truncate -s 7 f' -c 'splice 0+1'
    refuses 'write: the window ends at 6' mmtool run --window=4:6 f -c 'exec truncate -s 6 f' -c 'write --extend 2 x'
    holds f 012345
}

@test "a window whose bytes are gone is an error, until they are there again" {
    make f 0123456789
    refuses 'cut short by another program (the window ends at 8; size is 6)' mmtool run --window=4:8 f \
        -c 'exec truncate -s 6 f' -c 'read :'
    refuses 'cut short by another program (the window starts at 4; size is 3)' mmtool run --window=4: f \
        -c 'exec truncate -s 3 f' -c 'write 0 x'
    holds f 012
    make f 0123456789
    run -2 --separate-stderr mmtool run -k --window=4:8 f -c 'exec truncate -s 6 f' -c size -c 'splice 0+1' -c 'find 4' \
        -c 'write 0 x' -c 'exec printf abc >>f' -c 'read :'
    [ "$output" = 45ab ]
    [ "$(grep -c 'cut short by another program (the window ends at 8; size is 6)' <<<"$stderr")" -eq 4 ]
}

@test "a window is the same under every way of mapping, and without a lock" {
    for option in --access=write --map=shared --advise=random --prot=read,write --wait; do
        make f 0123456789
        prints '5678945678Z456789Z' mmtool run "$option" --window=-6: f -c 'read 1:' -c 'exec printf Z >>f' \
            -c 'read 0:5' -c 'read -1:' -c 'read :'
        mmtool run "$option" --window=-7: f -c 'splice 0+2' -c 'write 0 ab'
        holds f 0123ab89Z
    done
    make f 0123456789
    for option in --access=read --ignore-journal; do
        prints '456789456789Z' mmtool run "$option" --window=-6:10 f -c 'read :' -c 'exec printf Z >>f' -c 'read :'
        make f 0123456789
    done
}

@test "--atomic, a copy and a dry run: a window grows and shrinks with the script's edits" {
    words=(-c 'splice 0+1' -c 'write 0 X' -c size -c 'write --extend end YZ' -c size -c 'read :' -c 'resize -3' -c 'read :')
    make f 0123456789
    for option in --access=copy --map=private; do
        prints '3\n5\nX89YZX8' mmtool run "$option" --window=-4: f "${words[@]}"
        prints '3\n5\nX89YZX8' mmtool run "$option" --atomic --window=-4: f "${words[@]}"
    done
    prints '3\n5\nX89YZX86 3637 58\n9 39 -\n' mmtool run -n --window=-4: f "${words[@]}"
    holds f 0123456789
    prints '3\n5\nX89YZX8' mmtool run --atomic --window=-4: f "${words[@]}"
    holds f 012345X8
    make f 0123456789
    prints '3\n5\nX89YZX8' mmtool run --window=-4: f "${words[@]}"
    holds f 012345X8
}

@test "--atomic in a window: what lies around it stays, and the edit can be undone" {
    make f 0123456789
    mmtool run --atomic --undo=back --window=3:6 f -c 'write 0 abc' -c 'move 0 1+2'
    holds f 012bcc6789
    mmtool splice --edits=back f
    holds f 0123456789
    mmtool run --atomic --undo=back --window=3: f -c 'splice 0+0 xy' -c 'splice -2: z' -c 'move 0 1+2'
    holds f 012y334567z
    mmtool splice --edits=back f
    holds f 0123456789
    refuses 'the window ends at 6' mmtool run --atomic --window=3:6 f -c 'write 0 X' -c 'resize 1'
    holds f 0123456789
}
