# recover: journals and marks that are missing, damaged, planted, or of another user.

# shellcheck disable=SC2030,SC2031 # each test is a subshell
# shellcheck disable=SC2317,SC2034 # crash.bash calls and reads them
# shellcheck disable=SC2154 # bats sets stderr
# shellcheck disable=SC2016 # in quotes the inner shell expands
load helper
load crash/crash
load recover

@test "the journal is gone: it can be brought back, or the file taken as it is" {
    need_marks
    half_made f
    cp f half
    mv .f.mmtool-journal kept
    doubts missing f
    mv kept .f.mmtool-journal
    mmtool recover --finish f
    cmp f new
    half_made f
    cp f half
    rm .f.mmtool-journal
    accepts f
}

@test "a journal that is damaged, or of another version" {
    half_made f
    cp f half
    cp -p .f.mmtool-journal real
    for damage in '100 \xa5 damaged' '0 \xa5 damaged' '7 \x39 version'; do
        cat real >.f.mmtool-journal
        cat half >f
        read -r at bytes name <<<"$damage"
        printf '%b' "$bytes" | dd of=.f.mmtool-journal bs=1 seek="$at" conv=notrunc status=none
        doubts "$name" f
    done
    cat real >.f.mmtool-journal
    truncate -s 9000 .f.mmtool-journal
    doubts damaged f
    : >.f.mmtool-journal
    doubts damaged f
    rm real
    accepts f
}

@test "a journal whose list, new bytes or progress are damaged" {
    half_made f
    cp f half
    cp -p .f.mmtool-journal real
    for at in 20480 4096; do
        cat real >.f.mmtool-journal
        printf '\xa5\xa5\xa5\xa5\xa5\xa5\xa5' |
            dd of=.f.mmtool-journal bs=1 seek=$at conv=notrunc status=none
        shows 'that cannot be finished' f
        [[ $output == *'reason: the journal'*damaged* ]]
        run -2 mmtool recover --finish f
        refuses 'cannot be taken back' mmtool recover --back f
    done
    rm real
    accepts f
}

@test "a mark that is not mmtool's" {
    need_marks
    make f 0123456789
    cp f half
    setfattr -n user.mmtool.journal -v x f
    doubts mark f
    accepts f
}

@test "a journal that others could have written: --finish --force believes it" {
    need_marks
    half_made f
    ln .f.mmtool-journal second
    doubts untrusted f
    rm second
    [ "$(id -u)" -eq 0 ] || skip "only root can give files away"
    chown 65534 .f.mmtool-journal
    doubts untrusted f
    shows 'user 65534' f
    mmtool recover --finish --force f
    finished f
    half_made f
    cp f half
    chown 65534 .f.mmtool-journal
    accepts f
}

@test "a journal of another user that cannot be read or removed: the message says who can" {
    [ "$(id -u)" -eq 0 ] || skip "only root can give files away"
    need_stranger
    need_marks
    half_made f
    chown 65534 f
    chmod 1777 .
    before=$(traces)
    run -1 as_stranger "$MMTOOL" recover f
    [[ $output == *'reason: '*'user 0'* ]]
    run -2 as_stranger "$MMTOOL" recover --finish f
    [[ $output == *'user 0'* ]]
    run -2 as_stranger "$MMTOOL" recover --accept f
    [[ $output == *--force* ]]
    run -2 as_stranger "$MMTOOL" recover --accept --force f
    [[ $output == *'cannot be removed'*'user 0'*root* ]]
    [ "$(traces)" = "$before" ]
    chmod 777 .
    cp f half
    as_stranger "$MMTOOL" recover --accept --force f
    cmp f half
    whole f
}

@test "who may not write the file can look at what was left, and no more" {
    [ "$(id -u)" -eq 0 ] || skip "only root can give files away"
    need_stranger
    half_made f
    chmod 644 f
    chmod 755 .
    run -1 as_stranger "$MMTOOL" recover f
    [[ $output == *"doubt"* || $output == *'not believed'* ]]
    for way in --finish --back --accept '--accept --force'; do
        # shellcheck disable=SC2086 # two words
        run -2 as_stranger "$MMTOOL" recover $way f
        [[ $output == *'permission'* ]]
    done
    mmtool recover --finish f
    cmp f new
}

@test "the journal of another file: it stays where it is another's; in the way it is removed" {
    half_made f
    cp f half
    cp old g
    cp -p .f.mmtool-journal .g.mmtool-journal
    shows 'other_file' -j g
    run -2 mmtool splice g 0+0 x
    [[ $output == *"'mmtool recover g'"* ]]
    refuses_to_accept 'another file' g
    mmtool recover --accept --force g
    cmp g old
    prints 'state: whole\nsize: 3000000\n' mmtool recover g
    mmtool recover --finish f
    finished f
}

@test "a copy of a half-made file: its mark goes, the journal of the original stays" {
    need_marks
    half_made f
    cp -a f copy
    cp f half
    journal=$(cksum .f.mmtool-journal)
    doubts copy copy
    refuses_to_accept 'a copy' copy
    mmtool recover --accept --force copy
    cmp copy half
    [ "$(cksum .f.mmtool-journal)" = "$journal" ]
    prints 'state: whole\nsize: 3000008\n' mmtool recover copy
    mmtool recover --finish f
    finished f
    # Its journal is gone: then nothing tells whose the mark was.
    half_made f
    cp -a f copy
    cp f half
    rm .f.mmtool-journal
    accepts copy
    accepts f
}

# planted: what is at the journal's name of f is seen, and removed by --accept --force alone.
planted() {
    make f 0123456789
    make half 0123456789
    run -1 timeout 20 "$MMTOOL" recover -j f
    [[ $output == *not_a_file* ]]
    run -2 timeout 20 "$MMTOOL" splice f 0+0 x
    [[ $output == *"'mmtool recover f'"* ]]
    accepts f
}

@test "planted at the journal's name: an empty directory" {
    mkdir .f.mmtool-journal
    planted
}

@test "planted at the journal's name: FIFO, links, socket" {
    mkfifo .f.mmtool-journal
    planted
    make target 'of a link'
    ln -s target .f.mmtool-journal
    planted
    holds target 'of a link'
    ln -s nowhere .f.mmtool-journal
    planted
    ln -s .f.mmtool-journal .f.mmtool-journal
    planted
    need python3
    python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(".f.mmtool-journal")'
    planted
}

@test "a directory with something in it at the journal's name is nobody's to remove" {
    make f 0123456789
    mkdir .f.mmtool-journal
    make .f.mmtool-journal/precious x
    refuses 'is a directory that is not empty' mmtool recover --accept --force f
    [ -f .f.mmtool-journal/precious ]
    rm -r .f.mmtool-journal
    whole f
}

@test "a planted FIFO while the file is in the middle of an edit" {
    need_marks
    half_made f
    cp f half
    mv .f.mmtool-journal real
    mkfifo .f.mmtool-journal
    run -1 timeout 20 "$MMTOOL" recover -j f
    [[ $output == *not_a_file* ]]
    rm .f.mmtool-journal
    mv real .f.mmtool-journal
    mmtool recover --finish f
    finished f
    half_made f
    cp f half
    rm .f.mmtool-journal
    mkfifo .f.mmtool-journal
    accepts f
}

@test "a file that bears the journal's name by chance" {
    make f 0123456789
    cp f half
    make .f.mmtool-journal 'notes of mine'
    shows '"doubt":"damaged"' -j f
    accepts f
}

@test "the file is gone and its journal is left: said, and removed by --accept --force" {
    half_made f
    rm f
    before=$(traces)
    run -2 mmtool write --create --extend f 0 x
    [[ $output == *"'mmtool recover f'"* ]]
    for way in --show --finish --back --accept; do
        refuses "no such file; $PWD/.f.mmtool-journal has the name" mmtool recover $way f
    done
    [ "$(traces)" = "$before" ]
    ln -s f link
    mmtool recover --accept --force link
    rm link
    [ ! -e .f.mmtool-journal ]
    mmtool write --create --extend f 0 x
    holds f x
}

@test "a mark that cannot be taken off now keeps its journal, which counts as done" {
    need_marks
    half_made f
    cp f half
    # As on a mount without them.
    unmarked() {
        strace -qq -o /dev/null -e trace=fgetxattr,fsetxattr,fremovexattr \
            -e inject=fgetxattr,fsetxattr,fremovexattr:error=EOPNOTSUPP "$@"
    }
    run -0 --separate-stderr unmarked "$MMTOOL" recover --accept --force f
    [[ $stderr == *'its mark cannot be removed here'* ]]
    cmp f half
    run -1 unmarked "$MMTOOL" recover f
    [[ $output == 'state: whole; a journal or a mark is left over'* ]]
    run -0 unmarked "$MMTOOL" read f 0:0
    run -0 unmarked "$MMTOOL" recover --accept f
    shows 'state: whole; a journal' f
    prints '' mmtool recover --finish f
    cmp f half
    whole f
}

# marks_script FILE PATH: FILE bears the mark of an undo script that is to be PATH, of number 7.
marks_script() {
    { printf '\0%.0s' {1..16} && printf '\7\0\0\0\0\0\0\0%s' "$2"; } >mark
    setfattr -n user.mmtool.journal -v "0x$(od -An -tx1 -v mark | tr -d ' \n')" "$1"
    rm mark
}

@test "an undo script that is only to be renamed: readers and --finish do, --accept drops it" {
    need_marks
    make f 0123456789
    cp f half
    for way in 'read f 0:0' 'recover --finish f'; do
        marks_script f "$PWD/back"
        make .back.mmtool-undo-0000000000000007 '0 +1 -'
        chmod 600 .back.mmtool-undo-0000000000000007
        shows 'undo script' f
        # shellcheck disable=SC2086 # several words
        run -0 --separate-stderr mmtool $way
        [[ $stderr == *'its undo script, was seen to' ]]
        holds back '0 +1 -'
        rm back
        whole f
    done
    marks_script f "$PWD/back"
    make .back.mmtool-undo-0000000000000007 '0 +1 -'
    chmod 600 .back.mmtool-undo-0000000000000007
    mmtool recover --accept f
    [ ! -e back ]
    whole f
    cmp f half
}

@test "the mark of an undo script whose directory is gone" {
    need_marks
    make f 0123456789
    marks_script f "$PWD/gone/back"
    run -0 --separate-stderr mmtool read f 0:0
    [[ $stderr == *'was seen to; '*'no such directory'* ]]
    whole f
    marks_script f "$PWD/gone/back"
    mmtool recover --accept f
    whole f
}

@test "the mark of an undo script that cannot be taken off: the file is read, and not edited" {
    need_marks
    need strace
    make f 0123456789
    marks_script f "$PWD/back"
    stuck() {
        strace -qq -o /dev/null -e trace=fremovexattr -e inject=fremovexattr:error=EIO "$@"
    }
    run -0 --separate-stderr stuck "$MMTOOL" read f
    [ "$output" = 0123456789 ]
    run -2 --separate-stderr stuck "$MMTOOL" write f 0 x
    [[ $stderr == *'could not be finished'*'mark mmtool.journal'*"'mmtool recover f'"* ]]
    holds f 0123456789
    run -2 stuck "$MMTOOL" recover --accept f
    mmtool write f 0 x
    holds f x123456789
}

@test "a damaged journal elsewhere, where only the mark leads to, stays when the file is accepted" {
    need_marks
    mkdir journals
    for option in '' --journal-dir=journals --journal-dir=nowhere; do
        half_made f
        rm .f.mmtool-journal
        cp f half
        make journals/other 'not a journal'
        { getfattr -n user.mmtool.journal --only-values f | head -c 16 && printf %s "$PWD/journals/other"; } >mark
        setfattr -n user.mmtool.journal -v "0x$(od -An -tx1 -v mark | tr -d ' \n')" f
        rm mark
        mmtool recover --accept --force $option f
        holds journals/other 'not a journal'
        whole f
        cmp f half
    done
}

@test "what is told of a file that is taken as it is is true, for edits of every shape" {
    need python3 strace
    python3 "$source_root/tests/crash/parts.py" "$MMTOOL" $((60 * ${MMTOOL_TEST_ROUNDS:-1})) >told || {
        cat told
        return 1
    }
    tee /dev/fd/3 <told
    grep -q 'unfinished [1-9]' told || skip "strace kills nothing here"
}
