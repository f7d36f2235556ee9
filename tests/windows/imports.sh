#!/bin/sh
# imports.sh OBJDUMP PROGRAM - that the program needs no library but Windows' own, as TAP.
set -u

echo 1..1
libraries=$("$1" -p "$2" | sed -n 's/.*DLL Name: *//p' | tr '[:upper:]' '[:lower:]')
result=ok
[ -n "$libraries" ] || result='not ok'
for library in $libraries; do
    echo "# it needs $library"
    case $library in
    kernel32.dll | advapi32.dll | msvcrt.dll | ucrtbase.dll | api-ms-win-*) ;;
    *) result='not ok' ;;
    esac
done
echo "$result 1 - needs nothing but Windows' own libraries"
