# Bad input of every kind: one line of message, status 2, and the file is not changed.

# shellcheck disable=SC2154 # bats sets stderr
load helper

# The tests run thousands of commands: the checks after each start few programs.
shopt -s dotglob

# look: sets $state to everything that changes with the file f or its directory.
look() {
    state="$(stat -c '%s %i %y %z %h' f) $(<f) $(echo ./*)"
}

setup_file_f() {
    make f '0123456789\nabcdefghij\n'
    make other 'other bytes'
    mkdir -p dir
    touch -d '2020-02-02 02:02:02.123456789' f
    look
    before=$state
}

tries=0

# check_message NAME: ../stderr is one line in mmtool's form, or two for a usage error.
check_message() {
    local lines
    mapfile -t lines <../stderr
    [[ ${#lines[@]} == 1 || (${#lines[@]} == 2 && ${lines[1]} == "Try 'mmtool $1 --help'.") ]] || return 1
    [[ ${lines[0]} =~ ^mmtool:\ $1:\ [^\ ].*[^\ .]$ ]] || return 1
    # No control characters, and no text that strerror() or printf() makes of a wrong value.
    [[ ! ${lines[0]} =~ [[:cntrl:]]|Success|'Unknown error'|errno|'(null)' ]]
}

# attempt STATUS NAME ARGUMENT...: mmtool ends with STATUS ("any": 0 to 2). A command that fails
# prints a message and changes nothing.
attempt() {
    local wanted=$1 status=0
    shift
    "$MMTOOL" "$@" </dev/null >../stdout 2>../stderr || status=$?
    tries=$((tries + 1))
    if [ "$wanted" = any ]; then
        [ "$status" -le 2 ] || { echo "status $status: $*"; return 1; }
    else
        [ "$status" = "$wanted" ] || { echo "status $status, not $wanted: $*"; cat ../stderr; return 1; }
    fi
    if [ "$status" -eq 2 ]; then
        check_message "$1" || { echo "message: $*"; cat ../stderr; return 1; }
    fi
    if [ "$status" -ne 0 ]; then
        look
        [ "$state" = "$before" ] || { echo "changed: $*"; return 1; }
    else
        setup_file_f
    fi
}

# refused: each line of standard input is a command that must fail with status 2; runs them all.
refused() {
    local line words bad=0
    setup_file_f
    while IFS= read -r line; do
        eval "words=($line)"
        attempt 2 "${words[@]}" || { bad=$((bad + 1)); setup_file_f; }
    done
    [ "$tries" -gt 0 ]
    [ "$bad" -eq 0 ]
}

@test "wrong operands of read" {
    refused <<'EOF'
read f 5 6
read f ''
read f x
read f 5:x
read f 5:6:7
read f +5
read f 5+
read f 5+-1
read f 0x
read f 1KK
read f 99999999999999999999
read f -99999999999999999999
read -d -x f
read -t u32le f 0+3
read -t u32 f 0:7
read -t utf16le f 0:3
read f --lines=x
read f -l99999999999999999999
EOF
}

@test "wrong operands of find" {
    refused <<'EOF'
find f
find f a b c
find f a 5x
find f ''  5x
find -x f 0
find -x f 'g0'
find -e f '\q'
find -e f '\x'
find -t u8 f 256
find -t u8 f x
find -t u16 f -- -1
find -t f32 f x
EOF
}

@test "wrong operands of find, with an expression or several patterns" {
    refused <<'EOF'
find -E f '('
find -E f '[a'
find -E f '*a'
find -E f 'a{3,2}'
find -E f 'a*?b'
find -E -p '(' f
find -x -E f a
find -o -A 1 f a
find --as=hex f a
find -n --radix=16 f a
find --sorted -a f a
find -p '' -p a f
find -p a f x
EOF
}

@test "wrong operands of rfind" {
    refused <<'EOF'
rfind f
rfind --sorted f a
rfind f a b c
EOF
}

@test "wrong operands of write" {
    refused <<'EOF'
write f
write f 0
write f x y
write f 22 x
write f 0 01234567890123456789012
write f -23 x
write f end x
write f 5:4 x
write f 0:2 x
write f 0:2 xyz
write f 0:30 x
write f 0+30 --fill x
write f 0 --fill x
write f 0:2 --fill ''
EOF
}

@test "wrong operands of write, in other types than text" {
    refused <<'EOF'
write -x f 0 0
write -x f 0 0g
write -x f 0 '?'
write -x --fill f 0:2 '??'
write -t u8 f 0 256
write -t u8 f 0 -- -1
write -t u64 f 0 18446744073709551616
write -t f64 f 0 1.5x
write -t utf16le f 0 $'\xff'
write -x f 0 x --expect=00
write -e f 0 '\400'
EOF
}

@test "wrong operands of write --from" {
    refused <<'EOF'
write f 0 x --from=other
write f 0 --from=nosuch
write f 0 --from=other@5x
write f 0 --from=other@0:99
write f 0 --from=dir
write f 0 --from=
write -x f 0 -f other
EOF
}

@test "wrong operands of write, with options of edits" {
    refused <<'EOF'
write f 0 x --repeat=9223372036854775807
write f 9223372036854775807 x --extend
write f 0 xx --repeat=x
write f 0:2 ab --expect=abc
write f 0 x --undo=dir
write f 0 x --undo=no/such
write f 0 x --undo=
write f 0 x --journal-dir=no/such --durable --wait=x
write f 0 x --new-inode --flush=never
EOF
}

@test "wrong operands of move" {
    refused <<'EOF'
move f 0
move f 0 1 2
move f 0 0:30
move f 20 0:5
move f -30 0:1
move f x 0:1
move f 0 x
move f 5 4:3
move f 3 0:5 --expect=abc
EOF
}

@test "wrong operands of resize" {
    refused <<'EOF'
resize f
resize f x
resize f 5 6
resize f -23
resize f end
resize f 99999999999999999999
resize f +9223372036854775807
resize f 9223372036854775807 --allocate
resize --unlink f
resize --unlink f 5
EOF
}

@test "wrong operands of splice" {
    refused <<'EOF'
splice f
splice f x
splice f 5
splice f 30
splice f 30+0 x
splice f 0:30 x
splice f 5:4 x
splice -t u8 f 0:1 ''
splice --repeat=9223372036854775807 f 0+0 xx
EOF
}

@test "wrong operands of splice, search and replace" {
    refused <<'EOF'
splice -E -p '(' f x
splice -E -p 0 f '\q'
splice -E -p '(0)' f '\2'
splice -p 0 f
splice --delete -p 0 f x
splice -p '' f x
splice -p 0 --cstring --pad f x
splice -p 0 --pad=256 f x
splice -p 0 --pad f xyz
splice -p 0 --within=0:99 f x
splice --within=0:5 f 0:1 x
splice --pad f 0:1 x
splice --all f 0:1 x
EOF
}

@test "wrong operands of splice --edits" {
    refused <<'EOF'
splice --edits=nosuch f
splice --edits=other f
splice --edits=dir f
splice --edits=other -p a f
splice --edits=other f 0 x
EOF
}

@test "wrong operands of advise" {
    refused <<'EOF'
advise f
advise f willneed 0:30
advise f willneed x
advise f nosuch
advise f ''
advise f remove
advise --force f remove 5:6
advise --status f willneed 0:1
advise --status f 0:30
advise f willneed : :
EOF
}

@test "wrong operands of flush and info" {
    refused <<'EOF'
flush f 0:30
flush f x
flush f 0 1
info f 0
info f x
EOF
}

@test "wrong operands of run" {
    refused <<'EOF'
run f nosuch
run f other
run f dir
run f a b
run f other -c size
run -k --atomic f -c size
run --undo=u f -c 'write 0 x'
run --anonymous=x -c size
run --anonymous=5 f -c size
EOF
}

@test "wrong operands of the commands of a script" {
    refused <<'EOF'
run f -c nosuch
run f -c 'write 99 x'
run f -c "read '"
run f -c 'seek'
run f -c 'seek 99'
run f -c 'seek 1 2 3'
run f -c 'read match'
run f -c 'write_byte 256'
run f -c 'exec exit 3'
run f -c close -c size
EOF
}

# take_operands NAME: sets `operands` to what the subcommand needs behind FILE, and DATA.
take_operands() {
    local kind
    operands=()
    for kind in $("$MMTOOL" --dump-commands | awk -F '\t' -v name="$1" '$1 == "command" && $2 == name { print $3 }'); do
        case $kind in
        '[DATA...]' | DEST | PATTERN) operands+=(0) ;;
        RANGE* | *'|RANGE') operands+=(0:1) ;;
        SIZE*) operands+=(22) ;;
        ADVICE) operands+=(normal) ;;
        NEW) operands+=(f) ;;
        '['*']' | -) ;;
        *) echo "$1: an operand of what kind is $kind?" && return 1 ;;
        esac
    done
}

@test "wrong names and options of every subcommand" {
    setup_file_f
    for name in $("$MMTOOL" --dump-commands | awk -F '\t' '$1 == "command" { print $2 }'); do
        take_operands "$name"
        for words in '' '--nosuch f' '-Q f' '--map=nosuch f' '--map= f' '--map=shared,private f' \
            '--access=nosuch f' '--access= f' '--prot=rw f' '--prot= f' '--prot=read --access=read f' \
            '--access=write --map=private f' '--window=0:99 f' '--window=x f' '--window= f' '--window=5:4 f' \
            '--advise=nosuch f' '--advise=remove f' '--advise= f' '--progress=x f' '--wait=x f' '--help=x f' \
            'nosuch' 'no/such' 'f/x' 'dir' 'shm:' 'shm:a/b' 'shm:mmtool-no-such-name'; do
            # shellcheck disable=SC2086 # several words
            attempt 2 "$name" $words "${operands[@]}"
        done
        attempt 2 "$name" '' "${operands[@]}"
    done
    [ "$tries" -gt 300 ]
}

# The status may be 0, 1 or 2: many of these values are valid for some option.
@test "strange values of every option" {
    setup_file_f
    values=('' x -1 256 99999999999999999999 $'a\n\xff' "$(printf 'y%.0s' {1..5000})")
    while IFS=$'\t' read -r _ name option _ argument _; do
        [ "$argument" != none ] || continue
        case $name$option in
        *--journal-dir | *--undo | *--from | *--edits | *--threads) continue ;; # files, and threads
        read--* | write--*) ;;
        *--access | *--map | *--prot | *--window | *--advise | *--progress | *--wait) continue ;; # the same for all
        esac
        take_operands "$name"
        for value in "${values[@]}"; do
            attempt any "$name" "$option=$value" f "${operands[@]}"
        done
    done < <("$MMTOOL" --dump-commands | grep ^option)
    [ "$tries" -gt 200 ]
}
