# mmtool-python(7): every command of the page prints what the page says.

# shellcheck disable=SC2154 # the helper sets source_root

load helper

page=$source_root/man/mmtool-python.7

need_page() {
    [ "$(uname)" = Linux ] || skip "the page shows what Linux prints"
    [ -f "$page" ] || skip "the source is not at hand"
}

# Whether the file system has its files in memory alone (tmpfs).
keeps_pages() {
    letters probe 10000
    sync probe
    mmtool advise probe dontneed
    ! mmtool advise --status probe | grep -q '^resident: 0 '
}

huge_page_size() {
    cat /sys/kernel/mm/transparent_hugepage/hpage_pmd_size 2>/dev/null
}

# check_command COMMAND EXPECTED: runs it in the block's directory.
check_command() {
    local output
    [ -n "$1" ] || return 0
    commands=$((commands + 1))
    output=$(cd block && PATH=$programs:$PATH sh -c "$1" 2>&1 </dev/null; printf x)
    [ "$output" != "$2x" ] || return 0
    # What a kernel or a file system cannot do is not for the page to know.
    [[ $2 == *'this system'* || $output != *'this system cannot'* ]] || return 0
    [[ $1 != *dontneed* && $1 != *pageout* && $1 != *=sync* ]] || ! keeps_pages || return 0
    [[ $1 != *collapse* || $(huge_page_size) == 2097152 ]] || return 0
    printf '%s\n--- the page says\n%s--- it printed\n%s\n\n' "$1" "$2" "${output%x}"
    failures=$((failures + 1))
}

begin_block() {
    rm -rf block
    mkdir block
    echo 'one two three two one' >block/f
    echo 'Hello Python!' >block/hello.txt
}

# The literal blocks of the page: "$ " and "> " before commands, all else is printed.
check_page() {
    local line inside='' command='' expected=''
    while IFS= read -r line; do
        case $inside$line in
        '.Bd -literal'*)
            begin_block
            inside=+
            ;;
        +.Ed)
            check_command "$command" "$expected"
            inside='' command='' expected=''
            ;;
        '+$ '*)
            check_command "$command" "$expected"
            command=${line#\$ } expected=''
            ;;
        '+> '*) command+=$'\n'${line#> } ;;
        +*) expected+=$line$'\n' ;;
        esac
    done < <(sed -e 's/\\&//g' -e 's/\\-/-/g' -e 's/\\e/\\/g' "$page")
}

@test "every command of the page prints what the page says" {
    need_page
    mkdir bin
    programs=$PWD/bin
    printf '#!/bin/sh\nexec "%s" "$@"\n' "$MMTOOL" >bin/mmtool
    chmod +x bin/mmtool
    commands=0 failures=0
    check_page
    echo "$commands commands"
    [ "$commands" -gt 180 ]
    [ "$failures" -eq 0 ]
}

# The names that the documentation of Python's mmap module has, up to 3.15.
names() {
    echo fileno length tagname access offset flags prot trackfd
    echo close closed find flush madvise move read read_byte readline resize rfind seek seekable
    echo set_name size tell write write_byte mmap.error
    echo ACCESS_READ ACCESS_WRITE ACCESS_COPY ACCESS_DEFAULT PAGESIZE ALLOCATIONGRANULARITY
    echo PROT_READ PROT_WRITE PROT_EXEC MS_SYNC MS_ASYNC MS_INVALIDATE
    printf 'MADV_%s\n' NORMAL RANDOM SEQUENTIAL WILLNEED DONTNEED REMOVE DONTFORK DOFORK HWPOISON \
        MERGEABLE UNMERGEABLE SOFT_OFFLINE HUGEPAGE NOHUGEPAGE DONTDUMP DODUMP FREE NOSYNC \
        AUTOSYNC NOCORE CORE PROTECT FREE_REUSABLE FREE_REUSE
    printf 'MAP_%s\n' SHARED PRIVATE 32BIT ALIGNED_SUPER ANON ANONYMOUS CONCEAL DENYWRITE \
        EXECUTABLE HASSEMAPHORE JIT NOCACHE NOEXTEND NORESERVE POPULATE RESILIENT_CODESIGN \
        RESILIENT_MEDIA STACK TPRO TRANSLATED_ALLOW_EXECUTE UNIX03
}

@test "everything that the documentation of Python's mmap names has a row" {
    need_page
    grep '^\.It' "$page" | sed -e 's/\\-/-/g' >rows
    for name in $(names); do
        grep -qE "(^|[^A-Za-z_])$name([^A-Za-z_0-9]|\$)" rows || { echo "$name"; false; }
    done
}

@test "every advice and map flag of mmtool has a row" {
    need_page
    names=$(mmtool advise --list | cut -d ' ' -f 1 | tr '[:lower:]' '[:upper:]')
    [ -n "$names" ]
    for name in $names; do
        grep -q "^\.It Dv MADV_$name\$" "$page" || { echo "$name"; false; }
    done
    make f x
    usage_error 'here there are ' mmtool read --map=nosuch f
    flags=${stderr#*here there are }
    for name in $(tr -d , <<<"${flags%%)*}" | tr '[:lower:]' '[:upper:]'); do
        grep -q "^\.It Dv MAP_$name\$" "$page" || { echo "$name"; false; }
    done
}

@test "what this machine's Python has is on the page" {
    need_page
    need python3
    for name in $(python3 -c 'import mmap
print(*[n for m in (mmap, mmap.mmap) for n in dir(m) if n[0] != "_" and n not in ("mmap",)])'); do
        grep -qE "(^|[^A-Za-z_])$name([^A-Za-z_0-9]|\$)" "$page" || { echo "$name"; false; }
    done
}

@test "the page has no lint" {
    need mandoc
    need_page
    mandoc -T lint -W warning "$page"
}
