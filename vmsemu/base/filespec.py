"""File specifications: node::device:[directory]name.type;version, as RMS parses and merges them.

Fields keep their punctuation, as F$PARSE returns them; an empty field is absent, while `.` and `;` alone are present and empty. Text is
upper-cased, angle brackets become square ones, a dot before the version becomes a semicolon. Nothing here translates a logical name.

In the extended parse style directory, name and type keep their case and may hold what stands behind a circumflex (see extended.py); the last
dot that is not escaped begins the type. fidelity: that a number of up to five digits behind a further dot is a version is recalled.

Source: OpenVMS User's Manual, chapter "Identifying files"; RMS Reference Manual, $PARSE and the NAM block.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from vmsemu.base import extended as ods5
from vmsemu.base.directory import DirectoryField, directory_text, join_directory, parse_directory, split_directory
from vmsemu.tables.facilities import RMS

__all__ = ["FileSpec", "directory_text", "join_root", "merge", "output_fields", "split_directory"]

MAXIMUM_SPECIFICATION = 255
MAXIMUM_EXTENDED = 4095
MAXIMUM_FIELD = 39
LOWEST_VERSION = -32769
_WORD = r"[A-Z0-9$_\-*%]"
_NODE = r'(?:[A-Z0-9$_.\-]*(?:"[^"]*")?::)+'
_SPEC = re.compile(
    rf"({_NODE})?([A-Z0-9$_\-]+:)?((?:\[[^\[\]<>]*\]|<[^\[\]<>]*>)*)(?:({_WORD}*)(\.{_WORD}*)?([;.](?:-?\d*|\*))?|(\"[^\"]*\"))", re.ASCII
)
_PLACE = re.compile(rf"({_NODE})?([A-Z0-9$_\-]+:)?((?:\[(?:\^.|[^\[\]<>^])*\]|<(?:\^.|[^\[\]<>^])*>)*)", re.ASCII | re.IGNORECASE)
_BEFORE_VERSION = re.compile(r"(?:\^.|[^;^])*", re.DOTALL)
_VERSION = re.compile(r";(?:-?\d*|\*)", re.ASCII)
_DOT = re.compile(r"\^.|(\.)")
_QUOTED = re.compile(r'("[^"]*")')


class FileSpec(NamedTuple):
    """A file specification. Example fields: `ALPHA1::`, `DKA0:`, `[SYSMGR]`, `LOGIN`, `.COM`, `;3`."""

    node: str = ""
    device: str = ""
    directory: str = ""
    name: str = ""
    type: str = ""
    version: str = ""

    @classmethod
    def from_text(cls, text: str, extended: bool = False) -> FileSpec:
        """Parse `text`, in the traditional or the extended parse style. Errors: RMS.SYN, NOD, DEV, DIR, FNM, TYP, VER, QUO."""
        return _parse_extended(text) if extended else _parse(text)

    def to_text(self) -> str:
        return self.node + self.device + self.directory + self.name + self.type + self.version

    def __str__(self) -> str:
        return self.to_text()

    @property
    def file_name(self) -> str:
        """`NAME.TYPE;VERSION` as a directory listing shows it."""
        return self.name + self.type + self.version

    @property
    def name_type(self) -> str:
        """`NAME.TYPE`; the dot is always there, as in a directory entry."""
        return self.name + (self.type or ".")

    @property
    def has_wildcards(self) -> bool:
        """`*` or `%` anywhere, or `...` in the directory."""
        text = self.directory + self.name + self.type + self.version
        return ods5.is_wild(text) or "..." in self.directory

    @property
    def version_number(self) -> int | None:
        """0 means the highest version, negative counts from it; None is `;*`; LOWEST_VERSION is `;-0`."""
        digits = self.version[1:]
        if digits == "*":
            return None
        # fidelity: that -0 is the lowest version is recalled from the manual, not captured.
        return LOWEST_VERSION if digits == "-0" else int(digits or 0)

    @property
    def components(self) -> tuple[str, ...]:
        """Components of the (absolute) directory, root included. Errors: RMS.DIR."""
        return split_directory(self.directory) if self.directory else ()

    def expanded(self) -> FileSpec:
        """With the dot and the semicolon that $PARSE adds when type and version are absent."""
        return FileSpec(self.node, self.device, self.directory, self.name, self.type or ".", self.version or ";")

    def with_fields(self, **fields: str) -> FileSpec:
        """The same with the named fields exchanged."""
        return self._replace(**fields)

    def with_version(self, version: int | str) -> FileSpec:
        """The same with `;version`; an empty string leaves the version absent."""
        field = version if isinstance(version, str) else f";{version}"
        return FileSpec(self.node, self.device, self.directory, self.name, self.type, field)

    def with_directory(self, directory: str) -> FileSpec:
        return FileSpec(self.node, self.device, directory, self.name, self.type, self.version)

    def with_device(self, device: str) -> FileSpec:
        return FileSpec(self.node, device, self.directory, self.name, self.type, self.version)


@lru_cache(maxsize=4096)
def _parse(text: str) -> FileSpec:
    source = text.strip(" \t")
    if '"' in source:
        source = "".join(piece if at % 2 else piece.upper() for at, piece in enumerate(_QUOTED.split(source)))
    else:
        source = source.upper()
    if len(source) > MAXIMUM_SPECIFICATION or not text.isascii() or "^" in source:
        raise RMS.SYN.error()
    found = _SPEC.fullmatch(source)
    if found is None:
        raise _diagnose(source)
    node, device, directory, name, type_, version, quoted = found.groups("")
    if quoted and not node:
        raise RMS.QUO.error()
    if directory:
        directory = parse_directory(directory).to_text()
    if len(name) > MAXIMUM_FIELD:
        raise RMS.FNM.error()
    if len(type_) > MAXIMUM_FIELD + 1:
        raise RMS.TYP.error()
    if version:
        version = _version(version)
    return FileSpec(node, device, directory, quoted or name, type_, version)


@lru_cache(maxsize=4096)
def _parse_extended(text: str) -> FileSpec:
    source = text.strip(" \t")
    try:
        source.encode("latin-1")
    except UnicodeEncodeError:
        raise RMS.SYN.error() from None
    if len(source) > MAXIMUM_EXTENDED:
        raise RMS.SYN.error()
    place = _PLACE.match(source)
    assert place is not None
    node, device, directory = place.groups("")
    rest = source[place.end() :]
    if node and rest.startswith('"'):
        return _parse(text)
    if directory:
        directory = parse_directory(directory, extended=True).to_text()
    written = _BEFORE_VERSION.match(rest)
    assert written is not None
    version = rest[written.end() :]
    if version and _VERSION.fullmatch(version) is None:
        raise RMS.VER.error() if version[0] == ";" else RMS.SYN.error()
    name, type_ = _name_and_type(written[0])
    if not version and type_[1:].isdecimal() and len(type_) <= 6 and "^." in name:
        version, (name, type_) = ";" + type_[1:], _split_name(name)
    if not ods5.is_legal(ods5.unescape(name + type_).replace("*", "")):
        raise RMS.FNM.error()
    if "^." in type_:
        raise RMS.TYP.error()
    access = node.partition('"')
    return FileSpec(access[0].upper() + access[1] + access[2], device.upper(), directory, name, type_, _version(version) if version else "")


def _name_and_type(text: str) -> tuple[str, str]:
    """The fields of a written NAME.TYPE. Errors: RMS.QUO, RMS.DIR, RMS.SYN."""
    if ods5.DOTTED.fullmatch(text) is None:
        raise RMS.QUO.error() if '"' in text else RMS.DIR.error() if text[:1] in ("[", "<") else RMS.SYN.error()
    dots = [found.start() for found in _DOT.finditer(text) if found[1]]
    cut = dots[-1] if dots else len(text)
    return ods5.canonical(text[:cut]), "." + ods5.canonical(text[cut + 1 :]) if dots else ""


def _split_name(name: str) -> tuple[str, str]:
    """A name whose last escaped dot is to begin the type after all."""
    stem, _, type_ = name.rpartition("^.")
    return stem, "." + type_


def _version(field: str) -> str:
    # RMS accepts 32768 here; the file system refuses it later.
    digits = field[1:]
    if digits not in ("", "*") and (digits == "-" or not -32768 <= int(digits) <= 32768):
        raise RMS.VER.error()
    return ";" + digits


def _diagnose(source: str) -> Exception:
    """The condition for a text that does not parse: the field in which the parse stops decides."""
    if source.count('"') % 2:
        return RMS.QUO.error()
    rest = source
    if (node := re.match(_NODE, rest)) is not None:
        rest = rest[node.end() :]
    elif "::" in rest:
        return RMS.NOD.error()
    rest = re.sub(r"^[A-Z0-9$_\-]*:", "", rest)
    directory = re.match(r"[\[<]", rest)
    if directory is not None:
        rest = re.sub(r"^(?:\[[^\[\]<>]*\]|<[^\[\]<>]*>)+", "", rest)
        if rest[:1] in ("[", "<"):
            return RMS.DIR.error()
    version = re.fullmatch(rf"{_WORD}*(?:\.{_WORD}*)?[;.]([^;.\[\]<>:]*)", rest)
    if version is not None and re.fullmatch(rf"{_WORD}*", version[1]):
        return RMS.VER.error()
    return RMS.SYN.error()


def merge(primary: FileSpec, *defaults: FileSpec) -> FileSpec:
    """Each field from the first specification that has it; relative directories apply to what stands below. Errors: RMS.DIR.

    The version of a related (sticky) specification does not stick: pass it as `related.with_version("")`.
    """
    node, device, directory = primary.node, primary.device, primary.directory
    name, type_, version = primary.name, primary.type, primary.version
    directories = [directory] if directory else []
    for spec in defaults:
        node = node or spec.node
        device = device or spec.device
        name = name or spec.name
        type_ = type_ or spec.type
        version = version or spec.version
        if spec.directory:
            directories.append(spec.directory)
    if directories:
        directory = directories.pop()
        while directories:
            directory = join_directory(directories.pop(), directory)
    return FileSpec("" if node == "::" else node, device, directory, name, type_, version)


def output_fields(output: FileSpec, source: FileSpec) -> FileSpec:
    """An output specification filled from its input: absent or `*` name and type are the input's. Errors: RMS.WLD for partial wildcards.

    `;*` takes the input's version; `[*]` and `[*...]` take the input's directory.
    """
    name = source.name if output.name in ("", "*") else output.name
    type_ = source.type if output.type in ("", ".*") else output.type
    version = source.version if output.version == ";*" else output.version
    directory = source.directory if output.directory in ("[*]", "[*...]") else output.directory
    filled = FileSpec(output.node, output.device, directory, name, type_, version)
    if filled.has_wildcards and not source.has_wildcards:
        raise RMS.WLD.error()
    return filled


def join_root(root: str, directory: str) -> str:
    """`DKA0:[SYS0.]` and `[SYSMGR]` are `DKA0:[SYS0.SYSMGR]`; `[000000]` below a root is the root itself. Errors: RMS.DIR."""
    device, bracket, inside = root.partition("[")
    here = parse_directory(bracket + inside)
    if here.root is None or not here.relative:
        raise RMS.DIR.error()
    return device.upper() + DirectoryField((*here.root, *split_directory(directory))).to_text()
