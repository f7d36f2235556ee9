# What help prints, and where it takes it from.

# shellcheck disable=SC2154 # the helper sets source_root
# shellcheck disable=SC2016 # what stands in scripts
load helper

subcommands() {
    mmtool --dump-commands | awk -F '\t' '$1 == "command" { print $2; count++ } END { exit count < 10 }'
}

# The topic "recover" is the help of the subcommand.
topics='ranges types regex exit'

# fits: standard input is one screen of 80 columns and 24 lines.
fits() {
    awk 'length > 80 { wide = 1 } { print } END { exit wide || NR > 24 || NR < 10 }'
}

@test "-h is one screen for every subcommand, with 8 to 14 options and 3 or 4 examples" {
    names=$(subcommands)
    for name in $names; do
        mmtool "$name" -h >help
        fits <help
        grep -q "^Usage: mmtool $name " help
        options=$(grep -cE '^  (-[a-zA-Z], |    )--' help)
        echo "$name: $options options"
        [ "$options" -ge 8 ] && [ "$options" -le 14 ]
        examples=$(grep -c '^  mmtool ' help)
        [ "$examples" -ge 3 ] && [ "$examples" -le 4 ]
        grep -q "^'mmtool $name --help' has all options" help
    done
}

@test "every option of -h stands in --help, with the same words" {
    names=$(subcommands)
    for name in $names; do
        mmtool "$name" --help >all
        mmtool "$name" -h | grep -E '^  (-[a-zA-Z], |    )--' >brief
        run -1 grep -vxFf all brief
    done
}

@test "--help has every option once, below a title" {
    names=$(subcommands)
    for name in $names; do
        mmtool "$name" --help >help
        [ "$(awk 'length > 80' help | wc -l)" -eq 0 ]
        awk -v name="$name" '
            /^[A-Z].*:$/ { title = $0; count[title]++ }
            /^  (-[a-zA-Z], |    )--/ { if (title == "" || title == "Examples:") exit 1 }
            END { for (title in count) if (count[title] > 1) exit 1 }' help
        grep -oE '^  (-[a-zA-Z], |    )--[a-z0-9-]+' help | grep -oE -e '--.*' | sort >printed
        mmtool --dump-commands | awk -F '\t' -v name="$name" '$1 == "option" && $2 == name { print $3 }' |
            sort | cmp - printed
    done
    mmtool find --help | grep -qx 'What to find:'
    mmtool find --help | grep -qx 'What is printed:'
    mmtool find --help | grep -qx 'How the file is mapped:'
    mmtool write --help | grep -qx 'How it is changed:'
}

@test "the summary is one screen, and names every topic" {
    for word in help --help -h; do
        mmtool "$word" | fits
        for topic in $topics; do
            mmtool "$word" | grep "^'mmtool help TOPIC' tells of" | grep -qw "$topic"
        done
        mmtool "$word" | grep -q "^'mmtool help TOPIC' tells of .* and recover\.\$"
    done
}

@test "topics are one screen each" {
    for topic in $topics; do
        mmtool help "$topic" | fits
        height=$(mmtool help "$topic" | wc -l)
        echo "$topic: $height lines"
        [ "$height" -ge 15 ] && [ "$height" -le 22 ]
    done
}

@test "the topic recover tells of the journal and of the ways out" {
    [[ $(mmtool help recover) == *.NAME.mmtool-journal*--finish*--back*--accept* ]]
}

@test "the examples of topics work as they stand" {
    for topic in $topics; do
        mmtool help "$topic" | examples_work
    done
}

@test "what topics say of numbers, types and expressions is so" {
    make FILE 'abc def\nghi abc\nmore text, and abc again\n'
    prints 'c de' mmtool read FILE 2+4
    prints ' again\n' mmtool read FILE -7:
    prints 'ghi abc\n' mmtool read FILE L2:L3
    [[ $(mmtool help types) == *'  text '*'  hex '*'  raw '* ]]
    prints 'abc def\nghi abc\nmore\n' mmtool find -oE --shortest FILE '(?s)abc.*more'
    mmtool splice -aE -p '(abc) (def)' FILE '\2 \1'
    prints 'def abc\n' mmtool read FILE :L2
    for type in $(mmtool --dump-commands | awk -F '\t' '$1 == "type" { print $2 }'); do
        case $type in
        [uif][0-9]*) ;;
        *) mmtool help types | grep -qw "$type" ;;
        esac
    done
}

@test "a topic that is not there: did you mean" {
    usage_error 'help: unknown topic "rangs": did you mean "ranges"?' mmtool help rangs
    usage_error 'help: unknown topic "regexp": did you mean "regex"?' mmtool help regexp
    usage_error 'help: unknown subcommand or topic "xyzzy"' mmtool help xyzzy
}

# A man that knows one page, and says what it was asked for.
fake_man() {
    mkdir -p bin
    cat >bin/man <<'END'
#!/bin/sh
case $1 in
-w) [ "$3" = mmtool-find ] && [ -z "$NO_PAGE" ] ;;
*) echo "THE MANUAL $* with ${MANPAGER-$PAGER}" ;;
esac
END
    chmod +x bin/man
    PATH=$PWD/bin:$PATH
    unset MANPAGER PAGER
}

@test "on a terminal help SUBCOMMAND opens its manual page, if there is one" {
    need_terminal
    fake_man
    run -0 on_terminal "'$MMTOOL' help find"
    [[ $output == *'THE MANUAL 1 mmtool-find with'* ]]
    run -0 on_terminal "PAGER=more '$MMTOOL' help find"
    [[ $output == *'THE MANUAL 1 mmtool-find with more'* ]]
    # A page beside the program, in its prefix, or in its build directory; if there is none, help.
    mkdir -p prefix/bin prefix/share/man/man1 prefix/man
    cp "$MMTOOL" prefix/bin/mmtool
    run -0 on_terminal "NO_PAGE=1 prefix/bin/mmtool help find"
    [[ $output == 'Usage: mmtool find '* ]]
    touch prefix/bin/mmtool-find.1
    run -0 on_terminal "NO_PAGE=1 prefix/bin/mmtool help find"
    [[ $output == *'THE MANUAL prefix/bin/mmtool-find.1 '* ]]
    mv prefix/bin/mmtool-find.1 prefix/share/man/man1/mmtool-find.1.gz
    run -0 on_terminal "NO_PAGE=1 PATH=$PWD/prefix/bin:$PATH mmtool help find"
    [[ $output == *'THE MANUAL '*'/bin/../share/man/man1/mmtool-find.1.gz '* ]]
    mv prefix/share/man/man1/mmtool-find.1.gz prefix/man/mmtool-find.1
    run -0 on_terminal "NO_PAGE=1 prefix/bin/mmtool help find"
    [[ $output == *'THE MANUAL prefix/bin/../man/mmtool-find.1 '* ]]
    rm bin/man
    run -0 on_terminal "PATH=$PWD/bin '$MMTOOL' help find"
    [[ $output == 'Usage: mmtool find '* ]]
}

@test "the manual is for help SUBCOMMAND on a terminal only" {
    need_terminal
    fake_man
    run -0 on_terminal "'$MMTOOL' find --help"
    [[ $output == 'Usage: mmtool find '* ]]
    run -0 on_terminal "'$MMTOOL' help ranges"
    [[ $output == 'A range is '* ]]
    run -0 on_terminal "'$MMTOOL' help"
    [[ $output == 'Usage: mmtool SUBCOMMAND '* ]]
    run -0 mmtool help find
    [[ $output == 'Usage: mmtool find '* ]]
}
