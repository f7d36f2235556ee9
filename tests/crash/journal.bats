# shellcheck disable=SC2016 # in quotes the inner shell expands
# What an edit promises when it is killed: who finds the journal, who is believed.

# shellcheck disable=SC2317,SC2034 # crash.bash calls and reads them
# shellcheck disable=SC2154 # bats sets stderr, the helper source_root
# shellcheck disable=SC2094 # what is read in a pipeline here is not what is written
load ../helper
load crash

# recovers FILE COMMAND...: it succeeds, says that an edit was finished, and FILE is new.
recovers() {
    local file=$1
    shift
    run -0 --separate-stderr "$@"
    [[ $stderr == *'an interrupted edit was finished'* ]]
    finished "$file"
}

# ---- who finds it ---------------------------------------------------------------------------

@test "a killed edit leaves the file half made; a reader of any kind finishes it" {
    for command in 'read f 0:0' 'find f inserted' 'rfind f inserted' 'info -s f' 'flush f' \
        'advise f normal'; do
        half_made f
        read -ra words <<<"$command"
        recovers f mmtool "${words[@]}"
    done
}

@test "an editor finishes it first, then does its own" {
    half_made f
    mmtool splice f 0+0 more 2>/dev/null
    cmp f <(printf more; cat new)
}

@test "the reader's output is that of the new file alone" {
    half_made f
    mmtool read f 2>/dev/null | cmp - new
    finished f
}

@test "it is found through another hard link, even in another directory" {
    need_marks
    half_made f
    mkdir d
    ln f d/other
    recovers f mmtool read d/other 0:0
}

@test "it is found after a rename, also into another directory" {
    need_marks
    half_made f
    mkdir d
    mv f d/renamed
    recovers d/renamed mmtool read d/renamed 0:0
}

@test "it is found through a symbolic link and from another directory" {
    half_made f
    mkdir d
    ln -s ../f d/link
    run -0 sh -c 'cd d && exec "$0" read link 0:0' "$MMTOOL"
    finished f
}

@test "a journal that moved along with its file is found by name" {
    half_made f
    mkdir d
    mv f .f.mmtool-journal d/
    recovers d/f mmtool read d/f 0:0
}

@test "another file of the old name is not taken for it, and waits until it is finished" {
    need_marks
    half_made f
    mv f g
    make f 'quite another file'
    refuses 'is of another file' mmtool read f
    refuses 'mmtool recover f' mmtool write f 0 Q
    mmtool read --ignore-journal f | holds - 'quite another file'
    recovers g mmtool read g 0:0
    prints 'quite another file' mmtool read f
}

# ---- its undo script ------------------------------------------------------------------------

@test "the undo script of a killed edit is put in its place by who finishes the edit" {
    mkdir d
    half_made f --undo=d/back # which is done first without harm, to count
    mmtool info f 2>/dev/null
    make d/back 'an earlier script'
    half_made f --undo=d/back
    holds d/back 'an earlier script'
    run -0 --separate-stderr sh -c 'cd / && exec "$0" info -s "$1"' "$MMTOOL" "$PWD/f"
    [[ $stderr == *'an interrupted edit was finished'* ]]
    finished f
    [ "$(ls -A d)" = back ]
    mmtool splice --edits=d/back f
    cmp f old
}

@test "a killed edit is finished where its undo script has no place any more" {
    mkdir d
    half_made f --undo=d/back
    mv d elsewhere
    run -0 --separate-stderr mmtool info -s f
    [[ $stderr == *'was finished'*'the undo script is not in its place'*'no such directory'* ]]
    finished f
}

@test "another user's undo script is not renamed over a file that he could not replace" {
    [ "$(id -u)" -eq 0 ] || skip "needs root, to be another user than the editor"
    need_stranger
    strace() { as_stranger strace "$@"; }
    mkdir -m 1777 shared
    chmod 777 .
    touch f
    chown 65534 f
    half_made f --undo=shared/back
    rm -f shared/back
    make shared/back 'the own of root'
    run -0 --separate-stderr mmtool info -s f
    [[ $stderr == *'was finished'*'the undo script is left in '*'another user'* ]]
    holds shared/back 'the own of root'
    finished f
}

@test "root puts another user's undo script in its place" {
    [ "$(id -u)" -eq 0 ] || skip "needs root, to be another user than the editor"
    need_stranger
    strace() { as_stranger strace "$@"; }
    chmod 777 .
    touch f back
    chown 65534 f back
    half_made f --undo=back
    recovers f mmtool info -s f
    [ "$(stat -c %u back)" -eq 65534 ]
    mmtool splice --edits=back f
    cmp f old
}

# ---- its privileges -------------------------------------------------------------------------

# of_stranger FILE MODE: makes FILE as_stranger's, who does what half_made does from now on.
of_stranger() {
    [ "$(id -u)" -eq 0 ] || skip "needs root, to give files away"
    need_stranger
    strace() { as_stranger strace "$@"; }
    questions_behind=8 # four are about the privileges
    chmod 777 .
    touch "$1"
    chown 65534:65534 "$1"
    chmod "$2" "$1"
}

@test "set-user-ID and set-group-ID stay over a kill and its recovery" {
    of_stranger f 6755
    half_made f
    [ "$(stat -c %a f)" = 755 ]
    recovers f as_stranger "$MMTOOL" info -s f
    [ "$(stat -c %a f)" = 6755 ]
}

@test "they stay over a kill before the edit began, too" {
    need strace
    of_stranger f 6755
    letters f 300000
    cp f old
    run -137 as_stranger strace -qq -o /dev/null -e trace=fallocate \
        -e inject=fallocate:signal=KILL:when=2 "$MMTOOL" splice f 10+0 inserted
    [ -e .f.mmtool-journal ]
    chmod 755 f # as a growth takes them away, where the kernel was further
    as_stranger "$MMTOOL" info -s f
    cmp f old
    [ "$(stat -c %a f)" = 6755 ]
}

@test "of another user's journal root believes set-user-ID alone, and says so" {
    need setcap getcap
    of_stranger f 6755
    prepare='setcap cap_chown+ep f'
    $prepare || skip "no file capabilities here"
    half_made f
    run -0 --separate-stderr mmtool info -s f
    finished f
    [[ $stderr == *'was finished'*'its set-group-ID, file capabilities, which'* ]]
    [ "$(stat -c %a f)" = 4755 ]
    [ -z "$(getcap f)" ]
}

@test "a recovery gives no privileges to a file that has another owner by now" {
    of_stranger f 6755
    half_made f
    chown 0:0 f .f.mmtool-journal
    recovers f mmtool info -s f
    [ "$(stat -c %a f)" = 755 ]
}

# ---- where it goes --------------------------------------------------------------------------

@test "--journal-dir and MMTOOL_JOURNAL_DIR, where the directory may not be written" {
    need_stranger
    [ "$(id -u)" -eq 0 ] || skip "only root can make files that belong to others"
    mkdir closed journals
    chmod 755 . closed
    chmod 777 journals
    make closed/f 0123456789
    chmod 666 closed/f
    run -2 --separate-stderr as_stranger "$MMTOOL" splice closed/f 5+0 ab
    [[ $stderr == *--journal-dir* ]]
    holds closed/f 0123456789
    as_stranger "$MMTOOL" splice --journal-dir=journals closed/f 5+0 ab
    holds closed/f 01234ab56789
    MMTOOL_JOURNAL_DIR=journals as_stranger "$MMTOOL" splice closed/f 5+2
    holds closed/f 0123456789
    [ -z "$(find journals closed -name '.*')" ]
}

@test "a name too long for one more word: the journal is named after the inode" {
    local name
    name=$(printf 'x%.0s' $(seq 240))
    half_made "$name"
    [ -n "$(find . -name '.*-*.mmtool-journal')" ]
    recovers "$name" mmtool read "$name" 0:0
    rm "$name"
    mkdir d
    half_made "$name" --journal-dir=d
    mv "$name" d/
    ! need_marks || recovers "d/$name" mmtool read "d/$name" 0:0
}

@test "a path of more than 1024 bytes, which no mark holds: found by its name" {
    local long
    long=$(printf 'd%.0s' {1..200})
    for number in {1..6}; do
        mkdir "$long"
        cd "$long"
    done
    half_made f --undo=back
    recovers f mmtool info -s f
    mmtool splice --edits=back f
    cmp f old
    mmtool splice --new-inode --undo=later f 10+8
    mmtool splice --edits=later f
    cmp f old
}

@test "a journal on another file system is found from anywhere, its directory unnamed" {
    need_marks
    need_stranger
    [ "$(id -u)" -eq 0 ] || skip "only root can make files that belong to others"
    local other
    other=$(mktemp -d -p /dev/shm) || skip "no other file system"
    chmod 777 "$other"
    chmod 755 .
    mkdir closed
    : >closed/f
    chown 65534 closed/f
    as_other() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
    head -c 3000000 /dev/urandom | tee old >closed/f
    { head -c 10 old && printf 7bytes! && tail -c +11 old; } >new
    ln -s "$other" link
    status=0
    as_other strace -qq -o /dev/null -P "$PWD/closed/f" -e trace=pwrite64 \
        -e inject=pwrite64:signal=KILL:when=5 \
        "$MMTOOL" splice --journal-dir=link closed/f 10+0 7bytes! || status=$?
    [ "$status" -eq 137 ] || skip "strace cannot kill here (status $status)"
    [ -n "$(find "$other" -name '.*.mmtool-journal')" ]
    run -0 --separate-stderr sh -c 'cd / && exec "$0" read "$1" 0:0' "$MMTOOL" "$PWD/closed/f"
    [[ $stderr == *'an interrupted edit was finished'* ]]
    cmp closed/f new
    rmdir "$other"
}

# ---- who is believed ------------------------------------------------------------------------

@test "a copy of a half-made file is recognised, and nothing is done to it" {
    need_marks
    half_made f
    cp -a f copy
    cmp f copy
    refuses 'copy of a file' mmtool read copy
    refuses 'copy of a file' mmtool write copy 0 x
    cmp f copy
    recovers f mmtool read f 0:0
}

@test "the journal is gone: refused, with the mend; --ignore-journal shows the file" {
    need_marks
    half_made f
    cp f before
    mv .f.mmtool-journal kept
    refuses 'mmtool recover f' mmtool read f
    refuses 'mmtool recover f' mmtool write f 0 x
    mmtool read --ignore-journal f | cmp - before
    cmp f before
    mv kept .f.mmtool-journal
    recovers f mmtool read f 0:0
}

@test "the mend: without the mark the file is taken as it is" {
    need_marks
    half_made f
    cp f before
    rm .f.mmtool-journal
    setfattr -x user.mmtool.journal f
    mmtool read f | cmp - before
}

@test "half made, then restored from a backup or cut: left alone, and the mend is named" {
    need_marks
    local restored
    half_made f
    # In place: the mark stays.
    for restored in 'cat old' 'head -c 3500000 /dev/urandom' 'head -c 2000000 old'; do
        $restored >f
        cp f before
        refuses 'mmtool recover f' mmtool read f 0:0
        refuses 'mmtool recover f' mmtool write f 0 x
        cmp f before
    done
    setfattr -x user.mmtool.journal f
    mmtool read f | cmp - before
    [ ! -e .f.mmtool-journal ]
}

@test "half cut out, then restored from a backup: left alone; what is appended does no harm" {
    need_marks
    local status=0
    head -c 3000000 /dev/urandom >old
    for after in restored appended; do
        cat old >f
        strace -qq -o /dev/null -P "$PWD/f" -e trace=pwrite64 \
            -e inject=pwrite64:signal=KILL:when=5 "$MMTOOL" splice f 10+7 || status=$?
        [ "$status" -eq 137 ] || skip "strace cannot kill here (status $status)"
        cmp -s f old && return 1
        if [ $after = restored ]; then
            cat old >f
            refuses 'mmtool recover f' mmtool read f 0:0
            cmp f old
            setfattr -x user.mmtool.journal f
            mmtool read f 0:0
        else
            printf appended >>f
            mmtool read f 0:0
            cmp f <(head -c 10 old && tail -c +18 old && printf appended)
        fi
    done
}

# is_planted: the half-made file f is refused and stays as it is.
is_planted() {
    cp f before
    run -2 mmtool read f 0:0
    run -2 mmtool write f 0 x
    cmp f before
}

@test "a journal that others could have written is not believed" {
    need_marks
    half_made f
    chmod 666 .f.mmtool-journal
    is_planted
    chmod 600 .f.mmtool-journal
    ln .f.mmtool-journal second
    is_planted
    rm second
    mv .f.mmtool-journal real
    ln -s real .f.mmtool-journal
    is_planted
    mv real .f.mmtool-journal
    recovers f mmtool read f 0:0
}

@test "a journal that belongs to a stranger is not believed" {
    need_marks
    [ "$(id -u)" -eq 0 ] || skip "only root can give files away"
    half_made f
    chown 65534 .f.mmtool-journal
    is_planted
    refuses 'user 65534): that user, or root, can finish the edit' mmtool read f
    chown 0 .f.mmtool-journal
    recovers f mmtool read f 0:0
}

@test "a damaged journal is not believed: header, list, a shorter file" {
    need_marks
    half_made f
    cp -p .f.mmtool-journal real
    for offset in 0 8 30 100 511; do
        printf '\xa5' | dd of=.f.mmtool-journal bs=1 seek="$offset" conv=notrunc status=none
        is_planted
        cat real >.f.mmtool-journal
    done
    printf '\xa5\xa5\xa5' | dd of=.f.mmtool-journal bs=1 seek=20480 conv=notrunc status=none
    is_planted
    cat real >.f.mmtool-journal
    truncate -s 9000 .f.mmtool-journal
    is_planted
    cat real >.f.mmtool-journal
    recovers f mmtool read f 0:0
}

@test "a journal whose progress is no step of the edit is not believed, and no loop" {
    need_marks
    half_made f
    cp -p .f.mmtool-journal real
    cp f torn
    for progress in '\xff\xff\xff\xff\xff\xff\xff\xff' '\0\0\0\0\0\x01\0\0' '\xe8\x03\0\0\0\0\0\0'; do
        # shellcheck disable=SC2059 # it is escapes
        printf "$progress" | dd of=.f.mmtool-journal bs=1 seek=4096 conv=notrunc status=none
        refuses 'the journal is damaged' timeout 20 "$MMTOOL" read f
        cmp f torn
        cat real >.f.mmtool-journal
    done
    recovers f mmtool read f 0:0
}

# many_steps: makes the journal of f one of an edit of 8 TiB in steps of a byte.
many_steps() {
    need python3
    python3 - <<'EOF'
import struct

def crc32c(data):
    crc = 0xffffffff
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82f63b78 if crc & 1 else 0)
    return crc ^ 0xffffffff

OLD_SIZE, NEW_SIZE, START_SIZE, WINDOW, SLOTS, LENGTH = 4, 5, 6, 7, 14, 15
with open(".f.mmtool-journal", "r+b") as journal:
    header = bytearray(journal.read(512))
    numbers = list(struct.unpack_from("<16Q", header, 24))
    numbers[NEW_SIZE] += 2**43 - numbers[START_SIZE]
    numbers[OLD_SIZE] = numbers[START_SIZE] = 2**43
    numbers[WINDOW] = 1
    numbers[LENGTH] = numbers[SLOTS] + 2 * (1 + 4096)
    struct.pack_into("<16Q", header, 24, *numbers)
    struct.pack_into("<Q", header, 504, crc32c(header[:504]))
    journal.seek(0)
    journal.write(header)
EOF
}

@test "a signal ends a recovery that takes too long within a second" {
    local status=0
    need_marks
    half_made f
    truncate -s $((2 ** 43 + 8)) f 2>/dev/null || skip "no files of that size here"
    many_steps
    start=$(milliseconds)
    timeout --preserve-status -s TERM -k 20 1 "$MMTOOL" read f 0:0 || status=$?
    [ "$status" -eq 143 ]
    [ $(($(milliseconds) - start)) -lt 3000 ]
    [ -e .f.mmtool-journal ]
}

@test "a signal ends a long look at a growth that is to be taken back" {
    local status=0
    need strace
    seq 1 100000 >f
    cp f old
    strace -qq -o /dev/null -P f -e trace=pread64 -e inject=pread64:signal=KILL:when=1 \
        "$MMTOOL" splice f 10+0 x --repeat=4000000 2>/dev/null || status=$?
    [ "$status" -eq 137 ] && [ "$(stat -c %s f)" -eq 4588895 ] || skip "strace cannot kill it behind the growth"
    dd if=/dev/zero of=f bs=588895 seek=1 count=6 conv=notrunc status=none # no hole, but data
    start=$(milliseconds)
    status=0
    timeout --preserve-status -s TERM -k 20 1 strace -D -qq -o /dev/null -P f -e trace=pread64 \
        -e inject=pread64:delay_enter=50000 "$MMTOOL" recover --back f || status=$?
    [ "$status" -eq 143 ]
    [ $(($(milliseconds) - start)) -lt 3000 ]
    [ -e .f.mmtool-journal ]
    mmtool recover --back f
    cmp f old
    [ ! -e .f.mmtool-journal ]
}

@test "what is no file in the place of a journal is not opened, but told" {
    make f 0123456789
    for other in 'mkfifo' 'mkdir' 'ln -s /etc/passwd' 'ln -s nowhere'; do
        $other .f.mmtool-journal
        refuses 'is not a regular file' timeout 20 "$MMTOOL" read f
        refuses "'mmtool recover f'" timeout 20 "$MMTOOL" splice f 0+0 x
        prints 0123456789 mmtool read --ignore-journal f
        [ ! -f .f.mmtool-journal ] || [ -L .f.mmtool-journal ]
        rm -r .f.mmtool-journal
    done
    prints 0123456789 mmtool read f
}

@test "a journal of another file, or planted beside an unmarked one, is left alone" {
    need_marks
    half_made f
    cp old g
    cp -p .f.mmtool-journal .g.mmtool-journal
    refuses 'is of another file' mmtool read g
    refuses "'mmtool recover g'" mmtool splice g 0+0 x
    cmp g old
    cmp .f.mmtool-journal .g.mmtool-journal
    rm .g.mmtool-journal
    recovers f mmtool read f 0:0
}

@test "what is in the way of a file goes with recover --accept --force" {
    make f 0123456789
    for other in 'make .f.mmtool-journal text' 'mkfifo .f.mmtool-journal'; do
        $other
        refuses "'mmtool recover f'" mmtool read f
        run -1 --separate-stderr mmtool recover f
        [[ $output == *'reason: '*'/.f.mmtool-journal) is '* ]]
        [[ $output != *"'mmtool recover f'"* ]]
        mmtool recover --accept --force f
        prints 0123456789 mmtool read f
        [ ! -e .f.mmtool-journal ]
    done
}

# ---- readers --------------------------------------------------------------------------------

@test "a reader who may not write refuses, names the mend, and can look all the same" {
    need_stranger
    [ "$(id -u)" -eq 0 ] || skip "only root can make files that belong to others"
    half_made f
    cp f before
    chmod 755 .
    chmod 644 f
    run -2 --separate-stderr as_stranger "$MMTOOL" read f 0:0
    [[ $stderr == *'middle of an edit'*--ignore-journal* ]]
    as_stranger "$MMTOOL" read --ignore-journal f | cmp - before
    cmp f before
}

@test "after the recovery owner, mode, inode and links are as they were" {
    half_made f
    ln f g
    chmod 640 f
    before=$(stat -c '%i %u %g %a %h' f)
    recovers f mmtool info -s f
    [ "$(stat -c '%i %u %g %a %h' f)" = "$before" ]
}

@test "the journal of an edit can be read by nobody who may not read the file" {
    umask 022
    : >f
    chmod 600 f
    half_made f
    [ "$(stat -c %a .f.mmtool-journal)" = 600 ]
}

@test "blocks that are reserved by writing zeros are there all or none" {
    need strace
    head -c 300000 /dev/urandom >old
    { cat old && head -c 2000000 /dev/zero; } >new
    grown=0
    for number in {2..40}; do
        cat old >f
        status=0
        strace -qq -o /dev/null -e trace=fallocate,pwrite64 -e inject=fallocate:error=EOPNOTSUPP \
            -e "inject=pwrite64:signal=KILL:when=$number" \
            "$MMTOOL" resize --allocate f +2000000 || status=$?
        [ "$status" -eq 137 ] || break
        [ "$(size_of f)" -eq 300000 ] || grown=$((grown + 1))
        mmtool info -s f
        is_whole f
    done
    [ "$number" -gt 2 ] || skip "strace cannot kill here (status $status)"
    [ "$grown" -gt 1 ]
    cmp f new
}

# ---- that stay ------------------------------------------------------------------------------

# grows_only DIRECTORY: makes it one that gives no name back, until $freed.
grows_only() {
    mkdir "$1"
    [ "$(id -u)" -eq 0 ] || skip "only root can make a directory that only grows"
    need chattr
    touch "$1/f"
    chattr +a "$1" 2>/dev/null || skip "no directory can be made to only grow here"
    freed=$PWD/$1
}

teardown() {
    [ -z "${freed-}" ] || chattr -a "$freed"
}

@test "a directory that gives no name back: the edits are done, once each, and the user is told" {
    grows_only d
    make d/f 0123456789
    for wanted in x0123456789 xx0123456789 xxx0123456789; do
        run -0 --separate-stderr mmtool splice d/f 0+0 x
        [[ $stderr == *'the edit is done, but its journal could not be removed ('*"d/.f.mmtool-journal): "*"'mmtool recover d/f' shows"* ]]
        [ "$(size_of d/.f.mmtool-journal)" -le 24576 ]
        prints "$wanted" mmtool read d/f
    done
    run -1 mmtool recover d/f
    [[ $output == *whole* ]]
    chattr -a d
    prints xxx0123456789 mmtool read d/f
    [ ! -e d/.f.mmtool-journal ]
}

@test "killed in a directory that gives no name back: finished, the journal used again" {
    grows_only d
    half_made d/f
    run -0 --separate-stderr mmtool info -s d/f
    [[ $stderr == *'was finished'*'its journal could not be removed'* ]]
    cmp d/f new
    prints '3000008\n' mmtool info -s d/f
    half_made d/f
    cmp -s d/f new && return 1
    run -0 --separate-stderr mmtool splice d/f 0+0 x
    [[ $stderr == *'was finished'* ]]
    cmp d/f <(printf x; cat new)
}

@test "a script in a directory that gives no name back is done, and the user is told" {
    grows_only d
    make d/f 0123456789
    run -0 --separate-stderr mmtool run d/f -c 'write 0 a' -c 'write 1 b' -c size -c 'write 2 c'
    [[ $stderr == *'the edits are done, but its journal could not be removed ('*"d/.f.mmtool-journal): "*"'mmtool recover d/f' shows"* ]]
    prints abc3456789 mmtool read d/f
    mmtool write d/f 0 x 2>/dev/null
    chattr -a d
    prints xbc3456789 mmtool read d/f
    [ ! -e d/.f.mmtool-journal ]
}

@test "a journal that is used again has no records of the edit before" {
    grows_only d
    head -c 60M /dev/zero | tr '\0' a >d/f
    mmtool splice --durable d/f 0+0 x 2>/dev/null
    cp d/.f.mmtool-journal earlier
    for number in {1..8}; do
        cat earlier >d/.f.mmtool-journal
        status=0
        strace -qq -o /dev/null -e trace=pwrite64 -e inject=pwrite64:signal=KILL:when="$number" \
            "$MMTOOL" write --durable d/f 10 b 2>/dev/null || status=$?
        [ "$status" -eq 137 ] || break
        text=$(mmtool read d/f 8+4 2>/dev/null)
        [[ $text == aaaa || $text == aaba ]]
        mmtool write --no-journal d/f 10 a
    done
    [ "$number" -gt 4 ]
}

@test "where files bear no marks nothing waits for one that was never set" {
    need strace
    letters old 300000
    cp old f
    for number in {1..8}; do
        status=0
        strace -qq -o /dev/null -e trace=fgetxattr,fsetxattr,pwrite64 \
            -e inject=fgetxattr,fsetxattr:error=EOPNOTSUPP \
            -e "inject=pwrite64:signal=KILL:when=$number" "$MMTOOL" splice f 10+7 || status=$?
        [ "$status" -eq 137 ] || skip "strace cannot kill here (status $status)"
        strace -qq -o /dev/null -e trace=fgetxattr,fsetxattr,fremovexattr \
            -e inject=fgetxattr,fsetxattr,fremovexattr:error=EOPNOTSUPP "$MMTOOL" info -s f
        [ ! -e .f.mmtool-journal ]
        cp old f
    done
}
