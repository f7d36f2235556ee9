#!/usr/bin/env python3
"""parts.py MMTOOL ROUNDS - edits of every shape, each killed at some call: what `recover --accept`
says is new has the bytes of the new file, and what it says is old has those of the old one.
Prints how many were killed, and in which state; the status is 1 if anything was not so."""
import os
import random
import re
import shutil
import subprocess
import sys

PROGRAM, ROUNDS = sys.argv[1], int(sys.argv[2])
SEED = int(os.environ.get("MMTOOL_TEST_SEED", random.randrange(1 << 30)))
CALLS = ["pwrite64", "pread64", "ftruncate", "newfstatat,fstat", "fdatasync"]


def run(*words):
    return subprocess.run([PROGRAM, *words], capture_output=True, text=True)


def write(name, content):
    with open(name, "wb") as file:
        file.write(content)


def read(name):
    with open(name, "rb") as file:
        return file.read()


def edit_script(size):
    """Up to 3000 edits that move what is behind them to and fro, or none of it."""
    lines, at, moves = [], 0, random.random() < 0.5
    most = random.choice([5, 200, 3000])
    while len(lines) < most and at < size - 20000:
        at += random.randrange(1, size // 20 if most == 5 else 400)
        length = random.randrange(1, 90)
        new = os.urandom(random.randrange(90) if moves else length).hex() or "-"
        lines.append(f"{at} +{length} {new}\n")
        at += length
    write("edits", "".join(lines).encode())


def some_edit(size):
    at, length = random.randrange(size // 2), random.randrange(1, size // 3)
    edit_script(size)
    write("data", os.urandom(length))
    words = random.choice([
        ["splice", "f", f"{at}+0", "x" * random.randrange(1, 5000)],
        ["splice", "f", f"{at}+{length}"],
        ["splice", "f", f"{at}+{4096 * random.randrange(1, 20)}"],
        ["splice", f"--repeat={4096 * random.randrange(1, 50)}", "f", f"{at}+0", "y"],
        ["move", "f", str(at), f"{random.randrange(size // 2)}+{length}"],
        ["write", "--extend", "--from=data", "f", str(random.randrange(size))],
        ["splice", "--edits=edits", "f"],
        ["splice", "-a", "-p", "a", "f", random.choice(["z", "longer"])],
    ])
    return words + random.choice([[], [], ["--durable"]])


def told_wrong(now, old, new):
    """The first line that is not so."""
    for line in run("recover", "--accept", "f").stdout.splitlines():
        start, length, part = re.fullmatch(r"(\d+)\+(\d+) (\w+)", line).groups()
        there = slice(int(start), int(start) + int(length))
        # A file that has grown has zeros behind its old bytes.
        before = (old + bytes(max(0, len(now) - len(old))))[there][:len(now[there])]
        if now[there] != {"new": new[there], "old": before}.get(part, now[there]):
            return line
    return None


def one_round(old):
    words = some_edit(len(old))
    write("f", old)
    if run(*words).returncode != 0:
        return f"not done: {words}"
    new = read("f")
    write("f", old)
    calls, number = random.choice(CALLS), random.choice([1, 2, 3, 5, 8, 13, random.randrange(1, 60)])
    trace = ["strace", "-qq", "-o", os.devnull, "-P", os.path.abspath("f"), "-e", "trace=" + calls,
             "-e", f"inject={calls}:signal=KILL:when={number}", PROGRAM, *words]
    if subprocess.run(trace, capture_output=True).returncode not in (137, -9):
        return "not killed"
    if random.random() < 0.1:
        write("f", old) # a backup
    state = re.search(r'"state":"(\w+)"', run("recover", "-j", "f").stdout)[1]
    now = read("f")
    wrong = told_wrong(now, old, new)
    if wrong:
        return f"wrong: {wrong} of {words[:4]} at {calls} {number}"
    run("recover", "--accept", "--force", "f")
    left = [name for name in os.listdir(".") if "mmtool-" in name]
    if read("f") != now or run("recover", "f").returncode != 0 or left:
        return f"wrong: not taken as it was: {words[:4]} at {calls} {number}, {left}"
    return state


def main():
    random.seed(SEED)
    count = {}
    for _ in range(ROUNDS):
        size = random.choice([300000, 1000000])
        old = os.urandom(size) if random.random() < 0.7 else b"abcdefg\n" * (size // 8)
        outcome = one_round(old)
        count[outcome] = count.get(outcome, 0) + 1
    print(f"# seed {SEED}:", ", ".join(f"{key} {count[key]}" for key in sorted(count)))
    return any(key.startswith(("wrong", "not done")) for key in count)


if __name__ == "__main__":
    sys.exit(main())
