#!/usr/bin/env python3
"""commands.py MMTOOL [COUNT [SEED]] - random command lines on a file, beside a model of it.

The model is a Python bytes object: a command's status, output and the bytes it leaves must be those
of the model, in the slowest way that can be written. A command that fails must leave the file as it
was, with one line of message. Edits are also made with --undo and taken back, listed by -n and made
from that list, made under other options and in a script, and killed at a random moment: then the
next command must show the old or the new file. Prints each command that went wrong, as TAP.
"""

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

MMTOOL = os.path.abspath(sys.argv[1])
COUNT = int(sys.argv[2]) if len(sys.argv) > 2 else 10000
SEED = int(sys.argv[3]) if len(sys.argv) > 3 else random.randrange(1 << 30)
NAME = "f"
ALPHABETS = [b"ab\n", b"abAB \n", b"ab\0", bytes(range(256)), b"aab"]
SIZES = [0, 1, 2, 5, 17, 60, 60, 60, 61, 200]
BIG_SIZES = [4095, 4096, 4097, 70000, 300000]
# Expressions that match at least a byte, with the same meaning to Python's re.
EXPRESSIONS = [b"a+", b"a[ab]*b", b"(a|ab)(b|ba)", b"[^a\n]", b"b{2,3}", b"^.", b"a.b", b"(ab)+a?",
               b"\\n+", b"\\x00", b"\\bb", b"[a-b]{1,4}\\n"]
BAD = object()  # the command must fail with status 2


class Position:
    """A position as written, and where it is in `data`; None: in front of or past the file."""

    def __init__(self, chance, data):
        size = len(data)
        kind = chance.choice(["start", "start", "start", "hex", "end", "back", "line", "back line",
                              "far"])
        offset = chance.randrange(size + 1)
        self.low = False  # lies in front of the file
        self.offset = offset
        if kind == "hex":
            self.text = hex(offset)
        elif kind == "end":
            self.text, self.offset = "end", size
        elif kind == "back":
            count = chance.choice([chance.randrange(size + 1), size + 3])
            self.text, self.offset = f"-{count}", size - count
            self.low = count > size
            if count == 0:
                self.offset = size
        elif kind == "line":
            self.line(chance, data)
        elif kind == "back line":
            self.back_line(chance, data)
        elif kind == "far":
            self.offset = size + chance.randrange(1, 9)
            self.text = str(self.offset)
        else:
            self.text = str(offset)

    def line(self, chance, data):
        starts = line_starts(data)
        number = chance.randrange(1, len(starts) + 3)
        self.text = f"L{number}"
        if number <= len(starts):
            self.offset = starts[number - 1]
        elif number == len(starts) + 1:
            self.offset = len(data)
        else:
            self.offset = len(data) + 1

    def back_line(self, chance, data):
        starts = line_starts(data)
        number = chance.randrange(1, len(starts) + 3)
        self.text = f"L-{number}"
        self.low = number > len(starts)
        self.offset = starts[-number] if not self.low else -1

    def strict(self, data):
        if self.low or self.offset > len(data):
            return None
        return self.offset

    def clamped(self, data):
        return 0 if self.low else min(self.offset, len(data))


def line_starts(data):
    if not data:
        return []
    starts = [0] + [m.end() for m in re.finditer(b"\n", data)]
    return starts if starts[-1] < len(data) else starts[:-1]


class Range:
    """A range as written; strict() and clamped() tell its bytes."""

    def __init__(self, chance, data):
        self.kind = chance.choice([":", ":", "+", "open", "all", "to"])
        self.start = Position(chance, data)
        self.end = Position(chance, data)
        self.count = chance.randrange(len(data) + 2)
        if self.kind == ":" and chance.random() < 0.7 and self.start.clamped(data) > \
                self.end.clamped(data):
            self.start, self.end = self.end, self.start
        self.text = {":": f"{self.start.text}:{self.end.text}", "+": f"{self.start.text}+{self.count}",
                     "open": chance.choice([self.start.text, self.start.text + ":"]), "all": ":",
                     "to": ":" + self.end.text}[self.kind]

    def strict(self, data):
        start = 0 if self.kind in ("all", "to") else self.start.strict(data)
        end = len(data)
        if self.kind in (":", "to"):
            end = self.end.strict(data)
        elif self.kind == "+" and start is not None:
            end = start + self.count
        if start is None or end is None or start > end or end > len(data):
            return None
        return start, end

    def clamped(self, data):
        """Where bytes are counted from a start in front of the file, as a Python slice has them."""
        start = 0 if self.kind in ("all", "to") else self.start.clamped(data)
        end = len(data)
        if self.kind in (":", "to"):
            end = self.end.clamped(data)
        elif self.kind == "+":
            if self.start.low:
                return None
            end = min(start + self.count, len(data))
        return (start, end) if start <= end else (start, start - 1)


class Pattern:
    """One or more patterns, and the options that say how they match."""

    def __init__(self, chance, data):
        self.options, self.operands = [], []
        self.is_regex = chance.random() < 0.35
        self.ignore_case = chance.random() < 0.2
        self.shortest = self.is_regex and chance.random() < 0.25
        self.step, self.first = 1, 0
        count = chance.choice([1, 1, 1, 2, 3])
        self.matchers = []
        for _ in range(count):
            self.add(chance, data)
        if chance.random() < 0.15:
            self.step = chance.choice([2, 3, 4, 8])
            self.first = chance.randrange(self.step)
            self.options.append(f"--align={self.step}" + (f"+{self.first}" if self.first else ""))
        if self.is_regex:
            self.options.append("-E")
        elif self.kind == "hex":
            self.options.append("-x")
        else:
            self.options.append("-e")
        if self.ignore_case:
            self.options.append("-i")
        if self.shortest:
            self.options.append("--shortest")

    def add(self, chance, data):
        flags = re.MULTILINE | (re.IGNORECASE if self.ignore_case else 0)
        if self.is_regex:
            text = chance.choice(EXPRESSIONS)
            self.operands.append(os.fsdecode(text))
            self.matchers.append(re.compile(text, flags))
            return
        if not hasattr(self, "kind"):
            self.kind = chance.choice(["hex", "escape"])
        at = chance.randrange(len(data) + 1)
        piece = data[at:at + chance.choice([1, 1, 2, 2, 3, 8])]
        if not piece or chance.random() < 0.2:
            piece = bytes(chance.choice(b"abAB\n") for _ in range(chance.randrange(1, 4)))
        if self.kind == "escape":
            self.operands.append("".join(f"\\x{byte:02x}" for byte in piece))
            self.matchers.append(re.compile(re.escape(piece), flags))
            return
        digits, expression = "", b""
        for byte in piece:
            masked = chance.choice(["no", "no", "both"] if self.ignore_case else
                                   ["no", "no", "high", "low", "both"])
            high, low = f"{byte:02x}"
            digits += {"no": high + low, "high": "?" + low, "low": high + "?", "both": "??"}[masked]
            allowed = [b for b in range(256) if (masked in ("high", "both") or b >> 4 == byte >> 4)
                       and (masked in ("low", "both") or b & 15 == byte & 15)]
            expression += b"[" + b"".join(b"\\x%02x" % b for b in allowed) + b"]"
        self.operands.append(digits)
        self.matchers.append(re.compile(expression, flags))

    def length_at(self, data, at, end):
        """Length of the match at `at` that ends at `end` or before; None: there is none."""
        if at % self.step != self.first % self.step:
            return None
        found = None
        for matcher in self.matchers:
            ends = range(at + 1, end + 1)
            if self.is_regex:
                if not matcher.match(data, at, end):
                    continue
                hits = (stop - at for stop in (ends if self.shortest else reversed(ends))
                        if matcher.fullmatch(data, at, stop))
                length = next(hits, None)
            else:
                hit = matcher.match(data, at, end)
                length = hit.end() - at if hit else None
            if length is not None and (found is None or (length > found) != self.shortest):
                found = length
        return found

    def forward(self, data, start, end, overlapping=False):
        found, at = [], start
        while at < end:
            length = self.length_at(data, at, end)
            if length is None:
                at += 1
                continue
            found.append((at, length))
            at += 1 if overlapping else length
        return found

    def backward(self, data, start, end, overlapping=False):
        found, at, limit = [], end - 1, end
        while at >= start:
            length = self.length_at(data, at, limit)
            if length is not None:
                found.append((at, length))
                limit = end if overlapping else at
            at -= 1
        return found

    def arguments(self, chance):
        if len(self.operands) == 1 and chance.random() < 0.5:
            return self.options, ["--"] + [NAME, self.operands[0]]
        return self.options + [f"--pattern={text}" for text in self.operands], ["--", NAME]


class Case:
    """A command line, and what the model says of it."""

    def __init__(self, arguments, status=0, output=b"", data=None):
        self.arguments, self.status, self.output, self.data = arguments, status, output, data


def escape(data):
    return "".join(f"\\x{byte:02x}" for byte in data)


def read_case(chance, data):
    span = Range(chance, data)
    there = span.clamped(data)
    if there is None:
        return None
    part = data[there[0]:max(there)] if there[0] <= there[1] else b""
    style = chance.choice(["raw", "-x", "u8", "-l", "-L", "-d"])
    if style == "raw":
        return Case(["read", NAME, span.text], output=part)
    if style == "-x":
        return Case(["read", "-x", NAME, span.text], output=part.hex().encode() + b"\n")
    if style == "u8":
        return Case(["read", "-t", "u8", NAME, span.text],
                    output=b"".join(b"%d\n" % byte for byte in part))
    if style == "-d":
        if not shutil.which("xxd"):
            return None
        done = subprocess.run(["xxd", "-o", str(there[0])], input=part, capture_output=True,
                              check=True)
        return Case(["read", "-d", NAME, span.text], output=done.stdout)
    if style == "-L":
        return None
    count = chance.choice([1, 2, 5, -1, -2])
    lines = part.splitlines(keepends=True) if b"\r" not in part else None
    if lines is None or any(byte in part for byte in b"\x0b\x0c\x1c\x1d\x1e\x85"):
        return None
    chosen = lines[:count] if count > 0 else lines[count:]
    return Case(["read", f"-l{count}", NAME, span.text], output=b"".join(chosen))


def find_case(chance, data):
    pattern = Pattern(chance, data)
    command = chance.choice(["find", "find", "rfind"])
    span = Range(chance, data) if chance.random() < 0.5 else None
    there = span.clamped(data) if span else (0, len(data))
    if there is None:
        return None
    overlapping = chance.random() < 0.15
    way = pattern.forward if command == "find" else pattern.backward
    found = way(data, there[0], max(there), overlapping) if there[0] <= there[1] else []
    options, operands = pattern.arguments(chance)
    style = chance.choice(["first", "-a", "-c", "-r", "-m", "-q", "-o", "-n", "-cl"])
    if overlapping:
        options = options + ["--overlapping"]
        if style in ("first", "-q"):
            style = "-a"
    if style == "-m":
        count = chance.randrange(1, 4)
        found = found[:count]
        options = options + [f"-m{count}"]
    elif style == "-r":
        options = options + ["-ar"]
    elif style in ("-o", "-n"):
        options = options + ["-a", style]
    elif style != "first":
        options = options + [style]
    if style in ("first", "-q"):
        found = found[:1]
    output = b""
    if style == "-c":
        output = b"%d\n" % len(found)
    elif style == "-cl":
        output = b"%d\n" % len({data.count(b"\n", 0, at) for at, _ in found})
        if any(data[at:at + 1] == b"\n" or b"\n" in data[at:at + n] for at, n in found):
            return None
    elif style != "-q":
        for at, length in found:
            output += {"-r": b"%d+%d" % (at, length), "-o": data[at:at + length],
                       "-n": b"%d" % (data.count(b"\n", 0, at) + 1)}.get(style, b"%d" % at) + b"\n"
    if chance.random() < 0.2:
        options = options + [f"--threads={chance.choice([1, 2, 3])}"]
    return Case([command] + options + operands + ([span.text] if span else []),
                0 if found else 1, output)


def some_bytes(chance):
    return bytes(chance.choice(b"abxyz\0\n") for _ in range(chance.choice([0, 1, 1, 2, 3, 7, 40])))


def write_case(chance, data):
    new = some_bytes(chance) or b"q"
    options = ["-e"]
    if chance.random() < 0.3:
        span = Range(chance, data)
        there = span.strict(data)
        if span.kind == "open" and not span.text.endswith(":"):
            return None
        fill = chance.random() < 0.5
        arguments = ["write", "-e"] + (["--fill"] if fill else []) + ["--", NAME, span.text,
                                                                       escape(new)]
        if there is None or (not fill and len(new) != there[1] - there[0]):
            return Case(arguments, 2)
        size = there[1] - there[0]
        whole = (new * (size // len(new) + 1))[:size]
        return Case(arguments, data=data[:there[0]] + whole + data[there[1]:])
    position = Position(chance, data)
    count = chance.choice([1, 1, 1, 3])
    if count > 1:
        options.append(f"--repeat={count}")
    new *= count
    at = position.offset
    extend = chance.random() < 0.3
    if extend:
        options.append("--extend")
    bad = position.low or (not extend and (at > len(data) or at + len(new) > len(data)))
    if position.text.startswith("L") and at > len(data):
        bad = True  # no line so far on, whatever may be added
    shown = escape(new[:len(new) // count])
    arguments = ["write"] + options + ["--", NAME, position.text, shown]
    if bad:
        return Case(arguments, 2)
    grown = data + bytes(max(0, at - len(data)))
    return Case(arguments, data=grown[:at] + new + grown[at + len(new):])


def expect_case(chance, data):
    """Bytes are written where the expected ones are; or were written before."""
    at, new = chance.randrange(len(data) + 1), some_bytes(chance) or b"q"
    there = data[at:at + len(new)]
    if len(there) < len(new):
        return None
    wanted = chance.choice([there, there, some_bytes(chance) or b"w"])
    wanted = (wanted * len(new))[:len(new)]
    strict = chance.random() < 0.3
    arguments = ["write", "-e", "--expect=" + escape(wanted)] + (["--strict"] if strict else [])
    arguments += ["--", NAME, str(at), escape(new)]
    if there == wanted:
        return Case(arguments, data=data[:at] + new + data[at + len(new):])
    return Case(arguments, 0 if there == new and not strict else 1)


def typed_case(chance, data):
    """Values of a type, from a file with any white space between them."""
    size, order = chance.choice([1, 2, 4, 8]), chance.choice(["le", "be"])
    signed = chance.random() < 0.5
    raw = chance.randbytes(size * chance.randrange(1, 6))
    values = [int.from_bytes(raw[i:i + size], {"le": "little", "be": "big"}[order], signed=signed)
              for i in range(0, len(raw), size)]
    with open("script", "w", encoding="ascii") as file:
        for value in values:
            file.write(f"{value}" if chance.random() < 0.8 or value < 0 else hex(value))
            file.write(chance.choice([" ", "\n", "\t", "\r\n", "  \n "]))
    at = chance.randrange(len(data) + 1)
    name = f"{'i' if signed else 'u'}{size * 8}{order if size > 1 else ''}"
    arguments = ["write", f"--type={name}", "--typed-from=script", NAME, str(at)]
    if at + len(raw) > len(data):
        return Case(arguments, 2)
    return Case(arguments, data=data[:at] + raw + data[at + len(raw):])


def masked_case(chance, data):
    """A digit of DATA that is `?` keeps the one that is there."""
    at, new = chance.randrange(len(data) + 1), some_bytes(chance) or b"q"
    there = data[at:at + len(new)]
    digits = "".join("?" if chance.random() < 0.4 else digit for digit in new.hex())
    arguments = ["write", "-x", NAME, str(at), digits]
    if len(there) < len(new):
        return Case(arguments, 2)
    kept = "".join(b if a == "?" else a for a, b in zip(digits, there.hex()))
    return Case(arguments, data=data[:at] + bytes.fromhex(kept) + data[at + len(new):])


def move_case(chance, data):
    to, span = Position(chance, data), Range(chance, data)
    there, at = span.strict(data), to.strict(data)
    arguments = ["move", "--", NAME, to.text, span.text]
    if there is None or at is None or at + there[1] - there[0] > len(data):
        return Case(arguments, 2)
    part = data[there[0]:there[1]]
    return Case(arguments, data=data[:at] + part + data[at + len(part):])


def resize_case(chance, data):
    style = chance.choice(["", "+", "-"])
    size = chance.choice([0, 1, 10, chance.randrange(len(data) + 1), len(data)])
    new = {"": size, "+": len(data) + size, "-": len(data) - size}[style]
    arguments = ["resize", NAME, f"{style}{size}"]
    if style == "-" and size == 0:
        new = len(data)
    if new < 0:
        return Case(arguments, 2)
    return Case(arguments, data=data[:new] + bytes(max(0, new - len(data))))


def splice_case(chance, data):
    span, new = Range(chance, data), some_bytes(chance)
    there = span.strict(data)
    arguments = ["splice", "-e", "--", NAME, span.text, escape(new)]
    if there is None:
        return Case(arguments, 2)
    if not new and span.kind == "open" and not span.text.endswith(":"):
        return None
    return Case(arguments, data=data[:there[0]] + new + data[there[1]:])


def strings(data, matches, new):
    """--cstring: what follows a replacement in its string moves up; NULs at the string's end."""
    if any(data.find(b"\0", at) < 0 for at, _ in matches):
        return BAD
    out, at = bytearray(), 0
    pending = 0  # NULs that are owed at the end of the string
    for start, length in matches + [(None, 0)]:
        end = len(data) if start is None else start
        if pending:
            stop = data.find(b"\0", at)
            stop = len(data) if stop < 0 else stop
            if start is None or stop <= start:
                out += data[at:stop] + bytes(pending)
                at, pending = stop, 0
        out += data[at:end]
        at = end
        if start is not None:
            if len(new) > length:
                return BAD
            out += new
            pending += length - len(new)
            at = start + length
    return bytes(out)


def replace_case(chance, data):
    pattern, new = Pattern(chance, data), some_bytes(chance)
    span = Range(chance, data) if chance.random() < 0.3 else None
    there = span.strict(data) if span else (0, len(data))
    options = list(pattern.options) + [f"--pattern={text}" for text in pattern.operands]
    if span:
        options.append(f"--within={span.text}")
    style = chance.choice(["", "-a", "-a", "-m2"])
    if style:
        options.append(style)
    keep = chance.choice(["", "", "", "--pad", "--cstring"])
    if keep:
        options.append(keep)
    shown = new.hex() if "-x" in options else escape(new)
    if new == b"" and chance.random() < 0.5:
        arguments = ["splice", "--delete"] + options + ["--", NAME]
    else:
        arguments = ["splice"] + options + ["--", NAME, shown]
    if there is None:
        return Case(arguments, 2)
    found = pattern.forward(data, *there)
    found = found[:{"": 1, "-a": None, "-m2": 2}[style]]
    if not found:
        return Case(arguments, 1)
    if keep and all(data[at:at + length] == new for at, length in found):
        return None  # nothing is to be written, so nothing is in its way
    if keep == "--cstring":
        if any(b"\0" in data[at:at + length] for at, length in found):
            return None
        result = strings(data, found, new)
        return Case(arguments, 2) if result is BAD else Case(arguments, data=result)
    out, at = bytearray(), 0
    for start, length in found:
        put_in = new
        if keep == "--pad":
            if len(new) > length:
                return Case(arguments, 2)
            put_in = new + bytes(length - len(new))
        out += data[at:start] + put_in
        at = start + length
    return Case(arguments, data=bytes(out) + data[at:])


def script_case(chance, data):
    """An edit script of lines in any order, now and then with an OLD that is not there."""
    at, out, lines = 0, bytearray(), []
    wrong = False
    for _ in range(chance.randrange(1, 6)):
        start = at + chance.randrange(1, 9)
        length = chance.choice([0, 0, 1, 2, 9])
        if start + length > len(data):
            break
        old, new = data[start:start + length], some_bytes(chance)
        out += data[at:start] + new
        shown = old.hex() or "-"
        if chance.random() < 0.05:
            there = data[start + length:start + length + 1]
            shown, wrong = (old + (b"y" if there == b"x" else b"x")).hex(), True
        elif chance.random() < 0.2:
            shown = f"+{len(old)}"
        lines.append(f"{start} {shown} {new.hex() or '-'}\n")
        at = start + length
        if wrong:
            break
    chance.shuffle(lines)
    with open("script", "w", encoding="ascii") as file:
        file.writelines(lines)
    if wrong:
        return Case(["splice", "--strict", "--edits=script", NAME], 1)
    return Case(["splice", "--strict", "--edits=script", NAME], data=bytes(out) + data[at:])


def line_case(chance, data):
    """Lines that hold a match, each once: of strings without a newline."""
    word = bytes(chance.choice(b"abAB") for _ in range(chance.randrange(1, 4)))
    command = chance.choice(["find", "rfind"])
    starts = line_starts(data)
    lines = [(at, data[at:end]) for at, end in zip(starts, starts[1:] + [len(data)])]
    found = [(number, at, line) for number, (at, line) in enumerate(lines, 1) if word in line]
    found = found if command == "find" else found[::-1]
    style = chance.choice(["-al", "-l", "-aln", "-alz", "-acl", "-m2"])
    arguments = [command] + (["-m2", "-l"] if style == "-m2" else [style])
    if style in ("-l", "-m2"):
        found = found[:1 if style == "-l" else 2]
    output = b""
    for number, at, line in found:
        bare = line[:-1] if line.endswith(b"\n") else line
        output += b"%d:" % (number if "n" in style else at) + bare
        output += b"\0" if "z" in style else b"\n"
    if style == "-acl":
        output = b"%d\n" % len(found)
    return Case(arguments + [NAME, word.decode()], 0 if found else 1, output)


def diff_case(chance, data):
    """The script of diff makes one file of another."""
    new = bytearray(data)
    for _ in range(chance.randrange(4)):
        at = chance.randrange(len(new) + 1)
        new[at:at + chance.choice([0, 0, 1, 5, 50])] = some_bytes(chance)
    with open("new", "wb") as file:
        file.write(new)
    done = run(["diff", NAME, "new"])
    os.unlink("new")
    expect(done.returncode == (0 if new == data else 1) and not done.stderr,
           f"diff: {done.returncode} {done.stderr!r}")
    with open("script", "wb") as file:
        file.write(done.stdout)
    return Case(["splice", "--edits=script", NAME], data=bytes(new))


EDITS = [write_case, write_case, expect_case, typed_case, masked_case, move_case, resize_case, splice_case, splice_case, replace_case,
         replace_case, replace_case, script_case, diff_case]
LOOKING = ["read", "find", "rfind"]
LOOKS = [read_case, read_case, find_case, find_case, find_case, line_case]


def make_data(chance, big):
    alphabet = chance.choice(ALPHABETS)
    size = chance.choice(BIG_SIZES if big else SIZES)
    if not big:
        return bytes(chance.choice(alphabet) for _ in range(size))
    piece = bytes(chance.choice(alphabet) for _ in range(997))
    return (piece * (size // 997 + 1))[:size]


def put(data):
    with open(NAME, "wb") as file:
        file.write(data)


def get():
    with open(NAME, "rb") as file:
        return file.read()


def run(arguments, stream=None):
    """Nothing, or the bytes of `stream` through a pipe, is the standard input."""
    return subprocess.run([MMTOOL] + arguments, capture_output=True, check=False, timeout=60,
                          input=stream or b"")


class Wrong(Exception):
    pass


def expect(condition, words):
    if not condition:
        raise Wrong(words)


def check_status(case, done):
    expect(done.returncode == case.status,
           f"status {done.returncode}, not {case.status}: {done.stderr.decode(errors='replace')}")
    if case.status == 2:
        lines = done.stderr.rstrip(b"\n").split(b"\n")
        expect(len(lines) <= 2 and lines[0].startswith(b"mmtool: "), f"message {done.stderr!r}")
    elif case.status == 0:
        expect(not done.stderr, f"message {done.stderr!r}")


def check_plain(case, data):
    done = run(case.arguments)
    check_status(case, done)
    expect(done.stdout == case.output, f"output {done.stdout!r}, not {case.output!r}")
    new = data if case.data is None else case.data
    expect(get() == new, f"file {get()[:200]!r}, not {new[:200]!r}")


def check_stream(case, data):
    """A pipe has the same bytes as a file."""
    done = run(["-" if word == NAME else word for word in case.arguments], data)
    check_status(case, done)
    expect(done.stdout == case.output, f"of a pipe: {done.stdout!r}, not {case.output!r}")


def check_undo(case, data):
    check_status(case, run(case.arguments[:1] + ["--undo=back"] + case.arguments[1:]))
    expect(get() == case.data, "other bytes with --undo")
    if os.path.exists("back"):
        done = run(["splice", "--edits=back", NAME])
        expect(done.returncode == 0, f"the undo script: {done.stderr!r}")
    expect(get() == data, "the undo script does not take it back")


def check_dry(case, data):
    """What -n prints is an edit script that makes the same file."""
    done = run(case.arguments[:1] + ["-n"] + case.arguments[1:])
    check_status(case, done)
    expect(get() == data, "-n changed the file")
    if case.arguments[0] == "resize" and len(case.data) > len(data):
        return
    with open("dry", "wb") as file:
        file.write(done.stdout)
    done = run(["splice", "--edits=dry", NAME])
    expect(done.returncode == 0, f"the script of -n: {done.stderr!r}")
    expect(get() == case.data, f"the script of -n makes {get()[:200]!r}, not {case.data[:200]!r}")


def check_other_ways(case, data, chance):
    way = chance.choice([["--no-journal"], ["--durable"], ["--new-inode"], ["--access=write"],
                         ["--map=populate"], ["--window=:"]])
    check_status(case, run(case.arguments[:1] + way + case.arguments[1:]))
    expect(get() == case.data, f"other bytes with {way[0]}")


def check_atomic(case, chance):
    """The same edit as a line of a script, all or nothing."""
    if "'" in "".join(case.arguments):
        return
    done = run(["run", "--atomic", NAME, "-c", quoted(case.arguments)])
    expect(done.returncode == case.status, f"run --atomic: {done.returncode} {done.stderr!r}")
    expect(get() == case.data, "other bytes with run --atomic")


def quoted(arguments):
    return " ".join("'" + word + "'" for word in arguments if word != NAME)


def check_several(chance, data):
    """Edits one behind the other in a script, each on what the one before left."""
    commands, now = [], data
    for _ in range(chance.randrange(2, 6)):
        case = chance.choice([write_case, move_case, resize_case, splice_case, replace_case])(
            chance, now)
        if case and case.status == 0 and "'" not in "".join(case.arguments):
            commands += ["-c", quoted(case.arguments)]
            now = case.data
    if not commands:
        return
    for way in (["--atomic"], []):
        put(data)
        done = run(["run"] + way + [NAME] + commands)
        expect(done.returncode == 0 and not done.stderr and not done.stdout and get() == now,
               f"run {way} {commands}: {done.returncode} {done.stderr!r} {get()[:200]!r}, "
               f"not {now[:200]!r}")


def check_window(chance, maker, data):
    """A command in a window sees what it would see in a file of those bytes."""
    start = chance.randrange(len(data) + 1)
    end = chance.choice([len(data), chance.randrange(start, len(data) + 1)])
    seen = data[start:end]
    case = maker(chance, seen) if maker is not diff_case else None
    if case is None:
        return None
    new = seen if case.data is None else case.data
    if end != len(data) and (len(new) != len(seen) or case.arguments[0] in ("splice", "resize")):
        case.status, new = 2, seen
    case.arguments[1:1] = [f"--window={start}:{end}"]
    put(data)
    done = run(case.arguments)
    check_status(case, done)
    expect(done.stdout == case.output, f"{case.arguments}: {done.stdout!r}, not {case.output!r}")
    whole = data[:start] + new + data[end:]
    expect(get() == whole, f"{case.arguments}: {get()[:200]!r}, not {whole[:200]!r}")
    return case


def check_killed(case, data, chance):
    with subprocess.Popen([MMTOOL] + case.arguments, stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
        time.sleep(chance.random() * 0.004)
        child.send_signal(signal.SIGKILL)
    done = run(["read", NAME])
    expect(done.returncode == 0, f"read after a kill: {done.stderr!r}")
    expect(done.stdout in (data, case.data), "neither old nor new after a kill")
    expect(get() == done.stdout, "not what was read")


def one(chance):
    big = chance.random() < 0.1
    data = make_data(chance, big)
    put(data)
    makers = LOOKS if chance.random() < 0.4 and not big else EDITS
    if big:
        makers = [write_case, move_case, resize_case, splice_case, script_case, diff_case]
    case = None
    try:
        if not big and chance.random() < 0.06:
            check_several(chance, data)
            return None
        if chance.random() < 0.12:
            return check_window(chance, chance.choice(makers), data)
        case = chance.choice(makers)(chance, data)
        if case is None:
            return None
        if case.data is None and case.arguments[0] in LOOKING and chance.random() < 0.3:
            check_stream(case, data)
        elif case.data is None:
            check_plain(case, data)
        else:
            checks = [lambda: check_plain(case, data), lambda: check_undo(case, data),
                      lambda: check_dry(case, data),
                      lambda: check_other_ways(case, data, chance),
                      lambda: check_atomic(case, chance),
                      lambda: check_killed(case, data, chance)]
            chance.choice(checks[1:] if not big else checks[1:] + [checks[-1]] * 4)() \
                if chance.random() < 0.6 else checks[0]()
        for left in os.listdir("."):
            expect(left in (NAME, "script", "back", "dry"), f"left behind: {left}")
    except (Wrong, subprocess.TimeoutExpired) as wrong:
        return case, data, str(wrong)
    finally:
        for name in os.listdir("."):
            os.unlink(name)
    return case


def main():
    failed = 0
    print("1..1", flush=True)
    with tempfile.TemporaryDirectory() as directory:
        os.chdir(directory)
        for number in range(COUNT):
            result = one(random.Random(SEED * 1000003 + number))
            if not isinstance(result, tuple):
                continue
            case, data, words = result
            shown = " ".join(map(repr, case.arguments)) if case else "several commands"
            failed += 1
            print(f"# {number}: {shown}\n#   file {data[:80]!r} ({len(data)} bytes)\n#   {words}",
                  flush=True)
        os.chdir("/")
    print(f"{'not ' if failed else ''}ok 1 - {COUNT} random command lines, {failed} of them wrong "
          f"(seed {SEED})")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
