# Files that somebody else has put where mmtool makes or looks for its own: SECURITY.md beside this
# lists what each test here stands for.

# shellcheck disable=SC2154 # bats sets stderr, the helper source_root
# shellcheck disable=SC2030,SC2031 # bats runs each test in a subshell, as it should
load ../helper
load crash

kinds='fifo directory link dangling device hard-link empty-of-other text-of-other text'

# plant KIND NAME: puts such a thing there; `precious` is what it leads to, if anywhere.
plant() {
    case $1 in
    fifo) mkfifo "$2" ;;
    directory) mkdir "$2" && make "$2/inside" precious ;;
    link) ln -s precious "$2" ;;
    dangling) ln -s nowhere "$2" ;;
    device) mknod "$2" c 1 5 ;;
    hard-link) ln precious "$2" ;;
    empty-of-other) : >"$2" && chown 65533 "$2" ;;
    text-of-other) make "$2" precious && chown 65533 "$2" ;;
    text) make "$2" precious ;;
    esac
}

# seen NAME: what it is and what it holds, to be compared.
seen() {
    stat -c '%F %i %h %u %a %s' "$1"
    [ ! -f "$1" ] || cat "$1"
    [ ! -d "$1" ] || cat "$1/inside"
}

need_root() {
    [ "$(id -u)" -eq 0 ] || skip "only root can make files of others and devices"
}

# stays KIND NAME COMMAND...: the command ends soon, with a message unless all went well; what was
# planted there, and what it leads to, is what it was.
stays() {
    local kind=$1 name=$2 before
    shift 2
    before=$(seen "$name")
    run --separate-stderr timeout 20 "$@"
    echo "$kind at $name: $* ends with $status: $output $stderr"
    [ "$status" -le 2 ]
    [ "$status" -ne 2 ] || [[ $stderr == 'mmtool: '* ]]
    [ "$(seen "$name")" = "$before" ]
    holds precious precious
    [ ! -e nowhere ]
}

# is_refused KIND COMMAND: so it was, with the way out. An empty file has never been the journal of
# an edit that had begun: who only reads goes on.
is_refused() {
    [[ $1 != empty-of-other || $2 != @(read|find|info)* || $status -ne 0 ]] || return 0
    [ "$status" -eq 2 ]
    [[ $stderr == *"mmtool recover "* ]]
}

# ---- the journal ----------------------------------------------------------------------------

@test "whatever is planted at the journal's name is not read, written, followed or waited for" {
    need_root
    make precious precious
    make f 0123456789
    for kind in $kinds; do
        plant "$kind" .f.mmtool-journal
        for command in 'read f' 'find f 5' 'info f' 'write f 0 x' 'splice f 0+0 x' 'splice f 2+3' \
            'write --durable f 0 x'; do
            # shellcheck disable=SC2086 # it is words
            stays "$kind" .f.mmtool-journal "$MMTOOL" $command
            is_refused "$kind" "$command"
            holds f 0123456789
        done
        stays "$kind" .f.mmtool-journal "$MMTOOL" recover f
        rm -rf .f.mmtool-journal
    done
}

@test "nor is what is planted in the directory for journals" {
    need_root
    make precious precious
    make f 0123456789
    mkdir jd closed
    mv f closed
    chmod 666 closed/f
    chmod 755 closed
    chmod 1777 jd
    name=jd/$(printf '.%x-%x.mmtool-journal' "$(stat -c %d closed/f)" "$(stat -c %i closed/f)")
    for kind in fifo directory dangling device empty-of-other text-of-other; do
        rm -rf "$name"
        plant "$kind" "$name"
        for command in 'read closed/f' 'write closed/f 0 x'; do
            # shellcheck disable=SC2086 # it is words
            stays "$kind" "$name" setpriv --reuid=65534 --regid=65534 --clear-groups \
                "$MMTOOL" $command --journal-dir=jd
            is_refused "$kind" "$command"
            holds closed/f 0123456789
        done
    done
}

@test "what a mark names is opened only if it is a regular file, and read only as a journal" {
    need_root
    need setfattr
    make precious precious
    make f 0123456789
    mkdir away
    for kind in $kinds; do
        plant "$kind" away/journal
        setfattr -n user.mmtool.journal -v "0123456789abcdef$PWD/away/journal" f ||
            skip "this file system has no marks"
        for command in 'read f' 'info f' 'write f 0 x'; do
            # shellcheck disable=SC2086 # it is words
            stays "$kind" away/journal "$MMTOOL" $command
            [ "$status" -eq 2 ]
            holds f 0123456789
        done
        rm -rf away/journal
    done
}

@test "to look at a device that a mark names does not open it" {
    need_root
    need strace setfattr
    make f 0123456789
    setfattr -n user.mmtool.journal -v 0123456789abcdef/dev/null f ||
        skip "this file system has no marks"
    run -2 strace -qq -e trace=%file,%desc -o calls "$MMTOOL" read f
    grep -q '"null"' calls
    if grep '^open.*"null"' calls | grep -v O_PATH; then false; fi
}

# ---- other names ----------------------------------------------------------------------------

@test "what is planted where --new-inode makes its file stays as it is" {
    need_root
    make precious precious
    make f 0123456789
    for kind in fifo directory link dangling device hard-link empty-of-other text-of-other; do
        plant "$kind" .f.mmtool-new
        stays "$kind" .f.mmtool-new "$MMTOOL" write --new-inode f 0 x
        [ "$status" -eq 2 ]
        holds f 0123456789
        rm -rf .f.mmtool-new
    done
}

@test "an undo script replaces a link, and goes to no device, FIFO or directory" {
    need_root
    make precious precious
    for kind in fifo directory device; do
        make f 0123456789
        plant "$kind" undo
        stays "$kind" undo "$MMTOOL" write --undo=undo f 0 x
        [ "$status" -eq 2 ]
        holds f 0123456789
        rm -rf undo
    done
    for kind in link dangling hard-link text-of-other; do
        make f 0123456789
        plant "$kind" undo
        mmtool write --undo=undo f 0 x
        [ "$(stat -c '%F %h %u' undo)" = 'regular file 1 0' ]
        holds precious precious
        [ ! -e nowhere ]
        rm undo
    done
}

# ---- what others may read -------------------------------------------------------------------

# while_killed COMMAND...: runs it, killed when it has committed, so that its files can be seen.
while_killed() {
    run -137 strace -qq -f -o calls -e trace=pwrite64 -e inject=pwrite64:signal=KILL:when=6+ "$@"
}

@test "a journal is 0600 and has no ACL, whatever file and directory have" {
    need_root
    need strace setfacl getfacl
    letters f 300000
    chmod 664 f
    setfacl -m u:1234:r,g::- f || skip "this file system has no ACLs"
    setfacl -d -m u:1234:rw,g:1234:rw,o::rw .
    while_killed "$MMTOOL" splice f 10+0 x
    [ "$(stat -c '%a %u' .f.mmtool-journal)" = '600 0' ]
    [ -z "$(getfacl -cs .f.mmtool-journal)" ]
    mmtool info -s f
}

@test "an undo script and a new inode are nobody else's while they are made" {
    need_root
    need strace setfacl getfacl
    letters f 300000
    setfacl -d -m u:1234:rw,g:1234:rw,o::rw . || skip "this file system has no ACLs"
    while_killed "$MMTOOL" splice --undo=back f 10+0 x
    for file in .back.mmtool-undo-*; do
        [ "$(stat -c %a "$file")" = 600 ]
        [ -z "$(getfacl -cs "$file")" ]
    done
    mmtool info -s f
    letters g 300000
    run -137 strace -qq -o calls -e trace=pwrite64 -e inject=pwrite64:signal=KILL:when=1 \
        "$MMTOOL" splice --new-inode g 10+0 x
    [ "$(stat -c %a .g.mmtool-new)" = 600 ]
    [ -z "$(getfacl -cs .g.mmtool-new)" ]
}
