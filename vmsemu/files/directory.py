"""A directory as the volume keeps it in memory: names in byte order, their versions, and the blocks its file would occupy.

Theory of operation. The store has one row for each version; this is their index. Beside it stands, for each block of the directory
file, the first key in it and the bytes in use, so that the size of the file is what a real directory would have: a record that does not
fit makes its block split in two halves, a block that empties goes away. `render` writes those blocks.

On a volume of structure level 5 names are found whatever their case and stand in the order of what they mean (base/extended.py); all versions
of a name are spelled as the first one was. Names come in and go out as they are written, `A^.B.TXT`.

Source: Files-11 On-Disk Structure level 2, DIRDEF; the policy of splitting is not specified there (fidelity: halves).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from functools import lru_cache
from struct import Struct

from sortedcontainers import SortedDict

from vmsemu.base import extended as ods5
from vmsemu.base.filespec import LOWEST_VERSION
from vmsemu.files.attributes import BLOCK
from vmsemu.files.header import NO_VERSION_LIMIT, FileId

ROOM = BLOCK - 2
_VERSION = 8
_RECORD = Struct("<HHBB")
_LATIN_1 = 1 << 3
"""DIR$V_NAMETYPE: a name of ISO Latin-1 characters instead of an ODS-2 name."""
_ENTRY = Struct("<HHHBB")
_KEY_END = Struct(">xH")


def directory_key(name: str, version: int) -> bytes:
    """The order of a directory: names ascending, the versions of a name descending."""
    return name.encode("latin-1") + _KEY_END.pack(0xFFFF - version)


def split_key(key: bytes) -> tuple[str, int]:
    """The name and version of a directory key."""
    return key[:-3].decode("latin-1"), 0xFFFF - int.from_bytes(key[-2:], "big")


def fold(name: str) -> str:
    """What makes a written NAME.TYPE the same name as another on a volume of structure level 5."""
    return ods5.upper(ods5.unescape(name))


def is_directory_name(name: str) -> bool:
    """Is the type .DIR?"""
    return name[-4:].upper() == ".DIR"


class Entry:
    """One name: how it is spelled, its versions in ascending order, the file of each, and how many versions it may have."""

    __slots__ = ("fids", "limit", "spelling", "versions")

    def __init__(self, limit: int, spelling: str) -> None:
        self.limit = limit
        self.spelling = spelling
        self.versions: list[int] = []
        self.fids: list[FileId] = []

    def find(self, version: int) -> FileId | None:
        """The file of a version; 0 is the highest, -n the n-th below it, LOWEST_VERSION the lowest."""
        if version == 0 or version == self.versions[-1]:
            return self.fids[-1]
        at = self.index(version)
        return self.fids[at] if at is not None else None

    def index(self, version: int) -> int | None:
        """Where a version stands in `versions`; None when it is not there."""
        if version <= 0:
            at = len(self.versions) + version - 1 if version != LOWEST_VERSION else 0
            return at if at >= 0 else None
        at = bisect_left(self.versions, version)
        return at if at < len(self.versions) and self.versions[at] == version else None


class Directory:
    """The entries of one directory file. Changing it changes memory only; the volume writes the rows."""

    __slots__ = ("_bounds", "_sizes", "entries", "extended", "fid")

    def __init__(self, fid: FileId, extended: bool = False) -> None:
        self.fid = fid
        self.extended = extended
        self.entries: SortedDict = SortedDict()
        self._bounds = [b""]
        self._sizes = [0]

    # -- entries -------------------------------------------------------------------------------------------------------------------

    def find(self, name: str, version: int = 0) -> FileId | None:
        """The file of NAME.TYPE;version, None when there is none."""
        entry = self.entries.get(fold(name) if self.extended else name)
        return entry.find(version) if entry is not None else None

    def entry(self, name: str) -> Entry | None:
        """The versions of NAME.TYPE, None when there is none."""
        found: Entry | None = self.entries.get(fold(name) if self.extended else name)
        return found

    def name_key(self, name: str) -> str:
        """The key in `entries` of a name as it is written."""
        return fold(name) if self.extended else name

    def key(self, name: str, version: int) -> bytes:
        """As directory_key, of a name as it is written."""
        return directory_key(fold(name) if self.extended else name, version)

    def highest(self, name: str) -> int:
        """The highest version of NAME.TYPE, 0 when there is none."""
        entry = self.entry(name)
        return entry.versions[-1] if entry is not None else 0

    def load(self, rows: Iterator[tuple[str, int, FileId, int, str]]) -> None:
        """Fill from (name in the key, version, file, version limit, spelling or nothing) in directory order."""
        found: dict[str, Entry] = {}
        for name, version, fid, limit, spelling in rows:
            entry = found.get(name)
            if entry is None:
                entry = found[name] = Entry(limit, spelling or name)
            entry.versions.append(version)
            entry.fids.append(fid)
        for entry in found.values():
            entry.versions.reverse()
            entry.fids.reverse()
        self.entries = SortedDict(found)
        self._pack()

    def add(self, name: str, version: int, fid: FileId, limit: int = NO_VERSION_LIMIT, key: bytes = b"") -> Entry:
        """Enter a version that is not there yet. `key` is that of the name and version, if the caller has it."""
        spelling, name = name, fold(name) if self.extended else name
        entry = self.entries.get(name)
        if entry is None:
            entry = self.entries[name] = Entry(limit, spelling)
        at = bisect_left(entry.versions, version)
        block = self._account(key or directory_key(name, version), name, entry.versions, at, 1)
        entry.versions.insert(at, version)
        entry.fids.insert(at, fid)
        if self._sizes[block] > ROOM:
            self._split(block)
        return entry

    def remove(self, name: str, version: int) -> bytes:
        """Take out a version: its key, or nothing when it is not there."""
        name = fold(name) if self.extended else name
        entry: Entry | None = self.entries.get(name)
        at = entry.index(version) if entry is not None and version > 0 else None
        if entry is None or at is None:
            return b""
        del entry.versions[at]
        del entry.fids[at]
        key = directory_key(name, version)
        self._account(key, name, entry.versions, at, -1)
        if not entry.versions:
            del self.entries[name]
        return key

    def matching(self, pattern: str) -> list[str]:
        """The keys in `entries` of the names that match `NAME.TYPE` with wildcards, in directory order."""
        if self.extended:
            matches = _extended_pattern(pattern)
            return [name for name in self.entries if matches(name)]
        if pattern == "*.*":
            return list(self.entries)
        if "*" not in pattern and "%" not in pattern:
            return [pattern] if pattern in self.entries else []
        prefix, matches = _pattern(pattern)
        candidates = self.entries.irange(prefix, prefix + "\xff") if prefix else self.entries
        return [name for name in candidates if matches(name)]

    def subdirectories(self) -> list[tuple[str, FileId]]:
        """The files NAME.DIR;1 here, as (NAME, file), in order. Whether each really is a directory, its header tells."""
        out = []
        for name, entry in self.entries.items():
            if name.endswith(".DIR") and entry.versions[0] == 1:
                out.append((entry.spelling[:-4], entry.fids[0]))
        return out

    # -- the blocks ----------------------------------------------------------------------------------------------------------------

    @property
    def blocks(self) -> int:
        """How many blocks of the directory file are in use."""
        return len(self._bounds)

    def would_split(self, name: str, key: bytes) -> bool:
        """May entering a version of the name, which has this key, take another block?"""
        at = bisect_right(self._bounds, key) - 1
        return self._sizes[at] + _name_bytes(name) + _VERSION > ROOM

    def _account(self, key: bytes, name: str, others: list[int], at: int, sign: int) -> int:
        """Count the bytes of a version that comes to stand at `at` among the others, or did; which block that is."""
        bounds, sizes = self._bounds, self._sizes
        block = bisect_right(bounds, key) - 1
        size = _name_bytes(name) + _VERSION
        for beside in others[at - 1 if at else 0 : at + 1]:
            if bisect_right(bounds, directory_key(name, beside)) - 1 == block:
                size = _VERSION  # in the record of its neighbour
                break
        sizes[block] += sign * size
        if sizes[block] <= 0 and sign < 0 and len(bounds) > 1:
            del bounds[block]
            del sizes[block]
            bounds[0] = b""
        return block

    def _split(self, block: int) -> None:
        keys = [directory_key(n, v) for n, v in self._in_block(block)]
        halves = _cut(keys, self._sizes[block])
        self._sizes[block : block + 1] = [_bytes_of(half) for half in halves]
        self._bounds[block + 1 : block + 1] = [half[0] for half in halves[1:]]

    def _in_block(self, block: int) -> Iterator[tuple[str, int]]:
        """The (name, version) pairs of a block, in order."""
        low = self._bounds[block]
        high = self._bounds[block + 1] if block + 1 < len(self._bounds) else b"\xff" * 90
        first = split_key(low)[0] if low else ""
        for name in self.entries.irange(first):
            for version in reversed(self.entries[name].versions):
                key = directory_key(name, version)
                if key >= high:
                    return
                if key >= low:
                    yield name, version

    def _pack(self) -> None:
        """Lay the entries out in as few blocks as they need."""
        self._bounds, self._sizes = [b""], [0]
        before = ""
        for name, entry in self.entries.items():
            for version in reversed(entry.versions):
                size = _VERSION if name == before else _name_bytes(name) + _VERSION
                if self._sizes[-1] + size > ROOM:
                    self._bounds.append(directory_key(name, version))
                    self._sizes.append(0)
                    size = _name_bytes(name) + _VERSION
                self._sizes[-1] += size
                before = name

    def render(self) -> bytes:
        """The directory file's blocks."""
        out = []
        for block in range(len(self._bounds)):
            records: list[tuple[str, bytearray]] = []
            for name, version in self._in_block(block):
                if not records or records[-1][0] != name:
                    records.append((name, bytearray()))
                fid = self.entries[name].find(version)
                assert fid is not None
                records[-1][1].extend(_ENTRY.pack(version, fid.number & 0xFFFF, fid.sequence, fid.rvn, fid.number >> 16))
            body = b"".join(self._record(name, versions) for name, versions in records)
            out.append((body + b"\xff\xff").ljust(BLOCK, b"\0"))
        return b"".join(out)

    def _record(self, name: str, versions: bytearray) -> bytes:
        entry = self.entries[name]
        text = ods5.unescape(entry.spelling).encode("latin-1") if self.extended else name.encode("latin-1")
        even = text + b"\0" if len(text) % 2 else text
        flags = _LATIN_1 if self.extended and text != name.encode("latin-1") else 0
        return _RECORD.pack(4 + len(even) + len(versions), entry.limit or NO_VERSION_LIMIT, flags, len(text)) + even + versions


def _name_bytes(name: str) -> int:
    """What a record takes beside its versions: size, limit, flags, count, and the name padded to even length."""
    return _RECORD.size + len(name) + len(name) % 2


def _bytes_of(keys: list[bytes]) -> int:
    total, before = 0, b""
    for key in keys:
        if key[:-3] != before:
            before = key[:-3]
            total += _RECORD.size + len(before) + len(before) % 2
        total += _VERSION
    return total


def _cut(keys: list[bytes], total: int) -> list[list[bytes]]:
    """Two halves of about the same number of bytes, neither of them empty."""
    sofar, before = 0, b""
    for at, key in enumerate(keys):
        sofar += _VERSION if key[:-3] == before else _RECORD.size + len(key) - 3 + (len(key) - 3) % 2 + _VERSION
        before = key[:-3]
        if sofar * 2 >= total:
            cut = min(max(at + 1, 1), len(keys) - 1)
            return [keys[:cut], keys[cut:]]
    return [keys]


@lru_cache(maxsize=2048)
def _pattern(pattern: str) -> tuple[str, Callable[[str], object]]:
    """(what every match begins with, the test). Wildcards do not cross the dot before the type."""
    text = "".join("[^.]*" if c == "*" else "[^.]" if c == "%" else re.escape(c) for c in pattern)
    found = re.search(r"[*%]", pattern)
    prefix = pattern[: found.start()] if found else pattern
    return prefix, re.compile(text + r"\Z").match


@lru_cache(maxsize=2048)
def _extended_pattern(pattern: str) -> Callable[[str], object]:
    """The test of a written NAME.TYPE with wildcards, for folded names. A wildcard in the name also covers dots, one in the type none."""
    stem, dot, type_ = pattern.rpartition(".")
    return re.compile(ods5.expression(stem, ".") + re.escape(dot) + ods5.expression(type_, "[^.]") + r"\Z", re.DOTALL).match
