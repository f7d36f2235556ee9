#!/usr/bin/env python3
"""Prints what the tests cover of src/, and compares what they do not with the committed list.

usage: uncovered.py [--short] [--allow=N] REPORT.json LIST

REPORT.json is gcovr's. LIST names every branch of FOLDERS that the short form does not take:

    # A reason, which holds for the entries below it up to an empty line.
    folder/file.c: function: 2/4: the source text of the line

Here 2 of the 4 branches of that line are not taken (of all such lines, if a function has the same
text twice). ~2/4: at most 2, which varies from run to run or from machine to machine.

The status is 1 if a branch is not in the list, or an entry is gone from the source or without a
reason. In the short form also if an entry is covered: the long form covers more. With --allow=N
up to N such differences are no failure: another kernel or file system takes other branches.
"""

import argparse
import collections
import json
import pathlib
import re
import sys

FOLDERS = ("journal", "apply", "edit", "base")
ENTRY = re.compile(r"(\S+): (\S+): (~?)(\d+)/\d+: (.*)")


class Branches:
    """Of all lines of a function that read the same."""

    def __init__(self):
        self.uncovered = self.total = 0
        self.lines = []

    def add(self, number, counts):
        self.uncovered += counts.count(0)
        self.total += len(counts)
        self.lines.append(number)


def function_at(functions, number):
    """The last function that begins before a line; macros and tables have none."""
    names = [name for line, name in functions if line <= number]
    return names[-1] if names else "-"


def short_path(path):
    return path.split("src/", 1)[1]


def branches_of(report):
    """Maps (file, function, text of the line) to Branches."""
    found = collections.defaultdict(Branches)
    for file in report["files"]:
        path = short_path(file["file"])
        if path.split("/")[0] not in FOLDERS:
            continue
        source = pathlib.Path(file["file"]).read_text().splitlines()
        functions = sorted((each["lineno"], each["name"]) for each in file["functions"])
        for line in file["lines"]:
            if line["branches"]:
                number = line["line_number"]
                text = " ".join(source[number - 1].split())
                found[path, function_at(functions, number), text].add(
                    number, [branch["count"] for branch in line["branches"]])
    return found


def print_table(report):
    rows = collections.defaultdict(lambda: [0, 0, 0, 0])
    for file in report["files"]:
        path = short_path(file["file"])
        lines = [line for line in file["lines"] if not line.get("gcovr/noncode")]
        counts = [branch["count"] for line in lines for branch in line["branches"]]
        these = (sum(line["count"] > 0 for line in lines), len(lines),
                 sum(count > 0 for count in counts), len(counts))
        for folder in (path.split("/")[0] if "/" in path else "src/*.[ch]", "all"):
            rows[folder] = [a + b for a, b in zip(rows[folder], these)]
    print(f"{'folder':12}{'lines':>7}{'covered':>9}{'branches':>10}{'covered':>9}")
    for folder, (hit, lines, taken, branches) in sorted(
            rows.items(), key=lambda row: (row[0] == "all", row[0])):
        print(f"{folder:12}{lines:7}{hit / max(lines, 1):9.1%}"
              f"{branches:10}{taken / max(branches, 1):9.1%}")


def entries(path):
    """Yields (key, whether it may vary, how many branches are uncovered) of each entry."""
    reason = None
    for number, line in enumerate(pathlib.Path(path).read_text().splitlines(), 1):
        if line.startswith("# "):
            reason = line
        elif not line:
            reason = None
        else:
            parts = ENTRY.fullmatch(line)
            if not parts or not reason:
                sys.exit(f"{path}:{number}: not an entry under a reason: {line}")
            file, function, varies, uncovered, text = parts.groups()
            yield (file, function, text), bool(varies), int(uncovered)


def compare(found, listed, is_short):
    """Yields a line for each difference."""
    seen = set()
    for key, varies, allowed in listed:
        if key in seen:
            yield f"twice in the list: {': '.join(key)}"
        seen.add(key)
        if key not in found:
            yield f"gone from the source, still in the list: {': '.join(key)}"
        elif found[key].uncovered < allowed and is_short and not varies:
            yield f"covered, still in the list ({allowed}): {describe(key, found[key])}"
        elif found[key].uncovered > allowed:
            yield f"uncovered, more than in the list ({allowed}): {describe(key, found[key])}"
    for key, branches in sorted(found.items()):
        if branches.uncovered > 0 and key not in seen:
            yield f"uncovered, not in the list: {describe(key, branches)}"


def describe(key, branches):
    """The entry for the list; its place now is said behind it."""
    file, function, text = key
    where = ", ".join(map(str, branches.lines))
    return f"{file}: {function}: {branches.uncovered}/{branches.total}: {text} (line {where})"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--allow", type=int, default=0)
    parser.add_argument("report")
    parser.add_argument("list")
    options = parser.parse_args()
    with open(options.report, encoding="utf-8") as file:
        report = json.load(file)
    print_table(report)
    found = branches_of(report)
    differences = list(compare(found, list(entries(options.list)), options.short))
    print("\n".join(differences))
    print(f"{sum(branches.uncovered for branches in found.values())} branches of "
          f"{', '.join(FOLDERS)} uncovered; {len(differences)} differences from the list")
    return 1 if len(differences) > options.allow else 0


if __name__ == "__main__":
    sys.exit(main())
