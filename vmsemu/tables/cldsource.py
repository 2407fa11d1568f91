"""A .CLD file: where its DEFINE statements are, and what is wrong with it.

Files of the machine itself have each statement at the beginning of a line, which one fast scan finds. A user's file is scanned `exact`: word by
word, statements anywhere, with nothing between them but MODULE and IDENT.

Source: OpenVMS Command Definition, Librarian, and Message Utilities Manual, part 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from vmsemu.base.condition import Message
from vmsemu.tables.facilities import CDU

if TYPE_CHECKING:
    from vmsemu.tables.grammar import SyntaxDefinition

MAX_NAME = 31
_STATEMENT = re.compile(
    r"^[ \t]*(?:DEFINE[ \t]+(VERB|SYNTAX|TYPE)[ \t]+([A-Z0-9_$]+)|(SYNONYM)[ \t]+([A-Z0-9_$]+))", re.MULTILINE | re.IGNORECASE
)
TOKEN = re.compile(r"\s+|!.*|-[ \t]*(?:!.*)?$|(?P<word>[A-Za-z0-9_$]+)|\"(?P<string>(?:[^\"\n]|\"\")*)\"|(?P<mark>[,=().<>/])", re.MULTILINE)


class CldSourceError(Exception):
    """A .CLD file that the compiler cannot read: what is wrong, and the line it is in."""

    def __init__(self, module: Module, at: int, message: Message) -> None:
        self.message = message
        self.line = module.line(at)
        self.source = module.source.split("\n")[self.line - 1] if module.source else ""
        super().__init__(f"{module.name} line {self.line}: {message.definition.ident} {', '.join(map(str, message.parameters))}")


class Block:
    """One DEFINE statement of a file, and what it was compiled to."""

    __slots__ = ("compiled", "derived", "end", "kind", "module", "name", "start")
    negatable = False

    def __init__(self, kind: str, name: str, module: Module, start: int) -> None:
        self.kind = kind
        self.name = name
        self.module = module
        self.start = start
        self.end = len(module.source)
        self.compiled: Any = None
        self.derived: dict[SyntaxDefinition, SyntaxDefinition] = {}


class Module:
    """One .CLD file. Errors, when `exact`: CldSourceError for what is in no statement and for names defined twice."""

    __slots__ = ("name", "source", "synonyms", "syntaxes", "types", "verbs")

    def __init__(self, source: str, name: str, *, exact: bool = False) -> None:
        self.source = source
        self.name = name
        self.verbs: dict[str, Block] = {}
        self.syntaxes: dict[str, Block] = {}
        self.types: dict[str, Block] = {}
        self.synonyms: list[tuple[str, Block]] = []
        last: Block | None = None
        for kind, name_, start, end in _exact(self) if exact else _fast(source):
            if kind == "SYNONYM":
                if last is not None:
                    self.synonyms.append((name_, last))
                continue
            if last is not None:
                last.end = start
            group = self._group(kind)
            if exact and name_ in group:
                raise CldSourceError(self, end - 1, CDU.DUPDEF(name_))
            last = group[name_] = Block(kind, name_, self, end)

    def _group(self, kind: str) -> dict[str, Block]:
        return {"VERB": self.verbs, "SYNTAX": self.syntaxes, "TYPE": self.types}[kind]

    def blocks(self) -> Iterator[Block]:
        for group in (self.verbs, self.syntaxes, self.types):
            yield from group.values()

    def line(self, at: int) -> int:
        return self.source.count("\n", 0, at) + 1


def tokens(module: Module, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    """The tokens from `start` to `end`: words in upper case, marks, strings with a leading quotation mark; each with its place.

    A hyphen at the end of a line is passed over. Errors: CldSourceError.
    """
    source = module.source
    while start < end:
        found = TOKEN.match(source, start, end)
        if found is None:
            raise CldSourceError(module, start, CDU.MISSQUOTE() if source[start] == '"' else CDU.INVCHAR(source[start]))
        if found.lastgroup is not None:
            text = found[found.lastgroup]
            yield (text.upper() if found.lastgroup != "string" else '"' + text.replace('""', '"')), found.start(), found.end()
        start = found.end()


def _fast(source: str) -> Iterator[tuple[str, str, int, int]]:
    """The statements and synonyms of a file of our own: kind, name, start, end."""
    for found in _STATEMENT.finditer(source):
        yield found[1].upper() if found[1] else "SYNONYM", (found[2] or found[4]).upper(), found.start(), found.end()


_NAME_FOLLOWS = frozenset(
    ("QUALIFIER", "KEYWORD", "PARAMETER", "IMAGE", "ROUTINE", "CLIROUTINE", "DISALLOW", "AND", "OR", "NOT", "NEG", "=", ".", "<", ">")
)  # fmt: skip


def _exact(module: Module) -> Iterator[tuple[str, str, int, int]]:
    """The same for a user's file."""
    words = tokens(module, 0, len(module.source))
    inside, depth, before = False, 0, ""
    for text, start, end in words:
        depth += (text == "(") - (text == ")")
        is_name, before = depth > 0 or before in _NAME_FOLLOWS, text
        if is_name and inside:
            continue
        if text == "DEFINE":
            kind, at, end = next(words, ("", start, end))
            if kind not in ("VERB", "SYNTAX", "TYPE"):
                raise CldSourceError(module, at, CDU.INVITEM(kind or text))
            inside = True
        elif text in ("MODULE", "IDENT", "SYNONYM"):
            kind, at = text, start
        elif inside or text == ",":
            continue
        else:
            raise CldSourceError(module, start, CDU.INVITEM(text.lstrip('"')))
        name, at, end = next(words, ("", at, end))
        before = name
        if not name or (kind != "IDENT" and re.fullmatch(r"[A-Z0-9_$]+", name) is None):
            raise CldSourceError(module, at, CDU.INVITEM(name.lstrip('"') or kind))
        if len(name) > MAX_NAME:
            raise CldSourceError(module, at, CDU.SYMTOOLONG(name))
        if kind not in ("MODULE", "IDENT"):
            yield kind, name, start, end
