#!/usr/bin/env python3
"""Takes memory and file descriptors from mmtool: an edit is done, or nothing has changed.

Each call that asks for memory fails (fail_memory.c), once and from there on; and mmtool may open
no more files than one, two, three ... Behind it the file must be the old one, with status 2, or
the new one, and nothing is left beside it: no journal, no mark, no temporary. What only reads
must print all or say that it failed. Prints TAP and a table.

usage: shortage.py MMTOOL FAIL_MEMORY.SO
MMTOOL_TEST_ROUNDS above 1 tries each call of each command, else a part of them.
"""

import os
import resource
import subprocess
import sys
import tempfile

from table import Table

OLD = b"".join(b"%06d word; " % i for i in range(60_000))
EARLIER = b"# an earlier script\n"
EDITS = {
    "insert": ["splice", "f", "10+0", "7bytes!"],
    "delete": ["splice", "f", "10+7"],
    "patch": ["write", "f", "1000", "x", "--repeat=300000"],
    "move": ["move", "f", "5", "100:500100"],
    "replace all": ["splice", "-a", "-p", "word", "f", "longer_word"],
    "replace all, by an expression": ["splice", "-aE", "-p", "([0-9]) word", "f", r"\1W"],
    "cut": ["resize", "f", "1000"],
    "growth": ["resize", "--allocate", "f", "900000"],
    "extension": ["write", "--extend", "f", "end", "-f", "data"],
    "script": ["run", "--atomic", "f", "script"],
    "edits": ["splice", "--edits=edits", "f"],
    "durable insert": ["splice", "--durable", "f", "10+0", "7bytes!"],
    "durable delete": ["splice", "--durable", "f", "10+7"],
    "undo of an insertion": ["splice", "--undo=back", "f", "10+0", "7bytes!"],
    "undo of a cut": ["resize", "--undo=back", "f", "1000"],
    "new inode": ["splice", "--new-inode", "f", "10+0", "7bytes!"],
    "new inode with undo": ["splice", "--new-inode", "--undo=back", "f", "10+7"],
}
READERS = {
    "read": ["read", "f", "0:1000"],
    "dump": ["read", "-d", "f", "0:1000"],
    "numbers": ["read", "-t", "u32le", "f", "0:1000"],
    "lines": ["read", "-l2", "f"],
    "find": ["find", "-a", "f", "00 word"],
    "find by an expression": ["find", "-aE", "f", "(1|2)+ word"],
    "find of many": ["find", "-c", "f", "-p", "word", "-p", "00", "-p", "99"],
    "find lines": ["find", "-al", "f", "000500"],
    "rfind": ["rfind", "-m3", "f", "word"],
    "info": ["info", "f"],
    "flush": ["flush", "f"],
    "advise": ["advise", "f", "willneed"],
    "dry run": ["splice", "-n", "-a", "-p", "0001 word", "f", "x"],
}
INPUTS = {
    "data": b"some data" * 1000,
    "script": b"splice 10+0 abc\nwrite 500 XYZ\nsplice -a -p word Word\n",
    "edits": b"".join(b"%d %02x 736576656e\n" % (i * 500, OLD[i * 500]) for i in range(100)),
}
LEFT = {"f", "back", *INPUTS}


class Shortage:
    def __init__(self, mmtool, library):
        self.mmtool = mmtool
        self.library = library
        self.message = ""

    def reset(self):
        for name in set(os.listdir(".")) - set(INPUTS):
            os.unlink(name)
        for name, content in (*INPUTS.items(), ("f", OLD), ("back", EARLIER)):
            if not os.path.exists(name):
                with open(name, "wb") as file:
                    file.write(content)

    def run(self, arguments, memory=None, files=None, count=None):
        """The exit status and the output."""
        environment = dict(os.environ, LC_ALL="C")
        if memory or count:
            environment["LD_PRELOAD"] = self.library
        if memory:
            environment["MMTOOL_FAIL_MEMORY"] = memory
        if count:
            environment["MMTOOL_COUNT_MEMORY"] = count

        def limit():
            if files:
                resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))

        done = subprocess.run([self.mmtool, *arguments], stdin=subprocess.DEVNULL,
                              capture_output=True, env=environment, check=False,
                              preexec_fn=limit if files else None)
        self.message = f"status {done.returncode}: {done.stderr.decode(errors='replace').strip()}"
        return done.returncode, done.stdout

    def calls(self, arguments):
        self.reset()
        with tempfile.NamedTemporaryFile("r") as counter:
            self.run(arguments, count=counter.name)
            return int(counter.read() or 0)

    def edit_verdict(self, arguments, new, **shortage):
        self.reset()
        status, _ = self.run(arguments, **shortage)
        with open("f", "rb") as file:
            found = file.read()
        with open("back", "rb") as file:
            is_earlier = file.read() == EARLIER
        marks = [name for name in os.listxattr("f") if name.startswith("user.")]
        if set(os.listdir(".")) != LEFT or marks:
            self.message += f" left: {set(os.listdir('.')) - LEFT} {marks}"
            return "bad"
        if status == 2 and found == OLD and is_earlier:
            return "old"
        # A message tells of an edit that is done and not known to be on disk, or the like.
        done = status == 0 or (status == 2 and "the edit is done" in self.message)
        has_script = "--undo=back" in arguments
        return "new" if done and found == new and is_earlier != has_script else "bad"

    def reader_verdict(self, arguments, expected, **shortage):
        found = self.run(arguments, **shortage)
        if found[0] == 2:
            return "old"
        return "new" if found == expected else "bad"


def shortages(count, kind, is_long):
    """What is short, one after the other."""
    if kind == "descriptors":
        for files in range(4, 24): # the C library is opened, too
            yield {"files": files}
        return
    sign = "+" if kind.endswith("on") else ""
    step = 1 if is_long or count < 400 else count // 400
    for number in range(1, count + 1, step):
        yield {"memory": f"{number}{sign}"}


KINDS = ("memory once", "memory from then on", "descriptors")


def try_all(shortage, arguments, judge, kind, is_long):
    table = Table()
    for short in shortages(shortage.calls(arguments), kind, is_long):
        verdict = judge(short)
        table.add(verdict)
        if verdict == "bad" and table.bad < 6:
            print(f"# bad: {short}: {shortage.message}", flush=True)
    return table


def judges(shortage):
    for name, arguments in EDITS.items():
        shortage.reset()
        status, _ = shortage.run(arguments)
        assert status == 0, f"{name}: {shortage.message}"
        with open("f", "rb") as file:
            new = file.read()
        yield name, arguments, lambda short, a=arguments, n=new: (
            shortage.edit_verdict(a, n, **short))
    for name, arguments in READERS.items():
        shortage.reset()
        expected = shortage.run(arguments)
        assert expected[0] == 0, f"{name}: {shortage.message}"
        yield name, arguments, lambda short, a=arguments, e=expected: (
            shortage.reader_verdict(a, e, **short))


def main():
    shortage = Shortage(os.path.realpath(sys.argv[1]), os.path.realpath(sys.argv[2]))
    is_long = int(os.environ.get("MMTOOL_TEST_ROUNDS", "1")) > 1
    number, total = 0, Table()
    with tempfile.TemporaryDirectory() as directory:
        os.chdir(directory)
        for name, arguments, judge in judges(shortage):
            for kind in KINDS:
                table = try_all(shortage, arguments, judge, kind, is_long)
                number += 1
                good = "ok" if table.bad == 0 and table.tried > 0 else "not ok"
                print(f"{good} {number} - {name}: {kind} # {table}", flush=True)
                for field in ("tried", "old", "new", "bad"):
                    setattr(total, field, getattr(total, field) + getattr(table, field))
        os.chdir("/")
    print(f"# all together: {total}\n1..{number}")
    return 0 if total.bad == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
