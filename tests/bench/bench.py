#!/usr/bin/env python3
"""Times mmtool beside other tools on one large log, and prints the ratios.

    bench.py MMTOOL [CASE...]

Cases are the rows of CASES below; a new one is a function that returns its
contenders, mmtool first, and a row. Peers that are not installed are named as
missing. MMTOOL_BENCH_SIZE (default 1G), MMTOOL_BENCH_RUNS (default 3) and
TMPDIR are honoured.
"""

import mmap
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

ABSENT = "no such words at all"
FREQUENT = "request"  # once a line
INSERTED = "1234567"
EDITS = 100_000  # of the atomic cases, but no more than one in ten bytes
UNITS = {"K": 10, "M": 20, "G": 30}


# ---- contenders: a name and an argument vector, or a shell line ------------------------------


def mmtool(*arguments):
    return ("mmtool", [sys.argv[1], *arguments])


def tool(name, *arguments):
    return (f"{name} {' '.join(a for a in arguments[:1] if a.startswith('-'))}".strip(),
            [name, *arguments])


def shell(name, line):
    return (name, ["sh", "-c", line])


def python(name, body, log):
    """A Python mmap `m` of the whole log; `f` is the file."""
    code = (f"import mmap\nf = open({log!r}, 'r+b')\nm = mmap.mmap(f.fileno(), 0)\n"
            f"size = len(m)\n{body}\n")
    return (f"Python {name}", ["python3", "-S", "-c", code])


def make_words(count):
    """Different words of two to four syllables, the same each time."""
    syllables = "ta re mi lo ka ver sen dor pli tion ing ex con an ub qui zet mor fal gre".split()
    chosen = random.Random(5)
    words = set()
    while len(words) < count:
        words.add("".join(chosen.choices(syllables, k=chosen.randint(2, 4))))
    return sorted(words)


# ---- cases -----------------------------------------------------------------------------------


def find_absent(log, size):
    return [
        mmtool("find", log, ABSENT),
        tool("rg", "-F", "--no-config", ABSENT, log),
        tool("grep", "-F", ABSENT, log),
        python("mmap.find", f"m.find({ABSENT.encode()!r})", log),
    ]


def rfind_absent(log, size):
    return [
        mmtool("rfind", log, ABSENT),
        python("mmap.rfind", f"m.rfind({ABSENT.encode()!r})", log),
    ]


def count_frequent(log, size):
    return [
        mmtool("find", "-c", log, FREQUENT),
        tool("rg", "-c", "--no-config", "-F", FREQUENT, log),
        tool("grep", "-c", "-F", FREQUENT, log),
    ]


def last_match(log, size):
    """The line of the last match, which is near the end."""
    return [
        mmtool("rfind", "-l", log, "timeout"),
        shell("tac, grep -m1", f"tac '{log}' | grep -F -m1 timeout"),
        shell("rg, tail", f"rg -F --no-config timeout '{log}' | tail -n 1"),
        shell("grep, tail", f"grep -F timeout '{log}' | tail -n 1"),
        python("mmap.rfind", "at = m.rfind(b'timeout')\n"
               "print(m[m.rfind(b'\\n', 0, at) + 1:m.find(b'\\n', at)])", log),
    ]


def insert_front(log, size):
    return [
        mmtool("splice", log, "10+0", INSERTED),
        python("resize+move", f"m.resize(size + 7)\nm.move(17, 10, size - 10)\n"
               f"m[10:17] = {INSERTED.encode()!r}", log),
        tool("sed", "-i", f"1s/^.\\{{10\\}}/&{INSERTED}/", log),
    ]


def delete_front(log, size):
    return [
        mmtool("splice", log, "10+7"),
        python("move+resize", "m.move(10, 17, size - 17)\nm.resize(size - 7)", log),
        tool("sed", "-i", "1s/^\\(.\\{10\\}\\).\\{7\\}/\\1/", log),
    ]


def patch(log, size):
    at = size // 2
    return [
        mmtool("write", log, str(at), "ABCD"),
        shell("printf, dd", f"printf ABCD | dd of='{log}' bs=1 seek={at} conv=notrunc status=none"),
        python("slice", f"m[{at}:{at + 4}] = b'ABCD'", log),
    ]


def insert_block(log, size):
    block = "x" * 4096
    return [
        mmtool("splice", log, "4096+0", block),
        python("resize+move", "m.resize(size + 4096)\nm.move(8192, 4096, size - 4096)\n"
               "m[4096:8192] = b'x' * 4096", log),
    ]


def insert_durable(log, size):
    return [
        mmtool("splice", "--durable", log, "10+0", INSERTED),
        python("move+flush", f"m.resize(size + 7)\nm.move(17, 10, size - 10)\n"
               f"m[10:17] = {INSERTED.encode()!r}\nm.flush()", log),
    ]


def replace_all(log, new):
    old = "host16 "  # once in seventeen lines
    return [
        mmtool("splice", "--all", f"--pattern={old}", log, new),
        tool("sed", "-i", f"s/{old}/{new}/g", log),
        tool("perl", "-pi", "-e", f"s/{old}/{new}/g", log),
        tool("sd", old, new, log),
    ]


def replace_same(log, size):
    body = ("at = m.find(b'host16 ')\nwhile at >= 0:\n    m[at:at + 7] = b'host99 '\n"
            "    at = m.find(b'host16 ', at + 7)")
    return [*replace_all(log, "host99 "), python("loop", body, log)]


def replace_growing(log, size):
    return replace_all(log, "host-9999 ")


def replace_shrinking(log, size):
    return replace_all(log, "h16 ")


OLD, NEW = "host16 ", "host99 "


def undo(log, size):
    replace = ["--all", f"--pattern={OLD}", log, NEW]
    return [
        mmtool("splice", f"--undo={log}.undo", *replace),
        ("no --undo", [sys.argv[1], "splice", *replace]),
    ]


def dry_run(log, size):
    replace = ["--all", f"--pattern={OLD}", log, NEW]
    return [
        mmtool("splice", "--dry-run", *replace),
        ("the edit", [sys.argv[1], "splice", *replace]),
    ]


def edits(log, size):
    replace = ["--all", f"--pattern={OLD}", log, NEW]
    make_log(log, size)  # as each round begins with
    with open(f"{log}.edits", "wb") as script:
        subprocess.run([sys.argv[1], "splice", "--dry-run", *replace], stdout=script, check=True)
    return [
        mmtool("splice", f"--edits={log}.edits", log),
        ("splice --all", [sys.argv[1], "splice", *replace]),
    ]


def groups(log, size):
    return [
        mmtool("splice", "--all", "-E", f"--pattern={FREQUENT} ([0-9]+)", log, f"\\1 {FREQUENT}"),
        tool("perl", "-pi", "-e", f"s/{FREQUENT} ([0-9]+)/$1 {FREQUENT}/g", log),
        tool("sed", "-i", "-E", f"s/{FREQUENT} ([0-9]+)/\\1 {FREQUENT}/g", log),
        tool("sd", f"{FREQUENT} ([0-9]+)", f"${{1}} {FREQUENT}", log),
    ]


def cstring(log, size):
    return [
        mmtool("splice", "--all", "--cstring", f"--pattern={OLD}", log, "h16 "),
        ("no --cstring", [sys.argv[1], "splice", "--all", f"--pattern={OLD}", log, "h16 "]),
    ]


def move_all(log, size):
    return [
        mmtool("move", log, "7", f"0:{size - 7}"),
        python("mmap.move", "m.move(7, 0, size - 7)", log),
    ]


def atomic(log, lines):
    """The same edits, of ("script line", "edit script line"): one command each, and one list."""
    script, edits = f"{log}.script", f"{log}.edits"
    for path, column in ((script, 0), (edits, 1)):
        with open(path, "w", encoding="ascii") as file:
            file.writelines(line[column] + "\n" for line in lines)
    return [
        mmtool("run", "--atomic", log, script),
        ("mmtool --edits", [sys.argv[1], "splice", f"--edits={edits}", log]),
    ]


def places(size):
    return range(0, size - 10, max(size // EDITS, 10))


def atomic_write(log, size):
    return atomic(log, [(f"write {at} x", f'{at} +1 "x"') for at in places(size)])


def atomic_insert(log, size):
    return atomic(log, [(f"splice {at + 3 * i}+0 abc", f'{at} - "abc"')
                        for i, at in enumerate(places(size))])


def atomic_backward(log, size):
    return atomic(log, [(f"splice {at}+0 abc", f'{at} - "abc"') for at in reversed(places(size))])


def atomic_move(log, size):
    make_log(log, size)  # as each round begins with: the edit script has the bytes that move
    with open(log, "rb") as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as old:
        return atomic(log, [(f"move {at} {at + 5}+1", f"{at} +1 {old[at + 5]:02x}")
                            for at in places(size)])


def atomic_random(log, size):
    order = sorted(places(size), key=lambda at: at * 2654435761 % 2**32)
    return atomic(log, [(f"write {at} x", f'{at} +1 "x"') for at in order])


CASES = {
    "find-absent": ("find of an absent string", find_absent),
    "rfind-absent": ("rfind of an absent string", rfind_absent),
    "count-frequent": ("find -c of a string on every line", count_frequent),
    "last-match": ("rfind -l of the last match", last_match),
    "insert-front": ("insert of 7 bytes at 10", insert_front),
    "delete-front": ("delete of 7 bytes at 10", delete_front),
    "insert-block": ("insert of 4096 bytes at 4096", insert_block),
    "insert-durable": ("insert of 7 bytes, --durable", insert_durable),
    "replace-same": ("replace all, same length", replace_same),
    "replace-growing": ("replace all, growing", replace_growing),
    "replace-shrinking": ("replace all, shrinking", replace_shrinking),
    "undo": ("replace all, --undo", undo),
    "dry-run": ("replace all, --dry-run", dry_run),
    "edits": ("replace all, by an edit script", edits),
    "groups": ("replace all, with groups", groups),
    "cstring": ("replace all, shorter, --cstring", cstring),
    "patch": ("patch of 4 bytes in the middle", patch),
    "move-all": ("move of everything by 7 bytes", move_all),
    "atomic-write": ("run --atomic, writes in order", atomic_write),
    "atomic-random": ("run --atomic, writes at random", atomic_random),
    "atomic-insert": ("run --atomic, insertions", atomic_insert),
    "atomic-backward": ("run --atomic, insertions backward", atomic_backward),
    "atomic-move": ("run --atomic, moves", atomic_move),
}

SEARCHES = ("find-absent", "rfind-absent", "count-frequent", "last-match")


# ---- the file --------------------------------------------------------------------------------


def parse_size(text):
    factor = 1 << UNITS[text[-1]] if text[-1] in UNITS else 1
    return int(text.rstrip("KMG")) * factor


def make_log(path, size):
    """Lines of varied length; a block of some MB over and over, cut to the size."""
    words = ("GET", "POST", "/index.html", "/api/v1/items", "timeout", "cache miss", "ok")
    lines = []
    for number in range(60000):
        word = words[number * 7919 % len(words)]
        lines.append(f"Nov 22 07:{number // 60 % 60:02}:{number % 60:02} host{number % 17} "
                     f"app[{number * 31 % 9999}]: {FREQUENT} {number:07} {word}\n")
    block = "".join(lines).encode()
    write_blocks(path, size, block)


def write_blocks(path, size, block):
    with open(path, "wb") as file:
        for start in range(0, size, len(block)):
            file.write(block[: size - start])


def make_strings(path, size):
    """The same lines as strings that end in NUL."""
    make_log(path, min(size, 8 << 20))
    with open(path, "rb") as file:
        lines = file.read()
    block = lines[: lines.rindex(b"\n") + 1].replace(b"\n", b"\0")
    write_blocks(path, max(size - size % len(block), len(block)), block)


MAKERS = {"cstring": make_strings}  # of the other cases: make_log


# ---- timing ----------------------------------------------------------------------------------


def run_once(arguments):
    start = time.perf_counter()
    # a pipe: grep stops at the first match when its output is /dev/null
    result = subprocess.run(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    elapsed = time.perf_counter() - start
    if result.returncode not in (0, 1) or (result.returncode == 1 and result.stderr):  # 1: no match
        sys.exit(f"{arguments} failed: {result.stderr.decode(errors='replace')}")
    return elapsed


def at_rest(log):
    """Nothing waits to be written: a log that was not written to just now."""
    with open(log, "rb+") as file:
        os.fsync(file.fileno())


def time_case(contenders, log, size, rounds, make):
    """The best time of each; every round runs all of them, so that a slow minute hits all.

    An edit gets a log written anew: what another tool left is cached in pages of another kind.
    """
    best = [float("inf")] * len(contenders)
    for _ in range(rounds):
        for i, (_, arguments) in enumerate(contenders):
            if make:
                make(log, size)
            at_rest(log)
            best[i] = min(best[i], run_once(arguments))
    return best


def run_case(title, make_contenders, log, size, rounds, make):
    contenders, missing = [], []
    for name, arguments in make_contenders(log, size):
        (contenders if shutil.which(arguments[0]) else missing).append((name, arguments))
    best = time_case(contenders, log, size, rounds, make)
    for (name, _), seconds in zip(contenders, best):
        ratio = "" if name == "mmtool" else f"{seconds / best[0]:8.2f}"
        print(f"| {title:34} | {name:18} | {seconds * 1000:9.1f} | {ratio:>8} |", flush=True)
    for name, _ in missing:
        print(f"| {title:34} | {name:18} | {'missing':>9} | {'':>8} |", flush=True)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    unknown = [name for name in sys.argv[2:] if name not in CASES]
    if unknown:
        sys.exit(f"no such case: {' '.join(unknown)} (there are: {' '.join(CASES)})")
    size = parse_size(os.environ.get("MMTOOL_BENCH_SIZE", "1G"))
    rounds = int(os.environ.get("MMTOOL_BENCH_RUNS", "3"))
    with tempfile.TemporaryDirectory(prefix="mmtool-bench-") as directory:
        log = os.path.join(directory, "log")
        make_log(log, size)
        print(f"\n{size} bytes in {directory}, best of {rounds}; ratio: times mmtool's time\n")
        print(f"| {'case':34} | {'tool':18} | {'ms':>9} | {'ratio':>8} |")
        print("| --- | --- | ---: | ---: |")
        for name in sys.argv[2:] or CASES:
            make = None if name in SEARCHES else MAKERS.get(name, make_log)
            run_case(*CASES[name], log, size, rounds, make)


if __name__ == "__main__":
    main()
