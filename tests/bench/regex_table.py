#!/usr/bin/env python3
"""Times expressions beside other tools, row by row, and prints each ratio with its goal.

    regex_table.py MMTOOL [ROW...]

The ratio is mmtool's time over that of the other tool, best of each, both run in
turns; the goal is the most that it should be. A row counts matches, counts lines or
prints them, as the other tool can: grep knows lines only. The second word of a
row's name tells the other tool, rg where there is none. The last column is the
ratio of processor time. MMTOOL_BENCH_SIZE (default 1G), MMTOOL_BENCH_RUNS (default
3) and TMPDIR are honoured.
"""

import os

from bench import make_log, make_words
import table

FIVE_ABSENT = "refused|denied|corrupt|overflow|panic"
FIVE = "timeout|refused|denied|corrupt|overflow"

# A name, the kind of expression, the expression for mmtool and grep.
EXPRESSIONS = (
    ("prefix", "absent, a literal first", "ERROR [0-9]+"),
    ("inner", "1 line in 17, a literal within", r"app\[[0-9]+\]: request [0-9]+9 ok"),
    ("suffix", "1 line in 7, a literal last", "[0-9]+ timeout$"),
    ("five-absent", "five words, absent", FIVE_ABSENT),
    ("five", "five words, 1 line in 7", FIVE),
    ("hex", "[0-9a-f]{16}, absent", "[0-9a-f]{16}"),
    ("us", r"\d+us, absent", r"\d+us"),
    ("digits", "[0-9]{7}, each line", "[0-9]{7}"),
    ("capitals", "[A-Z][a-z]+ [A-Z][a-z]+, absent", "[A-Z][a-z]+ [A-Z][a-z]+"),
)
GOALS = {"hex": 1, "us": 1, "digits": 1, "capitals": 1}


def add_rows(rows, mmtool, log, name, title, expression):
    find, goal = [mmtool, "find", "-E"], GOALS.get(name, 0.6)
    rg = ["rg", "--no-config", "-uuu", "-a"]
    theirs = f"(?-u:{expression})"
    grep = ["grep", "-a", "-E", expression.replace(r"\d", "[0-9]"), log]
    rows[name] = (f"{title}: -c", goal, [*find, "-c", log, expression],
                  [*rg, "--count-matches", theirs, log])
    rows[f"{name} lines"] = (f"{title}: -cl", goal, [*find, "-cl", log, expression],
                             [*rg, "-c", theirs, log])
    rows[f"{name} grep"] = (f"{title}: -cl; grep -c", 0.2, [*find, "-cl", log, expression],
                            [*grep, "-c"])
    if "absent" in title:
        return
    rows[f"{name} print"] = (f"{title}: -a -r", goal, [*find, "-ar", log, expression],
                             [*rg, "-bo", theirs, log])
    rows[f"{name} print-lines"] = (f"{title}: -al", goal, [*find, "-al", log, expression],
                                   [*rg, "-b", theirs, log])
    rows[f"{name} print-grep"] = (f"{title}: -al; grep -b", 0.2, [*find, "-al", log, expression],
                                  [*grep, "-b"])


def make_rows(mmtool, log):
    rows = {}
    for name, title, expression in EXPRESSIONS:
        add_rows(rows, mmtool, log, name, title, expression)
    for expression in ("timeout$", "host16 .* ok", "[A-Z]+$"):
        rows[f"last {expression}"] = (
            f"rfind -l {expression}; tac, grep -m1", 1,
            [mmtool, "rfind", "-lE", log, expression],
            ["sh", "-c", f"tac '{log}' | grep -m1 -E '{expression}'"])
    for expression in ("(a|b)*c{1,200}", "a*", "x*"):
        rows[f"one byte {expression}"] = (
            f"{expression} in 16 MiB of a: -c", 1, [mmtool, "find", "-cE", f"{log}.a", expression],
            ["rg", "--no-config", "-uuu", "-a", "--count-matches", f"(?-u:{expression})",
             f"{log}.a"])
    rows["shortest rg"] = (
        "app.*o, the shortest: -c; rg, app.*?o", 1,
        [mmtool, "find", "-cE", "--shortest", log, "app.*o"],
        ["rg", "--no-config", "-uuu", "-a", "--count-matches", "(?-u:app.*?o)", log])
    for expression in ("[0-9]+:", "[a-z]{3}[0-9]"):
        rows[f"aligned {expression}"] = (
            f"{expression} at even offsets: -c; at all", 4,
            [mmtool, "find", "-cE", "--align=2", log, expression],
            [mmtool, "find", "-cE", log, expression])
    words = "|".join(make_words(1000))
    for name, tool in (("rg", ["rg", "--no-config", "-uuu", "-a", "-c"]), ("grep", ["grep", "-c", "-E"]),
                       ("ugrep", ["ugrep", "-c", "-E"])):
        rows[f"words {name}"] = (f"1000 words, absent: -cl; {name}", 0.9,
                                 [mmtool, "find", "-clE", log, words], [*tool, words, log])
    for expression in ("ok$", r"\bok\b", "^Nov.*ok", "[A-Z]+$"):
        rows[f"backward {expression}"] = (
            f"rfind -c {expression}; find -c", 1.5, [mmtool, "rfind", "-cE", log, expression],
            [mmtool, "find", "-cE", log, expression])
    return rows


def make_files(directory, size):
    log = os.path.join(directory, "log")
    with open(f"{log}.a", "wb") as file:
        file.write(b"a" * (16 << 20))
    make_log(log, size)
    os.sync()
    return log


if __name__ == "__main__":
    os.environ["LC_ALL"] = "C"
    table.main(__doc__, make_files, make_rows)
