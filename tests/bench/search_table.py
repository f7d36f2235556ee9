#!/usr/bin/env python3
"""Times find and rfind beside other tools, row by row, and prints each ratio with its goal.

    search_table.py MMTOOL [ROW...]

The ratio is mmtool's time over that of the other tool, best of each, both run in
turns; the goal is the most that it should be. Times are of the wall clock and,
in the second pair of columns, of the processors, which other work on the machine
disturbs less. MMTOOL_BENCH_SIZE (default 1G), MMTOOL_BENCH_RUNS (default 3) and
TMPDIR are honoured.
"""

import os
import random

from bench import ABSENT, make_log, make_words, write_blocks
import table

EIGHT = ["alpha beta", "nosuchword", "qwertyuiop", "zxcvbnm,", "lorem ipsum", "dolor sit",
         "amet consec", "tetur adip"]
RG = ["rg", "--no-config", "-uuu"]


def python(log, body):
    return ["python3", "-S", "-c",
            "import mmap\n"
            f"f = open({log!r}, 'rb')\n"
            f"m = mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_READ)\n{body}"]


def to_file(path, *arguments):
    """Not to /dev/null, where grep stops at the first match."""
    return ["sh", "-c", 'exec "$@" >"$0"', path, *arguments]


def add_present(rows, mmtool, files):
    """Words of which many are there, as patterns and as one expression."""
    text = files["text"]
    for count in (512, 1024, 4096):
        listed = files[f"present{count}"]
        words = read_lines(listed)
        find = [mmtool, "find", *(f"--pattern={word}" for word in words), text]
        rg = [*RG, "-a", "-F", "-f", listed, text]
        title = f"{count:,} words, present"
        rows[f"present {count}"] = (f"{title}: -c", 0.9, [*find, "-c"], [*rg, "--count-matches"])
        rows[f"present {count} lines"] = (
            f"{title}: -cl; rg, grep, ugrep", 0.9, [*find, "-cl"], [*rg, "-c"],
            ["grep", "-a", "-c", "-F", "-f", listed, text],
            ["ugrep", "-a", "-c", "-F", "-f", listed, text])
        rows[f"present {count} offsets"] = (f"{title}: -a", 0.9, [*find, "-a"], [*rg, "-bo"])
    words = "|".join(read_lines(files["present1024"]))
    rg = [*RG, "-a", words, text]
    for name, options, theirs in (("count", "-cE", ["--count-matches"]), ("lines", "-clE", ["-c"]),
                                  ("offsets", "-aE", ["-bo"])):
        rows[f"expression {name}"] = (f"1,024 words, present, as one expression: {options}", 0.9,
                                      [mmtool, "find", options, text, words], [*rg, *theirs])


# ---- rows: a title, a goal, mmtool's arguments, and the other tool's commands -----------------


def rows(mmtool, files):
    log, noise, out = files["log"], files["noise"], files["log"] + ".out"
    hostile = "a" * 40
    patterns = [f"--pattern={pattern}" for pattern in EIGHT]
    expressions = [f"-e{pattern}" for pattern in EIGHT]
    words = [f"--pattern={word}" for word in read_lines(files["words"])]
    keys = ["--pattern=" + key.removeprefix("(?-u)").replace("\\x", "")
            for key in read_lines(files["keys"])]
    find, rfind = [mmtool, "find"], [mmtool, "rfind"]
    bytes_in_noise = "(?-u)\\x01\\x02\\x03\\x04\\x05\\x06"
    found = {
        "absent": ("absent literal in a log", 0.5, [*find, log, ABSENT],
                   [*RG, "-F", ABSENT, log], [*RG, "-F", "--no-mmap", ABSENT, log]),
        "noise": ("absent 6 bytes in noise", 0.5, [*find, "-x", noise, "010203040506"],
                  [*RG, "-a", bytes_in_noise, noise],
                  [*RG, "-a", "--no-mmap", bytes_in_noise, noise]),
        "count": ("-c of a string on every seventh line", 0.5, [*find, "-c", log, "timeout"],
                  [*RG, "-c", "-F", "timeout", log]),
        "aligned": ("-c of a string at even offsets; at all", 2,
                    [*find, "-c", "--align=2", log, "timeout"], [*find, "-c", log, "timeout"]),
        "offsets": ("-a, a million offsets and more", 0.3, [*find, "-a", log, "timeout"],
                    [*RG, "-boF", "timeout", log]),
        "only": ("-ao, a million matches and more; grep -o", 0.3,
                 to_file(out, *find, "-ao", log, "timeout"),
                 to_file(out, "grep", "-oF", "timeout", log)),
        "only numbered": ("-aon; grep -on", 0.5, to_file(out, *find, "-aon", log, "timeout"),
                          to_file(out, "grep", "-onF", "timeout", log)),
        "numbered": ("-aln; grep -n", 1, to_file(out, *find, "-aln", log, "timeout"),
                     to_file(out, "grep", "-nF", "timeout", log)),
        "last numbered": ("rfind -n of the last line; wc -l", 1, [*rfind, "-n", log, "timeout"],
                          ["wc", "-l", log]),
        "ignore-case": ("-i", 0.5, [*find, "-i", log, ABSENT], [*RG, "-i", "-F", ABSENT, log]),
        "mask": ("a mask with one ??", 0.5, [*find, "-x", log, "6e6f20737563 ?? 20776f726473"],
                 [*RG, "-a", "(?s-u)no suc. words", log]),
        "eight": ("8 patterns at once", 0.5, [*find, *patterns, log],
                  [*RG, "-F", *expressions, log]),
        "rfind": ("rfind, absent; Python's mmap.rfind", 0.12, [*rfind, log, ABSENT],
                  python(log, f"m.rfind({ABSENT.encode()!r})")),
        "backward": ("rfind, absent; find", 1.15, [*rfind, log, ABSENT], [*find, log, ABSENT]),
        "last-line": ("rfind -l, last line; tac | grep -m1", 1, [*rfind, "-l", log, "cache"],
                      ["sh", "-c", f"tac '{log}' | grep -m1 cache"]),
        "one": ("one byte, absent", 1, [*find, log, "~"], [*RG, "-F", "~", log]),
        "two": ("two bytes, absent", 1, [*find, log, "#!"], [*RG, "-F", "#!", log]),
        "three": ("three bytes, absent", 1, [*find, log, "@@@"], [*RG, "-F", "@@@", log]),
        "lines": ("-cl of a byte on every line", 1, [*find, "-cl", log, "e"],
                  [*RG, "-c", "-F", "e", log]),
        "hostile": ("aaaa... in aaaa...b", 1, [*find, files["hostile"], hostile + "c"],
                    [*RG, "-a", "-F", hostile + "c", files["hostile"]]),
        "sparse": ("absent in 6 GiB sparse; 20 ms", 1, [*find, files["sparse"], ABSENT],
                   ["sleep", "0.02"]),
        "words": ("4,096 words, absent: -cl; ugrep", 0.9, [*find, "-cl", *words, log],
                  ["ugrep", "-c", "-F", "-f", files["words"], log]),
        "words grep": ("4,096 words, absent: -cl; grep", 0.9, [*find, "-cl", *words, log],
                       ["grep", "-c", "-F", "-f", files["words"], log]),
        "many words": ("200,000 words of a file, absent: -cl; grep", 1,
                       [*find, "-cl", "--patterns-from=" + files["many"], log],
                       ["grep", "-c", "-F", "-f", files["many"], log]),
        "keys": ("4,096 strings of 6 bytes in noise: -c", 0.9, [*find, "-cx", *keys, noise],
                 [*RG, "-a", "--count-matches", "-f", files["keys"], noise]),
        "extents": ("absent in 20,000 extents; grep", 1, [*find, files["extents"], ABSENT],
                    ["grep", "-F", ABSENT, files["extents"]]),
        "small": ("a 4 KiB file; grep -F", 1.3, [*find, files["small"], ABSENT],
                  ["grep", "-F", ABSENT, files["small"]]),
        "cold": ("absent, cold cache; cat", 1.1, [*find, log, ABSENT],
                 ["sh", "-c", f"cat '{log}' >/dev/null"]),
    }
    add_present(found, mmtool, files)
    return found


# ---- files -----------------------------------------------------------------------------------


def make_noise(path, size):
    block = os.urandom(min(size, 64 << 20)).replace(b"\x01\x02\x03", b"\x01\x02\x04")
    with open(path, "wb") as file:
        for start in range(0, size, len(block)):
            file.write(block[: size - start])


def read_lines(path):
    with open(path) as file:
        return file.read().splitlines()


def make_keys(path):
    """Expressions for strings of six bytes; no byte is a newline."""
    chosen = random.Random(9)
    with open(path, "w") as file:
        for _ in range(4096):
            file.write("(?-u)" + "".join(f"\\x{chosen.randint(11, 255):02x}" for _ in range(6)) + "\n")


def make_many(path):
    chosen = random.Random(6)
    with open(path, "w") as file:
        file.writelines(f"{chosen.getrandbits(40):010x}~\n" for _ in range(200_000))


def make_text(files, size):
    """Lines with five words each, common ones more often, and lists of some of these words."""
    chosen = random.Random(3)
    words = make_words(20000)
    chosen.shuffle(words)
    weights = [1 / (place + 10) for place in range(len(words))]
    lines = []
    for number in range(100_000):
        some = " ".join(chosen.choices(words, weights, k=5))
        lines.append(f"Nov 22 07:{number // 60 % 60:02}:{number % 60:02} host{number % 17}: {some}\n")
    write_blocks(files["text"], size, "".join(lines).encode())
    for count in (512, 1024, 4096):
        with open(files[f"present{count}"], "w") as file:
            file.write("\n".join(sorted(chosen.sample(words, count))) + "\n")


def make_files(directory, size):
    files = {name: os.path.join(directory, name)
             for name in ("log", "noise", "hostile", "sparse", "extents", "small", "words", "many", "keys",
                          "text", "present512", "present1024", "present4096")}
    make_log(files["log"], size)
    make_text(files, size)
    make_noise(files["noise"], size)
    make_keys(files["keys"])
    make_many(files["many"])
    with open(files["words"], "w") as file:
        file.write("\n".join(make_words(4096)) + "\n")
    with open(files["hostile"], "wb") as file:
        for start in range(0, size, 1 << 20):
            file.write(b"a" * min(1 << 20, size - start))
    with open(files["sparse"], "wb") as file:
        file.truncate(6 << 30)
    with open(files["extents"], "wb") as file:
        for extent in range(20_000):
            file.seek(extent << 16)
            file.write(b"some text\n")
    with open(files["small"], "wb") as file:
        file.write(b"some words on a line, again and again\n" * 108)
    os.sync()  # a cache can be dropped only of what is on the disk
    return files


def drop_cache(path):
    descriptor = os.open(path, os.O_RDONLY)
    os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(descriptor)


def prepare(name, files):
    if name == "cold":
        drop_cache(files["log"])


if __name__ == "__main__":
    table.main(__doc__, make_files, rows, prepare)
