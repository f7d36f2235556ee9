"""A file and edits of it at random, and what mmtool must make of them, in the slowest way.

    many_edits.py SEED SIZE EDITS

Writes f (the file), script (its edits, in any order), new (the file after them), listing (what
--dry-run prints) and back (the undo script).
"""

import random
import sys

LONGEST_OLD = 4096


def length(chance):
    return chance.choice([0, 1, 1, 2, 3, 8, 63, 64, 65, chance.randrange(200),
                          chance.choice([300, 4096, 4097, 20000])])


def field(data, counted=False):
    if counted:
        return f"+{len(data)}"
    return data.hex() or "-"


def old_field(data):
    return field(data, len(data) > LONGEST_OLD)


def runs(old, new):
    """The parts of an edit that are listed: of sides of one length the bytes that differ."""
    if len(old) != len(new):
        return [(0, old, new)]
    found, at = [], 0
    while at < len(old):
        end = at
        while end < len(old) and old[end] != new[end]:
            end += 1
        if end > at:
            found.append((at, old[at:end], new[at:end]))
        at = end + 1
    return found


def changed(chance, data):
    """As long as `data`, with some other bytes."""
    new = bytearray(data)
    for _ in range(chance.randrange(4)):
        at = chance.randrange(len(new) + 1)
        new[at:at + 9] = chance.randbytes(len(new[at:at + 9]))
    return bytes(new)


def main():
    seed, size, count = map(int, sys.argv[1:])
    chance = random.Random(seed)
    old = chance.randbytes(size)
    at, new, edits = 0, bytearray(), []
    for _ in range(count):
        start = at + chance.choice([1, 5, 60, 500, 5000, 50000])
        removed = old[start:start + length(chance)]
        zeros = chance.random() < 0.1
        added = bytes(length(chance)) if zeros else chance.randbytes(length(chance))
        if not zeros and chance.random() < 0.2:
            added = changed(chance, removed)
        if start >= size or not removed + added:
            continue
        new += old[at:start]
        edits.append((start, len(new), removed, added, zeros and len(added) > 0))
        new += added
        at = start + len(removed)
    new += old[at:]
    with open("f", "wb") as file:
        file.write(old)
    with open("new", "wb") as file:
        file.write(new)
    with open("listing", "w", encoding="ascii") as file:
        for start, _, removed, added, zeros in edits:
            for at, before, behind in runs(removed, added):
                file.write(f"{start + at} {old_field(before)} {field(behind, zeros)}\n")
    with open("back", "w", encoding="ascii") as file:
        for _, start, removed, added, _ in edits:
            for at, before, behind in runs(removed, added):
                file.write(f"{start + at} {old_field(behind)} {field(before)}\n")
    chance.shuffle(edits)
    with open("script", "w", encoding="ascii") as file:
        for start, _, removed, added, zeros in edits:
            file.write(f"{start} {field(removed)} {field(added, zeros)}\n")


main()
