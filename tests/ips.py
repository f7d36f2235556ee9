#!/usr/bin/env python3
"""Makes a random file game.bin, a patch fix.ips for it, and what it becomes: wanted.

    ips.py SEED
"""

import random
import sys

EOF = 0x454F46


def record(data, wanted, offset, bytes_, repeat):
    """Adds a record to the patch, and applies it."""
    data += offset.to_bytes(3, "big")
    if repeat:
        data += b"\0\0" + len(bytes_).to_bytes(2, "big") + bytes_[:1]
    else:
        data += len(bytes_).to_bytes(2, "big") + bytes_
    if len(wanted) < offset:
        wanted += bytes(offset - len(wanted))
    wanted[offset : offset + len(bytes_)] = bytes_


def main():
    rng = random.Random(int(sys.argv[1]))
    old = rng.randbytes(rng.choice([0, 1, 1000, 300000]))
    wanted, data = bytearray(old), bytearray(b"PATCH")
    for _ in range(rng.choice([0, 1, 20, 2000])):
        offset = rng.randrange(len(wanted) + 100)
        length = rng.choice([1, 2, rng.randint(1, 50), rng.randint(1, 3000)])
        if rng.random() < 0.01:
            length = 65535
        repeat = rng.random() < 0.3
        bytes_ = rng.randbytes(1) * length if repeat else rng.randbytes(length)
        if offset != EOF:
            record(data, wanted, offset, bytes_, repeat)
    data += b"EOF"
    if rng.random() < 0.3:
        size = rng.randrange(len(wanted) + 100)
        data += size.to_bytes(3, "big")
        wanted = wanted[:size] + bytes(max(size - len(wanted), 0))
    for name, content in (("game.bin", old), ("fix.ips", data), ("wanted", wanted)):
        with open(name, "wb") as file:
            file.write(content)


if __name__ == "__main__":
    main()
