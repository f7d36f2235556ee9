# find --sorted: bisection of sorted lines.

load helper

@test "--sorted prints the offset of the first line not less than PATTERN" {
    make f 'apple\nbanana\ncherry\n'
    prints '0\n' mmtool find --sorted f a
    prints '0\n' mmtool find --sorted f apple
    prints '6\n' mmtool find --sorted f apples
    prints '6\n' mmtool find --sorted f b
    prints '13\n' mmtool find --sorted f bz
}

@test "--sorted prints the file's size if there is none" {
    make f 'apple\nbanana\ncherry\n'
    prints '20\n' mmtool find --sorted f zebra
    make e ''
    prints '0\n' mmtool find --sorted e a
}

@test "--sorted: of equal lines the first" {
    make f 'a\nb\nb\nb\nc'
    prints '2\n' mmtool find --sorted f b
    prints '8\n' mmtool find --sorted f c
    prints '9\n' mmtool find --sorted f d
}

@test "--sorted: the empty pattern is not more than any line; empty lines come first" {
    make f '\n\na\n'
    prints '0\n' mmtool find --sorted f ''
    prints '2\n' mmtool find --sorted f a
}

@test "--sorted looks at the range alone" {
    make f 'zz\na\nb\nc\naa\n'
    prints '5\n' mmtool find --sorted f b 3:9
    prints '9\n' mmtool find --sorted f x 3:9
}

@test "--sorted: a line that the range cuts short need not be in order" {
    make f 'abb\nabb\nabc\n'
    prints '0\n' mmtool find --sorted f abb :10
    prints '10\n' mmtool find --sorted f abc :10
}

@test "--sorted with -l, -r, -j, --radix, -q" {
    make f 'apple\nbanana\n'
    prints '6:banana\n' mmtool find --sorted -l f b
    prints '13:\n' mmtool find --sorted -l f c
    prints '6+7\n' mmtool find --sorted -r f b
    prints '{"offset":6,"length":7}\n' mmtool find --sorted -j f b
    prints '0x6\n' mmtool find --sorted --radix=16 f b
    prints '' mmtool find --sorted -q f b
}

@test "--sorted compares as sort does in the C locale" {
    head -c 200000 /dev/urandom | od -An -tx1 -w7 | tr -d ' ' | cut -c1-13 | sort >f
    for word in $(shuf -n 40 f) 0 00 7f ff g; do
        expected=$(awk -v word="$word" '{ if ($0 "" >= word "") { print at + 0; found = 1; exit } at += length($0) + 1 }
            END { if (!found) print at + 0 }' f)
        [ "$(mmtool find --sorted f "$word")" -eq "$expected" ]
    done
}

@test "--sorted goes with no option of other searches, and rfind has it not" {
    make f a
    usage_error --sorted mmtool find --sorted -a f a
    usage_error --sorted mmtool find --sorted -i f a
    usage_error --sorted mmtool find --sorted -E f a
    usage_error --sorted mmtool find --sorted -p a -p b f
    refuses sorted mmtool rfind --sorted f a
}

@test "--sorted touches a handful of pages of a file of terabytes" {
    need strace
    zeros f 1T
    # Lines every 16 GiB, each behind a long run of zeros, sorted by their first byte.
    for i in 1 2 3 4 5 6 7 8 9; do
        mmtool write f $((i * 17179869184)) -e "\\n$i-line\\n$i~"
    done
    prints '51539607553\n' mmtool find --sorted f 3-line
    ASAN_OPTIONS=detect_leaks=0 strace -f -e trace=pread64 -o trace "$MMTOOL" find --sorted f 3-line
    [ "$(grep -c pread64 trace)" -lt 20 ] # some are of libraries
}
