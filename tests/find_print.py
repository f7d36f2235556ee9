"""find_print.py MMTOOL SEED FILES - find and rfind print what Python finds, in files made at random.

For each file: matches (-o), their line numbers (-n), JSON, and lines with their numbers, of strings
and of expressions, in a range, from a stream, by several threads. Run in an empty directory.
"""

import json
import random
import re
import subprocess
import sys

MMTOOL, SEED, FILES = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
random.seed(SEED)
# Patterns, and whether they are expressions, of which the leftmost match is also the longest.
PATTERNS = [(b"a", False), (b"ab", False), (b"aa", False), (b"a\nb", False), (b"\n", False),
            (b"b+", True), (b"a[^b\n]*b", True), (b"^.", True), (b"x*", True), (b"b$", True),
            (b"a\nb|b\na", True), (b"\n+a*", True)]


def make_file():
    alphabet = random.choice([b"ab\n", b"aaab\n", b"aabbx\xff\xc3\xa9\n"])
    size = random.choice([0, 1, 7, 60, 3000])
    return bytes(random.choice(alphabet) for _ in range(size))


def run(*arguments, data=None):
    done = subprocess.run([MMTOOL, *arguments], input=data, capture_output=True, check=False)
    assert done.returncode in (0, 1) and not done.stderr, (arguments, done)
    return done.stdout


class Search:
    """A command without its printing options, and the matches it must find."""

    def __init__(self, data, like=None, start=0):
        self.data = data
        self.pattern, self.is_regex = random.choice(PATTERNS)
        self.start, self.end = 0, len(data)
        self.arguments = ["-a", f"--threads={random.choice([1, 2, 5])}"]
        if random.random() < 0.4:
            self.start = random.randrange(len(data) + 1)
        if random.random() < 0.4:
            self.end = random.randrange(self.start, len(data) + 1)
        if like:
            self.pattern, self.is_regex = like.pattern, like.is_regex
            self.start, self.end = start, like.end
        if self.is_regex:
            self.arguments.append("-E")
            expression = re.compile(self.pattern, re.MULTILINE)
            # In Python a range cuts the text in front too; ours sees the bytes before it.
            self.matches = [(m.start(), m.end() - m.start())
                            for m in self.find_each(expression)]
        else:
            self.arguments.append("-e")
            found = re.compile(re.escape(self.pattern)).finditer(data, self.start, self.end)
            self.matches = [(m.start(), m.end() - m.start()) for m in found]

    def find_each(self, expression):
        """Behind an empty match the search goes on a byte further on."""
        at = self.start
        text = self.data[:self.end]
        while at <= self.end:
            match = expression.search(text, at)
            if not match:
                return
            yield match
            at = match.end() if match.end() > match.start() else match.end() + 1

    def operands(self):
        pattern = self.pattern.decode()
        if not self.is_regex:
            pattern = pattern.replace("\n", "\\n")
        return [pattern, f"{self.start}:{self.end}"]

    def find(self, *options, command="find"):
        return run(command, *self.arguments, *options, "f", *self.operands())

    def find_in_stream(self, *options):
        return run("find", *self.arguments, *options, "-", *self.operands(), data=self.data)

    def number(self, offset):
        return self.data.count(b"\n", 0, offset) + 1

    def matches_in(self, start, end):
        """Those that begin in a line, or at the end of the file if that has no newline there."""
        return [(o, n) for o, n in self.matches if start <= o <= end]

    def lines(self):
        """Start and end, without its newline, of each line in which a match begins."""
        seen = {}
        for offset, _ in self.matches:
            start = self.data.rfind(b"\n", 0, offset) + 1
            end = self.data.find(b"\n", offset)
            if start < len(self.data):
                seen[start] = end if end >= 0 else len(self.data)
        return list(seen.items())


def check(search, got, expected):
    assert got == expected, (search.data, search.operands(), search.arguments, got, expected)


def check_text(search):
    data, matches = search.data, search.matches
    texts = [data[o:][:n] for o, n in matches]
    expected = b"".join(text + b"\n" for text in texts)
    check(search, search.find("-o"), expected)
    check(search, search.find_in_stream("-o"), expected)
    check(search, search.find("-oz"), b"".join(text + b"\0" for text in texts))
    check(search, search.find("-orn"), b"".join(
        b"%d:%d+%d:%s\n" % (search.number(o), o, n, data[o:][:n]) for o, n in matches))
    check(search, search.find("-o", "--as=hex"), "".join(
        text.hex() + "\n" for text in texts).encode())
    check(search, search.find("-o", "--as=u8"), "".join(
        " ".join(str(byte) for byte in text) + "\n" for text in texts).encode())


def check_numbers(search):
    expected = "".join(f"{search.number(o)}\n" for o, _ in search.matches).encode()
    check(search, search.find("-n"), expected)
    check(search, search.find_in_stream("-n"), expected)
    lines = [b"%d:%s\n" % (search.number(start), search.data[start:end])
             for start, end in search.lines()]
    check(search, search.find("-ln"), b"".join(lines))
    check(search, search.find_in_stream("-ln"), b"".join(lines))
    backward = search.find("-on", command="rfind").splitlines()
    offsets = search.find(command="rfind").split()
    assert len(offsets) == search.find("-o", command="rfind").count(b"\n") - sum(
        text.count(b"\n") for text in bytes_backward(search))
    if not any(b"\n" in text for text in bytes_backward(search)):
        numbers = [int(line.split(b":")[0]) for line in backward]
        check(search, numbers, [search.number(int(offset)) for offset in offsets])


def bytes_backward(search):
    return search.find("-oz", command="rfind").split(b"\0")[:-1]


def check_backward(search):
    ranges = search.find("-r", command="rfind").split()
    expected = []
    for item in ranges:
        offset, length = map(int, item.split(b"+"))
        expected.append(search.data[offset:][:length])
    check(search, bytes_backward(search), expected)


def from_json(found, name):
    if name + "_hex" in found:
        return bytes.fromhex(found[name + "_hex"])
    return found[name].encode()


def check_json(search):
    data = search.data
    objects = [json.loads(line) for line in search.find("-ojn").splitlines()]
    check(search, [(f["offset"], f["length"], f["number"], from_json(f, "match")) for f in objects],
          [(o, n, search.number(o), data[o:][:n]) for o, n in search.matches])
    expected = [(s, e - s, search.number(s), data[s:e], search.matches_in(s, e))
                for s, e in search.lines()]
    for got in [search.find("-ljn"), search.find_in_stream("-ljn"),
                without_context(search.find("-ljn", "-C1")),
                without_context(search.find_in_stream("-ljn", "-B2"))]:
        check(search, [line_of(found) for found in got.splitlines()], expected)
    first = search.find("-lj", "-m1")
    check(search, [json.loads(line)["matches"] for line in first.splitlines()],
          [json.loads(line)["matches"] for line in search.find("-lj").splitlines()[:1]])


def line_of(text):
    found = json.loads(text)
    return (found["offset"], found["length"], found["number"], from_json(found, "line"),
            [(match["offset"], match["length"]) for match in found["matches"]])


def without_context(text):
    return b"".join(line + b"\n" for line in text.splitlines() if b'"context":true' not in line)


def check_json_backward(search):
    """In a line the matches are found from left to right, from its start on."""
    for options in ["-lj"], ["-lj", "-C1"]:
        for line in without_context(search.find(*options, command="rfind")).splitlines():
            found = json.loads(line)
            start, end = found["offset"], found["offset"] + found["length"]
            again = Search(search.data, search, max(start, search.start))
            check(again, [(match["offset"], match["length"]) for match in found["matches"]],
                  again.matches_in(start, end))


BEGIN, END = b"\x1b[01;31m\x1b[K", b"\x1b[m\x1b[K"


def check_colors(search):
    for command in "find", "rfind":
        colored = search.find("-l", "-C1", "--color=always", command=command)
        plain = search.find("-l", "-C1", command=command)
        check(search, colored.replace(BEGIN, b"").replace(END, b""), plain)
        for line in colored.split(b"\n"):
            assert BEGIN not in line or re.match(rb"\d+:", line), (search.operands(), line)
    expected = b""
    for start, end in search.lines():
        expected += b"%d:" % start
        at = start
        for offset, length in search.matches_in(start, end):
            stop = min(offset + length, end)
            if offset < stop:
                expected += search.data[at:offset] + BEGIN + search.data[offset:stop] + END
                at = stop
        expected += search.data[at:end] + b"\n"
    check(search, search.find("-l", "--color=always"), expected)


for _ in range(FILES):
    content = make_file()
    with open("f", "wb") as file:
        file.write(content)
    for _ in range(2):
        the_search = Search(content)
        check_text(the_search)
        check_numbers(the_search)
        check_backward(the_search)
        check_json(the_search)
        check_json_backward(the_search)
        check_colors(the_search)
