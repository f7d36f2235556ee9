# The grammar of the command line: what all subcommands share.

# shellcheck disable=SC2154 # bats sets stderr, the helper source_root
# shellcheck disable=SC2094 # what is read in a pipeline here is not what is written
load helper

# The names of all subcommands; a dump without them is an error, which names=$(subcommands) sees.
subcommands() {
    mmtool --dump-commands | awk -F '\t' '$1 == "command" { print $2; count++ } END { exit count < 10 }'
}

@test "no arguments: a usage error, and the summary" {
    usage_error 'no subcommand' mmtool
    [[ $stderr == *"$(mmtool --help)"* ]]
}

@test "help, --help and -h tell of every subcommand" {
    for word in help --help -h; do
        run -0 --separate-stderr mmtool "$word"
        [ -z "$stderr" ]
        for name in read write find rfind move resize splice advise flush info diff; do
            [[ $output == *$'\n'"  $name "* ]]
        done
    done
}

@test "the examples of every help work as they stand" {
    names=$(subcommands)
    for name in $names; do
        { mmtool help "$name"; mmtool "$name" -h; } | examples_work
    done
}

@test "help SUBCOMMAND and SUBCOMMAND --help are the same, and need no FILE" {
    names=$(subcommands)
    for name in $names; do
        mmtool help "$name" >help
        mmtool "$name" --help >option
        cmp help option
        grep -q "^Usage: mmtool $name " help
    done
}

@test "--help wins over what else is missing or wrong with the FILE" {
    mmtool write nosuch --help | grep -q '^Usage: mmtool write '
    mmtool find --help | grep -q '^Usage: mmtool find '
}

@test "help of what is no subcommand" {
    usage_error 'help: unknown subcommand "reed": did you mean "read"?' mmtool help reed
    usage_error 'help: unknown topic "rangs": did you mean "ranges"?' mmtool help rangs
    usage_error 'help: unknown subcommand or topic "xyzzy"' mmtool help xyzzy
}

@test "--version prints name and version" {
    run -0 --separate-stderr mmtool --version
    [[ ${lines[0]} =~ ^mmtool\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
}

@test "--version says behind that what the build is and what it uses here" {
    run -0 --separate-stderr mmtool --version
    [ -z "$stderr" ]
    local line found=' ' used built
    for line in "${lines[@]:1}"; do
        [[ $line =~ ^(search|system|library|journal|compiler):\ [^\ ] ]]
        found+="${line%%:*} "
    done
    [[ $found == ' search system '*'journal '* ]]
    [[ $output =~ search:\ ([a-z0-9]+)\ \(built:\ ([a-z0-9, ]+)\) ]]
    used=${BASH_REMATCH[1]} built=${BASH_REMATCH[2]}
    [[ ", $built," == *", $used,"* && $built == *portable ]]
    [[ $output =~ system:\ (POSIX|POSIX with Linux calls|Windows)$'\n' ]]
    [[ $output =~ journal:\ format\ [0-9]+$'\n' ]]
}

@test "--version and help take no more arguments than they can use" {
    usage_error 'one operand too many: "extra"' mmtool --version extra
    usage_error 'one operand too many: "extra"' mmtool help read extra
    usage_error 'one operand too many: "extra"' mmtool --help read extra
    usage_error 'one operand too many: "extra"' mmtool --dump-commands extra
}

@test "an unknown subcommand: did you mean" {
    usage_error 'unknown subcommand "raed": did you mean "read"?' mmtool raed f
    usage_error 'did you mean "splice"?' mmtool splcie f
    usage_error 'unknown subcommand "xyzzy"' mmtool xyzzy f
    [[ $stderr != *"did you mean"* ]]
}

@test "an unknown option: did you mean" {
    make f abc
    usage_error 'unknown option "--exted": did you mean --extend?' mmtool write --exted f 0 x
    usage_error 'unknown option "--xyzzyx"' mmtool write --xyzzyx f 0 x
    usage_error 'unknown option "-Q"' mmtool write -Q f 0 x
    holds f abc
}

@test "a usage error says which subcommand's help to try" {
    usage_error '' mmtool read
    [[ $stderr == *"Try 'mmtool read --help'." ]]
}

@test "options and operands may be mixed" {
    make f 0123
    prints '3031\n' mmtool read f 0:2 -x
    prints '3031\n' mmtool read -x f 0:2
    prints '3031\n' mmtool read f -x 0:2
}

@test "-- ends options" {
    make -- 'a-b'
    make -x 'a-b'
    prints '1\n' mmtool find -- -x -b
    prints 'a-b' mmtool read -- -x
    prints 'a-b' mmtool read -t text -- --
}

@test "an argument that starts with - and a digit is an operand" {
    make -1 '0123456789'
    prints 789 mmtool read -1 -3:
    prints '0x37\n' mmtool read -1 -3+1 -t u8 --radix 16
    mmtool write -1 -2 -9
    holds ./-1 01234567-9
}

@test "a lone - is an operand" {
    printf abc | prints abc mmtool read -
}

@test "no option letter is a digit" {
    run -0 mmtool --dump-commands
    [[ $output == *$'\t-t\t'* ]]
    [ "$(echo "$output" | awk -F '\t' '$1 == "option" && $4 ~ /^-[0-9]/' | wc -l)" -eq 0 ]
}

@test "long options may be abbreviated where unambiguous" {
    make f 'aXbx'
    prints '1\n3\n' mmtool find --all --ignore-c f x
    mmtool write --ext f end y
    holds f aXbxy
}

@test "an ambiguous abbreviation names all its meanings" {
    make f abc
    usage_error 'write: --f is ambiguous: --from, --fill or --flush' mmtool write --f f 0 x
}

@test "a name in full is never ambiguous" {
    make f abc
    usage_error ambiguous mmtool write --ex=abc f 0 xyz
    mmtool write --expect=abc f 0 xyz
    holds f xyz
}

@test "an option is not given twice where one would be forgotten" {
    make f 0123
    usage_error twice mmtool write --expect=1 --expect=0 f 0 x
    usage_error twice mmtool splice --edits=a --edits=b f
    usage_error twice mmtool write -f a --from=b f 0
    usage_error twice mmtool read --window=0: --window=1: f
}

@test "--vers is --version; other options follow the subcommand" {
    prints "$(mmtool --version)\\n" mmtool --vers
    prints "$(mmtool --version)\\n" mmtool -V
    prints "$(mmtool --help)\\n" mmtool --he
    usage_error 'follow the subcommand: "-v" stands where its name belongs: did you mean --version?' mmtool -v
    usage_error 'did you mean --version?' mmtool --versoin
    usage_error 'did you mean --help?' mmtool --hlep
    usage_error 'follow the subcommand' mmtool --wait read f
    usage_error 'mmtool: help: one' mmtool help read find
    usage_error 'mmtool: help: unknown' mmtool help raed
}

@test "an option of other subcommands: no other one is advised" {
    make f 0123
    usage_error 'ignore-journal is not an option of write, but of read, find' mmtool write --ignore-journal f 0 x
    [[ $stderr != *mean* ]]
}

@test "what is written wrong is a usage error, wherever it stands" {
    make f 0123456789
    usage_error position mmtool read f 1:2:3
    usage_error position mmtool write f 1q x
    usage_error position mmtool read --window=1q f
    usage_error position mmtool write f 0 --from=f@1q
    usage_error number mmtool resize f end
    usage_error hex mmtool write -x f 0 4
    usage_error escape mmtool write -e f 0 '\q'
    usage_error fit mmtool write -t u8 f 0 256
    usage_error number mmtool write -t f32 f 0 abc
    printf '0 zz -\n' >script
    refuses 'line 1' mmtool splice --edits=script f
    [[ $stderr != *Try* ]]
    holds f 0123456789
}

@test "--name=value and --name value" {
    make f abc
    prints '616263\n' mmtool read --type=hex f
    prints '616263\n' mmtool read --type hex f
    prints '616263\n' mmtool read -thex f
    prints '616263\n' mmtool read -t hex f
}

@test "letters may be joined, the last with its value" {
    make f 'abab'
    prints '0+2\n' mmtool find -rm1 f ab
    prints '0+2\x002+2\x00' mmtool find -razm 2 f ab
}

@test "an option's value may be missing, or too many" {
    make f abc
    usage_error '--type needs a value (TYPE)' mmtool read f --type
    usage_error '-t needs a value (TYPE)' mmtool read f -t
    usage_error '--hex takes no value' mmtool read --hex=1 f
}

@test "a letter's value stands behind it without a sign" {
    make f 'a\nb\nc\n'
    prints 'a\nb\n' mmtool read -l2 f
    usage_error 'a letter takes its value without "=": -lN or --lines=N' mmtool read -l=2 f
    usage_error '-d takes no value' mmtool read -d=1 f
    usage_error 'unknown option "-="' mmtool read -= f
}

@test "a message counts one byte, and several bytes" {
    make f 0123456789
    refuses '1 byte at 10 passes the end (size 10)' mmtool write f 10 x
    refuses '2 bytes at 10 pass the end (size 10)' mmtool write f 10 xy
    refuses '1 byte at 10 passes the end (size 10)' mmtool move f 10 0+1
    refuses 'DATA is 1 byte long, the range 2' mmtool write f 0:2 x
    refuses '11 bytes cannot be cut off' mmtool resize f -11
    make empty ''
    refuses '1 byte cannot be cut off (size 0)' mmtool resize empty -1
    run -1 --separate-stderr mmtool splice --edits=- f <<<'10 41 42'
    [[ $stderr == *': 1 byte at 10 passes the end '* ]]
    run -0 --separate-stderr mmtool write -v f 0 x
    [[ $stderr == *': 1 byte patched, '* ]]
    run -0 --separate-stderr mmtool write -v f 0 yz
    [[ $stderr == *': 2 bytes patched, '* ]]
}

@test "a value may begin with a minus sign" {
    make f 'a\nb\n'
    prints 'b\n' mmtool read --lines=-1 f
    usage_error '' mmtool find --max-count -1 f a
}

@test "FILE is missing: a usage error" {
    names=$(subcommands)
    for name in $names; do
        usage_error 'FILE is missing' mmtool "$name"
    done
}

@test "an empty file name is an error that says so" {
    refuses 'the file name is empty' mmtool read ''
}

@test "a file that is missing: its name and why" {
    for name in read flush info; do
        run -2 --separate-stderr mmtool "$name" nosuch
        [ "$stderr" = "mmtool: $name: nosuch: no such file" ]
    done
}

@test "a message is one line, whatever is in the file's name" {
    run -2 --separate-stderr mmtool read $'a\nb\x1b[31m'
    [ "$stderr" = 'mmtool: read: a\nb\x1b[31m: no such file' ]
}

@test "a message stays one line when the name is very long" {
    name=$(printf 'x%.0s' {1..3000})
    run -2 --separate-stderr mmtool read "$name"
    [ "$(echo "$stderr" | wc -l)" -eq 1 ]
    run -2 --separate-stderr mmtool read --"$name" f
    run -2 --separate-stderr mmtool "$name"
}

@test "numbers: decimal, 0x, 0o, 0b" {
    letters f 300
    for number in 255 0xff 0xFF 0XFF 0o377 0b11111111 0255; do
        prints '255\n' mmtool find --overlapping -m1 f '' "$number"
    done
}

@test "one suffix on a decimal number: 1024 and 1000" {
    zeros f 2T
    while read -r number bytes; do
        prints "$bytes\\n" mmtool find f '' "$number"
    done <<EOF
1K 1024
1KiB 1024
1kB 1000
3M 3145728
3MiB 3145728
3MB 3000000
1G 1073741824
1GiB 1073741824
1GB 1000000000
1T 1099511627776
1TiB 1099511627776
1TB 1000000000000
EOF
}

@test "P and E fit a number too" {
    make f 0123
    for size in 1P 1PiB 1PB 7E 7EiB 9EB; do
        refuses 'passes the end' mmtool flush f "0+$size"
    done
}

@test "a number that does not fit a signed 64-bit offset is an error, never a wrap-around" {
    make f 0123
    for number in 9223372036854775808 18446744073709551616 18446744073709551617 8E 8EiB 10EB \
        99999999999999999999999999 0x8000000000000000 0xfffffffffffffffff 9007199254740992K; do
        refuses 'too large' mmtool read f "$number"
        refuses 'too large' mmtool read f "0+$number"
        refuses 'too large' mmtool read f "-$number:"
    done
    prints '' mmtool read f 9223372036854775807
    prints 123 mmtool read f 1+9223372036854775807
    prints 0123 mmtool read f -9223372036854775807
}

@test "what is no number is not taken for one" {
    make f 0123
    for number in 1q 1KB 1Ki 1kb 1kib 1mB 1kk 1KK 0x1K 0o8 0b2 1_000 1,000 ' 1' +1 1e3 infinity; do
        refuses '' mmtool read f "$number"
    done
}

@test "the status is 2 for what cannot be done, 1 for no, 0 for yes" {
    make f abc
    run -0 mmtool find f a
    run -1 mmtool find f x
    run -2 mmtool find nosuch x
    run -2 mmtool find f
}
