"""records.py MMTOOL SEED LAYOUTS - records of random layouts, beside Python's struct module.

For each layout: read prints what struct unpacks, from a file, a range and a stream; write puts back
what read printed, and writes what struct packs, of operands and of --typed-from; skipped bytes and
the digits that are ? stay; a wrong line is refused and named. Run in an empty directory.
"""

import math
import random
import struct
import subprocess
import sys

MMTOOL, SEED, LAYOUTS = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
random.seed(SEED)
CODES = {"u8": "B", "i8": "b", "u16": "H", "i16": "h", "u32": "I", "i32": "i", "u64": "Q",
         "i64": "q", "f32": "f", "f64": "d"}
ORDERS = {"": "=", "le": "<", "be": ">"}
ESCAPES = {**{byte: f"\\x{byte:02x}" for byte in range(256)},
           **{byte: chr(byte) for byte in range(0x20, 0x7f)},
           **{ord(char): text for char, text in {
               "\n": r"\n", "\t": r"\t", "\r": r"\r", "\a": r"\a", "\b": r"\b", "\f": r"\f",
               "\v": r"\v", "\\": r"\\"}.items()}}


def attempt(*arguments, data=None):
    return subprocess.run([MMTOOL, *arguments], input=data, capture_output=True, check=False)


def run(*arguments, data=None):
    done = attempt(*arguments, data=data)
    assert done.returncode == 0 and not done.stderr, (arguments, done)
    return done.stdout


class Field:
    """One field of a list: its name there, its bytes, and its columns as Python has them."""

    def __init__(self):
        self.kind = random.choice([*CODES, *CODES, "text", "hex", "skip"])
        self.order = random.choice(list(ORDERS)) if self.kind in CODES else ""
        self.count = random.choice([1, 1, 2, 3, 9])
        star = self.kind not in CODES or self.count > 1 or random.random() < 0.2
        self.name = self.kind + self.order + (f"*{self.count}" if star else "")

    def format(self):
        return ORDERS[self.order] + str(self.count) + CODES.get(self.kind, "s")

    def size(self):
        return struct.calcsize(self.format())

    def header(self):
        if self.kind in CODES:
            return [self.kind + self.order] * self.count
        return [] if self.kind == "skip" else [self.name]

    def columns(self, data):
        values = struct.unpack(self.format(), data)
        if self.kind in CODES:
            return list(values)
        if self.kind == "text":
            return ["".join(ESCAPES[byte] for byte in data)]
        return [] if self.kind == "skip" else [data.hex()]

    def same(self, printed, wanted):
        """Floats may be written in another way, but must read back."""
        if self.kind not in ("f32", "f64"):
            return printed == str(wanted)
        if math.isnan(wanted):
            return "nan" in printed
        pack = struct.Struct("<" + CODES[self.kind]).pack
        return pack(float(printed)) == pack(wanted)

    def operand(self):
        """Bytes, and columns that stand for them."""
        length = random.randrange(self.count + 1)
        data = make_bytes(self.size())
        if self.kind == "text":
            data = data[:length]
            text = "".join(random.choice([ESCAPES[byte], f"\\x{byte:02x}", f"\\{byte:03o}"])
                           for byte in data)
            return data.ljust(self.count, b"\0"), [text]
        columns = self.columns(data)
        if self.kind in ("f32", "f64"):
            numbers = [0.0 if math.isnan(number) else number for number in columns]
            return struct.pack(self.format(), *numbers), [repr(number) for number in numbers]
        if self.kind in CODES:
            return data, [random.choice([str, hex])(number) for number in columns]
        return data, [column.upper() for column in columns]


def put(name, data):
    with open(name, "wb") as file:
        file.write(data)


def get(name):
    with open(name, "rb") as file:
        return file.read()


def make_bytes(size):
    alphabet = random.choice([bytes(range(256)), b"\0\t\n\\ab\xff\xc3\xa9", b"\0\xff\x7f\x80"])
    return bytes(random.choice(alphabet) for _ in range(size))


class Layout:
    """A random list of fields, and records of it."""

    def __init__(self):
        self.fields = [Field() for _ in range(random.choice([1, 2, 5, 12]))]
        while not any(field.header() for field in self.fields):
            self.fields.append(Field())
        self.list = ",".join(field.name for field in self.fields)
        if "," not in self.list and "*" not in self.list:
            self.fields += [first := Field()]
            self.list += "," + first.name
        self.size = sum(field.size() for field in self.fields)

    def columns(self):
        return sum(len(field.header()) for field in self.fields)

    def field_of(self, column):
        return [field for field in self.fields for _ in field.header()][column]

    def is_text(self, column):
        return self.field_of(column).kind == "text"

    def takes(self, column, text):
        """Whether the wrong text is one that this column takes after all."""
        field = self.field_of(column)
        if field.kind == "hex":
            return len(text.replace(" ", "")) == 2 * field.count
        return field.kind in ("f32", "f64") and text == "12345678901234567890123"

    def operands(self):
        """The columns of a record, and its bytes."""
        parts = [field.operand() for field in self.fields]
        return [text for _, texts in parts for text in texts], b"".join(data for data, _ in parts)

    def masked_operands(self):
        """The same, with digits of hex fields that are ?, and a mask of the bits that stay."""
        line, data, kept = [], b"", b""
        for field in self.fields:
            new, texts = field.operand()
            mask = bytearray(b"\xff" * len(new) if field.kind == "skip" else bytes(len(new)))
            if field.kind == "hex":
                digits = list(texts[0])
                for at in range(len(digits)):
                    if random.random() < 0.3:
                        digits[at] = "?"
                        mask[at // 2] |= 0x0f if at % 2 else 0xf0
                texts = ["".join(digits)]
            line += texts
            data += new
            kept += mask
        return line, data, kept

    def check_line(self, line, data):
        columns = line.split("\t")
        for field in self.fields:
            wanted = field.columns(data[:field.size()])
            data = data[field.size():]
            for want in wanted:
                printed = columns.pop(0)
                assert field.same(printed, want), (self.list, field.name, printed, want)
        assert not columns, (self.list, columns)

    def check_text(self, text, data):
        lines = text.decode("ascii").split("\n")
        assert lines.pop() == ""
        assert len(lines) == len(data) // self.size, (self.list, lines)
        for number, line in enumerate(lines):
            self.check_line(line, data[number * self.size:(number + 1) * self.size])

    def skipped(self, old, new):
        """The new bytes of a record, but the old ones where they are skipped."""
        result = b""
        for field in self.fields:
            end = len(result) + field.size()
            result += (old if field.kind == "skip" else new)[len(result):end]
        return result


def check_read(layout):
    count = random.choice([0, 1, 2, 40])
    data = make_bytes(layout.size * count)
    before, rest = make_bytes(random.randrange(9)), make_bytes(random.randrange(9))
    with open("f", "wb") as file:
        file.write(before + data + rest)
    here = f"{len(before)}+{len(data)}"
    text = run("read", "-t", layout.list, "f", here)
    layout.check_text(text, data)
    assert run("read", "-t", layout.list, "-", here, data=before + data + rest) == text
    header, *printed = run("read", "--header", "-t", layout.list, "f", here).split(b"\n", 1)
    names = [name for field in layout.fields for name in field.header()]
    assert header.decode().split("\t") == names and printed == [text], (header, names)
    other = make_bytes(len(data))
    with open("g", "wb") as file:
        file.write(before + other + rest)
    if count > 0:
        run("write", "-t", layout.list, "g", str(len(before)), "--", *text.decode().splitlines())
        pieces = range(0, len(data), layout.size)
        wanted = b"".join(layout.skipped(other[at:at + layout.size], data[at:at + layout.size])
                          for at in pieces)
        with open("g", "rb") as file:
            assert file.read() == before + wanted + rest, layout.list


def check_write(layout):
    columns, data = [], b""
    for field in layout.fields:
        new, texts = field.operand()
        columns += texts
        data += new
    old = make_bytes(len(data))
    with open("h", "wb") as file:
        file.write(b"AB" + old + b"C")
    run("write", "-t", layout.list, "h", random.choice(["2", f"2+{layout.size}", "2:-1"]), "--",
        "\t".join(columns))
    with open("h", "rb") as file:
        assert file.read() == b"AB" + layout.skipped(old, data) + b"C", (layout.list, columns)


def check_typed(layout):
    """--typed-from, of a file or a pipe, with lines that what is read at once may cut."""
    lines, data = [], b""
    for _ in range(random.choice([0, 1, 3, 100, 140000 // layout.size])):
        line, new = layout.operands()
        lines.append("\t".join(line))
        data += new
    old = make_bytes(len(data))
    put("h", b"AB" + old + b"C")
    text = "\n".join(lines) + random.choice(["\n", ""] if data else [""])
    columns = layout.columns()
    wrong = random.randrange(len(lines)) if lines and random.random() < 0.3 else None
    if wrong is not None:
        line, column = lines[wrong].split("\t"), random.randrange(columns)
        line[column] = random.choice(["\\", "\\q", "\\400"]) if layout.is_text(column) else \
            random.choice(["", "-", "x", "12345678901234567890123", "1 2", "?f", "0x"])
        text = "\n".join([*lines[:wrong], "\t".join(line), *lines[wrong + 1:]])
    put("t", text.encode("ascii"))
    source = random.choice(["t", "-"])
    arguments = ["write", "-t", layout.list, "h", "2", f"--typed-from={source}"]
    done = attempt(*arguments, data=text.encode("ascii") if source == "-" else None)
    if wrong is not None and done.returncode == 0:
        assert layout.takes(column, line[column]), (layout.list, line[column])
        return
    told = done.stderr.decode()
    if wrong is not None:
        assert done.returncode == 2 and told.count("\n") == 1, (layout.list, line, told)
        assert f": line {wrong + 1}: field {column + 1} (" in told, (layout.list, line, told)
        new = old
    else:
        assert done.returncode == 0 and not told, (layout.list, told)
        new = b"".join(layout.skipped(old[at:at + layout.size], data[at:at + layout.size])
                       for at in range(0, len(data), layout.size))
    assert get("h") == b"AB" + new + b"C", layout.list


def check_masks(layout):
    """The digits ? of hex fields, in DATA and in --expect, and --strict."""
    line, data, kept = layout.masked_operands()
    old = make_bytes(len(data))
    new = bytes(n & ~k | o & k for n, o, k in zip(data, old, kept))
    operand = "\t".join(line)
    put("h", b"AB" + old + b"C")
    run("write", "-t", layout.list, "h", "2", "--", operand)
    assert get("h") == b"AB" + new + b"C", (layout.list, line)
    # What was written is what is expected now; any other bit that counts is not.
    for strict in ([], ["--strict"]):
        run("write", "-t", layout.list, "h", "2", f"--expect={operand}", *strict, "--", operand)
        assert get("h") == b"AB" + new + b"C", (layout.list, line)
    counting = [at for at, mask in enumerate(kept) if mask != 0xff]
    if not counting:
        return
    at = random.choice(counting)
    bit = random.choice([bit for bit in (1, 2, 4, 8, 16, 32, 64, 128) if not kept[at] & bit])
    other = bytes(byte ^ bit if here == at else byte for here, byte in enumerate(new))
    put("h", b"AB" + other + b"C")
    done = attempt("write", "-t", layout.list, "h", "2", f"--expect={operand}", "--", operand)
    assert done.returncode == 1 and get("h") == b"AB" + other + b"C", (layout.list, line)


def check_hex_masks():
    """The same in plain hex."""
    data, old = make_bytes(random.choice([1, 2, 5, 40])), None
    old = make_bytes(len(data))
    digits, old_digits = list(data.hex()), old.hex()
    for at in range(len(digits)):
        if random.random() < 0.4:
            digits[at] = "?"
    new = bytes.fromhex("".join(o if d == "?" else d for d, o in zip(digits, old_digits)))
    operand = "".join(digits)
    for where, arguments in (("2", []), (f"2+{len(data)}", []), ("2:-1", [])):
        put("h", b"AB" + old + b"C")
        run("write", "-x", "h", where, operand, *arguments)
        assert get("h") == b"AB" + new + b"C", operand
        run("write", "-x", "h", where, operand, f"--expect={operand}")
        assert get("h") == b"AB" + new + b"C", operand
    put("h", b"AB" + old + b"C")
    done = attempt("write", "-x", "h", "3", operand)  # one byte further on, where it just fits
    assert done.returncode == 0 and get("h")[:3] == b"AB" + old[:1]
    done = attempt("write", "-x", "--extend", "h", "0", operand)
    assert (done.returncode == 2) == ("?" in operand), operand


def main():
    for _ in range(LAYOUTS):
        layout = Layout()
        check_read(layout)
        check_write(layout)
        check_typed(layout)
        check_masks(layout)
        check_hex_masks()


main()
