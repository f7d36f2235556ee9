# --diff, --script and a terminal: what -n and diff show to people.

# shellcheck disable=SC2154 # the helper sets source_root
load helper

# sees HEIGHT WIDTH ARGUMENTS: what mmtool prints on a terminal of that size, to "seen"; the
# exit status is in its last line. ARGUMENTS are words of a shell.
sees() {
    on_terminal "stty rows $1 cols $2; '$MMTOOL' $3; echo status \$?" | tr -d '\r' >seen
}

# lines_seen WIDTH: how many lines of a terminal "seen" takes, without the status.
lines_seen() {
    sed '$d; s/\x1b\[[0-9;]*m//g' seen | LC_ALL=C.UTF-8 awk -v width="$1" \
        '{ count += length == 0 ? 1 : int((length - 1) / width) + 1 } END { print count + 0 }'
}

# shows EXPECTED COMMAND...: the command prints that, into a pipe without colours.
shows() {
    printf '%b' "$1" >expected
    shift
    "$@" >shown
    diff expected shown
}

@test "the manual's example of lines" {
    printf '%s\n' '[server]' 'name = example' 'port = 80' 'log = /var/log/example' >f
    shows '@@ 0x0 @@
 [server]
 name = example
-port = 80
+port = 8080
 log = /var/log/example
' mmtool splice -n --diff -p 'port = 80' f 'port = 8080'
}

@test "the manual's example of rows" {
    {
        printf '\211PNG\r\n\032\n\0\0\0\015IHDR'
        printf '\0\0\0\100\0\0\0\100\010\006\0\0\0\252\151\161'
        printf '\336\0\0\0\004sBIT\010\010\010\010|\010d\210\0\0\0\011pHYs\0\0\006\354\0\0\006\354'
    } >f
    shows '@@ 0x10 @@
 00000010: 0000 0040 0000 0040 0806 0000 00aa 6971  ...@...@......iq
-00000020: de00 0000 0473 4249 5408 0808 087c 0864  .....sBIT....|.d
+00000020: de00 0000 046e 6577 7342 4954 0808 0808  .....newsBIT....
+00000030: 7c08 64                                  |.d
@@ +3 from here on @@
 00000030: 8800 0000 0970 4859 7300 0006 ec00 0006  .....pHYs.......
' mmtool splice -n --diff f 0x25+0 new
}

@test "all bytes of a change are shown, in their places: random edits, text and not" {
    need python3
    python3 "$source_root/tests/change_display.py" "$MMTOOL" 150 1
}

@test "into a pipe, and with --script on a terminal: the edit script" {
    need_terminal
    make f 'a\nb\n'
    make g 'a\nc\n'
    prints '2 62 63\n' mmtool write -n f 2 c
    prints '2 62 63\n' mmtool write -n --script f 2 c
    run -1 mmtool diff f g
    [ "$output" = '2 62 63' ]
    sees 24 80 'write -n --script f 2 c'
    holds seen '2 62 63\nstatus 0\n'
    sees 24 80 'diff --script f g'
    holds seen '2 62 63\nstatus 1\n'
}

@test "on a terminal lines: red, green, and the changed part reversed" {
    need_terminal
    make f 'one\ntwo\nthree\n'
    sees 24 80 'splice -n -p w f WW'
    holds seen '\e[36m@@ 0x0 @@\e[m
 one
\e[31m-t\e[7mw\e[27mo\e[m
\e[32m+t\e[7mWW\e[27mo\e[m
 three
status 0
'
    sees 24 80 'splice -n --color=never -p w f WW'
    holds seen '@@ 0x0 @@\n one\n-two\n+tWWo\n three\nstatus 0\n'
    on_terminal "NO_COLOR=1 '$MMTOOL' splice -n -p w f WW" | tr -d '\r' >seen
    holds seen '@@ 0x0 @@\n one\n-two\n+tWWo\n three\n'
}

@test "on a terminal rows: only changed bytes are red and green" {
    need_terminal
    make f '\x00\x01ab'
    sees 24 80 'write -n f 2 x'
    holds seen '\e[36m@@ 0x0 @@\e[m
\e[31m-\e[0m00000000: 0001\e[31m 61\e[0m62                                ..\e[31ma\e[0mb
\e[32m+\e[0m00000000: 0001\e[32m 78\e[0m62                                ..\e[32mx\e[0mb
status 0
'
}

@test "a line that is replaced as a whole is not reversed; characters are not cut" {
    make f 'one\ntwo\n'
    shows '\e[36m@@ 0x0 @@\e[m\n\e[31m-one\e[m\n\e[32m+1\e[m\n two\n' \
        mmtool splice -n --diff --color=always f 0+3 1
    make f 'ä\n'
    shows '\e[36m@@ 0x0 @@\e[m\n\e[31m-ä\e[m\n\e[32m+ö\e[m\n' \
        mmtool splice -n --diff --color=always f 0+2 ö
    make f 'xä\n'
    shows '\e[36m@@ 0x0 @@\e[m\n\e[31m-x\e[7mä\e[27m\e[m\n\e[32m+x\e[7mö\e[27m\e[m\n' \
        mmtool splice -n --diff --color=always f 1+2 ö
}

@test "empty files, one byte, the start and the end" {
    : >f
    prints '' mmtool splice -n --diff f 0+0 ''
    shows '@@ 0x0 @@\n+a\n\\ No newline at end of file\n' mmtool splice -n --diff f 0+0 a
    shows '@@ 0x0 @@\n+a\n' mmtool write -n --diff -e --create new 0 --extend 'a\n'
    [ ! -e new ]
    make f a
    shows '@@ 0x0 @@\n-a\n\\ No newline at end of file\n' mmtool resize -n --diff f 0
    make f '\x00'
    shows '@@ 0x0 @@\n-00000000: 00                                       .
+00000000: 0061                                     .a\n' mmtool write -n --diff --extend f end a
}

@test "a change whose bytes are there already shows nothing" {
    make f 'abc\n'
    prints '' mmtool write -n --diff f 0 abc
    prints '' mmtool diff --diff f f
}

@test "whole lines that come or go have no neighbours that change" {
    make f '1\n2\n3\n'
    shows '@@ 0x0 @@\n 1\n-2\n 3\n' mmtool splice -n --diff f L2:L3
    shows '@@ 0x0 @@\n 1\n 2\n+new\n 3\n' mmtool splice -n --diff -e f L3+0 'new\n'
}

@test "an insertion or deletion that can stand for whole lines does" {
    make f 'f(a)\nf(b)\nf(c)\n'
    make g 'f(a)\nf(c)\n'
    run -1 mmtool diff --diff f g
    [ "$output" = $'@@ 0x0 @@\n f(a)\n-f(b)\n f(c)' ]
    run -1 mmtool diff --diff g f
    [ "$output" = $'@@ 0x0 @@\n f(a)\n+f(b)\n f(c)' ]
}

@test "the same where the bytes end with those before them" {
    make f 'one\ntwo\nthree\n'
    shows '@@ 0x0 @@\n one\n-two\n three\n' mmtool splice -n --diff f 3+4
    shows '@@ 0x0 @@\n one\n+new\n two\n three\n' mmtool splice -n --diff -e f 3+0 '\nnew'
    shows '@@ 0x0 @@\n one\n two\n three\n+four\n' mmtool splice -n --diff -e f 13+0 '\nfour'
}

@test "what comes in a move is shown where it goes" {
    make f 'one\ntwo\nthree\n'
    shows '@@ 0x0 @@\n-one\n+two\n two\n three\n' mmtool move -n --diff f 0 4+3
}

@test "changed bytes near each other are marked as one" {
    make f 'the quick fox\n'
    make g 'the thick fax\n'
    run -1 mmtool diff --diff --color=always f g
    [ "${lines[1]}" = $'\e[31m-the \e[7mqu\e[27mick f\e[7mo\e[27mx\e[m' ]
    printf 'a1b2c3d ---\n' >f
    shows '\e[36m@@ 0x0 @@\e[m
\e[31m-a\e[7m1b2c3\e[27md ---\e[m
\e[32m+a\e[7m4b5c6\e[27md ---\e[m
' mmtool write -n --diff --color=always f 0 a4b5c6d
}

@test "what is near is one hunk, what is far is two, and their headers tell the shift" {
    seq 1 30 >f
    shows '@@ 0x0 @@\n 1\n-2\n+two\n 3\n 4\n 5\n 6\n 7\n 8\n-9\n+nine\n 10\n 11\n 12
@@ 0x30 -> 0x35 (+5) @@\n 20\n 21\n 22\n-23\n+x\n 24\n 25\n 26\n' \
        mmtool splice -n --diff --edits=- f <<<$'2 32 "two"\n16 39 "nine"\n57 "23" "x"'
}

@test "text and other bytes in one file: each change in its form" {
    make f 'some text\nmore\n\x00\x01\x02\x03 binary \xff\xff\n\ntext again\n'
    mmtool splice -n --diff --edits=- f >shown <<<$'10 "more" "less"\n15 00 09'
    grep -qx -e '-more' shown
    grep -q '^-0000000f: 00' shown
}

@test "--diff=all folds only what is very long; a hole of terabytes costs nothing" {
    zeros f 10T
    mmtool resize -n --diff f 1G >shown
    grep -qx -- '-        … 10994042535424 bytes' shown || { cat shown; false; }
    [ "$(wc -l <shown)" -lt 40 ]
    mmtool resize -n --diff=all f 1G >shown
    grep -q -- '^-        … ' shown
    [ "$(wc -l <shown)" -lt 5000 ]
    mmtool write -n --diff f 9T x >shown
    grep -q '^+90000000000: 78' shown
}

@test "on a terminal at most a screenful, however wide and high it is" {
    need_terminal
    seq 1 3000 >text
    seq 1 3000 | tr '\n' '\0' >bytes
    head -c 30000 /dev/zero | tr '\0' x >long
    for width in 20 21 40 79 80 81 200; do
        for file in text bytes long; do
            sees 10 "$width" "splice -n -a -p 1 $file one"
            [ "$(lines_seen "$width")" -le 9 ] || { echo "$width $file"; cat seen; false; }
            sees 10 "$width" "resize -n $file +70000"
            [ "$(lines_seen "$width")" -le 9 ] || { echo "$width $file +"; cat seen; false; }
            sees 10 "$width" "resize -n $file 0"
            [ "$(lines_seen "$width")" -le 9 ] || { echo "$width $file 0"; cat seen; false; }
        done
    done
}

@test "on a terminal the last line says how many changes are left; --diff=all shows them" {
    need_terminal
    seq 1 3000 >f
    count=$(mmtool splice -n -a -p 7 f seven | wc -l)
    sees 20 80 'splice -n -a -p 7 --color=never f seven'
    shown=$(grep -c '^-' seen)
    tail -n 2 seen | head -n 1 | grep -q "^… $((count - shown)) more changes; --diff=all shows all$" ||
        { cat seen; false; }
    sees 20 80 'splice -n -a -p 7 --diff=all --color=never f seven'
    run ! grep -q more seen
    mmtool splice -n -a -p 7 --diff=all f seven >all
    sed '$d' seen | cmp - all
}

@test "a million edits on a terminal end at a screenful" {
    need_terminal
    yes 'some line' | head -n 1000000 >f
    sees 24 80 'splice -n -a -p line --color=never f word'
    grep -q '^… 99999[0-9] more changes; ' seen || { cat seen; false; }
    seq 1 500000 >f
    sed 's/1/x/' f >g
    sees 24 80 'diff --color=never f g'
    grep -q '^… [0-9]* more changes; ' seen
    tail -n 1 seen | grep -qx 'status 1'
}

@test "control characters are escaped on a terminal" {
    need_terminal
    make f 'a\r\nb\n'
    sees 24 80 'splice -n --color=never -p a f A'
    holds seen '@@ 0x0 @@\n-a\\r\n+A\\r\n b\nstatus 0\n'
    make f 'a\n\x1b[31mred\n'
    sees 24 80 'splice -n --color=never -p red f blue'
    run ! grep -q $'\e' seen
}

@test "control characters are escaped in a pipe, too, but no carriage return at a line's end" {
    make f 'a\r\nb\n'
    shows '@@ 0x0 @@\n-a\r\n+A\r\n b\n' mmtool splice -n --diff -p a f A
    yes 'a line of about forty characters, or more' | head -n 1000 >some
    { cat some && printf 'x\033[31my\n' && cat some; } >g
    : >f
    mmtool splice -n --diff=all -f g f 0+0 >shown
    grep -qx '+x\\x1b\[31my' shown
    run ! grep -q $'\e' shown
}

@test "long lines are cut around what changes on a terminal, and are rows where too long" {
    need_terminal
    (head -c 3000 /dev/zero | tr '\0' x && echo here && echo next) >f
    sees 24 80 'splice -n --color=never -p here f there'
    grep -q '^+….*there$' seen || { cat seen; false; }
    (head -c 5000 /dev/zero | tr '\0' x && echo here) >f
    mmtool splice -n --diff -p here f there >shown
    grep -q '^-00001380: ' shown || { cat shown; false; }
}

@test "several FILEs: the name in front of each one's changes" {
    make a 'x\n'
    make b 'y\n'
    make c 'xx\n'
    shows 'diff a\n@@ 0x0 @@\n-x\n+z\ndiff c\n@@ 0x0 @@\n-xx\n+zx\n' \
        mmtool splice -n --diff -p x --with=z --files a b c
    prints 'a:0 78 7a\nc:0 78 7a\n' mmtool splice -n -p x --with=z --files a b c
    shows '@@ 0x0 @@\n-x\n+z\n@@ 0x0 @@\n-xx\n+zx\n' \
        mmtool splice -n --diff --no-filename -p x --with=z --files a c
}

@test "--access=copy, scripts of run, --window" {
    make f 'one\ntwo\n'
    shows '@@ 0x0 @@\n-one\n+ONE\n two\n' mmtool write --access=copy --diff f 0 ONE
    shows '@@ 0x0 @@\n-one\n-two\n+ONE\n+TWO\n' \
        mmtool run --atomic -n --diff f -c 'write 0 ONE' -c 'write 4 TWO'
    shows '@@ 0x0 @@\n-one\n+ONE\n two\n' mmtool run -n --diff f -c 'write 0 ONE' -c 'write 4 two'
    shows '@@ 0x0 @@\n-one\n+ONE\n two\n' mmtool run f -c 'write -n --diff 0 ONE'
    shows '@@ 0x4 @@\n-two\n+TWO\n' mmtool write -n --diff --window=4: f 0 TWO
}

@test "diff --diff: the statuses of diff, and nothing with -q" {
    need_terminal
    make f 'one\n'
    make g 'two\n'
    run -1 mmtool diff --diff f g
    [ "$output" = $'@@ 0x0 @@\n-one\n+two' ]
    run -0 mmtool diff --diff f f
    [ "$output" = '' ]
    run -2 mmtool diff --diff f absent
    run -1 mmtool diff -q --diff f g
    [ "$output" = '' ]
    sees 24 80 'diff -q f g'
    holds seen 'status 1\n'
}

closed() {
    "$@" >&-
}

# status_into_head COMMAND...: prints its status where the reader of its output goes away.
status_into_head() {
    set +e
    "$@" | head -n 1 >/dev/null
    echo "${PIPESTATUS[0]}"
}

@test "a closed standard output is an error, a closed pipe ends all quietly" {
    seq 1 200000 >f
    sed 's/1/x/' f >g
    refuses 'standard output' closed mmtool splice -n --diff -a -p 1 f x
    refuses 'standard output' closed mmtool diff --diff f g
    [ "$(status_into_head mmtool splice -n --diff -a -p 1 f x 2>&1)" = 141 ]
    [ "$(status_into_head mmtool diff --diff f g 2>&1)" = 141 ]
}

@test "--diff, --script and --color where nothing is shown, or twice" {
    make f abc
    usage_error '--diff says how --dry-run prints' mmtool write --diff f 0 x
    usage_error '--script says how --dry-run prints' mmtool write --script f 0 x
    usage_error '--color applies to what --dry-run prints' mmtool write --color=always f 0 x
    usage_error 'do not go together' mmtool write -n --diff --script f 0 x
    usage_error 'do not go together' mmtool diff --script --diff=all f f
    usage_error '--color does not apply' mmtool diff --script --color=always f f
    holds f abc
}
