#!/bin/bash
# check.sh - builds the packages twice, compares them byte for byte, and tries them on a bare Debian.
#
#   tests/packaging/check.sh [SUITE [MIRROR]]      (bookworm http://deb.debian.org/debian)
#   tests/packaging/check.sh --short               the Debian package and the static program, once
#
# With what build.sh needs; the long form also as root, with debootstrap: it takes some minutes. Prints
# a line for each thing that was tried, as TAP, and leaves nothing behind.
set -u

cd "$(dirname "$0")/../.." || exit 2
source tests/packaging/tap.bash
packages=$work/one

# Everything below /, but for what changes by itself.
list_files() {
    (cd "$work/root" && find . -xdev \( -path ./proc -o -path ./var/log -o -path ./var/cache \
        -o -path ./var/lib/dpkg \) -prune -o -print | sort)
}

patches() {
    inside sh -ec 'cp /bin/ls /tmp/ls; mmtool write -x --undo=/tmp/undo /tmp/ls 1 45
        mmtool splice --edits=/tmp/undo /tmp/ls; cmp /bin/ls /tmp/ls; rm /tmp/ls /tmp/undo'
}

# Every page of man/, and a completion for each shell, where Debian looks for them.
has_files() {
    local root=$1 page file
    local files=(bash-completion/completions/mmtool zsh/vendor-completions/_mmtool
        fish/vendor_completions.d/mmtool.fish)
    for page in $(manual_pages); do
        files+=("man/man${page##*.}/$page.gz")
    done
    for file in "${files[@]}"; do
        [ -s "$root/usr/share/$file" ] || { echo "/usr/share/$file is missing"; return 1; }
    done
}

same_list() {
    list_files >"$work/after" && diff "$work/before" "$work/after"
}

sums_are_right() {
    (cd "$packages" && sha256sum --strict -c SHA256SUMS &&
        [ "$(wc -l <SHA256SUMS)" -eq "$(($(find . -type f | wc -l) - 1))" ])
}

# The package, taken apart in $work/deb.
deb_works() {
    dpkg -x "$packages"/mmtool_*.deb "$work/deb" && "$work/deb/usr/bin/mmtool" --version &&
        "$work/deb/usr/bin/mmtool" read /bin/sh 1:4 | grep -qx ELF
}

# What `meson dist` packs is what build.sh packs; and it can be built and tested.
source_works() {
    local build=$work/dist-build
    mkdir "$work/source" && tar -x -C "$work/source" --strip-components=1 -f "$packages"/mmtool-*.tar.xz &&
        meson setup "$build" && meson dist -C "$build" --no-tests --allow-dirty &&
        diff <(tar -tf "$build"/meson-dist/*.tar.xz | grep -v '/$' | sort) \
            <(tar -tf "$packages"/mmtool-*.tar.xz | grep -v '/$' | sort) &&
        meson setup "$work/source/build" "$work/source" -Dtests=enabled &&
        ninja -C "$work/source/build" && meson test -C "$work/source/build" --suite unit
}

short() {
    git rev-parse -q --verify HEAD >/dev/null || { echo "1..0 # SKIP there is no commit here"; exit 0; }
    try "the source, the Debian package and the static program can be made" \
        tests/packaging/build.sh "$packages" source deb static || { finish; exit; }
    try "their checksums are right" sums_are_right
    try "the package's program runs" deb_works
    try "the manual and the completions are in it" has_files "$work/deb"
    finish
}

long() {
    local suite=${1:-bookworm} mirror=${2:-http://deb.debian.org/debian}
    try "all packages can be made" tests/packaging/build.sh "$packages"
    cp -r . "$work/elsewhere"
    try "in another place, too" "$work/elsewhere/tests/packaging/build.sh" "$work/two"
    try "both are the same, byte for byte" diff -r "$packages" "$work/two"
    try "their checksums are right" sums_are_right
    try "the source builds, passes its unit tests, and is what meson dist packs" source_works
    try "a bare $suite can be made" bare_system "$suite" "$mirror"
    cp "$packages"/mmtool_*.deb "$packages"/mmtool-*-linux-x86_64 "$work/root/var/cache"
    list_files >"$work/before"
    try "the package installs" inside sh -c 'dpkg -i /var/cache/mmtool_*.deb'
    try "its program runs" inside sh -ec 'mmtool --version; mmtool read -d /bin/ls :64'
    try "it edits a file and takes that back" patches
    try "the manual and the completions are in it" has_files "$work/root"
    try "it goes without a trace" inside dpkg --purge mmtool
    try "no file is left of it" same_list
    try "the static program runs there" inside sh -ec '/var/cache/mmtool-*-linux-x86_64 read /bin/ls 1:4'
    finish
}

if [ "${1-}" = --short ]; then
    short
else
    long "$@"
fi
