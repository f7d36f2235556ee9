# Pipelines that read a file at one end and change it at the other.

# shellcheck disable=SC2016 # what expands in a pipeline is for the shell that runs it
load helper

rounds=${MMTOOL_PIPELINE_ROUNDS:-3}

# whole COMMAND: run again and again on a copy of `before`, without and with --wait ($W), it leaves
# in `f` what `after` is.
whole() {
    local i
    export MMTOOL W
    for W in "" --wait; do
        for ((i = 0; i < rounds; i++)); do
            cp before f
            timeout 60 bash -o pipefail -c "$1"
            cmp f after
        done
    done
}

# numbered COUNT: lines of 16 bytes, each with one AB, not sorted.
numbered() {
    seq 1 "$1" | awk '{ printf "%07d AB line\n", ($1 * 7919) % 9999991 }'
}

@test "DATA of a pipe is read before FILE is locked: sort a file into itself" {
    for count in 1 100 100000; do
        numbered "$count" >before
        sort before >after
        whole '"$MMTOOL" read f | sort | "$MMTOOL" splice $W -f - f :'
    done
}

@test "DATA of a pipe is read before FILE is locked: write" {
    for count in 1 100 100000; do
        numbered "$count" >before
        tr '[:lower:]' '[:upper:]' <before >after
        whole '"$MMTOOL" read f | tr "[:lower:]" "[:upper:]" | "$MMTOOL" write $W f 0 -f -'
    done
}

@test "DATA of a pipe is read before FILE is locked: splice a part" {
    numbered 5000 >before
    { head -c 20000 before | tr '[:lower:]' '[:upper:]'; tail -c +20001 before; } >after
    whole '"$MMTOOL" read f 0:20000 | tr "[:lower:]" "[:upper:]" | "$MMTOOL" splice $W -f - f 0:20000'
}

@test "DATA of a FIFO is read before FILE is locked" {
    numbered 1000 >before
    tr '[:lower:]' '[:upper:]' <before >after
    mkfifo fifo
    whole '"$MMTOOL" read f | tr "[:lower:]" "[:upper:]" >fifo & "$MMTOOL" write $W f 0 -f fifo'
}

@test "DATA of a process substitution is read before FILE is locked" {
    numbered 1000 >before
    tr '[:lower:]' '[:upper:]' <before >after
    whole '"$MMTOOL" write $W f 0 -f <("$MMTOOL" read f | tr "[:lower:]" "[:upper:]")'
}

@test "DATA of 40 MB through a pipe: the right bytes, and nothing is left beside the file" {
    letters before 40000000
    tr '[:lower:]' '[:upper:]' <before >after
    rounds=1 whole '"$MMTOOL" read f | tr "[:lower:]" "[:upper:]" | "$MMTOOL" write $W f 0 -f -'
    rounds=1 whole '"$MMTOOL" read f | tr "[:lower:]" "[:upper:]" | "$MMTOOL" splice $W f : -f -@0:40000000'
    run -0 find . -type f
    [ "${#lines[@]}" -eq 3 ]
}

@test "an edit script of a pipe is read before FILE is locked" {
    for count in 1 100 100000; do
        numbered "$count" >before
        sed 's/AB/CDE/' before >after
        whole '"$MMTOOL" find -a f AB | awk "{ print \$1, \"4142 434445\" }" | "$MMTOOL" splice $W --edits=- f'
    done
}

@test "an edit script of 20 MB through a pipe" {
    letters before 2000000
    tr a A <before >after
    rounds=1 whole 'awk "BEGIN { for (i = 0; i < 200000; i++) print i * 10, \"61 41 #\", \"................................................................................\" }" | "$MMTOOL" splice $W --edits=- f'
}

@test "--atomic: the script and DATA of its commands are read before FILE is locked" {
    for count in 1 100 5000; do
        numbered "$count" >before
        sed 's/AB/CD/' before >after
        whole '"$MMTOOL" find -a f AB | sed "s/.*/write & CD/" | "$MMTOOL" run --atomic $W f -'
        whole '"$MMTOOL" read f | sed s/AB/CD/ | "$MMTOOL" run --atomic $W f -c "write 0 -f -"'
    done
}

# fed COMMAND BYTES: what feeds the FIFO can edit `f` before it gives the bytes.
fed() {
    make f 0123456789
    { timeout 20 "$MMTOOL" write f 9 Z && printf %s "$2"; } >fifo 3>&- &
    echo "$1" >script
    timeout 20 "$MMTOOL" run --atomic f script
    wait "$!"
    holds f X12345678Z
}

@test "--atomic: streams are read before FILE is locked, however the option is written" {
    mkfifo fifo
    for option in '-f fifo' -ffifo --from=fifo '--fr fifo' '--"from" fifo' "-'f'fifo" '\-\-fr=fifo' '"-"f fifo' '-"-from=fifo"'; do
        fed "write $option 0" X
    done
    for option in '--edits fifo' --ed=fifo '--"edits" fifo' "--e'dit'=fifo" '\-\-\e\d\i\t=fifo'; do
        fed "splice $option" '0 +1 "X"'
    done
}

@test "a script is taken ahead while its file is read by who makes it" {
    for count in 1 100 100000; do
        numbered "$count" >before
        { head -n 1 before | sed 's/AB/CD/'; tail -n +2 before; } >after
        whole '"$MMTOOL" read f | awk "NR == 1 { print \"write 8 CD\" } { print \"#\", \$0 }" | "$MMTOOL" run $W f -'
    done
}

@test "while DATA is waited for, others can read and change FILE" {
    make f 0123
    mkfifo fifo
    "$MMTOOL" write f 0 -f fifo 3>&- &
    editor=$!
    mmtool write f 3 x
    prints 012x mmtool read f
    printf ab >fifo
    wait "$editor"
    holds f ab2x
}

@test "DATA of a stream that is empty and would delete is an error, unless --allow-empty" {
    make f 0123
    refuses allow-empty mmtool splice -f - f 1+2 < <(true)
    refuses allow-empty mmtool splice -f - f : </dev/null
    refuses allow-empty mmtool splice -f /dev/null f :
    refuses allow-empty mmtool splice -f - f -p 1 < <(true)
    : >empty
    refuses allow-empty mmtool splice -f - f : <empty
    refuses allow-empty mmtool run f -c 'splice -f - 1+2' </dev/null
    holds f 0123
    mmtool splice -f - f 1+0 </dev/null
    holds f 0123
    mmtool splice --allow-empty -f - f 1+2 < <(true)
    holds f 03
    mmtool splice --allow-empty -f - f -p 3 < <(true)
    holds f 0
}

@test "DATA that is the file itself is read as it is when the lock is had" {
    make f 0123
    mkfifo fifo
    "$MMTOOL" run f fifo 3>&- &
    editor=$!
    { sleep 0.2; echo 'write 0 x'; } >fifo
    wait "$editor"
    mmtool splice -f f@1: f 0+0
    holds f 123x123
}
