"""Does everything on a volume belong together? What ANALYZE/DISK_STRUCTURE looks for.

Source: System Management Utilities Reference, ANALYZE/DISK_STRUCTURE.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from vmsemu.files.attributes import BLOCK
from vmsemu.files.header import MARKDEL, FileHeader, peek
from vmsemu.files.volume import MFD, Volume


class Kind(Enum):
    """What can be wrong, in the words of a line about it."""

    LOST = "is in no directory"
    TOO_LONG = "ends beyond its last block"
    STRAY = "contents without a file"
    FREE = "the number of free blocks is wrong"
    CROWDED = "has more entries than blocks"
    DANGLING = "leads to no file"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong; `what` names it: file ID and name, a directory's entry, or nothing."""

    kind: Kind
    what: str = ""

    def __str__(self) -> str:
        return f"{self.what}{': ' if self.what and self.kind is not Kind.DANGLING else ' ' if self.what else ''}{self.kind.value}"


def problems(volume: Volume) -> list[str]:
    """A line for each thing that is wrong."""
    return [str(problem) for problem in findings(volume)]


def findings(volume: Volume) -> list[Problem]:
    """Entries without files, files without entries, contents without files, files beyond their blocks, wrong counts of blocks."""
    store = volume.store
    headers: dict[int, FileHeader] = {}
    for key, data in store.scan(b"H", b"I"):
        if peek(data)[0]:
            number = int.from_bytes(key[1:5], "big")
            headers[number] = FileHeader.from_bytes(number, data)
    out: list[Problem] = []
    entered = _check_directories(volume, headers, out)
    for number, header in headers.items():
        if number not in entered and not header.characteristics & MARKDEL:
            out.append(Problem(Kind.LOST, f"{header.fid.to_text()} {header.name}"))
        if header.size > header.allocated * BLOCK:
            out.append(Problem(Kind.TOO_LONG, f"{header.fid.to_text()} {header.name}"))
    for kind in (b"C", b"I"):
        owners = {int.from_bytes(key[1:5], "big") for key, _ in store.scan(kind, bytes([kind[0] + 1]))}
        out += [Problem(Kind.STRAY, f"file number {number}") for number in sorted(owners - headers.keys())]
    # Open files may have blocks that their stored headers do not tell yet.
    if not volume.open_files and volume.blocks - volume.free_blocks != sum(h.allocated for h in headers.values()):
        out.append(Problem(Kind.FREE))
    return out


def _check_directories(volume: Volume, headers: dict[int, FileHeader], out: list[Problem]) -> set[int]:
    """Check every entry; return the numbers of the files that have one."""
    entered = set()
    for header in headers.values():
        if not header.is_directory:
            continue
        directory = volume.directory(header.fid)
        if directory.blocks * BLOCK > header.size and header.fid != MFD:
            out.append(Problem(Kind.CROWDED, f"{header.fid.to_text()} {header.name}"))
        for name, entry in directory.entries.items():
            for version, fid in zip(entry.versions, entry.fids, strict=True):
                found = headers.get(fid.number)
                if found is None or found.fid != fid:
                    out.append(Problem(Kind.DANGLING, f"{header.name}: {name};{version}"))
                else:
                    entered.add(fid.number)
    return entered
