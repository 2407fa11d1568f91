"""DUMP/DIRECTORY: the blocks of a directory file as records. Source: Files-11 On-Disk Structure, DIRDEF; DCL Dictionary, DUMP.

fidelity: the layout is not captured.
"""

from __future__ import annotations

from collections.abc import Iterator
from struct import Struct

_RECORD = Struct("<HHBB")
_ENTRY = Struct("<HHHBB")
_END = 0xFFFF
_TYPES = ("ODS-2", "ODS-1", "", "ISO Latin-1", "", "", "", "Unicode")
_NAME_TYPE_SHIFT = 3


def directory_record_lines(block: bytes) -> Iterator[str]:
    """The records of one block: size, version limit, kind and name, then the versions with their files."""
    at = 0
    while at + _RECORD.size <= len(block):
        size, limit, flags, length = _RECORD.unpack_from(block, at)
        if size == _END:
            return
        name_at = at + _RECORD.size
        name = block[name_at : name_at + length].decode("latin-1")
        kind = _TYPES[flags >> _NAME_TYPE_SHIFT & 7]
        yield f"Size:{size:6}  Version limit:{limit:6}  Type: {kind:<12}Name: {name}"
        end = at + 2 + size
        for entry in range(name_at + length + length % 2, end, _ENTRY.size):
            version, number, sequence, rvn, high = _ENTRY.unpack_from(block, entry)
            yield f"    Version:{version:6}  File ID: ({high << 16 | number},{sequence},{rvn})"
        at = end
