#!/usr/bin/env python3
"""Times short commands, whole processes and commands of a script, beside other tools.

    short_table.py MMTOOL [ROW...]

Each row is run in turns with its peer, and the fastest of MMTOOL_BENCH_RUNS rounds (5)
counts. Files are made in TMPDIR: on a disk a journal costs more than in /dev/shm.
"""

import os
import resource
import shlex
import subprocess
import sys
import tempfile
import time

from table import chosen

COMMANDS = 200  # of a loop in a shell
LINES = 5000    # of a script
ASKED = 2000    # commands that are answered one by one
LARGE = 128 << 20
EXTENTS = 20_000 # of 4 KiB, each before a hole of 60 KiB

PYTHON = """
import mmap, sys
file = open(sys.argv[1], "r+b")
m = mmap.mmap(file.fileno(), 0)
for line in sys.stdin.buffer:
    at, data = line.split()
    m[int(at):int(at) + len(data)] = data
    sys.stdout.buffer.write(b"0\\n")
    sys.stdout.buffer.flush()
"""


def processor():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(arguments, count):
    """Seconds of user and system time, a command of `count`."""
    before = processor()
    subprocess.run(arguments, stdout=subprocess.DEVNULL, check=True)
    return (processor() - before) / count


def loop(line):
    """A function that runs a line of the shell again and again, in one shell."""
    return lambda: run(["sh", "-c", f"i=0; while [ $i -lt {COMMANDS} ]; do {line}; i=$((i + 1)); done"],
                       COMMANDS)


def started(*arguments):
    """A function that starts a command again and again, without the fork of a shell."""
    def start():
        before = processor()
        for _ in range(COMMANDS):
            subprocess.run(arguments, stdout=subprocess.DEVNULL, check=True, close_fds=False)
        return (processor() - before) / COMMANDS
    return start


def once(*arguments):
    return lambda: run(arguments, 1)


def on_copy(name, *arguments):
    """A function that runs a command on a new copy of a sparse file: seconds an extent."""
    def act():
        subprocess.run(["cp", "--sparse=always", name, "copy"], check=True)
        return run(arguments, EXTENTS)
    return act


def script(mmtool, line):
    """A function that runs a script of one line again and again."""
    with open("commands", "w") as file:
        file.writelines(line.format(at=i * 4) + "\n" for i in range(LINES))
    return lambda: run([mmtool, "run", "small", "commands"], LINES)


def asked(arguments, line):
    """A function that gives the median seconds until a command is answered."""
    def ask():
        times = []
        with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              bufsize=0) as process:
            for i in range(ASKED):
                start = time.perf_counter()
                process.stdin.write(line.format(at=i * 4).encode())
                process.stdout.readline()
                times.append(time.perf_counter() - start)
            process.stdin.close()
        return sorted(times)[ASKED // 2]
    return ask


def rows(mmtool):
    m = shlex.quote(mmtool)
    nothing = lambda: None
    return {
        "read": ("read of 4 bytes; xxd -l 4", 0.9, started(mmtool, "read", "small", "0+4"),
                 started("xxd", "-l", "4", "small")),
        "write": ("write of 4 bytes; printf, dd", 0.9, loop(f"{m} write small 0 abcd"),
                  loop("printf abcd | dd of=small conv=notrunc status=none")),
        "run-write": ("run: a write of 4 bytes, us", 40, lambda: script(mmtool, "write {at} abcd")(), nothing),
        "run-read": ("run: a read of 4 bytes, us", 8, lambda: script(mmtool, "read {at}+4")(), nothing),
        "asked": ("run over a pipe, a write; Python mmap", 1.5,
                  asked([mmtool, "run", "--answers", "small", "-"], "write {at} abcd\n"),
                  asked([sys.executable, "-c", PYTHON, "small"], "{at} abcd\n")),
        "from": ("write of 128 MiB from a file; dd", 2.1, once(mmtool, "write", "--from=source", "large", "0"),
                 once("dd", "if=source", "of=large", "conv=notrunc", "bs=1M", "status=none")),
        "new-inode": ("splice --new-inode of 128 MiB; cp", 1.5,
                      once(mmtool, "splice", "--new-inode", "large", "10+3", "abc"),
                      once("cp", "large", "copy")),
        "sparse": ("insert before 20,000 extents; cp --sparse", 1.5,
                   on_copy("extents", mmtool, "splice", "copy", "10+0", "7 bytes"),
                   on_copy("extents", "cp", "--sparse=auto", "extents", "copy too")),
    }


def print_row(title, goal, ours, others, rounds):
    pairs = [(ours(), others()) for _ in range(rounds)]
    ours = min(a for a, _ in pairs) * 1e6
    if pairs[0][1] is None:
        print(f"| {title:38} | {goal:4} | {ours:6.1f} |            |            |", flush=True)
        return
    others = min(b for _, b in pairs) * 1e6
    print(f"| {title:38} | {goal:4} | {ours / others:6.2f} | {ours:10.1f} | {others:10.1f} |", flush=True)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    mmtool = os.path.abspath(sys.argv[1])
    rounds = int(os.environ.get("MMTOOL_BENCH_RUNS", "5"))
    with tempfile.TemporaryDirectory(prefix="mmtool-bench-") as directory:
        os.chdir(directory)
        for name, size in ("small", 150_000), ("source", LARGE), ("large", LARGE):
            with open(name, "wb") as file:
                file.write(os.urandom(size))
        with open("extents", "wb") as file:
            for i in range(EXTENTS):
                file.seek(i << 16)
                file.write(b"%04096d" % i)
            file.truncate(EXTENTS << 16)
        table = rows(mmtool)
        names = chosen(table, sys.argv[2:])
        print(f"\nuser + system time (over a pipe: wall time) in {directory}, best of {rounds}\n")
        print(f"| {'command':38} | goal |  ratio |  mmtool us |   other us |")
        print("| --- | ---: | ---: | ---: | ---: |")
        for name in names:
            print_row(*table[name], rounds)
        os.chdir("/")


if __name__ == "__main__":
    main()
