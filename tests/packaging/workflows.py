"""workflows.py FILE... - whether GitHub's workflows can be read, and call only what is there.

Each FILE is YAML with jobs of steps; each step runs commands or uses an action of a fixed version.
The commands pass shellcheck, where that is installed, and the files of the source that they name
exist. Run at the top of the source. Prints a line for each fault; the status is then 1.
"""

import os
import re
import shutil
import subprocess
import sys

import yaml

# What the commands may name: a path below one of these folders, or one of these files.
OURS = re.compile(r"(?:^|[\s'\"])((?:\.ci|tests|man|src|completions)/[\w./-]+|meson\.build|[A-Z]+\.md)")


def faults_of_commands(commands):
    for path in OURS.findall(commands):
        if not os.path.exists(path):
            yield f"{path} does not exist"
    words = commands.split()
    if len(words) == 1 and os.path.exists(words[0]) and not os.access(words[0], os.X_OK):
        yield f"{words[0]} cannot be run"
    if shutil.which("shellcheck"):
        done = subprocess.run(["shellcheck", "-s", "bash", "-"], input=commands, text=True,
                              capture_output=True, check=False)
        if done.returncode:
            yield done.stdout


def faults_of_step(step):
    if ("run" in step) == ("uses" in step):
        yield "it must either run commands or use an action"
    if "uses" in step and not re.fullmatch(r"[\w-]+/[\w-]+@v\d+", step["uses"]):
        yield f"{step['uses']} has no version"
    if "run" in step:
        yield from faults_of_commands(re.sub(r"\$\{\{.*?\}\}", "x", step["run"]))


def faults(workflow):
    # YAML 1.1 reads the key `on` as true.
    if not (workflow.get("on") or workflow.get(True)):
        yield "nothing starts it"
    jobs = workflow.get("jobs") or {}
    if not jobs:
        yield "it has no jobs"
    for name, job in jobs.items():
        needed = job.get("needs", [])
        for other in [needed] if isinstance(needed, str) else needed:
            if other not in jobs:
                yield f"{name}: there is no job {other}"
        if "runs-on" not in job or not job.get("steps"):
            yield f"{name}: it has no machine, or no steps"
        for number, step in enumerate(job.get("steps") or [], 1):
            for fault in faults_of_step(step):
                yield f"{name}, step {number}: {fault}"


def faults_of_file(path):
    with open(path, encoding="utf-8") as file:
        try:
            workflow = yaml.safe_load(file)
        except yaml.YAMLError as error:
            return [str(error)]
    return list(faults(workflow))


def main():
    found = [f"{path}: {fault}" for path in sys.argv[1:] for fault in faults_of_file(path)]
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found or len(sys.argv) == 1 else 0


if __name__ == "__main__":
    sys.exit(main())
