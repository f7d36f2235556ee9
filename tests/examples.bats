# The examples of the README, of every help and of the manual, in a pipe and on a terminal.

# shellcheck disable=SC2154 # the helper sets source_root
load helper

# try PART: runs its examples.
try() {
    need python3
    need_terminal
    python3 "$source_root/tests/examples.py" "$MMTOOL" "$source_root" "$1"
}

@test "the examples of the README print what stands below them, in a pipe and on a terminal" {
    try README
}

@test "the examples of every help print the same in a pipe and on a terminal" {
    try help
}

@test "the manual's EXAMPLES work as they stand, in a pipe and on a terminal" {
    try manual
}
