# The examples of the README, of every help and of the manual, in a pipe and on a terminal.

# shellcheck disable=SC2154 # the helper sets source_root
load helper

# try PART SOURCE: runs its examples.
try() {
    need python3
    need_terminal
    python3 "$source_root/tests/examples.py" "$MMTOOL" "$2" "$1"
}

@test "the examples of the README print what stands below them, in a pipe and on a terminal" {
    try README "$source_root"
}

@test "the examples of every help print the same in a pipe and on a terminal" {
    try help "$source_root"
}

@test "the examples of the manual work as they stand, and print what the pages show" {
    need_manual
    try manual "$manual"
}
