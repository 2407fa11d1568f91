"""The directory field of a file specification: its forms, its components, and how a relative form joins a default.

Components are kept as a tuple of names, in upper case unless they came in the extended parse style; the
master file directory is the empty tuple, `...` is a component of its own.

Source: OpenVMS User's Manual, "Directory specifications"; Guide to OpenVMS File Applications, chapter 5.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from vmsemu.base import extended as ods5
from vmsemu.tables.facilities import RMS

MAXIMUM_LEVELS = 8
MAXIMUM_NAME = 39
MAXIMUM_EXTENDED = ods5.MAXIMUM_BYTES - len(".DIR")
_COMPONENT = re.compile(r"[A-Z0-9$_\-*%]{1,39}")
_ESCAPE = re.compile(r"\^.")
_NUMERIC = re.compile(r"[0-9*,]+")
_UIC = re.compile(r"([0-7]{1,3}|\*),([0-7]{1,3}|\*)")
_DIRECTORY_ID = re.compile(r"\d+,\d+,\d+")
_PIECE = re.compile(r"\.\.\.|\.|(?:\^.|[^.^])+")
_GROUP = re.compile(r"\[((?:\^.|[^\[\]<>^])*)\]|<((?:\^.|[^\[\]<>^])*)>")


@dataclass(frozen=True, slots=True)
class DirectoryField:
    """A parsed directory field. `root` holds the components of a leading `[A.]`; `parts` may begin with `-` when `relative`."""

    parts: tuple[str, ...]
    relative: bool = False
    root: tuple[str, ...] | None = None
    literal: str = ""

    def to_text(self) -> str:
        """`[A.B]`, with a root `[R.][A.B]`; the master file directory is `[000000]`."""
        text = self.literal or "[" + _inside(self.parts, self.relative) + "]"
        if self.root is None:
            return text
        root = "[" + ".".join(self.root) + ".]"
        return root if self.relative and not self.parts else root + text

    def joined(self) -> tuple[str, ...]:
        """The components as seen from the volume: root and directory together."""
        return (*(self.root or ()), *self.parts)


def parse_directory(field: str, extended: bool = False) -> DirectoryField:
    """Parse `[...]`, `<...>` or a rooted pair `[A.][B]`, in the traditional or the extended parse style. Errors: RMS.DIR."""
    return _parse(field, True) if extended else _parse(field.upper(), False)


@lru_cache(maxsize=2048)
def _parse(field: str, extended: bool) -> DirectoryField:
    found = _GROUP.match(field)
    if found is None:
        raise RMS.DIR.error()
    inside = found[1] if found[1] is not None else found[2]
    rest = field[found.end() :]
    plain = _ESCAPE.sub("xx", inside) if "^" in inside else inside
    if plain.endswith(".") and not plain.endswith("..") and plain != ".":
        root = _parse("[" + inside[:-1] + "]", extended)
        if root.relative or root.root is not None or "..." in root.parts:
            raise RMS.DIR.error()
        if not rest:
            return DirectoryField((), relative=True, root=root.parts)
        below = _parse(rest, extended)
        if below.root is not None:
            raise RMS.DIR.error()
        parts, relative = (_apply((), below.parts), False) if below.relative else (below.parts, below.relative)
        return DirectoryField(parts, relative, root.parts)
    if rest:
        raise RMS.DIR.error()
    return _parse_inside(inside, extended)


def _parse_inside(inside: str, extended: bool) -> DirectoryField:
    if inside == "":
        return DirectoryField((), relative=True)
    if "," in inside and (not extended or _NUMERIC.fullmatch(inside)):
        return _numeric(inside)
    parts: list[str] = []
    body = inside[1:] if inside[0] == "." and not inside.startswith("...") else inside
    tokens = _tokens(body)
    relative = inside[0] == "." or not tokens[0].strip("-")
    for token in tokens:
        if token.strip("-") == "":
            parts.extend(_climb(parts, len(token)))
        elif token == "..." or _COMPONENT.fullmatch(token):
            parts.append(token)
        elif extended and ods5.WORD.fullmatch(token) and len(ods5.unescape(token)) <= MAXIMUM_EXTENDED:
            parts.append(ods5.canonical(token))
        else:
            raise RMS.DIR.error()
    if not relative and parts[:1] == ["000000"]:
        del parts[0]
    if len(parts) - parts.count("...") > MAXIMUM_LEVELS or parts.count("...") > 2:
        raise RMS.DIR.error()
    return DirectoryField(tuple(parts), relative)


def _tokens(body: str) -> list[str]:
    """Split at single dots, with each `...` a token; an ellipsis needs no dot beside it."""
    tokens: list[str] = []
    separated = True
    for piece in _PIECE.findall(body):
        if piece == ".":
            if separated:
                raise RMS.DIR.error()
            separated = True
        elif piece == "...":
            if separated and tokens:
                raise RMS.DIR.error()
            tokens.append(piece)
            separated = False
        else:
            tokens.append(piece)
            separated = False
    if separated:
        raise RMS.DIR.error()
    return tokens


def _climb(parts: list[str], levels: int) -> list[str]:
    """Take `levels` components off the end of `parts`; return the `-` that remain to be applied to the default."""
    left = levels
    while left and parts and parts[-1] not in ("-", "..."):
        parts.pop()
        left -= 1
    if left and parts and parts[-1] == "...":
        raise RMS.DIR.error()
    return ["-"] * left


def _numeric(inside: str) -> DirectoryField:
    """`[g,m]` names the directory gggmmm; `[n,n,n]` is a directory ID."""
    if _DIRECTORY_ID.fullmatch(inside):
        return DirectoryField((inside,), literal=f"[{inside}]")
    found = _UIC.fullmatch(inside)
    if found is None or any(half != "*" and int(half, 8) > 0o377 for half in found.groups()):
        raise RMS.DIR.error()
    name = "".join("%%%" if half == "*" else half.rjust(3, "0") for half in found.groups())
    return DirectoryField((name,), literal=f"[{inside}]")


def _apply(base: tuple[str, ...], parts: tuple[str, ...], relative: bool = False) -> tuple[str, ...]:
    """Components of `parts` applied to `base`. Errors: RMS.DIR above the top."""
    out = list(base)
    for part in parts:
        if part != "-":
            out.append(part)
        elif out and out[-1] not in ("...", "-"):
            out.pop()
        elif relative and (not out or out[-1] == "-"):
            out.append("-")
        else:
            raise RMS.DIR.error()
    if len(out) - out.count("...") > MAXIMUM_LEVELS:
        raise RMS.DIR.error()
    return tuple(out)


def _inside(parts: tuple[str, ...], relative: bool) -> str:
    if not parts:
        return "" if relative else "000000"
    out = ""
    for part in parts:
        if part == "...":
            out += "..."
        elif out.endswith("..."):
            out += part
        elif out or (relative and part != "-"):
            out += "." + part
        else:
            out = part
    return "000000" + out if not relative and parts[0] == "..." else out


@lru_cache(maxsize=2048)
def join_directory(field: str, default: str) -> str:
    """The directory that `field` means when `default` is the directory below it: `[-.X]` on `[A.B]` is `[A.X]`. Errors: RMS.DIR."""
    if not field:
        return default
    here = _parse(field, True)
    if not here.relative or not default:
        return here.to_text()
    below = _parse(default, True)
    if here.root is not None:
        return DirectoryField(below.parts, below.relative, here.root).to_text()
    rooted_only = below.root is not None and below.relative
    relative = below.relative and not rooted_only
    if not here.parts and below.literal:
        return default
    return DirectoryField(_apply(below.parts, here.parts, relative), relative, below.root).to_text()


def split_directory(field: str) -> tuple[str, ...]:
    """Components of an absolute directory field, root included; `[000000]` gives none. Errors: RMS.DIR when relative."""
    here = _parse(field, True)
    if here.relative and here.root is None:
        raise RMS.DIR.error()
    return here.joined()


def directory_text(parts: tuple[str, ...] | list[str]) -> str:
    """`[A.B]` of components; none is `[000000]`."""
    return DirectoryField(tuple(parts)).to_text()
