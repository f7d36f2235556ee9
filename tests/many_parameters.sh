#!/bin/sh
# many_parameters.sh SRC: the functions in SRC, declared, defined or pointed to, that have seven
# parameters or more. Prints "FILE: NAME: COUNT" for each.
set -eu

cd "$1"
find . -name '*.[ch]' -o -name '*.inc' | sed 's,^\./,,' | LC_ALL=C sort | while read -r file; do
    # Without comments and strings, a list in parentheses declares parameters if each of its parts is
    # a type with a name, a pointer type, or has parentheses itself.
    awk -v file="$file" '
        { text = text $0 "\n" }
        function strip(s,    out, start, rest) {
            gsub(/\\\n/, " ", s)
            gsub(/\\./, "", s)
            gsub(/"[^"\n]*"/, "0", s)
            gsub(/\047[^\047\n]*\047/, "0", s)
            gsub(/\/\/[^\n]*/, "", s)
            out = ""
            while ((start = index(s, "/*")) > 0) {
                out = out substr(s, 1, start - 1) " "
                rest = substr(s, start + 2)
                start = index(rest, "*/")
                s = substr(rest, start + 2)
            }
            s = out s
            gsub(/[ \t\n]+/, " ", s)
            return s
        }
        function is_parameter(s) {
            gsub(/^ +| +$/, "", s)
            return s ~ /^([a-z]+ )*[A-Za-z_][A-Za-z0-9_]*( const)?( \**|\*+)((const|restrict) )?[A-Za-z_][A-Za-z0-9_]*(\[[^]]*\])*$/ ||
                s ~ /^([a-z]+ )*[A-Za-z_][A-Za-z0-9_]* ?\*+$/ || s ~ /^(int|bool|char|double|unsigned|[a-z0-9_]+_t)$/ || s ~ /\(/
        }
        function count(list,    i, c, depth, part, parts, good) {
            depth = 0; parts = 1; good = 1; part = ""
            for (i = 1; i <= length(list); i++) {
                c = substr(list, i, 1)
                if (c == "(") depth++
                if (c == ")") depth--
                if (c == "," && depth == 0) {
                    if (!is_parameter(part)) return 0
                    part = ""; parts++
                } else
                    part = part c
            }
            return is_parameter(part) ? parts : 0
        }
        END {
            text = strip(text)
            n = length(text)
            top = 0
            for (i = 1; i <= n; i++) {
                c = substr(text, i, 1)
                if (c == "(") open[++top] = i
                else if (c == ")" && top > 0) {
                    start = open[top--]
                    list = substr(text, start + 1, i - start - 1)
                    if (gsub(/,/, ",", list) < 6 || (k = count(list)) < 7) continue
                    name = substr(text, start > 80 ? start - 80 : 1, start > 80 ? 80 : start - 1)
                    gsub(/[ )]+$/, "", name)
                    if (match(name, /[A-Za-z_][A-Za-z0-9_]*$/)) print file ": " substr(name, RSTART) ": " k
                }
            }
        }' "$file"
done
