# --typed-from: DATA from a file of values, written in TYPE.

load helper

@test "what read prints in a TYPE, write takes back" {
    head -c 300000 /dev/urandom >old
    printf 'a line\n\t"quoted" \\ and \303\274\n' >>old
    truncate -s %8 old
    for type in text escape hex u8 i8 u16le i16be u32be i32le u64le i64be f32le f32be f64le f64be; do
        head -c "$(stat -c %s old)" /dev/zero >f
        "$MMTOOL" read -t "$type" old | "$MMTOOL" write -t "$type" f 0 --typed-from=-
        cmp old f
    done
    for type in u16be i32be; do
        "$MMTOOL" read -t "$type" --radix=16 old | "$MMTOOL" splice -t "$type" f 8: --typed-from=-
        tail -c +9 f | cmp old -
    done
    printf 'gr\303\274\303\237e \360\237\230\200\n%.0s' {1..5000} | iconv -f UTF-8 -t UTF-16BE >old
    cp old f
    "$MMTOOL" read -t utf16be old | tr e f | "$MMTOOL" write -t utf16be f 0 --typed-from=-
    iconv -f UTF-16BE -t UTF-8 f | tr f e | iconv -f UTF-8 -t UTF-16BE | cmp old -
}

@test "more bytes than are kept in memory come from a pipe" {
    head -c 20M /dev/urandom >old
    : >f
    "$MMTOOL" read -x old | fold -w 71 | "$MMTOOL" write -x --extend f 0 --typed-from=-
    cmp old f
    "$MMTOOL" read -t u64 old >values
    "$MMTOOL" splice -t u64be f : --typed-from=values
    "$MMTOOL" read -t u64be f | cmp values -
}

@test "values are separated by white space, and hex may be broken anywhere between digits" {
    make f 0123456789
    printf ' 65\t0x42\r\n\r\n 67\n' >values
    mmtool write -t u8 f 0 --typed-from=values
    holds f ABC3456789
    printf '41 42:4\r\n3,0x44\n\\x45 4\n\n6' >values
    mmtool write -x f 0 --typed-from=values
    holds f ABCDEF6789
    mmtool splice -t f32be f 0+0 --typed-from=- < <(printf '16.5\n-0x1p3 1e1')
    prints '16.5\n-8\n10\n' mmtool read -t f32be f 0+12
}

@test "of text, escape and UTF-16 the file is one value, less one newline at its end" {
    make f ''
    printf 'a b\n\n' >values
    mmtool splice f : --typed-from=values
    holds f 'a b\n'
    printf 'x\\n\\x41\n' >values
    mmtool splice -e f : --typed-from=values
    holds f 'x\nA'
    printf '\303\274\n' >values
    mmtool splice -t utf16le f : --typed-from=values
    holds f '\374\0'
}

@test "a long text is taken as it is, less one newline at its end" {
    head -c 20M /dev/urandom | tr '\n' x >old
    { cat old; echo; } >values
    : >f
    for type in text raw; do
        mmtool splice -t "$type" f : --typed-from=values
        cmp old f
    done
    mmtool splice f 5+0 --typed-from=f
    { head -c 5 old; cat old; tail -c +6 old; } | cmp - f
    cat values >f
    mmtool splice --repeat=2 f 0: --typed-from=f
    cat old old | cmp - f
    mmtool write --extend f 0 --typed-from=- <values
    cat old old | cmp - f
}

@test "a long text stands for UTF-16, also in the file that is edited" {
    base64 -w 0 /dev/urandom | head -c 6M >plain
    { cat plain; printf 'gr\303\274\303\237e \360\237\230\200\n'; cat plain; } >mixed
    for text in plain mixed; do
        for type in utf16le utf16be; do
            { cat "$text"; echo; } >values
            iconv -f UTF-8 -t "UTF-16${type#utf16}" "$text" >want
            printf abcdefgh >f
            mmtool splice -t "$type" f 1+5 --typed-from=values
            { printf a; cat want; printf gh; } | cmp - f
            mmtool write -t "$type" f 1 --typed-from=values
            mmtool write -t "$type" --extend f end --typed-from=values
            { printf a; cat want; printf gh; cat want; } | cmp - f
            mmtool run --atomic f -c "resize 0" -c "splice -t $type 0+0 --typed-from=values"
            cmp want f
            cp values f
            mmtool splice -t "$type" f 3+2 --typed-from=f
            { head -c 3 values; cat want; tail -c +6 values; } | cmp - f
            cp values f
            ln -f f same
            mmtool write -t "$type" --extend f 1 --typed-from=same
            { head -c 1 values; cat want; } | cmp - f
            cp values f
            cp values g
            mmtool splice -t "$type" --typed-from=f --within=0+2 --files f g
            cmp f g
            { cat want; tail -c +3 values; } | cmp - g
        done
    done
}

@test "a long text that is no UTF-8 changes nothing" {
    { base64 -w 0 /dev/urandom | head -c 6M; printf '\na\377b\n'; } >values
    printf abc >f
    refuses '--typed-from=values: line 2, column 2: \xff is not UTF-8' \
        mmtool splice -t utf16le f : --typed-from=values
    holds f abc
}

@test "a malformed value names file, line and column, and nothing is changed" {
    make f 0123456789
    printf '1 2\n\n3     300 4\n' >nums
    refuses '--typed-from=nums: line 3, column 7: 300 does not fit u8' mmtool write -t u8 f 0 --typed-from=nums
    refuses '--typed-from=nums: line 3, column 7: ' mmtool splice -t i8 f 0: --typed-from=nums
    refuses '--typed-from=-: line 3, column 3: half a byte' mmtool write -x f 0 --typed-from=- < <(printf '\n\n  4 2')
    refuses '--typed-from=-: line 1, column 3: a ? may stand' mmtool write -x f 0 --typed-from=- < <(printf '41?0')
    refuses '--typed-from=-: line 1, column 2: \q is not' mmtool write -e f 0 --typed-from=- < <(printf 'a\\q')
    refuses '--typed-from=-: line 2, column 1: f64 "1.5.2"' mmtool write -t f64 f 0 --typed-from=- < <(printf '1\n1.5.2\n')
    refuses '--typed-from=missing' mmtool write -t u8 f 0 --typed-from=missing
    refuses 'directory' mmtool write -t u8 f 0 --typed-from=.
    holds f 0123456789
}

@test "--typed-from goes with no other DATA" {
    make f 0123456789
    make nums '65 66'
    usage_error 'DATA is given twice' mmtool write -t u8 f 0 --typed-from=nums 1
    usage_error 'DATA is given twice' mmtool write -t u8 f 0 --typed-from=nums --from=nums
    usage_error 'given twice' mmtool write -t u8 f 0 --typed-from=nums --typed-from=nums
    usage_error '--edits' mmtool splice f --edits=nums --typed-from=nums
    usage_error '--delete' mmtool splice f -p 0 --delete --typed-from=nums
    usage_error '' mmtool find f --typed-from=nums
    holds f 0123456789
}

@test "no values that would delete are an error, unless --allow-empty" {
    make f 0123456789
    make nums ' \n'
    refuses '--typed-from=nums brought no bytes' mmtool splice -t u8 f 1+2 --typed-from=nums
    refuses '--allow-empty' mmtool splice -x f -p 31 --typed-from=- </dev/null
    mmtool write -t u8 f 0 --typed-from=nums
    holds f 0123456789
    mmtool splice --allow-empty -t u8 f 1+2 --typed-from=nums
    holds f 03456789
}

@test "--typed-from beside the other options of DATA" {
    make f 0123456789
    make nums '65 66'
    mmtool write -t u8 f 0+5 --fill --typed-from=nums
    holds f ABABA56789
    mmtool write -t u8 f 0 --repeat=4 --typed-from=nums
    holds f ABABABAB89
    mmtool splice -a -t u8 -p '66 65' f --typed-from=nums
    holds f AABABABB89
    mmtool splice -aE -p 'A+' f --typed-from=nums
    holds f '65 66B65 66B65 66BB89'
    make f AB45
    mmtool write -t u8 f 0 --expect='65 66' --typed-from=- <<<'67 68'
    holds f CD45
    prints '0 4344 4142\n' mmtool write -n -t u8 f 0 --typed-from=nums
}

@test "scripts read --typed-from, an atomic one before it begins" {
    make f 0123456789
    make nums '65 66'
    mmtool run f -c 'seek 4' -c 'write -t u8 --typed-from=nums' -c 'write x'
    holds f 0123ABx789
    mmtool run --atomic f -c 'splice -t u8 0+0 --typed-from=-' -c 'write -t u8 2 --typed-from=nums' <<<'33 34'
    holds f '!"AB23ABx789'
    refuses 'line 1, column 1' mmtool run --atomic f -c 'write 0 x' -c 'write -x 0 --typed-from=-' <<<'zz'
    make nums '65 6'
    refuses 'line 1, column 4' mmtool run --atomic f -c 'write 0 x' -c 'write -x 0 --typed-from=nums'
    holds f '!"AB23ABx789'
}

@test "a reader at the other end of the pipe sees the file before the edit" {
    for ((i = 0; i < 20; i++)); do
        seq 1 5000 >f
        cp f old
        "$MMTOOL" read -t u8 f | sort -n | "$MMTOOL" splice -t u8 f : --typed-from=-
        od -An -v -t u1 -w1 old | sort -n | cmp - <(od -An -v -t u1 -w1 f)
    done
}

@test "values for several FILEs" {
    make a 0123
    make b 4567
    make nums '65 66'
    "$MMTOOL" splice -t u8 --within=0+1 --typed-from=nums --files a b
    holds a AB123
    holds b AB567
}
