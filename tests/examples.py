"""examples.py MMTOOL SOURCE PART - runs the examples of a PART both in a pipe and on a terminal.

PART is README, help or manual; SOURCE is the directory with README.md, or that with all pages of
the manual. Each example is run by a shell twice, once with a pipe as its output and once with a
pseudo-terminal. What it prints must be the same, but for colours, and in the README and the manual
what stands there. Run in an empty directory.
"""

import os
import pty
import re
import shutil
import subprocess
import sys
import tty

MMTOOL, SOURCE, PART = sys.argv[1:]
MARK = re.compile(r"<<done (\d+)>>\n")
COLORS = re.compile(r"\x1b\[[0-9;]*[mK]")
# What a terminal shows in another form, or what differs from one run to the next.
DIFFERS = re.compile(r"mmtool (info|advise|flush|diff)\b|--status\b|--allocate\b|"
                     r"mmtool (splice|write|move|resize) .*(-\w*n\b|--dry-run)")

def run_shell(script, on_terminal):
    """What the script prints on standard output."""
    environment = dict(os.environ, PATH=os.path.abspath("bin") + ":" + os.environ["PATH"])
    if on_terminal:
        leader, output = pty.openpty()
        tty.setraw(output)
    else:
        leader, output = os.pipe()
    with subprocess.Popen(["bash", "-c", script], stdin=subprocess.DEVNULL, stdout=output,
                          env=environment, cwd="work") as shell:
        os.close(output)
        text = b""
        while True:
            try:
                part = os.read(leader, 65536)
            except OSError: # the end, on a terminal
                break
            if not part:
                break
            text += part
        os.close(leader)
        shell.wait()
    return text.decode(errors="replace")


def run_examples(prepare, examples, on_terminal):
    """The status and the output of each, standard error behind standard output unless in README."""
    errors = "2>&1" if PART == "README" else "2>../error"
    shutil.rmtree("work", ignore_errors=True)
    os.mkdir("work")
    script = prepare + "\n"
    for example in examples:
        script += f"{example} {errors}\n" if example.startswith("(") else \
            f"{{ {example}\n}} {errors}\n"
        script += "status=$?; cat ../error 2>/dev/null; echo \"<<done $status>>\"\n"
    parts = MARK.split(run_shell(script, on_terminal))
    results = list(zip(map(int, parts[1::2]), parts[0::2]))
    assert len(results) == len(examples), parts
    return results


def check(example, piped, shown):
    assert DIFFERS.search(example) or (piped[0], piped[1]) == (shown[0], COLORS.sub("", shown[1])), (
        example, piped, shown)


def check_all(prepare, examples):
    piped = run_examples(prepare, examples, False)
    shown = run_examples(prepare, examples, True)
    for example, one, other in zip(examples, piped, shown):
        check(example, one, other)
    return piped


def read_source(name):
    with open(os.path.join(SOURCE, name), encoding="utf-8") as file:
        return file.read()


def read_sessions(text):
    """The commands of all console blocks, and what stands below each."""
    examples, outputs = [], []
    for block in re.findall(r"```console\n(.*?)```", text, re.DOTALL):
        for line in block.splitlines(keepends=True):
            if line.startswith("$ "):
                examples.append(line[2:-1])
                outputs.append("")
            else:
                outputs[-1] += line
    return examples, outputs


def check_readme():
    examples, outputs = read_sessions(read_source("README.md"))
    for example, output, (_, printed) in zip(examples, outputs, check_all("", examples)):
        assert printed == output, (example, output, printed)
    assert len(examples) > 30


def check_help():
    names = subprocess.run([MMTOOL, "--dump-commands"], capture_output=True, text=True, check=True)
    count = 0
    for name in re.findall(r"^command\t(\S+)", names.stdout, re.MULTILINE):
        text = subprocess.run([MMTOOL, "help", name], capture_output=True, text=True, check=True)
        fresh = r"rm -f -- *; printf 'abc def\nghi abc\nmore text, and abc again\n' | tee FILE OLD >NEW; "
        examples = [fresh + line for line in re.findall(r"^  (mmtool .*)$", text.stdout, re.MULTILINE)]
        check_all("", examples)
        count += len(examples)
    assert count > 20


# The files that the manual's examples speak of.
MANUAL_FILES = r"""
head -c 4096 /dev/zero | tr '\0' . >image.bin
{ printf 'version 1.2'; printf '/usr/local/lib\0'; head -c 20400 /dev/zero | tr '\0' .; } >program
at=$((0x4f20)); printf '\350\1\2\3\4' | dd of=program bs=1 seek=$at conv=notrunc status=none
printf 'an error here\nnone\n' >one.log; printf 'all is well\nfatal\n' >two.log
printf 'host=old.example\n' >a.conf
{ head -c 16 /dev/zero; for i in 1 2 3 4; do printf '\7\0\0\0seventh\0\0\0'; done; } >table.bin
for i in 1 2 3 4; do printf '\1\0\0\0\2\0points..'; done >points.bin
for i in $(seq 2000); do echo "line $i ERROR"; done >server.log
printf 'PATCH\0\0\2\0\1XEOF' >fix.ips; echo game >game.bin
seq 10 >hosts.txt; { printf key=; yes 0123456789 | head -c 2000; } >data.bin; echo 'colour, colour' >notes.txt
printf '%s\n' '[server]' 'name = example' 'port = 80' 'log = /var/log/example' >server.conf
{ head -c 16 /dev/zero; printf '\0\0\0@\0\0\0@\10\6\0\0\0\252iq\336\0\0\0\4sBIT\10\10\10\10|\10d'
  printf '\210\0\0\0\11pHYs\0\0\6\354\0\0\6'; head -c 64 /dev/zero; } >logo.png
"""

ESCAPES = {r"\(aq": "'", r"\(dq": '"', r"\(ha": "^", r"\(ti": "~", r"\(ga": "`", r"\&": "",
           r"\-": "-", r"\e": "\\"}
ESCAPE = re.compile("|".join(map(re.escape, ESCAPES)))


def examples_of_page(text):
    """The commands of its literal blocks, each with what the page shows below it."""
    examples = []
    for block in re.findall(r"^\.Dl (\$ [^\n]*\n)|^\.Bd -literal[^\n]*\n(.*?)^\.Ed", text,
                            re.MULTILINE | re.DOTALL):
        block = ESCAPE.sub(lambda escape: ESCAPES[escape.group()], "".join(block))
        if not block.startswith("$ "):
            continue
        for line in block.splitlines(keepends=True):
            if line.startswith("$ "):
                examples.append([line[2:].rstrip("\n"), ""])
            elif line.startswith("> "):
                examples[-1][0] += "\n" + line[2:].rstrip("\n")
            else:
                examples[-1][1] += line
    return [example for example in examples if "10G" not in example[0]]


def check_page(name, wrong):
    examples = examples_of_page(read_source(name))
    results = check_all(MANUAL_FILES, [command for command, shown in examples])
    for (command, shown), (status, output) in zip(examples, results):
        good = status == 0 or (status == 1 and command.startswith("mmtool diff"))
        if good == shown.startswith("mmtool: ") or shown not in ("", output):
            wrong.append((name, command, shown, status, output))
    return len(examples)


def check_manual():
    # python.bats has the examples of mmtool-python(7).
    pages = [name for name in sorted(os.listdir(SOURCE))
             if re.fullmatch(r"mmtool.*\.[1-9]", name) and name != "mmtool-python.7"]
    wrong = []
    counts = {name: check_page(name, wrong) for name in pages}
    assert not wrong, wrong
    assert len(pages) > 15 and sum(counts.values()) > 80 and all(counts.values()), counts


os.makedirs("bin", exist_ok=True)
os.symlink(MMTOOL, "bin/mmtool")
{"README": check_readme, "help": check_help, "manual": check_manual}[PART]()
