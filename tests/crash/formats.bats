# Journals of every format that a release of mmtool wrote, and of formats that this one does not know.

# shellcheck disable=SC2030,SC2031 # each test is a subshell
# shellcheck disable=SC2154,SC2317 # bats sets stderr; the tests call these
load ../helper
load crash

# plant IMAGE [OPTION...]: f, killed in an edit, its journal, `old` and `new`; sets $outcome.
plant() {
    need python3
    rm -rf f old new .f.mmtool-journal
    outcome=$(python3 "$BATS_TEST_DIRNAME/images.py" plant "$@")
}

# comes_out IMAGE [OPTION...]: the next command makes f what the image says, and says so.
comes_out() {
    plant "$@"
    ! cmp -s f "$outcome"
    run -0 --separate-stderr mmtool info -s f
    echo "$* -> $outcome: $stderr"
    [[ $stderr == *'interrupted edit'* ]]
    cmp f "$outcome"
    is_whole f
}

@test "an edit that any release of 1.x left is finished, or taken back if it had not begun" {
    count=0
    for image in "$BATS_TEST_DIRNAME"/images/*.txt; do
        comes_out "$image"
        count=$((count + 1))
    done
    [ "$count" -ge 7 ]
}

@test "the same where the step under way is half done" {
    count=0
    for image in "$BATS_TEST_DIRNAME"/images/*.txt; do
        grep -q '^step [0-9]' "$image" || continue
        comes_out "$image" --torn
        count=$((count + 1))
    done
    [ "$count" -ge 5 ]
}

@test "there are images of the format that is written now" {
    format=$(mmtool --version | sed -n 's/^journal: format //p')
    for name in patch insert insert-unbegun delete delete-cut insert-durable mixed-durable; do
        [ -s "$BATS_TEST_DIRNAME/images/$format-$name.txt" ]
    done
}

# is_left_alone FORMAT WHICH: every command is refused in one line; f and its journal stay.
is_left_alone() {
    local command format=$1 which=$2
    plant "$BATS_TEST_DIRNAME/images/5-insert.txt" "--format=$format"
    before=$(cksum f .f.mmtool-journal)
    for command in 'read f' 'find f 1' 'write f 0 x' 'splice f 0+0 x' 'flush f' 'recover --finish f'; do
        read -ra words <<<"$command"
        refuses "has format $format, but this mmtool reads format 5: finish the edit with $which;" \
            mmtool "${words[@]}"
        [ "$(wc -l <<<"$stderr")" -eq 1 ]
        [[ $stderr == *"'mmtool recover f' shows what can be done"* ]]
        [ "$(cksum f .f.mmtool-journal)" = "$before" ]
    done
    run -1 mmtool recover f
    [[ $output == *"reason: "*"format $format"*"reads format 5"* ]]
    [ "$(cksum f .f.mmtool-journal)" = "$before" ]
    mmtool read --ignore-journal f | cmp - f
    mmtool recover --accept --force f
    [ "$(cksum f)" = "${before%%$'\n'*}" ]
    is_whole_as_it_is
}

is_whole_as_it_is() {
    [ ! -e .f.mmtool-journal ]
    mmtool recover f
}

@test "a journal of a newer format: one line names both formats, and file and journal are left alone" {
    is_left_alone 6 'a newer mmtool'
    is_left_alone 9 'a newer mmtool'
}

@test "a journal of mmtool 0.x: one line names both formats, and file and journal are left alone" {
    is_left_alone 4 'the mmtool that began it'
    is_left_alone 1 'the mmtool that began it'
}
