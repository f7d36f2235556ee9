# A command on several FILEs: --files, --files-from, --files0-from, --names, --undo=DIR.

# shellcheck disable=SC2154 # bats sets stderr, the helper source_root
load helper

# Three files, two of which have a match.
three() {
    make a 'one\nneedle\n'
    make b 'two\n'
    make c 'needle three needle\n'
}

# ---- which FILEs ----------------------------------------------------------------------------

@test "every operand is a FILE, wherever --files stands" {
    three
    prints 'a:4\nc:0\n' mmtool find --files -p needle a b c
    prints 'a:4\nc:0\n' mmtool find a -p needle b --files c
    prints 'a:11\nb:4\nc:20\n' mmtool info -s --files a b c
    prints 'a:11\nb:4\n' mmtool info -sj --files a b
}

@test "the names are the lines of a list" {
    three
    printf 'c\na\n' >list
    prints 'c:0\na:4\n' mmtool find -p needle --files-from=list
    prints 'c:0\na:4\n' mmtool find -p needle --files-from=- <list
    printf 'c\na' >list # without a last newline
    prints 'c:0\na:4\n' mmtool find -p needle --files-from=list
}

@test "the names of a list may have NUL behind each, and then any other byte in them" {
    name=$'new\nline: \xff'
    make "$name" 'needle\n'
    printf '%s\0' "$name" >list
    prints 'new\nline: \xff\x000\x00' mmtool find -z -p needle --files0-from=list
    printf '%s' "$name" >list
    prints 'new\nline: \xff:0\n' mmtool find -p needle --files0-from=- <list
}

@test "an empty list is status 1" {
    says_no mmtool find --files -p needle
    says_no mmtool find --files-from=/dev/null -p needle
    says_no mmtool splice -a -p needle --with=x --files0-from=- </dev/null
    says_no mmtool read --files
}

@test "names that begin with a dash follow --, others may have colons and blanks" {
    make ./-x 'needle\n'
    make 'a:b c' 'needle\n'
    prints '-x:0\na:b c:0\n' mmtool find --files -p needle -- -x 'a:b c'
}

@test "a name that is empty or has a NUL is told, and the others go on" {
    three
    printf 'a\n\nc\n' >list
    run -2 --separate-stderr mmtool find -p needle --files-from=list
    [ "$output" = $'a:4\nc:0' ]
    [ "$stderr" = "mmtool: find: name 2 is empty" ]
    printf 'a\0x\nc\n' >list
    run -2 --separate-stderr mmtool find -p needle --files-from=list
    [ "$output" = c:0 ]
    [[ $stderr == *"name 1 has a NUL byte: --files0-from"* ]]
}

@test "a name that is too long is told, and the others go on" {
    three
    { echo a; head -c 300000 /dev/zero | tr '\0' x; echo; echo c; } >list
    run -2 --separate-stderr mmtool find -p needle --files-from=list
    [ "$output" = $'a:4\nc:0' ]
    [[ $stderr == *"name 2 is longer than 102400 bytes" ]]
}

@test "a list that is missing, or a directory, is an error" {
    refuses 'the list nix: no such file' mmtool find -p needle --files-from=nix
    refuses '' mmtool find -p needle --files-from=.
}

@test "standard input is a FILE once" {
    three
    echo a needle >input
    prints 'a:4\n-:2\n' mmtool find --files -p needle a - <input
    run -2 --separate-stderr mmtool find --files -p needle - a - <input
    [ "$output" = $'-:2\na:4' ]
    [ "$stderr" = "mmtool: find: -: standard input can be read only once" ]
    printf 'a\n-\nc\n' >list
    run -2 --separate-stderr mmtool find --files-from=- -p needle <list
    [ "$output" = $'a:4\nc:0' ]
    [[ $stderr == *"standard input is read already"* ]]
}

@test "an error in one FILE is told in its place, and the others go on" {
    three
    mkdir dir
    run -2 mmtool find --files -p needle a nix dir c
    [ "$output" = "a:4
mmtool: find: nix: no such file
mmtool: find: dir: it is a directory
c:0" ]
    run -2 --separate-stderr mmtool splice --files -p needle --with=N a - nix c
    [[ $stderr == *"-: standard input can be read and searched only"* ]]
    holds a 'one\nN\n'
    holds c 'N three needle\n'
}

# ---- options in place of operands -----------------------------------------------------------

@test "RANGE is --within" {
    three
    prints 'onenee' mmtool read --files --within=0:3 a c
    prints 'a:4\n' mmtool find --files --within=:10 -p needle a b
    prints 'c:13\n' mmtool find --files --within=1: -p needle c
    mmtool splice --files --within=0+1 --with=X a b
    holds a 'Xne\nneedle\n'
    holds b 'Xwo\n'
    mmtool flush --files --within=0+1 a b
    mmtool advise willneed --files --within=0+1 a b
}

@test "DATA is --with, and several are joined" {
    three
    mmtool splice -a --files -p needle --with=N --with=M a c
    holds a 'one\nNM\n'
    holds c 'NM three NM\n'
    mmtool splice -a --files -p NM --with= a c
    holds a 'one\n\n'
    mmtool splice --delete --files --within=0+1 a c
    holds a 'ne\n\n'
}

@test "DATA or a script of edits comes from a file or standard input, once for all" {
    three
    printf X | mmtool splice -a --files -p needle --from=- a c
    holds a 'one\nX\n'
    holds c 'X three X\n'
    head -c 100000 /dev/zero | tr '\0' y >data
    mmtool splice --files -p X --from=data a c
    [ "$(size_of a)" -eq 100005 ]
    cmp <(head -c 100000 c) data
    make d 'abc'
    make e 'abc'
    echo '1 "b" "BB"' | mmtool splice --edits=- --files d e
    holds d aBBc
    holds e aBBc
}

@test "the file of --from may be among the FILEs" {
    make a '12X'
    make b '34X'
    mmtool splice --threads=1 --files -p X --from=a a b
    holds a 1212X
    holds b 3412X
}

@test "what makes no sense is refused before any FILE is opened" {
    three
    usage_error 'the PATTERN is an option: --pattern=PATTERN' mmtool find --files a b
    usage_error 'give --pattern=PATTERN, --within=RANGE or --edits' mmtool splice --files a b
    usage_error "or an empty DATA, --with='', would delete" mmtool splice -p x --files a b
    usage_error 'ADVICE is missing' mmtool advise --files
    usage_error 'only one can be given' mmtool find -p x --files --files-from=- a
    usage_error 'one operand too many' mmtool find -p x --files-from=list a
    usage_error 'is not an option of write' mmtool write --files a b
    usage_error 'is not an option of resize' mmtool resize --files a b
    usage_error 'for several FILEs' mmtool splice -p x --with=y a
    usage_error 'for several FILEs' mmtool find --within=0:1 a needle
    usage_error 'contradict' mmtool find -H --no-filename a needle
    usage_error '--names prints names alone' mmtool find --names -c --files -p x a
    usage_error 'either the list of FILEs or the bytes of --from' \
        mmtool splice -p x --from=- --files-from=-
    refuses 'a script works on one FILE' mmtool run a -c 'find -H needle'
    run -2 mmtool run a -c 'find --files -p needle a'
    run -2 mmtool run a -c 'splice -p needle --with=x'
    holds a 'one\nneedle\n'
}

@test "a pattern that cannot be read is told once" {
    three
    run -2 --separate-stderr mmtool find -E -p '(' --files a b c
    [ "$(grep -c '^mmtool:' <<<"$stderr")" -eq 1 ]
    run -2 --separate-stderr mmtool read --files --within=5-7 a b c
    [ "$(grep -c '^mmtool:' <<<"$stderr")" -eq 1 ]
}

# ---- results --------------------------------------------------------------------------------

@test "results bear names, as those of grep do" {
    need grep
    for i in 1 2 3; do seq "$i" 7 150 >"f$i"; done
    grep -b 5 f1 f2 f3 >wanted
    mmtool find -al --files -p 5 f1 f2 f3 >got
    diff wanted got
    for context in -A1 -B2 -C1; do
        grep -b "$context" 50 f1 f2 f3 >wanted
        mmtool find -al "$context" --files -p 50 f1 f2 f3 >got
        diff wanted got
    done
    grep -c 5 f1 f2 f3 >wanted
    mmtool find -cl --files -p 5 f1 f2 f3 >got
    diff wanted got
    grep -l 50 f1 f2 f3 >wanted
    mmtool find --names --files -p 50 f1 f2 f3 >got
    diff wanted got
    grep -L 50 f1 f2 f3 >wanted
    mmtool find --names=without --files -p 50 f1 f2 f3 >got
    diff wanted got
}

@test "--no-filename takes names away, -H adds them, also to one FILE" {
    three
    prints '4\n0\n' mmtool find --files --no-filename -p needle a b c
    prints 'a:4\n' mmtool find -H a needle
    prints 'a:needle\n' mmtool read -H a 4:10
    prints 'a:one\na:needle\nb:two\n' mmtool read -H --files a b
    prints 'one\nneedle\ntwo\n' mmtool read --files a b
    prints 'a:one\nb:two\n' mmtool read -l --files a b
    prints 'a:00000000: 6f6e 65                                  one\n' \
        mmtool read -d --files --within=:3 a
    prints 'a:111\nc:110\n' mmtool read -t u8 --files --within=:1 a c
}

@test "JSON has the name as a member" {
    three
    prints '{"file":"a","offset":4,"length":6}\n' mmtool find -j --files -p needle a
    [[ $(mmtool find -jl --files -p needle a) == \
        '{"file":"a","offset":4,"length":6,"line":"needle"'* ]]
    prints '{"file":"a","count":1}\n{"file":"b","count":0}\n' \
        mmtool find -jc --files -p needle a b
    [[ $(mmtool info -j --files a) == '{"file":"a","kind":"regular file",'* ]]
    [[ $(mmtool advise -j --status --files a) == '{"file":"a",'* ]]
    prints '{"file":"a"}\n' mmtool find --names -j --files -p needle a b
}

@test "JSON has a name that is not UTF-8 in hex, too" {
    make $'\xff"' 'needle'
    [ "$(mmtool find -j --files -p needle $'\xff"')" = \
        '{"file":"\ufffd\"","file_hex":"ff22","offset":0,"length":6}' ]
}

@test "-z has NUL behind the name and the result" {
    three
    prints 'a\x004\x00c\x000\x00' mmtool find -z --files -p needle a b c
    prints 'a\x00c\x00' mmtool find -z --names --files -p needle a b c
    prints 'a\x004:needle\x00' mmtool find -zl --files -p needle a
}

@test "-n puts the name in front of each edit, and changes nothing" {
    three
    cp a before
    prints 'a:4 6e6565646c65 4e\nc:0 6e6565646c65 4e\nc:13 6e6565646c65 4e\n' \
        mmtool splice -an --files -p needle --with=N a b c
    cmp a before
}

@test "the status is 2 if any failed, else 0 if any matched, else 1" {
    three
    mmtool find --files -p needle b a
    says_no mmtool find --files -p needle b b
    run -2 mmtool find --files -p needle a nix
    run -2 mmtool find --files -p nix nix
    mmtool find --names=without --files -p needle a b
    says_no mmtool find --names=without --files -p needle a c
    run -2 mmtool find --names=without --files -p needle b nix
    [ "${lines[0]}" = b ]
    mmtool splice --files -p needle --with=N b a
    says_no mmtool splice --files -p needle --with=N b a
    run -2 mmtool splice --files -p needle --with=M c nix
    holds c 'M three needle\n'
}

@test "-q stops at the first match" {
    three
    mmtool find -q --files -p needle b a nix
    run -2 mmtool find -q --files -p needle b nix a
    says_no mmtool find -q --files -p needle b b
    mkfifo never
    mmtool find -q --threads=1 --files -p needle a never
}

@test "splice -v tells of each file and in sum" {
    three
    run -2 --separate-stderr mmtool splice -av --files -p needle --with=NEEDLE a b c nix
    [ "${stderr_lines[0]}" = "mmtool: splice: a: 1 replaced; 6 bytes patched, 0 moved; size 11 to 11; in place, under a journal" ]
    [ "${stderr_lines[1]}" = "mmtool: splice: b: no match: nothing was changed" ]
    [ "${stderr_lines[4]}" = "mmtool: splice: 4 files: 2 changed (3 replaced), 1 without a match, 1 failed" ]
}

@test "splice --names prints what was changed, or was not" {
    three
    prints 'a\nc\n' mmtool splice -a --names --files -p needle --with=N a b c
    prints 'b\n' mmtool splice -a --names=without --files -p N --with=M a b c
}

# ---- undo -----------------------------------------------------------------------------------

@test "--undo=DIR has a script for each changed FILE, named after it" {
    three
    mkdir undo 'd%r'
    make 'd%r/a' 'needle'
    cp a before_a
    mmtool splice -a --undo=undo --files -p needle --with=longer_needle a b 'd%r/a'
    [ "$(cd undo && echo *)" = 'a d%25r%2Fa' ]
    mmtool splice --edits=undo/a a
    mmtool splice --edits='undo/d%25r%2Fa' 'd%r/a'
    cmp a before_a
    holds 'd%r/a' needle
}

@test "no script in --undo=DIR is hidden: find names files ./NAME" {
    three
    mkdir undo
    make .hidden needle
    mmtool splice -a --undo=undo --files -p needle --with=x ./a .hidden
    [ "$(cd undo && echo *)" = '%2E%2Fa %2Ehidden' ]
    mmtool splice --edits='undo/%2E%2Fa' a
    mmtool splice --edits='undo/%2Ehidden' .hidden
    holds .hidden needle
}

@test "--undo of several FILEs wants a directory that is there" {
    three
    refuses '--undo=nix' mmtool splice --undo=nix --files -p needle --with=x a c
    refuses '--undo=b' mmtool splice --undo=b --files -p needle --with=x a c
    holds a 'one\nneedle\n'
}

# ---- many, at a time ------------------------------------------------------------------------

# numbered COUNT: files n1 to nCOUNT, every third one with a match; names on standard output.
numbered() {
    local i
    mkdir n
    for ((i = 1; i <= $1; i++)); do
        [ $((i % 3)) -ne 0 ] || printf 'needle %d\n' "$i" >"n/$i"
        [ $((i % 3)) -eq 0 ] || printf 'nothing %d\n' "$i" >"n/$i"
        echo "n/$i"
    done
}

@test "results are in the order of the names, whatever the number of threads" {
    numbered 500 >names
    head -c 3000000 /dev/zero >n/1 # slow
    for threads in 1 2 7; do
        mmtool find -l -a --threads="$threads" --files-from=names -p needle |
            cmp - <(for ((i = 3; i <= 500; i += 3)); do echo "n/$i:0:needle $i"; done)
    done
}

@test "errors are in the order of the names, between results" {
    numbered 60 >names
    sed 's/5$/x/' names >mixed
    mmtool find --threads=7 --files-from=mixed -p needle >together 2>&1 || [ $? -eq 2 ]
    while read -r name; do
        mmtool find -H "$name" needle || [ $? -le 2 ]
    done <mixed >alone 2>&1
    diff together alone
}

# peak NAMES: the most memory, in KiB, that a search of the files named there takes. A sanitizer
# would keep what was freed.
peak() {
    ASAN_OPTIONS=${ASAN_OPTIONS-}:quarantine_size_mb=0:thread_local_quarantine_size_kb=0 python3 - "$MMTOOL" "$1" <<'END'
import resource, subprocess, sys
with open(sys.argv[2]) as names:
    subprocess.run([sys.argv[1], "find", "-q", "--threads=2", "--files-from=-", "-p", "nix"], stdin=names)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
END
}

@test "many names come from standard input, in fixed memory" {
    need python3
    make a 'needle\n'
    yes a | head -100000 >names
    yes a | head -2000 >fewer
    count=$(mmtool find --files-from=- -p needle <names | wc -l)
    [ "$count" -eq 100000 ]
    few=$(peak fewer)
    many=$(peak names)
    echo "$few KiB, $many KiB"
    [ "$many" -lt $((few + 1500)) ]
}

@test "results come while the list is still written" {
    make a 'needle\n'
    mkfifo list
    mmtool find --files-from=list -p needle >found &
    exec {list}>list
    echo a >&"$list"
    for ((i = 0; i < 100; i++)); do
        [ -s found ] && break
        sleep 0.1
    done
    holds found 'a:0\n'
    exec {list}>&-
    wait $!
}

@test "a name that comes later leads to the directory that has its path then" {
    mkdir d
    make d/a 'needle\n'
    make d/b 'old needle\n'
    mkfifo list
    mmtool find --files-from=list -p needle >found &
    exec {list}>list
    echo d/a >&"$list"
    for ((i = 0; i < 100; i++)); do
        [ -s found ] && break
        sleep 0.1
    done
    mv d e
    mkdir d
    make d/b 'a newer needle\n'
    echo d/b >&"$list"
    exec {list}>&-
    wait $!
    holds found 'd/a:0\nd/b:8\n'
}

@test "FILEs in one directory may be links, directories, or missing" {
    make a 'needle\n'
    mkdir d
    make d/b '1 needle\n'
    ln -s d/b link
    run -2 --separate-stderr mmtool find --threads=1 --files -p needle a link d missing a
    [ "$output" = $'a:0\nlink:2\na:0' ]
    [[ $stderr == *"d: it is a directory"*"missing: "* ]]
}

@test "a FILE that is named twice is edited twice" {
    make a 'x'
    ln a b
    ln -s a c
    names=$(for ((i = 0; i < 50; i++)); do echo a b c ./a; done)
    # shellcheck disable=SC2086 # words
    mmtool splice --threads=8 --files -p x --with=xx $names
    [ "$(size_of a)" -eq 201 ]
    # shellcheck disable=SC2086
    mmtool find --threads=8 -q --files -p xxx $names
}

@test "large results of later FILEs wait for those of the first" {
    yes needle | head -c 40000000 >large
    mkfifo slow
    { sleep 1; echo needle; } >slow &
    mmtool find -al --threads=4 --files -p needle slow large large | sed -n '1p;2p;$p' >got
    holds got 'slow:0:needle\nlarge:0:needle\nlarge:39999988:needle\n'
    wait
}

@test "read keeps each FILE together" {
    for i in 1 2 3 4 5; do yes "$i" | head -c 3000000 >"r$i"; done
    mmtool read --threads=5 --files r1 r2 r3 r4 r5 | cmp - <(cat r1 r2 r3 r4 r5)
}

@test "results that a consumer edits by do not keep the files locked" {
    for ((i = 0; i < 40; i++)); do make "e$i" 'needle needle\n'; done
    mmtool find -a --files -p needle e* | while IFS=: read -r file offset; do
        mmtool write "$file" "$offset" NEEDLE
    done
    [ "$(cat e* | grep -c 'NEEDLE NEEDLE')" -eq 40 ]
}

@test "a closed pipe ends all quietly, a full disk is an error" {
    numbered 300 >names
    # More than a pipe holds.
    for ((i = 0; i < 40; i++)); do cat names; done >many
    run -141 bash -c "set -o pipefail; '$MMTOOL' find -a --files-from=many -p n | head -1"
    [ "$output" = n/1:0 ]
    [ -c /dev/full ] || skip "there is no /dev/full"
    run -2 bash -c "'$MMTOOL' find -a --files-from=names -p n >/dev/full"
    [ "$(grep -c mmtool: <<<"$output")" -eq 1 ]
    run -2 bash -c "'$MMTOOL' find -a --files-from=names -p n >&-"
    [[ $output == *"standard output is closed" ]]
}

@test "a signal ends splice between two FILEs, and each is whole" {
    numbered 3000 >names
    mmtool splice --files-from=names -p needle --with=longer_than_it_was 2>message &
    sleep 0.05
    may_fail kill -INT $!
    status=0
    wait $! || status=$?
    [ "$status" -eq 130 ] || [ "$status" -eq 0 ]
    [ "$status" -eq 0 ] || grep -q 'stopped by signal 2: [0-9]* files\? w' message
    run -1 mmtool find -H -E --files-from=names -p '^(needle|longer_than_it_was|nothing) [0-9]+$' --names=without
    [ -z "$output" ]
}

@test "the same as a loop over the FILEs, for random ones" {
    numbered 40 >names
    mkdir copy
    RANDOM=7
    for ((round = 0; round < 10; round++)); do
        rm -r copy
        cp -r n copy
        names=()
        for ((i = 0; i < 12; i++)); do names+=("$((RANDOM % 45))"); done
        pattern=$((RANDOM % 10))
        (cd n && mmtool splice -a -p "$pattern" --with=77 --files "${names[@]}") >/dev/null 2>&1 || [ $? -le 2 ]
        for name in "${names[@]}"; do
            (cd copy && mmtool splice -a -p "$pattern" "$name" 77) >/dev/null 2>&1 || [ $? -le 2 ]
        done
        diff -r n copy
        (cd n && mmtool find -al -p "$pattern" --files "${names[@]}") >together 2>&1 || [ $? -le 2 ]
        for name in "${names[@]}"; do
            (cd n && mmtool find -alH -p "$pattern" "$name") 2>&1 || [ $? -le 2 ]
        done >alone
        diff together alone
    done
}
