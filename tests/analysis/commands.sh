#!/bin/bash
# commands.sh - a command of each kind on small files, for a tool that watches the program.
#
#   MMTOOL='valgrind ... mmtool' tests/analysis/commands.sh
#
# $MMTOOL is several words. Says only what a tool says, and ends with status 0: what the commands
# print and answer is for the bats suite to check.

directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
cd "$directory" || exit 2

# mmtool ARGUMENT...
mmtool() {
    # shellcheck disable=SC2086 # it is several words
    $MMTOOL "$@" >/dev/null 2>>messages </dev/null
}

for ((i = 0; i < 3000; i++)); do
    echo "line $i of the text, which has words and 0x$i"
done >text
head -c 100000 /dev/urandom >bytes
cp bytes other
printf 'XY' | dd of=other bs=1 seek=5000 conv=notrunc status=none

mmtool --version
mmtool --help
mmtool find --help
mmtool find text words
mmtool find -a -r bytes -x 00
mmtool find --json -a text words
mmtool find -l -n -E text 'l[ia]ne [0-9]+5'
mmtool find -a -i -C 2 text WORDS
mmtool find -d text words
mmtool find -c -p words -p text text
mmtool find -a -E --files -p '0x[0-9]*7' text bytes other
mmtool find --shortest -a -o -E text 'o.*d'
mmtool find --align=4+1 -a text e
mmtool rfind -m 3 text words
mmtool find nothing-there words
mmtool find -E text '('
mmtool read text 100+200
mmtool read -l5 text L7
mmtool read -d text -64:
mmtool read -t u32le bytes 0+64
mmtool info text
mmtool info --json text
mmtool diff bytes other
mmtool diff --json text bytes
mmtool write text 10 'other words'
mmtool write --undo=undo -x text 20 616263
mmtool write -t u32le bytes 64 1 2 3
mmtool write --extend --durable text end more
mmtool splice text 30+5 'a longer piece of text'
mmtool splice --diff -n text 3000+500
mmtool splice text 3000+500
mmtool splice -a -p words --undo=undo2 text pieces
mmtool splice -a -E -p 'line ([0-9]+)' text '\1. line'
mmtool splice -a -p of --with=for --files text other
mmtool splice --new-inode text 0+4 begin
mmtool splice --edits=undo2 text
mmtool move text 500 0+100
mmtool resize text 200000
mmtool resize text 90000
mmtool flush text
mmtool advise text willneed
mmtool run text -c 'find words' -c 'write 5 abc' -c 'read 0+10'
mmtool run --atomic text -c 'splice 5+0 abc' -c 'find abc' -c 'resize 1000'
mmtool run --anonymous=1M -c 'write 0 abc' -c 'read 0+3'
mmtool recover text
mmtool write text 10
mmtool write text 99999999999 x
mmtool no-such-command
# shellcheck disable=SC2086 # it is several words
$MMTOOL find -a - words <text >/dev/null
# shellcheck disable=SC2086
$MMTOOL splice text 5+0 --from=- <other
exit 0
