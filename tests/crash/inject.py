#!/usr/bin/env python3
"""Kills mmtool at each of its system calls, and lets each of them fail.

strace counts the calls of each name, so a run without harm tells the names and how
often each comes; then every one of them is met with SIGKILL, with an error once,
and with an error for ever after. Behind it the next command must find the file old
or new, an exit status of 0 must mean new at once, and an edit whose fsync failed
must not say that it is durable. Of an edit with --undo the earlier script must be there
beside the old file, and beside the new one the script that makes it the old one again.
The file is a set-user-ID program with capabilities, where it may be one, and stays one.
Prints TAP and a table.

usage: inject.py MMTOOL
MMTOOL_TEST_ROUNDS above 1 also tries the calls of the program's start one by one.
"""

import collections
import os
import shutil
import stat
import struct
import subprocess
import sys
import tempfile

from table import Table

OLD = bytes((i * 2654435761 >> 7) & 255 for i in range(600_001))
NEW_BYTES = b"seven!!"

KINDS = {
    "insert": (["splice", "f", "10+0", NEW_BYTES.decode()], OLD[:10] + NEW_BYTES + OLD[10:]),
    "delete": (["splice", "f", "10+7"], OLD[:10] + OLD[17:]),
    "patch": (["write", "f", "1000", "x", "--repeat=300000"],
              OLD[:1000] + b"x" * 300_000 + OLD[301_000:]),
    "move": (["move", "f", "5", "100:500100"], OLD[:5] + OLD[100:500_100] + OLD[500_005:]),
    "durable insert": (["splice", "--durable", "f", "10+0", NEW_BYTES.decode()],
                       OLD[:10] + NEW_BYTES + OLD[10:]),
    "durable delete": (["splice", "--durable", "f", "10+7"], OLD[:10] + OLD[17:]),
    "undo of an insertion": (["splice", "--undo=back", "f", "10+0", NEW_BYTES.decode()],
                             OLD[:10] + NEW_BYTES + OLD[10:]),
    "undo of a durable deletion": (["splice", "--durable", "--undo=back", "f", "10+7"],
                                   OLD[:10] + OLD[17:]),
    "undo of a cut": (["resize", "--undo=back", "f", "1000"], OLD[:1000]),
    "undo of a growth": (["resize", "--undo=back", "f", "600999"], OLD + bytes(998)),
    "undo of blocks": (["splice", "--undo=back", "f", "5000+8192"], OLD[:5000] + OLD[13192:]),
    "undo of a new inode": (["splice", "--new-inode", "--undo=back", "f", "10+7"],
                            OLD[:10] + OLD[17:]),
}
EARLIER = b"# an earlier script\n"
# cap_net_raw+ep, as the kernel keeps it (revision 2): magic and flags, then permitted and
# inheritable, each the low 32 bits and later the high ones.
CAPABILITY = struct.pack("<5I", 0x02000001, 1 << 13, 0, 0, 0)
MODE = 0o6755

SYNCS = ("fsync", "fdatasync")
# Where these fail, what a write took away may not be there to be put back: that is told.
ATTRIBUTES = ("fgetxattr", "fsetxattr", "fchmod", "flistxattr", "newfstatat")
# What a program calls before it is itself: errors there are the loader's business.
START = ("execve", "brk", "mprotect", "arch_prctl", "prlimit64", "set_robust_list", "rseq",
         "set_tid_address", "getrandom", "access", "exit_group")


class Injector:
    def __init__(self, mmtool):
        self.mmtool = mmtool
        self.environment = dict(os.environ, LC_ALL="C")
        self.capability = None

    def reset(self):
        for name in os.listdir("."):
            os.unlink(name)
        with open("f", "wb") as file:
            file.write(OLD)
        with open("back", "wb") as file:
            file.write(EARLIER)
        self.capability = CAPABILITY
        try:
            os.setxattr("f", "security.capability", CAPABILITY)
        except OSError: # not by us, or not on this file system
            self.capability = None
        os.chmod("f", MODE)

    def run(self, arguments, *tracing):
        """The exit status; negative for a signal."""
        command = ["strace", "-qq", "-o", "/dev/null", *tracing, self.mmtool, *arguments]
        return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, env=self.environment,
                              check=False).returncode

    def calls(self, arguments):
        """How often each system call comes in a run without harm."""
        self.reset()
        with tempfile.NamedTemporaryFile("r") as log:
            subprocess.run(["strace", "-qq", "-o", log.name, self.mmtool, *arguments], check=True)
            names = [line.split("(", 1)[0] for line in log if "(" in line]
        return collections.Counter(name for name in names if name.isidentifier())

    def takes_back(self, arguments, is_new):
        """Whether the undo file is what it must be."""
        with open("back", "rb") as file:
            is_earlier = file.read() == EARLIER
        if not is_new or "--undo=back" not in arguments:
            return is_earlier
        undone = subprocess.run([self.mmtool, "splice", "--edits=back", "f"], check=False,
                                stderr=subprocess.DEVNULL).returncode
        with open("f", "rb") as file:
            return not is_earlier and undone == 0 and file.read() == OLD

    def has_privileges(self):
        capability = None
        if "security.capability" in os.listxattr("f"):
            capability = os.getxattr("f", "security.capability")
        return capability == self.capability and stat.S_IMODE(os.stat("f").st_mode) == MODE

    def put_left_script(self):
        """Puts an undo script in its place where the renaming was what failed."""
        for name in os.listdir("."):
            if name.startswith(".back.mmtool-undo-"):
                os.replace(name, "back")

    def is_clean(self, arguments):
        # What a killed edit of this kind leaves, the next of its kind removes.
        if "--new-inode" in arguments and os.path.exists(".f.mmtool-new"):
            subprocess.run([self.mmtool, "write", "--new-inode", "f", "0", "-x",
                            OLD[:1].hex()], check=False)
        marked = "user.mmtool.journal" in os.listxattr("f")
        return not marked and set(os.listdir(".")) == {"f", "back"}

    def verdict(self, arguments, new, status, may_be_done, may_lose):
        if status == 1: # not an edit's: strace has injected nothing
            return "bad"
        with open("f", "rb") as file:
            if status == 0 and (not may_be_done or file.read() != new):
                return "bad"
        after = subprocess.run([self.mmtool, "info", "-s", "f"], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, check=False).returncode
        with open("f", "rb") as file:
            found = file.read()
        if after != 0 or found not in (OLD, new) or not self.is_clean(arguments):
            return "bad"
        if not self.has_privileges() and not may_lose:
            return "bad"
        if not self.takes_back(arguments, found == new):
            return "bad"
        return "new" if found == new else "old"


def points(calls, with_start):
    for name, count in sorted(calls.items()):
        if with_start or name not in START:
            for number in range(1, count + 1):
                yield name, number


def try_all(injector, kind, harm, table):
    """harm: the words of strace's --inject behind the call's name, # for its number."""
    arguments, new = KINDS[kind]
    rounds = int(os.environ.get("MMTOOL_TEST_ROUNDS", "1"))
    for name, number in points(injector.calls(arguments), rounds > 1):
        injector.reset()
        injection = f"--inject={name}:{harm.replace('#', str(number))}"
        status = injector.run(arguments, f"--trace={name}", injection)
        if name == "renameat" and "error" in harm and status == 2:
            injector.put_left_script()
        durable_lie = "error" in harm and name in SYNCS and "--durable" in arguments
        may_lose = "error" in harm and name in ATTRIBUTES
        verdict = injector.verdict(arguments, new, status, not durable_lie, may_lose)
        table.add(verdict)
        if verdict == "bad":
            print(f"# bad: {kind}: {injection}, status {status}", flush=True)


HARMS = {
    "killed at any system call": "signal=KILL:when=#",
    "interrupted at any system call": "signal=INT:when=#",
    "no space, once": "error=ENOSPC:when=#",
    "no space, from then on": "error=ENOSPC:when=#+",
    "I/O error, once": "error=EIO:when=#",
    "I/O error, from then on": "error=EIO:when=#+",
}
# Of insertions in a short run; how an interrupted edit ends does not depend on its kind.
FEW_KINDS = ("interrupted at any system call",)
OF_FEW = ("insert", "undo of an insertion")
LONG_ONLY = ("no space, once", "I/O error, from then on")
# How a failing call is met does not depend on the rest of the edit.
ONLY_KILLED = ("undo of a durable deletion", "undo of a growth", "undo of blocks")


def obstacle():
    if not shutil.which("strace"):
        return "strace is not installed"
    probe = subprocess.run(["strace", "-qq", "-o", "/dev/null", "--inject=fsync:error=EIO", "true"],
                           stderr=subprocess.DEVNULL, check=False)
    return None if probe.returncode == 0 else "strace cannot trace or inject here"


def main():
    why_not = obstacle()
    if why_not:
        print(f"1..0 # SKIP {why_not}")
        return 0
    injector = Injector(os.path.realpath(sys.argv[1]))
    long_form = int(os.environ.get("MMTOOL_TEST_ROUNDS", "1")) > 1
    number, total = 0, Table()
    with tempfile.TemporaryDirectory() as directory:
        os.chdir(directory)
        for kind in KINDS:
            for title, harm in HARMS.items():
                if not long_form and (title in LONG_ONLY or
                                      (title in FEW_KINDS and kind not in OF_FEW) or
                                      (kind in ONLY_KILLED and "error" in harm)):
                    continue
                table = Table()
                try_all(injector, kind, harm, table)
                number += 1
                good = "ok" if table.bad == 0 and table.tried > 0 else "not ok"
                print(f"{good} {number} - {kind}: {title} # {table}", flush=True)
                for field in ("tried", "old", "new", "bad"):
                    setattr(total, field, getattr(total, field) + getattr(table, field))
        os.chdir("/")
    print(f"# all together: {total}\n1..{number}")
    return 0 if total.bad == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
