#!/bin/sh
# with-wine.sh COMMAND... - runs COMMAND where "wine" is fit for tests: a Wine of its own (in
# $WINEPREFIX, if that is set), without a display, silent, and started, so that no test waits for it.
# The status is that of COMMAND, or 2 if Wine does not start. What is started here ends here.
set -u

work=$(mktemp -d)
export WINEPREFIX="${WINEPREFIX:-$work/prefix}"
mkdir -p "$WINEPREFIX"
export WINEDEBUG=-all
export WINEDLLOVERRIDES='mscoree=;mshtml=;winemenubuilder.exe='
# Seen twice in 10000 starts of a program on a busy machine: a status other than 0, once of a program
# that had done all that it should and said so. The cause was not found; a second try is announced.
export MMTOOL_TEST_RETRIES=1
unset DISPLAY WAYLAND_DISPLAY
server_process=

# Debian keeps it out of the way of the path.
server() {
    for program in /usr/lib/wine/wineserver64 /usr/lib/wine/wineserver wineserver; do
        command -v "$program" >/dev/null && exec "$program" "$@"
    done
    echo "with-wine.sh: no wineserver" >&2
    exit 2
}

finish() {
    (server -k)
    [ -z "$server_process" ] || wait "$server_process"
    rm -rf "$work"
}

trap finish EXIT
trap 'exit 2' HUP INT TERM
(server -f -p) &
server_process=$!
if ! timeout 300 wine cmd /c ver >"$work/said" 2>&1; then
    cat "$work/said" >&2
    echo "with-wine.sh: Wine does not start" >&2
    exit 2
fi
"$@"
