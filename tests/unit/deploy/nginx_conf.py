"""Reads an nginx configuration as far as our tests need: words, blocks, comments."""

import re

TOKEN = re.compile(r"""#[^\n]*|"[^"]*"|'[^']*'|[{};]|[^\s{};"']+""")


class Directive:
    """`name words;` or `name words { inner }`."""

    def __init__(self, words, inner=None):
        self.name, *self.words = words
        self.inner = inner

    def all(self, name):
        return [found for found in self.inner or [] if found.name == name]

    def one(self, name):
        (found,) = self.all(name)
        return found


def parse(text):
    """The whole file as a directive named `main`. Raises SyntaxError where braces or semicolons are missing."""
    words, stack = [], [Directive(["main"], [])]
    for token in TOKEN.findall(text):
        if token.startswith("#"):
            continue
        if token == ";":
            stack[-1].inner.append(finished(words))
        elif token == "{":
            block = finished(words)
            block.inner = []
            stack[-1].inner.append(block)
            stack.append(block)
        elif token == "}":
            if words or len(stack) == 1:
                raise SyntaxError(f"unexpected }} after {words}")
            stack.pop()
        else:
            words.append(token.strip("\"'"))
            continue
        words = []
    if words or len(stack) > 1:
        raise SyntaxError(f"the file ends within {words or stack[-1].name}")
    return stack[0]


def finished(words):
    if not words:
        raise SyntaxError("a directive without a name")
    return Directive(words)
