"""change_display.py - what --diff=all shows has all bytes of the change, in their places.

Random files, text or not, are edited at random by scripts, by write, move, resize, and compared by
diff. From the rows and lines that mmtool prints, the bytes of each hunk are put together again:
those of context and "-" are the old ones, those of context and "+" the new ones. Outside hunks both
files must be equal. Run in an empty directory.

usage: change_display.py MMTOOL ROUNDS SEED
"""

import random
import re
import subprocess
import sys

MMTOOL, ROUNDS, SEED = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])

HEADER = re.compile(rb'@@ 0x([0-9a-f]+)(?: -> 0x([0-9a-f]+) \(([-+]\d+)\))? @@$')
SHIFT = re.compile(rb'@@ ([-+]\d+) from here on @@$')
ROW = re.compile(rb'[-+ ]([0-9a-f]{8,}): ((?:[0-9a-f]{2,4} )*) *')
NO_NEWLINE = b'\\ No newline at end of file'


def run(*arguments, status=0):
    """Standard output of mmtool."""
    result = subprocess.run([MMTOOL, *arguments], stdout=subprocess.PIPE, check=False)
    assert result.returncode == status, (arguments, result.returncode)
    return result.stdout


def write(name, data):
    """Makes a file."""
    with open(name, 'wb') as file:
        file.write(data)


class Hunk:
    """The bytes of both sides, and where they are."""

    def __init__(self, old_at, new_at):
        self.at = {'old': old_at, 'new': new_at}
        self.bytes = {'old': b'', 'new': b''}

    def end(self, side):
        """The offset behind it."""
        return self.at[side] + len(self.bytes[side])

    def add(self, line, is_text):
        """Takes a row or a line."""
        sides = {b'-': ['old'], b'+': ['new'], b' ': ['old', 'new']}[line[:1]]
        if is_text:
            for side in sides:
                self.bytes[side] += line[1:] + b'\n'
            return
        match = ROW.match(line)
        digits = bytes.fromhex(match[2].decode())
        assert int(match[1], 16) == self.end(sides[0]), (line, self.at, self.bytes)
        for side in sides:
            self.bytes[side] += digits


def is_row(line):
    """Whether the line is a row of a dump; the text here has no such lines."""
    return ROW.match(line) is not None


def parse(shown):
    """The hunks."""
    hunks, lines = [], shown.split(b'\n')
    assert lines.pop() == b''
    last = []
    for line in lines:
        header, shift = HEADER.match(line), SHIFT.match(line)
        if header:
            old_at = int(header[1], 16)
            new_at = int(header[2], 16) if header[2] else old_at
            assert not header[3] or new_at - old_at == int(header[3]), line
            hunks.append(Hunk(old_at, new_at))
        elif shift:
            assert hunks[-1].end('new') - hunks[-1].end('old') == int(shift[1]), line
        elif line == NO_NEWLINE:
            for side in last:
                assert hunks[-1].bytes[side].endswith(b'\n')
                hunks[-1].bytes[side] = hunks[-1].bytes[side][:-1]
        else:
            hunks[-1].add(line, not is_row(line))
            last = {b'-': ['old'], b'+': ['new'], b' ': ['old', 'new']}[line[:1]]
    return hunks


def check(shown, old, new):
    """The hunks rise, and together with what is between them are both files."""
    at = {'old': 0, 'new': 0}
    for hunk in parse(shown):
        between = {}
        for side, data in ('old', old), ('new', new):
            assert hunk.at[side] >= at[side], (side, hunk.at, at)
            between[side] = data[at[side]:hunk.at[side]]
            assert data[hunk.at[side]:hunk.end(side)] == hunk.bytes[side], (side, hunk.at)
            at[side] = hunk.end(side)
        assert between['old'] == between['new'], hunk.at
        assert hunk.bytes['old'] != hunk.bytes['new'], hunk.at
    assert old[at['old']:] == new[at['new']:]


WORDS = [b'a', b'bc', b'\xc3\xa4', b'\xe2\x82\xac', b'x' * 40, b'\n', b'\n', b'\n', b'\n\n', b'\t']
BYTES = [bytes([i]) for i in (0, 1, 10, 10, 65, 127, 128, 255)]


def random_bytes(length, kind):
    """Text, bytes, or parts of both, with long lines now and then."""
    parts, size = [], 0
    while size < length:
        mixed = random.random() < 0.98
        words = {'text': WORDS, 'bytes': BYTES}.get(kind) or (WORDS if mixed else BYTES)
        part = random.choice(words)
        if kind != 'text' and random.random() < 0.0005:
            part = b'long' * random.randint(500, 3000)
        parts.append(part)
        size += len(part)
    return b''.join(parts)


def random_edits(data, kind):
    """An edit script, and what it makes of the data."""
    count = random.choice([1, 1, 2, 5, 20, 200])
    script, new, at = [], [], 0
    for _ in range(count):
        near = random.random() < 0.7
        start = min(len(data), at + random.randint(0, 100 if near else 3000))
        length = min(len(data) - start, random.choice([0, 0, 1, 2, 3, 16, 32, 50]))
        added = random_bytes(random.choice([0, 1, 1, 2, 3, 16, 40]), kind)
        added = data[start:start + length] if random.random() < 0.1 else added
        if random.random() < 0.1 and added:
            length = min(len(data) - start, len(added))
        new.append(data[at:start] + added)
        old = data[start:start + length]
        script.append(f'{start} {old.hex() or "-"} {added.hex() or "-"}')
        at = start + length
    new.append(data[at:])
    return '\n'.join(script) + '\n', b''.join(new)


def edit_at_random(kind):
    """Edits a file by a script, and compares it with the result."""
    data = random_bytes(random.choice([0, 1, 15, 16, 17, 300, 5000, 60000]), kind)
    script, new = random_edits(data, kind)
    write('old', data)
    write('new', new)
    write('script', script.encode())
    check(run('splice', '-n', '--diff=all', '--edits=script', 'old'), data, new)
    check(run('diff', '--diff=all', 'old', 'new', status=int(data != new)), data, new)
    before = random_bytes(random.randint(1, 40), kind)
    write('old', before + data)
    window = f'--window={len(before)}:'
    shown = run('splice', '-n', '--diff=all', '--edits=script', window, 'old')
    check(shown, before + data, before + new)


def edit_once(kind):
    """Other commands."""
    data = random_bytes(random.randint(1, 3000), kind)
    size = len(data)
    write('old', data)
    at, length = random.randrange(size), random.randint(0, 300)
    length = min(length, size - at)
    to = random.randint(0, size - length)
    moved = data[:to] + data[at:at + length] + data[to + length:]
    check(run('move', '-n', '--diff=all', 'old', str(to), f'{at}+{length}'), data, moved)
    check(run('resize', '-n', '--diff=all', 'old', str(at)), data, data[:at])
    grown = data + bytes(length)
    check(run('resize', '-n', '--diff=all', 'old', f'+{length}'), data, grown)
    added = random_bytes(length, kind)
    write('added', added)
    new = data[:at] + added + data[at + len(added):]
    check(run('write', '-n', '--diff=all', '--extend', '-f', 'added', 'old', str(at)), data, new)


def main():
    """Many rounds."""
    for i in range(ROUNDS):
        random.seed(SEED + i)
        kind = random.choice(['text', 'bytes', 'mixed'])
        try:
            edit_at_random(kind)
            edit_once(kind)
        except Exception:
            print('round', SEED + i, kind, file=sys.stderr)
            raise


main()
