"""The mutants of a C file: the places where one operator, constant or statement is broken.

A small lexer suffices, for the source is laid out by clang-format: an operator with blanks on both
sides takes two operands. Left out: comments, strings, lines of the preprocessor, enumerations,
static assertions, sizes of arrays, and the messages that errors print.
"""

import re

TOKEN = re.compile(r"""
    (?P<skip>\s+ | //[^\n]* | /\*.*?\*/)
  | (?P<directive>(?<![^\n])[ \t]*\#(?:[^\n\\]|\\.|\\\n)*)
  | (?P<string>"(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*')
  | (?P<number>\.?[0-9](?:[eEpP][+-]|[\w.])*)
  | (?P<name>[A-Za-z_]\w*)
  | (?P<operator><<=|>>=|\.\.\.|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|.)
""", re.VERBOSE | re.DOTALL)

BINARY = {
    "<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==",
    "+": "-", "-": "+", "*": "/", "/": "*", "%": "*", "<<": ">>", ">>": "<<",
    "&": "|", "|": "&", "&&": "||", "||": "&&",
    "+=": "-=", "-=": "+=", "*=": "/=", "/=": "*=", "<<=": ">>=", ">>=": "<<=",
    "|=": "&=", "&=": "|=",
}
ASSIGNMENTS = {"=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="}
OPEN, CLOSE = {"(": ")", "[": "]", "{": "}"}, {")", "]", "}"}
# A statement that begins so is no call or assignment, or declares something.
KEYWORDS = set("""break case const continue default do else enum extern for goto if return sizeof
    static struct switch typedef union unsigned while""".split())
# Their calls only fill a message.
MESSAGES = {"error_no", "error_set", "error_usage", "error_memory", "error_prefix"}


class Token:
    def __init__(self, kind, text, start):
        self.kind, self.text, self.start = kind, text, start
        self.end = start + len(text)
        self.match = None  # the index of the bracket that belongs to this one


class Mutant:
    """`before` at `start` of the file becomes `after`; `nth` of those of its line."""

    def __init__(self, path, line, function, start, before, after, said):
        self.path, self.line, self.function = path, line, function
        self.start, self.before, self.after = start, before, after
        self.said = said  # "before -> after" on one line
        self.source = ""  # the text of the line

    def apply(self, text):
        return text[:self.start] + self.after + text[self.start + len(self.before):]

    def key(self):
        return self.path, self.function, self.source, self.said


def tokens_of(text):
    tokens, stack = [], []
    for match in TOKEN.finditer(text):
        if match.lastgroup in ("skip", "directive"):
            continue
        token = Token(match.lastgroup, match.group(), match.start())
        if token.text in OPEN:
            stack.append(len(tokens))
        elif token.text in CLOSE and stack:
            token.match = stack.pop()
            tokens[token.match].match = len(tokens)
        tokens.append(token)
    return tokens


def next_constant(text):
    """The number that breaks this one, or None: 0 and 1 change places, N becomes N + 1."""
    parts = re.fullmatch(r"(0[xX][0-9a-fA-F]+|[0-9]+)([uUlL]*)", text)
    if not parts:
        return None
    digits, suffix = parts.groups()
    if digits[:2] in ("0x", "0X"):
        return f"0x{int(digits, 16) + 1:x}{suffix}"
    if digits[0] == "0" and len(digits) > 1:
        return f"0{int(digits, 8) + 1:o}{suffix}"
    return f"{ {0: 1, 1: 0}.get(int(digits), int(digits) + 1)}{suffix}"


class Finder:
    def __init__(self, path, text):
        self.path, self.text = path, text
        self.tokens = tokens_of(text)
        self.function, self.is_bool = "", False
        self.found = []

    def text_at(self, i):
        return self.tokens[i].text if 0 <= i < len(self.tokens) else ""

    def add(self, start, before, after, said=None):
        line = self.text.count("\n", 0, start) + 1
        said = said or f"{before} -> {after}"
        self.found.append(Mutant(self.path, line, self.function, start, before, after,
                                 " ".join(said.split())))

    def find(self):
        i = 0
        while i < len(self.tokens):
            i = self.outside(i)
        lines = self.text.split("\n")
        counts = {}
        for mutant in self.found:
            mutant.source = lines[mutant.line - 1].strip()
            place = (mutant.line, mutant.said)
            counts[place] = counts.get(place, 0) + 1
            if counts[place] > 1:
                mutant.said += f" ({counts[place]})"
        return self.found

    def outside(self, i):
        """One token outside of functions; a function or an initialiser as a whole."""
        token = self.tokens[i]
        if token.text == "enum" or token.text in ("static_assert", "_Static_assert"):
            return self.behind_declaration(i)
        if token.text == "{" and self.text_at(i - 1) == ")":
            name = self.tokens[i - 1].match - 1
            self.function, self.is_bool = self.text_at(name), self.text_at(name - 1) == "bool"
            self.inside(i, token.match)
            self.function, self.is_bool = "", False
            return token.match + 1
        if token.text == "{" and self.text_at(i - 1) == "=":
            self.inside(i, token.match)
            return token.match + 1
        return i + 1

    def behind_declaration(self, i):
        """Behind the body or the parentheses that begin next, or the next semicolon."""
        while i < len(self.tokens) and self.text_at(i) not in (";", "{", "("):
            i += 1
        return (self.tokens[i].match or i) + 1 if i < len(self.tokens) else i

    def inside(self, first, last):
        i = first
        while i <= last:
            token = self.tokens[i]
            if token.text in ("enum", "_Static_assert", "static_assert") and \
                    self.text_at(i + 1) in ("{", "("):
                i = self.behind_declaration(i)
                continue
            if token.text in MESSAGES and self.text_at(i + 1) == "(":
                i = self.tokens[i + 1].match + 1
                continue
            self.at(i)
            i += 1

    def at(self, i):
        token = self.tokens[i]
        if token.kind == "number":
            self.constant(i)
        elif token.text in ("true", "false"):
            after = "false" if token.text == "true" else "true"
            self.add(token.start, token.text, after)
        elif token.text in ("if", "while") and self.text_at(i + 1) == "(":
            self.negate(i)
        elif token.text == "return":
            self.negate_return(i)
        elif token.text in BINARY:
            self.operator(i)
        if self.function and self.begins_statement(i):
            self.remove(i)

    def operator(self, i):
        token = self.tokens[i]
        around = self.text[token.start - 1] + self.text[token.end]
        if around.strip() or self.text_at(i - 1) in ("return", "(", ","):
            return
        self.add(token.start, token.text, BINARY[token.text])

    def constant(self, i):
        token = self.tokens[i]
        after = next_constant(token.text)
        size = self.text_at(i - 1) == "[" and self.text_at(i + 1) == "]" and \
            (self.text_at(i - 3) == "*" or self.tokens[i - 3].kind == "name") and \
            self.text_at(i - 3) not in KEYWORDS
        zeroed = self.text_at(i - 1) == "{" and self.text_at(i + 1) == "}" and \
            "error" in self.text_at(i - 3) + self.text_at(i - 4)
        if after and not size and not zeroed:
            self.add(token.start, token.text, after)

    def level(self, first, last):
        """The texts between two tokens that no bracket between them encloses."""
        i, texts = first, []
        while i < last:
            texts.append(self.text_at(i))
            i = (self.tokens[i].match if self.text_at(i) in OPEN else i) + 1
        return texts

    def negate(self, i):
        """if (x) and while (x); a comparison alone is broken by its operator."""
        first, last = i + 1, self.tokens[i + 1].match
        if {"==", "!="} & set(self.level(first + 1, last)):
            return
        before = self.text[self.tokens[first].start:self.tokens[last].end]
        self.add(self.tokens[first].start, before, f"(!{before})", f"{before} -> (!{before})")

    def negate_return(self, i):
        """return f(x) of a function that returns bool."""
        end = i
        while self.text_at(end) != ";":
            end = (self.tokens[end].match if self.text_at(end) in OPEN else end) + 1
        texts = set(self.level(i + 1, end))
        if not self.is_bool or end == i + 1 or texts & {"==", "!=", "true", "false", "?", "&&",
                                                        "||"}:
            return
        before = self.text[self.tokens[i + 1].start:self.tokens[end - 1].end]
        self.add(self.tokens[i + 1].start, before, f"!({before})")

    def begins_statement(self, i):
        before = self.text_at(i - 1)
        if self.tokens[i].text in KEYWORDS | {"{", "}", ";"}:
            return False
        if before == ")":
            opened = self.tokens[i - 1].match
            return self.text_at(opened - 1) in ("if", "for", "while") and \
                self.tokens[i].text != ";"
        return before in ("{", "}", ";", "else", ":") and self.braces(i)

    def braces(self, i):
        """Whether the nearest bracket around a token is the brace of a block."""
        depth = 0
        for j in range(i - 1, -1, -1):
            text = self.text_at(j)
            if text in CLOSE:
                depth += 1
            elif text in OPEN:
                if depth == 0:
                    return text == "{" and self.text_at(j - 1) in (")", "else", "do", ";", "{", "}",
                                                                   ":")
                depth -= 1
        return False

    def remove(self, i):
        end = i
        while end < len(self.tokens) and self.text_at(end) != ";":
            end = (self.tokens[end].match if self.text_at(end) in OPEN else end) + 1
        texts = self.level(i, end)
        call = self.tokens[i].kind == "name" and len(texts) >= 2 and "(" in texts and \
            self.text_at(end - 1) == ")"
        declares = self.tokens[i].kind == "name" and \
            (self.tokens[i + 1].kind == "name" or
             self.text_at(i + 1) == "*" and self.tokens[i + 2].kind == "name" and
             self.text[self.tokens[i + 1].end] != " ")
        changes = set(texts) & (ASSIGNMENTS | {"++", "--"})
        if declares or not (call or changes) or self.text_at(i + 1) == ":":
            return
        before = self.text[self.tokens[i].start:self.tokens[end].end]
        if before.startswith("(void)") and not call:
            return
        # The lines stay, so that those of the mutant are those of the source.
        self.add(self.tokens[i].start, before, ";" + "\n" * before.count("\n"), f"{before} -> ;")


def mutants_of(path, text):
    return Finder(path, text).find()
