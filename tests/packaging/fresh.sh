#!/bin/bash
# fresh.sh - mmtool on a freshly made Debian or Ubuntu, as a new user meets it.
#
#   tests/packaging/fresh.sh [--all] [SUITE [MIRROR]]     (bookworm http://deb.debian.org/debian)
#   tests/packaging/fresh.sh noble http://archive.ubuntu.com/ubuntu
#
# As root, with debootstrap, a network, and what build.sh needs for "source deb static". The README's
# two commands run in the new system, the second on the unit tests only, or with --all as it stands.
# Then the package is installed, its manual read, its completions tried in bash, zsh and fish. A few
# minutes; prints TAP and leaves nothing behind.
# shellcheck disable=SC2016 # the shells in there expand it
set -u

cd "$(dirname "$0")/../.." || exit 2
source tests/packaging/tap.bash
all=no
if [ "${1-}" = --all ]; then
    all=yes
    shift
fi
suite=${1:-bookworm} mirror=${2:-http://deb.debian.org/debian}
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8

readme_command() {
    awk -v wanted="$1" '/^```sh$/ { block++; inside = 1; next }
                        /^```/ { inside = 0 }
                        inside && block == wanted' README.md
}

# A checkout in /src, names that resolve, and all components of an Ubuntu, as its users have them.
prepare() {
    case $mirror in
    *ubuntu*) echo "deb $mirror $suite main universe" >"$work/root/etc/apt/sources.list" ;;
    esac
    cp /etc/resolv.conf "$work/root/etc/resolv.conf"
    mkdir "$work/root/src" && git archive HEAD | tar -x -C "$work/root/src"
}

first_command() {
    inside bash -c "cd /src && $(readme_command 1)" >"$work/first" 2>&1 || { cat "$work/first"; return 1; }
    tail -n 4 "$work/first" | grep -c '^000000[0-3]0: ' | grep -qx 4 || { cat "$work/first"; return 1; }
    # A user who sees warnings thinks the build is broken.
    ! grep -E 'warning: .*\[-W' "$work/first"
}

second_command() {
    local command
    command=$(readme_command 2)
    [ "$all" = yes ] || command="$command --suite unit"
    inside bash -c "cd /src && $command"
}

installs() {
    cp "$work"/packages/mmtool_*.deb "$work"/packages/mmtool-*-linux-x86_64 "$work/root/tmp" &&
        inside sh -c 'apt-get install -y /tmp/mmtool_*.deb'
}

manual_is_read() {
    local page
    inside apt-get install -y --no-install-recommends man-db || return
    for page in $(manual_pages); do
        inside man -w "${page##*.}" "${page%.*}" || return
    done
    inside sh -c 'MANWIDTH=80 man mmtool | head -n 5' | grep -q MMTOOL
}

in_bash() {
    inside apt-get install -y --no-install-recommends bash-completion &&
        inside bash -c '. /usr/share/bash-completion/bash_completion
            _completion_loader mmtool; complete -p mmtool
            COMP_WORDS=(mmtool res) COMP_CWORD=1 COMP_LINE="mmtool res" COMP_POINT=10
            function=$(complete -p mmtool | sed "s/.* -F \([^ ]*\).*/\1/")
            "$function" mmtool res mmtool; echo "${COMPREPLY[@]}"' | tee /dev/stderr | grep -q resize
}

in_zsh() {
    inside apt-get install -y --no-install-recommends zsh &&
        inside zsh -fc 'autoload -Uz compinit; compinit -u -D
            echo ${_comps[mmtool]}; autoload +X _mmtool && echo loaded' | tee /dev/stderr | grep -q loaded
}

in_fish() {
    inside apt-get install -y --no-install-recommends fish &&
        inside env HOME=/tmp fish -c 'complete -C "mmtool res"' | tee /dev/stderr | grep -q '^resize'
}

try "the package and the static program can be made" \
    tests/packaging/build.sh "$work/packages" source deb static || { finish; exit; }
try "a bare $suite can be made" bare_system "$suite" "$mirror" || { finish; exit; }
try "it takes a checkout" prepare
try "the static program runs" inside sh -c 'cat >/tmp/static && chmod +x /tmp/static && /tmp/static --version' \
    < <(cat "$work"/packages/mmtool-*-linux-x86_64)
try "README, first command: builds without a warning, prints four rows" first_command
try "README, second command" second_command
try "the package installs" installs
try "its program runs, as a user" inside setpriv --reuid=65534 --regid=65534 --clear-groups mmtool read -d /bin/ls :64
try "man finds every page" manual_is_read
try "bash completes" in_bash
try "zsh completes" in_zsh
try "fish completes" in_fish
try "the package goes" inside apt-get purge -y mmtool
finish
