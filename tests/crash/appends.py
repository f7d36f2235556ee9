#!/usr/bin/env python3
"""Edits a file beside a program that appends numbered lines to it, and looks for every line.

    appends.py MMTOOL [--edits=N] [--rate=LINES] [--size=BYTES] [--most-lost=N]
               [--most-refused=PERCENT] [KIND...]

The writer has the file open with O_APPEND all the time and writes `rate` lines a second, one
write each. What the file must be in the end is known: all that was written, with the edits that
ended with status 0. The table tells for each kind of edit (KINDS below; all of them by default)
how many were done, were refused (status 2), how many lines are missing, and whether anything
else is wrong. The status is 1 if more lines are lost than may be, more edits are refused, or
anything else is wrong. The file is made in the current directory.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import time

BLOCK = 4096
LINE = b"%012d the quick brown fox\n"
MARK = b"MARK"


# ---- kinds of edits: arguments for one edit, and what it does to the bytes ----------------------


def head_cut(length):
    return ["splice", "live", f"0:{length}"], lambda data: data[length:]


def cut(number):
    length = random.randrange(1, 40_000)
    return head_cut(length + (length % BLOCK == 0))


def cut_little(number):
    return head_cut(random.randrange(1, 100))


def cut_blocks(number):
    return head_cut(BLOCK * random.randrange(1, 8))


def cut_durable(number):
    arguments, change = cut(number)
    return [arguments[0], "--durable", *arguments[1:]], change


def grow(number):
    return ["splice", "live", "10+0", "x"], lambda data: data[:10] + b"x" + data[10:]


def grow_much(number):
    return (["splice", "--repeat=10000", "live", "10+0", "x"],
            lambda data: data[:10] + 10_000 * b"x" + data[10:])


def grow_blocks(number):
    return (["splice", f"--repeat={BLOCK}", "live", "10+0", "x"],
            lambda data: data[:10] + BLOCK * b"x" + data[10:])


def grow_all(number):
    return (["splice", "-a", "-p", MARK.decode(), "live", f"{MARK.decode()}+"],
            lambda data: data.replace(MARK, MARK + b"+"))


def same_length(number):
    new = b"%06d" % number
    return ["write", "live", "3", new.decode()], lambda data: data[:3] + new + data[9:]


KINDS = {
    "cut": cut,
    "cut-little": cut_little,
    "cut-blocks": cut_blocks,
    "cut-durable": cut_durable,
    "grow": grow,
    "grow-much": grow_much,
    "grow-blocks": grow_blocks,
    "grow-all": grow_all,
    "same-length": same_length,
}

# What comes while such a cut is made goes behind it in one piece, which may be behind later lines.
MAY_DISPLACE = ["cut", "cut-little", "cut-durable"]


# ---- the writer ---------------------------------------------------------------------------------


class Writer:
    """A process that appends lines; stop() tells how many."""

    def __init__(self, rate):
        here, there = os.pipe()
        self.process = os.fork()
        if self.process == 0:
            self.write_lines(rate, there)
        os.close(there)
        self.report = here

    @staticmethod
    def write_lines(rate, report):
        stopped = []
        signal.signal(signal.SIGTERM, lambda *_: stopped.append(True))
        file = os.open("live", os.O_WRONLY | os.O_APPEND)
        number, start = 0, time.monotonic()
        while not stopped:
            os.write(file, LINE % number)
            number += 1
            pause = start + number / rate - time.monotonic()
            if pause > 0:
                time.sleep(pause)
        os.write(report, b"%d" % number)
        os._exit(0)

    def stop(self):
        os.kill(self.process, signal.SIGTERM)
        count = int(os.read(self.report, 64))
        os.close(self.report)
        os.waitpid(self.process, 0)
        return count


# ---- a kind of edits ----------------------------------------------------------------------------


def first_bytes(size):
    """Lines that no writer writes, all different, MARK in some of them."""
    line = b"%012d " + MARK + b" an old line\n"
    plain = line.replace(MARK, b"mark")
    count = size // len(line % 0)
    return b"".join((line if i < 1000 else plain) % i for i in range(count))


def compare(expected, found, in_order):
    """How many lines are missing, and what else is wrong."""
    if expected == found:
        return 0, ""
    wanted, there = expected.split(b"\n"), found.split(b"\n")
    places = {line: place for place, line in enumerate(wanted)}
    strange = [line for line in there if line not in places]
    if strange:
        return len(set(wanted) - set(there)), f"another line: {strange[0][:60]!r}"
    order = [places[line] for line in there]
    wrong = "lines twice" if len(set(order)) < len(order) else ""
    if in_order and order != sorted(order):
        wrong = "lines in another order"
    return len(places) - len(set(order)), wrong


def run_kind(name, options):
    changes, refused, messages = [], 0, set()
    with open("live", "wb") as file:
        file.write(first_bytes(options.size))
    before = open("live", "rb").read()
    writer = Writer(options.rate)
    start = time.monotonic()
    for number in range(options.edits):
        arguments, change = KINDS[name](number)
        done = subprocess.run([options.mmtool, *arguments], capture_output=True)
        if done.returncode == 0:
            changes.append(change)
        else:
            refused += 1
            messages.add(done.stderr.decode())
        time.sleep(random.random() * 0.003)
    took = time.monotonic() - start
    count = writer.stop()
    expected = before + b"".join(LINE % i for i in range(count))
    for change in changes:
        expected = change(expected)
    lost, wrong = compare(expected, open("live", "rb").read(), name not in MAY_DISPLACE)
    print(f"# {name}: {options.edits} edits in {took:.1f} s beside {count} lines: "
          f"done {len(changes)}, refused {refused}, lines lost {lost}, wrong: {wrong or 'nothing'}",
          *sorted(messages)[:3], sep="\n", flush=True)
    os.unlink("live")
    return (lost <= options.most_lost and not wrong and
            refused <= options.edits * options.most_refused / 100)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("mmtool", type=os.path.abspath)
    parser.add_argument("--edits", type=int, default=300)
    parser.add_argument("--rate", type=float, default=2000)
    parser.add_argument("--size", type=int, default=16 << 20)
    parser.add_argument("--most-lost", type=int, default=0)
    parser.add_argument("--most-refused", type=float, default=5)
    parser.add_argument("kinds", nargs="*", metavar="KIND")
    options = parser.parse_intermixed_args()
    results = [run_kind(name, options) for name in options.kinds or KINDS]
    sys.exit(0 if all(results) else 1)


main()
