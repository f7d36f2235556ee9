"""A copy of the source, built twice: to run mutants in, and to see which tests reach which line."""

import functools
import gzip
import hashlib
import json
import os
import re
import resource
import shlex
import shutil
import signal
import subprocess
import time

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
# The tests that may reach a folder's code. Left out: those of search/, regex/, compare/, scan/ and
# platform/, which take long and use little of base/.
TESTS = {
    "base": ["base", "journal", "output", "script"],
    "edit": ["edit", "journal", "apply", "commands"],
    "journal": ["journal", "apply"],
    "apply": ["apply", "commands"],
}
SANITIZERS = {"ASAN_OPTIONS": "allocator_may_return_null=1:max_allocation_size_mb=4096",
              "UBSAN_OPTIONS": "halt_on_error=1"}
# A process that dies leaves no counts: what it does is done by another test, too.
ALIKE = {"apply/kills": "apply/apply"}
QUIET = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def run(command, **options):
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return done.stdout


def limit(memory):
    """A mutant that asks for everything gets little of it; the sanitizers need much themselves."""
    if memory:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (120, 120))


def run_limited(command, seconds, memory=None, **options):
    """The exit status, or None if it took too long; ends all that the command started."""
    options = {**QUIET, **options}
    with subprocess.Popen(command, start_new_session=True, preexec_fn=lambda: limit(memory),
                          **options) as process:
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None
        finally:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass


class Build:
    """One build directory of the copied source."""

    def __init__(self, source, place, options):
        self.source, self.place = source, place
        if not os.path.exists(os.path.join(place, "build.ninja")):
            run(["meson", "setup", place, source, "-Dtests=auto", "-Dman=disabled",
                 "-Dcompletions=disabled", *options])
        self.tests = {}

    def make(self, folders):
        """Builds the test programs of these folders, and notes them: {name: path}."""
        listed = json.loads(run(["meson", "introspect", "--tests", self.place]))
        self.tests = {test["name"]: test["cmd"][0] for test in listed
                      if "mmtool:unit" in test["suite"] and test["name"].split("/")[0] in folders}
        targets = [os.path.relpath(path, self.place) for path in self.tests.values()]
        run(["ninja", "-C", self.place, *targets])

    @functools.cached_property
    def commands(self):
        """{output: words of the compiler's command} of every object file."""
        with open(os.path.join(self.place, "compile_commands.json"), encoding="utf-8") as file:
            return {entry["output"]: shlex.split(entry["command"]) for entry in json.load(file)}

    @functools.cached_property
    def includes(self):
        """{path of a header from the top: the object files that include it}."""
        users, output = {}, ""
        for line in run(["ninja", "-C", self.place, "-t", "deps"]).splitlines():
            if not line.startswith(" "):
                output = line.split(":")[0]
            elif line.strip().startswith(".."):
                header = os.path.relpath(os.path.join(self.place, line.strip()), self.source)
                users.setdefault(header, []).append(output)
        return users

    def links(self):
        """{test program: words of the linker's command}."""
        found = {}
        for path in self.tests.values():
            target = os.path.relpath(path, self.place)
            last = run(["ninja", "-C", self.place, "-t", "commands", "-s", target]).splitlines()[-1]
            found[target] = shlex.split(last)
        return found

    def object_of(self, source):
        """The object file of a source file under src/, or None if this machine builds it not."""
        name = source.removeprefix("src/").replace("/", "_") + ".o"
        found = [output for output in self.commands
                 if os.path.basename(output) == name and output.startswith("src/lib")]
        return found[0] if found else None


def copy_source(place):
    """Makes `place` as the working tree; what is alike stays untouched."""
    names = run(["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"])
    for name in filter(None, names.split("\0")):
        old, new = os.path.join(place, name), os.path.join(ROOT, name)
        if not os.path.isfile(new):
            continue
        with open(new, "rb") as file:
            content = file.read()
        if os.path.exists(old):
            with open(old, "rb") as file:
                if file.read() == content:
                    continue
        os.makedirs(os.path.dirname(old), exist_ok=True)
        shutil.copy(new, old)


def stored(store, kind, test, program):
    """Where something about this build of a test program is kept; of an older one it goes."""
    with open(program, "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()[:32]
    prefix = f"{kind}.{test.replace('/', '-')}."
    for old in os.listdir(store):
        if old.startswith(prefix) and old != prefix + digest:
            os.unlink(os.path.join(store, old))
    return os.path.join(store, prefix + digest)


class Reach:
    """Which test programs reach which line, from one run of each under gcov."""

    def __init__(self, build, store):
        self.build, self.store = build, store
        self.lines = {}  # {test: {file: {line: times}}}

    def measure(self, test, environment):
        program = self.build.tests[test]
        kept = stored(self.store, "reach", test, program)
        if not os.path.exists(kept):
            found = self.count(program, environment)
            with gzip.open(kept, "wt") as file:
                json.dump(found, file)
        with gzip.open(kept, "rt") as file:
            self.lines[test] = {path: {int(line): times for line, times in lines.items()}
                                for path, lines in json.load(file).items()}

    def count(self, program, environment):
        place = self.build.place
        for folder, _, names in os.walk(place):
            for name in names:
                if name.endswith(".gcda"):
                    os.unlink(os.path.join(folder, name))
        if run_limited([program], 300, env=environment) != 0:
            raise SystemExit(f"{program} fails, or takes too long")
        counted = [os.path.join(folder, name) for folder, _, names in os.walk(place)
                   for name in names if name.endswith(".gcda")]
        found = {}
        for line in run(["gcov", "--json-format", "--stdout", *counted], cwd=place).splitlines():
            for file in json.loads(line)["files"]:
                path = os.path.relpath(os.path.join(place, file["file"]), self.build.source)
                if not re.match(f"src/({'|'.join(TESTS)})/", path):
                    continue
                lines = found.setdefault(path, {})
                for entry in file["lines"]:
                    number = entry["line_number"]
                    lines[number] = lines.get(number, 0) + entry["count"]
        return found

    def tests_of(self, mutant):
        """The tests that reach a mutant's line; outside of functions, those that use its file."""
        if not mutant.function:
            found = [test for test, files in self.lines.items()
                     if any(files.get(mutant.path, {}).values())]
            # Of a file that is all tables nothing is counted.
            folder = mutant.path.split("/")[1]
            return found or [test for test in self.lines if test.startswith(folder + "/")]
        known = sorted({line for files in self.lines.values()
                        for line in files.get(mutant.path, {}) if line <= mutant.line})
        # A line without code of its own belongs to the statement that began above it.
        line = known[-1] if known else 0
        found = {test for test, files in self.lines.items()
                 if files.get(mutant.path, {}).get(line, 0)}
        return sorted(found | {test for test, other in ALIKE.items() if other in found})


class Times:
    """How long each test program takes as it is; it must pass."""

    def __init__(self, build, store, environment):
        self.seconds = {}
        for test, program in build.tests.items():
            kept = stored(store, os.path.basename(build.place), test, program)
            if not os.path.exists(kept):
                start = time.monotonic()
                status = run_limited([program], 300, env=environment)
                if status != 0:
                    raise SystemExit(f"{test} fails without a mutant (status {status})")
                with open(kept, "w", encoding="utf-8") as file:
                    file.write(f"{time.monotonic() - start}\n")
            with open(kept, encoding="utf-8") as file:
                self.seconds[test] = float(file.read())

    def order(self, mutant, tests):
        """The test of the same file first, then those of the folder, then by time."""
        folder, stem = mutant.path.split("/")[1], mutant.path.split("/")[2].split(".")[0]

        def rank(test):
            of_folder, name = test.rsplit("/", 1)
            return (name not in (stem, stem.split("_")[0]) or of_folder != folder,
                    of_folder != folder, self.seconds[test])
        return sorted(tests, key=rank)
