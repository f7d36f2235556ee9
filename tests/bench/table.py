"""Rows of mmtool beside another tool: timed in turns, printed with the ratio and its goal.

What search_table.py, regex_table.py and format_table.py share. A row is a title, a goal (the most
that mmtool's time over the other's should be), and argument vectors: mmtool's, and
one or more of the other tool, of which the fastest counts.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time

from bench import parse_size


@contextlib.contextmanager
def opened(sink, path):
    """Where the output goes: the file of this path, over what is in it, /dev/null, or a pipe."""
    if sink == "pipe":
        with subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as reader:
            yield reader.stdin
    else:
        with open(path if sink == "file" else os.devnull, "r+b", buffering=0) as file:
            yield file


def run_once(arguments, sink, path):
    """The times of the process and its children, without the reader of a pipe."""
    with opened(sink, path) as output:
        start = time.perf_counter()
        process = subprocess.Popen(arguments, stdout=output, stderr=subprocess.PIPE)
        with process.stderr:
            message = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        sys.exit(f"{arguments} failed: {message.decode(errors='replace')}")
    return wall, usage.ru_utime + usage.ru_stime


def time_row(contenders, rounds, prepare, sink, path):
    best = [(float("inf"), float("inf"))] * len(contenders)
    for _ in range(rounds):
        for i, arguments in enumerate(contenders):
            prepare()
            best[i] = tuple(map(min, best[i], run_once(arguments, sink, path)))
    return best[0], min(best[1:])


def print_row(title, goal, best):
    (wall, cpu), (other_wall, other_cpu) = best
    print(f"| {title:38} | {goal:4} | {wall / other_wall:5.2f} | {wall * 1000:8.1f} "
          f"| {other_wall * 1000:8.1f} | {cpu / max(other_cpu, 1e-4):5.2f} |", flush=True)


def chosen(rows, names):
    """The rows that the command line names, or all; ends the program if there is no such row."""
    unknown = [name for name in names if name not in rows]
    if unknown:
        sys.exit(f"no such row: {' '.join(unknown)} (there are: {' '.join(rows)})")
    return names or list(rows)


def main(usage, make_files, make_rows, prepare=lambda name, files: None, size="1G",
         sink_of=lambda name: "file"):
    """Runs the rows that the command line names, or all.

    make_files(directory, size) makes the files and returns what make_rows(mmtool,
    files), a dictionary of rows by name, needs of them; prepare(name, files) comes
    before each run; sink_of(name) says where the output goes: see opened().
    """
    if len(sys.argv) < 2:
        sys.exit(usage)
    size = parse_size(os.environ.get("MMTOOL_BENCH_SIZE", size))
    rounds = int(os.environ.get("MMTOOL_BENCH_RUNS", "3"))
    with tempfile.TemporaryDirectory(prefix="mmtool-bench-") as directory:
        files = make_files(directory, size)
        rows = make_rows(sys.argv[1], files)
        names = chosen(rows, sys.argv[2:])
        print(f"\n{size} bytes in {directory}, best of {rounds}\n")
        print(f"| {'search':38} | goal | ratio | {'mmtool':>5} ms | other ms | processor |")
        print("| --- | ---: | ---: | ---: | ---: | ---: |")
        path = os.path.join(directory, "out")
        with open(path, "wb"):
            pass
        for name in names:
            title, goal, *contenders = rows[name]
            if not shutil.which(contenders[1][0]):
                print(f"| {title:38} | {goal:4} | {contenders[1][0]} is missing |")
                continue
            print_row(title, goal, time_row(contenders, rounds, lambda: prepare(name, files),
                                            sink_of(name), path))
