#!/usr/bin/env python3
"""Edits on disks that are full to the last blocks, of many kinds, each with many sizes.

Of each disk so much is filled that a given number of blocks is free, and an edit is tried. It
must end with status 0 and the new file, or with status 2, the old file, and nothing left of the
edit: no journal, no mark, no undo script, no temporary. Where the system takes new blocks
for what it overwrites (copy-on-write), a file may wait: then the message tells how many bytes
must be freed, and when they are, the next command finishes the edit.

For each disk and edit, the least number of free blocks with which it is done is searched for; tried
are a few blocks around it, and those from none on. Prints TAP and a table.

usage: full_disk.py MMTOOL [--only=TEXT...]
--only: the disks and edits whose name ("ext4: insert") holds each TEXT.
MMTOOL_TEST_ROUNDS above 1 tries each block from 0 to 64, and more around the least number.
"""

import contextlib
import ctypes
import errno
import os
import re
import shutil
import subprocess
import sys
import tempfile

MIB = 1 << 20
SMALL = bytes((i * 2654435761 >> 7) & 255 for i in range(1_000_001))
LARGE = SMALL * 9 + SMALL[:500_000]
# Every 64 KiB of it, 16 KiB of data.
SPARSE = b"".join(SMALL[i:i + 16384] + bytes(49152) for i in range(0, 1_000_000, 65536))
WORDS = b"".join(b"%06d word; " % i for i in range(80_000))
EARLIER = b"# an earlier script\n"
OLD = {"small": SMALL, "large": LARGE, "sparse": SPARSE, "words": WORDS}

# Name: the file, the arguments in front of it and behind it, and what else is there.
EDITS = {
    "insert": ("small", "splice f 10+0 7bytes!"),
    "delete": ("small", "splice f 10+7"),
    "patch": ("small", "write f 1000 x --repeat=300000"),
    "patch of many places": ("words", "splice -a -p word f Word"),
    "move": ("small", "move f 5 100:500100"),
    "large insertion": ("small", "splice f 10+0 x --repeat=700000"),
    "large insertion from a file": ("small", "splice f 10+0 -f @data"),
    "replace all, growing": ("words", "splice -a -p word f longer_word"),
    "replace all, shrinking": ("words", "splice -a -p word f w"),
    "block insertion": ("large", "splice f 5+0 x --repeat=2M"),
    "block insertion at a block": ("large", "splice f 65536+0 x --repeat=2M"),
    "block cut": ("large", "splice f 5000+2097152"),
    "growth": ("small", "resize f +700000"),
    "growth with blocks": ("small", "resize --allocate f +700000"),
    "cut": ("small", "resize f -700000"),
    "script": ("words", "run --atomic f @script"),
    "edits": ("small", "splice --edits=@edits f"),
    "undo": ("small", "splice --undo=back f 10:300000"),
    "undo of an insertion": ("small", "splice --undo=back f 10+0 7bytes!"),
    "undo of block insertion": ("large", "splice --undo=back f 5+0 x --repeat=2M"),
    "durable insertion": ("small", "splice --durable f 10+0 7bytes!"),
    "durable growth": ("small", "splice --durable f 10+0 x --repeat=700000"),
    "new inode": ("small", "splice --new-inode f 10+0 7bytes!"),
    "new inode with undo": ("small", "splice --new-inode --undo=back f 10:300000"),
    "extension": ("small", "write --extend f end x --repeat=700000"),
    "extension over all": ("large", "write --extend f 0 x --repeat=9900000"),
    "insertion into holes": ("sparse", "splice f 10+0 7bytes!"),
    "patch of holes": ("sparse", "write f 0 x --repeat=1000000"),
    "deletion of holes": ("sparse", "splice f 10+100"),
    "large insertion into holes": ("sparse", "splice f 10+0 x --repeat=700000"),
    "zeros": ("small", "splice f 1000:301000 -f @zeros"),
    "zeros that grow": ("small", "splice f 1000:301000 -f @zeros --repeat=3"),
    "without a journal": ("small", "splice --no-journal f 10+0 x --repeat=700000"),
}
FEW = ("insert", "patch of many places", "large insertion", "replace all, growing",
       "block insertion", "block cut", "undo", "durable growth", "new inode", "extension over all",
       "insertion into holes", "zeros that grow")

FALLOCATE = ctypes.CDLL(None, use_errno=True).fallocate
FALLOCATE.argtypes = (ctypes.c_int, ctypes.c_int, ctypes.c_int64, ctypes.c_int64)
LIBC_SYNCFS = ctypes.CDLL(None, use_errno=True).syncfs


def call(*command):
    """True if it can be done here."""
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL, check=False).returncode == 0


# ---- disks ----------------------------------------------------------------------------------

class Disk:
    """A file system on a loop device, or in memory, at the directory `disk`."""

    def __init__(self, name, size, make, options="", shares=False, copies=False, quota=None,
                 setting=None):
        self.name = name
        self.size = size * MIB
        self.make = make
        self.options = options
        self.shares = shares # f has a reflink copy
        self.copies = copies # overwriting takes new blocks
        self.setting = setting # a command to be run when it is mounted
        self.quota = quota   # the command that sets a limit of {} KiB for user 65534
        self.block = 4096
        self.most = None     # where all is copied: what a file can take
        self.limit = 0       # of the quota, in bytes

    def mount(self):
        os.makedirs("disk", exist_ok=True)
        if not self.make:
            return (call("mount", "-t", "tmpfs", "-o", f"size={self.size}", "none", "disk") and
                    self.prepare())
        with open("image", "wb") as image:
            image.truncate(self.size)
        return (shutil.which(self.make[0]) is not None and call(*self.make, "image") and
                call("mount", "-o", "loop" + self.options, "image", "disk") and
                self.prepare())

    def prepare(self):
        self.block = os.statvfs("disk").f_frsize
        if self.setting and not call(*self.setting):
            self.unmount()
            return False
        if not self.counts_subvolume():
            os.mkdir("disk/own")
        elif not call("btrfs", "subvolume", "create", "disk/own"):
            self.unmount()
            return False
        if self.quota and (not shutil.which(self.quota.split()[0]) or not self.set_limit(0)):
            self.unmount()
            return False
        os.chmod("disk", 0o755)
        if self.quota:
            os.chown("disk/own", 65534, 65534)
        return True

    def counts_subvolume(self):
        return self.quota is not None and self.quota.startswith("btrfs")

    def unmount(self):
        os.chdir(WORK)
        call("umount", "disk") or call("umount", "-l", "disk")

    def set_limit(self, size):
        self.limit = size
        limit = str(size // 1024)
        if self.counts_subvolume():
            # Of a full group btrfs refuses to change the limit.
            call("btrfs", "quota", "disable", "disk")
            if size == 0:
                return True
            call("btrfs", "quota", "enable", "disk")
            call("btrfs", "quota", "rescan", "-w", "disk")
        return call(*self.quota.format(limit).split())

    def used_of_quota(self):
        if self.counts_subvolume():
            self.sync()
            call("btrfs", "quota", "enable", "disk")
            call("btrfs", "quota", "rescan", "-w", "disk")
            shown = subprocess.run(["btrfs", "qgroup", "show", "--raw", "-f", "disk/own"],
                                   capture_output=True, text=True, check=True).stdout
            return int(shown.splitlines()[-1].split()[1])
        return sum(os.lstat(os.path.join("disk/own", name)).st_blocks * 512
                   for name in os.listdir("disk/own")) + 512 * os.stat("disk/own").st_blocks

    def free(self):
        counts = os.statvfs("disk")
        return counts.f_bavail * counts.f_frsize

    def sync(self):
        directory = os.open("disk", os.O_RDONLY)
        LIBC_SYNCFS(directory)
        os.close(directory)

    def leave(self, wanted):
        """Fills the disk until `wanted` bytes are free."""
        if self.quota:
            return self.set_limit(self.used_of_quota() + wanted)
        if not self.make:
            used = (os.statvfs("disk").f_blocks - os.statvfs("disk").f_bfree) * self.block
            return call("mount", "-o", f"remount,size={used + wanted}", "disk")
        self.empty()
        if self.copies and self.most is None:
            self.most = self.find_most()
        filler = os.open("disk/filler", os.O_RDWR | os.O_CREAT, 0o600)
        size = self.most - wanted if self.copies else 0
        for _ in range(8):
            change = 0 if self.copies else (self.free() - wanted) // self.block * self.block
            size = max(size + change, 0)
            if change != 0 or self.copies:
                self.fill(filler, size)
            if change == 0:
                break
        os.close(filler)
        if self.copies:
            self.sync()
        return True

    def fill(self, filler, size):
        """Makes it so large, or a little smaller."""
        os.ftruncate(filler, 0)
        less = self.block
        while size > 0 and FALLOCATE(filler, 0, 0, size) != 0:
            if ctypes.get_errno() not in (errno.ENOSPC, errno.EINTR):
                raise OSError(ctypes.get_errno(), "fallocate")
            size = max(size - less, 0)
            less *= 2

    def find_most(self):
        """What a file can take: where all is copied, what is told to be free is a guess."""
        filler = os.open("disk/filler", os.O_RDWR | os.O_CREAT, 0o600)
        low, high = 0, self.size // self.block
        while low < high:
            middle = (low + high + 1) // 2
            os.ftruncate(filler, 0)
            self.sync()
            done = FALLOCATE(filler, 0, 0, middle * self.block) == 0
            low, high = (middle, high) if done else (low, middle - 1)
        os.close(filler)
        self.empty()
        return low * self.block

    def give(self, size):
        """Frees so many bytes more."""
        if self.quota:
            self.set_limit(self.limit + size)
            return
        length = os.stat("disk/filler").st_size
        os.truncate("disk/filler", max(length - (size + self.block - 1) // self.block * self.block,
                                       0))
        self.sync()

    def empty(self):
        if self.quota:
            self.set_limit(0)
            return
        if not self.make:
            call("mount", "-o", f"remount,size={self.size}", "disk")
            return
        with contextlib.suppress(FileNotFoundError):
            os.unlink("disk/filler")
            if self.copies:
                self.sync()


EXT4 = ("mkfs.ext4", "-q", "-m", "0")
DISKS = [
    Disk("ext4", 64, EXT4),
    Disk("ext4, 1 KiB blocks", 64, (*EXT4, "-b", "1024")),
    Disk("xfs", 320, ("mkfs.xfs", "-q")),
    # Without the blocks that it keeps for records that must be written.
    Disk("xfs, no reserve", 320, ("mkfs.xfs", "-q"),
         setting=("xfs_io", "-x", "-c", "resblks 0", "disk")),
    Disk("xfs, shared", 320, ("mkfs.xfs", "-q"), shares=True, copies=True),
    Disk("btrfs", 256, ("mkfs.btrfs", "-q"), copies=True),
    Disk("btrfs, mixed", 128, ("mkfs.btrfs", "-q", "--mixed"), copies=True),
    Disk("tmpfs", 64, None),
    Disk("ext4, quota", 64, (*EXT4, "-O", "quota"), quota="setquota -u 65534 0 {} 0 0 disk"),
    Disk("xfs, quota", 320, ("mkfs.xfs", "-q"), ",uquota",
         quota="setquota -u 65534 0 {} 0 0 disk"),
    Disk("btrfs, quota", 512, ("mkfs.btrfs", "-q"), copies=True,
         quota="btrfs qgroup limit {}K disk/own"),
]
FEW_DISKS = ("ext4", "xfs, shared", "btrfs, mixed", "tmpfs")


# ---- edits ----------------------------------------------------------------------------------

class Trial:
    """An edit on a disk."""

    def __init__(self, mmtool, disk, name, news):
        self.mmtool = mmtool
        self.disk = disk
        disk.most = None
        kind, line = EDITS[name]
        self.old = OLD[kind]
        self.has_undo = "--undo" in line
        self.arguments = [word.replace("@", WORK + "/") if "@" in word else word
                          for word in line.split()]
        self.new = news[name]
        self.is_fresh = False
        self.message = ""

    def run(self, arguments):
        """Its exit status; the message is kept."""
        user = 65534 if self.disk.quota and not self.disk.counts_subvolume() else None
        done = subprocess.run([self.mmtool, *arguments], cwd="disk/own", user=user, group=user,
                              extra_groups=[] if user else None, stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
        self.message = done.stderr.decode(errors="replace").strip()
        return done.returncode

    def make(self, name, content):
        with open(name, "wb") as file:
            for at in range(0, len(content), 16384):
                piece = content[at:at + 16384]
                file.seek(at)
                if piece.count(0) < len(piece):
                    file.write(piece)
            file.truncate(len(content))
            os.fsync(file.fileno())
        if self.disk.quota:
            os.chown(name, 65534, 65534)

    def reset(self):
        """The old file, an earlier script, and room."""
        self.disk.empty()
        if self.is_fresh:
            return
        for name in os.listdir("disk/own"):
            os.unlink("disk/own/" + name)
        self.make("disk/own/f", self.old)
        if self.has_undo:
            self.make("disk/own/back", EARLIER)
        if self.disk.shares:
            call("cp", "--reflink=always", "disk/own/f", "disk/copy")
        self.disk.sync()

    def content(self):
        """From the disk, as far as it is there."""
        with open("disk/own/f", "rb") as file:
            with contextlib.suppress(OSError):
                os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            return file.read()

    def is_clean(self):
        names = {"f", "back"} if self.has_undo else {"f"}
        marks = [name for name in os.listxattr("disk/own/f") if name.startswith("user.")]
        return set(os.listdir("disk/own")) == names and not marks

    def script_fits(self, is_new):
        if not self.has_undo:
            return True
        with open("disk/own/back", "rb") as file:
            is_earlier = file.read() == EARLIER
        return is_earlier != is_new

    def waits(self):
        """Makes the room that it asks for; whether the next command finishes the edit then."""
        told = re.search(r"free (\d+) bytes.*; the next mmtool command .*finishes the edit",
                         self.message)
        if not self.disk.copies or not told:
            return False
        self.disk.give(int(told[1]))
        return (self.run(["info", "-s", "f"]) == 0 and self.content() == self.new and
                self.is_clean() and self.script_fits(True))

    def verdict(self, free):
        self.reset()
        if not self.disk.leave(free):
            return "bad"
        status = self.run(self.arguments)
        message, content, clean = self.message, self.content(), self.is_clean()
        self.is_fresh = status == 2 and clean and content == self.old and self.script_fits(False)
        if self.is_fresh:
            return "old" if re.search("space|quota|free|full", message) else "bad"
        if status == 0 and clean and content == self.new and self.script_fits(True):
            return "new"
        if status == 2 and not clean and self.waits():
            return "waiting"
        self.message = f"{message} [status {status}, clean {clean}, old {content == self.old}]"
        return "bad"


class Table:
    FIELDS = ("old", "new", "waiting", "bad")

    def __init__(self):
        self.tried = 0
        self.counts = dict.fromkeys(self.FIELDS, 0)
        self.bad = []

    def add(self, verdict):
        self.tried += 1
        self.counts[verdict] += 1

    def add_all(self, other):
        self.tried += other.tried
        for field in self.FIELDS:
            self.counts[field] += other.counts[field]

    def __str__(self):
        return f"tried {self.tried}, " + ", ".join(f"{k} {v}" for k, v in self.counts.items())


def try_sizes(trial, is_long):
    table = Table()
    tried = {}

    def attempt(blocks):
        if blocks not in tried:
            tried[blocks] = trial.verdict(blocks * trial.disk.block)
            table.add(tried[blocks])
            if tried[blocks] == "bad":
                table.bad.append(f"{blocks} blocks free: {trial.message}")
        return tried[blocks] == "new"

    low = 0
    high = (48 * MIB if "--durable" in trial.arguments else 16 * MIB) // trial.disk.block
    while low < high: # the least that is enough; between them, all manner of sizes
        middle = (low + high) // 2
        low, high = (low, middle) if attempt(middle) else (middle + 1, high)
    around = 32 if is_long else 2
    for blocks in range(max(low - around, 0), low + around + 1, 1):
        attempt(blocks)
    for blocks in range(0, 65) if is_long else (0, 1, 2, 5, 17, 64):
        attempt(blocks)
    step = max(low // (24 if is_long else 3), 1)
    for blocks in range(0, 2 * low, step):
        attempt(blocks)
    return table


def make_inputs():
    script = "".join(f"splice -a -p {i:06d} f {i:04d}-long\n" for i in range(0, 3000, 10))
    inputs = {
        "data": SMALL[:700_000],
        "zeros": bytes(300_000),
        "script": script.replace(" f ", " ").encode(),
        "edits": b"".join(b"%d %02x 736576656e\n" % (i * 999, SMALL[i * 999]) for i in range(1000)),
    }
    for name, content in inputs.items():
        with open(name, "wb") as file:
            file.write(content)


def make_news(mmtool):
    """What each edit makes of the old file where there is room."""
    news = {}
    os.makedirs("roomy/own")
    for name, (kind, line) in EDITS.items():
        with open("roomy/own/f", "wb") as file:
            file.write(OLD[kind])
        words = [word.replace("@", WORK + "/") for word in line.split()]
        subprocess.run([mmtool, *words], cwd="roomy/own", check=True, stdout=subprocess.DEVNULL)
        with open("roomy/own/f", "rb") as file:
            news[name] = file.read()
        for left in os.listdir("roomy/own"):
            os.unlink("roomy/own/" + left)
    return news


def all_trials(mmtool, only, is_long):
    news = make_news(mmtool)
    for disk in DISKS:
        names = [name for name in EDITS
                 # What is given up with the journal cannot be had where all is copied.
                 if not (disk.copies and name == "without a journal") and all(text in f"{disk.name}: {name}" for text in only) and
                 (is_long or only or (disk.name in FEW_DISKS and name in FEW))]
        if not names:
            continue
        if not disk.mount():
            yield disk.name, None
            continue
        try:
            for name in names:
                yield f"{disk.name}: {name}", Trial(mmtool, disk, name, news)
                call("rm", "-rf", "disk/copy")
        finally:
            disk.unmount()


def keep_mounts_apart():
    """Starts this program again in a mount namespace of its own.

    A namespace that another test makes meanwhile is a copy of ours: it would keep our disks mounted,
    and the kernel would show the old disk where a new one is made in the same image.
    """
    if "FULL_DISK_APART" not in os.environ:
        os.environ["FULL_DISK_APART"] = "1"
        os.execvp("unshare", ["unshare", "--mount", "--propagation", "private", sys.executable,
                              *sys.argv])


def main():
    mmtool = os.path.realpath(sys.argv[1])
    only = [argument.split("=", 1)[1] for argument in sys.argv[2:]]
    is_long = int(os.environ.get("MMTOOL_TEST_ROUNDS", "1")) > 1
    if os.getuid() != 0 or not shutil.which("losetup"):
        print("1..0 # SKIP only root can mount")
        return 0
    os.chdir(WORK)
    os.chmod(WORK, 0o755)
    make_inputs()
    number, total = 0, Table()
    for title, trial in all_trials(mmtool, only, is_long):
        number += 1
        if not trial:
            print(f"ok {number} - {title} # SKIP it cannot be made here", flush=True)
            continue
        table = try_sizes(trial, is_long)
        total.add_all(table)
        for bad in table.bad[:6]:
            print(f"# bad: {bad}")
        good = "not ok" if table.counts["bad"] else "ok"
        print(f"{good} {number} - {title} # {table}", flush=True)
    print(f"# all together: {total}\n1..{number}")
    return 0 if total.counts["bad"] == 0 else 1


if __name__ == "__main__":
    if os.getuid() == 0 and shutil.which("unshare"):
        keep_mounts_apart()
    with tempfile.TemporaryDirectory() as WORK:
        try:
            sys.exit(main())
        finally:
            os.chdir("/")
