# info: what is known of a file.

# shellcheck disable=SC2154 # bats sets stderr, the helper source_root
# shellcheck disable=SC2094 # what is read in a pipeline here is not what is written
load helper

# says NAME: the value of that line.
says() {
    mmtool info "${2:-f}" | sed -n "s/^$1: //p"
}

@test "size, page size, allocation granularity, block" {
    make f 0123
    [ "$(says size)" = 4 ]
    [ "$(says 'page size')" = "$(getconf PAGESIZE)" ]
    [ "$(says 'allocation granularity')" = "$(getconf PAGESIZE)" ]
    [ "$(says 'block size')" = "$(stat -f -c %S f)" ]
    [ "$(says kind)" = 'regular file' ]
}

@test "blocks allocated, in bytes" {
    letters f 100000
    sync f
    [ "$(says allocated)" -eq $(($(stat -c %b f) * $(stat -c %B f))) ]
}

@test "hard links" {
    make f 0123
    ln f g
    [ "$(says links)" = 2 ]
}

@test "holes are counted, at the start, between and at the end" {
    zeros f 12M
    mmtool write f 4M x
    mmtool write f 8M x
    sync f
    [ "$(stat -c %b f)" -lt 1000 ] || skip "this file system has no holes"
    [ "$(says holes)" = 3 ]
    [ "$(says 'hole bytes')" -gt 12000000 ]
    letters g 10000
    sync g
    [ "$(says holes g)" = 0 ]
    [ "$(says 'hole bytes' g)" = 0 ]
}

@test "resident pages: all of what was just read, no more than the file" {
    letters f 1000000
    mmtool read f >/dev/null
    [ "$(says resident)" = 1000000 ]
}

@test "resident is unknown where the system does not tell" {
    [ "$(uname)" = Linux ] || skip "only Linux keeps it from strangers"
    [ "$(id -u)" -eq 0 ] || skip "needs a file of somebody else's"
    letters f 10000
    chmod 644 f
    need_stranger
    [ "$(as_stranger "$MMTOOL" info f | grep resident)" = 'resident: unknown' ]
    as_stranger "$MMTOOL" info -j f | grep -q '"resident":null'
}

@test "-s prints the size alone" {
    make f 0123
    prints '4\n' mmtool info -s f
    prints '4\n' mmtool info --size f
}

@test "-j prints one JSON object with the same numbers" {
    need python3
    letters f 100000
    mmtool info -j f >out
    python3 - <<'EOF'
import json
facts = json.load(open("out"))
assert facts["kind"] == "regular file" and facts["size"] == 100000 and facts["holes"] == 0, facts
assert {"page_size", "allocation_granularity", "block_size", "allocated", "resident"} <= set(facts)
EOF
}

@test "an empty file" {
    make f ''
    [ "$(says size)" = 0 ]
    [ "$(says holes)" = 0 ]
    [ "$(says resident)" = 0 ]
}

@test "a file of 10 TiB that is one hole" {
    zeros f 10T
    [ "$(says size)" = 10995116277760 ]
    [ "$(says holes)" = 1 ]
    [ "$(says 'hole bytes')" = 10995116277760 ]
}

@test "operands are refused, standard input and missing files too" {
    make f abc
    usage_error 'one operand too many' mmtool info f x
    usage_error 'standard input' mmtool info - </dev/null
    refuses 'no such file' mmtool info nosuch
    refuses 'it is a directory' mmtool info .
}
