# recover: what an interrupted edit left, and each way out of it.

# shellcheck disable=SC2030,SC2031 # each test is a subshell
# shellcheck disable=SC2317,SC2034 # crash.bash calls and reads them
# shellcheck disable=SC2154 # bats sets stderr
# shellcheck disable=SC2016 # in quotes the inner shell expands
load helper
load crash/crash
export ASAN_OPTIONS=detect_leaks=0 # which strace has no room for

# shows WORDS ARGUMENT...: status 1, WORDS stand in what is printed, no message; nothing is changed.
shows() {
    local words=$1 before
    shift
    before=$(traces)
    run -1 --separate-stderr mmtool recover "$@"
    echo "$output" "$stderr"
    [[ $output == *"$words"* ]]
    [ -z "$stderr" ]
    [ "$(traces)" = "$before" ]
}

# All that stands here: names, bytes, times of change, marks.
traces() {
    find . ! -type d -exec stat -c '%n %i %s %a %h %Y %y %z' {} + | sort
    find . -type f -exec cksum {} + | sort
    ! command -v getfattr >/dev/null || find . -type f -exec getfattr -d -m user.mmtool {} + | sort
}

# whole FILE: nothing was left of an edit, by every word there is.
whole() {
    local name
    run -0 --separate-stderr mmtool recover "$1"
    [[ $output == "state: whole"* ]]
    for name in .[!.]*; do
        case $name in *.mmtool-*) echo "$name is left" && return 1 ;; esac
    done
    ! command -v getfattr >/dev/null || [ -z "$(getfattr -d -m user.mmtool "$1" 2>/dev/null)" ]
    mmtool splice "$1" 0+0 x
    mmtool splice "$1" 0+1
}

# refuses_to_accept WORDS FILE: --accept alone does not do it, says why, and changes nothing.
refuses_to_accept() {
    local before
    before=$(traces)
    run -2 --separate-stderr mmtool recover --accept "$2"
    echo "$output" "$stderr"
    [[ $stderr == *"$1"*--force* ]]
    [ "$(traces)" = "$before" ]
}

# accepts FILE: only with --force; its bytes, which are those of `half`, stay, and nothing is left.
accepts() {
    refuses_to_accept '' "$1"
    mmtool recover --accept --force "$1"
    cmp "$1" half
    whole "$1"
    cmp "$1" half
}

# doubts NAME FILE: that is what --show says of it; --finish and --back are refused.
doubts() {
    local before
    shows "\"doubt\":\"$1\"" -j "$2"
    shows 'reason: ' "$2"
    before=$(traces)
    refuses "'mmtool recover $2'" mmtool recover --finish "$2"
    run -2 mmtool recover --back "$2"
    run -2 mmtool read "$2"
    [[ $output == *"'mmtool recover $2'"* ]]
    run -2 mmtool splice "$2" 0+0 x
    [[ $output == *"'mmtool recover $2'"* ]]
    [ "$(traces)" = "$before" ]
}

# torn_window: the window that f was killed in is half new.
torn_window() {
    local count at half=131072
    count=$(mmtool recover f | sed -n 's/^steps done: //p')
    at=$((3000008 - (count + 1) * 262144))
    # What is published may be whole, or not begun.
    dd if=new of=f bs=$half count=1 iflag=skip_bytes oflag=seek_bytes skip=$at seek=$at \
        conv=notrunc status=none
    at=$((at + half))
    dd if=old of=f bs=$half count=1 iflag=skip_bytes oflag=seek_bytes skip=$at seek=$at \
        conv=notrunc status=none
}

# killed_at CALL N FILE ARGUMENT...: `old` is FILE, killed in that splice at the N-th such call of it.
killed_at() {
    need strace
    local call=$1 number=$2 file=$3
    shift 3
    letters old 300000
    cat old >"$file"
    run strace -qq -o /dev/null -P "$PWD/$file" -e "trace=$call" \
        -e "inject=$call:signal=KILL:when=$number" "$MMTOOL" splice "$@" "$file" 10+0 inserted
    [ "$status" -eq 137 ] || skip "strace cannot kill here (status $status)"
}

# grown FILE [OPTION...]: killed when the file had grown for an edit that had not begun.
grown() {
    killed_at pread64 1 "$@"
    [ "$(size_of "$1")" -eq 300008 ]
    cmp -n 300000 "$1" old
}

# unbegun FILE [OPTION...]: killed behind the commit, before the first step was published.
unbegun() {
    need strace
    letters probe 300000
    strace -qq -P "$PWD/probe" -e trace=pread64,pwrite64 -o calls "$MMTOOL" splice "${@:2}" probe 10+0 inserted
    rm probe
    killed_at pread64 "$(awk '/pwrite64/ { exit } { count++ } END { print count }' calls)" "$@"
    rm calls
    cmp -n 300000 "$1" old
}

# ---- the command line -----------------------------------------------------------------------

@test "a file of which nothing was left is whole: status 0" {
    make f 0123456789
    prints 'state: whole\nsize: 10\n' mmtool recover f
    prints 'state: whole\nsize: 10\n' mmtool recover --show f
    prints '{"state":"whole","size":10}\n' mmtool recover -j f
    prints '' mmtool recover --finish f
    prints '' mmtool recover --back f
    prints '' mmtool recover --accept f
    prints '' mmtool recover --accept --force f
    holds f 0123456789
    : >empty
    prints 'state: whole\nsize: 0\n' mmtool recover empty
    prints '' mmtool recover --accept empty
}

@test "one way at a time; --json and --force belong to one each" {
    make f 0123456789
    usage_error 'do not go together' mmtool recover --show --finish f
    usage_error 'do not go together' mmtool recover --back --accept f
    usage_error '--json goes with --show' mmtool recover -j --finish f
    usage_error '--force goes with ' mmtool recover --force f
    usage_error 'FILE is missing' mmtool recover
    usage_error 'one operand too many' mmtool recover f g
    usage_error 'window' mmtool recover --window=: f
    refuses 'no such file' mmtool recover g
    refuses 'it is a directory' mmtool recover .
    refuses 'standard input' mmtool recover - </dev/null
}

@test "scripts do not have it, and say so" {
    make f 0123456789
    refuses 'run mmtool recover by itself' mmtool run f -c recover
    refuses 'run mmtool recover by itself' mmtool run --atomic f -c 'recover --accept'
    refuses 'unknown subcommand' mmtool run f -c recove
    [[ $stderr != *'"recover"'* ]]
}

# ---- to be finished -------------------------------------------------------------------------

@test "half made: the sizes, the steps, where the journal is; --finish finishes it" {
    half_made f
    shows 'state: an edit is to be finished' f
    [[ $output == *$'\njournal: '*"$PWD/.f.mmtool-journal"* ]]
    [[ $output == *$'\nowner: '*"user $(id -u)"$'\n'* ]]
    [[ $output == *$'\nold size: 3000000\nnew size: 3000008\n'* ]]
    [[ $output =~ steps\ done:\ ([0-9]+).steps:\ ([0-9]+) ]]
    [ "${BASH_REMATCH[1]}" -gt 0 ]
    [ "${BASH_REMATCH[1]}" -lt "${BASH_REMATCH[2]}" ]
    shows '"state":"unfinished"' -j f
    python3 -c 'import json, sys; assert json.loads(sys.argv[1])["new_size"] == 3000008' "$output"
    run -0 --separate-stderr mmtool recover --finish f
    [[ $stderr == *'was finished'* ]]
    cmp f new
    whole f
}

@test "half made cannot be taken back, and the message says how far it is" {
    half_made f
    before=$(traces)
    refuses 'cannot be taken back: the edit has begun to change the file (' mmtool recover --back f
    [ "$(traces)" = "$before" ]
    mmtool recover --finish f
    cmp f new
}

@test "half made, taken as it is: mark, journal and undo script go, the bytes stay" {
    mkdir d
    half_made f --undo=d/back
    mmtool recover --finish f
    rm d/back
    half_made f --undo=d/back
    cp f half
    mmtool recover --accept f
    cmp f half
    whole f
    [ -z "$(ls -A d)" ]
    prints '' mmtool recover --accept f
    cmp f half
}

@test "--accept first tells what is new and what is old, and wants --force for what is neither" {
    half_made f
    torn_window
    before=$(traces)
    run -2 --separate-stderr mmtool recover --accept f
    [[ $stderr == *'262144 bytes are neither as before the edit nor as behind it'*--force* ]]
    [ "$(traces)" = "$before" ]
    # From right to left: done, the window that was being written, not begun.
    [[ $output =~ ^([0-9]+)\+([0-9]+)\ new.([0-9]+)\+([0-9]+)\ neither.([0-9]+)\+([0-9]+)\ old$ ]]
    [ "$((BASH_REMATCH[1] + BASH_REMATCH[2]))" -eq 3000008 ]
    [ "${BASH_REMATCH[4]}" -eq 262144 ]
    [ "${BASH_REMATCH[5]}" -eq 10 ]
    cmp -i "${BASH_REMATCH[1]}" f new
    cmp -n "$((BASH_REMATCH[5] + BASH_REMATCH[6]))" f old
}

@test "a file whose windows are all old, or all new, is taken without --force" {
    for content in old new; do
        half_made f
        cat $content >f
        shows 'that cannot be finished' f
        refuses 'another program has ' mmtool recover --finish f
        run -0 --separate-stderr mmtool recover --accept f
        [ "$output" = "10+2999998 $content" ]
        cmp f $content
        whole f
    done
}

@test "a file that was written anew with other bytes takes --force" {
    half_made f
    head -c 3000008 /dev/urandom >other
    cat other >f
    refuses_to_accept 'neither' f
    mmtool recover --accept --force f
    cmp f other
    whole f
}

@test "a file that was cut since: it cannot be finished, and can be taken" {
    half_made f
    truncate -s 1000 f
    cp f half
    shows 'cut the file since' f
    refuses 'cut the file since' mmtool recover --finish f
    accepts f
    half_made f
    : >f
    : >half
    accepts f
}

# ---- not begun ------------------------------------------------------------------------------

@test "not begun: it is to be taken back, and is" {
    for way in --back --finish; do
        grown f
        shows 'state: an edit that has not begun is to be taken back' f
        mmtool recover $way f
        cmp f old
        whole f
    done
}

@test "committed, no step published: --finish finishes it, --back takes it back" {
    unbegun f
    shows 'an edit is to be finished' f
    [[ $output == *'steps done: 0'* ]]
    run -0 --separate-stderr mmtool recover --back f
    [[ $stderr == *'was taken back'* ]]
    cmp f old
    whole f
    unbegun f
    mmtool recover --finish f
    cmp f <(head -c 10 old && printf inserted && tail -c +11 old)
    whole f
}

@test "a durable edit whose commit the power cut short has not begun" {
    for way in --back --finish; do
        unbegun f --durable
        # Its header is there, and the table of what the file holds is not.
        dd if=/dev/zero of=.f.mmtool-journal bs=4096 seek=2 count=3 conv=notrunc status=none
        shows '"state":"unbegun"' -j f
        mmtool recover $way f
        cmp f old
        whole f
    done
}

@test "what cannot be printed is not done" {
    [ -w /dev/full ] || skip "no /dev/full here"
    half_made f
    before=$(traces)
    run -2 --separate-stderr sh -c '"$0" recover --accept --force f >/dev/full' "$MMTOOL"
    [ -n "$stderr" ]
    [ "$(traces)" = "$before" ]
    mmtool recover --finish f
    finished f
}

@test "not begun, taken as it is: without --force only if it is as large as before" {
    grown f
    cp f half
    accepts f
    grown f
    truncate -s 300000 f
    prints '' mmtool recover --accept f
    cmp f old
    whole f
}

# ---- not believed ---------------------------------------------------------------------------

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
    [[ $stderr == *'its mark cannot be taken off here'* ]]
    cmp f half
    run -1 unmarked "$MMTOOL" recover f
    [[ $output == 'state: whole; a journal, or a mark, is still to be removed'* ]]
    run -0 unmarked "$MMTOOL" read f 0:0
    run -0 unmarked "$MMTOOL" recover --accept f
    shows 'state: whole; a journal' f
    prints '' mmtool recover --finish f
    cmp f half
    whole f
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

# ---- by which name --------------------------------------------------------------------------

@test "through a link, another name, a renamed directory" {
    need_marks
    half_made f
    ln -s f link
    ln f other
    cp f half
    shows 'is to be finished' link
    shows 'is to be finished' other
    mmtool recover --finish other
    finished f
    rm other
    half_made f
    ln f other
    cp f half
    mmtool recover --accept --force link
    cmp f half
    whole f
    whole other
    mkdir d
    half_made f
    mv f .f.mmtool-journal d
    mv d e
    cp e/f half
    mmtool recover --accept --force e/f
    cmp e/f half
    [ -z "$(find . -name '.*.mmtool-journal')" ]
}

@test "--journal-dir and MMTOOL_JOURNAL_DIR, where no mark leads there" {
    need_marks
    need_stranger
    [ "$(id -u)" -eq 0 ] || skip "only root can make files that belong to others"
    mkdir -m 777 journals
    mkdir -m 755 closed
    chmod 755 .
    : >closed/f
    chown 65534 closed/f
    strace() { as_stranger strace "$@"; }
    chmod 777 .
    for way in --journal-dir=journals MMTOOL_JOURNAL_DIR=journals; do
        half_made closed/f --journal-dir=journals
        setfattr -x user.mmtool.journal closed/f
        export MMTOOL_JOURNAL_DIR=
        prints 'state: whole\nsize: 3000008\n' mmtool recover closed/f
        case $way in
        --*) set -- $way ;;
        *) set -- && export MMTOOL_JOURNAL_DIR=journals ;;
        esac
        run -1 mmtool recover "$@" closed/f
        [[ $output == *"/journals/."*mmtool-journal* ]]
        cp closed/f half
        mmtool recover --accept --force "$@" closed/f
        cmp closed/f half
        [ -z "$(ls -A journals)" ]
    done
}

@test "shared memory" {
    [ -w /dev/shm ] || skip "no /dev/shm here"
    need strace
    name=mmtool-test-$$-recover
    head -c 3000000 /dev/urandom >"/dev/shm/$name"
    run strace -qq -o /dev/null -P "/dev/shm/$name" -e trace=pwrite64 \
        -e inject=pwrite64:signal=KILL:when=5 "$MMTOOL" splice "shm:$name" 10+0 inserted
    [ "$status" -eq 137 ] || skip "strace cannot kill here (status $status)"
    run -1 mmtool recover "shm:$name"
    [[ $output == *'is to be finished'* ]]
    mmtool recover --accept --force "shm:$name"
    run -0 mmtool recover "shm:$name"
    rm "/dev/shm/$name"
    [ -z "$(find /dev/shm -name ".$name*")" ]
}

@test "a block device" {
    need losetup strace
    [ "$(id -u)" -eq 0 ] || skip "needs root, for a loop device"
    head -c 3145728 /dev/urandom >image
    device=$(losetup -f --show image) || skip "no loop devices here"
    mkdir journals
    run strace -qq -o /dev/null -P "$device" -e trace=pwrite64 \
        -e inject=pwrite64:signal=KILL:when=4 "$MMTOOL" move --journal-dir=journals "$device" 1000 0+2500000
    export MMTOOL_JOURNAL_DIR=journals
    mmtool recover "$device" >shown 2>&1 || code=$?
    mmtool recover --accept --force "$device" >>shown 2>&1 || code=accept
    mmtool recover "$device" >after 2>&1 || code=after
    losetup -d "$device"
    cat shown after
    [ "$code" = 1 ]
    grep -q 'is to be finished' shown
    grep -q '^state: whole' after
    [ -z "$(ls -A journals)" ]
}

# ---- others at work -------------------------------------------------------------------------

# holding KIND: another mmtool holds the lock (F_RDLCK or F_WRLCK) on f until stop_holding.
holding() {
    need python3
    mkfifo held
    python3 - "$1" <<'PY' 3>&- &
import fcntl, struct, sys, os
f = os.open("f", os.O_RDWR)
lock = struct.pack("hhqqi", getattr(fcntl, sys.argv[1]), 0, 0x7ffffffffffffffe, 1, 0)
fcntl.fcntl(f, 37, lock)
open("held", "w").close()
import time
time.sleep(60)
PY
    holder=$!
    cat held
    rm held
}

stop_holding() {
    kill "$holder"
    may_fail wait "$holder"
}

@test "while an edit is under way it says busy; --wait waits" {
    make f 0123456789
    holding F_WRLCK
    run -2 --separate-stderr mmtool recover f
    [ "$output" = 'state: busy: an edit is under way' ]
    [[ $stderr == *'another mmtool'*--wait* ]]
    run -2 --separate-stderr mmtool recover -j f
    [ "$output" = '{"state":"busy"}' ]
    for way in --finish --back --accept; do
        refuses 'another mmtool' mmtool recover $way f
    done
    (sleep 0.3 && kill "$holder") &
    prints 'state: whole\nsize: 10\n' mmtool recover --wait=30 f
    may_fail wait "$holder"
}

@test "readers do not keep it from looking, and from nothing else than looking" {
    half_made f
    holding F_RDLCK
    shows 'is to be finished' f
    refuses 'another mmtool' mmtool recover --finish f
    stop_holding
    mmtool recover --finish f
    finished f
}

# ---- killed itself --------------------------------------------------------------------------

# killed_recovery CALL N OPTION... FILE: 137, or it ended before that call.
killed_recovery() {
    local call=$1 number=$2
    shift 2
    run strace -qq -o /dev/null -e "trace=$call" -e "inject=$call:signal=KILL:when=$number" \
        "$MMTOOL" recover "$@"
    [ "$status" -eq 137 ] || [ "$status" -eq 0 ]
    killed=$((killed + (status == 137)))
}

@test "--accept killed at each of its calls: the same choice again, or a whole file" {
    killed=0
    for call in pwrite64 unlinkat fremovexattr fsync; do
        for number in 1 2 3; do
            half_made f
            cp f half
            killed_recovery $call $number --accept --force f
            run mmtool recover f
            [[ $output == *'is to be finished'* || $status -eq 0 || $output == 'state: whole'* ]]
            mmtool recover --accept --force f
            cmp f half
            whole f
        done
    done
    echo "# killed $killed times" >&3
    [ "$killed" -ge 3 ]
}

@test "--back killed at each of its calls: the file is the old one behind the next command" {
    killed=0
    for call in pwrite64 unlinkat fremovexattr ftruncate; do
        for number in 1 2; do
            unbegun f
            killed_recovery $call $number --back f
            run -0 mmtool info -s f
            cmp f old || cmp f <(head -c 10 old && printf inserted && tail -c +11 old)
            [ $call = pwrite64 ] || cmp f old
            whole f
        done
    done
    echo "# killed $killed times" >&3
    [ "$killed" -ge 3 ]
}

@test "--finish killed on its way is finished by the next" {
    half_made f
    killed=0
    for number in 1 2 3; do
        killed_recovery pwrite64 1 --finish f
    done
    [ "$killed" -ge 3 ]
    mmtool recover --finish f
    finished f
}

# ---- the manual -----------------------------------------------------------------------------

@test "the examples of the manual's RECOVERY do what they say" {
    [ -f "$source_root/man/mmtool.1" ] || skip "the manual is not at hand"
    sed -n '/^\.Sh RECOVERY/,/^\.Sh EDIT SCRIPTS/s/^\(\.Dl \)\?\$ mmtool //p' \
        "$source_root/man/mmtool.1" >examples
    [ "$(wc -l <examples)" -eq 4 ]
    half_made data.bin
    grep -qx 'recover data.bin' examples
    shows 'state: an edit is to be finished' data.bin
    cp data.bin half
    grep -qx 'read --ignore-journal -d data.bin :64' examples
    mmtool read --ignore-journal -d data.bin :64 | xxd -r | cmp - <(head -c 64 half)
    grep -qx 'recover --accept data.bin' examples
    run -0 mmtool recover --accept data.bin
    [[ $output == *' new'*' old' ]]
    cmp data.bin half
    whole data.bin
    unbegun data.bin
    grep -qx 'recover --back data.bin' examples
    mmtool recover --back data.bin
    cmp data.bin old
    whole data.bin
}

@test "every message about what was left names recover: a full disk, a stopped edit, no permission" {
    need strace
    half_made f
    run strace -qq -o /dev/null -e trace=pwrite64 -e inject=pwrite64:error=EIO:when=1+ \
        "$MMTOOL" read f 0:0
    [[ $output == *"could not be finished: "*"'mmtool recover f'"* ]]
    mmtool recover --finish f
    run strace -qq -o /dev/null -P "$PWD/f" -e trace=pwrite64 \
        -e inject=pwrite64:error=EIO:when=3+ "$MMTOOL" splice f 10+0 inserted
    [[ $output == *"'mmtool recover f'"*'the next mmtool command on the file finishes the edit' ]]
    shows 'is to be finished' f
    mmtool recover --finish f
    need_stranger
    [ "$(id -u)" -eq 0 ] || skip "only root can make files that belong to others"
    half_made f
    chmod 644 f
    chmod 755 .
    chmod 644 .f.mmtool-journal
    run as_stranger "$MMTOOL" read f
    [[ $output == *"'mmtool recover f'"*--ignore-journal* ]]
    chmod 600 .f.mmtool-journal
    run as_stranger "$MMTOOL" read f
    [[ $output == *"'mmtool recover f'"*--ignore-journal* ]]
}
