# What must say the same says the same: tables, help, manual, completions; and the
# rules that the source keeps.

# shellcheck disable=SC2154 # bats sets stderr, the helper source_root
# shellcheck disable=SC2094 # what is read in a pipeline here is not what is written
load helper

tables() {
    mmtool --dump-commands
}

# options SUBCOMMAND: its long options.
options() {
    tables | awk -F '\t' -v name="$1" '$1 == "option" && $2 == name { print $3 }'
}

subcommands() {
    tables | awk -F '\t' '$1 == "command" { print $2 }'
}

# The manual as text: mdoc's "Fl -name" and man's "\-\-name" alike become "--name".
manual() {
    sed -e 's/\\-/-/g' -e 's/\\&//g' -e 's/\bFl -/Fl --/g' -e 's/---/--/g' "$source_root/man/mmtool.1"
}

need_manual() {
    [ -f "$source_root/man/mmtool.1" ] || skip "there is no manual page yet"
}

need_completions() {
    [ -d "$source_root/completions" ] || skip "there are no completions yet"
}

@test "the dump has a row for each subcommand and option, its fields in full" {
    tables | awk -F '\t' '
        $1 == "command" && NF == 4 && $2 && $3 && $4 { next }
        $1 == "option" && NF == 7 && $3 ~ /^--[a-z-]+$/ && $4 ~ /^-[a-zA-Z]?$/ && $5 && $7 { next }
        $1 == "type" && NF == 2 && $2 { next }
        { print "not a row: " $0; bad = 1 }
        END { exit bad }'
    [ "$(subcommands | wc -l)" -ge 10 ]
}

@test "no option stands twice in a subcommand, neither by name nor by letter" {
    [ -z "$(tables | awk -F '\t' '$1 == "option" { print $2, $3 }' | sort | uniq -d)" ]
    [ -z "$(tables | awk -F '\t' '$1 == "option" && $4 != "-" { print $2, $4 }' | sort | uniq -d)" ]
}

@test "every subcommand stands in --help" {
    for name in $(subcommands); do
        mmtool --help | grep -q "^  $name  *[a-z]"
    done
}

@test "every option stands in its subcommand's help, with its letter and value" {
    tables | awk -F '\t' '$1 == "option"' |
        while IFS=$'\t' read -r _ command long letter kind value _; do
            expected=$long
            [ "$kind" = required ] && expected="$long=$value"
            [ "$kind" = optional ] && expected="${long}[=$value]"
            [ "$letter" = - ] || expected="$letter, $expected"
            mmtool help "$command" | grep -qF -- " $expected" ||
                { echo "$command: $expected"; exit 1; }
        done
}

@test "every type stands in the help of read" {
    help=$(mmtool help read | tr '\n' ' ')
    for type in $(tables | awk -F '\t' '$1 == "type" { print $2 }'); do
        [[ $help == *" $type "* ]]
    done
}

@test "help lines fit a terminal" {
    for name in $(subcommands); do
        [ "$(mmtool help "$name" | awk 'length > 100' | wc -l)" -eq 0 ]
    done
}

@test "every subcommand and option stands in the manual page" {
    need_manual
    manual >manual
    for name in $(subcommands); do
        grep -qw -- "$name" manual || { echo "$name"; false; }
        for option in $(options "$name"); do
            grep -qE -- "$option([^a-z-]|\$)" manual || { echo "$name $option"; false; }
        done
    done
}

@test "the manual page has no option that is not there" {
    need_manual
    manual | grep -oE -- '(^|[^-a-z])--[a-z][a-z-]+' | grep -oE -- '--[a-z-]+' | sort -u >named
    { tables | awk -F '\t' '$1 == "option" { print $3 }'; echo --help; echo --version; } |
        sort -u >known
    # An example of an abbreviation is the beginning of one that is there.
    while read -r option; do
        grep -q -e "^$option" known || { echo "$option"; false; }
    done <named
}

@test "the manual page has every type and no lint" {
    need_manual
    manual >manual
    for type in text escape hex u8 i8 u16 i16 u32 i32 u64 i64 f32 f64 utf16le utf16be; do
        grep -qw -- "$type" manual || { echo "$type"; false; }
    done
    need mandoc
    mandoc -T lint -W warning "$source_root/man/mmtool.1"
}

@test "every subcommand and option stands in the completions" {
    need_completions
    for file in "$source_root"/completions/*; do
        case $file in *meson.build) continue ;; esac
        grep -q dump-commands "$file" && continue # it asks the program itself
        for name in $(subcommands); do
            grep -qw -- "$name" "$file" || { echo "$file: $name"; false; }
            for option in $(options "$name"); do
                grep -qE -- "(--|-l |-l')?${option#--}([^a-z-]|\$)" "$file" ||
                    { echo "$file: $name $option"; false; }
            done
        done
    done
}

# ---- rules of the source --------------------------------------------------------------------

need_source() {
    [ -d "$source_root/src" ] || skip "the source is not at hand"
}

@test "_WIN32 stands in src/platform only" {
    need_source
    run -1 grep -rl --include='*.[ch]' _WIN32 "$source_root/src" --exclude-dir=platform
}

@test "no banned function is called" {
    need_source
    run -1 grep -rnE --include='*.[ch]' \
        '(^|[^_a-zA-Z0-9])(strcpy|strcat|sprintf|vsprintf|strtok|atoi|atol|alloca|gets)[ ]*\(' \
        "$source_root/src"
}

@test "pure rooms include neither mapping.h nor the platform" {
    need_source
    cd "$source_root/src"
    # The list of pure_sources in src/meson.build, and the headers beside them.
    pure=$(sed -n '/^pure_sources = files(/,/^)/s/^ *.\([a-z0-9_]*\)\.c.*/\1/p' meson.build)
    [ -n "$pure" ]
    for room in range bytes pattern search plan; do
        [[ $'\n'$pure$'\n' == *$'\n'"$room"$'\n'* ]]
    done
    for room in $pure; do
        for file in "$room.c" "$room.h"; do
            [ -f "$file" ] || continue
            run -1 grep -nE '#include "(mapping\.h|platform/)' "$file"
        done
    done
}

@test "system headers are included in src/platform only" {
    need_source
    run -1 grep -rnE --include='*.[ch]' --exclude-dir=platform \
        '#include <(unistd|fcntl|pthread|signal|windows|sys/[a-z]*)\.h>' "$source_root/src"
}

@test "the program's source map names every file of src" {
    need_source
    cd "$source_root/src"
    map=$(sed '/\*\//q' main.c)
    for file in cli cmd_read cmd_find cmd_edit cmd_page cmd_info cmd_run mapping scan apply plan pool output \
        range bytes pattern search diag options commands; do
        [[ $map == *"$file.c"* ]]
        [ -f "$file.c" ]
    done
}

@test "what cannot be shown elsewhere is the name of a test" {
    need_source
    grep -hE '^@test "' "$source_root"/tests/*.bats |
        sed -e 's/^@test "\(.*\)" {$/\1/' -e 's/\\\(.\)/\1/g' >names
    cat "$source_root"/tests/{windows,cross}/*skips.txt | grep -vE '^# ' >listed
    [ -s listed ]
    run -1 grep -vxFf names listed
}
