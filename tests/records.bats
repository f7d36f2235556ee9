# Records: a TYPE that lists fields, in read and write.

# shellcheck disable=SC2154 # the helper sets source_root
# shellcheck disable=SC2125 # a list of types has stars
load helper

list=u32le,u16le*2,text*8,hex*4,skip*2,f32le
# A record of $list, and the line that it is printed as.
record='\x01\0\0\0\x02\0\xff\xffab\tc\0\0\0\0\xde\xad\xbe\xef??\0\0\xc0\x3f'
line='1\t2\t65535\tab\\tc\\x00\\x00\\x00\\x00\tdeadbeef\t1.5'

# bare LINE: as it is printed, without its newline.
bare() {
    printf '%b' "$1"
}

@test "records of random layouts are those of Python's struct module" {
    need python3
    python3 "$source_root/tests/records.py" "$MMTOOL" "${MMTOOL_TEST_SEED:-1}" "$(rounds 75)"
}

# ---- read -----------------------------------------------------------------------------------

@test "read -t LIST prints a record a line, tabs between its fields" {
    make f "$record$record"
    prints "$line\n$line\n" mmtool read -t "$list" f
    prints "$line\n" mmtool read -t "$list" f 26:
    prints "$line\n" mmtool read -t "$list" f -26+26
    prints '' mmtool read -t "$list" f end
    prints '1\t2\n' mmtool read -t 'u8,skip*3,u8' f 0+5
}

@test "a list of one field is a list where it has a star" {
    make f '\x01\0\x02\0\x03\0\x04\0'
    prints '1\t2\n3\t4\n' mmtool read -t u16le*2 f
    prints '1\n2\n3\n4\n' mmtool read -t u16le*1 f
    prints '01000200\n03000400\n' mmtool read -t hex*4 f
    prints '\\x01\\x00\n\\x02\\x00\n' mmtool read -t text*2 f :4
}

@test "a rest shorter than a record is an error behind the records before it" {
    make f "${record}abc"
    run --separate-stderr -2 mmtool read -t "$list" f
    [ "$output" = "$(bare "$line")" ]
    # shellcheck disable=SC2154 # bats sets stderr
    [ "$stderr" = 'mmtool: read: f: the last 3 bytes, at 26, are not a whole record of 26' ]
    run --separate-stderr -2 mmtool read -t "$list" - <f
    [ "$output" = "$(bare "$line")" ]
    [[ $stderr == *'the last 3 bytes, at 26, are not a whole record of 26'* ]]
    refuses 'the last 2 bytes, at 5, are not a whole record of 26' mmtool read -t "$list" f 5+2
}

@test "--header prints the types of the columns first, also for no record" {
    make f "$record"
    header='u32le\tu16le\tu16le\ttext*8\thex*4\tf32le\n'
    prints "$header$line\n" mmtool read --header -t "$list" f
    prints "$header" mmtool read --header -t "$list" f end
    prints "$header" mmtool read --header -t "$list" - </dev/null
    usage_error '--header applies to records' mmtool read --header f
    usage_error '--header applies to records' mmtool read --header -t u8 f
}

@test "--radix is of a record's integers" {
    make f '\x10\0\xff\0\0\xc0\x3fA'
    prints '0x10\t-0x1\t1.5\t41\n' mmtool read -t u16le,i8,f32le,hex*1 --radix=16 f
    usage_error '--radix applies to integers only' mmtool read -t f32le,hex*1 --radix=16 f
}

@test "records of a stream are printed as they arrive" {
    make f "$record"
    mkfifo in
    mmtool read -t "$list" - <in >out 3>&- &
    exec 5>in
    cat f >&5
    for _ in $(seq 100); do
        [ -s out ] && break
        sleep 0.1
    done
    holds out "$line\n"
    exec 5>&-
    wait
}

@test "a record may be longer than what is read at once" {
    head -c 3000000 /dev/urandom >f
    mmtool read -t hex*1000000 f >out
    xxd -p f | tr -d '\n' | fold -w 2000000 >wanted
    echo >>wanted
    cmp out wanted
    mmtool read -t hex*1000000 - <f >out
    cmp out wanted
}

@test "read -t LIST of several FILEs, and in a script" {
    make f '\x01\x02'
    make g '\x03\x04'
    prints 'f:1\t2\ng:3\t4\n' mmtool read -t u8,u8 --files f g
    prints 'f:u8\tu8\nf:1\t2\n' mmtool read -t u8,u8 --header -H f
    prints '1\n02\n' mmtool run f -c 'read -t u8*1 0+1' -c 'read -x 1+1'
    mmtool run f -c "write -t u8,u8 0 '7	8'" -c 'seek 0' -c 'read -t u8,u8' >out
    [ "$(tail -n 1 out)" = $'7\t8' ]
}

# ---- write ----------------------------------------------------------------------------------

@test "write -t LIST takes back what read printed, an operand a record" {
    make f "$record$record"
    cp f g
    mapfile -t lines < <(mmtool read -t "$list" f)
    mmtool write --fill f 0: z
    mmtool write -t "$list" f 0 "${lines[@]}"
    mmtool write f 20+2 '??'
    mmtool write f 46+2 '??'
    cmp f g
    mmtool write --fill f 0: z
    mmtool write -t "$list" f 0 "$(cat <(mmtool read -t "$list" g))"
    mmtool write f 20+2 '??'
    mmtool write f 46+2 '??'
    cmp f g
}

@test "write -t LIST keeps the bytes that are skipped" {
    make f abcdefgh
    mmtool write -t u8,skip*2,text*1 f 0 $'65\tD' $'66\tH'
    holds f AbcDBfgH
    mmtool write -t skip*1,u8 f 0+2 66
    holds f ABcDBfgH
    prints '' mmtool write -nt skip*1,u8 f 0+2 66
    usage_error 'skip keeps bytes that are there' mmtool write -t u8,skip*1 --extend f end 1
    usage_error 'skip keeps bytes that are there' mmtool write -t u8,skip*1 --fill f 0:4 1
    usage_error 'skip keeps bytes that are there' mmtool write -t u8,skip*1 --repeat=2 f 0 1
    refuses 'pass the end' mmtool write -t u8,skip*1 f 7 1
    holds f ABcDBfgH
}

@test "write -t LIST extends a file, fills a range, and repeats" {
    mmtool write --create --extend -t u16be,text*3 f 0 $'1\ta' $'2\t'
    holds f '\0\x01a\0\0\0\x02\0\0\0'
    mmtool write --fill -t u16be,text*3 f 0: $'3\txyz'
    holds f '\0\x03xyz\0\x03xyz'
    refuses 'not whole records of 5 bytes' mmtool write --fill -t u16be,text*3 f 0:7 $'3\txyz'
    mmtool write --repeat=2 -t u16be,text*3 f 0 $'4\tX'
    holds f '\0\x04X\0\0\0\x04X\0\0'
}

@test "text that is shorter than its field is filled up with NULs, and longer is refused" {
    make f 0123456
    mmtool write -t text*4,u8 f 0 $'\\x41\\n\t50'
    holds f 'A\n\0\x00256'
    usage_error 'field 1 (text*4): 5 bytes are too long' mmtool write -t text*4,u8 f 0 $'abcde\t1'
    holds f 'A\n\0\x00256'
}

@test "a wrong line of DATA names the field, and nothing is changed" {
    make f 0123456789
    refused() {
        usage_error "$1" mmtool write -t u8,i16le*2,hex*2,f32 f 0 "$2"
        holds f 0123456789
    }
    refused 'field 1 (u8): 256 does not fit u8' $'256\t1\t2\t0000\t1'
    refused 'field 3 (i16le): -32769 does not fit i16le' $'1\t1\t-32769\t0000\t1'
    refused 'field 3 (i16le): i16le "x" is not a number' $'1\t1\tx\t0000\t1'
    refused 'field 3 (i16le): one number is wanted, not 2' $'1\t1\t2 3\t0000\t1'
    refused 'field 2 (i16le): an empty operand is not a i16le number' $'1\t\t2\t0000\t1'
    refused 'field 4 (hex*2): 1 byte, not 2' $'1\t1\t2\t00\t1'
    refused 'field 4 (hex*2): "g"' $'1\t1\t2\t0g00\t1'
    refused 'field 5 (f32): f32 "?" is not a number' $'1\t1\t2\t0000\t?'
    refused 'field 5 (f32) is missing' $'1\t1\t2\t0000'
    refused 'field 6 is one too many: the record has 5' $'1\t1\t2\t0000\t1\t2'
    usage_error 'operand 2 of DATA: field 1 (u8): u8 "x"' mmtool write -t u8*1 f 0 1 x
    usage_error 'line 2: field 1 (u8): u8 "x"' mmtool write -t u8*1 f 0 $'1\nx'
    holds f 0123456789
}

@test "DATA may start with -inf where the first field is floating point" {
    make f 01234
    mmtool write -t f32le,u8 f 0 $'-inf\t65'
    holds f '\0\0\x80\xffA'
}

@test "--expect is a record, too: skipped bytes and ? stand for any" {
    make f abcd
    mmtool write -t u8,hex*1,skip*2 f 0 $'65\t42' --expect=$'97\t6?'
    holds f ABcd
    run -1 mmtool write -t u8,skip*1,hex*2 f 0 $'97\t0000' --expect=$'98\t????'
    holds f ABcd
    mmtool write -t u8*1 f 0 -f <(printf z) --expect=65
    holds f zBcd
    mmtool write -t u8,hex*1 f 0 $'65\t?1'
    holds f AAcd
}

# ---- records of a file ----------------------------------------------------------------------

@test "write --typed-from takes back what read -t LIST prints, a line a record" {
    head -c 260000 /dev/urandom >f
    cp f wanted
    mmtool read -t "$list" f >lines
    mmtool write --fill -x f 0: 00
    mmtool write -t "$list" f 0 --typed-from=lines
    mmtool read -t skip*20,hex*2,skip*4 f | sort -u >skipped
    holds skipped '0000\n'
    mmtool read -t "$list" f | cmp - lines
    mmtool read -t skip*20,hex*2,skip*4 wanted |
        mmtool write -t skip*20,hex*2,skip*4 f : --typed-from=-
    cmp f wanted
}

@test "records that skip bytes, more than are kept in memory, take few reads" {
    need strace
    # Each record is an edit of its own.
    ! grep -qa __asan_init "$MMTOOL" || skip "sanitizers make calls of their own"
    seq 1040000 >values
    local options
    for options in -n --undo=back --no-journal; do
        head -c 10400000 /dev/zero >f
        strace -qq -f -e trace=pread64 -o calls "$MMTOOL" write "$options" -t 'u64le,skip*1' f 0+9360000 \
            --typed-from=values >script
        [ "$(wc -l <calls)" -lt 3000 ]
        [ "$options" = -n ] || mmtool read -t 'u64le,skip*1' f 0+9360000 | cmp - values
    done
    head -c 10400000 /dev/zero >f
    "$MMTOOL" write -n -t 'u64le,skip*1' f 0+9360000 --typed-from=values >script
    mmtool splice --edits=script f
    mmtool read -t 'u64le,skip*1' f 0+9360000 | cmp - values
}

@test "--typed-from creates a file of records that skip nothing" {
    seq 1000 | paste - - >lines
    mmtool write -t u16be,u32le --create --extend f 0 --typed-from=lines
    [ "$(size_of f)" -eq 3000 ]
    mmtool read -t u16be,u32le f | cmp - lines
    head -c -1 lines | mmtool write -t u16be,u32le f 0: --typed-from=-
    mmtool read -t u16be,u32le f | cmp - lines
    mmtool write -t u16be,u32le f 0 --typed-from=/dev/null
    mmtool run f -c 'write -t u16be*1 0 --typed-from=lines' 2>err && false
    [[ $(cat err) == *'line 1: field 2 is one too many'* ]]
}

@test "a wrong line of --typed-from is named, and nothing is changed" {
    make f 0123456789
    make lines '1\t2\n3\t256\n'
    refuses '--typed-from=lines: line 2: field 2 (u8): 256 does not fit' \
        mmtool write -t u8,u8 f 0 --typed-from=lines
    make lines '1\t2\n\n3\t4\n'
    refuses 'line 2: field 1 (u8): an empty operand' mmtool write -t u8,u8 f 0 --typed-from=lines
    make lines '1\t2\n3'
    refuses 'line 2: field 2 (u8) is missing' mmtool write -t u8,u8 f 0 --typed-from=- <lines
    make lines '1\t2\x00\n'
    refuses 'NUL' mmtool write -t u8,u8 f 0 --typed-from=lines
    make lines '1\t2\n'
    refuses '--expect does not go with' \
        mmtool write -t u8,skip*1,u8 f 0 --typed-from=lines --expect=$'48\t50'
    mmtool write -t u8,skip*1,u8 -n f 0 --typed-from=lines >script
    holds f 0123456789
    mmtool write -t u8,skip*1,u8 f 7 --typed-from=lines
    holds f '0123456\x018\x02'
    refuses 'pass the end' mmtool write -t u8,skip*1,u8 f 8 --typed-from=lines
}

@test "the manual's recipe swaps the bytes of records" {
    need python3
    pack() {
        python3 -c 'import struct, sys
for i in range(3000):
    sys.stdout.buffer.write(struct.pack(sys.argv[1], i * 99991, i, b"\\\t%d" % i))' "$1"
    }
    pack '<IH8s' >points.bin
    pack '>IH8s' >wanted
    mmtool read -t 'u32le,u16le,text*8' points.bin |
        mmtool write -t 'u32be,u16be,text*8' points.bin 0 --typed-from=-
    cmp points.bin wanted
}

# ---- the list -------------------------------------------------------------------------------

@test "a wrong list is a usage error that names the field" {
    make f abc
    usage_error 'field 2 of the list, "text", lacks its length' mmtool read -t u8,text f
    usage_error 'field 2 of the list, "foo*3", is no field' mmtool read -t u8,foo*3,u8 f
    usage_error 'field 2 of the list, "", is no field' mmtool read -t u8, f
    usage_error 'field 1 of the list, "", is no field' mmtool read -t ,u8 f
    usage_error 'field 1 of the list, "*3", is no field' mmtool read -t '*3' f
    usage_error 'field 1 of the list, "raw*3", is no field' mmtool read -t 'raw*3' f
    for count in 0 '' x -1 1x 99999999999999999999; do
        usage_error "\"u8*$count\", has no number of at least 1" mmtool read -t "u8*$count" f
    done
    usage_error '"u64*2M", makes the record longer than 16 MiB' mmtool read -t 'u8,u64*2M' f
    usage_error 'only skip fields' mmtool read -t 'skip*1' f
    usage_error 'two different types' mmtool read -t u8,u8 -x f
    usage_error 'two different types' mmtool read -x -t u8,u8 f
}

@test "only read and write take records" {
    make f abc
    usage_error 'only read and write' mmtool find -t u8,u8 f 1
    usage_error 'only read and write' mmtool rfind -t u8,u8 f 1
    usage_error 'only read and write' mmtool splice -t u8,u8 f 0+1 1
    usage_error 'only read and write' mmtool splice -t u8,u8 -p 1 f 2
    usage_error 'only read and write' mmtool move -t u8,u8 f 0 1+1
    usage_error '"u8,u8" is not a type' mmtool find -o --as=u8,u8 f a
    usage_error '--dump does not go with' mmtool read -d -t u8,u8 f
    usage_error 'records have no lines' mmtool read -l -t u8,u8 f
    usage_error 'records have no lines' mmtool read -L -t u8,u8 f
    usage_error '--from takes raw bytes' mmtool write -t u8,u8 f 0 -f f
    holds f abc
}
