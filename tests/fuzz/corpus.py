#!/usr/bin/env python3
"""Turns a kept corpus into files for libFuzzer, and files into a kept corpus (see replay.c).

usage: corpus.py unpack CORPUS DIRECTORY    writes a file for each input
       corpus.py add CORPUS NAME FILE       keeps one more input: a find, found-WHAT
       corpus.py keep CORPUS FUZZER DIRECTORY...
            takes inputs out of the directories, of at most 1,024 bytes each and 20 KB in all, that
            reach most features of the code by libFuzzer's -merge=1; those with a name that tells
            something, found- or case-, stay
"""

import hashlib
import os
import subprocess
import sys
import tempfile

MOST = 1024  # bytes of an input
BUDGET = 20 * 1024  # bytes of a corpus as text
WIDTH = 98


def unescape(text):
    return text.encode("ascii").decode("unicode_escape").encode("latin-1")


def escape(byte):
    if byte == 0x5c:
        return "\\\\"
    return chr(byte) if 0x20 <= byte < 0x7f else f"\\x{byte:02x}"


def lines_of(content):
    """The bytes as lines of text, none of which ends in a blank."""
    line = ""
    for byte in content:
        part = escape(byte)
        if len(line) + len(part) > WIDTH:
            yield line[:-1] + "\\x20" if line.endswith(" ") else line
            line = ""
        line += part
    if line:
        yield line[:-1] + "\\x20" if line.endswith(" ") else line


def load(path):
    """The comments of the head, and the inputs by their names."""
    head, inputs, name = [], {}, None
    if not os.path.exists(path):
        return head, inputs
    with open(path, encoding="ascii") as file:
        for line in file.read().splitlines():
            if line.startswith("  "):
                inputs[name] += unescape(line[2:])
            elif line.startswith("#"):
                head.append(line)
            elif line:
                name = line
                inputs[name] = b""
    return head, inputs


def save(path, head, inputs):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "w", encoding="ascii") as file:
        for line in head:
            print(line, file=file)
        for name in sorted(inputs, key=lambda name: (not is_named(name), name)):
            print(name, file=file)
            for line in lines_of(inputs[name]):
                print("  " + line, file=file)


def is_named(name):
    return name.startswith(("found-", "case-"))


def unpack(path, directory):
    os.makedirs(directory, exist_ok=True)
    for name, content in load(path)[1].items():
        with open(os.path.join(directory, name), "wb") as file:
            file.write(content)


def features_of(fuzzer, directories):
    """The features that each file reaches, as libFuzzer's merge notes them."""
    with tempfile.TemporaryDirectory() as scratch:
        control, merged = os.path.join(scratch, "control"), os.path.join(scratch, "merged")
        os.mkdir(merged)
        subprocess.run([fuzzer, "-merge=1", f"-merge_control_file={control}", merged, *directories],
                       stdin=subprocess.DEVNULL, capture_output=True, check=True)
        with open(control, encoding="utf-8") as file:
            lines = file.read().splitlines()
    count = int(lines[0])
    names, features = lines[2:2 + count], {}
    for line in lines[2 + count:]:
        words = line.split()
        if words[0] == "FT":
            features[names[int(words[1])]] = set(map(int, words[2:]))
    return features


def cost(content):
    return 12 + sum(len(line) + 3 for line in lines_of(content))


def keep(path, fuzzer, *directories):
    head, before = load(path)
    inputs = {name: content for name, content in before.items() if is_named(name)}
    reached, used, candidates = set(), 0, []
    for name, features in features_of(fuzzer, directories).items():
        with open(name, "rb") as file:
            content = file.read(MOST + 1)
        if content in inputs.values():
            reached |= features
        elif len(content) <= MOST:
            candidates.append((content, features))
    while candidates:
        content, features = max(candidates, key=lambda pair: len(pair[1] - reached) / cost(pair[0]))
        candidates.remove((content, features))
        if not features - reached:
            break
        if used + cost(content) <= BUDGET:
            inputs[hashlib.sha1(content).hexdigest()[:8]] = content
            reached |= features
            used += cost(content)
        candidates = [(c, f - reached) for c, f in candidates if f - reached]
    save(path, head, inputs)


def add(path, name, source):
    head, inputs = load(path)
    with open(source, "rb") as file:
        inputs[name] = file.read()
    save(path, head, inputs)


if __name__ == "__main__":
    {"unpack": unpack, "add": add, "keep": keep}[sys.argv[1]](*sys.argv[2:])
