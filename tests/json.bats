# --json: each object of each subcommand is as tests/json/mmtool.schema.json and the manual say.

# shellcheck disable=SC2154 # bats sets stderr, the helper source_root
# shellcheck disable=SC2030,SC2031 # bats runs each test in a subshell, on purpose
# shellcheck disable=SC2016 # for inner shells
load helper

# valid NAME COMMAND...: it prints objects of that name in the schema, at least one.
valid() {
    local name=$1
    shift
    need python3
    "$@" >objects || [ $? -eq 1 ]
    cat objects
    python3 "$source_root/tests/json/validate.py" "$name" <objects
}

# valid_null NAME COMMAND...: the same with NUL behind each.
valid_null() {
    local name=$1
    shift
    need python3
    "$@" >objects || [ $? -eq 1 ]
    python3 "$source_root/tests/json/validate.py" -z "$name" <objects
}

# lines FILE: text, bytes that are not UTF-8, and control characters.
lines() {
    make "$1" 'one two\n"three\xff\\\xe2\x82 two\x01\t\n\xed\xa0\x80\n\nlast two \xf0\x9f\x98\x80'
}

# odd_name: a name that is not UTF-8, with a quote and a newline; skips where there are none.
odd_name() {
    name=$'od\xff"d\n\xc3\xa9\x01'
    lines "$name" 2>/dev/null || skip "this file system has no such names"
}

@test "the validator finds what breaks the schema" {
    need python3
    python3 "$source_root/tests/json/validate.py" --try
    run -1 python3 "$source_root/tests/json/validate.py" count <<<'{"count":-1}'
    run -1 python3 "$source_root/tests/json/validate.py" count <<<'{"count":1,"count":1}'
    run -1 python3 "$source_root/tests/json/validate.py" count <<<'{"count":NaN}'
    run -1 python3 "$source_root/tests/json/validate.py" count </dev/null
    printf '{"file":"\xff","count":1}\n' >bad
    run -1 python3 "$source_root/tests/json/validate.py" count <bad
}

@test "matches" {
    lines f
    local options
    for options in '' -a -an -m2 --overlapping -aE '-ai -n' --sorted --align=2; do
        # shellcheck disable=SC2086 # words
        valid match mmtool find -j $options f two
    done
    valid match mmtool rfind -ajn f two
    valid match mmtool find -ajx f ff
    valid_null match mmtool find -ajz f two
    valid match sh -c 'cat f | "$0" find -aj - two' "$MMTOOL"
    valid match mmtool run f -c 'find -aj two' -c 'rfind -j two'
    valid match mmtool find -aj f ''
}

@test "matches with their bytes" {
    lines f
    valid match mmtool find -ajo f two
    valid match mmtool find -ajoE f '[^o]+'
    valid match mmtool find -ajonx f 'ff ??'
    valid match mmtool find -ajoE --as=hex f '(?s)..'
    valid match mmtool find -ajoE --as=u8 f '(?s)..'
    valid match mmtool find -ajoE --as=u16le --radix=16 f '(?s)..' || [ "$(wc -c <objects)" -eq 0 ]
    valid_null match mmtool rfind -ajoz f two
}

@test "lines, with their matches, numbers and context" {
    lines f
    valid line mmtool find -ajl f two
    valid line mmtool find -ajln f two
    valid line mmtool find -ajlE f '[a-z]+'
    valid line mmtool find -aj -C1 f three
    valid line mmtool find -ajn -B2 f last
    valid line mmtool rfind -ajn -A1 -B1 f three
    valid_null line mmtool find -ajlz f two
    valid line sh -c 'cat f | "$0" find -ajl - two' "$MMTOOL"
}

@test "counts" {
    lines f
    valid count mmtool find -jc f two
    valid count mmtool find -jc f nowhere
    valid count mmtool find -jcl f two
    valid count mmtool rfind -jc f two
    valid_null count mmtool find -jcz f two
}

@test "several FILEs, names of any bytes" {
    odd_name
    lines f
    local files=(f "$name")
    valid match mmtool find -aj --files -p two "${files[@]}"
    valid match mmtool find -ajo --files -p two "${files[@]}"
    valid match mmtool find -ajH "$name" two
    valid line mmtool find -ajln --files -p two "${files[@]}"
    valid count mmtool find -jc --files -p two "${files[@]}"
    valid name mmtool find -j --names --files -p two "${files[@]}"
    valid name mmtool rfind -j --names=without --files -p nowhere "${files[@]}"
    valid_null name mmtool find -jz --names --files -p two "${files[@]}"
    valid info mmtool info -j --files "${files[@]}"
    valid status mmtool advise --status -j --files "${files[@]}"
    [ "$(grep -c file_hex objects)" -eq 1 ]
}

@test "info: files of all kinds" {
    lines f
    make empty ''
    zeros hole 10M
    valid info mmtool info -j f
    valid info mmtool info -j empty
    valid info mmtool info -j hole
    valid info mmtool info -j --window=1:5 f
    valid info mmtool info -j --ignore-journal f
    valid info mmtool run f -c 'info -j'
    valid info mmtool run --atomic f -c 'write 0 x' -c 'info -j'
    valid info mmtool run --anonymous=10000 -c 'info -j'
    shm=shm:mmtool-json-$$
    mmtool resize --create "$shm" 10000 || skip "this system has no shared memory"
    valid info mmtool info -j "$shm"
    may_fail "$MMTOOL" resize --unlink "$shm"
}

@test "info: locks, and memory that is unknown" {
    lines f
    chmod 644 f
    need python3
    python3 - "$MMTOOL" >objects <<'EOF'
import fcntl, subprocess, sys
f, g = open("f", "r+b"), open("f", "r+b")
fcntl.lockf(f, fcntl.LOCK_EX, 10, 5)
fcntl.lockf(f, fcntl.LOCK_SH, 0, 100)
fcntl.flock(g, fcntl.LOCK_SH)
subprocess.run([sys.argv[1], "info", "-j", "f"], check=True)
EOF
    python3 "$source_root/tests/json/validate.py" info <objects
    need_stranger
    valid info as_stranger "$MMTOOL" info -j f
    valid status as_stranger "$MMTOOL" advise --status -j f
}

@test "advise --status" {
    lines f
    make empty ''
    zeros hole 10M
    valid status mmtool advise --status -j f
    valid status mmtool advise --status -j f 1:3
    valid status mmtool advise --status -j empty
    valid status mmtool advise --status -j hole
    valid status mmtool run f -c 'advise --status -j'
}

# beside_journal ARGUMENT...: mmtool, for which a journal that cannot be believed is an error.
beside_journal() {
    run -2 --separate-stderr mmtool "$@"
    printf '%s\n' "$output"
}

@test "recover --show, and info: a file that is whole, and what may stand beside it" {
    lines f
    valid recover mmtool recover -j f
    make .f.mmtool-journal 'not a journal of any kind, but long enough to be one'
    valid recover mmtool recover --show -j f
    valid info beside_journal info -j f
    rm .f.mmtool-journal
    mkdir .f.mmtool-journal
    valid recover mmtool recover --show -j f
    valid info beside_journal info -j f
}

@test "recover --show, and info: an edit to be finished, its journal damaged, gone, or of a name of any bytes" {
    load crash/crash
    half_made f
    valid recover mmtool recover --show -j f
    grep -q '"state":"unfinished"' objects
    cp .f.mmtool-journal kept
    printf X | dd of=.f.mmtool-journal bs=1 seek=40 conv=notrunc status=none
    valid recover mmtool recover --show -j f
    valid info beside_journal info -j f
    cp kept .f.mmtool-journal
    truncate -s 100 .f.mmtool-journal
    valid recover mmtool recover --show -j f
    valid info beside_journal info -j f
    rm f .f.mmtool-journal
    local name=$'od\xffd'
    half_made "$name"
    valid recover mmtool recover --show -j "$name"
    grep -q journal_hex objects
    printf X | dd of=".$name.mmtool-journal" bs=1 seek=40 conv=notrunc status=none
    valid info beside_journal info -j "$name"
    grep -q path_hex objects
}

@test "the manual has each key of the schema, and no other" {
    need python3
    need_manual
    python3 "$source_root/tests/json/validate.py" --keys >keys
    # Indented lists have the values of a key.
    sed -e '/^\.Bl.*-compact/,/^\.El/d' "$manual"/*.1 | sed -n '/^\.Sh JSON$/,/^\.Sh EXIT/p' |
        sed -n 's/^\.It Cm //p' | tr -d ' ' | tr ',' '\n' | sort -u >described
    [ -s described ]
    diff keys described
}
