"""progress.py TEST COMMAND... - what a progress bar leaves on a pseudo-terminal.

COMMAND draws a bar on it with --progress=always, and

  end        goes on to its end
  resize     is stopped as soon as it has; the window gets other widths, one after another, and the
             command goes on after each
  SIGNAL     (INT, TERM, HUP, QUIT) is stopped as soon as it has, gets that signal, and goes on

A command that came to its end before it could be stopped is run again, up to TRIES times.

Checked: no line is as wide as the window, each width was drawn, the terminal is clear at the end.
Prints what is then on the screen, and "status N" or "signal N".
"""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
import unicodedata

WIDTHS = [80, 33, 20, 200, 47, 9, 120]
CLEAR = '\x1b[J'
TRIES = 20


class Missed(Exception):
    """The command came to its end before it could be stopped."""


def set_width(terminal, columns):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack('HHHH', 25, columns, 0, 0))


def cells(text):
    """The columns of a text, as a terminal counts them."""
    return sum(2 if unicodedata.east_asian_width(c) in 'WF' else 0 if unicodedata.combining(c) else 1
               for c in text)


def check_line(line, columns):
    assert cells(line) < columns, f'{columns} columns: {line!r}'
    assert all(c.isprintable() for c in line), repr(line)


class Watched:
    """A command on a pseudo-terminal."""

    def __init__(self, command, columns):
        self.shown = b''
        self.child, self.terminal = pty.fork()
        if self.child == 0:
            for number in signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP:
                signal.signal(number, signal.SIG_DFL)
            set_width(0, columns)
            os.execvp(command[0], command)

    def read(self, seconds):
        """Reads what comes in that time. False at the end."""
        if not select.select([self.terminal], [], [], seconds)[0]:
            return True
        try:
            part = os.read(self.terminal, 65536)
        except OSError:  # EIO: the other end is closed
            part = b''
        self.shown += part
        return bool(part)

    def exit(self):
        """Waits for the end of the command, and says how it ended."""
        _, status = os.waitpid(self.child, 0)
        if os.WIFSIGNALED(status):
            return f'signal {os.WTERMSIG(status)}'
        return f'status {os.WEXITSTATUS(status)}'

    def drawings(self):
        return self.shown.count(b'%')

    def wait_for_drawing(self):
        """Until the command has drawn its bar anew; False when it ended instead."""
        before = self.drawings()
        deadline = time.monotonic() + 60
        while self.drawings() <= before:
            assert time.monotonic() < deadline, f'no bar: {self.shown!r}'
            if not self.read(0.5):
                return False
        return True

    def stop_after_drawing(self):
        """Stops the command when it has drawn its bar anew."""
        if self.wait_for_drawing():
            os.kill(self.child, signal.SIGSTOP)
            while select.select([self.terminal], [], [], 0.1)[0]:
                if not self.read(0):
                    break
            else:
                return
        assert self.drawings() > 0, f'no bar: {self.shown!r}'
        self.exit()
        raise Missed

    def go_on(self):
        os.kill(self.child, signal.SIGCONT)

    def end(self):
        while self.read(60):
            pass
        return self.exit()


def screen(text):
    """What a terminal shows of a text without lines that are too long."""
    lines, column = [''], 0
    for part in re.findall(r'\r|\n|\x1b\[J|[^\r\n\x1b]+', text):
        if part == '\r':
            column = 0
        elif part == '\n':
            lines.append('')
        elif part == CLEAR:
            lines[-1] = lines[-1][:column]
        else:
            lines[-1] = lines[-1][:column].ljust(column) + part + lines[-1][column + len(part):]
            column += len(part)
    return '\n'.join(lines)


def resize(watched):
    for columns in WIDTHS:
        set_width(watched.terminal, columns)
        start = len(watched.shown)
        time.sleep(0.25)  # longer than between two drawings
        watched.go_on()
        watched.stop_after_drawing()
        drawn = watched.shown[start:].decode().split(CLEAR)
        for line in drawn:
            check_line(line.rpartition('\r')[2], columns)
        assert any('%' in line for line in drawn), drawn
    watched.go_on()


def watch(test, command):
    """Runs the command once; all that it showed, and how it ended."""
    watched = Watched(command, 60)
    if test == 'end':
        assert watched.wait_for_drawing(), f'no bar: {watched.shown!r}'
    else:
        watched.stop_after_drawing()
        if test == 'resize':
            resize(watched)
        else:
            os.kill(watched.child, getattr(signal, 'SIG' + test))
            watched.go_on()
    ended = watched.end()
    return watched.shown.decode(), ended


def main():
    test, command = sys.argv[1], sys.argv[2:]
    for _ in range(TRIES):
        try:
            text, ended = watch(test, command)
            break
        except Missed:
            continue
    else:
        sys.exit(f'ended before it could be stopped, {TRIES} times')
    for line in re.findall(r'\r([^\r\n\x1b]+)\x1b\[J', text):
        check_line(line, 60 if test != 'resize' else max(WIDTHS))
    print(screen(text) + ended)


main()
