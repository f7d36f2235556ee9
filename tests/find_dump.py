"""find_dump.py MMTOOL SEED FILES - find -d and rfind -d print the rows that a slow writer prints.

For each file, made at random: the rows around the matches that find -r prints, in colour and
without, in a range, from a stream, backwards, in rows of any width. Run in an empty directory.
"""

import random
import re
import subprocess
import sys

MMTOOL, SEED, FILES = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
random.seed(SEED)
LONG = 64  # rows of a match that are printed whole
PATTERNS = [["aa"], ["ab"], ["a"], ["-p", "ab", "-p", "ba", "-p", "xx"], ["-E", "ab+"],
            ["-E", "b[^a]*a"], ["-E", "(?s)a.*b"], ["-E", "x*"], ["-i", "AB"], ["-x", "6? 62"],
            ["-E", "(?s)x.*a", "--shortest"]]
BEGIN, END = "\x1b[30;43m", "\x1b[0m"


def make_file():
    alphabet = random.choice(["ab", "aaab\n", "abx\x00~", "abcdefghijklmnop", "bbbbbbbbbbbbbbbx"])
    size = random.choice([0, 1, 17, 200, 5000])
    data = "".join(random.choice(alphabet) for _ in range(size))
    if random.random() < 0.3:
        data = data[:100] + "b" * random.randrange(3000) + data[100:]
    return data.encode()


def run(*arguments, data=None):
    done = subprocess.run([MMTOOL, *arguments], input=data, capture_output=True, check=False)
    assert done.returncode in (0, 1) and not done.stderr, (arguments, done)
    return done.stdout.decode()


class Rows:
    """What is to be printed of a file, in which layout."""

    def __init__(self, data, columns, group, around):
        self.data, self.columns, self.group, self.around = data, columns, group or columns, around
        self.count = (len(data) + columns - 1) // columns

    def around_match(self, match):
        """The first row to be printed, and the last, for a match."""
        offset, length = match
        last = offset + max(length, 1) - 1
        return offset // self.columns - self.around, last // self.columns + self.around

    def wanted(self, matches):
        rows = set()
        for match in matches:
            first, last = self.around_match(match)
            if last - first + 1 - 2 * self.around <= LONG:
                rows.update(range(first, last + 1))
                continue
            rows.update(range(first, first + self.around + LONG // 2))
            rows.update(range(last - self.around - LONG // 2 + 1, last + 1))
        return [row for row in sorted(rows) if 0 <= row < self.count]

    def text(self, row, marked):
        """A row as xxd prints it, the marked bytes highlighted."""
        start = row * self.columns
        part = self.data[start:start + self.columns]
        digits, text = "", ""
        inside = False
        for i in range(self.columns):
            is_marked = i < len(part) and start + i in marked
            blank = " " if i > 0 and i % self.group == 0 else ""
            cell = f"{part[i]:02x}" if i < len(part) else "  "
            if is_marked and not inside:
                digits += blank + BEGIN + cell
            elif inside and not is_marked:
                digits += END + blank + cell
            else:
                digits += blank + cell
            inside = is_marked
        digits += END if inside else ""
        inside = False
        for i, byte in enumerate(part):
            is_marked = start + i in marked
            if is_marked != inside:
                text += BEGIN if is_marked else END
            inside = is_marked
            text += chr(byte) if 32 <= byte < 127 else "."
        text += END if inside else ""
        return f"{start:08x}: {digits}  {text}\n"

    def gap(self, before, after, matches):
        start, end = (before + 1) * self.columns, after * self.columns
        inside = any(o <= start and end <= o + n for o, n in matches)
        return "...\n" if inside else "--\n"

    def print(self, matches):
        """Matches in the order of the file."""
        marked = set()
        for offset, length in matches:
            marked.update(range(offset, offset + length))
        out, before = "", None
        for row in self.wanted(matches):
            if before is not None and row > before + 1:
                out += self.gap(before, row, matches)
            out += self.text(row, marked)
            before = row
        return out

    def groups(self, matches):
        """Matches whose rows touch or overlap, from the last group to the first."""
        groups = []
        for match in matches:
            if groups and self.around_match(match)[1] + 1 >= self.around_match(groups[-1][0])[0]:
                groups[-1].insert(0, match)
            else:
                groups.append([match])
        return groups

    def print_backward(self, matches):
        parts = [self.print(group) for group in self.groups(matches)]
        return "--\n".join(part for part in parts if part)


def mark_only(text):
    """Leaves of the colours only the highlights."""
    out, inside, code = "", False, ""
    for part in re.split(r"(\x1b\[[0-9;]*m)", text):
        if part.startswith("\x1b"):
            assert code != BEGIN or part == END, "a background stays"
            code = part
        elif part:
            if (code == BEGIN) != inside:
                out += END if inside else BEGIN
            inside = code == BEGIN
            out += part
    return out


def parse(ranges):
    return [tuple(map(int, item.split("+"))) for item in ranges.split()]


def check(got, expected, *what):
    if got != expected:
        with open("got", "w", encoding="utf-8") as out:
            out.write(got)
        with open("expected", "w", encoding="utf-8") as out:
            out.write(expected)
        subprocess.run(["diff", "expected", "got"], check=False)
        raise AssertionError(what[-2:])


def check_search(data):
    pattern = random.choice(PATTERNS)
    columns, group, around = (random.choice([1, 2, 3, 8, 16, 40]), random.choice([0, 1, 2, 5, 50]),
                              random.choice([0, 1, 2, 7]))
    rows = Rows(data, columns, group, around)
    layout = [f"--columns={columns}", f"--group={group}", f"-d{around}"]
    start = random.choice([0, random.randrange(len(data) + 1)])
    words = [*pattern, f"{start}:{random.choice([len(data), random.randrange(start, len(data) + 1)])}"]
    many = random.choice([["-a"], [], ["-m2"], ["-a", "--threads=3"], ["--overlapping"]])
    for command in "find", "rfind":
        if command == "rfind" and many == ["--overlapping"]:
            many = ["-a"]
        matches = parse(run(command, "-r", *many, "f", *words))
        longest = max((n for _, n in matches), default=0)
        if many == ["--overlapping"] and longest > LONG * columns:
            continue
        expected = (rows.print if command == "find" else rows.print_backward)(matches)
        plain = re.sub(r"\x1b\[[0-9;]*m", "", expected)
        arguments = [command, *many, *layout]
        what = (data, arguments, words)
        check(run(*arguments, "f", *words), plain, *what)
        check(run(*arguments, "-", *words, data=data), plain, "stream", *what)
        check(mark_only(run(*arguments, "--color=always", "f", *words)), expected, *what)
        check(mark_only(run(*arguments, "--color=always", "-", *words, data=data)), expected,
              "stream", *what)


for _ in range(FILES):
    content = make_file()
    with open("f", "wb") as file:
        file.write(content)
    for _ in range(3):
        check_search(content)
