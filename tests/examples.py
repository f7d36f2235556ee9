"""examples.py MMTOOL SOURCE PART - runs the examples of a PART both in a pipe and on a terminal.

PART is README, help or manual. Each example is run by a shell twice, once with a pipe as its output
and once with a pseudo-terminal. What it prints must be the same, but for colours. What a comment of
the README says must be true. Run in an empty directory.
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

# What a comment of the README promises: all output of the command, as an expression.
PROMISES = {
    "world": r"world\n",
    "world: 5 bytes, from the 6th byte before the end": r"world\n",
    "68656c6c6f": r"68656c6c6f\n",
    "0x6568 and 0x6c6c, one a line": r"0x6568\n0x6c6c\n",
    "a row of hex, as xxd prints it": r"00000000: 6865 6c6c 6f20 776f 726c 640a +hello world\.\n",
    "5, 6 and 7": r"5\n6\n7\n",
    "1999 and 2000": r"1999\n2000\n",
    "0": r"0\n",
    "18": r"18\n",
    "3": r"3\n",
    "0: ? is any hex digit": r"0\n",
    "no: the exit status is 1": r"no\n",
    "the rows of hex around it, as xxd prints them":
        r"00000000: .* one two one thre\n00000010: .*  e one\.\n",
    "6f6e65, three times": r"6f6e65\n6f6e65\n6f6e65\n",
    "32:10:04 error 42": r"32:10:04 error 42\n",
    "the first one, and the line before it": r"0-10:01 ok\n9:10:02 error 7\n",
    "15 and 38": r"15\n38\n",
    "the matches themselves, as grep -o prints them": r"error 7\nerror 42\n",
    "the lines, with their numbers": r"2:10:02 error 7\n4:10:04 error 42\n",
    "4": r"4\n",
    '{"offset":15,"length":5} and so on': r'{"offset":15,"length":5}\n{"offset":38,"length":5}\n',
    "HELLO world": r"HELLO world\n",
    "done": r"",
    "nothing left to do: status 0": r"",
    "green, green and blue": r"green, green and blue\n",
    "red, red and blue": r"red, red and blue\n",
    "Red, Red AND BLUE": r"Red, Red AND BLUE\n",
    "27:10:04 E42": r"27:10:04 E42\n",
    "a.conf:0:host=old.example": r"a\.conf:0:host=old\.example\n",
    "a.conf": r"a\.conf\n",
    "ok, then 12, then 37": r"ok\n12\n37\n",
    "state: whole, and its size": r"state: whole\n(?s:.*)size.*\n",
    "USAGE: ./myls [OPTION]... [FILE]...": r"USAGE: \./myls \[OPTION\]\.\.\. \[FILE\]\.\.\.\n",
    "how many there are": r"[1-9]\d*\n",
    "already so: status 0": r"",
    "90909090": r"90909090\n",
    "the header and the first line":
        r"# moved from host a\nNov 22 00000001 host app: request served\n",
    "Nov 22 02499999 host app: request served": r"Nov 22 02499999 host app: request served\n",
    "the last three lines": r"(Nov 22 0\d+ host app: request served\n){3}",
}


# The same, on a terminal only.
PROMISES_ON_TERMINAL = {
    "-red, red and blue": r"@@.*@@\n-red, red and blue\n\+green, green and blue\n",
}


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
    """The status and the output of each, standard error behind standard output."""
    shutil.rmtree("work", ignore_errors=True)
    os.mkdir("work")
    script = prepare + "\n"
    for example in examples:
        script += f"{example} 2>../error\n" if example.startswith("(") else \
            f"{{ {example}\n}} 2>../error\n"
        script += "status=$?; cat ../error; echo \"<<done $status>>\"\n"
    parts = MARK.split(run_shell(script, on_terminal))
    results = list(zip(map(int, parts[1::2]), parts[0::2]))
    assert len(results) == len(examples), parts
    return results


def comment_of(example):
    return example.rsplit(" # ", 1)[1].strip() if " # " in example else ""


def check(example, piped, shown):
    assert DIFFERS.search(example) or (piped[0], piped[1]) == (shown[0], COLORS.sub("", shown[1])), (
        example, piped, shown)
    if PART == "README":
        check_promise(example, PROMISES, piped[1])
        check_promise(example, PROMISES, shown[1])
        check_promise(example, PROMISES_ON_TERMINAL, shown[1])


def check_promise(example, promises, text):
    promise = promises.get(comment_of(example))
    assert promise is None or re.fullmatch(promise, COLORS.sub("", text)), (example, promise, text)


def check_all(prepare, examples):
    piped = run_examples(prepare, examples, False)
    shown = run_examples(prepare, examples, True)
    for example, one, other in zip(examples, piped, shown):
        check(example, one, other)
    return piped


def is_whole(example):
    return subprocess.run(["bash", "-n", "-c", example], capture_output=True,
                          check=False).returncode == 0


def join(lines):
    """Lines of a shell, those that go on in the next one with it."""
    examples = []
    for line in lines:
        if examples and not is_whole(examples[-1]):
            examples[-1] += "\n" + line
        else:
            examples.append(line)
    return examples


def read_source(name):
    with open(os.path.join(SOURCE, name), encoding="utf-8") as file:
        return file.read()


def check_readme():
    text = read_source("README.md").split("### Look", 1)[1].split("## Build", 1)[0]
    examples = join([line for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
                     for line in block.splitlines() if line and line.split()[0] != "#"])
    check_all("", examples)
    kept = [promise for promise in PROMISES if any(comment_of(line) == promise
                                                   for line in examples)]
    assert len(examples) > 50 and len(kept) > 30, (examples, kept)


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
seq 10 >hosts.txt; { printf key=; head -c 2000 /dev/zero; } >data.bin; echo 'colour, colour' >notes.txt
"""


def check_manual():
    text = read_source("man/mmtool.1").split(".Sh EXAMPLES\n", 1)[1].split(".Sh SEE ALSO", 1)[0]
    text = text.replace(r"\(aq", "'").replace(r"\e", "\\").replace(r"\-", "-")
    lines = [line.removeprefix(".Dl ") for line in text.splitlines()]
    examples = []
    for line in lines:
        if line.startswith("$ "):
            examples.append(line[2:])
        elif line.startswith("> "):
            examples[-1] += "\n" + line[2:]
    examples = [example for example in examples if "10G" not in example]
    for example, (status, output) in zip(examples, check_all(MANUAL_FILES, examples)):
        assert status == 0, (example, status, output)
    assert len(examples) > 20


os.makedirs("bin", exist_ok=True)
os.symlink(MMTOOL, "bin/mmtool")
{"README": check_readme, "help": check_help, "manual": check_manual}[PART]()
