#!/usr/bin/env python3
"""Kills edits of every shape in one place, and judges what the next command makes of them.

Every other kill comes at a random moment behind the appearance of the journal, the others at a
random one of the system calls that change files (strace). Then the next command, in turns
`info -s`, `read` and another edit, must find the file old or new, and leave nothing beside it. With
--rewrites others write to the file between the kill and that command: then it is old or new, or
byte for byte as they left it.

Prints a row of a table for each shape, and a line `# bad:` for each that is not so; the exit status
is 1 if there are any. kill_table.sh makes the places and calls this.
"""

import argparse
import collections
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

MARK = "user.mmtool.journal"
EARLIER = b"# an earlier script\n"
SIZE = 3_000_017
BLOCK = 4096
LEAST_TAIL = 9 * 1024 * 1024 # for blocks.c to think that whole blocks are worth it
DEADLINE = 60 # seconds that any command may take

# The calls that change a file or its directory.
CHANGING = ("pwrite64", "write", "ftruncate", "fallocate", "fsetxattr", "fremovexattr", "fchmod",
            "fsync", "fdatasync", "unlinkat", "renameat", "renameat2", "linkat", "ioctl", "openat")


# ---- shapes of edits --------------------------------------------------------------------------

Shape = collections.namedtuple("Shape", "name old new arguments flags", defaults=(frozenset(),))
# flags: "undo" (the script is `f.back`), "resizes", "own inode", "clean" (little of it is dirty),
# "holes" (of zeros)


def random_bytes(seed, size):
    return random.Random(seed).randbytes(size)


def with_needles(needle, count):
    """Random bytes with `needle` at `count` places, and where these are."""
    data = bytearray(random_bytes(2, SIZE))
    pitch = SIZE // count
    places = [5 + i * pitch + (i * 7919) % (pitch - 64) for i in range(count)]
    for place in places:
        data[place:place + len(needle)] = needle
    return bytes(data)


def edits_at(old, edits):
    """`old` with each (offset, length, bytes) done; and the script of it."""
    pieces, script, at = [], [], 0
    for offset, length, fresh in edits:
        pieces += [old[at:offset], fresh]
        script.append(f"{offset} {old[offset:offset + length].hex() or '-'} {fresh.hex() or '-'}\n")
        at = offset + length
    return b"".join(pieces + [old[at:]]), "".join(script)


def mixed_edits(old):
    """Insertions, deletions and replacements all over the file, which grows and shrinks."""
    dice = random.Random(3)
    for offset in range(1000, len(old) - 5000, 61_007):
        yield offset, dice.choice((0, 3, 700)), random_bytes(offset, dice.choice((0, 3, 900)))


def script_of_writes(old, new, offset, length):
    """Writes the new bytes and the old ones in turns, the new ones last."""
    pair = [f"write {offset} -x {data[offset:offset + length].hex()}\n" for data in (old, new)]
    return "".join(pair * 200)


def same_length_shapes(work):
    """Those that a block device takes, too."""
    old = random_bytes(1, SIZE)
    fresh = random_bytes(4, 1_500_000)
    write_file(f"{work}/fresh", fresh)
    needles = with_needles(b"needle", 600)
    patched, script = edits_at(old, [(i, 900, random_bytes(i, 900))
                                     for i in range(500, SIZE - 1000, 40_009)])
    write_file(f"{work}/patches", script.encode())
    turned = old[:4090] + random_bytes(8, 12) + old[4102:] # across a page
    write_file(f"{work}/turns", script_of_writes(old, turned, 4090, 12).encode())
    return [
        Shape("write", old, old[:1000] + fresh + old[1000 + len(fresh):],
              ["write", "FILE", "1000", "-f", f"{work}/fresh"]),
        Shape("patch of many places", needles, needles.replace(b"needle", b"NEEDLE"),
              ["splice", "-a", "-p", "needle", "FILE", "NEEDLE"]),
        Shape("edit list, same length", old, patched, ["splice", f"--edits={work}/patches", "FILE"]),
        Shape("script of writes", old, turned, ["run", "FILE", f"{work}/turns"]),
        Shape("move to the right", old, old[:1000] + old[10:2_500_010] + old[2_501_000:],
              ["move", "FILE", "1000", "10:2500010"]),
        Shape("move to the left", old, old[:10] + old[1000:2_501_000] + old[2_500_000 + 10:],
              ["move", "FILE", "10", "1000:2501000"]),
        Shape("move far", old, old[:10] + old[1_600_000:2_900_000] + old[1_300_010:],
              ["move", "FILE", "10", "1600000:2900000"]),
    ]


def length_shapes(work):
    old = random_bytes(1, SIZE)
    fresh = random_bytes(4, 1_500_000)
    seven = b"7 bytes"
    inserted, deleted = old[:10] + seven + old[10:], old[:10] + old[17:]
    needles = with_needles(b"needle", 600)
    mixed, script = edits_at(old, mixed_edits(old))
    write_file(f"{work}/mixed", script.encode())
    atomic = old[:20] + b"atom" + old[24:1000] + b"inserted" + old[1000:2_000_000] + old[2_000_100:]
    return [
        Shape("insertion", old, inserted, ["splice", "FILE", "10+0", seven.decode()]),
        Shape("deletion", old, deleted, ["splice", "FILE", "10+7"]),
        Shape("large insertion", old, old[:1000] + fresh + old[1000:],
              ["splice", "FILE", "1000+0", "-f", f"{work}/fresh"]),
        Shape("large deletion", old, old[:1000] + old[1_400_000:],
              ["splice", "FILE", "1000:1400000"]),
        Shape("replace all, longer", needles, needles.replace(b"needle", b"long needle"),
              ["splice", "-a", "-p", "needle", "FILE", "long needle"]),
        Shape("replace all, shorter", needles, needles.replace(b"needle", b"nail"),
              ["splice", "-a", "-p", "needle", "FILE", "nail"]),
        Shape("edit list, mixed", old, mixed, ["splice", f"--edits={work}/mixed", "FILE"]),
        Shape("atomic script", old, atomic,
              ["run", "--atomic", "FILE", "-c", "write 20 atom", "-c", "splice 1000+0 inserted",
               "-c", "splice 2000008+100"]),
        Shape("resize, smaller", old, old[:1_000_003], ["resize", "FILE", "1000003"]),
        Shape("resize, larger", old, old + bytes(1_000_000), ["resize", "FILE", "+1000000"]),
        Shape("resize with blocks", old, old + bytes(1_000_000),
              ["resize", "--allocate", "FILE", "+1000000"]),
        Shape("write past the end", old, old[:1_000_000] + fresh + fresh,
              ["write", "--extend", "--repeat=2", "FILE", "1000000", "-f", f"{work}/fresh"]),
        Shape("insertion, undo", old, inserted,
              ["splice", "--undo=BACK", "FILE", "10+0", seven.decode()], frozenset({"undo"})),
        Shape("deletion, undo", old, deleted, ["splice", "--undo=BACK", "FILE", "10+7"],
              frozenset({"undo"})),
        Shape("resize, smaller, undo", old, old[:1_000_003],
              ["resize", "--undo=BACK", "FILE", "1000003"], frozenset({"undo"})),
        Shape("insertion, durable", old, inserted,
              ["splice", "--durable", "FILE", "10+0", seven.decode()]),
        Shape("deletion, durable", old, deleted, ["splice", "--durable", "FILE", "10+7"]),
        Shape("insertion, new inode", old, inserted,
              ["splice", "--new-inode", "FILE", "10+0", seven.decode()], frozenset({"own inode"})),
    ] + holes_and_blocks()


def holes_and_blocks():
    data = random_bytes(5, 400_000)
    sparse = data + bytes(1_000_000) + data + bytes(1_000_000) + data
    long = random_bytes(6, LEAST_TAIL)
    offset = 5000
    return [
        Shape("insertion before holes", sparse, sparse[:10] + b"7 bytes" + sparse[10:],
              ["splice", "FILE", "10+0", "7 bytes"], frozenset({"holes"})),
        Shape("block insertion", long, long[:offset] + b"x" * BLOCK + long[offset:],
              ["splice", f"--repeat={BLOCK}", "FILE", f"{offset}+0", "x"], frozenset({"clean"})),
        Shape("block cut", long, long[:offset] + long[offset + BLOCK:],
              ["splice", "FILE", f"{offset}+{BLOCK}"], frozenset({"clean"})),
    ]


# ---- files ------------------------------------------------------------------------------------

def read_file(path):
    with open(path, "rb") as file:
        return file.read()


def write_file(path, data):
    with open(path, "wb") as file:
        file.write(data)


def write_at(path, offset, data):
    with open(path, "r+b") as file:
        file.seek(offset)
        file.write(data)


def write_sparse(path, data):
    with open(path, "wb") as file:
        for at in range(0, len(data), 4096):
            block = data[at:at + 4096]
            if any(block):
                file.seek(at)
                file.write(block)
        file.truncate(len(data))


def is_marked(path):
    try:
        return MARK in os.listxattr(path)
    except OSError:
        return False


def can_be_marked(path):
    try:
        os.setxattr(path, "user.mmtool.try", b"1")
        os.removexattr(path, "user.mmtool.try")
        return True
    except OSError:
        return False


class Place:
    """Where a file is edited, and where the next command finds it."""

    def __init__(self, options, work):
        self.label = options.label
        self.file, self.next_file = options.file, options.next_file or options.file
        self.directory = os.path.dirname(self.file)
        self.is_device = options.device
        self.name = options.name or self.file
        self.next_name = options.name or self.next_file
        self.between, self.below, self.anew = options.between, options.below, options.anew
        self.may_refuse = options.may_refuse
        self.environment = dict(os.environ, LC_ALL="C")
        self.options = []
        self.journals = self.directory
        if options.journal_dir:
            self.journals = options.journal_dir
            self.options = [f"--journal-dir={options.journal_dir}"]
        elif "MMTOOL_JOURNAL_DIR" in os.environ:
            self.journals = os.environ["MMTOOL_JOURNAL_DIR"]
        self.back = work + "/back" if self.is_device else self.file + ".back"

    def left(self):
        """The names in its directories that nobody but mmtool can have made."""
        names = set(os.listdir(self.journals))
        if self.is_device:
            return names
        base = os.path.basename(self.file)
        ours = re.compile(rf"\.({re.escape(base)}(\.back)?\.)?mmtool-(journal|undo|new|probe)")
        return {name for name in names | set(os.listdir(self.directory)) if ours.match(name)}

    def reset(self, shape):
        if self.is_device:
            for name in os.listdir(self.journals):
                os.unlink(os.path.join(self.journals, name))
            write_at(self.file, 0, shape.old)
            return
        for name in self.left() | {os.path.basename(self.file), os.path.basename(self.file) + ".1"}:
            path = os.path.join(self.directory, name)
            if os.path.lexists(path):
                os.unlink(path)
        written = self.below or self.file
        (write_sparse if "holes" in shape.flags else write_file)(written, shape.old)
        if "clean" in shape.flags:
            with open(written, "rb") as file:
                os.fsync(file.fileno())
        if self.anew:
            subprocess.run(["bash", "-c", self.anew], check=True)
        if "undo" in shape.flags:
            write_file(self.back, EARLIER)

    def read(self, shape):
        return read_file(self.next_file)[:len(shape.old) if self.is_device else None]

    def go_between(self):
        """What happens between the kill and the next command; may tell a new name of the file."""
        if not self.between:
            return
        told = subprocess.run(["bash", "-c", self.between, "between", self.file], check=True,
                              stdout=subprocess.PIPE, text=True).stdout.split()
        if told:
            self.file = self.next_file = self.name = self.next_name = told[0]

    def journal_is_there(self):
        try:
            return any(name.endswith("mmtool-journal") for name in os.listdir(self.journals))
        except OSError:
            return False


# ---- kills ------------------------------------------------------------------------------------

class Killer:
    """Runs one shape of edit in one place and kills it."""

    def __init__(self, options, place, shape, dice):
        self.mmtool, self.place, self.shape, self.dice = options.mmtool, place, shape, dice
        self.runs = 1 if options.kills < 10 else 3
        self.extra = ["--no-journal"] if options.no_journal else []
        self.duration, self.points, self.how = 0.0, [], ""

    def command(self):
        words = {"FILE": self.place.name, "BACK": self.place.back}
        arguments = [self.replaced(word, words) for word in self.shape.arguments]
        return [self.mmtool, arguments[0], *self.place.options, *self.extra, *arguments[1:]]

    @staticmethod
    def replaced(word, words):
        if word == "FILE":
            return words["FILE"]
        return word.replace("=BACK", "=" + words["BACK"])

    def start(self, *tracing):
        return subprocess.Popen([*tracing, *self.command()], stdin=subprocess.DEVNULL,
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                env=self.place.environment)

    def wait_for_journal(self, process):
        while process.poll() is None and not self.place.journal_is_there():
            time.sleep(0.00003)

    def learn(self):
        """How long it takes and which calls it makes; why it cannot be done here, or None."""
        durations = []
        for _ in range(self.runs):
            self.place.reset(self.shape)
            process = self.start()
            self.wait_for_journal(process)
            begun = time.perf_counter()
            if process.wait(DEADLINE) != 0:
                return process.stderr.readline().decode(errors="replace").strip()
            durations.append(time.perf_counter() - begun)
        if read_file(self.place.file)[:len(self.shape.new)] != self.shape.new:
            return "BAD: without a kill it is not the new file"
        self.duration = max(durations)
        self.learn_calls()
        return None

    def learn_calls(self):
        if not shutil.which("strace"):
            return
        self.place.reset(self.shape)
        with tempfile.NamedTemporaryFile("r") as log:
            self.start("strace", "-f", "-qq", "-o", log.name,
                       "--trace=" + ",".join(CHANGING)).communicate(timeout=DEADLINE)
            lines = [line.split(None, 1)[1] for line in log if "(" in line]
        count = collections.Counter()
        for line in lines:
            name = line.split("(")[0]
            count[name] += 1
            if name == "openat" and "O_CREAT" in line:
                self.points = [] # those before the journal are of no interest
            elif name in CHANGING and name != "openat":
                self.points.append((name, count[name]))

    def kill(self, by_call):
        """Whether it was killed before its end."""
        return self.kill_at_call() if by_call and self.points else self.kill_by_clock()

    def kill_by_clock(self):
        delay = self.dice.random() * self.duration
        self.how = f"SIGKILL {delay * 1000:.2f} ms behind the journal"
        process = self.start()
        self.wait_for_journal(process)
        end = time.perf_counter() + delay
        if delay > 0.002:
            time.sleep(delay - 0.001)
        while time.perf_counter() < end:
            pass
        process.kill()
        process.communicate()
        return process.returncode == -signal.SIGKILL

    def kill_recovery(self):
        """The command that would have mended the file is killed, too."""
        process = subprocess.Popen([self.mmtool, "info", *self.place.options, self.place.next_name],
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL, env=self.place.environment)
        time.sleep(0.001 + self.dice.random() * self.duration)
        process.kill()
        process.wait()
        self.how += ", and the recovery"

    def kill_at_call(self):
        name, number = self.dice.choice(self.points)
        self.how = f"strace -f --trace={name} --inject={name}:signal=KILL:when={number}"
        process = self.start("strace", "-f", "-qq", "-o", "/dev/null", f"--trace={name}",
                             f"--inject={name}:signal=KILL:when={number}")
        process.communicate(timeout=DEADLINE)
        return process.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL)


# ---- what others write between the kill and the next command ------------------------------------

def middle(shape, dice):
    """A place among the bytes that the edit changes."""
    least = min(len(shape.old), len(shape.new))
    first = next((at for at in range(0, least, 512)
                  if shape.old[at:at + 512] != shape.new[at:at + 512]), 0)
    return dice.randrange(first, max(first + 1, min(least, len(shape.new)) - 5))


def write_backup(place, shape, _):
    write_file(place.next_file, shape.old)


def write_other(place, shape, dice):
    write_file(place.next_file, random_bytes(7, dice.choice((1000, len(shape.old) + 12345))))


def rotate_by_cut(place, _shape, _dice):
    os.truncate(place.next_file, 0)
    with open(place.next_file, "ab") as file:
        for number in range(3000):
            file.write(b"a new line %d\n" % number)


def rotate_by_name(place, _shape, _dice):
    os.rename(place.next_file, place.next_file + ".1")
    write_file(place.next_file, b"a new line\n" * 3000)


FEW = b"5byte"
MOST_CHANGED = 2 * len(FEW) # where they lie in what a move copies, they are copied with it


def write_few(place, shape, dice):
    write_at(place.next_file, middle(shape, dice), FEW)


REWRITES = {"backup copied back": write_backup, "other content": write_other,
            "cut and begun anew": rotate_by_cut, "renamed and begun anew": rotate_by_name,
            "a few bytes changed": write_few}


def differences(left, right):
    if len(left) != len(right):
        return max(len(left), len(right))
    count = 0
    for at in range(0, len(left), 4096):
        a, b = left[at:at + 4096], right[at:at + 4096]
        if a != b:
            count += sum(x != y for x, y in zip(a, b))
    return count


# ---- verdicts ---------------------------------------------------------------------------------

class Judge:
    """Runs the next command and says what came of the file."""

    def __init__(self, mmtool, place):
        self.mmtool, self.place = mmtool, place
        self.turn, self.why, self.said = 0, "", ""

    def run(self, *arguments):
        command = [self.mmtool, arguments[0], *self.place.options, *arguments[1:]]
        try:
            done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True,
                                  check=False, env=self.place.environment, timeout=DEADLINE)
        except subprocess.TimeoutExpired:
            self.said = f"{arguments[0]} hangs"
            return -1, b""
        self.said = done.stderr.decode(errors="replace").strip()
        return done.returncode, done.stdout

    def next_command(self, name, first):
        """Its status, and what it printed of the file if it did; `first` is the file's first byte."""
        self.turn += 1
        if self.turn % 3 == 0:
            status, _ = self.run("write", name, "0", "-x", first.hex())
            return status, None
        if self.turn % 3 == 1:
            status, _ = self.run("info", "-s", name)
            return status, None
        return self.run("read", name)

    def bad(self, why):
        said = self.said.replace(os.path.dirname(self.place.next_file) + "/", "")
        self.why = f"{why}; {said}" if said else why
        return "bad"

    def verdict(self, shape):
        place = self.place
        before = place.read(shape)
        status, printed = self.next_command(place.next_name, shape.old[:1])
        found = place.read(shape)
        if status == 2 and place.may_refuse:
            if found != before:
                return self.bad("refused, and changed")
            return self.way_out(shape)
        if status != 0:
            return self.bad(f"status {status}")
        if found not in (shape.old, shape.new):
            return self.bad(f"status 0, neither old nor new ({len(found)} bytes)")
        if printed is not None and printed[:len(found)] != found:
            return self.bad("what was read is not the file")
        if place.may_refuse and place.left():
            self.run("info", "-s", place.name) # a mark that could not be taken off keeps its journal
        return self.whole(shape, found)

    def way_out(self, shape):
        """Where it was edited it can be finished."""
        status, _ = self.run("info", "-s", self.place.name)
        if status != 0 or read_file(self.place.file) not in (shape.old, shape.new):
            return self.bad(f"refused, and no way out where it was edited (status {status})")
        return "refused"

    def whole(self, shape, found):
        place = self.place
        kind = "new" if found == shape.new else "old"
        if "own inode" in shape.flags and place.left():
            self.run("write", "--new-inode", place.next_name, "0", "-x", found[:1].hex())
        if place.left():
            return self.bad(f"{kind}, and left: {' '.join(sorted(place.left()))}")
        if is_marked(place.next_file) or is_marked(place.file):
            return self.bad(f"{kind}, and marked")
        if "undo" in shape.flags and not self.undoes(shape, kind):
            return self.bad(f"{kind}, and the undo script is not its")
        return kind

    def undoes(self, shape, kind):
        is_earlier = read_file(self.place.back) == EARLIER
        if kind == "old":
            return is_earlier
        status, _ = self.run("splice", f"--edits={self.place.back}", self.place.next_name)
        return not is_earlier and status == 0 and self.place.read(shape) == shape.old

    def rewritten(self, shape, rewrite):
        """The same where others wrote to the file since."""
        place = self.place
        written = place.read(shape)
        status, printed = self.next_command(place.next_name, written[:1])
        found = place.read(shape)
        if status not in (0, 2):
            return self.bad(f"status {status}")
        if status == 0 and printed is not None and printed[:len(found)] != found:
            return self.bad("what was read is not the file")
        if found == written:
            kind = "refused" if status == 2 else "old"
            if rewrite is rotate_by_name:
                kind = self.renamed(shape, kind)
            if kind == "refused" and not self.is_accepted(shape, written):
                return self.bad("refused, and `recover --accept --force` does not end it")
            return kind
        if rewrite is write_few and differences(found, shape.new) <= MOST_CHANGED:
            return "new"
        if rewrite is write_few and differences(found, shape.old) <= MOST_CHANGED:
            return "old"
        if rewrite is write_backup and found == shape.new:
            return "new"
        return self.bad(f"status {status}, a mixture ({len(found)} bytes, {len(written)} written)")

    def is_accepted(self, shape, written):
        """Whether the user can have the file as it is."""
        status, _ = self.run("recover", "--accept", "--force", self.place.next_name)
        return status == 0 and self.place.read(shape) == written and not self.place.left()

    def renamed(self, shape, kind):
        """The file that went away bears its mark, if it can."""
        path = self.place.next_file + ".1"
        if not can_be_marked(path):
            return kind
        status, _ = self.run("info", "-s", path)
        if status == 2 or (status == 0 and read_file(path) in (shape.old, shape.new)):
            return kind
        return self.bad(f"renamed, status {status}, neither old nor new")


# ---- the table --------------------------------------------------------------------------------

class Row:
    def __init__(self, label, name):
        self.label, self.name = label, name
        self.count = collections.Counter()
        self.cannot = ""

    def __str__(self):
        if self.cannot:
            return f"| {self.label} | {self.name} | cannot: {self.cannot} |"
        numbers = " | ".join(str(self.count[key])
                             for key in ("tried", "mid", "old", "new", "refused", "bad"))
        return f"| {self.label} | {self.name} | {numbers} |"


def is_under_way(place, shape):
    try:
        return place.left() or is_marked(place.file) or \
            read_file(place.file)[:len(shape.old) if place.is_device else None] \
            not in (shape.old, shape.new)
    except FileNotFoundError:
        return False


def try_shape(options, place, shape, rewrite):
    name = shape.name + (f"; {rewrite}" if rewrite else "")
    row = Row(place.label, name)
    dice = random.Random(f"{options.seed} {name}")
    killer, judge = Killer(options, place, shape, dice), Judge(options.mmtool, place)
    row.cannot = killer.learn() or ""
    attempts = 0
    while not row.cannot and row.count["tried"] < options.kills:
        if attempts >= 6 * options.kills:
            row.cannot = "" if row.count["tried"] else "no kill leaves anything"
            break
        attempts += 1
        place.reset(shape)
        hit = killer.kill(attempts % 2 == 0)
        under_way = is_under_way(place, shape)
        if not hit or (rewrite and not under_way):
            continue
        if options.twice:
            killer.kill_recovery()
        verdict = judge_one(place, judge, shape, rewrite, dice)
        row.count.update(("tried", verdict) + (("mid",) if under_way else ()))
        if verdict == "bad" and row.count["bad"] <= options.show:
            print(f"# bad: {place.label}: {name}: {killer.how}: {judge.why}", flush=True)
    if row.cannot.startswith("BAD"):
        row.count["bad"] = 1
    return row


def judge_one(place, judge, shape, rewrite, dice):
    place.go_between()
    if not rewrite:
        return judge.verdict(shape)
    REWRITES[rewrite](place, shape, dice)
    return judge.rewritten(shape, REWRITES[rewrite])


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--mmtool", required=True)
    parser.add_argument("--label", required=True, help="the place's name in the table")
    parser.add_argument("--file", required=True, help="the file to edit, or a device")
    parser.add_argument("--next-file", help="how the next command finds it")
    parser.add_argument("--name", help="FILE on the command line, if not its path")
    parser.add_argument("--device", action="store_true")
    parser.add_argument("--journal-dir")
    parser.add_argument("--between", help="a command of bash between kill and next command")
    parser.add_argument("--below", help="where the old file is written, if not at its name")
    parser.add_argument("--anew", help="a command of bash behind that")
    parser.add_argument("--may-refuse", action="store_true",
                        help="status 2 is right, if a command where it was edited finds it whole")
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--shapes", help="only those whose name has one of these, commas between")
    parser.add_argument("--rewrites", action="store_true")
    parser.add_argument("--twice", action="store_true", help="kill a recovery of each, too")
    parser.add_argument("--no-journal", action="store_true",
                        help="edits without one: to see that the table sees it")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--show", type=int, default=3, help="how many bad ones of a row are told")
    return parser.parse_args()


def main():
    options = parse_options()
    bad = 0
    with tempfile.TemporaryDirectory() as work:
        place = Place(options, work)
        shapes = same_length_shapes(work) + ([] if place.is_device else length_shapes(work))
        for shape in shapes:
            if options.shapes and not any(part in shape.name for part in options.shapes.split(",")):
                continue
            for rewrite in REWRITES if options.rewrites else (None,):
                row = try_shape(options, place, shape, rewrite)
                bad += row.count["bad"]
                print(row, flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
