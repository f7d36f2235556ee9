# The table of kills in its short form: see kill_table.sh, which tells how the long one is made.

# shellcheck disable=SC2154 # bats sets status, lines and output
load ../helper

# killed PLACE OPTION...: the rows of that place; each edit is killed once.
killed() {
    local place=$1
    shift
    [ "${MMTOOL_SANITIZE:-none}" = none ] || skip "sanitizers take too long to start"
    need python3 unshare strace
    run env MMTOOL="$MMTOOL" "$BATS_TEST_DIRNAME/kill_table.sh" --only="$place" \
        --kills="${MMTOOL_TEST_ROUNDS:-1}" "$@"
    [ "$status" -ne 77 ] || skip "${lines[-1]#\# skipped: }"
    echo "$output"
    awk -F' *[|] *' '$4 ~ /^[0-9]+$/ { tried += $4; mid += $5; old += $6; new += $7; no += $8; bad += $9 }
        END { printf "# tried %d, in mid edit %d, old %d, new %d, refused %d, bad %d\n",
              tried, mid, old, new, no, bad; exit tried == 0 }' <<<"$output" >&3
    [ "$status" -eq 0 ]
}

# Shapes that differ in how they are recovered, for places that differ in how their journals are found.
few=--shapes=write,'move far,insertion,large deletion,resize with'

@test "killed edits of every shape are old or new: tmpfs" {
    killed tmpfs
}

@test "killed edits are old or new: shared memory" {
    killed shm "$few"
}

@test "killed edits of every shape are old or new: ext4" {
    killed ext4
}

@test "killed edits are old or new: xfs" {
    killed xfs "$few"
}

@test "killed edits are old or new: btrfs" {
    killed btrfs "$few"
}

@test "killed edits are old or new: overlayfs" {
    killed overlayfs "$few"
}

@test "killed edits are old or new: overlayfs, a file of the lower layer" {
    killed overlayfs-below "$few"
}

@test "killed edits are old or new: bindfs" {
    killed bindfs "$few"
}

@test "killed edits are old or new: bindfs that maps no files" {
    killed bindfs-direct "$few"
}

@test "killed edits are old or new: ext4 through FUSE" {
    killed fuse2fs "$few"
}

@test "killed edits are old or new: bindfs without extended attributes" {
    killed bindfs-no-marks "$few"
}

@test "killed edits are old or new: ntfs through FUSE" {
    killed ntfs "$few,resize, smaller, undo"
}

@test "killed edits are old or new: exfat through FUSE, mounted anew before the next command" {
    killed exfat-remounted "$few,resize, smaller, undo"
}

@test "killed edits are old or new: a device, attached anew before the next command" {
    killed device
}

@test "killed edits are old, new or waiting: marks at the edit and not behind it" {
    killed marks-then "$few"
}

@test "killed edits are old, new or waiting: no marks at the edit, but behind it" {
    killed marks-now "$few"
}

@test "killed edits are old or new: ext4, mounted anew before the next command" {
    killed ext4-remounted "$few"
}

@test "files written anew between kill and next command are no mixture" {
    killed tmpfs --rewrites --shapes='move far,large deletion,resize, smaller,block cut'
}

@test "a recovery may be killed, too" {
    killed tmpfs --twice "$few"
}

@test "the table of kills sees edits without a journal" {
    [ "${MMTOOL_SANITIZE:-none}" = none ] || skip "sanitizers take too long to start"
    need python3 unshare strace
    run env MMTOOL="$MMTOOL" "$BATS_TEST_DIRNAME/kill_table.sh" --only=tmpfs --no-journal \
        --kills=20 --shapes='move to'
    [ "$status" -ne 77 ] || skip "${lines[-1]#\# skipped: }"
    [ "$status" -eq 1 ]
    [[ $output == *'neither old nor new'* ]]
}
