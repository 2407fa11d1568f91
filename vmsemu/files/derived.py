"""What was made of the contents of a file, kept as long as the file is what it was.

A command procedure that each login runs, an image that each connection activates: the file is looked up and protected as ever, but its records
need not be read again. A file that somebody may be writing is not kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vmsemu.base.time import VmsTime
from vmsemu.files.header import FileHeader, FileId

if TYPE_CHECKING:
    from vmsemu.files.volume import Volume

LONGEST = 1 << 18
"""The largest file, in bytes, of which anything is kept."""
MOST = 500
State = tuple[VmsTime, int, int, int]


def _state(header: FileHeader) -> State:
    return header.revised, header.revision, header.size, header.longest


class Derived:
    """Of one volume: by file and kind of thing, the state of the file and what was made of it."""

    def __init__(self) -> None:
        self._kept: dict[tuple[FileId, str], tuple[State, Any]] = {}

    def get(self, volume: Volume, header: FileHeader, kind: str) -> Any:
        """What is kept of the file as it is now; None when nothing is."""
        found = self._kept.get((header.fid, kind))
        if found is None or header.fid.number in volume.open_files or found[0] != _state(header):
            return None
        return found[1]

    def take(self, volume: Volume, header: FileHeader, kind: str) -> Any:
        """As get; it is not kept any longer."""
        found = self.get(volume, header, kind)
        self._kept.pop((header.fid, kind), None)
        return found

    def keep(self, volume: Volume, header: FileHeader, kind: str, value: Any) -> None:
        """Keep what was made of a file that was read to its end and closed."""
        if header.size > LONGEST or header.fid.number in volume.open_files:
            return
        if len(self._kept) >= MOST:
            self._kept.clear()
        self._kept[header.fid, kind] = _state(header), value
