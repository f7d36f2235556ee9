"""find_print.py MMTOOL SEED - find and rfind print what Python finds, in files made at random.

For each file: matches (-o), their line numbers (-n), JSON, and lines with their numbers, of strings
and of expressions, in a range, from a stream, by several threads. Run in an empty directory.
"""

import json
import random
import re
import subprocess
import sys

MMTOOL, SEED = sys.argv[1], int(sys.argv[2])
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

    def __init__(self, data):
        self.data = data
        self.pattern, self.is_regex = random.choice(PATTERNS)
        self.start, self.end = 0, len(data)
        self.arguments = ["-a", f"--threads={random.choice([1, 2, 5])}"]
        if random.random() < 0.4:
            self.start = random.randrange(len(data) + 1)
        if random.random() < 0.4:
            self.end = random.randrange(self.start, len(data) + 1)
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
    objects = [json.loads(line) for line in search.find("-ljn").splitlines()]
    check(search, [(f["offset"], f["length"], f["number"], from_json(f, "line")) for f in objects],
          [(s, e - s, search.number(s), data[s:e]) for s, e in search.lines()])


for _ in range(60):
    content = make_file()
    with open("f", "wb") as file:
        file.write(content)
    for _ in range(2):
        the_search = Search(content)
        check_text(the_search)
        check_numbers(the_search)
        check_backward(the_search)
        check_json(the_search)
