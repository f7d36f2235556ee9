# Owner, mode, ACLs and extended attributes: kept over an edit, or told.

# shellcheck disable=SC2154 # bats sets stderr
# shellcheck disable=SC2016 # for inner shells
# shellcheck disable=SC2119,SC2120,SC2317 # what each edit begins with is told by a variable
load helper

need_root() {
    [ "$(id -u)" -eq 0 ] || skip "needs root, to give files away"
}

# The edits of each kind, a line each; f has 300000 bytes before the first.
edits() {
    cat <<'END'
write f 0 xyz
splice f 10+0 abc
splice f 5000+8192
splice -a -p abc f AB
move f 0 5003+1000
splice --durable f 10+3
write --no-journal f 0 abc
resize f 100000
resize --no-journal f 90000
resize f 200000
resize --allocate f 300000
splice --undo=back f 10+0 abc
splice --edits=script f
run f -c 'seek 5' -c 'write xyz'
run --atomic f -c 'splice 0+1' -c 'write 7 xyz'
END
}

# each_edit COMMAND...: does each of the edits by it, and checks with kept after each.
each_edit() {
    local line
    printf '20 +3 "uvw"\n' >script
    letters f 300000
    "${made:-true}"
    while IFS= read -r line; do
        eval "set -- $line"
        echo "$line"
        "${as[@]}" "$MMTOOL" "$@" >said 2>&1 </dev/null
        cat said
        [ ! -s said ]
        kept
    done < <(edits)
}

# ---- in place -------------------------------------------------------------------------------

@test "set-user-ID and set-group-ID stay over each edit by the owner" {
    need_stranger
    as=(as_stranger)
    chmod 777 .
    made() {
        touch back said
        [ "$(id -u)" -ne 0 ] || chown 65534:65534 f back said
        chmod 6755 f
    }
    kept() { [ "$(stat -c %a f)" = 6755 ]; }
    made=made each_edit
}

@test "file capabilities stay over each edit" {
    need_root
    need setcap getcap
    as=()
    made() { setcap cap_net_raw,cap_chown+ep f || skip "no file capabilities here"; }
    kept() { getcap f | grep -q cap_chown,cap_net_raw; }
    made=made each_edit
}

@test "an edit that fails takes no set-user-ID and no capabilities away" {
    need_root
    need setcap getcap
    letters f 300000
    chown 65534:65534 f
    chmod 777 .
    chmod 6755 f
    refuses '' as_stranger bash -c 'ulimit -f 600; exec "$0" write --extend f end --repeat=400000 x' \
        "$MMTOOL"
    [ "$(stat -c '%a %s' f)" = '6755 300000' ]
    setcap cap_chown+ep f || skip "no file capabilities here"
    refuses '' bash -c 'ulimit -f 600; exec "$0" write --extend f end --repeat=400000 x' "$MMTOOL"
    getcap f | grep cap_chown
}

@test "what the user may not put back is said on one line, and the edit is done" {
    need_root
    need_stranger
    need setcap getcap
    chmod 777 .
    make f 0123
    chmod 6777 f
    setcap cap_chown+ep f || skip "no file capabilities here"
    run -0 --separate-stderr as_stranger "$MMTOOL" write f 0 x
    holds f x123
    [ "$stderr" = 'mmtool: write: f: the write took away its set-user-ID, set-group-ID, file capabilities, which this user may not put back' ]
    [ "$(stat -c %a f)" = 777 ]
    run -0 --separate-stderr as_stranger "$MMTOOL" write f 0 y
    [ -z "$stderr" ]
}

@test "an edit widens nothing: bits and capabilities that were not there do not come" {
    need_root
    need getcap
    make f 0123
    for mode in 644 755 1755 4711 2070 600; do
        chmod "$mode" f
        mmtool write f 0 x
        [ "$(stat -c %a f)" = "$mode" ]
    done
    [ -z "$(getcap f)" ]
}

@test "ACLs and attributes stay over an edit in place" {
    need setfacl getfacl setfattr getfattr
    letters f 300000
    setfacl -m u:12345:rw,m::r f 2>/dev/null || skip "no ACLs here"
    setfattr -n user.note -v kept f 2>/dev/null || skip "no user attributes here"
    chmod u+s f
    before=$(getfacl -n f && getfattr -d f)
    mmtool splice f 10+0 abc
    mmtool resize f 1000
    [ "$(getfacl -n f && getfattr -d f)" = "$before" ]
}

@test "a hole made by advise --force remove takes no capabilities away" {
    need_root
    need setcap getcap
    letters f 300000
    setcap cap_chown+ep f || skip "no file capabilities here"
    mmtool advise --force f remove 4096+8192 || skip "this file system frees no blocks by advice"
    getcap f | grep cap_chown
}

@test "the journal of a file with an ACL is not for the group, nor for whom a default ACL names" {
    need setfacl getfacl strace
    letters f 300000
    setfacl -m g::-,u:12345:r,m::r f 2>/dev/null || skip "no ACLs here"
    setfacl -d -m u:12346:rw .
    [ "$(stat -c %a f)" = 644 ]
    # The fourth write is behind the header, and the journal has its owner.
    run env ASAN_OPTIONS=detect_leaks=0 strace -qq -o /dev/null -e trace=pwrite64 \
        -e inject=pwrite64:signal=KILL:when=4 "$MMTOOL" splice f 10+0 abc
    [ -e .f.mmtool-journal ] || skip "strace cannot kill here in the middle (status $status)"
    [[ $(stat -c %a .f.mmtool-journal) == 60[04] ]] # 600 before it is its owner's
    run ! grep -E '1234[56]' <(getfacl -n .f.mmtool-journal)
}

# ---- in a new file --------------------------------------------------------------------------

@test "--new-inode carries owner, mode, ACL, attributes and capabilities over without a word" {
    need_root
    need setfacl getfacl setfattr getfattr setcap getcap
    letters f 300000
    chown 1234:2345 f
    chmod 6751 f
    setfacl -m u:12345:rw,m::r f 2>/dev/null || skip "no ACLs here"
    setfattr -n user.note -v kept f 2>/dev/null || skip "no user attributes here"
    setcap cap_net_raw+ep f || skip "no file capabilities here"
    ln f old
    before=$(stat -c '%a %u %g' f && getfacl -n f && getfattr -d -m - f)
    prints '' mmtool splice --new-inode f 10+0 abc
    [ "$(stat -c '%a %u %g' f && getfacl -n f && getfattr -d -m - f)" = "$before" ]
    [ "$(getcap f)" = "f cap_net_raw=ep" ]
    [ "$(inode_of f)" -ne "$(inode_of old)" ]
}

@test "--new-inode by the owner keeps set-user-ID and set-group-ID, and says nothing" {
    need_stranger
    chmod 777 .
    make f 0123
    [ "$(id -u)" -ne 0 ] || chown 65534:65534 f
    chmod 6755 f
    prints '' as_stranger "$MMTOOL" write --new-inode f 0 x
    [ "$(stat -c %a f)" = 6755 ]
    holds f x123
}

@test "--new-inode says what another user may not carry over" {
    need_root
    need_stranger
    need setcap getcap
    chmod 777 .
    make f 0123
    chmod 6775 f
    setcap cap_net_raw+ep f || skip "no file capabilities here"
    run -0 --separate-stderr as_stranger "$MMTOOL" write --new-inode f 0 x
    [ "$stderr" = 'mmtool: write: f: this user may not carry over to the new file: owner, group, file capabilities, set-user-ID, set-group-ID, mode' ]
    [ "$(stat -c '%a %u %g' f)" = '755 65534 65534' ]
    [ -z "$(getcap f)" ]
    holds f x123
    run -0 --separate-stderr as_stranger "$MMTOOL" write --new-inode f 0 y
    [ -z "$stderr" ]
}

@test "--new-inode by another user gives his group no more than others have" {
    need_root
    need_stranger
    need setfacl getfacl
    chmod 777 .
    make f 0123
    chmod 664 f
    setfacl -m u:12345:rw f 2>/dev/null || skip "no ACLs here"
    run -0 --separate-stderr as_stranger "$MMTOOL" write --new-inode f 0 x
    [[ $stderr == *'owner, group'* ]]
    getfacl -n f | grep -x 'user:12345:rw-'
    getfacl -n f | grep -x 'group::r--'
}

@test "--new-inode takes no ACL from the directory" {
    need setfacl getfacl
    make f 0123
    chmod 640 f
    setfacl -d -m u:12345:rw . 2>/dev/null || skip "no ACLs here"
    mmtool write --new-inode f 0 x
    run ! grep 12345 <(getfacl -n f)
    [ "$(stat -c %a f)" = 640 ]
}
