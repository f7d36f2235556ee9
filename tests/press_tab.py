"""press_tab.py SHELL DIRECTORY - what an interactive shell makes of lines when keys complete them.

SHELL is bash, bash-completion (bash with that package), zsh or fish; it reads the completion of
mmtool from DIRECTORY, the "completions" of a build. Each line of standard input is typed at a
pseudo-terminal, then Tab; the line that the shell then holds is printed as "LINE => RESULT|". If
the line ends with " *", a key that puts in all that is offered takes the place of Tab, and the
words are printed in order, without the option whose value they are: "LINE * => WORD WORD".
"""

import os
import pty
import re
import select
import shutil
import sys
import tempfile

READY = b'ready-for-keys>'
TAB, CLEAR, DUMP, ALL = b'\t', b'\x15', b'\x07', b'\x18\x01'  # as the set-up files bind them

BASH = r"""
PS1='ready-for-keys>' HISTFILE=
bind 'set bell-style none' 'set enable-bracketed-paste off' 'set show-all-if-ambiguous off'
bind 'set completion-query-items 0' 'set page-completions off'
bind '"\C-x\C-a": insert-completions' '"\C-u": kill-whole-line'
bind -x '"\C-g": printf "%s\0" "$READLINE_LINE" >"$ANSWERS"'
"""

SETUP = {
    'bash': 'source "$COMPLETIONS/mmtool"\n' + BASH,
    # The package loads the file when it is first needed, in a function.
    'bash-completion': 'source /usr/share/bash-completion/bash_completion\n' + BASH,
    'zsh': r"""
PS1='ready-for-keys>' LISTMAX=10000
fpath=("$COMPLETIONS" $fpath)
autoload -Uz compinit && compinit -u -D
setopt no_beep no_list_beep
zstyle ':completion:all:*' insert yes
zstyle ':completion:all::::' completer _all_matches _complete
zle -C all complete-word _generic
bindkey '^X^A' all
bindkey '^I' complete-word
bindkey '^U' kill-whole-line
dump() { printf '%s\0' "$BUFFER" >"$ANSWERS" }
zle -N dump
bindkey '^G' dump
""",
    'fish': r"""
function fish_prompt; printf 'ready-for-keys>'; end
function fish_greeting; end
function fish_right_prompt; end
set -g fish_autosuggestion_enabled 0
source "$COMPLETIONS/mmtool.fish"
bind \cu 'commandline ""'
bind \cg 'printf "%s\0" (commandline | string collect) >"$ANSWERS"'
bind \cx\ca 'set -l front (string replace -r -- "\S*\$" "" (commandline -c)); commandline -- "$front"(string join -- " " (complete -C (commandline -c) | string replace -r "\t.*" ""))'
""",
}


def command(shell, home):
    """Starts the shell on the set-up file in `home`, and without the user's own."""
    if shell.startswith('bash'):
        return ['bash', '--noprofile', '--rcfile', f'{home}/setup', '-i']
    if shell == 'zsh':
        return ['zsh', '-d', '-i']
    return ['fish', '-N', '-i', '-C', f'source {home}/setup']


def environment(shell, home, completions):
    """What the shell sees: nothing of the user."""
    os.makedirs(f'{home}/data/bash-completion/completions')
    if shell == 'bash-completion':
        shutil.copy(f'{completions}/mmtool', f'{home}/data/bash-completion/completions')
    return {'PATH': os.environ['PATH'], 'HOME': home, 'ZDOTDIR': home, 'TERM': 'dumb',
            'LC_ALL': 'C.UTF-8', 'XDG_DATA_HOME': f'{home}/data', 'XDG_CONFIG_HOME': home,
            'COMPLETIONS': completions, 'ANSWERS': f'{home}/answers', 'INPUTRC': '/dev/null',
            # fish 4 would wait for a terminal's answers, which nobody gives here.
            'fish_features': 'no-query-term'}


class Terminal:
    """A shell at a pseudo-terminal, and the pipe into which it writes its line."""

    def __init__(self, shell, home, completions):
        os.mkfifo(f'{home}/answers')
        with open(f'{home}/{".zshrc" if shell == "zsh" else "setup"}', 'w') as setup:
            setup.write(SETUP[shell])
        self.pid, self.keys = pty.fork()
        if self.pid == 0:
            os.execvpe(command(shell, home)[0], command(shell, home),
                       environment(shell, home, completions))
        # Open for writing, too: else each answer would end the pipe.
        self.answers = os.open(f'{home}/answers', os.O_RDWR)
        self.screen = b''

    def wait(self, is_there):
        """Reads the screen until is_there(); 30 s without anything new are an error."""
        answer = b''
        while not is_there(answer):
            ready, _, _ = select.select([self.keys, self.answers], [], [], 30)
            if not ready:
                sys.exit(f'the shell does not answer; its screen: {self.screen!r}')
            if self.keys in ready:
                self.screen += os.read(self.keys, 65536)
            if self.answers in ready:
                answer += os.read(self.answers, 65536)
        return answer.decode()

    def press(self, line, key):
        """The line that the shell holds when `line` was typed and `key` pressed."""
        os.write(self.keys, CLEAR + line.encode() + key + DUMP)
        return self.wait(lambda answer: answer.endswith(b'\0'))[:-1]


def words_offered(line, result):
    """The words at the end of `result`; none if it is still `line`."""
    front = re.sub(r'[^ ]*$', '', line)
    words = result.removeprefix(front).split(' ') if result.rstrip() != line.rstrip() else []
    return ' '.join(sorted({re.sub('^(-[^ =]*=)(?=.)|[=,/]$', '', word) for word in words} - {''}))


def main():
    shell, completions = sys.argv[1], os.path.abspath(sys.argv[2])
    lines = sys.stdin.read().splitlines()
    with tempfile.TemporaryDirectory() as home:
        terminal = Terminal(shell, home, completions)
        terminal.wait(lambda _: READY in terminal.screen)
        for line in lines:
            if line.endswith(' *'):
                typed = line.removesuffix(' *')
                print(f'{line} => {words_offered(typed, terminal.press(typed, ALL))}'.rstrip())
            else:
                print(f'{line} => {terminal.press(line, TAB)}|'.replace('\n', '(newline)'))
        os.kill(terminal.pid, 9)
        os.waitpid(terminal.pid, 0)


main()
