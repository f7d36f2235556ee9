#!/bin/sh
# run.sh - builds for other processors with warnings as errors, and runs the unit tests and the
# bats suite there: 32-bit x86 on this machine, the others under qemu-user. s390x is the one whose
# bytes are in big-endian order; aarch64 has the NEON kernels. The status is 1 if something failed;
# a machine whose compiler or emulator is missing is skipped. Installs nothing.
#
#   tests/cross/run.sh [--short] [i686] [aarch64] [s390x] [riscv64]
#
# --short: the unit tests alone, random cases with a tenth of their rounds.
#
# Debian: qemu-user; gcc-i686-linux-gnu libc6-dev-i386-cross; gcc-aarch64-linux-gnu
# libc6-dev-arm64-cross; gcc-s390x-linux-gnu libc6-dev-s390x-cross; gcc-riscv64-linux-gnu
# libc6-dev-riscv64-cross.
set -u

cd "$(dirname "$0")/../.." || exit 2
short=
if [ "${1-}" = --short ]; then
    short=yes
    shift
fi
[ $# -gt 0 ] || set -- i686 aarch64 s390x riscv64
failed=0

can_build() {
    command -v "$1-linux-gnu-gcc" >/dev/null || return
    [ "$1" = i686 ] || command -v "qemu-$1" >/dev/null
}

run() {
    build=${MMTOOL_BUILD:-build}/$1
    [ -f "$build/build.ninja" ] ||
        meson setup "$build" --cross-file "tests/cross/$1.ini" -Dwerror=true -Dtests=enabled ||
        return
    ninja -C "$build" ${NINJA_JOBS:+-j"$NINJA_JOBS"} || return
    if [ "$short" ]; then
        export MMTOOL_TEST_ROUNDS=0.1
        set -- --suite unit --no-suite long
    else
        set --
    fi
    meson test -C "$build" --no-rebuild --timeout-multiplier 10 --print-errorlogs \
        --num-processes "${NINJA_JOBS:-2}" "$@"
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
