# What must say the same says the same: tables, help, manual, completions; and the
# rules that the source keeps.

# shellcheck disable=SC2154 # bats sets stderr, the helper source_root
# shellcheck disable=SC2094 # what is read in a pipeline here is not what is written
# shellcheck disable=SC2010,SC2012 # names here are plain
# shellcheck disable=SC2016 # what stands in tests
load helper

tables() {
    mmtool --dump-commands
}

# options SUBCOMMAND: its long options.
options() {
    tables | awk -F '\t' -v name="$1" '$1 == "option" && $2 == name { print $3 }'
}

# The names of all subcommands; a dump without them is an error, which names=$(subcommands) sees.
subcommands() {
    tables | awk -F '\t' '$1 == "command" { print $2; count++ } END { exit count < 10 }'
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
}

@test "no option stands twice in a subcommand, neither by name nor by letter" {
    [ -z "$(tables | awk -F '\t' '$1 == "option" { print $2, $3 }' | sort | uniq -d)" ]
    [ -z "$(tables | awk -F '\t' '$1 == "option" && $4 != "-" { print $2, $4 }' | sort | uniq -d)" ]
}

@test "every subcommand stands in --help" {
    names=$(subcommands)
    for name in $names; do
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
    names=$(subcommands)
    for name in $names; do
        [ "$(mmtool help "$name" | awk 'length > 100' | wc -l)" -eq 0 ]
    done
}

# items SECTION: the tags of the manual's lists in that section or subsection, with its options in
# them as "--name".
items() {
    manual | awk -v section="$1" '
        /^\.S[hs] / { inside = substr($0, 5) == section }
        inside && /^\.It /'
}

@test "every subcommand has its section in the manual page" {
    need_manual
    names=$(subcommands)
    for name in $names; do
        [ "$(manual | sed -n '/^\.Sh SUBCOMMANDS$/,/^\.Sh COMMON OPTIONS$/p' | grep -cx ".Ss $name")" -eq 1 ] ||
            { echo "$name has no section"; false; }
    done
}

@test "every option is described in its subcommand's section of the manual page, or in one for several" {
    need_manual
    { items Bytes; items 'Data from elsewhere'; items 'COMMON OPTIONS'; } >common
    [ -s common ]
    names=$(subcommands)
    for name in $names; do
        { cat common; items "$name"; } >described
        # All options of rfind are those of find.
        [ "$name" != rfind ] || items find >>described
        for option in $(options "$name" | grep -vx -e --help); do # every subcommand takes it
            grep -qE -- "(Fl|,) $option( |\$)" described || { echo "$name $option"; false; }
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
        names=$(subcommands)
        for name in $names; do
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
    run -1 grep -rl --include='*.[ch]' --include='*.inc' _WIN32 "$source_root/src" --exclude-dir=platform
}

@test "no banned function is called" {
    need_source
    run -1 grep -rnE --include='*.[ch]' --include='*.inc' \
        '(^|[^_a-zA-Z0-9])(strcpy|strcat|sprintf|vsprintf|strtok|atoi|atol|alloca|gets)[ ]*\(' \
        "$source_root/src"
}

# includes FILE...: what they include of src, and what that includes, each once, with the way there.
includes() {
    awk -F '"' '
        function follow(file, way,    line, found, count, i) {
            if (file in seen)
                return
            seen[file] = 1
            if (way != "")
                print way " > " file
            count = 0
            while ((getline line < file) > 0)
                if (line ~ /^#include "/) {
                    split(line, parts, "\"")
                    found[++count] = parts[2]
                }
            close(file)
            for (i = 1; i <= count; i++)
                follow(found[i], way == "" ? file : way " > " file)
        }
        BEGIN { for (i = 1; i < ARGC; i++) { split("", seen); follow(ARGV[i], "") } }' "$@"
}

@test "pure rooms include neither mapping.h nor the platform, nor does what they include" {
    need_source
    cd "$source_root/src"
    # The list of pure_sources in src/meson.build.
    pure=$(sed -n '/^pure_sources = files(/,/^)/s/^ *.\([a-z0-9_]*\.c\).*/\1/p' meson.build)
    for room in range bytes pattern search plan; do
        [[ $'\n'$pure$'\n' == *$'\n'"$room.c"$'\n'* ]]
    done
    # shellcheck disable=SC2086 # a list of names
    includes $pure ./*.inc >"$BATS_TEST_TMPDIR/includes"
    grep -q '^search_portable.c > search_kernel.inc > search_window.inc$' "$BATS_TEST_TMPDIR/includes"
    run -1 grep -E '> (mapping\.h|platform/)' "$BATS_TEST_TMPDIR/includes"
}

@test "the ways of includes are seen: from a room to mapping.h and the platform" {
    need_source
    cd "$source_root/src"
    includes scan.c >"$BATS_TEST_TMPDIR/includes"
    grep -q ' > mapping.h > platform/platform.h$' "$BATS_TEST_TMPDIR/includes"
}

@test "system headers are included in src/platform only" {
    need_source
    run -1 grep -rnE --include='*.[ch]' --include='*.inc' --exclude-dir=platform \
        '#include <(unistd|fcntl|pthread|signal|windows|sys/[a-z]*)\.h>' "$source_root/src"
}

# map_of FILE: the files that its first comment names; "x.c ..." stands for x_*.c too, where it does
# not say that another file has the map of those.
map_of() {
    sed '/\*\//q' "$1" | grep -v "^ \* ${1##*/} - " | sed -e '/map: /s/ \.\.\.//' |
        grep -oE '[a-z0-9_*]+\.(c|h|inc)( \.\.\.)?' | awk '
            { print $1 }
            NF > 1 { sub(/\.c$/, "_*.c", $1); print $1 }'
}

# is_mapped FILE: one of the patterns in $map names it.
is_mapped() {
    local pattern
    for pattern in $map; do
        # shellcheck disable=SC2053 # it is a pattern
        [[ $1 != $pattern ]] || return 0
    done
    return 1
}

@test "the source map and those of the rooms name every file of src" {
    need_source
    set -f # patterns stay as they are
    cd "$source_root/src"
    map="main.c $(map_of main.c; for header in $(ls | grep '\.h$'); do map_of "$header"; done; map_of platform/platform.h)"
    files=$(ls | grep -E '\.(c|h|inc)$'; ls platform)
    [ "$(wc -w <<<"$files")" -ge 150 ]
    for file in $files; do
        # A header goes with its source.
        [[ $file == *.h && $'\n'$files$'\n' == *$'\n'"${file%.h}.c"$'\n'* ]] || is_mapped "$file" ||
            { echo "no map names $file"; false; }
    done
}

@test "every file that the source map names is there" {
    need_source
    cd "$source_root/src"
    for file in main.c platform/platform.h $(ls ./*.h); do
        for named in $(set -f; map_of "$file"); do
            compgen -G "$named" >/dev/null || compgen -G "platform/$named" >/dev/null ||
                compgen -G "../tests/unit/$named" >/dev/null || { echo "$file names $named"; false; }
        done
    done
}

@test "no check stands in front of || true" {
    need_source
    cd "$source_root/tests"
    run -1 grep -nE '\|\| *(true|:)( |;|\)|$)' ./*.bats ./*/*.bats ./*.bash ./*/*.bash
    # Nor is what may fail by itself.
    grep -hoE '(^| )may_fail .*' ./*.bats ./*/*.bats ./*/*.bash >"$BATS_TEST_TMPDIR/may_fail"
    [ -s "$BATS_TEST_TMPDIR/may_fail" ]
    run -1 grep -vE 'may_fail (kill|wait|truncate|fallocate|"\$MMTOOL" resize --unlink) ' "$BATS_TEST_TMPDIR/may_fail"
}

@test "what cannot be shown elsewhere is the name of a test" {
    need_source
    grep -hE '^@test "' "$source_root"/tests/*.bats |
        sed -e 's/^@test "\(.*\)" {$/\1/' -e 's/\\\(.\)/\1/g' >names
    cat "$source_root"/tests/{windows,cross}/*skips.txt | grep -vE '^# ' >listed
    [ -s listed ]
    run -1 grep -vxFf names listed
}

@test "each attack in the page on security has the test that it names" {
    need_source
    cd "$source_root/tests"
    {
        sed -n 's/^@test "\(.*\)" {$/\1/p' ./*.bats crash/*.bats
        sed -n 's/^ *{"\(.*\)",.*/\1/p' unit/*.c
    } >"$BATS_TEST_TMPDIR/names"
    awk -F ' [|] ' '/^[|] attack/ { rows = 1; next } rows && NF == 3 && !/---/ { sub(/ [|]$/, "", $3); print $3 }' \
        crash/SECURITY.md >"$BATS_TEST_TMPDIR/named"
    [ "$(wc -l <"$BATS_TEST_TMPDIR/named")" -ge 15 ]
    run -1 grep -vxFf "$BATS_TEST_TMPDIR/names" "$BATS_TEST_TMPDIR/named"
}
