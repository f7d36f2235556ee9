# helper.bash - what every .bats file loads: a fresh directory a test, the program
# under test ($MMTOOL), and the checks and files that many tests use.

bats_require_minimum_version 1.5.0
export LC_ALL=C

export source_root=${MMTOOL_SOURCE:-$BATS_TEST_DIRNAME/..}

setup() {
    : "${MMTOOL:?is the program to test, such as build/src/mmtool}"
    MMTOOL=$(realpath "$MMTOOL")
    # A directory below, since bats keeps files in this one; as_stranger may enter it.
    mkdir -m 755 "$BATS_TEST_TMPDIR/files"
    cd "$BATS_TEST_TMPDIR/files" || return 1
    try_again_where_told
    skip_listed
}

# $MMTOOL_TEST_RETRIES: how often a failed test is run again, where an emulator sometimes fails by
# itself. Each retry is printed.
try_again_where_told() {
    # shellcheck disable=SC2034 # bats reads it
    BATS_TEST_RETRIES=${MMTOOL_TEST_RETRIES:-0}
    [ "${BATS_TEST_TRY_NUMBER:-1}" -eq 1 ] || echo "# tried again: $BATS_TEST_DESCRIPTION" >&3
}

# $MMTOOL_SKIPS: a file with the names of tests to skip, one a line. A line that starts with "# " is
# the reason for those below it.
skip_listed() {
    local line reason=
    [ -n "${MMTOOL_SKIPS-}" ] || return 0
    while IFS= read -r line; do
        case $line in
        '# '*) reason=${line#??} ;;
        "$BATS_TEST_DESCRIPTION") skip "$reason" ;;
        esac
    done <"$MMTOOL_SKIPS"
}

mmtool() {
    "$MMTOOL" "$@"
}

# need_manual: $manual is the directory with all pages of the manual, those that are made when the
# program is built among them; skips the test if they were not made.
need_manual() {
    manual=${MMTOOL_MANUAL:-${MMTOOL%/src/*}/man}
    [ -f "$manual/mmtool-find.1" ] || skip "the pages of the manual were not made"
}

# plain_page PAGE...: their text without the escapes of roff.
plain_page() {
    sed -e "s/\\\\(aq/'/g" -e 's/\\(dq/"/g' -e 's/\\(ha/^/g' -e 's/\\(ti/~/g' -e 's/\\(ga/`/g' \
        -e 's/\\&//g' -e 's/\\-/-/g' -e 's/\\e/\\/g' "$@"
}

# ---- files ----------------------------------------------------------------------------------

# make FILE TEXT: FILE holds TEXT, in which \n, \x00 and the like are escapes.
make() {
    printf '%b' "$2" >"$1"
}

# zeros FILE SIZE: a hole of SIZE bytes; skips the test where the file system has no such files.
# With $MMTOOL_NO_HOLES set it skips terabytes too: there they would be read byte by byte.
zeros() {
    [[ -z ${MMTOOL_NO_HOLES-} || $2 != *T ]] || skip "holes are read here like all else"
    truncate -s "$2" "$1" 2>/dev/null || skip "this file system has no files of $2"
}

# letters FILE SIZE: SIZE bytes of "abcdefghi\n" again and again.
letters() {
    yes abcdefghi | head -c "$2" >"$1"
}

# holds FILE TEXT: its bytes are exactly these.
holds() {
    cmp "$1" <(printf '%b' "$2")
}

size_of() {
    stat -L -c %s "$1"
}

inode_of() {
    stat -L -c %i "$1"
}

# ---- what a command does --------------------------------------------------------------------

# prints TEXT COMMAND...: status 0, exactly this on stdout, nothing on stderr.
prints() {
    local text=$1 status=0
    shift
    "$@" >"$BATS_TEST_TMPDIR/stdout" 2>"$BATS_TEST_TMPDIR/stderr" || status=$?
    echo "status $status"
    cat "$BATS_TEST_TMPDIR/stderr"
    [ "$status" -eq 0 ]
    holds "$BATS_TEST_TMPDIR/stdout" "$text"
    [ ! -s "$BATS_TEST_TMPDIR/stderr" ]
}

# says_no COMMAND...: status 1, and not a word.
says_no() {
    run -1 --separate-stderr "$@"
    echo "$output $stderr"
    [ -z "$output" ]
    [ -z "$stderr" ]
}

# refuses WORDS COMMAND...: status 2, nothing on stdout, a message in mmtool's form with WORDS.
refuses() {
    local words=$1
    shift
    run -2 --separate-stderr "$@"
    echo "$output $stderr"
    [ -z "$output" ]
    [[ $stderr == "mmtool: "* ]]
    [[ $stderr == *"$words"* ]]
}

# usage_error WORDS COMMAND...: refuses, and says where to look.
usage_error() {
    refuses "$@"
    [[ $stderr == *$'\n'"Try 'mmtool "*"--help'." ]]
}

# ---- other users, other programs ------------------------------------------------------------

# Runs COMMAND as a user whom the files of this test do not belong to, if we are root.
as_stranger() {
    if [ "$(id -u)" -eq 0 ]; then
        setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
    else
        "$@"
    fi
}

need_stranger() {
    as_stranger "$MMTOOL" --version >/dev/null 2>&1 || skip "cannot run as a user without rights"
}

# on_terminal COMMAND: runs it by the shell with a pseudo-terminal as its output.
on_terminal() {
    script -qec "$1" /dev/null </dev/null
}

need_terminal() {
    need script
    [ "$(on_terminal 'tty -s <&1 && echo yes' 2>/dev/null | tr -d '\r')" = yes ] ||
        skip "there is no pseudo-terminal here"
}

# may_fail COMMAND...: for preparing a test or cleaning up after it, never for a check.
may_fail() {
    "$@" 2>/dev/null || return 0
}

# need PROGRAM...: skips the test where one is missing.
need() {
    local program
    for program; do
        type -P "$program" >/dev/null || skip "$program is not installed"
    done
}

# is_sanitized: mmtool was built with AddressSanitizer or ThreadSanitizer.
is_sanitized() {
    grep -qa -e __asan_init -e __tsan_init "$MMTOOL"
}

# rounds N: N times MMTOOL_TEST_ROUNDS for random cases that start mmtool again and again; with
# sanitizers, where it starts slowly, a fifth of that.
rounds() {
    local rounds=$(($1 * ${MMTOOL_TEST_ROUNDS:-1}))
    if is_sanitized; then
        rounds=$(((rounds + 4) / 5))
    fi
    echo "$rounds"
}

# examples_work: runs the examples in the help on standard input; none fails, and there is one.
examples_work() {
    local example
    sed -n 's/^  \(mmtool .*\)$/\1/p' | sort -u >examples
    [ -s examples ] || return
    while IFS= read -r example; do
        make FILE 'abc def\nghi abc\nmore text, and abc again\n'
        cp FILE OLD
        cp FILE NEW
        eval "$example" >output 2>&1 || { echo "$example"; cat output; return 1; }
    done <examples
}
