"""pictures.py [--check] MMTOOL PROGRESS - makes the pictures of this folder from real output.

MMTOOL runs on a pseudo-terminal on files that are made here; what the terminal then shows becomes
NAME.svg. With --check nothing is written: the status is 1 if a picture would change, 77 if one
could not be made here and the others are as they were.

What differs from run to run or from machine to machine is replaced, or the picture is not made:

  progress    no run: PROGRESS prints what the bar draws at fixed times
  recovery    where the journal is, who owns it, when it was made; how many steps are done (the
              edit is killed as soon as it draws a progress bar, which is not shown)
  info        not made where the file system has other blocks or holes, or reads ahead
"""

import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import terminal

HERE = os.path.dirname(os.path.abspath(__file__))
ENVIRONMENT = {'TERM': 'xterm-256color', 'LC_ALL': 'C.UTF-8', 'PATH': '/usr/bin:/bin', 'HOME': '/'}


class NotHere(Exception):
    """A picture that cannot be made on this machine."""


class Scene:
    """Commands in a directory of their own, and what the terminal shows of them."""

    def __init__(self, mmtool, progress, columns):
        self.mmtool, self.progress, self.columns = mmtool, progress, columns
        self.directory = tempfile.mkdtemp()
        self.screen = terminal.Screen(columns)

    def file(self, name, content):
        with open(os.path.join(self.directory, name), 'wb') as file:
            file.write(content)

    def call(self, *arguments):
        """Runs mmtool for the preparation: not shown."""
        return subprocess.run([self.mmtool, *arguments], cwd=self.directory, env=ENVIRONMENT, check=True,
                              stdout=subprocess.PIPE).stdout.decode()

    def show(self, shown, arguments, replace=()):
        """Runs mmtool with `arguments`, and shows it as the command `shown`."""
        self.screen.prompt(shown)
        output = terminal.run([self.mmtool, *arguments], self.columns, self.directory, ENVIRONMENT)
        for pattern, text in replace:
            output, count = re.subn(pattern, text, output, flags=re.M)
            if count == 0:
                raise ValueError(f'{pattern!r} is not in {output!r}')
        self.screen.write(output)


def noise(count, seed):
    """Bytes that look random, and are the same everywhere."""
    out = bytearray()
    for _ in range(count):
        seed = (seed * 1103515245 + 12345) & 0x7fffffff
        out.append(seed >> 16 & 0xff)
    return bytes(out)


# ---- the pictures -----------------------------------------------------------------------------

def patch(scene):
    scene.file('firmware.bin', noise(4000, 1) + b'\0host=update.example\0port=80\0' + noise(3000, 2))
    scene.show('mmtool find -d firmware.bin port=', ['find', '-d', 'firmware.bin', 'port='])
    edit = ['-p', 'port=80', 'firmware.bin', 'port=8080']
    scene.show('mmtool splice -n -p port=80 firmware.bin port=8080', ['splice', '-n', *edit])
    scene.show('mmtool splice --undo=back -p port=80 firmware.bin port=8080', ['splice', '--undo=back', *edit])
    scene.show('mmtool find -o -E firmware.bin \'port=[0-9]+\'', ['find', '-o', '-E', 'firmware.bin', 'port=[0-9]+'])
    scene.show('mmtool splice --edits=back firmware.bin', ['splice', '--edits=back', 'firmware.bin'])
    scene.show('mmtool find -o -E firmware.bin \'port=[0-9]+\'', ['find', '-o', '-E', 'firmware.bin', 'port=[0-9]+'])


def dump(scene):
    scene.file('logo.png', bytes.fromhex('89504e470d0a1a0a0000000d49484452000000400000004008060000009aaf8e1f')
               + b'\0\0\0\x15tEXtComment\0na\xc3\xafve caf\xc3\xa9' + bytes(76) + b'IEND\xaeB`\x82')
    scene.show('mmtool read -d logo.png', ['read', '-d', 'logo.png'])
    scene.show('mmtool read -t u32be logo.png 16+8', ['read', '-t', 'u32be', 'logo.png', '16+8'])


def find(scene):
    scene.file('firmware.bin', noise(4000, 1) + b'user=admin\0pass=admin\0' + noise(3000, 2) +
               bytes(100) + b'/etc/admin.conf\0' + noise(500, 3))
    scene.show('mmtool find -a -d firmware.bin admin', ['find', '-a', '-d', 'firmware.bin', 'admin'])


def changes(scene):
    scene.file('app.conf', b'[server]\nhost = localhost\nport = 80\nlog = /var/log/app.log\n')
    scene.file('game.sav', noise(64, 4) + b'gold' + bytes((100, 0, 0, 0)) + bytes(24) + noise(32, 5))
    scene.show("mmtool splice -n -p 'port = 80' app.conf 'port = 8080'",
               ['splice', '-n', '-p', 'port = 80', 'app.conf', 'port = 8080'])
    scene.show('mmtool write -n -t u32le game.sav 68 999999',
               ['write', '-n', '-t', 'u32le', 'game.sav', '68', '999999'])


def info(scene):
    mebibyte = 1024 * 1024
    path = os.path.join(scene.directory, 'disk.img')
    with open(path, 'wb') as file:
        file.truncate(64 * mebibyte)
        for start, length in (0, 12), (28, 20), (60, 4):
            file.seek(start * mebibyte)
            file.write(noise(4096, start) * (length * 256))
        file.flush()
        os.fsync(file.fileno())
    scene.call('advise', 'disk.img', 'dontneed')
    for part in '0:8M', '40M:44M':
        scene.call('advise', 'disk.img', 'willneed', part)
    facts = ''
    for _ in range(50):  # the system reads by and by
        if f'\nresident: {12 * mebibyte}\n' in facts:
            break
        time.sleep(0.1)
        facts = scene.call('info', 'disk.img')
    for fact in ('page size: 4096', 'block size: 4096', f'allocated: {36 * mebibyte}', 'holes: 2',
                 f'hole bytes: {28 * mebibyte}', f'resident: {12 * mebibyte}', 'lock: none', 'journal: none'):
        if fact not in facts.split('\n'):
            raise NotHere(f'not "{fact}" here:\n{facts}')
    scene.show('mmtool info disk.img', ['info', 'disk.img'])


def progress(scene):
    lines = subprocess.run([scene.progress, str(scene.columns)], check=True,
                           stdout=subprocess.PIPE).stdout.decode().splitlines()
    scene.screen.prompt("mmtool find -c -x disk.img 'ffd8 ff e?'")
    scene.screen.write(lines[0] + '\r\n')
    scene.screen.prompt("mmtool splice -a --files -p old.example --with=new.example *.html")
    scene.screen.write(lines[1] + '\r\n')


def kill_edit(scene, arguments):
    """Runs mmtool, and kills it as soon as it has drawn a progress bar. Whether that came in time."""
    read, write = os.pipe()
    edit = subprocess.Popen([scene.mmtool, *arguments, '--progress=always'], cwd=scene.directory,
                            env=ENVIRONMENT, stderr=write)
    os.close(write)
    select.select([read], [], [], 60)
    edit.send_signal(signal.SIGKILL)
    os.close(read)
    return edit.wait() == -signal.SIGKILL


def recovery(scene):
    content = noise(4096, 6) * 12800
    scene.file('header.bin', b'a header of 30 bytes, in front\n')
    for attempt in range(20):
        scene.file('disk.img', content)
        if kill_edit(scene, ['splice', 'disk.img', '4K+0', '-f', 'header.bin']):
            state = subprocess.run([scene.mmtool, 'recover', 'disk.img'], cwd=scene.directory, env=ENVIRONMENT,
                                   stdout=subprocess.PIPE, check=False).stdout.decode()
            if 'an edit is to be finished' in state:
                break
        time.sleep(0.05 * attempt)
        scene.call('info', '-s', 'disk.img')
    else:
        raise NotHere('the edit could not be killed in its middle')
    scene.screen.prompt('mmtool splice disk.img 4K+0 -f header.bin')
    scene.screen.write('Killed\r\n')
    replace = [(r'^journal: .*/', 'journal: '), (r'^owner: .*$', r'owner: you, user 1000\r'), (r'^steps done: .*$', r'steps done: 6\r')]
    if 'made: ' in state:
        replace.append((r'^made: .*\r\n', ''))
    scene.show('mmtool recover disk.img', ['recover', 'disk.img'], replace)
    scene.show('mmtool find disk.img header', ['find', 'disk.img', 'header'])
    scene.show('mmtool recover disk.img', ['recover', 'disk.img'])


PICTURES = [  # name, columns, title, function
    ('patch', 80, 'find, show the change, make it, take it back', patch),
    ('dump', 72, 'bytes, coloured by class', dump),
    ('find', 72, 'where a pattern matches', find),
    ('changes', 72, 'what an edit would change', changes),
    ('info', 80, 'what is known of a file', info),
    ('progress', 90, 'how far the work is', progress),
    ('recovery', 90, 'the next command finishes a killed edit', recovery),
]


def make(mmtool, program, picture):
    name, columns, title, function = picture
    scene = Scene(mmtool, program, columns)
    try:
        function(scene)
        return terminal.svg(scene.screen, title)
    except NotHere as why:
        print(f'{name}: {why}')
        return None
    finally:
        shutil.rmtree(scene.directory)


def main():
    arguments = sys.argv[1:]
    check = arguments[0] == '--check'
    mmtool, program = map(os.path.abspath, arguments[-2:])
    status = 0
    for picture in PICTURES:
        path = os.path.join(HERE, picture[0] + '.svg')
        new = make(mmtool, program, picture)
        if new is None:
            status = status or 77
        elif not check:
            with open(path, 'w', encoding='utf-8', newline='\n') as file:
                file.write(new)
        elif not os.path.exists(path) or open(path, encoding='utf-8', newline='').read() != new:
            print(f'{path} would change: see tests/README.md')
            status = 1
    sys.exit(status)


main()
