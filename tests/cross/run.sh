#!/bin/sh
# run.sh - builds for other processors and runs the unit tests and the bats suite there: 32-bit x86
# on this machine, 64-bit Arm (the NEON kernels) under qemu-user. The status is 1 if something
# failed; a machine whose compiler or emulator is missing is skipped. Installs nothing.
#
#   tests/cross/run.sh [i686] [aarch64]
#
# Debian: gcc-12-multilib libc6-dev-i386; gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user.
set -u

cd "$(dirname "$0")/../.." || exit 2
[ $# -gt 0 ] || set -- i686 aarch64
failed=0

can_build() {
    case $1 in
    i686) echo 'int main(void) { return 0; }' | gcc -m32 -x c -o /dev/null - 2>/dev/null ;;
    aarch64) command -v aarch64-linux-gnu-gcc qemu-aarch64 >/dev/null ;;
    *) return 1 ;;
    esac
}

run() {
    build=${MMTOOL_BUILD:-build}/$1
    [ -f "$build/build.ninja" ] ||
        meson setup "$build" --cross-file "tests/cross/$1.ini" -Dwerror=true || return
    ninja -C "$build" ${NINJA_JOBS:+-j$NINJA_JOBS} || return
    meson test -C "$build" --no-rebuild --timeout-multiplier 10 --print-errorlogs \
        --num-processes "${NINJA_JOBS:-2}"
}

for machine; do
    echo "# ---- $machine"
    if ! can_build "$machine"; then
        echo "# $machine skipped: its compiler or emulator is not installed"
    elif run "$machine"; then
        echo "# $machine passed"
    else
        echo "# $machine FAILED"
        failed=1
    fi
done
exit $failed
