# A beginner's mistake: the message names the mend, and nothing is changed.

# shellcheck disable=SC2154 # bats sets stderr
load helper

logs() {
    make log.txt 'one\nan error\n'
    cp log.txt a.log
    cp log.txt b.log
}

# hints MESSAGE COMMAND...: a usage error with exactly this message; the files are as they were.
hints() {
    local message=$1
    shift
    cat ./*log* >"$BATS_TEST_TMPDIR/before"
    usage_error '' "$@"
    [ "${stderr%$'\n'*}" = "mmtool: $message" ]
    cat ./*log* | cmp - "$BATS_TEST_TMPDIR/before"
}

# quoted TEXT: as a message has it for the system's shell.
quoted() {
    case $(head -c 2 "$MMTOOL" | tr -d '\0')$(sed -n '/^#!/,$s/.*exec .*wine.*/wine/p' "$MMTOOL" | head -n 1) in
    MZ* | *wine) echo "\"$1\"" ;;
    *) echo "'$1'" ;;
    esac
}

@test "FILE behind the other operands" {
    logs
    hints 'find: FILE comes before PATTERN: mmtool find log.txt error' mmtool find error log.txt
    hints 'rfind: FILE comes before PATTERN: mmtool rfind -l log.txt error 0:10' mmtool rfind error -l log.txt 0:10
    hints 'find: FILE comes before PATTERN: mmtool find log.txt '"$(quoted 'an error')" mmtool find an error log.txt
    hints 'find: FILE comes before PATTERN: mmtool find -H log.txt error' mmtool find -H error log.txt
    hints 'read: FILE comes before RANGE: mmtool read log.txt 0:10' mmtool read 0:10 log.txt
    hints 'write: FILE comes before POSITION: mmtool write log.txt 0 x' mmtool write 0 log.txt x
    hints 'move: FILE comes before DEST: mmtool move log.txt 0 1+2' mmtool move 0 log.txt 1+2
    hints 'resize: FILE comes before SIZE: mmtool resize log.txt 10' mmtool resize 10 log.txt
    hints 'splice: FILE comes before RANGE: mmtool splice log.txt 0+1 x' mmtool splice 0+1 log.txt x
    hints 'splice: FILE comes before DATA: mmtool splice -p one log.txt two' mmtool splice -p one two log.txt
    hints 'advise: FILE comes before ADVICE: mmtool advise log.txt normal' mmtool advise normal log.txt
    hints 'flush: FILE comes before RANGE: mmtool flush log.txt 0:4' mmtool flush 0:4 log.txt
}

@test "the command that is meant can be pasted: names with blanks, quotes, dashes" {
    logs
    cp log.txt "it's my \$log"
    cp log.txt -- -xlog
    hints "find: FILE comes before PATTERN: mmtool find 'it'\\''s my \$log' error" mmtool find error "it's my \$log"
    eval "${stderr#*PATTERN: }" >/dev/null 2>&1 || [ $? -eq 127 ]
    prints '7\n' eval "$(sed -n '1s/.*PATTERN: //p' <<<"$stderr")"
    hints 'find: FILE comes before PATTERN: mmtool find -i -- -xlog ERROR' mmtool find -i ERROR -- -xlog
    prints '7\n' eval "$(sed -n '1s/.*PATTERN: //p' <<<"$stderr")"
}

@test "a newline in a word of the command that is meant is escaped" {
    logs
    hints "find: FILE comes before PATTERN: mmtool find log.txt \$'one\\nan'" mmtool find $'one\nan' log.txt
    prints '0\n' eval "$(sed -n '1s/.*PATTERN: //p' <<<"$stderr")"
}

@test "a command too long for a message is left out" {
    logs
    long=$(printf 'x%.0s' {1..1000})
    hints 'find: FILE comes before PATTERN' mmtool find "$long" log.txt
}

@test "a name that is no file is no FILE behind PATTERN" {
    logs
    refuses 'mmtool: find: nosuch: no such file' mmtool find nosuch error
    refuses 'mmtool: find: nosuch: no such file' mmtool find nosuch error 0:10
    refuses 'mmtool: write: nosuch: no such file' mmtool write nosuch 0 log.txt --access=write
    refuses 'mmtool: diff: nosuch: no such file' mmtool diff nosuch log.txt
    refuses 'mmtool: run: nosuch: no such file' mmtool run nosuch log.txt
}

@test "FILE is left out, and its place taken by the position" {
    logs
    hints 'write: FILE is missing: mmtool write FILE POSITION|RANGE [DATA...]' mmtool write 0 x
    hints 'splice: FILE is missing: mmtool splice FILE RANGE|--pattern=PATTERN|--edits=SCRIPT [DATA...]' \
        mmtool splice 0+1 x
}

@test "several FILEs without --files" {
    logs
    hints 'find: several FILEs need --files: mmtool find --files -p error a.log b.log' mmtool find a.log b.log error
    hints 'find: several FILEs need --files: mmtool find -l --files -p error a.log b.log log.txt' \
        mmtool find -l a.log b.log log.txt error
    hints 'find: several FILEs need --files: mmtool find --files -p error a.log b.log' mmtool find error a.log b.log
    hints 'read: several FILEs need --files: mmtool read --files a.log b.log' mmtool read a.log b.log
    hints 'read: several FILEs need --files: mmtool read --files --within=0:10 a.log b.log' mmtool read a.log b.log 0:10
    hints 'info: several FILEs need --files: mmtool info -s --files a.log b.log' mmtool info -s a.log b.log
    hints 'advise: several FILEs need --files: mmtool advise normal --files a.log b.log' mmtool advise a.log b.log normal
    hints 'flush: several FILEs need --files: mmtool flush --files a.log b.log' mmtool flush a.log b.log
    hints 'splice: several FILEs need --files: mmtool splice --files --within=0+1 --with=x a.log b.log' \
        mmtool splice a.log b.log 0+1 x
    hints 'find: several FILEs need --files: mmtool find -p error --files a.log b.log' mmtool find -p error a.log b.log
    hints 'find: with --files the PATTERN is an option: mmtool find --files -l -p error a.log b.log' \
        mmtool find --files -l error a.log b.log
    usage_error 'with --files the PATTERN is an option: --pattern=PATTERN' mmtool find --files a.log b.log
    for name in {1..9}; do
        cp log.txt "$name.log"
    done
    hints 'find: several FILEs need --files: mmtool find --files -p error 1.log 2.log ...' \
        mmtool find {1..9}.log error
}

@test "several FILEs where only one goes" {
    logs
    hints 'write: "b.log" is a second FILE: write works on one at a time' mmtool write a.log b.log 0 x
    hints 'resize: "b.log" is a second FILE: resize works on one at a time' mmtool resize a.log b.log 10
    hints 'move: "b.log" is a second FILE: move works on one at a time' mmtool move a.log b.log 0 1+2
    hints 'recover: "b.log" is a second FILE: recover works on one at a time' mmtool recover a.log b.log
}

@test "a range in another program's notation" {
    logs
    said='"2-4" is not a range: write 2:4, which ends before byte 4, or 2:5 to include it'
    hints "read: $said" mmtool read log.txt 2-4
    hints "find: $said" mmtool find log.txt e 2-4
    hints "rfind: $said" mmtool rfind log.txt e 2-4
    hints "write: $said" mmtool write log.txt 2-4 x
    hints "move: $said" mmtool move log.txt 0 2-4
    hints "splice: $said" mmtool splice log.txt 2-4 x
    hints "flush: $said" mmtool flush log.txt 2-4
    hints "advise: $said" mmtool advise log.txt normal 2-4
    hints "read: --window: $said" mmtool read log.txt --window=2-4
    hints 'read: "2..4" is not a range: write 2:4, which ends before byte 4, or 2:5 to include it' mmtool read log.txt 2..4
    hints 'read: "end-4" is not a position: write -4' mmtool read log.txt end-4
    hints 'move: "end-4" is not a position: write -4' mmtool move log.txt end-4 0+4
    refuses '"2-4" is not a range: write 2:4' mmtool run log.txt -c 'read 2-4'
}

@test "a range in two operands" {
    logs
    said='RANGE is one operand, from:to or from+length'
    hints "read: $said: mmtool read -x log.txt 2:4" mmtool read -x log.txt 2 4
    hints "find: $said: mmtool find log.txt x 2:end" mmtool find log.txt x 2 end
    hints "move: $said: mmtool move log.txt 0 4:8" mmtool move log.txt 0 4 8
    hints "flush: $said: mmtool flush log.txt 0:4" mmtool flush log.txt 0 4
    hints "advise: $said: mmtool advise log.txt normal 0:4" mmtool advise log.txt normal 0 4
    refuses "$said: read 2:4" mmtool run log.txt -c 'read 2 4'
    hints 'read: one operand too many: "x"' mmtool read log.txt 2 x
}

@test "what is no range at all: what ranges look like" {
    logs
    usage_error '"x" is not a position or range (A:B, A+N or A, ' mmtool read log.txt x
    refuses 'range 0:100 passes the end (size 13)' mmtool splice log.txt 0:100 x
    refuses 'range 3:1 ends before it starts' mmtool flush log.txt 3:1
}

@test "a blank in front of an optional value" {
    logs
    hints 'read: -l takes its value without a blank: mmtool read -l2 log.txt' mmtool read -l 2 log.txt
    hints 'read: -xl takes its value without a blank: mmtool read -xl2 log.txt' mmtool read -xl 2 log.txt
    hints 'read: -l takes its value without a blank: mmtool read log.txt -l-2 0:9' mmtool read log.txt -l -2 0:9
    hints 'find: -d takes its value without a blank: mmtool find -d2 log.txt an' mmtool find -d 2 log.txt an
    hints 'read: --lines takes its value after "=": mmtool read --lines=2 log.txt' mmtool read --lines 2 log.txt
    hints 'splice: --pad takes its value after "=": mmtool splice --pad=32 -p one log.txt x' \
        mmtool splice --pad 32 -p one log.txt x
    hints 'write: --flush takes its value after "=": mmtool write --flush=async log.txt 0 x' \
        mmtool write --flush async log.txt 0 x
    hints 'find: --names takes its value after "=": mmtool find --names=without log.txt x' \
        mmtool find --names without log.txt x
    names=$(mmtool --dump-commands | awk -F '\t' '$1 == "command" { print $2 }')
    for name in $names; do
        usage_error 'takes its value after "=": mmtool '"$name --wait=5 log.txt" mmtool "$name" --wait 5 log.txt 0 1+1 x
    done
    refuses 'takes its value without a blank: read -l2 0:9' mmtool run log.txt -c 'read -l 2 0:9'
    # With RANGE it is a valid command.
    prints 'e\n' mmtool read log.txt -l 2
}

@test "hex digits and words without quotes" {
    logs
    hints "find: quote a PATTERN of several words: mmtool find -x log.txt $(quoted 'E8 ?? 5?')" mmtool find -x log.txt E8 '??' '5?'
    hints "rfind: quote a PATTERN of several words: mmtool rfind -ax log.txt $(quoted 'E8 90 5?') 0:9" \
        mmtool rfind -ax log.txt E8 90 '5?' 0:9
    hints "find: quote a PATTERN of several words: mmtool find log.txt $(quoted 'an error')" mmtool find log.txt an error
    hints "splice: quote the bytes: mmtool splice -x -p $(quoted 'e8 ??') log.txt 90" mmtool splice -x -p e8 '??' log.txt 90
    hints "find: quote the bytes: mmtool find -xp $(quoted 'e8 05') log.txt" mmtool find -xp e8 05 log.txt
    refuses "quote a PATTERN of several words: find -x $(quoted 'e8 05 5?')" mmtool run log.txt -c 'find -x e8 05 5?'
}

@test "a pipe into a command without -" {
    logs
    said='write - for standard input'
    hints "find: an operand is missing: mmtool find FILE PATTERN [RANGE]; $said: mmtool find -i - error" \
        mmtool find -i error <log.txt
    hints "read: FILE is missing: mmtool read FILE [RANGE]; $said: mmtool read -" mmtool read < <(cat log.txt)
    hints "rfind: FILE is missing: mmtool rfind FILE PATTERN [RANGE]; $said: mmtool rfind -p x -" mmtool rfind -p x <log.txt
    hints "find: FILE is missing: mmtool find FILE PATTERN [RANGE]; $said: mmtool find - PATTERN" mmtool find <log.txt
    hints "read: there is no FILE \"0:4\"; $said: mmtool read - 0:4" mmtool read 0:4 <log.txt
    hints "find: there is no FILE \"error\"; $said: mmtool find - error 0:4" mmtool find error 0:4 <log.txt
    hints "diff: an operand is missing: mmtool diff OLD NEW; $said: mmtool diff a.log -" mmtool diff a.log <log.txt
    hints 'write: DATA is missing: mmtool write FILE POSITION|RANGE [DATA...]; to take it from standard input: mmtool write --from=- a.log 0' \
        mmtool write a.log 0 <log.txt
    hints "splice: DATA is missing; --delete or an empty DATA operand, '', would delete what matches; to take it from standard input: mmtool splice -a -p x --from=- a.log" \
        mmtool splice -a -p x a.log <log.txt
    hints "splice: DATA is missing; --delete or an empty DATA operand, '', would delete what matches" \
        mmtool splice -a -p x a.log </dev/null
    # Nothing is piped in, or the subcommand takes no standard input.
    hints 'find: an operand is missing: mmtool find FILE PATTERN [RANGE]' mmtool find error </dev/null
    hints 'info: FILE is missing: mmtool info FILE' mmtool info <log.txt
}

@test "an operand is missing: what the command looks like" {
    logs
    exec </dev/null
    mmtool --dump-commands | awk -F '\t' '$1 == "command" { print $2 "\t" $3 }' >commands
    while IFS=$'\t' read -r name operands; do
        file=FILE
        [ "$name" != diff ] || file=OLD
        operands=${operands#-}
        hints "$name: FILE is missing: mmtool $name $file${operands:+ $operands}" mmtool "$name" </dev/null
        [[ $operands && $operands != '['* ]] || continue
        hints "$name: an operand is missing: mmtool $name $file $operands" mmtool "$name" log.txt </dev/null
    done <commands
}

@test "another program's word for a subcommand" {
    logs
    while read -r word command; do
        hints "unknown subcommand \"$word\": use mmtool $command" mmtool "$word" log.txt
        hints "unknown subcommand \"${word^^}\": use mmtool $command" mmtool "${word^^}" log.txt
    done <<'END'
replace splice -a -p PATTERN FILE DATA
search find FILE PATTERN
grep find FILE PATTERN
insert splice FILE POSITION+0 DATA
delete splice --delete FILE RANGE
append write --extend FILE end DATA
copy move FILE DEST RANGE
dump read -d FILE
cat read FILE RANGE
truncate resize FILE SIZE
undo splice --edits=UNDO FILE
patch splice --edits=SCRIPT FILE
END
    refuses 'unknown subcommand "grep": use find PATTERN' mmtool run log.txt -c 'grep x'
    hints 'help: unknown subcommand "grep": use mmtool find FILE PATTERN' mmtool help grep
    hints 'unknown subcommand "READ": did you mean "read"?' mmtool READ log.txt
    hints 'unknown subcommand "log.txt": FILE comes after the subcommand, as in mmtool read FILE' mmtool log.txt 0:4
}

@test "near misses of options" {
    logs
    hints 'find: unknown option "-count": did you mean --count?' mmtool find -count log.txt x
    hints 'find: unknown option "-I": did you mean -i, --ignore-case?' mmtool find -I log.txt x
    hints 'write: -E is not an option of write, but of find, rfind, splice' mmtool write -E log.txt 0 x
    hints 'find: unknown option "-Y"' mmtool find -Y log.txt x
}

@test "an unknown type: a message of one short line" {
    logs
    hints 'read: "u33" is not a type; did you mean u32? (text, escape, hex, u8 to u64 and i8 to i64 with le or be, f32, f64, utf16le, utf16be, raw)' \
        mmtool read -t u33 log.txt
}

@test "a command that is right is run, whatever a mistake would look like" {
    logs
    cp log.txt 2
    cp log.txt error
    prints '7\n' mmtool find error error
    prints 'one\n' mmtool read -l 2
    prints 'e' mmtool read log.txt -l 2 --window=0:3
    says_no mmtool find -x log.txt E8 05
    mmtool splice -p one 2 a.log b.log
    holds 2 'a.logb.log\nan error\n'
}
