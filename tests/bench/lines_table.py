#!/usr/bin/env python3
"""Times positions that are lines (LN, L-N) beside other tools, row by row, with goals.

    lines_table.py MMTOOL [ROW...]

As search_table.py, with the same variables. Line K is nine tenths into the log. Output goes to a
file. The bound of a line from the start is one read of the bytes before it: `wc -l` of them.
"""

import os

from bench import make_log
import table


def rows(mmtool, files):
    log, part, line = files["log"], files["part"], files["line"]
    read = [mmtool, "read", log]
    seek = [mmtool, "run", log, "-c", f"seek L{line}", "-c", "tell"]
    return {
        "seek": ("seek LK; wc -l of the lines before", 1.1, seek, ["wc", "-l", part]),
        "seek count": ("seek LK; find -c of the newlines", 1, seek,
                       [mmtool, "find", "-c", "-e", part, "\\n"]),
        "one": ("read LK:LK+1; sed -n Kp", 0.3, [*read, f"L{line}:L{line + 1}"],
                ["sed", "-n", f"{line}{{p;q}}", log]),
        "from": ("read LK:; tail -n +K", 0.5, [*read, f"L{line}:"], ["tail", "-n", f"+{line}", log]),
        "first": ("read :LK; head -n K-1", 0.5, [*read, f":L{line}"],
                  ["head", "-n", f"{line - 1}", log]),
        "last": ("read L-K:; tail -n K", 0.5, [*read, f"L-{line}:"], ["tail", "-n", f"{line}", log]),
        "ten": ("read L-10:; tail -n 10", 1.2, [*read, "L-10:"], ["tail", "-n", "10", log]),
        "head": ("read :L11; head -n 10", 1.2, [*read, ":L11"], ["head", "-n", "10", log]),
        "utf16": ("seek LK in UTF-16; wc -l", 1.5,
                  [mmtool, "find", "-qt", "utf16le", log, "", f"L{line}"], ["wc", "-l", part]),
    }


def make_files(directory, size):
    files = {name: os.path.join(directory, name) for name in ("log", "part")}
    make_log(files["log"], size)
    with open(files["log"], "rb") as file:
        block = file.read(8 << 20)
    lines = block.count(b"\n") * size // len(block) * 9 // 10
    with open(files["log"], "rb") as log, open(files["part"], "wb") as part:
        for _, text in zip(range(lines - 1), log):
            part.write(text)
    return files | {"line": lines}


if __name__ == "__main__":
    table.main(__doc__, make_files, rows)
