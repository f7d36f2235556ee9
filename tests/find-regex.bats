# find and rfind --regex.

load helper

@test "-E: PATTERN is a regular expression" {
    make f 'one two three'
    prints '4+3\n' mmtool find -Er f 't[wx]o'
    prints '4+3\n8+5\n' mmtool find -aEr f '\bt\w+'
    prints '8\n' mmtool find --regex f 'r|th'
    says_no mmtool find -E f '^two'
}

@test "-E: leftmost, then longest" {
    make f 'xabcabc'
    prints '1+6\n' mmtool find -Er f 'ab|abc|(abc)+'
}

@test "rfind -E: the match that starts last" {
    make f 'aaa baa'
    prints '6+1\n' mmtool rfind -Er f 'a+'
    prints '6+1\n5+1\n2+1\n1+1\n0+1\n' mmtool rfind -aEr f 'a+'
    prints '4+3\n0+3\n' mmtool rfind -aEr f '\b\w+'
}

@test "-E: . is any byte but newline, and lines are crossed only on demand" {
    make f 'ab\ncd\n'
    says_no mmtool find -E f 'a.*d'
    prints '0+5\n' mmtool find -Er f 'a(.|\n)*d'
    prints '3\n' mmtool find -E f '^c'
    prints '1\n' mmtool find -E f 'b$'
}

@test "-E -i and (?i)" {
    make f 'Error'
    prints '0\n' mmtool find -Ei f 'eRR.r'
    prints '0\n' mmtool find -E f '(?i)eRR.r'
    says_no mmtool find -E f 'eRR.r'
}

@test "-E (?s): . is any byte, newline too; (?m) changes nothing" {
    make f 'xaB\n\0\nCd\n'
    says_no mmtool find -E f 'a.*d'
    prints '1+7\n' mmtool find -Er f '(?s)a.*d'
    prints '1+7\n' mmtool rfind -Er f '(?is)A.*D'
    prints '1+7\n' mmtool find -Er f 'a(?s:.*)d'
    prints '6\n' mmtool find -E f '(?m)^C'
    prints '1+2\n' mmtool find -Er f '(?m)aB$'
    prints '0:xaB\n' mmtool find -lE f '(?s)B.*C'
    usage_error 'flags i, s and m' mmtool find -E f '(?x)a'
    usage_error 'only at the start' mmtool find -E f 'a(?s).b'
    cp f g
    mmtool splice -E -p '(?s)B.*C' g '-'
    [ "$(cat g)" = xa-d ]
}

@test "-E: bytes by their value, NUL too" {
    make f 'a\x00\xffb'
    prints '1+2\n' mmtool find -Er f '\x00\xff'
    prints '1+2\n' mmtool find -Er f '[\0]\xff'
}

@test "-E with several -p: a match of any of them" {
    make f 'one two three'
    prints '0+3\n4+3\n8+5\n' mmtool find -aEr -p 'o.e' -p 'tw|two' -p 't\w{4}' f
    usage_error '' mmtool find -E -p 'a' -p 'b)' f
    usage_error '' mmtool find -E -p '(a' -p 'b)' f
}

@test "-E: empty matches, the next one a byte further on" {
    make f 'baac'
    prints '0+0\n1+2\n3+0\n4+0\n' mmtool find -aEr f 'a*'
    make e ''
    prints '0+0\n' mmtool find -Er e '\A\z'
    prints '2+0\n' mmtool find -Er f 'x*' 2:
}

@test "-E --overlapping: a match at each place where there is one" {
    make f 'aab'
    prints '0+3\n1+2\n' mmtool find -Er --overlapping f 'a+b'
    prints '1+2\n0+3\n' mmtool rfind -Er --overlapping f 'a+b'
}

@test "-E: what stands before the range is seen by ^ and \\b, the range's end is the text's" {
    make f 'abc abc'
    says_no mmtool find -E f '^b' 1:
    says_no mmtool find -E f '\bbc' 1:4
    prints '1+1\n' mmtool find -Er f 'b$' 1:2
    prints '1+1\n' mmtool rfind -Er f 'b$' 1:2
}

@test "-E: a match lies wholly in the range" {
    make f 'aaaaaa'
    prints '1+3\n' mmtool find -Er f 'a+' 1:4
    prints '1+3\n' mmtool rfind -Er f 'a{3}' 1:4
}

@test "-E: what is no expression is a usage error" {
    make f a
    usage_error '' mmtool find -E f '(a'
    usage_error 'non-greedy' mmtool find -E f 'a*?'
}

@test "-E on lines: as many as grep finds" {
    head -c 2000000 /dev/urandom | od -An -tx1 >f
    [ "$(mmtool find -clE f '(0[0-3] ){2}f.*a$')" -eq "$(grep -cE '(0[0-3] ){2}f.*a$' f)" ]
    cmp <(mmtool find -laE f '(0[0-3] ){2}') <(grep -bE '(0[0-3] ){2}' f)
    cmp <(mmtool rfind -laE f '(0[0-3] ){2}') <(grep -bE '(0[0-3] ){2}' f | tac)
}

@test "-E: a match longer than any buffer" {
    { printf 'xa'; head -c 5000000 /dev/zero | tr '\0' m; printf 'bx'; } >f
    prints '1+5000002\n' mmtool find -Er f 'am*b'
    prints '1+5000002\n' mmtool rfind -Er f 'am*b'
    prints '1+5000002\n' mmtool find -Er --threads=1 f 'am*b'
}

@test "rfind -E: a match across many megabytes of data, between holes" {
    zeros f 64M
    letters data 9000000
    mmtool write f 20000000 --from=data
    mmtool write f 3M one
    mmtool write f 50M last
    mmtool write f 20000000 S
    mmtool write f 28999999 T
    prints '20000000+9000000\n' mmtool rfind -Er f 'S[a-j\n]*T'
    says_no mmtool rfind -Er f 'S[a-j\n]*U'
    prints '3145728+3\n' mmtool rfind -Er f 'one'
}

@test "-E: hopes for an end that does not come do not add up" {
    need timeout
    { yes aaaaaaaaaaaaaaa | head -c 20000000; } >f
    run timeout 60 "$MMTOOL" find -E f 'a(.|\n)*b'
    [ "$status" -eq 1 ]
}

@test "-E: a hole is not read when the expression cannot match zeros" {
    zeros f 8T
    mmtool write f 6T 'needle'
    prints '6597069766656+6\n' mmtool find -Er f 'ne+dle'
    prints '6597069766656+6\n' mmtool rfind -Er f 'ne+dle'
    prints '0+3\n' mmtool find -Er f '\x00{3}'
}

@test "-E: lines are those of grep: none begins behind the last newline" {
    for text in '' 'x' 'x\n' 'x\na\n' 'x\n\n' '\n' '\n\nx'; do
        make f "$text"
        for expression in '^$' '^' '$' '^.*$' 'x$' '^a'; do
            run grep -cE "$expression" f
            wanted=$output
            run mmtool find -cE f "$expression"
            [ "$output" = "$wanted" ]
            [ "$(mmtool rfind -aE f "$expression" | wc -l)" -eq "$wanted" ]
        done
    done
    make f 'x\na\n'
    mmtool splice -aE -p '^' f '> '
    mmtool splice -aE -p '$' f ';'
    holds f $'> x;\n> a;\n'
    make f ''
    prints '0\n' mmtool find -aE f '\A\z'
}

@test "-E: a word that lies in another, which only an assertion keeps from matching" {
    make f 'ab11z'
    for expression in '=?ab11$|1' '1|=?ab11$' '(=?ab11\B.{9}|1)' '=?ab11\A|1'; do
        prints '2\n3\n' mmtool find -aE f "$expression"
        prints '2+1\n' mmtool find -rE f "$expression"
        prints '3\n2\n' mmtool rfind -aE f "$expression"
        prints '2\n' mmtool find -cE f "$expression"
    done
    mmtool splice -aE -p '=?ab11$|1' f X
    holds f abXXz
}
