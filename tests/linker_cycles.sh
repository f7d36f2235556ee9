#!/bin/sh
# linker_cycles.sh BUILD: the cycles that the linker sees in src/: object files of one folder that
# need each other, and folders that do. A line for each object file or folder of a cycle, from
# tsort; nothing, and status 0, if there is none.
set -eu

[ -e "$1/src/libmmtool.a" ] || { echo "no $1/src/libmmtool.a" >&2 && exit 2; }
symbols=$(mktemp)
trap 'rm -f "$symbols"' EXIT

# "FILE VALUE|U TYPE NAME": meson calls the object of commands/find.c commands_find.c.o.
# What stands in the archives is what is linked: a folder *.p may keep objects of files long gone.
nm -A "$1"/src/*.a | sed -E 's|^.*[:/]([^:/]*)\.c\.o(bj)?:|\1 |' >"$symbols"

# users: "USER DEFINER", for each symbol that an object file has from another.
users() {
    awk '
        $2 != "U" && $3 ~ /^[TDRBVWC]$/ { definer[$4] = $1 }
        $2 == "U" { user[++count] = $1; needed[count] = $3 }
        END {
            for (i = 1; i <= count; i++)
                if (needed[i] in definer && definer[needed[i]] != user[i])
                    print user[i], definer[needed[i]]
        }' "$symbols" | sort -u
}

status=0
echo "object files:"
users | tsort 2>&1 >/dev/null | sed 's/^tsort: //' | grep -v '^-: ' && status=1
echo "folders:"
users | sed -E 's/([a-z]+)(_[^ ]*)?/\1/g' | awk '$1 != $2' | sort -u | tsort 2>&1 >/dev/null |
    sed 's/^tsort: //' | grep -v '^-: ' && status=1
exit $status
