"""File specifications: node::device:[directory]name.type;version, as text and as fields.

Pure syntax: nothing here knows logical names or files. Fields carry their punctuation, as F$PARSE returns them; an empty field is absent.
A type of `.` and a version of `;` are present but null.

Source: OpenVMS User's Manual, "Identifying files"; RMS Reference Manual, $PARSE.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from vmsemu.tables.facilities import RMS

_SPEC = re.compile(
    r"""(?P<node>(?:[A-Z0-9$_\-.]+(?:"[^"]*")?::)*)
        (?P<device>[A-Z0-9$_\-]+:)?
        (?P<directory>(?:\[[^\[\]<>]*\]|<[^\[\]<>]*>)*)
        (?P<name>[A-Z0-9$_\-*%]*)
        (?P<type>\.[A-Z0-9$_\-*%]*)?
        (?P<version>[;.](?:\*|-?[0-9]*))?\Z""",
    re.VERBOSE,
)
_COMPONENT = re.compile(r"[A-Z0-9$_\-*%]+\Z")
_DIRECTORY = re.compile(r"(?:\.\.\.|[A-Z0-9$_\-*%]+|\.)*\Z")
_UIC = re.compile(r"([0-7]{1,3}|\*),([0-7]{1,3}|\*)\Z")
MAXIMUM_LENGTH = 255
MAXIMUM_NAME = 39
MAXIMUM_DEPTH = 8


@dataclass(frozen=True, slots=True)
class FileSpec:
    """One file specification."""

    node: str = ""
    device: str = ""
    directory: str = ""
    name: str = ""
    type: str = ""
    version: str = ""

    @classmethod
    def from_text(cls, text: str) -> FileSpec:
        """Parse, folding to upper case. Errors: RMS.SYN, RMS.DIR, RMS.FNM, RMS.TYP, RMS.VER."""
        return _parse(text.strip().upper())

    def to_text(self) -> str:
        return f"{self.node}{self.device}{self.directory}{self.name}{self.type}{self.version}"

    __str__ = to_text

    @property
    def file_name(self) -> str:
        """name.type;version"""
        return f"{self.name}{self.type}{self.version}"

    @property
    def has_wildcards(self) -> bool:
        text = f"{self.directory}{self.name}{self.type}{self.version}"
        return "*" in text or "%" in text or "..." in self.directory

    def with_fields(self, **fields: str) -> FileSpec:
        return replace(self, **fields)


@lru_cache(maxsize=4096)
def _parse(text: str) -> FileSpec:
    if len(text) > MAXIMUM_LENGTH:
        raise RMS.SYN.error()
    found = _SPEC.match(text)
    if found is None:
        raise RMS.SYN.error()
    directory = _directory(found["directory"])
    name, type_, version = found["name"], found["type"] or "", found["version"] or ""
    if len(name) > MAXIMUM_NAME:
        raise RMS.FNM.error()
    if len(type_) > MAXIMUM_NAME + 1:
        raise RMS.TYP.error()
    if version:
        version = ";" + version[1:]
        digits = version[1:].lstrip("-")
        if version[1:] == "-" or (digits.isdigit() and int(digits) > 32768):
            raise RMS.VER.error()
    return FileSpec(found["node"], found["device"] or "", directory, name, type_, version)


def _directory(text: str) -> str:
    """Check and normalise a directory field: brackets, `[A.][B]` joined, [g,m] to [gggmmm]."""
    if not text:
        return ""
    bodies = re.findall(r"[\[<]([^\[\]<>]*)[\]>]", text)
    if any((t[0] == "[") != (t[-1] == "]") for t in re.findall(r"[\[<][^\[\]<>]*[\]>]", text)):
        raise RMS.DIR.error()
    if len(bodies) == 2 and bodies[0].endswith(".") and not bodies[0].endswith("..."):
        left, right = bodies[0][:-1], bodies[1]
        body = left if right == "000000" else f"{left}.{right}"
        return _directory(f"[{body}]")
    if len(bodies) != 1:
        raise RMS.DIR.error()
    body = bodies[0]
    uic = _UIC.match(body)
    if uic:
        body = "".join(part if part == "*" else part.rjust(3, "0") for part in uic.groups()).replace("**", "*")
    if not _DIRECTORY.match(body) or ".." in body.replace("...", "") or "...." in body:
        raise RMS.DIR.error()
    names = [n for n in body.replace("...", ".").split(".") if n]
    if any(len(n) > MAXIMUM_NAME for n in names) or len([n for n in names if n.strip("-")]) > MAXIMUM_DEPTH:
        raise RMS.DIR.error()
    return f"[{body}]"


def merge_directory(primary: str, base: str) -> str:
    """Apply a directory field to the one below it: `[]`, `[.X]`, `[-]`, `[-.X]` are relative. Errors: RMS.DIR above the MFD."""
    if not primary:
        return base
    body = primary[1:-1]
    if body and body[0] not in ".-":
        return f"[{body[7:]}]" if body.startswith("000000.") and not body.startswith("000000...") else primary
    if body.startswith("-") and not re.match(r"-+(?:\.|\Z)", body):
        return primary
    below = base[1:-1] if base else ""
    parts = [p for p in below.split(".") if p and p != "000000"] if "..." not in below else [below]
    rest = body
    if rest == "":
        return base or "[]"
    while rest.startswith("-"):
        if not parts:
            raise RMS.DIR.error()
        parts.pop()
        rest = rest[1:]
        if rest.startswith(".-"):
            rest = rest[1:]
    if rest.startswith("..."):
        return f"[{'.'.join(parts) or '000000'}{rest}]"
    if rest.startswith("."):
        parts.append(rest[1:])
    return f"[{'.'.join(parts) or '000000'}]"


def merge(primary: FileSpec, *defaults: FileSpec) -> FileSpec:
    """RMS defaulting, field by field: the first specification that has a field wins; relative directories apply to the lower one."""
    node, device, name, type_, version = primary.node, primary.device, primary.name, primary.type, primary.version
    directories = [primary.directory]
    for other in defaults:
        node = node or other.node
        device = device or other.device
        name = name or other.name
        type_ = type_ or other.type
        version = version or other.version
        directories.append(other.directory)
    directory = ""
    for text in reversed(directories):
        directory = merge_directory(text, directory)
    return FileSpec(node, device, directory, name, type_, version)


def join_root(root: str, directory: str) -> str:
    """`DKA0:[SYS0.]` and `[SYSMGR]` give `DKA0:[SYS0.SYSMGR]`."""
    device, _, body = root.partition("[")
    body = body.rstrip("]").rstrip(".")
    inner = directory[1:-1]
    if inner in ("", "000000"):
        return f"{device}[{body or '000000'}]"
    if inner.startswith("000000.") or inner.startswith("000000..."):
        inner = inner[6:].lstrip(".") if not inner.startswith("000000...") else inner[6:]
        return f"{device}[{body}{inner if inner.startswith('...') else '.' + inner}]"
    if body in ("", "000000"):
        return f"{device}[{inner}]"
    return f"{device}[{body}{inner if inner.startswith('...') else '.' + inner}]"
