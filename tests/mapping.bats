# --access, --map, --prot, --window, --advise: how a file is mapped, on every subcommand.

load helper

# The names of all subcommands; a dump without them is an error, which names=$(subcommands) sees.
subcommands() {
    mmtool --dump-commands | awk -F '\t' '$1 == "command" { print $2; count++ } END { exit count < 10 }'
}

# ---- --access -------------------------------------------------------------------------------

@test "every subcommand takes the five options, but recover, which maps FILE in its own way" {
    names=$(subcommands)
    for name in $names; do
        [ "$name" != recover ] || continue
        for option in access map prot window advise; do
            mmtool help "$name" | grep -q -- "--$option=" || { echo "$name --$option"; false; }
        done
    done
}

@test "copy access: an edit changes nothing and prints what it would" {
    make f 0123456789
    prints '3 33 58\n' mmtool write --access=copy f 3 X
    prints '0 3031 -\n' mmtool splice --access=copy f 0+2
    prints '10 - +3\n' mmtool resize --access=copy f 13
    prints '3 33 35\n' mmtool splice --access=copy --pattern=3 --within=3:4 f 5
    holds f 0123456789
    prints 0123456789 mmtool read --access=copy f
}

@test "a copy of 10 TiB takes no memory" {
    zeros f 10T
    grep -q __asan_init "$MMTOOL" && skip "under a sanitizer a copy is one"
    # the fifth byte of an ELF file: 1 for 32 bits
    [ "$(head -c 5 "$MMTOOL" | tail -c 1)" != $'\x01' ] || skip "10 TiB are more than 32 bits reach"
    prints '5 00 58\n' mmtool write --access=copy f 5 X
    prints '\x00X' mmtool run --access=copy f -c 'write 5 X' -c 'read 4+2'
    prints '\x00' mmtool read --map=private f 5T+1
}

@test "copy access needs no right to write" {
    make f 0123456789
    chmod 444 f
    chmod 755 .
    need_stranger
    prints '3 33 58\n' as_stranger "$MMTOOL" write --access=copy f 3 X
}

@test "read access: an edit is an error, a dry run is none" {
    make f 0123456789
    refuses 'needs write access' mmtool write --access=read f 3 X
    refuses 'needs write access' mmtool resize --access=read f 3
    refuses 'needs write access' mmtool splice --access=read f 0+1
    refuses 'needs write access' mmtool move --access=read f 0 5+1
    prints '3 33 58\n' mmtool write -n --access=read f 3 X
    prints 345 mmtool read --access=read f 3:6
    holds f 0123456789
}

@test "write access asks for the right to write even to look" {
    make f 0123456789
    prints 345 mmtool read --access=write f 3:6
    prints '' mmtool write --access=write f 3 X
    holds f 012X456789
    chmod 444 f
    chmod 755 .
    need_stranger
    refuses 'permission denied' as_stranger "$MMTOOL" read --access=write f
}

@test "an access that there is not" {
    make f abc
    usage_error 'read, write or copy' mmtool read --access=readwrite f
}

# ---- --map, --prot --------------------------------------------------------------------------

@test "a private mapping: an edit is a dry run; a shared one: it is done" {
    make f 0123456789
    prints '3 33 58\n' mmtool write --map=private f 3 X
    holds f 0123456789
    prints '' mmtool write --map=shared f 3 X
    holds f 012X456789
    prints 012X456789 mmtool read --map=MAP_PRIVATE,noreserve f
}

@test "populate reads all of it in" {
    [ "$(uname)" = Linux ] || skip "a flag of Linux"
    letters f 1000000
    sync f
    mmtool advise f dontneed
    mmtool advise --status f | grep -q '^resident: 0 ' || skip "this file system keeps its pages in memory"
    mmtool read --map=populate f 0+1
    mmtool advise --status f | grep -q '^resident: 1000000 '
}

@test "flags: by name, with MAP_ or without, in any case, several" {
    make f abc
    for flags in $([ "$(uname)" = Linux ] && echo shared_validate) shared MAP_SHARED Map_Shared shared,noreserve PRIVATE,MAP_NORESERVE; do
        prints abc mmtool read --map="$flags" f
    done
}

@test "an unknown flag, or one of another system, says which exist here" {
    make f abc
    usage_error 'unknown map flag "sharred" (here there are shared, private' mmtool read --map=sharred f
    usage_error 'unknown map flag ""' mmtool read --map=shared, f
    usage_error 'unknown map flag "fixed"' mmtool read --map=fixed f
    [ "$(uname)" = Linux ] || return 0
    refuses 'this system has no map flag "jit" (it has shared, private' mmtool read --map=jit f
}

@test "flags that contradict each other" {
    make f abc
    usage_error 'not both' mmtool read --map=shared,private f
    usage_error 'no write access' mmtool read --access=write --map=private f
    refuses 'anonymous' mmtool read --map=anonymous f
}

@test "--prot: rights by name" {
    make f 0123456789
    prints 345 mmtool read --prot=read f 3:6
    prints '' mmtool write --prot=read,write f 3 X
    holds f 012X456789
    refuses '--prot=read' mmtool write --prot=read f 3 Y
    usage_error 'read, write or exec' mmtool read --prot=rw f
    usage_error 'the same thing' mmtool read --prot=read --access=read f
    usage_error 'the same thing' mmtool read --access=read --prot=read f
    holds f 012X456789
}

@test "bytes read through a mapping are those of the file, for every subcommand that looks" {
    letters f 300000
    for option in --access=read --access=copy --map=private --map=shared --prot=read --advise=random; do
        cmp <(mmtool read "$option" f) f
        [ "$(mmtool find "$option" -c f ghi)" = 30000 ]
        [ "$(mmtool rfind "$option" f abc)" = 299990 ]
        [ "$(mmtool info "$option" -s f)" = 300000 ]
        [ "$(mmtool read "$option" -l-1 f)" = abcdefghi ]
        prints '' mmtool flush "$option" f
    done
    make g ''
    prints '' mmtool read --access=read g
    prints 'abc' mmtool read --access=read - <<<$'abc' --window=:3
}

# ---- --window -------------------------------------------------------------------------------

@test "a window: offsets count from its start, nothing outside is seen" {
    make f 0123456789abcdef
    prints 3456 mmtool read --window=3:7 f
    prints 6 mmtool read --window=3:7 f -1:
    prints 45 mmtool read --window=3+4 f 1+2
    prints '' mmtool read --window=3:7 f 4:100
    prints '0\n' mmtool find --window=3:7 f 3
    says_no mmtool find --window=3:7 f 67
    says_no mmtool find --window=3:7 f 2
    prints '3\n' mmtool rfind --window=3:7 f 6
    prints '4\n' mmtool info --size --window=3:7 f
}

@test "a window at any offset, read through a mapping too" {
    letters f 300000
    for window in 1: 4095:4097 4096+8192 131071:262145 299999: 0:0; do
        mmtool read f "$window" >expected
        cmp <(mmtool read --window="$window" f) expected
        cmp <(mmtool read --window="$window" --access=read f) expected
        [ "$(mmtool find -c --window="$window" f e)" = "$(tr -cd e <expected | wc -c)" ]
    done
}

@test "a window: lines end where it does" {
    make f 'one\ntwo\nthree\nfour\n'
    prints 'wo\nth' mmtool read --window=5:10 f
    prints 'th' mmtool read -L --window=5:10 f 4+1
    prints 'wo\n' mmtool read -l --window=5:10 f
}

@test "an edit in a window changes those bytes, and nothing outside it" {
    make f 0123456789abcdef
    mmtool write --window=4+4 f 0 WXYZ
    holds f 0123WXYZ89abcdef
    mmtool move --window=4+4 f 2 0+2
    holds f 0123WXWX89abcdef
    mmtool write --window=4+4 --fill f : .
    holds f 0123....89abcdef
    refuses 'size 4' mmtool write --window=4+4 f 2 abc
    refuses 'size 4' mmtool move --window=4+4 f 3 0+2
    mmtool write --window=4+4 --expect=.. f 0 XY
    holds f 0123XY..89abcdef
}

@test "edit scripts are of the whole file, whatever the window" {
    make f 0123456789
    prints '4 34 4b\n' mmtool write -n --window=3:8 f 1 K
    mmtool write -n --window=3:8 f 1 K >script
    mmtool write --undo=back --window=3:8 f 1 K
    holds back '4 4b 34\n'
    mmtool splice --edits=back f
    mmtool splice --edits=script f
    holds f 0123K56789
}

@test "resize and splice in a window that ends before the file are refused" {
    make f 0123456789
    for command in 'resize f 3' 'splice f 0+1' 'splice f 0+1 xx' 'splice -p 3 f x' 'write --extend f 3 xyz'; do
        # shellcheck disable=SC2086 # several words
        refuses 'the end' mmtool $command --window=2:6
    done
    holds f 0123456789
}

@test "resize and splice in a window that reaches the end" {
    make f 0123456789
    mmtool splice --window=4: f 1+2 abc
    holds f 01234abc789
    mmtool splice --window=4: -a --pattern=b f BB
    holds f 01234aBBc789
    mmtool resize --window=4: f 4
    holds f 01234aBB
    mmtool resize --window=4: f +2
    holds f '01234aBB\x00\x00'
    mmtool write --extend --window=8: f end xyz
    holds f '01234aBB\x00\x00xyz'
}

@test "an undo script of an edit in a window" {
    make f 0123456789
    mmtool splice --window=4: --undo=back f 1+2 abc
    holds f 01234abc789
    mmtool splice --edits=back f
    holds f 0123456789
}

@test "an edit script in a window" {
    make f 0123456789
    printf '1 35 -\n3 37 "seven"\n' | mmtool splice --edits=- --window=4: f
    holds f 012346seven89
}

@test "a window must lie inside the file" {
    make f 0123456789
    refuses '--window' mmtool read --window=4:11 f
    refuses '--window' mmtool read --window=11: f
    refuses '--window' mmtool read --window=5:4 f
    refuses '--window' mmtool read --window=x f
}

@test "holes of a window are found where they are" {
    zeros f 12M
    mmtool write f 8M x
    sync f
    prints '4194304\n' mmtool find --window=4M: f x
    [ "$(mmtool info --window=9M: f | sed -n 's/^size: //p')" = $((3 << 20)) ]
}

# ---- --advise -------------------------------------------------------------------------------

@test "an advice for the mapping, on any subcommand" {
    make f 0123456789
    prints 345 mmtool read --advise=sequential f 3:6
    prints '3\n' mmtool find --advise=MADV_RANDOM f 3
    prints '' mmtool write --advise=normal f 3 X
    holds f 012X456789
}

@test "an advice that is unknown, or destroys, is refused" {
    make f abc
    usage_error 'did you mean random' mmtool read --advise=randon f
    usage_error 'destroys' mmtool read --advise=remove f
    holds f abc
}

@test "a mapping whose pages may not be touched is an error, not a crash" {
    mmtool advise --list | grep -q '^guard_install ' || skip "this system has no guard pages"
    letters f 10000
    grep -q __asan_init "$MMTOOL" && skip "under a sanitizer bytes are read from a copy"
    mmtool advise f guard_install 2>/dev/null || skip "this system takes it for no file"
    refuses 'could not be accessed' mmtool read --advise=guard_install f
}

@test "a mapping does not keep its own file from being cut" {
    make f 0123456789
    prints '' mmtool resize --access=write f -2
    prints '' mmtool splice --map=shared f 2+3
    prints '01' mmtool run --access=write f -c 'read 0+2' -c 'splice 0+1'
    holds f 1567
}
