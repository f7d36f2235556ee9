#!/usr/bin/env bats
# The system calls of a search: their number depends on the bytes searched, not on the matches.
load helper

# A log of 2 MiB; "ok" ends each eighth line.
make_log() {
    awk 'BEGIN { for (i = 0; i < 43691; i++)
        printf "host%-7d request %-20d %s\n", i % 97, i, i % 8 ? "no reply" : "      ok" }' >f
}

# reads COMMAND...: how many reads the command makes; it prints to `out`.
reads() {
    ASAN_OPTIONS=detect_leaks=0 strace -qq -f -e trace=pread64 -o calls "$MMTOOL" "$@" >out
    grep -c 'pread64(' calls
}

@test "rfind -E with an assertion at the end reads each byte about once" {
    need strace
    make_log
    for expression in 'ok$' '\bok\b' 'ok.*$' '[a-z]+$' 'k(.|\n){0,900}Z|ok$'; do
        [ "$(reads rfind -aE f "$expression")" -le 20 ]
        [ "$(wc -l <out)" -ge 5461 ]
    done
}

@test "rfind -lE reads a file in steps, not once for each line" {
    need strace
    make_log
    [ "$(reads rfind -alE f 'ok$')" -le 400 ]
    [ "$(reads rfind -clE f 'ok$')" -le 400 ]
    [ "$(cat out)" -eq 5462 ]
    [ "$(reads find -alE f '\bok$' -C1)" -le 400 ]
}

@test "overlapping matches of any length are not read again for each" {
    need strace
    head -c 524288 /dev/zero | tr '\0' k >f
    [ "$(reads find -cE --overlapping --threads=1 f 'k.{300,301}')" -le 30 ]
    [ "$(cat out)" -eq 523988 ]
}

@test "splice -aE with groups reads a file in steps, not once for each group" {
    need strace
    make_log
    [ "$(reads splice -aE -p '(o)(k)$' f '\2\1')" -le 400 ]
    [ "$(mmtool find -cE f 'ko$')" -eq 5462 ]
}

@test "a sparse file costs one seek and one read for each extent" {
    need strace python3
    python3 -c 'f = open("f", "wb")
for i in range(2000):
    f.seek(i << 16)
    f.write(b"some text\n")'
    for command in find rfind; do
        ASAN_OPTIONS=detect_leaks=0 strace -qq -f -e trace=lseek,pread64 -o calls "$MMTOOL" "$command" -c --threads=4 f text >out
        [ "$(cat out)" -eq 2000 ]
        [ "$(wc -l <calls)" -le 5000 ]
    done
    [ "$(mmtool find -a f text | sort -nr | head -n 1000 | cksum)" = "$(mmtool rfind -m 1000 f text | cksum)" ]
}

@test "runs of data of one length, and some that are longer: no match across an end is missed" {
    need python3
    python3 - "$MMTOOL" <<'PY'
import random, re, subprocess, sys
random.seed(7)
for round in range(12):
    at, size = 0, 0
    with open("f", "wb") as file:
        for i in range(60):
            at += 4096 * random.randrange(1, 4)
            length = 4096 * (1 if random.randrange(5) else random.randrange(2, 5))
            run = bytearray(random.choice(b"xyz") for _ in range(length))
            for _ in range(4): # most of them where a run of one page would end
                place = random.choice((4096, 8192, random.randrange(length))) - random.randrange(9)
                run[max(place, 0):max(place, 0) + 8] = b"needle12"
            file.seek(at)
            file.write(run[:length])
            at += length
        file.truncate(at + 4096 * random.randrange(3))
    text = open("f", "rb").read()
    for options, pattern in ((["-a", "needle12"], b"needle12"), (["-aE", "n[e]+dle[0-9]+"], b"n[e]+dle[0-9]+"),
                             (["-aE", "[xyz]needle1"], b"[xyz]needle1"), (["-ai", "NEEDLE1"], b"needle1")):
        wanted = [match.start() for match in re.finditer(pattern, text)]
        option, word = options
        for command in "find", "rfind":
            found = subprocess.run([sys.argv[1], command, option, "f", word], capture_output=True)
            numbers = [int(line) for line in found.stdout.split()]
            assert sorted(numbers) == wanted, (round, command, options, len(numbers), len(wanted))
PY
}

@test "each of many files costs at most 11 system calls" {
    need strace
    mkdir d
    for i in $(seq 200); do echo "the text $i" >"d/$i"; done
    ls d/* >list
    ASAN_OPTIONS=detect_leaks=0 strace -qq -f -o calls "$MMTOOL" find -la --threads=1 --files-from=list -p text >out
    [ "$(wc -l <out)" -eq 200 ]
    # The calls from the open of one of the files to that of the next one.
    before=$(grep -n 'openat(.*d/50"' calls | cut -d: -f1)
    after=$(grep -n "openat(.*$(grep -xA1 d/50 list | tail -n 1)\"" calls | cut -d: -f1)
    [ $((after - before)) -le 11 ]
}

@test "a FIFO that is read waits for its writer, and reads all that a short one wrote" {
    mkfifo fifo
    mmtool read fifo >out 3>&- &
    reader=$!
    sleep 0.2
    printf 'some text' >fifo
    wait "$reader"
    [ "$(cat out)" = "some text" ]
    : >fifo 3>&- & # no bytes
    [ -z "$(mmtool read fifo)" ]
    wait
}

@test "of many files, one behind a link is read and its journal looked for beside the target" {
    need strace
    mkdir d e
    echo text >d/a
    ln -s ../d/a e/link
    ln -s link e/again
    printf 'd/a\ne/link\ne/again\n' >list
    ASAN_OPTIONS=detect_leaks=0 strace -qq -f -e trace=newfstatat,fstatat64,statx,openat -o calls "$MMTOOL" find -a --files-from=list -p text >out
    [ "$(wc -l <out)" -eq 3 ]
    grep -q '\.a\.mmtool-journal' calls
    run ! grep -q '\.\(link\|again\)\.mmtool-journal' calls
}
