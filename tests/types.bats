# TYPE beside the other options: what it may be of, and types of more than one byte.

# shellcheck disable=SC2154 # bats sets stderr
load helper

# ---- what a TYPE may be of ------------------------------------------------------------------

@test "-E goes with text only: another TYPE is a usage error that names \\xHH" {
    make f 'E+E\n'
    for type in -x -e '-t utf16le' '-t u32le' '-t u8'; do
        for search in find rfind 'find -al' 'rfind -c'; do
            # shellcheck disable=SC2086 # words
            usage_error 'as \xHH in' mmtool $search -E $type f 'E+'
        done
        # shellcheck disable=SC2086
        usage_error 'as \xHH in' mmtool splice -aE $type -p 'E+' f x
    done
    usage_error '--type=escape' mmtool splice -eE -p 'E+' f x
    refuses '--type=escape' mmtool run f -c 'find -eE E+'
    refuses '--type=hex' mmtool run f -c 'splice -x -E -p 45 46'
    prints '0\n' mmtool find -E -t text f 'E+'
    prints '2\n' mmtool rfind -t raw -E f 'E+'
    holds f 'E+E\n'
}

@test "--from with a TYPE that could be of nothing else is a usage error" {
    make f 0123456789
    make hex 3132
    usage_error '--from takes raw bytes, not values written as hex' mmtool write -x f 0 -f hex
    usage_error '--from takes raw bytes' mmtool write -t u32le f 0 -f hex
    usage_error '--from takes raw bytes' mmtool splice -e f 0+4 -f hex
    usage_error '--from takes raw bytes' mmtool write -t utf16le f 0 -f - <hex
    refuses '--from takes raw bytes' mmtool run f -c 'write -x 0 -f hex'
    refuses '--from takes raw bytes' mmtool run f -c 'write -x -f hex'
    holds f 0123456789
}

@test "--from takes raw bytes beside a TYPE of --expect or PATTERN" {
    make f 0123456789
    make hex 3132
    mmtool write -x f 0 -f hex --expect=30313233
    holds f 3132456789
    mmtool splice -x -p 34 f -f hex
    holds f 3132313256789
    mmtool splice -x f 0+4 -f hex --expect='33 3? 33 3?'
    holds f 3132313256789
}

@test "a number type with an empty operand is a usage error, in every place" {
    make f 0123456789
    for type in u8 i16le u32be i64 f32 f64be; do
        for number in '' ' ' $'\n\t'; do
            usage_error "an empty operand is no $type number" mmtool write -t $type f 0 "$number"
            usage_error "no $type number" mmtool write -t $type f 0 1 "$number"
            usage_error "no $type number" mmtool write -t $type f 0 1 --expect="$number"
            usage_error "no $type number" mmtool splice -t $type f 0+2 "$number"
            usage_error "no $type number" mmtool splice -t $type -p "$number" f 1
            usage_error "no $type number" mmtool splice -t $type -p 1 -p "$number" f 1
            usage_error "no $type number" mmtool find -t $type f "$number"
        done
    done
    refuses 'no u8 number' mmtool run f -c 'write -t u8 0 ""'
    refuses 'no u8 number' mmtool run f -c 'write_byte ""'
    holds f 0123456789
}
