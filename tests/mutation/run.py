#!/usr/bin/env python3
"""Breaks the source in one place at a time, and tells which breaks no unit test notices.

    run.py [--sample=N [--seed=S]] [--only=PATH]... [--jobs=N] [--list] [--unreached] [--plain]

Of src/edit, src/journal, src/apply and src/base. A mutant is one file with one operator, constant,
condition or statement changed (mutants.py). It is compiled from a copy of the source, linked into
the test programs that reach its line, and they are run until one fails. The status is 1 if one
survived that explained.txt does not explain.
"""

import argparse
import collections
import concurrent.futures
import os
import queue
import random
import shutil
import sys
import tempfile
import time

import scratch
from mutants import mutants_of

FOLDERS = ("edit", "journal", "apply", "base")
EXPLAINED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "explained.txt")

# What became of a mutant.
KILLED, TIMEOUT, BROKEN, SAME = "killed", "timeout", "did not compile", "same code"
SURVIVED, UNREACHED, EXPLAINED_ALIVE = "survived", "unreached", "explained"


def all_mutants(only):
    found = []
    for folder in FOLDERS:
        place = os.path.join(scratch.ROOT, "src", folder)
        for name in sorted(os.listdir(place)):
            path = f"src/{folder}/{name}"
            if only and not any(path == one.rstrip("/") or path.startswith(one.rstrip("/") + "/")
                                for one in only):
                continue
            with open(os.path.join(place, name), encoding="utf-8") as file:
                found += mutants_of(path, file.read())
    return found


def explained():
    """{(path, function, line's text, "before -> after"): reason}; see explained.txt."""
    reasons, place, source, changes = {}, None, "", []
    with open(EXPLAINED, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            text = line.strip()
            if not text or text.startswith("#"):
                continue
            if not line.startswith(" "):
                place, source, changes = tuple(text.split(": ", 1)), "", []
            elif text.startswith("| ") and not text.startswith("| -> "):
                source, changes = text[2:], []
            elif text.startswith("= "):
                if not place or len(place) != 2 or not source or not changes:
                    raise SystemExit(f"explained.txt:{number}: a reason for what?")
                reasons.update({(*place, source, change): text[2:] for change in changes})
            else:
                changes.append(text)
    return reasons


class Bench:
    """A build, and what links each of its test programs anew with a changed object."""

    def __init__(self, source, place, options, tests, store, environment):
        sanitized = "-Db_sanitize=address,undefined" in options
        self.source, self.memory = source, None if sanitized else 8 << 30
        self.environment = {**environment, **scratch.SANITIZERS}
        self.build = scratch.Build(source, place, options)
        self.build.make(tests)
        self.times = scratch.Times(self.build, store, self.environment)
        self.links = self.build.links()

    def compile(self, output, path, text, room):
        """Compiles one object with a changed file; its path, or None if it does not compile."""
        words = [word for word in self.build.commands[output] if word != "ccache"]
        changed = os.path.join(room, "changed", path.removeprefix("src/"))
        os.makedirs(os.path.dirname(changed), exist_ok=True)
        with open(changed, "w", encoding="utf-8") as file:
            file.write(text)
        result = os.path.join(room, os.path.basename(output))
        if path.endswith(".c"):
            words[-1] = changed
        words[words.index("-o") + 1] = result
        words[words.index("-MF") + 1] = result + ".d"
        words[1:1] = ["-I" + os.path.join(room, "changed"), "-w", "-Wno-error"]
        status = scratch.run_limited(words, 120, cwd=self.build.place, env=self.environment)
        return result if status == 0 else None

    def objects_of(self, path, tests):
        """What a changed file is built into: of a header, the objects of its folder and tests."""
        if path.endswith(".c"):
            return [self.build.object_of(path)] if self.build.object_of(path) else []
        folder = path.split("/")[1]
        programs = {os.path.basename(self.build.tests[test]) + ".p" for test in tests}
        return [output for output in self.build.includes.get(path, [])
                if os.path.basename(output).startswith(folder + "_") or
                os.path.basename(os.path.dirname(output)) in programs]

    def link(self, program, changed, room):
        """A test program with the changed objects in place of those of the libraries."""
        words = list(self.links[program])
        result = os.path.join(room, "test")
        words[words.index("-o") + 1] = result
        names = {os.path.basename(path): path for path in changed}
        own = [word for word in words if word.endswith(".o") and os.path.basename(word) in names]
        for word in own:
            words[words.index(word)] = names.pop(os.path.basename(word))
        at = words.index("-o") + 2
        words[at:at] = [path for name, path in names.items() if not name.startswith("test_")]
        status = scratch.run_limited(words, 120, cwd=self.build.place, env=self.environment)
        return result if status == 0 else None

    def is_same(self, mutant, changed, room):
        """Whether the compiler makes the same of the mutant as of the source."""
        if len(changed) != 1 or not mutant.path.endswith(".c"):
            return False
        kept = os.path.join(room, "kept", os.path.basename(changed[0]))
        if not os.path.exists(kept):
            os.makedirs(os.path.dirname(kept), exist_ok=True)
            os.replace(changed[0], changed[0] + ".mutant")
            output = self.build.object_of(mutant.path)
            with open(os.path.join(self.source, mutant.path), encoding="utf-8") as file:
                os.replace(self.compile(output, mutant.path, file.read(), room), kept)
            os.replace(changed[0] + ".mutant", changed[0])
        return read(kept) == read(changed[0])

    def try_mutant(self, mutant, tests, room):
        with open(os.path.join(self.source, mutant.path), encoding="utf-8") as file:
            text = mutant.apply(file.read())
        changed = [self.compile(output, mutant.path, text, room)
                   for output in self.objects_of(mutant.path, tests)]
        if None in changed:
            return BROKEN, ""
        if self.is_same(mutant, changed, room):
            return SAME, ""
        environment = {**self.environment, "TMPDIR": os.path.join(room, "tmp")}
        for test in self.times.order(mutant, tests):
            program = os.path.relpath(self.build.tests[test], self.build.place)
            linked = self.link(program, changed, room)
            if not linked:
                return BROKEN, ""
            seconds = 3 + 5 * self.times.seconds[test]
            status = scratch.run_limited([linked], seconds, self.memory, env=environment)
            if status != 0:
                return (TIMEOUT if status is None else KILLED), test
        return SURVIVED, " ".join(tests)


class Runner:
    def __init__(self, arguments, folders):
        place = arguments.scratch
        source, store = os.path.join(place, "source"), os.path.join(place, "store")
        tests = {test for folder in folders for test in scratch.TESTS[folder]}
        environment = {**os.environ, "TMPDIR": os.path.join(place, "tmp"), "CCACHE_DISABLE": "1"}
        for folder in (store, environment["TMPDIR"]):
            os.makedirs(folder, exist_ok=True)
        scratch.copy_source(source)
        counted = scratch.Build(source, os.path.join(place, "counted"),
                                ["--buildtype=debug", "-Db_coverage=true"])
        counted.make(tests)
        self.reach = scratch.Reach(counted, store)
        for test in counted.tests:
            self.reach.measure(test, environment)
        self.benches = [Bench(source, os.path.join(place, "build"),
                              ["--buildtype=plain", "-Doptimization=2"], tests, store, environment)]
        # What this survives may still leak, or read what is not its own.
        if not arguments.plain:
            self.benches.append(Bench(
                source, os.path.join(place, "sanitized"),
                ["--buildtype=plain", "-Doptimization=1", "-Db_sanitize=address,undefined"],
                tests, store, environment))
        self.rooms = queue.Queue()
        for number in range(arguments.jobs):
            room = os.path.join(place, f"job{number}")
            shutil.rmtree(room, ignore_errors=True)
            self.rooms.put(room)

    def try_in(self, mutant, room):
        tests = self.reach.tests_of(mutant)
        if not tests:
            return UNREACHED, ""
        for number, bench in enumerate(self.benches):
            inner = os.path.join(room, str(number))
            for name in ("changed", "tmp"):
                shutil.rmtree(os.path.join(inner, name), ignore_errors=True)
                os.makedirs(os.path.join(inner, name))
            result = bench.try_mutant(mutant, tests, inner)
            if result[0] != SURVIVED:
                break
        return result

    def one(self, mutant):
        room = self.rooms.get()
        try:
            return self.try_in(mutant, room)
        finally:
            self.rooms.put(room)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def shorten(text, most=160):
    return text if len(text) <= most else text[:most - 3] + "..."


def print_table(results):
    columns = [KILLED, TIMEOUT, SAME, BROKEN, EXPLAINED_ALIVE, UNREACHED, SURVIVED]
    counts = {folder: collections.Counter() for folder in FOLDERS}
    for mutant, result, _ in results:
        counts[mutant.path.split("/")[1]][result] += 1
    counts["all"] = sum(counts.values(), collections.Counter())
    print(f"{'folder':8} {'mutants':>8}" + "".join(f" {name:>15}" for name in columns))
    for folder, count in counts.items():
        if count.total():
            print(f"{folder:8} {count.total():8}" +
                  "".join(f" {count[name]:15}" for name in columns))


def arguments_of():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--sample", type=int, help="so many of them, at random")
    parser.add_argument("--seed", type=int, default=1, help="another sample (1)")
    parser.add_argument("--only", action="append", help="a file or folder, as src/edit/plan.c")
    parser.add_argument("--list", action="store_true", help="only list the mutants")
    parser.add_argument("--jobs", type=int, default=1, help="so many at once (1)")
    parser.add_argument("--unreached", action="store_true",
                        help="also print those whose line no unit test reaches")
    parser.add_argument("--plain", action="store_true",
                        help="without the sanitizers: sooner, but leaks survive")
    parser.add_argument("--scratch", help="where the copy and the builds stay", default=os.path.join(
        tempfile.gettempdir(), f"mmtool-mutation-{os.getuid()}"))
    return parser.parse_args()


def try_all(runner, mutants, reasons, jobs):
    """A generator of (mutant, what became of it, the test that told or the tests that did not)."""
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for mutant, (result, tests) in zip(mutants, pool.map(runner.one, mutants)):
            if result in (SURVIVED, UNREACHED) and mutant.key() in reasons:
                result = EXPLAINED_ALIVE
            yield mutant, result, tests


def main():
    arguments = arguments_of()
    mutants = all_mutants(arguments.only)
    if arguments.sample is not None and arguments.sample < len(mutants):
        mutants = random.Random(arguments.seed).sample(mutants, arguments.sample)
        mutants.sort(key=lambda mutant: (mutant.path, mutant.start))
    if arguments.list:
        for mutant in mutants:
            print(f"{mutant.path}:{mutant.line}: {shorten(mutant.said)}")
        return 0
    reasons = explained()
    for path, function, source, change in reasons.keys() - {one.key() for one in all_mutants(None)}:
        print(f"# explained.txt: no longer there: {path}: {function}: {source}: {change}")
    start = time.monotonic()
    runner = Runner(arguments, {mutant.path.split("/")[1] for mutant in mutants})
    print(f"# {len(mutants)} mutants; ready after {time.monotonic() - start:.0f} s", flush=True)
    results = []
    for mutant, result, tests in try_all(runner, mutants, reasons, arguments.jobs):
        results.append((mutant, result, tests))
        if result == SURVIVED or (result == UNREACHED and arguments.unreached):
            where = "" if result == SURVIVED else " (unreached)"
            print(f"{mutant.path}:{mutant.line}: {mutant.function}: {shorten(mutant.said)}{where}",
                  flush=True)
    print(f"# {time.monotonic() - start:.0f} s")
    print_table(results)
    return 1 if any(result in (SURVIVED, UNREACHED) for _, result, _ in results) else 0


if __name__ == "__main__":
    sys.exit(main())
