#!/bin/bash
# build.sh - makes what is released: the source, a Debian package, static programs, a zip for Windows.
#
#   tests/packaging/build.sh [OUT [source|deb|static|static-aarch64|windows...]]   (packages; all)
#
# Debian: debhelper dpkg-dev fakeroot lintian; musl-tools linux-libc-dev; gcc-aarch64-linux-gnu
# linux-libc-dev-arm64-cross qemu-user; gcc-mingw-w64-x86-64 mandoc python3. It takes the last
# commit, not what is changed since. The files of one commit are the same bytes wherever and whenever
# they are built with the same compilers. The status is 1 if something could not be made.
# shellcheck disable=SC2317 # make_* are called by their names
set -u

cd "$(dirname "$0")/../.." || exit 2
here=$PWD
out=${1:-packages}
[ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- source deb static static-aarch64 windows
mkdir -p "$out" || exit 2
out=$(cd "$out" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=$(sed -n "s/^  version: '\(.*\)',$/\1/p" meson.build)
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH LC_ALL=C.UTF-8 TZ=UTC
most_static=700000 # bytes of a static program

say() {
    printf '# %s\n' "$*"
}

# In $work/mmtool-VERSION: the files of the last commit, of one time.
unpack() {
    git archive --prefix="mmtool-$version/" HEAD | tar -x -C "$work"
    find "$work/mmtool-$version" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
}

# compile BUILD ARGUMENT...: $target of a release build in $work/BUILD, which is the program if it
# is not set. Compilers see relative names alone.
compile() {
    local build=$work/$1
    meson setup "$build" "$work/mmtool-$version" --buildtype=release -Dtests=disabled \
        -Dwerror=true "${@:2}" >"$work/log" 2>&1 &&
        ninja -C "$build" "${target-src/mmtool}" >>"$work/log" 2>&1 && return
    cat "$work/log"
    return 1
}

# Size counts more than speed here.
small=(-Doptimization=s -Dstatic=disabled)
small_code="-ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables"
small_link="-static -s -Wl,--gc-sections"

# keep_small PROGRAM NAME: the stripped program, if it is as small as it is to be.
keep_small() {
    local size
    cp "$1" "$out/$2"
    size=$(stat -c %s "$out/$2")
    say "$2: $size bytes"
    [ "$size" -lt "$most_static" ] || { say "$2 is larger than $most_static bytes"; return 1; }
}

make_source() {
    tar -C "$work" --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" \
        -c "mmtool-$version" | xz -T1 -9 >"$out/mmtool-$version.tar.xz"
}

# The package's history is that of NEWS.md: one entry, of this version.
changelog() {
    printf 'mmtool (%s-1) unstable; urgency=medium\n\n  * See NEWS.md.\n\n' "$version"
    printf ' -- The mmtool authors <mmtool@example.org>  %s\n' "$(date -u -R -d "@$SOURCE_DATE_EPOCH")"
}

make_deb() {
    local tree=$work/deb/mmtool-$version
    [ -f "$out/mmtool-$version.tar.xz" ] || make_source || return
    mkdir -p "$work/deb"
    tar -x -C "$work/deb" -f "$out/mmtool-$version.tar.xz"
    cp "$out/mmtool-$version.tar.xz" "$work/deb/mmtool_$version.orig.tar.xz"
    cp -r "$tree/tests/packaging/debian" "$tree/debian"
    changelog >"$tree/debian/changelog"
    (cd "$tree" && DEB_BUILD_OPTIONS=${DEB_BUILD_OPTIONS:-nocheck} \
        dpkg-buildpackage -us -uc) >"$work/log" 2>&1 || { cat "$work/log"; return 1; }
    lintian --allow-root --fail-on error "$work"/deb/*.changes || return
    cp "$work"/deb/*.deb "$work"/deb/*.dsc "$work"/deb/*.debian.tar.xz "$work"/deb/*.orig.tar.xz "$out"
}

# musl-gcc leaves out the Linux headers, which musl has no copies of.
make_static() {
    local linux
    linux="-idirafter /usr/include -idirafter /usr/include/$(gcc -print-multiarch)"
    CC=musl-gcc compile musl "${small[@]}" -Dc_args="$linux $small_code" \
        -Dc_link_args="$small_link" &&
        keep_small "$work/musl/src/mmtool" "mmtool-$version-linux-x86_64" &&
        "$out/mmtool-$version-linux-x86_64" read /bin/sh 1:4 | grep -qx ELF
}

# musl for another processor, out of Debian's archive, without a change to this system.
fetch_musl() {
    local options=(-o APT::Architecture="$1" -o APT::Architectures="$1"
        -o Dir::State::lists="$work/lists" -o Dir::Cache="$work/cache" -o APT::Sandbox::User=root)
    mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/musl-$1"
    (cd "$work" && apt-get -qq "${options[@]}" update && apt-get -qq "${options[@]}" download musl-dev) &&
        dpkg -x "$work"/musl-dev_*_"$1".deb "$work/musl-$1"
}

make_static-aarch64() {
    local root=$work/musl-arm64 flags program=mmtool-$version-linux-aarch64
    fetch_musl arm64 || return
    sed "s#/usr/\(lib\|include\)/aarch64-linux-musl#$root&#g" \
        "$root/usr/lib/aarch64-linux-musl/musl-gcc.specs" >"$work/specs"
    flags="-specs=$work/specs -idirafter /usr/aarch64-linux-gnu/include"
    # Pages of 64 KiB: to make constants read-only after relocation would fill a part of one.
    compile aarch64 "${small[@]}" --cross-file "$here/tests/cross/aarch64.ini" -Dc_args="$flags $small_code" \
        -Dc_link_args="$small_link -Wl,-z,norelro -specs=$work/specs" &&
        keep_small "$work/aarch64/src/mmtool" "$program" || return
    if command -v qemu-aarch64 >/dev/null; then
        qemu-aarch64 "$out/$program" read /bin/sh 1:4 | grep -qx ELF
    else
        say "$program was not run: qemu-aarch64 is not installed"
    fi
}

make_windows() {
    local folder=$work/zip/mmtool-$version
    target=src/mmtool.exe compile windows --cross-file "$here/tests/windows/mingw64.ini" \
        -Dc_link_args=-s || return
    # The program that makes pages runs here only if it is built for this system.
    target=manual compile pages || return
    mkdir -p "$folder"
    cp "$work/windows/src/mmtool.exe" LICENSE NEWS.md "$folder"
    cp README.md "$folder/README.md"
    for page in "$work"/pages/man/*.[1-9]; do
        name=${page##*/}
        mandoc -T html -O man=%N.%S.html "$page" >"$folder/$name.html"
    done
    python3 tests/packaging/zip.py "$out/mmtool-$version-windows-x86_64.zip" "$work/zip" \
        "$SOURCE_DATE_EPOCH"
}

failed=0
unpack || exit 2
for what; do
    say "making $what"
    "make_$what" || { say "FAILED: $what"; failed=1; }
done
rm -f "$out/SHA256SUMS"
sums=$(cd "$out" && sha256sum -- *)
printf '%s\n' "$sums" | tee "$out/SHA256SUMS"
exit $failed
