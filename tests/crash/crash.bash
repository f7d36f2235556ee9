# What the bats files of crashes share; after ../helper.

# is_whole FILE: it is `old` or `new`, and nothing is left beside it.
is_whole() {
    cmp -s "$1" old || cmp -s "$1" new || return 1
    [ -z "$(find "$(dirname "$1")" -maxdepth 1 -name '.*.mmtool-journal')" ]
}

# old_and_new SIZE: `old`, and what it is with 7 bytes inserted at 10.
old_and_new() {
    head -c "$1" /dev/urandom >old
    { head -c 10 old && printf 7bytes! && tail -c +11 old; } >new
}
