# recover: names, directories and devices by which a journal is found; other programs at work.

# shellcheck disable=SC2030,SC2031 # each test is a subshell
# shellcheck disable=SC2317,SC2034 # crash.bash calls and reads them
# shellcheck disable=SC2154 # bats sets stderr
# shellcheck disable=SC2016 # in quotes the inner shell expands
load helper
load crash/crash
load recover

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

@test "of several FILEs in a directory, each that is half-made is finished first" {
    need_marks
    local name
    make a nothing
    for name in f link other; do
        half_made f
        ln -s f link
        ln f other
        run -1 mmtool find --threads=1 --files -p nowhere a "$name" a
        finished f
        whole f
        rm link other
    done
}

@test "the journal of a renamed file is kept when a new file has taken its name" {
    local before
    need_marks
    half_made f
    mv f g
    before=$(traces)
    refuses "$PWD/.f.mmtool-journal belongs to $PWD/g" mmtool recover --accept --force f
    [ "$(traces)" = "$before" ]
    make f 0123456789
    before=$(traces)
    refuses "$PWD/.f.mmtool-journal belongs to $PWD/g" mmtool recover --accept --force f
    [ "$(traces)" = "$before" ]
    mmtool recover --finish g
    finished g
    whole f
    half_made h
    mv h g
    make h 0123456789
    rm g
    mmtool recover --accept --force h
    holds h 0123456789
    whole h
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
