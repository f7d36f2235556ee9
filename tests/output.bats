# What happens when the output cannot be written.

# shellcheck disable=SC2154 # bats sets stderr, the helper source_root
# shellcheck disable=SC2094 # what is read in a pipeline here is not what is written
# shellcheck disable=SC2030,SC2031 # a status is written where it is set
# shellcheck disable=SC2016 # the inner shell expands
load helper

full() {
    [ -c /dev/full ] || skip "there is no /dev/full"
    "$@" >/dev/full
}

closed() {
    "$@" >&-
}

without_errors() {
    "$@" 2>&-
}

@test "a full disk under the output is status 2 and a message" {
    letters f 100
    refuses 'no space left' full mmtool read f
    refuses 'no space left' full mmtool read -x f
    refuses 'no space left' full mmtool read -d f
    refuses 'no space left' full mmtool find f a
    refuses 'no space left' full mmtool find -c f a
    refuses 'no space left' full mmtool info f
    refuses 'no space left' full mmtool info -s f
    refuses 'no space left' full mmtool advise --list f
    refuses 'no space left' full mmtool --help
    refuses 'no space left' full mmtool help read
    refuses 'no space left' full mmtool --version
    refuses 'no space left' full mmtool --dump-commands
}

@test "a full disk in the midst of much output" {
    letters f 3000000
    refuses 'no space left' full mmtool read f
    refuses 'no space left' full mmtool find -a f b
    refuses 'no space left' full mmtool find -aj f b
    local form
    for form in -x -e -d '-t u8' '-t i64' '-t f32' '-t utf16le'; do
        # shellcheck disable=SC2086 # one or two words
        refuses 'no space left' full mmtool read $form f
    done
}

@test "an output file that may not grow further is status 2 and a message" {
    letters f 3000000
    refuses '' bash -c 'ulimit -f 1000; exec "$0" read f >out' "$MMTOOL"
    cmp out <(head -c 1024000 f)
}

@test "a count of none that cannot be written is status 2, not 1" {
    letters f 100
    refuses 'no space left' full mmtool find -c f xyz
}

@test "a closed output is status 2 and a message" {
    letters f 100
    refuses 'standard output is closed' closed mmtool read f
    refuses 'standard output is closed' closed mmtool find f a
    refuses 'standard output is closed' closed mmtool --help
}

@test "a closed output of every form of read is status 2 and a message" {
    letters f 100000
    local form
    for form in -x -e -d '-t u8' '-t i64' '-t f32' '-t utf16le'; do
        # shellcheck disable=SC2086 # one or two words
        refuses 'standard output is closed' closed mmtool read $form f
    done
}

@test "a closed output does no harm where nothing is to be printed" {
    make f 0123
    closed mmtool write f 0 x
    closed mmtool find -q f x
    closed mmtool read f 0:0
    holds f x123
}

@test "a file that is opened while stdout is closed does not become the output" {
    make f 0123
    refuses '' closed mmtool read f
    holds f 0123
}

@test "a closed stderr: the status still tells" {
    run -2 without_errors mmtool read nosuch
    make f 0123
    run -2 without_errors mmtool write f 4 x
    holds f 0123
}

@test "a closed pipe ends the program quietly" {
    letters f 3000000
    first() { mmtool "$@" 2>errors | head -c 1; }
    [ "$(first read f)" = a ]
    [ ! -s errors ]
    [ "$(first find -a f a)" = 0 ]
    [ ! -s errors ]
    [ "$(first read -x f)" = 6 ]
    [ ! -s errors ]
}

@test "a closed pipe ends it at once, not when all is searched" {
    zeros f 10T
    mmtool write f 0 a
    yes a | head -c 1000000 >part
    mmtool write --from=part f 0
    { status=0; mmtool find -a f a 2>errors || status=$?; echo "$status" >status; } | head -n 1 >out
    holds out '0\n'
    [ ! -s errors ]
    [ "$(cat status)" -ne 2 ]
}
