# tap.bash - what check.sh and fresh.sh share: a line of TAP for each thing tried, and a bare system.

work=$(mktemp -d)
number=0 failed=0

leave() {
    umount "$work/root/proc" "$work/root/dev/pts" 2>/dev/null
    rm -rf --one-file-system "$work"
}
trap leave EXIT

# try WORDS COMMAND...: one line of TAP; the command's output if it failed.
try() {
    number=$((number + 1))
    if "${@:2}" >"$work/log" 2>&1; then
        echo "ok $number - $1"
    else
        sed 's/^/# /' "$work/log"
        echo "not ok $number - $1"
        failed=$((failed + 1))
        return 1
    fi
}

# finish: the plan; the status is 1 if anything failed.
finish() {
    echo "1..$number"
    [ "$failed" -eq 0 ]
}

# manual_pages: the names of all pages, of which some are made when mmtool is built.
manual_pages() {
    local page
    for page in man/*.[1-9] man/*.[1-9].in; do
        page=${page##*/}
        echo "${page%.in}"
    done
}

# bare_system SUITE MIRROR: a minimal Debian or Ubuntu in $work/root.
bare_system() {
    local script=
    case $2 in *ubuntu*) script=/usr/share/debootstrap/scripts/gutsy ;; esac # the same for all of them
    debootstrap --variant=minbase "$1" "$work/root" "$2" $script &&
        mount -t proc none "$work/root/proc"
}

inside() {
    chroot "$work/root" "$@"
}
