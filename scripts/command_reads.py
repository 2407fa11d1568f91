"""What the code behind a command asks about its line: which qualifiers it reads, and which it refuses.

The answer is read from the source, not kept in a list. From the entry point of a command (an image, an option of one, or a routine of DCL) all
functions, classes and constants that it names are followed within the packages that serve commands. A string there that is the label of a
qualifier counts as a question about it. Strings given to `refuse` count as refusals, those given to `accept` as what happens anyway; where
`serve_only` is called, every qualifier that it does not name is refused. So is one whose presence leads to CLI.CMDGONE. A refusal of a keyword
(`MODE.OCTAL`), of values, or under a condition is one in part.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

_FOLLOWED = ("vmsemu.images.", "vmsemu.dcl.commands.", "vmsemu.dcl.control", "vmsemu.dcl.refusals", "smtp.images.")
_REFUSALS = ("refuse", "serve_only", "refuse_qualifiers", "serve_only_qualifiers", "refuse_values", "accept", "happens_anyway")
_WORD = re.compile(r"[A-Z0-9_$.*\\]+")


@dataclass
class Reads:
    """The strings that a command's code mentions. `patterns` come from composed strings such as f"{mode}_MODE"."""

    words: set[str] = field(default_factory=set)
    patterns: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    accepted: set[str] = field(default_factory=set)
    partly: set[str] = field(default_factory=set)
    served_only: set[str] | None = None

    def asks(self, *names: str) -> bool:
        """Whether one of the names is asked about."""
        return any(n in self.words or any(re.fullmatch(p, n) for p in self.patterns) for n in names)

    def accepts(self, *names: str) -> bool:
        """Whether one of the names asks for what happens anyway."""
        return any(n in self.accepted for n in names)

    def partly_refuses(self, *names: str) -> bool:
        """Whether one of the names is refused with some values, or under some condition."""
        return any(n in self.partly for n in names)

    def refuses(self, *names: str) -> bool:
        """Whether one of the names, or its negation, is refused."""
        if any(n in self.refused or "NO" + n in self.refused for n in names):
            return True
        return self.served_only is not None and not any(n in self.served_only for n in names)


@dataclass
class _Module:
    """One source file: its definitions, and the names that it imports from elsewhere."""

    name: str
    definitions: dict[str, ast.AST]
    imports: dict[str, tuple[str, str]]


def reads_of(module: str, function: str) -> Reads:
    """Follow the code from `function` of `module`."""
    reads = Reads()
    seen: set[tuple[str, str]] = set()
    waiting = [(module, function)]
    while waiting:
        place = waiting.pop()
        if place in seen:
            continue
        seen.add(place)
        home = _module(place[0])
        node = home.definitions.get(place[1]) if home is not None else None
        if home is None or node is None:
            continue
        waiting += _collect(node, home, reads)
    return reads


def _collect(node: ast.AST, home: _Module, reads: Reads) -> list[tuple[str, str]]:
    """Note what one definition mentions; the result is what it names."""
    named: list[tuple[str, str]] = []
    conditional = {id(part) for branch in ast.walk(node) if isinstance(branch, ast.If) for part in ast.walk(branch)}
    for part in _walk(node):
        if isinstance(part, ast.If) and _is_refusal(part):
            reads.refused.update(_strings(part.test, home))
        elif isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id.startswith("all_") and not part.args:
            _note_table(part.func.id, home, reads)
        elif isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id in _REFUSALS:
            _note_refusal(part, home, reads, conditional=id(part) in conditional)
        elif isinstance(part, ast.Constant) and isinstance(part.value, str):
            _note(part.value, reads)
        elif isinstance(part, ast.JoinedStr):
            _note_pattern(part, reads)
        elif isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load):
            named += _resolve(part.id, home)
        elif isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id in home.imports:
            package, inner = home.imports[part.value.id]
            named.append((f"{package}.{inner}", part.attr))
    return named


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    """All parts of a definition but docstrings, comparisons, and what is inside a refusal or a composed string."""
    if isinstance(node, ast.Compare):
        yield from (part for part in ast.walk(node) if not isinstance(part, ast.Constant) or _is_argument(part, node))
        return
    yield node
    calls_refusal = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _REFUSALS
    if calls_refusal or isinstance(node, ast.JoinedStr) or (isinstance(node, ast.If) and _is_refusal(node)):
        return
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)):
            yield from _walk(child)


def _is_refusal(node: ast.If) -> bool:
    """Whether this is `if ...: raise CLI.CMDGONE.error()` or `if name in NAMES: raise ...`."""
    if len(node.body) != 1 or not isinstance(node.body[0], ast.Raise):
        return False
    names = isinstance(node.test, ast.Compare) and isinstance(node.test.ops[0], ast.In) and isinstance(node.test.comparators[0], ast.Name)
    return names or "CLI.CMDGONE" in ast.unparse(node.body[0])


def _note_table(function: str, home: _Module, reads: Reads) -> None:
    """A function such as `all_characteristics` gives a table of names that are read from a data file; its entries may say that they are never set."""
    if function not in home.imports:
        return
    module, name = home.imports[function]
    for word, entry in getattr(import_module(module), name)().items():
        (reads.refused if getattr(entry, "use", "") == "never" else reads.words).add(word)


def _is_argument(constant: ast.Constant, inside: ast.AST) -> bool:
    """Whether a constant in a comparison is what a call in it asks about."""
    return any(constant in call.args for call in ast.walk(inside) if isinstance(call, ast.Call))


def _note(text: str, reads: Reads) -> None:
    if _WORD.fullmatch(text):
        reads.words.add(text)
        reads.words.update(text.split("."))


def _note_pattern(node: ast.JoinedStr, reads: Reads) -> None:
    parts = [re.escape(str(v.value)) if isinstance(v, ast.Constant) else r"[A-Z0-9_$]+" for v in node.values]
    literal = "".join(str(v.value) for v in node.values if isinstance(v, ast.Constant))
    if re.fullmatch(r"[A-Z0-9_$.]*[A-Z0-9$][A-Z0-9_$.]*", literal):
        reads.patterns.add("".join(parts).partition(r"\.")[0])


def _note_refusal(call: ast.Call, home: _Module, reads: Reads, *, conditional: bool) -> None:
    assert isinstance(call.func, ast.Name)
    words = {w for argument in call.args[1:] for w in _strings(argument, home)}
    reads.partly.update(w.partition(".")[0] for w in words if "." in w)
    if conditional or call.func.id == "refuse_values":
        reads.partly |= words
    elif call.func.id in ("accept", "happens_anyway"):
        reads.accepted |= words
    elif call.func.id.startswith("refuse"):
        reads.refused |= words
    else:
        reads.served_only = (reads.served_only or set()) | words


def _strings(node: ast.AST, home: _Module) -> Iterator[str]:
    """All strings in an expression, those of constants that it names included."""
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value
        elif isinstance(part, ast.Name):
            for module, name in _resolve(part.id, home):
                there = _module(module)
                if there is not None and name in there.definitions:
                    yield from _strings(there.definitions[name], there)


def _resolve(name: str, home: _Module) -> list[tuple[str, str]]:
    if name in home.definitions:
        return [(home.name, name)]
    if name in home.imports:
        return [home.imports[name]]
    return []


@cache
def _module(name: str) -> _Module | None:
    """A source file that is followed; None for all others."""
    if not (name + ".").startswith(_FOLLOWED) and not name.startswith(_FOLLOWED):
        return None
    try:
        spec = find_spec(name)
    except ModuleNotFoundError:
        return None
    if spec is None or spec.origin is None:
        return None
    tree = ast.parse(Path(spec.origin).read_text(encoding="utf-8"))
    definitions: dict[str, ast.AST] = {}
    imports: dict[str, tuple[str, str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            imports.update({a.asname or a.name: (node.module, a.name) for a in node.names})
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            definitions[node.name] = node
        elif isinstance(node, ast.Assign):
            definitions.update({t.id: node.value for t in node.targets if isinstance(t, ast.Name)})
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            definitions[node.target.id] = node.value
    return _Module(name, definitions, imports)
