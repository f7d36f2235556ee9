"""images.py - journals as a version of mmtool left them, which every later 1.x must finish.

  images.py plant IMAGE [--torn] [--format=N]   makes old, new, f and f's journal here
  images.py make NAME CRASH_EDIT                prints an image of today's format

An image is text: what identifies the edit, then the journal in rows of hex, zeros left out. The
edited file is not in it: `old` is made by old_file(), `new` by the edits below, and f is `old` but for
the ranges in which it was new already. --torn makes half of the step under way new. What belongs to
the machine is put in: inode, device, no time of birth, and the mark where files can be marked.

Images are only added, never changed: journal.h says when.
"""

import os
import re
import struct
import subprocess
import sys

JOURNAL = ".f.mmtool-journal"
MARK = "user.mmtool.journal"
HEADER, IDENTITY, BIRTH, DEVICE, MARKS = 512, 32, 40, 48, 176  # offsets of fields; see format.c

# For each image: arguments of crash_edit, the edits (offset, bytes that go, bytes that come), whose
# calls are counted and at which it is killed, and what must come out.
CASES = {
    "patch": (["edit", "little patches"], [(4046, 101, 101), (9000, 3, 3), (12285, 7, 7)],
              ("f", "pwrite64", 2), "new"),
    "insert": (["edit", "insert"], [(10, 0, 7)], ("f", "pwrite64", 3), "new"),
    "insert-unbegun": (["edit", "insert"], [(10, 0, 7)], (JOURNAL, "pwrite64", 4), "old"),
    "delete": (["edit", "delete"], [(10, 7, 0)], ("f", "pwrite64", 2), "new"),
    "delete-cut": (["edit", "delete"], [(10, 7, 0)], ("f", "ftruncate", 1), "new"),
    "insert-durable": (["--durable", "edit", "insert"], [(10, 0, 7)], ("f", "pwrite64", 3), "new"),
    "mixed-durable": (["--durable", "edit", "mixed, shrinking"],
                      [(100, 3, 50), (4000, 47, 0), (9000, 200, 200), (12000, 5, 900),
                       (15000, 2000, 17)], ("f", "pwrite64", 3), "new"),
}


def old_file():
    return b"".join(b"%d\n" % i for i in range(1, 4001))[:20001]


def pool_byte(index):
    """case_pool_byte() of edit_case.c."""
    mask = (1 << 64) - 1
    z = ((1 << 32) + index + 1) * 0x9e3779b97f4a7c15 & mask
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9 & mask
    z = (z ^ z >> 27) * 0x94d049bb133111eb & mask
    return 1 + (z ^ z >> 31) % 255


def new_file(edits):
    old, parts, kept, pool = old_file(), [], 0, 0
    for offset, gone, come in edits:
        parts += [old[kept:offset], bytes(pool_byte(pool + i) for i in range(come))]
        kept, pool = offset + gone, pool + come
    return b"".join(parts) + old[kept:]


def crc32c(data):
    crc = 0xffffffff
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82f63b78 if crc & 1 else 0)
    return crc ^ 0xffffffff


def half_made(edits, size, ranges):
    """`old` of this size, but new in these ranges."""
    out, new = bytearray(old_file()[:size].ljust(size, b"\0")), new_file(edits)
    for start, length in ranges:
        out[start:start + length] = new[start:start + length]
    return bytes(out)


def read(name):
    with open(name, "rb") as file:
        return file.read()


def write(name, content, mode=0o644):
    with open(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        file.write(content)


# ---- making an image -----------------------------------------------------------------------------

def kill(arguments, path, call, when):
    """Runs that edit of f until that call of that file. Returns the calls before it."""
    subprocess.run(["strace", "-qq", "-o", "calls", "-P", os.path.abspath(path), "-e", "trace=" + call,
                    "-e", f"inject={call}:signal=KILL:when={when}", *arguments, "f"], check=False)
    assert os.path.exists(JOURNAL), "not killed in the middle"
    with open("calls", encoding="latin-1") as file:
        return file.read().splitlines()


def make(name, program):
    arguments, edits, (path, call, when), outcome = CASES[name]
    write("f", old_file())
    calls = kill([program, *arguments], path, call, when)
    # The last call, killed on entry, is the step under way; those before it were done.
    writes = [(int(at), int(length)) for length, at in
              re.findall(r", (\d+), (\d+)\)", "\n".join(calls))] if path == "f" else []
    done = writes[:when - 1] if call == "pwrite64" else done_by_comparison(edits)
    size, journal = os.path.getsize("f"), read(JOURNAL)
    assert half_made(edits, size, done) == read("f")
    print(f"edit {name}\noutcome {outcome}\nsize {size}")
    print("new", *(f"{at}+{length}" for at, length in done))
    print("step", *(f"{at}+{length}" for at, length in writes[when - 1:]))
    print("mark", os.getxattr("f", MARK)[:16].hex())
    print("journal", len(journal))
    for at in range(0, len(journal), 32):
        if any(journal[at:at + 32]):
            print(f"{at:08x} {journal[at:at + 32].hex()}")


def done_by_comparison(edits):
    """Before the cut all of f is new but for its end."""
    return [(0, len(new_file(edits)))]


# ---- planting one --------------------------------------------------------------------------------

def parse(path):
    facts, rows = {}, []
    with open(path, encoding="ascii") as file:
        for line in file:
            name, *values = line.split()
            if re.fullmatch("[0-9a-f]{8}", name):
                rows.append((int(name, 16), bytes.fromhex(values[0])))
            elif name != "#":
                facts[name] = values
    return facts, rows


def ranges_of(values):
    return [tuple(map(int, value.split("+"))) for value in values]


def set_mark(uuid):
    try:
        os.setxattr("f", MARK, uuid + os.path.abspath(JOURNAL).encode())
        return True
    except OSError:
        return False


def plant(path, torn, number):
    facts, rows = parse(path)
    edits = CASES[facts["edit"][0]][1]
    done = ranges_of(facts["new"])
    if torn:
        done += [(at, length // 2) for at, length in ranges_of(facts["step"])]
    write("old", old_file())
    write("new", new_file(edits))
    write("f", half_made(edits, int(facts["size"][0]), done))
    journal = bytearray(int(facts["journal"][0]))
    for at, row in rows:
        journal[at:at + len(row)] = row
    status = os.stat("f")
    struct.pack_into("<QQQ", journal, IDENTITY, status.st_ino, 0, status.st_dev)
    if not set_mark(bytes.fromhex(facts["mark"][0])):
        struct.pack_into("<Q", journal, MARKS, 0)
    if number:
        journal[7] = ord("0") + number
    struct.pack_into("<Q", journal, HEADER - 8, crc32c(journal[:HEADER - 8]))
    write(JOURNAL, journal, 0o600)
    print(facts["outcome"][0])


def main():
    if sys.argv[1] == "make":
        make(sys.argv[2], os.path.abspath(sys.argv[3]))
    else:
        options = dict((word.split("=") + [""])[:2] for word in sys.argv[3:])
        plant(sys.argv[2], "--torn" in options, int(options.get("--format", 0)))


main()
