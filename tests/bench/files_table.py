#!/usr/bin/env python3
"""Times one command on 10,000 files of 4 KiB, every second one with a match, beside other tools.

    files_table.py MMTOOL [ROW...]

Each row is run in turns with its peer, and the fastest of MMTOOL_BENCH_RUNS rounds (3) counts.
Files are made in TMPDIR; MMTOOL_BENCH_SIZE is the bytes in all (40M).
"""

import os
import random
import time

import table

FILE = 4096


def make_files(directory, size):
    generator = random.Random(1)
    words = [f"w{i}" for i in range(2000)]
    names = []
    files = os.path.join(directory, "files")
    os.mkdir(files)
    for i in range(size // FILE):
        lines = [" ".join(generator.choices(words, k=12)) for _ in range(90)]
        if i % 2 == 0:
            lines[40] = "the needle " + lines[40]
        names.append(os.path.join(files, f"file{i:05}"))
        with open(names[-1], "w") as file:
            file.write("\n".join(lines)[:FILE])
    with open(os.path.join(directory, "list"), "w") as file:
        file.writelines(name + "\n" for name in names)
    return directory, names


def prepare(name, files):
    """Takes the edits back. Files that were just written are taken for ones in use."""
    if not name.startswith("edit"):
        return
    for path in files[1]:
        with open(path, "r+b") as file:
            text = file.read()
            if b"haystack" in text or b"NEEDLE" in text:
                file.seek(0)
                file.write(text.replace(b"haystack", b"needle").replace(b"NEEDLE", b"needle"))
                file.truncate()
    os.sync()
    time.sleep(1.1)


def make_rows(mmtool, files):
    directory, names = files
    every = os.path.join(directory, "files")
    listed = f"--files-from={os.path.join(directory, 'list')}"
    find = [mmtool, "find", "-la", listed, "-p", "needle"]
    edit = [mmtool, "splice", "-a", "-p", "needle", listed]
    return {
        "find": ("find -l in 10,000 files; rg -F", 1.2, find, ["rg", "-F", "needle", every]),
        "find-1": ("the same, one thread; rg -j1", 1.2, [*find, "--threads=1"],
                   ["rg", "-j1", "-F", "needle", every]),
        "edit": ("splice -a, journal on; sed -i", 0.7, [*edit, "--with=haystack"],
                 ["sed", "-i", "s/needle/haystack/g", *names]),
        "edit-same": ("splice -a, the same length; sed -i", 0.7, [*edit, "--with=NEEDLE"],
                      ["sed", "-i", "s/needle/NEEDLE/g", *names]),
    }


if __name__ == "__main__":
    table.main(__doc__, make_files, make_rows, prepare, size="40M")
