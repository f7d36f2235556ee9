# Whatever is typed: one clear line, status 2, and a file that nobody touched.

# shellcheck disable=SC2154 # bats sets stderr
load helper

# The tests run thousands of commands, so that what is looked at behind each is asked of the shell.
shopt -s dotglob

# look: sets $state to all that a change of the file f or of its directory would alter.
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

# check_message NAME: what is in ../stderr is one line in mmtool's form, or two for wrong usage.
check_message() {
    local lines
    mapfile -t lines <../stderr
    [[ ${#lines[@]} == 1 || (${#lines[@]} == 2 && ${lines[1]} == "Try 'mmtool $1 --help'.") ]] || return 1
    [[ ${lines[0]} =~ ^mmtool:\ $1:\ [^\ ].*[^\ .]$ ]] || return 1
    # Neither control characters nor words of the system's own making.
    [[ ! ${lines[0]} =~ [[:cntrl:]]|Success|'Unknown error'|errno|'(null)' ]]
}

# attempt STATUS NAME ARGUMENT...: the status is that (or, for "any", 0 to 2); what is not done
# leaves a message and changes nothing.
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

# refused LINE...: each line is words of a command that must fail with status 2.
refused() {
    local line words bad=0
    tries=0
    while IFS= read -r line; do
        [ -n "$line" ] || continue
        eval "words=($line)"
        attempt 2 "${words[@]}" || { bad=$((bad + 1)); setup_file_f; }
    done
    [ "$bad" -eq 0 ]
}

@test "wrong operands of every subcommand" {
    setup_file_f
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
find -E f '('
find -E f '[a'
find -E f '*a'
find -E f 'a{3,2}'
find -E f 'a*?b'
find -E -p '(' f
find -x -E f a
find -A 1 f a
find --sorted -a f a
find -p '' -p a f
find -p a f x
rfind f
rfind --sorted f a
rfind f a b c
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
write -x f 0 0
write -x f 0 0g
write -x f 0 '??'
write -t u8 f 0 256
write -t u8 f 0 -- -1
write -t u64 f 0 18446744073709551616
write -t f64 f 0 1.5x
write -t utf16le f 0 $'\xff'
write f 0 x --from=other
write f 0 --from=nosuch
write f 0 --from=other@5x
write f 0 --from=other@0:99
write f 0 --from=dir
write f 0 --from=
write f 0 x --repeat=9223372036854775807
write f 9223372036854775807 x --extend
write f 0 xx --repeat=x
write -x f 0 x --expect=00
write f 0:2 ab --expect=abc
write f 0 x --undo=dir
write f 0 x --undo=no/such
write f 0 x --undo=
write f 0 x --journal-dir=no/such --durable --wait=x
write f 0 x --new-inode --flush=never
write -e f 0 '\400'
move f 0
move f 0 1 2
move f 0 0:30
move f 20 0:5
move f -30 0:1
move f x 0:1
move f 0 x
move f 5 4:3
move f 3 0:5 --expect=abc
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
splice f
splice f x
splice f 5
splice f 30
splice f 30+0 x
splice f 0:30 x
splice f 5:4 x
splice -E -p '(' f x
splice -E -p 0 f '\q'
splice -E -p '(0)' f '\2'
splice -p 0 f
splice --delete -p 0 f x
splice -t u8 f 0:1 ''
write -x f 0 -f other
splice -p '' f x
splice -p 0 --cstring --pad f x
splice -p 0 --pad=256 f x
splice -p 0 --pad f xyz
splice -p 0 --within=0:99 f x
splice --within=0:5 f 0:1 x
splice --pad f 0:1 x
splice --all f 0:1 x
splice --edits=nosuch f
splice --edits=other f
splice --edits=dir f
splice --edits=other -p a f
splice --edits=other f 0 x
splice --repeat=9223372036854775807 f 0+0 xx
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
flush f 0:30
flush f x
flush f 0 1
info f 0
info f x
run f nosuch
run f other
run f dir
run f a b
run f other -c size
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
run -k --atomic f -c size
run --undo=u f -c 'write 0 x'
run --anonymous=x -c size
run --anonymous=5 f -c size
EOF
    [ "$tries" -gt 130 ]
}

@test "wrong names and options of every subcommand" {
    setup_file_f
    tries=0
    for name in $("$MMTOOL" --dump-commands | awk -F '\t' '$1 == "command" { print $2 }'); do
        for words in '' '--nosuch f' '-Q f' '--map=nosuch f' '--map= f' '--map=shared,private f' \
            '--access=nosuch f' '--access= f' '--prot=rw f' '--prot= f' '--prot=read --access=read f' \
            '--access=write --map=private f' '--window=0:99 f' '--window=x f' '--window= f' '--window=5:4 f' \
            '--advise=nosuch f' '--advise=remove f' '--advise= f' '--progress=x f' '--wait=x f' '--help=x f' \
            'nosuch' 'no/such' 'f/x' 'dir' 'shm:' 'shm:a/b' 'shm:mmtool-no-such-name'; do
            operands=()
            case $name in
            find | rfind) operands=(x) ;;
            write | splice) operands=(0:1 x) ;;
            move) operands=(0 0+1) ;;
            resize) operands=(5) ;;
            advise) operands=(normal) ;;
            run) operands=(-c size) ;;
            esac
            # shellcheck disable=SC2086 # several words
            attempt 2 "$name" $words "${operands[@]}"
        done
        attempt 2 "$name" '' "${operands[@]}"
    done
    [ "$tries" -gt 300 ]
}

# An option that must have a value gets many a one; what comes of it is done, answered or refused.
@test "strange values of every option" {
    setup_file_f
    tries=0
    values=('' x -1 256 99999999999999999999 $'a\n\xff' "$(printf 'y%.0s' {1..5000})")
    while IFS=$'\t' read -r _ name option _ argument _; do
        [ "$argument" != none ] || continue
        case $name$option in
        *--journal-dir | *--undo | *--from | *--edits | *--threads) continue ;; # files, and threads
        read--* | write--*) ;;
        *--access | *--map | *--prot | *--window | *--advise | *--progress | *--wait) continue ;; # the same for all
        esac
        case $name in
        read | info | flush) operands=() ;;
        find | rfind) operands=(3) ;;
        write | splice) operands=(0:1 0) ;;
        move) operands=(0 0+1) ;;
        resize) operands=(22) ;;
        advise) operands=(normal) ;;
        run) operands=(-c size) ;;
        esac
        for value in "${values[@]}"; do
            attempt any "$name" "$option=$value" f "${operands[@]}"
        done
    done < <("$MMTOOL" --dump-commands | grep ^option)
    [ "$tries" -gt 200 ]
}
