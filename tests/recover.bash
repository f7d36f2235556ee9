# recover.bash - files with a half-made edit, and what recover must say of them; for recover*.bats.

# shellcheck disable=SC2154,SC2317 # bats sets stderr; the tests call these
export ASAN_OPTIONS=detect_leaks=0 # which strace has no room for

# shows WORDS ARGUMENT...: status 1, WORDS stand in what is printed, no message; nothing is changed.
shows() {
    local words=$1 before
    shift
    before=$(traces)
    run -1 --separate-stderr mmtool recover "$@"
    echo "$output" "$stderr"
    [[ $output == *"$words"* ]]
    [ -z "$stderr" ]
    [ "$(traces)" = "$before" ]
}

# All that stands here: names, bytes, times of change, marks.
traces() {
    find . ! -type d -exec stat -c '%n %i %s %a %h %Y %y %z' {} + | sort
    find . -type f -exec cksum {} + | sort
    ! command -v getfattr >/dev/null || find . -type f -exec getfattr -d -m user.mmtool {} + | sort
}

# whole FILE: nothing was left of an edit, by every word there is.
whole() {
    local name
    run -0 --separate-stderr mmtool recover "$1"
    [[ $output == "state: whole"* ]]
    for name in .[!.]*; do
        case $name in *.mmtool-*) echo "$name is left" && return 1 ;; esac
    done
    ! command -v getfattr >/dev/null || [ -z "$(getfattr -d -m user.mmtool "$1" 2>/dev/null)" ]
    mmtool splice "$1" 0+0 x
    mmtool splice "$1" 0+1
}

# refuses_to_accept WORDS FILE: --accept alone does not do it, says why, and changes nothing.
refuses_to_accept() {
    local before
    before=$(traces)
    run -2 --separate-stderr mmtool recover --accept "$2"
    echo "$output" "$stderr"
    [[ $stderr == *"$1"*--force* ]]
    [ "$(traces)" = "$before" ]
}

# accepts FILE: only with --force; its bytes, which are those of `half`, stay, and nothing is left.
accepts() {
    refuses_to_accept '' "$1"
    mmtool recover --accept --force "$1"
    cmp "$1" half
    whole "$1"
    cmp "$1" half
}

# doubts NAME FILE: that is what --show says of it; --finish and --back are refused.
doubts() {
    local before
    shows "\"doubt\":\"$1\"" -j "$2"
    shows 'reason: ' "$2"
    before=$(traces)
    refuses "'mmtool recover $2'" mmtool recover --finish "$2"
    run -2 mmtool recover --back "$2"
    run -2 mmtool read "$2"
    [[ $output == *"'mmtool recover $2'"* ]]
    run -2 mmtool splice "$2" 0+0 x
    [[ $output == *"'mmtool recover $2'"* ]]
    [ "$(traces)" = "$before" ]
}

# torn_window: the window that f was killed in is half new.
torn_window() {
    local count at half=131072
    count=$(mmtool recover f | sed -n 's/^steps done: //p')
    at=$((3000008 - (count + 1) * 262144))
    # What is published may be whole, or not begun.
    dd if=new of=f bs=$half count=1 iflag=skip_bytes oflag=seek_bytes skip=$at seek=$at \
        conv=notrunc status=none
    at=$((at + half))
    dd if=old of=f bs=$half count=1 iflag=skip_bytes oflag=seek_bytes skip=$at seek=$at \
        conv=notrunc status=none
}

# killed_at CALL N FILE ARGUMENT...: `old` is FILE, killed in that splice at the N-th such call of it.
killed_at() {
    need strace
    local call=$1 number=$2 file=$3
    shift 3
    letters old 300000
    cat old >"$file"
    run strace -qq -o /dev/null -P "$PWD/$file" -e "trace=$call" \
        -e "inject=$call:signal=KILL:when=$number" "$MMTOOL" splice "$@" "$file" 10+0 inserted
    [ "$status" -eq 137 ] || skip "strace cannot kill here (status $status)"
}

# grown FILE [OPTION...]: killed when the file had grown for an edit that had not begun.
grown() {
    killed_at pread64 1 "$@"
    [ "$(size_of "$1")" -eq 300008 ]
    cmp -n 300000 "$1" old
}

# unbegun FILE [OPTION...]: killed behind the commit, before the first step was published.
unbegun() {
    need strace
    letters probe 300000
    strace -qq -P "$PWD/probe" -e trace=pread64,pwrite64 -o calls "$MMTOOL" splice "${@:2}" probe 10+0 inserted
    rm probe
    killed_at pread64 "$(awk '/pwrite64/ { exit } { count++ } END { print count }' calls)" "$@"
    rm calls
    cmp -n 300000 "$1" old
}
