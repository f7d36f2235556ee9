#!/bin/bash
# check.sh - builds the packages twice, compares them byte for byte, and tries them on a bare Debian.
#
#   tests/packaging/check.sh [SUITE [MIRROR]]      (bookworm http://deb.debian.org/debian)
#
# As root, with what build.sh needs, and debootstrap. It takes some minutes; prints a line for each
# thing that was tried, as TAP, and leaves nothing behind.
set -u

cd "$(dirname "$0")/../.." || exit 2
suite=${1:-bookworm} mirror=${2:-http://deb.debian.org/debian}
work=$(mktemp -d)
trap 'umount "$work/root/proc" 2>/dev/null; rm -rf "$work"' EXIT
number=0 failed=0

# try WORDS COMMAND...: one line of TAP; the command's output if it failed.
try() {
    number=$((number + 1))
    if "${@:2}" >"$work/log" 2>&1; then
        echo "ok $number - $1"
    else
        sed 's/^/# /' "$work/log"
        echo "not ok $number - $1"
        failed=$((failed + 1))
    fi
}

inside() {
    chroot "$work/root" "$@"
}

# Everything below /, but for what changes by itself.
list_files() {
    (cd "$work/root" && find . -xdev \( -path ./proc -o -path ./var/log -o -path ./var/cache \
        -o -path ./var/lib/dpkg \) -prune -o -print | sort)
}

patches() {
    inside sh -ec 'cp /bin/ls /tmp/ls; mmtool write -x --undo=/tmp/undo /tmp/ls 1 45
        mmtool splice --edits=/tmp/undo /tmp/ls; cmp /bin/ls /tmp/ls; rm /tmp/ls /tmp/undo'
}

has_files() {
    local file
    inside dpkg -L mmtool >"$work/list"
    for file; do
        grep -q "/$file\$" "$work/list" || { echo "$file is missing"; return 1; }
    done
}

same_list() {
    list_files >"$work/after" && diff "$work/before" "$work/after"
}

try "all packages can be made" tests/packaging/build.sh "$work/one"
cp -r . "$work/elsewhere"
try "in another place, too" "$work/elsewhere/tests/packaging/build.sh" "$work/two"
try "both are the same, byte for byte" diff -r "$work/one" "$work/two"
try "a bare $suite can be made" debootstrap --variant=minbase "$suite" "$work/root" "$mirror"
mount -t proc none "$work/root/proc"
cp "$work"/one/mmtool_*.deb "$work"/one/mmtool-*-linux-x86_64 "$work/root/var/cache"
list_files >"$work/before"
try "the package installs" inside sh -c 'dpkg -i /var/cache/mmtool_*.deb'
try "its program runs" inside sh -ec 'mmtool --version; mmtool read -d /bin/ls :64'
try "it edits a file and takes that back" patches
# A minimal system leaves manuals out; what the package has is what counts.
try "the manual and the completions are in it" has_files man1/mmtool.1.gz man1/mmtool-find.1.gz \
    man5/mmtool-edits.5.gz man7/mmtool-recover.7.gz \
    bash-completion/completions/mmtool vendor-completions/_mmtool vendor_completions.d/mmtool.fish
try "it goes without a trace" inside dpkg --purge mmtool
try "no file is left of it" same_list
try "the static program runs there" inside sh -ec '/var/cache/mmtool-*-linux-x86_64 read /bin/ls 1:4'
echo "1..$number"
[ "$failed" -eq 0 ]
