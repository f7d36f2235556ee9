# --align and --shortest: which of the possible matches are found.

load helper

@test "--align=N: matches at multiples of N; N+K: at K, K+N, ..." {
    make f 'abababab.ab.'
    prints '0\n4\n' mmtool find -a --align=4 f ab
    prints '2\n6\n' mmtool find -a --align=4+2 f ab
    prints '6\n' mmtool find -a --align=4+6 f ab
    prints '6\n9\n' mmtool find -a --align=0x3 f ab 1:
    says_no mmtool find --align=100+5 f ab
    prints '9\n6\n0\n' mmtool rfind -a --align=3 f ab
    prints '0\n2\n4\n6\n9\n' mmtool find -a --align=1 f ab
}

@test "--align: a match elsewhere hides none" {
    make f 'aaaaaaa'
    prints '0+3\n4+3\n' mmtool find -ar --align=2 f aaa
    prints '1+3\n4+3\n' mmtool find -ar --align=3+1 f aaa
    prints '4+3\n0+3\n' mmtool rfind -ar --align=2 f aaa
    prints '0+3\n2+3\n4+3\n' mmtool find -r --overlapping --align=2 f aaa
    prints '1+6\n' mmtool find -arE --align=2+1 f 'a+'
    prints '6+1\n4+2\n2+2\n0+2\n' mmtool rfind -arE --align=2 f 'a+'
    make g 'abcd'
    prints '1+2\n' mmtool find -ar --align=2+1 -p ab -p bc g
    prints '1+3\n' mmtool find -ar --align=2+1 -p abcd -p bc -p bcd g
}

@test "--align with -m, -c, -q, -i, masks and types, and the empty pattern" {
    make f 'xAbAbabA'
    prints '1\n3\n' mmtool find -m2 -i --align=2+1 f ab
    prints '3\n' mmtool find -c -i --align=2+1 f ab
    prints '' mmtool find -q --align=5+5 f a
    says_no mmtool find -q --align=5+1 f a
    prints '4+2\n' mmtool find -ar -x --align=4 f '62 6?'
    prints '1+2\n3+2\n' mmtool find -ar --align=2+1 -t u16le f 0x6241
    prints '1\n4\n7\n' mmtool find -a --align=3+1 f ''
    prints '8\n6\n' mmtool rfind -m2 --align=2 f ''
    prints '1\n4\n7\n' mmtool find -a --align=3+1 - '' < <(cat f)
    prints '0+0\n2+0\n' mmtool find -m2 -Er --align=2 f 'z*'
}

@test "--align counts in the window, as the offsets that are printed" {
    make f '.abab.ab'
    prints '2\n' mmtool find --align=2 --window=1: f ab 1:
    prints '3\n' mmtool find --align=3 f ab
    prints '0\n2\n' mmtool find -a --align=2 --window=1: f ab
}

@test "--align on lines, in scripts, in streams, with any number of threads" {
    make f 'ab\nab ab\nxab\n'
    prints '0:ab\n3:ab ab\n' mmtool find -al --align=3 f ab
    prints '3:ab ab\n9:xab\n' mmtool find -al --align=2 f ab 1:
    prints '2\n' mmtool find -cl --align=2 f ab 1:
    prints '6\nab' mmtool run f -c 'find --align=6 ab 1:' -c 'read match'
    prints '6\n' mmtool find --align=6 - ab 1: < <(cat f)
    yes 'abcdefg' | head -c 3000000 >g
    for threads in 1 2 5; do
        mmtool find -a --align=24+1 --threads=$threads g bcde >"out.$threads"
        mmtool find -aE --align=16+1 --threads=$threads g 'b[c-e]+' >>"out.$threads"
    done
    cmp out.1 out.2
    cmp out.1 out.5
    [ "$(mmtool find -c --align=24 g abc)" -eq 125000 ]
    [ "$(mmtool find -c --align=24 - abc < <(cat g))" -eq 125000 ]
    [ "$(mmtool find -cE --align=24+1 - 'b[c-e]+' < <(cat g))" -eq 125000 ]
}

@test "--align and --shortest in splice -p" {
    make f 'ababab'
    mmtool splice -a --align=4 -p ab f X
    holds f 'XabX'
    make f 'BEGIN 1 END BEGIN 2 END'
    mmtool splice -aE --shortest -p 'BEGIN(.*)END' f '<\1>'
    holds f '< 1 > < 2 >'
    usage_error 'need a --pattern' mmtool splice --align=4 f 0+0 x
    usage_error 'needs --regex' mmtool splice --shortest -p a f x
}

@test "a bad --align is a usage error" {
    make f 'ab'
    usage_error 'at least 1' mmtool find --align=0 f ab
    usage_error 'align' mmtool find --align=x f ab
    usage_error 'align' mmtool find --align=4+ f ab
    usage_error 'align' mmtool find --align= f ab
    usage_error 'align' mmtool find --align=-4 f ab
    usage_error '--align' mmtool find --sorted --align=4 f ab
}

@test "--shortest: of the matches at a place the shortest" {
    make f 'BEGIN a END b END BEGIN c\nEND'
    prints '0+11\n' mmtool find -aEr --shortest f 'BEGIN.*END'
    prints '0+11\n18+11\n' mmtool find -aEr --shortest f '(?s)BEGIN.*END'
    prints '18+11\n0+11\n' mmtool rfind -aEr --shortest f '(?s)BEGIN.*END'
    make g 'aaab'
    prints '0+1\n1+1\n2+1\n' mmtool find -aEr --shortest g 'a+'
    prints '0+4\n' mmtool find -aEr --shortest g 'a+b'
    prints '0+2\n2+2\n' mmtool find -aEr --shortest g 'aa|aaa|ab'
    prints '0+0\n1+0\n' mmtool find -m2 -Er --shortest g 'a*'
    prints '0+1\n' mmtool find -Er --shortest -p 'aa' -p a g
    prints '0+4\n' mmtool find -Er --shortest g 'aaab|a{2}c|b'
    prints '2+2\n0+2\n' mmtool rfind -aEr --shortest --align=2 g 'ab|aa|aab'
    prints '0:aaab\n' mmtool find -lE --shortest g 'a+'
    usage_error 'needs --regex' mmtool find --shortest g 'a+'
    usage_error 'with --shortest the shortest' mmtool find -E g 'a+?'
}

@test "--shortest and --align are linear" {
    head -c 3000000 /dev/zero | tr '\0' a >f
    timeout 20 "$MMTOOL" find -cE --shortest f 'a(.|\n)*b|a'
    timeout 20 "$MMTOOL" find -cE --align=2 f 'a(.|\n)*b|a'
    timeout 20 "$MMTOOL" find -cE --align=2+1 f 'a+' 1:
    run -1 timeout 20 "$MMTOOL" find -cE --align=2 f 'a*b'
    yes xa | tr -d '\n' | head -c 3000000 >g
    timeout 20 "$MMTOOL" find -cE --align=2+1 g 'x.*b|a'
    run -1 timeout 20 "$MMTOOL" rfind -cE --align=2+1 g 'x.*'
}
