"""terminal.py - what a terminal shows of a program's output, as SVG.

Standard library only. The same output gives the same SVG, byte for byte.
"""

import fcntl
import os
import pty
import re
import struct
import termios
import unicodedata
from xml.sax.saxutils import escape

CELL, ROW, SIZE = 8.4, 19, 14  # pixels
MARGIN, BAR = 14, 34
BACKGROUND, FRAME, PLAIN = '#16181d', '#2b2f38', '#d7dae0'
COLOURS = {30: BACKGROUND, 31: '#f47c83', 32: '#a3d977', 33: '#f2c665', 34: '#82aaff', 35: '#cf9bf0',
           36: '#6fd0df', 37: PLAIN, 90: '#7f8794'}
FONT = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace"


def run(argv, columns, directory, environment):
    """Runs a program on a pseudo-terminal of that width. Returns its output."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(directory)
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack('HHHH', 50, columns, 0, 0))
        os.execve(argv[0], ['mmtool'] + argv[1:], environment)
    output = b''
    while True:
        try:
            part = os.read(terminal, 65536)
        except OSError:  # EIO: the program has ended
            part = b''
        if not part:
            break
        output += part
    os.close(terminal)
    os.waitpid(child, 0)
    return output.decode()


class Style:
    def __init__(self):
        self.reset()

    def reset(self):
        self.colour, self.background, self.bold, self.swapped = None, None, False, False

    def take(self, codes):
        for code in map(int, (code or '0' for code in codes.split(';'))):
            if code == 0:
                self.reset()
            elif code == 1:
                self.bold = True
            elif code in (7, 27):
                self.swapped = code == 7
            elif code in COLOURS:
                self.colour = COLOURS[code]
            elif code - 10 in COLOURS:
                self.background = COLOURS[code - 10]
            else:
                raise ValueError(f'the terminal knows no colour {code}')

    def key(self):
        colour, background = self.colour or PLAIN, self.background
        if self.swapped:
            colour, background = background or BACKGROUND, colour
        return colour, background, self.bold


class Screen:
    """Rows of cells; each is a character and its style."""

    def __init__(self, columns):
        self.columns, self.rows, self.row, self.column = columns, [[]], 0, 0
        self.style = Style()

    def put(self, character):
        wide = 2 if unicodedata.east_asian_width(character) in 'WF' else 1
        if self.column + wide > self.columns:
            self.newline()
            self.column = 0
        row = self.rows[self.row]
        row.extend([(' ', Style().key())] * (self.column + wide - len(row)))
        row[self.column] = (character, self.style.key())
        if wide == 2:
            row[self.column + 1] = ('', self.style.key())
        self.column += wide

    def newline(self):
        self.row += 1
        if self.row == len(self.rows):
            self.rows.append([])

    def clear(self, below):
        del self.rows[self.row][self.column:]
        if below:
            del self.rows[self.row + 1:]

    def write(self, output):
        for part in re.findall(r'\x1b\[[0-9;]*[A-Za-z]|.', output, re.S):
            if part.startswith('\x1b['):
                if part[-1] == 'm':
                    self.style.take(part[2:-1])
                elif part[-1] in 'JK':
                    self.clear(part[-1] == 'J')
                else:
                    raise ValueError(f'the terminal does not know {part!r}')
            elif part == '\r':
                self.column = 0
            elif part == '\n':
                self.newline()
            else:
                self.put(part)

    def prompt(self, command):
        self.write(f'\x1b[90m$\x1b[0m \x1b[1m{command}\x1b[0m\r\n')


def runs(row):
    """The parts of a row that have one style: column, text, columns, style."""
    start = 0
    while start < len(row):
        end = start
        while end < len(row) and row[end][1] == row[start][1]:
            end += 1
        text = ''.join(character for character, _ in row[start:end])
        stripped = text.lstrip(' ') if row[start][1][1] is None else text
        yield start + len(text) - len(stripped), stripped.rstrip(' ') if row[start][1][1] is None else stripped, \
            row[start][1]
        start = end


def cells(text):
    return sum(2 if unicodedata.east_asian_width(c) in 'WF' else 1 for c in text)


def number(value):
    return f'{value:.1f}'.rstrip('0').rstrip('.')


def svg(screen, title):
    rows = screen.rows
    while rows and not rows[-1]:
        rows = rows[:-1]
    width = number(2 * MARGIN + screen.columns * CELL)
    height = BAR + 2 * MARGIN + len(rows) * ROW - 6
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
           f'viewBox="0 0 {width} {height}" font-family="{FONT}" font-size="{SIZE}">',
           f'<title>{escape(title)}</title>',
           f'<rect width="{width}" height="{height}" rx="9" fill="{BACKGROUND}"/>',
           f'<path d="M0 {BAR}V9a9 9 0 0 1 9-9H{number(float(width) - 9)}a9 9 0 0 1 9 9V{BAR}z" fill="{FRAME}"/>']
    for i, colour in enumerate(('#f47c83', '#f2c665', '#a3d977')):
        out.append(f'<circle cx="{20 + 20 * i}" cy="17" r="6" fill="{colour}"/>')
    out.append(f'<text x="50%" y="22" fill="{COLOURS[90]}" text-anchor="middle">{escape(title)}</text>')
    for i, row in enumerate(rows):
        baseline = BAR + MARGIN + i * ROW + 12
        for column, text, (colour, background, bold) in runs(row):
            if not text:
                continue
            x, length = number(MARGIN + column * CELL), number(cells(text) * CELL)
            if background:
                out.append(f'<rect x="{x}" y="{baseline - 14}" width="{length}" height="{ROW}" fill="{background}"/>')
            weight = ' font-weight="bold"' if bold else ''
            shown = escape(text).replace(' ', '\u00a0')
            out.append(f'<text x="{x}" y="{baseline}" fill="{colour}"{weight} textLength="{length}" '
                       f'lengthAdjust="spacingAndGlyphs">{shown}</text>')
    return '\n'.join(out) + '\n</svg>\n'
