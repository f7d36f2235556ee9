# recover: what an interrupted edit left, and each way out of it.

# shellcheck disable=SC2317,SC2034 # crash.bash calls and reads them
# shellcheck disable=SC2154 # bats sets stderr
load helper
load crash/crash

# shows WORDS ARGUMENT...: status 1, WORDS stand in what is printed, no message; nothing is changed.
shows() {
    local words=$1 before
    shift
    before=$(traces)
    run -1 --separate-stderr mmtool recover "$@"
    echo "$output" "$stderr"
    [[ $output == *"$words"* ]]
    [ -z "$stderr" ]
    [ "$(traces)" = "$before" ]
}

# All that stands here: names, bytes, times of change, marks.
traces() {
    find . -type f -exec stat -c '%n %i %s %a %h %Y %y %z' {} + -exec cksum {} + | sort
    ! command -v getfattr >/dev/null || getfattr -d -m user.mmtool -R . 2>/dev/null
}

# whole FILE: nothing was left of an edit, by every word there is.
whole() {
    local name
    run -0 --separate-stderr mmtool recover "$1"
    [[ $output == "state: whole"* ]]
    for name in .[!.]*; do
        case $name in *.mmtool-*) echo "$name is left" && return 1 ;; esac
    done
    ! command -v getfattr >/dev/null || [ -z "$(getfattr -d -m user.mmtool "$1" 2>/dev/null)" ]
    mmtool splice "$1" 0+0 x
    mmtool splice "$1" 0+1
}

# killed_at CALL N FILE ARGUMENT...: `old` is FILE, killed in that splice at the N-th such call of it.
killed_at() {
    need strace
    local call=$1 number=$2 file=$3
    shift 3
    letters old 300000
    cat old >"$file"
    run strace -qq -o /dev/null -P "$PWD/$file" -e "trace=$call" \
        -e "inject=$call:signal=KILL:when=$number" "$MMTOOL" splice "$@" "$file" 10+0 inserted
    [ "$status" -eq 137 ] || skip "strace cannot kill here (status $status)"
}

# grown FILE [OPTION...]: killed when the file had grown for an edit that had not begun.
grown() {
    killed_at pread64 1 "$@"
    [ "$(size_of "$1")" -eq 300008 ]
    cmp -n 300000 "$1" old
}

# unbegun FILE [OPTION...]: killed behind the commit, before the first step was published.
unbegun() {
    need strace
    letters probe 300000
    strace -qq -P "$PWD/probe" -e trace=pread64,pwrite64 -o calls "$MMTOOL" splice probe 10+0 inserted
    rm probe
    killed_at pread64 "$(awk '/pwrite64/ { exit } { count++ } END { print count }' calls)" "$@"
    rm calls
    cmp -n 300000 "$1" old
}

# ---- the command line -----------------------------------------------------------------------

@test "a file of which nothing was left is whole: status 0" {
    make f 0123456789
    prints 'state: whole\nsize: 10\n' mmtool recover f
    prints 'state: whole\nsize: 10\n' mmtool recover --show f
    prints '{"state":"whole","size":10}\n' mmtool recover -j f
    prints '' mmtool recover --finish f
    prints '' mmtool recover --back f
    prints '' mmtool recover --accept f
    prints '' mmtool recover --accept --force f
    holds f 0123456789
    : >empty
    prints 'state: whole\nsize: 0\n' mmtool recover empty
    prints '' mmtool recover --accept empty
}

@test "one way at a time; --json and --force belong to one each" {
    make f 0123456789
    usage_error 'do not go together' mmtool recover --show --finish f
    usage_error 'do not go together' mmtool recover --back --accept f
    usage_error '--json goes with --show' mmtool recover -j --finish f
    usage_error '--force goes with --accept' mmtool recover --force f
    usage_error 'FILE is missing' mmtool recover
    usage_error 'one operand too many' mmtool recover f g
    usage_error 'window' mmtool recover --window=: f
    refuses 'no such file' mmtool recover g
    refuses 'it is a directory' mmtool recover .
    refuses 'standard input' mmtool recover - </dev/null
}

@test "scripts do not have it, and say so" {
    make f 0123456789
    refuses 'run mmtool recover by itself' mmtool run f -c recover
    refuses 'run mmtool recover by itself' mmtool run --atomic f -c 'recover --accept'
    refuses 'unknown subcommand' mmtool run f -c recove
    [[ $stderr != *'"recover"'* ]]
}

# ---- to be finished -------------------------------------------------------------------------

@test "half made: the sizes, the steps, where the journal is; --finish finishes it" {
    half_made f
    shows 'state: an edit is to be finished' f
    [[ $output == *$'\njournal: '*"$PWD/.f.mmtool-journal"* ]]
    [[ $output == *$'\nowner: '"$(id -u)"$'\n'* ]]
    [[ $output == *$'\nold size: 3000000\nnew size: 3000008\n'* ]]
    [[ $output =~ steps\ done:\ ([0-9]+).steps:\ ([0-9]+) ]]
    [ "${BASH_REMATCH[1]}" -gt 0 ]
    [ "${BASH_REMATCH[1]}" -lt "${BASH_REMATCH[2]}" ]
    shows '"state":"unfinished"' -j f
    python3 -c 'import json, sys; assert json.loads(sys.argv[1])["new_size"] == 3000008' "$output"
    run -0 --separate-stderr mmtool recover --finish f
    [[ $stderr == *'was finished'* ]]
    cmp f new
    whole f
}

@test "half made cannot be taken back, and the message says how far it is" {
    half_made f
    before=$(traces)
    refuses 'cannot be taken back: the edit has begun to change the file (' mmtool recover --back f
    [ "$(traces)" = "$before" ]
    mmtool recover --finish f
    cmp f new
}

@test "half made, taken as it is: mark, journal and undo script go, the bytes stay" {
    mkdir d
    half_made f --undo=d/back
    mmtool recover --finish f
    rm d/back
    half_made f --undo=d/back
    cp f half
    before=$(traces)
    refuses '--force' mmtool recover --accept f
    [ "$(traces)" = "$before" ]
    mmtool recover --accept --force f
    cmp f half
    [ -z "$(ls -A d)" ]
    whole f
    prints '' mmtool recover --accept f
    cmp f half
}

# ---- not begun ------------------------------------------------------------------------------

@test "not begun: it is to be taken back, and is" {
    for way in --back --finish; do
        grown f
        shows 'state: an edit that has not begun is to be taken back' f
        mmtool recover $way f
        cmp f old
        whole f
    done
}

@test "committed, no step published: --finish finishes it, --back takes it back" {
    unbegun f
    shows 'an edit is to be finished' f
    [[ $output == *'steps done: 0'* ]]
    run -0 --separate-stderr mmtool recover --back f
    [[ $stderr == *'was taken back'* ]]
    cmp f old
    whole f
    unbegun f
    mmtool recover --finish f
    cmp f <(head -c 10 old && printf inserted && tail -c +11 old)
    whole f
}
