# Tables, help and manual agree; and the rules of the source.

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

# page NAME...: pages of the manual as text, in which options are "Fl --name".
page() {
    plain_page "${@/#/$manual/}" | sed -e 's/\bFl -/Fl --/g' -e 's/---/--/g'
}

@test "the dump has a row for each subcommand and option, its fields in full" {
    tables | awk -F '\t' '
        $1 == "command" && NF == 4 && $2 && $3 && $4 { next }
        $1 == "option" && NF == 7 && $3 ~ /^--[a-z0-9-]+$/ && $4 ~ /^-[a-zA-Z]?$/ && $5 && $7 { next }
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
        [ "$(mmtool help "$name" | awk 'length > 80' | wc -l)" -eq 0 ]
    done
}

@test "every subcommand has a page of the manual, and mmtool(1) has its summary" {
    need_manual
    names=$(subcommands)
    for name in $names; do
        page "mmtool-$name.1" | grep -qx ".Nm mmtool-$name"
        page mmtool.1 | sed -n '/^\.Sh SUBCOMMANDS/,/^\.Sh/p' | grep -qx ".It Xr mmtool-$name 1" ||
            { echo "mmtool(1) has no $name"; false; }
    done
}

# headed NAME: the options that a page has headings for, one a line.
headed() {
    page "$1" | sed -n '/^\.Sh OPTIONS/,/^\.Sh [^O]/s/^\.It Fl /Fl /p' | grep -oE -- '--[a-z0-9-]+' | sort
}

@test "the page of a subcommand has each of its options once, and no other" {
    need_manual
    names=$(subcommands)
    for name in $names; do
        diff <(options "$name" | sort) <(headed "mmtool-$name.1") || { echo "$name"; false; }
    done
}

@test "every option that the manual speaks of is there" {
    need_manual
    (cd "$manual" && ls ./*.[1-9]) >pages
    [ "$(wc -l <pages)" -ge 20 ]
    # Of the commands that mmtool-python(7) shows, some are of other programs.
    mapfile -t names < <(grep -v python pages)
    page "${names[@]}" | grep -vE '^(#|>) ' | grep -oE -- '(^|[^-a-z])--[a-z][a-z0-9-]+' |
        grep -oE -- '--[a-z0-9-]+' | sort -u >named
    { tables | awk -F '\t' '$1 == "option" { print $3 }'; echo --help; echo --version; } |
        sort -u >known
    # An example of an abbreviation is the beginning of one that is there.
    while read -r option; do
        grep -q -e "^$option" known || { echo "$option"; false; }
    done <named
}

@test "the manual has every type" {
    need_manual
    page mmtool-types.7 >types
    for type in $(tables | awk -F '\t' '$1 == "type" { print $2 }'); do
        grep -qw -- "Cm $type" types || { echo "$type"; false; }
    done
}

@test "every page that the manual refers to is there, and mmtool(1) refers to all" {
    need_manual
    cd "$manual"
    grep -hoE 'Xr mmtool[a-z-]* [1-9]' ./*.[1-9] | sort -u | sed 's/^Xr \(.*\) \(.\)$/\1.\2/' >"$BATS_TEST_TMPDIR/named"
    [ "$(wc -l <"$BATS_TEST_TMPDIR/named")" -ge 20 ]
    while read -r name; do
        [ -f "$name" ] || { echo "$name"; false; }
    done <"$BATS_TEST_TMPDIR/named"
    for name in mmtool-*.[1-9]; do
        grep -qE "Xr ${name%.*} ${name##*.}" mmtool.1 || { echo "mmtool.1 does not name $name"; false; }
    done
}

@test "no page of the manual has lint" {
    need_manual
    need mandoc
    # Whether other manuals are installed says nothing about ours.
    mandoc -T lint -W style "$manual"/*.[1-9] 2>errors | sed '/referenced manual not found/d' >lint
    sed '/mandoc\.db/d' errors >>lint
    [ ! -s lint ] || { cat lint; false; }
}

@test "apropos finds the manual for what people look for" {
    need_manual
    need mandb apropos
    mkdir -p share/man1 share/man5 share/man7
    for page in "$manual"/*.[1-9]; do
        cp "$page" "share/man${page##*.}"
    done
    printf 'MANDB_MAP %s %s\n' "$PWD/share" "$PWD/cache" >config
    mandb -C config -c -q share 2>/dev/null || skip "mandb makes no index here"
    for words in hex binary patch replace 'in place' log mmap diff undo regular crash madvise; do
        apropos -C config -M share "$words" 2>/dev/null | grep -q '^mmtool' || { echo "$words"; false; }
    done
}

@test "mmtool-recover(7) has each state that recover prints" {
    need_manual
    need_source
    sed -nE 's/^ *\[RECOVER_[A-Z]*\] = \{"[a-z]*", "([^"]*)".*/\1/p' "$source_root/src/commands/recover_print.c" >states
    [ "$(wc -l <states)" -eq 8 ]
    page mmtool-recover.7 >page
    while read -r state; do
        grep -qxF ".It state: $state" page || { echo "$state"; false; }
    done <states
}

# ---- the program that makes pages -----------------------------------------------------------

# generate: makes the page of move from page.in and options.mdoc here.
generate() {
    "$manual/generate_manual" move page.in options.mdoc page.1
}

need_generator() {
    need_manual
    [ -x "$manual/generate_manual" ] || skip "the program that makes pages is not at hand"
    [ -f "$source_root/man/options.mdoc" ] || skip "the source is not at hand"
    cp "$source_root/man/mmtool-move.1.in" page.in
    cp "$source_root/man/options.mdoc" options.mdoc
}

@test "a page is made from the table and the descriptions" {
    need_generator
    generate
    cmp page.1 "$manual/mmtool-move.1"
    grep -qxF '.It Fl x , Fl \-hex' page.1
    grep -qxF '.It Fl t Ar TYPE , Fl \-type Ns = Ns Ar TYPE' page.1
    grep -qxF '.It Fl \-flush Ns Oo Ns = Ns Cm async Ns Oc' page.1
}

@test "an option without a description, and a description without an option, fail the build" {
    need_generator
    sed -i 's/^\(.*@option \)--hex$/\1--hexagon/' options.mdoc
    run -1 generate
    [[ $output == *'options.mdoc: option --hex of read has no description'* ]]
    [[ $output == *'options.mdoc:'[0-9]*': no option has this description: --hexagon'* ]]
    cp "$source_root/man/options.mdoc" options.mdoc
    printf '.\\" @option resize,read --hex\nOnly read has it.\n.\\" @title Nothing\n' >>options.mdoc
    run -1 generate
    [[ $output == *'options.mdoc:'[0-9]*': resize has no option --hex'* ]]
    [[ $output == *'options.mdoc:'[0-9]*': no options have this title: Nothing'* ]]
}

@test "a description given twice, a wrong mark, and a page without its mark fail the build" {
    need_generator
    printf '.\\" @option --hex\nAgain.\n' >>options.mdoc
    run -1 generate
    [[ $output == *'options.mdoc:'[0-9]*': described before: --hex'* ]]
    cp "$source_root/man/options.mdoc" options.mdoc
    printf '.\\" @option hex\nNo dashes.\n' >>options.mdoc
    run -1 generate
    [[ $output == *'options.mdoc:'[0-9]*": not '@option "* ]]
    cp "$source_root/man/options.mdoc" options.mdoc
    sed -i '/@options/d' page.in
    run -1 generate
    [[ $output == *"the page of move has 0 lines '@options'"* ]]
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

@test "pure files include neither mapping.h nor the platform, directly or through others" {
    need_source
    cd "$source_root/src"
    # The list of pure_sources in src/meson.build.
    pure=$(sed -n '/^pure_sources = files(/,/^)/s/^ *.\([a-z0-9_\/]*\.c\).*/\1/p' meson.build)
    for file in base/range base/bytes scan/pattern search/search edit/plan; do
        [[ $'\n'$pure$'\n' == *$'\n'"$file.c"$'\n'* ]]
    done
    # shellcheck disable=SC2086 # a list of names
    includes $pure search/*.inc >"$BATS_TEST_TMPDIR/includes"
    grep -q '^search/portable.c > search/kernel.inc > search/fingerprint.inc$' "$BATS_TEST_TMPDIR/includes"
    run -1 grep -E '> (mapping\.h|platform/)' "$BATS_TEST_TMPDIR/includes"
}

@test "includes of mapping.h and the platform are found through other headers" {
    need_source
    cd "$source_root/src"
    includes scan/scan.c >"$BATS_TEST_TMPDIR/includes"
    grep -q ' > mapping\.h$' "$BATS_TEST_TMPDIR/includes"
    grep -q ' > .* > platform/platform\.h$' "$BATS_TEST_TMPDIR/includes"
}

@test "system headers are included in src/platform only" {
    need_source
    run -1 grep -rnE --include='*.[ch]' --include='*.inc' --exclude-dir=platform \
        '#include <(unistd|fcntl|pthread|signal|windows|sys/[a-z]*)\.h>' "$source_root/src"
}

# The folders of src and their ranks: a file knows its own folder, and those of lower rank. main.c,
# cli.c and mapping.c stand at the top, and count for a folder each.
ranks='base 1 search 2 compare 2 platform 2 regex 3 output 3 mapping 3 scan 4 edit 4 journal 5 apply 6
    commands 7 script 8 cli 9 main 10'

# breaches: each include of a file that the including one may not know, with file and line.
breaches() {
    # shellcheck disable=SC2046 # names without spaces
    awk -F '"' -v ranks="$ranks" '
        function folder_of(file) {
            return file ~ /\// ? substr(file, 1, index(file, "/") - 1) : substr(file, 1, index(file, ".") - 1)
        }
        BEGIN {
            count = split(ranks, words, " ")
            for (i = 1; i < count; i += 2)
                rank[words[i]] = words[i + 1]
        }
        !/^ *# *include "/ { next }
        {
            seen++
            from = folder_of(FILENAME)
            to = folder_of($2)
            if (!(from in rank) || !(to in rank))
                why = "no rank is known of " (from in rank ? to : from)
            else if (from != to && rank[to] >= rank[from])
                why = from " may not know " to
            else if ($2 ~ /\/internal\.h$/ && from != to)
                why = "it is for its own folder"
            else
                next
            print FILENAME ":" FNR ": " $2 ": " why
        }
        END { if (seen < 100) print "no includes were seen" }' $(find . -name '*.[ch]' -o -name '*.inc' | sed 's,^\./,,')
}

@test "a file includes its own folder and lower ranks, nothing else" {
    need_source
    cd "$source_root/src"
    [ -z "$(breaches)" ] || { breaches; false; }
}

@test "a breach of the ranks is seen, in a header and an .inc, and an internal header" {
    need_source
    cp -r "$source_root/src" src
    cd src
    echo '#include "scan/scan.h"' >>base/range.h
    echo '#include "mapping.h"' >>search/fingerprint.inc
    echo '#include "scan/internal.h"' >>commands/find.c
    echo '#include "nowhere/at_all.h"' >>mapping.c
    breaches >"$BATS_TEST_TMPDIR/breaches"
    cat "$BATS_TEST_TMPDIR/breaches"
    [ "$(wc -l <"$BATS_TEST_TMPDIR/breaches")" -eq 4 ]
    for place in base/range.h search/fingerprint.inc commands/find.c mapping.c; do
        grep -q "^$place:[0-9]*: " "$BATS_TEST_TMPDIR/breaches"
    done
}

# cycles BUILD: the object files and folders of its archives that need each other.
cycles() {
    "$source_root/tests/linker_cycles.sh" "$1" >"$BATS_TEST_TMPDIR/cycles" || [ $? -eq 1 ]
    grep -v ':$' "$BATS_TEST_TMPDIR/cycles" | sort -u
}

@test "no object files need each other, and no folders" {
    need_source
    need nm tsort
    [ "$(head -c 4 "$MMTOOL" | tr -d '\177')" = ELF ] || skip "the program is not run by this system itself"
    [ -e "${MMTOOL%/*}/libmmtool.a" ] || skip "the program is not in its build directory"
    cycles "${MMTOOL%/src/*}" >found
    cat found
    [ ! -s found ]
}

@test "object files and folders that need each other are found" {
    need_source
    need cc ar nm tsort
    mkdir -p build/src
    echo 'int b(void); int a(void) { return b(); }' | cc -c -x c - -o scan_a.c.o
    echo 'int a(void); int b(void) { return a(); }' | cc -c -x c - -o edit_b.c.o
    ar rc build/src/libmmtool.a scan_a.c.o edit_b.c.o
    [ "$(cycles build | tr '\n' ' ')" = 'edit edit_b scan scan_a ' ]
}

@test "no function has seven parameters or more" {
    need_source
    "$source_root/tests/many_parameters.sh" "$source_root/src" >many
    [ ! -s many ] || { cat many; false; }
}

@test "functions of seven parameters are found: static ones, types, pointers, macros" {
    mkdir src
    cat >src/a.c <<'EOF'
static bool f(const char *a, size_t b, int c, struct x d, const unsigned char *const e,
              void (*g)(int, int), bool h);
typedef bool t(void *, size_t, int a, int b, int c, const struct x *, unsigned long d);
struct s { bool (*run)(void *x, int a, int b, int c, int d, int e, int f[3]); };
#define MAKE(x) static int x(int a, int b, int c, int d, int e, \
                             int f, int g) { }
int six(int a, int b, int c, int d, int e, int f);
int call(void) { return f(a, b, c * d, &e, x->y, 7, "a,b"); } /* g(int a, int b, int c, int d, int e, int f, int g) */
EOF
    "$source_root/tests/many_parameters.sh" src >many
    holds many 'a.c: f: 7\na.c: t: 7\na.c: run: 7\na.c: x: 7\n'
}

# The header with each folder's page.
page_of() {
    case $1 in
    base) echo base/diag.h ;;
    edit) echo edit/list.h ;;
    commands) echo commands/command.h ;;
    mapping | cli) echo "$1.h" ;;
    platform/*) echo "$1/internal.h" ;;
    *) echo "$1/$1.h" ;;
    esac
}

# named_by FILE: the files that its first comment names.
named_by() {
    sed '/\*\//q' "$1" | grep -oE '[a-z0-9_/*]+\.(c|h|inc)'
}

@test "the map in main.c names every folder and its page; the page names every file" {
    need_source
    cd "$source_root/src"
    folders=$(find . -mindepth 1 -type d | sed 's,^\./,,')
    [ "$(wc -w <<<"$folders")" -ge 14 ]
    for folder in $folders; do
        page=$(page_of "$folder")
        if [[ $folder != */* ]]; then
            grep -q "^ \*   .*\b$folder/.* $page$" main.c || { echo "main.c: $folder, $page"; false; }
        fi
        for file in "$folder"/*.c "$folder"/*.inc "$folder"/*.h; do
            [ -f "$file" ] && [ "$file" != "$page" ] || continue
            # A header goes with its source.
            [[ $file != *.h || ! -f ${file%.h}.c ]] || continue
            named_by "$page" | grep -qx "${file##*/}" || { echo "$page does not name $file"; false; }
        done
    done
}

@test "every file that a first comment names is there" {
    need_source
    cd "$source_root/src"
    # shellcheck disable=SC2044 # names without spaces
    for file in main.c $(find . -name '*.h' | sed 's,^\./,,'); do
        for named in $(set -f; named_by "$file"); do
            compgen -G "$named" >/dev/null || compgen -G "${file%/*}/$named" >/dev/null ||
                compgen -G "../tests/unit/*/$named" >/dev/null || [ -f "../$named" ] ||
                [ -f "${file%.h}/$named" ] || { echo "$file names $named"; false; }
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
        sed -n 's/^ *{"\(.*\)",.*/\1/p' unit/*/*.c unit/platform/*/*.c
    } >"$BATS_TEST_TMPDIR/names"
    awk -F ' [|] ' '/^[|] attack/ { rows = 1; next } rows && NF == 3 && !/---/ { sub(/ [|]$/, "", $3); print $3 }' \
        crash/SECURITY.md >"$BATS_TEST_TMPDIR/named"
    [ "$(wc -l <"$BATS_TEST_TMPDIR/named")" -ge 15 ]
    run -1 grep -vxFf "$BATS_TEST_TMPDIR/names" "$BATS_TEST_TMPDIR/named"
}

@test "at the top of the source nothing stands but what belongs there" {
    need git
    git -C "$source_root" rev-parse --git-dir >/dev/null 2>&1 || skip "the source is not a checkout"
    git -C "$source_root" ls-files | cut -d/ -f1 | sort -u >there
    printf '%s\n' .ci .clang-format .clang-tidy .editorconfig .github .gitignore LICENSE NEWS.md README.md \
        completions man meson.build meson_options.txt src tests >allowed
    run -1 grep -vxFf allowed there
}

@test "GitHub's workflows can be read, and call only what is there" {
    need python3
    python3 -c 'import yaml' 2>/dev/null || skip "Python has no yaml here"
    need_source
    cd "$source_root"
    python3 tests/packaging/workflows.py .github/workflows/*.yml
}
