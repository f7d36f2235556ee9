# --undo: the script that takes a change back, and when it is left as it was.

# shellcheck disable=SC2154 # bats sets stderr
# shellcheck disable=SC2016 # for inner shells
# shellcheck disable=SC2012 # names here are plain
# shellcheck disable=SC2210 # files of these names are meant
load helper

# left_alone WORDS COMMAND...: refused; f and back are what they were, and nothing is beside them.
left_alone() {
    make f "${content-0123456789}"
    make back 'an earlier script'
    refuses "$@"
    holds f "${content-0123456789}"
    holds back 'an earlier script'
    [ "$(ls -A | tr '\n' ' ')" = 'back f ' ]
}

@test "--undo that cannot be written whole: nothing is changed, an earlier script stays" {
    content=$(letters /dev/stdout 3000000)
    # shellcheck disable=SC2016 # for the inner shell
    left_alone '--undo=back: ' bash -c 'ulimit -f 1024; exec "$0" splice --undo=back f 0:2000000' "$MMTOOL"
    rm back
    # shellcheck disable=SC2016 # for the inner shell
    refuses '--undo=back: ' bash -c 'ulimit -f 1024; exec "$0" splice --undo=back f 0:2000000' "$MMTOOL"
    [ "$(ls -A)" = f ]
}

@test "an edit that fails leaves an earlier undo script as it was" {
    left_alone 'pass the end' mmtool write --undo=back f 8 xyz
    left_alone 'no room for the journal' bash -c 'ulimit -f 8; exec "$0" write --undo=back f 0 x' \
        "$MMTOOL"
    left_alone '' bash -c 'ulimit -f 8; exec "$0" write --new-inode --undo=back --extend f 20000 x' \
        "$MMTOOL"
    left_alone '' bash -c 'ulimit -f 8; exec "$0" write --no-journal --undo=back --extend f 20000 x' \
        "$MMTOOL"
    left_alone '' bash -c 'ulimit -f 8; exec "$0" resize --undo=back --allocate f 20000' "$MMTOOL"
    left_alone 'atomic' mmtool run --undo=back f -c 'write 0 x'
    left_alone 'pass the end' mmtool run --atomic --undo=back f -c 'write 0 x' -c 'write 9 xyz'
}

@test "a journal that may not be made leaves an earlier undo script as it was" {
    need_stranger
    mkdir -m 777 undone
    mkdir closed
    make closed/f 0123
    make undone/back 'an earlier script'
    chmod 666 closed/f undone/back
    [ "$(id -u)" -eq 0 ] || chmod 555 closed
    refuses 'no journal can be made' as_stranger "$MMTOOL" write --undo=undone/back closed/f 0 x
    chmod 755 closed
    holds closed/f 0123
    holds undone/back 'an earlier script'
    [ "$(ls -A undone)" = back ]
}

@test "--undo replaces a symbolic link and does not follow it" {
    make f 0123
    make target precious
    ln -s target back
    mmtool write --undo=back f 0 x
    [ ! -L back ]
    holds target precious
    mmtool splice --edits=back f
    holds f 0123
    ln -sf nothing back
    mmtool write --undo=back f 0 x
    [ -f back ] && [ ! -L back ] && [ ! -e nothing ]
}

@test "--undo refuses a FIFO, a device, a directory and the edited file" {
    mkfifo fifo
    mkdir directory
    ln -s fifo to-fifo
    ln -s /dev/null to-device
    make f 0123
    ln f other
    for name in fifo to-fifo /dev/null to-device directory; do
        refuses 'not a regular file' timeout 20 "$MMTOOL" write --undo="$name" f 0 x
    done
    refuses 'the edited file itself' mmtool write --undo=f f 0 x
    refuses 'the edited file itself' mmtool write --undo=other f 0 x
    holds f 0123
    [ -p fifo ] && [ -L to-fifo ] && [ -c /dev/null ] && [ -L to-device ]
}

@test "an undo script is its owner's to read, and no more than an earlier one let him" {
    make f 0123
    umask 0
    mmtool write --undo=back f 0 a
    [ "$(stat -c %a back)" = 600 ]
    chmod 644 back
    mmtool write --undo=back f 0 b
    [ "$(stat -c %a back)" = 600 ]
    chmod 444 back
    mmtool write --undo=back f 0 c
    [ "$(stat -c %a back)" = 400 ]
}

@test "an undo script has no ACL from its directory" {
    need setfacl getfacl
    make f 0123
    setfacl -d -m u:12345:rw . 2>/dev/null || skip "no ACLs here"
    mmtool write --undo=back f 0 a
    run ! grep 12345 <(getfacl -n back)
    [ "$(stat -c %a back)" = 600 ]
}

# undone_each OPTION: edits with that option are taken back by their undo scripts.
undone_each() {
    letters original 300000
    for command in 'splice f 10+0 abc' 'splice f 4096+4096' 'resize f 1000' \
        'resize --allocate f 400000' 'write f 7 xyz' 'move f 0 5003+2000'; do
        cp original f
        # shellcheck disable=SC2086 # words
        mmtool $command --undo=back $1
        run ! cmp -s f original
        mmtool splice --edits=back f
        cmp f original
    done
    [ "$(ls -A | tr '\n' ' ')" = 'back f original ' ]
}

@test "--undo of edits in place, with and without a journal" {
    undone_each ''
    undone_each --durable
    undone_each --no-journal
}

@test "--undo with --new-inode" {
    undone_each --new-inode
}

@test "--undo with --allocate still reserves the blocks" {
    letters f 4096
    mmtool resize --allocate f 1M
    before=$(stat -c %b f)
    letters g 4096
    mmtool resize --allocate --undo=back g 1M
    [ "$(stat -c %b g)" -eq "$before" ]
}

@test "an undo file whose name leaves no room for another beside it" {
    make f 0123
    long=$(printf 'b%.0s' $(seq 255))
    mmtool write --undo="$long" f 0 x
    mmtool splice --edits="$long" f
    holds f 0123
    [ "$(ls -A | wc -l)" -eq 2 ]
}

@test "--undo: a line for each run of bytes that differ, whatever the edit before was" {
    need python3
    local seed
    for seed in $(seq "$(rounds 12)"); do
        python3 - "$MMTOOL" "$((seed + ${MMTOOL_TEST_SEED:-0}))" <<'EOF'
import random, re, subprocess, sys
chosen = random.Random(int(sys.argv[2]))
letters = chosen.choice(['abAB', 'ab', 'aBc.'])
text = bytes(ord(chosen.choice(letters)) for _ in range(chosen.choice([50, 13000, 13000])))
plain = chosen.randrange(2)
pattern = chosen.choice(['ab', 'a', 'abab'] if plain else ['b.b', 'ab?', '(ab)+', 'a.{7,9}b'])
new = chosen.choice(['x', '', 'a-b', 'axb-abab', 'A' * 40])
matches = list(re.finditer(pattern.encode(), text, re.I))
if not matches:
    sys.exit()
if chosen.randrange(3):
    new = ''.join(chosen.choice(letters + 'x') for _ in matches[0].group())
script, shift, edited, end = [], 0, b'', 0
for match in matches:
    old, fresh, at = match.group(), new.encode(), match.start() + shift
    edited += text[end:match.start()] + fresh
    end = match.end()
    shift += len(fresh) - len(old)
    if len(old) != len(fresh):
        script.append(f'{at} {fresh.hex() or "-"} {old.hex() or "-"}')
        continue
    runs = [i for i in range(len(old)) if old[i] != fresh[i]]
    while runs:
        length = 1
        while length < len(runs) and runs[length] == runs[0] + length:
            length += 1
        i, runs = runs[0], runs[length:]
        script.append(f'{at + i} {fresh[i:i + length].hex()} {old[i:i + length].hex()}')
edited += text[end:]
open('f', 'wb').write(text)
mmtool = sys.argv[1]
subprocess.run([mmtool, 'splice', '--undo=back', '-ai' if plain else '-aiE', '-p', pattern, 'f', new], check=True)
assert open('f', 'rb').read() == edited
lines = open('back').read().split('\n') if script else script
assert [line for line in lines if line and line[0] != '#'] == script, (pattern, new)
if script:
    subprocess.run([mmtool, 'splice', '--edits=back', 'f'], check=True)
    assert open('f', 'rb').read() == text
subprocess.run(['rm', '-f', 'back'])
EOF
    done
}

@test "--undo: the same edit again and again, of bytes that differ in two places, and with long DATA" {
    yes 'abab-12345678' | head -c 28000 >f
    cp f old
    mmtool splice --undo=back -a -p abab f xbxb
    [ "$(grep -c ' 78 61$' back)" -eq 4000 ]
    mmtool splice --edits=back f
    cmp f old
    mmtool splice --undo=back -a -p 12345678 f "$(printf 'z%.0s' {1..40})"
    [ "$(grep -c ' 3132333435363738$' back)" -eq 2000 ]
    mmtool splice --edits=back f
    cmp f old
}
