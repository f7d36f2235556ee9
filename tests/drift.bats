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

# The manual as text: mdoc's "Fl -name" and man's "\-\-name" alike become "--name".
manual() {
    sed -e 's/\\-/-/g' -e 's/\\&//g' -e 's/\bFl -/Fl --/g' -e 's/---/--/g' "$source_root/man/mmtool.1"
}

need_manual() {
    [ -f "$source_root/man/mmtool.1" ] || skip "there is no manual page yet"
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
    { items Bytes; items 'Data from elsewhere'; items 'SEVERAL FILES'; items 'COMMON OPTIONS'; } >common
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
    manual | grep -oE -- '(^|[^-a-z])--[a-z][a-z0-9-]+' | grep -oE -- '--[a-z0-9-]+' | sort -u >named
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
    printf '%s\n' .ci .clang-format .editorconfig .github .gitignore LICENSE NEWS.md README.md \
        completions man meson.build meson_options.txt src tests >allowed
    run -1 grep -vxFf allowed there
}
