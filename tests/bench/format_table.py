#!/usr/bin/env python3
"""Times what read and find print beside other tools, row by row: each ratio with its goal.

    format_table.py MMTOOL [ROW...]

A row's name ends in where the output goes: null (/dev/null), pipe (to cat, whose time
does not count) or file. The last column counts: processor time, which the goals are of.
A row beside "cat of it" is beside a bound: cat printing the same output from a file.
MMTOOL_BENCH_SIZE (default 64M), MMTOOL_BENCH_RUNS (default 3) and TMPDIR are honoured.
"""

import os
import shutil
import subprocess
import sys

from bench import make_log
import table

RECORD = "u32le,u16le*2,text*8,hex*4,skip*8,f32le"
# Prints the same records; text as a bytes literal.
UNPACK = """
import struct, sys
data = open(sys.argv[1], "rb").read()
for a, b, c, text, digits, real in struct.iter_unpack("<IHH8s4s8xf", data):
    print(a, b, c, repr(text)[2:-1], digits.hex(), real, sep="\\t")
"""
SINKS = ("null", "pipe", "file")
# What is read, the goal, mmtool's options, the other tool, and the file. A slow tool gets a
# sixteenth of the bytes.
FORMATS = {
    "raw": ("the bytes", 1.05, [], ["cat"], "noise"),
    "hex": ("-x; xxd -p", 0.1, ["-x"], ["xxd", "-p"], "noise"),
    "dump": ("-d; xxd", 0.15, ["-d"], ["xxd"], "noise"),
    "columns": ("-d --columns=32; xxd -c 32", 0.3, ["-d", "--columns=32"], ["xxd", "-c", "32"],
                "noise"),
    "escape": ("-e; cat -v", 0.5, ["-e"], ["cat", "-v"], "noise"),
    "escape-log": ("-e of a log; cat -v", 0.5, ["-e"], ["cat", "-v"], "log"),
    "u8": ("-t u8; od -t u1", 0.05, ["-t", "u8"], ["od", "-An", "-v", "-t", "u1"], "part"),
    "u32": ("-t u32; od -t u4", 0.2, ["-t", "u32"], ["od", "-An", "-v", "-t", "u4"], "part"),
    "f32": ("-t f32; od -t f4", 0.1, ["-t", "f32"], ["od", "-An", "-v", "-t", "f4"], "part"),
    "f64": ("-t f64; od -t f8", 0.1, ["-t", "f64"], ["od", "-An", "-v", "-t", "f8"], "part"),
    "utf16": ("-t utf16le, ASCII; iconv", 0.7, ["-t", "utf16le"],
              ["iconv", "-f", "utf-16le", "-t", "utf-8"], "ascii16"),
    "utf16-mixed": ("-t utf16le, mixed; iconv", 0.7, ["-t", "utf16le"],
                    ["iconv", "-f", "utf-16le", "-t", "utf-8"], "mixed16"),
    "records": ("-t LIST; Python's struct", 0.05, ["-t", RECORD], ["python3", "-c", UNPACK],
                "part"),
}
# Beside cat of the same output: 1 would be a bare copy of it.
BOUNDS = {"hex": ["-x"], "dump": ["-d"], "escape": ["-e"], "u8": ["-t", "u8"]}

# What read prints to a new file is written back: beside that read, and beside a write of the bytes.
TYPED = {
    **{name: (name, "noise") for name in ("text", "u8", "i8", "u16", "u32", "u64", "f32", "f64",
                                          "hex", "escape")},
    "utf16": ("utf16le", "ascii16"),
    "utf16-mixed": ("utf16le", "mixed16"),
    "records": (RECORD, "noise"),
}


def rows(mmtool, files):
    found = {}
    for sink in SINKS:
        for name, (title, goal, options, other, file) in FORMATS.items():
            found[f"{name}-{sink}"] = (f"read {title}, {sink}", goal,
                                       [mmtool, "read", *options, files[file]],
                                       [*other, files[file]])
        find = [mmtool, "find", "-a", files["log"], "host1"]
        dump = [mmtool, "find", "-ad", "-x", files["noise"], "41"]
        found[f"rows-{sink}"] = (f"find -ad of a byte; read -d, {sink}", 1, dump,
                                 [mmtool, "read", "-d", files["noise"]])
        found[f"json-{sink}"] = (f"find -aj; find -a, {sink}", 1.5, [*find, "-j"], find)
    for name, (listed, file) in TYPED.items():
        text, copy, source = f"{files[file]}.{name}-values", f"{files[file]}.copy", files[file]
        with open(text, "wb") as values:
            subprocess.run([mmtool, "read", "-t", listed, source], stdout=values, check=True)
        shutil.copyfile(source, copy)
        write = [mmtool, "write", "-t", listed, copy, "0", f"--typed-from={text}"]
        read = ["sh", "-c", '"$0" read -t "$1" "$2" >"$3"', mmtool, listed, source, text + ".new"]
        found[f"typed-{name}-null"] = (f"write -t {name} --typed-from; read to a file", 1, write,
                                       read)
        found[f"typed-{name}-bound-null"] = (f"write -t {name} --typed-from; --from", 1, write,
                                             [mmtool, "write", copy, "0", f"--from={source}"])
    for name, options in BOUNDS.items():
        text = f"{files['part']}.{name}"
        with open(text, "wb") as file:
            subprocess.run([mmtool, "read", *options, files["part"]], stdout=file, check=True)
        found[f"{name}-bound-pipe"] = (f"read {' '.join(options)}; cat of it, pipe", 1,
                                       [mmtool, "read", *options, files["part"]], ["cat", text])
    return found


# ---- files -----------------------------------------------------------------------------------


def make_files(directory, size):
    files = {name: os.path.join(directory, name)
             for name in ("noise", "part", "log", "ascii16", "mixed16")}
    block = os.urandom(min(size, 16 << 20))
    for name, length in (("noise", size), ("part", size // 16)):
        with open(files[name], "wb") as file:
            for start in range(0, length, len(block)):
                file.write(block[: length - start])
    make_log(files["log"], size)
    for name, words in (("ascii16", ["The quick brown fox jumps over the lazy dog.\n"]),
                        ("mixed16", ["hello world ", "grüße ", "naïve ", "日本語テキスト ", "😀"])):
        text = "".join(words[number * 7919 % 65537 % len(words)] for number in range(20000))
        block = text.encode("utf-16le")
        with open(files[name], "wb") as file:
            for _ in range(max(size // len(block), 1)):
                file.write(block)
    return files


if __name__ == "__main__":
    table.main(__doc__, make_files, rows, size="64M",
               sink_of=lambda name: name.rsplit("-", 1)[1])
