"""plot.py [--check] - draws speed.svg, bars of the times in speed.txt.

With --check nothing is written: the status is 1 if the picture would change. Standard library only;
the same table gives the same picture.
"""

import os
import re
import sys
from xml.sax.saxutils import escape

HERE = os.path.dirname(os.path.abspath(__file__))
TABLE, PICTURE = os.path.join(HERE, "speed.txt"), os.path.join(HERE, "speed.svg")
TITLES = {
    "rfind -l of the last match": "the last line with “timeout”",
    "insert of 7 bytes at 10": "insert 7 bytes near the front",
    "replace all, growing": "replace a million strings by longer ones",
}
WIDTH, LEFT, BARS, ROW = 760, 170, 440, 24  # pixels; bars of mmtool and others have one scale a case
OWN, OTHER, TEXT, FAINT, PAPER = "#2f9e6e", "#a8b0bd", "#24292f", "#656d76", "#ffffff"
FONT = "system-ui,-apple-system,'Segoe UI',Helvetica,Arial,sans-serif"


def read_table():
    """For each case: its tools and their milliseconds, in the order of the table."""
    cases = {}
    with open(TABLE, encoding="utf-8") as file:
        for line in file:
            row = re.fullmatch(r"\| (.+?) +\| (.+?) +\| +([0-9.]+) \|.*\|\n", line)
            if row and row[1] in TITLES:
                cases.setdefault(row[1], []).append((row[2], float(row[3])))
    assert list(cases) == list(TITLES), "a case is missing in speed.txt"
    return cases


def machine():
    with open(TABLE, encoding="utf-8") as file:
        return re.search(r"^machine: (.*?);", file.read(), re.M)[1]


def time_text(milliseconds):
    if milliseconds >= 1000:
        return f"{milliseconds / 1000:.1f} s"
    return f"{milliseconds:.0f} ms" if milliseconds >= 10 else f"{milliseconds:.1f} ms"


def label(x, y, text, fill=TEXT, more=""):
    return f'<text x="{x}" y="{y}" fill="{fill}"{more}>{escape(text)}</text>'


def draw_case(title, rows, y):
    """The bars of a case from `y` on; the slowest tool's is the longest."""
    out = [label(20, y + 16, title, more=' font-weight="600"')]
    longest = max(milliseconds for _, milliseconds in rows)
    for i, (tool, milliseconds) in enumerate(sorted(rows, key=lambda row: row[1])):
        top = y + 28 + i * ROW
        length = max(round(milliseconds / longest * BARS, 1), 1)
        own = tool == "mmtool"
        bold = ' font-weight="600"' if own else ""
        out.append(label(LEFT - 10, top + 13, tool, more=' text-anchor="end"' + bold))
        out.append(f'<rect x="{LEFT}" y="{top}" width="{length:g}" height="17" rx="2" '
                   f'fill="{OWN if own else OTHER}"/>')
        out.append(label(f"{LEFT + length + 8:g}", top + 13, time_text(milliseconds), FAINT, bold))
    return out, y + 28 + len(rows) * ROW + 14


def draw():
    body, y = [], 16
    for name, rows in read_table().items():
        part, y = draw_case(TITLES[name], rows, y)
        body += part
    body.append(label(20, y + 14, f"A log of 1 GiB in memory, wall time, best of 3. {machine()}.",
                      FAINT, ' font-size="12"'))
    height = y + 32
    head = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
            f'viewBox="0 0 {WIDTH} {height}" font-family="{FONT}" font-size="14">',
            "<title>mmtool beside other tools, less is better</title>",
            f'<rect width="{WIDTH}" height="{height}" rx="9" fill="{PAPER}"/>']
    return "\n".join(head + body) + "\n</svg>\n"


def main():
    picture = draw()
    if sys.argv[1:] != ["--check"]:
        with open(PICTURE, "w", encoding="utf-8", newline="\n") as file:
            file.write(picture)
        return 0
    with open(PICTURE, encoding="utf-8", newline="") as file:
        if file.read() == picture:
            return 0
    print(f"{PICTURE} would change: see tests/bench/README.md")
    return 1


sys.exit(main())
