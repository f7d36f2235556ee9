#!/usr/bin/env python3
"""Compares the edit scripts of diff with what other programs make of real pairs of files.

Usage: diff_table.py MMTOOL [ROW...]

A row makes a pair of files, OLD and NEW, in a temporary directory. Printed are, in bytes: both
sizes, the old and the new bytes that the script stands for, the script, the script compressed by
xz, and what `xdelta3 -e -S none`, `bsdiff` and `diff -a` make. The last column is the time of
`mmtool diff` over that of `cmp -l`, user and system. Every script is applied and taken back.
"""
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def sh(command, **options):
    return subprocess.run(command, shell=isinstance(command, str), check=True,
                          stdout=subprocess.DEVNULL, **options)


def builds():
    """mmtool, and mmtool with one function changed."""
    shutil.copytree(SOURCE, "source", ignore=shutil.ignore_patterns("b", "b?", "build*", ".git"))
    sh("meson setup -Dtests=disabled built source && ninja -C built src/mmtool")
    shutil.copy("built/src/mmtool", "old")
    path = "source/src/commands/info.c"
    with open(path, encoding="ascii") as file:
        text = file.read()
    with open(path, "w", encoding="ascii") as file:
        file.write(text.replace('return "shared memory";', 'return mapping->size > 4096 ? '
                                '"large shared memory" : "small shared memory";'))
    sh("ninja -C built src/mmtool")
    shutil.copy("built/src/mmtool", "new")


def package(name, path):
    """A file of two versions of a Debian package."""
    listed = subprocess.run(["apt-cache", "madison", name], check=True, text=True,
                            stdout=subprocess.PIPE).stdout
    versions = sorted({line.split("|")[1].strip() for line in listed.splitlines()})
    if len(versions) < 2:
        raise OSError(f"apt knows one version of {name} only")
    for side, version in zip(("old", "new"), versions[-2:]):
        sh(["apt-get", "download", "-qq", f"{name}={version}"])
        sh(f"dpkg -x {name}_*.deb {side}.d && rm {name}_*.deb && cp {side}.d/{path} {side}")


def log():
    """A log and the same a day later: the oldest fifth is gone, a day's lines have come."""
    chance = random.Random(1)
    lines = [f"2026-11-{1 + i // 20000:02} 12:{chance.randrange(60):02} host{chance.randrange(9)} "
             f"request {i} took {chance.randrange(99999)} us\n" for i in range(500000)]
    with open("old", "w", encoding="ascii") as file:
        file.writelines(lines[:400000])
    with open("new", "w", encoding="ascii") as file:
        file.writelines(lines[100000:])


def database():
    """A database before and after a transaction."""
    sql = ("create table t(id integer primary key, name text, value real); with recursive n(i) as "
           "(select 1 union all select i + 1 from n where i < 200000) insert into t select i, "
           "'name ' || (i * 7919 % 100003), i * 1.5 from n; create index byname on t(name);")
    sh(["sqlite3", "old", sql])
    shutil.copy("old", "new")
    sh(["sqlite3", "new", "begin; update t set value = -1 where id % 997 = 0; delete from t where "
                          "id between 5000 and 5100; insert into t(name, value) select 'new ' || "
                          "id, 0 from t limit 300; commit;"])


def image():
    """A file system before and after a few changes of its metadata."""
    os.mkdir("files")
    for i in range(200):
        with open(f"files/{i}", "wb") as file:
            file.write(random.Random(i).randbytes(100000))
    sh("mke2fs -q -t ext4 -d files old 64M", stderr=subprocess.DEVNULL)
    shutil.copy("old", "new")
    sh("debugfs -w -R 'mkdir there' new; debugfs -w -R 'rm 17' new; tune2fs -L label new",
       stderr=subprocess.DEVNULL)


ROWS = {
    "two builds of mmtool": builds,
    "libcrypto.so.3": lambda: package("libssl3", "usr/lib/x86_64-linux-gnu/libcrypto.so.3"),
    "libc.so.6": lambda: package("libc6", "lib/x86_64-linux-gnu/libc.so.6"),
    "log, a day later": log,
    "sqlite3, a transaction": database,
    "ext4 image, metadata": image,
}


def size_of(command, path):
    """The size of what a command writes to `path`; "-" if there is no such program, or no end."""
    if not shutil.which(command[0]):
        return "-"
    with open(path if command[0] in ("diff", "xz") else os.devnull, "wb") as output:
        try: # bsdiff takes hours for a file with many zeros
            subprocess.run(command, stdout=output, stderr=subprocess.DEVNULL, check=False,
                           timeout=60)
        except subprocess.TimeoutExpired:
            return "> 60 s"
    return os.path.getsize(path)


def stood_for(script):
    """The old and the new bytes of a script."""
    sums = [0, 0]
    with open(script, encoding="ascii") as file:
        for line in file:
            for i, field in enumerate(line.split()[1:]):
                if field != "-":
                    sums[i] += int(field[1:]) if field[0] == "+" else len(field) // 2
    return sums


def seconds(command, path):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with open(path, "wb") as output:
        subprocess.run(command, stdout=output, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def check(mmtool):
    """The script makes NEW, and its undo script OLD."""
    shutil.copy("old", "made")
    sh([mmtool, "splice", "--undo=back", "--edits=script", "made"])
    sh(["cmp", "made", "new"])
    sh([mmtool, "splice", "--edits=back", "made"])
    sh(["cmp", "made", "old"])


def measure(mmtool, name):
    ROWS[name]()
    times = [(seconds([mmtool, "diff", "old", "new"], "script"),
              seconds(["cmp", "-l", "old", "new"], "listing")) for _ in range(3)]
    check(mmtool)
    columns = [os.path.getsize("old"), os.path.getsize("new"), *stood_for("script"),
               os.path.getsize("script"), size_of(["xz", "-kc", "script"], "script.xz"),
               size_of(["xdelta3", "-f", "-e", "-S", "none", "-s", "old", "new", "x"], "x"),
               size_of(["bsdiff", "old", "new", "bs"], "bs"),
               size_of(["diff", "-a", "old", "new"], "text")]
    ratio = min(time[0] for time in times) / max(min(time[1] for time in times), 0.001)
    print(f"| {name} | " + " | ".join(map(str, columns)) + f" | {ratio:.2f} |", flush=True)


def main():
    mmtool = os.path.abspath(sys.argv[1])
    rows = sys.argv[2:] or list(ROWS)
    for name in rows:
        if name not in ROWS:
            sys.exit(f"no row '{name}'; there are: {', '.join(ROWS)}")
    print("| pair | old | new | old bytes | new bytes | script | .xz | xdelta3 | bsdiff | diff -a "
          "| time / cmp -l |")
    print("| --- |" + " ---: |" * 10)
    for name in rows:
        with tempfile.TemporaryDirectory() as directory:
            os.chdir(directory)
            try:
                measure(mmtool, name)
            except (OSError, subprocess.CalledProcessError) as error:
                print(f"| {name} | {error} |")
            os.chdir("/")


main()
