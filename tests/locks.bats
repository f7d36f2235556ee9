# Who waits for whom: searches and slow readers of their results, editors and readers that follow
# each other.

# shellcheck disable=SC2154 # bats sets stderr, the helper source_root
# shellcheck disable=SC2016 # for inner shells
load helper

# pipelines NAME: those of pipelines/search.sh with NAME, a few times each; none loses, none hangs.
pipelines() {
    "$source_root/tests/pipelines/search.sh" "${MMTOOL_PIPELINE_ROUNDS:-2}" "$1"
}

@test "find | while read ... write: 1, 100 and 100,000 matches" {
    pipelines lengths:
}

@test "rfind, -l, -j and splice -n let go of the file while their results are edited" {
    pipelines forms:
}

@test "a script's find lets go of the file while its results are edited" {
    pipelines run:
}

@test "find | xargs write" {
    pipelines xargs:
}

@test "an edit by a reader that has read little so far, and sleeps" {
    pipelines slow:
}

@test "an edit by a reader of 20 MB of results that has read the first" {
    pipelines large:
}

# A reader that takes bits and pieces, with pauses between some of them.
in_pieces() {
    python3 -c 'import os, time
for i in range(100):
    os.write(1, os.read(0, 30000))
    if i % 10 == 0:
        time.sleep(0.05)
while bits := os.read(0, 1 << 20):
    os.write(1, bits)'
}

@test "results that were kept come whole and in order" {
    need python3
    letters f 10000000
    mmtool find -aj f b >wanted
    mmtool find -aj f b | in_pieces | cmp - wanted
    mmtool run f -c 'find -aj b' -c 'find c' -c 'find -aj b' -c size |
        in_pieces | cmp - <(cat wanted <(echo 2) wanted <(echo 10000000))
}

# Edits the file when it has read one result of 30 MB, and reads the others.
edit_and_read() {
    read -r first
    mmtool write --wait f 0 xyz
    echo "$first"
    cat
}

@test "results that must be kept need a directory: TMPDIR, or --journal-dir" {
    letters f 10000000
    mmtool find -aj f b >wanted
    mkdir journals
    TMPDIR=no/such mmtool find -aj --journal-dir=journals f b | edit_and_read | cmp - wanted
    letters f 10000000
    MMTOOL_JOURNAL_DIR=journals TMPDIR=no/such mmtool find -aj f b | edit_and_read | cmp - wanted
    [ -z "$(ls -A journals)" ]
}

@test "results that cannot be kept are an error where an editor waits" {
    letters f 10000000
    (TMPDIR=no/such mmtool find -aj f b 2>message || echo $? >status) | edit_and_read >out
    grep -q '^2$' status
    grep -q 'find: f: the results cannot be kept for a slow reader: .* no/such: no such directory' message
    grep -q -e '--journal-dir' message
    holds <(head -c 4 f) xyzd
}

@test "results that cannot be kept wait for a slow reader where no editor waits" {
    letters f 10000000
    mmtool find -aj f b >wanted
    TMPDIR=no/such mmtool find -aj f b | (sleep 1; cmp - wanted)
}

@test "a reader that leaves ends a search whose results are kept, quietly" {
    letters f 10000000
    (mmtool find -aj f b 2>message || echo $? >status) | (sleep 0.5; head -c 20 >out)
    [ -s status ]
    [ ! -s message ]
    holds out '{"offset":1,"length"'
}

@test "an atomic script does not change the file when the reader of its output has left" {
    letters f 100000
    cp f g
    (sleep 0.5; mmtool run --atomic f -c 'find b' -c 'write 0 xyz' 2>message || echo $? >status) | true
    [ -s status ]
    [ ! -s message ]
    cmp f g
}

# Readers that follow each other until the file `stop` is there.
read_on() {
    while [ ! -e stop ]; do
        "$@" >/dev/null
    done
}

@test "steady readers do not keep an editor waiting" {
    letters f 50000000
    for reader in 'read f' 'find -c f b' 'read f'; do
        # shellcheck disable=SC2086 # words of a command
        read_on "$MMTOOL" $reader 3>&- &
    done
    export MMTOOL
    status=0
    timeout 60 bash -c 'for i in {1..20}; do "$MMTOOL" write --wait=50 f "$i" x || exit; done' || status=$?
    touch stop
    wait
    [ "$status" -eq 0 ]
    holds <(head -c 22 f) "a$(printf 'x%.0s' {1..20})b"
}
