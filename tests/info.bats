# info: what is known of a file.

# shellcheck disable=SC2154 # bats sets stderr, the helper source_root
# shellcheck disable=SC2094 # what is read in a pipeline here is not what is written
load helper

# says NAME: the value of that line.
says() {
    mmtool info "${2:-f}" | sed -n "s/^$1: //p"
}

@test "size, page size, allocation granularity, block" {
    make f 0123
    [ "$(says size)" = 4 ]
    [ "$(says 'page size')" = "$(getconf PAGESIZE)" ]
    [ "$(says 'allocation granularity')" = "$(getconf PAGESIZE)" ]
    [ "$(says 'block size')" = "$(stat -f -c %S f)" ]
    [ "$(says kind)" = 'regular file' ]
}

@test "blocks allocated, in bytes" {
    letters f 100000
    sync f
    [ "$(says allocated)" -eq $(($(stat -c %b f) * $(stat -c %B f))) ]
}

@test "hard links" {
    make f 0123
    ln f g
    [ "$(says links)" = 2 ]
}

@test "holes are counted, at the start, between and at the end" {
    zeros f 12M
    mmtool write f 4M x
    mmtool write f 8M x
    sync f
    [ "$(stat -c %b f)" -lt 1000 ] || skip "this file system has no holes"
    [ "$(says holes)" = 3 ]
    [ "$(says 'hole bytes')" -gt 12000000 ]
    letters g 10000
    sync g
    [ "$(says holes g)" = 0 ]
    [ "$(says 'hole bytes' g)" = 0 ]
}

@test "resident pages: all of what was just read, no more than the file" {
    letters f 1000000
    mmtool read f >/dev/null
    [ "$(says resident)" = 1000000 ]
}

@test "resident is unknown where the system does not tell" {
    [ "$(uname)" = Linux ] || skip "only Linux keeps it from strangers"
    [ "$(id -u)" -eq 0 ] || skip "needs a file of somebody else's"
    letters f 10000
    chmod 644 f
    need_stranger
    [ "$(as_stranger "$MMTOOL" info f | grep resident)" = 'resident: unknown' ]
    as_stranger "$MMTOOL" info -j f | grep -q '"resident":null'
}

@test "-s prints the size alone" {
    make f 0123
    prints '4\n' mmtool info -s f
    prints '4\n' mmtool info --size f
}

@test "-j prints one JSON object with the same numbers" {
    need python3
    letters f 100000
    mmtool info -j f >out
    python3 - <<'EOF'
import json
facts = json.load(open("out"))
assert facts["kind"] == "regular file" and facts["size"] == 100000 and facts["holes"] == 0, facts
assert {"page_size", "allocation_granularity", "block_size", "allocated", "resident"} <= set(facts)
EOF
}

@test "an empty file" {
    make f ''
    [ "$(says size)" = 0 ]
    [ "$(says holes)" = 0 ]
    [ "$(says resident)" = 0 ]
}

@test "a file of 10 TiB that is one hole" {
    zeros f 10T
    [ "$(says size)" = 10995116277760 ]
    [ "$(says holes)" = 1 ]
    [ "$(says 'hole bytes')" = 10995116277760 ]
}

@test "operands are refused, standard input and missing files too" {
    make f abc
    usage_error 'one operand too many' mmtool info f x
    usage_error 'standard input' mmtool info - </dev/null
    refuses 'no such file' mmtool info nosuch
    refuses 'it is a directory' mmtool info .
}

# ---- for people -----------------------------------------------------------------------------

@test "on a terminal sizes are also in larger units and parts of the whole; in a pipe bytes alone" {
    need_terminal
    zeros f 3M
    mmtool write f 0 x
    sync f
    on_terminal "'$MMTOOL' info f" | tr -d '\r' >out
    cat out
    grep -qx 'size: 3145728 (3.0 MiB)' out
    grep -qx 'links: 1' out
    [ "$(says holes)" = 0 ] || grep -qE '^hole bytes: [0-9]+ \([0-9.]+ MiB, 99\.[0-9] % of the size\)$' out
    grep -qE '^resident: [0-9]+ \(.*100\.0 % of the data\)$' out
    [ "$(says size)" = 3145728 ]
    [[ $(says 'hole bytes') =~ ^[0-9]+$ ]]
    [[ $(says resident) =~ ^[0-9]+$ ]]
}

# cells N CHARACTER: N of it.
cells() {
    printf "%$1s" '' | tr ' ' "$2"
}

@test "maps of data and of pages in memory, of 64 cells in a pipe" {
    page=$(getconf PAGESIZE)
    zeros f $((640 * page))
    mmtool write f $((320 * page)) x
    mmtool write --fill f $((480 * page)):$((490 * page)) x
    sync f
    [ "$(says holes)" = 3 ] || skip "this file system has other holes"
    [ "$(says 'map cell')" = $((10 * page)) ]
    [ "$(says 'data map')" = "[$(cells 32 .)+$(cells 15 .)#$(cells 15 .)]" ]
    [ "$(says 'page map')" = "$(says 'data map')" ]
    [ "$(mmtool info -j f | tr , '\n' | sed -n 's/^"data_map":"\(.*\)"$/[\1]/p')" = "$(says 'data map')" ]
    [ "$(mmtool info -j f | tr , '\n' | sed -n 's/^"page_map":"\(.*\)"$/[\1]/p')" = "$(says 'page map')" ]
}

@test "small files have a cell for each page; an empty one has no map" {
    page=$(getconf PAGESIZE)
    letters f $((2 * page + 1))
    [ "$(says 'data map')" = '[###]' ]
    [ "$(says 'map cell')" = "$page" ]
    make g ''
    mmtool info g >out
    mmtool info -j g >>out
    run -1 grep map out
}

@test "on a terminal the maps are as wide as the window less a column, with names, too" {
    need_terminal
    zeros f 100M
    local columns
    for columns in 40 80 200; do
        on_terminal "stty cols $columns; '$MMTOOL' info f" | tr -d '\r' | grep '^data map' >map
        [ "$(tr -d '\n' <map | wc -c)" -eq $((columns - 1)) ]
        on_terminal "stty cols $columns; '$MMTOOL' info -H f" | tr -d '\r' | grep '^f:data map' >map
        [ "$(tr -d '\n' <map | wc -c)" -eq $((columns - 1)) ]
    done
    on_terminal "stty cols 5; '$MMTOOL' info f" | tr -d '\r' | grep '^data map' >map
    [ "$(cat map)" = 'data map: [........]' ]
}

@test "the map counts data as a walk over its bytes does" {
    need python3
    page=$(getconf PAGESIZE)
    zeros f $((1000 * page + 123))
    for i in 3 50 51 52 400 999 1000; do
        mmtool write f $((i * page)) x
    done
    sync f
    mmtool info -j f >out
    python3 - <<'EOF'
import json, os
facts = json.load(open("out"))
size, cell = facts["size"], facts["map_cell"]
f = open("f", "rb")
data, at = [0] * len(facts["data_map"]), 0
try:
    while at < size:
        at = os.lseek(f.fileno(), at, os.SEEK_DATA)
        end = os.lseek(f.fileno(), at, os.SEEK_HOLE)
        for byte in range(at, end):
            data[byte // cell] += 1
        at = end
except OSError:  # no data behind
    pass
want = "".join("#" if n == min(cell, size - i * cell) else "+" if n else "." for i, n in enumerate(data))
assert want == facts["data_map"], (want, facts)
EOF
}

# ---- locks ----------------------------------------------------------------------------------

need_locks() {
    [ -r /proc/locks ] || skip "this system does not list locks"
    need python3
    make f 0123
    mmtool info f | grep -q '^lock: ' || skip "this program does not list locks"
}

# locked PYTHON COMMAND...: runs COMMAND while a process has the locks that PYTHON takes on `f`.
locked() {
    python3 -c 'import fcntl, os, struct, subprocess, sys
f, g = open("f", "r+b"), open("f", "r+b")
def lock(kind, start, length, file=f): # F_OFD_SETLK
    fcntl.fcntl(file, 37, struct.pack("hhqqi", kind, 0, start, length, 0))
exec(sys.argv[1])
print(os.getpid(), file=open("pid", "w"))
sys.exit(subprocess.run(sys.argv[2:]).returncode)' "$@"
}

@test "locks of other programs: kind, bytes, process and command" {
    need_locks
    [ "$(says lock)" = none ]
    locked 'fcntl.lockf(f, fcntl.LOCK_EX, 10, 5)' "$MMTOOL" info f >out
    cat out
    grep -qx "lock: posix write 5:15, pid $(cat pid) (python3.*)" out
    locked 'fcntl.flock(f, fcntl.LOCK_SH)' "$MMTOOL" info f >out
    grep -qx "lock: flock read, pid $(cat pid) (python3.*)" out
    locked 'lock(fcntl.F_RDLCK, 100, 0)' "$MMTOOL" info f >out
    grep -qx "lock: ofd read 100:, pid $(cat pid) (python3.*)" out
    locked 'lock(fcntl.F_WRLCK, 1, 2)' "$MMTOOL" info -j f >out
    grep -qE "\"locks\":\[\{\"kind\":\"ofd\",\"access\":\"write\",\"start\":1,\"end\":3,\"pid\":$(cat pid),\"command\":\"python3[^\"]*\"\}\]" out
    [ "$(says lock)" = none ]
}

@test "several locks of a file" {
    need_locks
    locked 'lock(fcntl.F_RDLCK, 0, 1); lock(fcntl.F_RDLCK, 4, 1); lock(fcntl.F_RDLCK, 0, 1, g)' \
        "$MMTOOL" info f >out
    [ "$(grep -c "^lock: ofd read .*, pid $(cat pid) " out)" -ge 2 ]
}

@test "the command of a process has a name of any bytes" {
    need_locks
    cp "$(command -v sleep)" $'sl\xffep' || skip "this file system has no such names"
    (
        exec 9<f
        flock -s 9
        exec ./$'sl\xffep' 5 3>&-
    ) &
    for _ in $(seq 50); do
        mmtool info -j f >out
        ! grep -q command_hex out || break
        sleep 0.1
    done
    kill $!
    python3 -c 'import json
(lock,) = json.load(open("out"))["locks"]
assert lock["kind"] == "flock" and bytes.fromhex(lock["command_hex"]) == b"sl\xffep", lock'
}

@test "an mmtool that reads; its lock is not our own" {
    need_locks
    letters g 1000000
    mkfifo pipe
    mmtool read g >pipe 3>&- &
    exec 8<pipe
    read -r -n 1 -u 8 _
    [ "$(says lock g | sed 's/pid [0-9]*/pid N/')" = 'mmtool read, pid N (mmtool)' ]
    [ "$(says lock f)" = none ]
    exec 8<&-
    may_fail wait $!
}

@test "an edit under way: who holds the lock, and the rest, without waiting" {
    need_locks
    locked 'lock(fcntl.F_WRLCK, (1 << 63) - 2, 1)' "$MMTOOL" info f >out
    cat out
    grep -qx 'size: 4' out
    grep -qx "lock: mmtool write, pid $(cat pid) (python3.*)" out
    grep -qx 'journal: busy: an edit is under way' out
    locked 'lock(fcntl.F_WRLCK, (1 << 63) - 2, 1)' "$MMTOOL" info -j f | grep -q '"journal":{"state":"busy"}'
    run -2 locked 'lock(fcntl.F_WRLCK, (1 << 63) - 2, 1)' "$MMTOOL" info -s f
}

@test "a stranger sees the locks, too" {
    need_locks
    need_stranger
    [ "$(id -u)" -eq 0 ] || skip "needs another user"
    chmod 644 f
    locked 'fcntl.lockf(f, fcntl.LOCK_EX, 10, 5)' setpriv --reuid=65534 --regid=65534 --clear-groups \
        "$MMTOOL" info f >out
    grep -q '^lock: posix write 5:15' out
}

# ---- the journal ----------------------------------------------------------------------------

@test "an unfinished edit is finished first, as by all commands" {
    load crash/crash
    half_made f
    run -0 --separate-stderr mmtool info f
    [[ $stderr == *'interrupted edit'* ]]
    [[ $output == *$'\njournal: none'* ]]
    cmp f new
    mmtool info -j f | grep -q '"journal":null}$'
}

@test "a journal that is not believed is an error, behind the rest" {
    make f 0123
    make .f.mmtool-journal 'not a journal of any kind, but long enough to be one'
    run -2 --separate-stderr mmtool info f
    [[ $output == *$'\nsize: 4\n'* ]]
    [[ $output == *$'\njournal: '*"('mmtool recover f' tells more)" ]]
    [[ $stderr == 'mmtool: info: f: '*recover* ]]
    run -2 --separate-stderr mmtool info -j f
    [[ $output == *'"journal":{"state":"'* ]]
    run -2 --separate-stderr mmtool info --files f f
    [ "$(grep -c '^f:journal: ' <<<"$output")" -eq 2 ]
    holds f 0123
}

@test "a script, memory and --ignore-journal: neither locks nor journal" {
    make f 0123
    mmtool run f -c info >out
    mmtool run --anonymous=10000 -c info >>out
    mmtool info --ignore-journal f >>out
    run -1 grep -E '^(lock|journal)' out
}
